package suite_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/outagedrill/outagedrill/reports/suite"
)

// drawSuite is a whole suite of up to ten scenarios, each with its attempts.
func drawSuite(t *rapid.T) *suite.Suite {
	s := mixed()
	s.Repeat = rapid.IntRange(1, 3).Draw(t, "repeat")
	s.Selected = rapid.IntRange(1, 10).Draw(t, "selected")
	pool := s.Scenarios
	s.Scenarios = nil
	for i := range s.Selected {
		for attempt := range s.Repeat {
			sc := rapid.SampledFrom(pool).Draw(t, "scenario")
			sc.Position, sc.Attempt = i, attempt+1
			s.Scenarios = append(s.Scenarios, sc)
		}
	}
	return s
}

// split deals the scenarios of a suite to shards, in any way, and turns the shards around.
func split(t *rapid.T, s *suite.Suite) []*suite.Suite {
	n := rapid.IntRange(1, 4).Draw(t, "shards")
	shards := make([]*suite.Suite, n)
	for i := range shards {
		shard := *s
		shard.Scenarios = nil
		shard.Shard = &suite.Shard{Index: i + 1, Of: n, Plan: "plan"}
		shards[i] = &shard
	}
	for _, sc := range s.Scenarios {
		to := shards[rapid.IntRange(0, n-1).Draw(t, "to")]
		to.Scenarios = append(to.Scenarios, sc)
	}
	return rapid.Permutation(shards).Draw(t, "order")
}

// throughFile is a suite written and read.
func throughFile(t *rapid.T, s *suite.Suite) *suite.Suite {
	var b bytes.Buffer
	if err := suite.Write("json", &b, s); err != nil {
		t.Fatal(err)
	}
	read, err := suite.Read(&b)
	if err != nil {
		t.Fatal(err)
	}
	return read
}

// However a suite is dealt to shards, merging what was written of them gives it back, byte for byte in every
// format but for the environment.
func TestMergeGivesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		whole := drawSuite(t)
		shards := split(t, whole)
		for i := range shards {
			shards[i] = throughFile(t, shards[i])
		}
		merged, err := suite.Merge(shards)
		if err != nil {
			t.Fatal(err)
		}
		merged.Environment = whole.Environment
		if diff := cmp.Diff(throughFile(t, whole), merged); diff != "" {
			t.Fatalf("the merged suite differs (-want +got):\n%s", diff)
		}
		format := rapid.SampledFrom(suite.Formats()).Draw(t, "format").Name
		var a, b strings.Builder
		if err := errors.Join(suite.Write(format, &a, whole), suite.Write(format, &b, merged)); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(a.String(), b.String()); diff != "" {
			t.Fatalf("%s differs (-want +got):\n%s", format, diff)
		}
	})
}

// Shards from which anything is lost or doubled are refused.
func TestMergeRefusesLoss(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		shards := split(t, drawSuite(t))
		i := rapid.IntRange(0, len(shards)-1).Draw(t, "victim")
		victim := shards[i]
		names := []string{"shard lost", "shard doubled"}
		if len(victim.Scenarios) > 0 {
			names = append(names, "scenario lost", "scenario doubled", "scenario moved")
		}
		k := 0
		how := rapid.SampledFrom(names).Draw(t, "how")
		if strings.HasPrefix(how, "scenario") {
			k = rapid.IntRange(0, len(victim.Scenarios)-1).Draw(t, "scenario")
		}
		switch how {
		case "shard lost":
			shards = slices.Delete(shards, i, i+1)
		case "shard doubled":
			shards = append(shards, victim)
		case "scenario lost":
			victim.Scenarios = slices.Delete(victim.Scenarios, k, k+1)
		case "scenario doubled":
			victim.Scenarios = append(victim.Scenarios, victim.Scenarios[k])
		case "scenario moved":
			victim.Scenarios[k].Position = rapid.SampledFrom([]int{-1, victim.Selected, victim.Selected + 7}).Draw(t, "position")
		}
		if merged, err := suite.Merge(shards); err == nil {
			t.Fatalf("%s, and merged to %s", how, merged.Tally())
		}
	})
}

