package steps

import (
	"fmt"
	"slices"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/dialect"
	"github.com/outagedrill/outagedrill/features/contract"
	"github.com/outagedrill/outagedrill/sim/journal"
)

// watchedFlow is what is known of a flow.
type watchedFlow struct {
	last    contract.FlowState // as the platform said last
	refresh *heardCall         // a failed one: the call fails with it unless it is made all the same
	written map[int64]bool     // numbers of the records that its destination took
	again   int64              // records that its destination took once more
	standby bool               // its connections are online, and its run has not gone on yet
}

// The states of a flow, as a platform says them.
const (
	idleFlow       = "idle"
	queuedFlow     = "queued"
	inProgressFlow = "in_progress"
	pausedFlow     = "paused"
)

// reads and writes tell whether a call is what a flow does at its source, or at its destination.
func (w *targetWatch) reads(flow int, h *heardCall) bool {
	from := w.tl.Flows[flow].From
	return h.request.Op == dialect.ReadPage &&
		h.request.Connection == from.Connection && h.request.Resource == from.Resource
}

func (w *targetWatch) writes(flow int, h *heardCall) bool {
	to := w.tl.Flows[flow].To
	return h.request.Op == dialect.WriteRecords &&
		h.request.Connection == to.Connection && h.request.Resource == to.Resource
}

// fitsFlow tells whether a flow may make a call.
func (w *targetWatch) fitsFlow(flow int, h *heardCall) bool {
	f := &w.tl.Flows[flow]
	of := h.request.Connection == f.From.Connection || h.request.Connection == f.To.Connection
	return w.reads(flow, h) || w.writes(flow, h) || h.request.Op == dialect.RefreshToken && of
}

// flowNames lists the names of the flows.
func (w *targetWatch) flowNames() []string {
	var names []string
	for i := range w.flows {
		names = append(names, w.flows[i].last.ID)
	}
	return names
}

// flowCalled notes a call of a flow.
func (w *targetWatch) flowCalled(at engine.Time, h *heardCall) error {
	f := &w.flows[h.flow]
	if f.last.State == pausedFlow && !w.tested(h.flow) {
		return fmt.Errorf("OUT-14: %w", &mismatch{
			"no call of flow " + f.last.ID + ", which is paused",
			fmt.Sprintf("a call of %s at %s", w.words(h), w.offset(at)),
		})
	}
	if f.standby {
		f.standby = false
		if err := w.resumed(at, h.flow); err != nil {
			return err
		}
	}
	if h.request.Op == dialect.RefreshToken {
		err := w.flowRefused(at, h.flow)
		if h.reading.Class != dialect.OK {
			f.refresh = h
		}
		return err
	}
	f.refresh = nil // whatever became of the refresh, the old token was tried
	if h.reading.Class != dialect.OK {
		return w.flowFailed(at, h)
	}
	if h.request.Op == dialect.WriteRecords {
		for n := h.request.First; n <= h.request.Last; n++ {
			if f.written[n] {
				f.again++
			}
			f.written[n] = true
		}
	}
	return nil
}

// flowRefused notes the failed call of a token that could not be refreshed, if there is one.
func (w *targetWatch) flowRefused(at engine.Time, flow int) error {
	h := w.flows[flow].refresh
	if h == nil {
		return nil
	}
	w.flows[flow].refresh = nil
	return w.flowFailed(at, h)
}

func (w *targetWatch) flowFailed(at engine.Time, h *heardCall) error {
	when := journal.Time(at)
	return w.write(at, &journal.Entry{
		Kind: journal.CallsFailed, Flow: w.flows[h.flow].last.ID,
		Connection: w.tl.Connections[h.request.Connection].Name, Resource: w.askedFor(h),
		Call: engine.Op(h.request.Op).String(), Class: engine.Class(h.reading.Class).String(),
		Status: int(h.reading.Status), Count: 1, First: &when, Last: &when,
	})
}

func (w *targetWatch) resumed(at engine.Time, flow int) error {
	return w.write(at, &journal.Entry{Kind: journal.FlowResumed, Flow: w.flows[flow].last.ID})
}

// soundFlow tells what cannot be in what the platform says of a flow.
func (w *targetWatch) soundFlow(at engine.Time, flow int, s *contract.FlowState) error {
	states := []string{idleFlow, queuedFlow, inProgressFlow, pausedFlow}
	was := w.flows[flow].last.Runs
	switch {
	case !slices.Contains(states, s.State):
		return fmt.Errorf("it is %s (want %s)", s.State, list(states))
	case s.State != pausedFlow && s.InProgress != (s.State == inProgressFlow):
		return fmt.Errorf("it is %s and in_progress is %t (want %t)", s.State, s.InProgress, !s.InProgress)
	case s.Delivered < 0 || s.Intermittent < 0 || s.Value < 0:
		return fmt.Errorf("%d delivered, %d intermittent_errors, %d value_errors (want 0 or more)",
			s.Delivered, s.Intermittent, s.Value)
	case len(s.Runs) < len(was):
		return fmt.Errorf("it has %d runs that are over, and had %d (want all of this world)",
			len(s.Runs), len(was))
	}
	for _, r := range s.Runs[len(was):] {
		if r.Result != "completed" && r.Result != "failed" || r.Pages < 0 || r.Records < 0 {
			return fmt.Errorf("a run of it is %s with %d records in %d pages (want completed or failed, "+
				"and 0 or more)", r.Result, r.Records, r.Pages)
		}
		if err := w.shows("ended_at of its last run", r.Ended, at); err != nil {
			return err
		}
	}
	return nil
}

