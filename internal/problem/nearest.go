package problem

import (
	"slices"
	"strings"
)

// longest is the greatest length in bytes of a name that is compared.
const longest = 800

// Nearest is the valid name that was most likely meant by got: the one with the least edit distance, upper
// and lower case being alike, the first among equals; failing that, the first that begins with got. It is
// "" if no name is so near that it could have been meant.
func Nearest(got string, valid []string) string {
	if got == "" || len(got) > longest {
		return ""
	}
	folded := []rune(strings.ToLower(got))
	best, limit := "", max(1, len(folded)/3)+1
	for _, name := range valid {
		if len(name) > longest {
			continue
		}
		if d := distance(folded, []rune(strings.ToLower(name)), limit); d < limit {
			best, limit = name, d
		}
	}
	if best == "" && len(folded) > 2 {
		begins := func(name string) bool {
			return len(name) <= longest && strings.HasPrefix(strings.ToLower(name), string(folded))
		}
		if i := slices.IndexFunc(valid, begins); i >= 0 {
			best = valid[i]
		}
	}
	return best
}

// distance is the number of insertions, deletions, substitutions and swaps of neighbours between a
// and b; any number from limit on where it is at least limit.
func distance(a, b []rune, limit int) int {
	if len(a)-len(b) >= limit || len(b)-len(a) >= limit {
		return limit
	}
	before := make([]int, len(b)+1)
	last := make([]int, len(b)+1)
	row := make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range a {
		row[0] = i + 1
		least := row[0]
		for j := range b {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(row[j]+1, last[j+1]+1, last[j]+cost)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
			least = min(least, row[j+1])
		}
		if least >= limit {
			return limit
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
