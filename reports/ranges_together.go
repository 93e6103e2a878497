package reports

import (
	"strings"

	"github.com/outagedrill/outagedrill/internal/words"
	"github.com/outagedrill/outagedrill/sim/journal"
)

// verdictWords say of a flow or job that a verdict holds, and that it does not.
func verdictWords(verdict string) (holds, not string) {
	switch verdict {
	case journal.EverPaused:
		return "it is paused", "it is never paused"
	case journal.StoppedAtEnd:
		return "it does not flow again by the end of the run", "it flows again by the end of the run"
	case journal.LosesRecords:
		return "it loses records", "it loses no record"
	case journal.DoublesRecords:
		return "it doubles records", "it doubles no record"
	case journal.ErrorsAtEnd:
		return "errors are left open", "no error is left open"
	case journal.BacklogAtEnd:
		return "its backlog is not drained by the end of the run",
			"its backlog is drained by the end of the run"
	case journal.EverDisabled:
		return "it is disabled", "it is never disabled"
	case journal.OffAtEnd:
		return "it is off at the end", "it is enabled at the end"
	}
	return clean(verdict), "not " + clean(verdict)
}

// jointFlips are the verdicts about a flow or job that two values at once change, and none alone.
func (m *model) jointFlips(flow, job string) []journal.JointFlip {
	r := m.Summary.Ranges
	if r == nil || r.Together == nil {
		return nil
	}
	var out []journal.JointFlip
	for _, f := range r.Together.Flips {
		if f.Flow == flow && f.Job == job {
			out = append(out, f)
		}
	}
	return out
}

// tried is how far it is true that nothing changes an answer about a flow or job.
func (m *model) tried(flow, job string) string {
	if len(m.jointFlips(flow, job)) > 0 {
		return ", whatever was tried alone"
	}
	return ", whatever was tried"
}

// jointly says what two values at once change about a flow or job; empty where that is nothing.
func (m *model) jointly(flow, job string) string {
	var out []string
	last := ""
	for _, f := range m.jointFlips(flow, job) {
		holds, not := verdictWords(f.Verdict)
		if f.Base {
			holds = not
		}
		var under []string
		for _, two := range f.Under {
			under = append(under, setting(two[0])+" together with "+setting(two[1]))
		}
		with := " with " + orList(under)
		if n := len(out); n > 0 && with == last {
			out[n-1] = strings.TrimSuffix(out[n-1], with) + ", and " + holds + with
			continue
		}
		out, last = append(out, holds+with), with
	}
	if len(out) == 0 {
		return ""
	}
	return " Two of the values at once change more: " + strings.Join(out, "; ") + "."
}

// setting is NAME=VALUE as it is said.
func setting(s string) string {
	name, value, _ := strings.Cut(s, "=")
	return clean(name) + " = " + clean(value)
}

// togetherTried says what came of trying two values at once; empty where that was not done.
func togetherTried(r *journal.Ranges) string {
	if r == nil || r.Together == nil || r.Together.Runs == 0 {
		return ""
	}
	s := " Two of the values at once, in " + words.Count(r.Together.Runs, "more run") + ", change "
	if n := len(r.Together.Flips); n > 0 {
		return s + words.Count(n, "further verdict") + ", as the answers say."
	}
	return s + "no further verdict."
}
