package main

import (
	"slices"
	"testing"
)

// TestSurvivorsAreThere wants every mutant that may live to be one that there is, and the planted ones to fit
// the source: what changes in the engine changes here.
func TestSurvivorsAreThere(t *testing.T) {
	t.Chdir("../..")
	tree, err := read()
	if err != nil {
		t.Fatal(err)
	}
	known, err := survivors(reasons)
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range stale(reasons, known, tree.mutants, nil) {
		t.Error(err)
	}
	if _, bad, err := tree.overlay(t.TempDir()); err != nil || len(bad) > len(tree.mutants)/10 {
		t.Errorf("%d of %d mutants do not compile: %v", len(bad), len(tree.mutants), err)
	}
}

// TestKeys wants a key to find one mutant, so that a reason excuses what it is about and nothing else.
func TestKeys(t *testing.T) {
	t.Chdir("../..")
	tree, err := read()
	if err != nil {
		t.Fatal(err)
	}
	at := map[string]int{}
	for _, m := range tree.mutants {
		if line, taken := at[m.key()]; taken {
			t.Errorf("lines %d and %d: two mutants are %s", line, m.Line, m.key())
		}
		at[m.key()] = m.Line
	}
}

// TestKinds wants each kind of change to be made, of each file of the machine but those that only have names.
func TestKinds(t *testing.T) {
	t.Chdir("../..")
	tree, err := read()
	if err != nil {
		t.Fatal(err)
	}
	kinds, files := map[string]int{}, map[string]int{}
	for _, m := range tree.mutants {
		kinds[m.Kind]++
		files[m.File]++
	}
	want := []string{
		"arithmetic", "boundary", "branch", "constant", "logic", "negation", "planted", "removal", "returned",
	}
	for _, k := range want {
		if kinds[k] == 0 {
			t.Errorf("no mutant is of the kind %s", k)
		}
	}
	for name := range tree.sources {
		names := []string{"engine/doc.go", "engine/entry.go", "engine/event.go"}
		if files[name] == 0 && !slices.Contains(names, name) {
			t.Errorf("%s has no mutant", name)
		}
	}
}

// TestJudge holds what makes the command fail.
func TestJudge(t *testing.T) {
	m := &mutant{Kind: "logic"}
	many := func(n int, r result) []result { return slices.Repeat([]result{r}, n) }
	killed := result{mutant: m, Status: statusKilled}
	survived := result{mutant: m, Status: statusSurvived}
	reasoned := result{mutant: m, Status: statusSurvived, Reason: "it is the same"}
	timedOut := result{mutant: m, Status: statusTimedOut}
	planted := result{mutant: &mutant{Kind: "planted"}, Status: statusSurvived}
	for name, tt := range map[string]struct {
		results []result
		good    bool
	}{
		"nine of ten":    {append(many(9, killed), survived), true},
		"eight of nine":  {append(many(8, killed), survived), false},
		"with reasons":   {append(many(9, killed), many(9, reasoned)...), true},
		"a time-out":     {append(many(99, killed), timedOut), false},
		"a planted one":  {append(many(99, killed), planted), false},
		"nothing killed": {many(3, reasoned), false},
	} {
		if err := judge(tt.results, nil); (err == nil) != tt.good {
			t.Errorf("%s: %v", name, err)
		}
	}
}
