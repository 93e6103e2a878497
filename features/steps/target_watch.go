package steps

import (
	"errors"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/dialect"
	"github.com/outagedrill/outagedrill/fakevendor/wire"
	"github.com/outagedrill/outagedrill/features/contract"
	"github.com/outagedrill/outagedrill/sim/journal"
	"github.com/outagedrill/outagedrill/sim/timeline"
)

// targetWatch makes a journal of what is seen of a platform under test: its calls, its e-mails, and what it
// says of itself.
type targetWatch struct {
	tl      *timeline.Timeline
	vendors *fakevendor.Config
	sink    func(*journal.Entry) error
	seq     int64

	// window says within what a platform whose clock runs by itself is to act; "" on a mock clock.
	window      string
	environment string
	jobs        []watchedJob
	hasFlows    bool // the platform offers flows: it tells of them, and of connections
	conns       []watchedConnection
	flows       []watchedFlow
	present     []heardCall // of the instant that is looked at
	told        []toldOfFlow
	letters     int64

	mu    sync.Mutex
	heard []heardCall // since the last look
}

// watchedJob is what is known of a polling job.
type watchedJob struct {
	last      contract.JobState // as the platform said last
	polls     int64
	failed    int64
	ticked    engine.Time // the last tick at which it was looked at
	untold    int         // disablements by the platform of which no e-mail came yet
	refresh   *heardCall  // a failed one: the poll fails with it unless the page is asked for all the same
	resources []watchedResource
	disabled  []journal.Disablement
}

// watchedResource is what is known of one resource of a job.
type watchedResource struct {
	name          string
	index         int // of the application
	polls, failed int64
	streak, most  int
	read          int64 // number of the last record that was read
	expired       bool  // the last answer said that the token is old: the call is made once more
	over          bool  // its poll of the present instant is over
}

// deeds is what a platform did.
type deeds struct {
	calls []heardCall
	mail  []letter
}

// heardCall is a call that a vendor answered.
type heardCall struct {
	header     string // that names the job
	flowHeader string // that names the flow
	job, flow  int    // for which it was made; -1: for none, or nobody can tell
	request    fakevendor.Request
	reading    dialect.Reading
}

func newTargetWatch(
	tl *timeline.Timeline, vendors *fakevendor.Config, hasFlows bool, sink func(*journal.Entry) error,
) *targetWatch {
	w := &targetWatch{tl: tl, vendors: vendors, hasFlows: hasFlows, sink: sink, environment: tl.Environment}
	for i := range tl.Connections {
		last := contract.ConnectionState{ID: tl.Connections[i].Name, Online: true}
		w.conns = append(w.conns, watchedConnection{last: last})
	}
	for i := range tl.Flows {
		last := contract.FlowState{ID: tl.Flows[i].Name, State: idleFlow}
		w.flows = append(w.flows, watchedFlow{last: last, written: map[int64]bool{}})
	}
	for i := range tl.PollingJobs {
		j := &tl.PollingJobs[i]
		job := watchedJob{last: contract.JobState{ID: j.Name, Enabled: true}}
		for _, r := range j.Resources {
			job.resources = append(job.resources, watchedResource{name: w.resourceOf(j, r), index: r})
		}
		w.jobs = append(w.jobs, job)
	}
	return w
}

// resourceOf names a resource of a job's application.
func (w *targetWatch) resourceOf(j *timeline.PollingJob, index int) string {
	return w.vendors.Applications[w.tl.Connections[j.Instance].Application].Resources[index].Name
}

// offset words an instant as the time since the start.
func (w *targetWatch) offset(at engine.Time) string {
	if at == engine.Never {
		return "no time"
	}
	return timeline.Span(time.Duration(at) - time.Duration(w.tl.Start.UnixNano())).String()
}

// hear is told every call by the vendors' server, from its goroutines.
func (w *targetWatch) hear(_ fakevendor.Time, r *http.Request, req *fakevendor.Request, a *wire.Answer) {
	d := w.vendors.Applications[w.vendors.Connections[req.Connection].Application].Dialect
	w.mu.Lock()
	defer w.mu.Unlock()
	w.heard = append(w.heard, heardCall{
		header: r.Header.Get(contract.JobHeader), flowHeader: r.Header.Get(contract.FlowHeader),
		request: *req, reading: d.Read(req.Op, &a.Answer),
	})
}

