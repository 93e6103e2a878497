package standalone_test

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/benbjohnson/clock"

	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/hold"
	"github.com/outagedrill/outagedrill/fakevendor/standalone"
)

// begin begins a fault of the first application and gives its number.
func (r *rig) begin(f fakevendor.Fault) (number int) {
	r.Helper()
	f.Connection = -1
	number, err := r.world.AddFault(&f)
	if err != nil {
		r.Fatal(err)
	}
	return number
}

func (r *rig) end(number int) {
	r.Helper()
	if err := r.world.EndFault(number); err != nil {
		r.Fatal(err)
	}
}

// ported serves a vendor at a port of its own.
func ported(t testing.TB, name string, changes ...change) *rig {
	t.Helper()
	return serveAs(t, standalone.ServerConfig{Ports: map[string]string{name: "127.0.0.1:0"}}, []string{name}, changes...)
}

// Whatever befalls a vendor is on the wire what it is called.
func TestDown(t *testing.T) {
	r := ported(t, "stripe")
	const path = "/v1/balance"
	for _, tt := range []struct {
		name   string
		fault  fakevendor.Fault
		status int // 0: no answer comes
		body   string
		err    error // what reading the answer or its body ends with
	}{
		{"500", fakevendor.Fault{Status: 500}, 500, "api_error", nil},
		{"502", fakevendor.Fault{Status: 502}, 502, "<h1>502 Bad Gateway</h1>", nil},
		{"reset", fakevendor.Fault{How: fakevendor.HowReset}, 0, "", syscall.ECONNRESET},
		{"dns", fakevendor.Fault{How: fakevendor.HowDNS}, 0, "", syscall.ECONNRESET},
		{"truncated", fakevendor.Fault{How: fakevendor.HowTruncated}, 200, `{"object":"balance"`, io.ErrUnexpectedEOF},
		{"reset_body", fakevendor.Fault{How: fakevendor.HowResetBody}, 200, "", syscall.ECONNRESET},
		{"garbage", fakevendor.Fault{How: fakevendor.HowGarbage}, 200, "records\x02", nil},
		{"html200", fakevendor.Fault{How: fakevendor.HowHTML200}, 200, "We will be back soon", nil},
		{"empty", fakevendor.Fault{How: fakevendor.HowEmpty}, 200, "", nil},
		{"maintenance", fakevendor.Fault{Kind: fakevendor.Maintenance}, 503, "Down for maintenance", nil},
		{"flaky", fakevendor.Fault{Kind: fakevendor.Flaky, Rate: 1}, 503, "unavailable", nil},
		{"flapping", fakevendor.Fault{Kind: fakevendor.Flapping, Down: time.Minute, Up: time.Minute}, 503, "", nil},
		{"refused", fakevendor.Fault{How: fakevendor.HowRefused}, 0, "", syscall.ECONNREFUSED},
	} {
		number := r.begin(tt.fault)
		a := r.ask("stripe", "GET", path, "", key)
		if (tt.status == 0) != (a.Response == nil) || !errors.Is(a.err, tt.err) {
			t.Errorf("%s: %+v, error %v (want status %d, error %v)", tt.name, a.Response, a.err, tt.status, tt.err)
		} else if tt.status != 0 && (a.StatusCode != tt.status || !strings.Contains(a.body, tt.body)) {
			t.Errorf("%s: %d %q (want %d %q)", tt.name, a.StatusCode, a.body, tt.status, tt.body)
		}
		r.end(number)
		r.ask("stripe", "GET", path, "", key).want(t, 200, "balance")
	}
}

// A vendor that is down as a whole shows humans no page either; what befalls its API alone, a part of it or one
// connection is not in their way, and no limit counts them.
func TestPagesOfHumans(t *testing.T) {
	r := serve(t, []string{"generic+ratelimit"}, func(c *standalone.Config) {
		a := &c.Vendor.Applications[0]
		a.Name, a.Limits, a.Resources = "generic", a.Dialect.Limits, []fakevendor.Resource{{Name: "orders"}}
	})
	page := func(query string) answer {
		t.Helper()
		return r.ask("generic", "GET", "/oauth/authorize?response_type=code&client_id=a&redirect_uri=http://x/"+query, "")
	}
	left := func() string {
		return r.ask("generic", "GET", "/orders", "", key).Header.Get("Ratelimit")
	}
	first := left()
	for _, f := range []fakevendor.Fault{
		{Status: 503, Resources: []int{0}},
		{Status: 503, OfTokens: true},
		{Kind: fakevendor.RateLimited},
		{Kind: fakevendor.Rejected},
		{Kind: fakevendor.Flaky, Rate: 1, Endpoints: []string{"GET /orders"}},
	} {
		number := r.begin(f)
		page("").want(t, 200, "Allow")
		page("&auto=1").want(t, 302, "")
		r.end(number)
	}
	if after := left(); first != `"burst";r=99;t=60, "daily";r=999;t=86400` ||
		after != `"burst";r=98;t=60, "daily";r=998;t=86400` {
		t.Errorf("%s is left after the pages, %s was before", after, first)
	}
	number := r.begin(fakevendor.Fault{Status: 503})
	page("").want(t, 503, "unavailable")
	page("&auto=1").want(t, 503, "unavailable")
	r.ask("generic", "GET", "/device", "").want(t, 503, "unavailable")
	r.end(number)
	number = r.begin(fakevendor.Fault{How: fakevendor.HowReset})
	if a := page("&auto=1"); !errors.Is(a.err, syscall.ECONNRESET) {
		t.Errorf("%v, %v (want a reset)", a.Response, a.err)
	}
	r.end(number)
	page("&auto=1").want(t, 302, "")
}

