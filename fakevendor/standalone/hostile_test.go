package standalone_test

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/benbjohnson/clock"

	"github.com/outagedrill/outagedrill/fakevendor/standalone"
)

// raw sends bytes as they are and gives the first line of what comes back, "" for nothing.
func raw(t *testing.T, addr, text string) string {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close() //nolint:errcheck // the other side may have closed it
	if _, err := io.WriteString(conn, text); err != nil {
		return ""
	}
	line, _, err := bufio.NewReader(conn).ReadLine()
	if err != nil {
		return ""
	}
	return string(line)
}

// Whatever comes, it is answered or closed, and the next call is served.
func TestMalformed(t *testing.T) {
	r := ported(t, "stripe")
	host := "Host: x\r\nAuthorization: Bearer any\r\n"
	for name, tt := range map[string]struct{ send, want string }{
		"no HTTP":            {"\x16\x03\x01\x02\x00\r\n\r\n", "HTTP/1.1 400 Bad Request"},
		"no method":          {" / HTTP/1.1\r\n\r\n", "HTTP/1.1 400 Bad Request"},
		"no host":            {"GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 400 Bad Request: missing required Host header"},
		"two lengths":        {"POST / HTTP/1.1\r\n" + host + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab", "HTTP/1.1 400 Bad Request"},
		"a negative length":  {"POST / HTTP/1.1\r\n" + host + "Content-Length: -1\r\n\r\n", "HTTP/1.1 400 Bad Request"},
		"a bad chunk":        {"POST /v1/customers HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\nzz\r\n", "HTTP/1.1 400 Bad Request"},
		"a header too large": {"GET / HTTP/1.1\r\n" + host + "A: " + strings.Repeat("a", 1<<17) + "\r\n\r\n", "HTTP/1.1 431 Request Header Fields Too Large"},
		"a body too large":   {"POST /v1/customers HTTP/1.1\r\n" + host + "Content-Length: 1000000000\r\n\r\n", "HTTP/1.1 413 Request Entity Too Large"},
		"bad JSON":           {"POST /v1/customers HTTP/1.1\r\n" + host + "Content-Length: 5\r\n\r\n{\"a\":", "HTTP/1.1 200 OK"},
		"a bad escape":       {"GET /v1/customers?limit=%zz HTTP/1.1\r\n" + host + "\r\n", "HTTP/1.1 200 OK"},
		"a page of minus 1":  {"GET /v1/customers?limit=-1&starting_after=cus_-1 HTTP/1.1\r\n" + host + "\r\n", "HTTP/1.1 200 OK"},
		"dots":               {"GET /../../etc/passwd HTTP/1.1\r\n" + host + "\r\n", "HTTP/1.1 200 OK"},
		"an odd method":      {"PROPFIND /v1/customers HTTP/1.1\r\n" + host + "\r\n", "HTTP/1.1 405 Method Not Allowed"},
		"a long id":          {"GET /v1/customers/cus_" + strings.Repeat("9", 4000) + " HTTP/1.1\r\n" + host + "\r\n", "HTTP/1.1 404 Not Found"},
		"deep JSON":          {"POST /v1/customers HTTP/1.1\r\n" + host + "Content-Length: 40000\r\n\r\n{\"a\":" + strings.Repeat("[", 39995), "HTTP/1.1 200 OK"},
	} {
		got := raw(t, strings.TrimPrefix(r.URL("stripe"), "http://"), tt.send)
		if got != tt.want && got != "" {
			t.Errorf("%s: %q (want %q, or a closed connection)", name, got, tt.want)
		}
		r.ask("stripe", "GET", "/v1/balance", "", key).want(t, 200, "balance")
	}
}

// Bad TLS ends its own connection alone.
func TestBadTLS(t *testing.T) {
	authority, err := standalone.NewAuthority(clock.New().Now())
	if err != nil {
		t.Fatal(err)
	}
	r := serveAs(t, standalone.ServerConfig{TLS: authority}, []string{"stripe"})
	for _, text := range []string{
		"GET / HTTP/1.1\r\nHost: x\r\n\r\n", "\x16\x03\x01\x00\x05hello", "\x16\x03\x01\xff\xff" + strings.Repeat("x", 70_000),
		strings.Repeat("\x00", 1000),
	} {
		if got := raw(t, r.Addr(), text); strings.HasPrefix(got, "HTTP/1.1 200") {
			t.Errorf("%q is answered %q", text[:5], got)
		}
	}
	conn, err := tls.Dial("tcp", r.Addr(), &tls.Config{RootCAs: authority.Pool(), ServerName: "localhost", MaxVersion: tls.VersionTLS11}) //nolint:gosec // an old client
	if err == nil {
		conn.Close() //nolint:errcheck // it should not be there
		t.Error("TLS 1.1 is spoken")
	}
	conn, err = tls.Dial("tcp", r.Addr(), &tls.Config{RootCAs: authority.Pool(), ServerName: "api.stripe.com"})
	if err != nil {
		t.Fatal(err)
	}
	conn.Close() //nolint:errcheck // nothing was said
}

// Slow-loris: who takes too long for a header or for a body is cut off; nobody else waits.
func TestSlowClients(t *testing.T) {
	sc := standalone.ServerConfig{HeaderTimeout: 50 * time.Millisecond}
	r := serveAs(t, sc, []string{"stripe"})
	for _, text := range []string{
		"GET /stripe/v1/balance HT", "GET /stripe/v1/balance HTTP/1.1\r\nHost: x\r\nA",
		"POST /stripe/v1/customers HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{",
		"POST /stripe/oauth/authorize?response_type=code&client_id=a&redirect_uri=http://x/ HTTP/1.1\r\nHost: x\r\n" +
			"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\nanswer=",
	} {
		conn, err := net.Dial("tcp", r.Addr())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(conn, text); err != nil {
			t.Fatal(err)
		}
		r.ask("stripe", "GET", "/v1/balance", "", key).want(t, 200, "balance")
		if _, err := io.ReadAll(conn); err != nil && !strings.Contains(err.Error(), "reset") {
			t.Errorf("%q: %v", text, err)
		}
		conn.Close() //nolint:errcheck // the other side has closed it
	}
}

// 10,000 idle connections, each with a half-sent request, and bodies without end are borne in less than 200
// MB.
func TestMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("many connections")
	}
	sc := standalone.ServerConfig{HeaderTimeout: time.Minute}
	r := serveAs(t, sc, []string{"stripe"})
	idle := 10_000
	if limit := openFiles(); limit < 2*idle+500 {
		idle = (limit - 500) / 2
	}
	conns := make([]net.Conn, idle)
	for i := range conns {
		conn, err := net.Dial("tcp", r.Addr())
		if err != nil {
			t.Fatalf("connection %d: %v", i, err)
		}
		defer conn.Close() //nolint:errcheck // nothing was said
		if _, err := io.WriteString(conn, "GET /stripe/v1/balance HTTP/1.1\r\nHost: x\r\n"); err != nil {
			t.Fatal(err)
		}
		conns[i] = conn
	}
	var wait sync.WaitGroup
	for range 16 {
		wait.Go(func() {
			body := io.LimitReader(endless{}, 1<<30)
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, r.URL("stripe")+"/v1/customers", body)
			if err != nil {
				t.Error(err)
				return
			}
			req.ContentLength = -1
			if resp, err := http.DefaultTransport.RoundTrip(req); err == nil {
				if resp.StatusCode != http.StatusRequestEntityTooLarge {
					t.Errorf("a body of 1 GB is answered %s", resp.Status)
				}
				resp.Body.Close() //nolint:errcheck // nothing is read from it
			}
		})
	}
	wait.Wait()
	r.ask("stripe", "GET", "/v1/balance", "", key).want(t, 200, "balance")
	debug.FreeOSMemory()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	t.Logf("%d idle connections: %d MB, of which %d MB on the heap", idle, (m.Sys-m.HeapReleased)>>20, m.HeapAlloc>>20)
	if m.Sys-m.HeapReleased > mostMemory {
		t.Errorf("%d MB (want less than %d), client and server", (m.Sys-m.HeapReleased)>>20, mostMemory>>20)
	}
}