// take gives the calls that were heard since the last time.
func (w *targetWatch) take() []heardCall {
	w.mu.Lock()
	defer w.mu.Unlock()
	heard := w.heard
	w.heard = nil
	return heard
}

// look notes what was heard and seen at an instant, and tells what people may react to. Where nothing was due
// there must be nothing to hear.
func (w *targetWatch) look(
	at engine.Time, due bool, state *contract.State, done deeds,
) ([]journal.Entry, error) {
	if !due {
		if err := w.unannounced(done); err != nil {
			return nil, err
		}
	}
	w.begin(done.calls)
	for i := range done.calls {
		if err := w.called(at, &done.calls[i]); err != nil {
			return nil, err
		}
	}
	if err := errors.Join(w.sound(at, state), w.soundFlows(at, state)); err != nil {
		return nil, err
	}
	if due {
		if err := w.missing(at, state, done.calls); err != nil {
			return nil, err
		}
	}
	if err := w.believedAll(at, due, state); err != nil {
		return nil, err
	}
	var told []journal.Entry
	for i := range done.mail {
		e, err := w.mailed(at, &done.mail[i])
		if err != nil {
			return nil, err
		}
		if e.About != "" {
			told = append(told, e)
		}
	}
	return told, nil
}

// begin begins to look at an instant.
func (w *targetWatch) begin(calls []heardCall) {
	w.present = calls
	for i := range w.jobs {
		for k := range w.jobs[i].resources {
			w.jobs[i].resources[k].over = false
		}
	}
}

// believedAll takes what the platform says of itself.
func (w *targetWatch) believedAll(at engine.Time, due bool, state *contract.State) error {
	for i := range w.jobs {
		if err := w.refused(at, i); err != nil {
			return err
		}
		if err := w.believed(at, i, w.stateOf(state, i)); err != nil {
			return err
		}
	}
	return w.believedFlows(at, due, state)
}

func (w *targetWatch) write(at engine.Time, e *journal.Entry) error {
	w.seq++
	e.Seq, e.At = w.seq, journal.Time(at)
	return w.sink(e)
}

// called notes one call.
func (w *targetWatch) called(at engine.Time, h *heardCall) error {
	if err := w.attribute(h); err != nil {
		return err
	}
	conn := &w.tl.Connections[h.request.Connection]
	e := journal.Entry{
		Kind:        journal.CallFinished,
		Application: w.tl.Applications[conn.Application].Name, Connection: conn.Name,
		Call: engine.Op(h.request.Op).String(), Class: engine.Class(h.reading.Class).String(),
		Status: int(h.reading.Status), Resource: w.askedFor(h),
	}
	if h.job >= 0 {
		e.Job = w.jobs[h.job].last.ID
	}
	if h.flow >= 0 {
		e.Flow = w.flows[h.flow].last.ID
	}
	page := h.request.Op == dialect.ReadPage
	if page && h.reading.Class == dialect.OK {
		e.Count = max(h.reading.Last-h.reading.First+1, 0)
	}
	if err := w.write(at, &e); err != nil {
		return err
	}
	switch {
	case h.request.Op == dialect.TestConnection:
		w.conns[h.request.Connection].refresh = nil
		return w.connectionTested(at, h)
	case h.request.Op == dialect.RefreshToken && h.job < 0 && h.flow < 0 && h.reading.Class != dialect.OK:
		w.conns[h.request.Connection].refresh = h
		return nil
	case h.flow >= 0:
		return w.flowCalled(at, h)
	case h.job < 0:
		return nil
	case page:
		w.jobs[h.job].refresh = nil // whatever became of the refresh, the old token was tried
		return w.paged(at, h)
	case h.request.Op == dialect.RefreshToken && h.reading.Class != dialect.OK:
		err := w.refused(at, h.job)
		w.jobs[h.job].refresh = h
		return err
	}
	return nil
}

// askedFor names the resource of a call, if it has one.
func (w *targetWatch) askedFor(h *heardCall) string {
	if h.request.Resource < 0 {
		return ""
	}
	application := w.tl.Connections[h.request.Connection].Application
	return w.vendors.Applications[application].Resources[h.request.Resource].Name
}

