// Package problem words what is wrong with a user's input: where it stands, what was wanted instead, and
// which valid name comes nearest to the one that was written.
package problem

import (
	"fmt"
	"strings"
)

// The bounds of a list of problems.
const (
	Printed = 20     // how many problems Errors prints
	Kept    = 10_000 // after how many a reader of input may stop to keep more
)

// Problem is one thing that is wrong.
type Problem struct {
	File string // "" for a value that comes from no file
	Line int    // from 1; 0 where the whole file is meant
	Col  int    // from 1, in characters
	What string // what is wrong
	Want string // what was wanted; may be empty
	Near string // the nearest valid name; empty if none is near
}

// String is the line that a user reads: FILE:LINE:COL: what is wrong (want this; did you mean "that"?).
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

// Errors is everything that is wrong with one input, in the order of the places. It is never empty.
type Errors []Problem

// Lines are the lines of Error, each without a newline: one for each of the first problems, and one that
// counts the rest.
func (e Errors) Lines() []string {
	lines := make([]string, 0, min(len(e), Printed+1))
	for _, p := range e[:min(len(e), Printed)] {
		lines = append(lines, p.String())
	}
	rest := len(e) - Printed
	if rest <= 0 {
		return lines
	}
	more := fmt.Sprintf("and %d more", rest)
	if len(e) >= Kept {
		more = fmt.Sprintf("and at least %d more", rest)
	}
	return append(lines, Problem{File: e[Printed].File, What: more}.String())
}

// Error implements error: one line a problem, at most twenty of them and the count of the rest.
func (e Errors) Error() string { return strings.Join(e.Lines(), "\n") }

// List words several names: a, b or c, where the word before the last is "or".
func List(names []string, word string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " " + word + " " + names[last]
}
