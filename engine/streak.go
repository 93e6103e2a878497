package engine

// streak is a run of alike failures that the journal tells in one entry, written when it closes and
// before what it causes. Alike: same operation, class, sub-cause, status and fault.
type streak struct {
	Op          Op
	Class       Class
	Sub         Sub
	Status      uint16
	Cause       Seq
	First, Last Time
	Count       int64
}

// alike tells whether a failure continues the streak.
func (s *streak) alike(op Op, r *Result) bool {
	return s.Count > 0 && s.Op == op && s.Class == r.Class && s.Sub == r.Sub &&
		s.Status == r.Status && s.Cause == r.Cause
}

// add counts one more failure; the streak must be empty or alike.
func (s *streak) add(now Time, op Op, r *Result) {
	if s.Count == 0 {
		*s = streak{Op: op, Class: r.Class, Sub: r.Sub, Status: r.Status, Cause: r.Cause, First: now}
	}
	s.Last = now
	s.Count++
}

// failed continues the streak, or writes it out as en and begins another.
func (e *Engine) failed(now Time, s *streak, op Op, r *Result, en Entry) {
	if s.Count > 0 && !s.alike(op, r) {
		e.closeStreak(s, en)
	}
	s.add(now, op, r)
}

// closeStreak writes the streak as en, whose kind and subject the caller gives, and empties it. It
// returns the entry's number, 0 if the streak was empty.
func (e *Engine) closeStreak(s *streak, en Entry) Seq {
	if s.Count == 0 {
		return 0
	}
	en.Cause, en.Op, en.Class, en.Sub, en.Status = s.Cause, s.Op, s.Class, s.Sub, s.Status
	en.First, en.Last, en.Count = s.First, s.Last, s.Count
	*s = streak{}
	return e.write(en)
}

// flushStreaks writes every open streak, at the end of a run.
func (e *Engine) flushStreaks() {
	for c := range e.st.Conns {
		e.closeTokenStreak(c)
	}
	for f := range e.st.Flows {
		e.closeFlowStreak(f)
	}
	for j := range e.st.Jobs {
		e.closeJobStreaks(j)
		e.closeSkips(j)
	}
}
