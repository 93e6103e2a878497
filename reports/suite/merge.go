package suite

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Merge makes the suite of the shards of one selection, in any order. It is what the run without --shard
// comes to, but for Environment: that is of the shards together, begun with the first, its wall time their
// sum. A shard that is missing, given twice, incomplete or of another run is refused.
//
// Found and Selected of a shard are those of the whole selection. Scenarios are dealt to shards in turn, but
// any other way will do.
func Merge(shards []*Suite) (*Suite, error) {
	if len(shards) == 0 {
		return nil, errors.New("there are no shards to merge")
	}
	for i, s := range shards {
		if s.Shard == nil {
			return nil, fmt.Errorf("number %d of the results is of no shard (want a run with --shard)", i+1)
		}
		if err := s.check(); err != nil {
			return nil, fmt.Errorf("%s: %w", s.shard(), err)
		}
		if err := shards[0].sameRun(s); err != nil {
			return nil, fmt.Errorf("%s and %s are not of one run: %w", shards[0].shard(), s.shard(), err)
		}
	}
	sorted := slices.SortedStableFunc(slices.Values(shards), func(a, b *Suite) int {
		return cmp.Compare(a.Shard.Index, b.Shard.Index)
	})
	if err := allShards(sorted); err != nil {
		return nil, err
	}
	merged := *sorted[0]
	merged.Shard, merged.Scenarios, merged.Environment = nil, nil, together(sorted)
	if err := merged.gather(sorted); err != nil {
		return nil, err
	}
	return &merged, nil
}

// shard is a shard's name in messages.
func (s *Suite) shard() string { return fmt.Sprintf("shard %d/%d", s.Shard.Index, s.Shard.Of) }

// sameRun says what differs that is alike in all shards of a run.
func (s *Suite) sameRun(other *Suite) error {
	for _, f := range []struct{ what, a, b string }{
		{"program", s.Environment.Program, other.Environment.Program},
		{"number of shards", fmt.Sprint(s.Shard.Of), fmt.Sprint(other.Shard.Of)},
		{"driver", s.Driver, other.Driver},
		{"target", s.Target, other.Target},
		{"clock", s.Clock, other.Clock},
		{"selection", s.Selection, other.Selection},
		{"order", s.Order, other.Order},
		{"repeat", fmt.Sprint(s.Repeat), fmt.Sprint(other.Repeat)},
		{"dry run", fmt.Sprint(s.DryRun), fmt.Sprint(other.DryRun)},
		{"scenarios found", fmt.Sprint(s.Found), fmt.Sprint(other.Found)},
		{"scenarios selected", fmt.Sprint(s.Selected), fmt.Sprint(other.Selected)},
		{"plan", s.Shard.Plan, other.Shard.Plan},
	} {
		if f.a != f.b {
			return fmt.Errorf("%s %s and %s", f.what, cmp.Or(line(f.a), "none"), cmp.Or(line(f.b), "none"))
		}
	}
	return nil
}

// allShards wants each shard once.
func allShards(sorted []*Suite) error {
	of := sorted[0].Shard.Of
	given := map[int]bool{}
	for _, s := range sorted {
		if given[s.Shard.Index] {
			return fmt.Errorf("%s is given twice", s.shard())
		}
		given[s.Shard.Index] = true
	}
	var missing []string
	for i := 1; i <= of; i++ {
		if !given[i] {
			missing = append(missing, fmt.Sprintf("%d/%d", i, of))
		}
	}
	switch len(missing) {
	case 0:
		return nil
	case 1:
		return fmt.Errorf("shard %s is missing", missing[0])
	}
	return fmt.Errorf("shards %s are missing", strings.Join(missing, ", "))
}

// gather takes the scenarios of the shards, each of the selection as often as it was to be played.
func (s *Suite) gather(shards []*Suite) error {
	of := map[place]*Suite{}
	for _, shard := range shards {
		for i := range shard.Scenarios {
			sc := &shard.Scenarios[i]
			if other := of[sc.place()]; other != nil {
				return fmt.Errorf("%s and %s have the same scenario, %s: %s",
					other.shard(), shard.shard(), sc.at(), sc.place())
			}
			if sc.Position >= s.Selected {
				return fmt.Errorf("%s: scenario %s: its position is %d (want less than %d)",
					shard.shard(), sc.at(), sc.Position, s.Selected)
			}
			of[sc.place()] = shard
			s.Scenarios = append(s.Scenarios, *sc)
		}
	}
	if missing := s.Selected*s.Repeat - len(s.Scenarios); missing > 0 {
		gap := s.firstGap(of)
		return fmt.Errorf("%d of %d results are in none of the shards; the first, %s, is for shard %d/%d",
			missing, s.Selected*s.Repeat, gap, gap.position%len(shards)+1, len(shards))
	}
	ordered := make([]Scenario, 0, len(s.Scenarios))
	for _, sc := range s.ordered() {
		ordered = append(ordered, *sc)
	}
	s.Scenarios = ordered
	return nil
}

// firstGap is the first place that no shard has.
func (s *Suite) firstGap(of map[place]*Suite) place {
	for i := 0; ; i++ {
		p := place{i / s.Repeat, i%s.Repeat + 1}
		if of[p] == nil {
			return p
		}
	}
}

// together is the environment of shards.
func together(shards []*Suite) Environment {
	first := shards[0].Environment
	all := Environment{Program: first.Program, Command: shards[0].unsharded(), Began: first.Began}
	var systems []string
	for _, s := range shards {
		if s.Environment.Began.Before(all.Began) {
			all.Began = s.Environment.Began
		}
		all.Took += s.Environment.Took
		if !slices.Contains(systems, s.Environment.System) {
			systems = append(systems, s.Environment.System)
		}
	}
	all.System = strings.Join(systems, ", ")
	return all
}

// unsharded is the command of a shard without its --shard.
func (s *Suite) unsharded() string {
	command := s.Environment.Command
	for _, form := range []string{" --shard %d/%d", " --shard=%d/%d"} {
		command = strings.Replace(command, fmt.Sprintf(form, s.Shard.Index, s.Shard.Of), "", 1)
	}
	return command
}
