package engine

// conn is a connection's changing state, OUT-01:
//
//	state    happening                                              then
//	online   a run's series ends vendor_down at its application     offline (OUT-02)
//	online   a run's call ends bad_credentials, or a dead refresh   offline (OUT-03)
//	offline  a sweep's or a re-authorization's test passes          online
//	offline  a test fails                                           offline
type conn struct {
	Offline   bool
	OfflineAt Time
	Class     Class // why it is offline
	Entry     Seq   // its connection.offline entry
	Busy      int32 // slots taken by runs

	Token      Token
	TokenEpoch uint32  // grows when an operator replaces the token
	Refreshing int32   // call that refreshes for this connection; -1 = none (C-06)
	Waiters    []int32 // calls that wait for that refresh
	Alike      streak  // of failed refreshes
	FailedBy   Seq     // the token.refresh_failed entry since which no refresh succeeded, 0 = none

	AdviceAt    Time // when OUT-11 is to be judged next; Never = not
	Advised     bool // once per time offline
	Supported   bool // advice.support was given, once per time offline
	ReauthCheck bool // brought online by a re-authorization: looked at by the next sweep, OUT-12
	ReauthAt    Time
	ReauthEntry Seq
}

// app is what the platform knows of an application.
type app struct {
	Open       bool // its status page shows an incident
	Published  bool // it has shown one resolved
	ResolvedAt Time // the latest resolved
	Resumed    bool // a flow of it has ever resumed
	ResumedAt  Time // the latest such instant
}

// unresponsive takes connections offline after a series' last failure: all of the application, or this
// one.
func (e *Engine) unresponsive(now Time, c int, cause Seq, class Class, whole bool) {
	if !whole {
		e.offlineOne(now, c, cause, class)
		return
	}
	for _, k := range e.appConns[e.cfg.Connections[c].Application] {
		e.offlineOne(now, int(k), cause, class)
	}
}

// offlineOne takes one connection offline and pauses its flows, idle ones too (OUT-05).
func (e *Engine) offlineOne(now Time, c int, cause Seq, class Class) {
	cn := &e.st.Conns[c]
	if cn.Offline {
		return
	}
	e.closeTokenStreak(c)
	en := about(ConnectionOfflineEntry, cause)
	en.Connection, en.Class = int32(c), class
	cn.Offline, cn.OfflineAt, cn.Class = true, now, class
	cn.Entry = e.write(en)
	cn.Advised, cn.Supported, cn.ReauthCheck = false, false, false
	e.notifyConnection(c, "connection.offline", cn.Entry)
	for _, f := range e.connFlows[c] {
		e.pause(int(f), cn.Entry)
	}
	e.armSweep(now)
	e.armAdvice(now, c)
}

// pause pauses a flow and freezes its run.
func (e *Engine) pause(i int, cause Seq) {
	f := &e.st.Flows[i]
	f.Offline++
	if f.Offline > 1 {
		return
	}
	e.closeFlowStreak(i)
	en := about(FlowPausedEntry, cause)
	en.Flow, en.Frozen = int32(i), f.Run != noRun
	f.PausedBy = e.write(en)
	if f.Run != running {
		return
	}
	f.Run = frozen
	f.RetryAsked = f.RetryAsked || f.RetryTaken // cut off: the next turn begins with them again
	f.RetryTaken = false
	f.Turn++
	f.Notable = true
	f.stand()
	e.giveSlots(i)
	e.requeue(i)
}

// online brings a connection back after a passing test and lets its flows go on in turn.
func (e *Engine) online(now Time, c int, cause Seq) {
	cn := &e.st.Conns[c]
	cn.Offline, cn.AdviceAt = false, Never
	en := about(ConnectionOnlineEntry, cause)
	en.Connection = int32(c)
	seq := e.write(en)
	e.notifyConnection(c, "connection.online", seq)
	for _, k := range e.connFlows[c] {
		f := &e.st.Flows[k]
		if f.Offline--; f.Offline > 0 {
			continue
		}
		f.PausedBy, f.OnlineBy = 0, seq
		e.st.Scan = true
		if f.Run == frozen {
			continue // it resumes in turn
		}
		e.resumed(now, int(k), seq)
		if e.retriesDue(int(k)) {
			e.queueForRetries(now, int(k), seq)
		}
	}
}

// resumed writes that a flow works again and notes it for the advice.
func (e *Engine) resumed(now Time, i int, cause Seq) Seq {
	f := &e.st.Flows[i]
	f.Resumed, f.ResumedAt = true, now
	cf := &e.cfg.FlowList[i]
	for _, end := range []Endpoint{cf.From, cf.To} {
		a := &e.st.Apps[e.cfg.Connections[end.Connection].Application]
		a.Resumed, a.ResumedAt = true, now
	}
	en := about(FlowResumedEntry, cause)
	en.Flow = int32(i)
	return e.write(en)
}

// reauthorize stores what the operator saved and tests at once, OUT-12.
func (e *Engine) reauthorize(now Time, c int, token Token, cause Seq) {
	cn := &e.st.Conns[c]
	e.closeTokenStreak(c)
	cn.Token, cn.FailedBy = token, 0
	cn.TokenEpoch++
	en := about(ConnectionReauthorizedEntry, cause)
	en.Connection, en.Outcome = int32(c), Saved
	seq := e.write(en)
	cn.ReauthEntry = seq
	if e.cfg.PollingJobs.ReauthorizeEnables {
		for j := range e.st.Jobs {
			if e.cfg.Jobs[j].Instance == c && !e.st.Jobs[j].Enabled {
				e.enable(now, j, seq)
			}
		}
	}
	e.test(now, c, ByReauthorize, seq)
}

// tokenFailed counts a failed refresh.
func (e *Engine) tokenFailed(now Time, c int, r *Result) {
	en := about(TokenRefreshFailedEntry, 0)
	en.Connection = int32(c)
	e.failed(now, &e.st.Conns[c].Alike, RefreshToken, r, en)
}

func (e *Engine) closeTokenStreak(c int) {
	en := about(TokenRefreshFailedEntry, 0)
	en.Connection = int32(c)
	if seq := e.closeStreak(&e.st.Conns[c].Alike, en); seq != 0 {
		e.st.Conns[c].FailedBy = seq
	}
}
