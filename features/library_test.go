package features_test

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"github.com/cucumber/godog"

	"github.com/outagedrill/outagedrill/features/steps"
)

func library(t *testing.T) *steps.Library {
	t.Helper()
	lib, err := steps.NewLibrary()
	if err != nil {
		t.Fatal(err)
	}
	return lib
}

// TestSteps wants every step to say what it does in a sentence, and docs/steps.md to list them all.
func TestSteps(t *testing.T) {
	lib := library(t)
	for _, s := range lib.Steps() {
		if !strings.HasSuffix(s.Doc, ".") || s.Doc[0] < 'A' || s.Doc[0] > 'Z' {
			t.Errorf("%q: its doc is %q (expected a sentence)", s.Pattern, s.Doc)
		}
	}
	isTrue(t, "../docs/steps.md", lib.Reference())
}

// TestEveryStepIsUsed wants the features to use every step of the library: one that nothing uses, nothing
// proves.
func TestEveryStepIsUsed(t *testing.T) {
	lib := library(t)
	used := map[string]bool{}
	suite := godog.TestSuite{Options: &godog.Options{Paths: []string{"."}}}
	features, err := suite.RetrieveFeatures()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range features {
		for _, p := range f.Pickles {
			for _, step := range p.Steps {
				for _, pattern := range lib.Matching(step.Text) {
					used[pattern] = true
				}
			}
		}
	}
	for _, s := range lib.Steps() {
		if !used[s.Pattern] {
			t.Errorf("no feature uses the step %q", s.Pattern)
		}
	}
}

// TestMessages holds what a reader of a failing scenario is told: the rule, what was expected, what was seen.
func TestMessages(t *testing.T) {
	for _, tt := range []struct{ name, step, want string }{
		{
			"an instant", `job "poll" is disabled by the platform at "3h" because of "orders" after 10 failures`,
			"DIS-05: expected job poll disabled at 3h because of orders after 10 failures; " +
				"seen: job poll disabled at 2h45m because of orders after 10 failures",
		},
		{
			"never", `job "poll" is never disabled`,
			"DIS-05: expected job poll never disabled; seen: job.disabled at 2h45m",
		},
		{
			"a figure", `job "poll" has 9 failed polls`,
			"DIS-05: expected failed polls of job poll: 9; seen: 10",
		},
		{
			"nothing of the kind", `connection "main" goes offline at "2h5m" because of vendor_down`,
			"DIS-05: expected connection main offline at 2h5m because of vendor_down; seen: nothing of the kind",
		},
		{"an unknown name", `job "pol" is never disabled`, `there is no polling job "pol" (want poll; did you mean "poll"?)`},
		{
			"a letter too many", `"ownerr@example.com" gets 0 e-mails about disabled jobs`,
			`did you mean "owner@example.com"?`,
		},
		{
			"somebody's e-mails", "it is \"1h\"\nAnd GET /notifications?to=me lists 0 things",
			`there is no owner or subscriber "me"`,
		},
		{
			"another's resource", `the failures of "contacts" in job "poll" stand at 0`,
			`there is no resource "contacts" (want orders)`,
		},
		{"not declared yet", `calls to "wms" take "1s"`, `there is no application "wms" (want acme)`},
		{
			"no such symptom", "it is \"1h\"\nAnd the diagnosis of flow \"f\" is \"connection off\"",
			`"connection off" is not what is wrong with a flow`,
		},
		{
			"after the end of the run", `no call of job "poll" is made between "30h" and "31h"`,
			"30h is after the end of the run (want 1d at most)",
		},
		{
			"the wrong way round", `no call of job "poll" is made between "3h" and "2h"`,
			"3h is after 2h (want the earlier instant first)",
		},
		{"no token", `the token of "main" is never refreshed`, `connection "main" has no token (want one with OAuth 2.0)`},
		{
			"nobody's tokens", "access tokens of \"acme\" live for \"1h\"\nAnd job \"poll\" is never disabled",
			`access tokens of "acme" live for 1h, but nobody has one`,
		},
		{
			"too late", "it is \"1h\"\nAnd \"acme\" is down from \"3h\" for \"1h\"",
			"this step tells the timeline, which is being played already",
		},
		{"backwards", "it is \"2h\"\nAnd it is \"1h\"", "it is 2h already"},
		{"after the end", "job \"poll\" has 10 failed polls\nAnd it is \"1h\"", "the run is over"},
		{"nothing", `the run lasts "3h"`, "the scenario checks nothing"},
		{"undefined", `job "poll" is switched off`, "1 scenarios (1 undefined)"},
		{
			"the timeline", `job "poll" has 9 failed polls`,
			"polling_jobs:\n  \"poll\": {\"instance\": \"main\", \"resources\": [\"orders\"], \"every\": \"5m\"}",
		},
		{
			"the API", "it is \"2h45m\"\nAnd GET /jobs/polling-disabled lists \"pol\"",
			"DIS-05: expected GET /jobs/polling-disabled to be pol; seen: poll",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := failing(t, "And "+tt.step); !strings.Contains(got, tt.want) {
				t.Errorf("the output lacks %q:\n%s", tt.want, got)
			}
		})
	}
}

// failing plays a small scenario that ends with the given steps, and returns godog's output.
func failing(t *testing.T, check string) string {
	t.Helper()
	lib := library(t)
	feature := `Feature: F
  @DIS-05
  Scenario: S
    Given the environment is "snapshot"
    And an application "acme" with "orders" at 1/m
    And a connection "main" to "acme"
    And a polling job "poll" on "main" for "orders" every "5m"
    When "acme" is down from "2h" on
    ` + check
	var out bytes.Buffer
	suite := godog.TestSuite{
		ScenarioInitializer: func(sc *godog.ScenarioContext) { lib.Register(sc, steps.Simulator(), nil) },
		Options: &godog.Options{
			Format: "progress", NoColors: true, Strict: true, Concurrency: 1, Output: &out,
			FeatureContents: []godog.Feature{{Name: "f.feature", Contents: []byte(feature)}},
		},
	}
	if suite.Run() == 0 {
		t.Errorf("the scenario passed:\n%s", out.String())
	}
	return out.String()
}

// TestScenarioStyle wants every scenario to name its rules and to be short.
func TestScenarioStyle(t *testing.T) {
	suite := godog.TestSuite{Options: &godog.Options{Paths: []string{"."}}}
	features, err := suite.RetrieveFeatures()
	if err != nil {
		t.Fatal(err)
	}
	rule := regexp.MustCompile(`^@[A-Z]+-\d\d$`)
	pickles := 0
	for _, f := range features {
		pickles += len(f.Pickles)
		for _, child := range f.GherkinDocument.Feature.Children {
			if child.Scenario != nil {
				t.Errorf("%q stands in no Rule", child.Scenario.Name)
			}
			if child.Rule == nil {
				continue
			}
			for _, c := range child.Rule.Children {
				if c.Scenario == nil {
					continue // the background of a rule
				}
				if n := len(c.Scenario.Steps); n < 3 || n > 7 {
					t.Errorf("%q has %d steps (expected 3 to 7)", c.Scenario.Name, n)
				}
				if len(c.Scenario.Tags) == 0 || !rule.MatchString(c.Scenario.Tags[0].Name) {
					t.Errorf("%q names no rule first among its tags", c.Scenario.Name)
				}
			}
		}
	}
	if pickles < 200 {
		t.Errorf("%d scenarios (expected 200 or more)", pickles)
	}
}
