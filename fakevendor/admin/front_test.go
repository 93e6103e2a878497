package admin_test

import (
	"bufio"
	"errors"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/admin"
	"github.com/outagedrill/outagedrill/fakevendor/hold"
)

// TestLuredBrowser: what a page of somebody else's makes a browser send changes nothing, and a name that is
// rebound to this machine leads nowhere.
func TestLuredBrowser(t *testing.T) {
	d := newDesk(t, admin.Config{})
	for _, tt := range []struct {
		method, target string
		headers        []string
		status         int
	}{
		{"POST", "http://localhost:1/clock/freeze", nil, 200},
		{"POST", "http://127.0.0.1:1/clock/freeze", nil, 200},
		{"POST", "http://[::1]/clock/freeze", nil, 200},
		{"POST", "http://localhost:1/clock/freeze", []string{"Origin", "http://localhost:1"}, 200},
		{"POST", "http://localhost:1/clock/freeze", []string{"Origin", "http://localhost:2"}, 403},
		{"POST", "http://localhost:1/clock/freeze", []string{"Origin", "http://evil.example"}, 403},
		{"POST", "http://localhost:1/clock/freeze", []string{"Sec-Fetch-Site", "cross-site"}, 403},
		{"DELETE", "http://localhost:1/journal", []string{"Origin", "null"}, 403},
		{"POST", "http://evil.example/clock/freeze", nil, 403},
		{"GET", "http://evil.example/", nil, 403},
		{"GET", "http://localhost.evil.example/journal", nil, 403},
		{"GET", "http://192.0.2.7:1/journal", nil, 403},
	} {
		a := d.ask(tt.method, tt.target, "", tt.headers...)
		if a.status != tt.status {
			t.Errorf("%s %s %v: status %d (want %d)", tt.method, tt.target, tt.headers, a.status, tt.status)
		}
		if a.header.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s %s: another origin may read it", tt.method, tt.target)
		}
	}
}

func TestToken(t *testing.T) {
	d := newDesk(t, admin.Config{Token: "t0ken"})
	for header, status := range map[string]int{
		"": 401, "Bearer t0ken": 200, "bearer t0ken": 200, "Bearer t0kem": 401, "Basic OnQwa2Vu": 200, // ":t0ken"
		"Basic eDp0MGtlbg==": 200, "Basic eDp4": 401, "Basic !": 401, "t0ken": 401, // "x:t0ken", "x:x"
	} {
		a := d.ask("GET", "http://vendor.example/clock", "", "Authorization", header)
		if a.status != status {
			t.Errorf("%q: status %d (want %d)", header, a.status, status)
		}
		if status == 401 && !strings.Contains(a.header.Get("WWW-Authenticate"), "Basic") {
			t.Errorf("%q: a browser is not asked", header)
		}
	}
	d.ask("GET", "http://vendor.example/health", "").holds(200, `"ok"`)
	d.ask("POST", "http://vendor.example/clock/freeze", "", "Authorization", "Bearer t0ken", "Origin", "http://evil.example").
		holds(403)
}

func TestStart(t *testing.T) {
	w := newWorld(t)
	for _, addr := range []string{":0", "0.0.0.0:0", "[::]:0", "192.0.2.7:80", "vendor.example:80"} {
		if _, err := admin.Start(addr, w, admin.Config{}); !errors.Is(err, admin.ErrOpen) {
			t.Errorf("%s: %v (want %v)", addr, err, admin.ErrOpen)
		}
	}
	if _, err := admin.Start("nowhere", w, admin.Config{Token: "t"}); err == nil {
		t.Error("an address without a port is taken")
	}
	s, err := admin.Start("127.0.0.1:0", w, admin.Config{})
	if err != nil {
		t.Fatal(err)
	}
	w.call(1)
	resp, err := http.Get("http://" + s.Addr() + "/journal.ndjson?follow=true")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close() //nolint:errcheck // it is only read
	lines := bufio.NewReader(resp.Body)
	for _, want := range []string{`{"seq":1,`, `{"seq":2,`} {
		line, err := lines.ReadString('\n')
		if err != nil || !strings.HasPrefix(line, want) {
			t.Fatalf("%q, %v (want %s)", line, err, want)
		}
		w.call(2)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if _, err := io.ReadAll(lines); err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Error(err)
	}
}

// TestPage: the page says what there is to say, escapes what callers made up, loads nothing from elsewhere,
// and can be made to stand still.
func TestPage(t *testing.T) {
	d := newDesk(t, admin.Config{}, fakevendor.Fault{
		From: fakevendor.Time(start.UnixNano()), To: fakevendor.Time(start.UnixNano()) + 1e18, Connection: -1, Application: 1,
	})
	for range 5 {
		d.call(1)
	}
	d.call(2)
	d.ask("POST", "/clock/advance", `{"by":"10s"}`)
	a := d.ask("GET", "/", "")
	a.holds(200, "<title>Fake vendors</title>", `content="5"`, "2024-03-01 00:00:10", "stands still", "down application=wms",
		"somebody ends it", "GET /contacts?&lt;b&gt;", "limit minute (3 → 3), told to wait 1 min", "tester: clock.advance 10s",
		"after it had been told to wait", "3 of 3", "vendor_down", "fault 1")
	if policy := a.header.Get("Content-Security-Policy"); !strings.HasPrefix(policy, "default-src 'none'; style-src 'self';") {
		t.Errorf("its policy is %q", policy)
	}
	if bad := regexp.MustCompile(`<script|style=|https?://[^1]|\son\w+=`).FindString(a.body); bad != "" {
		t.Errorf("%q is in the page", bad)
	}
	if still := d.ask("GET", "/?refresh=0", ""); strings.Contains(still.body, "http-equiv") {
		t.Error("it does not stand still")
	}
	d.ask("GET", "/style.css", "").holds(200, "prefers-color-scheme: dark")
	newDesk(t, admin.Config{}).ask("GET", "/", "").holds(200, "Nobody has called.", "None is active")
}

func TestMetrics(t *testing.T) {
	d := newDesk(t, admin.Config{})
	for range 4 {
		d.call(1)
	}
	d.ask("POST", "/faults", `{"application":"acme","fault":"down"}`)
	d.ask("GET", "/metrics", "").holds(200,
		`outagedrill_vendor_calls_total{endpoint="list",outcome="200",rule="served",vendor="acme"} 3`,
		`outagedrill_vendor_calls_total{endpoint="list",outcome="429",rule="limit",vendor="acme"} 1`,
		`outagedrill_vendor_fault_active{application="acme",fault="down",number="1"} 1`,
		`outagedrill_vendor_clock_seconds 1.7092512e+09`, `outagedrill_vendor_clock_frozen 1`,
		`outagedrill_vendor_limit_most{application="acme",key="acme",limit="minute"} 3`,
		`outagedrill_vendor_journal_entries_total 5`, `outagedrill_vendor_journal_dropped 0`)
}

// TestNoSecret: nothing that the API tells but a grant holds a credential.
func TestNoSecret(t *testing.T) {
	d := newDesk(t, admin.Config{})
	d.call(0)
	d.ask("POST", "/credentials/rotate", `{"connection":"acme-main","credential":"secret-1"}`)
	d.call(0)
	for _, target := range []string{"/", "/journal", "/journal.ndjson", "/metrics", "/credentials"} {
		if a := d.ask("GET", target, ""); strings.Contains(a.body, "secret") || a.status != 200 {
			t.Errorf("GET %s: status %d, a secret: %s", target, a.status, a.body)
		}
	}
	d.ask("GET", "/credentials", "").holds(200, hold.Fingerprint("secret-2"))
}
