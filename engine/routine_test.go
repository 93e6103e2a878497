package engine_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/engine/policy"
)

func page(first, last int64) engine.Result {
	return engine.Result{Class: engine.OK, Status: 200, RetryAfter: -1, First: first, Last: last}
}

// before lets the platform act up to an instant since the start, which is not included, and moves to it.
func (h *hand) before(d time.Duration) {
	h.t.Helper()
	h.to(d - 1)
	h.now = engine.Time(d)
}

// playTick answers the polls of a minute's tick: three records of a, none of b and c.
func (h *hand) playTick(minute int64) {
	h.t.Helper()
	h.to(time.Duration(minute) * time.Minute)
	for len(h.flying) > 0 {
		h.answer([]engine.Result{page(3*minute+1, 3*minute+3), empty, empty}[h.flying[0].Resource])
	}
}

// TestPolledIsManyPolls: five ticks of two jobs that are told at once leave the same platform as five
// that are played, in both orders of polling.
func TestPolledIsManyPolls(t *testing.T) {
	for _, order := range []policy.PollOrder{policy.Sequential, policy.Parallel} {
		begin := func() *hand {
			h := byHand(t, engine.Token{}, func(p *policy.PollingJobs) { p.Poll = order },
				everyMinute("job", 0, 0, 2), everyMinute("other", 1, 1))
			h.playTick(0)
			return h
		}
		played, told := begin(), begin()
		for minute := range int64(5) {
			played.playTick(1 + minute)
		}
		told.before(time.Minute)
		for _, reads := range [][]engine.Result{{page(4, 18), empty}, {empty}} {
			var r engine.Routine
			if !told.e.Routine(told.now, &r) || len(r.Resources) != len(reads) {
				t.Fatalf("no routine of %d resources: %+v", len(reads), r)
			}
			told.e.Polled(told.now, r.Job, 5, reads)
			told.e.Passed(5 * int64(len(reads)))
		}
		played.playTick(6)
		told.playTick(6)
		if diff := cmp.Diff(played.state(), told.state()); diff != "" {
			t.Errorf("%s (-played +told):\n%s", order, diff)
		}
	}
}

// TestPolledTellsTheTime: after ticks that were told, too, time does not run backwards.
func TestPolledTellsTheTime(t *testing.T) {
	h := byHand(t, engine.Token{}, nil, everyMinute("job", 0, 0), everyMinute("other", 1, 1))
	h.playTick(0)
	h.before(time.Minute)
	h.e.Polled(h.now, 0, 1, []engine.Result{empty})
	defer func() {
		if recover() == nil {
			t.Error("a step before the polls was taken")
		}
	}()
	h.e.Step(h.now-1, &engine.Event{Kind: engine.RunEnded})
}

// TestPolledNotDue: polls of a job that is not due are refused, be it another job's turn or too early.
func TestPolledNotDue(t *testing.T) {
	for name, tt := range map[string]struct {
		early time.Duration
		job   int
	}{"another job's turn": {0, 1}, "too early": {1, 0}} {
		t.Run(name, func(t *testing.T) {
			h := byHand(t, engine.Token{}, nil, everyMinute("job", 0, 0), everyMinute("other", 1, 1))
			h.playTick(0)
			h.before(time.Minute)
			defer func() {
				if what := recover(); what != "engine: polls of a job that is not due" {
					t.Errorf("%v (want the complaint that it is not due)", what)
				}
			}()
			h.e.Polled(h.now.Add(-tt.early), tt.job, 1, []engine.Result{empty})
		})
	}
}

// TestNoRoutine: a platform without work has no routine.
func TestNoRoutine(t *testing.T) {
	h := byHand(t, engine.Token{}, nil)
	if h.e.Routine(h.now, new(engine.Routine)) {
		t.Error("there is a routine without a job")
	}
}

