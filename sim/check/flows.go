package check

import (
	"slices"

	"github.com/outagedrill/outagedrill/engine"
)

// flow is a flow and the calls of it that are under way.
type flow struct {
	from, to int32
	calls    []uint64 // Call.ID of those for which it holds its slots
}

func (c *Checker) addFlows() {
	for i := range c.cfg.FlowList {
		f := flow{from: int32(c.cfg.FlowList[i].From.Connection), to: int32(c.cfg.FlowList[i].To.Connection)}
		c.flows = append(c.flows, f)
		c.conns[f.from].flows = append(c.conns[f.from].flows, int32(i))
		if f.to != f.from {
			c.conns[f.to].flows = append(c.conns[f.to].flows, int32(i))
		}
	}
}

// offline is a connection of a flow that is offline, or -1.
func (c *Checker) offline(f *flow) int32 {
	switch {
	case c.conns[f.from].offline:
		return f.from
	case c.conns[f.to].offline:
		return f.to
	default:
		return -1
	}
}

// flowSent sees a call of a flow, a refresh on its behalf included: never while it is paused (OUT-14),
// not more at a time than it handles pages, and no more flows at once than its connections have slots
// (OUT-07).
func (c *Checker) flowSent(call *engine.Call) {
	f := &c.flows[call.Flow]
	if at := c.offline(f); at >= 0 {
		c.fail("OUT-14", "%s makes a call while its %s is offline", c.flow(call.Flow), c.conn(at))
	}
	n, most := len(f.calls), max(c.cfg.FlowList[call.Flow].Parallel, 1)
	if n >= most {
		c.fail("OUT-07", "%s makes a call while it has %d under way (want at most %d)",
			c.flow(call.Flow), n, most)
		f.calls = f.calls[1:]
	}
	if f.calls = append(f.calls, call.ID); n > 0 {
		return
	}
	c.hold(f.from)
	if f.to != f.from {
		c.hold(f.to)
	}
}

func (c *Checker) hold(i int32) {
	cn := &c.conns[i]
	if cn.running++; cn.running > cn.slots && c.cfg.Flows.InTurn {
		c.fail("OUT-07", "%d flows of %s run at once (at most %d may)", cn.running, c.conn(i), cn.slots)
	}
}

// flowFinished sees the end of a flow's call. One that was under way when the flow was paused holds
// nothing any more.
func (c *Checker) flowFinished(call *engine.Call) {
	f := &c.flows[call.Flow]
	k := slices.Index(f.calls, call.ID)
	if k < 0 {
		return
	}
	if f.calls = slices.Delete(f.calls, k, k+1); len(f.calls) == 0 {
		c.letGo(f)
	}
}

// release gives back the slots that a flow's calls hold.
func (c *Checker) release(i int32) {
	if f := &c.flows[i]; len(f.calls) > 0 {
		f.calls = f.calls[:0]
		c.letGo(f)
	}
}

func (c *Checker) letGo(f *flow) {
	c.conns[f.from].running--
	if f.to != f.from {
		c.conns[f.to].running--
	}
}

// flowGoes sees a run start or resume, which no offline connection allows, OUT-14.
func (c *Checker) flowGoes(en *engine.Entry) {
	if at := c.offline(&c.flows[en.Flow]); at >= 0 {
		c.fail("OUT-14", "%s goes on while its %s is offline", c.flow(en.Flow), c.conn(at))
	}
}

// flowPaused sees a flow.paused entry, which only an offline connection explains, OUT-05.
func (c *Checker) flowPaused(en *engine.Entry) {
	if c.offline(&c.flows[en.Flow]) < 0 {
		c.fail("OUT-05", "%s is paused while all its connections are online", c.flow(en.Flow))
	}
}
