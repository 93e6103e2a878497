package engine

import (
	"cmp"
	"time"
)

// A call is one request on behalf of a poll, a run or a test, with the refresh that it may need first
// (C-05, C-06). Its life:
//
//	now                 what happens                       then
//	placed              token fresh enough, or no OAuth    sent
//	placed              token due, nobody refreshes        refreshing: a refresh is sent
//	placed              token due, somebody refreshes      waiting for that refresh
//	refreshing          refresh ok                         sent; the waiting ones wake
//	refreshing          refresh failed, token still good   sent with the old token (not when forced)
//	refreshing          refresh failed otherwise           ended: token_refresh_failed
//	waiting             the refresh ended                  woken: as above, with its outcome
//	sent                expired_token, the first time      refreshing or waiting, forced
//	sent                anything else                      ended
type call struct {
	ID       uint64 // of the request under way; 0 = the slot is free
	Stage    stage
	Task     task
	Owner    int32 // flow, job or connection
	Slot     int32 // jobs: which of its resources; flows: which of the pages in hand, or onRetry
	Conn     int32
	Op       Op
	Resource int32
	After    int64
	First    int64
	Last     int64
	Epoch    uint32 // jobs: enablement at the start; flows: turn at the start
	By       By     // tests: sweep or re-authorize
	Cause    Seq    // tests: what led to it

	Forced    bool   // it refreshes because of expired_token: no fallback
	Expired   Seq    // the fault that answered expired_token
	TokenSeen uint32 // Conn's TokenEpoch when its refresh was sent
	SentAt    Time   // of the request under way

	Woken Result // waiting: how the refresh ended
}

type stage uint8

const (
	stageSent stage = iota
	stageRefreshing
	stageWaiting
)

type task uint8

const (
	taskPoll task = iota
	taskRun
	taskTest
)

const slotBits = 20

// newCall takes a free slot. The pointer is valid until the next newCall.
func (e *Engine) newCall() (int32, *call) {
	st := &e.st
	if n := len(st.Free); n > 0 {
		slot := st.Free[n-1]
		st.Free = st.Free[:n-1]
		return slot, &st.Calls[slot]
	}
	if len(st.Calls) == 1<<slotBits {
		panic("engine: more than a million calls in flight")
	}
	st.Calls = append(st.Calls, call{})
	return int32(len(st.Calls) - 1), &st.Calls[len(st.Calls)-1]
}

func (e *Engine) freeCall(slot int32) {
	e.st.Calls[slot].ID = 0
	e.st.Free = append(e.st.Free, slot)
}

// place sends a call, or the refresh that it needs first, or lets it wait for the one under way.
func (e *Engine) place(now Time, slot int32) {
	c := &e.st.Calls[slot]
	cn := &e.st.Conns[c.Conn]
	if !e.cfg.Connections[c.Conn].OAuth || e.pushed(c) || now < cn.Token.ExpiresAt.Add(-e.refreshBefore(c)) {
		e.send(now, slot, c.Op)
		return
	}
	e.refresh(now, slot)
}

// pushed tells whether a read takes what the source pushed: that needs no token.
func (e *Engine) pushed(c *call) bool {
	return c.Task == taskRun && c.Op == ReadPage && e.cfg.FlowList[c.Owner].Pushed
}

// refresh sends a refresh on behalf of the call, or lets it wait for the one under way.
func (e *Engine) refresh(now Time, slot int32) {
	c := &e.st.Calls[slot]
	cn := &e.st.Conns[c.Conn]
	if cn.Refreshing >= 0 {
		c.Stage = stageWaiting
		cn.Waiters = append(cn.Waiters, slot)
		return
	}
	cn.Refreshing = slot
	c.TokenSeen = cn.TokenEpoch
	e.send(now, slot, RefreshToken)
	c.Stage = stageRefreshing
}

// send makes the request of this step.
func (e *Engine) send(now Time, slot int32, op Op) {
	if e.fx.HasCall {
		panic("engine: two calls in one step")
	}
	c := &e.st.Calls[slot]
	cn := &e.st.Conns[c.Conn]
	e.st.CallSeq++
	c.ID = e.st.CallSeq<<slotBits | uint64(slot)
	c.Stage = stageSent
	c.SentAt = now
	out := &e.fx.Call
	*out = Call{
		ID: c.ID, Op: op, Connection: c.Conn, Resource: c.Resource, Flow: -1, Job: -1,
		After: c.After, First: c.First, Last: c.Last, Timeout: e.timeout(c),
	}
	switch c.Task {
	case taskPoll:
		out.Job = c.Owner
	case taskRun:
		out.Flow = c.Owner
	case taskTest: // of no flow and no job
	}
	if e.cfg.Connections[c.Conn].OAuth {
		out.Access = cn.Token.Access
	}
	if op == RefreshToken {
		out.Resource, out.Refresh = -1, cn.Token.Refresh
	}
	e.fx.HasCall = true
}

