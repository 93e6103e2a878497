package reports

import (
	"strings"
	"time"

	"github.com/outagedrill/outagedrill/internal/words"
	"github.com/outagedrill/outagedrill/sim/journal"
)

// wording says the outcomes of one kind of figure.
type wording[T journal.Figure] struct {
	verb       string // what happens then, before the value: "flows again "
	value      func(T) string
	between    func(a, b T) string // a < b, and their values read differently
	median     func(v, a, b T) string
	far        func(a, b T) bool // a < b differ by more than a trifle
	trifle     T                 // what differs by less is told as one
	none, open string
}

// alike tells whether two outcomes differ by a trifle.
func (w *wording[T]) alike(a, b journal.Outcome[T]) bool {
	return a.State == journal.Known && b.State == journal.Known &&
		max(a.Value, b.Value)-min(a.Value, b.Value) < w.trifle
}

func (w *wording[T]) say(o journal.Outcome[T]) string {
	switch o.State {
	case journal.None:
		return w.none
	case journal.Open:
		return w.open
	default:
		return w.value(o.Value)
	}
}

// head is say with the verb.
func (w *wording[T]) head(o journal.Outcome[T]) string {
	if o.State != journal.Known {
		return w.say(o)
	}
	return w.verb + w.say(o)
}

// spread says from where to where something may lie; wide is false where the two ends read alike.
func (w *wording[T]) spread(best, worst journal.Outcome[T]) (text string, wide bool) {
	switch {
	case w.say(best) == w.say(worst), w.alike(best, worst):
		return w.head(best), false
	case best.State != journal.Known || worst.State != journal.Known:
		return w.head(best) + " or " + w.head(worst), true
	}
	return w.verb + w.between(min(best.Value, worst.Value), max(best.Value, worst.Value)), true
}

// told is a range in words.
type told struct {
	Base    string // in the base case
	Core    string // over the minutes of the sweep, or in the base case where they were not tried
	Median  string // "" where Core is not wide
	Wide    bool   // the minute of the sweep makes a difference
	Others  string // "at best … (NAME = VALUE) and at worst …": what another assumption makes of it
	Trifle  bool   // Others differ from Core by a trifle only
	Worst   string // the "at worst …" of Others, unless it differs by a trifle only
	Without string // on the day without faults
	On      []string
}

// String is the whole range but for trifles.
func (t *told) String() string {
	if t.Others == "" || t.Trifle {
		return t.Core
	}
	return t.Core + ", " + t.Others
}

// tell says a range.
func tell[T journal.Figure](w *wording[T], r *journal.Range[T]) told {
	t := told{Base: w.say(r.Base), Without: w.say(r.WithoutFaults), Trifle: true}
	for _, d := range r.DependsOn {
		t.On = append(t.On, clean(d.Assumption))
	}
	best, worst := r.Base, r.Base
	if r.Offsets != nil {
		best, worst = r.Offsets.Best, r.Offsets.Worst
	}
	if t.Core, t.Wide = w.spread(best, worst); t.Wide {
		t.Median = w.say(r.Offsets.Median)
		if best.State == journal.Known && worst.State == journal.Known {
			a, b := min(best.Value, worst.Value), max(best.Value, worst.Value)
			t.Median = w.median(r.Offsets.Median.Value, a, b)
		}
	}
	const atWorst = "at worst"
	var others []string
	other := func(which string, o, core journal.Outcome[T], assumption string) {
		if said := w.say(o); said != w.say(core) {
			others = append(others, which+" "+said+" ("+under(assumption)+")")
			known := o.State == journal.Known && core.State == journal.Known
			far := !known || w.far(min(o.Value, core.Value), max(o.Value, core.Value))
			t.Trifle = t.Trifle && !far
			if far && which == atWorst {
				t.Worst = others[len(others)-1]
			}
		}
	}
	other("at best", r.Best, best, r.BestUnder)
	other(atWorst, r.Worst, worst, r.WorstUnder)
	t.Others = list(others, len(others))
	return t
}

// under says NAME=VALUE as the policies write it.
func under(assumption string) string {
	name, value, _ := strings.Cut(assumption, "=")
	return clean(name) + " = " + clean(value)
}

// instants says instants. A range of ten minutes and more is told in whole
// minutes that hold it and the rest of its last minute, for offsets of the sweep are tried in whole minutes.
func (m *model) instants(verb, none, open string) *wording[journal.Time] {
	const minute, wide = journal.Time(time.Minute), journal.Time(10 * time.Minute)
	return &wording[journal.Time]{
		verb:  verb,
		value: func(t journal.Time) string { return "at " + m.clock.at(t) },
		between: func(a, b journal.Time) string {
			if b-a >= wide {
				a, b = a-a%minute, b-b%minute+minute
			}
			return "between " + m.clock.at(a) + " and " + m.clock.until(a, b)
		},
		median: func(v, a, b journal.Time) string {
			if b-a >= wide {
				v -= v % minute
			}
			return m.clock.at(v)
		},
		far:    func(a, b journal.Time) bool { return b-a >= wide },
		trifle: minute, none: none, open: open,
	}
}

// spans says durations.
func spans() *wording[journal.Seconds] {
	return &wording[journal.Seconds]{
		value:   lateness,
		between: func(a, b journal.Seconds) string { return lateness(a) + " to " + lateness(b) },
		median:  func(v, _, _ journal.Seconds) string { return lateness(v) },
		far:     func(a, b journal.Seconds) bool { return a < b-b/10 },
		none:    "none", open: "not by the end of the run",
	}
}

// counts says numbers.
func counts() *wording[int64] {
	return &wording[int64]{
		value:   words.Number,
		between: func(a, b int64) string { return words.Number(a) + " to " + words.Number(b) },
		median:  func(v, _, _ int64) string { return words.Number(v) },
		far:     func(a, b int64) bool { return a < b-b/10 },
	}
}
