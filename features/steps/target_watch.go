package steps

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/dialect"
	"github.com/outagedrill/outagedrill/fakevendor/wire"
	"github.com/outagedrill/outagedrill/sim/journal"
	"github.com/outagedrill/outagedrill/sim/timeline"
)

// jobHeader says for which polling job a call is made.
const jobHeader = "X-Outagedrill-Job"

// targetWatch makes a journal of what is seen of a platform under test: its calls, its e-mails, and what it
// says of itself.
type targetWatch struct {
	tl      *timeline.Timeline
	vendors *fakevendor.Config
	sink    func(*journal.Entry) error
	seq     int64

	environment string
	jobs        []watchedJob
	letters     int64

	mu    sync.Mutex
	heard []heardCall // since the last look
}

// watchedJob is what is known of a polling job.
type watchedJob struct {
	last      targetJobState // as the platform said last
	polls     int64
	failed    int64
	refresh   *heardCall // a failed one: the poll fails with it unless the page is asked for all the same
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
}

// heardCall is a call that a vendor answered.
type heardCall struct {
	at      fakevendor.Time
	job     string // as the header says
	request fakevendor.Request
	reading dialect.Reading
}

func newTargetWatch(
	tl *timeline.Timeline, vendors *fakevendor.Config, sink func(*journal.Entry) error,
) *targetWatch {
	w := &targetWatch{tl: tl, vendors: vendors, sink: sink, environment: tl.Environment}
	for i := range tl.PollingJobs {
		j := &tl.PollingJobs[i]
		job := watchedJob{last: targetJobState{ID: j.Name, Enabled: true}}
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

// hear is told every call by the vendors' server, from its goroutines.
func (w *targetWatch) hear(at fakevendor.Time, r *http.Request, req *fakevendor.Request, a *wire.Answer) {
	d := w.vendors.Applications[w.vendors.Connections[req.Connection].Application].Dialect
	w.mu.Lock()
	defer w.mu.Unlock()
	w.heard = append(w.heard, heardCall{at, r.Header.Get(jobHeader), *req, d.Read(req.Op, &a.Answer)})
}

// look notes what was heard and seen up to an instant, and tells what people may react to.
func (w *targetWatch) look(at engine.Time, state *targetState, mail []letter) ([]journal.Entry, error) {
	w.mu.Lock()
	heard := w.heard
	w.heard = nil
	w.mu.Unlock()
	var errs []error
	for i := range heard {
		errs = append(errs, w.called(at, &heard[i]))
	}
	for i := range w.jobs {
		errs = append(errs, w.refused(at, i), w.believed(at, i, state))
	}
	var told []journal.Entry
	for _, l := range mail {
		e := w.mailed(l)
		if e.About != "" {
			told = append(told, e)
		}
		decided, delivered := e, e
		decided.Kind, delivered.Kind = journal.NotificationDecided, journal.NotificationDelivered
		errs = append(errs, w.write(at, &decided), w.write(at, &delivered))
	}
	return told, errors.Join(errs...)
}

func (w *targetWatch) write(at engine.Time, e *journal.Entry) error {
	w.seq++
	e.Seq, e.At = w.seq, journal.Time(at)
	return w.sink(e)
}

// called notes one call.
func (w *targetWatch) called(at engine.Time, h *heardCall) error {
	conn := &w.tl.Connections[h.request.Connection]
	app := &w.tl.Applications[conn.Application]
	job := w.jobOf(h)
	e := journal.Entry{
		Kind: journal.CallFinished, Application: app.Name, Connection: conn.Name,
		Call: engine.Op(h.request.Op).String(), Class: engine.Class(h.reading.Class).String(),
		Status: int(h.reading.Status),
	}
	if job >= 0 {
		e.Job = w.jobs[job].last.ID
	}
	if h.request.Resource >= 0 {
		e.Resource = w.vendors.Applications[conn.Application].Resources[h.request.Resource].Name
	}
	page := h.request.Op == dialect.ReadPage
	if page && h.reading.Class == dialect.OK {
		e.Count = max(h.reading.Last-h.reading.First+1, 0)
	}
	if err := w.write(at, &e); err != nil || job < 0 {
		return err
	}
	switch {
	case page:
		w.jobs[job].refresh = nil // whatever became of the refresh, the old token was tried
		return w.paged(at, job, h)
	case h.request.Op == dialect.RefreshToken && h.reading.Class != dialect.OK:
		err := w.refused(at, job)
		w.jobs[job].refresh = h
		return err
	}
	return nil
}

// jobOf finds the job for which a call was made; -1 where nobody can tell.
func (w *targetWatch) jobOf(h *heardCall) int {
	found := -1
	for i := range w.tl.PollingJobs {
		j := &w.tl.PollingJobs[i]
		switch {
		case j.Name == h.job:
			return i
		case h.job != "" || j.Instance != h.request.Connection,
			h.request.Op == dialect.ReadPage && !slices.Contains(j.Resources, h.request.Resource):
		case found >= 0:
			return -1
		default:
			found = i
		}
	}
	return found
}

// paged notes a page of a poll: it ends with the last page, or with a failure.
func (w *targetWatch) paged(at engine.Time, job int, h *heardCall) error {
	j := &w.jobs[job]
	i := slices.IndexFunc(j.resources, func(r watchedResource) bool { return r.index == h.request.Resource })
	if i < 0 {
		return nil
	}
	r := &j.resources[i]
	again := h.reading.Sub == dialect.ExpiredToken && !r.expired
	r.expired = again
	switch {
	case again: // C-05: it is made once more
	case h.reading.Class != dialect.OK:
		r.streak++
		r.most = max(r.most, r.streak)
		r.polls++
		r.failed++
		return w.failed(at, job, r.name, &h.reading)
	default:
		r.read = max(r.read, h.reading.Last)
		if !h.reading.More {
			r.streak = 0
			r.polls++
			j.polls++
		}
	}
	return nil
}

// refused notes the failed poll of a token that could not be refreshed, if there is one.
func (w *targetWatch) refused(at engine.Time, job int) error {
	h := w.jobs[job].refresh
	if h == nil {
		return nil
	}
	w.jobs[job].refresh = nil
	return w.failed(at, job, "", &h.reading)
}

// failed notes a failed poll.
func (w *targetWatch) failed(at engine.Time, job int, resource string, r *dialect.Reading) error {
	j := &w.jobs[job]
	j.polls++
	j.failed++
	when := journal.Time(at)
	e := journal.Entry{
		Kind: journal.CallsFailed, Job: j.last.ID, Instance: w.instance(job), Resource: resource,
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

// believed notes what changed in what the platform says of a job.
func (w *targetWatch) believed(at engine.Time, job int, state *targetState) error {
	j := &w.jobs[job]
	i := slices.IndexFunc(state.Jobs, func(s targetJobState) bool { return s.ID == j.last.ID })
	if i < 0 {
		return fmt.Errorf("the platform says nothing of job %s (want it in %s/state)",
			j.last.ID, contractRoot)
	}
	was, is := j.last, state.Jobs[i]
	j.last = is
	twice := !was.Enabled && !is.Enabled && !sameInstant(was.DisabledAt, is.DisabledAt)
	var errs []error
	if !was.Enabled && (is.Enabled || twice) {
		if n := len(j.disabled); n > 0 && j.disabled[n-1].EnabledAt == nil {
			when := journal.Time(at)
			j.disabled[n-1].EnabledAt = &when
		}
		errs = append(errs, w.write(at, &journal.Entry{
			Kind: journal.JobEnabled, Job: is.ID, Instance: w.instance(job), By: "operator",
		}))
	}
	if !is.Enabled && (was.Enabled || twice) {
		errs = append(errs, w.disabled(at, job, &is))
	}
	return errors.Join(errs...)
}

func sameInstant(a, b *time.Time) bool {
	return a == nil && b == nil || a != nil && b != nil && a.Equal(*b)
}

// disabled notes a disablement.
func (w *targetWatch) disabled(at engine.Time, job int, is *targetJobState) error {
	e := journal.Entry{
		Kind: journal.JobDisabled, Job: is.ID, Instance: w.instance(job), By: word(is.DisabledBy),
	}
	if is.DisabledBy != nil {
		e.By = *is.DisabledBy
	}
	if e.By == "platform" {
		if is.Resource != nil {
			e.Resource = *is.Resource
		}
		for _, r := range is.Resources {
			if r.Name == e.Resource {
				e.Failures = r.Failures
			}
		}
		e.Threshold, e.Environment = is.Threshold, w.environment
		w.jobs[job].disabled = append(w.jobs[job].disabled, journal.Disablement{
			At: journal.Time(at), Resource: e.Resource, Failures: e.Failures,
		})
	}
	return w.write(at, &e)
}

// mailed reads an e-mail: it is about the job that it names.
func (w *targetWatch) mailed(l letter) journal.Entry {
	w.letters++
	e := journal.Entry{Notification: w.letters, To: l.to, Subject: l.subject, Body: l.body}
	longest := -1 // poll-2 is not poll
	for i := range w.tl.PollingJobs {
		name := w.tl.PollingJobs[i].Name
		if strings.Contains(l.subject+"\n"+l.body, name) && len(name) > longest {
			longest = len(name)
			e.About, e.Job, e.Instance = "job.disabled", name, w.instance(i)
		}
	}
	return e
}

// operated notes what an operator did.
func (w *targetWatch) operated(at engine.Time, c *timeline.Command, changed bool) error {
	e := journal.Entry{Kind: journal.OperatorCommand, Command: c.Do, Result: "done"}
	if !changed {
		e.Result = "unchanged"
	}
	switch c.Do {
	case "environment":
		w.environment = c.Environment
		e = journal.Entry{Kind: journal.EnvironmentChanged, Environment: c.Environment}
	case "restart":
		e = journal.Entry{Kind: journal.PlatformRestarted}
	case "reauthorize":
		e.Connection = w.tl.Connections[c.Connection].Name
	default:
		e.Job, e.Instance = w.tl.PollingJobs[c.Job].Name, w.instance(c.Job)
	}
	return w.write(at, &e)
}

// summary is the figures that can be seen from outside.
func (w *targetWatch) summary(v *fakevendor.Vendor, end fakevendor.Time) *journal.Summary {
	s := &journal.Summary{Name: w.tl.Name, Environment: w.environment}
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
