package reports

import "github.com/outagedrill/outagedrill/sim/journal"

// addEntry puts what is neither a stop nor a mail onto its lane.
func (s *laneSet) addEntry(e *journal.Entry) {
	switch e.Kind {
	case journal.CallsFailed:
		s.addStreak(e)
	case journal.StatusPublished:
		s.addIncident(e)
	case journal.FlowQueued:
		l := s.find("flow", e.Flow)
		l.spans = append(l.spans, bar{from: e.At, to: s.m.end, state: "queued", title: "a run is queued"})
		l.queued = len(l.spans)
	case journal.FlowStarted:
		s.find("flow", e.Flow).dequeue(e.At)
	case journal.ConnectionTested:
		shape := "test_failed"
		if e.Result == "passed" {
			shape = "test_passed"
		}
		s.mark(e, shape)
	case journal.AdviceReauthorize, journal.AdviceSupport:
		s.mark(e, "advice")
	case journal.JobEnabled, journal.ConnectionReauthorized:
		s.mark(e, "operator")
	case journal.RecordLost, journal.RecordDuplicated:
		s.mark(e, "harm")
	case journal.FlowFailed, journal.ErrorOpened:
		s.mark(e, "error")
	case journal.PlatformRestarted, journal.EnvironmentChanged, journal.PersonLeft, journal.PersonReturned:
		s.mark(e, "operator")
	}
}

func (s *laneSet) mark(e *journal.Entry, shape string) {
	l := s.laneOf(e)
	l.marks = append(l.marks, mark{at: e.At, shape: shape, entry: e})
}

// addStreak draws a streak of failures from its first to its last.
func (s *laneSet) addStreak(e *journal.Entry) {
	from, to := e.At, e.At
	if e.First != nil {
		from = *e.First
	}
	if e.Last != nil {
		to = *e.Last
	}
	l := s.laneOf(e)
	l.spans = append(l.spans, bar{from: from, to: to, state: "failing", entry: e})
}

// addIncident draws what the status page said, from open to resolved.
func (s *laneSet) addIncident(e *journal.Entry) {
	l := s.find("vendor", e.Application)
	if e.State == "open" {
		l.spans = append(l.spans, bar{
			from: e.At, to: s.m.end, state: "incident",
			title: "status page: incident open since " + exactUTC(e.At),
		})
		return
	}
	for i := range l.spans {
		if b := &l.spans[i]; b.state == "incident" && b.to == s.m.end {
			b.to, b.title = e.At, "status page: incident "+s.m.stretch(b.from, e.At)
		}
	}
}

// dequeue ends the queued stretch that is open: a flow has one queued run at most.
func (l *lane) dequeue(at journal.Time) {
	if l.queued == 0 {
		return
	}
	b := &l.spans[l.queued-1]
	b.to, b.title, l.queued = at, "a run was queued until "+exactUTC(at), 0
}
