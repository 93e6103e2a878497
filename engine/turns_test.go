package engine_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/outagedrill/outagedrill/engine"
)

// flowsByHand makes an engine of flows alone: shop and bank, each with two connections, of which shop 0
// has a token.
func flowsByHand(t *testing.T, slots int, flows ...engine.Flow) *hand {
	t.Helper()
	h := byHand(t, good, nil)
	h.cfg.Applications = append(h.cfg.Applications, h.cfg.Applications[0])
	h.cfg.Connections = append(h.cfg.Connections, h.cfg.Connections[1], h.cfg.Connections[1])
	for i := range h.cfg.Connections {
		c := &h.cfg.Connections[i]
		c.Application, c.FlowsAtOnce = i/2, slots
	}
	h.cfg.FlowList = flows
	var err error
	if h.e, err = engine.New(h.cfg); err != nil {
		t.Fatal(err)
	}
	return h
}

func between(from, to int, every, phase time.Duration) engine.Flow {
	return engine.Flow{
		Name: "flow", From: engine.Endpoint{Connection: from}, To: engine.Endpoint{Connection: to},
		Every: every, Phase: phase,
	}
}

// TestRanIsManyRuns: runs of two flows that are told leave the same platform as those that are played.
// The first one, each five minutes, reads a page of three records and an empty one, and at its third run
// only the latter; the second one, each ten minutes, finds nothing. Each call takes a second, a refresh
// at 00:10 another one.
func TestRanIsManyRuns(t *testing.T) {
	begin := func() *hand {
		return flowsByHand(t, 1, between(0, 2, 5*time.Minute, 0), between(1, 2, 10*time.Minute, 0))
	}
	played := begin()
	read := int64(0)
	answerAll := func() {
		for len(played.flying) > 0 {
			c := played.flying[0]
			r := engine.Result{Class: engine.OK, Status: 200, RetryAfter: -1, First: c.First, Last: c.Last}
			switch {
			case c.Op == engine.RefreshToken:
				r.Access, r.Refresh, r.ExpiresIn = 2, 2, 10*time.Minute
			case c.Op == engine.ReadPage && c.Flow == 0 && read%2 == 0 && read < 4:
				r.First, r.Last, r.More, read = c.After+1, c.After+3, true, read+1
			case c.Op == engine.ReadPage:
				r = empty
				read += int64(1 - c.Flow)
			}
			played.to(time.Duration(played.now) + time.Second)
			played.answer(r)
		}
	}
	for _, at := range []time.Duration{0, 5 * time.Minute, 10 * time.Minute} {
		played.to(at)
		answerAll()
	}

	told := begin()
	var turn engine.Turn
	if !told.e.Turn(0, &turn) {
		t.Fatal("no turn")
	}
	want := engine.Turn{
		Flows: []engine.Scheduled{{Flow: 0}, {Flow: 1}}, Queued: true, Timeout: 30 * time.Second,
	}
	if diff := cmp.Diff(want, turn); diff != "" {
		t.Errorf("turn: %s", diff)
	}
	told.e.Ran(0, []engine.Runs{
		{
			Flow: 0, Runs: 3, Pages: 5, Records: 6, NextTick: engine.Time(15 * time.Minute), Cursor: 6,
			StartedAt: engine.Time(10 * time.Minute), RunPages: 1,
		},
		{
			Flow: 1, Runs: 2, Pages: 2, NextTick: engine.Time(20 * time.Minute), RunPages: 1,
			StartedAt: engine.Time(10*time.Minute + 2*time.Second),
		},
	})
	told.e.Passed(10)
	told.e.Refreshed(0, engine.Token{Access: 2, Refresh: 2, ExpiresAt: engine.Time(20 * time.Minute)})
	states := make([]string, 0, 2)
	for _, h := range []*hand{played, told} {
		h.to(15 * time.Minute) // the next run begins, so that both know the time
		states = append(states, strings.ReplaceAll(h.state(), "[]", "null"))
	}
	if diff := cmp.Diff(states[0], states[1]); diff != "" {
		t.Errorf("(-played +told):\n%s", diff)
	}
}

