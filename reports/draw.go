package reports

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/outagedrill/outagedrill/internal/words"
	"github.com/outagedrill/outagedrill/sim/journal"
)

// drawing is one lane as the template writes it. Across it is measured in percent, so that a page of any
// width shows the whole run with text and marks in their own size; down it is measured in pixels.
type drawing struct {
	ID, Kind, Name, Note string
	State                string // in words: "paused once, 4 h 6 min"
	Bad                  bool
	Height               int
	Shades, Bars         []rect
	Shaded               string // the ID of what is drawn once for all lanes of a group, instead of Shades
	Marks                []use
	Brackets             []bracket
	Ticks                []tick
	Alt                  string
}

type rect struct {
	X, W  string
	Y, H  int
	State string
	Title string
}

// use is a mark at an instant.
type use struct {
	X     string
	Y     int
	Shape string
	Title string
}

// scale turns instants into percent of the run.
type scale struct{ start, end journal.Time }

// scale is that of the model's pictures.
func (m *model) scale() scale { return scale{m.start, m.shown} }

func (s scale) pct(t journal.Time) float64 {
	if s.end <= s.start {
		return 0
	}
	t = min(max(t, s.start), s.end)
	return 100 * float64(t-s.start) / float64(s.end-s.start)
}

func num(f float64) string { return strconv.FormatFloat(f, 'f', 3, 64) }

// hair is the least width of a bar and the least distance of two alike marks, in percent.
const (
	hair     = 0.12
	markStep = 0.35
)

// stillBars is how many bars a still picture has about, and as many marks; a lane may have at least
// leastBars. The timeline draws all.
const (
	stillBars = 3000
	leastBars = 40
)

// draw lays a lane out with at most about room bars and marks. Bars of one state that would touch on the page
// are joined, and so are marks of one shape that would cover each other; their titles say how many they are.
func (m *model) draw(l *lane, ticks []tick, shades []rect, room int) drawing {
	d := drawing{
		ID: l.ID, Kind: l.Kind, Name: l.Name, Note: l.Note, Height: height(l), Ticks: ticks, Bad: l.atEnd,
	}
	truth := l.Kind == "vendor" || l.Kind == "platform"
	if !truth {
		d.Shades = shades
	}
	d.Bars = m.joinBars(l.spans, truth, room)
	d.Marks = m.joinMarks(l.marks, room)
	d.State = l.state(m.look)
	d.Alt = clean(l.Kind) + " " + l.Name + ": " + d.State
	return d
}

// height is how high a lane is, in pixels, without brackets.
func height(l *lane) int {
	if l.Kind != "vendor" && l.Kind != "platform" {
		return laneHeight
	}
	rows := 1
	for _, b := range l.spans {
		rows = max(rows, int(b.row)+1)
	}
	return barTop + rows*(barHeight+3)
}

// joinBars draws long states first, so that strips lie over them. Where there are too many bars for a still
// picture, those that lie closer are joined too.
func (m *model) joinBars(spans []bar, truth bool, room int) []rect {
	all := m.join(spans, truth, hair)
	for apart := 2 * hair; len(all) > room && apart < 100; apart *= 2 {
		all = m.join(spans, truth, apart)
	}
	out := make([]rect, len(all))
	for i, r := range all {
		r.W, r.Title = num(r.x1-r.x0), r.bar.words(m)+andMore(r.more)
		out[i] = r.rect
	}
	return out
}

// join joins bars of one state in one place that lie closer than so many percent.
func (m *model) join(spans []bar, truth bool, apart float64) []*joined {
	sc := m.scale()
	spans = slices.Clone(spans)
	slices.SortStableFunc(spans, func(a, b bar) int {
		return cmp.Or(cmp.Compare(a.state, b.state), cmp.Compare(a.from, b.from))
	})
	queued := m.look.place("queued")
	type place struct {
		state uint8
		y     int
	}
	last := map[place]*joined{} // the one drawn last in a place
	var all []*joined
	for _, b := range spans {
		y, h := m.placed(b, truth)
		x0, x1 := sc.pct(b.from), sc.pct(b.to)
		if b.state == queued && x1-x0 < hair {
			continue // an ordinary wait for a slot; the table of events has it
		}
		x1 = min(max(x1, x0+hair), 100)
		x0 = min(x0, 100-hair)
		at := place{b.state, y}
		if r := last[at]; r != nil && x0 <= r.x1+apart/2 && (h < barHeight || apart > hair) {
			r.x1, r.more = max(r.x1, x1), r.more+1
			continue
		}
		r := &joined{bar: b, x0: x0, x1: x1}
		r.rect = rect{X: num(x0), Y: y, H: h, State: m.look.list[b.state].Key}
		all, last[at] = append(all, r), r
	}
	return all
}

// joined is a bar that may stand for several.
type joined struct {
	rect
	bar    bar
	x0, x1 float64
	more   int
}

// placed says where down a bar stands, and how high it is.
func (m *model) placed(b bar, truth bool) (y, h int) {
	y, h = m.look.list[b.state].Y, m.look.list[b.state].H
	if truth {
		y, h = barTop+int(b.row)*(barHeight+3)-3, barHeight
	}
	if b.partial {
		y, h = y+h/2, h/2
	}
	return y, h
}

func andMore(n int) string {
	if n == 0 {
		return ""
	}
	return " (and " + words.Number(int64(n)) + " more)"
}

func (m *model) joinMarks(marks []mark, room int) []use {
	out := m.joinMarksWithin(marks, markStep)
	for apart := 2 * markStep; len(out) > room && apart < 100; apart *= 2 {
		out = m.joinMarksWithin(marks, apart)
	}
	return out
}

// joinMarksWithin joins marks of one shape that lie closer than so many percent.
func (m *model) joinMarksWithin(marks []mark, apart float64) []use {
	sc := m.scale()
	marks = slices.Clone(marks)
	slices.SortStableFunc(marks, func(a, b mark) int {
		return cmp.Or(cmp.Compare(a.shape, b.shape), cmp.Compare(a.at, b.at))
	})
	var out []use
	var more []int
	x := 0.0
	for _, k := range marks {
		i, shape := len(out)-1, m.look.list[k.shape].Key
		if i >= 0 && out[i].Shape == shape && sc.pct(k.at)-x < apart {
			more[i]++
			continue
		}
		x = sc.pct(k.at)
		out = append(out, use{X: num(x), Y: m.look.list[k.shape].Y, Shape: shape, Title: k.words(m)})
		more = append(more, 0)
	}
	for i := range out {
		out[i].Title += andMore(more[i])
	}
	return out
}

// shades tints every lane of an application where it had an outage.
func (m *model) shades(app string) []rect {
	sc := m.scale()
	var out []rect
	for _, o := range m.Summary.Outages {
		if o.Application == app {
			x := sc.pct(o.From)
			out = append(out, rect{X: num(x), W: num(max(sc.pct(o.To)-x, hair))})
		}
	}
	return out
}
