package engine

import (
	"time"

	"github.com/outagedrill/outagedrill/engine/policy"
)

// runAnswered takes the answer to a call of a run.
func (e *Engine) runAnswered(now Time, c *call, r *Result) {
	i := int(c.Owner)
	f := &e.st.Flows[i]
	t := f.try(int(c.Slot))
	t.Call = noCall
	if r.Class == OK {
		e.runSucceeded(i, c, r)
		if f.Run == running {
			e.proceed(now, i)
		}
		return
	}
	f.Notable = true
	e.failed(now, &f.Alike, c.Op, r, e.flowStreakEntry(i))
	if c.Op == ReadPage && f.inVain() {
		e.readInVain(now, i, c, r)
		return
	}
	if f.Turn != c.Epoch {
		e.runFailedLate(now, i, c, r)
		return
	}
	switch {
	case r.Class == RateLimited:
		t.endSeries()
		e.wait(i, t, e.retryAfter(r))
	case r.Class == Rejected:
		t.endSeries()
		e.runRejected(now, i, c)
	case e.takesOffline(r):
		e.offlineOne(now, int(c.Conn), e.closeFlowStreak(i), r.Class)
	default:
		e.series(now, i, c, r)
	}
}

// runSucceeded keeps the result of an ok call, also of one that outlived its turn (OUT-05).
func (e *Engine) runSucceeded(i int, c *call, r *Result) {
	f := &e.st.Flows[i]
	f.try(int(c.Slot)).endSeries()
	e.closeFlowStreak(i)
	if c.Slot == onRetry {
		e.retrySucceeded(i, c)
		return
	}
	p := &f.InHand[c.Slot]
	if c.Op == ReadPage {
		f.Pages++
		f.RunPages++
		p.First, p.Last, p.More, p.State = r.First, r.Last, r.More, pageRead
		if p.Until > 0 { // where records expired the source answers with those that come behind
			p.Last = min(p.Last, p.Until)
		}
	} else {
		f.wrote(c.Last - c.First + 1)
		p.State = pageDone
	}
	e.settle(i)
}

func (f *flow) wrote(records int64) {
	f.Delivered += records
	f.RunWrote += records
}

// runFailedLate takes a failure that arrives after its turn was frozen: it opens no error and ends no
// series, the page stands. Bad credentials still take their connection offline (OUT-05).
func (e *Engine) runFailedLate(now Time, i int, c *call, r *Result) {
	e.offlineLate(now, c, r, e.closeFlowStreak(i))
	f := &e.st.Flows[i]
	switch {
	case f.Run != running:
	case r.Class == RateLimited:
		e.wait(i, f.try(int(c.Slot)), e.retryAfter(r))
	default:
		e.proceed(now, i)
	}
}

// offlineLate takes the connection offline where a failure that counts for nothing else still does so.
func (e *Engine) offlineLate(now Time, c *call, r *Result, cause Seq) {
	if e.takesOffline(r) && !(r.Class == BadCredentials && r.Sub == ExpiredToken) {
		e.offlineOne(now, int(c.Conn), cause, r.Class)
	}
}

// readInVain takes the failure of a read of which nothing was to come: the page before it was the last, or
// the source rejected that one. It is not repeated.
func (e *Engine) readInVain(now Time, i int, c *call, r *Result) {
	e.offlineLate(now, c, r, e.closeFlowStreak(i))
	e.settle(i)
	if e.st.Flows[i].Run == running {
		e.proceed(now, i)
	}
}

// runAbandoned takes the end of a call that was never made because its turn was over.
func (e *Engine) runAbandoned(now Time, c *call) {
	i := int(c.Owner)
	f := &e.st.Flows[i]
	f.try(int(c.Slot)).Call = noCall
	e.settle(i)
	if f.Run == running {
		e.proceed(now, i)
	}
}

// runRejected: the records' fault. At the source the run fails, once the pages before are written; at the
// destination the page turns into value errors and the run goes on; a retry leaves its errors open (OUT-08,
// OUT-09).
func (e *Engine) runRejected(now Time, i int, c *call) {
	f := &e.st.Flows[i]
	switch {
	case c.Slot == onRetry:
		e.retryFailed(i)
	case c.Op == ReadPage:
		f.FailedBy = e.closeFlowStreak(i)
		f.InHand[c.Slot].State = pageRefused
		e.settle(i)
	default:
		e.openErrors(now, i, &f.InHand[c.Slot], ValueError, e.closeFlowStreak(i))
	}
	e.proceed(now, i)
}

// takesOffline tells whether a failure takes its connection offline at once, OUT-03.
func (e *Engine) takesOffline(r *Result) bool {
	dead := r.Class == BadCredentials || r.Class == TokenRefreshFailed && r.Sub == Dead
	return dead && e.cfg.Flows.BadCredentialsAtOnce
}

// series counts a failure of OUT-02's series: the call waits for the next try, or the last one is over.
func (e *Engine) series(now Time, i int, c *call, r *Result) {
	t := e.st.Flows[i].try(int(c.Slot))
	if t.LastTry {
		e.seriesOver(now, i, c, r)
		return
	}
	p := &e.cfg.Flows
	if t.Tries == 0 {
		t.FirstAt = now
	}
	t.Tries++
	end := t.FirstAt.Add(p.RetryBudget)
	if n := int(t.Tries); n <= len(p.RetryWaits) && now.Add(p.RetryWaits[n-1]) < end {
		e.wait(i, t, now.Add(p.RetryWaits[n-1]))
		return
	}
	t.LastTry = true
	e.wait(i, t, max(end, now))
}

// seriesOver is the last try's failure. Its class decides: vendor_down makes the application
// unresponsive, anything else takes this connection offline (OUT-02, OUT-03, OUT-08).
func (e *Engine) seriesOver(now Time, i int, c *call, r *Result) {
	f := &e.st.Flows[i]
	f.try(int(c.Slot)).endSeries()
	cause := e.closeFlowStreak(i)
	if r.Class != VendorDown {
		scope := e.cfg.Flows.TokenOfflineScope
		e.unresponsive(now, int(c.Conn), cause, r.Class, scope == policy.ScopeApplication)
		return
	}
	switch {
	case c.Slot == onRetry:
		e.retryFailed(i)
	case c.Op == WriteRecords:
		e.openErrors(now, i, &f.InHand[c.Slot], Intermittent, cause)
	}
	e.unresponsive(now, int(c.Conn), cause, r.Class, e.cfg.Flows.OfflineScope == policy.ScopeApplication)
}

// wait lets a call of a run wait until at, while the run holds its slots (OUT-07).
func (e *Engine) wait(i int, t *try, at Time) {
	t.WaitAt = at
	e.st.Timers.push(timer{at, key(rankWait, i)})
}

// retryAfter is the end of a rate limit's wait, OUT-04. An answer that says 0 s is taken as 1 s, so
// that a vendor cannot make the platform call for ever at one instant.
func (e *Engine) retryAfter(r *Result) Time {
	if r.RetryAfter >= 0 {
		return e.st.Now.Add(max(r.RetryAfter, time.Second))
	}
	return e.st.Now.Add(e.cfg.Flows.RateLimitWait)
}
