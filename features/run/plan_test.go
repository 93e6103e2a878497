package run_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/outagedrill/outagedrill/features/run"
	"github.com/outagedrill/outagedrill/features/steps"
	"github.com/outagedrill/outagedrill/reports/suite"
)

// places has a scenario of every shape; its lines are what the tests count on.
const places = `@f
Feature: F

  Background:
    Given the environment is "snapshot"

  @a
  Scenario: First
    Given the run lasts "1h"

  Scenario Outline: Row <n>
    Given the run lasts "<n>h"

    @x
    Examples:
      | n |
      | 2 |
      | 3 |

    Examples: more
      | n |
      | 3 |

  @r
  Rule: R
    Background:
      Given an application "acme" with "orders" at 1/m
    Scenario: In a rule
      """ not a doc string: this is a description
      Given the run lasts "4h"
    # a comment before the next one
    Scenario: Last
      * the run lasts "5h"
`

// write writes features into a folder of their own, and goes there.
func write(t *testing.T, files map[string]string) {
	t.Helper()
	t.Chdir(t.TempDir())
	for name, text := range files {
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// dry lists the scenarios of a dry run as LINE NAME.
func dry(t *testing.T, opt run.Options) []string {
	t.Helper()
	var list []string
	for _, sc := range dryRun(t, opt).Scenarios {
		list = append(list, fmt.Sprintf("%d %s", sc.Line, sc.Name))
	}
	return list
}

func dryRun(t *testing.T, opt run.Options) *suite.Suite {
	t.Helper()
	plan, err := run.Make(library(t), opt)
	if err != nil {
		t.Fatal(err)
	}
	s, err := plan.Play(t.Context(), run.How{Driver: steps.Simulator(), DryRun: true})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSelection(t *testing.T) {
	text := strings.Replace(places, `""" not`, "not", 1)
	write(t, map[string]string{"f.feature": text, "sub/g.feature": "Feature: G\n  Scenario: G\n    Given it\n"})
	all := []string{"8 First", "17 Row 2", "18 Row 3", "22 Row 3", "28 In a rule", "32 Last"}
	rows := []string{"17 Row 2", "18 Row 3", "22 Row 3"}
	for _, tt := range []struct {
		name string
		opt  run.Options
		want []string
	}{
		{"a file", run.Options{Paths: []string{"f.feature"}}, all},
		{"a folder", run.Options{Paths: []string{"."}}, append(slices.Clone(all), "2 G")},
		{"a file twice", run.Options{Paths: []string{"f.feature", "./f.feature", "f.feature:8"}}, all},
		{"the feature", run.Options{Paths: []string{"f.feature:2"}}, all},
		{"a scenario", run.Options{Paths: []string{"f.feature:8"}}, all[:1]},
		{"its tag", run.Options{Paths: []string{"f.feature:7"}}, all[:1]},
		{"its step", run.Options{Paths: []string{"f.feature:9"}}, all[:1]},
		{"an outline", run.Options{Paths: []string{"f.feature:11"}}, rows},
		{"its step", run.Options{Paths: []string{"f.feature:12"}}, rows},
		{"its examples", run.Options{Paths: []string{"f.feature:15"}}, rows[:2]},
		{"a row", run.Options{Paths: []string{"f.feature:18"}}, rows[1:2]},
		{"the last row", run.Options{Paths: []string{"f.feature:22"}}, rows[2:]},
		{"a rule", run.Options{Paths: []string{"f.feature:25"}}, all[4:]},
		{"its background", run.Options{Paths: []string{"f.feature:27"}}, all[4:]},
		{"two lines", run.Options{Paths: []string{"f.feature:8:18", "f.feature:33"}}, []string{all[0], all[2], all[5]}},
		{"tags", run.Options{Paths: []string{"f.feature"}, Tags: "@f and not (@a or @r)"}, rows},
		{"the tag of examples", run.Options{Paths: []string{"f.feature"}, Tags: "@x"}, rows[:2]},
		{"a name", run.Options{Paths: []string{"f.feature"}, Name: regexp.MustCompile("^Row [23]|La")}, append(slices.Clone(rows), all[5])},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, dry(t, tt.opt)); diff != "" {
				t.Error(diff)
			}
		})
	}
	s := dryRun(t, run.Options{Paths: []string{"f.feature"}, Tags: "@x"})
	if s.Found != 6 || s.Selected != 2 || s.Selection != "tags @x" {
		t.Errorf("found %d, selected %d by %q (want 6, 2, tags @x)", s.Found, s.Selected, s.Selection)
	}
	if s := dryRun(t, run.Options{Paths: []string{"f.feature:8"}}); s.Found != 6 || s.Selected != 1 {
		t.Errorf("found %d, selected %d (want 6, 1)", s.Found, s.Selected)
	}
	if got := s.Scenarios[1].Row; got != "" {
		t.Errorf("its row is told twice, in its name and as %q", got)
	}
	if got := s.Scenarios[1].Tags; !slices.Equal(got, []string{"@f", "@x"}) {
		t.Errorf("its tags are %q", got)
	}
}

