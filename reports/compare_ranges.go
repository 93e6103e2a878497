package reports

import (
	"strconv"

	"github.com/outagedrill/outagedrill/sim/journal"
)

// rangeChart is one figure in all cases, drawn on one scale.
type rangeChart struct {
	Name string
	Rows []rangeRow
}

// rangeRow is a figure in one case; Best, W, Base and Median are in percent of the scale.
type rangeRow struct {
	Case   string
	Text   string
	Best   string // the end of the solid bar
	Wide   bool   // the worst is greater than the best
	W      string // from best to worst
	Open   bool   // the worst has no end
	Base   string // where the case's own offset stands; "" where it has no end
	Median string // "" where there is none
}

// rangeRoom is how much of the picture the longest bar takes, in percent: a bar without an end goes further.
const rangeRoom = 92

// rangeCharts draws the figures that are not nothing in every case.
func rangeCharts(cases []journal.ComparedCase) []rangeChart {
	var out []rangeChart
	for _, f := range compareFigures() {
		var most int64
		nothing := true
		for i := range cases {
			c := &cases[i]
			nothing = nothing && f.none(&c.Worst)
			for _, one := range []*journal.CaseFigures{&c.Best, &c.Base, &c.Worst} {
				n, _ := f.of(one)
				most = max(most, n)
			}
		}
		if nothing {
			continue
		}
		chart := rangeChart{Name: f.name}
		for i := range cases {
			row := f.row(&cases[i], most)
			row.Case = strconv.Itoa(i+1) + " " + caseName(&cases[i])
			chart.Rows = append(chart.Rows, row)
		}
		out = append(out, chart)
	}
	return out
}

// row draws the figure of one case, of which most is the greatest of any that ends.
func (f *compareFigure) row(c *journal.ComparedCase, most int64) rangeRow {
	pct := func(n int64) float64 {
		if most == 0 {
			return 0
		}
		return rangeRoom * float64(n) / float64(most)
	}
	best, bestEnds := f.of(&c.Best)
	worst, worstEnds := f.of(&c.Worst)
	x0, x1 := pct(best), pct(worst)
	if !bestEnds {
		x0 = rangeRoom
	}
	if !worstEnds {
		x1 = 100
	}
	r := rangeRow{
		Best: num(x0), W: num(x1 - x0), Wide: x1 > x0, Open: !worstEnds, Text: f.text(&c.Best, &c.Worst),
	}
	if base, ends := f.of(&c.Base); ends {
		r.Base = num(pct(base))
	}
	if f.text(&c.Best, &c.Worst) != f.text(&c.Base, &c.Base) {
		r.Text += "; in the base case " + f.text(&c.Base, &c.Base)
	}
	if c.Median != nil && f.text(&c.Best, &c.Best) != f.text(&c.Worst, &c.Worst) {
		r.Text += ", median " + f.text(c.Median, c.Median)
		if median, ends := f.of(c.Median); ends {
			r.Median = num(pct(median))
		}
	}
	return r
}
