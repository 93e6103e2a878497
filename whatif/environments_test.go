package whatif_test

import (
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/outagedrill/outagedrill/sim/journal"
	"github.com/outagedrill/outagedrill/whatif"
)

// elsewhereText is a day on which acme is down for an hour from 10:00:30, polled each minute from 00:00 on
// without latency. The failures are those of 10:01, 10:02 … 11:00: the tenth comes at 10:10, the 30th at
// 10:30, the 50th at 10:50, and a hundredth never.
const elsewhereText = `outagedrill: 1
start: 2024-03-04T00:00:00Z
duration: 24h
environment: staging
environments: {rehearsal: {threshold: 30}}
applications: {acme: {records: {orders: 1/m}, latency: 0s}}
connections: {acme-main: {application: acme, auth: none}}
polling_jobs: {poll: {instance: acme-main, resources: [orders], every: 1m}}
events: [{at: "+10h0m30s", application: acme, fault: down, for: 1h}]
operators: [{when: job.disabled, do: enable, after: 2h}]
`

// TestEnvironments: each other environment is told with its jobs that would be off, from when and how long.
// In snapshot the job is disabled at 10:10 and enabled at 12:10, in rehearsal at 10:30 and 12:30.
func TestEnvironments(t *testing.T) {
	got := environments(t, elsewhereText)
	at := func(text string) journal.Time {
		var when journal.Time
		if err := when.UnmarshalJSON([]byte(`"2024-03-04T` + text + `Z"`)); err != nil {
			t.Fatal(err)
		}
		return when
	}
	off := func(since string) []journal.JobElsewhere {
		return []journal.JobElsewhere{{Job: "poll", Disablements: 1, DisabledAt: at(since), OffFor: 7200e9}}
	}
	want := []journal.EnvironmentPlayed{
		{Environment: "snapshot", Threshold: 10, Jobs: off("10:10:00")},
		{Environment: "rehearsal", Threshold: 30, Jobs: off("10:30:00")},
		{Environment: "production", Threshold: 100, Jobs: []journal.JobElsewhere{}},
	}
	if d := gocmp.Diff(want, got); d != "" {
		t.Errorf("want (-), got (+):\n%s", d)
	}
}

// TestEnvironmentsWithoutEnd: a job that nobody enables is off since its last disablement, to the end.
func TestEnvironmentsWithoutEnd(t *testing.T) {
	got := environments(t, before(elsewhereText, "operators:"))
	if since := got[0].Jobs[0].OffSince; since == nil || *since != got[0].Jobs[0].DisabledAt ||
		got[0].ManualStepsLeft != 1 {
		t.Errorf("snapshot: %+v (want off since 10:10, and an enable that is left)", got[0].Jobs[0])
	}
}

// TestEnvironmentsOfFlows: what becomes of flows is told too. Acme takes 40 calls an hour and the job wants 60 of
// them, so that the flow, whose two calls an hour come late, waits for the next hour; where the job is disabled
// for being refused, in snapshot and staging, only the first hours are so.
func TestEnvironmentsOfFlows(t *testing.T) {
	const text = `outagedrill: 1
start: 2024-03-04T00:00:00Z
duration: 24h
environment: production
applications:
  acme: {records: {orders: 1/m}, latency: 0s, rate_limit: {requests: 40, per: 1h}}
  wms: {}
connections:
  acme-main: {application: acme, auth: none}
  wms-main: {application: wms, auth: none}
flows:
  orders: {from: acme-main/orders, to: wms-main/orders, every: 30m}
polling_jobs: {poll: {instance: acme-main, resources: [orders], every: 1m}}
events: [{at: "+10h", application: acme, fault: down, for: 15m}]
`
	c := whatif.Case{Timeline: parse(t, text)}
	for i, e := range environments(t, text) {
		c.Environment = []string{"snapshot", "staging"}[i]
		s := run(t, c)
		if e.LateMax != s.Flows[0].LateMax || e.OpenErrors != s.Flows[0].OpenErrors || e.LateMax == 0 {
			t.Errorf("%s: %+v (want the figures of a run there: %v late, %d open errors)", e.Environment, e,
				s.Flows[0].LateMax, s.Flows[0].OpenErrors)
		}
	}
}

// TestEnvironmentsWithoutJobs: an environment is a threshold of polling jobs, and without them nothing.
func TestEnvironmentsWithoutJobs(t *testing.T) {
	if got := environments(t, small); got != nil {
		t.Errorf("%v (want nothing)", got)
	}
}

func environments(t *testing.T, text string) []journal.EnvironmentPlayed {
	t.Helper()
	c := whatif.Case{Timeline: parse(t, text)}
	got, err := whatif.Environments(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// before is the part of a text before a mark.
func before(text, mark string) string {
	head, _, _ := strings.Cut(text, mark)
	return head
}
