package run

import (
	"testing"

	"github.com/outagedrill/outagedrill/features/steps"
	"github.com/outagedrill/outagedrill/reports/suite"
)

// TestAmbiguous wants a step that two patterns match to be told and not to be played. The library has no such step,
// so it is planted.
func TestAmbiguous(t *testing.T) {
	lib, err := steps.NewLibrary()
	if err != nil {
		t.Fatal(err)
	}
	c := &Case{columns: []int{5, 5}}
	c.File, c.Steps = "f.feature", []suite.Step{{Text: "it", Line: 3}, {Text: "no such step", Line: 4}}
	p := &Plan{
		lib: lib, cases: []*Case{c}, matches: map[string][]string{"it": {"it", "i(t)"}},
		opt: Options{Repeat: 1},
	}
	p.judgeAll()
	wrong := p.Problems
	const want = "f.feature:3:5: more than one step matches `it` (want one of `it` and `i(t)`)"
	if len(wrong) != 2 || wrong[0].String() != want {
		t.Errorf("%v\nwant %s, and the undefined step", wrong, want)
	}
	s, err := p.Play(t.Context(), How{Driver: steps.Simulator()})
	if err != nil {
		t.Fatal(err)
	}
	if sc := s.Scenarios[0]; sc.Status != suite.Ambiguous || sc.Steps[0].Status != suite.Ambiguous ||
		sc.Steps[1].Status != suite.Undefined || s.Green() {
		t.Errorf("%+v", sc)
	}
}
