package history_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/outagedrill/outagedrill/reports/history"
)

// replay is a line of a replay.
func replay(n int, program, inputs, outcome, verdict string) history.Line {
	return history.Line{
		Format: 1, At: time.Date(2026, 11, n, 6, 0, 0, 0, time.UTC), Kind: "replay", Name: "lunch",
		Where: "production", Program: program, Inputs: inputs, Seed: 1, Outcome: outcome, Verdict: verdict,
	}
}

// test is a line of a test.
func test(n int, passed, failed []string) history.Line {
	return history.Line{
		Format: 1, At: time.Date(2026, 11, n, 6, 0, 0, 0, time.UTC), Kind: "test", Name: "outagedrill test",
		Where: "sim", Program: "v1", Passed: passed, Failed: failed,
	}
}

// Forty runs side by side lose none of their lines, and the log that each gets ends with its own.
func TestAppend(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history.ndjson")
	var all sync.WaitGroup
	for i := range 40 {
		all.Go(func() {
			log, err := history.Append(path, replay(1, "v1", fmt.Sprint(i), "o", "good"))
			if err != nil || log.Lines[len(log.Lines)-1].Inputs != fmt.Sprint(i) {
				t.Errorf("the log of run %d does not end with it (%v)", i, err)
			}
		})
	}
	all.Wait()
	log, err := history.Read(path)
	if err != nil || len(log.Lines) != 40 || len(log.Left) > 0 {
		t.Errorf("%d lines, %d left out (%v)", len(log.Lines), len(log.Left), err)
	}
}

// A file whose end is torn anywhere keeps its other lines and takes new ones.
func TestTorn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history.ndjson")
	for i := range 2 {
		if _, err := history.Append(path, replay(i+1, "v1", "i", "o", "good")); err != nil {
			t.Fatal(err)
		}
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	first := bytes.IndexByte(whole, '\n') + 1
	for n := range len(whole) + 1 {
		if err := os.WriteFile(path, whole[:n], 0o644); err != nil {
			t.Fatal(err)
		}
		log, err := history.Append(path, replay(3, "v1", "i", "o", "good"))
		if err != nil {
			t.Fatalf("torn at %d: %v", n, err)
		}
		want := 1
		if n >= first-1 {
			want++
		}
		if n >= len(whole)-1 {
			want++
		}
		again, err := history.Read(path)
		if err != nil || len(log.Lines) != want || cmp.Diff(log, again) != "" {
			t.Fatalf("torn at %d: %d lines, then %d (expected %d; %v)", n, len(log.Lines), len(again.Lines), want, err)
		}
	}
}

// What is no history is refused and left as it is.
func TestForeign(t *testing.T) {
	path := filepath.Join(t.TempDir(), "README.md")
	for _, text := range []string{"# A project\n", "{}\n", `{"format":2,"kind":"replay"}` + "\n", "x"} {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		_, err := history.Append(path, replay(1, "v1", "i", "o", "good"))
		if err == nil || !strings.Contains(err.Error(), "no history") {
			t.Errorf("%q is taken for a history (%v)", text, err)
		}
		if got, _ := os.ReadFile(path); string(got) != text {
			t.Errorf("%q became %q", text, got)
		}
	}
}

// lastFlips are those of the last run.
func lastFlips(series []history.Line) []history.Flip { return history.Flips(series)[len(series)-1] }

// The same inputs with another outcome flip; whose fault that is depends on the programs.
func TestReplayFlips(t *testing.T) {
	for name, c := range map[string]struct {
		lines []history.Line
		flips int
		bug   bool
	}{
		"alike":         {[]history.Line{replay(1, "v1", "i", "o", "good"), replay(2, "v1", "i", "o", "good")}, 0, false},
		"other outcome": {[]history.Line{replay(1, "v1", "i", "o", "good"), replay(2, "v1", "i", "p", "bad")}, 1, true},
		"same verdict":  {[]history.Line{replay(1, "v1", "i", "o", "bad"), replay(2, "v1", "i", "p", "bad")}, 1, true},
		"other inputs":  {[]history.Line{replay(1, "v1", "i", "o", "good"), replay(2, "v1", "j", "p", "bad")}, 0, false},
		"other program": {[]history.Line{replay(1, "v1", "i", "o", "good"), replay(2, "v2", "i", "p", "bad")}, 1, false},
		"who knows":     {[]history.Line{replay(1, "(devel)", "i", "o", "good"), replay(2, "(devel)", "i", "p", "bad")}, 1, false},
		"in between": {[]history.Line{
			replay(1, "v1", "i", "o", "good"), replay(2, "v1", "j", "q", "good"), replay(3, "v1", "i", "p", "bad"),
		}, 1, true},
		"long past": {[]history.Line{
			replay(1, "v1", "i", "o", "good"), replay(2, "v1", "i", "p", "bad"), replay(3, "v1", "i", "p", "bad"),
		}, 0, false},
	} {
		flips := lastFlips(c.lines)
		if len(flips) != c.flips || c.flips > 0 && flips[0].Bug != c.bug {
			t.Errorf("%s: %+v", name, flips)
		}
	}
}

// A scenario flips when it is the same to the letter; an edited one that fails just broke.
func TestScenarioFlips(t *testing.T) {
	lines := []history.Line{
		test(1, []string{"a.1", "b.1", "c.1"}, []string{"d.1"}),
		test(2, []string{"d.1", "c.1", "e.1"}, []string{"a.1", "b.2", "c.1"}),
	}
	var got []string
	for _, f := range lastFlips(lines) {
		got = append(got, fmt.Sprintf("%s %s to %s, bug %v", f.Scenario, f.From, f.To, f.Bug))
	}
	want := []string{
		"a.1 passed to failed, bug true", "c.1 passed to failed, bug true", "d.1 failed to passed, bug true",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	broke, mended := history.Changed(lines)
	if diff := cmp.Diff([][]string{{"a.1", "b.2", "c.1"}, {"d.1"}}, [][]string{broke, mended}); diff != "" {
		t.Error(diff)
	}
	lines[1].Foreign = true
	for _, f := range lastFlips(lines) {
		if f.Bug {
			t.Errorf("%+v is said to be our bug on a platform that is not ours", f)
		}
	}
}

// A series is of one thing, and an old journal's page shows what was known then.
func TestSeries(t *testing.T) {
	other := replay(3, "v1", "k", "r", "good")
	other.Where = "staging"
	log := &history.Log{Lines: []history.Line{
		replay(1, "v1", "i", "o", "good"), replay(2, "v1", "j", "p", "bad"), other, replay(4, "v1", "i", "q", "good"),
	}}
	if n := len(log.Series()); n != 3 {
		t.Errorf("%d lines in the series (expected 3)", n)
	}
	if n := len(log.All()); n != 2 {
		t.Errorf("%d series (expected 2)", n)
	}
	old := replay(9, "v1", "j", "p", "bad")
	if n := len(log.Until(&old).Series()); n != 2 {
		t.Errorf("%d lines up to the second (expected 2)", n)
	}
}
