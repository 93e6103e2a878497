package reports

import (
	"slices"
	"strconv"

	"github.com/outagedrill/outagedrill/internal/words"
	"github.com/outagedrill/outagedrill/sim/journal"
)

// othersTitle is above what other assumptions make of the cases.
const othersTitle = "What other assumptions, one at a time, make more than a tenth better or worse"

// compareBasis says how many runs there were and what the ranges are over.
func compareBasis(c *journal.Comparison) string {
	swept := slices.ContainsFunc(c.Timelines, func(t journal.ComparedTimeline) bool {
		return slices.ContainsFunc(t.Cases, func(one journal.ComparedCase) bool { return one.Offsets > 1 })
	})
	var s string
	if c.Runs > 0 {
		s = words.Count(c.Runs, "run") + ", with all that is not varied here as the policies have it."
	} else {
		s = toldBasis(c.Timelines[0].Cases)
	}
	if swept {
		s += " Ranges are over the minute of the sweep, which is not published; the " +
			"differences from case 1 are under the minute of each policy."
	}
	return s
}

// toldBasis says of runs that were made before whose ranges are known.
func toldBasis(cases []journal.ComparedCase) string {
	s := words.Count(len(cases), "run") + " as their journals tell them, held against the first. "
	var alone []string
	for i := range cases {
		if cases[i].Alone {
			alone = append(alone, strconv.Itoa(i+1))
		}
	}
	switch len(alone) {
	case 0:
		return s + "Nothing was run again."
	case len(cases):
		return s + "Nothing was run again, and there are no ranges: the journals have none."
	}
	return s + "Nothing was run again. " + isAre(len(alone), "Case ", "Cases ") + list(alone, len(alone)) +
		isAre(len(alone), " has", " have") + " no ranges, for the " +
		isAre(len(alone), "journal has", "journals have") + " none."
}
