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

// look tells when a quiet platform wants to go on, and what is closed when that changes.
func (q *quiet) look() (next engine.Time, is bool, changed <-chan struct{}) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.next, q.is, q.changed
}

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
	if to < engine.Time(clk.Now().UnixNano()) {
		return api.ErrClockBack
	}
	for {
		next, err := s.whenQuiet(ctx)
		if err != nil {
			return err
		}
		if next > to {
			break
		}
		clk.Set(time.Unix(0, int64(next)).UTC())
		if err := s.do(ctx, func(engine.Time) {}); err != nil { // it sees what time it is
			return err
		}
	}
	clk.Set(time.Unix(0, int64(to)).UTC())
	return s.do(ctx, s.touch)
}

// whenQuiet waits until the platform is quiet, and tells when it wants to go on.
func (s *Service) whenQuiet(ctx context.Context) (engine.Time, error) {
	for {
		next, is, changed := s.quiet.look()
		if is {
			return next, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return 0, ctx.Err()
		case <-s.platform.over:
			return 0, ErrStopped
		}
	}
}
