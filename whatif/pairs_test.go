package whatif_test

import (
	"fmt"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/outagedrill/outagedrill/sim/journal"
	"github.com/outagedrill/outagedrill/sim/timeline"
	"github.com/outagedrill/outagedrill/whatif"
)

// By hand: 30 polls fail in the outage, and 30 polls that take 20 s each go well, for they may take 30 s. The
// job is disabled at 50 failures in a row. With a time-out of 10 s there are twice 30 in a row, and where no
// success ends a count there are 30 in all; only both together make 60.
const pairWorld = `outagedrill: 1
start: 2024-03-01T00:00:00Z
duration: 3h
environment: edge
environments: {edge: {threshold: 50}}
applications: {acme: {records: {orders: 60/h}}}
connections: {acme-main: {application: acme}}
polling_jobs:
  quick: {instance: acme-main, resources: [orders], every: 1m}
events:
  - {at: +30s, application: acme, fault: down, for: 30m}
  - {at: +1h30s, application: acme, fault: slow, latency: 20s, for: 30m}
`

func TestTwoValuesTogether(t *testing.T) {
	got := ranged(t, parsed(t, pairWorld))
	both := [][]string{{"call.timeout=10s", "reset.scope=never"}}
	want := []journal.JointFlip{
		{Job: "quick", Verdict: journal.EverDisabled, Under: both},
		{Job: "quick", Verdict: journal.OffAtEnd, Under: both},
	}
	if got.Together == nil || len(got.Flips) > 0 {
		t.Fatalf("alone: %v, together: %v (want none, and some)", got.Flips, got.Together)
	}
	if d := gocmp.Diff(want, got.Together.Flips); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

// The verdicts that two values change together are those that brute force finds: a run for each two
// alternatives, also of values that change nothing alone.
func TestPairsAreThoseOfBruteForce(t *testing.T) {
	found := 0
	for _, seed := range []int{15, 19, 32, 37} {
		tl := parsed(t, worldText().Example(seed))
		got := ranged(t, tl)
		if got.Together == nil {
			t.Fatalf("seed %d: no pairs are tried", seed)
		}
		alone := map[string]bool{}
		for _, f := range got.Flips {
			alone[f.Flow+f.Job+" "+f.Verdict] = true
		}
		want, told := map[string]bool{}, map[string]bool{}
		was := verdicts(run(t, whatif.Case{Timeline: tl}))
		for name, s := range everyPair(t, tl) {
			for verdict, holds := range verdicts(s) {
				if holds != was[verdict] && !alone[verdict] {
					want[fmt.Sprint(verdict, " ", was[verdict], " but ", name)] = true
				}
			}
		}
		for _, f := range got.Together.Flips {
			for _, two := range f.Under {
				told[fmt.Sprint(f.Flow, f.Job, " ", f.Verdict, " ", f.Base, " but ", two)] = true
			}
		}
		if d := gocmp.Diff(want, told); d != "" {
			t.Errorf("seed %d (-want +got):\n%s", seed, d)
		}
		found += len(want)
	}
	if found < 5 {
		t.Errorf("only %d pairs ever changed a verdict", found)
	}
}

// What would cost too much is not tried, and not said to have been.
func TestPairsHaveABound(t *testing.T) {
	tl := example(t, "stripe-2026-05")
	if got := ranged(t, tl); got.Together != nil {
		t.Errorf("%d pairs are tried (want none)", got.Together.Runs)
	}
}

// everyPair runs each two alternatives of different values but the sweep's offset.
func everyPair(t *testing.T, tl *timeline.Timeline) map[string]*journal.Summary {
	t.Helper()
	variants, err := whatif.Variants(whatif.Case{Timeline: tl})
	if err != nil {
		t.Fatal(err)
	}
	variants = slices.DeleteFunc(variants, func(v whatif.Variant) bool {
		return v.Assumption == "" || v.Assumption == "sweep.offset"
	})
	runs := map[string]*journal.Summary{}
	for i, a := range variants {
		for _, b := range variants[i+1:] {
			if a.Assumption != b.Assumption {
				two := []string{a.Assumption + "=" + a.Value, b.Assumption + "=" + b.Value}
				runs[fmt.Sprint(two)] = assuming(t, a.Case, b.Assumption, b.Value)
			}
		}
	}
	return runs
}

func ranged(t *testing.T, tl *timeline.Timeline) *journal.Ranges {
	t.Helper()
	c := whatif.Case{Timeline: tl}
	got, err := whatif.Ranges(t.Context(), c, run(t, c), nil)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func parsed(t *testing.T, text string) *timeline.Timeline {
	t.Helper()
	tl, err := timeline.Parse("world.yaml", []byte(text))
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	return tl
}