// endless is a body.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

// Clients that create without end fill what there is, and are refused then; the rest goes on.
func TestCreateWithoutEnd(t *testing.T) {
	if testing.Short() {
		t.Skip("many calls")
	}
	r := serve(t, []string{"generic"})
	conn, err := net.Dial("tcp", r.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close() //nolint:errcheck // all was read
	in := bufio.NewReader(conn)
	post := func(path, body string) string {
		fmt.Fprintf(conn, "POST /generic/%s HTTP/1.1\r\nHost: x\r\nX-Api-Key: a\r\nContent-Length: %d\r\n\r\n%s",
			path, len(body), body)
		resp, err := http.ReadResponse(in, nil)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close() //nolint:errcheck // all was read
		text, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return resp.Status + string(text[:min(len(text), 60)])
	}
	large := `{"a":"` + string(bytes.Repeat([]byte("x"), 60_000)) + `"}`
	last := ""
	for i := range 3_000 {
		if last = post(fmt.Sprintf("list%d", i%7), large); !strings.HasPrefix(last, "201") {
			break
		}
	}
	if !strings.HasPrefix(last, "507 ") {
		t.Errorf("180 MB of objects are kept: %s", last)
	}
	r.ask("generic", "GET", "/orders", "", key).want(t, 200, "data")
}
