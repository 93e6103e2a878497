package sim_test

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/sim"
	"github.com/outagedrill/outagedrill/sim/journal"
	"github.com/outagedrill/outagedrill/sim/timeline"
)

// TestCalmTimeInExamples: the examples' journals are the same with each poll played, and so are those
// that list every call. Random timelines are compared in features.
func TestCalmTimeInExamples(t *testing.T) {
	for _, tl := range examples(t) {
		for _, calls := range []bool{false, true} {
			if calls && time.Duration(tl.Duration) > 48*time.Hour {
				continue
			}
			opt := sim.Options{ListCalls: calls}
			got := play(t, tl, opt)
			opt.OneByOne = true
			if want := play(t, tl, opt); !bytes.Equal(want, got) {
				t.Errorf("%s, calls listed %t: calm time differs at %s", tl.Name, calls, firstDifference(want, got))
			}
		}
	}
}

// TestExpectedInCalmTime: an expectation is judged by what was polled until its instant.
func TestExpectedInCalmTime(t *testing.T) {
	tl := year(2, 0)
	for day := range 60 {
		at := tl.Start.Add(time.Duration(day)*25*time.Hour + time.Minute)
		tl.Expect = append(tl.Expect, timeline.Expectation{
			At: &at, Subject: "job", Name: "job-01",
			Checks: []timeline.Check{{Field: "polls", Op: "==", Unit: "count", Num: -1}},
		})
	}
	want, got := play(t, tl, sim.Options{OneByOne: true}), play(t, tl, sim.Options{})
	if bytes.Count(want, []byte(`"kind":"expect.failed"`)) != 60 || !bytes.Equal(want, got) {
		t.Errorf("calm time differs at %s", firstDifference(want, got))
	}
}

// TestNobodySeesCalmTimePass: whoever plays up to some instant and looks there sees what there is to be
// seen.
func TestNobodySeesCalmTimePass(t *testing.T) {
	tl := year(3, 2)
	players := map[bool]*sim.Player{}
	for _, oneByOne := range []bool{false, true} {
		p, err := sim.NewPlayer(tl, sim.Options{OneByOne: oneByOne}, nil)
		if err != nil {
			t.Fatal(err)
		}
		players[oneByOne] = p
	}
	d := rand.New(rand.NewPCG(1, 1))
	at := engine.Time(tl.Start.UnixNano())
	for range 200 {
		at = at.Add(time.Duration(d.Int64N(int64(30 * time.Hour))))
		seen := map[bool]any{}
		for oneByOne, p := range players {
			if err := p.PlayTo(t.Context(), at); err != nil {
				t.Fatal(err)
			}
			seen[oneByOne] = look(tl, p.World())
		}
		if diff := cmp.Diff(seen[true], seen[false]); diff != "" {
			t.Fatalf("at %s (-one by one +calm):\n%s", journal.Time(at), diff)
		}
	}
}

// look is what the platform tells of itself.
func look(tl *timeline.Timeline, w *sim.World) any {
	e := w.Engine()
	seen := []any{e.Calls()}
	for i := range tl.PollingJobs {
		seen = append(seen, e.Job(i, nil))
	}
	for i := range tl.Flows {
		seen = append(seen, e.Flow(i))
	}
	return seen
}

// TestInterruptedInCalmTime: an interrupted run ends where no job is ahead of its time, so that nothing was
// delivered that did not exist yet.
func TestInterruptedInCalmTime(t *testing.T) {
	tl := year(40, 1)
	tl.Faults = nil
	ctx, stop := context.WithCancel(t.Context())
	var failed, last string
	s, err := sim.Run(ctx, tl, sim.Options{Progress: func(done float64) {
		if done > 0.3 {
			stop()
		}
	}}, func(en *journal.Entry) error {
		last = string(en.Kind)
		if en.Kind == journal.CheckFailed && failed == "" {
			failed = en.Message
		}
		return nil
	})
	if !errors.Is(err, sim.ErrInterrupted) || last != string(journal.RunEnded) || failed != "" {
		t.Fatalf("error %v, last entry %s, check failed: %q", err, last, failed)
	}
	if end := journal.FromStd(tl.Start.Add(time.Duration(tl.Duration) / 2)); s.End > end {
		t.Errorf("interrupted after a third of the time, the run ended at %s", s.End)
	}
	for _, j := range s.Jobs {
		if j.Waiting < 0 {
			t.Errorf("%s has read %d records of the future", j.ID, -j.Waiting)
		}
	}
}