// shards are the two shards of the green suite.
func shards() (first, second *suite.Suite) {
	first, second = green(), green()
	first.Shard, second.Shard = &suite.Shard{Index: 1, Of: 2, Plan: "p"}, &suite.Shard{Index: 2, Of: 2, Plan: "p"}
	first.Scenarios, second.Scenarios = first.Scenarios[:1], second.Scenarios[1:]
	return first, second
}

// A refusal names the shard and what is wrong with it.
func TestMergeRefusals(t *testing.T) {
	for want, change := range map[string]func(first, second *suite.Suite) []*suite.Suite{
		"there are no shards to merge": func(_, _ *suite.Suite) []*suite.Suite { return nil },
		"shard 2/2 is missing":         func(a, _ *suite.Suite) []*suite.Suite { return []*suite.Suite{a} },
		"shard 1/2 is given twice":     func(a, b *suite.Suite) []*suite.Suite { return []*suite.Suite{a, b, a} },
		"shards 1/4, 3/4 are missing": func(a, b *suite.Suite) []*suite.Suite {
			a.Shard.Of, b.Shard.Of, a.Shard.Index, b.Shard.Index = 4, 4, 4, 2
			return []*suite.Suite{a, b}
		},
		"number 2 of the results is of no shard": func(a, _ *suite.Suite) []*suite.Suite {
			return []*suite.Suite{a, green()}
		},
		"shard 1/2 and shard 2/2 are not of one run: driver sim and mock": func(a, b *suite.Suite) []*suite.Suite {
			b.Driver = "mock"
			return []*suite.Suite{a, b}
		},
		"not of one run: selection none and tags @live": func(a, b *suite.Suite) []*suite.Suite {
			b.Selection = "tags @live"
			return []*suite.Suite{a, b}
		},
		"not of one run: order file and random:3": func(a, b *suite.Suite) []*suite.Suite {
			b.Order = "random:3"
			return []*suite.Suite{a, b}
		},
		"not of one run: plan p and q": func(a, b *suite.Suite) []*suite.Suite {
			b.Shard.Plan = "q"
			return []*suite.Suite{a, b}
		},
		"not of one run: number of shards 2 and 3": func(a, b *suite.Suite) []*suite.Suite {
			b.Shard.Of = 3
			return []*suite.Suite{a, b}
		},
		"not of one run: program v0.4.0 and v0.5.0": func(a, b *suite.Suite) []*suite.Suite {
			b.Environment.Program = "v0.5.0"
			return []*suite.Suite{a, b}
		},
		"1 of 2 results are in none of the shards; the first, position 0, attempt 1, is for shard 1/2": func(a, b *suite.Suite) []*suite.Suite {
			a.Scenarios = nil
			return []*suite.Suite{a, b}
		},
		"shard 1/2 and shard 2/2 have the same scenario, features/disabling.feature:21": func(a, b *suite.Suite) []*suite.Suite {
			b.Scenarios = a.Scenarios
			return []*suite.Suite{a, b}
		},
		"shard 2/2: scenario features/disabling.feature:22: its position is 2": func(a, b *suite.Suite) []*suite.Suite {
			b.Scenarios[0].Position = 2
			return []*suite.Suite{a, b}
		},
	} {
		if _, err := suite.Merge(change(shards())); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the error is %v, want %s", err, want)
		}
	}
}

// The merged environment is that of the shards together.
func TestMergeEnvironment(t *testing.T) {
	a, b := shards()
	a.Environment.Command, b.Environment.Command = "outagedrill test --shard 1/2 x", "outagedrill test --shard 2/2 x"
	b.Environment.Began, b.Environment.System = began.Add(-time.Minute), "darwin/arm64, 8 CPUs"
	got, err := suite.Merge([]*suite.Suite{b, a})
	if err != nil {
		t.Fatal(err)
	}
	want := suite.Environment{
		Program: "v0.4.0", Command: "outagedrill test x", Began: began.Add(-time.Minute),
		Took: 2500 * time.Millisecond, System: "linux/amd64, 2 CPUs, darwin/arm64, 8 CPUs",
	}
	if diff := cmp.Diff(want, got.Environment); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
