package live

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/benbjohnson/clock"

	"github.com/outagedrill/outagedrill/engine"
)

// Host is what a platform lives in: it owns the engine and the journal and knows what happens by itself.
type Host interface {
	// OnSend sets the function that is called for each call that a step wants made.
	OnSend(send func(now engine.Time, c *engine.Call))
	// Next is the next instant at which Do has something to do; engine.Never when none.
	Next() engine.Time
	// Do does the first happening of the host that is due at now; false when nothing is.
	Do(now engine.Time) bool
	// Wants is the next instant at which the engine wants to act; engine.Never when none.
	Wants() engine.Time
	// Act lets the engine do the first thing that is due at now.
	Act(now engine.Time)
	// Answered notes the truth behind an answer and returns what the result names as its cause.
	Answered(now engine.Time, c *engine.Call, truth Truth) engine.Seq
	// Finished hands in the end of a call.
	Finished(now engine.Time, c *engine.Call, r *engine.Result)
	// Last does what comes after everything else at an instant; false when there is nothing.
	Last(now engine.Time) bool
	// NextLast is the next instant at which Last has something to do.
	NextLast() engine.Time
	// End is the instant at which the run ends; engine.Never when it does not.
	End() engine.Time
}

// Truth is what a fake vendor of a test knows behind an answer. The reader never sees it.
type Truth struct {
	Latency    time.Duration
	NoAnswer   bool  // the latency is endless: the caller's time-out ends the call
	Fault      int   // the fault that answered, -1 = none
	Slowed     int   // the slow fault that set the latency, -1 = none
	Mended     int   // the fault that the call ended, -1 = none
	Duplicated int64 // records that the call stored a second time
}

// Config is what a Platform needs.
type Config struct {
	Host   Host
	Clock  clock.Clock
	Client *http.Client // its Timeout must be 0: time-outs are the engine's
	// Caller turns calls into requests and answers into results.
	Caller Caller
	// Unseal takes the truth off an answer, or off the error that came in its place, before the reader
	// sees it. nil: there is none, calls take the time that they take.
	Unseal func(resp *http.Response, err error) Truth
	// Quiet is called when nothing is left to do before the given instant and the timer for it is armed,
	// so that a mock clock moves only in a quiet world; may be nil.
	Quiet func(next engine.Time)
}

// Platform is a running engine. It lives in the one goroutine that calls Run.
type Platform struct {
	cfg      Config
	inFlight []ending // by (at, order of sending)
}

// ending is a call whose result is known and will be delivered at its instant.
type ending struct {
	at     engine.Time
	call   engine.Call
	result engine.Result
}

// New makes a platform. It panics on a client with a Timeout: that is wall time, and would end calls
// behind the engine's back.
func New(cfg Config) *Platform {
	if cfg.Client.Timeout != 0 {
		panic("live: the client must have no Timeout")
	}
	p := &Platform{cfg: cfg}
	cfg.Host.OnSend(p.send)
	return p
}

// Run runs until the host's end or until ctx ends, whichever is first.
func (p *Platform) Run(ctx context.Context) error {
	for {
		now := engine.Time(p.cfg.Clock.Now().UnixNano())
		if now < p.cfg.Host.End() {
			for p.one(now) {
				if err := ctx.Err(); err != nil {
					return err
				}
			}
		}
		next := p.next()
		if next >= p.cfg.Host.End() {
			return nil
		}
		timer := p.cfg.Clock.Timer(time.Duration(next - now))
		if p.cfg.Quiet != nil {
			p.cfg.Quiet(next)
		}
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		}
	}
}

// one does the first thing that is due at now; false when the instant is over.
func (p *Platform) one(now engine.Time) bool {
	h := p.cfg.Host
	if h.Next() <= now && h.Do(now) {
		return true
	}
	if len(p.inFlight) > 0 && p.inFlight[0].at <= now {
		e := p.inFlight[0]
		p.inFlight = p.inFlight[1:]
		h.Finished(now, &e.call, &e.result)
		return true
	}
	if h.Wants() <= now {
		h.Act(now)
		return true
	}
	return h.Last(now)
}

func (p *Platform) next() engine.Time {
	h := p.cfg.Host
	next := min(h.Next(), h.Wants(), h.NextLast())
	if len(p.inFlight) > 0 {
		next = min(next, p.inFlight[0].at)
	}
	return next
}

// send makes a call and books its end. Calls go out one at a time, in the engine's order.
func (p *Platform) send(now engine.Time, c *engine.Call) {
	req := p.cfg.Caller.Request(c)
	resp, err := p.cfg.Client.Do(req)
	truth := Truth{Fault: -1, Slowed: -1, Mended: -1}
	if p.cfg.Unseal != nil {
		truth = p.cfg.Unseal(resp, err)
	}
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
		if a.at != b.at {
			return compare(int64(a.at), int64(b.at))
		}
		return compare(int64(a.call.ID), int64(b.call.ID))
	})
	p.inFlight = slices.Insert(p.inFlight, at, e)
}

var errTimeout = errors.New("no answer in time")

func compare(a, b int64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func closeBody(resp *http.Response) {
	if resp != nil {
		resp.Body.Close() //nolint:errcheck // nothing was read, nothing can be lost
	}
}
