package api_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/engine/api"
)

func TestNothingDisabled(t *testing.T) {
	p := newPlatform(t)
	ask(t, p, "GET", "/jobs/polling-disabled", "").wants(t, 200, "[]")
	ask(t, p, "GET", "/instances/polling-disabled", "").wants(t, 200, "[]")
	ask(t, p, "GET", "/instances/acme%20main", "").wants(t, 200, `{
		"id": "acme main", "application": "acme", "owner": "ops@example.com", "jobs": ["poll/1", "other"],
		"polling_disabled": []}`)
	ask(t, p, "PUT", "/jobs/poll%2F1/enable", "").wants(t, 200,
		`{"id": "poll/1", "state": "enabled", "changed": false, "revision": 0}`)
}

// TestDisabledByAUser: a job that a user switched off is not listed (DIS-10).
func TestDisabledByAUser(t *testing.T) {
	p := newPlatform(t)
	ask(t, p, "PUT", "/jobs/other/disable", "").wants(t, 200,
		`{"id": "other", "state": "disabled", "changed": true, "revision": 1}`)
	ask(t, p, "GET", "/jobs/polling-disabled", "").wants(t, 200, "[]")
	ask(t, p, "GET", "/instances/polling-disabled", "").wants(t, 200, "[]")
	ask(t, p, "GET", "/jobs/other", "").holds(t, 200, `"disabled_by":"user"`, `"by_user":1`)
	ask(t, p, "PUT", "/jobs/other/enable", "").wants(t, 200,
		`{"id": "other", "state": "enabled", "changed": true, "revision": 2}`)
}

func TestDisabledByThePlatform(t *testing.T) {
	p := newPlatform(t)
	p.fails[0] = engine.VendorDown
	p.advance(t, 46*time.Minute)
	ask(t, p, "GET", "/instances/polling-disabled", "").wants(t, 200, `[{"id": "acme main", "jobs": ["poll/1"]}]`)
	ask(t, p, "GET", "/jobs/polling-disabled", "").wants(t, 200, `[{
		"id": "poll/1", "instance": "acme main", "environment": "snapshot", "resource": "contacts",
		"failures": 10, "threshold": 10,
		"disabled_at": "2024-03-04T00:45:01Z", "failing_since": "2024-03-04T00:00:01Z",
		"last_error": {"class": "vendor_down", "status": 503, "message": "the application did not respond"},
		"resources": [
			{"name": "contacts", "consecutive_failures": 10, "polls": 10, "failed_polls": 10, "delivered": 0},
			{"name": "orders", "consecutive_failures": 9, "polls": 10, "failed_polls": 10, "delivered": 0}],
		"after_disable": {"polls": 1, "failed_polls": 1}}]`)
	ask(t, p, "GET", "/instances/acme%20main", "").holds(t, 200, `"polling_disabled":[{"job":"poll/1",`+
		`"resource":"contacts","disabled_at":"2024-03-04T00:45:01Z",`+
		`"message":"Polling job poll/1 was disabled by the platform at 2024-03-04T00:45:01Z: `+
		`resource contacts failed 10 times in a row (threshold 10 in snapshot), `+
		`the last time because the application did not respond."}]`)
	ask(t, p, "PUT", "/jobs/poll%2F1/enable", "").holds(t, 200, `"state":"enabled","changed":true`)
	ask(t, p, "GET", "/jobs/polling-disabled", "").wants(t, 200, "[]")
}

