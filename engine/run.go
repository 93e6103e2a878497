package engine

import "time"

// runAnswered takes the answer to a call of a run.
func (e *Engine) runAnswered(now Time, c *call, r *Result) {
	i := int(c.Owner)
	f := &e.st.Flows[i]
	f.Call = -1
	retrying := c.Op == WriteRecords && f.RetryPos >= 0 && f.Turn == c.Epoch
	if r.Class == OK {
		e.runSucceeded(i, c, r)
		if f.Run == running {
			e.proceed(now, i)
		}
		return
	}
	f.Notable = true
	e.failed(now, &f.Alike, c.Op, r, e.flowStreakEntry(i))
	if f.Turn != c.Epoch {
		e.runFailedLate(now, i, c, r)
		return
	}
	switch {
	case r.Class == RateLimited:
		e.endSeries(f)
		e.wait(i, e.retryAfter(r))
	case r.Class == Rejected:
		e.endSeries(f)
		e.runRejected(now, i, c, retrying)
	case e.takesOffline(r):
		e.endSeries(f)
		e.offlineOne(now, int(c.Conn), e.closeFlowStreak(i), r.Class)
	default:
		e.series(now, i, c, r, retrying)
	}
}

// runSucceeded keeps the result of an ok call, also of one that outlived its turn (OUT-05).
func (e *Engine) runSucceeded(i int, c *call, r *Result) {
	f := &e.st.Flows[i]
	e.endSeries(f)
	e.closeFlowStreak(i)
	switch {
	case c.Op == ReadPage:
		f.Pages++
		f.RunPages++
		f.PageMore = r.More
		switch {
		case r.Last >= r.First:
			f.Cursor, f.PageFirst, f.PageLast = r.Last, r.First, r.Last
			f.Step = stepWrite
		case r.More:
			f.Step = stepRead
		default:
			f.Step = stepEnd
		}
	case c.First == f.PageFirst && c.Last == f.PageLast && f.Step == stepWrite:
		f.wrote(c.Last - c.First + 1)
		f.pageDone()
	default:
		e.retrySucceeded(i, c)
	}
}

func (f *flow) wrote(records int64) {
	f.Delivered += records
	f.RunWrote += records
}

// pageDone leaves the page in hand behind.
func (f *flow) pageDone() {
	f.PageFirst, f.PageLast = 0, -1
	f.Step = stepEnd
	if f.PageMore {
		f.Step = stepRead
	}
}

// runFailedLate takes a failure that arrives after its turn was frozen: it opens no error and ends no
// series, the page stands. Bad credentials still take their connection offline (OUT-05).
func (e *Engine) runFailedLate(now Time, i int, c *call, r *Result) {
	cause := e.closeFlowStreak(i)
	if e.takesOffline(r) && !(r.Class == BadCredentials && r.Sub == ExpiredToken) {
		e.offlineOne(now, int(c.Conn), cause, r.Class)
	}
	switch {
	case e.st.Flows[i].Run != running:
	case r.Class == RateLimited:
		e.wait(i, e.retryAfter(r))
	default:
		e.proceed(now, i)
	}
}

// runAbandoned takes the end of a call that was never made because its turn was over.
func (e *Engine) runAbandoned(now Time, c *call) {
	i := int(c.Owner)
	e.st.Flows[i].Call = -1
	if e.st.Flows[i].Run == running {
		e.proceed(now, i)
	}
}

// runRejected: the records' fault. At the source the run fails; at the destination the page turns into
// value errors and the run goes on; a retry leaves its errors open (OUT-08, OUT-09).
func (e *Engine) runRejected(now Time, i int, c *call, retrying bool) {
	f := &e.st.Flows[i]
	switch {
	case c.Op == ReadPage:
		e.endRun(i, FlowFailedEntry, 0)
		return
	case retrying:
		e.retryFailed(i)
	default:
		e.openErrors(now, i, ValueError, e.closeFlowStreak(i))
		f.pageDone()
	}
	e.proceed(now, i)
}

// takesOffline tells whether a failure takes its connection offline at once, OUT-03.
func (e *Engine) takesOffline(r *Result) bool {
	dead := r.Class == BadCredentials || r.Class == TokenRefreshFailed && r.Sub == Dead
	return dead && e.cfg.Flows.BadCredentialsAtOnce
}

// series counts a failure of OUT-02's series: it waits for the next try, or the last one is over.
func (e *Engine) series(now Time, i int, c *call, r *Result, retrying bool) {
	f := &e.st.Flows[i]
	if f.LastTry {
		e.seriesOver(now, i, c, r, retrying)
		return
	}
	p := &e.cfg.Flows
	if f.Tries == 0 {
		f.FirstAt = now
	}
	f.Tries++
	end := f.FirstAt.Add(p.RetryBudget)
	if n := int(f.Tries); n <= len(p.RetryWaits) && now.Add(p.RetryWaits[n-1]) < end {
		e.wait(i, now.Add(p.RetryWaits[n-1]))
		return
	}
	f.LastTry = true
	e.wait(i, max(end, now))
}

// seriesOver is the last try's failure. Its class decides: vendor_down makes the application
// unresponsive, anything else takes this connection offline (OUT-02, OUT-03, OUT-08).
func (e *Engine) seriesOver(now Time, i int, c *call, r *Result, retrying bool) {
	f := &e.st.Flows[i]
	e.endSeries(f)
	cause := e.closeFlowStreak(i)
	if r.Class != VendorDown {
		scope := e.cfg.Flows.TokenOfflineScope
		e.unresponsive(now, int(c.Conn), cause, r.Class, scope == "application")
		return
	}
	switch {
	case retrying:
		e.retryFailed(i)
	case c.Op == WriteRecords:
		e.openErrors(now, i, Intermittent, cause)
		f.pageDone()
	}
	e.unresponsive(now, int(c.Conn), cause, r.Class, e.cfg.Flows.OfflineScope == "application")
}

func (e *Engine) endSeries(f *flow) {
	f.Tries, f.LastTry = 0, false
}

// wait lets the run wait until t, holding its slots (OUT-07).
func (e *Engine) wait(i int, t Time) {
	e.st.Flows[i].WaitAt = t
	e.st.Timers.push(timer{t, key(rankWait, i)})
}

// retryAfter is the end of a rate limit's wait, OUT-04. An answer that says 0 s is taken as 1 s, so
// that a vendor cannot make the platform call for ever at one instant.
func (e *Engine) retryAfter(r *Result) Time {
	if r.RetryAfter >= 0 {
		return e.st.Now.Add(max(r.RetryAfter, time.Second))
	}
	return e.st.Now.Add(e.cfg.Flows.RateLimitWait)
}
