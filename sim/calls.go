package sim

import "github.com/outagedrill/outagedrill/engine"

// calls holds the calls in flight, ordered by the end of each: (instant, order of sending).
type calls struct {
	heap []ending
	info []flight // by the engine's slot
}

type ending struct {
	at engine.Time
	id uint64
}

// flight is a call on its way with the result that it will have.
type flight struct {
	call   engine.Call
	result engine.Result
}

func (a ending) before(b ending) bool { return a.at < b.at || a.at == b.at && a.id < b.id }

func (c *calls) add(at engine.Time, f flight) {
	slot := engine.Slot(f.call.ID)
	for int(slot) >= len(c.info) {
		c.info = append(c.info, flight{})
	}
	c.info[slot] = f
	c.heap = append(c.heap, ending{at, f.call.ID})
	for i := len(c.heap) - 1; i > 0; {
		p := (i - 1) / 2
		if !c.heap[i].before(c.heap[p]) {
			break
		}
		c.heap[i], c.heap[p] = c.heap[p], c.heap[i]
		i = p
	}
}

// take removes the call that ends first.
func (c *calls) take() flight {
	f := c.info[engine.Slot(c.heap[0].id)]
	n := len(c.heap) - 1
	c.heap[0] = c.heap[n]
	c.heap = c.heap[:n]
	for i := 0; ; {
		k := 2*i + 1
		if k >= n {
			break
		}
		if k+1 < n && c.heap[k+1].before(c.heap[k]) {
			k++
		}
		if !c.heap[k].before(c.heap[i]) {
			break
		}
		c.heap[i], c.heap[k] = c.heap[k], c.heap[i]
		i = k
	}
	return f
}
