package suite_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/outagedrill/outagedrill/reports/suite"
)

// broken is a suite in which a fault ended one scenario and an invariant another.
func broken() *suite.Suite {
	s := green()
	for i, cause := range []suite.Cause{suite.CauseFault, suite.CauseInvariant} {
		sc := &s.Scenarios[i]
		sc.Steps = slices.Clone(sc.Steps)
		sc.Status, sc.Steps[1].Status = suite.Failed, suite.Failed
		sc.Steps[1].Failure = &suite.Failure{Message: "planted", Cause: cause}
	}
	return s
}

// TestFlaws wants every reason for which a suite is no success, in words.
func TestFlaws(t *testing.T) {
	edited := func(edit func(s *suite.Suite)) *suite.Suite {
		s := green()
		edit(s)
		return s
	}
	skip := func(s *suite.Suite) {
		for i := range s.Scenarios {
			s.Scenarios[i].Status = suite.Skipped
		}
	}
	for name, tt := range map[string]struct {
		s     *suite.Suite
		kinds []suite.FlawKind
		texts []string
	}{
		"none": {green(), nil, nil},
		"failed and undefined": {
			mixed(),
			[]suite.FlawKind{suite.Unclear, suite.Red},
			[]string{"2 of 12 scenarios undefined or ambiguous", "6 of 12 scenarios failed"},
		},
		"a fault": {
			broken(),
			[]suite.FlawKind{suite.Red, suite.Faulty},
			[]string{"2 of 2 scenarios failed", "1 of 2 scenarios ended in an internal fault"},
		},
		"second attempts missing": {
			edited(func(s *suite.Suite) { s.Repeat = 2 }),
			[]suite.FlawKind{suite.Short},
			[]string{"2 of 4 selected were not played"},
		},
		"skipped": {edited(skip), []suite.FlawKind{suite.Idle}, []string{"all scenarios were skipped"}},
		"a dry run": {
			edited(func(s *suite.Suite) {
				skip(s)
				s.DryRun = true
			}), nil, nil,
		},
		"a shard": {edited(func(s *suite.Suite) {
			s.Shard, s.Scenarios = &suite.Shard{Index: 1, Of: 2, Plan: "p"}, s.Scenarios[:1]
		}), nil, nil},
		"a shard of nothing": {
			edited(func(s *suite.Suite) {
				s.Shard, s.Scenarios = &suite.Shard{Index: 3, Of: 3, Plan: "p"}, nil
			}),
			[]suite.FlawKind{suite.Idle},
			[]string{"shard 3 of 3 holds no scenario, of 2 (want fewer shards)"},
		},
		"nothing": {empty(), []suite.FlawKind{suite.Idle}, []string{"nothing was played"}},
	} {
		var kinds []suite.FlawKind
		var texts []string
		for _, f := range tt.s.Flaws() {
			kinds, texts = append(kinds, f.Kind), append(texts, f.Text)
		}
		if !slices.Equal(kinds, tt.kinds) || !slices.Equal(texts, tt.texts) || tt.s.Green() != (kinds == nil) {
			t.Errorf("%s: %v %q, green: %v (want %v %q)", name, kinds, texts, tt.s.Green(), tt.kinds, tt.texts)
		}
	}
	if got := write(t, "progress", broken()); !strings.Contains(got, "; 1 of 2 scenarios ended in an internal fault\n") {
		t.Errorf("the report does not tell of the fault:\n%s", got)
	}
}

// TestJUnitErrors wants what the program is at fault for to be errors, as undefined steps are: nothing was found out
// about the platform.
func TestJUnitErrors(t *testing.T) {
	root := junit(t, broken())
	if root.must(t, "errors") != "2" || root.must(t, "failures") != "0" || root.must(t, "tests") != "2" {
		t.Errorf("the attributes are %v (want 2 errors)", root.Attrs)
	}
	for _, s := range root.Children {
		if s.must(t, "errors") != "2" {
			t.Errorf("the attributes of the feature are %v (want 2 errors)", s.Attrs)
		}
	}
	for i, kind := range []string{"fault", "invariant"} {
		outcome := root.Children[0].Children[1+i].child("error")
		if outcome == nil || outcome.must(t, "type") != kind {
			t.Errorf("case %d has %+v (want an error of type %s)", i, outcome, kind)
		}
	}
}

// TestDetailsOnce wants what a message says not to be said again below it.
func TestDetailsOnce(t *testing.T) {
	for _, message := range []string{"DIS-05: expected off; seen: on", "expected off; seen: on", "it is on"} {
		s := green()
		sc := &s.Scenarios[0]
		sc.Steps = slices.Clone(sc.Steps)
		sc.Status, sc.Steps[1].Status = suite.Failed, suite.Failed
		sc.Steps[1].Failure = &suite.Failure{
			Message: message, Rules: []string{"DIS-05"}, Expected: "off", Seen: "on",
		}
		_, told, _ := strings.Cut(write(t, "progress", s), "What went wrong:")
		got := [3]int{strings.Count(told, "DIS-05"), strings.Count(told, "expected"), strings.Count(told, "seen:")}
		if got != [3]int{1, 1, 1} {
			t.Errorf("%q: rule, expected and seen are told %v times (want once each):\n%s", message, got, told)
		}
	}
}