// paged notes a page of a poll: it ends with the last page, or with a failure.
func (w *targetWatch) paged(at engine.Time, h *heardCall) error {
	j := &w.jobs[h.job]
	i := slices.IndexFunc(j.resources, func(r watchedResource) bool { return r.index == h.request.Resource })
	r := &j.resources[i] // jobOf wants it to be there
	again := h.reading.Sub == dialect.ExpiredToken && !r.expired
	r.expired = again
	switch {
	case again: // C-05: it is made once more
	case h.reading.Class != dialect.OK:
		return w.failed(at, h.job, r, &h.reading)
	default:
		r.read = max(r.read, h.reading.Last)
		if !h.reading.More {
			r.streak, r.over = 0, true
			r.polls++
			j.polls++
		}
	}
	return nil
}

// refused notes the failed poll of a token that could not be refreshed, if there is one: that of the first
// resource that was not polled yet (DIS-01).
func (w *targetWatch) refused(at engine.Time, job int) error {
	h := w.jobs[job].refresh
	if h == nil {
		return nil
	}
	w.jobs[job].refresh = nil
	resources := w.jobs[job].resources
	i := slices.IndexFunc(resources, func(r watchedResource) bool { return !r.over })
	return w.failed(at, job, &resources[max(i, 0)], &h.reading)
}

// failed notes a failed poll.
func (w *targetWatch) failed(at engine.Time, job int, of *watchedResource, r *dialect.Reading) error {
	j := &w.jobs[job]
	of.streak, of.over = of.streak+1, true
	of.most = max(of.most, of.streak)
	j.polls, of.polls = j.polls+1, of.polls+1
	j.failed, of.failed = j.failed+1, of.failed+1
	when := journal.Time(at)
	e := journal.Entry{
		Kind: journal.CallsFailed, Job: j.last.ID, Instance: w.instance(job), Resource: of.name,
		Call: "page", Class: engine.Class(r.Class).String(), Status: int(r.Status),
		Count: 1, First: &when, Last: &when,
	}
	if r.Sub != 0 {
		e.SubCause = r.Sub.String()
	}
	return w.write(at, &e)
}

func (w *targetWatch) instance(job int) string {
	return w.tl.Connections[w.tl.PollingJobs[job].Instance].Name
}

// summary is the figures that can be seen from outside.
func (w *targetWatch) summary(v *fakevendor.Vendor, end fakevendor.Time) *journal.Summary {
	s := &journal.Summary{
		Name: w.tl.Name, Environment: w.environment, Flows: w.flowSummaries(v, end),
	}
	for i := range w.conns {
		c := journal.ConnectionSummary{ID: w.conns[i].last.ID, State: "offline"}
		if w.conns[i].last.Online {
			c.State = "online"
		}
		s.Connections = append(s.Connections, c)
	}
	for i := range w.jobs {
		j := &w.jobs[i]
		js := journal.JobSummary{
			ID: j.last.ID, Instance: w.instance(i), State: "enabled", Polls: j.polls, FailedPolls: j.failed,
			Disablements: j.disabled,
		}
		if !j.last.Enabled {
			js.State = "disabled"
		}
		app := w.tl.Connections[w.tl.PollingJobs[i].Instance].Application
		for k := range j.resources {
			r := &j.resources[k]
			c := journal.ResourceCounters{
				Name: r.name, Polls: r.polls, FailedPolls: r.failed, LongestStreak: r.most,
			}
			for _, said := range j.last.Resources {
				if said.Name == r.name {
					c.ConsecutiveFailures = said.Failures
					js.Delivered += said.Delivered
					js.Waiting += v.CountBefore(app, r.index, end) - r.read
					js.Duplicated += max(said.Delivered-r.read, 0) // more than there was to read
					js.Lost += max(r.read-said.Delivered, 0)       // read, and not delivered
				}
			}
			js.Resources = append(js.Resources, c)
		}
		s.Jobs = append(s.Jobs, js)
		s.Totals.Polls += j.polls
		s.Totals.FailedPolls += j.failed
	}
	return s
}
