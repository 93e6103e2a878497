package whatif_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/outagedrill/outagedrill/engine/policy"
	"github.com/outagedrill/outagedrill/sim"
	"github.com/outagedrill/outagedrill/sim/journal"
	"github.com/outagedrill/outagedrill/sim/timeline"
	"github.com/outagedrill/outagedrill/whatif"
)

// shortestWorlds are jobs that differ in all that can change how long an outage they survive.
const shortestWorlds = `outagedrill: 1
start: 2024-03-01T00:00:00Z
duration: 8h
environment: snapshot
environments: {one: {threshold: 1}, three: {threshold: 3}}
applications:
  plain: {}
  slow: {latency: 25s}
  drawn: {latency: {median: 180ms, p99: 1500ms}, records: {a: 60/h, b: 60/h}}
  limited: {records: {a: 6000/h}, page_size: 10, rate_limit: {requests: 110, per: 5m}}
connections:
  plain-main: {application: plain}
  plain-token: {application: plain, auth: oauth2}
  slow-main: {application: slow}
  drawn-main: {application: drawn, auth: oauth2}
  limited-main: {application: limited}
  wms: {application: plain}
flows:
  limited-flow: {from: limited-main/a, to: wms/a, every: 5m}
polling_jobs:
  minutely: {instance: plain-main, resources: [a], every: 1m}
  phased: {instance: plain-main, resources: [a], every: 5m, phase: 7m13s}
  token: {instance: plain-token, resources: [a, b], every: 15m}
  late: {instance: slow-main, resources: [a, b, c], every: 1m}
  drawn: {instance: drawn-main, resources: [a, b], every: 1m, phase: 3s}
  limited: {instance: limited-main, resources: [a], every: 1m}
events:
  - {at: +1h, application: plain, fault: down, for: 10h}
operators:
  - {when: job.disabled, do: enable}
`

// TestShortestOutages holds every answer against a bisection from outside, which tries lengths from no
// outage to one without end by runs of its own over the whole timeline.
func TestShortestOutages(t *testing.T) {
	tl, err := timeline.Parse("worlds.yaml", []byte(shortestWorlds))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ environment, assume, value string }{
		{environment: "snapshot"},
		{environment: "one"},
		{environment: "snapshot", assume: "trip.resources", value: "sum"},
		{environment: "snapshot", assume: "trip.resources", value: "all"},
		{environment: "snapshot", assume: "counts.vendor_down", value: "false"},
	} {
		p, err := policy.Load("sap-open-connectors")
		if err == nil && c.assume != "" {
			p, err = p.Override(c.assume, c.value)
		}
		if err != nil {
			t.Fatal(err)
		}
		base := whatif.Case{Timeline: tl, PollingJobs: p, Environment: c.environment}
		solved, err := whatif.ShortestOutages(t.Context(), base)
		if err != nil {
			t.Fatal(err)
		}
		for i, job := range tl.PollingJobs {
			t.Run(fmt.Sprintf("%s/%s=%s/%s", c.environment, c.assume, c.value, job.Name), func(t *testing.T) {
				outside(t, base, i, solved[i])
			})
		}
	}
}

// outside finds a job's shortest outage by halves, and wants the answer to be that.
func outside(t *testing.T, base whatif.Case, job int, got whatif.Shortest) {
	t.Helper()
	of := base.Timeline.PollingJobs[job]
	start := base.Timeline.Start.Add(of.Phase.Std() + of.Every.Std())
	dies := func(length time.Duration) bool {
		tl := *base.Timeline
		tl.Operators, tl.Faults = nil, nil
		if tl.Applications[tl.Connections[tl.PollingJobs[job].Instance].Application].Limit == nil {
			tl.Flows, tl.PollingJobs = nil, tl.PollingJobs[job:job+1] // draws are keyed by the number of the call
		}
		if length > 0 {
			instance := base.Timeline.PollingJobs[job].Instance
			tl.Faults = []timeline.Fault{{
				From: start, To: start.Add(length), Connection: -1, Kind: "down", How: "status", Status: 503,
				Application: tl.Connections[instance].Application,
			}}
		}
		s, err := sim.Run(t.Context(), &tl, sim.Options{PollingJobs: base.PollingJobs, Environment: base.Environment},
			func(*journal.Entry) error { return nil })
		if err != nil {
			t.Fatal(err)
		}
		for _, j := range s.Jobs {
			if j.ID == base.Timeline.PollingJobs[job].Name {
				return len(j.Disablements) > 0
			}
		}
		t.Fatal("the job is gone")
		return false
	}
	lives, dead := time.Duration(0), 7*time.Hour
	switch {
	case dies(0):
		dead = 0
	case !dies(dead):
		if got.Never == "" {
			t.Errorf("an outage of %v disables it (want none)", got.Length)
		}
		return
	default:
		for dead-lives > 1 {
			if half := lives + (dead-lives)/2; dies(half) {
				dead = half
			} else {
				lives = half
			}
		}
	}
	if got.Never != "" || got.Length != dead {
		t.Errorf("an outage of %v disables it, %q (want %v)", got.Length, got.Never, dead)
	}
}

// TestFleet: each job's line names what its answer is of.
func TestFleet(t *testing.T) {
	tl, err := timeline.Parse("worlds.yaml", []byte(shortestWorlds))
	if err != nil {
		t.Fatal(err)
	}
	got, err := whatif.Fleet(t.Context(), whatif.Case{Timeline: tl, Environment: "three"})
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range got {
		job := &tl.PollingJobs[i]
		app := &tl.Applications[tl.Connections[job.Instance].Application]
		if f.Job != job.Name || f.Application != app.Name || f.Threshold != 3 || f.EverySeconds != journal.Seconds(job.Every) ||
			f.Drawn != (app.Name == "drawn") {
			t.Errorf("%+v is not of %s", f, job.Name)
		}
	}
	// Ticks at 1, 2 and 3 min fail; the outage must last into the third: 2 min and 1 ns from the first.
	if s := got[0].ShortestOutage; s == nil || time.Duration(*s) != 2*time.Minute+1 {
		t.Errorf("minutely: %v (want 2 min and a nanosecond)", s)
	}
}
