package whatif_test

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	gocmpopts "github.com/google/go-cmp/cmp/cmpopts"

	"github.com/outagedrill/outagedrill/engine/policy"
	"github.com/outagedrill/outagedrill/sim"
	"github.com/outagedrill/outagedrill/sim/journal"
	"github.com/outagedrill/outagedrill/sim/timeline"
	"github.com/outagedrill/outagedrill/whatif"
)

// The ranges of random timelines and of examples are those that brute force finds: a run of sim.Run for each
// minute of the hourly sweep and for each alternative of each chosen value, also of those that Variants leaves
// out as unable to matter, and a naive look at the figures.
func TestRangesAreThoseOfBruteForce(t *testing.T) {
	worlds := map[string]*timeline.Timeline{}
	for _, name := range []string{"black-friday", "credentials-changed", "token-refresh-fails"} {
		worlds[name] = example(t, name)
	}
	tl, err := timeline.Parse("edge.yaml", []byte(edgeWorld))
	if err != nil {
		t.Fatal(err)
	}
	worlds["edge"] = tl
	for seed := range 8 {
		text := worldText().Example(seed)
		tl, err := timeline.Parse("world.yaml", []byte(text))
		if err != nil {
			t.Fatalf("%v in\n%s", err, text)
		}
		worlds[text] = tl
	}
	moved := map[string]bool{}
	for name, tl := range worlds {
		base := run(t, whatif.Case{Timeline: tl})
		got, err := whatif.Ranges(t.Context(), whatif.Case{Timeline: tl}, base, nil)
		if err != nil {
			t.Fatal(err)
		}
		runs := everyRun(t, tl)
		want := bruteForce(t, tl, base, runs)
		told := told(got)
		assumptions(t, got, runs)
		flips(t, base, got, runs)
		for _, figure := range slices.Sorted(maps.Keys(want)) {
			row := told[figure]
			if d := gocmp.Diff(want[figure], row, gocmpopts.IgnoreFields(row, "BestUnder", "WorstUnder")); d != "" {
				t.Errorf("%s: brute force (-), ranges (+):\n%s\n%s", figure, d, name)
			}
			under := func(what, value string, want float64) {
				s := base
				if value != "" {
					s = runs.under(value)
				}
				if s == nil || figures(s, 0)[figure] != want || value != "" && row.Base == want {
					t.Errorf("%s is at its %s under %q: not so\n%s", figure, what, value, name)
				}
			}
			under("best", row.BestUnder, row.Best)
			under("worst", row.WorstUnder, row.Worst)
			for _, d := range want[figure].DependsOn {
				moved[d.Assumption] = true
			}
		}
		if len(told) != len(want) {
			t.Errorf("%d figures told (want %d)", len(told), len(want))
		}
	}
	if len(moved) < 12 {
		t.Errorf("only %d assumptions ever changed a figure: %v", len(moved), slices.Sorted(maps.Keys(moved)))
	}
}

// edgeWorld is on the edge of much: the last sweep of the hour is too early or in time for the flow, so that its
// records expire or do not; the outage makes as many failures as the threshold, at which a job is disabled or not, and
// then loses its records; and without faults the mail about a job that a limit disables comes at once.
const edgeWorld = `outagedrill: 1
start: 2024-03-01T00:00:00Z
duration: 4h
environment: edge
environments: {edge: {threshold: 80}}
applications:
  acme: {records: {orders: 60/h}, retention: 1h30m}
  wms:
  limited: {rate_limit: {requests: 1, per: 4h}}
connections: {acme-main: {application: acme}, wms-main: {application: wms}, limited-main: {application: limited}}
flows:
  out: {from: acme-main/orders, to: wms-main/orders, every: 5m}
polling_jobs:
  quick: {instance: acme-main, resources: [orders], every: 1m}
  hasty: {instance: limited-main, resources: [orders], every: 1m, phase: 1m}
events:
  - {at: +2h, application: acme, fault: down, for: 1h20m}
  - {at: +1h, mail: down, for: 50m}
operators:
  - {when: job.disabled, do: enable, after: 41m}
`

// row is what there is to know of a figure. Nothing to tell is -Inf, not by the end +Inf, and what is better
// later counts downwards.
type row struct {
	Base, Quiet, Best, Worst float64
	BestUnder, WorstUnder    string
	Offsets                  []float64 // best, median, worst
	DependsOn                []dependence
}

// dependence is between what a figure lies under one assumption.
type dependence struct {
	Assumption  string
	Best, Worst float64
}

// trial is a run under another value of an assumption.
type trial struct {
	value   string
	summary *journal.Summary
}

