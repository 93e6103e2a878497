package whatif

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/outagedrill/outagedrill/engine/policy"
	"github.com/outagedrill/outagedrill/fakevendor/dialect"
	"github.com/outagedrill/outagedrill/sim/journal"
	"github.com/outagedrill/outagedrill/sim/timeline"
)

// Shortest is the length of the shortest outage that disables a polling job.
type Shortest struct {
	Length time.Duration // 0: the job is disabled without any outage
	Never  string        // why no outage disables it; "" where one does
}

// mostPolls bounds the polls of one run that looks for a shortest outage.
const mostPolls = 2_000_000

// ShortestOutages solves, for each polling job of a case, how long an outage must last to disable it: the
// whole application answers 503 from the very instant of one of the job's ticks, on a day without any other
// fault and with nobody who acts. An outage of that length disables the job, one that is a nanosecond
// shorter does not; both were run. Everything else is as in the case: intervals, resources, latency,
// limits, and the policy with the threshold of the environment.
//
// Each round of runs serves all jobs at once: first an outage without end, which bounds the answer from
// above, then the guess that the last poll that counts was sent at a tick, and where that is wrong a search
// by halves.
func ShortestOutages(ctx context.Context, base Case) ([]Shortest, error) {
	dialects, err := dialectsOf([]Case{base})
	if err != nil {
		return nil, err
	}
	if base, err = base.filled(); err != nil {
		return nil, err
	}
	searches := make([]*search, len(base.Timeline.PollingJobs))
	for i := range searches {
		searches[i] = newSearch(&base, dialects, i)
	}
	for {
		var cases []Case
		var asked []*search
		for _, s := range searches {
			for _, length := range s.questions() {
				cases, asked = append(cases, s.probe(length)), append(asked, s)
			}
		}
		if len(cases) == 0 {
			break
		}
		answers, err := Run(ctx, cases, nil)
		if err != nil {
			return nil, err
		}
		for i, s := range asked {
			s.learn(answers[i])
		}
	}
	out := make([]Shortest, len(searches))
	for i, s := range searches {
		out[i] = s.answer
	}
	return out, nil
}

// endless asks for an outage that lasts to the end of the run.
const endless = time.Duration(-1)

// search is the search for one job's shortest outage.
type search struct {
	base  Case
	job   int
	every time.Duration
	start time.Time // of the outage: a tick of the job

	round  int
	asked  []time.Duration // the lengths of this round, still to be answered
	lives  []time.Duration // lengths that do not disable the job
	dies   []time.Duration // those that do
	solved bool
	answer Shortest
}

// newSearch makes the timeline in which a job is tried.
func newSearch(base *Case, dialects map[string]*dialect.Dialect, job int) *search {
	threshold, p := thresholdOf(base), base.PollingJobs
	s := &search{base: *base, every: base.Timeline.PollingJobs[job].Every.Std()}
	tl := alone(base.Timeline, job)
	for i := range tl.PollingJobs {
		if tl.PollingJobs[i].Name == base.Timeline.PollingJobs[job].Name {
			s.job = i
		}
	}
	s.start = tl.Start.Add(tl.PollingJobs[s.job].Phase.Std() + s.every)
	s.base.Timeline = tl
	// Half the ticks are of an outage, half of what comes after it, which counts too.
	ticks := float64(2 * (threshold + 3))
	length := s.start.Sub(tl.Start).Seconds() + ticks*tickLength(tl, s.job, p).Seconds() +
		tokenLifetime(tl, s.job, dialects).Seconds() // when it is over, calls fail in another way
	polls := 0.0
	for _, j := range tl.PollingJobs {
		polls += length / j.Every.Std().Seconds() * float64(len(j.Resources))
	}
	end := tl.Start.Add(time.Duration(min(length, 1e9)) * time.Second)
	if polls > mostPolls || end.Year() > 2200 {
		s.solved = true
		s.answer.Never = fmt.Sprintf("not solved: %d failures in a row take too many polls to run", threshold)
		return s
	}
	tl.Duration = timeline.Span(length * float64(time.Second))
	return s
}

// thresholdOf is the number of failures in a row that disables jobs of a case.
func thresholdOf(c *Case) int {
	name := c.environment()
	for _, e := range c.Timeline.Environments {
		if e.Name == name {
			return e.Threshold
		}
	}
	return c.PollingJobs.PollingJobs.Thresholds[name]
}

// tokenLifetime is how long the token that a job's instance begins with is good.
func tokenLifetime(tl *timeline.Timeline, job int, dialects map[string]*dialect.Dialect) time.Duration {
	instance := &tl.Connections[tl.PollingJobs[job].Instance]
	app := &tl.Applications[instance.Application]
	switch {
	case instance.Auth != "oauth2":
		return 0
	case app.TokenLifetime > 0:
		return app.TokenLifetime.Std()
	}
	return dialects[dialect.Beside(tl.File, app.Dialect)].TokenLifetime
}

