package whatif_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/outagedrill/outagedrill/sim"
	"github.com/outagedrill/outagedrill/sim/journal"
	"github.com/outagedrill/outagedrill/sim/timeline"
	"github.com/outagedrill/outagedrill/whatif"
)

// TestRun: side by side, each case has the summary that a run of its own gives, in the order of the cases.
func TestRun(t *testing.T) {
	var cases []whatif.Case
	var want []*journal.Summary
	for _, name := range []string{"vendor-down", "black-friday", "token-refresh-fails"} {
		tl, err := timeline.Read("../examples/" + name + ".yaml")
		if err != nil {
			t.Fatal(err)
		}
		for _, environment := range []string{"snapshot", "staging", "production"} {
			cases = append(cases, whatif.Case{Timeline: tl, Environment: environment})
			s, err := sim.Run(t.Context(), tl, sim.Options{Environment: environment},
				func(*journal.Entry) error { return nil })
			if err != nil {
				t.Fatal(err)
			}
			want = append(want, s)
		}
	}
	last := 0.0
	got, err := whatif.Run(t.Context(), cases, func(done float64) {
		if done <= last {
			t.Errorf("progress %v after %v", done, last)
		}
		last = done
	})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("side by side differs from one by one (-alone +beside):\n%s", d)
	}
	if last != 1 {
		t.Errorf("progress ends at %v (want 1)", last)
	}
}

// TestRunStops: an end of the context ends all runs.
func TestRunStops(t *testing.T) {
	tl, err := timeline.Read("../examples/vendor-down.yaml")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, err := whatif.Run(ctx, []whatif.Case{{Timeline: tl}}, nil); !errors.Is(err, sim.ErrInterrupted) {
		t.Errorf("error %v (want %v)", err, sim.ErrInterrupted)
	}
}
