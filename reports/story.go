package reports

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/outagedrill/outagedrill/internal/words"
	"github.com/outagedrill/outagedrill/sim/journal"
)

// worst is how many items of a chapter are told, worst first; the rest is counted.
const worst = 5

// whatFailed heads the outages and other faults.
const whatFailed = "What failed"

// chapter is one heading with its sentences.
type chapter struct {
	Title string
	Items []item
	More  int // items left out
}

// item is a sentence, and what there is to say beyond it: the page folds that under its label.
type item struct {
	Text        string
	Label, Rest string
}

// String is all of it.
func (i item) String() string {
	if i.Rest == "" {
		return i.Text
	}
	return i.Text + " " + i.Rest
}

// whole are sentences that nothing is to be folded of.
func whole(texts []string) []item {
	out := make([]item, len(texts))
	for i, t := range texts {
		out[i].Text = t
	}
	return out
}

// answers tells in chapters what all runs together come to; there are none where ranges were not made.
func (m *model) answers() []chapter {
	if m.Summary.Ranges == nil {
		return nil
	}
	return those([]chapter{
		{Title: "The answer for flows", Items: m.tellFlowRanges()},
		{Title: "The answer for polling jobs", Items: whole(m.tellJobRanges())},
		{Title: peopleRange, Items: whole(m.tellStepsRange())},
	})
}

// storyTitle says which run the story tells.
func (m *model) storyTitle() string {
	if m.Summary.Ranges == nil {
		return "What happened"
	}
	return "What happened in the base case"
}

// story tells the run in chapters.
func (m *model) story() []chapter {
	return those([]chapter{
		{Title: peopleDo, Items: whole(m.tellPeople())},
		{Title: whatFailed, Items: whole(m.tellFaults())},
		{Title: "Connections offline", Items: m.tellOffline()},
		{Title: "Flows paused", Items: m.tellPaused()},
		{Title: "Polling jobs disabled", Items: whole(m.tellDisabled())},
		{Title: "Records", Items: whole(m.tellRecords())},
		{Title: "Closest to the threshold without reaching it", Items: whole(m.tellMargins())},
		{Title: expectationsFailed, Items: whole(m.tellExpectations())},
		{Title: invariantsBroken, Items: whole(m.tellChecks())},
	})
}

// those leaves out the chapters of what did not happen, and the ends of long ones.
func those(all []chapter) []chapter {
	var out []chapter
	for _, c := range all {
		if len(c.Items) == 0 {
			continue
		}
		if len(c.Items) > worst {
			c.More, c.Items = len(c.Items)-worst, c.Items[:worst]
		}
		out = append(out, c)
	}
	return out
}

// tellFaults tells the outages with both delays, those that are not over first, then the longest; then
// the faults that are part of no outage.
func (m *model) tellFaults() []string {
	outages := slices.Clone(m.Summary.Outages)
	slices.SortStableFunc(outages, func(a, b journal.Outage) int {
		return cmp.Or(cmpBool(a.RecoveryDelay == nil, b.RecoveryDelay == nil),
			cmp.Compare(b.To.Sub(b.From), a.To.Sub(a.From)))
	})
	var out []string
	for i := range outages {
		out = append(out, m.tellOutage(&outages[i]))
	}
	faults := slices.Clone(m.faults)
	slices.SortStableFunc(faults, func(a, b fault) int {
		return cmp.Compare(b.to.Sub(b.from), a.to.Sub(a.from))
	})
	for _, f := range faults {
		if f.isOutage() {
			continue
		}
		s := f.subject() + ": " + f.words() + " from " + m.clock.at(f.from)
		if f.open {
			s += " to the end of the run"
		} else {
			s += " for " + words.Span(f.to.Sub(f.from))
		}
		out = append(out, s+".")
	}
	return out
}

// cmpBool orders what holds before what does not.
func cmpBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

