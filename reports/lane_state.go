package reports

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/outagedrill/outagedrill/internal/words"
	"github.com/outagedrill/outagedrill/sim/journal"
)

// state says what became of a lane, in words, as the text alternative of its picture.
func (l *lane) state(look sheet) string {
	switch l.Kind {
	case "vendor", "platform":
		return l.faultState()
	case "status":
		return words.Count(len(l.spans), "incident") + ", " + words.Span(l.covered(anyState))
	}
	var n int
	word := map[string]string{"connection": "offline", "flow": "paused", "job": "disabled"}[l.Kind]
	for _, b := range l.spans {
		if look.list[b.state].Key == word {
			n++
		}
	}
	var parts []string
	if n > 0 {
		parts = append(parts, word+" "+times(n)+", "+words.Span(l.stopped))
	}
	if l.has(look.place("user_off")) {
		parts = append(parts, "disabled by a person")
	}
	if l.failing > 0 && n == 0 {
		parts = append(parts, "failing for "+words.Span(l.failing))
	}
	if l.atEnd {
		parts = append(parts, "still "+stillWord(l, look, word))
	}
	if len(parts) == 0 {
		return "undisturbed"
	}
	return strings.Join(parts, ", ")
}

// stillWord is paused for a flow whose connections are offline, and waiting for one whose turn has not come.
func stillWord(l *lane, look sheet, word string) string {
	waiting, last := look.place("waiting"), bar{}
	for _, b := range l.spans {
		if b.from >= last.from && (b.state == waiting || look.list[b.state].Key == word) {
			last = b
		}
	}
	if last.state == waiting {
		return "waiting for its turn"
	}
	return word
}

func (l *lane) has(state uint8) bool {
	for _, b := range l.spans {
		if b.state == state {
			return true
		}
	}
	return false
}

func (l *lane) faultState() string {
	if len(l.spans) == 0 {
		return "no fault"
	}
	return words.Count(len(l.spans), "fault") + ", " + words.Span(l.covered(anyState))
}

func anyState(uint8) bool { return true }

// covered is how long at least one bar of the wanted states lasts: what overlaps counts once.
func (l *lane) covered(want func(state uint8) bool) (total time.Duration) {
	bars := slices.DeleteFunc(slices.Clone(l.spans), func(b bar) bool { return !want(b.state) })
	slices.SortFunc(bars, func(a, b bar) int { return cmp.Compare(a.from, b.from) })
	var end journal.Time
	for i, b := range bars {
		if i == 0 {
			end = b.from
		}
		if b.to > end {
			total += b.to.Sub(max(end, b.from))
			end = b.to
		}
	}
	return total
}
