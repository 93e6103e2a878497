package whatif

import (
	"slices"

	"github.com/outagedrill/outagedrill/sim/journal"
)

// figuresOf reads what is compared from a run.
func figuresOf(s *journal.Summary) journal.CaseFigures {
	f := journal.CaseFigures{
		Lost: s.Totals.RecordsLost, Duplicated: s.Totals.RecordsDuplicated, Calls: s.Totals.Calls,
		ManualSteps: s.Totals.ManualSteps, ManualStepsLeft: s.Totals.ManualStepsLeft,
		RecoveryDelay: slowest(s.Outages),
	}
	for i := range s.Jobs {
		j := &s.Jobs[i]
		f.Disablements += len(j.Disablements)
		f.OffFor += j.OffFor
		f.OffAfterWell += j.OffAfterWell
		if len(j.Disablements) > 0 {
			f.JobsDisabled++
		}
		if offSince(j).State == journal.Known {
			f.JobsOff++
		}
	}
	for i := range s.Flows {
		fl := &s.Flows[i]
		f.OpenErrors += fl.OpenErrors
		f.LateMax = max(f.LateMax, fl.LateMax)
		f.PausedFor += pausedFor(fl, s.End)
		if len(fl.Paused) > 0 {
			f.FlowsPaused++
		}
		if flowsAgainAt(fl).State == journal.Open {
			f.FlowsOff++
		}
	}
	return f
}

// slowest is the longest recovery of the outages, nil where one is not over.
func slowest(outages []journal.Outage) *journal.Seconds {
	var longest journal.Seconds
	for _, o := range outages {
		if o.RecoveryDelay == nil {
			return nil
		}
		longest = max(longest, *o.RecoveryDelay)
	}
	return &longest
}

// bestOf takes the smaller of each figure.
func bestOf(a, b journal.CaseFigures) journal.CaseFigures {
	shorter := func(a, b *journal.Seconds) *journal.Seconds {
		if a == longerDelay(a, b) {
			return b
		}
		return a
	}
	return each(a, b, func(a, b int64) int64 { return min(a, b) }, shorter)
}

// worstOf takes the greater of each figure.
func worstOf(a, b journal.CaseFigures) journal.CaseFigures {
	return each(a, b, func(a, b int64) int64 { return max(a, b) }, longerDelay)
}

// medianOf takes the median of each figure by itself, of two in the middle the worse one.
func medianOf(all []journal.CaseFigures) journal.CaseFigures {
	all = slices.Clone(all)
	for range all {
		for i := range len(all) - 1 {
			all[i], all[i+1] = bestOf(all[i], all[i+1]), worstOf(all[i], all[i+1])
		}
	}
	return all[len(all)/2]
}

// spreadOf takes each figure by itself over several runs.
func spreadOf(all []journal.CaseFigures) journal.FigureSpread {
	s := journal.FigureSpread{Best: all[0], Worst: all[0], Median: medianOf(all)}
	for _, f := range all[1:] {
		s.Best, s.Worst = bestOf(s.Best, f), worstOf(s.Worst, f)
	}
	return s
}

// alike tells whether two runs have the same figures.
func alike(a, b journal.CaseFigures) bool {
	x, y := a.RecoveryDelay, b.RecoveryDelay
	a.RecoveryDelay, b.RecoveryDelay = nil, nil
	return a == b && (x == nil) == (y == nil) && (x == nil || *x == *y)
}

// addUp adds two timelines up; the slowest recovery and the latest record are those of either.
func addUp(a, b journal.CaseFigures) journal.CaseFigures {
	out := each(a, b, func(a, b int64) int64 { return a + b }, longerDelay)
	out.LateMax = max(a.LateMax, b.LateMax)
	return out
}

// longerDelay is the longer of two delays, of which nil is the longest.
func longerDelay(a, b *journal.Seconds) *journal.Seconds {
	if a == nil || b != nil && *b <= *a {
		return a
	}
	return b
}

// each makes figures of two, one by one.
func each(
	a, b journal.CaseFigures, of func(a, b int64) int64, delay func(a, b *journal.Seconds) *journal.Seconds,
) journal.CaseFigures {
	n := func(a, b int) int { return int(of(int64(a), int64(b))) }
	s := func(a, b journal.Seconds) journal.Seconds { return journal.Seconds(of(int64(a), int64(b))) }
	return journal.CaseFigures{
		JobsDisabled: n(a.JobsDisabled, b.JobsDisabled), Disablements: n(a.Disablements, b.Disablements),
		JobsOff: n(a.JobsOff, b.JobsOff), OffFor: s(a.OffFor, b.OffFor),
		OffAfterWell: s(a.OffAfterWell, b.OffAfterWell), FlowsPaused: n(a.FlowsPaused, b.FlowsPaused),
		FlowsOff: n(a.FlowsOff, b.FlowsOff), PausedFor: s(a.PausedFor, b.PausedFor),
		RecoveryDelay: delay(a.RecoveryDelay, b.RecoveryDelay), LateMax: s(a.LateMax, b.LateMax),
		Lost: of(a.Lost, b.Lost), Duplicated: of(a.Duplicated, b.Duplicated),
		OpenErrors: of(a.OpenErrors, b.OpenErrors), ManualSteps: n(a.ManualSteps, b.ManualSteps),
		ManualStepsLeft: n(a.ManualStepsLeft, b.ManualStepsLeft), Calls: of(a.Calls, b.Calls),
	}
}
