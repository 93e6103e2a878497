package run_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/outagedrill/outagedrill/features/run"
	"github.com/outagedrill/outagedrill/features/steps"
	"github.com/outagedrill/outagedrill/reports/suite"
)

// outline is a scenario that fails in the rows whose count is not 10.
const outline = `Feature: F
  Scenario Outline: It fails <count> times
    Given the environment is "snapshot"
    And an application "acme" with "orders" at 1/m
    And a connection "main" to "acme"
    And a polling job "poll" on "main" for "orders" every "5m"
    When "acme" is down from "2h" on
    Then job "poll" has <count> failed polls
    And job "poll" is disabled at the end

    Examples:
      | count |
`

func rows(counts ...int) string {
	text := outline
	for _, c := range counts {
		text += fmt.Sprintf("      | %d |\n", c)
	}
	return text
}

// played plays f.feature.
func played(t *testing.T, opt run.Options, how run.How) (*run.Plan, *suite.Suite) {
	t.Helper()
	opt.Paths = []string{"f.feature"}
	return play(t, opt, how)
}

// play plays the scenarios of the options' paths.
func play(t *testing.T, opt run.Options, how run.How) (*run.Plan, *suite.Suite) {
	t.Helper()
	if how.Driver.Name == "" {
		how.Driver = steps.Simulator()
	}
	plan, err := run.Make(library(t), opt)
	if err != nil {
		t.Fatal(err)
	}
	s, err := plan.Play(t.Context(), how)
	if err != nil {
		t.Fatal(err)
	}
	return plan, s
}

// statuses are the scenarios' statuses by their first letters.
func statuses(s *suite.Suite) string {
	var b strings.Builder
	for _, sc := range s.Scenarios {
		b.WriteString(string(sc.Status[:1]))
	}
	return b.String()
}

func TestFailure(t *testing.T) {
	write(t, map[string]string{"f.feature": rows(11)})
	_, s := played(t, run.Options{}, run.How{})
	sc := s.Scenarios[0]
	want := suite.Step{
		Keyword: "Then", Text: `job "poll" has 11 failed polls`, Line: 8, Status: suite.Failed,
		Failure: &suite.Failure{
			Message: "expected failed polls of job poll: 11; seen: 10", Expected: "failed polls of job poll: 11", Seen: "10",
		},
		Played: 24 * time.Hour,
	}
	if diff := cmp.Diff(want, sc.Steps[5]); diff != "" {
		t.Error(diff)
	}
	if sc.Steps[4].Status != suite.Passed || sc.Steps[6].Status != suite.Skipped || sc.Status != suite.Failed {
		t.Errorf("the step before is %s, the one behind %s, the scenario %s (want passed, skipped, failed)",
			sc.Steps[4].Status, sc.Steps[6].Status, sc.Status)
	}
	if p := sc.Strip; p == nil || len(p.Lanes) == 0 || p.Played != 24*time.Hour {
		t.Errorf("the picture of the scenario is %+v", p)
	}
	if sc.Virtual.Hours() != 24 || !strings.Contains(sc.Timeline, "\npolling_jobs:\n") {
		t.Errorf("%v of the platform's time, timeline %q", sc.Virtual, sc.Timeline)
	}
}

// TestFailFast wants the same scenarios to be reported as played however many are played side by side.
func TestFailFast(t *testing.T) {
	write(t, map[string]string{"f.feature": rows(10, 10, 9, 10, 8, 10)})
	for _, side := range []int{1, 2, 8} {
		_, s := played(t, run.Options{}, run.How{FailFast: true, AtOnce: side})
		if got := statuses(s); got != "ppfsss" {
			t.Errorf("%d at once: %s (want ppfsss)", side, got)
		}
		if s.Scenarios[5].Reason == "" || s.Scenarios[5].Steps[0].Status != suite.Skipped {
			t.Error("a scenario behind the failure does not say why it was skipped")
		}
	}
	if _, s := played(t, run.Options{}, run.How{}); statuses(s) != "ppfpfp" {
		t.Errorf("without fail-fast: %s (want ppfpfp)", statuses(s))
	}
}

// TestSideBySide wants results that do not depend on how many scenarios are played at once.
func TestSideBySide(t *testing.T) {
	write(t, map[string]string{"f.feature": rows(10, 9, 10, 8, 7, 10, 10, 10)})
	_, one := played(t, run.Options{Repeat: 3}, run.How{})
	_, many := played(t, run.Options{Repeat: 3}, run.How{AtOnce: 8})
	if diff := cmp.Diff(one, many); diff != "" {
		t.Error(diff)
	}
	if len(one.Scenarios) != 24 || one.Scenarios[5].Attempt != 3 || one.Scenarios[5].Position != 1 {
		t.Errorf("%d scenarios, the sixth is %+v", len(one.Scenarios), one.Scenarios[5])
	}
}

// TestInterrupted wants what was played, and a suite that is not green.
func TestInterrupted(t *testing.T) {
	write(t, map[string]string{"f.feature": rows(10, 10, 10)})
	plan, err := run.Make(library(t), run.Options{Paths: []string{"f.feature"}})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	s, err := plan.Play(ctx, run.How{Driver: steps.Simulator(), Told: func(done, of, _ int) {
		if of != 3 {
			t.Errorf("there are %d scenarios (want 3)", of)
		}
		if done == 2 {
			cancel()
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	if statuses(s) != "pp" || s.Green() {
		t.Errorf("%s, green: %v (want pp, not green)", statuses(s), s.Green())
	}
}

// TestPanic wants a panic in a step to be a fault, not a failure alone, and the others to be played.
func TestPanic(t *testing.T) {
	write(t, map[string]string{"f.feature": rows(10, 10)})
	plan, err := run.Make(library(t), run.Options{Paths: []string{"f.feature"}})
	if err != nil {
		t.Fatal(err)
	}
	times := 0
	s, err := plan.Play(t.Context(), run.How{Driver: steps.OverMock(func(rt http.RoundTripper) http.RoundTripper {
		if times++; times == 1 {
			panic("planted: 100%!")
		}
		return rt
	})})
	if err == nil || !strings.Contains(err.Error(), "f.feature:13: internal fault: planted: 100%!") {
		t.Errorf("the fault is %v", err)
	}
	if statuses(s) != "fp" || s.Scenarios[0].Steps[5].Failure.Cause != suite.CauseFault {
		t.Errorf("%s, %+v (want fp, a fault)", statuses(s), s.Scenarios[0].Steps[5].Failure)
	}
}

// TestPanicUnreported wants no fault of a scenario that is reported as not played.
func TestPanicUnreported(t *testing.T) {
	write(t, map[string]string{"f.feature": rows(10, 10, 10, 10)})
	plan, err := run.Make(library(t), run.Options{Paths: []string{"f.feature"}})
	if err != nil {
		t.Fatal(err)
	}
	panics := steps.OverMock(func(http.RoundTripper) http.RoundTripper { panic("planted") })
	s, err := plan.Play(t.Context(), run.How{Driver: panics, FailFast: true, AtOnce: 4})
	if statuses(s) != "fsss" || err.Error() != "f.feature:13: internal fault: planted" {
		t.Errorf("%s, %v (want fsss, the fault of the first)", statuses(s), err)
	}
}
