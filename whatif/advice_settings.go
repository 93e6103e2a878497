package whatif

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/outagedrill/outagedrill/engine/policy"
	"github.com/outagedrill/outagedrill/internal/words"
	"github.com/outagedrill/outagedrill/sim/journal"
)

// mostRaise is by which factor a threshold is raised at most: beyond that, it is no threshold any more.
const mostRaise = 10

// rescue is what would have kept one job from being disabled.
type rescue struct {
	job       int
	every     time.Duration // 0: none of the intervals that were tried
	threshold int           // 0: none that is worth naming
	streak    int           // the longest, where nothing disables it
}

// settings tells, for the jobs that were disabled, the shortest longer interval and the smallest threshold
// with which they survive everything in the timeline. Both are solved by runs.
func (a *adviser) settings(ctx context.Context) error {
	var rescues []*rescue
	for i := range a.summary.Jobs {
		if len(a.summary.Jobs[i].Disablements) > 0 {
			rescues = append(rescues, &rescue{job: i})
		}
	}
	if len(rescues) == 0 {
		return nil
	}
	if err := a.solveIntervals(ctx, rescues); err != nil {
		return err
	}
	if err := a.solveThresholds(ctx, rescues); err != nil {
		return err
	}
	type kind struct{ from, to time.Duration }
	groups := map[kind][]*rescue{}
	var order []kind
	for _, r := range rescues {
		if r.every == 0 && r.threshold == 0 {
			continue
		}
		k := kind{a.Timeline.PollingJobs[r.job].Every.Std(), r.every}
		if groups[k] == nil {
			order = append(order, k)
		}
		groups[k] = append(groups[k], r)
	}
	var slower doubts
	if together := a.slower(rescues, func(r *rescue) time.Duration { return r.every }); together != nil {
		var err error
		if slower, err = doubt(ctx, *together); err != nil {
			return err
		}
	}
	for _, k := range order {
		if err := a.adviseSettings(ctx, k.from, k.to, groups[k], &slower); err != nil {
			return err
		}
	}
	return nil
}

// intervals are the steps that are tried.
func intervals() []time.Duration {
	var steps []time.Duration
	for _, minutes := range []int{1, 2, 5, 10, 15, 20, 30, 60} {
		steps = append(steps, time.Duration(minutes)*time.Minute)
	}
	return steps
}

// solveIntervals finds each job's interval: one run a step, with every job at it that polls more often; and
// then runs with all jobs at what was found, until all survive together.
func (a *adviser) solveIntervals(ctx context.Context, rescues []*rescue) error {
	var cases []Case
	var steps []time.Duration
	for _, step := range intervals() {
		slower := a.slower(rescues, func(r *rescue) time.Duration {
			if a.Timeline.PollingJobs[r.job].Every.Std() < step {
				return step
			}
			return 0
		})
		if slower != nil {
			cases, steps = append(cases, *slower), append(steps, step)
		}
	}
	runs, err := Run(ctx, cases, nil)
	if err != nil {
		return err
	}
	next := func(r *rescue) time.Duration {
		for i, step := range steps {
			if step > max(r.every, a.Timeline.PollingJobs[r.job].Every.Std()) &&
				len(runs[i].Jobs[r.job].Disablements) == 0 {
				return step
			}
		}
		return 0
	}
	for _, r := range rescues {
		r.every = next(r)
	}
	return a.settle(ctx, rescues, next)
}

// settle runs all jobs at their intervals, and gives those that do not survive so their next one, until all
// do.
func (a *adviser) settle(
	ctx context.Context, rescues []*rescue, next func(*rescue) time.Duration,
) error {
	for {
		together := a.slower(rescues, func(r *rescue) time.Duration { return r.every })
		if together == nil {
			return nil
		}
		all, err := Run(ctx, []Case{*together}, nil)
		if err != nil {
			return err
		}
		died := 0
		for _, r := range rescues {
			if r.every > 0 && len(all[0].Jobs[r.job].Disablements) > 0 {
				r.every = next(r)
				died++
			}
		}
		if died == 0 {
			return nil
		}
	}
}

// slower is the case with other intervals; nil if no job gets one.
func (a *adviser) slower(rescues []*rescue, interval func(*rescue) time.Duration) *Case {
	c := a.Case
	changed := false
	for _, r := range rescues {
		every := interval(r)
		if every == 0 {
			continue
		}
		moved, err := Every(a.Timeline.PollingJobs[r.job].Name, every).Apply(c)
		if err != nil {
			panic("whatif: " + err.Error()) // the job is the timeline's
		}
		c, changed = moved, true
	}
	if !changed {
		return nil
	}
	return &c
}

