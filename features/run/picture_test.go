package run_test

import (
	"slices"
	"testing"
	"time"

	"github.com/outagedrill/outagedrill/features/run"
	"github.com/outagedrill/outagedrill/reports/suite"
)

// TestPicture wants a step that fails to say which instants it looked at, the picture to hold them, and each step
// to say how far it let the platform play.
func TestPicture(t *testing.T) {
	write(t, map[string]string{"f.feature": `Feature: F
  Scenario: S
    Given an application "acme" with "contacts" at 1/m
    And a connection "acme-main" to "acme" with an API key
    And the environment is "snapshot"
    And a polling job "poll" on "acme-main" for "contacts" every "1m"
    When "acme" is down from "10m" on
    And it is "15m"
    Then job "poll" is disabled by the platform at "2h" because of "contacts" after 10 failures
    And job "poll" has 10 failed polls
`})
	_, s := played(t, run.Options{}, run.How{})
	sc := s.Scenarios[0]
	var seen []time.Duration
	for _, step := range sc.Steps {
		seen = append(seen, step.Played)
	}
	if want := []time.Duration{0, 0, 0, 0, 0, 15 * time.Minute, 24 * time.Hour, 0}; !slices.Equal(seen, want) {
		t.Errorf("the platform was played to %v (expected %v)", seen, want)
	}
	failed := sc.Steps[6]
	if failed.Status != suite.Failed || !slices.Equal(failed.Failure.At, []time.Duration{2 * time.Hour}) {
		t.Fatalf("the step is %s and looked at %v (expected failed, 2h)", failed.Status, failed.Failure)
	}
	if sc.Strip.To < 2*time.Hour || len(sc.Strip.Draw(sc.Wanted()).Lanes[0].Wanted) != 1 {
		t.Errorf("the picture ends at %v and does not show 2h", sc.Strip.To)
	}
}
