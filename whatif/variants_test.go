package whatif_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/outagedrill/outagedrill/sim/timeline"
	"github.com/outagedrill/outagedrill/whatif"
)

// small is a timeline in which hardly anything can matter: one flow that says its auto-resolve, between two
// connections without tokens that say their slots.
const small = `outagedrill: 1
start: 2024-03-04T00:00:00Z
duration: 1h
applications: {acme: {records: {orders: 1/m}}, wms: {}}
connections:
  acme-main: {application: acme, auth: none, flows_at_once: 3}
  wms-main: {application: wms, auth: none, flows_at_once: 3}
flows: {orders: {from: acme-main/orders, to: wms-main/orders, every: 5m, auto_resolve: true}}
events: [{at: +5m, application: acme, fault: down, for: 10m}]
`

const always = "call.timeout write.failed_applied retry.waits retry.budget" +
	" offline.bad_credentials_at_once rate_limit.default_wait queue.missed_starts sweep.rate_limited_passes"

const ofJobs = "poll.honour_retry_after counts.rejected reset.scope reset.on_empty threshold.boundary"

// TestWhatIsVaried: which assumptions are tried depends on what is in the timeline and on what is fixed.
func TestWhatIsVaried(t *testing.T) {
	jobs := "polling_jobs: {poll: {instance: acme-main, resources: [orders], every: 1m}}\n"
	noFlows := strings.Replace(small, "flows: {", "#", 1)
	with := func(pairs ...string) string { return strings.NewReplacer(pairs...).Replace(small) }
	for _, c := range []struct{ name, text, want string }{
		{"hardly anything", small, "sweep.offset " + always},
		{
			"a flow that leaves auto-resolve open", with(", auto_resolve: true", ""),
			"sweep.offset " + always + " errors.auto_resolve",
		},
		{
			"two flows", with("auto_resolve: true}}", "auto_resolve: true}, "+
				"b: {from: acme-main/orders, to: wms-main/b, every: 5m, auto_resolve: true}}"),
			"sweep.offset " + always + " queue.frozen_first",
		},
		{
			"two flows that may be slowed by slots", with("auto_resolve: true}}", "auto_resolve: true}, "+
				"b: {from: acme-main/orders, to: wms-main/b, every: 5m, auto_resolve: true}}",
				"wms, auth: none, flows_at_once: 3", "wms, auth: none"),
			"sweep.offset " + always + " queue.frozen_first connection.flows_at_once",
		},
		{
			"tokens", with("wms, auth: none", "wms, auth: oauth2"),
			"sweep.offset " + always + " token.refresh_before token.fallback",
		},
		{"two connections of an application", with("flows: {", "  wms-2: {application: wms, auth: none, "+
			"flows_at_once: 1}\nflows: {"), "sweep.offset " + always + " offline.scope"},
		{
			"both", with("flows: {", "  wms-2: {application: wms, auth: oauth2, flows_at_once: 1}\nflows: {"),
			"sweep.offset " + always + " offline.scope token.refresh_before token.fallback offline.token_scope",
		},
		{"neither flows nor jobs", noFlows, ""},
		{"a test without flows", strings.Replace(noFlows, "for: 10m}]",
			"for: 10m}, {at: +6m, operator: test, connection: acme-main}]", 1), "call.timeout"},
		{"a job", noFlows + jobs, "call.timeout " + ofJobs},
		{
			"a job of several resources", noFlows + strings.Replace(jobs, "[orders]", "[orders, b]", 1),
			"call.timeout poll.stop_on_failure " + ofJobs,
		},
		{
			"somebody who enables", noFlows + jobs + "operators: [{when: job.disabled, do: enable, after: 1m}]",
			"call.timeout " + ofJobs + " enable.keeps_counts enable.first_poll enable.when_enabled",
		},
		{
			"somebody who re-authorizes", noFlows + jobs +
				"operators: [{when: connection.offline, do: reauthorize, after: 1m}]",
			"call.timeout " + ofJobs + " reauthorize.enables",
		},
		{
			"another environment", strings.Replace(noFlows, "for: 10m}]",
				"for: 10m}, {at: +6m, environment: staging}]", 1) + jobs,
			"call.timeout " + ofJobs + " environment.change",
		},
	} {
		got := varied(t, whatif.Case{Timeline: parse(t, c.text)})
		want := strings.Fields(c.want)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s: varied\n  %v, want\n  %v", c.name, got, want)
		}
	}
}

func parse(t *testing.T, text string) *timeline.Timeline {
	t.Helper()
	tl, err := timeline.Parse("small.yaml", []byte(text))
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	return tl
}

// varied are the names of the assumptions that are varied, sorted.
func varied(t *testing.T, c whatif.Case) []string {
	t.Helper()
	variants, err := whatif.Variants(c)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for i, v := range variants {
		if v.Assumption == "" && (i > 0 || len(v.Case.Timeline.Faults) > 0) {
			t.Errorf("variant %d: faults are left out first and once", i)
		}
		if v.Assumption != "" {
			names = append(names, v.Assumption)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// TestFixed: what the user says is not varied; nor is what a source documents, for it has no alternatives.
func TestFixed(t *testing.T) {
	c := whatif.Case{Timeline: parse(t, small), Flows: load(t, "celigo-integrator")}
	before := varied(t, c)
	for _, name := range before {
		v, _ := c.Flows.Value(name)
		fixed, err := c.Flows.Override(name, v.Text)
		if err != nil {
			t.Fatal(err)
		}
		got := varied(t, whatif.Case{Timeline: c.Timeline, Flows: fixed})
		if len(got) != len(before)-1 || slices.Contains(got, name) {
			t.Errorf("with %s fixed: %v", name, got)
		}
	}
}

// TestOffsets: every minute of the sweep's interval but the base case's, or so many minutes apart that sixty
// offsets cover it.
func TestOffsets(t *testing.T) {
	for every, want := range map[string]string{
		"30s": "[]",
		"60s": "[]",
		"90s": "[1m]",
		"5m":  "[1m 2m 3m 4m]",
		"1h":  "59: 1m 2m … 59m",
		"2h":  "59: 2m 4m … 118m",
		"61m": "30: 2m 4m … 60m",
		"24h": "59: 24m 48m … 1416m",
	} {
		p, err := load(t, "celigo-integrator").Override("sweep.every", every)
		if err != nil {
			t.Fatal(err)
		}
		variants, err := whatif.Variants(whatif.Case{Timeline: parse(t, small), Flows: p})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, v := range variants {
			if v.Assumption == "sweep.offset" {
				got = append(got, v.Value)
			}
		}
		told := fmt.Sprint(got)
		if n := len(got); n > 5 {
			told = fmt.Sprintf("%d: %s %s … %s", n, got[0], got[1], got[n-1])
		}
		if told != want {
			t.Errorf("a sweep each %s: offsets %s, want %s", every, told, want)
		}
	}
}
