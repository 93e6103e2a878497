package engine

import "github.com/outagedrill/outagedrill/engine/policy"

// flow is a flow's changing state. Its run's machine (OUT-05, OUT-07, OUT-08):
//
//	run      happening                                       then
//	none     scheduled start, slots free                     running
//	none     scheduled start, otherwise                      none, with a queued run
//	running  a connection goes offline                       frozen: slots given back, waits dropped
//	running  source has no more pages                        none: completed
//	running  the source rejects a page                       none: failed
//	frozen   all connections online and slots free           running, from where it stood
//
// Whether the flow is paused is not a state of its run: it is paused while a connection is offline.
type flow struct {
	NextTick Time
	Queued   []queued // oldest first
	Run      runState
	Turn     uint32 // grows at each start, freeze and resume: answers to calls of an earlier one are stale
	Entry    Time   // when its run last started or resumed: its place in the queue when frozen
	Offline  int32  // how many of its connections are offline; paused while > 0
	PausedBy Seq    // the flow.paused entry of the present pause, 0 = not paused
	OnlineBy Seq    // the connection.online entry that ended the last pause

	// The run's position.
	Step     step
	Next     step   // what follows when the pages in hand are written
	Cursor   int64  // number of the last source record read
	InHand   []page // pages that are being read or written, in order
	RetryPos int    // errors: index of the batch being retried
	Retry    try    // the call that retries it
	Notable  bool   // this run is told in the journal: it waited, failed, froze or retried
	RunPages int64
	RunWrote int64
	RunEntry Seq // what told of this run: flow.started, flow.resumed or calls.failed; 0 = nothing
	FailedBy Seq // what told of the failure that ends the run, with stepFail
	Alike    streak

	Errors     []openError // oldest first
	RetryAsked bool        // retry_errors was commanded, for the next turn
	RetryTaken bool        // this turn retries because of such a command
	News       bool        // something for the next summary
	NewsEntry  Seq

	// Figures.
	Runs, Pages, Delivered, Opened, Resolved int64
	ResolvedMailed                           int64 // since the last summary, of records told of
	ResumedAt                                Time  // last flow.resumed
	Resumed                                  bool
}

// queued is a run that waits to start.
type queued struct {
	At    Time // its scheduled instant: its place in the queue
	Entry Seq  // its flow.queued entry
}

type runState uint8

const (
	noRun runState = iota
	running
	frozen
)

type step uint8

const (
	stepRead  step = iota // the pages in hand are to be read
	stepWrite             // they are to be written
	stepEnd               // nothing left but to complete
	stepFail              // nothing left but to fail: the source rejected the next page
)

// openError is one page of records that could not be written, OUT-08.
type openError struct {
	First, Last int64
	Class       ErrorClass
	Kept        bool // its retry data is kept, OUT-09
	Mailed      bool // a summary has told it
	Entry       Seq
}

func (o *openError) records() int64 { return o.Last - o.First + 1 }

// scheduledStart is a flow's tick: a run at once, or one queued run, never two (OUT-05).
func (e *Engine) scheduledStart(now Time, i int) {
	f := &e.st.Flows[i]
	if f.Run == noRun && len(f.Queued) == 0 && e.startable(i) {
		e.startRun(now, i)
		return
	}
	switch e.cfg.Flows.QueueWhilePaused {
	case policy.QueueOne:
		if len(f.Queued) > 0 {
			return
		}
	case policy.QueueNone:
		if f.Offline > 0 || f.Run != noRun || len(f.Queued) > 0 {
			return
		}
	case policy.QueueEvery: // one queued run a missed start
	}
	e.queueRun(now, i, f.heldBy())
}

// heldBy is why a flow's scheduled start has to wait: its pause, or what its run in progress has met; 0 where
// another flow has the slot.
func (f *flow) heldBy() Seq { return max(f.PausedBy, f.RunEntry, f.Alike.Cause) }

// queueRun adds a queued run. That a run waits its turn behind healthy ones is routine; it is told when a
// pause or trouble holds it up.
func (e *Engine) queueRun(now Time, i int, cause Seq) {
	f := &e.st.Flows[i]
	q := queued{At: now}
	if cause != 0 || e.cfg.ListRoutine || e.heldUpByTrouble(i) {
		en := about(FlowQueuedEntry, cause)
		en.Flow, en.Frozen = int32(i), f.Run == frozen
		q.Entry = e.write(en)
	}
	f.Queued = append(f.Queued, q)
	if len(f.Queued) == 1 && f.Run == noRun {
		e.enqueue(waiting{Entry: now, Flow: int32(i)})
	}
}

