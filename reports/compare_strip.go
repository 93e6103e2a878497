package reports

import (
	"cmp"
	"slices"
	"time"

	"github.com/outagedrill/outagedrill/internal/words"
	"github.com/outagedrill/outagedrill/sim/journal"
)

// other is a stretch, counted from the start of the runs, in which a lane is in another state than the same
// lane of the first case.
type other struct {
	from, to      time.Duration
	state, before uint8 // places in the sheet; works for neither stopped nor failed
}

// works is the state of a lane of which nothing is stopped.
const works = 255

// kind is what a stretch is against the first case: worse, better, or other where both are stopped.
func (o *other) kind() string {
	switch {
	case o.before == works:
		return "worse"
	case o.state == works:
		return "better"
	}
	return "other"
}

// goesOn tells whether the next stretch only makes this one longer.
func (o *other) goesOn(next *other) bool {
	return o.to == next.from && o.state == next.state && o.before == next.before
}

// edge is where a bar begins or ends.
type edge struct {
	at    time.Duration
	state uint8
	first bool // of the first case
	step  int  // 1 where it begins, -1 where it ends
}

// othersThan finds where the lane l of m is in another state than that of the first case. Streaks of failures
// and waits for a slot count for nothing: they stop nothing yet.
func (m *model) othersThan(l *lane, first *model, was *lane) []other {
	edges := slices.Concat(m.edges(l, false), first.edges(was, true))
	slices.SortStableFunc(edges, func(a, b edge) int { return cmp.Compare(a.at, b.at) })
	var now, then [works]int
	var out []other
	for i := range edges {
		e := &edges[i]
		if e.first {
			then[e.state] += e.step
		} else {
			now[e.state] += e.step
		}
		if i+1 == len(edges) || edges[i+1].at == e.at {
			continue
		}
		o := other{from: e.at, to: edges[i+1].at, state: worstOf(&now), before: worstOf(&then)}
		if o.state == o.before {
			continue
		}
		if n := len(out); n > 0 && out[n-1].goesOn(&o) {
			out[n-1].to = o.to
			continue
		}
		out = append(out, o)
	}
	return out
}

func (m *model) edges(l *lane, first bool) []edge {
	failing, queued := m.look.place("failing"), m.look.place("queued")
	var out []edge
	for _, b := range l.spans {
		if b.state != failing && b.state != queued && b.from < b.to {
			out = append(out, edge{b.from.Sub(m.start), b.state, first, 1},
				edge{b.to.Sub(m.start), b.state, first, -1})
		}
	}
	return out
}

// worstOf is the worst state that lasts: the sheet has the worse ones first.
func worstOf(lasting *[works]int) uint8 {
	for state, n := range lasting {
		if n > 0 {
			return uint8(state)
		}
	}
	return works
}

// strip draws the differences, those of a kind that would touch as one.
func (m *model) strip(others []other) []rect {
	sc := m.scale()
	var out []rect
	last := map[string]int{} // the one drawn last of a kind
	var begins, ends []float64
	var more []int
	for i := range others {
		o := &others[i]
		from, to := m.start+journal.Time(o.from), m.start+journal.Time(o.to)
		x0, x1 := sc.pct(from), sc.pct(to)
		x1 = min(max(x1, x0+hair), 100)
		x0 = min(x0, 100-hair)
		if at, ok := last[o.kind()]; ok && x0 <= ends[at]+hair/2 && x1-x0 <= 2*hair {
			ends[at], more[at] = max(ends[at], x1), more[at]+1
			continue
		}
		last[o.kind()] = len(out)
		begins, ends, more = append(begins, x0), append(ends, x1), append(more, 0)
		out = append(out, rect{
			X: num(x0), State: o.kind(), Y: laneHeight + stripGap, H: stripHeight,
			Title: m.stateWord(o.state) + ", in case 1 " + m.stateWord(o.before) + ": " + m.stretch(from, to),
		})
	}
	for i := range out {
		out[i].W, out[i].Title = num(ends[i]-begins[i]), out[i].Title+andMore(more[i])
	}
	return out
}

func (m *model) stateWord(state uint8) string {
	if state == works {
		return "nothing stopped"
	}
	return m.look.list[state].Label
}

// against says how much longer or shorter a lane is stopped than in case 1.
func against(others []other) string {
	var worse, better, unlike time.Duration
	for i := range others {
		length := others[i].to - others[i].from
		switch others[i].kind() {
		case "worse":
			worse += length
		case "better":
			better += length
		default:
			unlike += length
		}
	}
	var parts []string
	if worse > 0 {
		parts = append(parts, words.Span(worse)+" stopped where case 1 is not")
	}
	if better > 0 {
		parts = append(parts, words.Span(better)+" not stopped where case 1 is")
	}
	if unlike > 0 {
		parts = append(parts, words.Span(unlike)+" stopped in another way")
	}
	if len(parts) == 0 {
		return "as in case 1"
	}
	return list(parts, len(parts))
}