// TestTurns says which flows wait for one another, and whether they do so for one slot.
func TestTurns(t *testing.T) {
	type pair [2]int // the connections of a flow
	for name, tt := range map[string]struct {
		slots  int
		flows  []pair
		change func(*engine.Config)
		want   []int // flows of the first one's turn
		queued bool
	}{
		"one flow":              {slots: 1, flows: []pair{{0, 2}}, want: []int{0}, queued: true},
		"nothing in common":     {slots: 1, flows: []pair{{0, 2}, {1, 3}}, want: []int{0}, queued: true},
		"one destination":       {slots: 1, flows: []pair{{0, 2}, {1, 2}}, want: []int{0, 1}, queued: true},
		"one's source":          {slots: 1, flows: []pair{{0, 2}, {2, 1}}, want: []int{0, 1}, queued: true},
		"room for all":          {slots: 2, flows: []pair{{0, 2}, {1, 2}}, want: []int{0}, queued: true},
		"room for two of three": {slots: 2, flows: []pair{{0, 2}, {1, 2}, {0, 2}}, want: []int{0, 1, 2}},
		"a chain":               {slots: 1, flows: []pair{{0, 2}, {1, 3}, {1, 2}}, want: []int{0, 1, 2}},
		"two, and one apart":    {slots: 1, flows: []pair{{0, 2}, {1, 2}, {3, 3}}, want: []int{0, 1}, queued: true},
		"a connection of its own slots": {
			slots: 2, flows: []pair{{0, 2}, {1, 2}}, want: []int{0, 1}, queued: true,
			change: func(c *engine.Config) { c.Connections[2].FlowsAtOnce = 1 },
		},
		"not in turn": {
			slots: 1, flows: []pair{{0, 2}, {0, 2}}, want: []int{0}, queued: true,
			change: func(c *engine.Config) { c.Flows.InTurn = false },
		},
	} {
		t.Run(name, func(t *testing.T) {
			var flows []engine.Flow
			for _, p := range tt.flows {
				flows = append(flows, between(p[0], p[1], time.Minute, 0))
			}
			h := flowsByHand(t, tt.slots, flows...)
			if tt.change != nil {
				tt.change(&h.cfg)
			}
			e, err := engine.New(h.cfg)
			if err != nil {
				t.Fatal(err)
			}
			var turn engine.Turn
			if !e.Turn(0, &turn) || turn.Queued != tt.queued {
				t.Errorf("turn %+v (want queued %t)", turn, tt.queued)
			}
			var got []int
			for _, s := range turn.Flows {
				got = append(got, s.Flow)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("flows: %s", diff)
			}
		})
	}
}

// TestNoTurn names what makes a flow's next tick, at 00:05, more than routine. Of two flows into one
// connection, each five minutes, the first one has sent its first call at 00:00; the second one waits.
func TestNoTurn(t *testing.T) {
	finish := func(h *hand) {
		for len(h.flying) > 0 {
			h.answer(empty)
		}
	}
	for _, tt := range []struct {
		name   string
		change func(*engine.Flow)
		do     func(*hand)
		tick   time.Duration // 0: the next one
		want   bool
		alone  bool // the flow whose tick is next may still run, if that takes no time
		slots  int  // of the connection that both write to; 0: one
	}{
		{name: "a run of its own in progress, a slot free", slots: 3, do: func(*hand) {}},
		{name: "a wait of its own, a slot free", slots: 3, do: func(h *hand) {
			h.answer(engine.Result{Class: engine.RateLimited, RetryAfter: time.Hour})
			finish(h)
		}},
		{name: "good runs", do: finish, want: true},
		{name: "a run in progress", do: func(*hand) {}},
		{name: "a queued run", do: func(h *hand) { h.answer(empty) }},
		{name: "a wait", do: func(h *hand) {
			h.answer(engine.Result{Class: engine.RateLimited, RetryAfter: time.Hour})
		}},
		{name: "an offline connection", do: func(h *hand) {
			h.answer(engine.Result{Class: engine.BadCredentials, Status: 401, RetryAfter: -1})
			finish(h)
		}},
		{name: "open errors for nobody to retry", want: true, do: func(h *hand) {
			h.answer(page(1, 3))
			h.answer(engine.Result{Class: engine.Rejected, Status: 422, RetryAfter: -1})
			finish(h)
		}},
		{name: "errors retried, another connection offline", tick: 10 * time.Minute, alone: true, do: func(h *hand) {
			h.answer(page(1, 3))
			for h.e.Connection(2).Online { // the write fails
				if len(h.flying) == 0 {
					at, _ := h.e.Next()
					h.to(time.Duration(at))
				}
				h.answer(down)
			}
			finish(h)
			h.command(engine.Command{Kind: engine.Test, Connection: 2})
			h.answer(empty)
			h.answer(engine.Result{Class: engine.Rejected, Status: 422, RetryAfter: -1}) // the retry
			finish(h)
		}},
		{name: "a pushing source", change: func(f *engine.Flow) { f.Pushed = true }, do: finish},
		{name: "several pages at once", do: finish, want: true, change: func(f *engine.Flow) {
			f.Parallel, f.PageSize = 2, 3
		}},
		{name: "a test", alone: true, do: func(h *hand) {
			finish(h)
			test := engine.Command{Kind: engine.Test, Connection: 3}
			h.step(engine.Event{Kind: engine.Commanded, Command: test})
		}},
		{name: "a refresh", do: func(h *hand) {
			finish(h)
			h.step(engine.Event{Kind: engine.Commanded, Command: engine.Command{
				Kind: engine.Reauthorize, Connection: 0, Token: engine.Token{Access: 2},
			}})
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			first := between(0, 2, 5*time.Minute, 0)
			first.AutoResolve = true
			if tt.change != nil {
				tt.change(&first)
			}
			h := flowsByHand(t, max(tt.slots, 1), first, between(1, 2, 5*time.Minute, 0))
			h.to(0)
			tt.do(h)
			h.before(max(tt.tick, 5*time.Minute))
			var turn engine.Turn
			if got := h.e.Turn(h.now, &turn); got != tt.want {
				t.Errorf("a turn %t: %+v", got, turn)
			}
			var run engine.Scheduled
			if got := h.e.Run(h.now, &run); got != (tt.want || tt.alone) || got && run.NextTick != h.now {
				t.Errorf("a run %t: %+v", got, run)
			}
		})
	}
}

