package engine

import (
	"time"

	"github.com/outagedrill/outagedrill/engine/policy"
)

// Routine is what a polling job does from one of its ticks on as long as every poll goes well: at each tick
// it reads each of its resources once, and nothing else but the refreshes that its token needs.
type Routine struct {
	Job        int
	Connection int
	Resources  []int // of the application, in polling order; not to be changed
	Every      time.Duration
	Parallel   bool // a tick's reads are sent at once, not each at the end of the one before
	Timeout    time.Duration
	Token      Use
}

// Use is how the calls of a connection use its token; zero without OAuth 2.0.
type Use struct {
	Token
	Before time.Duration // a call that is due so long before the token's end, or later, refreshes it first
	Clean  bool          // no refresh has failed since the last good one
	Alone  bool          // nobody else refreshes it while all is Quiet
}

// Until is when a call needs a refresh first; Never without OAuth 2.0.
func (u *Use) Until() Time {
	if u.Access == 0 {
		return Never
	}
	return u.ExpiresAt.Add(-u.Before)
}

// Routine tells what the engine does next, where that is routine: r becomes that of the polling job whose
// tick is due now. It is false when none is, or when good polls would change more than the job's counts and
// cursors and its token.
func (e *Engine) Routine(now Time, r *Routine) bool {
	i, ok := e.dueNow(now, rankJob)
	if !ok || !e.untroubled(now, i) {
		return false
	}
	cfg, jobs := &e.cfg.Jobs[i], &e.cfg.PollingJobs
	if e.st.Conns[cfg.Instance].Refreshing >= 0 {
		return false
	}
	*r = Routine{
		Job: i, Connection: cfg.Instance, Resources: cfg.Resources, Every: cfg.Every,
		Parallel: jobs.Poll == policy.Parallel, Timeout: jobs.CallTimeout,
		Token: e.use(cfg.Instance, jobs.TokenRefreshBefore),
	}
	return true
}

// dueNow is the job or flow whose scheduled start is the next thing that the engine does, if it is due now.
func (e *Engine) dueNow(now Time, rank int) (int, bool) {
	st := &e.st
	if len(st.Timers) == 0 || st.Timers[0].At != now || st.Timers[0].rank() != rank {
		return 0, false
	}
	first := !e.Unfinished() && st.SweepAt != now && len(st.Tests) == 0 && !st.Scan && len(st.Firsts) == 0
	return st.Timers[0].index(), first
}

// use is how those use a connection's token who refresh it so long before its end.
func (e *Engine) use(c int, before time.Duration) Use {
	if !e.cfg.Connections[c].OAuth {
		return Use{}
	}
	cn := &e.st.Conns[c]
	u := Use{
		Token: cn.Token, Before: before, Clean: cn.Alike.Count == 0 && cn.FailedBy == 0,
		Alone: e.users[c] == 1,
	}
	if !u.Alone {
		u.Before = max(e.cfg.Flows.TokenRefreshBefore, e.cfg.PollingJobs.TokenRefreshBefore)
	}
	return u
}

// Quiet tells whether no connection is offline or tested, and no flow does anything that could take one
// offline.
func (e *Engine) Quiet() bool {
	st := &e.st
	if len(st.Tests) > 0 || len(st.Queue) > 0 {
		return false
	}
	for i := range st.Flows {
		if st.Flows[i].Run != noRun {
			return false
		}
	}
	for i := range st.Calls {
		if st.Calls[i].ID != 0 && st.Calls[i].Task != taskPoll {
			return false
		}
	}
	for i := range st.Conns {
		if st.Conns[i].Offline {
			return false
		}
	}
	return true
}

// untroubled tells whether a job whose timer has come ticks now, and has nothing on its mind that a good
// poll would end. (One that waits for a Retry-After has the failure in an open streak.)
func (e *Engine) untroubled(now Time, i int) bool {
	j := &e.st.Jobs[i]
	if !j.Enabled || j.First || j.NextTick != now || j.InFlight > 0 || j.Skips.Count > 0 {
		return false
	}
	for s := range j.Res {
		if j.Res[s].Streak > 0 || j.Res[s].Alike.Count > 0 {
			return false
		}
	}
	return true
}

// Polled tells the engine that n ticks of a job, of which the first is due now, went as its Routine says.
// Reads has a result for each of its resources: what its n reads came to, as one page.
func (e *Engine) Polled(now Time, job int, n int64, reads []Result) {
	st := &e.st
	if i, ok := e.dueNow(now, rankJob); !ok || i != job {
		panic("engine: polls of a job that is not due")
	}
	st.Now = now
	j := &st.Jobs[job]
	for s := range reads {
		res := &j.Res[s]
		res.Polls += n
		if r := &reads[s]; r.Last >= r.First {
			res.Delivered += r.Last - r.First + 1
			res.Cursor = r.Last
		}
	}
	j.NextTick = now.Add(time.Duration(n) * e.cfg.Jobs[job].Every)
	st.Timers.replace(timer{j.NextTick, key(rankJob, job)})
}

// Cursor is the number of the last record that a job has read of one of its resources, told by its place.
func (e *Engine) Cursor(job, slot int) int64 { return e.st.Jobs[job].Res[slot].Cursor }

// Passed tells the engine that n calls of routines were made.
func (e *Engine) Passed(n int64) { e.st.CallSeq += uint64(n) }

// Refreshed tells the engine the token to which routine refreshes of a connection came.
func (e *Engine) Refreshed(c int, t Token) { e.st.Conns[c].Token = t }