// TestTwoOperators: the second to write is told what the first one did (revisions).
func TestTwoOperators(t *testing.T) {
	p := newPlatform(t)
	p.fails[0] = engine.VendorDown
	p.advance(t, 46*time.Minute)
	seen := ask(t, p, "GET", "/jobs/poll%2F1", "").header.Get("ETag")
	first := ask(t, p, "PUT", "/jobs/poll%2F1/enable", "", "If-Match", seen)
	if first.status != 200 || first.header.Get("ETag") == seen {
		t.Errorf("the first operator: %d, ETag %s after %s", first.status, first.header.Get("ETag"), seen)
	}
	ask(t, p, "PUT", "/jobs/poll%2F1/disable", "", "If-Match", seen).wants(t, 412, `{
		"title": "Precondition Failed", "status": 412,
		"detail": "job poll/1 is at revision 2 now; the latest change since revision 1: job.enabled at 2024-03-04T00:46:00Z",
		"errors": [{"message": "job.enabled at 2024-03-04T00:46:00Z", "location": "header.If-Match"}]}`)
	ask(t, p, "PUT", "/jobs/poll%2F1/disable", "", "If-Match", `"9"`).holds(t, 412, "never had revision 9")
	ask(t, p, "PUT", "/jobs/poll%2F1/disable", "", "If-Match", `W/"2"`).holds(t, 412, "none of those in If-Match")
	ask(t, p, "PUT", "/jobs/poll%2F1/disable", "", "If-Match", `2`).holds(t, 422, "this is no entity tag")
	ask(t, p, "PUT", "/jobs/poll%2F1/disable", "", "If-Match", `"7", "2"`).holds(t, 200, `"changed":true`)
	ask(t, p, "PUT", "/jobs/poll%2F1/enable", "", "If-Match", `*`).holds(t, 200, `"changed":true`)
}

func TestProblems(t *testing.T) {
	p := newPlatform(t, "enable.when_enabled=conflict")
	for _, tt := range []struct {
		method, target, body string
		status               int
		allow, detail        string
	}{
		{"GET", "/nothing", "", 404, "", "there is nothing at /nothing"},
		{"GET", "//jobs", "", 404, "", "there is nothing at //jobs"},
		{"GET", "/jobs/", "", 404, "", "there is nothing at /jobs/"},
		{"GET", "/instances/acme%20man", "", 404, "", "there is no instance acme man; did you mean acme main?"},
		{"GET", "/instances/bolt", "", 404, "", "there is no instance bolt"},
		{"PUT", "/jobs/polling-disabled/enable", "", 404, "", "there is no job polling-disabled"},
		{"PUT", "/jobs/other/enable", "", 409, "", "job other is not disabled"},
		{"POST", "/jobs/other/enable", "", 405, "PUT", "POST is not for /jobs/other/enable (want PUT)"},
		{"DELETE", "/jobs/polling-disabled", "", 405, "GET, HEAD", "DELETE is not for /jobs/polling-disabled (want GET, HEAD)"},
		{"GET", "/jobs?limit=0", "", 422, "", "validation failed"},
		{"GET", "/jobs?limt=1", "", 422, "", "validation failed"},
		{"GET", "/connections?application=acm", "", 404, "", "there is no application acm; did you mean acme?"},
		{"PUT", "/clock", "{", 400, "", "validation failed"},
		{"PUT", "/clock", "", 400, "", "request body is required"},
		{"PUT", "/clock", `{"advance":"1h","extra":1}`, 422, "", "validation failed"},
		{"PUT", "/clock", `{"advance":"` + strings.Repeat("1", 1<<20) + `"}`, 413, "", "the body is too long (want at most 1 MiB)"},
		{"PUT", "/clock", `{"now":"2024-03-03T00:00:00Z"}`, 409, "", "that instant is over"},
		{"PUT", "/clock", `{"advance":"40d"}`, 409, "", "the run ends before that instant"},
	} {
		t.Run(tt.method+" "+tt.target, func(t *testing.T) {
			a := ask(t, p, tt.method, tt.target, tt.body)
			a.holds(t, tt.status, `"detail":"`+tt.detail+`"`)
			if a.header.Get("Content-Type") != "application/problem+json" || a.header.Get("Allow") != tt.allow {
				t.Errorf("Content-Type %s, Allow %q (want %q)", a.header.Get("Content-Type"), a.header.Get("Allow"), tt.allow)
			}
		})
	}
}

