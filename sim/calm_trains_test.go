package sim_test

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"github.com/outagedrill/outagedrill/sim"
	"github.com/outagedrill/outagedrill/sim/timeline"
)

// TestNumbersInCalmTime: whom a fault strikes is drawn by the number of each call. Of many jobs and flows that
// call at the same instants, some on resources that a flaky fault does not strike, each call has the same number
// whether all are played or those that go well pass.
func TestNumbersInCalmTime(t *testing.T) {
	wasted := int64(0)
	for seed := range uint64(60) {
		text := crowdText(seed)
		tl, err := timeline.Parse("crowd.yaml", []byte(text))
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		opt := sim.Options{Flows: sweptAt(t, seed%60), NoSamples: true, OneByOne: true}
		want := play(t, tl, opt)
		opt.OneByOne = false
		if got := play(t, tl, opt); !bytes.Equal(want, got) {
			t.Fatalf("seed %d: calm time differs at %s\n%s", seed, firstDifference(want, got), text)
		}
		s, err := sim.Run(t.Context(), tl, opt, nil)
		if err != nil {
			t.Fatal(err)
		}
		wasted += s.Totals.WastedCalls
	}
	if wasted < 60*100 {
		t.Errorf("%d calls were struck: the test shows nothing", wasted)
	}
}

// TestRetriesWhileAFaultLasts: a page is not written at 00:50, and turns into an error; its retries are rejected
// until 01:17. While another resource is flaky, the flow's runs pass, but not that of 01:20, which retries it.
func TestRetriesWhileAFaultLasts(t *testing.T) {
	tl, err := timeline.Parse("retries.yaml", []byte(`
outagedrill: 1
name: retries
start: 2024-03-04T00:00:00Z
duration: 12h
applications: {acme: {records: {orders: 60/h, items: 60/h}}, wms: {}}
connections: {acme-0: {application: acme}, wms-0: {application: wms}}
flows: {orders: {from: acme-0/orders, to: wms-0/orders, every: 5m, auto_resolve: true}}
polling_jobs: {items: {instance: acme-0, resources: [items], every: 1m}}
events:
  - {at: +30m, application: acme, fault: flaky, rate: 0.3, resources: [items], for: 4h}
  - {at: +47m, application: wms, fault: down, for: 9m30s}
  - {at: +56m30s, application: wms, fault: rejected, resources: [orders], for: 20m30s}
`))
	if err != nil {
		t.Fatal(err)
	}
	opt := sim.Options{Flows: sweptAt(t, 57), OneByOne: true, NoSamples: true}
	want := play(t, tl, opt)
	if retried := []byte(`"at":"2024-03-04T01:20:00Z","kind":"error.retried"`); !bytes.Contains(want, retried) {
		t.Errorf("nothing is retried at 01:20:00:\n%s", want)
	}
	opt.OneByOne = false
	if got := play(t, tl, opt); !bytes.Equal(want, got) {
		t.Errorf("calm time differs at %s", firstDifference(want, got))
	}
}

// crowdText is a random fleet with faults of some resources.
func crowdText(seed uint64) string {
	f := &fleetDraw{Rand: rand.New(rand.NewPCG(seed, 5))}
	latency := f.one("0s", "0s", "0s", "200ms")
	f.line("outagedrill: 1\nname: crowd %d\nstart: 2024-03-04T00:00:00Z\nduration: 36h\nseed: %d", seed, seed)
	f.line("environment: snapshot\napplications:\n  acme: {latency: %s, token_lifetime: %s, records:", latency,
		f.one("21m", "1h", "8h"))
	f.line("    {a: %s, b: %s, c: 30/h, d: 0/h}}\n  wms: {latency: %s}", f.rate(), f.rate(), latency)
	f.line("connections:\n  wms-0: {application: wms}")
	for _, c := range []string{"acme-0", "acme-1", "acme-2", "acme-3"} {
		f.line("  %s: {application: acme, auth: %s}", c, f.one("oauth2", "api_key"))
	}
	some := func() string {
		return "[" + f.one("a", "b", "c, a", "d, c", "b, a, c") + "]"
	}
	f.line("polling_jobs:")
	for i := range 4 + f.IntN(6) {
		f.line("  job-%d: {instance: acme-%d, resources: %s, every: %s, phase: %s}", i, f.IntN(4), some(),
			f.one("1m", "1m", "3m", "5m"), f.one("0s", "0s", "20s"))
	}
	f.line("flows:")
	for i := range 1 + f.IntN(4) {
		f.line("  flow-%d: {from: acme-%d/%s, to: wms-0/a, every: %s}", i, f.IntN(4), f.one("a", "b", "c"),
			f.one("1m", "5m", "15m"))
	}
	f.line("events:")
	for range 4 + f.IntN(4) {
		f.line("  - {at: +%dm%ds, application: acme, resources: %s, for: %dm, fault: %s}", f.IntN(2000), f.IntN(2)*30,
			some(), 30+f.IntN(300), f.one("flaky, rate: 0.3", "flaky, rate: 0.5", "flaky, rate: 0.5", "down"))
	}
	f.line("operators:\n  - {when: job.disabled, do: %s, after: %s}", f.one("enable", "reauthorize"), f.one("0s", "7m"))
	f.line("  - {when: connection.offline, do: reauthorize, after: 9m}")
	return f.b.String()
}
