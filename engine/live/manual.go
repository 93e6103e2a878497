package live

import (
	"context"
	"sync"
	"time"

	"github.com/benbjohnson/clock"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/engine/api"
)

// quiet knows whether the platform waits for nothing but its clock.
type quiet struct {
	mu      sync.Mutex
	setting sync.Mutex // one SetClock at a time
	is      bool
	next    engine.Time   // while it is: when the platform wants to go on
	changed chan struct{} // closed and replaced when it becomes quiet
}

// tell is told by the platform that it is quiet.
func (q *quiet) tell(next engine.Time) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.is, q.next = true, next
	close(q.changed)
	q.changed = make(chan struct{})
}

func (q *quiet) disturb() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.is = false
}

// move moves the clock of a quiet platform to the next thing that is due, or to the instant to where that
// comes first, and tells whether the clock was there already. Nobody can disturb the platform meanwhile.
// Where it is not quiet, changed is closed once it is.
func (q *quiet) move(clk *clock.Mock, to engine.Time) (there, is bool, changed <-chan struct{}) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if there = q.is && instantOf(clk) == to; q.is && !there {
		clk.Set(time.Unix(0, int64(min(q.next, to))).UTC())
	}
	return there, q.is, q.changed
}

func instantOf(clk *clock.Mock) engine.Time { return engine.Time(clk.Now().UnixNano()) }

// SetClock moves a clock that stands still, from one thing that is due to the next.
func (s *Service) SetClock(ctx context.Context, to engine.Time) error {
	clk, manual := s.cfg.Clock.(*clock.Mock)
	if !manual {
		return api.ErrClockRuns
	}
	s.quiet.setting.Lock()
	defer s.quiet.setting.Unlock()
	if err := s.do(ctx, func(engine.Time) {}); err != nil {
		return err
	}
	if to < instantOf(clk) {
		return api.ErrClockBack
	}
	for {
		there, err := s.advance(ctx, clk, to)
		if err != nil || there {
			return err
		}
		if err := s.do(ctx, func(now engine.Time) { // it sees what time it is
			if now == to {
				s.touch(now)
			}
		}); err != nil {
			return err
		}
	}
}

// advance moves the clock by one step once the platform is quiet, and tells whether that was needless: then
// it is the instant to, and all that is due at it is done.
func (s *Service) advance(ctx context.Context, clk *clock.Mock, to engine.Time) (there bool, err error) {
	for {
		there, is, changed := s.quiet.move(clk, to)
		if is {
			return there, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return false, ctx.Err()
		case <-s.platform.over:
			return false, ErrStopped
		}
	}
}