// TestSecretsStayOut: what an operator fills in comes back in no answer, also in none about what is wrong.
func TestSecretsStayOut(t *testing.T) {
	p := newPlatform(t)
	for _, body := range []string{
		`{"fields":{"username":"s3cret","passwort":"s3cret"}}`, `{"fields":{"username":"s3cret"},"more":"s3cret"}`,
		`{"fields":{"username":["s3cret"]}}`, `{"fields":{"password":"s3cret"}}`, `{"fields":"s3cret"}`,
		`{"fields":{"password":"s3cret"}`,
	} {
		a := ask(t, p, "PUT", "/connections/acme%20main/credentials", body)
		if a.status < 400 || strings.Contains(a.body, "s3cret") {
			t.Errorf("%s: status %d: %s", body, a.status, a.body)
		}
	}
}

// TestHostStaysOut: no answer says by which name it was asked for.
func TestHostStaysOut(t *testing.T) {
	h, err := api.Handler(troubled(t), api.Config{Token: "t0ken"})
	if err != nil {
		t.Fatal(err)
	}
	for _, target := range []string{"/", "/jobs?limit=1", "/jobs/nothing", "/openapi.json", "/flows/orders/diagnosis"} {
		a := askHandler(h, "GET", "http://evil.example"+target, "", "Authorization", "Bearer t0ken")
		if a.status == 403 || strings.Contains(a.body+fmt.Sprint(a.header), "evil") {
			t.Errorf("%s tells the host: %v %s", target, a.header, a.body)
		}
	}
}

func TestAuthorization(t *testing.T) {
	h, err := api.Handler(newPlatform(t), api.Config{Token: "t0ken"})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		header string
		in     bool
	}{
		{"", false},
		{"Bearer t0ken", true},
		{"bearer t0ken", true},
		{"Bearer t0ke", false},
		{"Bearer", false},
		{"Basic t0ken", false},
		{"t0ken", false},
		{"Bearer t0ken, x", false},
		{"User t0ken, Organization org=, Element e1=", true},
		{"User t0ken,Organization o,Element e", true},
		{"User t0ken, Organization org", true},
		{"User t0ken, Organization org, Element e1, Element e2", false},
		{"User t0ken, Organization org, Instance e1", false},
		{"User t0ken, Organization org,", false},
		{"User t0ken", false},
		{"User x, Organization t0ken, Element t0ken", false},
		{"User t0ken, Organization , Element e", false},
		{"User t0ken, Element e, Organization o", false},
	} {
		a := askHandler(h, "GET", "/jobs", "", "Authorization", tt.header)
		if in := a.status == 200; in != tt.in {
			t.Errorf("%q: status %d", tt.header, a.status)
		}
		if (a.header.Get("WWW-Authenticate") == "") != tt.in {
			t.Errorf("%q: WWW-Authenticate %q", tt.header, a.header.Get("WWW-Authenticate"))
		}
	}
	askHandler(h, "GET", "/nothing", "").holds(t, 401, "this call needs the platform's token")
	askHandler(h, "GET", "/health", "").wants(t, 200, `{"status": "ok"}`)
}

// TestUnavailable: a platform that is stopped is no error of the server.
func TestUnavailable(t *testing.T) {
	p := newPlatform(t)
	p.err = errors.New("the platform is stopped")
	for _, target := range []string{"GET /health", "GET /jobs", "GET /metrics", "PUT /jobs/other/enable", "GET /clock"} {
		method, path, _ := strings.Cut(target, " ")
		ask(t, p, method, path, "").holds(t, 503, "the platform is not available: the platform is stopped")
	}
	if _, err := api.Handler(nil, api.Config{}); err == nil {
		t.Error("a handler of no platform")
	}
}

