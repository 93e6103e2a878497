package features_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestEngineTarget plays the rule book on our own engine behind the contract: what can be seen of connections,
// flows and polling jobs from outside is green.
func TestEngineTarget(t *testing.T) {
	s := playTarget(t, open(t, startEngine(t, "")), "")
	for _, f := range failuresOf(s) {
		t.Error(f.Message)
	}
	if tally := s.Tally(); tally.Passed < 195 {
		t.Errorf("%s (expected 195 passed or more)", tally)
	}
}

// flowFeature is passed by a right platform, and says little.
const flowFeature = `Feature: F
  Background:
    Given an application "acme" with "orders" at 1/m
    And an application "wms"
    And a connection "acme-main" to "acme"
    And a connection "wms-main" to "wms"
    And a flow "orders-to-wms" from "acme-main/orders" to "wms-main/orders" every "15m"
    And the run lasts "4h"

  @OUT-02
  Scenario: Down for good
    When "acme" is down from "1h7m" on
    Then connection "wms-main" stays online
    And connection "acme-main" is offline 1 time in all

  @OUT-09
  Scenario: Errors that stay
    Given auto-resolve is on for flow "orders-to-wms"
    When "wms" is down from "1h7m" for "30m"
    Then 0 errors of flow "orders-to-wms" stay open

  @OUT-08
  Scenario: A quiet day
    Then flow "orders-to-wms" completes a run at "1h" with 15 records in 1 page
`

// TestFlowsUnderTest: a platform whose flows are wrong is red, whatever the scenario asks for, with the rule, with what
// was expected and with what was seen.
func TestFlowsUnderTest(t *testing.T) {
	for quirk, want := range map[string]string{
		"":                 "",
		"never retries":    "OUT-09: expected open errors of flow orders-to-wms: 0; seen: 15",
		"no runs":          "OUT-08: expected run of orders-to-wms completed at 1h with 15 records in 1 pages; seen: nothing",
		"never paused":     "it is idle and its offline connections are acme-main (want paused while one is, OUT-05)",
		"online by itself": "OUT-14: expected connection acme-main online by a passing test alone; seen: it is online at 1h30m",
		"calls while paused": "OUT-14: expected no call of flow orders-to-wms, which is paused; seen: a call of " +
			"acme-main/orders for flow orders-to-wms at 1h30m",
		"sleeps": "OUT-07: the platform's next_due is no time, and flow orders-to-wms is idle (want its tick at 0s)",
	} {
		t.Run(quirk, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "f.feature")
			if err := os.WriteFile(file, []byte(flowFeature), 0o644); err != nil {
				t.Fatal(err)
			}
			s := playTarget(t, open(t, startEngine(t, quirk)), "", file)
			var verdicts []string
			for i := range s.Scenarios {
				if got := verdict(&s.Scenarios[i]); got != "" {
					verdicts = append(verdicts, got)
				}
			}
			got := strings.Join(verdicts, "\n")
			if want == "" && got != "" || !strings.Contains(got, want) {
				t.Errorf("%q (want %q)", got, want)
			}
		})
	}
}
