package engine

import (
	"time"

	"github.com/outagedrill/outagedrill/engine/policy"
)

// Routine is what a polling job does from one of its ticks on as long as every poll goes well: at each tick
// it reads each of its resources once, and nothing else.
type Routine struct {
	Job        int
	Connection int
	Resources  []int // of the application, in polling order; not to be changed
	Every      time.Duration
	Parallel   bool // a tick's reads are sent at once, not each at the end of the one before
	Access     uint32
	Timeout    time.Duration
	Until      Time // from here on a read may need a refresh first, or meet one
}

// Routine tells what the engine does next, where that is routine: r becomes that of the polling job whose
// tick is due now. It is false when none is, or when good polls would change more than the job's counts and
// cursors.
func (e *Engine) Routine(now Time, r *Routine) bool {
	st := &e.st
	if len(st.Timers) == 0 || st.Timers[0].At != now || st.Timers[0].rank() != rankJob {
		return false
	}
	i := st.Timers[0].index()
	cfg := &e.cfg.Jobs[i]
	cn := &st.Conns[cfg.Instance]
	if !e.untroubled(now, i) || cn.Refreshing >= 0 {
		return false
	}
	flows, jobs := &e.cfg.Flows, &e.cfg.PollingJobs
	*r = Routine{
		Job: i, Connection: cfg.Instance, Resources: cfg.Resources, Every: cfg.Every,
		Parallel: jobs.Poll == policy.Parallel, Timeout: jobs.CallTimeout, Until: Never,
	}
	if e.cfg.Connections[cfg.Instance].OAuth {
		r.Access = cn.Token.Access
		r.Until = cn.Token.ExpiresAt.Add(-max(flows.TokenRefreshBefore, jobs.TokenRefreshBefore))
	}
	return true
}

// untroubled tells whether a job whose timer has come ticks now, and has nothing on its mind that a good poll
// would end. (One that waits for a Retry-After has the failure in an open streak.)
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
	if t := st.Timers[0]; t.At != now || t.Key != key(rankJob, job) {
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
	st.CallSeq += uint64(n) * uint64(len(reads))
	j.NextTick = now.Add(time.Duration(n) * e.cfg.Jobs[job].Every)
	st.Timers.replace(timer{j.NextTick, key(rankJob, job)})
}

// Cursor is the number of the last record that a job has read of one of its resources, told by its place.
func (e *Engine) Cursor(job, slot int) int64 { return e.st.Jobs[job].Res[slot].Cursor }
