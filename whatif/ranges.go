package whatif

import (
	"context"
	"slices"

	"github.com/outagedrill/outagedrill/sim/journal"
)

// Ranges runs all variants of a base case, whose own summary is given, and says between what its figures lie
// and which of its verdicts would be others; with two values at once too where that is cheap (pairs.go).
// Errors and progress are Run's.
func Ranges(
	ctx context.Context, base Case, summary *journal.Summary, progress func(done float64),
) (*journal.Ranges, error) {
	variants, err := Variants(base)
	if err != nil {
		return nil, err
	}
	// Pairs are known only once the variants have run; where there may be some, half of the time is theirs.
	split := 1.0
	if worthPairing(variants, summary) {
		split = 0.5
	}
	summaries, err := runVariants(ctx, variants, summary, share(progress, 0, split))
	if err != nil {
		return nil, err
	}
	if base, err = base.filled(); err != nil {
		return nil, err
	}
	t := newTrials(base, summary, variants, summaries)
	r := t.ranges()
	if split < 1 {
		r.Together, err = t.together(ctx, variants, share(progress, split, 1))
	}
	return r, err
}

// share tells of a part of the work as progress from one share of the whole to another.
func share(progress func(done float64), from, to float64) func(float64) {
	if progress == nil {
		return nil
	}
	return func(done float64) { progress(from + done*(to-from)) }
}

// runVariants makes the runs. Where no connection ever was offline in the base case there was nothing to
// sweep, and every offset gives that very run.
func runVariants(
	ctx context.Context, variants []Variant, base *journal.Summary, progress func(done float64),
) ([]*journal.Summary, error) {
	summaries := make([]*journal.Summary, len(variants))
	var cases []Case
	var of []int
	for i, v := range variants {
		if v.Assumption == sweepOffset && !sweepMatters(base) {
			summaries[i] = base
			continue
		}
		cases, of = append(cases, v.Case), append(of, i)
	}
	made, err := Run(ctx, cases, progress)
	if err != nil {
		return nil, err
	}
	for k, i := range of {
		summaries[i] = made[k]
	}
	return summaries, nil
}

// trials are the runs from which ranges are read.
type trials struct {
	base  *journal.Summary
	quiet *journal.Summary // without faults
	tried []trial
	by    []assumed // the trials of each assumption, in the order of the trials
	runs  int
}

// trial is the run of one variant.
type trial struct {
	assumption, value string
	summary           *journal.Summary
}

func (t *trial) name() string { return t.assumption + "=" + t.value }

// assumed are the trials of one assumption.
type assumed struct {
	journal.Assumption
	trials []trial
}

func newTrials(
	base Case, summary *journal.Summary, variants []Variant, summaries []*journal.Summary,
) *trials {
	t := &trials{base: summary, quiet: summary, runs: len(variants)}
	for i, v := range variants {
		if v.Assumption == "" {
			t.quiet = summaries[i]
			continue
		}
		one := trial{v.Assumption, v.Value, summaries[i]}
		t.tried = append(t.tried, one)
		if n := len(t.by); n == 0 || t.by[n-1].Name != v.Assumption {
			t.by = append(t.by, assumed{Assumption: journal.Assumption{
				Name: v.Assumption, Base: base.text(v.Assumption),
			}})
		}
		of := &t.by[len(t.by)-1]
		of.Tried, of.trials = append(of.Tried, v.Value), append(of.trials, one)
	}
	return t
}

// text is a value of the case's policies as it is written.
func (c *Case) text(name string) string {
	if v, ok := c.Flows.Value(name); ok {
		return v.Text
	}
	v, _ := c.PollingJobs.Value(name)
	return v.Text
}

// ranges reads all figures and verdicts. The lists of all summaries are of the same things in the same order,
// for the names and the vendors' truth are the same in all runs; only without faults there are no outages.
func (t *trials) ranges() *journal.Ranges {
	r := &journal.Ranges{
		Runs: t.runs, Assumptions: []journal.Assumption{}, Flows: []journal.FlowRanges{},
		Jobs: []journal.JobRanges{}, Outages: []journal.OutageRanges{}, Totals: t.totals(),
		Flips: []journal.Flip{}, Figures: t.figures(),
	}
	for _, a := range t.by {
		r.Assumptions = append(r.Assumptions, a.Assumption)
	}
	for i := range t.base.Flows {
		r.Flows = append(r.Flows, t.flow(i))
		r.Flips = append(r.Flips, t.flips(journal.Flip{Flow: t.base.Flows[i].ID}, flowVerdicts(i))...)
	}
	for i := range t.base.Jobs {
		r.Jobs = append(r.Jobs, t.job(i))
		r.Flips = append(r.Flips, t.flips(journal.Flip{Job: t.base.Jobs[i].ID}, jobVerdicts(i))...)
	}
	for i := range t.base.Outages {
		r.Outages = append(r.Outages, t.outage(i))
	}
	return r
}

// order tells which of two outcomes is the better one: negative for the first.
type order[T journal.Figure] func(a, b journal.Outcome[T]) int

// rangeOf is the range of one figure.
func rangeOf[T journal.Figure](
	t *trials, better order[T], of func(*journal.Summary) journal.Outcome[T],
) journal.Range[T] {
	base := of(t.base)
	r := journal.Range[T]{
		Base: base, WithoutFaults: of(t.quiet), Best: base, Worst: base, DependsOn: []journal.Dependence[T]{},
	}
	for _, a := range t.by {
		all := []journal.Outcome[T]{base}
		for i := range a.trials {
			got := of(a.trials[i].summary)
			all = append(all, got)
			if better(got, r.Best) < 0 {
				r.Best, r.BestUnder = got, a.trials[i].name()
			}
			if better(got, r.Worst) > 0 {
				r.Worst, r.WorstUnder = got, a.trials[i].name()
			}
		}
		slices.SortFunc(all, better)
		best, worst := all[0], all[len(all)-1]
		if a.Name == sweepOffset {
			r.Offsets = &journal.Spread[T]{Best: best, Median: all[len(all)/2], Worst: worst}
		}
		if best != worst {
			d := journal.Dependence[T]{Assumption: a.Name, Best: best, Worst: worst}
			r.DependsOn = append(r.DependsOn, d)
		}
	}
	return r
}
