package steps

import (
	"fmt"
	"slices"
	"strings"

	"github.com/outagedrill/outagedrill/sim/journal"
)

// pick lists the entries of a kind that fit.
func pick(entries []journal.Entry, kind journal.Kind, fits func(e *journal.Entry) bool) []*journal.Entry {
	var found []*journal.Entry
	for i := range entries {
		if e := &entries[i]; e.Kind == kind && fits(e) {
			found = append(found, e)
		}
	}
	return found
}

// words lists the entries in words, "nothing of the kind" when there are none.
func (s *Scenario) words(entries []*journal.Entry, word func(e *journal.Entry) string) string {
	var lines []string
	for _, e := range entries {
		lines = append(lines, word(e))
	}
	return some(lines)
}

// some joins what was seen.
func some(lines []string) string {
	const most = 5
	if len(lines) == 0 {
		return "nothing of the kind"
	}
	if more := len(lines) - most; more > 0 {
		lines = append(slices.Clone(lines[:most]), fmt.Sprintf("%d more", more))
	}
	return strings.Join(lines, "; ")
}

// list joins names.
func list(names []string) string { return strings.Join(names, ", ") }

// at wants one of the entries to be at the instant.
func (s *Scenario) at(entries []*journal.Entry, at value, want string) error {
	instant := s.instant(at.span)
	if slices.ContainsFunc(entries, func(e *journal.Entry) bool { return e.At == instant }) {
		return nil
	}
	seen := s.words(entries, func(e *journal.Entry) string { return "at " + s.offset(e.At) })
	return &mismatch{want + " at " + at.text, seen}
}

// only wants the entries to be at these instants, one at each, and none at any other.
func (s *Scenario) only(entries []*journal.Entry, at value, want string) error {
	var instants, seen []journal.Time
	for _, span := range at.spans {
		instants = append(instants, s.instant(span))
	}
	for _, e := range entries {
		seen = append(seen, e.At)
	}
	if slices.Equal(seen, instants) {
		return nil
	}
	return &mismatch{want + " only at " + at.text, s.words(entries, func(e *journal.Entry) string {
		return "at " + s.offset(e.At)
	})}
}

// never wants no entry.
func (s *Scenario) never(entries []*journal.Entry, want string) error {
	if len(entries) == 0 {
		return nil
	}
	return &mismatch{want, s.words(entries, func(e *journal.Entry) string {
		return string(e.Kind) + " at " + s.offset(e.At)
	})}
}

// equal wants a figure.
func equal(what string, got, want int64) error {
	if got == want {
		return nil
	}
	return &mismatch{fmt.Sprintf("%s: %d", what, want), fmt.Sprint(got)}
}