// state is the platform's, without the slots of calls: which of them are free, and what they held last.
func (h *hand) state() string {
	h.t.Helper()
	data, err := h.e.State()
	if err != nil {
		h.t.Fatal(err)
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(data, &fields); err != nil {
		h.t.Fatal(err)
	}
	delete(fields, "Calls")
	delete(fields, "Free")
	if data, err = json.Marshal(fields); err != nil {
		h.t.Fatal(err)
	}
	return string(data)
}

// TestRoutine names what makes a job's next tick more than routine. The job ticks each five minutes; what
// is done begins at 00:00 with its first poll under way.
func TestRoutine(t *testing.T) {
	enable := func(h *hand) {
		for _, kind := range []engine.CommandKind{engine.Disable, engine.Enable} {
			h.step(engine.Event{Kind: engine.Commanded, Command: engine.Command{Kind: kind}})
		}
	}
	act := func(h *hand) { h.step(engine.Event{Kind: engine.TimeReached}) }
	for _, tt := range []struct {
		name  string
		token engine.Token
		rules func(*policy.PollingJobs)
		do    func(*hand)
		tick  time.Duration // 0: the next one, 00:05
		want  bool
	}{
		{name: "good polls", do: func(h *hand) { h.answer(page(1, 9)) }, want: true},
		{name: "a poll under way", do: func(*hand) {}},
		{name: "a streak", do: func(h *hand) { h.answer(down) }},
		{
			name:  "a failure that does not count",
			rules: func(p *policy.PollingJobs) { p.Counts.VendorDown = false },
			do:    func(h *hand) { h.answer(down) },
		},
		{
			name: "a streak that an empty page did not end", tick: 10 * time.Minute,
			rules: func(p *policy.PollingJobs) { p.ResetOnEmpty = false },
			do: func(h *hand) {
				h.answer(down)
				h.to(5 * time.Minute)
				h.answer(empty)
			},
		},
		{name: "a tick that was skipped", tick: 10 * time.Minute, do: func(h *hand) {
			h.to(6 * time.Minute)
			h.answer(empty)
		}},
		{name: "a tick that passed", tick: 10 * time.Minute, want: true, do: func(h *hand) {
			h.answer(empty)
			h.to(6 * time.Minute)
			h.answer(empty)
		}},
		{name: "a disabled job", do: func(h *hand) {
			h.answer(empty)
			h.command(engine.Command{Kind: engine.Disable})
		}},
		{name: "the first poll after an enable", do: func(h *hand) {
			enable(h)
			h.before(5 * time.Minute)
			h.step(engine.Event{Kind: engine.CallFinished, Call: h.flying[0].ID, Result: empty})
		}},
		{name: "the first poll in the tick's place", do: func(h *hand) {
			h.answer(empty)
			h.before(5 * time.Minute)
			enable(h)
			act(h)
			h.step(engine.Event{Kind: engine.CallFinished, Call: h.flying[0].ID, Result: empty})
		}},
		{
			name: "a good token", token: engine.Token{Access: 1, ExpiresAt: engine.Time(time.Hour)},
			do: func(h *hand) { h.answer(empty) }, want: true,
		},
		{name: "a refresh under way", token: good, do: func(h *hand) {
			h.answer(empty)
			h.step(engine.Event{Kind: engine.Commanded, Command: engine.Command{
				Kind: engine.Reauthorize, Token: engine.Token{Access: 2, ExpiresAt: 0},
			}})
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := byHand(t, tt.token, tt.rules,
				engine.Job{Name: "job", Resources: []int{1}, Every: 5 * time.Minute})
			h.to(0)
			tt.do(h)
			h.before(max(tt.tick, 5*time.Minute))
			var r engine.Routine
			if got := h.e.Routine(h.now, &r); got != tt.want {
				t.Errorf("routine %t: %+v", got, r)
			}
		})
	}
}

// TestRoutineOfAJob says what a job's routine is. Of a connection that it shares with another one, it
// ends where a call of anybody would refresh the token; one that it has for itself it refreshes in its
// own time.
func TestRoutineOfAJob(t *testing.T) {
	for _, tt := range []struct {
		before, until time.Duration
		shared        bool
	}{
		{before: time.Second, until: 9*time.Minute + 59*time.Second},
		{before: 3 * time.Minute, until: 7 * time.Minute},
		{before: time.Second, shared: true, until: 9 * time.Minute}, // flows refresh a minute before
		{before: time.Minute, shared: true, until: 9 * time.Minute},
		{before: 3 * time.Minute, shared: true, until: 7 * time.Minute},
	} {
		jobs := []engine.Job{everyMinute("job", 0, 2, 0)}
		if tt.shared {
			jobs = append(jobs, everyMinute("other", 0, 1))
		}
		h := byHand(t, good, func(p *policy.PollingJobs) { p.TokenRefreshBefore = tt.before }, jobs...)
		var got engine.Routine
		if !h.e.Routine(0, &got) {
			t.Fatal("no routine")
		}
		if until := got.Token.Until(); until != engine.Time(tt.until) {
			t.Errorf("%+v: a refresh is due at %s", tt, time.Duration(until))
		}
		before := max(tt.before, time.Duration(good.ExpiresAt)-tt.until)
		want := engine.Routine{
			Resources: []int{2, 0}, Every: time.Minute, Timeout: 30 * time.Second,
			Token: engine.Use{Token: good, Before: before, Clean: true, Alone: !tt.shared},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%+v: %s", tt, diff)
		}
	}
}
