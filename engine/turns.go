package engine

import (
	"slices"
	"time"
)

// turn is flows that wait for one another's slots.
type turn struct {
	flows  []int // in file order
	queued bool  // they all share a slot, so that one runs at a time
}

// takeTurns parts the flows into turns: two flows are of the same turn if a run of the one may have to
// wait for a slot that a run of the other holds, directly or by way of others (OUT-07).
func (e *Engine) takeTurns() {
	e.turnOf = make([]int, len(e.cfg.FlowList))
	for i := range e.turnOf {
		e.turnOf[i] = i
	}
	for c, flows := range e.connFlows {
		if !e.cfg.Flows.InTurn || len(flows) <= e.slots(c) {
			continue
		}
		for _, f := range flows[1:] {
			e.sameTurn(e.turnOf[flows[0]], e.turnOf[f])
		}
	}
	e.turns = make([]turn, len(e.turnOf))
	for i, t := range e.turnOf {
		e.turns[t].flows = append(e.turns[t].flows, i)
	}
	for i := range e.turns {
		e.turns[i].queued = len(e.turns[i].flows) == 1 || e.shareSlot(e.turns[i].flows)
	}
	e.users = make([]int, len(e.cfg.Connections))
	for i := range e.cfg.Jobs {
		e.users[e.cfg.Jobs[i].Instance]++
	}
	for c, flows := range e.connFlows {
		met := map[int]bool{}
		for _, f := range flows {
			met[e.turnOf[f]] = true
		}
		e.users[c] += len(met)
	}
}

// sameTurn makes one turn of two.
func (e *Engine) sameTurn(a, b int) {
	for i, t := range e.turnOf {
		if t == a || t == b {
			e.turnOf[i] = min(a, b)
		}
	}
}

// Turn is what flows that wait for one another do from a tick of one of them on as long as every call
// goes well: run after run, each a read and a write for every page, and nothing else but the refreshes
// that their tokens need. What comes after the first page of a flow that takes several at once is no part
// of it.
type Turn struct {
	Flows     []Scheduled // in file order
	Queued    bool        // they all share a slot: no run begins before the one before it has ended
	Retryable bool        // somebody may order their errors to be retried
	Timeout   time.Duration
}

// Run tells what the engine does next, where that is routine for one flow alone, however the others fare: s
// becomes the flow whose tick is due now. It is false when none is, or when a run whose calls go well and
// take no time would change more than the flow's counts, its cursor and the tokens.
func (e *Engine) Run(now Time, s *Scheduled) bool {
	i, ok := e.dueNow(now, rankFlow)
	if !ok || e.cfg.FlowList[i].Pushed || e.retriesDue(i) || !e.startable(i) {
		return false
	}
	f, cf := &e.st.Flows[i], &e.cfg.FlowList[i]
	for _, c := range []int{cf.From.Connection, cf.To.Connection} {
		if e.st.Conns[c].Refreshing >= 0 {
			return false
		}
	}
	*s = Scheduled{i, f.NextTick, f.Cursor}
	return f.Run == noRun && len(f.Queued) == 0 && !f.Retry.busy() && !f.busy()
}

// Scheduled is where a flow of a Turn stands.
type Scheduled struct {
	Flow     int
	NextTick Time
	Cursor   int64 // number of the last source record read
}

// Turn tells what the engine does next, where that is routine: t becomes the turn of the flow whose tick
// is due now. It is false when none is, or when good calls would change more than counts, cursors and
// tokens.
func (e *Engine) Turn(now Time, t *Turn) bool {
	i, ok := e.dueNow(now, rankFlow)
	if !ok || !e.Quiet() {
		return false
	}
	mine := &e.turns[e.turnOf[i]]
	*t = Turn{Flows: t.Flows[:0], Queued: mine.queued, Timeout: e.cfg.Flows.CallTimeout}
	for _, k := range mine.flows {
		f, cf := &e.st.Flows[k], &e.cfg.FlowList[k]
		if e.retriesDue(k) || cf.Pushed {
			return false
		}
		t.Retryable = t.Retryable || f.retryable()
		t.Flows = append(t.Flows, Scheduled{k, f.NextTick, f.Cursor})
	}
	return true
}

// shareSlot tells whether there is a connection that all these flows use, and one of them at once.
func (e *Engine) shareSlot(flows []int) bool {
	for c, users := range e.connFlows {
		all := !slices.ContainsFunc(flows, func(i int) bool { return !slices.Contains(users, int32(i)) })
		if all && e.cfg.Flows.InTurn && e.slots(c) == 1 {
			return true
		}
	}
	return false
}

// TokenOf is how the flows' calls use a connection's token.
func (e *Engine) TokenOf(c int) Use { return e.use(c, e.cfg.Flows.TokenRefreshBefore) }

// Tick is when somebody makes calls: at an instant, and again and again a while later.
type Tick struct {
	At    Time
	Every time.Duration
}

// Ticks appends to a list when those who use a connection make calls by it, if all is Quiet, every call
// goes well and none takes any time. It is false where somebody does not at each of his ticks, or at
// other times too, or where not all of them refresh the token so long before its end.
func (e *Engine) Ticks(c int, list []Tick) ([]Tick, bool) {
	for i := range e.cfg.Jobs {
		if j := &e.st.Jobs[i]; e.cfg.Jobs[i].Instance == c && j.Enabled {
			if j.First || j.InFlight > 0 || j.HoldTill > j.NextTick {
				return list, false
			}
			list = append(list, Tick{j.NextTick, e.cfg.Jobs[i].Every})
		}
	}
	for _, i := range e.connFlows[c] {
		cf := &e.cfg.FlowList[i]
		if cf.From.Connection != c || cf.Pushed {
			return list, false
		}
		list = append(list, Tick{e.st.Flows[i].NextTick, cf.Every})
	}
	return list, e.cfg.Flows.TokenRefreshBefore == e.cfg.PollingJobs.TokenRefreshBefore
}

// Runs is what the runs of one flow of a Turn came to.
type Runs struct {
	Flow                 int
	Runs, Pages, Records int64
	NextTick             Time
	Cursor               int64

	// Of the last run.
	StartedAt            Time
	RunPages, RunRecords int64
}

// Ran tells the engine that runs, from one on that is due now, went as their Turn says.
func (e *Engine) Ran(now Time, all []Runs) {
	if i, ok := e.dueNow(now, rankFlow); !ok || e.turnOf[i] != e.turnOf[all[0].Flow] {
		panic("engine: runs of flows that are not due")
	}
	e.st.Now = now
	for i := range all {
		r := &all[i]
		f := &e.st.Flows[r.Flow]
		if r.Runs == 0 {
			continue
		}
		f.Runs += r.Runs
		f.Pages += r.Pages
		f.Delivered += r.Records
		f.NextTick, f.Cursor, f.Entry = r.NextTick, r.Cursor, r.StartedAt
		f.RunPages, f.RunWrote = r.RunPages, r.RunRecords
		f.Turn += 2 * uint32(r.Runs) // a start and an end each
		f.Step, f.Next, f.RetryPos = stepEnd, stepEnd, onRetry
		e.st.Timers.move(timer{f.NextTick, key(rankFlow, r.Flow)})
	}
}
