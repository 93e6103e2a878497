package run_test

import (
	"bytes"
	"context"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/outagedrill/outagedrill/features/run"
	"github.com/outagedrill/outagedrill/features/steps"
	"github.com/outagedrill/outagedrill/reports/suite"
)

// TestLast wants what failed to be found again, by names where lines moved, and to be forgotten once it passed.
func TestLast(t *testing.T) {
	write(t, map[string]string{"f.feature": rows(10, 9, 8, 8)})
	plan, s := played(t, run.Options{}, run.How{})
	last := reread(t, plan.Left(s))
	if len(last.Failed) != 3 {
		t.Fatalf("%d failed (want 3): %+v", len(last.Failed), last)
	}
	rewrite(t, "# moved\n\n"+rows(10, 9, 10, 8, 8))
	plan, s = played(t, run.Options{Last: last}, run.How{FailFast: true})
	if statuses(s) != "fss" {
		t.Errorf("%s (want fss)", statuses(s))
	}
	// What was not played keeps its mark.
	if last = reread(t, plan.Left(s)); len(last.Failed) != 3 {
		t.Errorf("%d failed (want 3): %+v", len(last.Failed), last)
	}
	// One that has a new name is found by its line.
	renamed := strings.Replace(rows(10, 9, 7, 8), "It fails", "It may fail", 1)
	rewrite(t, "# moved\n\n"+renamed)
	if _, s = played(t, run.Options{Last: last}, run.How{}); s.Selected != 2 {
		t.Errorf("%d are found by their lines (want the 2 whose lines are still there)", s.Selected)
	}
	rewrite(t, rows(10))
	if _, err := run.Make(library(t), run.Options{Paths: []string{"f.feature"}, Last: last}); err == nil {
		t.Error("want an error where nothing that failed is left")
	}
}

func reread(t *testing.T, l *run.Last) *run.Last {
	t.Helper()
	var b bytes.Buffer
	if err := l.Write(&b); err != nil {
		t.Fatal(err)
	}
	again, err := run.ReadLast(&b)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(l, again); diff != "" {
		t.Error(diff)
	}
	return again
}

// rewrite edits f.feature.
func rewrite(t *testing.T, text string) {
	t.Helper()
	if err := os.WriteFile("f.feature", []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// TestLastIsKept wants a run of a part of what failed to forget none of the rest, and only what passed.
func TestLastIsKept(t *testing.T) {
	both := []string{"f.feature", "sub"}
	fails := rows(9, 8)
	renamed := strings.ReplaceAll(fails, "It fails", "Another fails")
	for _, tt := range []struct {
		name string
		opt  run.Options
		how  run.How
		want string // how what was played ended
		left int
	}{
		{"all", run.Options{}, run.How{}, "ppff", 2},
		{"a file", run.Options{Paths: both[:1]}, run.How{}, "pp", 2},
		{"a line", run.Options{Paths: []string{"f.feature:13", "sub"}}, run.How{}, "pff", 3},
		{"a name", run.Options{Name: regexp.MustCompile("^It fails 10")}, run.How{}, "pp", 2},
		{"a shard", run.Options{Shard: &suite.Shard{Index: 1, Of: 2}}, run.How{}, "pf", 3},
		{"several attempts", run.Options{Repeat: 2}, run.How{}, "ppppffff", 2},
		{"fail fast", run.Options{}, run.How{FailFast: true}, "ppfs", 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			write(t, map[string]string{"f.feature": fails, "sub/g.feature": renamed})
			plan, s := play(t, run.Options{Paths: both}, run.How{})
			last := reread(t, plan.Left(s))
			rewrite(t, strings.NewReplacer("| 9 |", "| 10 |", "| 8 |", "| 10 |").Replace(fails))
			tt.opt.Last = last
			if tt.opt.Paths == nil {
				tt.opt.Paths = last.Paths
			}
			plan, s = play(t, tt.opt, tt.how)
			left := reread(t, plan.Left(s))
			if statuses(s) != tt.want || len(left.Failed) != tt.left || !slices.Equal(left.Paths, both) {
				t.Errorf("%s, %d stay in %q (want %s, %d in %q): %+v",
					statuses(s), len(left.Failed), left.Paths, tt.want, tt.left, both, left.Failed)
			}
			if plan.Gone != 0 {
				t.Errorf("%d are gone (want none)", plan.Gone)
			}
		})
	}
}

// TestLastCut wants a run that was cut off to forget nothing that it did not come to.
func TestLastCut(t *testing.T) {
	write(t, map[string]string{"f.feature": rows(9, 8, 7)})
	plan, s := play(t, run.Options{Paths: []string{"f.feature"}}, run.How{})
	last := plan.Left(s)
	rewrite(t, rows(10, 10, 10))
	plan, err := run.Make(library(t), run.Options{Paths: last.Paths, Last: last, Repeat: 2})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	s, err = plan.Play(ctx, run.How{Driver: steps.Simulator(), Told: func(done, _, _ int) {
		if done == 3 { // of the second scenario one attempt of two
			cancel()
		}
	}})
	if left := plan.Left(s); err != nil || len(left.Failed) != 2 {
		t.Errorf("%v, %s, %d stay (want 2): %+v", err, statuses(s), len(left.Failed), left.Failed)
	}
}

// TestLastGone wants what left its file, and what left with its file, to be told and then forgotten.
func TestLastGone(t *testing.T) {
	both := []string{"f.feature", "sub"}
	write(t, map[string]string{
		"f.feature": rows(9, 8), "sub/g.feature": rows(9), "sub/h.feature": rows(10),
	})
	plan, s := play(t, run.Options{Paths: both}, run.How{})
	last := plan.Left(s)
	rewrite(t, rows(9))
	if err := os.Remove("sub/g.feature"); err != nil {
		t.Fatal(err)
	}
	plan, s = play(t, run.Options{Paths: both, Last: last}, run.How{})
	if left := plan.Left(s); plan.Gone != 2 || len(left.Failed) != 1 {
		t.Errorf("%d are gone, %d stay (want 2, 1): %+v", plan.Gone, len(left.Failed), left.Failed)
	}
}
