package reports

import (
	"cmp"
	"slices"
	"strings"

	"github.com/outagedrill/outagedrill/internal/words"
	"github.com/outagedrill/outagedrill/sim/journal"
)

// maxCharts is how many backlogs are drawn, the largest first; the table of flows has all of them.
const maxCharts = 24

// chart is the backlog of one flow over the run, as an area in a box of 1000 by 100.
type chart struct {
	Name  string
	Words string
	Area  string // SVG path data
	Ticks []tick
	peak  int64
}

// sample is one backlog.sampled of a flow; cause 0 for none.
type sample struct {
	at             journal.Time
	waiting, cause int64
}

// charts draws backlog.sampled, which is written in disturbed time only.
func (m *model) charts(ticks []tick) (out []chart, left int) {
	samples := map[string][]sample{}
	for _, e := range m.each(journal.BacklogSampled) {
		if e.Flow != "" && e.Waiting != nil {
			s := sample{at: e.At, waiting: *e.Waiting}
			if e.Cause != nil {
				s.cause = *e.Cause
			}
			samples[e.Flow] = append(samples[e.Flow], s)
		}
	}
	held := m.held()
	for _, f := range m.Run.Flows {
		peak := int64(0)
		for _, e := range samples[f.Name] {
			peak = max(peak, e.waiting)
		}
		if peak == 0 {
			continue
		}
		mine := samples[f.Name]
		atEnd, open := held[f.Name]
		out = append(out, chart{
			Name: clean(f.Name), peak: peak, Ticks: ticks,
			Area:  m.area(mine, peak, open && mine[len(mine)-1].waiting == atEnd),
			Words: "up to " + words.Count(peak, "record") + " in the samples",
		})
	}
	slices.SortStableFunc(out, func(a, b chart) int { return cmp.Compare(b.peak, a.peak) })
	if len(out) > maxCharts {
		left, out = len(out)-maxCharts, out[:maxCharts]
	}
	return out, left
}

// gridStep is the distance of backlog samples in nanoseconds: 5 minutes.
const gridStep = 5 * 60 * 1_000_000_000

// area draws the samples of each disturbance, told apart by their cause, as one area. A sample that repeats
// the last one is not in the journal, so a value holds until the step before the next; held tells that the
// last one holds to the end of the run.
func (m *model) area(samples []sample, peak int64, held bool) string {
	sc := scale{m.start, m.end}
	var b strings.Builder
	point := func(to string, t journal.Time, waiting int64) {
		b.WriteString(to + num(10*sc.pct(t)) + " " + num(100-96*float64(waiting)/float64(peak)))
	}
	for i, e := range samples {
		switch {
		case i == 0:
			point("M", e.at, 0)
		case e.cause != samples[i-1].cause:
			b.WriteString("V100Z")
			point("M", e.at, 0)
		case e.at-samples[i-1].at > gridStep:
			point("L", e.at-gridStep, samples[i-1].waiting)
		}
		point("L", e.at, e.waiting)
	}
	if held {
		point("L", m.end, samples[len(samples)-1].waiting)
	}
	b.WriteString("V100Z")
	return b.String()
}

// held lists the flows whose backlog at the end is what the records not delivered say, because they are
// still stopped or have open errors.
func (m *model) held() map[string]int64 {
	_, still, _ := m.still()
	out := map[string]int64{}
	for _, f := range m.Summary.Flows {
		if f.OpenErrors > 0 || slices.Contains(still, clean(f.ID)) {
			out[f.ID] = f.Waiting + f.OpenErrors
		}
	}
	return out
}
