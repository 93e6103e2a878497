package sim_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/outagedrill/outagedrill/sim"
	"github.com/outagedrill/outagedrill/sim/timeline"
)

// TestFleetsInCalmTime: for random fleets of flows and polling jobs, that wait for one another, refresh tokens and
// read many pages, journal and summary are the same with every call played and with calm time passing, and hardly
// anything is played then.
func TestFleetsInCalmTime(t *testing.T) {
	const fleets = 150
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
		want, got := play(t, tl, sim.Options{OneByOne: true, EveryStep: count(&played)}),
			play(t, tl, sim.Options{EveryStep: count(&passed)})
		if !bytes.Equal(want, got) {
			t.Fatalf("seed %d: calm time differs at %s\n%s", seed, firstDifference(want, got), text)
		}
		if passed < played/4 {
			few++
		}
		s, err := sim.Run(t.Context(), tl, sim.Options{}, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range s.Flows {
			runs += f.Runs
		}
	}
	if few < fleets/3 || runs < 1000*fleets {
		t.Errorf("calm time saved three of four steps in %d of %d fleets, of %d runs", few, fleets, runs)
	}
}

// fleetText is a random fleet with a few faults in a week.
func fleetText(seed uint64) string {
	d := rand.New(rand.NewPCG(seed, 4))
	one := func(choices ...string) string { return choices[d.IntN(len(choices))] }
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("outagedrill: 1\nname: fleet %d\nstart: 2024-03-04T00:00:00Z\nduration: %dh\nseed: %d\nenvironment: %s",
		seed, 24*(2+d.IntN(5)), seed, one("snapshot", "production"))
	line("applications:")
	rate := func() string {
		return one("60/h", "60/h", "7/10m", "100/h", "1/1h", "1/37m", "0/h", "[{from: +0s, rate: 10/h}, {from: +30h, rate: 75/h}]")
	}
	for _, app := range []string{"acme", "bolt", "wms"} {
		line("  %s: {records: {orders: %s, items: %s}, latency: %s, page_size: %s, token_lifetime: %s, idempotent: %s, retention: %s}",
			app, rate(), rate(), one("0s", "0s", "200ms", "1700ms", "13s"), one("3", "20", "100"), one("50s", "20m", "1h", "1h", "8h", "90m", "5m500ms"),
			one("true", "false"), one("0s", "0s", "0s", "45m", "5h"))
	}
	line("connections:")
	conns := map[string][]string{"acme": {"acme-0", "acme-1", "acme-2"}, "bolt": {"bolt-0"}, "wms": {"wms-0", "wms-1"}}
	for _, app := range []string{"acme", "bolt", "wms"} {
		for _, c := range conns[app] {
			line("  %s: {application: %s, auth: %s, flows_at_once: %s}", c, app, one("oauth2", "api_key"), one("1", "1", "1", "2", "5"))
		}
	}
	end := func(app string) string { return one(conns[app]...) + "/" + one("orders", "items") }
	line("flows:")
	for i := range 1 + d.IntN(4) {
		line("  flow-%d: {from: %s, to: %s, every: %s, phase: %s, deadline: %s, auto_resolve: %s}", i, end(one("acme", "acme", "bolt")),
			end(one("wms", "wms", "wms", "bolt")), one("5m", "5m", "15m", "1h", "1m", "7m"), one("0s", "0s", "2m", "77s"),
			one("9d", "9d", "4m", "20m"), one("true", "false"))
	}
	line("polling_jobs:")
	for i := range 1 + d.IntN(2) {
		line("  job-%d: {instance: %s, resources: %s, every: %s, phase: %s, deadline: %s}", i, one("acme-0", "acme-1", "bolt-0"),
			one("[orders]", "[items, orders]"), one("1m", "5m", "7m", "1h"), one("0s", "50s"), one("9d", "9m"))
	}
	line("events:")
	for range 1 + d.IntN(3) {
		line("  - {at: +%dm, %s, for: %dm}", 60+d.IntN(2000), one("application: acme, fault: down", "application: wms, fault: down",
			"application: acme, fault: flaky, rate: 0.4", "application: wms, fault: rejected", "application: bolt, fault: down, how: timeout, applied: true",
			"connection: acme-0, fault: bad_credentials"), 1+d.IntN(200))
	}
	line("operators:\n  - {when: job.disabled, do: enable, after: 20m}\n  - {when: connection.offline, do: reauthorize, after: %dm}", 1+d.IntN(90))
	if d.IntN(2) == 0 {
		line("  - {when: errors.summary, do: retry_errors, after: %dm}", 1+d.IntN(90))
	}
	return b.String()
}
