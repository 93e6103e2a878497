package features_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/outagedrill/outagedrill/features/run"
	"github.com/outagedrill/outagedrill/features/steps"
	"github.com/outagedrill/outagedrill/reports/suite"
)

// TestRightStub: the stub of these tests is right, so that what its quirks cause is their doing. Three ways to
// word an e-mail are as good as one another.
func TestRightStub(t *testing.T) {
	for _, quirk := range []string{"", "base64", "multipart"} {
		tags := "@DIS-08"
		if quirk == "" {
			tags = "@DIS-04 or @DIS-05 or @DIS-06 or @DIS-07 or @DIS-08 or @DIS-12"
		}
		t.Run(quirk, func(t *testing.T) {
			s := playTarget(t, open(t, startStub(t, quirk).server.URL), tags)
			for _, f := range failuresOf(s) {
				t.Error(f.Message)
			}
			if s.Tally().Passed < 5 {
				t.Errorf("%d scenarios passed (expected 5 or more)", s.Tally().Passed)
			}
		})
	}
}

// disabledFeature is passed by a right platform, and says little: much can be wrong that its steps do not ask for.
const disabledFeature = `Feature: F
  Background:
    Given the environment is "snapshot"
    And an application "acme" with "contacts" at 1/m
    And application "acme" has "orders" at 1/m too
    And a connection "acme-main" to "acme"
    And connection "acme-main" is owned by "ops@example.com"
    And a connection "acme-other" to "acme"
    And a polling job "poll" on "acme-main" for "contacts, orders" every "1m"
    And the run lasts "40m"

  Scenario: Down for good
    Given a polling job "other" on "acme-other" for "orders" every "1h"
    When "acme" is down from "10m30s" on
    Then job "poll" is disabled at the end

  Scenario: Down from the start
    Given a polling job "other" on "acme-other" for "orders" every "1h"
    When "acme" is down from "0m" on
    Then job "poll" is never enabled again
`

// healthyFeature asks for nothing that a platform does.
const healthyFeature = `Feature: F
  Scenario: Two jobs on one resource
    Given the environment is "snapshot"
    And an application "acme" with "contacts" at 1/m
    And application "acme" has "orders" at 1/m too
    And a connection "acme-main" to "acme"
    And a polling job "poll" on "acme-main" for "contacts, orders" every "1m"
    And a polling job "other" on "acme-main" for "contacts" every "1m"
    And the run lasts "5m"
    Then no call of job "poll" fails
    And job "poll" is never disabled
    And job "other" has 0 failed polls
`

