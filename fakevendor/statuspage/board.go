package statuspage

import (
	"bytes"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"time"

	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/wire"
)

// incidentKind is how a page words an incident of one kind of fault. Kinds are in order of severity.
type incidentKind struct {
	severity  int
	name      string
	impact    string // of the incident, and the page's indicator
	component string // status of the components
	page      string // the page's description
}

// kindOf words an incident by the fault that began it.
func kindOf(f *fakevendor.Fault) *incidentKind {
	switch {
	case f != nil && f.Kind == fakevendor.Maintenance:
		const page = "Service Under Maintenance"
		return &incidentKind{1, "Maintenance", "maintenance", "under_maintenance", page}
	case f != nil && f.Kind == fakevendor.Flaky:
		const page = "Minor Service Outage"
		return &incidentKind{2, "Elevated error rate", "minor", "degraded_performance", page}
	case f != nil && (f.Kind == fakevendor.Flapping || f.Resources != nil):
		return &incidentKind{3, "Partial outage", "major", "partial_outage", "Partial System Outage"}
	}
	return &incidentKind{4, "Service outage", "critical", "major_outage", "Major Service Outage"}
}

// readBoard gathers what an application's page tells at the vendor's time.
func readBoard(v *wire.Vendor, app int) (now fakevendor.Time, b *board) {
	var events []fakevendor.StatusEvent
	v.Use(func(t fakevendor.Time, m *fakevendor.Vendor) { now, events = t, m.StatusEvents() })
	a := &v.Apps[app]
	b = &board{
		Page:         pageInfo{ID: a.Name, Name: a.Name, TimeZone: "Etc/UTC", UpdatedAt: now.Std()},
		Components:   []component{},
		Incidents:    []incident{},
		Maintenances: []incident{},
		Status:       status{"none", "All Systems Operational"},
	}
	for i := range events {
		if e := &events[i]; e.Application == app && e.At <= now {
			b.tell(e, v.Faults)
		}
	}
	slices.Reverse(b.Incidents)
	b.judge(a, now)
	return now, b
}

// tell enters one event: an incident opens, or the open one is resolved.
func (b *board) tell(e *fakevendor.StatusEvent, faults []fakevendor.Fault) {
	at := e.At.Std()
	if e.Open {
		var fault *fakevendor.Fault
		if e.Fault < len(faults) {
			fault = &faults[e.Fault]
		}
		kind := kindOf(fault)
		i := incident{
			ID: fmt.Sprintf("%s-%d", b.Page.ID, len(b.Incidents)+1), Name: kind.name, Impact: kind.impact,
			CreatedAt: at, StartedAt: at, PageID: b.Page.ID, kind: kind,
		}
		if fault != nil {
			i.resources = fault.Resources
		}
		i.update("investigating", "We are investigating.", at)
		b.Incidents = append(b.Incidents, i)
		return
	}
	if n := len(b.Incidents); n > 0 {
		b.Incidents[n-1].ResolvedAt = &at
		b.Incidents[n-1].update("resolved", "This incident has been resolved.", at)
	}
}

func (i *incident) update(status, body string, at time.Time) {
	i.Status, i.UpdatedAt = status, at
	i.Updates = slices.Insert(i.Updates, 0, update{
		ID: fmt.Sprintf("%s-%d", i.ID, len(i.Updates)+1), IncidentID: i.ID, Status: status, Body: body,
		CreatedAt: at, DisplayAt: at, UpdatedAt: at,
	})
}

// judge sets the page's status and its components, one a resource, by the incidents that are open.
func (b *board) judge(a *fakevendor.Application, now fakevendor.Time) {
	for position, r := range a.Resources {
		b.Components = append(b.Components, component{
			ID: a.Name + "-" + r.Name, Name: r.Name, Status: "operational", Position: position + 1,
			PageID: a.Name, UpdatedAt: now.Std(),
		})
	}
	worst := 0
	for _, i := range b.unresolved() {
		if i.kind.severity > worst {
			worst, b.Status = i.kind.severity, status{i.kind.impact, i.kind.page}
		}
		for c := range b.Components {
			if i.resources == nil || slices.Contains(i.resources, c) {
				b.Components[c].Status, b.Components[c].UpdatedAt = i.kind.component, i.UpdatedAt
			}
		}
	}
}

const pageText = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>{{.Page.Name}} status</title></head>
<body>
<h1>{{.Page.Name}} status</h1>
<p>{{.Status.Description}}</p>
<ul>
{{- range .Components}}
<li>{{.Name}}: {{.Status}}</li>
{{- end}}
</ul>
<h2>Incidents</h2>
{{- range .Incidents}}
<h3 id="{{.ID}}">{{.Name}}: {{.Status}}</h3>
<ul>
{{- range .Updates}}
<li><time>{{.DisplayAt.Format "2006-01-02T15:04:05Z07:00"}}</time> {{.Status}}: {{.Body}}</li>
{{- end}}
</ul>
{{- else}}
<p>No incidents.</p>
{{- end}}
</body>
</html>
`

// writePage answers with the page that people read.
func writePage(w http.ResponseWriter, now fakevendor.Time, b *board) error {
	var text bytes.Buffer
	if err := template.Must(template.New("page").Parse(pageText)).Execute(&text, b); err != nil {
		return err
	}
	wire.Write(w, wire.Page(now, "text/html; charset=utf-8", text.Bytes()))
	return nil
}
