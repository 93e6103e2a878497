// Package statuspage is the status page of a fake vendor, in the shape of Atlassian Statuspage: the page that
// people read and the API below it. Every face of the vendor serves the same.
package statuspage

import (
	"net/http"
	"time"

	"github.com/outagedrill/outagedrill/fakevendor/wire"
)

// Prefix is where status pages lie: each below Prefix + the application's name + "/".
const Prefix = "/status/"

// incidentsMax is how many incidents incidents.json has, the newest.
const incidentsMax = 50

// Serve answers a request for one file of an application's status page; url is where the page is, with a
// slash at the end. The error is a *wire.Refusal, or one of writing.
//
// The shape is that of Atlassian Statuspage's public API v2 as its pages document it at their own /api
// (confluence.status.atlassian.com/api) and as MongoDB describes it in OpenAPI
// (mongodb.com/docs/api/doc/cloud-status): page, status, components, incidents with incident_updates, the
// newest first. What it tells is FIG-02 and nothing else: one incident an outage, worded after the fault that
// began it. There are no scheduled maintenances, since a maintenance too is announced at its start alone.
func Serve(w http.ResponseWriter, r *http.Request, v *wire.Vendor, app int, file, url string) error {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return wire.Refuse(http.StatusMethodNotAllowed, "method %s (want GET or HEAD)", r.Method)
	}
	now, board := readBoard(v, app)
	board.link(url)
	switch file {
	case "":
		return writePage(w, now, board)
	case "api/v2/summary.json":
		board.Incidents = board.unresolved()
		return wire.WriteJSON(w, now, board)
	case "api/v2/status.json":
		return wire.WriteJSON(w, now, map[string]any{"page": board.Page, "status": board.Status})
	case "api/v2/components.json":
		return wire.WriteJSON(w, now, map[string]any{"page": board.Page, "components": board.Components})
	case "api/v2/incidents.json":
		list := board.Incidents[:min(len(board.Incidents), incidentsMax)]
		return wire.WriteJSON(w, now, map[string]any{"page": board.Page, "incidents": list})
	case "api/v2/incidents/unresolved.json":
		return wire.WriteJSON(w, now, map[string]any{"page": board.Page, "incidents": board.unresolved()})
	}
	return wire.Refuse(http.StatusNotFound, "the status page has no %q (want summary.json, status.json, "+
		"components.json, incidents.json or incidents/unresolved.json below api/v2/)", file)
}

// board is everything that a status page knows; with the unresolved incidents alone it is summary.json.
type board struct {
	Page         pageInfo    `json:"page"`
	Components   []component `json:"components"`
	Incidents    []incident  `json:"incidents"` // newest first
	Maintenances []incident  `json:"scheduled_maintenances"`
	Status       status      `json:"status"`
}

type pageInfo struct {
	ID        string    `json:"id"`
	Name      string    `json:"name"`
	URL       string    `json:"url"`
	TimeZone  string    `json:"time_zone"`
	UpdatedAt time.Time `json:"updated_at"`
}

type status struct {
	Indicator   string `json:"indicator"` // none, minor, major, critical, maintenance
	Description string `json:"description"`
}

type component struct {
	ID                 string    `json:"id"`
	Name               string    `json:"name"`
	Status             string    `json:"status"` // operational, degraded_performance, partial_outage …
	Position           int       `json:"position"`
	Description        *string   `json:"description"`
	PageID             string    `json:"page_id"`
	OnlyShowIfDegraded bool      `json:"only_show_if_degraded"`
	UpdatedAt          time.Time `json:"updated_at"`
}

type incident struct {
	ID           string     `json:"id"`
	Name         string     `json:"name"`
	Status       string     `json:"status"` // investigating, resolved
	Impact       string     `json:"impact"` // none, minor, major, critical, maintenance
	CreatedAt    time.Time  `json:"created_at"`
	StartedAt    time.Time  `json:"started_at"`
	UpdatedAt    time.Time  `json:"updated_at"`
	MonitoringAt *time.Time `json:"monitoring_at"`
	ResolvedAt   *time.Time `json:"resolved_at"`
	PageID       string     `json:"page_id"`
	Shortlink    string     `json:"shortlink"`
	Updates      []update   `json:"incident_updates"` // newest first

	kind      *incidentKind
	resources []int // nil: the whole application
}

type update struct {
	ID         string    `json:"id"`
	IncidentID string    `json:"incident_id"`
	Status     string    `json:"status"`
	Body       string    `json:"body"`
	CreatedAt  time.Time `json:"created_at"`
	DisplayAt  time.Time `json:"display_at"`
	UpdatedAt  time.Time `json:"updated_at"`
}

// link fills in where the page is.
func (b *board) link(url string) {
	b.Page.URL = url
	for i := range b.Incidents {
		b.Incidents[i].Shortlink = url + "#" + b.Incidents[i].ID
	}
}

func (b *board) unresolved() []incident {
	open := []incident{}
	for _, i := range b.Incidents {
		if i.ResolvedAt == nil {
			open = append(open, i)
		}
	}
	return open
}
