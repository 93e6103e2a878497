package reports

import (
	"time"

	"github.com/outagedrill/outagedrill/sim/journal"
)

// tick is one line of the time axis with its words.
type tick struct {
	X      string
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
	all := steps()
	step := all[len(all)-1]
	for _, s := range all {
		if m.length()/s < maxTicks {
			step = s
			break
		}
	}
	first := m.start.Std().Truncate(step)
	if journal.FromStd(first) < m.start {
		first = first.Add(step)
	}
	sc := scale{m.start, m.end}
	var out []tick
	for t, i := first, 0; journal.FromStd(t) <= m.end && i <= maxTicks; t, i = t.Add(step), i+1 {
		x := sc.pct(journal.FromStd(t))
		k := tick{
			X: num(x), Label: tickLabel(t, step), Local: tickLabel(t.In(m.clock.loc), step),
			Anchor: "middle", Minor: i%2 == 1,
		}
		switch {
		case x < 3:
			k.Anchor = "start"
		case x > 97:
			k.Anchor = "end"
		}
		out = append(out, k)
	}
	return out
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
