package engine

import (
	"time"

	"github.com/outagedrill/outagedrill/engine/policy"
)

// job is a polling job's changing state. Its machine:
//
//	state     happening                                     then
//	enabled   tick, nothing in flight                       polls every resource (DIS-01)
//	enabled   tick, a poll in flight                        enabled; the tick is skipped
//	enabled   a resource's X-th failure in a row            disabled by the platform (DIS-05, DIS-06)
//	enabled   operator disables                             disabled by the user
//	disabled  a poll in flight ends                         disabled; marked after disable (DIS-07)
//	disabled  operator enables                              enabled; first poll at once (DIS-12)
//	disabled  tick                                          disabled; nothing is called
type job struct {
	Enabled  bool
	Armed    bool   // a timer for NextTick is in the heap
	Epoch    uint32 // of this enablement: polls of an earlier one touch no streak
	NextTick Time
	InFlight int32 // polls under way, all of one enablement
	Outlived Seq   // the disablement that they outlived; 0 = none
	First    bool  // the first poll after enable is still to come
	HoldTill Time  // poll.honour_retry_after: ticks before it are skipped
	Res      []resource

	Skips streak // ticks skipped while the last one was in flight

	Disabled Disabling
}

// Disabling says how and why a job was disabled; zero while it is enabled.
type Disabling struct {
	By          By
	At          Time
	Resource    int32 // slot that tripped; -1 when a user did it
	Failures    int
	Threshold   int
	Environment string
	Since       Time // first failure of the streak
	Last        Result
	Entry       Seq

	// Polls that ended after the disablement, DIS-07.
	AfterPolls, AfterFailed int64
}

// resource is one resource of a polling job.
type resource struct {
	Cursor    int64 // number of the last record delivered, DIS-14
	Polls     int64
	Failed    int64
	Delivered int64
	Streak    int // consecutive failed polls, DIS-04
	Longest   int
	Since     Time   // first failure of Streak
	Last      Result // last failure
	Read      int64  // records read by the poll under way
	Answered  bool   // the poll under way has had an answer
	Alike     streak
}

// tick handles a job's timer. False: it was stale or fell away.
func (e *Engine) tick(now Time, t timer) bool {
	i := t.index()
	j := &e.st.Jobs[i]
	if !j.Enabled {
		j.Armed = false
		e.st.Timers.pop()
		return false
	}
	if j.NextTick > now {
		e.st.Timers.replace(timer{j.NextTick, t.Key})
		return false
	}
	e.fx.Ticked = i
	j.NextTick = now.Add(e.cfg.Jobs[i].Every)
	e.st.Timers.replace(timer{j.NextTick, t.Key})
	if j.InFlight > 0 || now < j.HoldTill {
		j.Skips.add(now, ReadPage, &Result{})
		return true
	}
	e.closeSkips(i)
	e.startTick(now, i)
	return true
}

// startTick polls the first resource, and lets the others follow: one after the other, or at once.
func (e *Engine) startTick(now Time, i int) {
	if e.cfg.PollingJobs.Poll == policy.Parallel {
		for s := 1; s < len(e.st.Jobs[i].Res); s++ {
			e.st.Starts = append(e.st.Starts, start{taskPoll, int32(i), int32(s)})
		}
	}
	e.startPoll(now, i, 0)
}

// startPoll begins one poll of one resource.
func (e *Engine) startPoll(now Time, i, slot int) {
	j := &e.st.Jobs[i]
	j.InFlight++
	r := &j.Res[slot]
	r.Read, r.Answered = 0, false
	e.readResource(now, i, slot)
}

// readResource asks for the next page of a poll.
func (e *Engine) readResource(now Time, i, slot int) {
	cj := &e.cfg.Jobs[i]
	j := &e.st.Jobs[i]
	id, c := e.newCall()
	*c = call{
		Task: taskPoll, Owner: int32(i), Slot: int32(slot), Conn: int32(cj.Instance), Op: ReadPage,
		Resource: int32(cj.Resources[slot]), After: j.Res[slot].Cursor, Epoch: j.Epoch,
	}
	e.place(now, id)
}

// pollAnswered takes one page of a poll, or its failure.
func (e *Engine) pollAnswered(now Time, c *call, r *Result) {
	j := &e.st.Jobs[c.Owner]
	res := &j.Res[c.Slot]
	res.Answered = true
	if r.Class == OK {
		if r.Last >= r.First {
			res.Delivered += r.Last - r.First + 1
			res.Read += r.Last - r.First + 1
			res.Cursor = r.Last
		}
		if r.More && e.wanted(c) {
			e.readResource(now, int(c.Owner), int(c.Slot))
			return
		}
	}
	e.pollEnded(now, c, r)
}

// pollAbandoned ends a poll whose next page may not be asked for any more. Without any answer it was
// no poll; with pages read it was a good one.
func (e *Engine) pollAbandoned(c *call) {
	if e.st.Jobs[c.Owner].Res[c.Slot].Answered {
		e.pollEnded(e.st.Now, c, &Result{Class: OK})
		return
	}
	e.pollDone(e.st.Now, c, OK)
}

