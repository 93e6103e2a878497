package check

import (
	"time"

	"github.com/outagedrill/outagedrill/engine"
)

// conn is a connection as the entries tell of it.
type conn struct {
	offline  bool
	refresh  uint64 // Call.ID of the refresh under way, 0 = none
	replaced bool   // an operator re-authorized while it was: whatever it says is past
	testedAt engine.Time
	passed   bool  // the test call that ended at testedAt
	sweep    int64 // number of the last sweep that tested it, -1 = none
	slots    int   // flows at once
	running  int   // flows with a call under way that hold a slot
	jobs     []int32
	flows    []int32
}

// testFinished sees the end of a test call, OUT-06.
func (c *Checker) testFinished(now engine.Time, call *engine.Call, r *engine.Result) {
	cn := &c.conns[call.Connection]
	cn.testedAt = now
	cn.passed = r.Class == engine.OK || r.Class == engine.RateLimited && c.cfg.Flows.SweepRateLimitedPasses
}

// tested sees a connection.tested entry: it passes if and only if its call did, at this instant.
func (c *Checker) tested(now engine.Time, en *engine.Entry) {
	cn := &c.conns[en.Connection]
	ended := cn.testedAt == now
	passed := ended && cn.passed
	cn.testedAt = never
	if en.Outcome == engine.Passed && !passed {
		c.fail("OUT-14", "the test of %s is said to have passed, and its call did not", c.conn(en.Connection))
	} else if en.Outcome != engine.Passed && passed {
		c.fail("OUT-06", "the test of %s is said to have failed, and its call passed", c.conn(en.Connection))
	}
	if en.Outcome == engine.Passed && cn.offline {
		c.promise(promise{kind: owesOnline, who: en.Connection, at: now})
	}
	if en.By == engine.BySweep {
		c.swept(now, en.Connection)
	}
}

// swept assigns a test to the oldest sweep that it can belong to: one that began within the longest time
// that a test takes (refresh, call, refresh, call) and has not tested this connection yet.
func (c *Checker) swept(now engine.Time, i int32) {
	cn, p := &c.conns[i], &c.cfg.Flows
	first := c.cfg.Start.Add(p.SweepOffset)
	oldest := int64(0)
	if since := time.Duration(now-first) - 4*p.CallTimeout; since > 0 {
		oldest = int64((since + p.SweepEvery - 1) / p.SweepEvery)
	}
	cn.sweep = max(cn.sweep+1, oldest)
	if first.Add(time.Duration(cn.sweep)*p.SweepEvery) > now {
		c.fail("OUT-06", "%s was tested more than once by one sweep", c.conn(i))
		cn.sweep--
	}
}

// wentOffline sees a connection.offline entry. Its paused flows give their slots back, OUT-07.
func (c *Checker) wentOffline(en *engine.Entry) {
	cn := &c.conns[en.Connection]
	if cn.offline {
		c.fail("OUT-01", "%s goes offline while it is offline", c.conn(en.Connection))
	}
	cn.offline = true
	for _, f := range cn.flows {
		c.release(f)
	}
}

// cameOnline sees a connection.online entry, which only a passing test may bring, OUT-14.
func (c *Checker) cameOnline(now engine.Time, en *engine.Entry) {
	cn := &c.conns[en.Connection]
	c.kept(owesOnline, en.Connection)
	switch {
	case !cn.offline:
		c.fail("OUT-01", "%s comes online while it is online", c.conn(en.Connection))
	case c.last != (written{now, engine.ConnectionTestedEntry, en.Connection, engine.Passed}):
		c.fail("OUT-14", "%s was brought online by something else than a passing test", c.conn(en.Connection))
	}
	cn.offline = false
}
