package strip

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/outagedrill/outagedrill/internal/words"
	"github.com/outagedrill/outagedrill/sim/journal"
)

// Drawing is a strip as a template writes it. Across it is measured in percent, so that a page of any width
// shows all of it with text and marks in their own size; down it is measured in pixels. Its names are as the
// journal has them: whoever writes them escapes them.
type Drawing struct {
	Lanes []DrawnLane
	Axis  []Tick
	More  int
}

// DrawnLane is one lane.
type DrawnLane struct {
	Kind, Name string
	Rows       []string // names of the rows of calls, where there are several
	Alt        string   // what the picture shows, in words
	Height     int
	Bars       []Rect
	Calls      []Path
	Labels     []Label
	Uses       []Use
	Grid       string   // a path in a box of 1000 across and 10 down
	Wanted     []string // where instants that are looked for stand
}

// Rect is a bar with the word that stands in it.
type Rect struct {
	X, W  string
	Y, H  int
	Style Style
	Text  string
	Title string
}

// Path is the calls of a row with one outcome, in a box of 1000 across and its height down.
type Path struct {
	Y, H   int
	Failed bool
	D      string
}

// Label is a word beside something.
type Label struct {
	X    string
	Y    int
	End  bool // the word ends there
	Text string
}

// Use is a mark.
type Use struct {
	X            string
	Y            int
	Shape, Title string
}

// Tick is a line of the axis.
type Tick struct {
	X, Text, Anchor string
	at              float64
	Minor           bool // its word is left out on a narrow page
	Wanted          bool // it is an instant that was looked for
}

// Style is how a state looks: never by its colour alone, since its word stands in it or in its title.
type Style struct {
	Key       string
	Fill, Ink string
	Hatch     bool
	H         int  // 0: a bar's
	Below     bool // below all bars, else at their lower edge, where H is given
}

// styleOf is the style of a state; a fault that is no outage and what a later version has are faults.
func styleOf(state string) Style {
	word, _, _ := strings.Cut(state, ":")
	word, _, _ = strings.Cut(word, ",")
	if journal.IsOutage(word) {
		return Style{Key: "down", Fill: "#c9362c", Ink: "#fff"}
	}
	switch word {
	case "offline":
		return Style{Key: "offline", Fill: "#a61e4d", Ink: "#fff", Hatch: true}
	case "paused":
		return Style{Key: "paused", Fill: "#f2b04a", Ink: "#1d1d24"}
	case "disabled":
		return Style{Key: "disabled", Fill: "#3a3a44", Ink: "#fff", Hatch: true}
	case "switched off":
		return Style{Key: "off", Fill: "#dadae0", Ink: "#1d1d24"}
	case "failing":
		return Style{Key: "failing", Fill: "#e8590c", Ink: "#1d1d24", H: 3}
	case "incident":
		return Style{Key: "incident", Fill: "#0b7285", Ink: "#1d1d24", H: 3, Below: true}
	}
	return Style{Key: "fault", Fill: "#6a4fb3", Ink: "#fff"}
}

// Where things stand in a lane, in pixels.
const (
	barTop    = 2
	barHeight = 14
	rowHeight = 11

	markHeight = 16
	letter     = 1.15 // the width of a letter of a word in a bar, in percent
)

// Draw lays a strip out. Wanted are the instants that were looked for.
func (s *Strip) Draw(wanted []time.Duration) Drawing {
	d := Drawing{More: s.More, Axis: s.axis(wanted)}
	var marks []string
	var grid strings.Builder
	for _, t := range d.Axis {
		if t.Wanted {
			marks = append(marks, t.X)
			continue
		}
		fmt.Fprintf(&grid, "M%s 0v10", num(10*t.at))
	}
	for i := range s.Lanes {
		lane := s.drawLane(&s.Lanes[i])
		lane.Wanted, lane.Grid = marks, grid.String()
		d.Lanes = append(d.Lanes, lane)
	}
	return d
}

// pct is where an instant stands.
func (s *Strip) pct(t time.Duration) float64 {
	t = min(max(t, s.From), s.To)
	return 100 * float64(t-s.From) / float64(s.To-s.From)
}

// num writes a percentage to the hundredth, as short as it can be.
func num(f float64) string {
	return strconv.FormatFloat(math.Round(100*f)/100, 'f', -1, 64)
}

