package api

import (
	"context"
	"errors"

	"github.com/outagedrill/outagedrill/engine"
)

// Platform is a running platform as its API sees it. Its methods may be called from any goroutine.
type Platform interface {
	// Config is what the platform runs: the words behind the engine's indexes. It does not change.
	Config() *engine.Config

	// Read calls f while nothing else touches the platform. f must not keep what the view holds. Once Read
	// has returned f is not called any more.
	Read(ctx context.Context, f func(v *View)) error

	// Operate carries out an operator's command and tells what came of it, once that cannot be lost any
	// more: Done, Unchanged or Refused. It returns the Guard's error, having done nothing, if there is one.
	// Once it has returned it calls neither Guard nor After any more.
	Operate(ctx context.Context, c *Command) (engine.Outcome, error)

	// SetClock moves a clock that stands still forward, and returns when nothing is left to do up to and
	// including that instant. It returns ErrClockRuns where the clock runs by itself, ErrClockBack for an
	// instant that is over, ErrOver for one after the end of the run.
	SetClock(ctx context.Context, to engine.Time) error
}

// The errors of Platform.SetClock.
var (
	ErrClockRuns = errors.New("the clock runs by itself")
	ErrClockBack = errors.New("that instant is over")
	ErrOver      = errors.New("the run ends before that instant")
)

// View is the platform between two steps.
type View struct {
	Engine  *engine.Engine
	History *History
	Clock   Clock
}

// Clock is what time it is on the platform.
type Clock struct {
	Now     engine.Time
	NextDue engine.Time // when something is due by itself; engine.Never when nothing is
	Idle    bool        // nothing is in flight, all that is due is done
	Manual  bool        // the clock stands still but for Platform.SetClock
	Scale   float64     // platform seconds a second; 0 for a manual clock
}

// Command is an operator's command. Job, Connection and Flow are indexes into the Config; those that the
// Kind does not need are -1.
type Command struct {
	Kind                  engine.CommandKind
	Job, Connection, Flow int
	Fields                map[string]string // Reauthorize: what the operator filled in, by field (OUT-12)

	// Guard is asked right before the command is carried out, while nothing else touches the platform; an
	// error of it refuses the command. It may be nil. Where a platform has to wait between the two, as for a
	// vendor's consent, it asks again after the wait.
	Guard func(v *View) error

	// After is called in the platform's turn right after the command was carried out, with the view as it
	// then is: what it sees is of this command, with nothing between. It is not called where the Guard
	// refused the command, and must not keep what the view holds. It may be nil.
	After func(v *View)
}
