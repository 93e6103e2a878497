package whatif_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/outagedrill/outagedrill/engine/policy"
	"github.com/outagedrill/outagedrill/whatif"
)

// toldOf plays a case with its other runs, as its journal would tell it.
func toldOf(t *testing.T, name string, c whatif.Case) whatif.Told {
	t.Helper()
	s := run(t, c)
	ranges, err := whatif.Ranges(t.Context(), c, s, nil)
	if err != nil {
		t.Fatal(err)
	}
	s.Ranges = ranges
	return whatif.Told{Name: name, Threshold: 60, Summary: s}
}

// TestOfRunsIsCompare: journals that have their ranges are compared as compare does with runs of its own, to every
// end of every range, and to what comes of the age of tokens.
func TestOfRunsIsCompare(t *testing.T) {
	for name, text := range map[string]string{
		"swept":       strings.Replace(compareWorld, "{application: wms}", "{application: wms, auth: oauth2}", 1),
		"not offline": strings.NewReplacer("for: 3h", "for: 1m", "for: 1h30m", "for: 1m").Replace(compareWorld),
	} {
		thresholds := []string{"60", "95"}
		plan, err := whatif.NewComparing([]whatif.Case{compareBase(t, text)}, []whatif.Axis{
			{Name: "threshold", Settings: []whatif.Setting{whatif.AtThreshold(60), whatif.AtThreshold(95)}},
		})
		if err != nil {
			t.Fatal(err)
		}
		want, err := plan.Run(t.Context(), false, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		var runs []whatif.Told
		for _, n := range thresholds {
			one := compareBase(t, text)
			one.PollingJobs = overridden(t, one.PollingJobs, "threshold.production", n)
			runs = append(runs, toldOf(t, n, one))
		}
		got := whatif.OfRuns(runs).Timelines[0].Cases
		for i, w := range want.Timelines[0].Cases {
			g := got[i]
			if d := cmp.Diff(
				[]any{w.Offsets, w.Base, w.Best, w.Median, w.Worst, w.TokenAges},
				[]any{g.Offsets, g.Base, g.Best, g.Median, g.Worst, g.TokenAges},
			); d != "" || g.Alone {
				t.Errorf("%s, case %d (-compare +journals, alone %v):\n%s", name, i+1, g.Alone, d)
			}
		}
	}
}

// TestOthersOfRuns: what the other assumptions make of the figures is what a run of each value says, and values that
// change nothing are left out.
func TestOthersOfRuns(t *testing.T) {
	base := compareBase(t, compareWorld)
	figures := toldOf(t, "run", base).Summary.Ranges.Figures
	plain := caseTold(run(t, base))
	said := map[string]bool{}
	for _, o := range figures.Others {
		said[o.Assumption+"="+o.Value] = true
		if d := cmp.Diff(caseTold(assuming(t, base, o.Assumption, o.Value)), ofCase(&o.Figures)); d != "" {
			t.Errorf("%s=%s (-want +got):\n%s", o.Assumption, o.Value, d)
		}
	}
	for _, p := range []*policy.Policy{base.Flows, base.PollingJobs} {
		for _, v := range p.Values {
			for _, value := range v.Alternatives {
				if v.Basis != policy.Chosen || v.Name == "sweep.offset" || said[v.Name+"="+value] {
					continue
				}
				if d := cmp.Diff(plain, caseTold(assuming(t, base, v.Name, value))); d != "" {
					t.Errorf("%s=%s is left out (-base +got):\n%s", v.Name, value, d)
				}
			}
		}
	}
	if len(said) < 5 {
		t.Errorf("only %d values change a figure: nothing is proven", len(said))
	}
	quiet := base
	quiet.Timeline = new(*base.Timeline)
	quiet.Timeline.Faults = nil
	if d := cmp.Diff(caseTold(run(t, quiet)), ofCase(&figures.WithoutFaults)); d != "" {
		t.Errorf("without faults (-want +got):\n%s", d)
	}
}

// TestOfRunsAlone: nothing is claimed of the ranges of a journal that has none, or was written before there were any of
// the figures that are compared.
func TestOfRunsAlone(t *testing.T) {
	told := toldOf(t, "new", compareBase(t, compareWorld))
	old, exact := *told.Summary, *told.Summary
	older := *told.Summary.Ranges
	older.Figures = nil
	old.Ranges, exact.Ranges = &older, nil
	cases := whatif.OfRuns([]whatif.Told{
		told, {Name: "old", Summary: &old}, {Name: "exact", Summary: &exact},
	}).Timelines[0].Cases
	if cases[0].Alone || len(cases[0].Others) == 0 {
		t.Error("nothing is known of the other runs, which were made")
	}
	for _, c := range cases[1:] {
		if !c.Alone || c.Offsets != 1 || c.Median != nil || c.Others != nil || !cmp.Equal(c.Best, c.Worst) {
			t.Errorf("%s has ranges: %+v", c.Settings[0].Value, c)
		}
	}
}
