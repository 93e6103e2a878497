package engine

// statusPublished takes what an application's status page says.
func (e *Engine) statusPublished(now Time, a int, open bool) {
	st := &e.st.Apps[a]
	st.Open = open
	if !open {
		st.Published, st.ResolvedAt = true, now
	}
	for _, c := range e.appConns[a] {
		e.armAdvice(now, int(c))
	}
}

// armAdvice judges the terms of OUT-11 and sets the instant at which they hold: more than 90 minutes
// after the later of the latest resolved and this connection's going offline. 90:00 exactly is not
// more, so it is one nanosecond later.
func (e *Engine) armAdvice(now Time, c int) {
	cn := &e.st.Conns[c]
	since, ok := e.adviceSince(c)
	if !ok {
		cn.AdviceAt = Never
		return
	}
	at := max(since.Add(e.cfg.Flows.AdviceAfter)+1, now)
	if cn.AdviceAt != at {
		cn.AdviceAt = at
		e.st.Timers.push(timer{at, key(rankAdvice, c)})
	}
}

// adviceSince is the instant from which the 90 minutes count; not ok when any term is missing.
func (e *Engine) adviceSince(c int) (Time, bool) {
	cn := &e.st.Conns[c]
	st := &e.st.Apps[e.cfg.Connections[c].Application]
	if !cn.Offline || cn.Advised || cn.Supported || st.Open || !st.Published {
		return 0, false
	}
	since := max(st.ResolvedAt, cn.OfflineAt)
	return since, !st.Resumed || st.ResumedAt < since
}

// advise gives the advice if its terms still hold.
func (e *Engine) advise(c int) {
	cn := &e.st.Conns[c]
	cn.AdviceAt = Never
	if _, ok := e.adviceSince(c); !ok {
		return
	}
	cn.Advised = true
	en := about(AdviceReauthorizeEntry, cn.Entry)
	en.Connection = int32(c)
	e.write(en)
}

// adviseSupport advises a support ticket, once per time offline.
func (e *Engine) adviseSupport(c int, cause Seq) {
	cn := &e.st.Conns[c]
	if cn.Supported {
		return
	}
	cn.Supported = true
	en := about(AdviceSupportEntry, cause)
	en.Connection = int32(c)
	e.write(en)
}
