package sim_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/outagedrill/outagedrill/engine/policy"
	"github.com/outagedrill/outagedrill/sim"
	"github.com/outagedrill/outagedrill/sim/timeline"
)

// TestFleetsInCalmTime: for random fleets of flows and polling jobs, that wait for one another, refresh
// tokens and read many pages, journal and summary are the same with every call played and with calm time
// passing, and hardly anything is played then.
func TestFleetsInCalmTime(t *testing.T) {
	const fleets = 60
	few, runs := 0, int64(0)
	for seed := range uint64(fleets) {
		text := fleetText(seed)
		tl, err := timeline.Parse("fleet.yaml", []byte(text))
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		played, passed := 0, 0
		count := func(n *int) func(*sim.World) error {
			return func(*sim.World) error { *n++; return nil }
		}
		opt := sim.Options{Flows: sweptAt(t, seed%60), OneByOne: true}
		lines := play(t, tl, opt)
		opt.NoSamples = true
		unsampled := play(t, tl, opt)
		opt.EveryStep = count(&played)
		summary, n := withoutJournal(t, tl, opt)
		runs += n
		opt.OneByOne, opt.EveryStep = false, nil
		if got := play(t, tl, opt); !bytes.Equal(unsampled, got) {
			t.Fatalf("seed %d: calm time differs at %s\n%s", seed, firstDifference(unsampled, got), text)
		}
		opt.NoSamples = false
		if got := play(t, tl, opt); !bytes.Equal(lines, got) {
			t.Fatalf("seed %d: calm time differs at %s\n%s", seed, firstDifference(lines, got), text)
		}
		opt.EveryStep = count(&passed)
		if got, _ := withoutJournal(t, tl, opt); got != summary {
			t.Fatalf("seed %d (-one by one +calm):\n%s\n%s", seed, cmp.Diff(summary, got), text)
		}
		if passed < played/4 {
			few++
		}
	}
	if few < fleets/5 || runs < 1000*fleets {
		t.Errorf("calm time saved three of four steps in %d of %d fleets, of %d runs", few, fleets, runs)
	}
}

// TestRetriesOrderedInCalmTime: a page is not written at 00:50:00 to 00:55:00, and the sweep of 00:57:00
// finds all well again. The summary of 01:00:00, which comes after the flow's tick of that instant, lets
// somebody retry the page at 01:12:00, between two ticks that are as quiet as those after them.
func TestRetriesOrderedInCalmTime(t *testing.T) {
	tl, err := timeline.Parse("retries.yaml", []byte(`
outagedrill: 1
name: retries
start: 2024-03-04T00:00:00Z
duration: 12h
applications: {acme: {records: {orders: 60/h}}, wms: {}}
connections: {acme-0: {application: acme}, wms-0: {application: wms}}
flows: {orders: {from: acme-0/orders, to: wms-0/orders, every: 5m, auto_resolve: false}}
operators: [{when: errors.summary, do: retry_errors, after: 12m}]
events: [{at: +47m, application: wms, fault: down, for: 9m30s}]
`))
	if err != nil {
		t.Fatal(err)
	}
	opt := sim.Options{Flows: sweptAt(t, 57), OneByOne: true}
	retried := []byte(`"at":"2024-03-04T01:12:00Z","kind":"error.resolved"`)
	if j := play(t, tl, opt); !bytes.Contains(j, retried) {
		t.Errorf("nothing is retried at 01:12:00:\n%s", j)
	}
	want, _ := withoutJournal(t, tl, opt)
	opt.OneByOne = false
	got, _ := withoutJournal(t, tl, opt)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-one by one +calm):\n%s", diff)
	}
}

