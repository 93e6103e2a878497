package admin_test

import (
	"encoding/json"
	"flag"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/admin"
	"github.com/outagedrill/outagedrill/fakevendor/hold"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestOpenAPI holds the document of the API: whoever changes a call sees what its callers will see.
func TestOpenAPI(t *testing.T) {
	got, err := admin.OpenAPI("1.0.0")
	if err != nil {
		t.Fatal(err)
	}
	golden := filepath.Join("..", "..", "docs", "vendor-admin-openapi.yaml")
	if *update {
		if err := os.WriteFile(golden, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("the document changed (-want +got); if that is meant, run with -update:\n%s", diff)
	}
}

// desk is a handler of a world and whoever asks it.
type desk struct {
	*testing.T
	*world
	handler http.Handler
}

func newDesk(t *testing.T, cfg admin.Config, faults ...fakevendor.Fault) *desk {
	t.Helper()
	w := newWorld(t, faults...)
	h, err := admin.Handler(w, cfg)
	if err != nil {
		t.Fatal(err)
	}
	return &desk{t, w, h}
}

type answer struct {
	*testing.T
	status int
	header http.Header
	body   string
}

func ask(h http.Handler, method, target, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	if strings.HasPrefix(target, "/") {
		r.Host = "localhost:1234"
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func (d *desk) ask(method, target, body string, headers ...string) answer {
	d.Helper()
	w := ask(d.handler, method, target, body, headers...)
	return answer{d.T, w.Code, w.Header(), w.Body.String()}
}

// holds wants a status and parts of the body.
func (a answer) holds(status int, parts ...string) {
	a.Helper()
	if a.status != status {
		a.Errorf("status %d (want %d): %s", a.status, status, a.body)
	}
	for _, part := range parts {
		if !strings.Contains(a.body, part) {
			a.Errorf("no %s in %s", part, a.body)
		}
	}
}

func TestFaults(t *testing.T) {
	from := fakevendor.Time(start.Add(time.Hour).UnixNano())
	d := newDesk(t, admin.Config{}, fakevendor.Fault{
		From: from, To: from + fakevendor.Time(time.Hour), Connection: -1, Resources: []int{1}, Status: 502,
	})
	d.ask("GET", "/faults", "").holds(200, `[{"number":1,"application":"acme","fault":"down","status":502,"resources":["orders"],`+
		`"from":"2024-03-01T01:00:00Z","until":"2024-03-01T02:00:00Z","state":"waiting","added":false}]`)
	d.ask("POST", "/faults", `{"application":"acme","fault":"down","how":"timeout"}`).
		holds(200, `"number":2`, `"how":"timeout"`, `"until":null,"state":"active","added":true`)
	d.ask("POST", "/faults", `{"connection":"acme-main","fault":"rate_limited","retry_after":"30s","at":"+5m","for":"1h30m"}`).
		holds(200, `"number":3`, `"connection":"acme-main"`, `"retry_after":"30s"`, `"from":"2024-03-01T00:05:00Z"`, `"waiting"`)
	d.call(0)
	d.ask("GET", "/journal?rule=fault", "").holds(200, `"cause":"vendor_down"`, `"fault":2`)
	d.ask("DELETE", "/faults/2", "").holds(200, `"number":2`, `"over"`)
	d.ask("DELETE", "/faults/2", "").holds(200, `"over"`)
	d.call(0)
	d.ask("POST", "/verify", `{"match":{"rule":"served"},"exactly":1}`).holds(200, `{"ok":true,"count":1,"message":"1 match"}`)
	d.ask("POST", "/clock/next", "").holds(200, `"now":"2024-03-01T00:05:00Z"`, `"what":"fault 1 begins"`)
	d.call(0)
	d.ask("GET", "/journal?cause=rate_limited", "").holds(200, `"wait_until":"2024-03-01T00:05:30Z"`)
	d.ask("DELETE", "/faults", "").holds(200, `[{"number":3`)
	d.ask("GET", "/journal?deeds=true", "").holds(200,
		`{"do":"fault.add","what":"fault 2: down application=acme how=timeout"}`, `{"do":"fault.end","what":"fault 3"}`)
	for body, want := range map[string]string{
		`{"application":"acmee","fault":"down"}`:                                       `there is no application \"acmee\" (want acme or wms; did you mean \"acme\"?)`,
		`{"fault":"down"}`:                                                             `whose fault it is is not said (want application or connection)`,
		`{"fault":"dwon","application":"acme"}`:                                        `did you mean \"down\"?`,
		`{"fault":"down","applications":"acme"}`:                                       `unexpected property; did you mean \"application\"?`,
		`{"application":"wms","connection":"acme-main","fault":"down"}`:                `the connection acme-main is one of acme, not of wms`,
		`{"application":"acme","fault":"down","resources":["order"]}`:                  `did you mean \"orders\"?`,
		`{"application":"acme","fault":"slow"}`:                                        `slow without latency`,
		`{"application":"acme","fault":"flaky","rate":0.5,"status":500}`:               `the key status does not fit flaky`,
		`{"application":"acme","fault":"down","how":"dead"}`:                           `there is no down that is \"dead\"`,
		`{"application":"acme","fault":"down","how":"dns","status":500}`:               `both how and status`,
		`{"connection":"acme key","fault":"token_refresh","how":"dead"}`:               `has no OAuth 2.0`,
		`{"application":"acme","fault":"down","for":"1x"}`:                             `1x`,
		`{"application":"acme","fault":"down","at":"soon"}`:                            `\"soon\" is no instant`,
		`{"application":"acme","fault":"down","at":"+300y"}`:                           `at:`,
		`{"application":"acme","fault":"down","for":"2000000h"}`:                       `it would end after the year 2200`,
		`{"application":"acme","fault":"bad_credentials"}`:                             `bad_credentials without connection`,
		`{"application":"acme","fault":"down","at":"2024-02-01T00:00:00Z","for":"1h"}`: `ends before it begins`,
	} {
		a := d.ask("POST", "/faults", body)
		a.holds(422, want)
		if a.header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %s", body, a.header.Get("Content-Type"))
		}
	}
	for _, number := range []string{"0", "99", "x", "-1"} {
		d.ask("DELETE", "/faults/"+number, "").holds(404, "there is no fault "+number)
	}
}

func TestClock(t *testing.T) {
	d := newDesk(t, admin.Config{})
	d.ask("GET", "/clock", "").holds(200, `{"now":"2024-03-01T00:00:00Z","frozen":true,"scale":1,"waiting":0}`)
	d.ask("POST", "/clock/advance", `{"by":"61m"}`).holds(200, `"now":"2024-03-01T01:01:00Z"`)
	d.ask("POST", "/clock/set", `{"to":"2024-03-01T02:00:00+01:00"}`).holds(409, "the clock does not go back")
	d.ask("POST", "/clock/set", `{"to":"2024-03-02T00:00:00Z"}`).holds(200, `"now":"2024-03-02T00:00:00Z"`)
	d.ask("POST", "/clock/set", `{"to":"+1d"}`).holds(200, `"now":"2024-03-03T00:00:00Z"`)
	d.ask("POST", "/clock/scale", `{"scale":60}`).holds(200, `"scale":60`)
	d.ask("POST", "/clock/scale", `{"scale":0}`).holds(422, "scale")
	d.ask("POST", "/clock/next", "").holds(409, "nothing is to come")
	d.ask("POST", "/clock/set", `{"to":"tomorrow"}`).holds(422, `\"tomorrow\" is no instant`)
	d.ask("POST", "/clock/advance", `{"by":"-1h"}`).holds(422, "negative")
	d.ask("POST", "/clock/advance", `{"by":"9000000000s"}`).holds(409, "2200")
	d.ask("POST", "/clock/resume", "").holds(200, `"frozen":false`)
	d.ask("POST", "/clock/freeze", "").holds(200, `"frozen":true`)
	d.ask("GET", "/journal?deeds=true", "").holds(200, `"clock.advance","what":"1h1m"`, `"clock.freeze"`, `"clock.scale","what":"60"`)
}

func TestCredentials(t *testing.T) {
	d := newDesk(t, admin.Config{})
	d.ask("GET", "/credentials", "").holds(200, `"connection":"acme-main","kind":"access_token"`, `"state":"good"`)
	d.ask("POST", "/credentials/expire", `{"connection":"acme-main"}`).holds(200, `{"connection":"acme-main"}`)
	d.call(0)
	d.ask("GET", "/journal?rule=expired", "").holds(200, `"bad_credentials"`)
	d.ask("POST", "/credentials/rotate", `{"connection":"acme-main","credential":"secret-1"}`).
		holds(200, `"access_token":"secret-2"`, `"refresh_token":"refresh-secret-2"`, `"expires_at":"2024-03-01T01:00:00Z"`)
	d.ask("POST", "/credentials/issue", `{"connection":"acme key"}`).holds(200, `"key":"key"`)
	d.ask("POST", "/credentials/rotate", `{"connection":"acme key"}`).holds(422, "nothing to rotate")
	d.ask("POST", "/credentials/revoke", `{"connection":"acme-man"}`).holds(422, `did you mean \"acme-main\"?`)
	d.ask("POST", "/credentials/burn", `{"connection":"acme-main"}`).holds(422, "path.do")
	a := d.ask("GET", "/journal?deeds=true", "")
	a.holds(200, `"credential.rotate","what":"acme-main `+hold.Fingerprint("secret-1"), hold.Fingerprint("secret-2"))
	if strings.Contains(a.body, "secret") {
		t.Errorf("a secret is in the journal: %s", a.body)
	}
}

func TestJournal(t *testing.T) {
	d := newDesk(t, admin.Config{})
	for range 5 {
		d.call(1)
	}
	d.ask("GET", "/journal?limit=2", "").holds(200, `"items":[{"seq":1,`, `{"seq":2,`, `"last":5,"lost":false}`)
	d.ask("GET", "/journal?limit=1&newest=true", "").holds(200, `"items":[{"seq":5,`)
	d.ask("GET", "/journal?after=3&outcome=4xx&limit=1", "").holds(200, `"items":[{"seq":4,"at":"2024-03-01T00:00:00Z"`,
		`"why":{"rule":"limit","limit":"minute","before":3,"after":3}`)
	d.ask("GET", "/journal?since=2024-03-01T00:00:01Z", "").holds(200, `"items":[]`)
	d.ask("GET", "/journal?vendor=acne", "").holds(422, `did you mean \"acme\"?`)
	d.ask("GET", "/journal?connection=acme-mian", "").holds(422, `did you mean \"acme-main\"?`)
	d.ask("GET", "/journal?cause=rate_limit", "").holds(422, `did you mean \"rate_limited\"?`)
	d.ask("GET", "/journal?rule=limits", "").holds(422, `did you mean \"limit\"?`)
	d.ask("GET", "/journal?rule=idempotent_replay", "").holds(200, `"items":[]`)
	d.ask("GET", "/journal?outcome=con_reset", "").holds(422, `did you mean \"conn_reset\"?`)
	d.ask("GET", "/journal?outcome=4x", "").holds(422, `did you mean \"4xx\"?`)
	for _, outcome := range []string{"429", "5xx", "none", "cut_short"} {
		d.ask("GET", "/journal?outcome="+outcome, "").holds(200, `"items":[`)
	}
	d.ask("POST", "/verify", `{"match":{"outcome":"banana"},"at_most":0}`).holds(422, `there is no outcome \"banana\"`)
	d.ask("GET", "/journal?credential=any", "").holds(422, `no fingerprint (want 12 hexadecimal digits`)
	d.ask("GET", "/journal?credential=none", "").holds(200, `"items":[]`)
	d.ask("POST", "/credentials/revoke", `{"connection":"acme-main","fingerprint":"zzz"}`).holds(422, `no fingerprint`)
	d.ask("GET", "/journal?since=then", "").holds(422, "since:")
	d.ask("GET", "/journal?vendr=acme", "").holds(422, `unknown query parameter; did you mean \"vendor\"?`)
	d.ask("POST", "/verify", `{"match":{"vendr":"acme"}}`).holds(422, `did you mean \"vendor\"?`)
	lines := strings.Split(strings.TrimSpace(d.ask("GET", "/journal.ndjson?after=1", "").body), "\n")
	if len(lines) != 4 {
		t.Fatalf("%d lines (want 4): %q", len(lines), lines)
	}
	var e hold.Entry
	if err := json.Unmarshal([]byte(lines[3]), &e); err != nil || e.Seq != 5 || e.Why.Limit != "minute" {
		t.Errorf("%+v, %v", e, err)
	}
	d.ask("POST", "/verify", `{"match":{"outcome":"429"},"at_least":1,"at_most":1}`).
		holds(200, `{"ok":false,"count":2,"message":"2 match (want at most 1)"}`)
	d.ask("POST", "/verify", `{"match":{"vendor":"wms"}}`).holds(200, `"0 match (want at least 1)"`)
	d.ask("POST", "/judge", `{"rules":["called_while_told_to_wait"]}`).holds(200, `"ok":false,"calls":5`, `"evidence":[4,5]`)
	d.ask("POST", "/judge", `{"tolerate":{"called_while_told_to_wait":1}}`).holds(200, `"ok":true`)
	d.ask("POST", "/judge", `{"rules":["called_while_told"]}`).holds(422, `did you mean \"called_while_told_to_wait\"?`)
	d.ask("POST", "/judge", `{}`).holds(200, `"rule":"called_while_told_to_wait"`)
	d.ask("GET", "/judge/rules", "").holds(200, `"name":"hammered_dead_vendor"`)
	d.ask("DELETE", "/journal", "").holds(204)
	d.ask("GET", "/journal", "").holds(200, `{"items":[],"last":5,"lost":false}`)
}

// TestWait: a call that comes is told at once, one that does not when the time is over, which is the caller's
// and not the vendor's.
func TestWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, admin.Config{})
		done := make(chan answer, 2)
		go func() { done <- d.ask("GET", "/journal/wait?count=2&cause=ok&timeout=1m", "") }()
		go func() { done <- d.ask("GET", "/journal/wait?count=3&timeout=1m", "") }()
		d.call(1)
		synctest.Wait()
		d.call(2)
		first := <-done
		first.holds(200, `"met":true`, `"seq":2`)
		began := time.Now()
		second := <-done
		second.holds(200, `"met":false`, `"seq":2`)
		if waited := time.Since(began); waited != time.Minute {
			t.Errorf("it waited %s (want a minute)", waited)
		}
		d.ask("GET", "/journal/wait?timeout=11m", "").holds(422, "10m at most")
	})
}

