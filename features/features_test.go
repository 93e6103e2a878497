// Package features_test plays the rule book, every feature of this folder, on each driver.
package features_test

import (
	"bytes"
	"cmp"
	"maps"
	"slices"
	"sync"
	"testing"

	"github.com/cucumber/godog"

	"github.com/outagedrill/outagedrill/features/steps"
)

// atOnce is how many scenarios a live driver plays side by side: it mostly waits for the mock clock, which
// sleeps a millisecond at every instant.
const atOnce = 8

// TestFeatures plays every scenario on the simulator, over HTTP in memory and over TCP, makes sure that it did
// (a run in which nothing ran is no success), and compares the journals, byte for byte (T-02).
func TestFeatures(t *testing.T) {
	want := len(scenarios(t))
	coverage := map[string]map[string]int{} // scenarios that passed, by rule and driver
	played := 0                             // drivers; -run may choose
	bySim := map[string][][]byte{}
	for i, d := range steps.Drivers() {
		t.Run(d.Name, func(t *testing.T) {
			played++
			side := 1
			if i > 0 {
				side = atOnce
			}
			reports := playAll(t, d, side)
			if len(reports) != want {
				t.Errorf("%d scenarios ran (expected the %d of the features)", len(reports), want)
			}
			journals := map[string][][]byte{}
			for _, r := range reports {
				journals[r.URI+": "+r.Name] = append(journals[r.URI+": "+r.Name], r.Journal)
				covers(coverage, d.Name, &r)
			}
			for _, name := range slices.Sorted(maps.Keys(journals)) {
				list := journals[name]
				slices.SortFunc(list, bytes.Compare) // rows of an outline may share a name
				switch {
				case i == 0:
					bySim[name] = list
					continue
				case played == 1:
					continue // nothing to compare with
				}
				if len(bySim[name]) != len(list) {
					t.Fatalf("%s: %d runs (expected the simulator's %d)", name, len(list), len(bySim[name]))
				}
				for k := range list {
					if err := steps.Compare(bySim[name][k], list[k], d.Name); err != nil {
						t.Errorf("%s: %v", name, err)
					}
				}
			}
		})
	}
	if played == len(steps.Drivers()) && !t.Failed() {
		checkCoverage(t, coverage)
	}
}

// playAll plays all features on a driver and wants them to pass.
func playAll(t *testing.T, d steps.Driver, side int) []steps.Report {
	t.Helper()
	reports, status, out := playBook(t, d, side, "")
	if status != 0 {
		t.Errorf("godog ended with status %d\n%s", status, out)
	}
	return reports
}

// playBook plays the scenarios with a tag, or all, on a driver.
func playBook(t *testing.T, d steps.Driver, side int, tag string) (reports []steps.Report, status int, output string) {
	t.Helper()
	lib := library(t)
	var mu sync.Mutex
	var out bytes.Buffer
	suite := godog.TestSuite{
		ScenarioInitializer: func(sc *godog.ScenarioContext) {
			lib.Register(sc, d, func(r steps.Report) {
				mu.Lock()
				reports = append(reports, r)
				mu.Unlock()
			})
		},
		Options: &godog.Options{
			Format: "progress", NoColors: true, Output: &out, Paths: []string{"."}, Strict: true,
			Concurrency: side, Randomize: -1, Tags: tag,
		},
	}
	status = suite.Run()
	slices.SortFunc(reports, func(a, b steps.Report) int {
		return cmp.Or(cmp.Compare(a.URI, b.URI), cmp.Compare(a.Name, b.Name))
	})
	return reports, status, out.String()
}

// scenarios lists the scenarios of the features, each row of an outline as one.
func scenarios(t *testing.T) []*godog.Scenario {
	t.Helper()
	suite := godog.TestSuite{Options: &godog.Options{Paths: []string{"."}}}
	features, err := suite.RetrieveFeatures()
	if err != nil {
		t.Fatal(err)
	}
	var list []*godog.Scenario
	for _, f := range features {
		list = append(list, f.Pickles...)
	}
	if len(list) == 0 {
		t.Fatal("there are no scenarios")
	}
	return list
}
