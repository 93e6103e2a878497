package live

import (
	"time"

	"github.com/benbjohnson/clock"

	"github.com/outagedrill/outagedrill/engine"
)

// Timebase relates a clock to the platform's time: at the clock's Began it was At on the platform, and since
// then Scale seconds pass there for each of the clock's. The zero value makes them the same.
type Timebase struct {
	Began time.Time
	At    engine.Time
	Scale float64 // > 0; 0 = the zero value
}

func (t *Timebase) now(c clock.Clock) engine.Time { return t.Of(c.Now()) }

// Of is the platform's time at a reading of the clock.
func (t *Timebase) Of(reading time.Time) engine.Time {
	if t.Scale == 0 {
		return engine.Time(reading.UnixNano())
	}
	return t.At.Add(time.Duration(float64(reading.Sub(t.Began)) * t.Scale))
}

// Real is how long, by the clock, a span of the platform's time takes.
func (t *Timebase) Real(d time.Duration) time.Duration {
	if t.Scale == 0 {
		return d
	}
	return time.Duration(float64(d)/t.Scale) + 1
}

// until is how long, by the clock, it is to an instant; of Never as long as a timer can be set.
func (t *Timebase) until(c clock.Clock, at engine.Time) time.Duration {
	const longest = 1 << 62
	if at == engine.Never {
		return longest
	}
	return min(t.Real(time.Duration(at-t.now(c))), longest)
}
