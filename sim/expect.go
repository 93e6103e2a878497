package sim

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/sim/journal"
	"github.com/outagedrill/outagedrill/sim/timeline"
)

// timedExpectations are the expectations with an instant, in order; the others are judged at the end.
func (w *World) timedExpectations() []int {
	var list []int
	for i := range w.tl.Expect {
		if w.tl.Expect[i].At != nil {
			list = append(list, i)
		}
	}
	slices.SortStableFunc(list, func(a, b int) int { return w.tl.Expect[a].At.Compare(*w.tl.Expect[b].At) })
	return list
}

// NextExpectation is the instant of the next expectation to judge; engine.Never when there is none.
func (w *World) NextExpectation() engine.Time {
	if len(w.expect) == 0 {
		return engine.Never
	}
	return engine.Time(w.tl.Expect[w.expect[0]].At.UnixNano())
}

// Expect judges the next expectation whose instant is now; false when there is none. It comes after
// everything else at its instant (T-03).
func (w *World) Expect(now engine.Time) bool {
	if w.NextExpectation() != now {
		return false
	}
	x := &w.tl.Expect[w.expect[0]]
	w.expect = w.expect[1:]
	s := w.rec.fold.Summary(w.counters(now), journal.Time(now))
	w.addOpenWaste(s)
	w.judge(now, x, s)
	return true
}

// addOpenWaste adds the calls wasted so far on faults that still last: the journal tells them when they end.
func (w *World) addOpenWaste(s *journal.Summary) {
	for i, f := range w.tl.Faults {
		if !w.active[i] || !journal.IsOutage(f.Kind) {
			continue
		}
		from := journal.FromStd(f.From)
		for k := range s.Outages {
			o := &s.Outages[k]
			if o.Application == w.names.apps[f.Application] && o.From <= from && from <= o.To {
				o.WastedCalls += w.wasted[i]
			}
		}
	}
}

// judgeFinal judges the expectations about the final state, and those whose instant never came.
func (w *World) judgeFinal(now engine.Time, c *journal.Counters) {
	if len(w.tl.Expect) == 0 {
		return
	}
	s := w.rec.fold.Summary(c, journal.Time(now))
	for i := range w.tl.Expect {
		if w.tl.Expect[i].At == nil {
			w.judge(now, &w.tl.Expect[i], s)
		}
	}
	for _, i := range w.expect {
		w.judge(now, &w.tl.Expect[i], s)
	}
	w.expect = nil
}

// judge compares each figure of an expectation and writes the failed ones.
func (w *World) judge(now engine.Time, x *timeline.Expectation, s *journal.Summary) {
	for i := range x.Checks {
		k := &x.Checks[i]
		for _, got := range figures(s, x, k.Field) {
			if holds(k, got) {
				continue
			}
			en := &w.rec.buf
			*en = journal.Entry{
				Kind: journal.ExpectFailed, Want: want(k), Got: got.String(), Line: x.Line,
				Message: subjectOf(x) + k.Field,
			}
			switch x.Subject {
			case "job":
				en.Job = x.Name
			case "connection":
				en.Connection = x.Name
			case "flow":
				en.Flow = x.Name
			case "application":
				en.Application = x.Name
			}
			w.rec.write(now, en)
		}
	}
}

func subjectOf(x *timeline.Expectation) string {
	if x.Name == "" {
		return ""
	}
	return x.Subject + " " + x.Name + ": "
}

func want(k *timeline.Check) string {
	v := k.Text
	switch k.Unit {
	case "count":
		v = strconv.FormatFloat(k.Num, 'f', -1, 64)
	case "seconds":
		v = timeline.Span(time.Duration(k.Num * 1e9)).String()
	}
	if k.Op == "==" {
		return v
	}
	return k.Op + " " + v
}

// figure is one value of the summary: text, a count or seconds; none where the summary has null.
type figure struct {
	text string
	num  float64
	unit string
	none bool
}

func (f figure) String() string {
	switch {
	case f.none:
		return "none"
	case f.unit == "text":
		return f.text
	case f.unit == "seconds":
		return timeline.Span(time.Duration(f.num * 1e9)).String()
	default:
		return strconv.FormatFloat(f.num, 'f', -1, 64)
	}
}

// holds compares; a figure that is null holds against nothing but "!=".
func holds(k *timeline.Check, f figure) bool {
	if f.none {
		return k.Op == "!="
	}
	if k.Unit == "text" {
		return (f.text == k.Text) == (k.Op == "==")
	}
	switch k.Op {
	case "==":
		return f.num == k.Num
	case "!=":
		return f.num != k.Num
	case "<":
		return f.num < k.Num
	case "<=":
		return f.num <= k.Num
	case ">":
		return f.num > k.Num
	case ">=":
		return f.num >= k.Num
	}
	panic(fmt.Sprintf("sim: comparison %q", k.Op))
}