// tickLength is how long a job is busy with one tick at most, as a whole number of intervals: the next tick
// that finds it idle. Latencies that are drawn are taken at twice their 99th percentile.
func tickLength(tl *timeline.Timeline, job int, p *policy.Policy) time.Duration {
	j := &tl.PollingJobs[job]
	latency := tl.Applications[tl.Connections[j.Instance].Application].Latency
	one := min(max(latency.Median.Std(), 2*latency.P99.Std()), p.PollingJobs.CallTimeout)
	busy := one * time.Duration(2*len(j.Resources)) // a refresh before each
	return j.Every.Std() * (busy/j.Every.Std() + 1)
}

// alone is a timeline without faults, people and expectations, of which only that is left which can make a
// difference to a job: where its application has a limit, everybody who calls it, otherwise the job itself.
func alone(tl *timeline.Timeline, job int) *timeline.Timeline {
	out := *tl
	out.Faults, out.Mail, out.Away, out.Commands, out.Operators, out.Expect = nil, nil, nil, nil, nil, nil
	out.Flows, out.PollingJobs = nil, []timeline.PollingJob{tl.PollingJobs[job]}
	app := tl.Connections[tl.PollingJobs[job].Instance].Application
	if tl.Applications[app].Limit == nil {
		return &out
	}
	of := func(connection int) bool { return tl.Connections[connection].Application == app }
	out.PollingJobs = nil
	for _, j := range tl.PollingJobs {
		if of(j.Instance) {
			out.PollingJobs = append(out.PollingJobs, j)
		}
	}
	for _, f := range tl.Flows {
		if of(f.From.Connection) || of(f.To.Connection) {
			out.Flows = append(out.Flows, f)
		}
	}
	return &out
}

// questions are the lengths to try in this round: none once the search is over.
func (s *search) questions() []time.Duration {
	s.conclude()
	s.round++
	lives, dies := s.between()
	switch {
	case s.solved:
		s.asked = nil
	case s.round == 1:
		s.asked = []time.Duration{0, endless}
	case len(s.dies) == 0:
		s.asked = s.ladder()
	case s.round == 2:
		at := (dies - 1) / s.every * s.every // the last tick before the disablement
		s.asked = []time.Duration{at, at + 1}
	default:
		s.asked = []time.Duration{lives + (dies-lives)/2}
	}
	return s.asked
}

// ladder are lengths in even steps, up to that at which the threshold's failures have come by. Where nothing
// counts in an outage itself, what follows may still do harm: the job, catching up, runs into a limit.
func (s *search) ladder() []time.Duration {
	const most = 64
	ticks := thresholdOf(&s.base) + 2
	var steps []time.Duration
	for k := 1; k <= min(ticks, most); k++ {
		steps = append(steps, time.Duration(k)*time.Duration(ticks)*s.every/time.Duration(min(ticks, most))+1)
	}
	return steps
}

// between are the longest outage known not to disable the job, and the shortest known to, which is longer; 0
// where none is known.
func (s *search) between() (lives, dies time.Duration) {
	if len(s.dies) > 0 {
		dies = slices.Min(s.dies)
	}
	for _, length := range s.lives {
		if length < dies {
			lives = max(lives, length)
		}
	}
	return lives, dies
}

// conclude ends the search if the answers so far suffice.
func (s *search) conclude() {
	lives, dies := s.between()
	switch {
	case s.solved:
	case len(s.dies) > 0 && dies-lives <= 1:
		s.solved, s.answer.Length = true, dies
	case len(s.dies) == 0 && (s.round == 1 && !s.limited() || s.round == 2):
		s.solved, s.answer.Never = true, "no outage disables it, however long"
		if !s.base.PollingJobs.PollingJobs.Counts.VendorDown {
			s.answer.Never += ": counts.vendor_down is false"
		}
	}
}

// limited tells whether the job's application limits its callers.
func (s *search) limited() bool {
	tl := s.base.Timeline
	return tl.Applications[tl.Connections[tl.PollingJobs[s.job].Instance].Application].Limit != nil
}

// probe is the run of an outage of a length.
func (s *search) probe(length time.Duration) Case {
	c := s.base
	tl := *c.Timeline
	job := &tl.PollingJobs[s.job]
	end := tl.Start.Add(tl.Duration.Std())
	f := timeline.Fault{
		From: s.start, To: end, Open: true,
		Application: tl.Connections[job.Instance].Application, Connection: -1,
		Kind: "down", How: "status", Status: 503,
	}
	if length != endless {
		f.To, f.Open = s.start.Add(length), false
	}
	if length != 0 {
		tl.Faults = []timeline.Fault{f}
	}
	c.Timeline = &tl
	return c
}

// learn takes the answer to the first question that is open.
func (s *search) learn(summary *journal.Summary) {
	length := s.asked[0]
	s.asked = s.asked[1:]
	died := summary.Jobs[s.job].Disablements
	switch {
	case len(died) > 0 && length == endless:
		length = died[0].At.Std().Sub(s.start) + 1 // up to then the run is the same
		s.dies = append(s.dies, max(length, 0))
	case len(died) > 0:
		s.dies = append(s.dies, length)
	case length != endless:
		s.lives = append(s.lives, length)
	}
}