// A partial outage spares the rest; one of the token endpoint alone spares the API.
func TestPartialOutages(t *testing.T) {
	r := serve(t, []string{"generic"}, func(c *standalone.Config) {
		c.Vendor.Applications[0].Resources = []fakevendor.Resource{{Name: "orders"}, {Name: "contacts"}}
	})
	number := r.begin(fakevendor.Fault{Status: 503, Resources: []int{0}})
	r.ask("generic", "GET", "/v3/orders", "", key).want(t, 503, "unavailable")
	r.ask("generic", "POST", "/v3/orders", "{}", key).want(t, 503, "unavailable")
	r.ask("generic", "GET", "/v3/contacts", "", key).want(t, 200, "data")
	r.end(number)
	r.begin(fakevendor.Fault{Status: 503, OfTokens: true})
	r.ask("generic", "POST", "/oauth/token", "grant_type=client_credentials&client_id=1").want(t, 503, "")
	r.ask("generic", "GET", "/v3/orders", "", key).want(t, 200, "data")
}

// A port refuses from the instant that the calendar says to the other, as the clock goes.
func TestRefusedByCalendar(t *testing.T) {
	r := ported(t, "generic", func(c *standalone.Config) {
		c.Vendor.Faults = []fakevendor.Fault{
			{Kind: fakevendor.Down, How: fakevendor.HowRefused, Connection: -1, From: at(time.Hour), To: at(2 * time.Hour)},
		}
	})
	refused := func() bool {
		conn, err := net.Dial("tcp", strings.TrimPrefix(r.URL("generic"), "http://"))
		if err == nil {
			conn.Close() //nolint:errcheck // nothing was said
		}
		return errors.Is(err, syscall.ECONNREFUSED)
	}
	eventually := func(want bool) {
		t.Helper()
		for range 1_000_000 {
			if refused() == want {
				return
			}
		}
		t.Errorf("refused is not %v at %s", want, r.world.Clock().Now())
	}
	eventually(false)
	r.advance(time.Hour)
	eventually(true)
	r.advance(time.Hour)
	eventually(false)
	r.ask("generic", "GET", "/orders", "", key).want(t, 200, "data")
}

// A call that nothing answers waits until its caller leaves; one of a slow vendor is answered when the clock
// says so.
func TestWaits(t *testing.T) {
	r := serve(t, []string{"generic"})
	number := r.begin(fakevendor.Fault{Kind: fakevendor.Slow, Latency: 20 * time.Second})
	answered := make(chan answer)
	go func() { answered <- r.ask("generic", "GET", "/orders", "", key) }()
	r.waiting()
	r.advance(20 * time.Second)
	(<-answered).want(t, 200, "data", "Date", "Fri, 01 Mar 2024 00:00:00 GMT")
	r.end(number)
	r.begin(fakevendor.Fault{How: fakevendor.HowTimeout})
	go func() { answered <- r.ask("generic", "GET", "/orders", "", key) }()
	r.waiting()
	if err := r.world.Reset(); err != nil { // whoever waits is cut off
		t.Fatal(err)
	}
	if a := <-answered; !errors.Is(a.err, syscall.ECONNRESET) {
		t.Errorf("cut off with %v", a.err)
	}
}

// waiting waits until one call waits for the clock.
func (r *rig) waiting() {
	r.Helper()
	for range 1_000_000 {
		if r.world.Clock().Read().Waiting == 1 {
			return
		}
		runtime.Gosched()
	}
	r.Fatal("nobody waits")
}

// A fault lasts as long as it was asked to, however late it begins; one whose end is given ends then.
func TestFaultLength(t *testing.T) {
	r := serve(t, []string{"generic"}, func(cfg *standalone.Config) {
		cfg.Clock = hold.NewClock(&hurried{Clock: clock.New()}, start)
	})
	f := fakevendor.Fault{From: at(0), To: at(time.Minute)}
	for _, length := range []time.Duration{5 * time.Minute, 0} {
		if _, err := r.world.AddFaultFor(&f, length); err != nil {
			t.Fatal(err)
		}
	}
	faults := r.world.Faults()
	if long := faults[0].To.Std().Sub(faults[0].From.Std()); long != 5*time.Minute || faults[0].From == at(0) {
		t.Errorf("it lasts %s from %s, want 5m from later than the request", long, faults[0].From.Std())
	}
	if faults[1].To != at(time.Minute) {
		t.Errorf("it ends at %s, want a minute after the start", faults[1].To.Std())
	}
}