func (s *Strip) drawLane(l *Lane) DrawnLane {
	d := DrawnLane{Kind: l.Kind, Name: l.Name, Alt: l.alt()}
	d.Height = barTop + s.drawBars(l, &d)*(barHeight+2)
	for i := range d.Bars {
		if d.Bars[i].Style.Below {
			d.Bars[i].Y, d.Height = d.Height, d.Height+d.Bars[i].H+1
		}
	}
	for i := range l.Rows {
		d.Calls = append(d.Calls, s.drawCalls(l.Rows[i].Calls, d.Height)...)
		d.Height += rowHeight
		if len(l.Rows) > 1 {
			d.Rows = append(d.Rows, l.Rows[i].Resource)
		}
	}
	d.Height += 2
	if len(l.Marks) > 0 {
		d.Uses = s.drawMarks(l.Marks, d.Height+markHeight/2-1)
		d.Height += markHeight
	}
	return d
}

// drawMarks draws marks, but for those that would cover one of their shape.
func (s *Strip) drawMarks(marks []Mark, y int) []Use {
	var uses []Use
	last := map[string]float64{}
	for _, m := range marks {
		x := s.pct(m.At)
		if at, had := last[m.Shape]; had && x-at < 1 {
			continue
		}
		last[m.Shape] = x
		title := markWords(m.Shape) + " at " + Span(m.At)
		uses = append(uses, Use{num(min(max(x, 1), 99)), y, m.Shape, title})
	}
	return uses
}

// drawBars draws bars, those that overlap in rows below each other, and returns how many rows there are.
func (s *Strip) drawBars(l *Lane, d *DrawnLane) int {
	bars := slices.Clone(l.Bars)
	slices.SortStableFunc(bars, func(a, b Bar) int { return cmp.Compare(a.From, b.From) })
	ends := []time.Duration{-1}
	for _, b := range bars {
		style := styleOf(b.State)
		r := Rect{Style: style, H: barHeight, Y: barTop, Title: b.title()}
		x0, x1 := s.pct(b.From), s.pct(b.To)
		x1 = min(max(x1, x0+0.4), 100)
		x0 = min(x0, 99.6)
		r.X, r.W = num(x0), num(x1-x0)
		if style.H > 0 {
			r.H, r.Y = style.H, barTop+barHeight-style.H
			d.Bars = append(d.Bars, r)
			continue
		}
		row := slices.IndexFunc(ends, func(t time.Duration) bool { return t <= b.From })
		if row < 0 {
			row, ends = len(ends), append(ends, 0)
		}
		ends[row] = b.To
		r.Y += row * (barHeight + 2)
		if letter*float64(len([]rune(b.State))) < x1-x0 {
			r.Text = b.State
		}
		d.Bars = append(d.Bars, r)
	}
	for _, b := range bars {
		if b.State == "failing" {
			d.Labels = append(d.Labels, s.label(b, bars)...)
		}
	}
	return len(ends)
}

// label says how many calls of a streak failed: up to its end or from its beginning on, where no bar stands.
func (s *Strip) label(b Bar, bars []Bar) []Label {
	text := fmt.Sprintf("%d failed", b.Count)
	if b.Count < 2 {
		return nil
	}
	wide := letter * float64(len(text))
	free := func(from, to float64) bool {
		return from >= 0 && to <= 100 && !slices.ContainsFunc(bars, func(o Bar) bool {
			return styleOf(o.State).H == 0 && s.pct(o.From) < to && s.pct(o.To) > from
		})
	}
	x0, x1 := s.pct(b.From), s.pct(b.To)
	switch {
	case free(x1-wide, x1):
		return []Label{{X: num(x1), Y: barTop + 9, End: true, Text: text}}
	case free(x0, x0+wide):
		return []Label{{X: num(x0), Y: barTop + 9, Text: text}}
	}
	return nil
}

func (b Bar) title() string {
	text := b.State
	if b.Count > 0 {
		text = words.Count(b.Count, "call") + " failed in a row"
	}
	return text + ", " + Span(b.From) + " to " + Span(b.To)
}

