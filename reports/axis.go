package reports

import (
	"time"

	"github.com/outagedrill/outagedrill/internal/words"
	"github.com/outagedrill/outagedrill/sim/journal"
)

// tick is one line of the time axis with its words.
type tick struct {
	X      string // in percent
	Across string // in thousandths
	Label  string // UTC
	Local  string // in the run's zone
	Minor  bool   // its words are left out on a narrow page
	Anchor string
}

// steps are the distances of ticks, from a second to a year.
func steps() []time.Duration {
	const day = 24 * time.Hour
	return []time.Duration{
		time.Second, 5 * time.Second, 15 * time.Second, 30 * time.Second,
		time.Minute, 5 * time.Minute, 15 * time.Minute, 30 * time.Minute,
		time.Hour, 2 * time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour,
		day, 2 * day, 4 * day, 7 * day, 14 * day, 30 * day, 60 * day, 91 * day, 182 * day, 365 * day,
	}
}

// maxTicks is how many ticks an axis has at most; every second one keeps its words on a narrow page.
const maxTicks = 13

// ticks puts the axis at whole multiples of a sensible step, in UTC.
func (m *model) ticks() []tick {
	step := stepOf(m.shown.Sub(m.start))
	first := m.start.Std().Truncate(step)
	if journal.FromStd(first) < m.start {
		first = first.Add(step)
	}
	sc := m.scale()
	var out []tick
	for t, i := first, 0; journal.FromStd(t) <= m.shown && i <= maxTicks; t, i = t.Add(step), i+1 {
		x := sc.pct(journal.FromStd(t))
		k := tick{
			X: num(x), Across: short(10*x, 1),
			Label: tickLabel(t, step), Local: tickLabel(t.In(m.clock.loc), step),
			Anchor: anchorAt(x), Minor: i%2 == 1,
		}
		out = append(out, k)
	}
	return out
}

// elapsedTicks puts the axis at whole multiples of a sensible step after the start.
func (m *model) elapsedTicks() []tick {
	sc, length := m.scale(), m.shown.Sub(m.start)
	step := stepOf(length)
	var out []tick
	for i := 0; time.Duration(i)*step <= length && i <= maxTicks; i++ {
		since := time.Duration(i) * step
		x := sc.pct(m.start + journal.Time(since))
		k := tick{X: num(x), Label: "start", Anchor: anchorAt(x), Minor: i%2 == 1}
		if i > 0 {
			k.Label = "+" + words.Span(since)
		}
		out = append(out, k)
	}
	return out
}

// stepOf is the distance of the ticks of an axis so long.
func stepOf(length time.Duration) time.Duration {
	all := steps()
	for _, s := range all {
		if length/s < maxTicks {
			return s
		}
	}
	return all[len(all)-1]
}

// anchorAt keeps the words of a tick within the picture.
func anchorAt(x float64) string {
	switch {
	case x < 3:
		return "start"
	case x > 97:
		return "end"
	}
	return "middle"
}

// tickLabel names the day at midnight and where ticks are days, else the time.
func tickLabel(t time.Time, step time.Duration) string {
	switch {
	case step >= 24*time.Hour, t.Hour() == 0 && t.Minute() == 0 && t.Second() == 0:
		return t.Format("Jan 2")
	case step < time.Minute:
		return t.Format("15:04:05")
	}
	return t.Format("15:04")
}
