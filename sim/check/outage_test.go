package check_test

import (
	"time"

	"github.com/outagedrill/outagedrill/engine"
)

// comesBack is a connection tested and brought online as it should.
func (p *tape) comesBack(conn int32) {
	p.end(p.test(conn), ok)
	p.tested(conn, engine.BySweep, engine.Passed)
	p.online(conn)
}

// outageHistories are about connections, their tests and the flows that pause.
var outageHistories = []history{{
	name: "a paused flow makes no call", rule: "OUT-14",
	holds: func(p *tape) {
		call := p.read(flowA)
		p.offline(connMain)
		p.end(call, ok) // in flight
		p.comesBack(connMain)
		p.read(flowA)
	},
	breaks: func(p *tape) {
		p.offline(connWMS)
		p.read(flowA)
	},
}, {
	name: "nor a refresh", rule: "OUT-14",
	breaks: func(p *tape) {
		p.offline(connMain)
		p.send(engine.Call{Op: engine.RefreshToken, Connection: connMain, Resource: -1, Flow: flowA, Job: -1})
	},
}, {
	name: "a run starts with all connections online", rule: "OUT-14",
	holds: func(p *tape) {
		p.offline(connSide)
		p.ofFlow(engine.FlowStartedEntry, flowA)
	},
	breaks: func(p *tape) {
		p.offline(connMain)
		p.ofFlow(engine.FlowStartedEntry, flowA)
	},
}, {
	name: "and resumes so", rule: "OUT-14",
	breaks: func(p *tape) {
		p.offline(connWMS)
		p.ofFlow(engine.FlowResumedEntry, flowA)
	},
}, {
	name: "only an offline connection pauses", rule: "OUT-05",
	holds: func(p *tape) {
		p.offline(connMain)
		p.ofFlow(engine.FlowPausedEntry, flowA)
	},
	breaks: func(p *tape) {
		p.offline(connMain)
		p.ofFlow(engine.FlowPausedEntry, flowB)
	},
}, {
	name: "only a passing test brings a connection online", rule: "OUT-14",
	holds: func(p *tape) {
		p.offline(connMain)
		p.wait(time.Hour)
		p.comesBack(connMain)
	},
	breaks: func(p *tape) {
		p.offline(connMain)
		p.online(connMain)
	},
}, {
	name: "its own test", rule: "OUT-14",
	breaks: func(p *tape) {
		p.offline(connMain)
		p.end(p.test(connSide), ok)
		p.tested(connSide, engine.BySweep, engine.Passed)
		p.online(connMain)
	},
}, {
	name: "a test that did not pass says so", rule: "OUT-14",
	holds: func(p *tape) {
		p.offline(connMain)
		p.end(p.test(connMain), down)
		p.tested(connMain, engine.BySweep, engine.Failed)
	},
	breaks: func(p *tape) {
		p.offline(connMain)
		p.end(p.test(connMain), down)
		p.tested(connMain, engine.BySweep, engine.Passed)
		p.online(connMain)
	},
}, {
	name: "a test is a call", rule: "OUT-14",
	breaks: func(p *tape) {
		p.tested(connMain, engine.BySweep, engine.Passed)
	},
}, {
	name: "a limited test passes",
	holds: func(p *tape) {
		p.offline(connMain)
		p.end(p.test(connMain), limited)
		p.tested(connMain, engine.BySweep, engine.Passed)
		p.online(connMain)
	},
}, {
	name: "a limited test fails where the policy says so", rule: "OUT-14",
	vary: func(cfg *engine.Config) { cfg.Flows.SweepRateLimitedPasses = false },
	holds: func(p *tape) {
		p.end(p.test(connMain), limited)
		p.tested(connMain, engine.BySweep, engine.Failed)
	},
	breaks: func(p *tape) {
		p.end(p.test(connMain), limited)
		p.tested(connMain, engine.BySweep, engine.Passed)
	},
}, {
	name: "a test that passed says so", rule: "OUT-06",
	breaks: func(p *tape) {
		p.end(p.test(connMain), ok)
		p.tested(connMain, engine.BySweep, engine.Failed)
	},
}, {
	name: "a passing test brings its connection online", rule: "OUT-06",
	breaks: func(p *tape) {
		p.offline(connMain)
		p.end(p.test(connMain), ok)
		p.tested(connMain, engine.BySweep, engine.Passed)
		p.wait(time.Hour)
	},
}, {
	name: "one test a sweep", rule: "OUT-06",
	holds: func(p *tape) {
		for range 3 {
			p.tested(connMain, engine.BySweep, engine.Failed)
			p.tested(connMain, engine.ByReauthorize, engine.Failed)
			p.wait(time.Hour)
		}
	},
	breaks: func(p *tape) {
		p.wait(time.Hour)
		p.tested(connMain, engine.BySweep, engine.Failed)
		p.wait(time.Minute)
		p.tested(connMain, engine.BySweep, engine.Failed)
	},
}, {
	name: "an offline connection does not go offline", rule: "OUT-01",
	breaks: func(p *tape) {
		p.offline(connMain)
		p.offline(connMain)
	},
}, {
	name: "an online connection does not come online", rule: "OUT-01",
	breaks: func(p *tape) {
		p.end(p.test(connMain), ok)
		p.tested(connMain, engine.BySweep, engine.Passed)
		p.online(connMain)
	},
}, {
	name: "one flow at once on a connection", rule: "OUT-07",
	holds: func(p *tape) {
		p.end(p.read(flowA), ok)
		p.end(p.read(flowB), ok)
	},
	breaks: func(p *tape) {
		p.read(flowA)
		p.read(flowB)
	},
}, {
	name: "as many as it has slots",
	vary: func(cfg *engine.Config) {
		cfg.Connections[connWMS].FlowsAtOnce = 2
	},
	holds: func(p *tape) {
		p.read(flowA)
		p.read(flowB)
	},
}, {
	name: "a paused flow's call in flight holds no slot",
	holds: func(p *tape) {
		old := p.read(flowA)
		p.offline(connMain)
		p.end(p.read(flowB), ok)
		p.comesBack(connMain)
		call := p.read(flowA)
		p.end(old, ok)
		p.end(call, ok)
		p.end(p.read(flowB), ok)
	},
}, {
	name: "one call of a flow at once", rule: "OUT-07",
	breaks: func(p *tape) {
		p.read(flowA)
		p.read(flowA)
	},
}, {
	name: "as many calls of a flow as it handles pages", rule: "OUT-07",
	vary: func(cfg *engine.Config) { cfg.FlowList[flowA].Parallel = 2 },
	holds: func(p *tape) {
		one, two := p.read(flowA), p.read(flowA)
		p.end(one, ok)
		three := p.read(flowA)
		p.end(two, ok)
		p.end(three, ok)
		p.end(p.read(flowB), ok)
	},
	breaks: func(p *tape) {
		p.read(flowA)
		p.read(flowA)
		p.read(flowA)
	},
}, {
	name: "they hold one slot until the last of them has ended", rule: "OUT-07",
	vary: func(cfg *engine.Config) { cfg.FlowList[flowA].Parallel = 2 },
	breaks: func(p *tape) {
		one := p.read(flowA)
		p.read(flowA)
		p.end(one, ok)
		p.read(flowB)
	},
}, {
	name: "records are conserved", rule: "FIG-01",
	holds:  func(p *tape) { p.c.Balance("flow a", 10, 10, 4, 4) },
	breaks: func(p *tape) { p.c.Balance("flow a", 10, 9, 4, 4) },
}, {
	name: "the platform's count is the ledger's", rule: "FIG-01",
	breaks: func(p *tape) { p.c.Balance("flow a", 10, 10, 5, 4) },
}, {
	name: "an intake holds what it has room for", rule: "FIG-01",
	holds:  func(p *tape) { p.c.Intake("flow a", 10, 10, 3) },
	breaks: func(p *tape) { p.c.Intake("flow a", 10, 11, 3) },
}, {
	name: "what is late was delivered", rule: "FIG-04",
	holds:  func(p *tape) { p.c.Deadline("flow a", 4, 4, 6, 6) },
	breaks: func(p *tape) { p.c.Deadline("flow a", 4, 5, 6, 0) },
}, {
	name: "what is past the deadline was not", rule: "FIG-04",
	breaks: func(p *tape) { p.c.Deadline("flow a", 4, 0, 6, 7) },
}}
