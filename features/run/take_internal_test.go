package run

import (
	"errors"
	"testing"

	"github.com/cucumber/godog"

	"github.com/outagedrill/outagedrill/features/steps"
	"github.com/outagedrill/outagedrill/reports/suite"
)

// TestTake holds what becomes of a scenario by what godog said of its steps.
func TestTake(t *testing.T) {
	passed := outcome{godog.StepPassed, nil}
	skipped := outcome{godog.StepSkipped, nil}
	wrong := errors.New("wrong")
	for _, tt := range []struct {
		name   string
		seen   []outcome
		report steps.Report
		want   suite.Status
		last   suite.Status // of the last step
	}{
		{"passed", []outcome{passed, passed}, steps.Report{}, suite.Passed, suite.Passed},
		{
			"failed",
			[]outcome{{godog.StepFailed, wrong}, skipped},
			steps.Report{Err: wrong},
			suite.Failed, suite.Skipped,
		},
		{
			"failed when the rest was played",
			[]outcome{passed, passed},
			steps.Report{Err: wrong},
			suite.Failed, suite.Failed,
		},
		{
			"skipped with a reason",
			[]outcome{{godog.StepSkipped, godog.ErrSkip}, skipped},
			steps.Report{Skipped: "not offered"},
			suite.Skipped, suite.Skipped,
		},
	} {
		s := &suite.Scenario{Steps: []suite.Step{{Status: suite.Skipped}, {Status: suite.Skipped}}}
		take(s, tt.seen, &tt.report)
		if s.Status != tt.want || s.Steps[1].Status != tt.last || s.Reason != tt.report.Skipped {
			t.Errorf("%s: %s, its last step %s, reason %q", tt.name, s.Status, s.Steps[1].Status, s.Reason)
		}
	}
}

// TestTakeNoLess wants a step that was skipped, or never called, for no reason not to pass.
func TestTakeNoLess(t *testing.T) {
	for _, status := range []godog.StepResultStatus{godog.StepSkipped, godog.StepPending, godog.StepUndefined} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("a step that godog says is %s passes", status)
				}
			}()
			take(&suite.Scenario{Steps: make([]suite.Step, 1)}, []outcome{{status, nil}}, &steps.Report{})
		}()
	}
}

// TestFailureOf wants a failure to say what was at fault.
func TestFailureOf(t *testing.T) {
	for _, tt := range []struct {
		err  error
		want suite.Cause
	}{
		{errors.New("wrong"), suite.CauseStep},
		{&steps.Broken{Rule: "DIS-07", Message: "a call"}, suite.CauseInvariant},
		{&steps.Failure{Err: &steps.Broken{Rule: "DIS-07", Message: "a call"}}, suite.CauseInvariant},
		{&steps.Failure{Err: &steps.Fault{Panic: "planted"}}, suite.CauseFault},
	} {
		if got := failureOf(tt.err).Cause; got != tt.want {
			t.Errorf("%v: the cause is %q (want %q)", tt.err, got, tt.want)
		}
	}
}
