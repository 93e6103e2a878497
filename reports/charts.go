package reports

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/outagedrill/outagedrill/sim/journal"
)

// maxCharts is how many charts of a kind are drawn, the largest first; the tables have all figures.
const maxCharts = 12

// chartGroup are the charts of one kind of figure.
type chartGroup struct {
	Title, About string
	Charts       []chart
	Left         int // charts left out
}

// chart is a figure of one thing over the run, as an area in a box of 1000 by 100.
type chart struct {
	Kind, Name string
	Words      string // what the area comes to
	Top        string // the value at its upper edge
	Area       string // SVG path data
	Limit      string // the threshold as path data; empty where there is none
	LimitText  string

	stretches func() [][]point // made for a chart that is drawn
	top, peak float64          // the value at headroom, and the one to sort by
}

// point is a value at an instant.
type point struct {
	at    journal.Time
	value float64
}

// headroom is how much of a chart's height its highest value takes, in percent; the rest stays free.
const headroom = 88

// charts are all charts of the run: failures in a row, records that wait, and for how long.
func (m *model) charts() []chartGroup {
	var out []chartGroup
	for _, g := range []chartGroup{m.failureCharts(), m.backlogCharts(), m.ageCharts()} {
		if len(g.Charts) == 0 {
			continue
		}
		slices.SortStableFunc(g.Charts, func(a, b chart) int { return cmp.Compare(b.peak, a.peak) })
		if len(g.Charts) > maxCharts {
			g.Left, g.Charts = len(g.Charts)-maxCharts, g.Charts[:maxCharts]
		}
		for i := range g.Charts {
			c := &g.Charts[i]
			c.Area = m.area(highest(c.stretches()), c.top)
		}
		out = append(out, g)
	}
	return out
}

// maxStretches is how many stretches a chart has at most; the timeline has all that happened.
const maxStretches = 400

// highest are the stretches of a chart, or so many of the highest, in order.
func highest(all [][]point) [][]point {
	if len(all) <= maxStretches {
		return all
	}
	peak := func(s []point) (most float64) {
		for _, p := range s {
			most = max(most, p.value)
		}
		return most
	}
	out := slices.Clone(all)
	slices.SortStableFunc(out, func(a, b []point) int { return cmp.Compare(peak(b), peak(a)) })
	out = out[:maxStretches]
	slices.SortStableFunc(out, func(a, b []point) int { return cmp.Compare(a[0].at, b[0].at) })
	return out
}

// area draws stretches of points as one area over its base; top is the value at headroom.
func (m *model) area(stretches [][]point, top float64) string {
	var b strings.Builder
	for _, s := range stretches {
		s = thinned(s, top/250)
		for i, p := range s {
			x := short(10*m.scale().pct(p.at), 3)
			if i == 0 {
				b.WriteString("M" + x + " 100")
			}
			b.WriteString("L" + x + " " + short(100-headroom*p.value/top, 1))
		}
		if len(s) > 0 {
			b.WriteString("V100Z")
		}
	}
	return b.String()
}

// thinned leaves out the points that lie within a distance, in values, of the line between their neighbours
// that stay.
func thinned(all []point, most float64) []point {
	if len(all) < 3 {
		return all
	}
	first, last := all[0], all[len(all)-1]
	far, at := most, 0
	for i, p := range all[1 : len(all)-1] {
		on := first.value
		if last.at > first.at {
			on += (last.value - first.value) * float64(p.at-first.at) / float64(last.at-first.at)
		}
		if d := max(p.value-on, on-p.value); d > far {
			far, at = d, i+1
		}
	}
	if at == 0 {
		return []point{first, last}
	}
	left := thinned(all[:at+1], most)
	return append(left[:len(left)-1:len(left)-1], thinned(all[at:], most)...)
}

// short writes a number with so many digits after its point at most.
func short(f float64, digits int) string {
	s := strconv.FormatFloat(f, 'f', digits, 64)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}