// TestTicks says when the calls of a connection are known beforehand. Job, each five minutes, and other, each
// seven, share one with a flow from it, each four, and have polled at 00:00.
func TestTicks(t *testing.T) {
	every := func(d time.Duration) engine.Tick { return engine.Tick{At: engine.Time(d), Every: d} }
	all := []engine.Tick{every(5 * time.Minute), every(7 * time.Minute), every(4 * time.Minute)}
	for name, tt := range map[string]struct {
		change func(*engine.Config)
		do     func(*hand)
		want   []engine.Tick // nil: not known
	}{
		"all is well": {want: all},
		"a job that is disabled": {want: all[1:], do: func(h *hand) {
			h.command(engine.Command{Kind: engine.Disable})
		}},
		"the first poll after an enable": {do: func(h *hand) {
			for _, kind := range []engine.CommandKind{engine.Disable, engine.Enable} {
				h.step(engine.Event{Kind: engine.Commanded, Command: engine.Command{Kind: kind}})
			}
		}},
		"a poll in flight": {do: func(h *hand) { h.to(5 * time.Minute) }},
		"a poll that waits": {
			change: func(c *engine.Config) { c.PollingJobs.HonourRetryAfter = true },
			do: func(h *hand) {
				h.to(5 * time.Minute)
				h.answer(engine.Result{Class: engine.RateLimited, Status: 429, RetryAfter: time.Hour})
			},
		},
		"a destination": {change: func(c *engine.Config) {
			c.FlowList[0].From, c.FlowList[0].To = c.FlowList[0].To, c.FlowList[0].From
		}},
		"a source that pushes": {change: func(c *engine.Config) { c.FlowList[0].Pushed = true }},
		"refreshes sooner and later": {change: func(c *engine.Config) {
			c.PollingJobs.TokenRefreshBefore = time.Second
		}},
	} {
		t.Run(name, func(t *testing.T) {
			h := flowsByHand(t, 1, between(1, 2, 4*time.Minute, 0))
			for i, minutes := range []time.Duration{5, 7} {
				h.cfg.Jobs = append(h.cfg.Jobs, engine.Job{
					Name: "job", Instance: 1, Resources: []int{i}, Every: minutes * time.Minute,
				})
			}
			if tt.change != nil {
				tt.change(&h.cfg)
			}
			var err error
			if h.e, err = engine.New(h.cfg); err != nil {
				t.Fatal(err)
			}
			h.to(0)
			for len(h.flying) > 0 {
				h.answer(empty)
			}
			if tt.do != nil {
				tt.do(h)
			}
			got, ok := h.e.Ticks(1, nil)
			if ok != (tt.want != nil) {
				t.Fatalf("known %t: %v", ok, got)
			}
			if diff := cmp.Diff(tt.want, got); ok && diff != "" {
				t.Errorf("ticks: %s", diff)
			}
		})
	}
}

// TestRanNotDue: runs of flows that are not due are refused.
func TestRanNotDue(t *testing.T) {
	h := flowsByHand(t, 1, between(0, 2, 5*time.Minute, 0), between(1, 3, 5*time.Minute, time.Minute))
	defer func() {
		if what := recover(); what != "engine: runs of flows that are not due" {
			t.Errorf("%v (want the complaint that they are not due)", what)
		}
	}()
	h.e.Ran(h.now, []engine.Runs{{Flow: 1, Runs: 1}})
}
