package importer

import (
	"cmp"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/outagedrill/outagedrill/internal/problem"
)

const day = 24 * time.Hour

// assemble turns what a reader found into the result: records into windows, windows into events,
// events and workload into a timeline.
func assemble(file, format string, j *judgement, work *workload) (*Result, error) {
	h, opt := j.history, j.opt
	app, err := defaultApplication(file, h, work, opt)
	if err != nil {
		return nil, err
	}
	j.address(app, work == nil)
	if work == nil {
		work = ownWorkload(j.windows, app)
	}
	j.fit(work)
	events := union(j.windows)
	p, err := periodOf(file, h, j.windows, opt)
	if err != nil {
		return nil, err
	}
	res := &Result{Format: format, Records: len(h.records), Windows: len(j.windows), Events: len(events)}
	j.report(res)
	s := sheet{file: file, history: h, result: res, period: p, events: events, work: work, opt: opt}
	s.title = cmp.Or(clean(opt.Name, 199), timelineName(cmp.Or(clean(h.page, 80), app), p))
	res.Timeline = s.write()
	return res, nil
}

// refuse makes a note of a record whose window is not kept.
func (j *judgement) refuse(r *Record, rule Rule, text string) {
	r.Refused = &reason{rule, text}
}

// report gives every record its place: in the notes, or among the windows with what was adjusted.
func (j *judgement) report(res *Result) {
	h := j.history
	for i := range h.records {
		r := &h.records[i]
		if r.Refused != nil {
			res.Listed = append(res.Listed, r.note(*r.Refused))
			continue
		}
		for _, why := range oncePerRule(r.Adjusted) {
			res.Adjusted = append(res.Adjusted, r.note(why))
		}
	}
	unknown := map[string]int{}
	for _, n := range res.Adjusted {
		if n.Rule == RuleUnknown {
			unknown[n.Reason]++
		}
	}
	for _, text := range slices.Sorted(maps.Keys(unknown)) {
		h.remarkf("%s: %s", plural(unknown[text], "record"), text)
	}
	j.remarkUnmet()
	res.Remarks = h.remarks
}

// oncePerRule joins the reasons that a record has from one rule, so that notes count records.
func oncePerRule(reasons []reason) []reason {
	var once []reason
	for _, why := range reasons {
		same := func(r reason) bool { return r.rule == why.rule }
		if i := slices.IndexFunc(once, same); i >= 0 {
			once[i].text += "; " + why.text
			continue
		}
		once = append(once, why)
	}
	return once
}

// defaultApplication names the application of the records that name none.
func defaultApplication(file string, h *history, work *workload, opt Options) (string, error) {
	name := cmp.Or(opt.Application, h.page, fileTitle(file))
	if work == nil {
		if opt.Application == "" {
			name = slug(name)
		}
		return applicationName(name), nil
	}
	if a := work.find(name); a != nil {
		return a.name, nil
	}
	if len(work.applications) == 1 {
		return work.applications[0].name, nil
	}
	nameless := func(r Record) bool { return r.Application == "" }
	if !slices.ContainsFunc(h.records, nameless) {
		return "", nil
	}
	var names []string
	for _, a := range work.applications {
		names = append(names, a.name)
	}
	return "", fmt.Errorf("%s: several applications, and none is called %q: name the one that fails "+
		"(want %s)", opt.WorkloadFile, clean(name, 60), problem.List(names, "or"))
}

// applicationName makes a name that connections can carry and endpoints can hold.
func applicationName(name string) string {
	if plain(name) {
		return name
	}
	return cmp.Or(slug(name), "vendor")
}

// fileTitle is the file's name without its extension, or its folder's where the file is called
// after its content.
func fileTitle(file string) string {
	base := filepath.Base(file)
	base = strings.TrimSuffix(base, filepath.Ext(base))
	folder := filepath.Base(filepath.Dir(file))
	switch base {
	case "incidents", "maintenances", "transitions", "summary", "history", "-", "":
		if folder != "." && folder != string(filepath.Separator) {
			return folder
		}
		return "vendor"
	}
	return base
}

// union joins windows that overlap or touch and have the application, the fault and the resources
// in common. The result is sorted by start.
func union(windows []window) []event {
	sorted := slices.Clone(windows)
	slices.SortStableFunc(sorted, func(a, b window) int {
		return cmp.Or(a.from.Compare(b.from), cmp.Compare(a.key(), b.key()))
	})
	var events []event
	last := map[string]int{}
	for _, w := range sorted {
		if i, ok := last[w.key()]; ok && !w.from.After(events[i].to) {
			if w.to.After(events[i].to) {
				events[i].to = w.to
			}
			events[i].records = append(events[i].records, w.record)
			continue
		}
		last[w.key()] = len(events)
		events = append(events, event{window: w, records: []*Record{w.record}})
	}
	return events
}

// event is a union of windows.
type event struct {
	window
	records []*Record
}

// key is what windows must have in common to be joined.
func (w window) key() string {
	return strings.Join(append([]string{w.application, w.fault.Kind, w.fault.Params}, w.resources...), "\x00")
}

// period is the run's: [start, end).
type period struct{ start, end time.Time }

// periodOf runs from midnight UTC of the first window's day over whole days, or as the user cut it.
// A history that gave no window still has its dates.
func periodOf(file string, h *history, windows []window, opt Options) (period, error) {
	var first, last time.Time
	span := func(from, to time.Time) {
		if !from.IsZero() && (first.IsZero() || from.Before(first)) {
			first = from
		}
		if to.After(last) {
			last = to
		}
	}
	for _, w := range windows {
		span(w.from, w.to)
	}
	if len(windows) == 0 {
		span(h.asOf, h.asOf)
		for _, r := range h.records {
			span(r.From, r.To)
			span(r.Version, r.Version)
		}
	}
	p := period{opt.From.UTC(), opt.To.UTC()}
	if first.IsZero() && opt.From.IsZero() && opt.To.IsZero() {
		if n := len(h.records); n > 1 {
			return period{}, fmt.Errorf("%s: none of its %d records has a readable date; "+
				"perhaps it is of another format (want %s)", file, n, formatTitles())
		}
		return period{}, fmt.Errorf("%s: nothing in it has a readable date (want incidents with times)", file)
	}
	if opt.From.IsZero() {
		p.start = first.Truncate(day)
	}
	if opt.To.IsZero() {
		days := max(1, (last.Sub(p.start)+day-1)/day)
		p.end = p.start.Add(days * day)
	}
	if !p.start.Before(p.end) || opt.From.IsZero() && first.IsZero() {
		p.start = p.end.Add(-day)
	}
	return p, nil
}

// timelineName is the default name of the timeline: who, and which days.
func timelineName(who string, p period) string {
	from, to := p.start.Format(time.DateOnly), p.end.Add(-1).Format(time.DateOnly)
	if from == to {
		return who + ", " + from
	}
	return who + ", " + from + " to " + to
}
