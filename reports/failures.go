package reports

import (
	"iter"
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
	counted := m.countedFailures()
	limit := m.highestThreshold()
	for i := range m.Run.Jobs {
		j := &m.Run.Jobs[i]
		peak := 0.0
		for _, r := range j.Resources {
			for _, n := range counted.of(j, r) {
				peak = max(peak, n.to)
			}
		}
		if peak == 0 {
			continue
		}
		top := max(peak, float64(limit))
		c := chart{
			Kind: "failures", Name: clean(j.Name), peak: peak, top: top,
			stretches: func() [][]point { return counted.rises(j) },
			Words:     "at most " + words.Number(int64(peak)) + " in a row", Top: words.Number(int64(top)),
		}
		if limit > 0 {
			c.Limit, c.LimitText = m.limitLine(top), "threshold "+words.Number(int64(m.Run.Threshold))
		}
		g.Charts = append(g.Charts, c)
	}
	return g
}

// failureCounter counts failures in a row.
type failureCounter struct {
	pass    passing
	streaks map[resourceOf][]int32 // the rows of those calls.failed that count, DIS-03
	off     map[string][]journal.Time
	never   bool // a poll that goes well does not reset the count
	kept    bool // nor does a disablement
}

// resourceOf is a resource of a job.
type resourceOf struct{ job, resource string }

func (m *model) countedFailures() *failureCounter {
	f := &failureCounter{
		pass: m.rows.passing(), streaks: map[resourceOf][]int32{}, off: m.offAt(),
		never: m.policyValue("reset.scope") == "never",
		kept:  m.policyValue("enable.keeps_counts") == "true",
	}
	counts := map[string]bool{}
	for i, e := range m.each(journal.CallsFailed) {
		if e.Job == "" || e.First == nil || e.Last == nil {
			continue
		}
		does, known := counts[e.Class]
		if !known {
			does = m.policyValue("counts."+e.Class) != "false"
			counts[e.Class] = does
		}
		if does {
			key := resourceOf{e.Job, e.Resource}
			f.streaks[key] = append(f.streaks[key], int32(i))
		}
	}
	return f
}

// inRow is how many polls had failed in a row before the first of a streak, and after its last.
type inRow struct {
	from, to float64
	goesOn   bool // where the streak before ended
}

// of ranges over the streaks of a resource. A streak goes on in the next one where no poll lies between them;
// where the job was disabled between them the count began anew. An entry is good until the next.
func (f *failureCounter) of(j *journal.RunJob, resource string) iter.Seq2[*journal.Entry, inRow] {
	return func(yield func(*journal.Entry, inRow) bool) {
		var n inRow
		var last journal.Time
		for i, row := range f.streaks[resourceOf{j.Name, resource}] {
			e := f.pass.read(int(row))
			n.from, n.goesOn = n.to, i > 0 && float64(*e.First-last) < 1.5*float64(j.EverySeconds)
			switch stopped := anyWithin(f.off[j.Name], last, *e.First); {
			case stopped && !f.kept, !n.goesOn && !stopped && !f.never:
				n.from, n.goesOn = 0, false
			}
			n.to = n.from + float64(e.Count)
			last = *e.Last
			if !yield(e, n) {
				return
			}
		}
	}
}

// rises are the counts of a job's resources as points.
func (f *failureCounter) rises(j *journal.RunJob) [][]point {
	var out [][]point
	for _, r := range j.Resources {
		for e, n := range f.of(j, r) {
			rise := []point{{*e.First, n.from + 1}, {*e.Last, n.to}}
			if n.goesOn {
				out[len(out)-1] = append(out[len(out)-1], rise...)
			} else {
				out = append(out, rise)
			}
		}
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
