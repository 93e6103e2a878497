package importer

import (
	"cmp"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/outagedrill/outagedrill/sim/timeline"
)

// sheet is everything that a timeline file is written from.
type sheet struct {
	file, title string
	history     *history
	result      *Result
	period      period
	events      []event
	work        *workload
	opt         Options
}

// write gives the timeline file. It holds facts only: times, names of components, statuses and ids,
// never what the vendor wrote about them.
func (s sheet) write() []byte {
	var b strings.Builder
	s.comment(&b)
	fmt.Fprintf(&b, "outagedrill: 1\nname: %s\nstart: %s\nduration: %s\n\n", quote(s.title),
		stamp(s.period.start), span(s.period.end.Sub(s.period.start)))
	b.WriteString(s.work.text)
	if len(s.events) == 0 {
		b.WriteString("\nevents: []\n")
		return []byte(b.String())
	}
	b.WriteString("\nevents:\n")
	for _, e := range s.events {
		s.event(&b, e)
	}
	return []byte(b.String())
}

// comment says on top what was read, what became of it, and how words became faults.
func (s sheet) comment(b *strings.Builder) {
	r := s.result
	line := func(format string, args ...any) {
		b.WriteString("# " + clean(fmt.Sprintf(format, args...), 400) + "\n")
	}
	line("Made by outagedrill import from %s (%s).", filepath.Base(s.file), r.Format)
	if from := clean(cmp.Or(s.opt.Source, s.history.url), 400); from != "" {
		line("Source: %s", from)
	}
	if s.work.own {
		line("The workload is the importer's own.")
	} else {
		line("The workload is that of %s.", filepath.Base(s.opt.WorkloadFile))
	}
	line("Records %d = windows %d + listed %d; %s after the union of windows that meet.",
		r.Records, r.Windows, len(r.Listed), plural(r.Events, "event"))
	if len(r.Listed) > 0 {
		line("Listed: %s.", tally(r.Listed))
	}
	if len(r.Adjusted) > 0 {
		line("Adjusted: %s.", tally(r.Adjusted))
	}
	used := map[string]string{}
	for _, e := range s.events {
		for _, rec := range e.records {
			word := rec.Severity
			if slices.ContainsFunc(rec.Adjusted, func(why reason) bool { return why.rule == RuleComponent }) {
				word = rec.Worst
			}
			used[clean(word, 40)] = e.fault.String()
		}
	}
	for i, word := range slices.Sorted(maps.Keys(used)) {
		if i == 20 {
			line("… and %s more", plural(len(used)-i, "word"))
			break
		}
		line("%s = %s", cmp.Or(word, "(no word)"), used[word])
	}
	b.WriteString("\n")
}

// tally counts notes by rule: "I-NONE 3, I-ZERO 1".
func tally(notes []Note) string {
	count := map[Rule]int{}
	for _, n := range notes {
		count[n.Rule]++
	}
	var parts []string
	for _, rule := range slices.Sorted(maps.Keys(count)) {
		parts = append(parts, fmt.Sprintf("%s %d", rule, count[rule]))
	}
	return strings.Join(parts, ", ")
}

// event writes one event, or for a connection's fault one for each connection that it hits.
func (s sheet) event(b *strings.Builder, e event) {
	fault := "fault: " + e.fault.Kind
	if e.fault.Params != "" {
		fault += ", " + e.fault.Params
	}
	if e.resources != nil {
		fault += ", resources: " + quoteList(e.resources)
	}
	if e.fault.Kind != "token_revoked" {
		fault += ", for: " + span(e.to.Sub(e.from))
	}
	targets := []string{"application: " + quote(e.application)}
	if e.fault.onConnection() {
		targets = targets[:0]
		for _, name := range s.work.find(e.application).reached(e.fault) {
			targets = append(targets, "connection: "+quote(name))
		}
	}
	for _, target := range targets {
		fmt.Fprintf(b, "  - {at: %s, %s, %s}%s\n", stamp(e.from), target, fault, e.ids())
	}
}

// ids is the comment that names the records behind an event.
func (e event) ids() string {
	var ids []string
	for _, r := range e.records {
		if id := clean(r.ID, 40); r.Key != "" && id != "" {
			ids = append(ids, id)
		}
	}
	const most = 4
	switch {
	case len(ids) == 0 && len(e.records) > 1:
		return fmt.Sprintf(" # %d records", len(e.records))
	case len(ids) == 0:
		return ""
	case len(ids) > most:
		return fmt.Sprintf(" # %s and %d more", strings.Join(ids[:most], " "), len(ids)-most)
	}
	return " # " + strings.Join(ids, " ")
}

// stamp writes an instant to the millisecond.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.999Z07:00") }

// span writes a duration as timelines do: 1d12h, 3h30m, 47ms.
func span(d time.Duration) string { return timeline.Span(d).String() }