// withoutJournal is the summary of a run whose journal nobody reads, in which backlogs are not sampled
// and so more time is calm; as text, and how many runs of flows there were.
func withoutJournal(t *testing.T, tl *timeline.Timeline, opt sim.Options) (text string, runs int64) {
	t.Helper()
	s, err := sim.Run(t.Context(), tl, opt, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range s.Flows {
		runs += f.Runs
	}
	data, err := s.JSON()
	if err != nil {
		t.Fatal(err)
	}
	return string(data), runs
}

// sweptAt is the built-in policy with the sweep at some minute.
func sweptAt(t *testing.T, minute uint64) *policy.Policy {
	t.Helper()
	p, err := policy.Load("celigo-integrator")
	if err == nil {
		p, err = p.Override("sweep.offset", fmt.Sprintf("%dm", minute))
	}
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// fleetText is a random fleet with a few faults in a week.
func fleetText(seed uint64) string {
	f := &fleetDraw{Rand: rand.New(rand.NewPCG(seed, 4))}
	f.line("outagedrill: 1\nname: fleet %d\nstart: 2024-03-04T00:00:00Z\nduration: %dh\nseed: %d",
		seed, 24*(2+f.IntN(5)), seed)
	f.line("environment: %s\napplications:", f.one("snapshot", "production"))
	instant := f.IntN(2) == 0
	for _, app := range []string{"acme", "bolt", "wms"} {
		latency := f.one("0s", "200ms", "1700ms", "13s")
		if instant {
			latency = "0s"
		}
		f.line("  %s: {records: {orders: %s, items: %s}, latency: %s,", app, f.rate(), f.rate(), latency)
		f.line("    page_size: %s, token_lifetime: %s, idempotent: %s, retention: %s}",
			f.one("3", "20", "100"), f.one("50s", "20m", "1h", "1h", "8h", "90m", "6m5s"),
			f.one("true", "false"), f.one("0s", "0s", "12m", "50m", "1h58m", "5h"))
	}
	f.line("connections:")
	token := "application: acme, fault: down"
	for _, c := range []string{"acme-0", "acme-1", "acme-2", "bolt-0", "wms-0", "wms-1"} {
		app, _, _ := strings.Cut(c, "-")
		auth := f.one("oauth2", "api_key")
		if auth == "oauth2" {
			token = "connection: " + c + ", fault: token_refresh, how: transient"
		}
		f.line("  %s: {application: %s, auth: %s, flows_at_once: %s}", c, app, auth,
			f.one("1", "1", "1", "2", "5"))
	}
	f.work()
	f.line("events:")
	for range 1 + f.IntN(5) {
		f.line("  - {at: +%dm, %s, for: %dm}", 60+f.IntN(2000), f.one("application: acme, fault: down",
			"application: wms, fault: down", "application: acme, fault: flaky, rate: 0.4",
			"application: acme, fault: flaky, rate: 0.4, resources: [orders]",
			"application: acme, fault: flaky, rate: 0.4, resources: [items]",
			"application: acme, fault: down, resources: [items]",
			"application: wms, fault: rejected", "connection: acme-0, fault: bad_credentials", token,
			"application: bolt, fault: down, how: timeout, applied: true"), 1+f.IntN(200))
	}
	f.line("operators:\n  - {when: job.disabled, do: %s, after: 20m}", f.one("enable", "reauthorize"))
	f.line("  - {when: connection.offline, do: reauthorize, after: %dm}", 1+f.IntN(90))
	if f.IntN(2) == 0 {
		f.line("  - {when: errors.summary, do: retry_errors, after: %dm}", 1+f.IntN(90))
	}
	return f.b.String()
}

// fleetDraw writes a fleet at random.
type fleetDraw struct {
	*rand.Rand
	b strings.Builder
}

func (f *fleetDraw) line(format string, args ...any) { fmt.Fprintf(&f.b, format+"\n", args...) }

func (f *fleetDraw) one(choices ...string) string { return choices[f.IntN(len(choices))] }

func (f *fleetDraw) rate() string {
	return f.one("60/h", "60/h", "7/10m", "100/h", "1/1h", "1/37m", "0/h",
		"[{from: +0s, rate: 10/h}, {from: +30h, rate: 75/h}]")
}

func (f *fleetDraw) work() {
	f.line("flows:")
	for i := range 1 + f.IntN(4) {
		from, to := f.one("acme-0", "acme-1", "acme-2", "bolt-0"), f.one("wms-0", "wms-0", "wms-1", "bolt-0")
		f.line("  flow-%d: {from: %s/%s, to: %s/orders, every: %s,", i, from, f.one("orders", "items"), to,
			f.one("5m", "5m", "15m", "1h", "1h", "1m", "7m"))
		f.line("    phase: %s, parallel_pages: %s, deadline: %s, auto_resolve: %s}",
			f.one("0s", "0s", "2m", "77s"), f.one("1", "1", "3"),
			f.one("9d", "9d", "4m", "20m"), f.one("true", "false"))
	}
	f.line("polling_jobs:")
	for i := range 1 + f.IntN(4) {
		f.line("  job-%d: {instance: %s, resources: %s, every: %s, phase: %s, deadline: %s}", i,
			f.one("acme-0", "acme-1", "bolt-0"), f.one("[orders]", "[items, orders]"),
			f.one("1m", "5m", "7m", "1h"), f.one("0s", "50s"), f.one("9d", "9m"))
	}
}