// toldOfFlow is an entry about a flow, and its place among the calls of its instant.
type toldOfFlow struct {
	entry journal.Entry
	place int
}

// flowBelieved takes what changed in what the platform says of a flow.
func (w *targetWatch) flowBelieved(flow int, is *contract.FlowState) {
	f := &w.flows[flow]
	was := f.last
	begins, ends := w.places(flow, is)
	f.last = *is
	add := func(place int, e journal.Entry) {
		e.Flow = is.ID
		w.told = append(w.told, toldOfFlow{e, place})
	}
	if is.State == pausedFlow {
		f.standby = false
	}
	if was.State == pausedFlow && is.State != pausedFlow && is.InProgress {
		f.standby = !w.active(flow)
	}
	if was.State == pausedFlow && is.State != pausedFlow && !f.standby {
		add(begins, journal.Entry{Kind: journal.FlowResumed})
	}
	for i, r := range is.Runs[len(was.Runs):] {
		if f.standby {
			f.standby = false
			add(begins, journal.Entry{Kind: journal.FlowResumed})
		}
		kind := journal.FlowCompleted
		if r.Result == "failed" {
			kind = journal.FlowFailed
		}
		add(ends[i], journal.Entry{Kind: kind, Pages: r.Pages, Records: r.Records})
	}
	for _, e := range slices.Concat(
		errorsChanged("intermittent", was.Intermittent, is.Intermittent),
		errorsChanged("value", was.Value, is.Value),
	) {
		add(len(w.present), e)
	}
	if was.State != pausedFlow && is.State == pausedFlow {
		e := journal.Entry{Kind: journal.FlowPaused}
		if is.InProgress {
			e.State = "frozen"
		}
		add(len(w.present), e)
	}
}

// flowsTold writes what changed in flows at an instant, in the order of their calls.
func (w *targetWatch) flowsTold(at engine.Time) error {
	slices.SortStableFunc(w.told, func(a, b toldOfFlow) int { return a.place - b.place })
	for i := range w.told {
		if err := w.write(at, &w.told[i].entry); err != nil {
			return err
		}
	}
	w.told = w.told[:0]
	return nil
}

// places says where among the calls of an instant a flow began, and where each of its runs ended that are
// over since. Runs follow one another: from the last call back, each has as many pages as the platform says.
func (w *targetWatch) places(flow int, is *contract.FlowState) (begins int, ends []int) {
	runs := is.Runs[len(w.flows[flow].last.Runs):]
	ends = make([]int, len(runs))
	var calls []int
	for i := range w.present {
		if w.present[i].flow == flow {
			calls = append(calls, i)
		}
	}
	if len(calls) == 0 {
		return 0, ends
	}
	begins = calls[0]
	at := len(calls) - 1
	for k := len(runs) - 1; k >= 0 && at >= 0; k-- {
		ends[k] = calls[at]
		for pages := runs[k].Pages; at >= 0 && pages > 0; at-- {
			if h := &w.present[calls[at]]; h.request.Op == dialect.ReadPage && h.reading.Class == dialect.OK {
				pages--
			}
		}
	}
	return begins, ends
}

// errorsChanged is what a change of the number of open errors tells; none where there is none.
func errorsChanged(class string, was, is int64) []journal.Entry {
	switch {
	case is > was:
		return []journal.Entry{{Kind: journal.ErrorOpened, ErrorClass: class, Count: is - was}}
	case is < was:
		return []journal.Entry{{Kind: journal.ErrorResolved, ErrorClass: class, Count: was - is}}
	}
	return nil
}

// active tells whether a flow made a call at the present instant.
func (w *targetWatch) active(flow int) bool {
	return slices.ContainsFunc(w.present, func(h heardCall) bool { return h.flow == flow })
}

// tested tells whether a test of one of a flow's connections passed at the present instant.
func (w *targetWatch) tested(flow int) bool {
	f := &w.tl.Flows[flow]
	return w.passed(f.From.Connection) || w.passed(f.To.Connection)
}

// idleAt wants a flow that is idle at its tick to read its source, unless its run has to wait.
func (w *targetWatch) idleAt(at engine.Time, flow int, is *contract.FlowState) error {
	f, tl := &w.flows[flow], &w.tl.Flows[flow]
	stays := f.last.State == idleFlow && is.State == idleFlow
	if !stays || w.tickOf(tl.Every, tl.Phase, at) != at || w.active(flow) {
		return nil
	}
	return fmt.Errorf("OUT-07: %w", &mismatch{
		fmt.Sprintf("a run of flow %s at its tick at %s, or one that is queued", f.last.ID, w.offset(at)),
		"no call of it, and it is idle",
	})
}

// flowSummaries are the figures of flows that can be seen from outside.
func (w *targetWatch) flowSummaries(v *fakevendor.Vendor, end fakevendor.Time) []journal.FlowSummary {
	var all []journal.FlowSummary
	for i := range w.flows {
		f, tl := &w.flows[i], &w.tl.Flows[i]
		application := w.tl.Connections[tl.From.Connection].Application
		created, taken := v.CountBefore(application, tl.From.Resource, end), int64(len(f.written))
		s := journal.FlowSummary{
			ID: f.last.ID, State: f.last.State, Runs: int64(len(f.last.Runs)),
			Delivered: f.last.Delivered, OpenErrors: f.last.Intermittent + f.last.Value,
			Lost:       max(taken-f.last.Delivered, 0), // more than the platform knows of
			Duplicated: f.again + max(f.last.Delivered-taken, 0),
		}
		if f.last.InProgress {
			s.Runs++
		}
		s.Waiting = created - taken - s.OpenErrors
		all = append(all, s)
	}
	return all
}