// heldUpByTrouble tells whether a run that holds a slot of the flow's connections has met trouble.
func (e *Engine) heldUpByTrouble(i int) bool {
	cf := &e.cfg.FlowList[i]
	for _, end := range []Endpoint{cf.From, cf.To} {
		for _, k := range e.connFlows[end.Connection] {
			if h := &e.st.Flows[k]; h.Run == running && h.Notable {
				return true
			}
		}
	}
	return false
}

// startRun starts a run that has its slots.
func (e *Engine) startRun(now Time, i int) {
	f := &e.st.Flows[i]
	f.Runs++
	f.RunPages, f.RunWrote, f.RunEntry = 0, 0, 0
	f.Notable = e.cfg.ListRoutine
	var cause Seq
	if len(f.Queued) > 0 {
		cause = f.Queued[0].Entry
		f.Notable = f.Notable || cause != 0
		f.Queued = f.Queued[1:]
	}
	if f.Notable {
		en := about(FlowStartedEntry, cause)
		en.Flow = int32(i)
		f.RunEntry = e.write(en)
	}
	f.Step = stepRead
	e.turn(now, i)
}

// turn begins a turn of a run that has its slots: open errors first, then where it stood.
func (e *Engine) turn(now Time, i int) {
	f := &e.st.Flows[i]
	f.Run = running
	f.Turn++
	f.Entry = now
	e.takeSlots(i)
	f.RetryPos = -1
	if e.retriesDue(i) {
		f.RetryPos = 0
		f.RetryTaken, f.RetryAsked = f.RetryAsked, false
		f.Notable = true
	}
	e.proceed(now, i)
}

// proceed makes the run's next calls, or ends it.
func (e *Engine) proceed(now Time, i int) {
	f := &e.st.Flows[i]
	if f.Retry.busy() || f.RetryPos >= 0 && f.busy() {
		return // what is still in flight of an earlier turn comes first
	}
	if f.RetryPos >= 0 && e.retryNext(now, i) {
		return
	}
	switch f.Step {
	case stepEnd:
		e.endRun(i, FlowCompletedEntry, f.RunEntry)
	case stepFail:
		e.endRun(i, FlowFailedEntry, f.FailedBy)
	default:
		e.pageCalls(now, i)
	}
}

// runCall places a call of a run: for a page in hand, or for a retry (onRetry).
func (e *Engine) runCall(now Time, i, page int, c call) {
	f := &e.st.Flows[i]
	end := e.cfg.FlowList[i].To
	if c.Op == ReadPage {
		end = e.cfg.FlowList[i].From
	}
	c.Task, c.Owner, c.Slot, c.Epoch = taskRun, int32(i), int32(page), f.Turn
	c.Conn, c.Resource = int32(end.Connection), int32(end.Resource)
	slot, free := e.newCall()
	*free = c
	f.try(page).Call = slot
	e.place(now, slot)
}

// endRun gives the slots back and lets the queue move on.
func (e *Engine) endRun(i int, kind EntryKind, cause Seq) {
	f := &e.st.Flows[i]
	if closed := e.closeFlowStreak(i); closed != 0 {
		cause = closed
	}
	if f.Notable {
		en := about(kind, cause)
		en.Flow, en.Pages, en.Records = int32(i), f.RunPages, f.RunWrote
		e.write(en)
	}
	f.Run, f.RunEntry = noRun, 0
	f.Turn++
	e.giveSlots(i)
	e.requeue(i)
}

// closeFlowStreak writes the streak of failures of a flow's calls.
func (e *Engine) closeFlowStreak(i int) Seq {
	f := &e.st.Flows[i]
	if f.Alike.Count == 0 { // as after nearly every call
		return 0
	}
	seq := e.closeStreak(&f.Alike, e.flowStreakEntry(i))
	if f.RunEntry == 0 {
		f.RunEntry = seq
	}
	return seq
}

// flowStreakEntry is about the side of the flow at which the failures were.
func (e *Engine) flowStreakEntry(i int) Entry {
	cf := &e.cfg.FlowList[i]
	end := cf.From
	if e.st.Flows[i].Alike.Op == WriteRecords {
		end = cf.To
	}
	en := about(CallsFailedEntry, 0)
	en.Flow, en.Connection, en.Resource = int32(i), int32(end.Connection), int32(end.Resource)
	return en
}