// drawCalls draws the calls of a row: short strokes for good ones, tall ones for those that failed. Where
// they would touch there is a band.
func (s *Strip) drawCalls(all []Calls, y int) []Path {
	drawn := map[bool]*strings.Builder{false: {}, true: {}}
	last := map[bool]int{false: -9, true: -9}
	for _, c := range all {
		b, top := drawn[c.Failed], 5
		if c.Failed {
			top = 0
		}
		unit := float64(s.To-s.From) / 1000
		if c.Step > 0 && float64(c.Step) < 3*unit {
			from, to := s.pct(max(c.From, s.From)), s.pct(min(c.last(), s.To))
			fmt.Fprintf(b, "M%d %dV%dH%dV%dZ", int(10*from), top, rowHeight-1, int(10*to)+2, top)
			last[c.Failed] = int(10 * to)
			continue
		}
		n := c.Count
		if c.Step == 0 {
			n = 1
		}
		for i := c.first(s.From); i < n; i++ {
			at := c.From + c.Step*time.Duration(i)
			if at > s.To {
				break
			}
			x := int(10 * s.pct(at))
			if x-last[c.Failed] < 2 {
				continue
			}
			last[c.Failed] = x
			fmt.Fprintf(b, "M%d %dv%d", x, top, rowHeight-1-top)
		}
	}
	var paths []Path
	for _, failed := range []bool{false, true} {
		if text := drawn[failed].String(); text != "" {
			paths = append(paths, Path{Y: y, H: rowHeight, Failed: failed, D: text})
		}
	}
	return paths
}

// first is the number of the first call from an instant on.
func (c Calls) first(from time.Duration) int64 {
	if c.Step == 0 || from <= c.From {
		return 0
	}
	return int64((from - c.From + c.Step - 1) / c.Step)
}

// alt says in words what a lane shows.
func (l *Lane) alt() string {
	var parts []string
	for _, b := range l.Bars {
		parts = append(parts, b.title())
	}
	var good, failed int64
	for _, r := range l.Rows {
		for _, c := range r.Calls {
			if c.Failed {
				failed += c.Count
			} else {
				good += c.Count
			}
		}
	}
	if good+failed > 0 {
		parts = append(parts, fmt.Sprintf("%s, %d failed", words.Count(good+failed, "call"), failed))
	}
	for _, m := range l.Marks {
		parts = append(parts, markWords(m.Shape)+" at "+Span(m.At))
	}
	const most = 6
	if n := len(parts) - most; n > 0 {
		parts = append(parts[:most], fmt.Sprintf("%d more", n))
	}
	return l.Kind + " " + l.Name + ": " + strings.Join(parts, "; ")
}

// markWords says a mark.
func markWords(shape string) string {
	switch shape {
	case "passed", "failed":
		return "test " + shape
	case "hand":
		return "something done"
	case "harm":
		return "harm"
	}
	return shape
}

// axis puts lines at whole multiples of a sensible step, and at the instants that were looked for, whose
// words go before others.
func (s *Strip) axis(wanted []time.Duration) []Tick {
	var ticks []Tick
	for _, w := range wanted {
		if w >= s.From && w <= s.To {
			ticks = append(ticks, s.tick(w, true))
		}
	}
	for _, t := range s.multiples() {
		covered := func(w time.Duration) bool { return math.Abs(s.pct(w)-s.pct(t)) < 6 }
		tick := s.tick(t, false)
		tick.Minor = len(ticks)%2 == 1
		if slices.ContainsFunc(wanted, covered) {
			tick.Text = ""
		}
		ticks = append(ticks, tick)
	}
	return ticks
}

// tick is a line at an instant.
func (s *Strip) tick(t time.Duration, wanted bool) Tick {
	x := s.pct(t)
	tick := Tick{X: num(x), at: x, Text: Span(t), Anchor: "middle", Wanted: wanted}
	switch {
	case x < 4:
		tick.Anchor = "start"
	case x > 96:
		tick.Anchor = "end"
	}
	return tick
}

// multiples are the whole multiples of a step that gives a handful of them.
func (s *Strip) multiples() []time.Duration {
	const most = 8
	step := steps()[len(steps())-1]
	for _, d := range steps() {
		if (s.To-s.From)/d < most {
			step = d
			break
		}
	}
	var all []time.Duration
	for t := (s.From + step - 1) / step * step; t <= s.To && len(all) <= most; t += step {
		all = append(all, t)
	}
	return all
}

// steps are the distances of lines.
func steps() []time.Duration {
	const day = 24 * time.Hour
	return []time.Duration{
		time.Nanosecond, time.Microsecond, time.Millisecond, 100 * time.Millisecond,
		time.Second, 5 * time.Second, 15 * time.Second, 30 * time.Second,
		time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 15 * time.Minute, 30 * time.Minute,
		time.Hour, 2 * time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour,
		day, 2 * day, 7 * day, 14 * day, 30 * day, 91 * day, 365 * day,
	}
}
