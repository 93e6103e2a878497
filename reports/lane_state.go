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
func (l *lane) state() string {
	switch l.Kind {
	case "vendor", "platform":
		return l.faultState()
	}
	var n int
	word := map[string]string{"connection": "offline", "flow": "paused", "job": "disabled"}[l.Kind]
	for _, b := range l.spans {
		if b.state == word {
			n++
		}
	}
	var parts []string
	if n > 0 {
		parts = append(parts, word+" "+times(n)+", "+words.Span(l.stopped))
	}
	if l.has("user_off") {
		parts = append(parts, "disabled by a person")
	}
	if l.failing > 0 && n == 0 {
		parts = append(parts, "failing for "+words.Span(l.failing))
	}
	if l.atEnd {
		parts = append(parts, "still "+stillWord(l, word))
	}
	if len(parts) == 0 {
		return "undisturbed"
	}
	return strings.Join(parts, ", ")
}

// stillWord is paused for a flow whose connections are offline, and waiting for one whose turn has not come.
func stillWord(l *lane, word string) string {
	if l.has("waiting") && l.spans[len(l.spans)-1].state == "waiting" {
		return "waiting for its turn"
	}
	return word
}

func (l *lane) has(state string) bool {
	for _, b := range l.spans {
		if b.state == state {
			return true
		}
	}
	return false
}

func (l *lane) faultState() string {
	var n int
	for _, b := range l.spans {
		if b.state != "incident" {
			n++
		}
	}
	if n == 0 {
		return "no fault"
	}
	return words.Count(n, "fault") + ", " + words.Span(l.covered(func(state string) bool { return state != "incident" }))
}

// covered is how long at least one bar of the wanted states lasts: what overlaps counts once.
func (l *lane) covered(want func(state string) bool) (total time.Duration) {
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
