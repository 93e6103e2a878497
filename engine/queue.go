package engine

import "slices"

// enqueue puts a run into the one queue: frozen runs before queued ones (with queue.frozen_first), then by
// (instant of entry, file order), OUT-07.
func (e *Engine) enqueue(w waiting) {
	at, _ := slices.BinarySearchFunc(e.st.Queue, w, e.compareWaiting)
	e.st.Queue = slices.Insert(e.st.Queue, at, w)
	e.st.Scan = true
}

func (e *Engine) compareWaiting(a, b waiting) int {
	if e.cfg.Flows.FrozenFirst && a.Frozen != b.Frozen {
		if a.Frozen {
			return -1
		}
		return 1
	}
	if a.Entry != b.Entry {
		if a.Entry < b.Entry {
			return -1
		}
		return 1
	}
	return int(a.Flow) - int(b.Flow)
}

// requeue gives a flow whose run was in progress, and so stood in no queue, the place that its state calls
// for now: that of its frozen run, that of its oldest queued run, or none.
func (e *Engine) requeue(i int) {
	f := &e.st.Flows[i]
	switch {
	case f.Run == frozen:
		e.enqueue(waiting{Frozen: true, Entry: f.Entry, Flow: int32(i)})
	case f.Run == noRun && len(f.Queued) > 0:
		e.enqueue(waiting{Entry: f.Queued[0].At, Flow: int32(i)})
	}
}

// scanQueue reads the queue from the front and starts or resumes the first run that may go.
func (e *Engine) scanQueue(now Time) bool {
	if !e.st.Scan {
		return false
	}
	for k, w := range e.st.Queue {
		i := int(w.Flow)
		if !e.startable(i) {
			continue
		}
		e.st.Queue = slices.Delete(e.st.Queue, k, k+1)
		if w.Frozen {
			f := &e.st.Flows[i]
			f.RunEntry = e.resumed(now, i, f.OnlineBy)
			e.turn(now, i)
		} else {
			e.startRun(now, i)
		}
		return true
	}
	e.st.Scan = false
	return false
}

// startable tells whether a flow's connections are all online with a slot free. Whether it has another
// run is seen to by the queue, which holds no flow whose run is in progress.
func (e *Engine) startable(i int) bool {
	if e.st.Flows[i].Offline > 0 {
		return false
	}
	if !e.cfg.Flows.InTurn {
		return true
	}
	cf := &e.cfg.FlowList[i]
	return e.slotFree(cf.From.Connection) && e.slotFree(cf.To.Connection)
}

func (e *Engine) slotFree(c int) bool { return int(e.st.Conns[c].Busy) < e.slots(c) }

// slots is how many flows of a connection may run at once.
func (e *Engine) slots(c int) int {
	if n := e.cfg.Connections[c].FlowsAtOnce; n > 0 {
		return n
	}
	return e.cfg.Flows.FlowsAtOnce
}

// takeSlots takes one slot on each connection of the flow.
func (e *Engine) takeSlots(i int) { e.addSlots(i, 1) }

// giveSlots gives them back; whoever waits may now go.
func (e *Engine) giveSlots(i int) {
	e.addSlots(i, -1)
	if len(e.st.Queue) > 0 {
		e.st.Scan = true
	}
}

func (e *Engine) addSlots(i int, n int32) {
	cf := &e.cfg.FlowList[i]
	e.st.Conns[cf.From.Connection].Busy += n
	if cf.To.Connection != cf.From.Connection {
		e.st.Conns[cf.To.Connection].Busy += n
	}
}
