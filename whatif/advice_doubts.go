package whatif

import (
	"context"
	"slices"
	"strings"

	"github.com/outagedrill/outagedrill/sim/journal"
)

// doubts are the runs of what is advised under each other assumption about polling jobs, one at a time.
type doubts struct {
	variants []Variant
	runs     []*journal.Summary
}

// doubt runs a case that is advised under each other assumption about polling jobs; those about flows and the
// minute of the sweep are left out, as for a job's interval and threshold they are of no account.
func doubt(ctx context.Context, advised Case) (doubts, error) {
	all, err := Variants(advised)
	if err != nil {
		return doubts{}, err
	}
	d := doubts{variants: slices.DeleteFunc(all, func(v Variant) bool {
		_, has := v.Case.PollingJobs.Value(v.Assumption)
		return !has
	})}
	cases := make([]Case, len(d.variants))
	for i := range d.variants {
		cases[i] = d.variants[i].Case
	}
	d.runs, err = Run(ctx, cases, nil)
	return d, err
}

// against names the assumptions under which one of the jobs is disabled after all: "a = 1 or b = 2"; "" for
// none.
func (d *doubts) against(rescues []*rescue) string {
	var names []string
	for i, v := range d.variants {
		disabled := func(r *rescue) bool { return len(d.runs[i].Jobs[r.job].Disablements) > 0 }
		if slices.ContainsFunc(rescues, disabled) {
			names = append(names, v.Assumption+" = "+v.Value)
		}
	}
	if n := len(names); n > 1 {
		return strings.Join(names[:n-1], ", ") + " or " + names[n-1]
	}
	return strings.Join(names, "")
}
