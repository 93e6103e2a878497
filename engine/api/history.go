package api

import (
	"github.com/outagedrill/outagedrill/engine"
)

// How much a History remembers; the oldest goes first.
const (
	mostRuns          = 1_000  // of a flow
	mostNotifications = 10_000 // in all
	mostChanges       = 50     // of a job, a connection or a flow
)

// History is what the engine's entries tell beyond its present state: the runs of flows, notifications,
// tests, and how often each thing changed. It is made of entries alone, so the same entries give the same
// history, after a restart too. It is as safe for concurrent use as the engine: not at all.
//
// Routine runs are among the entries only with engine.Config.ListRoutine.
type History struct {
	jobs  []jobHistory
	conns []connHistory
	flows []flowHistory

	notifications    []notification // by ID, without gaps
	decided, arrived map[string]int64
}

type jobHistory struct {
	changes            changes
	byPlatform, byUser int64 // disablements
}

type connHistory struct {
	changes changes
	test    lastTest
	advice  engine.NextStep // since it went offline
}

type flowHistory struct {
	changes changes
	runs    []run // by number, without gaps
	number  int64 // of the latest run
}

// lastTest is how the latest test of a connection ended; At is 0 before the first.
type lastTest struct {
	at     engine.Time
	by     engine.By
	passed bool
	class  engine.Class
	status uint16
}

// run is one run of a flow. Instants are engine.Never where there was none.
type run struct {
	number                         int64
	state                          runState
	frozen                         bool // in progress, and standing still: its flow is paused (OUT-05)
	started, paused, resumed, over engine.Time
	pauses                         int64
	pages, records                 int64
}

type runState uint8

const (
	runInProgress runState = iota
	runCompleted
	runFailed
)

func (s runState) String() string {
	return [...]string{"in_progress", "completed", "failed"}[s]
}

// notification is a mail that was decided. delivered is engine.Never while it is not.
type notification struct {
	id                 int64
	about              string
	to                 []string
	subject, body      string
	job, conn          int32
	decided, delivered engine.Time
}

// changes counts the entries that changed a thing and remembers the latest of them.
type changes struct {
	revision int64
	latest   []change // the last one has the revision
}

type change struct {
	at   engine.Time
	what string
}

func (c *changes) add(at engine.Time, what string) {
	c.revision++
	c.latest = push(c.latest, change{at, what}, mostChanges)
}

// since lists the changes after a revision, oldest first, as far as they are remembered.
func (c *changes) since(revision int64) []change {
	n := min(max(c.revision-revision, 0), int64(len(c.latest)))
	return c.latest[int64(len(c.latest))-n:]
}

// push appends to a list of bounded length. It drops half of the list at a time, so that it need not move
// it each time.
func push[T any](list []T, v T, most int) []T {
	if len(list) == 2*most {
		list = append(list[:0], list[most:]...)
	}
	return append(list, v)
}

// recent is the part of a list that counts.
func recent[T any](list []T, most int) []T { return list[max(len(list)-most, 0):] }

// NewHistory makes a history without entries.
func NewHistory(cfg *engine.Config) *History {
	return &History{
		jobs: make([]jobHistory, len(cfg.Jobs)), conns: make([]connHistory, len(cfg.Connections)),
		flows: make([]flowHistory, len(cfg.FlowList)), decided: map[string]int64{},
		arrived: map[string]int64{},
	}
}

