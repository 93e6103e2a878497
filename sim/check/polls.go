package check

import (
	"time"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/engine/policy"
)

// A poll is followed by its calls alone:
//
//	state    what is seen                             then
//	idle     its page is sent                         flying
//	idle     its job's turn came, a refresh is in     due (parallel), waiting (sequential)
//	         the way and nothing is sent
//	flying   ok, more pages follow                    waiting
//	flying   ok, the last page                        idle: succeeded
//	flying   expired_token, the first time            waiting if a refresh is under way, else doubted
//	flying   anything else                            idle: failed
//	waiting  its page is sent                         flying
//	waiting  the refresh of its connection failed     doubted: a fallback may follow (C-05), and a poll
//	                                                  that waited for another's refresh ends in its turn
//	doubted  its page, or the refresh it needs        flying, waiting
//	doubted  its job goes on with something else, is  idle: failed
//	         disabled, or the step is over: another
//	         call ends, somebody re-authorizes
type state uint8

const (
	idle state = iota
	due
	flying
	waiting
	doubted
)

// slot is one resource of a job, and the poll of it that is under way.
type slot struct {
	resource int32
	streak   int32 // failed polls in a row, DIS-05
	state    state
	stale    bool // begun before the job was last disabled: touches no streak (DIS-07)
	forced   bool // the call under way has had its refresh upon expired_token
	some     bool // a page had records
	place    uint // among all that ever waited: who began earlier is told earlier how a refresh ended
}

// job is a polling job.
type job struct {
	first, n int32 // its slots
	seen     int32 // slot of the last call seen, from 0
	turn     int32 // sequential: the slot whose turn is next in this tick; n = the tick is over
	open     int32 // slots that are flying, waiting or doubted
	due      int32 // slots that are due
	conn     int32
	oauth    bool
	off      bool // disabled
	atOnce   bool // enabled, and the first poll (at once) not yet seen
	excused  bool // a disablement was missing and reported

	tick engine.Time // the last tick's instant, or that of the enablement
	free engine.Time // end of the last poll
	hold engine.Time // Retry-After of the last poll, where ticks wait for it (DIS-02)
}

func (c *Checker) addJobs() {
	for i := range c.cfg.Jobs {
		j := &c.cfg.Jobs[i]
		n := int32(len(j.Resources))
		c.jobs = append(c.jobs, job{
			first: int32(len(c.slots)), n: n, turn: n, conn: int32(j.Instance),
			oauth: c.cfg.Connections[j.Instance].OAuth, tick: never, free: never, hold: never,
		})
		for _, r := range j.Resources {
			c.slots = append(c.slots, slot{resource: int32(r)})
		}
		cn := &c.conns[j.Instance]
		cn.jobs = append(cn.jobs, int32(i))
	}
}

func (c *Checker) slotsOf(j *job) []slot { return c.slots[j.first : j.first+j.n] }

// find is the slot of a resource, or -1. Calls come in declared order, so that it is the last one's or
// the next.
func (c *Checker) find(j *job, resource int32) int32 {
	if c.slots[j.first+j.seen].resource == resource {
		return j.seen
	}
	return c.findNext(j, resource)
}

func (c *Checker) findNext(j *job, resource int32) int32 {
	for range j.n {
		if j.seen++; j.seen == j.n {
			j.seen = 0
		}
		if c.slots[j.first+j.seen].resource == resource {
			return j.seen
		}
	}
	return -1
}

// pageSent sees a page call of a poll.
func (c *Checker) pageSent(now engine.Time, call *engine.Call) {
	j := &c.jobs[call.Job]
	if j.off {
		c.fail("DIS-07", "%s is disabled and makes a call", c.job(call.Job))
	}
	i := c.find(j, call.Resource)
	if i < 0 {
		c.fail("DIS-01", "%s reads a resource that is none of its own: %s",
			c.job(call.Job), c.resource(j, call.Resource))
		return
	}
	s := &c.slots[j.first+i]
	if j.open > 0 {
		if s.state == waiting {
			s.state = flying
			return
		}
		if s.state == flying {
			c.fail("DIS-01", "%s polls %s twice at once", c.job(call.Job), c.resource(j, call.Resource))
			return
		}
		if !c.parallel {
			c.fail("DIS-01", "%s polls %s before the poll of another resource has ended",
				c.job(call.Job), c.resource(j, call.Resource))
		}
	}
	c.start(now, j, i, flying)
}

// start begins a poll, and with it a tick where none is under way.
func (c *Checker) start(now engine.Time, j *job, i int32, as state) {
	if c.parallel {
		if j.open == 0 && j.due == 0 {
			c.beginTick(now, j)
		}
		if c.slots[j.first+i].state == due {
			j.due--
		}
	} else {
		if i == 0 || j.turn >= j.n {
			j.tick, j.atOnce = now, false
		}
		j.turn = i + 1
	}
	j.open++
	s := &c.slots[j.first+i]
	s.state, s.stale, s.forced, s.some = as, false, false, false
	if as == waiting {
		c.wait(s)
	}
}

