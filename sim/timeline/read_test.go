package timeline_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/outagedrill/outagedrill/sim/timeline"
)

var update = flag.Bool("update", false, "rewrite testdata/*.json; read the diff before you commit it")

// must parses a timeline that goes on with base.
func must(t testing.TB, base, text string) *timeline.Timeline {
	t.Helper()
	tl, err := timeline.Parse("dir/drill.yaml", []byte(text+base))
	if err != nil {
		t.Fatal(err)
	}
	return tl
}

// TestContract reads the example of the contract and a file with every other key and value; the JSON is
// what a journal carries.
func TestContract(t *testing.T) {
	for _, name := range []string{"contract", "everything"} {
		t.Run(name, func(t *testing.T) {
			tl, err := timeline.Read("testdata/" + name + ".yaml")
			if err != nil {
				t.Fatal(err)
			}
			var got bytes.Buffer
			enc := json.NewEncoder(&got)
			enc.SetEscapeHTML(false)
			enc.SetIndent("", " ")
			if err := enc.Encode(tl); err != nil {
				t.Fatal(err)
			}
			golden := "testdata/" + name + ".json"
			if *update {
				if err := os.WriteFile(golden, got.Bytes(), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got.String()); diff != "" {
				t.Error(diff)
			}
			var back timeline.Timeline
			if err := json.Unmarshal(got.Bytes(), &back); err != nil {
				t.Fatal(err)
			}
			lost := cmp.Options{
				cmpopts.IgnoreFields(timeline.Timeline{}, "File"),
				cmpopts.IgnoreFields(timeline.Reaction{}, "Open", "Opening"), cmpopts.EquateEmpty(),
			}
			if diff := cmp.Diff(tl, &back, lost); diff != "" {
				t.Errorf("JSON loses %s", diff)
			}
		})
	}
}

func TestDefaults(t *testing.T) {
	tl := must(t, header, `
applications: {acme: }
connections: {c: {application: acme}}
flows: {f: {from: c/a, to: c/b, every: 1h}}
polling_jobs: {p: {instance: c, resources: [a], every: 5m}}
events: [{at: +1h, application: acme, fault: down}]
`)
	want := &timeline.Timeline{
		Version: 1, Name: "drill", File: "dir/drill.yaml", Environment: "production", Seed: 1, Zone: "UTC",
		Start: time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC), Duration: timeline.Span(24 * time.Hour),
		Policy: timeline.PolicyNames{Flows: "celigo-integrator", PollingJobs: "sap-open-connectors"},
		Applications: []timeline.Application{{
			Name: "acme", Dialect: "generic", PageSize: 100, Idempotent: true,
			Resources: []timeline.Resource{{Name: "a"}, {Name: "b"}},
		}},
		Connections: []timeline.Connection{{
			Name: "c", Auth: "none", Owner: "owner@example.com", Subscribers: []string{"owner@example.com"},
		}},
		Flows: []timeline.Flow{{
			Name: "f", To: timeline.Endpoint{Resource: 1}, Every: timeline.Span(time.Hour), Owner: "owner@example.com",
		}},
		PollingJobs: []timeline.PollingJob{{Name: "p", Resources: []int{0}, Every: timeline.Span(5 * time.Minute)}},
		Faults: []timeline.Fault{{
			From: time.Date(2024, 3, 1, 1, 0, 0, 0, time.UTC), To: time.Date(2024, 3, 2, 0, 0, 0, 0, time.UTC),
			Open: true, Connection: -1, Kind: "down", How: "status", Status: 503, Line: 6,
		}},
	}
	if diff := cmp.Diff(want, tl); diff != "" {
		t.Error(diff)
	}
}

