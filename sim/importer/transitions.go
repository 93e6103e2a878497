package importer

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"
)

// row is one line of scraped transitions.
type row struct {
	object
	where string
	at    time.Time
}

// isTransition recognises a row of scraped transitions.
func isTransition(o object) bool {
	return o.has("kind") && o.has("at") && !o.has("incident_updates")
}

// watch is the state of one component while the rows are replayed.
type watch struct {
	id, name, group string
	isGroup         bool
	status          string
	since           time.Time
	where           string   // of the row that began the state
	why             []reason // adjustments of its beginning
}

// replay rebuilds component states from rows; every maximal time of one component in one status
// other than operational is a record.
type replay struct {
	h          *history
	components map[string]*watch
	order      []string // ids, as first seen
	spans      []interval
	counts     map[string]int // rows by kind that are no component's
}

// interval is a closed state, named only when all rows are read, since components are renamed.
type interval struct {
	*watch
	record Record
}

// readTransitions replays rows in order of their own time. A scrape that failed changes nothing:
// it tells neither up nor down.
func readTransitions(h *history, rows []row) {
	p := &replay{h: h, components: map[string]*watch{}, counts: map[string]int{}}
	dated := rows[:0:0]
	for _, r := range rows {
		if r.at = r.instant("at"); r.at.IsZero() {
			rec := Record{Where: r.where}
			rec.refuse(RuleUnreadable, "at %q is not a time (want RFC 3339)", fmt.Sprint(r.object["at"]))
			h.records = append(h.records, rec)
			continue
		}
		dated = append(dated, r)
	}
	slices.SortStableFunc(dated, func(a, b row) int { return a.at.Compare(b.at) })
	for _, r := range dated {
		p.row(r)
	}
	if len(dated) > 0 {
		p.finish(dated[len(dated)-1].at)
	}
}

func (p *replay) row(r row) {
	switch kind := r.text("kind"); kind {
	case "component":
		p.component(r)
	case "component_set":
		p.set(r)
	default:
		p.counts[kind]++
	}
}

// component applies a change of state. A row whose from is not what was known tells that rows are
// missing: the time before is then without a start, and listed.
func (p *replay) component(r row) {
	id := r.text("id")
	if id == "" || r.text("to") == "" {
		rec := Record{Where: r.where, Name: r.text("name")}
		rec.refuse(RuleUnreadable, "a component row without id or to")
		p.h.records = append(p.h.records, rec)
		return
	}
	w := p.watch(id, r)
	if from := r.text("from"); w.status == operational && from != operational && from != "" {
		rec := Record{ID: id, Name: w.name, Where: r.where}
		rec.refuse(RuleNoStart, "was %s before this row, which no row before told", from)
		p.h.records = append(p.h.records, rec)
	}
	p.change(w, r, r.text("to"))
	if r.text("at_src") == "observed" && w.status != operational {
		w.why = append(w.why, reason{RuleObserved, "begins when a poll saw it"})
	}
}

// set applies a change of the list of components.
func (p *replay) set(r row) {
	switch event := r.text("event"); event {
	case "initial":
		p.initial(r)
	case "added":
		w := p.watch(r.text("id"), r)
		p.change(w, r, cmp.Or(r.text("status"), operational))
		if w.status != operational {
			w.why = append(w.why, reason{RuleNoStart, "was so when it was added"})
		}
	case "removed":
		w := p.watch(r.text("id"), r)
		if w.status != operational {
			p.close(w, r.at, reason{RuleNoEnd, "removed from the page while " + clean(w.status, 40)})
		}
	case "renamed":
		p.watch(r.text("id"), r)
	default:
		p.counts["component_set "+event]++
	}
}

