package policy

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// printed is how many problems Errors prints.
const printed = 20

// Problem is one thing that is wrong with a policy.
type Problem struct {
	File string // "" for a value that comes from no file
	Line int    // from 1
	Col  int    // from 1
	What string // what is wrong
	Want string // what was expected; may be empty
	Near string // the nearest valid name; empty if none is near
}

// String is the line that a user reads: FILE:LINE:COL: what is wrong (what was expected).
func (p Problem) String() string {
	s := p.What
	if p.File != "" {
		s = fmt.Sprintf("%s:%d:%d: %s", p.File, p.Line, p.Col, s)
	}
	var hints []string
	if p.Want != "" {
		hints = append(hints, "want "+p.Want)
	}
	if p.Near != "" {
		hints = append(hints, fmt.Sprintf("did you mean %q?", p.Near))
	}
	if len(hints) > 0 {
		s += " (" + strings.Join(hints, "; ") + ")"
	}
	return s
}

// Errors is everything that is wrong with a file or a value, in the order of the file; never empty.
type Errors []Problem

// Lines are the lines of Error: one for each of the first twenty problems, and one that counts the rest.
func (e Errors) Lines() []string {
	var lines []string
	for _, p := range e[:min(len(e), printed)] {
		lines = append(lines, p.String())
	}
	if rest := len(e) - printed; rest > 0 {
		lines = append(lines, fmt.Sprintf("%s: and %d more", e[0].File, rest))
	}
	return lines
}

// Error implements error.
func (e Errors) Error() string { return strings.Join(e.Lines(), "\n") }

// sorted puts the problems in the order of their places.
func sorted(list []Problem) Errors {
	slices.SortStableFunc(list, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col))
	})
	return list
}

// misfit says what the value of name is instead of what was expected; bad is the node that does not
// fit, n itself or an item of it.
func misfit(name string, n, bad *yaml.Node) string {
	if i := slices.Index(n.Content, bad); i >= 0 {
		name += "[" + strconv.Itoa(i) + "]"
	}
	return name + " is " + describe(bad)
}

// describe names what a node holds, in a few words.
func describe(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	case yaml.AliasNode:
		return "an alias, which policy files do not have"
	default: // a scalar
	}
	switch {
	case n.ShortTag() == "!!null", n.Value == "":
		return "empty"
	case n.ShortTag() == "!!str":
		return quote(n.Value)
	}
	return cut(n.Value)
}

func quote(s string) string {
	return strconv.Quote(cut(s))
}

// cut shortens what a file says to what fits a message.
func cut(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}

// unknownValue says that no rule reads the name in a policy of the kind.
func unknownValue(name string, kind Kind) Problem {
	p := Problem{What: "nothing reads a value named " + quote(name)}
	names, other := valueNames(kind), ForFlows
	if kind == ForFlows {
		other = ForPollingJobs
	}
	within := slices.DeleteFunc(slices.Clone(names), func(s string) bool {
		return !strings.HasPrefix(s, name+".")
	})
	switch {
	case len(within) > 0:
		p.Want = "a name in full: " + either(within)
	case slices.Contains(valueNames(other), name):
		p.Want = fmt.Sprintf("a value of %s; this one is read in policies that govern %s", kind, other)
	default:
		if p.Near = nearest(name, names); p.Near == "" {
			p.Want = either(names)
		}
	}
	return p
}

// either lists a choice: a, b or c.
func either(list []string) string {
	if len(list) < 2 {
		return strings.Join(list, "")
	}
	last := len(list) - 1
	return strings.Join(list[:last], ", ") + " or " + list[last]
}

// nearest returns the name that takes the fewest edits to reach, if they are few enough to be a slip;
// failing that, the first that begins with s.
func nearest(s string, names []string) string {
	if len(s) > 60 {
		return ""
	}
	best, fewest := "", len(s)/3+1
	for _, name := range names {
		if d := edits(s, name); d <= fewest && (best == "" || d < fewest) {
			best, fewest = name, d
		}
	}
	for _, name := range names {
		if best == "" && len(s) > 2 && strings.HasPrefix(name, s) {
			best = name
		}
	}
	return best
}

// edits is the Levenshtein distance in bytes: insertions, deletions and replacements.
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}
