package fakevendor

import (
	"math/bits"
	"sort"
	"time"

	"github.com/outagedrill/outagedrill/fakevendor/dialect"
)

// counter is the state of one key of a limit; each algorithm uses fields of its own. It is part of the State.
type counter struct {
	Until   Time   `json:"until,omitempty"`   // fixed: end of the window that Used counts; 0 for none yet
	Used    int64  `json:"used,omitempty"`    // fixed
	Log     []Time `json:"log,omitempty"`     // sliding: the latest Requests calls, a ring when full
	Oldest  int    `json:"oldest,omitempty"`  // sliding: where the ring begins
	Tokens  int64  `json:"tokens,omitempty"`  // bucket: whole tokens
	Part    uint64 `json:"part,omitempty"`    // bucket: of the next token, in 1/Per
	Filled  Time   `json:"filled,omitempty"`  // bucket: the instant of Tokens and Part
	Flights []Time `json:"flights,omitempty"` // concurrency: ends of the calls in flight
	Seen    Time   `json:"seen,omitempty"`    // of a counter by name: when it was asked for last
}

func newCounter(l *dialect.Limit, now Time) counter {
	if l.Algorithm == dialect.TokenBucket {
		return counter{Tokens: l.Requests, Filled: now}
	}
	return counter{}
}

// wait gives the time until a further call of that cost is allowed.
func (c *counter) wait(l *dialect.Limit, now Time, cost int64) time.Duration {
	switch l.Algorithm {
	case dialect.FixedWindow:
		if now < c.Until && c.Used+cost > l.Requests {
			return time.Duration(c.Until - now)
		}
	case dialect.SlidingWindow:
		if gone := int64(len(c.Log)) + cost - l.Requests; gone > 0 { // so many must have left the window
			return max(0, time.Duration(c.logged(int(gone)-1)-now)+l.Per)
		}
	case dialect.TokenBucket:
		c.refill(l, now)
		return c.fills(l, cost)
	}
	return 0
}

// logged gives the instant of the n-th oldest call of a sliding window.
func (c *counter) logged(n int) Time { return c.Log[(c.Oldest+n)%len(c.Log)] }

// fills gives the time until a bucket, as it is, holds so many tokens.
func (c *counter) fills(l *dialect.Limit, tokens int64) time.Duration {
	if c.Tokens >= tokens {
		return 0
	}
	requests := uint64(l.Requests)
	high, low := bits.Mul64(uint64(tokens-c.Tokens), uint64(l.Per))
	low, borrow := bits.Sub64(low, c.Part, 0)
	low, carry := bits.Add64(low, requests-1, 0)
	wait, _ := bits.Div64(high-borrow+carry, low, requests) // tokens <= Requests, so the quotient fits
	return time.Duration(wait)
}

// count counts a call that the application answered; a fixed window that it begins ends at end.
func (c *counter) count(l *dialect.Limit, now, end Time, cost int64) {
	switch l.Algorithm {
	case dialect.FixedWindow:
		if now >= c.Until {
			c.Until, c.Used = end, 0
		}
		c.Used += cost
	case dialect.SlidingWindow:
		for range cost {
			c.log(l, now)
		}
	case dialect.TokenBucket:
		c.refill(l, now)
		c.Tokens = max(0, c.Tokens-cost)
	}
}

func (c *counter) log(l *dialect.Limit, now Time) {
	if int64(len(c.Log)) < l.Requests {
		c.Log = append(c.Log, now)
		return
	}
	c.Log[c.Oldest] = now
	c.Oldest = (c.Oldest + 1) % len(c.Log)
}

// refill adds the tokens that came since the last look: Requests each Per, up to Requests, exactly.
func (c *counter) refill(l *dialect.Limit, now Time) {
	elapsed := time.Duration(now - c.Filled)
	c.Filled = now
	if elapsed >= l.Per {
		c.Tokens, c.Part = l.Requests, 0
		return
	}
	high, low := bits.Mul64(uint64(elapsed), uint64(l.Requests))
	low, carry := bits.Add64(low, c.Part, 0)
	tokens, part := bits.Div64(high+carry, low, uint64(l.Per)) // elapsed < Per, so the quotient fits
	c.Tokens, c.Part = c.Tokens+int64(tokens), part
	if c.Tokens >= l.Requests {
		c.Tokens, c.Part = l.Requests, 0
	}
}

// land forgets the calls that are no longer in flight.
func (c *counter) land(now Time) {
	kept := c.Flights[:0]
	for _, end := range c.Flights {
		if end > now {
			kept = append(kept, end)
		}
	}
	c.Flights = kept
}

// used gives how much of a limit is used up: of its requests, or of its slots where it has no others.
func (c *counter) used(l *dialect.Limit, now Time) int64 {
	if l.Requests == 0 {
		return int64(c.inFlight(now))
	}
	switch l.Algorithm {
	case dialect.FixedWindow:
		if now < c.Until {
			return c.Used
		}
	case dialect.SlidingWindow:
		return int64(len(c.Log) - c.left(l, now))
	case dialect.TokenBucket:
		full := *c
		full.refill(l, now)
		return l.Requests - full.Tokens
	}
	return 0
}

// left gives how many calls of a sliding window's log have left the window.
func (c *counter) left(l *dialect.Limit, now Time) int {
	return sort.Search(len(c.Log), func(i int) bool { return c.logged(i).plus(l.Per) > now })
}

func (c *counter) inFlight(now Time) int {
	n := 0
	for _, end := range c.Flights {
		if end > now {
			n++
		}
	}
	return n
}

// atRest tells whether the counter is as a new one.
func (c *counter) atRest(l *dialect.Limit, now Time) bool {
	return c.inFlight(now) == 0 && (l.Requests == 0 || c.used(l, now) == 0)
}

// rests gives when the requests that were counted are all forgotten; now when they are.
func (c *counter) rests(l *dialect.Limit, now Time) Time {
	if l.Requests == 0 || c.used(l, now) == 0 {
		return now
	}
	if l.Algorithm == dialect.SlidingWindow {
		return c.logged(len(c.Log) - 1).plus(l.Per)
	}
	return c.reset(l, now, now)
}

// reset gives when a window ends, when the oldest call leaves a sliding one, or when a bucket is full.
// fresh is the end of a fixed window that would begin now.
func (c *counter) reset(l *dialect.Limit, now, fresh Time) Time {
	if l.Requests == 0 {
		return now
	}
	switch l.Algorithm {
	case dialect.FixedWindow:
		if now < c.Until {
			return c.Until
		}
		return fresh
	case dialect.SlidingWindow:
		if gone := c.left(l, now); gone < len(c.Log) {
			return c.logged(gone).plus(l.Per)
		}
	case dialect.TokenBucket:
		full := *c
		full.refill(l, now)
		return now.plus(full.fills(l, l.Requests))
	}
	return now
}
