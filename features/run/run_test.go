package run_test

import (
	"testing"

	"github.com/outagedrill/outagedrill/features/run"
	"github.com/outagedrill/outagedrill/features/steps"
	"github.com/outagedrill/outagedrill/reports/suite"
)

func library(t *testing.T) *steps.Library {
	t.Helper()
	lib, err := steps.NewLibrary()
	if err != nil {
		t.Fatal(err)
	}
	return lib
}

// TestRuleBook plays the rule book as users do.
func TestRuleBook(t *testing.T) {
	plan, err := run.Make(library(t), run.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if wrong := plan.Problems; len(wrong) > 0 {
		t.Error(wrong)
	}
	s, err := plan.Play(t.Context(), run.How{Driver: steps.Simulator()})
	if err != nil {
		t.Fatal(err)
	}
	if s.Found < 300 || len(s.Scenarios) != s.Found || s.Selected != s.Found {
		t.Errorf("%d found, %d selected, %d played (want 300 or more of each)", s.Found, s.Selected, len(s.Scenarios))
	}
	for _, sc := range s.Scenarios {
		if sc.Status != suite.Passed {
			t.Errorf("%s:%d: %s: %s", sc.File, sc.Line, sc.Status, sc.Reason)
			for _, st := range sc.Steps {
				if st.Failure != nil {
					t.Log(st.Line, st.Text, st.Failure.Message)
				}
			}
		}
	}
}
