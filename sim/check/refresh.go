package check

import (
	"cmp"
	"slices"

	"github.com/outagedrill/outagedrill/engine"
)

// A poll that waits for a refresh under way makes no call of its own (C-06). When that refresh fails for
// good, the poll has failed without ever being seen: whether one was waiting follows from the job's
// ticks and the end of its last poll.

// doubt is a poll that failed unless its next call follows.
type doubt struct {
	job, slot int32
	at        engine.Time
	class     engine.Class // of the failure that it is
	refreshed bool         // its refresh failed; false: its call met an expired token and needs one
	final     bool         // there is no fallback: it failed, and what remains to be seen is when
}

func (c *Checker) doubt(d doubt) {
	c.slots[c.jobs[d.job].first+d.slot].state = doubted
	c.doubts = append(c.doubts, d)
}

// refreshForJob sees a refresh that is sent on behalf of a job. It does not say for which resource: the
// one that waits, or the one whose turn it is.
func (c *Checker) refreshForJob(now engine.Time, call *engine.Call) {
	j := &c.jobs[call.Job]
	if j.off {
		c.fail("DIS-07", "%s is disabled and makes a call", c.job(call.Job))
		return
	}
	if !c.parallel {
		if j.open == 0 {
			c.start(now, j, c.turn(j), waiting)
		}
		return
	}
	next := int32(-1)
	for k := j.n - 1; k >= 0; k-- {
		switch s := &c.slots[j.first+k]; {
		case s.state == waiting && !s.stale:
			return
		case s.state == due:
			next = k
		}
	}
	if next >= 0 || j.open == 0 {
		c.start(now, j, max(next, 0), waiting)
	}
}

// turn is the resource that a sequential job polls next.
func (c *Checker) turn(j *job) int32 {
	if j.turn < j.n {
		return j.turn
	}
	return 0
}

// refreshSent sees a refresh of a connection, C-06.
func (c *Checker) refreshSent(now engine.Time, call *engine.Call) {
	if call.Job >= 0 {
		c.refreshForJob(now, call)
	}
	cn := &c.conns[call.Connection]
	if cn.refresh != 0 {
		c.fail("C-06", "%s: a second refresh is sent while one is under way", c.conn(call.Connection))
	}
	cn.refresh = call.ID
}

// refreshFinished sees the end of a refresh, and with it that of all who wait for it.
func (c *Checker) refreshFinished(now engine.Time, call *engine.Call, r *engine.Result) {
	cn := &c.conns[call.Connection]
	if cn.refresh == call.ID {
		cn.refresh = 0
	}
	failed := r.Class != engine.OK && !cn.replaced
	cn.replaced = false
	for _, i := range cn.jobs {
		j := &c.jobs[i]
		if failed {
			c.reveal(now, i)
		}
		from := len(c.doubts)
		for k := range j.n {
			s := &c.slots[j.first+k]
			switch {
			case s.state != waiting:
			case s.stale:
				c.close(now, j, s)
			case failed:
				c.doubt(doubt{
					job: i, slot: k, at: now, class: engine.TokenRefreshFailed, refreshed: true,
					final: s.forced || !c.cfg.PollingJobs.TokenFallback,
				})
			}
		}
		slices.SortFunc(c.doubts[from:], func(a, b doubt) int {
			return cmp.Compare(c.slots[j.first+a.slot].place, c.slots[j.first+b.slot].place)
		})
	}
}

// reveal finds the polls of a job that began unseen before now and wait for a refresh under way.
func (c *Checker) reveal(now engine.Time, jobIndex int32) {
	j := &c.jobs[jobIndex]
	switch {
	case j.off || !j.oauth:
	case c.parallel:
		if j.open == 0 && j.due == 0 {
			if at := c.nextStart(jobIndex); at < now {
				c.beginTick(at, j)
			}
		}
		for k := range j.n {
			if j.due > 0 && c.slots[j.first+k].state == due {
				c.start(j.tick, j, k, waiting)
			}
		}
	case j.open > 0:
	case j.turn < j.n:
		c.start(j.tick, j, j.turn, waiting)
	default:
		if at := c.nextStart(jobIndex); at < now {
			c.start(at, j, 0, waiting)
		}
	}
}

// resolve judges the doubts that this happening decides. Call is the call that is sent, nil if it is
// another happening; over tells whether only what is older than now is decided.
func (c *Checker) resolve(now engine.Time, call *engine.Call, over bool) {
	list := c.doubts
	c.doubts = c.doubts[:0]
	for _, d := range list {
		switch verdict := c.verdict(now, d, call, over); verdict {
		case doubted:
			c.doubts = append(c.doubts, d)
		case idle:
			c.failed(d.at, d.job, d.slot, d.class)
		default:
			c.slots[c.jobs[d.job].first+d.slot].state = verdict
		}
	}
}

// verdict is the state into which a happening brings a doubted poll.
func (c *Checker) verdict(now engine.Time, d doubt, call *engine.Call, over bool) state {
	switch {
	case d.at < now:
		return idle
	case over:
		return doubted
	case call == nil: // another call ends: before that all who waited have had their turn
		return idle
	case call != nil && call.Job == d.job && call.Op == engine.ReadPage &&
		call.Resource == c.slots[c.jobs[d.job].first+d.slot].resource:
		if d.final { // the next tick's
			return idle
		}
		return waiting
	case call != nil && call.Job == d.job && call.Op == engine.RefreshToken && !d.refreshed:
		return waiting
	case !d.refreshed: // its own refresh would have followed at once
		return idle
	case call != nil && call.Job == d.job && !c.parallel: // its job goes on
		return idle
	default:
		return doubted
	}
}