// pollEnded counts a poll's result, DIS-02 and DIS-03, and goes on with the tick.
func (e *Engine) pollEnded(now Time, c *call, r *Result) {
	i := int(c.Owner)
	j := &e.st.Jobs[i]
	res := &j.Res[c.Slot]
	res.Polls++
	if r.Class != OK {
		res.Failed++
	}
	switch {
	case !e.wanted(c):
		e.pollAfterDisable(c, r)
	case r.Class == OK:
		if res.Streak > 0 || res.Alike.Count > 0 || e.cfg.PollingJobs.Reset == policy.ResetJob {
			e.pollRecovered(i, int(c.Slot))
		}
	default:
		e.pollFailed(now, i, int(c.Slot), r)
	}
	e.pollDone(now, c, r.Class)
}

// pollDone goes on with a sequential tick and with a first poll that waited.
func (e *Engine) pollDone(now Time, c *call, ended Class) {
	i := int(c.Owner)
	j := &e.st.Jobs[i]
	if j.InFlight--; j.InFlight == 0 {
		j.Outlived = 0
	}
	p := &e.cfg.PollingJobs
	stop := p.StopTickOnFailure && ended != OK
	next := int(c.Slot) + 1
	if p.Poll != policy.Parallel && e.wanted(c) && next < len(j.Res) && !stop {
		e.startPoll(now, i, next)
		return
	}
	if j.First && j.InFlight == 0 && j.Enabled {
		e.st.Firsts = append(e.st.Firsts, int32(i))
	}
}

// pollAfterDisable marks a poll that outlived its enablement, DIS-07.
func (e *Engine) pollAfterDisable(c *call, r *Result) {
	j := &e.st.Jobs[c.Owner]
	if j.Disabled.Entry == j.Outlived {
		j.Disabled.AfterPolls++
		if r.Class != OK {
			j.Disabled.AfterFailed++
		}
	}
	en := about(PollAfterDisableEntry, j.Outlived)
	en.Job, en.Connection, en.Resource = c.Owner, c.Conn, c.Resource
	en.Class, en.Sub, en.Status = r.Class, r.Sub, r.Status
	e.write(en)
}

// pollRecovered resets the streak after a good poll, DIS-04: of that resource only.
func (e *Engine) pollRecovered(i, slot int) {
	j := &e.st.Jobs[i]
	res := &j.Res[slot]
	e.closeJobStreak(i, slot)
	p := &e.cfg.PollingJobs
	if p.Reset == policy.ResetNever || res.Read == 0 && !p.ResetOnEmpty {
		return
	}
	res.Streak = 0
	if p.Reset == policy.ResetJob {
		for s := range j.Res {
			j.Res[s].Streak = 0
		}
	}
}

// pollFailed counts a failure and disables the job at its threshold.
func (e *Engine) pollFailed(now Time, i, slot int, r *Result) {
	j := &e.st.Jobs[i]
	res := &j.Res[slot]
	res.Last = *r
	e.failed(now, &res.Alike, ReadPage, r, e.jobStreakEntry(i, slot))
	if e.cfg.PollingJobs.HonourRetryAfter && r.Class == RateLimited && r.RetryAfter > 0 {
		j.HoldTill = max(j.HoldTill, now.Add(r.RetryAfter))
	}
	if !e.counts(r.Class) {
		return
	}
	if res.Streak == 0 {
		res.Since = now
	}
	res.Streak++
	res.Longest = max(res.Longest, res.Streak)
	if e.trips(i, slot) {
		e.disableByPlatform(now, i, slot)
	}
}

// counts tells whether a result counts as a failure, DIS-03.
func (e *Engine) counts(class Class) bool {
	c := &e.cfg.PollingJobs.Counts
	switch class {
	case RateLimited:
		return c.RateLimited
	case BadCredentials:
		return c.BadCredentials
	case TokenRefreshFailed:
		return c.TokenRefreshFailed
	case VendorDown:
		return c.VendorDown
	default:
		return c.Rejected
	}
}

func (e *Engine) closeSkips(i int) {
	j := &e.st.Jobs[i]
	if j.Skips.Count == 0 {
		return
	}
	en := about(PollSkippedEntry, 0)
	en.Job, en.Connection = int32(i), int32(e.cfg.Jobs[i].Instance)
	e.closeStreak(&j.Skips, en)
}

func (e *Engine) jobStreakEntry(i, slot int) Entry {
	en := about(CallsFailedEntry, 0)
	cj := &e.cfg.Jobs[i]
	en.Job, en.Connection, en.Resource = int32(i), int32(cj.Instance), int32(cj.Resources[slot])
	return en
}

func (e *Engine) closeJobStreak(i, slot int) Seq {
	return e.closeStreak(&e.st.Jobs[i].Res[slot].Alike, e.jobStreakEntry(i, slot))
}

func (e *Engine) closeJobStreaks(i int) {
	for s := range e.st.Jobs[i].Res {
		e.closeJobStreak(i, s)
	}
}

// firstTickAfter is the first tick of a job's grid later than t.
func (e *Engine) firstTickAfter(i int, t Time) Time {
	cj := &e.cfg.Jobs[i]
	first := e.cfg.Start.Add(cj.Phase)
	if t < first {
		return first
	}
	k := time.Duration(t-first)/cj.Every + 1
	return first.Add(k * cj.Every)
}
