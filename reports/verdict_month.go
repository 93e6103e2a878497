package reports

import (
	"slices"
	"time"

	"github.com/outagedrill/outagedrill/internal/words"
	"github.com/outagedrill/outagedrill/sim/journal"
)

// A run of several outages is told by its sums and its worst, not by the instants of the last one.

// several tells whether the run had more than one outage.
func (m *model) several() bool { return len(m.Summary.Outages) > 1 }

// longest says the longest of several outages, whose it was where others had some too, and its day.
func (m *model) longest() string {
	var worst journal.Outage
	for _, o := range m.Summary.Outages {
		if o.To.Sub(o.From) > worst.To.Sub(worst.From) {
			worst = o
		}
	}
	others := slices.ContainsFunc(m.Summary.Outages, func(o journal.Outage) bool {
		return o.Application != worst.Application
	})
	if others {
		return words.Span(worst.To.Sub(worst.From)) + " (" + clean(worst.Application) + ", " +
			m.clock.day(worst.From) + ")"
	}
	return words.Span(worst.To.Sub(worst.From)) + " (" + m.clock.day(worst.From) + ")"
}

// pausedLong says how long flows were paused in all, and how late records came, over several outages: of the
// flow and of the record that were hit hardest, over the minutes of the sweep where these were tried.
func (m *model) pausedLong(flows map[string]bool) (paused, late string) {
	var long, last journal.Spread[journal.Seconds]
	for i := range m.Summary.Flows {
		f := &m.Summary.Flows[i]
		if !flows[f.ID] {
			continue
		}
		r := m.rangesOf(f.ID)
		if r == nil || r.Paused.Offsets == nil || r.LateMax.Offsets == nil {
			sum := m.pausedOf(f)
			r = &journal.FlowRanges{}
			r.Paused.Offsets = &journal.Spread[journal.Seconds]{}
			r.LateMax.Offsets = &journal.Spread[journal.Seconds]{}
			raise(r.Paused.Offsets, sum, sum)
			raise(r.LateMax.Offsets, f.LateMax, f.LateMax)
		}
		raise(&long, r.Paused.Offsets.Best.Value, r.Paused.Offsets.Worst.Value)
		if f.OpenErrors+f.Lost == 0 { // what never comes has no lateness
			raise(&last, r.LateMax.Offsets.Best.Value, r.LateMax.Offsets.Worst.Value)
		}
	}
	said, wide := spans().spread(long.Best, long.Worst)
	paused = ", for " + said + " in all"
	if len(flows) > 1 {
		paused = ", the worst hit for " + said + " in all"
	}
	if wide {
		paused += " (the minute of the sweep is not published)"
	}
	if last.Worst.Value > 0 {
		said, _ = spans().spread(last.Best, last.Worst)
		late = "the latest record came " + said + " late"
	}
	return paused, late
}

// raise takes the worse of what a spread has and of another.
func raise(s *journal.Spread[journal.Seconds], best, worst journal.Seconds) {
	s.Best.Value, s.Worst.Value = max(s.Best.Value, best), max(s.Worst.Value, worst)
}

// pausedOf adds up the pauses of a flow.
func (m *model) pausedOf(f *journal.FlowSummary) (sum journal.Seconds) {
	for _, p := range f.Paused {
		to := m.end
		if p.To != nil {
			to = *p.To
		}
		sum += journal.Seconds(to.Sub(p.From))
	}
	return sum
}

// rangesOf are a flow's ranges; nil where there are none.
func (m *model) rangesOf(flow string) *journal.FlowRanges {
	if m.Summary.Ranges == nil {
		return nil
	}
	for i := range m.Summary.Ranges.Flows {
		if f := &m.Summary.Ranges.Flows[i]; f.ID == flow {
			return f
		}
	}
	return nil
}

// offLong says for how long the platform's disablements left jobs off, of the job that was off longest.
func (m *model) offLong(jobs int) string {
	var longest journal.Seconds
	for i := range m.Summary.Jobs {
		longest = max(longest, m.Summary.Jobs[i].OffFor)
	}
	if jobs == 1 {
		return ", off for " + words.Span(time.Duration(longest))
	}
	return ", off for up to " + words.Span(time.Duration(longest)) + " each"
}
