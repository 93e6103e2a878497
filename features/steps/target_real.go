package steps

import (
	"context"
	"fmt"
	"time"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/features/contract"
	"github.com/outagedrill/outagedrill/sim/journal"
)

// realPlayer plays one timeline on a platform under test whose clock runs by itself, in scaled time. It knows
// itself when jobs are due, and looks at the end of each instant's window.
type realPlayer struct {
	*targetPlayer
	scaled
	looked []engine.Time // instants whose windows are over
}

func (p *realPlayer) PlayTo(ctx context.Context, at engine.Time) error {
	for next := p.next(); next <= at; next = p.next() {
		if err := p.instant(ctx, next); err != nil {
			return err
		}
	}
	if n := len(p.looked); n > 0 && p.looked[n-1] == at {
		return nil
	}
	return p.instant(ctx, at)
}

// instant plays one instant: what people do at its beginning, then what the platform does in its window.
func (p *realPlayer) instant(ctx context.Context, at engine.Time) error {
	commands := p.commandsAt(at)
	if len(commands) > 0 && p.crowded(at) {
		return &unoffered{"what people do so near a poll cannot be ordered on a platform's own clock"}
	}
	if late := p.scaled.clock.Now().Sub(p.scaled.instant(at)); late > p.span(p.early()) {
		return fmt.Errorf("the run is %s late at %s: the platform or this machine is too slow for a minute "+
			"in %s (want a longer --time-scale)", late.Round(time.Millisecond), p.watch.offset(at), p.minute)
	}
	if err := p.scaled.clock.Wait(ctx, p.scaled.instant(at.Add(-p.early()))); err != nil {
		return err
	}
	if err := p.watch.unannounced(p.seen()); err != nil {
		return err
	}
	p.setTime(at)
	if err := p.scaled.clock.Wait(ctx, p.scaled.instant(at)); err != nil {
		return err
	}
	for i := range commands {
		if err := p.operate(ctx, at, &commands[i]); err != nil {
			return err
		}
	}
	return p.window(ctx, at)
}

// crowded tells whether a job that is enabled polls so near an instant that nobody can tell what came first.
func (p *realPlayer) crowded(at engine.Time) bool {
	after := at.Add(-p.gap) + 1
	return p.watch.nextTick(after) < at.Add(p.gap)
}

// window waits for the end of an instant's window, and looks at what came of it.
func (p *realPlayer) window(ctx context.Context, at engine.Time) error {
	until := p.scaled.instant(at)
	if now := p.scaled.clock.Now(); now.After(until) {
		until = now
	}
	if err := p.scaled.clock.Wait(ctx, until.Add(p.span(p.late()))); err != nil {
		return err
	}
	if p.watch.expects(at) > 0 {
		if err := p.scaled.clock.Wait(ctx, p.scaled.instant(at.Add(p.latest()))); err != nil {
			return err
		}
	}
	p.looked = append(p.looked, at)
	return p.look(ctx, at, true)
}

func (p *realPlayer) look(ctx context.Context, at engine.Time, due bool) error {
	done, since := p.seen(), p.scaled.clock.Now()
	state, err := p.t.client.State(ctx)
	if err != nil {
		return err
	}
	p.translate(state, at, since, p.looked)
	told, err := p.watch.look(at, due, state, done)
	if err != nil {
		return err
	}
	for i := range told {
		p.react(at, &told[i])
	}
	p.due = p.watch.nextTick(at + 1)
	return nil
}

// Do lets f call the platform's API, and looks at what came of it.
func (p *realPlayer) Do(ctx context.Context, f func()) error {
	if p.crowded(p.now) {
		return &unoffered{"what people do so near a poll cannot be ordered on a platform's own clock"}
	}
	f()
	return p.window(ctx, p.now)
}

func (p *realPlayer) Close(ctx context.Context) (*journal.Summary, error) {
	for next := p.next(); next < p.End(); next = p.next() { // what falls on the end does not happen (T-04)
		if err := p.instant(ctx, next); err != nil {
			return nil, err
		}
	}
	if err := p.scaled.clock.Wait(ctx, p.scaled.instant(p.End().Add(-p.early()))); err != nil {
		return nil, err
	}
	last := p.End().Add(-contract.Unit)
	p.setTime(last)
	if err := p.look(ctx, last, false); err != nil {
		return nil, err
	}
	if err := p.silent(); err != nil {
		return nil, err
	}
	return p.watch.summary(p.vendor, fakevendor.Time(p.End())), nil
}

// begin starts the scenario's time, for a world that is to be loaded now.
func (p *realPlayer) begin() { p.began = p.scaled.clock.Now().Add(leadTime) }

// rescale puts a world into the platform's own time.
func (p *realPlayer) rescale(w *contract.World) {
	factor := p.factor()
	w.Now, w.TimeScale = p.began.UTC(), factor
	for i := range w.PollingJobs {
		j := &w.PollingJobs[i]
		j.Every, j.Phase = j.Every*factor, j.Phase*factor
	}
}