// initial takes the list of [id, name, group, status] as the whole truth of its instant.
func (p *replay) initial(r row) {
	present := map[string]bool{}
	for _, item := range r.list("components") {
		fields, _ := item.([]any)
		if len(fields) < 4 {
			rec := Record{Where: r.where}
			rec.refuse(RuleUnreadable, "a component that is no [id, name, group, status]")
			p.h.records = append(p.h.records, rec)
			continue
		}
		o := object{"id": fields[0], "name": fields[1], "group": fields[2]}
		id, status := o.text("id"), object{"status": fields[3]}.text("status")
		present[id] = true
		w := p.watch(id, row{object: o})
		known := w.status != operational
		p.change(w, r, cmp.Or(status, operational))
		if w.status != operational && !known {
			w.why = append(w.why, reason{RuleNoStart, "was so in the first snapshot"})
		}
	}
	for _, id := range p.order {
		if w := p.components[id]; !present[id] && w.status != operational {
			p.close(w, r.at, reason{RuleNoEnd, "missing from a later full list"})
		}
	}
}

// watch finds a component, or begins to watch it as operational, and takes its newest name.
func (p *replay) watch(id string, r row) *watch {
	w := p.components[id]
	if w == nil {
		w = &watch{id: id, status: operational}
		p.components[id] = w
		p.order = append(p.order, id)
	}
	w.name = cmp.Or(r.text("name"), w.name, id)
	w.group = cmp.Or(r.text("group"), w.group)
	w.isGroup = w.isGroup || r.object["group"] == true
	return w
}

// change ends the present state and begins another, unless they are the same.
func (p *replay) change(w *watch, r row, to string) {
	if to == w.status {
		return
	}
	if w.status != operational {
		var why []reason
		if r.text("at_src") == "observed" {
			why = append(why, reason{RuleObserved, "ends when a poll saw it"})
		}
		p.close(w, r.at, why...)
	}
	w.status, w.since, w.where, w.why = to, r.at, r.where, nil
}

// close makes a record of the present state and leaves the component operational.
func (p *replay) close(w *watch, end time.Time, why ...reason) {
	rec := Record{
		ID: w.id, Where: w.where, From: w.since, To: end, Severity: w.status,
		Adjusted: append(slices.Clip(w.why), why...),
	}
	p.spans = append(p.spans, interval{w, rec})
	w.status, w.why = operational, nil
}

// finish closes what is still open with the last row, then names all records.
func (p *replay) finish(last time.Time) {
	for _, id := range p.order {
		if w := p.components[id]; w.status != operational {
			p.close(w, last, reason{RuleNoEnd, "still so at the last row, which is the end"})
		}
	}
	labels, groups := p.labels()
	for _, s := range p.spans {
		rec := s.record
		rec.Name, rec.Components = labels[s.id], []Component{{s.id, labels[s.id]}}
		if s.isGroup || groups[s.id] {
			rec.refuse(RuleGroup, "a group repeats the states of its components")
		}
		p.h.records = append(p.h.records, rec)
	}
	p.h.asOf = last
	for _, kind := range slices.Sorted(maps.Keys(p.counts)) {
		if kind == "scrape_error" {
			p.h.remarkf("%s failed: unknown is not down, every state is taken to have lasted",
				plural(p.counts[kind], "scrape"))
			continue
		}
		p.h.remarkf("%s of kind %s told no component's state", plural(p.counts[kind], "row"),
			cmp.Or(kind, "(none)"))
	}
}

// labels gives the newest name of each component, with the group's where namesakes exist, and
// tells which components are groups of others.
func (p *replay) labels() (labels map[string]string, groups map[string]bool) {
	count, parents := map[string]int{}, map[string]bool{}
	for _, w := range p.components {
		count[w.name]++
		if w.group != "" {
			parents[w.group] = true
		}
	}
	labels, groups = map[string]string{}, map[string]bool{}
	for id, w := range p.components {
		labels[id] = w.name
		if count[w.name] > 1 && w.group != "" {
			group := w.group
			if parent := p.components[group]; parent != nil {
				group = parent.name
			}
			labels[id] = group + " / " + w.name
		}
		groups[id] = w.group == "" && (parents[id] || parents[w.name])
	}
	return labels, groups
}
