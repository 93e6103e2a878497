package server_test

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/server"
	"github.com/outagedrill/outagedrill/fakevendor/wire"
)

const oneOClock = "Fri, 01 Mar 2024 01:00:00 GMT"

// TestAnswers sees each kind of answer as an HTTP client has it.
func TestAnswers(t *testing.T) {
	r := serve(t, server.Config{Tell: true})
	r.clk.Set(start.Add(time.Hour))
	page := r.get(main, "/orders?after=58")
	page.want(t, 200, `"number":59`, "Date", oneOClock, "Content-Type", "application/json")
	page.wantTold(t, wire.LatencyHeader, "120000000", wire.FaultHeader, "-1", wire.SlowedHeader, "-1",
		wire.MendedHeader, "-1", wire.DuplicatedHeader, "0", wire.DialHeader, "")
	r.get(key, "/").want(t, 200, `"ok":true`, "Date", oneOClock)
	r.do(r.request("PUT", r.BaseURL(key)+"/contacts", `{"writer":0,"records":[{"number":1},{"number":2}]}`)).
		want(t, 200, `"stored":2`, "Date", oneOClock)

	refresh := func() answer {
		return r.do(r.request("POST", r.BaseURL(main)+"/oauth/token", "grant_type=refresh_token&refresh_token=rt-acme-main-1"))
	}
	refresh().want(t, 200, `"access_token":"at-acme-main-2","token_type":"Bearer","expires_in":7200,"refresh_token":"rt-acme-main-2"`)
	refresh().want(t, 400, `"invalid_grant"`, "Date", oneOClock) // it was rotated away
	stale := r.request("GET", r.BaseURL(main)+"/orders", "")
	stale.Header.Set("Authorization", "Bearer at-acme-main-1")
	r.do(stale).want(t, 401, `"invalid_token"`)
	r.get(9, "/").want(t, 404, "want /c/0/ to /c/1/", "Date", oneOClock, "Content-Type", "application/problem+json")
}

// TestFaults sees each fault on the wire as what it is.
func TestFaults(t *testing.T) {
	status := func(s int) func(*fakevendor.Fault) {
		return func(f *fakevendor.Fault) { f.Status = s }
	}
	reset := func(t *testing.T, a answer) {
		if !errors.Is(a.err, syscall.ECONNRESET) {
			t.Errorf("%v (expected a reset connection)", a.err)
		}
	}
	dial := func(how string) func(*testing.T, answer) {
		return func(t *testing.T, a answer) {
			reset(t, a)
			a.wantTold(t, wire.DialHeader, how)
		}
	}
	answered := func(status int, body string, header ...string) func(*testing.T, answer) {
		return func(t *testing.T, a answer) { a.want(t, status, body, header...) }
	}
	for name, tt := range map[string]struct {
		fault fakevendor.Fault
		seen  func(t *testing.T, a answer)
	}{
		"500":         {fault(fakevendor.Down, status(500)), answered(500, "internal_error")},
		"502":         {fault(fakevendor.Down, status(502)), answered(502, "Bad Gateway", "Content-Type", "text/html")},
		"503":         {fault(fakevendor.Down), answered(503, "unavailable")},
		"504":         {fault(fakevendor.Down, status(504)), answered(504, "Time-out")},
		"maintenance": {fault(fakevendor.Maintenance), answered(503, "maintenance", "Date", oneOClock)},
		"429": {
			fault(fakevendor.RateLimited, func(f *fakevendor.Fault) { f.RetryAfter = 90 * time.Second }),
			answered(429, "rate_limited", "Retry-After", "90", "Date", oneOClock),
		},
		"401":     {fault(fakevendor.BadCredentials), answered(401, "bad_credentials", "WWW-Authenticate", `Bearer realm="api"`)},
		"422":     {fault(fakevendor.Rejected), answered(422, "invalid_record")},
		"garbage": {fault(fakevendor.Down, how(fakevendor.HowGarbage)), answered(200, "{]records")},
		"html200": {fault(fakevendor.Down, how(fakevendor.HowHTML200)), answered(200, "<!doctype html>")},
		"empty": {fault(fakevendor.Down, how(fakevendor.HowEmpty)), func(t *testing.T, a answer) {
			a.want(t, 200, "", "Content-Length", "0")
			if a.body != "" {
				t.Errorf("body %q", a.body)
			}
		}},
		"truncated": {fault(fakevendor.Down, how(fakevendor.HowTruncated)), func(t *testing.T, a answer) {
			if a.err != nil || a.StatusCode != 200 || !errors.Is(a.bodyErr, io.ErrUnexpectedEOF) {
				t.Errorf("%v, body %q ends with %v (expected an unexpected end)", a.err, a.body, a.bodyErr)
			}
			if a.ContentLength <= int64(len(a.body)) || len(a.body) == 0 {
				t.Errorf("%d of %d bytes (expected some of them)", len(a.body), a.ContentLength)
			}
		}},
		"reset":   {fault(fakevendor.Down, how(fakevendor.HowReset)), reset},
		"refused": {fault(fakevendor.Down, how(fakevendor.HowRefused)), dial(wire.DialRefused)},
		"dns":     {fault(fakevendor.Down, how(fakevendor.HowDNS)), dial(wire.DialDNS)},
		"tls":     {fault(fakevendor.Down, how(fakevendor.HowTLS)), dial(wire.DialTLS)},
		"timeout": {fault(fakevendor.Down, how(fakevendor.HowTimeout)), func(t *testing.T, a answer) {
			a.wantTold(t, wire.LatencyHeader, wire.NeverValue)
			if !errors.Is(a.err, io.ErrNoProgress) {
				t.Errorf("%v (expected nothing until the client hung up)", a.err)
			}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			r := serve(t, server.Config{Tell: true}, tt.fault)
			r.clk.Set(start.Add(time.Hour))
			a := r.get(main, "/orders")
			a.wantTold(t, wire.FaultHeader, "0")
			tt.seen(t, a)
		})
	}
}

