package sim_test

import (
	"bytes"
	"context"
	"slices"
	"testing"

	"github.com/outagedrill/outagedrill/engine/policy"
	"github.com/outagedrill/outagedrill/sim"
	"github.com/outagedrill/outagedrill/sim/journal"
	"github.com/outagedrill/outagedrill/sim/timeline"
)

// effect is a timeline in which a value of a policy makes a difference.
type effect struct {
	play   string   // lines that differ from flowsWorld or jobsWorld
	others []string // values to try where the policy names no alternatives
}

// flowsWorld is what the timelines of flow values share: two flows of one application to another.
const flowsWorld = `
duration: 6h
applications:
  acme: {records: {orders: 1/m}, token_lifetime: 1h}
  wms: {}
connections:
  acme-main: {application: acme}
  acme-other: {application: acme}
  wms-main: {application: wms}
flows:
  orders: {from: acme-main/orders, to: wms-main/orders, every: 15m}
  others: {from: acme-main/orders, to: wms-main/others, every: 15m, phase: 5m}
`

const downAnHour = `events: [{at: +1h, application: acme, fault: down, for: 1h10m}]`

// twoSlowTimes is slower than 10 s and faster than 30 s, then slower than 30 s and faster than 60 s.
const twoSlowTimes = `events:
  - {at: +1h, application: acme, fault: slow, latency: 20s, for: 20m}
  - {at: +2h, application: acme, fault: slow, latency: 45s, for: 20m}`

const oauthConnections = `connections:
  acme-main: {application: acme, auth: oauth2}
  acme-other: {application: acme, auth: oauth2}
  wms-main: {application: wms}
`

// flowEffects names a timeline for each value of the policy of flows.
func flowEffects() map[string]effect {
	return map[string]effect{
		"call.timeout": {play: twoSlowTimes},
		"token.refresh_before": {play: oauthConnections + `flows:
  orders: {from: acme-main/orders, to: wms-main/orders, every: 30s}`},
		"token.fallback": {play: oauthConnections + `flows:
  orders: {from: acme-main/orders, to: wms-main/orders, every: 30s}
events: [{at: +58m, connection: acme-main, fault: token_refresh, how: transient, for: 90s}]`},
		"write.failed_applied": {play: `applications:
  acme: {records: {orders: 1/m}}
  wms: {idempotent: false}
events: [{at: +1h, application: wms, fault: down, for: 3s}]`},
		"retry.waits":   {play: downAnHour},
		"retry.budget":  {play: downAnHour},
		"offline.scope": {play: downAnHour},
		"offline.bad_credentials_at_once": {
			play: `events: [{at: +1h, connection: acme-main, fault: bad_credentials}]`,
		},
		"offline.token_scope": {play: oauthConnections +
			`events: [{at: +30m, connection: acme-main, fault: token_refresh, how: transient, for: 2h}]`},
		"rate_limit.default_wait": {
			play: `events: [{at: +1h, application: acme, fault: rate_limited, for: 6m}]`,
		},
		"queue.missed_starts":      {play: downAnHour},
		"queue.frozen_first":       {play: queuedBeforeFrozen},
		"queue.in_turn":            {play: flowsTogether, others: []string{"false"}},
		"connection.flows_at_once": {play: flowsTogether},
		"sweep.every":              {play: downAnHour, others: []string{"30m"}},
		"sweep.offset":             {play: downAnHour},
		"sweep.tests": {
			play:   `events: [{at: +1h, connection: acme-main, fault: bad_credentials}]`,
			others: []string{"offline"},
		},
		"sweep.rate_limited_passes": {play: `events:
  - {at: +1h, application: acme, fault: down, for: 30m}
  - {at: +90m, application: acme, fault: rate_limited, for: 1h}`},
		"errors.auto_resolve": {play: `events: [{at: +1h, application: wms, fault: down, for: 1h}]`},
		"errors.retained": {play: `events:
  - {at: +1h, application: wms, fault: down, for: 1h}
  - {at: +3h, operator: retry_errors, flow: orders}`, others: []string{"5"}},
		"errors.summary_every": {
			play:   `events: [{at: +1h, application: wms, fault: down, for: 1h}]`,
			others: []string{"20m"},
		},
		"advice.after": {play: `events:
  - {at: +1h, application: acme, fault: down, for: 10m}
  - {at: +1h, connection: acme-main, fault: bad_credentials}`, others: []string{"60m"}},
	}
}