// trials are all runs, by assumption.
type trials map[string][]trial

// under is the run under NAME=VALUE; nil if there is none.
func (runs trials) under(name string) *journal.Summary {
	assumption, value, _ := strings.Cut(name, "=")
	for _, r := range runs[assumption] {
		if r.value == value {
			return r.summary
		}
	}
	return nil
}

// everyRun makes all runs.
func everyRun(t *testing.T, tl *timeline.Timeline) trials {
	t.Helper()
	c := whatif.Case{Timeline: tl, Flows: load(t, "celigo-integrator"), PollingJobs: load(t, "sap-open-connectors")}
	runs := trials{}
	add := func(name, value string) {
		if runs.under(name+"="+value) == nil { // a value may be of both policies
			runs[name] = append(runs[name], trial{value, assuming(t, c, name, value)})
		}
	}
	add("sweep.offset", "0s")
	for minute := 1; minute < 60; minute++ {
		add("sweep.offset", strconv.Itoa(minute)+"m")
	}
	for _, v := range slices.Concat(c.Flows.Values, c.PollingJobs.Values) {
		for _, other := range v.Alternatives {
			if v.Name != "sweep.offset" {
				add(v.Name, other)
			}
		}
	}
	return runs
}

// assumptions wants what is said to have been tried to be what was, and no more.
func assumptions(t *testing.T, got *journal.Ranges, runs trials) {
	t.Helper()
	flows, jobs := load(t, "celigo-integrator"), load(t, "sap-open-connectors")
	made := 1 // without faults
	for _, a := range got.Assumptions {
		v, ok := flows.Value(a.Name)
		if !ok {
			v, _ = jobs.Value(a.Name)
		}
		want := []string{}
		for _, r := range runs[a.Name] {
			if r.value != v.Text {
				want = append(want, r.value)
			}
		}
		if d := gocmp.Diff(want, a.Tried); a.Base != v.Text || d != "" {
			t.Errorf("%s = %s (want %s), tried (-want +got):\n%s", a.Name, a.Base, v.Text, d)
		}
		made += len(a.Tried)
	}
	if got.Runs != made {
		t.Errorf("%d runs (want %d)", got.Runs, made)
	}
}

// flips wants those verdicts to be told as others under a value that are.
func flips(t *testing.T, base *journal.Summary, got *journal.Ranges, runs trials) {
	t.Helper()
	want, told := map[string]bool{}, map[string]bool{}
	was := verdicts(base)
	for assumption, list := range runs {
		for _, r := range list {
			for verdict, holds := range verdicts(r.summary) {
				if holds != was[verdict] {
					want[fmt.Sprint(verdict, " ", was[verdict], " but ", assumption, "=", r.value)] = true
				}
			}
		}
	}
	for _, f := range got.Flips {
		for _, value := range f.Values {
			told[fmt.Sprint(f.Flow, f.Job, " ", f.Verdict, " ", f.Base, " but ", f.Assumption, "=", value)] = true
		}
	}
	if d := gocmp.Diff(want, told); d != "" {
		t.Errorf("flips (-want +got):\n%s", d)
	}
}

// verdicts reads off a summary what can flip.
func verdicts(s *journal.Summary) map[string]bool {
	m := map[string]bool{}
	for _, f := range s.Flows {
		stopped := len(f.Paused) > 0 && f.Paused[len(f.Paused)-1].FlowsAgainAt == nil
		m[f.ID+" ever_paused"], m[f.ID+" stopped_at_end"] = len(f.Paused) > 0, stopped
		m[f.ID+" loses_records"], m[f.ID+" doubles_records"] = f.Lost > 0, f.Duplicated > 0
		m[f.ID+" open_errors_at_end"] = f.OpenErrors > 0
		m[f.ID+" backlog_at_end"] = f.BacklogPeak > 0 && f.BacklogDrainedAt == nil
	}
	for _, j := range s.Jobs {
		n := len(j.Disablements)
		m[j.ID+" ever_disabled"], m[j.ID+" loses_records"] = n > 0, j.Lost > 0
		m[j.ID+" off_at_end"] = n > 0 && j.Disablements[n-1].EnabledAt == nil
	}
	return m
}

