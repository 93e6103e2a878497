package server_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/server"
)

// told is what a reader of a status page looks at.
type told struct {
	Page   struct{ ID, Name, URL string }
	Status struct{ Indicator, Description string }
	// Components by resource.
	Components []struct{ Name, Status string }
	Incidents  []toldIncident
}

type toldIncident struct {
	ID, Name, Impact, Status string
	CreatedAt                string  `json:"created_at"`
	ResolvedAt               *string `json:"resolved_at"`
	Updates                  []struct {
		Status    string
		DisplayAt string `json:"display_at"`
	} `json:"incident_updates"`
}

func (r *rig) page(file string) told {
	r.Helper()
	a := r.do(r.request("GET", r.StatusPageURL(0)+"api/v2/"+file, ""))
	a.want(r.T, 200, "", "Content-Type", "application/json", "Date", r.clk.Now().UTC().Format("Mon, 02 Jan 2006 15:04:05 GMT"))
	if a.told != nil {
		r.Errorf("a status page told %v", a.told)
	}
	var got told
	if err := json.Unmarshal([]byte(a.body), &got); err != nil {
		r.Fatalf("%s: %v: %s", file, err, a.body)
	}
	if got.Page.ID != "acme" || got.Page.Name != "acme" || got.Page.URL != r.StatusPageURL(0) {
		r.Errorf("%s is the page of %+v", file, got.Page)
	}
	return got
}

// TestStatusPage follows a page through an incident: five minutes behind the vendor at both ends.
func TestStatusPage(t *testing.T) {
	const orders = 1
	r := serve(t, server.Config{},
		fault(fakevendor.Down, how(fakevendor.HowReset)),
		fault(fakevendor.Maintenance, func(f *fakevendor.Fault) { f.From, f.To = at(3*time.Hour), at(4*time.Hour) }),
		fault(fakevendor.Flaky, func(f *fakevendor.Fault) {
			f.From, f.To, f.Resources = at(5*time.Hour), at(6*time.Hour), []int{orders}
		}))
	for _, tt := range []struct {
		at                          time.Duration
		indicator, contacts, orders string
		open, all                   int
	}{
		{0, "none", "operational", "operational", 0, 0},
		{65*time.Minute - 1, "none", "operational", "operational", 0, 0},
		{65 * time.Minute, "critical", "major_outage", "major_outage", 1, 1},
		{125*time.Minute - 1, "critical", "major_outage", "major_outage", 1, 1},
		{125 * time.Minute, "none", "operational", "operational", 0, 1},
		{185 * time.Minute, "maintenance", "under_maintenance", "under_maintenance", 1, 2},
		{305 * time.Minute, "minor", "operational", "degraded_performance", 1, 3},
		{23 * time.Hour, "none", "operational", "operational", 0, 3},
	} {
		r.clk.Set(start.Add(tt.at))
		summary := r.page("summary.json")
		if got := r.page("status.json").Status; summary.Status.Indicator != tt.indicator || got != summary.Status {
			t.Errorf("at %s: %+v and %+v (expected %s)", tt.at, summary.Status, got, tt.indicator)
		}
		c := summary.Components
		if len(c) != 2 || c[0].Status != tt.contacts || c[1].Status != tt.orders {
			t.Errorf("at %s: components %+v (expected %s and %s)", tt.at, c, tt.contacts, tt.orders)
		}
		unresolved, all := r.page("incidents/unresolved.json").Incidents, r.page("incidents.json").Incidents
		if len(unresolved) != tt.open || len(all) != tt.all {
			t.Errorf("at %s: %d open of %d (expected %d of %d)", tt.at, len(unresolved), len(all), tt.open, tt.all)
		}
		if diff := cmp.Diff(unresolved, summary.Incidents); diff != "" {
			t.Errorf("at %s: %s", tt.at, diff)
		}
	}
	all := r.page("incidents.json").Incidents
	resolved := "2024-03-01T02:05:00Z"
	first := all[2] // the newest is first
	if first.ID != "acme-1" || first.CreatedAt != "2024-03-01T01:05:00Z" || *first.ResolvedAt != resolved {
		t.Errorf("the first incident is %+v", first)
	}
	if u := first.Updates; len(u) != 2 || u[0].Status != "resolved" || u[0].DisplayAt != resolved || u[1].Status != "investigating" {
		t.Errorf("its updates are %+v", u)
	}
	r.do(r.request("GET", r.StatusPageURL(0), "")).
		want(t, 200, "<h3 id=\"acme-2\">Maintenance: resolved</h3>", "Content-Type", "text/html; charset=utf-8")
	r.do(r.request("GET", r.StatusPageURL(0)+"api/v2/subscribers.json", "")).want(t, 404, "subscribers.json")
	r.do(r.request("POST", r.StatusPageURL(0), "")).want(t, 405, "want GET or HEAD")
}

// TestConsent gives credentials, wrong ones and good ones, beside the API.
func TestConsent(t *testing.T) {
	r := serve(t, server.Config{Tell: true}, fault(fakevendor.TokenRefresh, how(fakevendor.HowDead)))
	r.clk.Set(start.Add(time.Hour))
	consent := func(connection int, body string) answer {
		return r.do(r.request("POST", r.BaseURL(connection)+"/authorize", body))
	}
	refresh := func(token string) answer {
		return r.do(r.request("POST", r.BaseURL(main)+"/oauth/token", "grant_type=refresh_token&refresh_token="+token))
	}
	refresh("rt-acme-main-1").want(t, 400, "invalid_grant")
	consent(main, `{"fields":{"user":"u","password":"wrong"}}`).
		want(t, 422, "not accepted", "Content-Type", "application/problem+json", "Date", oneOClock)
	r.get(main, "/orders").want(t, 401, "bad_credentials")
	consent(main, `{"fields":{"user":"u","password":"right"}}`).
		want(t, 200, `{"access_token":"at-acme-main-2","refresh_token":"rt-acme-main-2","expires_at":"2024-03-01T03:00:00Z"}`)
	r.get(main, "/orders").want(t, 200, "records")
	refresh("rt-acme-main-2").want(t, 200, "at-acme-main-3")
	consent(key, `{"fields":{"key":"k"}}`).want(t, 200, "{}")
	consent(key, `{"key":"k"}`).want(t, 400, "fields")
	consent(key, `{"fields":{"key":7}}`).want(t, 400, "number")
	consent(9, `{"fields":{}}`).want(t, 404, "no connection")
}
