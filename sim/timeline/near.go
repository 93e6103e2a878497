package timeline

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// longestName is the greatest length of a name in characters; nothing longer is compared.
const longestName = 200

// nearest is the valid name with the least edit distance to got, the first among equals; "" if none
// is so near that it could have been meant.
func nearest(got string, valid []string) string {
	if len(got) > 4*longestName {
		return ""
	}
	best, limit := "", max(1, utf8.RuneCountInString(got)/3)+1
	folded := []rune(strings.ToLower(got))
	for _, name := range valid {
		if len(name) > 4*longestName || strings.EqualFold(name, got) {
			if strings.EqualFold(name, got) {
				return name
			}
			continue
		}
		if d := distance(folded, []rune(strings.ToLower(name)), limit); d < limit {
			best, limit = name, d
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

// oneOf words a choice: a, b or c. A long list is cut short.
func oneOf(names []string) string {
	const most = 17
	if n := len(names); n > most {
		return strings.Join(names[:most], ", ") + fmt.Sprintf(", … (%d in all)", n)
	}
	return joined(names, " or ")
}

// joined joins names with commas, the last with the given word.
func joined(names []string, last string) string {
	n := len(names)
	if n < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:n-1], ", ") + last + names[n-1]
}

// article puts a or an before a noun.
func article(noun string) string {
	if noun != "" && strings.ContainsRune("aeiou", rune(noun[0])) {
		return "an " + noun
	}
	return "a " + noun
}

// nameSet is the names of one kind in file order.
type nameSet struct {
	kind  string // "connection"
	names []string
	index map[string]int
}

func newNameSet(kind string, names ...string) *nameSet {
	s := &nameSet{kind: kind, index: make(map[string]int, len(names))}
	for _, n := range names {
		s.add(n)
	}
	return s
}

// add returns the name's index; a known name keeps its own.
func (s *nameSet) add(name string) int {
	if i, ok := s.index[name]; ok {
		return i
	}
	s.index[name] = len(s.names)
	s.names = append(s.names, name)
	return len(s.names) - 1
}

// want words what could have been named.
func (s *nameSet) want() string {
	if len(s.names) == 0 {
		return article(s.kind) + ", of which this file has none"
	}
	return oneOf(s.names)
}
