package hold

import (
	"container/heap"
	"context"
	"errors"
	"fmt"
	"math"
	"sync"
	"time"

	"github.com/benbjohnson/clock"
)

// Clock is the vendor's time, made from a clock that runs by itself. It stands still, jumps ahead or hurries
// as it is told, and never goes back but by Restart. It is safe for concurrent use.
type Clock struct {
	mu     sync.Mutex
	source clock.Clock
	began  time.Time // what the source said when the vendor's time was at
	at     int64     // UTC nanoseconds since the Unix epoch, as all instants in here
	latest int64     // the latest instant told
	scale  float64
	frozen bool
	waits  waits
	alarm  *clock.Timer // wakes the first of waits; nil: none is set
}

// The bounds of a Clock.
const (
	MaxScale = 86_400 // vendor's seconds in one of the source's
	lastYear = 2200   // instants lie before its end, as those of timelines do
)

// The errors of a Clock.
var (
	ErrBack      = errors.New("the clock does not go back")
	ErrRestarted = errors.New("the vendor's time was started anew")
)

// NewClock starts the vendor's time at start; it runs as fast as the source does.
func NewClock(source clock.Clock, start time.Time) *Clock {
	at := start.UnixNano()
	return &Clock{source: source, began: source.Now(), at: at, latest: at, scale: 1}
}

// NewFrozenClock starts the vendor's time at start, where it stands still until Resume.
func NewFrozenClock(source clock.Clock, start time.Time) *Clock {
	c := NewClock(source, start)
	c.frozen = true
	return c
}

// Now is the vendor's time, in UTC. It never is before what Now told before.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return instant(c.now())
}

// Reading is all that there is to know of a Clock at one instant.
type Reading struct {
	Now     time.Time
	Frozen  bool
	Scale   float64   // vendor's seconds in one of the source's, while it is not frozen
	Waiting int       // how many wait for a later instant
	Next    time.Time // when the first of them goes on; zero: nobody waits
}

// Read tells how the clock stands.
func (c *Clock) Read() Reading {
	c.mu.Lock()
	defer c.mu.Unlock()
	r := Reading{Now: instant(c.now()), Frozen: c.frozen, Scale: c.scale, Waiting: len(c.waits)}
	if len(c.waits) > 0 {
		r.Next = instant(c.waits[0].until)
	}
	return r
}

// Freeze makes time stand still until Resume; jumps remain possible.
func (c *Clock) Freeze() { _ = c.change(func() error { c.frozen = true; return nil }) }

// Resume makes time run again, at the scale that is set.
func (c *Clock) Resume() { _ = c.change(func() error { c.frozen = false; return nil }) }

// SetScale says how many seconds pass for each of the source's: above 0, MaxScale at most.
func (c *Clock) SetScale(scale float64) error {
	if !(scale > 0 && scale <= MaxScale) {
		return fmt.Errorf("a scale of %v (want above 0, at most %d)", scale, MaxScale)
	}
	return c.change(func() error { c.scale = scale; return nil })
}

// Advance moves the time ahead, running or frozen. It is an error to go back or beyond the year 2200.
func (c *Clock) Advance(d time.Duration) error {
	return c.change(func() error {
		if d > 0 && c.at > math.MaxInt64-int64(d) {
			return errTooFar
		}
		return c.jump(c.at + int64(d))
	})
}

// Set moves the time to an instant, running or frozen. The errors are those of Advance.
func (c *Clock) Set(to time.Time) error {
	return c.change(func() error {
		if to.Year() > lastYear {
			return errTooFar
		}
		return c.jump(to.UnixNano())
	})
}

// Restart begins the vendor's time anew at an instant, which may lie back; whoever waits gets ErrRestarted.
// Frozen and scale stay as they are.
func (c *Clock) Restart(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at, c.latest, c.began = at.UnixNano(), at.UnixNano(), c.source.Now()
	for _, w := range c.waits {
		w.err, w.place = ErrRestarted, gone
		close(w.done)
	}
	c.waits = nil
	c.arm()
}

