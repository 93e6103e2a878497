//go:build slow

package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/server"
	"github.com/outagedrill/outagedrill/fakevendor/wire"
	"github.com/outagedrill/outagedrill/sim"
	"github.com/outagedrill/outagedrill/sim/timeline"
)

const kills = 10

// TestSlowKill kills a lab ten times at random moments, with kill -9, while vendors are down and the mail
// server fails most of the time. The vendors and the mail server live on and keep books of their own. In the
// end every notification has exactly one e-mail, the platform's counts are those of the vendors' book, and
// nothing that was acknowledged is lost: enables, e-mails.
//
// The kill may fall between the mail server's 250 and the platform's note of it; then, and only then, the same
// e-mail with the same Message-ID may come once more. That is rare, and so wanted: see mostTwins. What the
// kills of this test hit by chance alone is hit on purpose in engine/live.
func TestSlowKill(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	dir := t.TempDir()
	mails := newFlakyMail(t, seed)
	vendors := newKillVendors(t)
	l := &killedLab{t: t, dir: dir, mails: mails, acked: map[string]int{}, since: map[string]string{}, args: []string{
		"lab", put(t, dir, "kill.yaml", killTimeline), "--db", filepath.Join(dir, "lab.db"),
		"--listen", "127.0.0.1:0", "--scale", fmt.Sprint(killScale), "--vendors", vendors.url, "--smtp", mails.addr,
	}}
	for range kills {
		l.start()
		until := time.Now().Add(time.Duration(500+random.IntN(2500)) * time.Millisecond)
		for time.Now().Before(until) {
			l.enableDisabled(random.IntN(3) == 0) // now and then the kill follows the answer at once
			time.Sleep(time.Duration(random.IntN(50)) * time.Millisecond)
		}
		l.kill()
		mails.nextLife()
	}
	mails.mend()
	l.start()
	l.settle()
	l.judge(vendors)
	if err := l.cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := l.cmd.Wait(); err != nil {
		t.Errorf("the stop: %v\n%s", err, l.stderr.String())
	}
}

const killScale = 120

// killTimeline has six jobs that fail on and on, so that they are disabled every few seconds, and a flow.
const killTimeline = `outagedrill: 1
name: kill
start: 2024-03-04T00:00:00Z
duration: 30d
environment: snapshot
applications: {acme: {records: {orders: 1/m}}, wms: {records: {orders: 1/m}}}
connections:
  c1: {application: acme}
  c2: {application: wms}
  c3: {application: acme}
  c4: {application: wms}
flows:
  f: {from: c3/orders, to: c4/orders, every: 5m}
polling_jobs:
  j1: {instance: c1, resources: [orders], every: 13s}
  j2: {instance: c1, resources: [orders], every: 17s}
  j3: {instance: c1, resources: [orders], every: 19s}
  j4: {instance: c2, resources: [orders], every: 23s}
  j5: {instance: c2, resources: [orders], every: 29s}
  j6: {instance: c2, resources: [orders], every: 31s}
events:
  - {at: +0s, application: acme, fault: down}
  - {at: +0s, application: wms, fault: down, how: garbage}
`

// killVendors are vendors who keep a book of the polls: pages read at the connections of jobs.
type killVendors struct {
	url   string
	mu    sync.Mutex
	polls int
}

func newKillVendors(t *testing.T) *killVendors {
	t.Helper()
	tl, err := timeline.Parse("kill.yaml", []byte(killTimeline))
	if err != nil {
		t.Fatal(err)
	}
	_, cfg, err := sim.Machines(tl, sim.Options{})
	if err != nil {
		t.Fatal(err)
	}
	machine, err := fakevendor.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	s, err := server.Start(server.Config{
		Real: func(d time.Duration) time.Duration { return d / killScale },
	}, &wire.Vendor{
		Machine: func() *fakevendor.Vendor { return machine }, Connections: cfg.Connections, Apps: cfg.Applications,
		Now: func() time.Time { return tl.Start.Add(killScale * time.Since(began)) }, Faults: cfg.Faults,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	v := &killVendors{}
	v.url = serveHTTP(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/c/0/orders" || r.URL.Path == "/c/1/orders" {
			v.mu.Lock()
			v.polls++
			v.mu.Unlock()
		}
		s.ServeHTTP(w, r)
	})
	return v
}

// killedLab is a lab in a process of its own, one after another on the same file.
type killedLab struct {
	t      *testing.T
	dir    string
	args   []string
	mails  *flakyMail
	cmd    *exec.Cmd
	stderr bytes.Buffer
	api    string

	lives int
	acked map[string]int    // by job: enables that were answered 200 and changed something
	since map[string]string // and when the job had been disabled
}

func (l *killedLab) start() {
	l.t.Helper()
	l.lives++
	l.cmd = program(l.t, l.dir, l.args...)
	l.stderr.Reset()
	l.cmd.Stderr = &l.stderr
	out, err := l.cmd.StdoutPipe()
	if err != nil {
		l.t.Fatal(err)
	}
	if err := l.cmd.Start(); err != nil {
		l.t.Fatal(err)
	}
	l.api = firstAPI(l.t, out, &l.stderr)
}

