package journal

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
)

// JSON returns summary.json: indented by two spaces, a line end at its end, the same bytes for the same
// figures.
func (s *Summary) JSON() ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(s); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// Summary computes the figures as they stand at now, with the counters of that instant: run.ended's at the
// end. Without counters (nil) the figures that only they know are 0, a margin is null, and states are told
// as far as the entries tell them. The Summary does not change when more entries are added; its lists are
// never nil.
func (f *Fold) Summary(c *Counters, now Time) *Summary {
	if c == nil {
		c = &Counters{}
	}
	r := &f.run
	s := &Summary{
		Name: r.Name, Start: r.Start, End: min(now, r.End), Environment: r.Environment, Seed: r.Seed,
		Policy:      r.policyNames(),
		Jobs:        f.jobSummaries(c.Jobs, min(now, r.End)),
		Connections: f.connectionSummaries(c.Connections),
		Flows:       f.flowSummaries(c.Flows),
		Outages:     f.outageSummaries(min(now, r.End)),
		Ranges:      f.ranges,
		Advice:      f.advice,

		Environments: f.environments,
	}
	s.Totals = Totals{
		Calls: c.Calls, WastedCalls: c.WastedCalls, RecordsCreated: c.RecordsCreated,
		Notifications: f.notifications, WorksAgainAt: f.worksAgainAt(),
	}
	s.AddFleet(f.fleet)
	s.Totals.add(s)
	return s
}

// worksAgainAt is the instant of the last return, nil where nothing was stopped or something still is.
func (f *Fold) worksAgainAt() *Time {
	stopped := f.back == 0
	for _, c := range f.connections {
		stopped = stopped || c.down
	}
	for _, fl := range f.flows {
		n := len(fl.paused)
		stopped = stopped || n > 0 && fl.paused[n-1].FlowsAgainAt == nil
	}
	for _, j := range f.jobs {
		n := len(j.disablements)
		stopped = stopped || n > 0 && j.disablements[n-1].EnabledAt == nil
	}
	if stopped {
		return nil
	}
	at := f.back
	return &at
}

// add adds up what jobs and flows have each.
func (t *Totals) add(s *Summary) {
	for i := range s.Jobs {
		j := &s.Jobs[i]
		t.Polls += j.Polls
		t.FailedPolls += j.FailedPolls
		t.RecordsDelivered += j.Delivered
		t.RecordsLost += j.Lost
		t.RecordsDuplicated += j.Duplicated
		t.Disablements += int64(len(j.Disablements))
		t.ManualSteps += j.ManualSteps
		t.ManualStepsLeft += j.ManualStepsLeft
	}
	for i := range s.Flows {
		f := &s.Flows[i]
		t.RecordsDelivered += f.Delivered
		t.RecordsLost += f.Lost
		t.RecordsDuplicated += f.Duplicated
		t.ManualSteps += f.ManualSteps
		t.ManualStepsLeft += f.ManualStepsLeft
	}
	for i := range s.Connections {
		t.ManualSteps += s.Connections[i].ManualSteps
		t.ManualStepsLeft += s.Connections[i].ManualStepsLeft
	}
}

func (r *Run) policyNames() SummaryPolicy {
	var p SummaryPolicy
	for _, policy := range r.Policies {
		switch policy.Governs {
		case "flows":
			p.Flows = policy.Name
		case "polling_jobs":
			p.PollingJobs = policy.Name
		}
	}
	return p
}

func (f *Fold) jobSummaries(counters []JobCounters, now Time) []JobSummary {
	at := index(counters, func(c *JobCounters) string { return c.Job })
	list := make([]JobSummary, 0, len(f.run.Jobs))
	for _, j := range f.run.Jobs {
		lane, c := f.jobs[j.Name], at[j.Name]
		s := JobSummary{
			ID: j.Name, Instance: j.Instance, State: "enabled",
			Resources: []ResourceCounters{}, Disablements: own(lane.disablements),
		}
		if lane.isOff {
			s.State = "disabled"
		}
		s.timeOff(lane.timeOff, now)
		if c != nil {
			s.State = c.State
			s.Polls, s.FailedPolls = c.Polls, c.FailedPolls
			s.Delivered, s.Waiting, s.Lost, s.Duplicated = c.Delivered, c.Waiting, c.Lost, c.Duplicated
			s.Late, s.PastDeadline = c.Late, c.PastDeadline
			s.Resources = own(c.Resources)
			s.Margin = margin(c, len(lane.disablements) > 0)
		}
		list = append(list, s)
	}
	return list
}

