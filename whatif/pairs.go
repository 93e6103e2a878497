package whatif

import (
	"context"
	"reflect"

	"github.com/outagedrill/outagedrill/sim/journal"
)

// mostPairCalls is what pairs may cost: the runs times the calls of the base case. Beyond that they are not
// tried. It is counted in what is simulated, not in seconds, so that an answer is the same on each machine.
const mostPairCalls = 2_000_000

// pair is the base case with two of its values changed.
type pair struct {
	under []string // NAME=VALUE of both
	Case
}

// worthPairing tells whether all pairs of values, but for offsets of the sweep, are cheap enough to be tried.
func worthPairing(variants []Variant, base *journal.Summary) bool {
	n := 0
	for i := range variants {
		for j := range i {
			if pairs(&variants[j], &variants[i]) {
				n++
			}
		}
	}
	return n > 0 && int64(n)*max(1, base.Totals.Calls) <= mostPairCalls
}

// pairs tells whether two variants are of two values that can be changed together. The minute of the sweep is
// left to its own: it moves an end and is told as a range.
func pairs(a, b *Variant) bool {
	for _, v := range []*Variant{a, b} {
		if v.Assumption == "" || v.Assumption == sweepOffset {
			return false
		}
	}
	return a.Assumption != b.Assumption
}

// together runs each two values at once of which one at least makes a difference by itself, and says which
// verdicts that changes of those that no value changes alone. Errors and progress are Run's.
func (t *trials) together(
	ctx context.Context, variants []Variant, progress func(done float64),
) (*journal.Together, error) {
	all, err := t.pairsOf(variants)
	if err != nil {
		return nil, err
	}
	cases := make([]Case, len(all))
	for i := range all {
		cases[i] = all[i].Case
	}
	summaries, err := Run(ctx, cases, progress)
	if err != nil {
		return nil, err
	}
	out := &journal.Together{Runs: len(all), Flips: []journal.JointFlip{}}
	for i := range t.base.Flows {
		about := journal.JointFlip{Flow: t.base.Flows[i].ID}
		out.Flips = append(out.Flips, t.jointFlips(about, flowVerdicts(i), all, summaries)...)
	}
	for i := range t.base.Jobs {
		about := journal.JointFlip{Job: t.base.Jobs[i].ID}
		out.Flips = append(out.Flips, t.jointFlips(about, jobVerdicts(i), all, summaries)...)
	}
	return out, nil
}

// pairsOf are the pairs in the order of the variants.
func (t *trials) pairsOf(variants []Variant) ([]pair, error) {
	differs := map[string]bool{}
	for i := range t.tried {
		one := &t.tried[i]
		differs[one.name()] = !reflect.DeepEqual(one.summary, t.base)
	}
	var all []pair
	for j := range variants {
		for i := range j {
			a, b := &variants[i], &variants[j]
			under := []string{a.Assumption + "=" + a.Value, b.Assumption + "=" + b.Value}
			if !pairs(a, b) || !differs[under[0]] && !differs[under[1]] {
				continue
			}
			c, err := a.Case.assume(b.Assumption, b.Value)
			if err != nil {
				return nil, err
			}
			all = append(all, pair{under, c})
		}
	}
	return all, nil
}

// jointFlips are the verdicts about one thing that two values at once change, and none alone does.
func (t *trials) jointFlips(
	about journal.JointFlip, verdicts []verdict, all []pair, summaries []*journal.Summary,
) []journal.JointFlip {
	var list []journal.JointFlip
	for _, v := range verdicts {
		if t.changedAlone(v) {
			continue
		}
		flip := about
		flip.Verdict, flip.Base = v.name, v.holds(t.base)
		for i, s := range summaries {
			if v.holds(s) != flip.Base {
				flip.Under = append(flip.Under, all[i].under)
			}
		}
		if len(flip.Under) > 0 {
			list = append(list, flip)
		}
	}
	return list
}

// changedAlone tells whether some value changes a verdict by itself.
func (t *trials) changedAlone(v verdict) bool {
	base := v.holds(t.base)
	for i := range t.tried {
		if v.holds(t.tried[i].summary) != base {
			return true
		}
	}
	return false
}