func TestState(t *testing.T) {
	d := newDesk(t, admin.Config{})
	d.call(0)
	d.ask("POST", "/clock/advance", `{"by":"30m"}`)
	saved := d.ask("GET", "/state", "")
	saved.holds(200)
	d.ask("POST", "/credentials/expire", `{"connection":"acme-main"}`)
	d.ask("POST", "/clock/advance", `{"by":"30m"}`)
	d.ask("PUT", "/state", saved.body, "Content-Type", "application/octet-stream").holds(200, `"now":"2024-03-01T00:30:00Z"`)
	d.call(0)
	d.ask("GET", "/journal?newest=true&limit=1", "").holds(200, `"cause":"ok"`)
	d.ask("PUT", "/state", "{", "Content-Type", "application/octet-stream").holds(422, "JSON")
	d.ask("POST", "/faults", `{"application":"acme","fault":"down"}`)
	d.ask("POST", "/reset", "").holds(200, `"now":"2024-03-01T00:00:00Z"`)
	d.ask("GET", "/faults", "").holds(200, "[]")
	d.ask("GET", "/journal?deeds=true", "").holds(200, `"world.reset"`)
	d.ask("GET", "/vendors", "").holds(200, `{"name":"acme","dialect":"generic","url":"http://127.0.0.1:1","status_page":"http://127.0.0.1:1/status"}`)
	d.ask("GET", "/limits", "").holds(200, `"name":"minute"`, `"limit":3,"used":0`)
}
