package sim

import (
	"time"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/fakevendor"
)

// laps finds out when the runs of a turn begin to repeat themselves, so that the rest need not be made
// one by one. A lap is the least time in which every flow of the turn has a whole number of ticks. Where
// at the end of some lap all stands as it stood some laps before, seen from there, the same follows again
// and again: as many records wait, rates go on so that as many come, tokens have as long to go.
//
// The laps to compare with are found as Brent does it: the latest one whose number is a power of two.
type laps struct {
	every  time.Duration // 0: too long to be of use
	end    engine.Time   // of the lap under way; Never: nothing is looked for any more
	since  int64         // laps since the mark
	until  int64         // laps after which the mark is moved on
	at     engine.Time   // the mark: how everything stood at this instant
	flows  []flowMark
	links  []link
	writes []write // since the mark
}

// flowMark is how a flow stood.
type flowMark struct {
	passing
	waiting int64
	account flowAccount
}

// write is a page that a flow wrote.
type write struct {
	flow int
	at   engine.Time
	span span
}

// beginLaps sets the first mark.
func (p *Player) beginLaps(now engine.Time) {
	t := &p.calm.turn
	t.laps.end = engine.Never
	every := t.flows[0].cfg.Every
	for i := range t.flows {
		e := t.flows[i].cfg.Every
		if every = every / gcd(every, e) * e; every > stretch || every <= 0 {
			return
		}
	}
	t.laps.every, t.laps.end, t.laps.until = every, now.Add(every), 1
	p.mark(now)
}

func gcd(a, b time.Duration) time.Duration {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// mark remembers how everything stands at an instant at which no run is in progress.
func (p *Player) mark(at engine.Time) {
	t := &p.calm.turn
	m := &t.laps
	m.at, m.since, m.flows, m.writes = at, 0, m.flows[:0], m.writes[:0]
	m.links = append(m.links[:0], t.links...)
	for i := range t.flows {
		f := &t.flows[i]
		a := p.w.ledger.flows[f.Flow]
		m.flows = append(m.flows, flowMark{*f, p.w.ledger.created(&a.account, at) - f.Cursor, a})
	}
}

// wrote remembers a page that was written.
func (m *laps) wrote(f *passing, at engine.Time, s span) {
	if m.end != engine.Never {
		m.writes = append(m.writes, write{f.Flow, at, s})
	}
}

// lap sees that the next tick comes at an instant. Where a lap has ended by then and the laps since the
// mark repeat themselves, it lets as many of them pass as end before some other instant, and is true.
func (p *Player) lap(tick, before engine.Time) bool {
	t := &p.calm.turn
	m := &t.laps
	for m.end <= tick {
		at := m.end
		m.end = m.end.Add(m.every)
		if t.free > at { // a run is in progress
			continue
		}
		if m.since++; p.asMarked(at) {
			m.end = engine.Never
			return p.repeat(time.Duration(at-m.at), p.times(at, before))
		}
		if m.since == m.until {
			m.until *= 2
			p.mark(at)
		}
	}
	return false
}

// asMarked tells whether everything stands at an instant as it stood at the mark.
func (p *Player) asMarked(at engine.Time) bool {
	t := &p.calm.turn
	m := &t.laps
	for i := range t.links {
		l, was := &t.links[i], &m.links[i]
		if l.use.Alone && l.use.ExpiresAt-at != was.use.ExpiresAt-m.at {
			return false
		}
	}
	for i := range t.flows {
		f, was := &t.flows[i], &m.flows[i]
		a := &p.w.ledger.flows[f.Flow]
		since, _ := p.w.ven.Steady(a.app, a.res, fakevendor.Time(at))
		switch {
		case f.NextTick-at != was.NextTick-m.at, p.w.ledger.created(&a.account, at)-f.Cursor != was.waiting,
			a.backlog.peak != was.account.backlog.peak, a.backlog.upTo > was.Cursor,
			engine.Time(since) > m.at, p.w.ven.Count(a.app, a.res, since) > was.Cursor, // of another rate
			!p.w.ven.Whole(a.app, a.res, since, time.Duration(at-m.at)):
			return false
		}
	}
	return true
}

// times is how often what came since the mark comes again, from an instant on and before some other.
func (p *Player) times(at, before engine.Time) int64 {
	t := &p.calm.turn
	for i := range t.flows {
		a := &p.w.ledger.flows[t.flows[i].Flow]
		_, until := p.w.ven.Steady(a.app, a.res, fakevendor.Time(at))
		before = min(before, engine.Time(until))
	}
	return int64(before-at) / int64(at-t.laps.at)
}

// repeat books what came since the mark, which took so long, n times more.
func (p *Player) repeat(took time.Duration, n int64) bool {
	t := &p.calm.turn
	on := time.Duration(n) * took
	for i := range t.flows {
		f, was := &t.flows[i], &t.laps.flows[i]
		f.Runs.Runs += n * (f.Runs.Runs - was.Runs.Runs)
		f.Pages += n * (f.Pages - was.Pages)
		f.Records += n * (f.Records - was.Records)
		f.Cursor += n * (f.Cursor - was.Cursor)
		f.NextTick, f.StartedAt = f.NextTick.Add(on), f.StartedAt.Add(on)
		p.w.ledger.flows[f.Flow].repeat(&was.account, n, on)
	}
	for _, wr := range t.laps.writes {
		p.w.ledger.age(wr.at, &p.w.ledger.flows[wr.flow], wr.span, n)
	}
	for i := range t.links {
		l, was := &t.links[i], &t.laps.links[i]
		l.calls += n * (l.calls - was.calls)
		l.refreshes += n * (l.refreshes - was.refreshes)
		l.refreshed, l.use.ExpiresAt = l.refreshed.Add(on), l.use.ExpiresAt.Add(on)
	}
	t.free = t.free.Add(on)
	return n > 0
}

// repeat books what came since an account stood otherwise n times more, but for the records' lateness.
func (f *flowAccount) repeat(was *flowAccount, n int64, on time.Duration) {
	f.cursor += n * (f.cursor - was.cursor)
	f.delivered += n * (f.delivered - was.delivered)
	f.belated += n * (f.belated - was.belated)
	f.pace.moved += n * (f.pace.moved - was.pace.moved)
	f.pace.took += time.Duration(n) * (f.pace.took - was.pace.took)
	f.backlog.seen = f.backlog.seen.Add(on)
}