// TestFalseGreens plays scenarios that say little on platforms that are wrong, each in another way that nobody
// may overlook: where a platform cannot be watched, or contradicts itself, nothing is green.
func TestFalseGreens(t *testing.T) {
	for _, tt := range []struct{ quirk, feature, want string }{
		{"", disabledFeature, ""},
		{"", healthyFeature, ""},
		{"hidden", disabledFeature, "the platform calls acme-main/contacts for job poll when nothing is due"},
		{"async", disabledFeature, "the platform calls acme-main/contacts for job poll when nothing is due"},
		{"idle", disabledFeature, "DIS-01: the platform's next_due is no time, and job poll is enabled (want its tick at 0s)"},
		{"idle", healthyFeature, "DIS-01: the platform's next_due is no time"},
		{"lazy", healthyFeature, "DIS-01: job poll is enabled and does not poll contacts at its tick at 0s"},
		{"first resource", healthyFeature, "DIS-01: job poll is enabled and does not poll orders at its tick at 0s"},
		{"no header", healthyFeature, "skipped: without X-Outagedrill-Job nobody can tell the calls of poll, other apart"},
		{"no header", disabledFeature, ""},
		{"unknown header", healthyFeature, "a call of acme-main has X-Outagedrill-Job: nobody (want poll, other)"},
		{"other header", healthyFeature, "calls acme-main/orders for job other (want connection acme-main and resources of that job)"},
		{"wrong connection", disabledFeature, "calls acme-main/orders for job other (want connection acme-other"},
		{"no resources", disabledFeature, "it has the resources nothing of the kind (want contacts, orders)"},
		{"no jobs", disabledFeature, "the platform's state is of the jobs nothing of the kind (want poll, other)"},
		{"disabled by the system", disabledFeature, "disabled_by is system (want platform or user)"},
		{"disabled by nobody", disabledFeature, "disabled_by is null (want platform or user)"},
		{"disabled long ago", disabledFeature, "disabled_at shows 2024-03-03T23:00:00Z (want 2024-03-04T00:"},
		{"state's clock", healthyFeature, "the platform's state shows 2024-03-04T00:01:00Z (want 2024-03-04T00:00:00Z)"},
		{"idle's clock", healthyFeature, "the platform's clock shows 2024-03-04T00:01:00Z (want 2024-03-04T00:00:00Z)"},
		{"no mail", disabledFeature, "DIS-08: expected an e-mail about job poll, which was disabled at "},
		{"junk mail", disabledFeature, `the e-mail "Your invoice" to ops@example.com names no polling job (want one of poll, other)`},
		{"broken mail", disabledFeature, "an e-mail to ops@example.com cannot be read: multipart: NextPart: EOF"},
	} {
		t.Run(tt.quirk+" "+tt.want, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "f.feature")
			if err := os.WriteFile(file, []byte(tt.feature), 0o644); err != nil {
				t.Fatal(err)
			}
			s := playTarget(t, open(t, startStub(t, tt.quirk).server.URL), "", file)
			for i := range s.Scenarios {
				if got := verdict(&s.Scenarios[i]); tt.want == "" && got != "" || !strings.Contains(got, tt.want) {
					t.Errorf("%s: %q (want %q)", s.Scenarios[i].Name, got, tt.want)
				}
			}
		})
	}
}

// verdict words why a scenario did not pass, "" where it did.
func verdict(sc *suite.Scenario) string {
	if sc.Status == suite.Skipped {
		return "skipped: " + sc.Reason
	}
	for _, step := range sc.Steps {
		if step.Failure != nil {
			line, _, _ := strings.Cut(step.Failure.Message, "\n")
			return line
		}
	}
	return ""
}

// TestGoneTarget: a platform that is stopped half-way passes nothing from then on.
func TestGoneTarget(t *testing.T) {
	s := playTarget(t, open(t, startStub(t, "dies").server.URL), "@DIS-05")
	failures := failuresOf(s)
	if s.Green() || s.Tally().Passed == 0 || len(failures) < 2 {
		t.Fatalf("%+v", s.Tally())
	}
	if last := failures[len(failures)-1].Message; !strings.Contains(last, "EOF") {
		t.Errorf("the last scenario: %s", last)
	}
}

// TestHangingTarget: a platform that does not answer fails the scenario, and the end of the run ends the wait.
func TestHangingTarget(t *testing.T) {
	t.Run("time-out", func(t *testing.T) {
		target, err := steps.OpenTarget(t.Context(), startStub(t, "hangs").server.URL, steps.TargetOptions{Timeout: time.Second})
		if err != nil {
			t.Fatal(err)
		}
		s := playTarget(t, steps.UnderTest(target), "@DIS-11")
		failures := failuresOf(s)
		if len(failures) == 0 || s.Green() || !strings.Contains(failures[0].Message, ": no answer within 1s") {
			t.Errorf("%+v", failures)
		}
	})
	t.Run("interrupted", func(t *testing.T) {
		hanging := startStub(t, "hangs")
		ctx, cancel := context.WithCancel(t.Context())
		d := open(t, hanging.server.URL)
		plan, err := run.Make(library(t), run.Options{Tags: "@DIS-05", Repeat: 1})
		if err != nil {
			t.Fatal(err)
		}
		hanging.onHang = cancel
		s, err := plan.Play(ctx, run.How{Driver: d})
		if err != nil || !errors.Is(ctx.Err(), context.Canceled) {
			t.Fatal(err, ctx.Err())
		}
		if len(s.Scenarios) >= plan.Size() || s.Tally().Failed > 0 {
			t.Errorf("%d of %d scenarios are told, %d failed", len(s.Scenarios), plan.Size(), s.Tally().Failed)
		}
	})
}