// Wrote takes an entry of the engine. They must come in order, each once.
func (h *History) Wrote(now engine.Time, _ engine.Seq, en *engine.Entry) {
	switch en.Kind {
	case engine.JobDisabledEntry:
		j := &h.jobs[en.Job]
		if en.By == engine.ByPlatform {
			j.byPlatform++
		} else {
			j.byUser++
		}
		j.changes.add(now, en.Kind.String()+" by the "+en.By.String())
	case engine.JobEnabledEntry:
		h.jobs[en.Job].changes.add(now, en.Kind.String())
	case engine.EnvironmentChangedEntry: // and with it the threshold of all jobs
		for i := range h.jobs {
			h.jobs[i].changes.add(now, en.Kind.String()+" to "+en.Name)
		}
	case engine.NotificationDecidedEntry, engine.NotificationDeliveredEntry:
		h.mail(now, en)
	case engine.ConnectionOfflineEntry, engine.ConnectionOnlineEntry, engine.ConnectionReauthorizedEntry,
		engine.ConnectionTestedEntry, engine.AdviceReauthorizeEntry, engine.AdviceSupportEntry:
		h.connection(now, en)
	case engine.FlowQueuedEntry, engine.FlowStartedEntry, engine.FlowPausedEntry, engine.FlowResumedEntry,
		engine.FlowCompletedEntry, engine.FlowFailedEntry:
		h.flow(now, en)
	case engine.ErrorOpenedEntry, engine.ErrorResolvedEntry:
		h.flows[en.Flow].changes.add(now, en.Kind.String())
	}
}

func (h *History) mail(now engine.Time, en *engine.Entry) {
	m := en.Mail
	if en.Kind == engine.NotificationDecidedEntry {
		h.decided[m.About]++
		h.notifications = push(h.notifications, notification{
			id: m.ID, about: m.About, to: m.To, subject: m.Subject, body: m.Body, job: en.Job,
			conn: en.Connection, decided: now, delivered: engine.Never,
		}, mostNotifications)
		return
	}
	h.arrived[m.About]++
	if len(h.notifications) == 0 {
		return
	}
	if k := m.ID - h.notifications[0].id; k >= 0 && k < int64(len(h.notifications)) {
		h.notifications[k].delivered = now
	}
}

func (h *History) connection(now engine.Time, en *engine.Entry) {
	c := &h.conns[en.Connection]
	switch en.Kind {
	case engine.ConnectionTestedEntry: // a test by itself changes nothing
		c.test = lastTest{
			at: now, by: en.By, passed: en.Outcome == engine.Passed, class: en.Class, status: en.Status,
		}
		return
	case engine.ConnectionOfflineEntry, engine.ConnectionOnlineEntry:
		c.advice = engine.NothingToDo
	case engine.AdviceReauthorizeEntry:
		c.advice = engine.ReauthorizeConnection
	case engine.AdviceSupportEntry:
		c.advice = engine.SubmitTicket
	}
	c.changes.add(now, en.Kind.String())
}

// flow follows a flow's runs. Without ListRoutine a run may be known only from the middle on.
func (h *History) flow(now engine.Time, en *engine.Entry) {
	f := &h.flows[en.Flow]
	f.changes.add(now, en.Kind.String())
	switch en.Kind {
	case engine.FlowStartedEntry:
		f.begin().started = now
	case engine.FlowPausedEntry:
		if en.Frozen {
			r := f.open()
			if !r.frozen {
				r.pauses++
			}
			r.frozen, r.paused = true, now
		}
	case engine.FlowResumedEntry:
		if r := f.last(); r != nil && r.frozen {
			r.frozen, r.resumed = false, now
		}
	case engine.FlowCompletedEntry, engine.FlowFailedEntry:
		r := f.open()
		r.state, r.over, r.pages, r.records = runCompleted, now, en.Pages, en.Records
		if en.Kind == engine.FlowFailedEntry {
			r.state = runFailed
		}
	}
}

// begin adds a run.
func (f *flowHistory) begin() *run {
	f.number++
	never := engine.Never
	f.runs = push(f.runs, run{number: f.number, started: never, paused: never, resumed: never, over: never},
		mostRuns)
	return f.last()
}

// last is the latest run, nil before the first.
func (f *flowHistory) last() *run {
	if len(f.runs) == 0 {
		return nil
	}
	return &f.runs[len(f.runs)-1]
}

// open is the run that is not over yet.
func (f *flowHistory) open() *run {
	if r := f.last(); r != nil && r.over == engine.Never {
		return r
	}
	return f.begin()
}
