package engine

// timers is a 4-ary heap of (instant, key). The key orders what is due at one instant: the rank of
// T-03 in the high bits, the file order in the low ones.
type timers []timer

type timer struct {
	At  Time
	Key uint64
}

// The ranks of T-03 that have timers. Sweeps, the queue, first polls and summaries have fields of
// their own in state.
const (
	rankWait   = 1 // retries and ends of waits
	rankFlow   = 2 // scheduled starts of flows
	rankJob    = 3 // ticks of polling jobs
	rankAdvice = 4
)

func key(rank, index int) uint64 { return uint64(rank)<<32 | uint64(index) }

func (t timer) rank() int  { return int(t.Key >> 32) }
func (t timer) index() int { return int(t.Key & (1<<32 - 1)) }

func (t timer) before(u timer) bool {
	return t.At < u.At || t.At == u.At && t.Key < u.Key
}

func (h *timers) push(t timer) {
	s := append(*h, t)
	i := len(s) - 1
	for i > 0 {
		p := (i - 1) / 4
		if !t.before(s[p]) {
			break
		}
		s[i] = s[p]
		i = p
	}
	s[i] = t
	*h = s
}

// pop removes the first.
func (h *timers) pop() {
	s := *h
	last := s[len(s)-1]
	s = s[:len(s)-1]
	*h = s
	if len(s) > 0 {
		s.sink(0, last)
	}
}

// replace puts t in the place of the first.
func (h timers) replace(t timer) { h.sink(0, t) }

// move puts off the timer with t's key to t's instant, which is not before its own.
func (h timers) move(t timer) {
	for i := range h {
		if h[i].Key == t.Key {
			h.sink(i, t)
			return
		}
	}
}

// sink puts t in the place i, or below it.
func (h timers) sink(i int, t timer) {
	n := len(h)
	for {
		c := 4*i + 1
		if c >= n {
			break
		}
		best := c
		for k := c + 1; k < min(c+4, n); k++ {
			if h[k].before(h[best]) {
				best = k
			}
		}
		if !h[best].before(t) {
			break
		}
		h[i] = h[best]
		i = best
	}
	h[i] = t
}
