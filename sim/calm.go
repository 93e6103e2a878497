package sim

import (
	"cmp"
	"slices"
	"time"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/fakevendor"
)

// In calm time jobs and flows read what there is and write it, and nothing else happens to them. Where
// both machines can promise that it stays so, the Player lets ticks pass by arithmetic: the engine says
// what would be done (Routine, Turn), the vendor what it would be answered (Calm, Reads, Promised), the
// reader judges these answers, and all who keep count are told the outcome (Polled, Ran, Pass). Journal
// and summary are the same to the byte.
//
// Whoever has passed calm time is ahead of the others, and may be: the script does nothing in between,
// nobody looks, and people who react to what befalls others change nothing where all goes well. A job is
// enabled already, and credentials are replaced by good ones; where a new token would move the next
// refresh, no refresh passes.

// stretch is how much calm time passes at once at most, since an interrupted run is played on to where its
// jobs are.
const stretch = 7 * 24 * time.Hour

// calm is what the Player needs to let calm time pass.
type calm struct {
	job    engine.Routine
	reads  []engine.Result // by resource of the job
	next   engine.Scheduled
	turn   turn
	ticks  []engine.Tick
	trains trains
	ahead  engine.Time // up to which calm time has passed for somebody

	understood []tried // by flow

	instant bool // no application takes any time to answer, unless something befalls it
}

// passCalm lets what is due at now pass, and more of its kind. It is false when it has to be played.
// After the instant to somebody may look.
func (p *Player) passCalm(now, to engine.Time) bool {
	w := p.w
	if w.opt.OneByOne || w.opt.ListCalls {
		return false
	}
	until := min(w.Next(), w.NextExpectation(), to+1, now.Add(stretch))
	switch {
	case w.eng.Routine(now, &p.calm.job):
		return p.passPolls(now, until)
	case w.eng.Run(now, &p.calm.next):
		return p.passRuns(now, until)
	default:
		return false
	}
}

// link is a connection in calm time: how its calls are answered, and how many have passed.
type link struct {
	conn    int
	until   engine.Time   // calls that are sent before it are answered well,
	latency time.Duration // so long after they are sent
	use     engine.Use
	life    time.Duration // of a token, where refreshes may pass
	counted bool          // calls that pass have numbers that matter

	calls, refreshes int64
	refreshed        engine.Time // when the last refresh was sent
}

// link finds out how calls of a connection about some resources are answered before an instant. It is false
// where that cannot be told, or where the caller would not wait for it.
func (p *Player) link(
	now, before engine.Time, conn int, use engine.Use, timeout time.Duration, resources ...int,
) (link, bool) {
	promise, ok := p.w.ven.Calm(fakevendor.Time(now), conn, resources...)
	l := link{
		conn: conn, until: min(before, engine.Time(promise.Until)), latency: promise.Latency, use: use,
		counted: promise.Counted,
	}
	if promise.Counted { // a refresh passes as the next call of all alone
		l.until = min(l.until, max(use.Until(), now+1))
	}
	if !ok || l.latency > timeout || use.Access == 0 {
		return l, ok && l.latency <= timeout
	}
	g := token(p.w.ven.Grant(conn))
	l.use.Alone = false
	if use.Until() < l.until && g == use.Token && use.Clean && p.w.eng.Quiet() {
		r := p.answerRefresh(&l, 1)
		l.life = r.ExpiresIn
		if l.use.Alone = use.Alone && r.Class == engine.OK; !use.Alone && r.Class == engine.OK {
			p.refreshShared(&l)
		}
	}
	if !l.use.Alone {
		l.until = min(l.until, l.use.Until(), g.ExpiresAt)
	}
	return l, g.Access == use.Access
}

// refreshShared lets the refreshes pass that those who share a connection make as long as its calls are
// answered well, whoever of them makes each. It does so where no call takes any time, so that everybody
// calls when he has a tick, whatever the others do.
func (p *Player) refreshShared(l *link) {
	w := p.w
	var ok bool
	if l.use.Until() >= l.until || l.life <= l.use.Before || !p.calm.instant ||
		slices.Contains(w.active, true) {
		return
	}
	if p.calm.ticks, ok = w.eng.Ticks(l.conn, p.calm.ticks[:0]); !ok {
		return
	}
	next := func() engine.Time { return nextTick(p.calm.ticks, l.use.Until()) }
	for at := next(); at < l.until; at = next() {
		l.refresh(at)
	}
	if l.refreshes > 0 {
		p.pass(l)
		p.calm.ahead = max(p.calm.ahead, l.refreshed)
		l.use.Token, l.calls, l.refreshes = token(w.ven.Grant(l.conn)), 0, 0
	}
}

// nextTick is the first of all ticks from an instant on.
func nextTick(ticks []engine.Tick, from engine.Time) engine.Time {
	first := engine.Never
	for _, t := range ticks {
		if t.At < from {
			k := (time.Duration(from-t.At) + t.Every - 1) / t.Every
			t.At = t.At.Add(k * t.Every)
		}
		first = min(first, t.At)
	}
	return first
}

// answerRefresh is what the reader makes of the n-th refresh from where the link stood at first.
func (p *Player) answerRefresh(l *link, n int64) engine.Result {
	p.req = fakevendor.Request{
		Op: opOf(engine.RefreshToken), Connection: l.conn, Resource: -1,
		Access: l.use.Access + uint32(n-1), Refresh: l.use.Refresh + uint32(n-1),
	}
	return p.promised(l.conn, 0)
}

// promised is what the reader makes of the answer to the Player's request, sent at an instant of calm time.
func (p *Player) promised(conn int, at engine.Time) engine.Result {
	p.w.ven.Promised(fakevendor.Time(at), &p.req, &p.resp)
	return p.judged(conn)
}

// judged is what the reader makes of the answer that the Player holds.
func (p *Player) judged(conn int) engine.Result {
	return resultOf(p.dialects[p.w.names.connApp[conn]].Judge(p.req.Op, p.resp.Shape, &p.resp.Params))
}

// send is when a call that is due at an instant is sent: at once, or after a refresh.
func (l *link) send(at engine.Time) engine.Time {
	l.calls++
	if !l.use.Alone || at < l.use.Until() {
		return at
	}
	l.refresh(at)
	return at.Add(l.latency)
}

// takes is how long a call takes at most, with the refresh that it may need first.
func (l *link) takes() time.Duration {
	if l.use.Alone {
		return 2 * l.latency
	}
	return l.latency
}

// refresh makes a refresh.
func (l *link) refresh(at engine.Time) {
	l.calls++
	l.refreshes++
	l.refreshed, l.use.ExpiresAt = at, at.Add(l.life)
}

// pass books the calls of a link with both machines.
func (p *Player) pass(l *link) {
	w := p.w
	w.ven.Pass(l.conn, l.calls)
	w.eng.Passed(l.calls)
	if l.refreshes == 0 {
		return
	}
	r := p.answerRefresh(l, l.refreshes)
	w.eng.Refreshed(l.conn, engine.Token{
		Access: r.Access, Refresh: cmp.Or(r.Refresh, l.use.Refresh), ExpiresAt: l.use.ExpiresAt,
	})
	w.ven.PassRefreshes(l.conn, l.refreshes, fakevendor.Time(l.refreshed))
}
