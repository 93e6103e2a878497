package engine

// due does the first thing that is due at now, alone, with all that it causes at once. This is the
// engine's part of T-03, in its order:
//
//	sweep tests · retries and ends of waits · frozen runs that resume · queued runs that start ·
//	first polls after enable · scheduled starts (flows, then polling jobs) · advice · error summaries
//
// Before all of these comes what the last step left Unfinished.
//
// The driver calls again as long as Next says now.
func (e *Engine) due(now Time) {
	st := &e.st
	if len(st.Wakes) > 0 {
		slot := st.Wakes[0]
		st.Wakes = st.Wakes[1:]
		e.woken(now, slot)
		return
	}
	if len(st.Starts) > 0 {
		s := st.Starts[0]
		st.Starts = st.Starts[1:]
		if s.Task == taskRun {
			e.startPage(now, int(s.Owner), int(s.Slot))
		} else {
			e.startPoll(now, int(s.Owner), int(s.Slot))
		}
		return
	}
	if st.SweepAt == now {
		e.sweep(now)
	}
	if len(st.Tests) > 0 {
		c := st.Tests[0]
		st.Tests = st.Tests[1:]
		e.test(now, int(c), BySweep, e.testCause(int(c)))
		return
	}
	st.SweptAt = now
	if e.dueWait(now) || e.scanQueue(now) {
		return
	}
	if len(st.Firsts) > 0 {
		j := st.Firsts[0]
		st.Firsts = st.Firsts[1:]
		e.firstPoll(now, int(j))
		return
	}
	e.dueTimer(now)
}

// dueWait ends the first wait of a run's call that ends now.
func (e *Engine) dueWait(now Time) bool {
	for len(e.st.Timers) > 0 && e.st.Timers[0].At == now && e.st.Timers[0].rank() == rankWait {
		i := e.st.Timers[0].index()
		e.st.Timers.pop()
		if t := e.st.Flows[i].waitsUntil(now); t != nil { // nil: cancelled by a pause meanwhile
			t.WaitAt = Never
			e.proceed(now, i)
			return true
		}
	}
	return false
}

// dueTimer does the first scheduled start, advice or summary that is due now.
// A timer that turns out stale is dropped and the next one looked at.
func (e *Engine) dueTimer(now Time) {
	st := &e.st
	for len(st.Timers) > 0 && st.Timers[0].At == now {
		t := st.Timers[0]
		switch t.rank() {
		case rankFlow:
			f := &st.Flows[t.index()]
			f.NextTick = now.Add(e.cfg.FlowList[t.index()].Every)
			st.Timers.replace(timer{f.NextTick, t.Key})
			e.scheduledStart(now, t.index())
			return
		case rankJob:
			if e.tick(now, t) {
				return
			}
		case rankAdvice:
			st.Timers.pop()
			if c := &st.Conns[t.index()]; c.AdviceAt == now {
				e.advise(t.index())
				return
			}
		default:
			return // a wait: it goes first when due is called again
		}
	}
	if st.SummaryAt == now {
		e.summarise(now)
	}
}
