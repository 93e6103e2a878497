package whatif

import (
	"slices"

	"github.com/outagedrill/outagedrill/sim/journal"
)

// Told is a run that was made before, as its journal tells it.
type Told struct {
	Name      string // what tells it from the others
	Threshold int    // of its environment at the start
	Summary   *journal.Summary
}

// OfRuns holds one run or more against the first of them. Nothing is run: ranges are those that the journals
// have.
func OfRuns(runs []Told) *journal.Comparison {
	t := timelineOf(runs[0].Summary)
	var names []string
	for _, run := range runs {
		names = append(names, run.Name)
		t.Cases = append(t.Cases, run.compared())
	}
	return &journal.Comparison{
		Axes:      []journal.Axis{{Name: "run", Values: names}},
		Timelines: []journal.ComparedTimeline{t}, Together: []journal.ComparedCase{},
	}
}

// compared is the run as a case, with what its journal knows of the other runs.
func (r *Told) compared() journal.ComparedCase {
	base := figuresOf(r.Summary)
	c := journal.ComparedCase{
		Settings: []journal.Setting{{Axis: "run", Value: r.Name}}, Policy: r.Summary.Policy,
		Environment: r.Summary.Environment, Threshold: r.Threshold, Offsets: 1,
		Base: base, Best: base, Worst: base,
	}
	ranges := r.Summary.Ranges
	if ranges == nil || ranges.Figures == nil {
		c.Alone = true
		return c
	}
	c.Others = ranges.Figures.Others
	for _, a := range ranges.Assumptions {
		switch a.Name {
		case sweepOffset:
			if spread := ranges.Figures.Offsets; spread != nil && sweepMatters(r.Summary) {
				c.Offsets, c.Median = 1+len(a.Tried), &spread.Median
				c.Best, c.Worst = spread.Best, spread.Worst
			}
		case refreshBefore:
			for _, value := range a.Tried {
				c.TokenAges = append(c.TokenAges, figuresUnder(ranges.Figures, a.Name, value))
			}
		}
	}
	return c
}

// figuresUnder are the figures under one value of an assumption that was tried.
func figuresUnder(r *journal.FigureRanges, assumption, value string) journal.CaseFigures {
	i := slices.IndexFunc(r.Others, func(o journal.FigureTrial) bool {
		return o.Assumption == assumption && o.Value == value
	})
	if i < 0 {
		return r.Base
	}
	return r.Others[i].Figures
}

// figures are what the run is compared by, in all runs.
func (t *trials) figures() *journal.FigureRanges {
	base := figuresOf(t.base)
	r := &journal.FigureRanges{
		Base: base, WithoutFaults: figuresOf(t.quiet), Others: []journal.FigureTrial{},
	}
	for _, a := range t.by {
		all := []journal.CaseFigures{base}
		for i := range a.trials {
			all = append(all, figuresOf(a.trials[i].summary))
		}
		if a.Name == sweepOffset {
			spread := spreadOf(all)
			r.Offsets = &spread
			continue
		}
		for i, f := range all[1:] {
			if !alike(f, base) {
				r.Others = append(r.Others, journal.FigureTrial{
					Assumption: a.Name, Value: a.trials[i].value, Figures: f,
				})
			}
		}
	}
	return r
}
