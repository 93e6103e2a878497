package steps

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
)

// nearestShown is how many steps Nearest gives at most.
const nearestShown = 3

// How like a text a step must be to be among the nearest: from 0 to 1, and as a share of the nearest one's.
const (
	alikeLeast = 0.45
	alikeShare = 0.85
)

// Nearest is the steps that were most likely meant by a text that matches none, the nearest first. Quoted
// values and numbers do not count, only the words and their order. Their examples have the text's values
// where they have as many.
func (l *Library) Nearest(text string) []Step {
	type scored struct {
		step  Step
		score float64
	}
	words := wordsOf(text)
	var near []scored
	for _, s := range l.steps {
		if score := alike(words, wordsOf(s.Example)); score >= alikeLeast {
			near = append(near, scored{s, score})
		}
	}
	slices.SortStableFunc(near, func(a, b scored) int { return cmp.Compare(b.score, a.score) })
	var steps []Step
	for _, n := range near[:min(len(near), nearestShown)] {
		if n.score >= alikeShare*near[0].score {
			n.step.Example = withValues(n.step.Example, text)
			steps = append(steps, n.step)
		}
	}
	return steps
}

var valueInStep = regexp.MustCompile(`"[^"]*"|\b\d\S*`)

// withValues is an example with the values of a text in place of its own, where there are as many.
func withValues(example, text string) string {
	values := valueInStep.FindAllString(text, -1)
	if len(valueInStep.FindAllString(example, -1)) != len(values) {
		return example
	}
	return valueInStep.ReplaceAllStringFunc(example, func(string) string {
		next := values[0]
		values = values[1:]
		return next
	})
}

// wordsOf is the words of a step, each value being the one word "…".
func wordsOf(text string) []string {
	return strings.Fields(valueInStep.ReplaceAllString(strings.ToLower(text), "…"))
}

// alike tells how like two steps are, from 0 to 1: the longest run of words that both have in this order,
// gaps allowed, as a share of all their words. A word with a letter or two amiss counts a little less.
func alike(a, b []string) float64 {
	if len(a)+len(b) == 0 {
		return 0
	}
	above := make([]float64, len(b)+1)
	row := make([]float64, len(b)+1)
	for i := range a {
		for j := range b {
			row[j+1] = max(above[j+1], row[j], above[j]+sameWord(a[i], b[j]))
		}
		above, row = row, above
	}
	return 2 * above[len(b)] / float64(len(a)+len(b))
}

// sameWord is 1 for equal words, less for words that differ in one letter of four or in fewer, and else 0.
func sameWord(a, b string) float64 {
	switch {
	case a == b && a == "…":
		return 0.5 // values say little: all steps have some
	case a == b:
		return 1
	case len(a) < 4 || len(b) < 4:
		return 0
	}
	if edits(a, b)*4 <= max(len(a), len(b)) || sorted(a) == sorted(b) {
		return 0.8
	}
	return 0
}

// edits is the Levenshtein distance of two words, in bytes.
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}

func sorted(word string) string {
	letters := []byte(word)
	slices.Sort(letters)
	return string(letters)
}
