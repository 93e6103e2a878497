package whatif_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"

	"github.com/outagedrill/outagedrill/engine/policy"
	"github.com/outagedrill/outagedrill/sim"
	"github.com/outagedrill/outagedrill/sim/journal"
	"github.com/outagedrill/outagedrill/sim/timeline"
	"github.com/outagedrill/outagedrill/whatif"
)

// TestAdvice shows what is advised of timelines, and wants every entry that is named as evidence to be of
// the kind that the advice speaks of. Of what is advised about intervals and thresholds, runs of its own
// confirm that it suffices, and that the next smaller step does not.
func TestAdvice(t *testing.T) {
	datadriven.RunTest(t, "testdata/advice", func(t *testing.T, d *datadriven.TestData) string {
		tl, err := timeline.Parse("world.yaml", []byte(d.Input))
		if err != nil {
			return err.Error()
		}
		base := whatif.Case{Timeline: tl}
		seen := whatif.NewWitness()
		var entries []journal.Entry
		s, err := sim.Run(t.Context(), tl, sim.Options{}, func(e *journal.Entry) error {
			seen.See(e)
			entries = append(entries, *e)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		advice, err := whatif.Advise(t.Context(), base, s, seen)
		if err != nil {
			t.Fatal(err)
		}
		var out strings.Builder
		for _, a := range advice {
			fmt.Fprintf(&out, "%s: %s\n", a.Kind, a.Text)
			for _, e := range a.Evidence {
				if e.Seq > 0 {
					at := entries[e.Seq-1]
					fmt.Fprintf(&out, "  %s %s%s%s%s at %v\n", at.Kind, at.Job, at.Flow, at.Connection, at.Application, at.At)
				} else {
					fmt.Fprintf(&out, "  %s = %s\n", e.Figure, e.Value)
				}
			}
			if a.Kind == journal.AdviseSettings {
				confirm(t, base, a)
			}
		}
		return out.String()
	})
}

// confirm tries an advice about settings, and the next smaller ones.
func confirm(t *testing.T, base whatif.Case, a journal.Advice) {
	t.Helper()
	dies := func(c whatif.Case) (n int) {
		tl := *c.Timeline
		if c.Environment != "" {
			tl.Environment = c.Environment
		}
		c.Timeline = &tl
		for _, j := range run(t, c).Jobs {
			if slices.Contains(a.Jobs, j.ID) {
				n += len(j.Disablements)
			}
		}
		return n
	}
	base.PollingJobs, base.Flows = load(t, "sap-open-connectors"), load(t, "celigo-integrator")
	if a.Threshold > 0 {
		for threshold, want := range map[int]bool{a.Threshold: false, a.Threshold - 1: true} {
			c, err := whatif.AtThreshold(threshold).Apply(base)
			if err != nil {
				t.Fatal(err)
			}
			if got := dies(c) > 0; got != want {
				t.Errorf("%s: at threshold %d a job dies: %v (want %v)", a.Text, threshold, got, want)
			}
			if threshold == a.Threshold {
				_, said, _ := strings.Cut(a.Text, fmt.Sprintf("; at %d not with ", threshold))
				otherwise(t, c, said, dies)
			}
		}
	}
	if a.Every > 0 {
		c := base
		for _, job := range a.Jobs {
			var err error
			if c, err = whatif.Every(job, timeline.Span(a.Every).Std()).Apply(c); err != nil {
				t.Fatal(err)
			}
		}
		if n := dies(c); n > 0 {
			t.Errorf("%s: %d disablements (want none)", a.Text, n)
		}
		_, said, _ := strings.Cut(a.Text, "; every ")
		said, _, _ = strings.Cut(said, ";")
		otherwise(t, c, said, dies)
	}
}

// otherwise wants exactly those alternatives of what is chosen for polling jobs to be said under which a job dies.
func otherwise(t *testing.T, c whatif.Case, said string, dies func(whatif.Case) int) {
	t.Helper()
	for _, v := range c.PollingJobs.Values {
		if v.Basis != policy.Chosen {
			continue
		}
		for _, value := range v.Alternatives {
			changed, err := c.PollingJobs.Override(v.Name, value)
			if err != nil {
				t.Fatal(err)
			}
			other := c
			other.PollingJobs = changed
			name := v.Name + " = " + value
			if got := dies(other) > 0; got != strings.Contains(said, name) {
				t.Errorf("%s: a job dies: %v; said: %q", name, got, said)
			}
		}
	}
}

// TestAdviceAfterTheThreshold: where a job is disabled only by the failure after the threshold, 180 failures in a row
// are survived at 180.
func TestAdviceAfterTheThreshold(t *testing.T) {
	base := compareBase(t, `outagedrill: 1
start: 2024-03-01T00:00:00Z
duration: 12h
applications: {acme: {records: {orders: 60/h}}}
connections: {acme-main: {application: acme}}
polling_jobs: {poll: {instance: acme-main, resources: [orders], every: 1m}}
events: [{at: +2h, application: acme, fault: down, for: 3h}]
`)
	base.PollingJobs = overridden(t, base.PollingJobs, "threshold.boundary", "after")
	seen := whatif.NewWitness()
	s, err := sim.Run(t.Context(), base.Timeline, sim.Options{PollingJobs: base.PollingJobs}, func(e *journal.Entry) error {
		seen.See(e)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	advice, err := whatif.Advise(t.Context(), base, s, seen)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(advice, func(a journal.Advice) bool { return a.Kind == journal.AdviseSettings })
	if i < 0 || advice[i].Threshold != 180 || !strings.Contains(advice[i].Text, "from 100 to 180") {
		t.Errorf("%+v", advice)
	}
}
