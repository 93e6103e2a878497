package reports

import (
	"slices"
	"time"

	"github.com/outagedrill/outagedrill/internal/words"
	"github.com/outagedrill/outagedrill/sim/journal"
)

// bracket is a delay drawn under an outage: detection from its start, recovery from its end.
type bracket struct {
	X1, X2 string
	TextX  string
	Row, Y int
	Kind   string // detection | recovery | open
	Text   string // empty where there is no room
	Anchor string
	Title  string
}

// room is the width in percent that a bracket's words need.
const room = 13

// Brackets that would lie over each other stand in rows below, at most bracketRows.
const (
	bracketRows   = 3
	bracketHeight = 18
)

// brackets draws both delays of an application's outages, with words where there is room for them.
func (m *model) brackets(app string) []bracket {
	sc := scale{m.start, m.end}
	var mine []journal.Outage
	for _, o := range m.Summary.Outages {
		if o.Application == app && o.DetectionDelay != nil {
			mine = append(mine, o)
		}
	}
	var out []bracket
	var free []float64 // by row: nothing before
	for i, o := range mine {
		next := 100.0
		if i+1 < len(mine) {
			next = sc.pct(mine[i+1].From)
		}
		row := slices.IndexFunc(free, func(x float64) bool { return x <= sc.pct(o.From) })
		switch {
		case row < 0 && len(free) < bracketRows:
			row, free = len(free), append(free, 0)
		case row < 0:
			row = slices.Index(free, slices.Min(free))
		}
		b := detection(sc, &o, row, free[row])
		r, end := m.recovery(sc, &o, row, next)
		out, free[row] = append(out, b, r), max(end, free[row])
	}
	return out
}

// addBrackets puts brackets under what is drawn.
func (d *drawing) addBrackets(all []bracket) {
	rows := 0
	for _, b := range all {
		rows = max(rows, b.Row+1)
		b.Y = d.Height + 11 + b.Row*bracketHeight
		d.Brackets = append(d.Brackets, b)
	}
	if rows > 0 {
		d.Height += 4 + rows*bracketHeight
	}
}

// detection is the bracket from an outage's start to the platform's first reaction. Its words stand before
// it, or after it where the outage is long enough.
func detection(sc scale, o *journal.Outage, row int, free float64) bracket {
	d := time.Duration(*o.DetectionDelay)
	b := newBracket(sc, o.From, o.From+journal.Time(d), row, "detection", "detected after "+words.Span(d))
	b.Title = "detection delay " + exact(d)
	from, to := sc.pct(o.From), sc.pct(o.From+journal.Time(d))
	switch {
	case from-free >= room:
		b.TextX, b.Anchor = num(from), "end"
	case sc.pct(o.To)-to >= room:
		b.TextX, b.Anchor = num(to), "start"
	default:
		b.Text = ""
	}
	return b
}

// recovery is the bracket from an outage's end to when all works again, and where in percent the next words
// may stand. next is where the next outage begins.
func (m *model) recovery(sc scale, o *journal.Outage, row int, next float64) (bracket, float64) {
	if o.RecoveryDelay == nil {
		b := newBracket(sc, o.To, m.end, row, "open", "not recovered by the end")
		b.Title = "something that it stopped does not work again by the end of the run"
		b.TextX, b.Anchor = num((sc.pct(o.To)+min(next, 100))/2), "middle"
		if next-sc.pct(o.To) < 2*room {
			b.Text = ""
		}
		return b, 100
	}
	d := time.Duration(*o.RecoveryDelay)
	end := sc.pct(o.To + journal.Time(d))
	b := newBracket(sc, o.To, o.To+journal.Time(d), row, "recovery", "recovered after "+words.Span(d))
	b.Title = "recovery delay " + exact(d)
	if next-end < room {
		b.Text = ""
		return b, end
	}
	b.TextX, b.Anchor = num(end), "start"
	return b, end + room
}

func newBracket(sc scale, from, to journal.Time, row int, kind, text string) bracket {
	x := sc.pct(from)
	return bracket{X1: num(x), X2: num(max(sc.pct(to), x+hair)), Row: row, Kind: kind, Text: text}
}
