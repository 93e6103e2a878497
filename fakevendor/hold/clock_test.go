package hold_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/benbjohnson/clock"
	"pgregory.net/rapid"

	"github.com/outagedrill/outagedrill/fakevendor/hold"
)

var start = time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC)

// sleepers wait on a clock, each for a span, and note in which order and when they were woken.
type sleepers struct {
	mu    sync.Mutex
	woken []string
}

func (s *sleepers) wait(c *hold.Clock, ctx context.Context, name string, until time.Duration) {
	go func() {
		err := c.Wait(ctx, start.Add(until))
		s.mu.Lock()
		defer s.mu.Unlock()
		if err != nil {
			name += " " + err.Error()
		}
		s.woken = append(s.woken, name)
	}()
}

// wants looks who was woken since the latest look, once all that can go on has.
func (s *sleepers) wants(t *testing.T, names ...string) {
	t.Helper()
	synctest.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	slices.Sort(s.woken)
	if !slices.Equal(s.woken, names) {
		t.Errorf("woken: %q (want %q)", s.woken, names)
	}
	s.woken = nil
}

func TestClockWakesWhoWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := hold.NewClock(clock.New(), start)
		var s sleepers
		ctx, leave := context.WithCancel(t.Context())
		s.wait(c, t.Context(), "past", -time.Second)
		s.wait(c, t.Context(), "now", 0)
		s.wants(t, "now", "past")
		s.wait(c, t.Context(), "second", time.Second)
		s.wait(c, t.Context(), "minute", time.Minute)
		s.wait(c, ctx, "leaver", time.Minute)
		s.wait(c, t.Context(), "hour", time.Hour)
		s.wait(c, t.Context(), "day", 24*time.Hour)
		s.wants(t)
		time.Sleep(time.Second)
		s.wants(t, "second")
		c.Freeze()
		time.Sleep(100 * time.Hour)
		s.wants(t)
		leave()
		s.wants(t, "leaver context canceled")
		if r := c.Read(); r.Waiting != 3 || !r.Next.Equal(start.Add(time.Minute)) || !r.Frozen {
			t.Errorf("%+v (want 3 waiting, the next for a minute)", r)
		}
		if err := c.Set(c.Read().Next); err != nil {
			t.Error(err)
		}
		s.wants(t, "minute")
		if err := c.Advance(59 * time.Minute); err != nil {
			t.Error(err)
		}
		s.wants(t, "hour")
		if err := c.SetScale(3600); err != nil {
			t.Error(err)
		}
		c.Resume()
		time.Sleep(23*time.Second - time.Nanosecond)
		s.wants(t)
		time.Sleep(time.Nanosecond)
		s.wants(t, "day")
		if now := c.Now(); !now.Equal(start.Add(24 * time.Hour)) {
			t.Errorf("it is %s (want a day later)", now)
		}
	})
}

// TestClockOnMock: the clock runs on a mock source as it does on real time.
func TestClockOnMock(t *testing.T) {
	source := clock.NewMock()
	c := hold.NewClock(source, start)
	done := make(chan error)
	go func() { done <- c.Sleep(t.Context(), time.Minute) }()
	for c.Read().Waiting == 0 {
		source.Add(0) // lets the other one run
	}
	source.Add(time.Minute)
	if err := <-done; err != nil {
		t.Error(err)
	}
	source.Set(time.Unix(0, 0))
	if now := c.Now(); now.Before(start.Add(time.Minute)) {
		t.Errorf("it is %s: the clock went back with its source", now)
	}
}

func TestClockRefuses(t *testing.T) {
	c := hold.NewClock(clock.NewMock(), start)
	c.Freeze()
	for name, err := range map[string]error{
		"back by a span":  c.Advance(-1),
		"back by instant": c.Set(start.Add(-1)),
		"too far":         c.Advance(200 * 365 * 24 * time.Hour),
		"overflow":        c.Advance(1<<63 - 1),
		"year 2201":       c.Set(time.Date(2201, 1, 1, 0, 0, 0, 0, time.UTC)),
		"year 9999":       c.Set(time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)),
		"scale 0":         c.SetScale(0),
		"scale below 0":   c.SetScale(-1),
		"scale too great": c.SetScale(hold.MaxScale + 1),
	} {
		if err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if r := c.Read(); !r.Now.Equal(start) || r.Scale != 1 {
		t.Errorf("what was refused had an effect: %+v", r)
	}
}

func TestClockRestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := hold.NewClock(clock.New(), start)
		c.Freeze()
		var s sleepers
		s.wait(c, t.Context(), "early", time.Minute)
		s.wait(c, t.Context(), "late", time.Hour)
		synctest.Wait()
		if err := c.Advance(30 * time.Second); err != nil {
			t.Fatal(err)
		}
		c.Restart(start)
		s.wants(t, "early "+hold.ErrRestarted.Error(), "late "+hold.ErrRestarted.Error())
		if r := c.Read(); !r.Now.Equal(start) || r.Waiting != 0 || !r.Frozen {
			t.Errorf("%+v (want the start, frozen, nobody waiting)", r)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := c.Sleep(ctx, time.Minute); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("sleep on a frozen clock: %v", err)
		}
	})
}

// told is a source of time that nobody waits on.
type told struct {
	clock.Clock
	now time.Time
}

func (s *told) Now() time.Time { return s.now }

// TestClockProperty: whatever is done to it, the time is what was let pass and jumped.
func TestClockProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		source := &told{now: start}
		c := hold.NewClock(source, start)
		want, scale, frozen := start, 1.0, false
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			d := time.Duration(2 * rapid.Int64Range(0, int64(time.Hour)).Draw(t, "span"))
			switch rapid.SampledFrom([]string{"pass", "freeze", "resume", "advance", "set", "scale"}).Draw(t, "do") {
			case "pass":
				source.now = source.now.Add(d)
				if !frozen {
					want = want.Add(time.Duration(float64(d) * scale))
				}
			case "freeze":
				c.Freeze()
				frozen = true
			case "resume":
				c.Resume()
				frozen = false
			case "advance":
				if err := c.Advance(d); err != nil {
					t.Fatal(err)
				}
				want = want.Add(d)
			case "set":
				want = want.Add(d)
				if err := c.Set(want); err != nil {
					t.Fatal(err)
				}
			case "scale":
				scale = rapid.SampledFrom([]float64{0.5, 1, 60, 3600}).Draw(t, "scale")
				if err := c.SetScale(scale); err != nil {
					t.Fatal(err)
				}
			}
			if now := c.Now(); !now.Equal(want) {
				t.Fatalf("it is %s (want %s)", now, want)
			}
		}
	})
}

// TestClockRace lets many use a clock at once; the race detector and the order of instants judge.
func TestClockRace(t *testing.T) {
	c := hold.NewClock(clock.New(), start)
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			before := c.Now()
			for range 200 {
				switch i {
				case 0:
					c.Freeze()
					c.Resume()
				case 1:
					_ = c.Advance(time.Second)
				case 2:
					_ = c.SetScale(float64(1 + i))
				case 3:
					_ = c.Sleep(t.Context(), time.Microsecond)
				}
				if now := c.Now(); now.Before(before) {
					t.Errorf("time went back from %s to %s", before, now)
				} else {
					before = now
				}
			}
		})
	}
	all.Wait()
}
