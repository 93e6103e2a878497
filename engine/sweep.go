package engine

import (
	"time"

	"github.com/outagedrill/outagedrill/engine/policy"
)

// armSweep makes sure that the next sweep happens. Sweeps are at start + sweep.offset + k × sweep.every
// (OUT-06); nothing is done at those at which no connection is offline.
func (e *Engine) armSweep(now Time) {
	if e.st.SweepAt != Never {
		return
	}
	from := now
	if e.st.SweptAt >= now {
		from = now + 1 // the sweep of this instant is over
	}
	p := &e.cfg.Flows
	first := e.cfg.Start.Add(p.SweepOffset)
	if from <= first {
		e.st.SweepAt = first
		return
	}
	k := (time.Duration(from-first) + p.SweepEvery - 1) / p.SweepEvery
	e.st.SweepAt = first.Add(k * p.SweepEvery)
}

// sweep fixes the set of connections to test at this instant: all connections to applications with an
// offline one. Their tests follow one step each.
func (e *Engine) sweep(now Time) {
	e.st.SweepAt = Never
	e.st.SweptAt = now
	pending := e.checkReauthorized(now)
	all := e.cfg.Flows.SweepTests == policy.ScopeApplication
	offline := false
	for c := range e.st.Conns {
		if e.st.Conns[c].Offline {
			offline = true
		}
		if e.st.Conns[c].Offline || all && e.appOffline(e.cfg.Connections[c].Application) {
			e.st.Tests = append(e.st.Tests, int32(c))
		}
	}
	if offline || pending {
		e.st.SweepAt = now.Add(e.cfg.Flows.SweepEvery)
	}
}

func (e *Engine) appOffline(a int) bool {
	for _, c := range e.appConns[a] {
		if e.st.Conns[c].Offline {
			return true
		}
	}
	return false
}

// test makes one authenticated call, without retries.
func (e *Engine) test(now Time, c int, by By, cause Seq) {
	slot, k := e.newCall()
	*k = call{
		Task: taskTest, Owner: int32(c), Conn: int32(c), Op: TestConnection, Resource: -1,
		By: by, Cause: cause,
	}
	e.place(now, slot)
}

// testCause is why a sweep tests a connection: it is offline, or another one of its application is, or was
// until its own test of this sweep brought it back.
func (e *Engine) testCause(c int) Seq {
	if e.st.Conns[c].Offline {
		return e.st.Conns[c].Entry
	}
	var latest Seq
	for _, k := range e.appConns[e.cfg.Connections[c].Application] {
		if e.st.Conns[k].Offline {
			return e.st.Conns[k].Entry
		}
		latest = max(latest, e.st.Conns[k].Entry)
	}
	return latest
}

// testAnswered takes a test's result: a passing one brings an offline connection online, a failing one
// changes nothing (OUT-06, OUT-12).
func (e *Engine) testAnswered(now Time, c *call, r *Result) {
	i := int(c.Owner)
	cn := &e.st.Conns[i]
	passed := r.Class == OK || r.Class == RateLimited && e.cfg.Flows.SweepRateLimitedPasses
	en := about(ConnectionTestedEntry, c.Cause)
	en.Connection, en.By, en.Outcome = c.Conn, c.By, Failed
	en.Class, en.Sub, en.Status = r.Class, r.Sub, r.Status
	if passed {
		en.Outcome = Passed
	}
	seq := e.write(en)
	switch {
	case passed && cn.Offline:
		e.online(now, i, seq)
		if c.By == ByReauthorize {
			cn.ReauthCheck, cn.ReauthAt = true, now
			e.armSweep(now)
		}
	case !passed && cn.Offline && c.By == ByReauthorize:
		e.adviseSupport(i, seq)
	}
}

// checkReauthorized looks at connections that a re-authorization brought online: when no flow of theirs
// has resumed until this sweep, the advice becomes a support ticket (OUT-12).
// One that came online at this very instant waits for the next sweep; pending tells that there is such a one.
func (e *Engine) checkReauthorized(now Time) (pending bool) {
	for c := range e.st.Conns {
		cn := &e.st.Conns[c]
		if !cn.ReauthCheck {
			continue
		}
		if cn.ReauthAt == now {
			pending = true
			continue
		}
		cn.ReauthCheck = false
		resumed := len(e.connFlows[c]) == 0
		for _, f := range e.connFlows[c] {
			fl := &e.st.Flows[f]
			resumed = resumed || fl.Resumed && fl.ResumedAt >= cn.ReauthAt
		}
		if !resumed && !cn.Offline {
			e.adviseSupport(c, cn.ReauthEntry)
		}
	}
	return pending
}
