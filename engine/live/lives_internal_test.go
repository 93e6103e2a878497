package live

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/engine/api"
)

// TestPlantedLosses plants what a store must not do, and wants the checks of TestRestartAnywhere to see it.
func TestPlantedLosses(t *testing.T) {
	t.Run("it forgets everything at each start", func(t *testing.T) {
		want, w := newWorld(t), newWorld(t)
		want.lives(func() int { return 1 << 30 })
		lives := 0
		w.lives(func() int {
			w.open("") // another file
			if lives++; lives > 5 {
				return 1 << 30
			}
			return 60
		})
		if sentOnce(want.mails, w.mails, w.unnoted) == nil {
			t.Error("e-mails were sent as if nothing had been lost")
		}
	})
	t.Run("it drops a delivery", func(t *testing.T) {
		w := newWorld(t)
		seen := w.broken(t, func(turn *turn) {
			for _, in := range turn.inputs {
				if ev, err := in.unpack(); err != nil || ev.Kind == engine.MailDelivered {
					turn.inputs, turn.entries = nil, nil
					return
				}
			}
		})
		if !strings.Contains(seen, "its journal cannot be told again") {
			t.Errorf("the next start says %q", seen)
		}
	})
	t.Run("it answers before it writes", func(t *testing.T) {
		w := newWorld(t)
		late := &lateStore{Store: w.store}
		l := w.start(late)
		w.reach(l, time.Hour)
		if _, err := l.Operate(context.Background(), &api.Command{Kind: engine.Disable}); err != nil {
			t.Fatal(err)
		}
		late.dead = true
		l.stop()
		if err := <-l.done; err == nil {
			t.Fatal("it stopped in peace")
		}
		w.cfg.Engine.ListRoutine = true
		m, _, err := restore(&w.cfg.Engine, w.store)
		if err != nil {
			t.Fatal(err)
		}
		if !m.engine.JobEnabled(0) {
			t.Error("the command was acknowledged before it was written, and is not lost: the check proves nothing")
		}
	})
}

// broken lets a platform live with a store that forgets, and tells what the next start says.
func (w *world) broken(t *testing.T, forget func(*turn)) string {
	t.Helper()
	w.down = func(d time.Duration) bool { return d >= 10*time.Minute && d < 40*time.Minute }
	store := &mortal{Store: w.store, forget: forget}
	store.left.Store(1 << 30)
	l := w.start(store)
	w.reach(l, 50*time.Minute)
	store.left.Store(0)
	l.stop()
	if err := <-l.done; err == nil {
		t.Fatal("it stopped in peace")
	}
	if _, err := newService(w.cfg, w.store); err != nil {
		return err.Error()
	}
	return ""
}

// lateStore writes each turn when the next one comes.
type lateStore struct {
	*Store
	held  *turn
	first int64
	dead  bool
}

func (s *lateStore) append(first int64, t *turn, snapshot []byte) error {
	if s.dead {
		return errors.New("killed")
	}
	if s.held != nil {
		if err := s.Store.append(s.first, s.held, snapshot); err != nil {
			return err
		}
	}
	held := *t
	held.inputs, held.entries = append([]input(nil), t.inputs...), append([]entry(nil), t.entries...)
	held.delivered = append([]int64(nil), t.delivered...)
	s.held, s.first = &held, first
	return nil
}
