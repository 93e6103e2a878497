package timeline_test

import (
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/datadriven"
	"github.com/google/go-cmp/cmp"

	"github.com/outagedrill/outagedrill/sim/timeline"
)

// TestFleet shows what fleets come to, and every message of theirs to its letters.
func TestFleet(t *testing.T) {
	datadriven.Walk(t, "testdata/fleet", func(t *testing.T, path string) {
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			w, err := timeline.ParseWorkload("fleet.csv", []byte(d.Input))
			if err != nil {
				return err.Error()
			}
			text, err := w.YAML()
			if err != nil {
				t.Fatal(err)
			}
			again, err := timeline.ParseWorkload("fleet.yaml", text)
			if err != nil {
				t.Fatalf("what a fleet comes to cannot be read: %v", err)
			}
			story := []byte("outagedrill: 1\nstart: 2024-03-01T00:00:00Z\nduration: 24h\n")
			direct, err1 := timeline.ParseWith("story.yaml", story, w)
			written, err2 := timeline.ParseWith("story.yaml", story, again)
			if err1 != nil || err2 != nil {
				t.Fatalf("%v, %v", err1, err2)
			}
			if d := cmp.Diff(direct, written); d != "" {
				t.Errorf("a fleet and its YAML differ (-fleet +YAML):\n%s", d)
			}
			return string(text)
		})
	})
}

// TestFleetTexts are the forms in which programs write CSV files; all say the same.
func TestFleetTexts(t *testing.T) {
	plain := "name,application,resources,every\npoll,acme,orders stock,5m\n"
	want, err := timeline.ParseWorkload("fleet.csv", []byte(plain))
	if err != nil {
		t.Fatal(err)
	}
	text, err := want.YAML()
	if err != nil {
		t.Fatal(err)
	}
	for _, form := range []string{
		"\ufeff" + plain, strings.ReplaceAll(plain, "\n", "\r\n"), strings.ReplaceAll(plain, ",", ";"),
		strings.ReplaceAll(plain, ",", "\t"), "# ours\n\n" + plain,
		"every,resources,application,name\n5m,\"orders  stock\", acme ,poll",
	} {
		w, err := timeline.ParseWorkload("FLEET.CSV", []byte(form))
		if err != nil {
			t.Errorf("%q: %v", form, err)
			continue
		}
		got, err := w.YAML()
		if err != nil || string(got) != string(text) {
			t.Errorf("%q (%v):\n%s", form, err, got)
		}
	}
}

// story is a timeline whose own work a workload replaces.
const story = `outagedrill: 1
name: ours
start: 2024-03-01T00:00:00Z
duration: 24h
environment: staging
policy: {polling_jobs: p/ours.yaml}
defaults: {polling_jobs: {every: 1h}}
applications: {acme: {}, gone: {}}
connections: {gone-main: {application: gone}}
polling_jobs: {old: {instance: gone-main, resources: [x]}}
events:
  - {at: +2h, application: acme, fault: down, for: 1h}
`

// TestParseWith: the story keeps its period, events and what the workload does not say; the work is lent.
func TestParseWith(t *testing.T) {
	w, err := timeline.ParseWorkload("fleet.csv", []byte("name,application,resources,every\npoll,acme,orders,5m\n"))
	if err != nil {
		t.Fatal(err)
	}
	tl, err := timeline.ParseWith("drills/story.yaml", []byte(story), w)
	if err != nil {
		t.Fatal(err)
	}
	if tl.Name != "ours" || tl.Environment != "staging" || len(tl.Faults) != 1 || tl.Faults[0].Line != 12 {
		t.Errorf("the story is not kept: %+v", tl)
	}
	if len(tl.Applications) != 1 || len(tl.PollingJobs) != 1 || tl.PollingJobs[0].Every.Std() != 5*time.Minute {
		t.Errorf("the work is not the fleet's: %+v %+v", tl.Applications, tl.PollingJobs)
	}
	lent, err := timeline.ParseWorkload("theirs/work.yaml", []byte(
		"environment: snapshot\npolicy: {polling_jobs: ../theirs.yaml}\napplications: {acme: {}}\n"))
	if err != nil {
		t.Fatal(err)
	}
	tl, err = timeline.ParseWith("drills/story.yaml", []byte(story), lent)
	if err != nil {
		t.Fatal(err)
	}
	if tl.Environment != "snapshot" || tl.Policy.PollingJobs != "../theirs.yaml" {
		t.Errorf("environment %s, policy %s (want snapshot, ../theirs.yaml)", tl.Environment, tl.Policy.PollingJobs)
	}
}

// TestParseWithProblems: a problem names the file in which it stands.
func TestParseWithProblems(t *testing.T) {
	w, err := timeline.ParseWorkload("work.yaml", []byte(
		"applications:\n  acme: {records: {orders: [{from: 2024-02-01T00:00:00Z, rate: 1/m}]}}\n"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = timeline.ParseWith("story.yaml", []byte(strings.ReplaceAll(story, "acme", "acne")), w)
	want := `story.yaml:12:28: unknown application "acne" (want acme; did you mean "acme"?)
work.yaml:2:36: from is before start: "2024-02-01T00:00:00Z" (want at or after 2024-03-01T00:00:00Z)`
	if err == nil || err.Error() != want {
		t.Errorf("%v\nwant\n%s", err, want)
	}
}
