package history

import (
	"slices"
	"strings"
)

// Trend is a figure of a series, run by run.
type Trend struct {
	Name         string
	Best, Worst  Figure
	Now          Figure // of the last run
	Points       []Point
	moreIsBetter bool

	lowest, extent float64 // of the runs in which it has an end
}

// Point is the figure of one run, or the worst of several that follow each other.
type Point struct {
	Figure
	First, Last int  // the runs, places in the series
	There       bool // some run of them has the figure
}

// Trends are the figures of the last run of a series over all its runs, in so many points at most.
func Trends(series []Line, most int) []Trend {
	if len(series) == 0 {
		return nil
	}
	var all []Trend
	for _, now := range series[len(series)-1].Figures {
		t := Trend{Name: now.Name, Now: now, moreIsBetter: now.Unit == "%" || now.Name == "passed"}
		t.Best, t.Worst = now, now
		for first, last := range bins(len(series), most) {
			t.Points = append(t.Points, t.point(series, first, last))
		}
		t.scale(series)
		all = append(all, t)
	}
	return all
}

// point is the worst of some runs, and looks whether one of them is the best or the worst of all.
func (t *Trend) point(series []Line, first, last int) Point {
	p := Point{First: first, Last: last}
	for i := first; i <= last; i++ {
		f, there := series[i].Figure(&t.Now)
		if !there {
			continue
		}
		if !p.There || t.worse(f, p.Figure) {
			p.Figure, p.There = f, true
		}
		if t.worse(t.Best, f) {
			t.Best = f
		}
	}
	if p.There && t.worse(p.Figure, t.Worst) {
		t.Worst = p.Figure
	}
	return p
}

// scale is from where to where the figures with an end lie.
func (t *Trend) scale(series []Line) {
	var ended []float64
	for i := range series {
		if f, there := series[i].Figure(&t.Now); there && !f.Open {
			ended = append(ended, f.Value)
		}
	}
	if len(ended) > 0 {
		t.lowest = slices.Min(ended)
		t.extent = slices.Max(ended) - t.lowest
	}
}

// bins parts n runs into so many bins at most, as even as can be: the first and the last place of each.
func bins(n, most int) func(yield func(first, last int) bool) {
	count := min(n, most)
	return func(yield func(first, last int) bool) {
		for k := range count {
			if !yield(k*n/count, (k+1)*n/count-1) {
				return
			}
		}
	}
}

// Figure is the line's figure of the same name and unit, if it has one.
func (l *Line) Figure(like *Figure) (Figure, bool) {
	for _, f := range l.Figures {
		if f.Name == like.Name && f.Unit == like.Unit {
			return f, true
		}
	}
	return Figure{}, false
}

// worse tells whether a is worse than b; what has no end is the worst.
func (t *Trend) worse(a, b Figure) bool {
	switch {
	case a.Open || b.Open:
		return a.Open && !b.Open
	case t.moreIsBetter:
		return a.Value < b.Value
	}
	return a.Value > b.Value
}

// height is where a point lies, from 0 to 1; one without an end lies on top.
func (t *Trend) height(p *Point) float64 {
	switch {
	case p.Open:
		return 1
	case t.extent == 0:
		return 0
	}
	return (p.Value - t.lowest) / t.extent
}

// Same tells whether the figure never was another one.
func (t *Trend) Same() bool { return t.Best == t.Worst }

// String says the trend: "0 to 12, now 3".
func (t *Trend) String() string {
	if t.Same() {
		return "always " + t.Now.String()
	}
	return t.Best.String() + " at best, " + t.Worst.String() + " at worst, now " + t.Now.String()
}

// Spark draws the trend as characters, the lowest ▁ and the highest █; ╳ has no end by the end of its run,
// and a run without the figure is a space.
func (t *Trend) Spark() string {
	levels := []rune("▁▂▃▄▅▆▇█")
	var b strings.Builder
	for i := range t.Points {
		p := &t.Points[i]
		switch {
		case !p.There:
			b.WriteByte(' ')
		case p.Open:
			b.WriteRune('╳')
		default:
			b.WriteRune(levels[int(t.height(p)*float64(len(levels)-1)+0.5)])
		}
	}
	return b.String()
}
