package reports

import (
	"time"

	"github.com/outagedrill/outagedrill/internal/words"
	"github.com/outagedrill/outagedrill/sim/journal"
)

// stretch is from when to when something lies after an outage's end; wide where the minute of the sweep,
// which is not published, makes the difference.
type stretch struct {
	from, to time.Duration
	wide     bool
}

// flowedAgain is how long after the vendor came back the flows flowed again for the last time: an envelope of
// all flows that were ever paused, over the minutes of the sweep where these were tried. It is false where a
// flow does not flow again, was paused for no outage, flowed before the outage was over or was, with another
// minute of the sweep, last paused for another.
func (m *model) flowedAgain() (s stretch, ok bool) {
	for flow := range m.stopped().flows {
		p := m.lastPause(flow)
		o := m.outageOf(p)
		if !p.flows || o == nil || o.To >= m.end {
			return stretch{}, false
		}
		best, worst := p.again(), p.again()
		if x := m.offsetsOf(flow); x != nil {
			if x.Best.State != journal.Known || x.Worst.State != journal.Known {
				return stretch{}, false
			}
			best, worst = x.Best.Value, x.Worst.Value
			s.wide = s.wide || worst-best >= journal.Time(time.Minute)
		}
		a, b := best.Sub(o.To), worst.Sub(o.To)
		if a < 0 {
			return stretch{}, false
		}
		if !ok {
			s.from, s.to = a, b
		}
		s.from, s.to, ok = min(s.from, a), max(s.to, b), true
	}
	return s, ok
}

// outageOf is the outage that led to a pause: of the application of a connection that held it, the latest one
// that had begun; nil where there is none.
func (m *model) outageOf(p *flowStop) *journal.Outage {
	var last *journal.Outage
	for _, c := range p.because {
		for i := range m.Summary.Outages {
			o := &m.Summary.Outages[i]
			if o.Application == c.app && c.class == "vendor_down" && o.From <= p.from &&
				(last == nil || o.To > last.To) {
				last = o
			}
		}
	}
	return last
}

// again is when the flow flowed again: its next run, where the journal tells it, or else when it was free to.
func (p *flowStop) again() journal.Time { return max(p.resumed, p.started) }

// ran tells whether it is known of each flow that it did run after its last pause.
func (m *model) ran(flows map[string]bool) bool {
	for flow := range flows {
		if p := m.lastPause(flow); !p.frozen && p.started == 0 {
			return false
		}
	}
	return true
}

// offsetsOf is when a flow flows again over the minutes of the sweep; nil where these were not varied.
func (m *model) offsetsOf(flow string) *journal.Spread[journal.Time] {
	if m.Summary.Ranges == nil {
		return nil
	}
	for i := range m.Summary.Ranges.Flows {
		if f := &m.Summary.Ranges.Flows[i]; f.ID == flow {
			return f.FlowsAgainAt.Offsets
		}
	}
	return nil
}

// flowedWhen says when the flows that were paused flowed again: after the vendor came back, or else at which
// instants.
func (m *model) flowedWhen() string {
	s, ok := m.flowedAgain()
	if !ok {
		return m.againAt()
	}
	text, after := "", " after "+m.who()+" came back"
	a, b := words.Span(s.from), words.Span(s.to)
	switch {
	case s.to == 0:
		return text + " as soon as " + m.who() + " came back"
	case a == b:
		text += " " + b + after
	case s.from < time.Minute:
		text += " at most " + b + after
	default:
		text += " " + a + " to " + b + after
	}
	if s.wide {
		text += " (the minute of the sweep is not published)"
	}
	return text
}

// againAt says from which instant on the flows that were paused all flow.
func (m *model) againAt() string {
	var at, best, worst journal.Time
	open := false
	for flow := range m.stopped().flows {
		p := m.lastPause(flow)
		a, b := p.again(), p.again()
		if x := m.offsetsOf(flow); x != nil {
			open = open || x.Worst.State == journal.Open
			if x.Best.State == journal.Known && x.Worst.State == journal.Known {
				a, b = x.Best.Value, x.Worst.Value
			}
		}
		at, best, worst = max(at, p.again()), max(best, a), max(worst, b)
	}
	switch {
	case open:
		return " at " + m.clock.at(at) + " (with other minutes of the sweep, not by the end of the run)"
	case worst-best < journal.Time(time.Minute):
		return " at " + m.clock.at(at)
	}
	return " " + m.instants("", "", "").between(best, worst) + " (the minute of the sweep is not published)"
}

// who names the vendor of all outages; there are some.
func (m *model) who() string {
	for _, o := range m.Summary.Outages {
		if o.Application != m.Summary.Outages[0].Application {
			return "their vendor"
		}
	}
	return clean(m.Summary.Outages[0].Application)
}