// TestDefaultsSection: an entry takes what defaults: says unless it says otherwise, required keys too;
// whoever gives an owner and no subscribers subscribes the owner.
func TestDefaultsSection(t *testing.T) {
	tl := must(t, header, `
defaults:
  connections: {application: b, auth: oauth2, owner: ops@example.com, flows_at_once: 3}
  flows: {every: 15m, auto_resolve: true, from: c/r}
  polling_jobs: {every: 5m, resources: [r, s], phase: 1s}
applications: {a: , b: }
connections:
  c:
  d: {application: a, auth: basic, owner: me@example.com}
  e: {subscribers: []}
flows:
  f: {to: d/x}
  g: {to: d/x, every: 1h, auto_resolve: false, from: d/y, owner: you@example.com}
polling_jobs:
  p: {instance: c}
  q: {instance: d, every: 1m, resources: [s]}
`)
	var got []string
	for _, c := range tl.Connections {
		got = append(got, fmt.Sprint(c.Name, " ", c.Application, c.Auth, c.Owner, c.Subscribers, c.FlowsAtOnce))
	}
	for _, f := range tl.Flows {
		got = append(got, fmt.Sprint(f.Name, " ", f.From, f.To, f.Every, *f.AutoResolve, f.Owner))
	}
	for _, j := range tl.PollingJobs {
		got = append(got, fmt.Sprint(j.Name, " ", j.Instance, j.Resources, j.Every, j.Phase))
	}
	want := []string{
		"c 1oauth2ops@example.com[ops@example.com] 3",
		"d 0basicme@example.com[me@example.com] 3",
		"e 1oauth2ops@example.com[] 3",
		"f {0 0} {1 0} 15m trueops@example.com",
		"g {1 1} {1 0} 1h falseyou@example.com",
		"p 0 [0 1] 5m 1s",
		"q 1 [2] 1m 1s",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestOrder: names keep the order of the file, whatever the order of the sections; resources without
// records come after those with, by first mention.
func TestOrder(t *testing.T) {
	tl := must(t, header, `
events: [{at: +1h, application: z, fault: down, resources: [first, own]}]
polling_jobs: {q: {instance: c, resources: [second], every: 1m}, p: {instance: b, resources: [third], every: 1m}}
flows: {y: {from: c/own, to: b/fourth, every: 1h}, x: {from: c/second, to: c/fifth, every: 1h}}
connections: {c: {application: z}, b: {application: z}}
applications: {z: {records: {own: 1/h}}, a: {}}
`)
	var names []string
	for _, r := range tl.Applications[0].Resources {
		names = append(names, r.Name)
	}
	names = append(names, tl.Applications[0].Name, tl.Connections[0].Name, tl.Flows[0].Name, tl.PollingJobs[0].Name)
	if diff := cmp.Diff("own first second third fourth fifth z c y q", strings.Join(names, " ")); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]int{1, 0}, tl.Faults[0].Resources); diff != "" {
		t.Error(diff)
	}
}

// TestLegal: oddities that users write and that are no errors.
func TestLegal(t *testing.T) {
	for name, text := range map[string]string{
		"phase of more than every": "polling_jobs: {p: {instance: acme-main, resources: [r], every: 5m, phase: 1h}}",
		"unused names":             "environments: {qa: {threshold: 1}}",
		"empty sections":           "events:\nexpect:\noperators:\nflows:\ndefaults:\npolicy:",
		"numbers as names":         "flows: {12: {from: acme-main/1, to: wms-main/2.0, every: 1h}}",
		"any printable name":       "flows: {\"Käse → \\\"Lager\\\": 1.5\": {from: acme-main/x y, to: wms-main/é, every: 1h}}",
		"aliases":                  "flows: {a: &f {from: acme-main/r, to: wms-main/r, every: 1h}, b: *f}",
		"merge keys":               "flows: {a: &f {from: acme-main/r, to: wms-main/r, every: 1h}, b: {<<: *f, every: 2h}}",
		"JSON":                     `"events": [{"at": "+1h", "application": "acme", "fault": "down"}]`,
		"Windows line ends":        "seed: 7\r\nname: x\r\n",
		"no hours of a zone":       "operators: [{when: job.disabled, do: reauthorize, zone: Europe/Berlin}]",
		"bad credentials of none":  "events: [{at: +1h, connection: wms-main, fault: bad_credentials}]",
	} {
		t.Run(name, func(t *testing.T) { must(t, "\n"+applications, text) })
	}
	tl := must(t, "\n"+applications, "flows: {a: &f {from: acme-main/r, to: wms-main/r, every: 1h}, b: {<<: *f, every: 2h}}")
	if f := tl.Flows[1]; f.Name != "b" || f.Every.String() != "2h" || f.From != tl.Flows[0].From {
		t.Errorf("merged to %+v", f)
	}
}

