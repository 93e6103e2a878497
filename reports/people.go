package reports

import "github.com/outagedrill/outagedrill/sim/journal"

// tellPeople tells what people did and what is left to do at the end, thing by thing; and where ranges were
// made, how much it is in all.
func (m *model) tellPeople() []string {
	var out []string
	step := func(do string, all, left int) {
		done, toDo := all-left, "still to do when the run ends"
		switch {
		case done > 0 && left > 0:
			out = append(out, do+": done "+times(done)+", and "+toDo+".")
		case left > 0:
			out = append(out, do+": "+toDo+".")
		case done > 0:
			out = append(out, do+": done "+times(done)+".")
		}
	}
	for _, c := range m.Summary.Connections {
		step("Re-authorize "+clean(c.ID), c.ManualSteps, c.ManualStepsLeft)
	}
	for _, f := range m.Summary.Flows {
		step("Retry the errors of "+clean(f.ID), f.ManualSteps, f.ManualStepsLeft)
	}
	for _, j := range m.Summary.Jobs {
		step("Enable "+clean(j.ID), j.ManualSteps, j.ManualStepsLeft)
	}
	if r := m.Summary.Ranges; r != nil && len(r.Totals.ManualSteps.DependsOn) > 0 {
		out = append(out, tellSteps(&r.Totals))
	}
	return out
}

// tellSteps says how much people have to do in all.
func tellSteps(t *journal.TotalRanges) string {
	w := counts()
	w.far = func(a, b int64) bool { return a != b }
	all, left := tell(w, &t.ManualSteps), tell(w, &t.ManualStepsLeft)
	return "Things to do in all: " + all.String() + ". Of these still to do when the run ends: " + left.String() + "."
}