// TestWaits wants answers to a user to take their time on the clock and to say nothing but themselves.
func TestWaits(t *testing.T) {
	r := serve(t, server.Config{}, fault(fakevendor.Slow, func(f *fakevendor.Fault) { f.Latency = 20 * time.Second }))
	for _, tt := range []struct {
		at, latency time.Duration
		date        string
	}{
		{0, 120 * time.Millisecond, "Fri, 01 Mar 2024 00:00:00 GMT"},
		{time.Hour, 20 * time.Second, oneOClock},
	} {
		r.clk.Set(start.Add(tt.at))
		arrived := make(chan answer, 1)
		go func() { arrived <- r.get(key, "/orders") }()
		a, waited := r.await(arrived)
		if waited < tt.latency {
			t.Errorf("at %s the answer came after %s (expected %s)", tt.at, waited, tt.latency)
		}
		a.want(t, 200, "records")
		if a.told != nil {
			t.Errorf("the vendor told %v", a.told)
		}
	}
}

// await moves the clock until an answer is there, and tells how far.
func (r *rig) await(arrived <-chan answer) (answer, time.Duration) {
	from := r.clk.Now()
	for {
		select {
		case a := <-arrived:
			return a, r.clk.Now().Sub(from)
		default:
			r.clk.Add(100 * time.Millisecond)
		}
	}
}

// TestSilentFaults wants the faults that lie before a request to be resets to a user, told by nothing.
func TestSilentFaults(t *testing.T) {
	for name, h := range map[string]fakevendor.How{
		"refused": fakevendor.HowRefused, "dns": fakevendor.HowDNS, "tls": fakevendor.HowTLS, "reset": fakevendor.HowReset,
	} {
		t.Run(name, func(t *testing.T) {
			r := serve(t, server.Config{}, fault(fakevendor.Down, how(h)))
			r.clk.Set(start.Add(time.Hour))
			arrived := make(chan answer, 1)
			go func() { arrived <- r.get(key, "/orders") }()
			a, _ := r.await(arrived)
			if !errors.Is(a.err, syscall.ECONNRESET) || a.told != nil {
				t.Errorf("%v, told %v (expected a reset)", a.err, a.told)
			}
		})
	}
}

