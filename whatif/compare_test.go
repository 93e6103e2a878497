package whatif_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/outagedrill/outagedrill/engine/policy"
	"github.com/outagedrill/outagedrill/sim/journal"
	"github.com/outagedrill/outagedrill/sim/timeline"
	"github.com/outagedrill/outagedrill/whatif"
)

// compareWorld has an outage of three hours, a person who enables jobs late, and records that expire, are doubled
// and stay open errors: no figure that is compared is 0.
const compareWorld = `outagedrill: 1
start: 2024-03-01T00:00:00Z
duration: 12h
environments: {qa: {threshold: 70}}
applications:
  acme: {records: {orders: 60/h}, retention: 2h}
  wms: {idempotent: false}
connections: {acme-main: {application: acme}, wms-main: {application: wms}}
flows:
  out: {from: acme-main/orders, to: wms-main/orders, every: 15m}
  empty: {from: acme-main/nothing, to: acme-main/nothing, every: 1h}
polling_jobs:
  quick: {instance: acme-main, resources: [orders], every: 1m}
  slow: {instance: acme-main, resources: [orders], every: 5m}
  idle: {instance: wms-main, resources: [orders], every: 6h}
events:
  - {at: +2h14m, application: wms, fault: down, for: 3h, applied: true}
  - {at: +2h17m, application: acme, fault: down, for: 3h}
  - {at: +9h, application: wms, fault: rejected, resources: [orders], for: 10m}
  - {at: +10h, application: acme, fault: down, for: 1h30m}
operators:
  - {when: job.disabled, do: enable, after: 2h30m}
`

