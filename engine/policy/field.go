package policy

import (
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/outagedrill/outagedrill/internal/problem"
	"github.com/outagedrill/outagedrill/internal/words"
)

// longest is the longest duration of a policy: a year. It keeps sums of instants far from overflow.
const longest = 8760 * time.Hour

// largest is the largest whole number of a policy.
const largest = 1_000_000_000

// field is one field of a policy as a file fills it.
type field struct {
	want string // what is expected, for messages

	// set stores what the node says. It returns nil, or the node that does not fit, n or one inside
	// it; then nothing is stored.
	set func(n *yaml.Node) (bad *yaml.Node)
}

func duration(to *time.Duration, least time.Duration) field {
	return field{
		want: "a duration from " + words.Duration(least) + " to " + words.Duration(longest) + ", such as 90m",
		set: func(n *yaml.Node) *yaml.Node {
			d, ok := readDuration(n, least)
			if !ok {
				return n
			}
			*to = d
			return nil
		},
	}
}

func durations(to *[]time.Duration) field {
	return field{
		want: "a list of durations from 0s to " + words.Duration(longest) + ", such as [5s, 10s]",
		set: func(n *yaml.Node) *yaml.Node {
			if n.Kind != yaml.SequenceNode {
				return n
			}
			list := make([]time.Duration, 0, len(n.Content))
			for _, item := range n.Content {
				d, ok := readDuration(item, 0)
				if !ok {
					return item
				}
				list = append(list, d)
			}
			*to = list
			return nil
		},
	}
}

func truth(to *bool) field {
	return field{
		want: "true or false",
		set: func(n *yaml.Node) *yaml.Node {
			if n.ShortTag() != "!!bool" || n.Value != "true" && n.Value != "false" {
				return n
			}
			*to = n.Value == "true"
			return nil
		},
	}
}

func number[T int | int64](to *T, least int) field {
	return field{
		want: "a whole number from " + strconv.Itoa(least) + " to " + strconv.Itoa(largest),
		set: func(n *yaml.Node) *yaml.Node {
			i, err := strconv.Atoi(n.Value)
			// 010 is eight to one reader and ten to another: only the plain spelling is taken.
			plain := n.ShortTag() == "!!int" && err == nil && strconv.Itoa(i) == n.Value
			if !plain || i < least || i > largest {
				return n
			}
			*to = T(i)
			return nil
		},
	}
}

func threshold(j *PollingJobs, environment string) field {
	var x int
	f := number(&x, 1)
	return field{want: f.want, set: func(n *yaml.Node) *yaml.Node {
		if bad := f.set(n); bad != nil {
			return bad
		}
		if j.Thresholds == nil {
			j.Thresholds = map[string]int{}
		}
		j.Thresholds[environment] = x
		return nil
	}}
}

func word[T ~string](to *T, words ...T) field {
	var list []string
	for _, w := range words {
		list = append(list, string(w))
	}
	return field{
		want: problem.List(list, "or"),
		set: func(n *yaml.Node) *yaml.Node {
			for _, w := range words {
				if n.Kind == yaml.ScalarNode && n.Value == string(w) {
					*to = w
					return nil
				}
			}
			return n
		},
	}
}

func readDuration(n *yaml.Node, least time.Duration) (time.Duration, bool) {
	if n.Kind != yaml.ScalarNode {
		return 0, false
	}
	d, err := time.ParseDuration(n.Value)
	return d, err == nil && d >= least && d <= longest
}

// text writes a value as the file has it, a list on one line.
func text(n *yaml.Node) string {
	if n.Kind != yaml.SequenceNode {
		return n.Value
	}
	items := make([]string, 0, len(n.Content))
	for _, item := range n.Content {
		items = append(items, item.Value)
	}
	return "[" + strings.Join(items, ", ") + "]"
}
