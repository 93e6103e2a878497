package whatif

import "github.com/outagedrill/outagedrill/sim/journal"

// verdict is a yes or no of a run.
type verdict struct {
	name  string
	holds func(*journal.Summary) bool
}

// flowVerdicts are what is asked of the i-th flow.
func flowVerdicts(i int) []verdict {
	is := func(name string, holds func(*journal.FlowSummary) bool) verdict {
		return verdict{name, func(s *journal.Summary) bool { return holds(&s.Flows[i]) }}
	}
	return []verdict{
		is(journal.EverPaused, func(f *journal.FlowSummary) bool { return len(f.Paused) > 0 }),
		is(journal.StoppedAtEnd, func(f *journal.FlowSummary) bool {
			return flowsAgainAt(f).State == journal.Open
		}),
		is(journal.LosesRecords, func(f *journal.FlowSummary) bool { return f.Lost > 0 }),
		is(journal.DoublesRecords, func(f *journal.FlowSummary) bool { return f.Duplicated > 0 }),
		is(journal.ErrorsAtEnd, func(f *journal.FlowSummary) bool { return f.OpenErrors > 0 }),
		is(journal.BacklogAtEnd, func(f *journal.FlowSummary) bool {
			return drainedAt(f).State == journal.Open
		}),
	}
}

// jobVerdicts are what is asked of the i-th polling job.
func jobVerdicts(i int) []verdict {
	is := func(name string, holds func(*journal.JobSummary) bool) verdict {
		return verdict{name, func(s *journal.Summary) bool { return holds(&s.Jobs[i]) }}
	}
	return []verdict{
		is(journal.EverDisabled, func(j *journal.JobSummary) bool { return len(j.Disablements) > 0 }),
		is(journal.OffAtEnd, func(j *journal.JobSummary) bool { return offSince(j).State == journal.Known }),
		is(journal.LosesRecords, func(j *journal.JobSummary) bool { return j.Lost > 0 }),
	}
}

// flips are the verdicts about one thing that are others under some assumption, by assumption.
func (t *trials) flips(about journal.Flip, verdicts []verdict) []journal.Flip {
	var list []journal.Flip
	for _, v := range verdicts {
		base := v.holds(t.base)
		for _, a := range t.by {
			flip := about
			flip.Verdict, flip.Base, flip.Assumption = v.name, base, a.Name
			for _, one := range a.trials {
				if v.holds(one.summary) != base {
					flip.Values = append(flip.Values, one.value)
				}
			}
			if len(flip.Values) > 0 {
				list = append(list, flip)
			}
		}
	}
	return list
}
