package reports

import (
	"cmp"
	"slices"
	"time"

	"github.com/outagedrill/outagedrill/internal/words"
	"github.com/outagedrill/outagedrill/sim/journal"
)

// tellPeople tells what people did and have still to do, how long jobs stayed off because somebody had to
// come, and who was not there.
func (m *model) tellPeople() []string {
	var out []string
	if s := m.tellSteps(); s != "" {
		out = append(out, s)
	}
	out = append(out, m.tellTimeOff()...)
	return append(out, m.tellAbsences()...)
}

// tellStepsRange says between which numbers of steps people have to take.
func (m *model) tellStepsRange() []string {
	t := &m.Summary.Ranges.Totals
	if len(t.ManualSteps.DependsOn) == 0 {
		return nil
	}
	w := counts()
	w.far = func(a, b int64) bool { return a != b }
	all, left := tell(w, &t.ManualSteps), tell(w, &t.ManualStepsLeft)
	return []string{"Things to do in all: " + all.String() + ". Of these still to do when the run ends: " +
		left.String() + "."}
}

func (m *model) tellSteps() string {
	t := m.Summary.Totals
	var left []string
	for _, j := range m.Summary.Jobs {
		if j.ManualStepsLeft > 0 {
			left = append(left, "enable "+clean(j.ID))
		}
	}
	for _, c := range m.Summary.Connections {
		if c.ManualStepsLeft > 0 {
			left = append(left, "re-authorize "+clean(c.ID))
		}
	}
	for _, f := range m.Summary.Flows {
		if f.ManualStepsLeft > 0 {
			left = append(left, "retry or mend the errors of "+clean(f.ID))
		}
	}
	done := t.ManualSteps - t.ManualStepsLeft
	switch {
	case t.ManualSteps == 0:
		return ""
	case len(left) == 0:
		return "People took " + words.Count(done, "step") + "; none is left."
	case done == 0:
		return "Somebody has to take " + words.Count(len(left), "step") + ": " + list(left, worst) + "."
	}
	return "People took " + words.Count(done, "step") + ", and " + words.Count(len(left), "step") +
		isAre(len(left), " is", " are") + " left: " + list(left, worst) + "."
}

// tellTimeOff tells the jobs that were off with nothing wrong any more, the longest first.
func (m *model) tellTimeOff() []string {
	jobs := slices.Clone(m.Summary.Jobs)
	jobs = slices.DeleteFunc(jobs, func(j journal.JobSummary) bool { return j.OffAfterWell == 0 })
	slices.SortStableFunc(jobs, func(a, b journal.JobSummary) int {
		return cmp.Or(cmp.Compare(b.OffAfterWell, a.OffAfterWell), cmp.Compare(b.OffFor, a.OffFor))
	})
	var out []string
	for _, j := range jobs {
		s := clean(j.ID) + " was off for " + words.Span(time.Duration(j.OffFor)) + ", " +
			words.Span(time.Duration(j.OffAfterWell)) + " of it with the vendor well"
		if j.ManualStepsLeft > 0 {
			s += "; nobody has enabled it."
		} else {
			s += ", until somebody enabled it."
		}
		out = append(out, s)
	}
	return out
}

func (m *model) tellAbsences() []string {
	var out []string
	for _, e := range m.each(journal.PersonLeft) {
		s := clean(e.Who) + " was away from " + m.clock.at(e.At)
		if e.Until != nil {
			s += " to " + m.clock.at(*e.Until)
		} else {
			s += " to the end of the run"
		}
		out = append(out, s+".")
	}
	return out
}
