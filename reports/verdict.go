package reports

import (
	"slices"
	"strings"
	"time"

	"github.com/outagedrill/outagedrill/internal/words"
	"github.com/outagedrill/outagedrill/sim/journal"
)

// level is how bad the run's outcome is.
type level string

// The levels, each with its sign on the page.
const (
	good level = "good" // nothing stopped
	warn level = "warn" // something stopped and all of it works again
	bad  level = "bad"  // something is still stopped, lost or doubled, or an expectation failed
)

// verdict is the first sentence of both the page and the answer.
type verdict struct {
	Level level
	Text  string
	Quiet bool // nothing failed, nothing stopped, no expectation failed: there is no more to say
}

// verdict puts together what failed, what that stopped, and how it stands at the end.
func (m *model) verdict() verdict {
	v := verdict{Level: good}
	stopped := m.stopped()
	conns, flows, jobs := m.still()
	harm, failed := m.harm(), m.failedCalls()
	var parts []string
	if m.interrupted() {
		parts = append(parts, "Interrupted at "+m.clock.at(m.end)+": this tells what happened until then.")
		v.Level = warn
	}
	if n := len(m.failedC); n > 0 {
		parts = append(parts, "Do not trust this run: "+words.Count(n, "invariant check")+" failed.")
	}
	if n := len(m.failedX); n > 0 {
		parts = append(parts, words.Count(n, "expectation")+" failed.")
	}
	switch {
	case len(m.faults) == 0 && !stopped.any() && failed > 0:
		parts = append(parts, "No fault was played and nothing stopped in "+words.Span(m.length())+", but "+
			words.Count(failed, "call")+" failed.")
		v.Level = warn
	case len(m.faults) == 0 && !stopped.any():
		parts = append(parts, m.undisturbed())
	case !stopped.any():
		s := m.whatFailed() + ": nothing was paused, disabled or taken offline"
		if held := m.late(); held != "" {
			s, v.Level = s+", but "+held, warn
		}
		parts = append(parts, s+".")
	default:
		parts = append(parts, m.whatFailed()+": "+m.outcome(&stopped)+".")
		v.Level, harm = warn, ""
	}
	if harm != "" {
		v.Level = warn
		parts = append(parts, harm+".")
	}
	late := m.cannotKeepUp()
	if late != "" {
		v.Level = warn
		parts = append(parts, late)
	}
	if len(conns)+len(flows)+len(jobs)+len(m.failedC)+len(m.failedX) > 0 || m.lost()+m.doubled() > 0 {
		v.Level = bad
	}
	v.Quiet = len(m.faults) == 0 && !stopped.any() && failed == 0 && harm == "" && late == "" &&
		len(m.failedC)+len(m.failedX) == 0
	v.Text = strings.Join(parts, " ")
	return v
}

func (m *model) undisturbed() string {
	s := "Nothing failed and nothing stopped in " + words.Span(m.length())
	var ran []string
	if n := len(m.Run.Flows); n > 0 {
		ran = append(ran, words.Count(n, "flow"))
	}
	if n := len(m.Run.Jobs); n > 0 {
		ran = append(ran, words.Count(n, "polling job"))
	}
	if len(ran) == 0 {
		return s + "; there were no flows and no polling jobs."
	}
	return s + ": " + list(ran, 2) + " ran undisturbed."
}

// whatFailed says the outages in one clause, or the other faults where there was no outage.
func (m *model) whatFailed() string {
	outages := m.Summary.Outages
	switch len(outages) {
	case 0:
		return m.otherFaults()
	case 1:
		return m.befell(&outages[0])
	}
	var total time.Duration
	var apps []string
	for _, o := range outages {
		total += o.To.Sub(o.From)
		if !slices.Contains(apps, clean(o.Application)) {
			apps = append(apps, clean(o.Application))
		}
	}
	return list(apps, 3) + " had " + words.Count(len(outages), "outage") + ", " +
		words.Span(total) + " in all, the longest " + m.longest()
}

func (m *model) otherFaults() string {
	switch len(m.faults) {
	case 0:
		return "No fault was played"
	case 1:
		f := m.faults[0]
		return "There was no outage, but one fault (" + f.subject() + ": " + f.words() + ")"
	}
	return "There was no outage, but " + words.Count(len(m.faults), "other fault")
}

// harm says what was lost, doubled or stands as an open error; empty if nothing.
func (m *model) harm() string {
	var parts []string
	if n := m.lost(); n > 0 {
		parts = append(parts, words.Count(n, "record")+isAre(n, " was", " were")+" lost")
	}
	if n := m.doubled(); n > 0 {
		parts = append(parts, words.Count(n, "record")+isAre(n, " was", " were")+" doubled")
	}
	if n := m.openErrors(); n > 0 {
		parts = append(parts,
			words.Count(n, "record")+isAre(n, " stands as an open error", " stand as open errors"))
	}
	return list(parts, 3)
}

// failedCalls is how many calls failed, of polls and of runs. A configured limit can do that without a fault.
func (m *model) failedCalls() (n int64) {
	for _, e := range m.each(journal.CallsFailed) {
		n += e.Count
	}
	return n
}

func (m *model) openErrors() (n int64) {
	for _, f := range m.Summary.Flows {
		n += f.OpenErrors
	}
	return n
}

func (m *model) lost() int64 { return m.Summary.Totals.RecordsLost }

func (m *model) doubled() int64 { return m.Summary.Totals.RecordsDuplicated }
