package timeline

import (
	"cmp"
	"slices"

	"github.com/outagedrill/outagedrill/internal/problem"
)

// Errors is every problem of one file, in the order of their positions. It is never empty. Each has its
// File, Line and Col, says What is wrong, and may say what was wanted (Want) and probably meant (Near).
type Errors = problem.Errors

// sortProblems orders by position and drops repetitions, which an alias used twice gives rise to.
func sortProblems(ps []found) []found {
	slices.SortStableFunc(ps, func(a, b found) int { return byPlace(a.Problem, b.Problem) })
	return slices.CompactFunc(ps, func(a, b found) bool { return a.Problem == b.Problem })
}

// byPlace orders problems by file and position.
func byPlace(a, b problem.Problem) int {
	return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col))
}

// found is a problem whose nearest name is not yet looked for: that is slow in a file of many names,
// and is done only for the problems that are printed.
type found struct {
	problem.Problem
	got   string
	valid *nameSet
}

// finish sorts the problems and looks for the nearest names.
func finish(ps []found) Errors {
	ps = sortProblems(ps)
	out := make(Errors, len(ps))
	for i, p := range ps {
		if p.valid != nil && i < problem.Printed {
			p.Near = problem.Nearest(p.got, p.valid.names)
		}
		out[i] = p.Problem
	}
	return out
}
