package engine_test

import (
	"testing"
	"time"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/engine/policy"
)

// naive is the auto-disable rule in twenty lines: two resources, polled in turn, a count each. It returns
// the number of polls made and the resource that tripped, -1 for none.
func naive(history []bool, threshold int) (polls, tripped int) {
	var streak [2]int
	for i, ok := range history {
		r := i % 2
		polls++
		if ok {
			streak[r] = 0
			continue
		}
		streak[r]++
		if streak[r] == threshold {
			return polls, r
		}
	}
	return polls, -1
}

// DIS-01, DIS-04 to DIS-07: every history of ok and failed polls of two resources up to ten polls each, at
// threshold 3, ends as the naive model says. That is 4¹⁰ histories; those that differ only after the job
// was disabled are one and the same, and are walked once.
func TestEveryShortHistoryAgreesWithTheNaiveModel(t *testing.T) {
	length := 20
	if testing.Short() {
		length = 12
	}
	p, err := policy.Load("sap-open-connectors")
	if err != nil {
		t.Fatal(err)
	}
	f, err := policy.Load("celigo-integrator")
	if err != nil {
		t.Fatal(err)
	}
	cfg := engine.Config{
		Environment: "qa", Custom: map[string]int{"qa": 3}, PollingJobs: p.PollingJobs, Flows: f.Flows,
		Applications: []engine.Application{{Name: "acme", Resources: []string{"a", "b"}}},
		Connections:  []engine.Connection{{Name: "main", Owner: "o@example.com"}},
		Jobs:         []engine.Job{{Name: "job", Resources: []int{0, 1}, Every: time.Minute}},
	}
	histories, tripped := 0, 0
	for n := range 1 << length {
		history := make([]bool, length)
		for i := range history {
			history[i] = n>>i&1 == 0
		}
		wantPolls, wantTripped := naive(history, 3)
		if wantTripped >= 0 && n>>wantPolls != 0 {
			continue
		}
		histories++
		polls, slot := runHistory(t, cfg, history)
		if polls != wantPolls || slot != wantTripped {
			t.Fatalf("history %v: %d polls, tripped by %d; the naive model says %d, %d",
				history, polls, slot, wantPolls, wantTripped)
		}
		if slot >= 0 {
			tripped++
		}
	}
	if tripped == 0 || tripped == histories {
		t.Fatalf("%d of %d histories tripped: the test shows nothing", tripped, histories)
	}
	t.Logf("%d different histories of 2^%d, %d tripped", histories, length, tripped)
}

// runHistory drives a fresh engine through a history and returns the polls made and what tripped.
func runHistory(t *testing.T, cfg engine.Config, history []bool) (polls, tripped int) {
	t.Helper()
	e, err := engine.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	for steps := 1; polls < len(history); steps++ {
		if steps == 1000 {
			t.Fatal("time stands still")
		}
		now, ok := e.Next()
		if !ok || now > engine.Time(time.Hour) {
			break // a disabled job wants nothing any more
		}
		fx := e.Step(now, &engine.Event{Kind: engine.TimeReached, Seq: 1})
		for fx.HasCall {
			ev := engine.Event{Kind: engine.CallFinished, Seq: 1, Call: fx.Call.ID}
			ev.Result = engine.Result{Class: engine.OK, First: 1, RetryAfter: -1}
			if !history[polls] {
				ev.Result = engine.Result{Class: engine.VendorDown, Status: 503, RetryAfter: -1}
			}
			polls++
			if fx = e.Step(now, &ev); polls == len(history) {
				break
			}
		}
	}
	if list := e.PollingDisabledJobs(); len(list) == 1 {
		return polls, int(e.Job(0, nil).Disabled.Resource)
	}
	return polls, -1
}
