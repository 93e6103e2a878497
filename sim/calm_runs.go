package sim

import (
	"slices"
	"time"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/sim/timeline"
)

// turn is a turn of flows that pass calm time together, run after run.
type turn struct {
	engine.Turn
	flows []passing
	ran   []engine.Runs // of the flows
	links []link
	laps  laps
	free  engine.Time // when the last run ended
}

// passing is a flow of a turn.
type passing struct {
	engine.Runs
	cfg      *engine.Flow
	from, to int // places of its connections among the turn's links
}

// passRuns lets runs of a turn pass that have ended before an instant, none of which holds up another one
// that does not pass. Where not all is well it lets the run pass that is due now, if that takes no time. It
// is false where there is none.
func (p *Player) passRuns(now, until engine.Time) bool {
	w, t := p.w, &p.calm.turn
	if !w.ven.Untroubled(fakevendor.Time(now)) || !w.eng.Turn(now, &t.Turn) {
		return p.passRun(now)
	}
	if t.Retryable && slices.ContainsFunc(w.tl.Operators, func(o timeline.Reaction) bool {
		return o.Do == "retry_errors"
	}) {
		return false
	}
	before, ok := p.openTurn(now, until)
	if !ok || now >= before {
		return false
	}
	p.beginLaps(now)
	p.runUntil(now, before)
	return true
}

// passRun lets the one run pass that is due now. It is false where that takes time.
func (p *Player) passRun(now engine.Time) bool {
	t := &p.calm.turn
	t.Turn = engine.Turn{Flows: append(t.Flows[:0], p.calm.next), Timeout: p.w.engCfg.Flows.CallTimeout}
	if before, ok := p.openTurn(now, now+1); !ok || now >= before {
		return false
	}
	t.laps.end = engine.Never
	p.runUntil(now, now+1)
	return true
}

// runUntil makes the runs of a turn that begin before an instant.
func (p *Player) runUntil(now, before engine.Time) {
	t := &p.calm.turn
	// Whoever has to wait for a run that passed passes too.
	for f := t.next(); f.NextTick < max(before, t.free); f = t.next() {
		if p.lap(f.NextTick, before) {
			continue
		}
		t.free = p.run(f, max(f.NextTick, t.free))
		f.NextTick = f.NextTick.Add(f.cfg.Every)
	}
	p.closeTurn(now)
}

// next is the flow whose tick comes first; of several, the first in file order.
func (t *turn) next() *passing {
	first := &t.flows[0]
	for i := range t.flows {
		if t.flows[i].NextTick < first.NextTick {
			first = &t.flows[i]
		}
	}
	return first
}

// openTurn finds out how the calls of a turn are answered. It returns the instant before which ticks may
// pass, and false where none may.
func (p *Player) openTurn(now, until engine.Time) (before engine.Time, ok bool) {
	w, t := p.w, &p.calm.turn
	t.flows, t.links, t.free = t.flows[:0], t.links[:0], now
	var longest time.Duration // that all flows take for a run each
	shortest := time.Duration(1<<63 - 1)
	for _, s := range t.Flows {
		f := passing{
			Runs: engine.Runs{Flow: s.Flow, NextTick: s.NextTick, Cursor: s.Cursor},
			cfg:  &w.engCfg.FlowList[s.Flow],
		}
		if f.from, ok = p.linkOf(now, until, f.cfg.From); !ok {
			return 0, false
		}
		if f.to, ok = p.linkOf(now, until, f.cfg.To); !ok {
			return 0, false
		}
		lasts, ok := p.lasts(&f)
		if !ok {
			return 0, false
		}
		longest += lasts
		shortest = min(shortest, f.cfg.Every)
		t.flows = append(t.flows, f)
	}
	for i := range t.links {
		until = min(until, t.links[i].until)
	}
	return until.Add(-longest), longest <= shortest && (t.Queued || longest == 0)
}

// linkOf is the place of an end's connection among the turn's links. A turn of several flows passes only
// where no fault lasts, so that all resources of a connection are alike.
func (p *Player) linkOf(now, until engine.Time, end engine.Endpoint) (int, bool) {
	t := &p.calm.turn
	if i := slices.IndexFunc(t.links, func(l link) bool { return l.conn == end.Connection }); i >= 0 {
		return i, true
	}
	l, ok := p.link(now, until, end.Connection, p.w.eng.TokenOf(end.Connection), t.Timeout, end.Resource)
	t.links = append(t.links, l)
	return len(t.links) - 1, ok
}