func compareBase(t *testing.T, text string) whatif.Case {
	t.Helper()
	tl, err := timeline.Parse("world.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return whatif.Case{Timeline: tl, Flows: load(t, "celigo-integrator"), PollingJobs: load(t, "sap-open-connectors")}
}

// TestCompare holds every case against runs of its own: one for each minute of the sweep.
func TestCompare(t *testing.T) {
	base := compareBase(t, compareWorld)
	plan, err := whatif.NewComparing([]whatif.Case{base}, []whatif.Axis{
		{Name: "environment", Settings: []whatif.Setting{
			whatif.InEnvironment("staging"), whatif.InEnvironment("qa"),
		}},
		{Name: "errors.auto_resolve", Settings: []whatif.Setting{whatif.Assuming("errors.auto_resolve", "true")}},
		{Name: "quick every", Settings: []whatif.Setting{
			whatif.Every("quick", time.Minute), whatif.Every("quick", 2*time.Minute),
		}},
		{Name: "threshold", Settings: []whatif.Setting{whatif.AtThreshold(60), whatif.AtThreshold(95)}},
	})
	if err != nil {
		t.Fatal(err)
	}
	got, err := plan.Run(t.Context(), false, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Axes) != 3 || len(got.Timelines) != 1 || len(got.Timelines[0].Cases) != 8 || got.Runs != 8*60 {
		t.Fatalf("%d axes, %d timelines, %d runs", len(got.Axes), len(got.Timelines), got.Runs)
	}
	// Down from 02:14 to 05:14, from 02:17 to 05:17 and from 10:00 to 11:30: 7 h 30 min; rejecting is no outage.
	if g := got.Timelines[0]; g.Outages != 3 || time.Duration(g.Down) != 450*time.Minute || g.Jobs != 3 || g.Flows != 2 ||
		g.Name != "world" || g.End.Sub(g.Start) != 12*time.Hour {
		t.Errorf("the timeline is told as %d outages of %v, %d jobs, %d flows (want 3 of 7h30m, 3 and 2)",
			g.Outages, time.Duration(g.Down), g.Jobs, g.Flows)
	}
	var most map[string]int64
	for _, c := range got.Timelines[0].Cases {
		for name, n := range ofCase(&c.Worst) {
			if most == nil {
				most = map[string]int64{}
			}
			most[name] = max(most[name], n)
		}
	}
	for name, n := range most {
		if n == 0 {
			t.Errorf("no case has any %s: nothing is compared", name)
		}
	}
	i := 0
	for _, environment := range []string{"staging", "qa"} {
		for _, every := range []string{"1m", "2m"} {
			for _, threshold := range []string{"60", "95"} {
				c := got.Timelines[0].Cases[i]
				i++
				t.Run(environment+"/"+every+"/"+threshold, func(t *testing.T) {
					want := []journal.Setting{
						{Axis: "environment", Value: environment},
						{Axis: "quick every", Value: every},
						{Axis: "threshold", Value: threshold},
					}
					if d := cmp.Diff(want, c.Settings); d != "" {
						t.Fatalf("settings (-want +got):\n%s", d)
					}
					if c.Environment != environment || strconv.Itoa(c.Threshold) != threshold || c.Offsets != 60 {
						t.Errorf("%s, threshold %d, %d offsets", c.Environment, c.Threshold, c.Offsets)
					}
					everyMinute(t, &c, environment, every, threshold)
				})
			}
		}
	}
}

// everyMinute plays the world in the case's words for each minute, and wants the case's figures.
func everyMinute(t *testing.T, c *journal.ComparedCase, environment, every, threshold string) {
	t.Helper()
	text := strings.ReplaceAll(compareWorld, "every: 1m", "every: "+every)
	jobs := load(t, "sap-open-connectors")
	if environment == "qa" {
		text = strings.ReplaceAll(text, "threshold: 70", "threshold: "+threshold)
	} else {
		jobs = overridden(t, jobs, "threshold."+environment, threshold)
	}
	one := compareBase(t, text)
	one.PollingJobs, one.Timeline.Environment = jobs, environment
	flows := overridden(t, one.Flows, "errors.auto_resolve", "true")
	best, worst, all := map[string]int64{}, map[string]int64{}, map[string][]int64{}
	for minute := range 60 {
		one.Flows = overridden(t, flows, "sweep.offset", fmt.Sprintf("%dm", minute))
		figures := caseTold(run(t, one))
		for name, n := range figures {
			if _, ok := best[name]; !ok {
				best[name], worst[name] = n, n
			}
			best[name], worst[name] = min(best[name], n), max(worst[name], n)
			all[name] = append(all[name], n)
		}
		if minute == 0 {
			if d := cmp.Diff(figures, ofCase(&c.Base)); d != "" {
				t.Errorf("base (-want +got):\n%s", d)
			}
		}
	}
	if d := cmp.Diff(best, ofCase(&c.Best)) + cmp.Diff(worst, ofCase(&c.Worst)); d != "" {
		t.Errorf("best and worst (-want +got):\n%s", d)
	}
	median := map[string]int64{}
	for name, list := range all {
		slices.Sort(list)
		median[name] = list[30] // of the two in the middle the worse one, as in ranges
	}
	if d := cmp.Diff(median, ofCase(c.Median)); d != "" {
		t.Errorf("median (-want +got):\n%s", d)
	}
}

func overridden(t *testing.T, p *policy.Policy, name, value string) *policy.Policy {
	t.Helper()
	q, err := p.Override(name, value)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// noRecovery stands for a recovery that did not come.
const noRecovery = int64(1) << 62

// caseTold reads figures from a summary, in other ways than the comparison does where there are some.
func caseTold(s *journal.Summary) map[string]int64 {
	m := map[string]int64{
		"lost": s.Totals.RecordsLost, "steps": int64(s.Totals.ManualSteps), "left": int64(s.Totals.ManualStepsLeft),
		"disablements": s.Totals.Disablements, "calls": s.Totals.Calls, "off": 0, "off for": 0, "paused for": 0,
		"recovery": 0, "late": 0, "errors": 0, "doubled": s.Totals.RecordsDuplicated, "off while well": 0,
		"disabled": 0, "paused": 0, "flows off": 0,
	}
	for _, j := range s.Jobs {
		m["off while well"] += int64(j.OffAfterWell)
		m["disabled"] += int64(min(len(j.Disablements), 1))
		if j.State == "disabled" {
			m["off"]++
		}
		for _, d := range j.Disablements {
			m["off for"] += int64(orEnd(d.EnabledAt, s) - d.At)
		}
	}
	for _, f := range s.Flows {
		m["late"] = max(m["late"], int64(f.LateMax))
		m["errors"] += f.OpenErrors
		m["paused"] += int64(min(len(f.Paused), 1))
		if n := len(f.Paused); n > 0 && f.Paused[n-1].FlowsAgainAt == nil {
			m["flows off"]++
		}
		for _, p := range f.Paused {
			m["paused for"] += int64(orEnd(p.To, s) - p.From)
		}
	}
	for _, o := range s.Outages {
		if o.RecoveryDelay == nil {
			m["recovery"] = noRecovery
		} else {
			m["recovery"] = max(m["recovery"], int64(*o.RecoveryDelay))
		}
	}
	return m
}

func orEnd(t *journal.Time, s *journal.Summary) journal.Time {
	if t == nil {
		return s.End
	}
	return *t
}

func ofCase(f *journal.CaseFigures) map[string]int64 {
	recovery := noRecovery
	if f.RecoveryDelay != nil {
		recovery = int64(*f.RecoveryDelay)
	}
	return map[string]int64{
		"lost": f.Lost, "steps": int64(f.ManualSteps), "left": int64(f.ManualStepsLeft),
		"disablements": int64(f.Disablements), "calls": f.Calls, "off": int64(f.JobsOff),
		"off for": int64(f.OffFor), "paused for": int64(f.PausedFor), "recovery": recovery,
		"late": int64(f.LateMax), "errors": f.OpenErrors, "doubled": f.Duplicated,
		"off while well": int64(f.OffAfterWell), "disabled": int64(f.JobsDisabled), "paused": int64(f.FlowsPaused),
		"flows off": int64(f.FlowsOff),
	}
}

// TestCompareTogether: several timelines have their cases in one order, and are added up; where no connection
// goes offline the sweep is not tried.
func TestCompareTogether(t *testing.T) {
	quiet := compareBase(t, strings.NewReplacer("for: 3h", "for: 1m", "for: 1h30m", "for: 1m").Replace(compareWorld))
	plan, err := whatif.NewComparing([]whatif.Case{quiet, compareBase(t, compareWorld)}, []whatif.Axis{
		{Name: "environment", Settings: []whatif.Setting{whatif.InEnvironment("staging"), whatif.InEnvironment("qa")}},
	})
	if err != nil {
		t.Fatal(err)
	}
	got, err := plan.Run(t.Context(), false, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Together) != 2 {
		t.Fatalf("%d cases together (want 2)", len(got.Together))
	}
	for i, c := range got.Together {
		b, a := got.Timelines[0].Cases[i], got.Timelines[1].Cases[i]
		if a.Offsets != 60 || b.Offsets != 1 || c.Offsets != 60 || got.Runs != 122 {
			t.Errorf("%d, %d and %d offsets, %d runs in all (want 60, 1, 60 and 122)", a.Offsets, b.Offsets, c.Offsets, got.Runs)
		}
		if a.Median == nil || b.Median != nil || c.Median != nil {
			t.Error("there is a median of one that was run under several offsets, and of no other")
		}
		for what, f := range map[string][3]*journal.CaseFigures{
			"base": {&a.Base, &b.Base, &c.Base}, "best": {&a.Best, &b.Best, &c.Best}, "worst": {&a.Worst, &b.Worst, &c.Worst},
		} {
			if d := cmp.Diff(addedUp(ofCase(f[0]), ofCase(f[1])), ofCase(f[2])); d != "" {
				t.Errorf("case %d, %s (-want +got):\n%s", i+1, what, d)
			}
		}
	}
}

// addedUp adds the figures of two timelines up, but for the slowest recovery and the latest record.
func addedUp(a, b map[string]int64) map[string]int64 {
	sum := map[string]int64{}
	for name, n := range a {
		if sum[name] = n + b[name]; name == "recovery" || name == "late" {
			sum[name] = max(n, b[name])
		}
	}
	return sum
}

// TestCompareTokenAgesTogether: a timeline without tokens counts as it is beside those with tokens of other ages.
func TestCompareTokenAgesTogether(t *testing.T) {
	aged := strings.Replace(compareWorld, "{application: wms}", "{application: wms, auth: oauth2}", 1)
	bases := []whatif.Case{compareBase(t, compareWorld), compareBase(t, aged), compareBase(t, compareWorld)}
	plan, err := whatif.NewComparing(bases, nil)
	if err != nil {
		t.Fatal(err)
	}
	got, err := plan.Run(t.Context(), false, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	ages, plain := got.Timelines[1].Cases[0].TokenAges, ofCase(&got.Timelines[0].Cases[0].Base)
	if len(ages) != 3 || len(got.Together[0].TokenAges) != 3 {
		t.Fatalf("tokens of %d and %d other ages (want 3)", len(ages), len(got.Together[0].TokenAges))
	}
	for k := range ages {
		want := addedUp(addedUp(plain, ofCase(&ages[k])), plain)
		if d := cmp.Diff(want, ofCase(&got.Together[0].TokenAges[k])); d != "" {
			t.Errorf("age %d (-want +got):\n%s", k, d)
		}
	}
}

// TestCompareTokenAges: where there are tokens, each case is run with each alternative of when they are renewed,
// and otherwise not; nor where somebody says when.
func TestCompareTokenAges(t *testing.T) {
	text := strings.Replace(compareWorld, "{application: wms}", "{application: wms, auth: oauth2}", 1)
	every := []whatif.Axis{{Name: "quick every", Settings: []whatif.Setting{
		whatif.Every("quick", time.Minute), whatif.Every("quick", 2*time.Minute),
	}}}
	compare := func(base whatif.Case, axes ...whatif.Axis) []journal.ComparedCase {
		t.Helper()
		plan, err := whatif.NewComparing([]whatif.Case{base}, axes)
		if err != nil {
			t.Fatal(err)
		}
		got, err := plan.Run(t.Context(), false, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		return got.Timelines[0].Cases
	}
	base := compareBase(t, text)
	for i, c := range compare(base, every...) {
		one := compareBase(t, strings.ReplaceAll(text, "every: 1m", "every: "+[]string{"1m", "2m"}[i]))
		for k, value := range []string{"0s", "5m", "15m"} {
			other := one
			other.Flows = overridden(t, one.Flows, "token.refresh_before", value)
			other.PollingJobs = overridden(t, one.PollingJobs, "token.refresh_before", value)
			if d := cmp.Diff(caseTold(run(t, other)), ofCase(&c.TokenAges[k])); d != "" {
				t.Errorf("case %d, tokens renewed %s before they lapse (-want +got):\n%s", i+1, value, d)
			}
		}
		if len(c.TokenAges) != 3 {
			t.Errorf("case %d: tokens of %d other ages (want 3)", i+1, len(c.TokenAges))
		}
	}
	said := whatif.Axis{Name: "x", Settings: []whatif.Setting{whatif.Assuming("token.refresh_before", "0s")}}
	if c := compare(base, said); len(c[0].TokenAges) != 0 {
		t.Error("tokens are of other ages though it was said when they are renewed")
	}
	if c := compare(compareBase(t, compareWorld), every...); len(c[0].TokenAges) != 0 {
		t.Error("tokens are of other ages where there are none")
	}
}

// TestComparingRefuses: what cannot be combined is told before anything runs.
func TestComparingRefuses(t *testing.T) {
	base := compareBase(t, compareWorld)
	var many []whatif.Setting
	for n := range 23 {
		many = append(many, whatif.AtThreshold(n+1))
	}
	for want, axes := range map[string][]whatif.Axis{
		"23 of a × 23 of b make too many cases (want at most 500)": {{Name: "a", Settings: many}, {Name: "b", Settings: many}},
		"sweep.offset is 45m, sweep.every is 30m (want an offset shorter than the interval)": {
			{Name: "x", Settings: []whatif.Setting{whatif.Assuming("sweep.offset", "45m")}},
			{Name: "y", Settings: []whatif.Setting{whatif.Assuming("sweep.every", "30m")}},
		},
		`world has no polling job or flow "quik"`: {
			{Name: "x", Settings: []whatif.Setting{whatif.Every("quik", time.Minute)}},
		},
		"an interval of 1ns is too short for the 12h of world (want 432µs or more)": {
			{Name: "x", Settings: []whatif.Setting{whatif.Every("quick", 1)}},
		},
		`no policy of this case has a value "x"`: {{Name: "x", Settings: []whatif.Setting{whatif.Assuming("x", "1")}}},
	} {
		if _, err := whatif.NewComparing([]whatif.Case{base}, axes); err == nil || err.Error() != want {
			t.Errorf("%v (want %s)", err, want)
		}
	}
}
