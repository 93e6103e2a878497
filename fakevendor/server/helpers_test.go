package server_test

import (
	"io"
	"net/http"
	"net/http/httptrace"
	"net/textproto"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/benbjohnson/clock"

	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/dialect"
	"github.com/outagedrill/outagedrill/fakevendor/server"
	"github.com/outagedrill/outagedrill/fakevendor/wire"
)

var start = time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC)

// rig is a server of application acme with one order a minute, connections acme-main (OAuth 2.0) and acme-key
// (API key), and a client of it.
type rig struct {
	*testing.T
	*server.Server
	vendor  *wire.Vendor
	machine *fakevendor.Vendor
	clk     *clock.Mock
	client  *http.Client
}

const main, key = 0, 1

func serve(t *testing.T, cfg server.Config, faults ...fakevendor.Fault) *rig {
	t.Helper()
	return serveDialect(t, cfg, "generic", faults...)
}

// serveDialect serves an application in a dialect's words, which replaces refresh tokens.
func serveDialect(t *testing.T, cfg server.Config, name string, faults ...fakevendor.Fault) *rig {
	t.Helper()
	d, err := dialect.Load(name)
	if err != nil {
		t.Fatal(err)
	}
	v, machine, clk := vendorOf(t, d, faults...)
	cfg.Clock = clk
	s, err := server.Start(cfg, v)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	return &rig{t, s, v, machine, clk, client}
}

func vendor(t *testing.T, faults ...fakevendor.Fault) (*wire.Vendor, *fakevendor.Vendor, *clock.Mock) {
	t.Helper()
	generic, err := dialect.Load("generic")
	if err != nil {
		t.Fatal(err)
	}
	return vendorOf(t, generic, faults...)
}

func vendorOf(
	t *testing.T, d *dialect.Dialect, faults ...fakevendor.Fault,
) (*wire.Vendor, *fakevendor.Vendor, *clock.Mock) {
	t.Helper()
	rotating := *d
	rotating.RotatesRefresh = true
	cfg := fakevendor.Config{
		Start: fakevendor.Time(start.UnixNano()), End: at(24 * time.Hour), Faults: faults,
		Applications: []fakevendor.Application{{
			Name: "acme", Dialect: &rotating, PageSize: 100, Idempotent: true, StatusPageLag: 5 * time.Minute,
			Latency: fakevendor.Latency{Median: 120 * time.Millisecond}, TokenLifetime: 2 * time.Hour,
			Resources: []fakevendor.Resource{
				{Name: "contacts"},
				{Name: "orders", Rates: []fakevendor.Rate{{N: 1, Per: time.Minute}}},
			},
		}},
		Connections: []fakevendor.Connection{
			{Name: "acme-main", Auth: fakevendor.OAuth2}, {Name: "acme-key", Auth: fakevendor.APIKey},
		},
	}
	machine, err := fakevendor.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	clk := clock.NewMock()
	clk.Set(start)
	return &wire.Vendor{
		Machine: func() *fakevendor.Vendor { return machine }, Now: clk.Now,
		Connections: cfg.Connections, Apps: cfg.Applications, Faults: faults, Patience: 30 * time.Second,
	}, machine, clk
}

func at(d time.Duration) fakevendor.Time { return fakevendor.Time(start.Add(d).UnixNano()) }

// fault is a fault of acme between one and two o'clock.
func fault(kind fakevendor.Kind, change ...func(*fakevendor.Fault)) fakevendor.Fault {
	f := fakevendor.Fault{From: at(time.Hour), To: at(2 * time.Hour), Kind: kind, Connection: -1}
	if kind >= fakevendor.BadCredentials {
		f.Connection = main
	}
	for _, c := range change {
		c(&f)
	}
	return f
}

func how(h fakevendor.How) func(*fakevendor.Fault) {
	return func(f *fakevendor.Fault) { f.How = h }
}

// answer is what a plain client has of an answer, and what was told before it.
type answer struct {
	*http.Response
	body    string
	bodyErr error
	err     error
	told    http.Header
}

func (r *rig) get(connection int, path string) answer {
	r.Helper()
	return r.do(r.request("GET", r.BaseURL(connection)+path, ""))
}

func (r *rig) request(method, url, body string) *http.Request {
	r.Helper()
	req, err := http.NewRequestWithContext(r.Context(), method, url, strings.NewReader(body))
	if err != nil {
		r.Fatal(err)
	}
	if method == "POST" {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	g := r.machine.Grant(main)
	if strings.HasPrefix(url, r.BaseURL(main)) {
		req.Header.Set("Authorization", "Bearer "+wire.AccessToken("acme-main", g.Access))
	}
	return req
}

// do makes a request and reads its answer. Where the truth says that nothing will come, it hangs up.
func (r *rig) do(req *http.Request) answer {
	r.Helper()
	var mu sync.Mutex
	var a answer
	trace := &httptrace.ClientTrace{Got1xxResponse: func(code int, h textproto.MIMEHeader) error {
		mu.Lock()
		defer mu.Unlock()
		a.told = http.Header(h).Clone()
		if code != http.StatusEarlyHints {
			r.Errorf("told with status %d", code)
		}
		if a.told.Get(wire.LatencyHeader) == wire.NeverValue {
			return io.ErrNoProgress
		}
		return nil
	}}
	resp, err := r.client.Do(req.WithContext(httptrace.WithClientTrace(req.Context(), trace)))
	mu.Lock()
	defer mu.Unlock()
	a.Response, a.err = resp, err
	if err == nil {
		body, err := io.ReadAll(resp.Body)
		a.body, a.bodyErr = string(body), err
		if err := resp.Body.Close(); err != nil {
			r.Error(err)
		}
	}
	return a
}

// want compares an answer's status, part of its body, and headers given as name and value.
func (a answer) want(t *testing.T, status int, body string, header ...string) {
	t.Helper()
	if a.err != nil {
		t.Fatalf("error %v (expected status %d)", a.err, status)
	}
	if a.StatusCode != status || !strings.Contains(a.body, body) || a.bodyErr != nil {
		t.Errorf("status %d, body %q, %v (expected %d, %s)", a.StatusCode, a.body, a.bodyErr, status, body)
	}
	for i := 0; i < len(header); i += 2 {
		if got := a.Header.Get(header[i]); got != header[i+1] {
			t.Errorf("%s is %q (expected %q)", header[i], got, header[i+1])
		}
	}
	for name := range a.Header {
		if strings.HasPrefix(name, "X-Outagedrill") {
			t.Errorf("the answer gives %s away", name)
		}
	}
}

// wantTold compares what was told before an answer.
func (a answer) wantTold(t *testing.T, header ...string) {
	t.Helper()
	for i := 0; i < len(header); i += 2 {
		if got := a.told.Get(header[i]); got != header[i+1] {
			t.Errorf("told %s %q (expected %q)", header[i], got, header[i+1])
		}
	}
}

// wantNoGoroutines waits until there are no more goroutines than before.
func wantNoGoroutines(t *testing.T, before int) {
	t.Helper()
	for range 1_000_000 {
		if runtime.NumGoroutine() <= before {
			return
		}
		runtime.Gosched()
	}
	stacks := make([]byte, 1<<16)
	t.Errorf("%d goroutines, %d before:\n%s", runtime.NumGoroutine(), before, stacks[:runtime.Stack(stacks, true)])
}