func (m *model) tellOutage(o *journal.Outage) string {
	_, resources := m.nature(o)
	s := clean(o.Application) + ": " + m.outageNoun(o) + " " + m.clock.from(o.From, o.To) +
		" (" + words.Span(o.To.Sub(o.From)) + onlyFor(resources)
	if o.To >= m.end {
		s += ", to the end of the run"
	}
	s += "); "
	switch {
	case o.DetectionDelay == nil:
		return s + "the platform stopped nothing for it."
	case *o.DetectionDelay == 0:
		s += "the platform reacted at once"
	default:
		s += "the platform reacted after " + words.Span(time.Duration(*o.DetectionDelay))
	}
	s += "; " + m.recovery(o)
	if d := m.firstNotice(o); d != nil {
		s += "; first mail delivered after " + words.Span(time.Duration(*d))
	}
	return s + "."
}

// group gathers the stops of one thing.
type stops[T any] struct {
	name  string
	open  bool // the latest still lasts
	total time.Duration
	all   []T
}

// gather groups stops by name, those still open first, then the longest in all.
func gather[T any](in []T, of func(T) (name string, open bool, took time.Duration)) []*stops[T] {
	by := map[string]*stops[T]{}
	var out []*stops[T]
	for _, s := range in {
		name, open, took := of(s)
		g := by[name]
		if g == nil {
			g = &stops[T]{name: name}
			by[name] = g
			out = append(out, g)
		}
		g.open, g.total, g.all = open, g.total+took, append(g.all, s)
	}
	slices.SortStableFunc(out, func(a, b *stops[T]) int {
		return cmp.Or(cmpBool(a.open, b.open), cmp.Compare(b.total, a.total))
	})
	return out
}

func (m *model) tellOffline() []item {
	var out []item
	for _, g := range gather(m.offline, func(s *connStop) (string, bool, time.Duration) {
		return s.conn, !s.ended, s.to.Sub(s.from)
	}) {
		last := g.all[len(g.all)-1]
		s := m.lasting(last.from, last.to, last.ended) + " (" + class(last.class) + ")"
		switch last.by {
		case "sweep":
			s += "; a sweep's test brought it back"
		case "reauthorize":
			s += "; the test upon re-authorizing brought it back"
		case "operator":
			s += "; a test that an operator asked for brought it back"
		}
		out = append(out, often(g, "offline", s+m.told(last.seq)+"."))
	}
	return out
}

// often says how often something was stopped and how long in all, and then the last time; of one time that.
func often[T any](g *stops[T], what, last string) item {
	s := clean(g.name) + " was " + what
	if len(g.all) == 1 {
		return item{Text: s + " " + last}
	}
	s += " " + times(len(g.all)) + ", " + words.Span(g.total) + " in all"
	if g.open {
		return item{Text: s + ", the last time " + last}
	}
	return item{Text: s + ".", Label: "the last time", Rest: "The last time " + last}
}

// lasting says one stretch: "21:05 to 01:11, 4 h 6 min", or since when it lasts.
func (m *model) lasting(from, to journal.Time, ended bool) string {
	if !ended {
		return "since " + m.clock.at(from) + ", and still so when the run ends"
	}
	return m.clock.from(from, to) + ", " + words.Span(to.Sub(from))
}

func (m *model) tellPaused() []item {
	var out []item
	for _, g := range gather(m.paused, func(s *flowStop) (string, bool, time.Duration) {
		return s.flow, !s.flows, s.to.Sub(s.from)
	}) {
		last := g.all[len(g.all)-1]
		s := m.lasting(last.from, last.to, last.ended) + last.why()
		switch {
		case last.flows && last.started > 0:
			s += "; it flowed again at " + m.clock.at(last.started)
		case last.flows && !last.frozen:
			s += "; it was free to run again at " + m.clock.at(last.resumed)
		case last.flows && last.resumed > last.to:
			s += "; its turn came and it flowed again at " + m.clock.at(last.resumed)
		case last.flows:
			s += "; it flowed again at " + m.clock.at(last.resumed)
		case last.ended:
			s += "; it still waits for its turn when the run ends"
		}
		out = append(out, often(g, "paused", s+m.firstAfter(g.name, last)+"."))
	}
	return out
}

