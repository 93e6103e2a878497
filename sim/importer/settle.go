package importer

import (
	"time"
)

// window is a record that became a fault window [from, to), both in whole milliseconds.
type window struct {
	record      *Record
	fault       Fault
	from, to    time.Time
	application string
	resources   []string // sorted; nil: the whole application
}

// judgement is what became of the records so far.
type judgement struct {
	history *history
	table   faultTable
	opt     Options
	windows []window
}

// settle judges spans and severities, record by record: each becomes a window or is refused.
func settle(h *history, table faultTable, opt Options) *judgement {
	j := &judgement{history: h, table: table, opt: opt}
	newest := newestVersions(h.records)
	for i := range h.records {
		r := &h.records[i]
		if r.Refused == nil && r.Key != "" && newest[r.Key] != i {
			r.refuse(RuleDuplicate, "%s has a newer version", h.records[newest[r.Key]].Where)
		}
		var w window
		if w, r.Refused = j.record(r); r.Refused == nil {
			j.windows = append(j.windows, w)
		}
	}
	return j
}

// newestVersions finds the record that counts for each key.
func newestVersions(records []Record) map[string]int {
	newest := map[string]int{}
	for i, r := range records {
		if r.Key == "" {
			continue
		}
		if j, ok := newest[r.Key]; !ok || !r.Version.Before(records[j].Version) {
			newest[r.Key] = i
		}
	}
	return newest
}

// record applies the rules of spans in their order, then those of severity and period.
func (j *judgement) record(r *Record) (window, *reason) {
	if r.Refused != nil {
		return window{}, r.Refused
	}
	if r.From.IsZero() {
		return window{}, &reason{RuleNoStart, "no start told"}
	}
	if r.To.IsZero() {
		if !r.Open {
			return window{}, &reason{RuleNoEnd, "no end told"}
		}
		if !j.opt.AsOf.After(r.From) {
			return window{}, &reason{RuleOpen, "still open when the source was written"}
		}
		r.To = j.opt.AsOf.UTC()
		r.adjust(RuleOpen, "still open: it ends at %s, as asked for", r.To.Format(time.RFC3339))
	}
	w := window{record: r, from: r.From.Truncate(time.Millisecond), to: r.To.Truncate(time.Millisecond)}
	switch {
	case w.to.Before(w.from):
		return window{}, &reason{RuleReversed, "the end is " + span(w.from.Sub(w.to)) + " before the start"}
	case w.to.Equal(w.from):
		return window{}, &reason{RuleZero, "start and end are the same"}
	}
	if w.fault = j.table.judge(r); w.fault.Kind == Listed {
		return window{}, &reason{RuleNone, "no outage by its own words (" + r.Severity + ")"}
	}
	if why := j.cut(&w); why != nil {
		return window{}, why
	}
	return w, nil
}

// cut clips a window to the period asked for.
func (j *judgement) cut(w *window) *reason {
	from, to := j.opt.From.Truncate(time.Millisecond), j.opt.To.Truncate(time.Millisecond)
	if !from.IsZero() && !w.to.After(from) || !to.IsZero() && !w.from.Before(to) {
		return &reason{RuleOutside, "outside the period"}
	}
	if !from.IsZero() && w.from.Before(from) {
		w.from = from.UTC()
		w.record.adjust(RuleCut, "begins before the period")
	}
	if !to.IsZero() && w.to.After(to) {
		w.to = to.UTC()
		w.record.adjust(RuleCut, "ends after the period")
	}
	return nil
}
