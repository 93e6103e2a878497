package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/benbjohnson/clock"

	"github.com/outagedrill/outagedrill/engine/live"
	"github.com/outagedrill/outagedrill/sim"
	"github.com/outagedrill/outagedrill/sim/timeline"
)

// firstAPI reads what a lab prints until it names its API, and goes on reading.
func firstAPI(t *testing.T, out io.Reader, stderr *bytes.Buffer) string {
	t.Helper()
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if url, ok := strings.CutPrefix(lines.Text(), "API      "); ok {
			go io.Copy(io.Discard, out) //nolint:errcheck // until the lab ends
			return url
		}
	}
	t.Fatalf("the lab does not start: %s", stderr.String())
	return ""
}

const labTimeline = `outagedrill: 1
name: lunch
start: 2024-03-01T00:00:00Z
duration: 1h
environment: snapshot
applications: {acme: {latency: 200ms, records: {orders: 1/m}}}
connections: {acme-main: {application: acme, auth: oauth2}}
polling_jobs: {poll: {instance: acme-main, resources: [orders], every: 1m}}
events: [{at: +10m, application: acme, fault: down}]
`

// TestLab turns the hands of a lab whose time stands still, stops it, and goes on with the same file: the
// platform and its vendors are where they were.
func TestLab(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "lunch.yaml", labTimeline)
	for _, tt := range []struct {
		began, to, state string
		failures         int
	}{
		{"2024-03-01T00:00:00Z", "2024-03-01T00:18:30Z", "enabled", 9},
		{"2024-03-01T00:18:30Z", "2024-03-01T03:00:00Z", "disabled", 10}, // the fault has no end of its own
	} {
		cmd := program(t, dir, "lab", "lunch.yaml", "--clock", "manual", "--db", filepath.Join(dir, "lunch.db"),
			"--listen", "127.0.0.1:0", "--vendors-listen", "127.0.0.1:0", "--token", "secret")
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		api := firstAPI(t, out, &stderr)
		var clock struct{ Now string }
		if request(t, "GET", api+"/clock", "", &clock); clock.Now != tt.began {
			t.Errorf("it begins at %s (want %s)", clock.Now, tt.began)
		}
		if request(t, "PUT", api+"/clock", `{"now": "`+tt.to+`"}`, &clock); clock.Now != tt.to {
			t.Errorf("it is %s (want %s)", clock.Now, tt.to)
		}
		var job struct {
			State     string
			Resources []struct {
				Failures int `json:"consecutive_failures"`
			}
		}
		request(t, "GET", api+"/jobs/poll", "", &job)
		if job.State != tt.state || job.Resources[0].Failures != tt.failures {
			t.Errorf("at %s: %+v (want %s, %d failures)", tt.to, job, tt.state, tt.failures)
		}
		if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		if err := cmd.Wait(); err != nil {
			t.Errorf("the stop: %v: %s", err, stderr.String())
		}
	}
}

// TestLabPortTaken: a lab that finds its port taken has not begun, so its file is not there.
func TestLabPortTaken(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "lunch.yaml", labTimeline)
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = taken.Close() }()
	cmd := program(t, dir, "lab", "lunch.yaml", "--db", filepath.Join(dir, "lunch.db"),
		"--listen", taken.Addr().String(), "--vendors-listen", "127.0.0.1:0")
	text, err := cmd.CombinedOutput()
	if err == nil || !strings.Contains(string(text), "--listen "+taken.Addr().String()) {
		t.Errorf("%v: %s", err, text)
	}
	if _, err := os.Stat(filepath.Join(dir, "lunch.db")); !os.IsNotExist(err) {
		t.Errorf("its file is there (%v)", err)
	}
}

// TestLabServer: who begins a request and does not end it is not waited for.
func TestLabServer(t *testing.T) {
	s := (&laboratory{log: slog.New(slog.DiscardHandler)}).server()
	if s.ReadTimeout <= 0 || s.IdleTimeout <= 0 {
		t.Errorf("it waits %s for a request and %s for the next one (want limits)", s.ReadTimeout, s.IdleTimeout)
	}
}

// TestLabVendorsUnkept: a vendor whose state cannot be kept does not answer, and the lab is told.
func TestLabVendorsUnkept(t *testing.T) {
	tl, err := timeline.Parse("lunch.yaml", []byte(labTimeline))
	if err != nil {
		t.Fatal(err)
	}
	_, cfg, err := sim.Machines(tl, sim.Options{})
	if err != nil {
		t.Fatal(err)
	}
	l := &laboratory{
		flags: labFlags{vendorsListen: "127.0.0.1:0"}, clock: clock.New(), log: slog.New(slog.DiscardHandler),
	}
	if l.store, err = live.OpenStore(""); err != nil {
		t.Fatal(err)
	}
	v, err := l.openVendors(cfg, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = v.server.Close() }()
	lab, stop := context.WithCancelCause(t.Context())
	defer stop(nil)
	v.onFailure(stop)
	if err := l.store.Close(); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if resp, err := http.Get(v.server.BaseURL(0) + "/"); err == nil {
			_ = resp.Body.Close()
			t.Errorf("it answers %s", resp.Status)
		}
	}
	if lab.Err() == nil {
		t.Error("the lab goes on")
	}
}

// request wants a 200 and reads its JSON.
func request(t *testing.T, method, url, body string, into any) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer secret")
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s %s: %d: %s (%v)", method, url, resp.StatusCode, text, err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatal(err)
	}
}