// why says which connections were offline, and of what; nothing if the journal does not tell.
func (s *flowStop) why() string {
	var conns []string
	for _, c := range s.because {
		conns = append(conns, clean(c.conn)+" ("+class(c.class)+")")
	}
	switch len(conns) {
	case 0:
		return ""
	case 1:
		return ", because " + clean(s.because[0].conn) + " was offline (" + class(s.because[0].class) + ")"
	}
	return ", because " + list(conns, 3) + " were offline"
}

func (m *model) tellDisabled() []string {
	var out []string
	for _, g := range gather(m.off, func(s *jobStop) (string, bool, time.Duration) {
		if s.byUser {
			return s.job, false, 0
		}
		return s.job, !s.ended, s.to.Sub(s.from)
	}) {
		var platform, users []*jobStop
		for _, s := range g.all {
			if s.byUser {
				users = append(users, s)
			} else {
				platform = append(platform, s)
			}
		}
		s := clean(g.name)
		if n := len(platform); n > 0 {
			s += disabled(n) + m.tellDisablement(platform[n-1])
		}
		if n := len(users); n > 0 && len(platform) > 0 {
			s += "; it" + disabled(n) + m.tellDisablement(users[n-1])
		} else if n > 0 {
			s += disabled(n) + m.tellDisablement(users[n-1])
		}
		out = append(out, s+".")
	}
	return out
}

// disabled says how often, before the telling of the last time.
func disabled(n int) string {
	if n > 1 {
		return " was disabled " + times(n) + ", the last time"
	}
	return " was disabled"
}

func (m *model) tellDisablement(s *jobStop) string {
	t := " at " + m.clock.at(s.from)
	if s.byUser {
		t += " by a person, not by the platform"
	} else {
		t += ": " + clean(s.resource) + " failed " + words.Count(s.failures, "time") +
			" in a row (threshold " + strconv.Itoa(s.threshold) + ")"
	}
	if s.ended {
		t += "; enabled again at " + m.clock.at(s.to) + ", after " + words.Span(s.to.Sub(s.from))
	} else {
		t += "; off since then"
	}
	return t + m.told(s.seq)
}

// told says who was told about an entry and when.
func (m *model) told(seq int64) string {
	var parts []string
	for _, n := range m.mails[seq] {
		if len(n.entry.To) == 0 {
			continue
		}
		who := list(cleanAll(n.entry.To), 2)
		if n.ok {
			parts = append(parts, who+" was told at "+m.clock.at(n.delivered))
		} else {
			parts = append(parts, "the mail to "+who+" was not delivered by the end of the run")
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return "; " + strings.Join(parts, ", ")
}

// firstNotice is the delay of an outage's first mail, nil where that mail told nobody.
func (m *model) firstNotice(o *journal.Outage) *journal.Seconds {
	if o.FirstNotice == nil || !m.heard[o.From+journal.Time(*o.FirstNotice)] {
		return nil
	}
	return o.FirstNotice
}

func (m *model) tellExpectations() []string {
	var out []string
	for _, e := range m.failedX {
		s := cleanLong(e.Message)
		if s == "" {
			s = subject(e)
		}
		if e.Want != "" || e.Got != "" {
			s += ": want " + cleanLong(e.Want) + ", got " + cleanLong(e.Got)
		}
		if e.Line > 0 {
			s += " (line " + strconv.Itoa(e.Line) + " of the timeline)"
		}
		out = append(out, s)
	}
	return out
}

func (m *model) tellChecks() []string {
	var out []string
	for _, e := range m.failedC {
		out = append(out, clean(e.Rule)+" at "+m.clock.at(e.At)+": "+cleanLong(e.Message))
	}
	return out
}