// bruteForce reads the rows off the runs.
func bruteForce(t *testing.T, tl *timeline.Timeline, base *journal.Summary, runs trials) map[string]row {
	t.Helper()
	undisturbed := *tl
	undisturbed.Faults, undisturbed.Mail = nil, nil
	quiet := figures(run(t, whatif.Case{Timeline: &undisturbed}), len(base.Outages))
	rows := map[string]row{}
	for figure, at := range figures(base, 0) {
		r := row{Base: at, Quiet: quiet[figure], Best: at, Worst: at, DependsOn: []dependence{}}
		for _, assumption := range slices.Sorted(maps.Keys(runs)) {
			var all []float64
			for _, one := range runs[assumption] {
				all = append(all, figures(one.summary, 0)[figure])
			}
			r.Best, r.Worst = min(r.Best, slices.Min(all)), max(r.Worst, slices.Max(all))
			if slices.Min(all) != at || slices.Max(all) != at {
				d := dependence{assumption, min(at, slices.Min(all)), max(at, slices.Max(all))}
				r.DependsOn = append(r.DependsOn, d)
			}
			if assumption == "sweep.offset" && len(tl.Flows) > 0 {
				slices.Sort(all)
				r.Offsets = []float64{all[0], all[30], all[59]}
			}
		}
		rows[figure] = r
	}
	return rows
}

// assuming runs a case with one value another one, as --assume would have it.
func assuming(t *testing.T, c whatif.Case, name, value string) *journal.Summary {
	t.Helper()
	for _, p := range []**policy.Policy{&c.Flows, &c.PollingJobs} {
		if _, has := (*p).Value(name); has {
			changed, err := (*p).Override(name, value)
			if err != nil {
				t.Fatal(err)
			}
			*p = changed
		}
	}
	return run(t, c)
}