// hurried is a clock that moves on whenever somebody looks at it.
type hurried struct {
	clock.Clock
	looks atomic.Int64
}

func (h *hurried) Now() time.Time { return start.Add(time.Duration(h.looks.Add(1)) * time.Microsecond) }

// Who waits for a clock that stands still is told of, once until it has moved.
func TestFrozenWaitsAreTold(t *testing.T) {
	var log strings.Builder // written before anybody waits, read after
	r := serveAs(t, standalone.ServerConfig{Log: slog.New(slog.NewTextHandler(&log, nil))}, []string{"generic"})
	r.begin(fakevendor.Fault{Kind: fakevendor.Slow, Latency: 2 * time.Second})
	answered := make(chan answer)
	go func() { answered <- r.ask("generic", "GET", "/orders", "", key) }()
	r.waiting()
	if got := log.String(); strings.Count(got, "stands still") != 1 || !strings.Contains(got, "/generic/orders") ||
		!strings.Contains(got, "until="+start.Add(2*time.Second).Format(time.RFC3339)) {
		t.Errorf("%q", got)
	}
	r.advance(2 * time.Second)
	(<-answered).want(t, 200, "data")
}

// The body of a slow answer comes bit by bit, after its headers.
func TestSlowBody(t *testing.T) {
	r := serve(t, []string{"generic"})
	r.begin(fakevendor.Fault{Kind: fakevendor.Slow, How: fakevendor.HowBody, Latency: 10 * time.Second})
	conn, err := net.Dial("tcp", r.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close() //nolint:errcheck // all was read
	if _, err := io.WriteString(conn, "GET /generic/orders HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer any\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close() //nolint:errcheck // all was read
	for range 10 {
		r.waiting()
		r.advance(time.Second)
		if n, err := resp.Body.Read(make([]byte, resp.ContentLength/10)); err != nil && n == 0 {
			t.Fatal(err)
		}
	}
}

// The vendors speak TLS with certificates of their own authority, for any name; a vendor whose TLS is down
// shows one that has expired.
func TestTLS(t *testing.T) {
	authority, err := standalone.NewAuthority(clock.New().Now())
	if err != nil {
		t.Fatal(err)
	}
	sc := standalone.ServerConfig{TLS: authority, Ports: map[string]string{"github": "127.0.0.1:0"}}
	r := serveAs(t, sc, []string{"github", "stripe"})
	dial := func(addr, name string) error {
		conn, err := tls.Dial("tcp", addr, &tls.Config{RootCAs: authority.Pool(), ServerName: name})
		if err == nil {
			conn.Close() //nolint:errcheck // nothing was said
		}
		return err
	}
	own := strings.TrimPrefix(r.URL("github"), "https://")
	for _, name := range []string{"api.github.com", "localhost", "127.0.0.1"} {
		if err := dial(own, name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: authority.Pool()}}}
	resp, err := client.Get(r.URL("github") + "/zen")
	if err != nil || resp.StatusCode != 200 {
		t.Fatalf("%v: %v", resp, err)
	}
	resp.Body.Close() //nolint:errcheck // nothing is read from it
	client.CloseIdleConnections()
	number := r.begin(fakevendor.Fault{How: fakevendor.HowTLS})
	var invalid x509.CertificateInvalidError
	for _, where := range [][2]string{{own, "localhost"}, {r.Addr(), "api.github.com"}} {
		if err := dial(where[0], where[1]); !errors.As(err, &invalid) || invalid.Reason != x509.Expired {
			t.Errorf("%s while TLS is down: %v", where, err)
		}
	}
	if err := dial(r.Addr(), "api.stripe.com"); err != nil {
		t.Errorf("another vendor: %v", err)
	}
	r.end(number)
	if err := dial(own, "localhost"); err != nil {
		t.Errorf("afterwards: %v", err)
	}
	if err := dial(own, "localhost"); err != nil {
		t.Error(err)
	}
}

// A reset is one under TLS too: the client is not told goodbye before.
func TestResetUnderTLS(t *testing.T) {
	authority, err := standalone.NewAuthority(clock.New().Now())
	if err != nil {
		t.Fatal(err)
	}
	r := serveAs(t, standalone.ServerConfig{TLS: authority}, []string{"github"})
	r.begin(fakevendor.Fault{How: fakevendor.HowReset})
	conn, err := tls.Dial("tcp", r.Addr(), &tls.Config{RootCAs: authority.Pool(), ServerName: "api.github.com"})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close() //nolint:errcheck // the other side has closed it
	if _, err := io.WriteString(conn, "GET /zen HTTP/1.1\r\nHost: api.github.com\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Read(make([]byte, 1)); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("the client reads %v, want a reset", err)
	}
}
