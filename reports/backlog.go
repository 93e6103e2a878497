package reports

import (
	"slices"
	"sort"
	"time"

	"github.com/outagedrill/outagedrill/internal/words"
	"github.com/outagedrill/outagedrill/sim/journal"
)

// sample is one backlog.sampled of a flow or job; cause 0 for none.
type sample struct {
	at                 journal.Time
	waiting, delivered int64
	cause              int64
}

// gridStep is the distance of backlog samples: 5 minutes. One that repeats the last is not in the journal.
const gridStep = journal.Time(5 * time.Minute)

// samples are those of each flow and job, which are taken in disturbed time only, by what they are of.
func (m *model) samples() map[string][]sample {
	out := map[string][]sample{}
	for _, e := range m.each(journal.BacklogSampled) {
		if e.Waiting == nil {
			continue
		}
		s := sample{at: e.At, waiting: *e.Waiting}
		if e.Delivered != nil {
			s.delivered = *e.Delivered
		}
		if e.Cause != nil {
			s.cause = *e.Cause
		}
		key := of(e.Flow, e.Job)
		out[key] = append(out[key], s)
	}
	return out
}

// of is a key of two names: it tells a flow from a job of its name.
func of(flow, job string) string { return flow + "\x00" + job }

// backlogCharts draw how many records wait for each disturbed flow, and for each job that was disabled.
func (m *model) backlogCharts() chartGroup {
	g := chartGroup{
		Title: "Records that wait",
		About: "Of each disturbed flow and of each job that was disabled, sampled every 5 minutes where it " +
			"changed; open errors of a flow wait too. Each chart has a scale of its own.",
	}
	samples, held := m.samples(), m.held()
	add := func(kind, name, key string) {
		mine := samples[key]
		peak := int64(0)
		for _, s := range mine {
			peak = max(peak, s.waiting)
		}
		if peak == 0 {
			return
		}
		g.Charts = append(g.Charts, chart{
			Kind: kind, Name: clean(name), peak: float64(peak), top: float64(peak),
			Words: "up to " + words.Count(peak, "record") + " in the samples", Top: words.Number(peak),
			stretches: func() [][]point {
				all := stretchesOf(mine, func(s sample) float64 { return float64(s.waiting) })
				if atEnd, open := held[key]; open && mine[len(mine)-1].waiting == atEnd {
					last := &all[len(all)-1]
					*last = append(*last, point{m.end, float64(atEnd)})
				}
				return all
			},
		})
	}
	for _, f := range m.Run.Flows {
		add("backlog", f.Name, of(f.Name, ""))
	}
	off := m.offAt()
	for _, j := range m.Run.Jobs {
		if len(off[j.Name]) > 0 {
			add("backlog of job", j.Name, of("", j.Name))
		}
	}
	return g
}

// stretchesOf are the samples of each disturbance, told apart by their cause, as points. A value holds until
// the step before the next sample.
func stretchesOf(samples []sample, value func(sample) float64) [][]point {
	var out [][]point
	for i, s := range samples {
		switch {
		case i == 0 || s.cause != samples[i-1].cause:
			out = append(out, nil)
		case s.at-samples[i-1].at > gridStep:
			last := &out[len(out)-1]
			*last = append(*last, point{s.at - gridStep, value(samples[i-1])})
		}
		last := &out[len(out)-1]
		*last = append(*last, point{s.at, value(s)})
	}
	return out
}

// held lists the flows whose backlog at the end is what the records not delivered say, because they are
// still stopped or have open errors.
func (m *model) held() map[string]int64 {
	_, still, _ := m.still()
	out := map[string]int64{}
	for _, f := range m.Summary.Flows {
		if f.OpenErrors > 0 || slices.Contains(still, clean(f.ID)) {
			out[of(f.ID, "")] = f.Waiting + f.OpenErrors
		}
	}
	return out
}

// leastAge is the age from which on a waiting record is late enough to be drawn.
const leastAge = float64(2 * gridStep)

// ageCharts draw for how long the oldest record of a flow has waited, open errors aside: it is that record's
// lateness once it is delivered. When it came is read from the samples, which tell how many had come.
func (m *model) ageCharts() chartGroup {
	g := chartGroup{
		Title: "How long the oldest record has waited",
		About: "So late is a record that is delivered then; open errors aside. From the samples, and so to " +
			"within 5 minutes.",
	}
	samples, errors, lost := m.samples(), m.openBy(), m.lostBy()
	for _, f := range m.Run.Flows {
		mine := samples[of(f.Name, "")]
		ages := map[journal.Time]float64{}
		peak := 0.0
		for i, s := range mine {
			done := s.delivered + errors[f.Name].at(s.at) + lost[f.Name].at(s.at)
			arrived := func(s sample) float64 {
				return float64(s.delivered + s.waiting + lost[f.Name].at(s.at))
			}
			ages[s.at] = 0
			if float64(done) < arrived(s) {
				ages[s.at] = max(0, float64(s.at)-whenCame(mine[:i+1], arrived, float64(done)))
			}
			peak = max(peak, ages[s.at])
		}
		if peak < leastAge {
			continue
		}
		g.Charts = append(g.Charts, chart{
			Kind: "oldest", Name: clean(f.Name), peak: peak, top: peak,
			Words: "up to " + words.Span(time.Duration(peak)), Top: words.Span(time.Duration(peak)),
			stretches: func() [][]point {
				return stretchesOf(mine, func(s sample) float64 { return ages[s.at] })
			},
		})
	}
	return g
}

// whenCame is the instant by which so many records had come, by the samples; what came before the
// first of them came as fast as after it.
func whenCame(all []sample, arrived func(sample) float64, n float64) float64 {
	i := sort.Search(len(all), func(i int) bool { return arrived(all[i]) > n })
	i = min(max(i, 1), len(all)-1)
	if i == 0 {
		return float64(all[0].at)
	}
	a, b := all[i-1], all[i]
	if arrived(b) <= arrived(a) {
		return float64(a.at)
	}
	return float64(a.at) + float64(b.at-a.at)*(n-arrived(a))/(arrived(b)-arrived(a))
}

// tally is a number that changes at instants, in their order.
type tally []struct {
	at journal.Time
	n  int64
}

// at is the number after all changes up to an instant.
func (t tally) at(when journal.Time) int64 {
	i := sort.Search(len(t), func(i int) bool { return t[i].at > when })
	if i == 0 {
		return 0
	}
	return t[i-1].n
}

func (t tally) add(at journal.Time, n int64) tally {
	return append(t, struct {
		at journal.Time
		n  int64
	}{at, t.at(at) + n})
}

// openBy is how many open errors each flow has.
func (m *model) openBy() map[string]tally {
	out := map[string]tally{}
	for _, e := range m.each(journal.ErrorOpened, journal.ErrorResolved) {
		n := e.Count
		if e.Kind == journal.ErrorResolved {
			n = -n
		}
		out[e.Flow] = out[e.Flow].add(e.At, n)
	}
	return out
}

// lostBy is how many records each flow has lost.
func (m *model) lostBy() map[string]tally {
	out := map[string]tally{}
	for _, e := range m.each(journal.RecordLost) {
		out[e.Flow] = out[e.Flow].add(e.At, e.Count)
	}
	return out
}