// lasts is how long a run of a flow takes at most, if every run ends before the flow's next tick. It is
// false where that cannot be told, where records may expire unread, or where the reader would not take
// the answers for good.
func (p *Player) lasts(f *passing) (time.Duration, bool) {
	w, t := p.w, &p.calm.turn
	from, to := &t.links[f.from], &t.links[f.to]
	a := w.ledger.flows[f.Flow].account
	source := &w.tl.Applications[a.app]
	twice := 2 * f.cfg.Every // from a tick to the end of the next one's run, which reads what came meanwhile
	next := f.NextTick.Add(f.cfg.Every)
	keep := time.Duration(source.Retention)
	if keep > 0 && (keep <= twice || w.ledger.expired(&a, next) > 0) || !p.understands(f) {
		return 0, false
	}
	most := max(w.ven.Most(a.app, a.res, twice), w.ven.Count(a.app, a.res, fakevendor.Time(next))-f.Cursor)
	if f.cfg.Parallel > 1 && most > source.PageSize { // more than the first page, which is read alone
		return 0, false
	}
	each := from.takes() + to.takes()
	if each == 0 {
		return 0, true
	}
	pages := most/source.PageSize + 1
	return time.Duration(pages) * each, pages <= int64(f.cfg.Every/each)
}

// understands remembers which flows' answers are understood.
func (p *Player) understands(f *passing) bool {
	if p.calm.understood == nil {
		p.calm.understood = make([]tried, len(p.w.engCfg.FlowList))
	}
	seen := &p.calm.understood[f.Flow]
	if !seen.tried {
		*seen = tried{true, p.understood(f)}
	}
	return seen.good
}

// tried is what came of something that need not be tried again.
type tried struct{ tried, good bool }

// understood tells whether the reader takes the answers to a flow's calls for what they are: a write, and a
// page of no, one or two records, the last one or not. It is the same whenever they are given.
func (p *Player) understood(f *passing) bool {
	p.req = request(engine.WriteRecords, f.cfg.To)
	if p.promised(f.cfg.To.Connection, f.NextTick).Class != engine.OK {
		return false
	}
	p.req = request(engine.ReadPage, f.cfg.From)
	p.promised(f.cfg.From.Connection, f.NextTick)
	page := &p.resp.Params
	for page.Last = range int64(3) {
		for _, page.More = range []bool{false, true} {
			page.First = 1
			r := p.judged(f.cfg.From.Connection)
			same := r.First == page.First && r.Last == page.Last || r.Last < r.First && page.Last < page.First
			if r.Class != engine.OK || r.More != page.More || !same {
				return false
			}
		}
	}
	return true
}

func request(op engine.Op, at engine.Endpoint) fakevendor.Request {
	return fakevendor.Request{Op: opOf(op), Connection: at.Connection, Resource: at.Resource}
}

// run makes a run of a flow that starts at an instant, and returns when it ends.
func (p *Player) run(f *passing, at engine.Time) engine.Time {
	f.Runs.Runs++
	f.StartedAt, f.RunPages, f.RunRecords = at, 0, 0
	t := &p.calm.turn
	read, write := f.calls()
	for more := true; more; {
		read.After = f.Cursor
		r := p.call(&t.links[f.from], &read, &at)
		f.RunPages++
		more = r.More
		if r.Last < r.First {
			continue
		}
		f.Cursor, write.First, write.Last = r.Last, r.First, r.Last
		p.call(&t.links[f.to], &write, &at)
		t.laps.wrote(f, at, span{r.First, r.Last})
		f.RunRecords += r.Last - r.First + 1
	}
	f.Pages += f.RunPages
	f.Records += f.RunRecords
	return at
}

// calls are what a flow asks of its connections.
func (f *passing) calls() (read, write engine.Call) {
	from, to := f.cfg.From, f.cfg.To
	read = engine.Call{
		Op: engine.ReadPage, Connection: int32(from.Connection), Resource: int32(from.Resource),
		Flow: int32(f.Flow), Job: -1,
	}
	write = engine.Call{
		Op: engine.WriteRecords, Connection: int32(to.Connection), Resource: int32(to.Resource),
		Flow: int32(f.Flow), Job: -1,
	}
	return read, write
}

// call makes a call that is due at an instant, which it moves on to the call's end, and books its result.
func (p *Player) call(l *link, c *engine.Call, at *engine.Time) engine.Result {
	sent := l.send(*at)
	p.w.Request(c, &p.req)
	r := p.promised(l.conn, sent)
	*at = sent.Add(l.latency)
	p.w.ledger.sent(sent, c)
	p.w.ledger.finished(*at, c, &r)
	return r
}

// closeTurn tells both machines what the runs of a turn came to.
func (p *Player) closeTurn(now engine.Time) {
	w, t := p.w, &p.calm.turn
	t.ran = t.ran[:0]
	for i := range t.flows {
		t.ran = append(t.ran, t.flows[i].Runs)
	}
	w.eng.Ran(now, t.ran)
	for i := range t.links {
		p.pass(&t.links[i])
	}
	p.calm.ahead = max(p.calm.ahead, t.free)
}
