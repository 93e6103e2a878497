package importer

import (
	"fmt"
	"strings"
	"time"
	"unicode"
)

// Record is one happening as a source tells it. A reader yields one for everything in its input
// that claims to be one, the unreadable included, so that nothing is dropped uncounted.
type Record struct {
	ID, Name string
	Where    string // "line 7" or "incidents[3]"

	// Key identifies versions of one happening: of the records with one key only the newest
	// Version counts, the later in the source among equals. "" is never a duplicate.
	Key     string
	Version time.Time

	From, To time.Time // zero: not told
	Open     bool      // To is zero because it lasted when the source was written

	Severity   string      // the source's word for how bad it was: an impact, a status, a cause
	Worst      string      // the worst component status; what holds where Severity says none
	Components []Component // those that were out; none: the whole application

	Application string // "" is the default one

	Adjusted []reason // rules by which the reader chose From or To
	Refused  *reason  // a rule by which it becomes no window
}

// Component is a part of an application as the source names it.
type Component struct{ ID, Name string }

// names lists the names of a record's components.
func (r *Record) names() []string {
	names := make([]string, len(r.Components))
	for i, c := range r.Components {
		names[i] = c.Name
	}
	return names
}

// reason is a rule with the facts of one case.
type reason struct {
	rule Rule
	text string
}

// adjust notes that a rule of the reader shaped the record.
func (r *Record) adjust(rule Rule, format string, args ...any) {
	r.Adjusted = append(r.Adjusted, reason{rule, fmt.Sprintf(format, args...)})
}

// refuse notes the rule by which the record becomes no window.
func (r *Record) refuse(rule Rule, format string, args ...any) {
	r.Refused = &reason{rule, fmt.Sprintf(format, args...)}
}

// note words a reason for the user. The source's texts lose control characters on the way.
func (r *Record) note(why reason) Note {
	return Note{
		Rule: why.rule, ID: clean(r.ID, 80), Name: clean(r.Name, 120), Where: r.Where,
		Reason: clean(why.text, 300),
	}
}

// history is what a reader found.
type history struct {
	page    string // its name, "" if not told
	url     string
	asOf    time.Time // the newest instant that the source gives of itself, zero if none
	records []Record
	remarks []string
}

// remarkf adds a sentence for the user about the whole source.
func (h *history) remarkf(format string, args ...any) {
	h.remarks = append(h.remarks, clean(fmt.Sprintf(format, args...), 400))
}

// plural counts things: 1 record, 2 records.
func plural(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// clean makes a source's text fit for a terminal and a comment: one line, printable, at most
// limit characters.
func clean(s string, limit int) string {
	var b strings.Builder
	n := 0
	for _, r := range s {
		if n == limit {
			b.WriteString("…")
			break
		}
		if !unicode.IsPrint(r) || r == unicode.ReplacementChar {
			r = ' '
		}
		b.WriteRune(r)
		n++
	}
	return strings.Join(strings.Fields(b.String()), " ")
}
