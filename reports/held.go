package reports

import (
	"time"

	"github.com/outagedrill/outagedrill/internal/words"
	"github.com/outagedrill/outagedrill/sim/journal"
)

// heldBeyond is how much later than on an ordinary day records must come for their flow to be told: what the
// tries within a run may take, OUT-02.
const heldBeyond = 5 * time.Minute

// heldUp tells whether a flow that was never paused had late records all the same, because its runs waited:
// for a limit, for slow answers, for tries that went well at last. What it is late by on a day without faults
// is not counted, where that is known; else what gathers between two runs.
func (m *model) heldUp(i int) bool {
	f := &m.Summary.Flows[i]
	if len(m.faults) == 0 || len(f.Paused) > 0 || behind(f) {
		return false
	}
	usual := m.Run.Flows[i].EverySeconds
	if r := m.Summary.Ranges; r != nil {
		usual = max(usual, r.Flows[i].LateMax.WithoutFaults.Value)
	}
	return time.Duration(f.LateMax-usual) > heldBeyond
}

// heldInRange tells the same of a flow in any run.
func heldInRange(f *journal.FlowRanges) bool {
	late := &f.LateMax
	return time.Duration(late.Worst.Value-late.WithoutFaults.Value) > heldBeyond
}

// late names the flows that were held up, with the latest record of each; empty where none was.
func (m *model) late() string {
	var out []string
	for i := range m.Summary.Flows {
		if f := &m.Summary.Flows[i]; m.heldUp(i) {
			out = append(out, clean(f.ID)+" were up to "+words.Span(time.Duration(f.LateMax))+" late")
		}
	}
	if len(out) == 0 {
		return ""
	}
	return "records of " + list(out, 3)
}