// flowsTogether has two flows due at one instant on one connection, each taking a while.
const flowsTogether = `applications:
  acme: {records: {orders: 1/m}, latency: 5s}
  wms: {}
flows:
  orders: {from: acme-main/orders, to: wms-main/orders, every: 15m}
  others: {from: acme-main/orders, to: wms-main/others, every: 15m}`

// queuedBeforeFrozen has a run that is queued at 01:01, its destination busy from 00:59 to 01:09, and one on
// the same source that starts at 01:02, fails and is frozen.
const queuedBeforeFrozen = `applications:
  acme: {records: {orders: 1/m}}
  wms: {}
  busy: {records: {orders: 1/m}}
connections:
  acme-main: {application: acme}
  wms-main: {application: wms}
  busy-main: {application: busy}
  busy-other: {application: busy}
flows:
  holds: {from: busy-other/orders, to: busy-main/orders, every: 4h, phase: 59m}
  waits: {from: acme-main/orders, to: busy-main/others, every: 4h, phase: 61m}
  fails: {from: acme-main/orders, to: wms-main/orders, every: 4h, phase: 62m}
events:
  - {at: +59m, application: busy, fault: rate_limited, retry_after: 10m, for: 1m}
  - {at: +62m, application: acme, fault: down, for: 30m}`

// jobsWorld is what the timelines of polling jobs' values share.
const jobsWorld = `
duration: 4h
environment: snapshot
environments: {strict: {threshold: 3}}
applications:
  acme: {records: {a: 1/m, b: 1/m}, token_lifetime: 1h}
connections:
  main: {application: acme}
polling_jobs:
  poll: {instance: main, resources: [a, b], every: 1m}
`

const oauthConnection = "connections:\n  main: {application: acme, auth: oauth2}\n"

const downAndEnabled = `events:
  - {at: +1h, application: acme, fault: down, for: 1h}
  - {at: +90m30s, operator: enable, job: poll}`

