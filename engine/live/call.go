package live

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/outagedrill/outagedrill/engine"
)

// ending is a call whose result is known and will be delivered at its instant.
type ending struct {
	at     engine.Time
	call   engine.Call
	result engine.Result
}

// call makes a call: with virtual latency at once, and its end is booked; otherwise beside the platform.
func (p *Platform) call(now engine.Time, c *engine.Call) {
	if p.cfg.Unseal != nil {
		p.book(now, c)
		return
	}
	call := *c
	p.Go(func(ctx context.Context) func(engine.Time) {
		result := p.exchange(ctx, &call)
		return func(now engine.Time) {
			result.Cause = p.cfg.Host.Answered(now, &call, Truth{Fault: -1, Slowed: -1, Mended: -1})
			p.cfg.Host.Finished(now, &call, &result)
		}
	})
}

// book makes a call and books its end at sent + latency. Calls go out one at a time, in the engine's order.
func (p *Platform) book(now engine.Time, c *engine.Call) {
	resp, err := p.cfg.Client.Do(p.cfg.Caller.Request(c))
	truth := p.cfg.Unseal(resp, err)
	if truth.NoAnswer || truth.Latency > c.Timeout { // exactly the time-out is not yet one (C-02)
		closeBody(resp)
		resp, err = nil, errTimeout
		truth.Latency = c.Timeout
		if truth.Fault < 0 {
			truth.Fault = truth.Slowed
		}
	}
	e := ending{at: now.Add(truth.Latency), call: *c, result: p.cfg.Caller.Result(c, resp, err)}
	e.result.Cause = p.cfg.Host.Answered(now, c, truth)
	at, _ := slices.BinarySearchFunc(p.inFlight, e, func(a, b ending) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.call.ID, b.call.ID))
	})
	p.inFlight = slices.Insert(p.inFlight, at, e)
}

// exchange makes a call and reads its answer, up to the call's time-out by the clock.
func (p *Platform) exchange(ctx context.Context, c *engine.Call) engine.Result {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	timer := p.cfg.Clock.AfterFunc(p.cfg.Time.Real(c.Timeout), func() { cancel(errTimeout) })
	defer timer.Stop()
	resp, err := p.cfg.Client.Do(p.cfg.Caller.Request(c).WithContext(ctx))
	result := p.cfg.Caller.Result(c, resp, err)
	if errors.Is(context.Cause(ctx), errTimeout) {
		return p.cfg.Caller.Result(c, nil, errTimeout)
	}
	return result
}

var errTimeout = errors.New("no answer in time")

func closeBody(resp *http.Response) {
	if resp != nil {
		resp.Body.Close() //nolint:errcheck // nothing was read, nothing can be lost
	}
}