// timeOff takes over for how long the job is off, and what people did and have to do about it.
func (s *JobSummary) timeOff(t timeOff, now Time) {
	t.upTo(now)
	s.OffFor, s.OffAfterWell = t.total, t.well
	if t.off {
		s.ManualStepsLeft = 1
	}
	s.ManualSteps = t.enables + s.ManualStepsLeft
}

// margin is FIG-05's: the threshold minus the longest streak, nil for a job that the platform ever disabled.
func margin(c *JobCounters, disabled bool) *int {
	if disabled {
		return nil
	}
	m := c.Threshold
	for _, r := range c.Resources {
		m = min(m, c.Threshold-r.LongestStreak)
	}
	return &m
}

func (f *Fold) connectionSummaries(counters []ConnectionEnd) []ConnectionSummary {
	at := index(counters, func(c *ConnectionEnd) string { return c.Connection })
	list := make([]ConnectionSummary, 0, len(f.run.Connections))
	for _, c := range f.run.Connections {
		lane, end := f.connections[c.Name], at[c.Name]
		s := ConnectionSummary{
			ID: c.Name, Application: c.Application, State: "online", Offline: own(lane.offline),
			ManualSteps: lane.saves + lane.left(), ManualStepsLeft: lane.left(),
		}
		switch {
		case end != nil:
			s.State = end.State
		case lane.down:
			s.State = "offline"
		}
		list = append(list, s)
	}
	return list
}

func (f *Fold) flowSummaries(counters []FlowCounters) []FlowSummary {
	at := index(counters, func(c *FlowCounters) string { return c.Flow })
	list := make([]FlowSummary, 0, len(f.run.Flows))
	for _, fl := range f.run.Flows {
		lane, c := f.flows[fl.Name], at[fl.Name]
		s := FlowSummary{ID: fl.Name, Paused: own(lane.paused)}
		switch {
		case c != nil:
			s.count(c)
		case lane.open:
			s.State = "paused"
		}
		s.ManualStepsLeft = lane.left(fl.AutoResolve, s.UnretryableErrors)
		s.ManualSteps = lane.retries + s.ManualStepsLeft
		list = append(list, s)
	}
	return list
}

// count takes a flow's counters over.
func (s *FlowSummary) count(c *FlowCounters) {
	s.State, s.Runs, s.Pages = c.State, c.Runs, c.Pages
	s.Delivered, s.Waiting = c.Delivered, c.Waiting
	s.OpenErrors, s.ResolvedErrors, s.UnretryableErrors = c.OpenErrors, c.ResolvedErrors, c.UnretryableErrors
	s.Lost, s.Duplicated, s.Late, s.PastDeadline = c.Lost, c.Duplicated, c.Late, c.PastDeadline
	s.LateMax, s.LateP95, s.DeliveredAgainAt = c.LateMax, c.LateP95, c.DeliveredAgainAt
	s.BacklogPeak, s.BacklogPeakAt, s.BacklogDrainedAt = c.BacklogPeak, c.BacklogPeakAt, c.BacklogDrainedAt
	s.Intake, s.BacklogErrorsSince = c.Intake, c.BacklogErrorsSince
	s.Drain, s.BacklogChangePerHour, s.CapacityPerHour = c.Drain, c.BacklogChangePerHour, c.CapacityPerHour
}

func (f *Fold) outageSummaries(now Time) []Outage {
	sorted := slices.Clone(f.outages)
	slices.SortStableFunc(sorted, func(a, b *outage) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.order, b.order))
	})
	list := make([]Outage, 0, len(sorted))
	for _, o := range sorted {
		list = append(list, o.summary(now))
	}
	return list
}

// index finds the elements of a list by name.
func index[T any](list []T, name func(*T) string) map[string]*T {
	m := make(map[string]*T, len(list))
	for i := range list {
		m[name(&list[i])] = &list[i]
	}
	return m
}

// own is a copy of a list, never nil.
func own[T any](list []T) []T { return append([]T{}, list...) }
