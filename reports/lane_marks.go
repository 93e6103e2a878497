package reports

import "github.com/outagedrill/outagedrill/sim/journal"

// addEntry puts what is neither a stop nor a mail onto its lane. The entry is that of the row i.
func (s *laneSet) addEntry(i int32, e *journal.Entry) {
	switch e.Kind {
	case journal.CallsFailed:
		s.addStreak(i, e)
	case journal.StatusPublished:
		s.addIncident(i, e)
	case journal.FlowQueued:
		l := s.find("flow", e.Flow)
		l.spans = append(l.spans, bar{
			from: e.At, to: s.m.end, told: e.At, state: s.m.look.place("queued"), began: i, ended: -1,
		})
		l.queued = len(l.spans)
	case journal.FlowStarted:
		s.find("flow", e.Flow).dequeue(i, e.At)
	default:
		if shape := markOf(e); shape != "" {
			l := s.laneOf(e)
			l.marks = append(l.marks, mark{at: e.At, shape: s.m.look.place(shape), row: i})
		}
	}
}

// markOf is the mark by which an entry shows, empty for none. Mails are marked when they are delivered.
func markOf(e *journal.Entry) string {
	switch e.Kind {
	case journal.ConnectionTested:
		if e.Result == "passed" {
			return "test_passed"
		}
		return "test_failed"
	case journal.JobDisabled:
		return "disable"
	case journal.JobEnabled:
		return "enable"
	case journal.ConnectionReauthorized:
		return "reauthorize"
	case journal.AdviceReauthorize, journal.AdviceSupport:
		return "advice"
	case journal.RecordLost, journal.RecordDuplicated:
		return "harm"
	case journal.FlowFailed, journal.ErrorOpened:
		return "error"
	case journal.PlatformRestarted, journal.EnvironmentChanged, journal.PersonLeft, journal.PersonReturned:
		return "operator"
	case journal.OperatorCommand:
		if e.Result != "done" || e.Command == "test" || e.Command == "retry_errors" {
			return "operator" // what another command does has a mark of its own
		}
	}
	return ""
}

// addStreak draws a streak of failures from its first to its last, or to the one that follows at once, of
// another class: nothing went well between them.
func (s *laneSet) addStreak(i int32, e *journal.Entry) {
	b := bar{from: e.At, to: e.At, told: e.At, state: s.m.look.place("failing"), began: i, ended: -1}
	if e.First != nil {
		b.from = *e.First
	}
	if e.Last != nil {
		b.to = *e.Last
	}
	l := s.laneOf(e)
	for k, r := range l.resources {
		if r == e.Resource && k < 255 {
			b.resource = uint8(k + 1)
		}
	}
	for k := len(l.spans) - 1; k >= max(0, len(l.spans)-1-len(l.resources)); k-- {
		if before := &l.spans[k]; before.state == b.state && before.resource == b.resource {
			if before.told == b.from {
				before.to = b.from
			}
			break
		}
	}
	l.spans = append(l.spans, b)
}

// addIncident draws what the status page said, from open to resolved.
func (s *laneSet) addIncident(i int32, e *journal.Entry) {
	l := s.find("status", e.Application)
	switch {
	case e.State == "open" && l.told == 0:
		l.spans = append(l.spans, bar{
			from: e.At, to: s.m.end, told: e.At, state: s.m.look.place("incident"), began: i, ended: -1,
		})
		l.told = len(l.spans)
	case e.State != "open" && l.told > 0:
		l.spans[l.told-1].to, l.spans[l.told-1].ended, l.told = e.At, i, 0
	}
}

// dequeue ends the queued stretch that is open: a flow has one queued run at most.
func (l *lane) dequeue(i int32, at journal.Time) {
	if l.queued == 0 {
		return
	}
	b := &l.spans[l.queued-1]
	b.to, b.ended, l.queued = at, i, 0
}
