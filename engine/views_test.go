package engine_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/outagedrill/outagedrill/engine"
)

// What is said of a flow: paused with a page in hand, waiting for its turn, advised to re-authorize.
func TestFlowViews(t *testing.T) {
	p := newPlatform(t)
	view := func(flow int, want engine.FlowView) {
		t.Helper()
		got := p.Flow(flow)
		got.Name, got.Runs, got.Pages, got.Delivered = "", 0, 0, 0
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("flow %d at %s: %s", flow, time.Duration(p.now), diff)
		}
	}
	none := engine.FlowView{}
	page := func(*engine.Call) engine.Result {
		return engine.Result{Class: engine.OK, RetryAfter: -1, First: 1, Last: 9}
	}

	view(flowA, none)
	limited := engine.Result{Class: engine.RateLimited, RetryAfter: 90 * time.Minute}
	p.answers = func(c *engine.Call) engine.Result {
		if c.Op == engine.WriteRecords {
			return limited
		}
		return page(c)
	}
	p.runTo(time.Hour) // a waits with its page and holds the slot of wms; b, due at 01:00:00, waits its turn
	view(flowA, engine.FlowView{State: engine.InProgress, Cursor: 9, RunPages: 1})
	view(flowB, engine.FlowView{State: engine.Queued, WaitingForTurn: true})

	// At 01:30:00 the write is refused. wms-main is the end of both flows, so both are paused.
	p.answers = func(c *engine.Call) engine.Result {
		return engine.Result{Class: engine.BadCredentials, Status: 401, RetryAfter: -1}
	}
	p.runTo(90 * time.Minute)
	offlineA := engine.FlowView{
		State: engine.Paused, Cursor: 9, OfflineConnections: true, RunPages: 1,
	}
	offlineB := engine.FlowView{State: engine.Paused, OfflineConnections: true}
	view(flowA, offlineA)
	view(flowB, offlineB)

	// Online again, a's frozen run goes first; it waits for an API limit, and b's for its turn.
	p.answers = func(c *engine.Call) engine.Result {
		if c.Op == engine.WriteRecords {
			return limited
		}
		return page(c)
	}
	p.reauthorize(wms)
	p.runTo(time.Duration(p.now))
	view(flowA, engine.FlowView{State: engine.InProgress, Cursor: 9, RunPages: 1})
	view(flowB, engine.FlowView{State: engine.Queued, WaitingForTurn: true})
}