// kill is kill -9.
func (l *killedLab) kill() {
	l.t.Helper()
	if err := l.cmd.Process.Kill(); err != nil {
		l.t.Fatal(err)
	}
	var ended *exec.ExitError
	if err := l.cmd.Wait(); !errors.As(err, &ended) || ended.ExitCode() != -1 {
		l.t.Fatalf("it ended before it was killed: %v\n%s", err, l.stderr.String())
	}
}

// ask asks the API; a lab that was just killed answers nothing.
func (l *killedLab) ask(method, path string, into any) error {
	req, err := http.NewRequestWithContext(l.t.Context(), method, l.api+path, nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s %s: %d %s (%w)", method, path, resp.StatusCode, text, err)
	}
	return json.Unmarshal(text, into)
}

type killedJob struct {
	ID         string
	Instance   string
	State      string
	DisabledAt string `json:"disabled_at"`
	Resources  []struct {
		Polls  int
		Failed int `json:"failed_polls"`
	}
	Disablements struct {
		ByPlatform int `json:"by_platform"`
	}
}

func (l *killedLab) jobs() (list []killedJob) {
	l.t.Helper()
	for i := 1; i <= 6; i++ {
		var j killedJob
		if err := l.ask("GET", fmt.Sprintf("/jobs/j%d", i), &j); err != nil {
			l.t.Fatal(err)
		}
		list = append(list, j)
	}
	return list
}

// enableDisabled enables what is disabled, and looks whether an enable of before is still known: a job that
// was enabled is not seen disabled since the same instant again.
func (l *killedLab) enableDisabled(killAtOnce bool) {
	l.t.Helper()
	for _, j := range l.jobs() {
		if j.State != "disabled" {
			continue
		}
		if l.since[j.ID] == j.DisabledAt {
			l.t.Errorf("the enable of %s was acknowledged and lost (disabled at %s)", j.ID, j.DisabledAt)
		}
		var changed struct{ Changed bool }
		if err := l.ask("PUT", "/jobs/"+j.ID+"/enable", &changed); err != nil {
			l.t.Fatal(err)
		}
		if changed.Changed {
			l.acked[j.ID]++
			l.since[j.ID] = j.DisabledAt
		}
		if killAtOnce {
			l.kill()
			l.mails.nextLife()
			l.start()
			killAtOnce = false
		}
	}
}

// settle waits until every job is disabled, every connection has had its e-mail, and no e-mail waits.
func (l *killedLab) settle() {
	l.t.Helper()
	for range 1200 {
		done := true
		for _, j := range l.jobs() {
			done = done && j.State == "disabled"
		}
		for _, n := range l.notifications() {
			done = done && n.Delivered != ""
		}
		if done {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	l.t.Fatalf("it does not settle within a minute\n%s", l.stderr.String())
}

type killedNotification struct {
	ID                        int
	About, Subject, Delivered string
	Job                       string
}

func (l *killedLab) notifications() []killedNotification {
	l.t.Helper()
	var all []killedNotification
	next := "/notifications"
	for next != "" {
		var page struct {
			Items []killedNotification
			Next  string
		}
		if err := l.ask("GET", next, &page); err != nil {
			l.t.Fatal(err)
		}
		all = append(all, page.Items...)
		next = page.Next
		if next != "" && !strings.HasPrefix(next, "/") {
			next = "/notifications?cursor=" + next
		}
	}
	return all
}

// judge compares the platform's books with those of the vendors, the mail server and the operator.
func (l *killedLab) judge(v *killVendors) {
	t := l.t
	t.Helper()
	disabled := map[string]int{}
	notifications := l.notifications()
	for _, n := range notifications {
		if n.About == "job.disabled" {
			disabled[n.Job]++
		}
	}
	l.mails.judge(t, notifications)
	counted, total := 0, 0
	for _, j := range l.jobs() {
		r, n := j.Resources[0], disabled[j.ID]
		counted += r.Polls
		total += n
		if j.Disablements.ByPlatform != n {
			t.Errorf("%s: %d disablements, %d notifications", j.ID, j.Disablements.ByPlatform, n)
		}
		if want := 10 * n; r.Polls != want || r.Failed != want {
			t.Errorf("%s: %d of %d polls failed in %d disablements (want %d: a streak began anew)",
				j.ID, r.Failed, r.Polls, n, want)
		}
		if n != l.acked[j.ID]+1 {
			t.Errorf("%s: disabled %d times, but %d enables were acknowledged", j.ID, n, l.acked[j.ID])
		}
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if repeated := v.polls - counted; repeated < 0 || repeated > l.lives*6 || total < kills {
		t.Errorf("the platform counts %d polls and %d disablements, the vendors %d polls", counted, total, v.polls)
	}
	t.Logf("%d lives, %d disablements, %d polls counted, %d seen by the vendors, %d e-mails, %d refused",
		l.lives, total, counted, v.polls, len(l.mails.taken), l.mails.refused)
}

var messageID = regexp.MustCompile(`(?m)^Message-ID: <notification-(\d+)@`)