// wait lets a poll wait for a token, behind those that wait already.
func (c *Checker) wait(s *slot) {
	c.waited++
	s.state, s.place = waiting, c.waited
}

// beginTick makes all resources due, in parallel polling.
func (c *Checker) beginTick(at engine.Time, j *job) {
	j.tick, j.atOnce, j.due = at, false, j.n
	for k := range c.slotsOf(j) {
		c.slots[j.first+int32(k)].state = due
	}
}

// pageFinished sees the end of a page call of a poll.
func (c *Checker) pageFinished(now engine.Time, call *engine.Call, r *engine.Result) {
	j := &c.jobs[call.Job]
	i := c.find(j, call.Resource)
	if i < 0 || c.slots[j.first+i].state != flying {
		return // it was reported when it was sent
	}
	s := &c.slots[j.first+i]
	switch {
	case s.stale:
		c.close(now, j, s)
		c.promise(promise{kind: owesMark, who: call.Job, slot: i, at: now})
	case r.Class == engine.OK:
		s.forced, s.some = false, s.some || r.Last >= r.First
		if r.More {
			c.wait(s)
			return
		}
		c.close(now, j, s)
		if s.streak != 0 || c.cfg.PollingJobs.Reset == policy.ResetJob {
			c.succeeded(j, s)
		}
	case r.Sub == engine.ExpiredToken && j.oauth && !s.forced:
		s.forced = true
		c.wait(s)
		if c.conns[j.conn].refresh == 0 {
			c.doubt(doubt{job: call.Job, slot: i, at: now, class: r.Class})
		}
	default:
		c.failed(now, call.Job, i, r.Class)
		if r.Class == engine.RateLimited && r.RetryAfter > 0 && c.cfg.PollingJobs.HonourRetryAfter {
			j.hold = max(j.hold, now.Add(r.RetryAfter))
		}
	}
}

// close ends a poll, whatever came of it.
func (c *Checker) close(at engine.Time, j *job, s *slot) {
	s.state = idle
	j.open--
	j.free = at
}

// succeeded ends the streaks that a poll without failure ends, DIS-04.
func (c *Checker) succeeded(j *job, s *slot) {
	p := &c.cfg.PollingJobs
	switch {
	case p.Reset == policy.ResetNever || !s.some && !p.ResetOnEmpty:
	case p.Reset == policy.ResetJob:
		for k := range c.slotsOf(j) {
			c.slots[j.first+int32(k)].streak = 0
		}
	default:
		s.streak = 0
	}
}

// failed ends a poll that failed at an instant, adds to its streak, and demands the disablement where
// the streak reaches the threshold, DIS-02 to DIS-06.
func (c *Checker) failed(at engine.Time, jobIndex, i int32, class engine.Class) {
	j := &c.jobs[jobIndex]
	s := &c.slots[j.first+i]
	c.close(at, j, s)
	if c.cfg.PollingJobs.StopTickOnFailure {
		j.turn = j.n
	}
	if s.stale || j.off || !c.counts(class) {
		return
	}
	s.streak++
	if !j.excused && c.trips(j, s) {
		c.promise(promise{kind: owesDisablement, who: jobIndex, slot: i, at: at})
	}
}

// counts tells whether a class of failure counts, DIS-03.
func (c *Checker) counts(class engine.Class) bool {
	counts := &c.cfg.PollingJobs.Counts
	switch class {
	case engine.RateLimited:
		return counts.RateLimited
	case engine.BadCredentials:
		return counts.BadCredentials
	case engine.TokenRefreshFailed:
		return counts.TokenRefreshFailed
	case engine.VendorDown:
		return counts.VendorDown
	default:
		return counts.Rejected
	}
}

// nextStart is the instant at which a job with no poll under way next begins a tick, had all gone
// unseen since the last one (DIS-01, DIS-12).
func (c *Checker) nextStart(jobIndex int32) engine.Time {
	j, cfg := &c.jobs[jobIndex], &c.cfg.Jobs[jobIndex]
	if j.atOnce {
		return max(j.tick, j.free)
	}
	first := c.cfg.Start.Add(cfg.Phase)
	from := max(first, j.free, j.hold)
	if j.tick >= from {
		from = j.tick + 1
	}
	k := (time.Duration(from-first) + cfg.Every - 1) / cfg.Every
	return first.Add(k * cfg.Every)
}

// Polled sees ticks of a job pass that went well: when the last of them came, and when it ended.
func (c *Checker) Polled(job int, tick, end engine.Time) {
	j := &c.jobs[job]
	j.tick, j.free = tick, end
}
