package dialect_test

import (
	"maps"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/outagedrill/outagedrill/fakevendor/dialect"
)

// A built-in dialect is read once, whoever asks, and a file that extends it leaves it as it is.
func TestBuiltInsAreShared(t *testing.T) {
	var loading sync.WaitGroup
	loaded := make([]*dialect.Dialect, 8)
	for i := range loaded {
		loading.Go(func() {
			d, err := dialect.Load("github")
			if err != nil {
				t.Error(err)
			}
			loaded[i] = d
		})
	}
	loading.Wait()
	for _, d := range loaded {
		if d != loaded[0] {
			t.Fatal("two calls were given dialects of their own")
		}
	}
	before := readings(loaded[0], loaded[0])
	deaf, err := dialect.Parse("deaf.yaml", []byte("dialect: deaf\nvendor: Deaf\nformat: 1\nextends: github\n"+
		"reading: {api: [{when: {status: [403, 429]}, class: rejected, source: x, certainty: U}, "+
		"{when: {json: {errors.*.type: RATE_LIMITED}}, class: rejected, source: x, certainty: U}]}\n"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, readings(loaded[0], loaded[0])); diff != "" {
		t.Errorf("another dialect that extends it changed what github reads:\n%s", diff)
	}
	for i, l := range deaf.Limits {
		its, ours := l.Answer, loaded[0].Limits[i].Answer
		if its == nil {
			continue
		}
		p := dialect.Params{Now: 1, Last: -1}
		if got := deaf.Judge(api, its, &p).Class; got != dialect.Rejected {
			t.Errorf("the answer of limit %s reads as %s by its own rules, want rejected", l.Name, got)
		}
		if its == ours {
			t.Errorf("the answer of limit %s is one for both dialects, want one of its own: it is read another way",
				l.Name)
		}
	}
	byAnswer := map[*dialect.Shape]int{}
	for _, l := range loaded[0].Limits {
		if l.Answer != nil {
			byAnswer[l.Answer]++
		}
	}
	if slices.Max(slices.Collect(maps.Values(byAnswer))) < 2 {
		t.Error("each limit has an answer of its own, want github's point limits to share one")
	}
}

// readings is what a dialect makes of the answers of one.
func readings(d, of *dialect.Dialect) []dialect.Reading {
	var all []dialect.Reading
	for _, s := range answers(of) {
		for _, waits := range []bool{false, true} {
			p := dialect.Params{Now: 1, Last: -1, HasRetryAfter: waits, RetryAfter: 1}
			all = append(all, d.Judge(api, s, &p))
		}
	}
	return all
}

// A dialect that extends another one judges as if nobody had asked for that one before.
func TestExtendedIsTheSameAsWhole(t *testing.T) {
	for _, name := range dialect.Names() {
		built, err := dialect.Load(name)
		if err != nil {
			t.Fatal(err)
		}
		source, err := dialect.Source(name)
		if err != nil {
			t.Fatal(err)
		}
		parsed, err := dialect.Parse(name+".yaml", source)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(readings(built, built), readings(parsed, parsed)); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
}
