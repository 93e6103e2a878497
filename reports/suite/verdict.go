package suite

import "fmt"

// Flaw is a reason for which a suite is no success.
type Flaw struct {
	Kind FlawKind
	Text string // "2 of 5 scenarios failed"
}

// FlawKind is a kind of flaws.
type FlawKind int

// The kinds of flaws.
const (
	Unclear FlawKind = iota // scenarios are undefined or ambiguous
	Red                     // scenarios failed
	Faulty                  // a fault of the program ended scenarios; they failed, too
	Short                   // scenarios were selected and have no result
	Idle                    // nothing was played, or in a dry run: there is nothing to play
)

// Flaws are the reasons for which the suite is no success, each kind once: none of a green one. Of a shard it
// is not known which scenarios it lacks.
func (s *Suite) Flaws() []Flaw {
	t := s.Tally()
	var flaws []Flaw
	note := func(is bool, kind FlawKind, format string, args ...any) {
		if is {
			flaws = append(flaws, Flaw{kind, fmt.Sprintf(format, args...)})
		}
	}
	all := scenarios(t.Total())
	unclear := t.Undefined + t.Ambiguous
	note(unclear > 0, Unclear, "%d of %s undefined or ambiguous", unclear, all)
	note(t.Failed > 0, Red, "%d of %s failed", t.Failed, all)
	faults := s.faults()
	note(faults > 0, Faulty, "%d of %s ended in an internal fault", faults, all)
	if wanted := s.Selected * max(1, s.Repeat); s.Shard == nil {
		missing := wanted - t.Total()
		note(missing > 0, Short, "%d of %d selected were not played", missing, wanted)
	}
	switch {
	case t.Passed+t.Bad() > 0 || s.DryRun && t.Total() > 0:
	case s.Shard != nil && t.Total() == 0:
		const form = "shard %d of %d holds no scenario, of %d (want fewer shards)"
		note(true, Idle, form, s.Shard.Index, s.Shard.Of, s.Selected)
	case t.Total() == 0:
		note(true, Idle, "nothing was played")
	default:
		note(true, Idle, "all scenarios were skipped")
	}
	return flaws
}

// faults is how many scenarios ended in a fault of the program.
func (s *Suite) faults() int {
	n := 0
	for i := range s.Scenarios {
		if s.Scenarios[i].cause() == CauseFault {
			n++
		}
	}
	return n
}

// Green tells whether the suite may be called a success: something passed, nothing went wrong, and nothing
// that was selected has no result. A dry run is green when all steps are known.
func (s *Suite) Green() bool { return len(s.Flaws()) == 0 }

// verdict is the suite in one sentence without its full stop.
func (s *Suite) verdict() string {
	text := s.Tally().String()
	if s.DryRun {
		text = "dry run, nothing was played: " + text
	}
	for _, f := range s.Flaws() {
		switch f.Kind {
		case Unclear, Red: // the counts say so
		case Faulty, Short:
			text += "; " + f.Text
		case Idle:
			text += "; nothing was played, which is no success"
		}
	}
	return text
}
