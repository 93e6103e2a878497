package api_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/engine/api"
	"github.com/outagedrill/outagedrill/engine/policy"
)

// platform is an engine in snapshot with two polling jobs of one instance, whose calls all fail.
type platform struct {
	t   *testing.T
	e   *engine.Engine
	now engine.Time
	seq engine.Seq
}

// newPlatform polls in parallel, so that a poll is in flight when another one disables the job.
func newPlatform(t *testing.T, assumptions ...string) *platform {
	t.Helper()
	flows, err := policy.Load("celigo-integrator")
	if err != nil {
		t.Fatal(err)
	}
	jobs, err := policy.Load("sap-open-connectors")
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range append(assumptions, "poll.order=parallel") {
		name, value, _ := strings.Cut(a, "=")
		if jobs, err = jobs.Override(name, value); err != nil {
			t.Fatal(err)
		}
	}
	start := time.Date(2024, 3, 4, 0, 0, 0, 0, time.UTC)
	p := &platform{t: t, now: engine.Time(start.UnixNano()), seq: 1}
	p.e, err = engine.New(engine.Config{
		Start: p.now, Environment: "snapshot", Flows: flows.Flows, PollingJobs: jobs.PollingJobs,
		Applications: []engine.Application{{Name: "acme", Resources: []string{"contacts", "orders"}}},
		Connections:  []engine.Connection{{Name: "acme main", Owner: "ops@example.com"}},
		Jobs: []engine.Job{
			{Name: "poll/1", Resources: []int{0, 1}, Every: 5 * time.Minute},
			{Name: "other", Resources: []int{1}, Every: 240 * time.Hour, Phase: 240 * time.Hour},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func (p *platform) Names() api.Names {
	return api.Names{
		Jobs: []string{"poll/1", "other"}, Instances: []string{"acme main"},
		Resources: [][]string{{"contacts", "orders"}},
	}
}

func (p *platform) Read(f func(e *engine.Engine)) { f(p.e) }

func (p *platform) Enable(job int) engine.Outcome {
	return p.step(engine.Event{Kind: engine.Commanded, Command: engine.Command{Kind: engine.Enable, Job: job}}).
		Entries[0].Outcome
}

func (p *platform) step(ev engine.Event) *engine.Effects {
	ev.Seq = p.seq
	fx := p.e.Step(p.now, &ev)
	p.seq += engine.Seq(len(fx.Entries))
	return fx
}

// failUntilDisabled lets every call fail, those of an instant after all of them were sent.
func (p *platform) failUntilDisabled() {
	for p.e.JobEnabled(0) {
		at, ok := p.e.Next()
		if !ok {
			p.t.Fatal("the engine wants nothing")
		}
		p.now = at
		var calls []uint64
		for ; ok && at == p.now; at, ok = p.e.Next() {
			if fx := p.step(engine.Event{Kind: engine.TimeReached}); fx.HasCall {
				calls = append(calls, fx.Call.ID)
			}
		}
		for _, id := range calls {
			p.step(engine.Event{Kind: engine.CallFinished, Call: id, Result: engine.Result{
				Class: engine.VendorDown, Status: 503, RetryAfter: -1,
			}})
		}
	}
}

// ask calls the API; the body comes back with its white space put in order.
func (p *platform) ask(method, target string) (status int, header http.Header, body string) {
	p.t.Helper()
	w := httptest.NewRecorder()
	api.Handler(p).ServeHTTP(w, httptest.NewRequest(method, target, nil))
	var value any
	if err := json.Unmarshal(w.Body.Bytes(), &value); err != nil {
		p.t.Fatalf("%s %s: %v: %s", method, target, err, w.Body)
	}
	pretty, err := json.MarshalIndent(value, "", " ")
	if err != nil {
		p.t.Fatal(err)
	}
	return w.Code, w.Header(), string(pretty)
}

// wants an answer with status 200.
func (p *platform) wants(method, target, body string) {
	p.t.Helper()
	status, header, text := p.ask(method, target)
	if kind := header.Get("Content-Type"); status != http.StatusOK || kind != "application/json" {
		p.t.Errorf("%s %s: status %d, %s (want 200, application/json)", method, target, status, kind)
	}
	if diff := cmp.Diff(body, text); diff != "" {
		p.t.Errorf("%s %s (-want +got):\n%s", method, target, diff)
	}
}

func TestNothingDisabled(t *testing.T) {
	p := newPlatform(t)
	p.wants("GET", "/jobs/polling-disabled", "[]")
	p.wants("GET", "/instances/polling-disabled", "[]")
	p.wants("GET", "/instances/acme%20main", `{
 "id": "acme main",
 "polling_disabled": []
}`)
	p.wants("PUT", "/jobs/poll%2F1/enable", `{
 "changed": false,
 "id": "poll/1",
 "state": "enabled"
}`)
}

// TestDisabledByAUser: a job that a user switched off is not listed (DIS-10).
func TestDisabledByAUser(t *testing.T) {
	p := newPlatform(t)
	p.step(engine.Event{Kind: engine.Commanded, Command: engine.Command{Kind: engine.Disable, Job: 1}})
	p.wants("GET", "/jobs/polling-disabled", "[]")
	p.wants("GET", "/instances/polling-disabled", "[]")
	p.wants("PUT", "/jobs/other/enable", `{
 "changed": true,
 "id": "other",
 "state": "enabled"
}`)
}

func TestDisabledByThePlatform(t *testing.T) {
	p := newPlatform(t)
	p.failUntilDisabled()
	p.wants("GET", "/instances/polling-disabled", `[
 {
  "id": "acme main",
  "jobs": [
   "poll/1"
  ]
 }
]`)
	p.wants("GET", "/jobs/polling-disabled", `[
 {
  "after_disable": {
   "failed_polls": 1,
   "polls": 1
  },
  "disabled_at": "2024-03-04T00:45:00Z",
  "environment": "snapshot",
  "failing_since": "2024-03-04T00:00:00Z",
  "failures": 10,
  "id": "poll/1",
  "instance": "acme main",
  "last_error": {
   "class": "vendor_down",
   "message": "the application did not respond",
   "status": 503
  },
  "resource": "contacts",
  "resources": [
   {
    "consecutive_failures": 10,
    "failed_polls": 10,
    "name": "contacts",
    "polls": 10
   },
   {
    "consecutive_failures": 9,
    "failed_polls": 10,
    "name": "orders",
    "polls": 10
   }
  ],
  "threshold": 10
 }
]`)
	p.wants("GET", "/instances/acme%20main", `{
 "id": "acme main",
 "polling_disabled": [
  {
   "disabled_at": "2024-03-04T00:45:00Z",
   "job": "poll/1",
   "message": "Polling job poll/1 was disabled by the platform at 2024-03-04T00:45:00Z: `+
		`resource contacts failed 10 times in a row (threshold 10 in snapshot), `+
		`the last time because the application did not respond.",
   "resource": "contacts"
  }
 ]
}`)
	p.wants("PUT", "/jobs/poll%2F1/enable", `{
 "changed": true,
 "id": "poll/1",
 "state": "enabled"
}`)
	p.wants("GET", "/jobs/polling-disabled", "[]")
}

func TestProblems(t *testing.T) {
	p := newPlatform(t, "enable.when_enabled=conflict")
	for _, tt := range []struct {
		method, target string
		status         int
		title, detail  string
		allow          string
	}{
		{"GET", "/nothing", 404, "Not Found", "there is nothing at /nothing", ""},
		{"GET", "/instances/bolt", 404, "Not Found", "there is no instance bolt", ""},
		{"PUT", "/jobs/polling-disabled/enable", 404, "Not Found", "there is no job polling-disabled", ""},
		{"PUT", "/jobs/other/enable", 409, "Conflict", "job other is not disabled", ""},
		{
			"POST", "/jobs/other/enable", 405, "Method Not Allowed",
			"POST is not for /jobs/other/enable (want PUT)", "PUT",
		},
		{
			"DELETE", "/jobs/polling-disabled", 405, "Method Not Allowed",
			"DELETE is not for /jobs/polling-disabled (want GET, HEAD)", "GET, HEAD",
		},
	} {
		t.Run(tt.method+" "+tt.target, func(t *testing.T) {
			p.t = t
			status, header, body := p.ask(tt.method, tt.target)
			if status != tt.status || header.Get("Content-Type") != "application/problem+json" {
				t.Errorf("status %d, %s", status, header.Get("Content-Type"))
			}
			if header.Get("Allow") != tt.allow {
				t.Errorf("Allow: %q (want %q)", header.Get("Allow"), tt.allow)
			}
			for _, want := range []string{`"title": "` + tt.title + `"`, `"detail": "` + tt.detail + `"`} {
				if !strings.Contains(body, want) {
					t.Errorf("the body lacks %s: %s", want, body)
				}
			}
		})
	}
}
