package steps

import (
	"bytes"

	"github.com/outagedrill/outagedrill/sim/journal"
)

// againSteps play the timeline of a scenario once more.
func againSteps() []Step {
	return []Step{
		{
			Stage: Checks, Pattern: "played again, the run goes the same way",
			Example: `played again, the run goes the same way`,
			Doc:     "The same timeline gives the same journal, on the driver that plays the scenario.",
			run: func(s *Scenario, _ []value) error {
				return s.again(s.tl.Seed, true)
			},
		},
		{
			Stage: Checks, Pattern: "played with seed {count}, the run goes the same way",
			Example: `played with seed 2, the run goes the same way`,
			Doc:     "Nothing in the timeline is left to chance.",
			run:     func(s *Scenario, a []value) error { return s.again(uint64(a[0].count), true) },
		},
		{
			Stage: Checks, Pattern: "played with seed {count}, the run goes another way",
			Example: `played with seed 2, the run goes another way`,
			Doc:     "Chance has its say, and another seed another chance.",
			run:     func(s *Scenario, a []value) error { return s.again(uint64(a[0].count), false) },
		},
	}
}

// again plays the timeline with a seed and compares what happened: all but the first entry, which tells the
// timeline.
func (s *Scenario) again(seed uint64, same bool) error {
	tl := *s.tl
	tl.Seed = seed
	var entries []journal.Entry
	_, err := s.driver.Play(s.ctx, &tl, s.opt, func(e *journal.Entry) error {
		entries = append(entries, *e)
		return nil
	})
	if err != nil {
		return err
	}
	for i := 1; i < min(len(entries), len(s.entries)); i++ {
		first, second := s.entries[i].AppendJSON(nil), entries[i].AppendJSON(nil)
		if bytes.Equal(first, second) {
			continue
		}
		if same {
			return &mismatch{string(first), string(second)}
		}
		return nil
	}
	switch {
	case same && len(entries) == len(s.entries), !same && len(entries) != len(s.entries):
		return nil
	case same:
		return &mismatch{"the same journal", "one of another length"}
	}
	return &mismatch{"another journal", "the same"}
}
