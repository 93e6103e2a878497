package fakevendor

import (
	"math/bits"
	"time"

	"github.com/outagedrill/outagedrill/fakevendor/dialect"
)

// concurrencyWait is the Retry-After of a call that found every slot taken: the vendor cannot know
// when one will be free.
const concurrencyWait = time.Second

// limiter is an application's configured limit with its counters.
type limiter struct {
	*Limit
	start    Time
	counters []counter // by key
}

// counter is the state of one key; each algorithm uses fields of its own. It is part of the State.
type counter struct {
	Window  int64  `json:"window,omitempty"`  // fixed: number of the window that Used counts
	Used    int64  `json:"used,omitempty"`    // fixed
	Log     []Time `json:"log,omitempty"`     // sliding: the latest Requests calls, a ring when full
	Oldest  int    `json:"oldest,omitempty"`  // sliding: where the ring begins
	Tokens  int64  `json:"tokens,omitempty"`  // bucket: whole tokens
	Part    uint64 `json:"part,omitempty"`    // bucket: of the next token, in 1/Per
	Filled  Time   `json:"filled,omitempty"`  // bucket: the instant of Tokens and Part
	Flights []Time `json:"flights,omitempty"` // concurrency: ends of the calls in flight
}

func newLimiter(l *Limit, start Time, connections, resources int) *limiter {
	n := 1
	switch l.By {
	case ByConnection:
		n = connections
	case ByResource:
		n = resources + 1 // tests concern no resource and have a counter of their own
	case ByApplication:
	}
	lim := &limiter{Limit: l, start: start, counters: make([]counter, n)}
	for i := range lim.counters {
		lim.counters[i].Tokens, lim.counters[i].Filled = l.Requests, start
	}
	return lim
}

func (l *limiter) counter(req *Request) *counter {
	switch l.By {
	case ByConnection:
		return &l.counters[req.Connection]
	case ByResource:
		return &l.counters[req.Resource+1]
	case ByApplication:
	}
	return &l.counters[0]
}

// wait gives the Retry-After of a call that is over the limit, in whole seconds; 0 when it is not.
func (l *limiter) wait(now Time, req *Request) time.Duration {
	c := l.counter(req)
	var wait time.Duration
	if l.Requests > 0 {
		wait = secondsUp(l.requestWait(c, now))
	}
	if l.Concurrency > 0 {
		c.land(now)
		if len(c.Flights) >= l.Concurrency {
			wait = max(wait, concurrencyWait)
		}
	}
	return wait
}

// requestWait gives the time until a further request is allowed.
func (l *limiter) requestWait(c *counter, now Time) time.Duration {
	switch l.Algorithm {
	case FixedWindow:
		window, end := l.window(now)
		if c.Window == window && c.Used >= l.Requests {
			return end
		}
	case SlidingWindow:
		if int64(len(c.Log)) == l.Requests {
			return max(0, time.Duration(c.Log[c.Oldest]-now)+l.Per)
		}
	case TokenBucket:
		c.refill(l.Limit, now)
		if c.Tokens == 0 {
			missing := uint64(l.Per) - c.Part
			return time.Duration((missing + uint64(l.Requests) - 1) / uint64(l.Requests))
		}
	}
	return 0
}

// window gives the number of the fixed window at now, and the time to its end.
func (l *limiter) window(now Time) (number int64, left time.Duration) {
	elapsed := time.Duration(now - l.start)
	return int64(elapsed / l.Per), l.Per - elapsed%l.Per
}

// note counts a call by what it was answered: those with an HTTP status count as requests, and as in
// flight until the answer comes or the caller hangs up. 429s do not count; a call without any answer
// is in flight all the same.
func (l *limiter) note(now Time, req *Request, resp *Response) {
	if resp.Shape.Name == dialect.ShapeRateLimited {
		return
	}
	c := l.counter(req)
	if l.Requests > 0 && resp.Shape.Status != 0 {
		l.count(c, now)
	}
	if l.Concurrency > 0 && (resp.Shape.Status != 0 || resp.Shape.Transport == dialect.NoAnswer) {
		end := now.plus(resp.Latency)
		if req.Patience > 0 {
			end = min(end, now.plus(req.Patience))
		}
		c.land(now)
		if end > now {
			c.Flights = append(c.Flights, end)
		}
	}
}

// count counts a request that the application answered.
func (l *limiter) count(c *counter, now Time) {
	switch l.Algorithm {
	case FixedWindow:
		window, _ := l.window(now)
		if c.Window != window {
			c.Window, c.Used = window, 0
		}
		c.Used++
	case SlidingWindow:
		if int64(len(c.Log)) < l.Requests {
			c.Log = append(c.Log, now)
			return
		}
		c.Log[c.Oldest] = now
		c.Oldest = (c.Oldest + 1) % len(c.Log)
	case TokenBucket:
		c.refill(l.Limit, now)
		c.Tokens = max(0, c.Tokens-1)
	}
}

// refill adds the tokens that came since the last look: Requests each Per, up to Requests, exactly.
func (c *counter) refill(l *Limit, now Time) {
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
