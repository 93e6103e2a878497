package reports

import (
	"slices"
	"strings"
	"time"

	"github.com/outagedrill/outagedrill/internal/words"
	"github.com/outagedrill/outagedrill/sim/journal"
)

// faultsOf are the faults that an outage is made of, FIG-02.
func (m *model) faultsOf(o *journal.Outage) []*fault {
	var out []*fault
	for i := range m.faults {
		f := &m.faults[i]
		if f.isOutage() && f.app == o.Application && f.from >= o.From && f.from <= o.To {
			out = append(out, f)
		}
	}
	return out
}

// nature is the kind of the faults of an outage, "" where they differ, and the resources that they struck,
// none where they struck all.
func (m *model) nature(o *journal.Outage) (kind string, resources []string) {
	for i, f := range m.faultsOf(o) {
		if f.conn != "" || i > 0 && (f.kind != kind || !slices.Equal(f.resources, resources)) {
			return "", nil
		}
		kind, resources = f.kind, f.resources
	}
	return kind, resources
}

// befell says what became of an application in an outage: "acme was down 3 h, only for orders".
func (m *model) befell(o *journal.Outage) string {
	kind, resources := m.nature(o)
	how := map[string]string{
		"down": " was down ", "flapping": " flapped for ", "flaky": " was flaky for ",
		"maintenance": " was in maintenance for ",
	}[kind]
	if how == "" {
		how = " had an outage of "
	}
	return clean(o.Application) + how + words.Span(o.To.Sub(o.From)) + onlyFor(resources)
}

// outageNoun says an outage in a word: what it is, if it is no plain one.
func (m *model) outageNoun(o *journal.Outage) string {
	if kind, _ := m.nature(o); kind != "" && kind != "down" {
		return "outage (" + kind + ")"
	}
	return "outage"
}

// onlyFor names what a partial fault struck, nothing for a whole one.
func onlyFor(resources []string) string {
	if len(resources) == 0 {
		return ""
	}
	return ", only for " + list(cleanAll(resources), 3)
}

// stillStopped names what an outage stopped and what does not work again by the end of the run.
func (m *model) stillStopped(o *journal.Outage) []string {
	made := m.made(o)
	var out []string
	for _, s := range m.offline {
		if !s.ended && made(s.root) {
			out = append(out, clean(s.conn))
		}
	}
	for _, s := range m.paused {
		if !s.flows && made(s.root) {
			out = append(out, clean(s.flow))
		}
	}
	for _, s := range m.off {
		if !s.ended && made(s.root) {
			out = append(out, clean(s.job))
		}
	}
	return out
}

// allFlowAgain is how long after an outage's end the last of the flows that it paused flowed again; ok is
// false where it paused none, or one does not flow again.
func (m *model) allFlowAgain(o *journal.Outage) (after time.Duration, ok bool) {
	made := m.made(o)
	for _, s := range m.paused {
		if !made(s.root) {
			continue
		}
		if !s.flows {
			return 0, false
		}
		after, ok = max(after, s.again().Sub(o.To)), true
	}
	return after, ok
}

// root is the entry at which the chain of causes of another begins, 0 where it is broken.
func (m *model) root(seq int64) int64 {
	for e := m.entry(seq); e != nil; e = m.entry(*e.Cause) {
		if e.Cause == nil {
			return e.Seq
		}
	}
	return 0
}

// findRoots notes what began each stop, where an outage will ask for it: one of which something still stands.
func (m *model) findRoots() {
	stands := func(o journal.Outage) bool { return o.RecoveryDelay == nil }
	if !slices.ContainsFunc(m.Summary.Outages, stands) {
		return
	}
	for _, s := range m.offline {
		s.root = m.root(s.seq)
	}
	for _, s := range m.paused {
		s.root = m.root(s.seq)
	}
	for _, s := range m.off {
		s.root = m.root(s.seq)
	}
}

// made tells of an outage which roots are faults of it.
func (m *model) made(o *journal.Outage) func(root int64) bool {
	faults := map[int64]bool{}
	for _, f := range m.faultsOf(o) {
		faults[f.seq] = true
	}
	return func(root int64) bool { return faults[root] }
}

// recovery says when what an outage stopped worked again.
func (m *model) recovery(o *journal.Outage) string {
	switch d := o.RecoveryDelay; {
	case d == nil:
	case *d == 0:
		return "all that it stopped worked again by its end"
	default:
		return "all that it stopped worked again " + words.Span(time.Duration(*d)) + " after its end"
	}
	var parts []string
	if after, ok := m.allFlowAgain(o); ok && after > 0 {
		parts = append(parts, "its flows flowed again "+words.Span(after)+" after its end")
	} else if ok {
		parts = append(parts, "its flows flowed again by its end")
	}
	left, does := m.stillStopped(o), "something that it stopped does"
	if n := len(left); n > 0 {
		does = list(left, 3) + isAre(n, " does", " do")
	}
	return strings.Join(append(parts, does+" NOT work again by the end of the run"), ", but ")
}

// notRecovered is recovery in a cell of a table, of an outage that was not.
func (m *model) notRecovered(o *journal.Outage) string {
	text := "NOT recovered by the end"
	if left := m.stillStopped(o); len(left) > 0 {
		text += " (" + list(left, 3) + ")"
	}
	if after, ok := m.allFlowAgain(o); ok && after > 0 {
		text += "; flows after " + words.Span(after)
	}
	return text
}