// jobEffects names a timeline for each value of the policy of polling jobs.
func jobEffects() map[string]effect {
	return map[string]effect{
		"call.timeout":         {play: twoSlowTimes},
		"token.refresh_before": {play: oauthConnection},
		"token.fallback": {play: oauthConnection +
			`events: [{at: +58m, connection: main, fault: token_refresh, how: transient, for: 90s}]`},
		"poll.order": {
			play:   `events: [{at: +1h, application: acme, fault: slow, latency: 1s, for: 10m}]`,
			others: []string{"parallel"},
		},
		"poll.stop_on_failure": {
			play: `events: [{at: +1h, application: acme, fault: down, resources: [a], for: 5m}]`,
		},
		"poll.honour_retry_after": {
			play: `events: [{at: +1h, application: acme, fault: rate_limited, retry_after: 5m, for: 20m}]`,
		},
		"counts.rate_limited": {
			play:   `events: [{at: +1h, application: acme, fault: rate_limited, for: 20m}]`,
			others: []string{"false"},
		},
		"counts.bad_credentials": {
			play:   `events: [{at: +1h, connection: main, fault: bad_credentials}]`,
			others: []string{"false"},
		},
		"counts.token_refresh_failed": {
			play: oauthConnection +
				`events: [{at: +1h, connection: main, fault: token_refresh, how: dead}]`,
			others: []string{"false"},
		},
		"counts.vendor_down": {play: downAndEnabled, others: []string{"false"}},
		"counts.rejected":    {play: `events: [{at: +1h, application: acme, fault: rejected, for: 20m}]`},
		"reset.scope": {play: `events:
  - {at: +1h, application: acme, fault: down, resources: [a], for: 6m}
  - {at: +70m, application: acme, fault: down, resources: [a], for: 6m}
  - {at: +2h, application: acme, fault: down, resources: [a], for: 20m}`},
		"reset.on_empty": {play: `polling_jobs:
  poll: {instance: main, resources: [none], every: 1m}
events:
  - {at: +1h, application: acme, fault: down, for: 6m}
  - {at: +70m, application: acme, fault: down, for: 6m}`},
		"threshold.snapshot": {play: downAndEnabled, others: []string{"9", "11"}},
		"threshold.staging":  {play: "environment: staging\n" + downAndEnabled, others: []string{"49", "51"}},
		"threshold.production": {
			play:   "environment: production\nevents: [{at: +1h, application: acme, fault: down}]",
			others: []string{"99", "101"},
		},
		"threshold.boundary":  {play: downAndEnabled},
		"trip.resources":      {play: downAndEnabled, others: []string{"all", "sum"}},
		"enable.keeps_counts": {play: downAndEnabled},
		"enable.first_poll":   {play: downAndEnabled},
		"enable.when_enabled": {play: `events: [{at: +1h, operator: enable, job: poll}]`},
		"reauthorize.enables": {play: `events:
  - {at: +1h, connection: main, fault: bad_credentials}
  - {at: +2h, operator: reauthorize, connection: main}`},
		"environment.change": {play: `events:
  - {at: +1h, application: acme, fault: down, for: 9m}
  - {at: +65m30s, environment: strict}`},
	}
}

// Each value of both policies is read: in the timeline named for it every other value gives another journal,
// run.started aside, which only tells the values.
func TestEveryPolicyValueIsRead(t *testing.T) {
	t.Run("flows", func(t *testing.T) {
		with := func(p *policy.Policy) sim.Options { return sim.Options{ListCalls: true, Flows: p} }
		everyValueIsRead(t, "celigo-integrator", flowsWorld, flowEffects(), with)
	})
	t.Run("polling jobs", func(t *testing.T) {
		with := func(p *policy.Policy) sim.Options { return sim.Options{ListCalls: true, PollingJobs: p} }
		everyValueIsRead(t, "sap-open-connectors", jobsWorld, jobEffects(), with)
	})
}

func everyValueIsRead(
	t *testing.T, name, world string, effects map[string]effect, with func(p *policy.Policy) sim.Options,
) {
	t.Helper()
	p, err := policy.Load(name)
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Values) != len(effects) {
		t.Errorf("%s has %d values and the table %d", name, len(p.Values), len(effects))
	}
	for _, v := range p.Values {
		t.Run(v.Name, func(t *testing.T) {
			e, ok := effects[v.Name]
			others := slices.Concat(e.others, v.Alternatives)
			if !ok || len(others) == 0 {
				t.Fatal("the table has no timeline or no other value for it")
			}
			text := "outagedrill: 1\nname: x\nstart: 2024-03-04T00:00:00Z\n" + merge(world, e.play)
			built := journalOf(t, text, with(p))
			for _, other := range others {
				changed, err := p.Override(v.Name, other)
				if err != nil {
					t.Fatal(err)
				}
				if bytes.Equal(built, journalOf(t, text, with(changed))) {
					t.Errorf("%s = %s changes nothing", v.Name, other)
				}
			}
		})
	}
}

// journalOf plays a timeline and returns its journal without run.started.
func journalOf(t *testing.T, text string, opt sim.Options) []byte {
	t.Helper()
	tl, err := timeline.Parse("x.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	var out []byte
	_, err = sim.Run(context.Background(), tl, opt, func(en *journal.Entry) error {
		if en.Kind != journal.RunStarted {
			out = append(en.AppendJSON(out), '\n')
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
