// Package features_test plays the rule book: every feature of this folder on the simulator, those tagged
// @live on the live driver too.
package features_test

import (
	"testing"

	"github.com/cucumber/godog"

	"github.com/outagedrill/outagedrill/features/steps"
)

// TestFeatures plays every scenario, and makes sure that it did: a run in which nothing ran is no success.
func TestFeatures(t *testing.T) {
	lib := library(t)
	var reports []steps.Report
	suite := godog.TestSuite{
		ScenarioInitializer: func(sc *godog.ScenarioContext) {
			lib.Register(sc, func(r steps.Report) { reports = append(reports, r) })
		},
		Options: &godog.Options{
			Format: "progress", NoColors: true, Output: t.Output(), TestingT: t, // each scenario is a subtest
			Paths: []string{"."}, Strict: true, Concurrency: 1, Randomize: -1,
		},
	}
	features, err := suite.RetrieveFeatures()
	if err != nil {
		t.Fatal(err)
	}
	want, wantLive := 0, 0
	for _, f := range features {
		want += len(f.Pickles)
		for _, p := range f.Pickles {
			for _, tag := range p.Tags {
				if tag.Name == "@live" {
					wantLive++
				}
			}
		}
	}
	if status := suite.Run(); status != 0 {
		t.Errorf("godog ended with status %d", status)
	}
	live := 0
	for _, r := range reports {
		if r.LivePlayed > 0 {
			live++
		}
	}
	if len(reports) != want || want == 0 {
		t.Errorf("%d scenarios ran (expected the %d of the features)", len(reports), want)
	}
	if live != wantLive || live == 0 {
		t.Errorf("%d scenarios ran on the live driver too (expected the %d tagged @live)", live, wantLive)
	}
}
