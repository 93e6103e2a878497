package sim

import (
	"cmp"
	"time"

	"github.com/outagedrill/outagedrill/engine"
)

// While a fault lasts that draws by the number of the call whether it strikes, those whom it cannot strike
// still pass ahead of the others. Their calls are counted when their time comes, so that each call that is
// played has its number: a train is ticks of a job that have passed and whose calls are to be counted.
type train struct {
	at    engine.Time // of the next tick
	every time.Duration
	left  int64 // ticks
	calls int64 // of each, all at its instant
	conn  int
	job   int // at one instant jobs poll in file order (T-03)
}

func (t *train) compare(o *train) int {
	return cmp.Or(cmp.Compare(t.at, o.at), cmp.Compare(t.job, o.job))
}

// trains are a heap of them.
type trains struct{ heap []train }

// add adds a train.
func (t *trains) add(n train) {
	t.heap = append(t.heap, n)
	for i := len(t.heap) - 1; i > 0; {
		over := (i - 1) / 2
		if t.heap[over].compare(&t.heap[i]) <= 0 {
			break
		}
		t.heap[over], t.heap[i] = t.heap[i], t.heap[over]
		i = over
	}
}

// count counts the calls of trains that are sent before the call that is sent now.
func (t *trains) count(now engine.Time, w *World) {
	job := -1 // the last one that ticked now: jobs come after all else of an instant that calls
	if w.tickedAt == now {
		job = w.ticked
	}
	for len(t.heap) > 0 {
		first := &t.heap[0]
		if first.at > now || first.at == now && first.job > job {
			return
		}
		w.ven.Pass(first.conn, first.calls)
		first.at = first.at.Add(first.every)
		if first.left--; first.left == 0 {
			last := len(t.heap) - 1
			t.heap[0] = t.heap[last]
			t.heap = t.heap[:last]
		}
		t.sink()
	}
}

// sink puts the first train in its place.
func (t *trains) sink() {
	for i := 0; ; {
		k := 2*i + 1
		if k >= len(t.heap) {
			return
		}
		if k+1 < len(t.heap) && t.heap[k+1].compare(&t.heap[k]) < 0 {
			k++
		}
		if t.heap[i].compare(&t.heap[k]) <= 0 {
			return
		}
		t.heap[i], t.heap[k] = t.heap[k], t.heap[i]
		i = k
	}
}
