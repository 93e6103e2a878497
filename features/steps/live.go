// Package steps is the library of Gherkin steps and the drivers on which scenarios run.
package steps

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/benbjohnson/clock"
	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/engine/live"
	"github.com/outagedrill/outagedrill/fakevendor/mock"
	"github.com/outagedrill/outagedrill/sim"
	"github.com/outagedrill/outagedrill/sim/journal"
	"github.com/outagedrill/outagedrill/sim/timeline"
)

// PlayLive plays a timeline on the live driver: a mock clock, and HTTP in memory to the fake vendor. It
// makes every decision itself; only the script and the machines are those of sim.Run.
func PlayLive(
	ctx context.Context, tl *timeline.Timeline, opt sim.Options, sink func(*journal.Entry) error,
) (*journal.Summary, error) {
	return Live{}.Play(ctx, tl, opt, sink)
}

// Live is the live driver with something between its HTTP client and the vendor.
type Live struct {
	Between func(vendor http.RoundTripper) http.RoundTripper // nil: nothing
}

// Play plays a timeline as PlayLive does.
func (l Live) Play(
	ctx context.Context, tl *timeline.Timeline, opt sim.Options, sink func(*journal.Entry) error,
) (*journal.Summary, error) {
	w, err := sim.NewWorld(tl, opt, sink)
	if err != nil {
		return nil, err
	}
	clk := clock.NewMock()
	clk.Set(tl.Start.UTC())
	vendor := &mock.Vendor{
		Machine: w.Vendor, Now: clk.Now, Connections: w.Config().Connections, Apps: w.Config().Applications,
		Patience: w.CallTimeout(),
	}
	var transport http.RoundTripper = vendor.Transport()
	if l.Between != nil {
		transport = l.Between(transport)
	}
	quiet := make(chan engine.Time)
	p := live.New(live.Config{
		Host: host{w}, Clock: clk, Client: &http.Client{Transport: transport},
		Caller: live.Caller{Endpoints: endpoints(w, tl, vendor)}, Unseal: unseal,
		Quiet: func(next engine.Time) { quiet <- next },
	})
	done := make(chan error, 1)
	go func() { done <- p.Run(ctx) }()
	for {
		select {
		case next := <-quiet:
			clk.Set(time.Unix(0, int64(next)).UTC())
		case err := <-done:
			if err != nil {
				return nil, err
			}
			return w.Close(w.End())
		}
	}
}

// host makes a World a live.Host.
type host struct{ *sim.World }

func (h host) Answered(now engine.Time, c *engine.Call, t live.Truth) engine.Seq {
	return h.World.Answered(now, c, t.Fault, t.Mended, t.Duplicated)
}

func (h host) Last(now engine.Time) bool { return h.Expect(now) }

func (h host) NextLast() engine.Time { return h.NextExpectation() }

func endpoints(w *sim.World, tl *timeline.Timeline, vendor *mock.Vendor) []live.Endpoint {
	var list []live.Endpoint
	for i, c := range w.Config().Connections {
		app := &w.Config().Applications[c.Application]
		e := live.Endpoint{
			Name: c.Name, BaseURL: vendor.BaseURL(i), Auth: tl.Connections[i].Auth, Dialect: app.Dialect,
		}
		for _, r := range app.Resources {
			e.Resources = append(e.Resources, r.Name)
		}
		list = append(list, e)
	}
	return list
}

// unseal takes the truth off an answer, so that the reader sees only what a vendor would send.
func unseal(resp *http.Response, err error) live.Truth {
	var h http.Header
	var failed *mock.Failure
	switch {
	case resp != nil:
		h = resp.Header
	case errors.As(err, &failed):
		h = failed.Truth
	default:
		return live.Truth{Fault: -1, Slowed: -1, Mended: -1}
	}
	number := func(name string) int64 {
		n, err := strconv.ParseInt(h.Get(name), 10, 64)
		h.Del(name)
		if err != nil {
			return -1
		}
		return n
	}
	t := live.Truth{NoAnswer: h.Get(mock.LatencyHeader) == "never"}
	if latency := number(mock.LatencyHeader); latency > 0 {
		t.Latency = time.Duration(latency)
	}
	t.Fault, t.Slowed = int(number(mock.FaultHeader)), int(number(mock.SlowedHeader))
	t.Mended, t.Duplicated = int(number(mock.MendedHeader)), max(number(mock.DuplicatedHeader), 0)
	return t
}
