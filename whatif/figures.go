package whatif

import (
	"cmp"

	"github.com/outagedrill/outagedrill/sim/journal"
)

// The outcomes of two kinds of figures.
type (
	instant = journal.Outcome[journal.Time]
	span    = journal.Outcome[journal.Seconds]
)

// smaller is the order of almost all figures: nothing to tell is best, then the smaller or the sooner, and
// what did not come by the end of the run is worst.
func smaller[T journal.Figure](a, b journal.Outcome[T]) int {
	return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a.Value, b.Value))
}

// later is the order of instants at which something bad happens.
func later(a, b instant) int {
	return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(b.Value, a.Value))
}

func rank[T journal.Figure](o journal.Outcome[T]) int {
	switch o.State {
	case journal.None:
		return 0
	case journal.Open:
		return 2
	default:
		return 1
	}
}

func known[T journal.Figure](v T) journal.Outcome[T] { return journal.Outcome[T]{Value: v} }

func none[T journal.Figure]() journal.Outcome[T] { return journal.Outcome[T]{State: journal.None} }

// orOpen is the value, if it has come.
func orOpen[T journal.Figure](v *T) journal.Outcome[T] {
	if v == nil {
		return journal.Outcome[T]{State: journal.Open}
	}
	return known(*v)
}

// flow reads the ranges of the i-th flow.
func (t *trials) flow(i int) journal.FlowRanges {
	count := func(of func(*journal.FlowSummary) int64) journal.Range[int64] {
		return rangeOf(t, smaller[int64], func(s *journal.Summary) journal.Outcome[int64] {
			return known(of(&s.Flows[i]))
		})
	}
	late := func(of func(*journal.FlowSummary) journal.Seconds) journal.Range[journal.Seconds] {
		return rangeOf(t, smaller[journal.Seconds], func(s *journal.Summary) span {
			return known(of(&s.Flows[i]))
		})
	}
	at := func(of func(*journal.FlowSummary) instant) journal.Range[journal.Time] {
		return rangeOf(t, smaller[journal.Time], func(s *journal.Summary) instant {
			return of(&s.Flows[i])
		})
	}
	return journal.FlowRanges{
		ID:           t.base.Flows[i].ID,
		FlowsAgainAt: at(flowsAgainAt), DeliversAgainAt: at(deliversAgainAt),
		Paused: rangeOf(t, smaller[journal.Seconds], func(s *journal.Summary) span {
			return known(pausedFor(&s.Flows[i], s.End))
		}),
		LateMax:      late(func(f *journal.FlowSummary) journal.Seconds { return f.LateMax }),
		LateP95:      late(func(f *journal.FlowSummary) journal.Seconds { return f.LateP95 }),
		Lost:         count(func(f *journal.FlowSummary) int64 { return f.Lost }),
		Duplicated:   count(func(f *journal.FlowSummary) int64 { return f.Duplicated }),
		Late:         count(func(f *journal.FlowSummary) int64 { return f.Late }),
		PastDeadline: count(func(f *journal.FlowSummary) int64 { return f.PastDeadline }),
		OpenErrors:   count(func(f *journal.FlowSummary) int64 { return f.OpenErrors }),
		BacklogPeak:  count(func(f *journal.FlowSummary) int64 { return f.BacklogPeak }),
		DrainedAt:    at(drainedAt),
		WorkedOffAt:  at(workedOffAt),
	}
}

func flowsAgainAt(f *journal.FlowSummary) instant {
	n := len(f.Paused)
	if n == 0 {
		return none[journal.Time]()
	}
	return orOpen(f.Paused[n-1].FlowsAgainAt)
}

func deliversAgainAt(f *journal.FlowSummary) instant {
	if len(f.Paused) == 0 {
		return none[journal.Time]()
	}
	return orOpen(f.DeliveredAgainAt)
}

// pausedFor adds up the pauses of a flow.
func pausedFor(f *journal.FlowSummary, end journal.Time) (sum journal.Seconds) {
	for _, p := range f.Paused {
		sum += journal.Seconds(until(p.To, end).Sub(p.From))
	}
	return sum
}

func drainedAt(f *journal.FlowSummary) instant {
	if f.BacklogPeak == 0 {
		return none[journal.Time]()
	}
	return orOpen(f.BacklogDrainedAt)
}

// workedOffAt is when a backlog was gone, open errors aside.
func workedOffAt(f *journal.FlowSummary) instant {
	if f.BacklogPeak > 0 && f.BacklogDrainedAt == nil {
		return orOpen(f.BacklogErrorsSince)
	}
	return drainedAt(f)
}