// TestHangs wants an answer that never comes to hang until the client leaves, or the server closes.
func TestHangs(t *testing.T) {
	before := runtime.NumGoroutine()
	v, _, clk := vendor(t, fault(fakevendor.Down, how(fakevendor.HowTimeout)))
	clk.Set(start.Add(time.Hour))
	asked := make(chan struct{}, 2)
	now := v.Now
	v.Now = func() time.Time { asked <- struct{}{}; return now() }
	s, err := server.Start(server.Config{Clock: clk}, v)
	if err != nil {
		t.Fatal(err)
	}
	leaves, stays := dial(t, s), dial(t, s)
	for _, conn := range []net.Conn{leaves, stays} {
		if _, err := io.WriteString(conn, "GET /c/1/ HTTP/1.1\r\nHost: acme\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		<-asked
	}
	leaves.Close() //nolint:errcheck // it leaves, however
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if n, err := stays.Read(make([]byte, 1)); n != 0 || err == nil {
		t.Errorf("%d bytes, %v (expected the end of the connection)", n, err)
	}
	wantNoGoroutines(t, before)
}

// TestCloses wants nothing left of a server, its connections used, idle and half open.
func TestCloses(t *testing.T) {
	before := runtime.NumGoroutine()
	v, _, _ := vendor(t)
	s, err := server.Start(server.Config{Tell: true}, v)
	if err != nil {
		t.Fatal(err)
	}
	half := dial(t, s)
	if _, err := io.WriteString(half, "GET /c/1/ HT"); err != nil {
		t.Fatal(err)
	}
	kept := dial(t, s) // used twice and left idle
	answers := bufio.NewReader(kept)
	for range 2 {
		if _, err := io.WriteString(kept, "GET /status/acme/ HTTP/1.1\r\nHost: acme\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		resp, err := http.ReadResponse(answers, nil)
		if err != nil || resp.StatusCode != 200 {
			t.Fatalf("%v, %v", resp, err)
		}
		if _, err := io.Copy(io.Discard, resp.Body); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if err := s.Close(); err != nil {
		t.Errorf("again: %v", err)
	}
	wantNoGoroutines(t, before)
	if _, err := net.Dial("tcp", s.Addr()); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("%v (expected a refused connection)", err)
	}
}

func dial(t *testing.T, s *server.Server) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", s.Addr())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() }) //nolint:errcheck // closed is what it should be
	return conn
}

// TestHostile sends what no client should.
func TestHostile(t *testing.T) {
	for name, tt := range map[string]struct {
		sent, want string
	}{
		"garbage":        {"\x16\x03\x01 what?\r\n\r\n", "HTTP/1.1 400 "},
		"no path":        {"GET ../../etc HTTP/1.1\r\nHost: acme\r\n\r\n", "HTTP/1.1 400 "},
		"a long header":  {"GET / HTTP/1.1\r\nHost: acme\r\nX: " + strings.Repeat("x", 1<<17), "HTTP/1.1 431 "},
		"a large body":   {"PUT /c/1/orders HTTP/1.1\r\nHost: acme\r\nContent-Length: 2097152\r\n\r\n{", "HTTP/1.1 413 "},
		"no length":      {"PUT /c/1/orders HTTP/1.1\r\nHost: acme\r\nTransfer-Encoding: chunked\r\n\r\n200000\r\n" + strings.Repeat(" ", 1<<21), "HTTP/1.1 413 "},
		"a slow header":  {"GET / HTTP/1.1\r\nHost: ", ""},
		"a slow body":    {"PUT /c/1/orders HTTP/1.1\r\nHost: acme\r\nContent-Length: 20\r\n\r\n{", "HTTP/1.1 400 "},
		"bad chunks":     {"PUT /c/1/orders HTTP/1.1\r\nHost: acme\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "HTTP/1.1 400 "},
		"another method": {"BREW /c/1/ HTTP/1.1\r\nHost: acme\r\nConnection: close\r\n\r\n", "HTTP/1.1 405 "},
		"no application": {"GET /status/none/ HTTP/1.1\r\nHost: acme\r\nConnection: close\r\n\r\n", "HTTP/1.1 404 "},
		"a dotted path":  {"GET /status/../c/1/ HTTP/1.1\r\nHost: acme\r\nConnection: close\r\n\r\n", "HTTP/1.1 404 "},
	} {
		t.Run(name, func(t *testing.T) {
			r := serve(t, server.Config{Tell: true, HeaderTimeout: time.Second})
			conn := dial(t, r.Server)
			go io.WriteString(conn, tt.sent) //nolint:errcheck // the server may have had enough
			line, err := bufio.NewReader(conn).ReadString('\n')
			if !strings.HasPrefix(line, tt.want) || tt.want == "" && err == nil {
				t.Errorf("%q, %v (expected %s)", line, err, tt.want)
			}
			r.get(key, "/").want(t, 200, "ok") // it serves others nevertheless
		})
	}
}

// TestTogether makes calls side by side while the vendor is replaced and its clock is moved back and forth.
func TestTogether(t *testing.T) {
	r := serve(t, server.Config{Tell: true})
	r.client.Transport = &http.Transport{} // connections kept alive
	defer r.client.CloseIdleConnections()
	var calls sync.WaitGroup
	for range 4 {
		calls.Go(func() {
			for range 20 {
				r.get(key, "/orders").want(t, 200, "records")
			}
		})
	}
	for i := range 20 {
		other, _, clk := vendor(t)
		clk.Set(start.Add(time.Duration(20-i) * time.Minute))
		r.Serve(other)
		clk.Set(start)
	}
	calls.Wait()
}
