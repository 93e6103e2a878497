package timeline

import (
	"fmt"
	"strings"

	"github.com/outagedrill/outagedrill/internal/problem"
)

// longestName is the greatest length of a name in characters.
const longestName = 200

// oneOf words a choice: a, b or c. A long list is cut short.
func oneOf(names []string) string {
	const most = 24
	if n := len(names); n > most {
		return strings.Join(names[:most], ", ") + fmt.Sprintf(", … (%d in all)", n)
	}
	return problem.List(names, "or")
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
