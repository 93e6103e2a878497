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
	Worst  string
	Open   bool   // the worst has no end
	Base   string // where the case's own offset stands; "" where it has no end
	Median string // "" where there is none
	Low    string // what other assumptions make of the best, and of the worst; "" where they do not
	High   string
	Ends   bool // High has an end
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
			drawn := []*journal.CaseFigures{&c.Best, &c.Base, &c.Worst}
			low, high := f.beyond(c)
			for _, o := range []*journal.FigureTrial{low, high} {
				if o != nil {
					drawn = append(drawn, &o.Figures)
				}
			}
			for _, one := range drawn {
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
	at := func(of *journal.CaseFigures, open float64) (pct float64, ends bool) {
		n, ends := f.of(of)
		switch {
		case !ends:
			return open, false
		case most == 0:
			return 0, true
		}
		return rangeRoom * float64(n) / float64(most), true
	}
	x0, _ := at(&c.Best, rangeRoom)
	x1, ends := at(&c.Worst, 100)
	r := rangeRow{
		Best: num(x0), W: num(x1 - x0), Worst: num(x1), Wide: x1 > x0, Open: !ends,
		Text: f.text(&c.Best, &c.Worst),
	}
	if base, ends := at(&c.Base, 100); ends {
		r.Base = num(base)
	}
	if f.text(&c.Best, &c.Worst) != f.text(&c.Base, &c.Base) {
		r.Text += "; in the base case " + f.text(&c.Base, &c.Base)
	}
	if c.Median != nil && f.text(&c.Best, &c.Best) != f.text(&c.Worst, &c.Worst) {
		r.Text += ", median " + f.text(c.Median, c.Median)
		if median, ends := at(c.Median, 100); ends {
			r.Median = num(median)
		}
	}
	low, high := f.beyond(c)
	if low != nil {
		x, _ := at(&low.Figures, 100)
		r.Low = num(x)
	}
	if high != nil {
		var x float64
		x, r.Ends = at(&high.Figures, 100)
		r.High = num(x)
	}
	if others := f.sayBeyond(c); others != "" {
		r.Text += "; " + others
	}
	return r
}
