package policy

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/outagedrill/outagedrill/internal/problem"
)

// Errors is everything that is wrong with a file or a value, in the order of the file; never empty. Each has
// its File, Line and Col (none for a value of no file), says What is wrong, and may say what was wanted
// (Want) and probably meant (Near).
type Errors = problem.Errors

// sorted puts the problems in the order of their places.
func sorted(list []problem.Problem) Errors {
	slices.SortStableFunc(list, func(a, b problem.Problem) int {
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
func unknownValue(name string, kind Kind) problem.Problem {
	p := problem.Problem{What: "nothing reads a value named " + quote(name)}
	names, other := valueNames(kind), ForFlows
	if kind == ForFlows {
		other = ForPollingJobs
	}
	within := slices.DeleteFunc(slices.Clone(names), func(s string) bool {
		return !strings.HasPrefix(s, name+".")
	})
	switch {
	case len(within) > 0:
		p.Want = "a name in full: " + problem.List(within, "or")
	case slices.Contains(valueNames(other), name):
		p.Want = fmt.Sprintf("a value of %s; this one is read in policies that govern %s", kind, other)
	default:
		if p.Near = problem.Nearest(name, names); p.Near == "" {
			p.Want = problem.List(names, "or")
		}
	}
	return p
}