func run(t *testing.T, c whatif.Case) *journal.Summary {
	t.Helper()
	s, err := sim.Run(t.Context(), c.Timeline, sim.Options{Flows: c.Flows, PollingJobs: c.PollingJobs},
		func(*journal.Entry) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func load(t *testing.T, name string) *policy.Policy {
	t.Helper()
	p, err := policy.Load(name)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func example(t *testing.T, name string) *timeline.Timeline {
	t.Helper()
	tl, err := timeline.Read("../examples/" + name + ".yaml")
	if err != nil {
		t.Fatal(err)
	}
	return tl
}

var never, notYet = math.Inf(-1), math.Inf(1)

// figures reads all figures off a summary, of which one of a run without outages gets nothing for each.
func figures(s *journal.Summary, missing int) map[string]float64 {
	m := map[string]float64{
		"records lost": float64(s.Totals.RecordsLost), "notifications": float64(s.Totals.Notifications),
		"records doubled": float64(s.Totals.RecordsDuplicated), "steps": float64(s.Totals.ManualSteps),
		"steps left": float64(s.Totals.ManualStepsLeft),
	}
	stops := 0
	for _, f := range s.Flows {
		again, sum := never, 0.0
		for _, p := range f.Paused {
			again = orNotYet(p.FlowsAgainAt)
			sum += float64(cmp.Or(deref(p.To), s.End) - p.From)
			stops++
		}
		m[f.ID+" flows again"], m[f.ID+" paused"] = again, sum
		if m[f.ID+" delivers again"] = never; len(f.Paused) > 0 {
			m[f.ID+" delivers again"] = orNotYet(f.DeliveredAgainAt)
		}
		m[f.ID+" late max"], m[f.ID+" late p95"] = float64(f.LateMax), float64(f.LateP95)
		m[f.ID+" lost"], m[f.ID+" doubled"] = float64(f.Lost), float64(f.Duplicated)
		m[f.ID+" errors"], m[f.ID+" peak"] = float64(f.OpenErrors), float64(f.BacklogPeak)
		m[f.ID+" late"], m[f.ID+" past deadline"] = float64(f.Late), float64(f.PastDeadline)
		m[f.ID+" drained"] = orNotYet(f.BacklogDrainedAt)
		m[f.ID+" worked off"] = orNotYet(cmp.Or(f.BacklogDrainedAt, f.BacklogErrorsSince))
		if f.BacklogPeak == 0 {
			m[f.ID+" drained"], m[f.ID+" worked off"] = never, never
		}
	}
	for _, c := range s.Connections {
		stops += len(c.Offline)
	}
	for _, j := range s.Jobs {
		first, since := never, never
		for i, d := range j.Disablements {
			if i == 0 {
				first = -float64(d.At)
			}
			since = never
			if d.EnabledAt == nil {
				since = -float64(d.At)
			}
			stops++
		}
		m[j.ID+" disablements"], m[j.ID+" off"] = float64(len(j.Disablements)), float64(j.OffFor)
		m[j.ID+" off after well"] = float64(j.OffAfterWell)
		m[j.ID+" late"], m[j.ID+" past deadline"] = float64(j.Late), float64(j.PastDeadline)
		m[j.ID+" first disabled"], m[j.ID+" off since"] = first, since
		m[j.ID+" lost"] = float64(j.Lost)
	}
	m["works again"] = never
	if stops > 0 {
		m["works again"] = orNotYet(s.Totals.WorksAgainAt)
	}
	for i := range max(len(s.Outages), missing) {
		delays := []float64{never, never, never}
		if i < len(s.Outages) && s.Outages[i].DetectionDelay != nil {
			o := s.Outages[i]
			delays = []float64{orNotYet(o.DetectionDelay), orNotYet(o.RecoveryDelay), orNotYet(o.FirstNotice)}
		}
		for k, what := range []string{"detection", "recovery", "notice"} {
			m[outageName(i)+what] = delays[k]
		}
	}
	return m
}

func outageName(i int) string { return "outage " + string(rune('a'+i)) + " " }

func deref(t *journal.Time) journal.Time {
	if t == nil {
		return 0
	}
	return *t
}

func orNotYet[T journal.Figure](v *T) float64 {
	if v == nil {
		return notYet
	}
	return float64(*v)
}

// told is what the ranges say, in the same words.
func told(r *journal.Ranges) map[string]row {
	m := map[string]row{
		"records lost": rowOf(r.Totals.RecordsLost, 1), "notifications": rowOf(r.Totals.Notifications, 1),
		"records doubled": rowOf(r.Totals.RecordsDuplicated, 1), "works again": rowOf(r.Totals.WorksAgainAt, 1),
		"steps": rowOf(r.Totals.ManualSteps, 1), "steps left": rowOf(r.Totals.ManualStepsLeft, 1),
	}
	for _, f := range r.Flows {
		m[f.ID+" flows again"], m[f.ID+" paused"] = rowOf(f.FlowsAgainAt, 1), rowOf(f.Paused, 1)
		m[f.ID+" delivers again"] = rowOf(f.DeliversAgainAt, 1)
		m[f.ID+" late max"], m[f.ID+" late p95"] = rowOf(f.LateMax, 1), rowOf(f.LateP95, 1)
		m[f.ID+" lost"], m[f.ID+" doubled"] = rowOf(f.Lost, 1), rowOf(f.Duplicated, 1)
		m[f.ID+" errors"], m[f.ID+" peak"] = rowOf(f.OpenErrors, 1), rowOf(f.BacklogPeak, 1)
		m[f.ID+" late"], m[f.ID+" past deadline"] = rowOf(f.Late, 1), rowOf(f.PastDeadline, 1)
		m[f.ID+" drained"], m[f.ID+" worked off"] = rowOf(f.DrainedAt, 1), rowOf(f.WorkedOffAt, 1)
	}
	for _, j := range r.Jobs {
		m[j.ID+" disablements"], m[j.ID+" off"] = rowOf(j.Disablements, 1), rowOf(j.OffFor, 1)
		m[j.ID+" off after well"] = rowOf(j.OffAfterWell, 1)
		m[j.ID+" late"], m[j.ID+" past deadline"] = rowOf(j.Late, 1), rowOf(j.PastDeadline, 1)
		m[j.ID+" first disabled"], m[j.ID+" off since"] = rowOf(j.FirstDisabledAt, -1), rowOf(j.OffSince, -1)
		m[j.ID+" lost"] = rowOf(j.Lost, 1)
	}
	for i, o := range r.Outages {
		m[outageName(i)+"detection"] = rowOf(o.DetectionDelay, 1)
		m[outageName(i)+"recovery"] = rowOf(o.RecoveryDelay, 1)
		m[outageName(i)+"notice"] = rowOf(o.FirstNotice, 1)
	}
	return m
}

func rowOf[T journal.Figure](r journal.Range[T], sign float64) row {
	number := func(o journal.Outcome[T]) float64 {
		switch o.State {
		case journal.None:
			return never
		case journal.Open:
			return notYet
		default:
			return sign * float64(o.Value)
		}
	}
	out := row{
		Base: number(r.Base), Quiet: number(r.WithoutFaults), Best: number(r.Best), Worst: number(r.Worst),
		BestUnder: r.BestUnder, WorstUnder: r.WorstUnder, DependsOn: []dependence{},
	}
	if r.Offsets != nil {
		out.Offsets = []float64{number(r.Offsets.Best), number(r.Offsets.Median), number(r.Offsets.Worst)}
	}
	for _, d := range r.DependsOn {
		one := dependence{d.Assumption, number(d.Best), number(d.Worst)}
		out.DependsOn = append(out.DependsOn, one)
	}
	slices.SortFunc(out.DependsOn, func(a, b dependence) int { return cmp.Compare(a.Assumption, b.Assumption) })
	return out
}
