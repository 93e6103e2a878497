package sim

import (
	"context"
	"errors"
	"fmt"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/dialect"
	"github.com/outagedrill/outagedrill/sim/journal"
	"github.com/outagedrill/outagedrill/sim/timeline"
)

// Run plays a timeline on virtual time and hands every journal entry to the sink, in order; an entry is
// valid only during the call. It returns the summary, which is the same without a sink (nil), where nothing
// is done that only a journal's reader needs. When ctx ends, the run is closed where it stands
// and ErrInterrupted is returned beside the summary so far.
func Run(
	ctx context.Context, tl *timeline.Timeline, opt Options, sink func(*journal.Entry) error,
) (*journal.Summary, error) {
	p, err := NewPlayer(tl, opt, sink)
	if err != nil {
		return nil, err
	}
	if err := p.PlayTo(ctx, p.w.end); err != nil {
		if !errors.Is(err, ErrInterrupted) {
			return nil, err
		}
		s, closeErr := p.w.Close(max(p.w.now, p.calm.ahead))
		return s, errors.Join(closeErr, err)
	}
	return p.w.Close(p.w.end)
}

// Player is the driver on virtual time: it jumps from one due instant to the next, and a call goes
// straight into the vendor. Not safe for concurrent use.
type Player struct {
	w        *World
	calls    calls
	dialects []*dialect.Dialect // by application
	req      fakevendor.Request
	resp     fakevendor.Response
	calm     calm
}

// NewPlayer makes a player at the timeline's start.
func NewPlayer(tl *timeline.Timeline, opt Options, sink func(*journal.Entry) error) (*Player, error) {
	w, err := NewWorld(tl, opt, sink)
	if err != nil {
		return nil, err
	}
	p := &Player{w: w, calm: calm{instant: true}}
	for _, a := range w.venCfg.Applications {
		p.dialects = append(p.dialects, a.Dialect)
		p.calm.instant = p.calm.instant && a.Latency == (fakevendor.Latency{})
	}
	w.OnSend(p.send)
	return p, nil
}

// World is the world that is played.
func (p *Player) World() *World { return p.w }

// PlayTo plays everything up to and including the instant to, but nothing that falls on the run's end
// (T-04). Time moves only when nothing is due any more at its instant. When ctx ends it plays on to where no
// job is ahead of the others, and returns ErrInterrupted.
func (p *Player) PlayTo(ctx context.Context, to engine.Time) error {
	w := p.w
	to = min(to, w.end-1)
	var stopped error
	for n := 0; ; n++ {
		if n%128 == 0 && ctx.Err() != nil {
			stopped, to = ErrInterrupted, min(to, p.calm.ahead)
		}
		at := p.next()
		if at > to {
			return stopped
		}
		if n%128 == 0 && w.opt.Progress != nil {
			w.opt.Progress(float64(at-w.start) / float64(w.end-w.start))
		}
		if err := p.instant(ctx, at, to); err != nil {
			return err
		}
	}
}

// stepsAtOnce is how many things may happen at one instant. More means that time stands still: nothing
// finite that a timeline can say comes near.
const stepsAtOnce = 1_000_000_000

// instant does all that is due at one instant, on the way to the instant to.
func (p *Player) instant(ctx context.Context, at, to engine.Time) error {
	for n := 1; p.one(at, to); n++ {
		if n%4096 == 0 && ctx.Err() != nil && at >= p.calm.ahead {
			return ErrInterrupted
		}
		if n == stepsAtOnce {
			return standsStill(at)
		}
		if p.w.opt.EveryStep != nil {
			if err := p.w.opt.EveryStep(p.w); err != nil {
				return err
			}
		}
	}
	return p.w.rec.err
}

// standsStill says that an instant does not end.
func standsStill(at engine.Time) error {
	return fmt.Errorf("time stands still at %s: what happens there causes itself again without end",
		journal.Time(at))
}

// next is the next instant at which anything is due.
func (p *Player) next() engine.Time {
	at := p.w.Next()
	if len(p.calls.heap) > 0 {
		at = min(at, p.calls.heap[0].at)
	}
	if t, ok := p.w.eng.Next(); ok {
		at = min(at, t)
	}
	return min(at, p.w.NextExpectation())
}

// one does the first thing that is due at now, in the order of T-03; false when nothing is.
func (p *Player) one(now, to engine.Time) bool {
	w := p.w
	if w.Next() == now && w.Do(now) {
		return true
	}
	if len(p.calls.heap) > 0 && p.calls.heap[0].at == now {
		f := p.calls.take()
		w.Finished(now, &f.call, &f.result)
		return true
	}
	if t, ok := w.eng.Next(); ok && t == now {
		if !p.passCalm(now, to) {
			w.Act(now)
		}
		return true
	}
	return w.Expect(now)
}

// send lets the vendor answer and books the end of the call: after the answer's latency, or at the
// caller's time-out.
func (p *Player) send(now engine.Time, c *engine.Call) {
	w := p.w
	w.Request(c, &p.req)
	p.calm.trains.count(now, w)
	w.ven.Respond(fakevendor.Time(now), &p.req, &p.resp)
	d := p.dialects[w.names.connApp[c.Connection]]
	op := opOf(c.Op)
	shape, fault, latency := p.resp.Shape, p.resp.Fault, p.resp.Latency
	if latency > c.Timeout { // exactly the time-out is not yet one (C-02)
		shape, latency = d.Shape(dialect.ShapeNoAnswer), c.Timeout
		if fault < 0 {
			fault = p.resp.Slowed
		}
	}
	f := flight{call: *c, result: resultOf(d.Judge(op, shape, &p.resp.Params))}
	f.result.Cause = w.Answered(now, c, fault, p.resp.Mended, p.resp.Duplicated)
	p.calls.add(now.Add(latency), f)
}

func opOf(op engine.Op) dialect.Op { return dialect.Op(op) }

// resultOf turns a reading into the engine's terms; the two lists of classes are the same (C-01).
func resultOf(r dialect.Reading) engine.Result {
	return engine.Result{
		Class: engine.Class(r.Class), Sub: engine.Sub(r.Sub), Status: r.Status, RetryAfter: r.RetryAfter,
		First: r.First, Last: r.Last, More: r.More, Access: r.Access, Refresh: r.Refresh,
		ExpiresIn: r.ExpiresIn,
	}
}

func restoreVendor(cfg fakevendor.Config, data []byte) (*fakevendor.Vendor, error) {
	return fakevendor.Restore(cfg, data)
}
