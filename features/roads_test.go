package features_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/outagedrill/outagedrill/features/steps"
	"github.com/outagedrill/outagedrill/sim"
	"github.com/outagedrill/outagedrill/sim/timeline"
)

// TestRoadsAgreeOnExamples plays the examples of up to two days on the simulator and over HTTP in memory.
func TestRoadsAgreeOnExamples(t *testing.T) {
	agreeOnExamples(t, func(tl *timeline.Timeline) bool { return tl.Duration.Std() <= 48*time.Hour })
}

// agreeOnExamples compares the two roads on the examples that fit.
func agreeOnExamples(t *testing.T, fits func(tl *timeline.Timeline) bool) {
	t.Helper()
	files, err := filepath.Glob("../examples/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	played := 0
	for _, file := range files {
		tl, err := timeline.Read(file)
		if err != nil {
			t.Fatal(err)
		}
		if !fits(tl) {
			continue
		}
		played++
		t.Run(filepath.Base(file), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { // where the mock clock's sleeps cost nothing
				if err := steps.SameJournal(t.Context(), tl, sim.Options{}, steps.OverMock(nil)); err != nil {
					t.Error(err)
				}
			})
		})
	}
	if played == 0 {
		t.Error("no example was played")
	}
}

func roadsAgree(t *testing.T, file, text string, d steps.Driver) error {
	t.Helper()
	tl, err := timeline.Parse(file, []byte(text))
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return steps.SameJournal(t.Context(), tl, sim.Options{ListCalls: true}, d)
}

// TestBrokenRoads breaks the live road in one place at a time and wants the journals to part there: a driver
// that replayed the simulator's decisions would not notice.
func TestBrokenRoads(t *testing.T) {
	for _, tt := range []struct {
		name   string
		fault  string
		tamper func(*http.Request, *http.Response)
		parts  []string // what stands in the simulator's line, and what in the other
	}{
		{
			"a 503 becomes a page of HTML with status 200", "{at: +1h, application: acme, fault: down, for: 2h}",
			func(_ *http.Request, r *http.Response) {
				if r.StatusCode == http.StatusServiceUnavailable {
					replace(r, http.StatusOK, "text/html", "<html>Service unavailable</html>")
				}
			},
			[]string{`"status":503`, `"status":200`},
		},
		{
			"a 429 loses its Retry-After",
			"{at: +1h, application: acme, fault: rate_limited, for: 2h, retry_after: 7m}",
			func(_ *http.Request, r *http.Response) { r.Header.Del("Retry-After") },
			[]string{`"kind":"backlog.sampled"`, `"at":"2024-03-04T01:01:00Z","kind":"call.finished"`},
		},
		{
			"a dead refresh token looks like a server error",
			"{at: +0s, connection: acme-main, fault: token_refresh, how: dead}",
			func(q *http.Request, r *http.Response) {
				if strings.HasSuffix(q.URL.Path, "/oauth/token") {
					replace(r, http.StatusBadGateway, "application/json", "{}")
				}
			},
			[]string{`"status":400`, `"status":502`},
		},
		{
			"a token comes without its expires_in", "{at: +1h, mail: down, for: 1m}",
			func(q *http.Request, r *http.Response) {
				if strings.HasSuffix(q.URL.Path, "/oauth/token") {
					drop(r, "expires_in")
				}
			},
			[]string{`"call":"refresh"`, `"status":401`},
		},
		{
			"a page of records comes without its body", "{at: +1h, mail: down, for: 1m}",
			func(q *http.Request, r *http.Response) {
				if q.Method == http.MethodGet && strings.HasSuffix(q.URL.Path, "/orders") {
					replace(r, http.StatusOK, "application/json", "")
				}
			},
			[]string{`"class":"ok"`, `"class":"vendor_down"`},
		},
	} {
		for _, open := range []func(steps.Tamper) steps.Driver{steps.OverMock, steps.OverTCP} {
			whole, broken := open(nil), open(func(vendor http.RoundTripper) http.RoundTripper {
				return tampered{vendor, tt.tamper}
			})
			t.Run(tt.name+" on "+whole.Name, func(t *testing.T) {
				t.Parallel()
				text := smallWorld + "events:\n  - " + tt.fault + "\n"
				if err := roadsAgree(t, "broken.yaml", text, whole); err != nil {
					t.Fatalf("the whole road: %v", err)
				}
				var p *steps.Parting
				if err := roadsAgree(t, "broken.yaml", text, broken); !errors.As(err, &p) {
					t.Fatalf("the broken road: %v (expected the journals to part)", err)
				}
				if !strings.Contains(p.Sim, tt.parts[0]) || !strings.Contains(p.Other, tt.parts[1]) {
					t.Errorf("they part at\n%s%s(expected %s and %s)", p.Sim, p.Other, tt.parts[0], tt.parts[1])
				}
			})
		}
	}
}

const smallWorld = `outagedrill: 1
name: a small world
start: 2024-03-04T00:00:00Z
duration: 4h
environment: snapshot
applications:
  acme: {records: {orders: 1/m}, token_lifetime: 25m}
  wms: {}
connections:
  acme-main: {application: acme, auth: oauth2}
  wms-main: {application: wms}
flows:
  orders-to-wms: {from: acme-main/orders, to: wms-main/orders, every: 30m}
`

// tampered is a transport that changes what the vendor answered.
type tampered struct {
	vendor http.RoundTripper
	tamper func(*http.Request, *http.Response)
}

func (t tampered) RoundTrip(q *http.Request) (*http.Response, error) {
	r, err := t.vendor.RoundTrip(q)
	if err == nil {
		t.tamper(q, r)
	}
	return r, err
}

// drop takes a member out of a JSON body.
func drop(r *http.Response, member string) {
	var body map[string]any
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		panic(err)
	}
	delete(body, member)
	text, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	replace(r, r.StatusCode, "application/json", string(text))
}

func replace(r *http.Response, status int, contentType, body string) {
	r.StatusCode, r.Status = status, http.StatusText(status)
	r.Header.Set("Content-Type", contentType)
	r.Body = io.NopCloser(bytes.NewReader([]byte(body)))
}
