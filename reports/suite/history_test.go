package suite_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/outagedrill/outagedrill/reports/history"
	"github.com/outagedrill/outagedrill/reports/suite"
)

// past is the mixed suite with a history: a run before, in which the tenth failure passed and a table failed,
// and one on another driver.
func past() *suite.Suite {
	before, elsewhere := mixed(), mixed()
	before.Environment.Began = began.Add(-24 * time.Hour)
	before.Scenarios[2].Status, before.Scenarios[5].Status = suite.Passed, suite.Failed
	elsewhere.Driver = "tcp"
	s := mixed()
	s.History = &history.Log{Lines: []history.Line{before.Line(), elsewhere.Line(), s.Line()}}
	return s
}

// The page says which scenarios broke and which are mended, that they flipped, and how the rules came out on
// the other driver.
func TestHistory(t *testing.T) {
	got := write(t, "html", past())
	for _, want := range []string{
		`<h2>History</h2>`, `Run 2 of its kind`, `2026-11-21 06:30`, `(this one)`,
		`1 scenario failed, and passed the time before: The tenth failure (features/disabling.feature:30).`,
		`1 scenario passed, and failed the time before: With a table (features/disabling.feature:60).`,
		`Same scenario, same program, another result: The tenth failure`, `<th scope="col">mock</th><th scope="col">tcp</th>`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Contains(write(t, "html", mixed()), "History") {
		t.Error("there is a history without one")
	}
	if diff := cmp.Diff(write(t, "json", mixed()), write(t, "json", past())); diff != "" {
		t.Errorf("the history is in the results (-want +got):\n%s", diff)
	}
}

// A scenario is known by its file and names, whatever its lines, and by its steps, whatever became of them.
func TestLine(t *testing.T) {
	key := func(change func(*suite.Scenario)) string {
		s := mixed()
		s.Scenarios = s.Scenarios[5:6]
		change(&s.Scenarios[0])
		return s.Line().Passed[0]
	}
	same := key(func(*suite.Scenario) {})
	moved := key(func(sc *suite.Scenario) { sc.Line, sc.Steps[0].Line, sc.Tags, sc.Virtual = 1, 2, nil, 3 })
	edited := key(func(sc *suite.Scenario) { sc.Steps[1].Text += "!" })
	cell := key(func(sc *suite.Scenario) { sc.Steps[0].Table[1][1] = "2/m" })
	renamed := key(func(sc *suite.Scenario) { sc.Name += "!" })
	switch {
	case moved != same:
		t.Error("a scenario that moved is another one")
	case edited == same || cell == same || edited == cell:
		t.Error("a scenario that was edited is the same")
	case history.ID(edited) != history.ID(same):
		t.Error("a scenario that was edited has another ID")
	case history.ID(renamed) == history.ID(same):
		t.Error("a scenario that was renamed has the same ID")
	}
	text, err := json.Marshal(mixed().Line())
	if err != nil || len(text) > 1500 {
		t.Errorf("a line of 12 scenarios has %d bytes (%v)", len(text), err)
	}
	drawn := mixed()
	drawn.Environment.Command, drawn.Order = "outagedrill test --order random:7 --repeat 2", "random:7"
	if name := drawn.Line().Name; name != "outagedrill test --repeat 2" {
		t.Errorf("a run in a drawn order is of the series %q", name)
	}
}
