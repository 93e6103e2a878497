package whatif

import (
	"github.com/outagedrill/outagedrill/sim/journal"
)

// Told is a run that was made before, as its journal tells it.
type Told struct {
	Name      string // what tells it from the others
	Threshold int    // of its environment at the start
	Summary   *journal.Summary
}

// OfRuns holds one run or more against the first of them. Nothing is run, so there are no ranges.
func OfRuns(runs []Told) *journal.Comparison {
	t := timelineOf(runs[0].Summary)
	var names []string
	for _, run := range runs {
		s, f := run.Summary, figuresOf(run.Summary)
		names = append(names, run.Name)
		t.Cases = append(t.Cases, journal.ComparedCase{
			Settings: []journal.Setting{{Axis: "run", Value: run.Name}}, Policy: s.Policy,
			Environment: s.Environment, Threshold: run.Threshold, Offsets: 1, Base: f, Best: f, Worst: f,
		})
	}
	return &journal.Comparison{
		Axes:      []journal.Axis{{Name: "run", Values: names}},
		Timelines: []journal.ComparedTimeline{t}, Together: []journal.ComparedCase{},
	}
}
