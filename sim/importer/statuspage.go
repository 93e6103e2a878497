package importer

import "fmt"

// isStatuspage looks at the first values of a JSON source for one that the reader understands.
func isStatuspage(src source) bool {
	if !src.looksLikeJSON() {
		return false
	}
	values, err := jsonValues(src)
	if err != nil {
		return false
	}
	for i, v := range values {
		if items, ok := v.data.([]any); ok && len(items) > 0 {
			v.data = items[0]
		}
		if o, ok := asObject(v.data); ok && (isAnswer(o) || isIncident(o) || isTransition(o)) {
			return true
		}
		if i == 10 {
			break
		}
	}
	return false
}

// isAnswer recognises what the API sends: {page, incidents}, {page, incident}, a summary.
func isAnswer(o object) bool {
	for _, key := range []string{"incidents", "scheduled_maintenances"} {
		if _, ok := o[key].([]any); ok {
			return true
		}
	}
	_, components := o["components"].([]any)
	_, incident := asObject(o["incident"])
	_, page := asObject(o["page"])
	return incident || page && (components || o.has("status"))
}

// isIncident recognises an incident object, bare or with the scraper's additions.
func isIncident(o object) bool {
	if _, ok := o["incident_updates"].([]any); ok {
		return true
	}
	dated := o.has("created_at") || o.has("started_at") || o.has("resolved_at") || o.has("scheduled_for")
	return dated && o.has("id") && o.has("name") && (o.has("impact") || o.has("status"))
}

// readStatuspage reads answers of the Statuspage API (v2, and what it was since 2016), in any
// mixture of single documents, arrays and NDJSON; and scraped transitions.
func readStatuspage(src source) (*history, error) {
	values, err := jsonValues(src)
	if err != nil {
		return nil, err
	}
	r := &statuspageReader{h: &history{}, single: len(values) == 1}
	for _, v := range values {
		r.value(v)
	}
	renameComponents(r.h.records)
	if len(r.rows) > 0 {
		readTransitions(r.h, r.rows)
	}
	if len(r.h.records) == 0 && r.empty {
		return nil, fmt.Errorf("%s: a summary without components and incidents: a snapshot that failed "+
			"tells nothing, neither up nor down (want components)", src.file)
	}
	return r.h, nil
}

// statuspageReader gathers records over the values of one source.
type statuspageReader struct {
	h      *history
	rows   []row // transitions, replayed together at the end
	single bool  // the source is one document: a line number says nothing
	empty  bool  // a summary held nothing at all
}

func (r *statuspageReader) value(v value) {
	if v.err != nil {
		r.unreadable(v.where, "not JSON: "+v.err.Error())
		return
	}
	if items, ok := v.data.([]any); ok {
		for i, item := range items {
			r.value(value{data: item, where: r.at(v.where, fmt.Sprintf("[%d]", i))})
		}
		return
	}
	o, ok := asObject(v.data)
	switch {
	case ok && isTransition(o):
		r.rows = append(r.rows, row{object: o, where: v.where})
	case ok && isAnswer(o):
		r.answer(o, v.where)
	case ok && isIncident(o):
		r.h.records = append(r.h.records, incidentRecord(o, v.where))
	case ok:
		r.unreadable(v.where, "not an incident (want id, name, impact or status, and a time)")
	default:
		r.unreadable(v.where, "not a JSON object")
	}
}

// at words a place inside a value: the path alone where there is only one value.
func (r *statuspageReader) at(where, path string) string {
	if r.single {
		return path
	}
	return where + " " + path
}

func (r *statuspageReader) unreadable(where, why string) {
	rec := Record{Where: where}
	rec.refuse(RuleUnreadable, "%s", why)
	r.h.records = append(r.h.records, rec)
}

// answer reads one answer of the API. A summary's components follow its incidents, since those
// that an incident names are told by the incident.
func (r *statuspageReader) answer(o object, where string) {
	page := o.object("page")
	if name := page.text("name"); name != "" {
		r.h.page, r.h.url = name, page.text("url")
	}
	if at := page.instant("updated_at"); at.After(r.h.asOf) {
		r.h.asOf = at
	}
	before := len(r.h.records)
	if incident, ok := asObject(o["incident"]); ok {
		r.h.records = append(r.h.records, incidentRecord(incident, r.at(where, "incident")))
	}
	named := map[string]bool{}
	for _, key := range []string{"incidents", "scheduled_maintenances"} {
		for i, item := range o.list(key) {
			at := r.at(where, fmt.Sprintf("%s[%d]", key, i))
			incident, ok := asObject(item)
			if !ok {
				r.unreadable(at, "not a JSON object")
				continue
			}
			r.h.records = append(r.h.records, incidentRecord(incident, at))
			if incident.text("status") != "scheduled" {
				nameComponents(incident, named)
			}
		}
	}
	r.summary(o, where, named)
	open := len(o.list("incidents"))
	if o.object("status").text("indicator") == "none" && open > 0 {
		r.h.remarkf("the page's indicator says none while it shows %s; the incidents hold",
			plural(open, "open incident"))
	}
	_, listed := o["components"]
	r.empty = r.empty || listed && len(o.list("components")) == 0 && len(r.h.records) == before
}
