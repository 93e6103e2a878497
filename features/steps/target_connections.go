package steps

import (
	"fmt"
	"slices"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/fakevendor/dialect"
	"github.com/outagedrill/outagedrill/features/contract"
	"github.com/outagedrill/outagedrill/sim/journal"
)

// watchedConnection is what is known of a connection.
type watchedConnection struct {
	last    contract.ConnectionState // as the platform said last
	refresh *heardCall               // a failed one: the test fails with it unless it is made all the same
}

// passed tells whether a test of a connection passed at the present instant: ok and rate_limited pass
// (OUT-06).
func (w *targetWatch) passed(connection int) bool {
	return slices.ContainsFunc(w.present, func(h heardCall) bool {
		return h.request.Op == dialect.TestConnection && h.request.Connection == connection && passes(&h)
	})
}

func passes(h *heardCall) bool {
	return h.reading.Class == dialect.OK || h.reading.Class == dialect.RateLimited
}

// connectionTested notes a test.
func (w *targetWatch) connectionTested(at engine.Time, h *heardCall) error {
	e := journal.Entry{
		Kind: journal.ConnectionTested, Connection: w.tl.Connections[h.request.Connection].Name,
		Result: "passed", Status: int(h.reading.Status),
	}
	if !passes(h) {
		e.Result, e.Class = "failed", engine.Class(h.reading.Class).String()
	}
	return w.write(at, &e)
}

// believedFlows takes what the platform says of connections and flows, where it offers flows.
func (w *targetWatch) believedFlows(at engine.Time, due bool, state *contract.State) error {
	if !w.hasFlows {
		return nil
	}
	for i := range w.conns {
		if h := w.conns[i].refresh; h != nil {
			w.conns[i].refresh = nil
			if err := w.connectionTested(at, h); err != nil {
				return err
			}
		}
		if err := w.connectionBelieved(at, i, connectionOf(state, w.conns[i].last.ID)); err != nil {
			return err
		}
	}
	for i := range w.flows {
		is := flowOf(state, w.flows[i].last.ID)
		if due {
			if err := w.idleAt(at, i, is); err != nil {
				return err
			}
		}
		if err := w.flowRefused(at, i); err != nil {
			return err
		}
		w.flowBelieved(i, is)
	}
	return w.flowsTold(at)
}

// connectionBelieved notes what changed in what the platform says of a connection.
func (w *targetWatch) connectionBelieved(at engine.Time, connection int, is *contract.ConnectionState) error {
	c := &w.conns[connection]
	was := c.last
	c.last = *is
	e := journal.Entry{
		Connection:  is.ID,
		Application: w.tl.Applications[w.tl.Connections[connection].Application].Name,
	}
	switch {
	case was.Online && !is.Online:
		e.Kind, e.Class = journal.ConnectionOffline, *is.Because
	case !was.Online && is.Online && !w.passed(connection):
		return fmt.Errorf("OUT-14: %w", &mismatch{
			"connection " + is.ID + " online by a passing test alone",
			"it is online at " + w.offset(at) + ", and no test of it passed then",
		})
	case !was.Online && is.Online:
		e.Kind = journal.ConnectionOnline
	default:
		return nil
	}
	return w.write(at, &e)
}

// soundFlows tells what cannot be in what the platform says of its connections and flows.
func (w *targetWatch) soundFlows(at engine.Time, state *contract.State) error {
	if !w.hasFlows {
		return nil
	}
	var connections, flows, known []string
	for i := range state.Connections {
		connections = append(connections, state.Connections[i].ID)
	}
	for i := range state.Flows {
		flows = append(flows, state.Flows[i].ID)
	}
	for i := range w.conns {
		known = append(known, w.conns[i].last.ID)
	}
	if err := w.complete("connections", connections, known); err != nil {
		return err
	}
	if err := w.complete("flows", flows, w.flowNames()); err != nil {
		return err
	}
	for i := range state.Connections {
		if c := &state.Connections[i]; c.Online != (c.Because == nil) {
			return fmt.Errorf("the platform's state of connection %s at %s: online is %t and because is %s "+
				"(want because while it is offline alone)", c.ID, w.offset(at), c.Online, orNull(c.Because))
		}
	}
	for i := range w.flows {
		s := flowOf(state, w.flows[i].last.ID)
		err := w.soundFlow(at, i, s)
		if held := w.held(state, i); err == nil && (s.State == pausedFlow) != (held != "") {
			const form = "it is %s and its offline connections are %s (want paused while one is, OUT-05)"
			err = fmt.Errorf(form, s.State, orNone(held))
		}
		if err != nil {
			return fmt.Errorf("the platform's state of flow %s at %s: %w", s.ID, w.offset(at), err)
		}
	}
	return nil
}

// complete wants a state to be of all that there is, each once.
func (w *targetWatch) complete(what string, said, want []string) error {
	slices.Sort(said)
	if slices.Equal(said, slices.Sorted(slices.Values(want))) {
		return nil
	}
	return fmt.Errorf("the platform's state is of the %s %s (want %s)", what, some(said), orNone(list(want)))
}

// held names a flow's connections that are offline.
func (w *targetWatch) held(state *contract.State, flow int) string {
	var names []string
	f := &w.tl.Flows[flow]
	for _, c := range slices.Compact([]int{f.From.Connection, f.To.Connection}) {
		if name := w.tl.Connections[c].Name; !connectionOf(state, name).Online {
			names = append(names, name)
		}
	}
	return list(names)
}

func orNone(text string) string {
	if text == "" {
		return "none"
	}
	return text
}

func orNull(text *string) string {
	if text == nil {
		return "null"
	}
	return *text
}

// connectionOf and flowOf are what the platform says of a thing, which soundFlows wants to be there.
func connectionOf(state *contract.State, id string) *contract.ConnectionState {
	i := slices.IndexFunc(state.Connections, func(c contract.ConnectionState) bool { return c.ID == id })
	return &state.Connections[i]
}

func flowOf(state *contract.State, id string) *contract.FlowState {
	i := slices.IndexFunc(state.Flows, func(f contract.FlowState) bool { return f.ID == id })
	return &state.Flows[i]
}