// solveThresholds finds each job's threshold: one more than its longest streak where nothing disables it.
// Each is tried, and so is the one below it, which must not suffice.
func (a *adviser) solveThresholds(ctx context.Context, rescues []*rescue) error {
	now := thresholdOf(&a.Case)
	endless, err := AtThreshold(MostThreshold).Apply(a.Case)
	if err != nil {
		return err
	}
	free, err := Run(ctx, []Case{endless}, nil)
	if err != nil {
		return err
	}
	var tried []int
	for _, r := range rescues {
		for _, resource := range free[0].Jobs[r.job].Resources {
			r.streak = max(r.streak, resource.LongestStreak)
		}
		r.threshold = r.streak + 1
		if a.PollingJobs.PollingJobs.Boundary == policy.BoundaryAfter {
			r.threshold--
		}
		if r.threshold > mostRaise*now {
			r.threshold = 0
		} else if !slices.Contains(tried, r.threshold) {
			tried = append(tried, r.threshold)
		}
	}
	return a.confirm(ctx, rescues, tried)
}

// confirm runs each threshold, and the one below it, and takes back those of jobs that die at the former or
// live at the latter.
func (a *adviser) confirm(ctx context.Context, rescues []*rescue, tried []int) error {
	var cases []Case
	for _, n := range tried {
		for _, threshold := range []int{n, max(n-1, 1)} {
			c, err := AtThreshold(threshold).Apply(a.Case)
			if err != nil {
				return err
			}
			cases = append(cases, c)
		}
	}
	runs, err := Run(ctx, cases, nil)
	if err != nil {
		return err
	}
	for _, r := range rescues {
		if i := slices.Index(tried, r.threshold); i >= 0 {
			enough, less := runs[2*i].Jobs[r.job], runs[2*i+1].Jobs[r.job]
			if len(enough.Disablements) > 0 || len(less.Disablements) == 0 {
				r.threshold = 0
			}
		}
	}
	return nil
}

// highest is the threshold that saves all of the rescues; 0 where one has none.
func highest(rescues []*rescue) (threshold, streak int) {
	for _, r := range rescues {
		if r.threshold == 0 {
			return 0, 0
		}
		threshold, streak = max(threshold, r.threshold), max(streak, r.streak)
	}
	return threshold, streak
}

// adviseSettings words what saves a group of jobs with one interval, and under which other assumptions it
// does not.
func (a *adviser) adviseSettings(
	ctx context.Context, from, to time.Duration, rescues []*rescue, slower *doubts,
) error {
	enough, streak := highest(rescues)
	if to == 0 && enough == 0 {
		return nil
	}
	advice := journal.Advice{Kind: journal.AdviseSettings, Every: journal.Seconds(to), Threshold: enough}
	for _, r := range rescues {
		name := a.Timeline.PollingJobs[r.job].Name
		advice.Jobs = append(advice.Jobs, name)
		advice.Evidence = append(advice.Evidence, entry(a.seen.disabled[name]))
	}
	interval := fmt.Sprintf("the interval of %s from %s to %s", several(advice.Jobs), words.Span(from),
		words.Span(to))
	threshold := fmt.Sprintf("the threshold of %s from %d to %d", a.environment(), thresholdOf(&a.Case),
		advice.Threshold)
	n := len(advice.Jobs)
	end := fmt.Sprintf("and %s survive%s everything in this timeline", one(n, "it", "they"), one(n, "s", ""))
	switch {
	case advice.Threshold == 0:
		advice.Text = fmt.Sprintf("raise %s, %s", interval, end)
	case advice.Every == 0:
		advice.Text = fmt.Sprintf("raise %s, and %s survive%s everything in this timeline", threshold,
			several(advice.Jobs), one(n, "s", ""))
	default:
		advice.Text = fmt.Sprintf("raise %s, or %s, %s", interval, threshold, end)
	}
	if to > 0 {
		advice.Text += but("every "+words.Span(to), slower.against(rescues))
		advice.Evidence = append(advice.Evidence, figure("disablements every "+words.Span(to), 0))
	}
	if advice.Threshold > 0 {
		raised, err := AtThreshold(enough).Apply(a.Case)
		if err != nil {
			return err
		}
		d, err := doubt(ctx, raised)
		if err != nil {
			return err
		}
		advice.Text += but(fmt.Sprintf("at %d", enough), d.against(rescues))
		advice.Evidence = append(advice.Evidence,
			figure(fmt.Sprintf("disablements at threshold %d", advice.Threshold), 0),
			figure("longest_streak without a threshold", streak))
	}
	a.add(advice)
	return nil
}

// but says under which assumptions a setting does not suffice.
func but(setting, assumptions string) string {
	if assumptions == "" {
		return ""
	}
	return "; " + setting + " not with " + assumptions
}
