package reports

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"github.com/outagedrill/outagedrill/sim/journal"
)

// traceEvent is one event of the Chrome trace format: "M" names a process or thread, "X" is a slice, "i" an
// instant. Times are in microseconds since the start of the run, as fractions where they need to be.
type traceEvent struct {
	Name  string         `json:"name"`
	Cat   string         `json:"cat,omitempty"`
	Phase string         `json:"ph"`
	TS    *traceTime     `json:"ts,omitempty"`
	Dur   *traceTime     `json:"dur,omitempty"`
	PID   int            `json:"pid"`
	TID   int            `json:"tid"`
	Scope string         `json:"s,omitempty"` // of an instant: t, the thread
	Args  map[string]any `json:"args,omitempty"`
}

// traceTime is nanoseconds that JSON writes as exact microseconds.
type traceTime int64

// MarshalJSON writes 1234.567.
func (t traceTime) MarshalJSON() ([]byte, error) {
	if t%1000 == 0 {
		return strconv.AppendInt(nil, int64(t)/1000, 10), nil
	}
	return fmt.Appendf(nil, "%d.%03d", int64(t)/1000, int64(t)%1000), nil
}

// trace is a file of the Chrome trace format.
type trace struct {
	Events []traceEvent      `json:"traceEvents"`
	Unit   string            `json:"displayTimeUnit"`
	Other  map[string]string `json:"otherData"`
}

// writeTrace writes what Perfetto and its like open: an application is a process, a lane a thread. Slices
// of a thread lie within each other or apart, as the format wants it: what overlaps has a thread of its
// own. Runs begin at zero, so that several lie above each other.
func writeTrace(b *bytes.Buffer, all []*model) error {
	t := trace{Events: []traceEvent{}, Unit: "ms", Other: map[string]string{}}
	w := tracer{trace: &t}
	for _, m := range all {
		t.Other[clean(m.Run.Name)] = "0 is " + m.start.String() + ". " + m.verdict().Text
		w.run(m, len(all) > 1)
	}
	enc := json.NewEncoder(b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	return enc.Encode(t)
}

// tracer numbers processes and threads.
type tracer struct {
	*trace
	pid, tid int
}

func (w *tracer) run(m *model, several bool) {
	for _, g := range m.lanes().groups {
		w.pid++
		name := g.Name
		if several {
			name = clean(m.Run.Name) + ": " + name
		}
		w.meta("process_name", 0, name)
		w.Events = append(w.Events, traceEvent{
			Name: "process_sort_index", Phase: "M", PID: w.pid, Args: map[string]any{"sort_index": w.pid},
		})
		for _, l := range g.Lanes {
			w.lane(m, l)
		}
	}
}

// meta names a process or a thread.
func (w *tracer) meta(what string, tid int, name string) {
	w.Events = append(w.Events, traceEvent{
		Name: what, Phase: "M", PID: w.pid, TID: tid, Args: map[string]any{"name": name},
	})
}

// lane writes a lane as a thread, or as several where its bars overlap.
func (w *tracer) lane(m *model, l *lane) {
	bars := slices.Clone(l.spans)
	slices.SortStableFunc(bars, func(a, b bar) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(b.to, a.to))
	})
	first := w.tid + 1
	var open [][]journal.Time // of each thread: the ends of the slices that are open
	for _, s := range bars {
		k := slices.IndexFunc(open, func(ends []journal.Time) bool { return fits(ends, s) })
		if k < 0 {
			k, open = len(open), append(open, nil)
		}
		open[k] = append(closed(open[k], s.from), s.to)
		ts, dur := traceTime(s.from-m.start), traceTime(s.to-s.from)
		w.Events = append(w.Events, traceEvent{
			Name: m.look.list[s.state].Label, Cat: l.Kind, Phase: "X", TS: &ts, Dur: &dur,
			PID: w.pid, TID: first + k,
			Args: map[string]any{"what": s.words(m)},
		})
	}
	for _, k := range l.marks {
		ts := traceTime(k.at - m.start)
		w.Events = append(w.Events, traceEvent{
			Name: m.look.list[k.shape].Label, Cat: l.Kind, Phase: "i", TS: &ts,
			PID: w.pid, TID: first, Scope: "t",
			Args: map[string]any{"what": k.words(m)},
		})
	}
	for k := range max(1, len(open)) {
		w.tid++
		w.meta("thread_name", w.tid, l.Kind+" "+l.Name)
		w.Events = append(w.Events, traceEvent{
			Name: "thread_sort_index", Phase: "M", PID: w.pid, TID: first + k,
			Args: map[string]any{"sort_index": w.tid},
		})
	}
}

// fits tells whether a slice that begins last lies within what is open, or apart from it.
func fits(ends []journal.Time, s bar) bool {
	ends = closed(ends, s.from)
	return len(ends) == 0 || s.to <= ends[len(ends)-1]
}

// closed are the slices that are still open at an instant.
func closed(ends []journal.Time, at journal.Time) []journal.Time {
	for len(ends) > 0 && ends[len(ends)-1] <= at {
		ends = ends[:len(ends)-1]
	}
	return ends
}