// TestCurl: curl -d calls a body a form if nobody says otherwise.
func TestCurl(t *testing.T) {
	form := "application/x-www-form-urlencoded"
	ask(t, newPlatform(t), "PUT", "/clock", `{"advance":"1h"}`, "Content-Type", form).holds(t, 200, "01:00:00Z")
}

func TestClockRuns(t *testing.T) {
	p := newPlatform(t)
	p.clock = api.Clock{Scale: 60}
	ask(t, p, "PUT", "/clock", `{"advance":"1h"}`).holds(t, 409, "the clock runs by itself")
	ask(t, p, "GET", "/clock", "").wants(t, 200, `{"now": "2024-03-04T00:00:00Z",
		"next_due": "2024-03-04T00:00:00Z", "idle": true, "mode": "running", "scale": 60}`)
}

// TestPages walks lists page by page, forwards and from the newest back.
func TestPages(t *testing.T) {
	p := troubled(t)
	for _, path := range []string{
		"/jobs", "/connections?application=acme", "/flows/orders/runs", "/flows/orders/runs?state=completed",
		"/notifications?to=ops%40example.com", "/flows/orders/errors", "/applications", "/instances",
	} {
		whole := items(t, ask(t, p, "GET", path, ""))
		var parts []string
		sep := "?"
		if strings.Contains(path, "?") {
			sep = "&"
		}
		for next := path + sep + "limit=1"; next != ""; {
			a := ask(t, p, "GET", next, "")
			part := items(t, a)
			if len(part) > 1 {
				t.Errorf("%s: %d items", next, len(part))
			}
			parts = append(parts, part...)
			link := a.header.Get("Link")
			if next = nextOf(t, a); (next == "") != (link == "") || !strings.Contains(link, next) {
				t.Errorf("%s: Link %q beside next %q", path, link, next)
			}
		}
		if len(whole) == 0 || strings.Join(whole, "") != strings.Join(parts, "") {
			t.Errorf("%s: the pages (%d items) are not the whole (%d items)", path, len(parts), len(whole))
		}
	}
}

// TestTogether reads and writes at once, for the race detector.
func TestTogether(t *testing.T) {
	p := troubled(t)
	h, err := api.Handler(p, api.Config{})
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for _, call := range []string{
		"GET /jobs", "GET /notifications", "GET /metrics", "GET /flows/orders/runs", "GET /openapi.yaml", "GET /clock",
		"PUT /jobs/poll%2F1/enable", "PUT /jobs/poll%2F1/disable", "POST /connections/acme%20main/test",
		"PUT /clock",
	} {
		wg.Go(func() {
			method, path, _ := strings.Cut(call, " ")
			body := ""
			if path == "/clock" && method == "PUT" {
				body = `{"advance":"1m"}`
			}
			for range 20 {
				if a := askHandler(h, method, path, body); a.status >= 400 && a.status != 409 {
					t.Errorf("%s: status %d: %s", call, a.status, a.body)
				}
			}
		})
	}
	wg.Wait()
}

// TestGuardIsAtomic: of many operators who saw the same, one writes.
func TestGuardIsAtomic(t *testing.T) {
	p := newPlatform(t)
	h, err := api.Handler(p, api.Config{})
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	statuses := make(chan int, 20)
	for range cap(statuses) {
		wg.Go(func() { statuses <- askHandler(h, "PUT", "/jobs/other/disable", "", "If-Match", `"0"`).status })
	}
	wg.Wait()
	close(statuses)
	won := 0
	for s := range statuses {
		if s == 200 {
			won++
		}
	}
	if won != 1 {
		t.Errorf("%d writes upon one revision (want 1)", won)
	}
}

// TestCanceled: a caller who left gets no error of the server.
func TestCanceled(t *testing.T) {
	p := newPlatform(t)
	p.err = context.Canceled
	ask(t, p, "GET", "/jobs", "").holds(t, 503, "did not answer in time")
}
