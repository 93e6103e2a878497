package journal

import (
	"cmp"
	"slices"
)

// FleetJob is what fleet.solved tells of a polling job: how long an outage it takes to disable it.
type FleetJob struct {
	Job          string  `json:"job"`
	Application  string  `json:"application"`
	EverySeconds Seconds `json:"every_s"`
	Threshold    int     `json:"threshold"` // of the environment at the start
	// ShortestOutage disables the job if it begins at one of its ticks, and one that is a nanosecond
	// shorter does not; 0 for a job that is disabled without any. Null where no outage disables it.
	ShortestOutage *Seconds `json:"shortest_outage_s"`
	Never          string   `json:"never,omitempty"` // why none does
	// Drawn tells that its application's latency is drawn: the answer is that of the seed's one stretch.
	Drawn bool `json:"drawn,omitempty"`
}

// FleetSummary is a polling job's line in the fleet, which is sorted by risk: first the jobs that were
// disabled, in the order in which that happened, then those that came closest to it.
type FleetSummary struct {
	FleetJob
	LongestStreak int   `json:"longest_streak"` // of failed polls of one resource
	Margin        *int  `json:"margin"`
	DisabledAt    *Time `json:"disabled_at"` // for the first time; null for a survivor
	Disablements  int   `json:"disablements"`
	// State at the end: enabled | disabled.
	State string `json:"state"`
}

// AddFleet adds the fleet to the summary of its run: what was solved, and what the summary knows of the jobs.
func (s *Summary) AddFleet(solved []FleetJob) {
	jobs := index(s.Jobs, func(j *JobSummary) string { return j.ID })
	for _, f := range solved {
		j := jobs[f.Job]
		if j == nil {
			continue
		}
		line := FleetSummary{FleetJob: f, Margin: j.Margin, Disablements: len(j.Disablements), State: j.State}
		for _, r := range j.Resources {
			line.LongestStreak = max(line.LongestStreak, r.LongestStreak)
		}
		if len(j.Disablements) > 0 {
			line.DisabledAt = &j.Disablements[0].At
		}
		s.Fleet = append(s.Fleet, line)
	}
	slices.SortStableFunc(s.Fleet, byRisk)
}

// byRisk orders the fleet.
func byRisk(a, b FleetSummary) int {
	switch {
	case a.DisabledAt != nil && b.DisabledAt != nil:
		return cmp.Compare(*a.DisabledAt, *b.DisabledAt)
	case a.DisabledAt != nil:
		return -1
	case b.DisabledAt != nil:
		return 1
	}
	return cmp.Or(cmp.Compare(a.left(), b.left()), cmp.Compare(a.needs(), b.needs()))
}

// left is which share of the threshold is left, from 0 to 1.
func (f *FleetSummary) left() float64 {
	if f.Threshold == 0 {
		return 1
	}
	return 1 - float64(f.LongestStreak)/float64(f.Threshold)
}

// needs is how long an outage has to be to disable the job.
func (f *FleetSummary) needs() Seconds {
	if f.ShortestOutage == nil {
		return 1<<63 - 1
	}
	return *f.ShortestOutage
}
