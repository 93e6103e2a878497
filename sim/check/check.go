// Package check watches every run for what must never happen, apart from the code that it watches: it
// sees calls, their ends and the journal's entries as a bystander, keeps its own books and reads no
// counter of the engine's.
//
// What it knows of time it is told with each happening. One step of the platform is seen as the end of a
// call (or nothing), then entries, then at most one call: what an end demands, such as a disablement on
// the threshold's failure, must stand among the entries before the next call or end.
package check

import (
	"fmt"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/engine/policy"
)

// Failure is a broken invariant.
type Failure struct {
	Rule    string // the rule's ID
	Message string // what was seen and what was expected, in plain words
}

// Checker watches one run. The zero value is not usable; see New. Not safe for concurrent use.
type Checker struct {
	cfg      engine.Config
	failures []Failure

	environment string
	threshold   int // of the environment now, DIS-05
	parallel    bool
	jobs        []job
	slots       []slot // of all jobs, each job's resources in declared order
	conns       []conn
	flows       []flow

	waited   uint      // polls that ever waited for a token
	doubts   []doubt   // polls of which the next call, or its absence, tells whether they failed
	promises []promise // entries that must be written before anything else happens
	mails    []mail    // decided and not yet delivered, in order of decision
	last     written

	mailWindows []MailWindow
	away        []Absence
}

// New makes a checker for a run with this configuration.
func New(cfg engine.Config) *Checker {
	c := &Checker{cfg: cfg, parallel: cfg.PollingJobs.Poll == policy.Parallel}
	c.conns = make([]conn, len(cfg.Connections))
	for i := range c.conns {
		cn := &c.conns[i]
		cn.slots, cn.testedAt, cn.sweep = cfg.Connections[i].FlowsAtOnce, never, -1
		if cn.slots == 0 {
			cn.slots = cfg.Flows.FlowsAtOnce
		}
	}
	c.addFlows()
	c.addJobs()
	c.move(cfg.Environment)
	return c
}

// never is an instant before all others: it has not happened yet.
const never = engine.Time(-1 << 63)

// Sent sees a call that is made.
func (c *Checker) Sent(now engine.Time, call *engine.Call) {
	if c.owing() {
		c.settle(now, call)
	}
	if call.Op == engine.ReadPage && call.Job >= 0 {
		c.pageSent(now, call)
		return
	}
	if call.Flow >= 0 {
		c.flowSent(call)
	}
	if call.Op == engine.RefreshToken {
		c.refreshSent(now, call)
	}
}

// Finished sees the end of a call, before the engine does.
func (c *Checker) Finished(now engine.Time, call *engine.Call, r *engine.Result) {
	if c.owing() {
		c.settle(now, nil)
	}
	if call.Op == engine.ReadPage && call.Job >= 0 {
		c.pageFinished(now, call, r)
		return
	}
	if call.Flow >= 0 {
		c.flowFinished(call)
	}
	if call.Op == engine.RefreshToken {
		c.refreshFinished(now, call, r)
	}
	if call.Op == engine.TestConnection {
		c.testFinished(now, call, r)
	}
}

// Wrote sees an entry that the engine writes, in order.
func (c *Checker) Wrote(now engine.Time, en *engine.Entry) {
	switch {
	case !c.owing():
	case en.Kind == engine.ConnectionReauthorizedEntry: // a command, which is a step of its own
		c.settle(now, nil)
	default:
		c.expire(now)
	}
	switch en.Kind {
	case engine.JobDisabledEntry:
		c.jobDisabled(now, en)
	case engine.JobEnabledEntry:
		c.jobEnabled(now, en)
	case engine.PollAfterDisableEntry:
		c.pollMarked(en)
	case engine.EnvironmentChangedEntry:
		c.environmentChanged(now, en)
	case engine.ConnectionOfflineEntry:
		c.wentOffline(en)
	case engine.ConnectionTestedEntry:
		c.tested(now, en)
	case engine.ConnectionReauthorizedEntry:
		c.conns[en.Connection].replaced = c.conns[en.Connection].refresh != 0
	case engine.ConnectionOnlineEntry:
		c.cameOnline(now, en)
	case engine.FlowStartedEntry, engine.FlowResumedEntry:
		c.flowGoes(en)
	case engine.FlowPausedEntry:
		c.flowPaused(en)
	case engine.NotificationDecidedEntry:
		c.mailDecided(now, en)
	case engine.NotificationDeliveredEntry:
		c.mailDelivered(now, en)
	}
	c.last = written{now, en.Kind, en.Connection, en.Outcome}
}

// written is what is remembered of the entry before.
type written struct {
	at      engine.Time
	kind    engine.EntryKind
	conn    int32
	outcome engine.Outcome
}

// Balance sees one account at the end: records created, the sum of what became of them, and what the
// engine and the ledger each say was delivered. All are counts of records (FIG-01).
func (c *Checker) Balance(who string, created, sum, engineDelivered, delivered int64) {
	if created != sum {
		c.fail("FIG-01", "%s: %d records were created, but delivered, waiting, open errors and lost add up "+
			"to %d", who, created, sum)
	}
	if engineDelivered != delivered {
		c.fail("FIG-01", "%s: the platform counts %d records delivered, the ledger %d",
			who, engineDelivered, delivered)
	}
}

// Deadline sees, at the end, what became of the records of one account that has a deadline: none is late
// that was not delivered, and none past the deadline that was (FIG-04).
func (c *Checker) Deadline(who string, delivered, late, undelivered, past int64) {
	if late > delivered || past > undelivered {
		c.fail("FIG-04", "%s: %d of %d records delivered are late, %d of %d undelivered past the deadline",
			who, late, delivered, past, undelivered)
	}
}

// Intake sees, at the end, the buffer of a flow whose source pushes: its room, the most and the last that
// it held.
func (c *Checker) Intake(who string, room, peak, held int64) {
	if held < 0 || held > peak || peak > room {
		c.fail("FIG-01", "%s: its intake held %d events and at most %d, and has room for %d",
			who, held, peak, room)
	}
}

// Ended sees the end of the run. What fell on its last instant may be unfinished (T-04).
func (c *Checker) Ended(now engine.Time) {
	c.expire(now)
	c.callIn()
	c.doubts = c.doubts[:0]
}

// Failing tells whether there are failures to be collected.
func (c *Checker) Failing() bool { return len(c.failures) > 0 }

// Failures hands over the failures since the last call.
func (c *Checker) Failures() []Failure {
	f := c.failures
	c.failures = nil
	return f
}

func (c *Checker) fail(rule, format string, args ...any) {
	c.failures = append(c.failures, Failure{rule, fmt.Sprintf(format, args...)})
}
