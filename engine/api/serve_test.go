package api_test

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/engine/api"
)

// TestLuredBrowser: what a page of somebody else's makes a browser send changes nothing, and where there is no
// token the name of another machine leads nowhere, also if it is rebound to this one.
func TestLuredBrowser(t *testing.T) {
	p := newPlatform(t)
	for _, tt := range []struct {
		method, target string
		headers        []string
		status         int
	}{
		{"PUT", "http://localhost:8080/jobs/other/disable", nil, 200},
		{"PUT", "http://LocalHost/jobs/other/disable", nil, 200},
		{"PUT", "http://127.0.0.1:8080/jobs/other/disable", nil, 200},
		{"PUT", "http://[::1]:8080/jobs/other/disable", nil, 200},
		{"PUT", "http://[::1]/jobs/other/disable", nil, 200},
		{"PUT", "http://localhost:8080/jobs/other/disable", []string{"Origin", "http://localhost:8080"}, 200},
		{"PUT", "http://localhost:8080/jobs/other/disable", []string{"Origin", "http://evil.example"}, 403},
		{"PUT", "http://localhost:8080/jobs/other/disable", []string{"Origin", "http://localhost:3000"}, 403},
		{"PUT", "http://localhost:8080/jobs/other/disable", []string{"Sec-Fetch-Site", "cross-site"}, 403},
		{"GET", "http://localhost:8080/jobs/other", []string{"Sec-Fetch-Site", "cross-site"}, 403},
		{"GET", "http://localhost:8080/jobs/other", []string{"Origin", "http://evil.example"}, 403},
		{
			"GET", "http://localhost:8080/jobs/other",
			[]string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate"},
			200,
		},
		{"GET", "http://evil.example/jobs/other", nil, 403},
		{"GET", "http://localhost.evil.example/jobs/other", nil, 403},
		{"GET", "http://192.0.2.7:8080/jobs/other", nil, 403},
		{"PUT", "http://evil.example/jobs/other/disable", []string{"Origin", "http://evil.example"}, 403},
	} {
		a := ask(t, p, tt.method, tt.target, "", tt.headers...)
		if a.status != tt.status {
			t.Errorf("%s %s %v: status %d (want %d)", tt.method, tt.target, tt.headers, a.status, tt.status)
		}
	}
	h, err := api.Handler(p, api.Config{Token: "t0ken"})
	if err != nil {
		t.Fatal(err)
	}
	far := []string{"Authorization", "Bearer t0ken"}
	askHandler(h, "PUT", "http://lab.example/jobs/other/enable", "", far...).holds(t, 200)
	askHandler(h, "PUT", "http://lab.example/jobs/other/enable", "", append(far, "Origin", "http://evil.example")...).
		holds(t, 403, "a page of another origin may read and change nothing here")
}

// patient is a platform whose clock moves when the test says so.
type patient struct {
	*platform
	moving chan struct{}
	move   chan struct{}
}

func (p patient) SetClock(ctx context.Context, to engine.Time) error {
	close(p.moving)
	select {
	case <-p.move:
		return p.platform.SetClock(ctx, to)
	case <-ctx.Done():
		return ctx.Err()
	}
}

// TestSlowBody: a body that does not come within the server's ReadTimeout is refused, and the connection ends with
// it. A call whose body came in time may take longer than that. Time is the bubble's: it moves when all wait.
func TestSlowBody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := patient{newPlatform(t), make(chan struct{}), make(chan struct{})}
		h, err := api.Handler(p, api.Config{})
		if err != nil {
			t.Fatal(err)
		}
		visits := &visits{make(chan net.Conn), make(chan struct{})}
		s := &http.Server{Handler: h, ReadTimeout: 10 * time.Second}
		served := make(chan error)
		go func() { served <- s.Serve(visits) }()
		quick := visits.say(t, `{"advance":"1h"}`, 0)
		<-p.moving
		for range 2 {
			resp, err := http.ReadResponse(visits.say(t, `{"advance":`, 7), nil)
			if err != nil {
				t.Fatal(err)
			}
			if resp.StatusCode != http.StatusRequestTimeout || !resp.Close {
				t.Errorf("status %d, the connection ends: %v (want 408, true)", resp.StatusCode, resp.Close)
			}
		}
		close(p.move)
		resp, err := http.ReadResponse(quick, nil)
		if err != nil {
			t.Fatal(err)
		}
		if resp.StatusCode != http.StatusOK {
			t.Errorf("status %d (want 200)", resp.StatusCode)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		<-served //nolint:errcheck // it ends because it is closed
	})
}

// visits are connections within the process, as a listener has them.
type visits struct {
	conns  chan net.Conn
	closed chan struct{}
}

func (v *visits) Accept() (net.Conn, error) {
	select {
	case c := <-v.conns:
		return c, nil
	case <-v.closed:
		return nil, net.ErrClosed
	}
}

func (v *visits) Close() error   { close(v.closed); return nil }
func (v *visits) Addr() net.Addr { return &net.TCPAddr{} }

// say makes a request whose body lacks some bytes.
func (v *visits) say(t *testing.T, body string, lacking int) *bufio.Reader {
	t.Helper()
	here, there := net.Pipe()
	v.conns <- there
	t.Cleanup(func() { _ = here.Close() })
	if _, err := fmt.Fprintf(here, "PUT /clock HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"+
		"Content-Length: %d\r\n\r\n%s", len(body)+lacking, body); err != nil {
		t.Fatal(err)
	}
	return bufio.NewReader(here)
}
