package sim_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/outagedrill/outagedrill/sim"
	"github.com/outagedrill/outagedrill/sim/journal"
	"github.com/outagedrill/outagedrill/sim/timeline"
)

// told plays a timeline and returns its journal as lines, those about one thing alone if name is not "".
func told(t *testing.T, text, name string, hide ...string) string {
	t.Helper()
	tl, err := timeline.Parse("x.yaml", []byte("outagedrill: 1\nname: x\nstart: 2024-03-04T00:00:00Z\n"+text))
	if err != nil {
		t.Fatal(err)
	}
	r := rendering{start: journal.FromStd(tl.Start), hide: hide}
	if _, err := sim.Run(context.Background(), tl, sim.Options{ListCalls: true}, r.add); err != nil {
		t.Fatal(err)
	}
	if name == "" {
		return r.text.String()
	}
	var about []string
	for line := range strings.Lines(r.text.String()) {
		if _, words, _ := strings.Cut(strings.TrimSpace(line), " "); strings.Contains(words, " "+name+" ") {
			words, _, _ = strings.Cut(words, " <-")
			about = append(about, strings.TrimSpace(words))
		}
	}
	return strings.Join(about, "\n")
}

// drawn is a timeline with flaky answers and drawn latencies; first and last are applications and faults
// that come before and after acme's in the file.
func drawn(seed int, firstApplication, lastApplication, lastFault string) string {
	return fmt.Sprintf(`
seed: %d
duration: 6h
applications:
%s  acme: {records: {orders: 1/m}, latency: {median: 500ms, p99: 4s}}
%sconnections:
  acme-main: {application: acme}
  other-main: {application: other}
polling_jobs:
  other: {instance: other-main, resources: [orders], every: 1m}
  poll: {instance: acme-main, resources: [orders], every: 1m}
events:
  - {at: +1h, application: acme, fault: flaky, rate: 0.3, for: 4h}
%s`, seed, firstApplication, lastApplication, lastFault)
}

const (
	steady  = "  other: {records: {orders: 1/m}}\n"
	drawing = "  other: {records: {orders: 1/m}, latency: {median: 1s, p99: 9s}}\n"
	flaky   = "  - {at: +1h, application: other, fault: flaky, rate: 0.5, for: 4h}\n"
)

// T-02: draws move with the seed, and a draw added in one stream moves no other: another application's
// flaky answers and latencies, before acme in the file or after it, change nothing of acme's.
func TestStreamsOfDrawsAreApart(t *testing.T) {
	alone := told(t, drawn(1, "", steady, ""), "poll")
	if n := strings.Count(alone, "page vendor_down 503"); n < 44 || n > 100 {
		t.Fatalf("%d of 240 polls failed at a rate of 0.3", n)
	}
	if alone == told(t, drawn(2, "", steady, ""), "poll") {
		t.Error("another seed draws the same")
	}
	for name, text := range map[string]string{
		"another application's faults after":    drawn(1, "", steady, flaky),
		"another application's latencies after": drawn(1, "", drawing, flaky),
		"another application before":            drawn(1, drawing, "", flaky),
	} {
		if diff := cmp.Diff(alone, told(t, text, "poll")); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// DIS-16: restarts of the platform change nothing but their own lines, whatever goes on at the time.
func TestRestartsChangeNothingElse(t *testing.T) {
	const world = `
duration: 6h
environment: staging
applications:
  acme: {records: {orders: 1/m}, latency: {median: 2s, p99: 9s}, token_lifetime: 20m, page_size: 20}
  wms: {latency: 3s}
connections:
  acme-main: {application: acme, auth: oauth2}
  wms-main: {application: wms}
flows:
  orders: {from: acme-main/orders, to: wms-main/orders, every: 15m, auto_resolve: true}
polling_jobs:
  poll: {instance: acme-main, resources: [orders, notes], every: 30s}
operators:
  - {when: job.disabled, do: enable, after: 20m}
events:
  - {at: +1h, application: acme, fault: down, for: 1h}
  - {at: +100m, mail: down, for: 1h}
  - {at: +3h, application: wms, fault: down, how: timeout, for: 20m}
  - {at: +4h, connection: acme-main, fault: token_revoked}
  - {at: +4h, application: acme, fault: rate_limited, retry_after: 7s, for: 10m}
`
	want := told(t, world, "")
	if strings.Count(want, "job.disabled") < 2 || !strings.Contains(want, "error.resolved") {
		t.Fatalf("too little happens:\n%s", want)
	}
	var restarts strings.Builder
	for s := 1; s < 6*3600; s += 37 { // 37 s and 30 s have no common divisor: every phase of a poll
		fmt.Fprintf(&restarts, "  - {at: +%ds, platform: restart}\n", s)
	}
	got := told(t, world+restarts.String(), "", "platform.restarted", "run.*", "backlog.*")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// C-02, C-07: a call whose answer comes too late because of a slow fault names that fault as its cause, and
// each such call is counted as its waste.
func TestASlowFaultIsTheCauseOfItsTimeOuts(t *testing.T) {
	tl, err := timeline.Parse("x.yaml", []byte(`
outagedrill: 1
start: 2024-03-04T00:00:00Z
duration: 1h
applications:
  acme: {}
connections:
  main: {application: acme}
polling_jobs:
  poll: {instance: main, resources: [orders], every: 1m}
events:
  - {at: +10m, application: acme, fault: slow, latency: 40s, for: 3m}
`))
	if err != nil {
		t.Fatal(err)
	}
	var began, wasted, cause int64
	_, err = sim.Run(context.Background(), tl, sim.Options{}, func(e *journal.Entry) error {
		switch e.Kind {
		case journal.FaultBegan:
			began = e.Seq
		case journal.FaultEnded:
			wasted = e.Wasted
		case journal.CallsFailed:
			cause = *e.Cause
		}
		return nil
	})
	if err != nil || cause != began || began == 0 || wasted != 3 {
		t.Errorf("fault %d, cause of the failures %d, %d calls wasted, %v (expected the fault, 3 calls)",
			began, cause, wasted, err)
	}
}