var errTooFar = fmt.Errorf("an instant after the year %d", lastYear)

// jump moves the time within a change.
func (c *Clock) jump(to int64) error {
	switch {
	case to < c.at:
		return ErrBack
	case instant(to).Year() > lastYear:
		return errTooFar
	}
	c.at = to
	return nil
}

// change settles what time it is, lets f change the clock, and wakes whom that concerns.
func (c *Clock) change(f func() error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.now()
	c.began = c.source.Now()
	err := f()
	c.wake()
	c.arm()
	return err
}

// now is the time; it stops at the end of the last year.
func (c *Clock) now() int64 {
	if !c.frozen {
		passed := float64(c.source.Now().Sub(c.began)) * c.scale
		if most := float64(math.MaxInt64 - c.at); passed >= most {
			passed = 0 // beyond what a duration holds: nobody waits for that
		}
		c.latest = max(c.latest, c.at+int64(passed))
	}
	c.latest = max(c.latest, c.at)
	return c.latest
}

func instant(ns int64) time.Time { return time.Unix(0, ns).UTC() }

// Wait returns once the vendor's time is at an instant or later: nil, or the context's error if that comes
// first, or ErrRestarted. Whoever waits for an earlier instant is woken first.
func (c *Clock) Wait(ctx context.Context, until time.Time) error {
	w := c.register(until.UnixNano())
	if w == nil {
		return nil
	}
	select {
	case <-w.done:
		return w.err
	case <-ctx.Done():
		c.forget(w)
		return ctx.Err()
	}
}

// Sleep waits for a span of the vendor's time.
func (c *Clock) Sleep(ctx context.Context, d time.Duration) error {
	return c.Wait(ctx, c.Now().Add(d))
}

func (c *Clock) register(until int64) *wait {
	c.mu.Lock()
	defer c.mu.Unlock()
	if until <= c.now() {
		return nil
	}
	w := &wait{until: until, done: make(chan struct{})}
	heap.Push(&c.waits, w)
	if w.place == 0 {
		c.arm()
	}
	return w
}

func (c *Clock) forget(w *wait) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if w.place == gone {
		return
	}
	first := w.place == 0
	heap.Remove(&c.waits, w.place)
	if first {
		c.arm()
	}
}

// wake lets go on whoever has waited long enough, in order of their instants.
func (c *Clock) wake() {
	for now := c.now(); len(c.waits) > 0 && c.waits[0].until <= now; {
		close(heap.Pop(&c.waits).(*wait).done)
	}
}

// arm sets the alarm for the first of those who wait. A frozen clock needs none: only a change moves it.
func (c *Clock) arm() {
	if c.alarm != nil {
		c.alarm.Stop()
		c.alarm = nil
	}
	if c.frozen || len(c.waits) == 0 {
		return
	}
	const longest = 1 << 62
	real := max(math.Ceil(float64(c.waits[0].until-c.now())/c.scale), 1)
	c.alarm = c.source.AfterFunc(time.Duration(min(real, longest)), c.ring)
}

// ring is what the alarm does.
func (c *Clock) ring() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.wake()
	c.arm()
}

// wait is one who waits for an instant.
type wait struct {
	until int64
	place int // in the heap, or gone
	done  chan struct{}
	err   error // set before done is closed
}

const gone = -1

// waits is a heap: the earliest instant first.
type waits []*wait

func (w waits) Len() int           { return len(w) }
func (w waits) Less(i, j int) bool { return w[i].until < w[j].until }
func (w waits) Swap(i, j int) {
	w[i], w[j] = w[j], w[i]
	w[i].place, w[j].place = i, j
}

func (w *waits) Push(x any) {
	x.(*wait).place = len(*w)
	*w = append(*w, x.(*wait))
}

func (w *waits) Pop() any {
	old := *w
	last := old[len(old)-1]
	old[len(old)-1] = nil
	*w = old[:len(old)-1]
	last.place = gone
	return last
}
