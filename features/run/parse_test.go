package run_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/outagedrill/outagedrill/features/run"
	"github.com/outagedrill/outagedrill/features/steps"
	"github.com/outagedrill/outagedrill/internal/problem"
	"github.com/outagedrill/outagedrill/reports/suite"
)

// TestUnreadable holds how what is wrong with a file is told: with line and column, and in words of a reader, not
// of a parser.
func TestUnreadable(t *testing.T) {
	const head = "Feature: F\n  Scenario: S\n    Given the run lasts \"1h\"\n"
	for name, tt := range map[string]struct{ text, want string }{
		"a mistyped step":  {head + "    Ad more\n", `f.feature:4:5: "Ad more" does not fit here`},
		"a mistyped title": {head + "  Scenaro: T\n", `f.feature:4:3: "Scenaro: T" does not fit here (want `},
		"its nearest":      {head + "  Scenaro: T\n", `did you mean "Scenario:"?)`},
		"no feature":       {"Scenario: S\n", `f.feature:1:1: "Scenario: S" does not fit here (want a tag (@…) or Feature: …`},
		"tags at the end":  {head + "  @a\n", `the file ends too early (want a tag (@…)`},
		"a ragged table":   {head + "      | a | b |\n      | c |\n", "f.feature:5:7: inconsistent cell count within the table"},
		"a tag of two":     {"@a b\nFeature: F\n", "f.feature:1:1: A tag may not contain whitespace"},
		"a language":       {"# language: xx\nFeature: F\n", "f.feature:1:1: Language not supported: xx"},
		"an open text":     {head + "      \"\"\"\n      it\n", "the file ends too early"},
		"no text":          {head + "    And \xff\xfe\n", "f.feature:4:1: this line is no text (want UTF-8)"},
		"a long line":      {head + "# " + strings.Repeat("x", 70_000) + "\n", "f.feature:4:1: this line has 70002 bytes"},
		"a lost step":      {"Feature: F\n  Scenario: S\n    # so\n    given the run lasts \"1h\"\n    And it\n", `f.feature:4:5: "given the run lasts \"1h\"" stands where a description does, so it would be left out (did you mean "Given"?)`},
		"a lost scenario":  {"Feature: F\n  scenario: T\n    Given x\n\n  Scenario: S\n    Given it\n", `f.feature:2:3: "scenario: T" stands where`},
		"a step in a rule": {"Feature: F\n  Rule: R\n    Given the run lasts \"1h\"\n  Scenario: S\n    Given it\n", `f.feature:3:5: "Given the run lasts`},
	} {
		t.Run(name, func(t *testing.T) {
			write(t, map[string]string{"f.feature": tt.text})
			_, err := run.Make(library(t), run.Options{Paths: []string{"f.feature"}})
			var wrong problem.Errors
			if !errors.As(err, &wrong) || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("%v\nwant %s", err, tt.want)
			}
			if strings.Contains(err.Error(), "#") && name != "a long line" {
				t.Errorf("the message names a token of the parser: %v", err)
			}
		})
	}
}

// TestReadable wants what editors and languages do to a file to do no harm.
func TestReadable(t *testing.T) {
	german := "# language: de\nFunktionalität: F\n\n  Szenario: S\n    Gegeben sei the run lasts \"1h\"\n" +
		"    Und an application \"acme\" with \"orders\" at 1/m\n    Und a connection \"main\" to \"acme\"\n" +
		"    Und a polling job \"poll\" on \"main\" for \"orders\" every \"5m\"\n    Dann job \"poll\" is never disabled\n"
	prose := strings.Replace(rows(10), "  Scenario Outline", "  An outage, then an answer: that is all.\n\n  Scenario Outline", 1)
	for name, text := range map[string]string{
		"a byte order mark":  "\ufeff" + rows(10),
		"line ends of DOS":   strings.ReplaceAll(rows(10), "\n", "\r\n"),
		"no newline at last": strings.TrimSpace(rows(10)),
		"another language":   german,
		"prose":              prose,
	} {
		t.Run(name, func(t *testing.T) {
			write(t, map[string]string{"f.feature": text})
			_, s := played(t, run.Options{}, run.How{})
			if statuses(s) != "p" || s.Scenarios[0].Line == 0 {
				t.Errorf("%s, line %d: %+v", statuses(s), s.Scenarios[0].Line, s.Scenarios[0].Steps)
			}
		})
	}
}

// TestUndefined wants undefined steps to be told once each, and a suite that is not green.
func TestUndefined(t *testing.T) {
	write(t, map[string]string{"f.feature": "Feature: F\n Background:\n  Given the run lasts\n" +
		" Scenario: S\n  Then it\n Scenario: T\n  Then it\n"})
	plan, s := played(t, run.Options{}, run.How{})
	if statuses(s) != "uu" {
		t.Errorf("%s (want uu)", statuses(s))
	}
	if wrong := plan.Problems; len(wrong) != 3 {
		t.Errorf("want the background's step once and those of the scenarios: %v", wrong)
	}
	step := s.Scenarios[0].Steps[0]
	if step.Status != suite.Undefined || step.Failure == nil || len(step.Failure.Nearest) == 0 {
		t.Errorf("%+v", step)
	}
	if s.Green() {
		t.Error("the suite is green")
	}
}

// TestDrivers plays a scenario of the rule book on every driver.
func TestDrivers(t *testing.T) {
	for _, d := range steps.Drivers() {
		write(t, map[string]string{"f.feature": rows(10)})
		if _, s := played(t, run.Options{}, run.How{Driver: d}); statuses(s) != "p" || s.Driver != d.Name {
			t.Errorf("%s: %s", d.Name, statuses(s))
		}
	}
}
