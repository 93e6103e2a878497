package reports

import (
	"strings"

	"github.com/outagedrill/outagedrill/internal/words"
	"github.com/outagedrill/outagedrill/sim/journal"
)

// failureCharts draw how many polls of a job failed in a row, each resource by itself, against the threshold
// at which the platform disables the job, DIS-05. They are drawn from the streaks of calls.failed, and end
// where the job is disabled. Where successes of one resource reset the count of another (reset.scope = job),
// streaks do not tell the count, and nothing is drawn.
func (m *model) failureCharts() chartGroup {
	g := chartGroup{
		Title: "Failures in a row, against the threshold",
		About: "Each rise is a resource whose polls fail; a poll that goes well brings it back to zero. At " +
			"the threshold the platform disables the job.",
	}
	if m.policyValue("reset.scope") == "job" {
		return chartGroup{}
	}
	off, streaks := m.offAt(), m.streaks()
	limit := m.highestThreshold()
	for i := range m.Run.Jobs {
		j := &m.Run.Jobs[i]
		peak, rises := 0.0, [][]point(nil)
		for _, r := range j.Resources {
			for _, rise := range m.rises(streaks[of(r, j.Name)], j.EverySeconds, off[j.Name]) {
				peak = max(peak, rise[len(rise)-1].value)
				rises = append(rises, rise)
			}
		}
		if peak == 0 {
			continue
		}
		top := max(peak, float64(limit))
		c := chart{
			Kind: "failures", Name: clean(j.Name), peak: peak, top: top, stretches: rises,
			Words: "at most " + words.Number(int64(peak)) + " in a row", Top: words.Number(int64(top)),
		}
		if limit > 0 {
			c.Limit, c.LimitText = m.limitLine(top), "threshold "+words.Number(int64(m.Run.Threshold))
		}
		g.Charts = append(g.Charts, c)
	}
	return g
}

// streak is a calls.failed of polls.
type streak struct {
	first, last journal.Time
	count       int64
}

// streaks are those of each resource of each job that count, DIS-03.
func (m *model) streaks() map[string][]streak {
	out, counts := map[string][]streak{}, map[string]bool{}
	for _, e := range m.each(journal.CallsFailed) {
		if e.Job == "" || e.First == nil || e.Last == nil {
			continue
		}
		does, known := counts[e.Class]
		if !known {
			does = m.policyValue("counts."+e.Class) != "false"
			counts[e.Class] = does
		}
		if does {
			key := of(e.Resource, e.Job)
			out[key] = append(out[key], streak{*e.First, *e.Last, e.Count})
		}
	}
	return out
}

// rises are the counts of one resource over its streaks. A streak goes on in the next one where no poll lies
// between them; where the job was disabled between them the count began anew.
func (m *model) rises(streaks []streak, every journal.Seconds, off []journal.Time) [][]point {
	var out [][]point
	never := m.policyValue("reset.scope") == "never"
	kept := m.policyValue("enable.keeps_counts") == "true"
	var n, before float64
	var last journal.Time
	for _, s := range streaks {
		on := len(out) > 0 && float64(s.first-last) < 1.5*float64(every)
		switch stopped := anyWithin(off, last, s.first); {
		case stopped && !kept, !on && !stopped && !never:
			n, on = 0, false
		}
		before, n = n, n+float64(s.count)
		rise := []point{{s.first, before + 1}, {s.last, n}}
		if on {
			out[len(out)-1] = append(out[len(out)-1], rise...)
		} else {
			out = append(out, rise)
		}
		last = s.last
	}
	return out
}

// anyWithin tells whether any of the instants lies from a on and before b.
func anyWithin(all []journal.Time, a, b journal.Time) bool {
	for _, t := range all {
		if a <= t && t < b {
			return true
		}
	}
	return false
}

// offAt are the instants at which jobs were disabled.
func (m *model) offAt() map[string][]journal.Time {
	out := map[string][]journal.Time{}
	for _, s := range m.off {
		out[s.job] = append(out[s.job], s.from)
	}
	return out
}

// policyValue is a value of the policies as the journal has it; empty where none has it.
func (m *model) policyValue(name string) string {
	for _, p := range m.Run.Policies {
		for _, v := range p.Values {
			if v.Name == name {
				return v.Value
			}
		}
	}
	return ""
}

func (m *model) highestThreshold() int {
	most := m.Run.Threshold
	for _, e := range m.moves {
		most = max(most, e.Threshold)
	}
	return most
}

// limitLine is the threshold over the run, which moves with the environment.
func (m *model) limitLine(top float64) string {
	y := func(threshold int) string { return short(100-headroom*float64(threshold)/top, 1) }
	var line strings.Builder
	line.WriteString("M0 " + y(m.Run.Threshold))
	for _, e := range m.moves {
		line.WriteString("H" + short(10*m.scale().pct(e.At), 3) + "V" + y(e.Threshold))
	}
	line.WriteString("H1000")
	return line.String()
}
