// Package strip makes the small timeline of one scenario from its journal: the vendor's truth above what the
// platform did, a lane each, with every call as a tick. It is plain data, which goes through JSON and comes
// back the same, and a drawing of it.
package strip

import (
	"fmt"
	"math"
	"time"
)

// Strip is the small timeline of one run. Times are since its start.
type Strip struct {
	From   time.Duration `json:"from_ns"` // of what is worth looking at
	To     time.Duration `json:"to_ns"`   // later than From
	Played time.Duration `json:"played_ns"`
	Lanes  []Lane        `json:"lanes"`
	// More is how many lanes are left out.
	More    int      `json:"more,omitempty"`
	Moments []Moment `json:"moments,omitempty"`
	// Left is how many moments are left out, the last ones.
	Left int `json:"left,omitempty"`
}

// Lane is one thing: a vendor's application, a connection, a flow, a polling job.
type Lane struct {
	Kind  string `json:"kind"` // vendor, connection, flow or job
	Name  string `json:"name"`
	Bars  []Bar  `json:"bars,omitempty"`
	Rows  []Row  `json:"rows,omitempty"`
	Marks []Mark `json:"marks,omitempty"`
}

// Bar is a stretch of one state.
type Bar struct {
	From  time.Duration `json:"from_ns"`
	To    time.Duration `json:"to_ns"`
	State string        `json:"state"`           // down, offline, paused, disabled, …
	Count int64         `json:"count,omitempty"` // of a streak: how many calls failed
}

// Row is the calls of one resource.
type Row struct {
	Resource string  `json:"resource"` // or what calls of none are for: refresh
	Calls    []Calls `json:"calls"`
}

// Calls is calls of one outcome at even distances.
type Calls struct {
	Failed bool          `json:"failed,omitempty"`
	From   time.Duration `json:"from_ns"`
	Step   time.Duration `json:"step_ns,omitempty"` // 0 for a single one and for those of one instant
	Count  int64         `json:"count"`             // 1 or more
}

// last is when the last of the calls was.
func (c Calls) last() time.Duration { return c.From + c.Step*time.Duration(c.Count-1) }

// possible tells whether the calls are some, one after the other, within what a duration can hold.
func (c Calls) possible() bool {
	if c.Count < 1 || c.From < 0 || c.Step < 0 {
		return false
	}
	return c.Step == 0 || c.Count-1 <= int64((math.MaxInt64-c.From)/c.Step)
}

// Mark is something that happened at an instant.
type Mark struct {
	At    time.Duration `json:"at_ns"`
	Shape string        `json:"shape"` // mail, passed, failed, hand, advice or harm
}

// Moment is something that happened, in words.
type Moment struct {
	At   time.Duration `json:"at_ns"`
	Text string        `json:"text"`
}

// The limits of a strip: what is beyond them is counted.
const (
	maxLanes   = 8
	maxRows    = 3
	maxMoments = 14
	maxCalls   = 400 // stretches of calls in a row
	maxBars    = 60  // and marks, in a lane
)

// Check refuses what From never makes and what cannot be drawn.
func (s *Strip) Check() error {
	switch {
	case s.From < 0 || s.To <= s.From || s.Played < 0:
		return fmt.Errorf("its timeline is from %v to %v, played to %v (want a stretch)",
			s.From, s.To, s.Played)
	case s.More < 0 || s.Left < 0 || len(s.Lanes) > maxLanes || len(s.Moments) > maxMoments:
		return fmt.Errorf("its timeline has %d lanes and %d moments (want %d and %d at most)",
			len(s.Lanes), len(s.Moments), maxLanes, maxMoments)
	}
	for i := range s.Lanes {
		if err := s.Lanes[i].check(); err != nil {
			return fmt.Errorf("lane %d of its timeline: %w", i+1, err)
		}
	}
	return nil
}

func (l *Lane) check() error {
	if len(l.Rows) > maxRows || len(l.Bars) > maxBars || len(l.Marks) > maxBars {
		return fmt.Errorf("it has %d rows, %d bars, %d marks (want %d, %d, %d at most)",
			len(l.Rows), len(l.Bars), len(l.Marks), maxRows, maxBars, maxBars)
	}
	for _, b := range l.Bars {
		if b.To < b.From || b.Count < 0 {
			return fmt.Errorf("a bar is from %v to %v, with %d calls", b.From, b.To, b.Count)
		}
	}
	for _, r := range l.Rows {
		if len(r.Calls) > maxCalls {
			return fmt.Errorf("a row has %d stretches of calls (want %d at most)", len(r.Calls), maxCalls)
		}
		for _, c := range r.Calls {
			if !c.possible() {
				return fmt.Errorf("%d calls, %v from each other (want 1 or more, forwards)", c.Count, c.Step)
			}
		}
	}
	return nil
}
