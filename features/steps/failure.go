package steps

import (
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/sim/journal"
)

// mismatch is what a check found.
type mismatch struct{ want, seen string }

func (m *mismatch) Error() string { return "expected " + m.want + "; seen: " + m.seen }

// Failure is why a step failed once the timeline was told: the rules that its scenario proves, what was
// found, and the timeline that repeats it.
type Failure struct {
	Rules    []string // IDs, of the tags
	Err      error
	Timeline string          // a timeline file
	At       []time.Duration // the instants that the step names, since the start
}

// Error names the rules first and ends with the timeline.
func (f *Failure) Error() string {
	return fmt.Sprintf("%s\n\nthe scenario as a timeline:\n%s", f.Message(), f.Timeline)
}

// Message is the error without the timeline.
func (f *Failure) Message() string {
	if len(f.Rules) == 0 {
		return f.Err.Error()
	}
	return list(f.Rules) + ": " + f.Err.Error()
}

// Unwrap gives what was found.
func (f *Failure) Unwrap() error { return f.Err }

// Expected is what the check that failed wanted and what it saw; ok is false where no check failed.
func (f *Failure) Expected() (want, seen string, ok bool) {
	if m, ok := errors.AsType[*mismatch](f.Err); ok {
		return m.want, m.seen, true
	}
	return "", "", false
}

// Fault is a panic in a step: a fault of the program, not of the platform.
type Fault struct {
	Panic any
	Stack []byte
}

func (f *Fault) Error() string { return fmt.Sprintf("internal fault: %v", f.Panic) }

// Broken is an invariant that the simulator broke: a fault of it, not of the platform.
type Broken struct {
	Rule    string // its ID
	At      journal.Time
	Message string
}

func (b *Broken) Error() string {
	return fmt.Sprintf("invariant %s is broken at %s: %s", b.Rule, b.At, b.Message)
}

// explain gives what a step found its rules and its timeline.
func (s *Scenario) explain(err error) error {
	if err == nil || s.player == nil {
		return err
	}
	return &Failure{Rules: s.rules, Err: err, Timeline: s.draft.yaml()}
}

// caught runs f and makes a Fault of its panic.
func caught(f func() error) (err error) {
	defer func() {
		if what := recover(); what != nil {
			err = &Fault{Panic: what, Stack: debug.Stack()}
		}
	}()
	return f()
}

// passed is how much of the platform's time has been played.
func (s *Scenario) passed() time.Duration {
	switch {
	case s.player == nil:
		return 0
	case s.summary != nil:
		return time.Duration(s.player.End() - engine.Time(s.tl.Start.UnixNano()))
	}
	return time.Duration(s.now - engine.Time(s.tl.Start.UnixNano()))
}
