package standalone_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/benbjohnson/clock"

	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/dialect"
	"github.com/outagedrill/outagedrill/fakevendor/hold"
	"github.com/outagedrill/outagedrill/fakevendor/standalone"
)

var start = time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC)

func at(d time.Duration) fakevendor.Time { return fakevendor.Time(start.Add(d).UnixNano()) }

// rig is a world on TCP with one application for each dialect, named as it is, and a connection with OAuth
// 2.0 to each. Its time stands still.
type rig struct {
	testing.TB
	*standalone.Server
	world *standalone.World
}

// change changes a rig's configuration before it is served.
type change func(*standalone.Config)

func serve(t testing.TB, dialects []string, changes ...change) *rig {
	t.Helper()
	return serveAs(t, standalone.ServerConfig{}, dialects, changes...)
}

func serveAs(t testing.TB, sc standalone.ServerConfig, dialects []string, changes ...change) *rig {
	t.Helper()
	journal, err := hold.NewJournal(hold.JournalConfig{})
	if err != nil {
		t.Fatal(err)
	}
	held := hold.NewFrozenClock(clock.New(), start)
	cfg := standalone.Config{Clock: held, Journal: journal, Stock: 25}
	cfg.Vendor = fakevendor.Config{Start: at(0), End: at(365 * 24 * time.Hour)}
	for i, name := range dialects {
		d, err := dialect.Load(name)
		if err != nil {
			t.Fatal(err)
		}
		cfg.Vendor.Applications = append(cfg.Vendor.Applications, fakevendor.Application{
			Name: name, Dialect: d, PageSize: 100, Idempotent: true,
		})
		cfg.Vendor.Connections = append(cfg.Vendor.Connections, fakevendor.Connection{
			Name: name + "-main", Application: i, Auth: fakevendor.OAuth2,
		})
	}
	for _, c := range changes {
		c(&cfg)
	}
	world, err := standalone.NewWorld(cfg)
	if err != nil {
		t.Fatal(err)
	}
	s, err := standalone.Serve(sc, world)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return &rig{t, s, world}
}

// answer is what a plain client has of an answer.
type answer struct {
	*http.Response
	body string
	err  error
}

// key is a header with a credential that nobody issued.
const key = "Authorization: Bearer any"

// ask makes a call of a vendor's: method, path, body, and header lines.
func (r *rig) ask(vendor, method, path, body string, header ...string) answer {
	r.Helper()
	return r.do(method, r.URL(vendor)+path, body, header...)
}

func (r *rig) do(method, url, body string, header ...string) answer {
	r.Helper()
	req, err := http.NewRequestWithContext(r.Context(), method, url, strings.NewReader(body))
	if err != nil {
		r.Fatal(err)
	}
	for _, line := range header {
		name, value, _ := strings.Cut(line, ": ")
		if req.Header.Set(name, value); name == "Host" {
			req.Host = value
		}
	}
	if strings.Contains(body, "=") && req.Header.Get("Content-Type") == "" {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	client := &http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	resp, err := client.Do(req)
	if err != nil {
		return answer{err: err}
	}
	defer resp.Body.Close() //nolint:errcheck // it was only read
	text, err := io.ReadAll(resp.Body)
	return answer{resp, string(text), err}
}

// want compares an answer's status, part of its body, and headers given as name and value.
func (a answer) want(t testing.TB, status int, body string, header ...string) {
	t.Helper()
	if a.Response == nil {
		t.Fatalf("error %v (expected status %d)", a.err, status)
	}
	if a.StatusCode != status || !strings.Contains(a.body, body) || a.err != nil {
		t.Errorf("status %d, body %q, %v (expected %d, %s)", a.StatusCode, a.body, a.err, status, body)
	}
	for i := 0; i < len(header); i += 2 {
		if got := a.Header.Get(header[i]); got != header[i+1] {
			t.Errorf("%s is %q (expected %q)", header[i], got, header[i+1])
		}
	}
}