// TestRows wants the rows of an outline to be told apart where its name has none of their values.
func TestRows(t *testing.T) {
	text := strings.Replace(rows(10, 9), "It fails <count> times", "It fails", 1)
	write(t, map[string]string{"f.feature": text})
	s := dryRun(t, run.Options{Paths: []string{"f.feature"}})
	var got []string
	for i := range s.Scenarios {
		got = append(got, s.Title(&s.Scenarios[i]))
	}
	if diff := cmp.Diff([]string{"It fails (count=10)", "It fails (count=9)"}, got); diff != "" {
		t.Error(diff)
	}
}

// TestOrder wants a seed to give the same order again, and another one another, over all files.
func TestOrder(t *testing.T) {
	first := dry(t, run.Options{Order: run.Order{Random: true, Seed: 7}})
	again := dry(t, run.Options{Order: run.Order{Random: true, Seed: 7}})
	other := dry(t, run.Options{Order: run.Order{Random: true, Seed: 8}})
	inFiles := dry(t, run.Options{})
	if !slices.Equal(first, again) || slices.Equal(first, other) || slices.Equal(first, inFiles) {
		t.Error("want equal orders for equal seeds, and others for others")
	}
	slices.Sort(first)
	slices.Sort(inFiles)
	if !slices.Equal(first, inFiles) {
		t.Error("the random order lost or gained scenarios")
	}
}

// TestShards wants each scenario in exactly one shard, and a plan that only the same selection in the same order
// has.
func TestShards(t *testing.T) {
	whole := dryRun(t, run.Options{Tags: "@DIS-05 or @DIS-07", Repeat: 2})
	plans := map[string]bool{}
	for of := 1; of <= 5; of++ {
		seen := make([]int, len(whole.Scenarios))
		for index := 1; index <= of; index++ {
			s := dryRun(t, run.Options{
				Tags: "@DIS-05 or @DIS-07", Repeat: 2, Shard: &suite.Shard{Index: index, Of: of},
			})
			plans[s.Shard.Plan] = true
			if s.Selected != whole.Selected || s.Found != whole.Found {
				t.Errorf("shard %d/%d selects %d of %d (want those of the whole)", index, of, s.Selected, s.Found)
			}
			for _, sc := range s.Scenarios {
				at := 2*sc.Position + sc.Attempt - 1
				seen[at]++
				if diff := cmp.Diff(whole.Scenarios[at], sc); diff != "" {
					t.Error(diff)
				}
			}
		}
		if slices.Max(seen) != 1 || slices.Min(seen) != 1 {
			t.Errorf("%d shards play scenarios %v times (want once each)", of, seen)
		}
	}
	if len(plans) != 1 {
		t.Errorf("one selection has %d plans", len(plans))
	}
	for _, opt := range []run.Options{
		{Tags: "@DIS-05", Repeat: 2},
		{Tags: "@DIS-05 or @DIS-07"},
		{Tags: "@DIS-05 or @DIS-07", Repeat: 2, Order: run.Order{Random: true}},
	} {
		opt.Shard = &suite.Shard{Index: 1, Of: 2}
		if plan := dryRun(t, opt).Shard.Plan; plans[plan] {
			t.Errorf("%+v has the plan of another selection", opt)
		}
	}
}

// TestNothing wants what holds nothing to be told apart from what is wrong.
func TestNothing(t *testing.T) {
	write(t, map[string]string{"a.feature": "Feature: A\n", "b.feature": "Feature: B\n Scenario: S\n  Given it\n"})
	var none *run.Nothing
	if _, err := run.Make(library(t), run.Options{Paths: []string{"a.feature", "b.feature"}}); !errors.As(err, &none) {
		t.Errorf("%v (want a *Nothing)", err)
	}
	_, err := run.Make(library(t), run.Options{Paths: []string{"a.feature", "c.feature"}})
	if err == nil || errors.As(err, &none) {
		t.Errorf("%v (want an error that is no *Nothing)", err)
	}
}