// TestWindows: [at, at+for) is clipped to the run, and what begins at its end or later is dropped.
func TestWindows(t *testing.T) {
	tl := must(t, world, `
events:
  - {at: +23h, application: acme, fault: down, for: 2h}
  - {at: +24h, application: acme, fault: down, for: 2h}
  - {at: +23h59m59s, mail: down}
  - {at: +24h, mail: down, for: 1h}
  - {at: +24h, platform: restart}
  - {at: +23h, platform: restart}
  - {at: +60000d, application: acme, fault: down}
  - {at: +0s, application: acme, fault: down, for: 106751d}
  - {at: 2024-03-01T05:30:00+05:30, application: acme, fault: slow, latency: 1s, for: 24h}
`)
	var got []string
	for _, f := range tl.Faults {
		got = append(got, fmt.Sprintf("%d %s-%s %v", f.Event, f.From.Format("02T15:04"), f.To.Format("02T15:04"), f.Open))
	}
	for _, m := range tl.Mail {
		got = append(got, fmt.Sprintf("%d mail %s-%s", m.Event, m.From.Format("15:04:05"), m.To.Format("02T15:04")))
	}
	for _, c := range tl.Commands {
		got = append(got, fmt.Sprintf("%d %s %s", c.Event, c.Do, c.At.Format("15:04")))
	}
	want := []string{
		"0 01T23:00-02T00:00 false", "7 01T00:00-02T00:00 false", "8 01T00:00-02T00:00 false",
		"2 mail 23:59:59-02T00:00", "5 restart 23:00",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestPos(t *testing.T) {
	tl := must(t, "", `outagedrill: 1
start: 2024-03-01T00:00:00Z
duration: 1h
policy:
  flows: mine.yaml
applications:
  acme: {dialect: generic}
  acme.eu:
    dialect: salesforce
connections: &c
  main: {application: acme}
events:
  - {at: +1s, application: acme, fault: down}
  - {at: +2s, application: acme, fault: slow, latency: 1s}
`)
	for path, want := range map[string]string{
		"policy.flows": "5:10", "applications.acme.dialect": "7:19", "applications.acme.eu.dialect": "9:14",
		"applications.acme.eu": "8:3", "events.1.fault": "14:41", "events.1": "14:5", "connections.main": "11:3",
		"connections.main.auth": "11:3", "policy.polling_jobs": "4:1", "nowhere": "1:1", "events.7.at": "12:1",
		"": "1:1", "events.x": "12:1", "outagedrill": "1:14",
	} {
		line, col := tl.Pos(path)
		if got := fmt.Sprintf("%d:%d", line, col); got != want {
			t.Errorf("Pos(%q) = %s, want %s", path, got, want)
		}
	}
	if line, col := (&timeline.Timeline{}).Pos("name"); line != 1 || col != 1 {
		t.Error("a timeline without a file has positions")
	}
}

// FuzzParse: whatever comes in, there is a timeline or an Errors; a timeline's JSON can be read again.
func FuzzParse(f *testing.F) {
	for _, name := range []string{"contract", "everything"} {
		text, err := os.ReadFile("testdata/" + name + ".yaml")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	for _, text := range []string{
		"", "---\n", world, "a: &a [*a]", "? [x]\n: y", "<<: {a: 1}", "events: [{<<: [{at: +1h}], fault: down}]",
		header + "applications: {<<: {a: , b: }}", header + "seed: !!int x", "\ufeff" + header, "%YAML 1.2\n---\n" + header,
		header + "expect: [{job: x, state: != y}]", header + "operators: [{hours: \"Mon-Fri 09:00-17:00\"}]",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		tl, err := timeline.Parse("fuzz.yaml", data)
		if err != nil {
			if errs := timeline.Errors(nil); !errors.As(err, &errs) || len(errs) == 0 || err.Error() == "" {
				t.Fatalf("%T: %v", err, err)
			}
			return
		}
		text, err := json.Marshal(tl)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(text, new(timeline.Timeline)); err != nil {
			t.Fatalf("%v in %s", err, text)
		}
		for _, o := range tl.Operators {
			if !o.Open(o.Opening(tl.Start)) {
				t.Errorf("not open at the opening: %q", o.Hours)
			}
		}
	})
}

// BenchmarkParse reads 10,000 connections, each with a flow and a polling job.
func BenchmarkParse(b *testing.B) {
	var c, fl, j strings.Builder
	for i := range 10_000 {
		fmt.Fprintf(&c, "  c%d: {application: acme, auth: oauth2, owner: ops@example.com}\n", i)
		fmt.Fprintf(&fl, "  f%d: {from: c%d/orders, to: c%d/copies, every: 15m, phase: %ds}\n", i, i, (i+1)%10_000, i%900)
		fmt.Fprintf(&j, "  j%d: {instance: c%d, resources: [orders, contacts], every: 5m}\n", i, i)
	}
	text := []byte(header + "applications: {acme: }\nconnections:\n" + c.String() + "flows:\n" + fl.String() +
		"polling_jobs:\n" + j.String())
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := timeline.Parse("bench.yaml", text); err != nil {
			b.Fatal(err)
		}
	}
}