// callFinished takes the end of a request.
func (e *Engine) callFinished(now Time, id uint64, r *Result) {
	slot := int32(id & (1<<slotBits - 1))
	if int(slot) >= len(e.st.Calls) || e.st.Calls[slot].ID != id || id == 0 {
		panic("engine: a call ended that is not under way")
	}
	c := &e.st.Calls[slot]
	switch {
	case c.Stage == stageRefreshing:
		e.refreshFinished(now, slot, r)
	case r.Class == BadCredentials && r.Sub == ExpiredToken && !c.Forced &&
		e.cfg.Connections[c.Conn].OAuth && e.wanted(c):
		c.Forced, c.Expired = true, r.Cause
		e.refresh(now, slot)
	default:
		e.end(now, slot, r)
	}
}

// refreshFinished takes the end of a refresh: the token, those who waited, then the call itself.
func (e *Engine) refreshFinished(now Time, slot int32, r *Result) {
	c := &e.st.Calls[slot]
	cn := &e.st.Conns[c.Conn]
	cn.Refreshing = -1
	switch {
	case cn.TokenEpoch != c.TokenSeen:
		r = &Result{Class: OK} // an operator gave a new token meanwhile: whatever this one says is past
	case r.Class == OK:
		e.tokenRefreshed(c, r)
	default:
		e.tokenFailed(now, int(c.Conn), r)
	}
	for _, w := range cn.Waiters {
		e.st.Calls[w].Woken = *r
	}
	e.st.Wakes = append(e.st.Wakes, cn.Waiters...)
	cn.Waiters = cn.Waiters[:0]
	e.afterRefresh(now, slot, r)
}

// woken goes on with a call that waited for somebody else's refresh.
func (e *Engine) woken(now Time, slot int32) {
	r := e.st.Calls[slot].Woken
	e.afterRefresh(now, slot, &r)
}

// afterRefresh sends the call with the new token, or with the old one while it is good, or ends it.
// A call that nobody wants any more (its flow was paused, its job disabled) is not sent.
func (e *Engine) afterRefresh(now Time, slot int32, r *Result) {
	c := &e.st.Calls[slot]
	fallback := !c.Forced && e.fallback(c) && now < e.st.Conns[c.Conn].Token.ExpiresAt
	switch {
	case r.Class != OK && !fallback:
		e.end(now, slot, r)
	case !e.wanted(c):
		e.abandon(now, slot)
	default:
		e.send(now, slot, c.Op)
	}
}

// tokenRefreshed stores a new token. Its life counts from the instant of sending, so that the two sides
// agree. It is told when it ends a streak of failures or was forced; the others are routine.
func (e *Engine) tokenRefreshed(c *call, r *Result) {
	cn := &e.st.Conns[c.Conn]
	cn.Token.Access = r.Access
	cn.Token.ExpiresAt = c.SentAt.Add(r.ExpiresIn)
	if r.Refresh != 0 {
		cn.Token.Refresh = r.Refresh
	}
	e.closeTokenStreak(int(c.Conn))
	failed := cn.FailedBy
	cn.FailedBy = 0
	if failed == 0 && !c.Forced && !e.cfg.ListRoutine {
		return
	}
	en := about(TokenRefreshedEntry, cmp.Or(failed, c.Expired))
	en.Connection = c.Conn
	e.write(en)
}

// end hands a call's result to what it was for.
func (e *Engine) end(now Time, slot int32, r *Result) {
	c := e.st.Calls[slot]
	e.freeCall(slot)
	switch c.Task {
	case taskPoll:
		e.pollAnswered(now, &c, r)
	case taskRun:
		e.runAnswered(now, &c, r)
	case taskTest:
		e.testAnswered(now, &c, r)
	}
}

// abandon drops a call whose refresh outlived the wish for it.
func (e *Engine) abandon(now Time, slot int32) {
	c := e.st.Calls[slot]
	e.freeCall(slot)
	switch c.Task {
	case taskPoll:
		e.pollAbandoned(&c)
	case taskRun:
		e.runAbandoned(now, &c)
	case taskTest: // always wanted
	}
}

// wanted tells whether a call may still be made: not for a disabled job (DIS-07), not for a paused
// flow (OUT-14), nor for an earlier enablement or turn.
func (e *Engine) wanted(c *call) bool {
	switch c.Task {
	case taskPoll:
		j := &e.st.Jobs[c.Owner]
		return j.Enabled && j.Epoch == c.Epoch
	case taskRun:
		f := &e.st.Flows[c.Owner]
		return f.Run == running && f.Turn == c.Epoch
	case taskTest: // always
	}
	return true
}

func (e *Engine) refreshBefore(c *call) time.Duration {
	if c.Task == taskPoll {
		return e.cfg.PollingJobs.TokenRefreshBefore
	}
	return e.cfg.Flows.TokenRefreshBefore
}

func (e *Engine) fallback(c *call) bool {
	if c.Task == taskPoll {
		return e.cfg.PollingJobs.TokenFallback
	}
	return e.cfg.Flows.TokenFallback
}

func (e *Engine) timeout(c *call) time.Duration {
	if c.Task == taskPoll {
		return e.cfg.PollingJobs.CallTimeout
	}
	return e.cfg.Flows.CallTimeout
}

// Slot is the part of a Call's ID that is small: unique among the calls under way, and used again.
func Slot(id uint64) uint32 { return uint32(id & (1<<slotBits - 1)) }
