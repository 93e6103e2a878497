package live

import "github.com/outagedrill/outagedrill/engine"

// OnSend sets the function that makes calls.
func (s *Service) OnSend(send func(now engine.Time, c *engine.Call)) { s.send = send }

// Next is the next instant at which the service itself has something to do.
func (s *Service) Next() engine.Time {
	if s.err != nil {
		return engine.Never
	}
	if len(s.again) > 0 {
		return s.now
	}
	next := engine.Never
	if !s.asking {
		next = s.beatAt
	}
	if s.cfg.Mailer != nil {
		next = min(next, s.post.next(s.machine.engine.Outbox()))
	}
	return max(next, s.now)
}

// Do does the first thing of the service's own that is due: calls that a start makes again, the status pages,
// e-mails.
func (s *Service) Do(now engine.Time) bool {
	switch {
	case s.err != nil:
		return false
	case len(s.again) > 0:
		for i := range s.again {
			s.send(now, &s.again[i].Call)
		}
		s.again = nil
	case s.beatAt <= now && !s.asking:
		s.beatAt = now.Add(beat)
		s.touch(now)
		s.readStatusPages()
	case s.cfg.Mailer != nil && s.post.next(s.machine.engine.Outbox()) <= now:
		s.deliver(now)
	default:
		return false
	}
	return true
}

// Wants is the next instant at which the engine wants to act.
func (s *Service) Wants() engine.Time {
	if at, ok := s.machine.engine.Next(); ok && s.err == nil {
		return at
	}
	return engine.Never
}

// Act lets the engine do what is due.
func (s *Service) Act(now engine.Time) { s.tell(now, engine.Event{Kind: engine.TimeReached}) }

// Answered names no cause: a platform does not know its vendors' faults.
func (s *Service) Answered(engine.Time, *engine.Call, Truth) engine.Seq { return 0 }

// Finished hands in the end of a call.
func (s *Service) Finished(now engine.Time, c *engine.Call, r *engine.Result) {
	s.tell(now, engine.Event{Kind: engine.CallFinished, Call: c.ID, Result: *r})
}

// Last has nothing to do.
func (s *Service) Last(engine.Time) bool { return false }

// NextLast never comes.
func (s *Service) NextLast() engine.Time { return engine.Never }

// End never comes.
func (s *Service) End() engine.Time { return engine.Never }
