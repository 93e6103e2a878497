package whatif

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"github.com/outagedrill/outagedrill/sim/journal"
)

// Environments plays a case once more in each other environment that its policy and timeline know, the lowest
// threshold first. An environment is nothing but a threshold of polling jobs, DIS-05: without polling jobs
// there is nothing to tell. Errors are those of Run.
func Environments(ctx context.Context, base Case) ([]journal.EnvironmentPlayed, error) {
	base, err := base.filled()
	if err != nil || len(base.Timeline.PollingJobs) == 0 {
		return nil, err
	}
	var cases []Case
	for _, name := range base.environments() {
		if name != base.environment() {
			c := base
			c.Environment = name
			cases = append(cases, c)
		}
	}
	summaries, err := Run(ctx, cases, nil)
	if err != nil {
		return nil, err
	}
	out := make([]journal.EnvironmentPlayed, len(cases))
	for i, s := range summaries {
		f := figuresOf(s)
		out[i] = journal.EnvironmentPlayed{
			Environment: cases[i].Environment, Threshold: thresholdOf(&cases[i]), Jobs: disabledJobs(s),
			RecordsLost: f.Lost, RecordsDuplicated: f.Duplicated, OpenErrors: f.OpenErrors,
			LateMax: f.LateMax, ManualStepsLeft: f.ManualStepsLeft,
		}
	}
	return out, nil
}

// environments are all that a case may begin in, the lowest threshold first.
func (c *Case) environments() []string {
	thresholds := maps.Clone(c.PollingJobs.PollingJobs.Thresholds)
	for _, e := range c.Timeline.Environments {
		thresholds[e.Name] = e.Threshold
	}
	return slices.SortedFunc(maps.Keys(thresholds), func(a, b string) int {
		return cmp.Or(cmp.Compare(thresholds[a], thresholds[b]), cmp.Compare(a, b))
	})
}

// disabledJobs are the polling jobs of a run that the platform disabled, in file order.
func disabledJobs(s *journal.Summary) []journal.JobElsewhere {
	out := []journal.JobElsewhere{}
	for i := range s.Jobs {
		j := &s.Jobs[i]
		n := len(j.Disablements)
		if n == 0 {
			continue
		}
		e := journal.JobElsewhere{
			Job: j.ID, Disablements: n, DisabledAt: j.Disablements[0].At, OffFor: j.OffFor,
		}
		if since := offSince(j); since.State == journal.Known {
			e.OffSince = &since.Value
		}
		out = append(out, e)
	}
	return out
}
