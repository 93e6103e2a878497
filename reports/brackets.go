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

// delays is an outage to which the platform reacted, with both its delays.
type delays struct {
	from, to     journal.Time
	found, back  journal.Time // first reaction; all works again
	works        bool         // back is set
	detect, mend string       // in words
	row          int
	exact        [2]string
}

// delays lists those of an application's outages. What would lie over each other has rows of its own.
func (m *model) delays(app string) []delays {
	var out []delays
	var free []journal.Time // by row: nothing before
	for _, o := range m.Summary.Outages {
		if o.Application != app || o.DetectionDelay == nil {
			continue
		}
		found := time.Duration(*o.DetectionDelay)
		d := delays{
			from: o.From, to: o.To, found: o.From + journal.Time(found), back: m.end,
			detect: "detected after " + words.Span(found), mend: "not recovered by the end",
			exact: [2]string{"detection delay " + exact(found), m.recovery(&o)},
		}
		if o.RecoveryDelay != nil {
			back := time.Duration(*o.RecoveryDelay)
			d.back, d.works = o.To+journal.Time(back), true
			d.mend, d.exact[1] = "recovered after "+words.Span(back), "recovery delay "+exact(back)
		}
		d.row = slices.IndexFunc(free, func(t journal.Time) bool { return t <= d.from })
		switch {
		case d.row < 0 && len(free) < bracketRows:
			d.row, free = len(free), append(free, 0)
		case d.row < 0:
			d.row = slices.Index(free, slices.Min(free))
		}
		free[d.row] = max(free[d.row], d.back)
		out = append(out, d)
	}
	return out
}

// brackets draws both delays of an application's outages, with words where there is room for them.
func (m *model) brackets(app string) []bracket {
	sc := m.scale()
	all := m.delays(app)
	var out []bracket
	var taken [bracketRows]float64
	for i, d := range all {
		next := 100.0
		if i+1 < len(all) {
			next = sc.pct(all[i+1].from)
		}
		b := detection(sc, &d, taken[d.row])
		r, end := mending(sc, &d, next)
		out, taken[d.row] = append(out, b, r), max(end, taken[d.row])
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
func detection(sc scale, d *delays, free float64) bracket {
	b := newBracket(sc, d.from, d.found, d.row, "detection", d.detect)
	b.Title = d.exact[0]
	from, to := sc.pct(d.from), sc.pct(d.found)
	switch {
	case from-free >= room:
		b.TextX, b.Anchor = num(from), "end"
	case sc.pct(d.to)-to >= room:
		b.TextX, b.Anchor = num(to), "start"
	default:
		b.Text = ""
	}
	return b
}

// mending is the bracket from an outage's end to when all works again, and where in percent the next words
// may stand. next is where the next outage begins.
func mending(sc scale, d *delays, next float64) (bracket, float64) {
	b := newBracket(sc, d.to, d.back, d.row, "recovery", d.mend)
	b.Title = d.exact[1]
	if !d.works {
		b.Kind = "open"
		b.TextX, b.Anchor = num((sc.pct(d.to)+min(next, 100))/2), "middle"
		if next-sc.pct(d.to) < 2*room {
			b.Text = ""
		}
		return b, 100
	}
	end := sc.pct(d.back)
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
