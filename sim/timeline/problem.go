package timeline

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// printedProblems is how many problems Errors.Error prints, keptProblems how many are remembered.
const (
	printedProblems = 20
	keptProblems    = 10_000
)

// Problem is one thing that is wrong in a timeline file.
type Problem struct {
	File string
	Line int // from 1; 0 where the whole file is meant
	Col  int // from 1, in characters
	What string
	Want string // what was expected; may be empty
	Near string // the nearest valid name; empty if none is near
}

// String is the line that a user reads: FILE:LINE:COL: what is wrong (what was expected).
func (p Problem) String() string {
	var b strings.Builder
	if p.File != "" {
		b.WriteString(p.File + ":")
	}
	if p.Line > 0 {
		fmt.Fprintf(&b, "%d:%d:", p.Line, p.Col)
	}
	if b.Len() > 0 {
		b.WriteByte(' ')
	}
	b.WriteString(p.What)
	var hints []string
	if p.Want != "" {
		hints = append(hints, "want "+p.Want)
	}
	if p.Near != "" {
		hints = append(hints, fmt.Sprintf("did you mean %q?", p.Near))
	}
	if len(hints) > 0 {
		b.WriteString(" (" + strings.Join(hints, "; ") + ")")
	}
	return b.String()
}

// Errors is every problem of one file, in the order of their positions. It is never empty.
type Errors []Problem

// Lines are the lines of Error, each without a newline.
func (e Errors) Lines() []string {
	lines := make([]string, 0, min(len(e), printedProblems+1))
	for i, p := range e {
		if i == printedProblems {
			lines = append(lines, fmt.Sprintf("%sand %s more", filePrefix(p.File), e.rest()))
			break
		}
		lines = append(lines, p.String())
	}
	return lines
}

// Error prints one line a problem, at most twenty of them.
func (e Errors) Error() string { return strings.Join(e.Lines(), "\n") }

func (e Errors) rest() string {
	n := len(e) - printedProblems
	if len(e) >= keptProblems {
		return fmt.Sprintf("at least %d", n)
	}
	return fmt.Sprint(n)
}

func filePrefix(file string) string {
	if file == "" {
		return ""
	}
	return file + ": "
}

// sortProblems orders by position and drops repetitions, which an alias used twice gives rise to.
func sortProblems(ps []found) []found {
	slices.SortStableFunc(ps, func(a, b found) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col))
	})
	return slices.CompactFunc(ps, func(a, b found) bool { return a.Problem == b.Problem })
}

// found is a problem whose nearest name is not yet looked for: that is slow in a file of many names,
// and is done only for the problems that are printed.
type found struct {
	Problem
	got   string
	valid *nameSet
}

// finish sorts the problems and looks for the nearest names.
func finish(ps []found) Errors {
	ps = sortProblems(ps)
	out := make(Errors, len(ps))
	for i, p := range ps {
		if p.valid != nil && i < printedProblems {
			p.Near = nearest(p.got, p.valid.names)
		}
		out[i] = p.Problem
	}
	return out
}