// job reads the ranges of the i-th polling job.
func (t *trials) job(i int) journal.JobRanges {
	count := func(of func(*journal.JobSummary) int64) journal.Range[int64] {
		return rangeOf(t, smaller[int64], func(s *journal.Summary) journal.Outcome[int64] {
			return known(of(&s.Jobs[i]))
		})
	}
	off := func(of func(*journal.JobSummary) journal.Seconds) journal.Range[journal.Seconds] {
		return rangeOf(t, smaller[journal.Seconds], func(s *journal.Summary) span {
			return known(of(&s.Jobs[i]))
		})
	}
	at := func(of func(*journal.JobSummary) instant) journal.Range[journal.Time] {
		return rangeOf(t, later, func(s *journal.Summary) instant {
			return of(&s.Jobs[i])
		})
	}
	return journal.JobRanges{
		ID:              t.base.Jobs[i].ID,
		Disablements:    count(func(j *journal.JobSummary) int64 { return int64(len(j.Disablements)) }),
		FirstDisabledAt: at(firstDisabledAt),
		OffSince:        at(offSince),
		OffFor:          off(func(j *journal.JobSummary) journal.Seconds { return j.OffFor }),
		OffAfterWell:    off(func(j *journal.JobSummary) journal.Seconds { return j.OffAfterWell }),
		Lost:            count(func(j *journal.JobSummary) int64 { return j.Lost }),
		Late:            count(func(j *journal.JobSummary) int64 { return j.Late }),
		PastDeadline:    count(func(j *journal.JobSummary) int64 { return j.PastDeadline }),
	}
}

func firstDisabledAt(j *journal.JobSummary) instant {
	if len(j.Disablements) == 0 {
		return none[journal.Time]()
	}
	return known(j.Disablements[0].At)
}

func offSince(j *journal.JobSummary) instant {
	n := len(j.Disablements)
	if n == 0 || j.Disablements[n-1].EnabledAt != nil {
		return none[journal.Time]()
	}
	return known(j.Disablements[n-1].At)
}

func until(t *journal.Time, end journal.Time) journal.Time {
	if t == nil {
		return end
	}
	return *t
}

// outage reads the ranges of the i-th outage.
func (t *trials) outage(i int) journal.OutageRanges {
	delay := func(of func(*journal.Outage) *journal.Seconds) journal.Range[journal.Seconds] {
		return rangeOf(t, smaller[journal.Seconds], func(s *journal.Summary) span {
			if i >= len(s.Outages) || s.Outages[i].DetectionDelay == nil {
				return none[journal.Seconds]()
			}
			return orOpen(of(&s.Outages[i]))
		})
	}
	o := &t.base.Outages[i]
	return journal.OutageRanges{
		Application: o.Application, From: o.From,
		DetectionDelay: delay(func(o *journal.Outage) *journal.Seconds { return o.DetectionDelay }),
		RecoveryDelay:  delay(func(o *journal.Outage) *journal.Seconds { return o.RecoveryDelay }),
		FirstNotice:    delay(func(o *journal.Outage) *journal.Seconds { return o.FirstNotice }),
	}
}

// totals reads the ranges of the whole run.
func (t *trials) totals() journal.TotalRanges {
	count := func(of func(*journal.Totals) int64) journal.Range[int64] {
		return rangeOf(t, smaller[int64], func(s *journal.Summary) journal.Outcome[int64] {
			return known(of(&s.Totals))
		})
	}
	return journal.TotalRanges{
		WorksAgainAt:      rangeOf(t, smaller[journal.Time], worksAgainAt),
		RecordsLost:       count(func(s *journal.Totals) int64 { return s.RecordsLost }),
		RecordsDuplicated: count(func(s *journal.Totals) int64 { return s.RecordsDuplicated }),
		Notifications:     count(func(s *journal.Totals) int64 { return s.Notifications }),
		ManualSteps:       count(func(s *journal.Totals) int64 { return int64(s.ManualSteps) }),
		ManualStepsLeft:   count(func(s *journal.Totals) int64 { return int64(s.ManualStepsLeft) }),
	}
}

func worksAgainAt(s *journal.Summary) instant {
	stopped := 0
	for i := range s.Connections {
		stopped += len(s.Connections[i].Offline)
	}
	for i := range s.Jobs {
		stopped += len(s.Jobs[i].Disablements)
	}
	if stopped == 0 {
		return none[journal.Time]()
	}
	return orOpen(s.Totals.WorksAgainAt)
}
