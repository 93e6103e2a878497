package reports

import (
	"cmp"
	"slices"
	"time"

	"github.com/outagedrill/outagedrill/internal/words"
	"github.com/outagedrill/outagedrill/sim/journal"
)

// handwork says of how many open errors the retry data is gone, OUT-09.
func handwork(f *journal.FlowSummary) string {
	if f.UnretryableErrors == 0 {
		return ""
	}
	return "; the retry data of " + words.Number(f.UnretryableErrors) +
		" of them is gone, and somebody has to resolve them by hand"
}

// tellDeadlines tells what came too late. That nothing did is a finding only where something stopped.
func (m *model) tellDeadlines() []string {
	var out, kept []string
	tell := func(name string, deadline journal.Seconds, late, past int64) {
		limit := words.Span(time.Duration(deadline))
		switch {
		case deadline == 0:
		case late == 0 && past == 0:
			kept = append(kept, clean(name)+" "+limit)
		case past == 0:
			out = append(out, clean(name)+": "+words.Count(late, "record")+isAre(late, " was", " were")+
				" delivered after the deadline of "+limit+".")
		case late == 0:
			out = append(out, clean(name)+": "+words.Count(past, "record")+isAre(past, " is", " are")+
				" past the deadline of "+limit+" and not delivered.")
		default:
			out = append(out, clean(name)+": "+words.Count(late, "record")+isAre(late, " was", " were")+
				" delivered after the deadline of "+limit+", and "+
				words.Number(past)+isAre(past, " is", " are")+" past it and not delivered.")
		}
	}
	for i, f := range m.Summary.Flows {
		tell(f.ID, m.Run.Flows[i].DeadlineSeconds, f.Late, f.PastDeadline)
	}
	for i, j := range m.Summary.Jobs {
		tell(j.ID, m.Run.Jobs[i].DeadlineSeconds, j.Late, j.PastDeadline)
	}
	if len(kept) > 0 && m.stoppedAny() {
		out = append(out, "No record missed its deadline ("+list(kept, 3)+").")
	}
	return out
}

// behind tells whether a flow cannot keep up, whatever failed: its backlog grew to the end of the run, and
// more came than it moved while it had more to read.
func behind(f *journal.FlowSummary) bool {
	if f.BacklogDrainedAt != nil || f.BacklogChangePerHour == nil || f.Drain == nil ||
		f.CapacityPerHour == nil {
		return false
	}
	came := float64(f.Drain.Arrived) / f.Drain.To.Sub(f.Drain.From).Hours()
	return *f.BacklogChangePerHour > 0 && came > float64(*f.CapacityPerHour)
}

// cannotKeepUp names the flows that are behind; "" where none is.
func (m *model) cannotKeepUp() string {
	var names []string
	for i := range m.Summary.Flows {
		if f := &m.Summary.Flows[i]; behind(f) {
			names = append(names, clean(f.ID))
		}
	}
	if len(names) == 0 {
		return ""
	}
	return list(names, 3) + " cannot keep up with what comes."
}

// tellBacklogs tells the peaks of the flows that were paused or held up, had errors or cannot keep up; the
// others' largest backlog is only what gathers between two runs.
func (m *model) tellBacklogs() []string {
	var flows []journal.FlowSummary
	for i, f := range m.Summary.Flows {
		troubled := len(f.Paused) > 0 || f.OpenErrors+f.ResolvedErrors > 0 || behind(&f) || m.heldUp(i)
		if f.BacklogPeak > 0 && troubled {
			flows = append(flows, f)
		}
	}
	slices.SortStableFunc(flows, func(a, b journal.FlowSummary) int {
		return cmp.Compare(b.BacklogPeak, a.BacklogPeak)
	})
	var out []string
	for i := range flows {
		f := &flows[i]
		s := clean(f.ID) + ": backlog of up to " + words.Count(f.BacklogPeak, "record")
		switch {
		case f.BacklogDrainedAt != nil:
			s += ", drained at " + m.clock.at(*f.BacklogDrainedAt) + meanwhile(f)
		case f.BacklogErrorsSince != nil:
			s += ", drained but for open errors at " + m.clock.at(*f.BacklogErrorsSince)
		default:
			s += ", not drained by the end of the run" + m.change(f)
		}
		if f.CapacityPerHour != nil {
			s += "; the flow can move up to " + words.Number(*f.CapacityPerHour) +
				" an hour, and catches up only while fewer than that come"
		}
		out = append(out, s+".")
	}
	return out
}

// meanwhile says what came while a backlog was drained, where that was much: the flow is not up to date then.
func meanwhile(f *journal.FlowSummary) string {
	if f.Drain == nil || f.Drain.Arrived < f.BacklogPeak/10 {
		return ""
	}
	return ", when " + words.Number(f.Drain.Arrived) + " more had come"
}

// change says how a backlog went at the end of the run.
func (m *model) change(f *journal.FlowSummary) string {
	if f.BacklogChangePerHour == nil || f.Drain == nil {
		return ""
	}
	how := " and neither growing nor shrinking"
	switch n := *f.BacklogChangePerHour; {
	case n > 0:
		how = " and growing by " + words.Number(n) + " an hour"
	case n < 0:
		how = " and shrinking by " + words.Number(-n) + " an hour"
	}
	return how + " (from " + m.clock.at(f.Drain.From) + " on " + words.Number(f.Drain.Arrived) +
		" came and " + words.Number(f.Drain.Delivered) + " were delivered)"
}

// tellIntakes tells of the intakes that had no room for all that was pushed.
func (m *model) tellIntakes() []string {
	var out []string
	for i, f := range m.Summary.Flows {
		if f.Intake == nil || f.Intake.Refused == 0 {
			continue
		}
		s := clean(f.ID) + ": the intake, with room for " + words.Count(m.Run.Flows[i].Buffer, "event") +
			", had none for " + words.Number(f.Intake.Refused)
		if later := f.Intake.Refused - f.Lost; later > 0 {
			s += "; " + words.Number(later) + " of them got in later or still wait with the sender"
		}
		out = append(out, s+".")
	}
	return out
}
