package engine

import (
	"fmt"

	"github.com/outagedrill/outagedrill/engine/policy"
)

// Engine is the platform. The zero value is not usable; see New.
type Engine struct {
	cfg Config
	st  state
	fx  Effects
	seq Seq // number of the next entry of this step

	connFlows [][]int32 // flows of each connection, in file order
	appConns  [][]int32 // connections of each application, in file order
	turns     []turn
	turnOf    []int // of each flow: its place in turns
	users     []int // of each connection: how many jobs and turns use it
}

// New makes an engine at cfg.Start, with every connection online, every job enabled and every flow
// idle.
func New(cfg Config) (*Engine, error) {
	if err := cfg.validate(); err != nil {
		return nil, fmt.Errorf("engine: %w", err)
	}
	e := &Engine{cfg: cfg}
	e.connFlows = make([][]int32, len(cfg.Connections))
	e.appConns = make([][]int32, len(cfg.Applications))
	for i := range cfg.Connections {
		a := cfg.Connections[i].Application
		e.appConns[a] = append(e.appConns[a], int32(i))
	}
	for i := range cfg.FlowList {
		f := &cfg.FlowList[i]
		e.connFlows[f.From.Connection] = append(e.connFlows[f.From.Connection], int32(i))
		if f.To.Connection != f.From.Connection {
			e.connFlows[f.To.Connection] = append(e.connFlows[f.To.Connection], int32(i))
		}
	}
	e.takeTurns()
	e.st = e.fresh()
	return e, nil
}

// fresh is the state at the start.
func (e *Engine) fresh() state {
	cfg := &e.cfg
	st := state{
		Now: cfg.Start, Environment: cfg.Environment,
		Conns: make([]conn, len(cfg.Connections)), Flows: make([]flow, len(cfg.FlowList)),
		Jobs: make([]job, len(cfg.Jobs)), Apps: make([]app, len(cfg.Applications)),
		SweepAt: Never, SweptAt: cfg.Start - 1, SummaryAt: Never, SummedAt: cfg.Start,
	}
	for i := range st.Conns {
		st.Conns[i] = conn{Token: cfg.Connections[i].Token, Refreshing: -1, AdviceAt: Never}
	}
	for i := range st.Flows {
		f := &cfg.FlowList[i]
		st.Flows[i] = flow{NextTick: cfg.Start.Add(f.Phase), Retry: noTry()}
		st.Timers.push(timer{st.Flows[i].NextTick, key(rankFlow, i)})
	}
	for i := range st.Jobs {
		j := &cfg.Jobs[i]
		st.Jobs[i] = job{Enabled: true, Armed: true, NextTick: cfg.Start.Add(j.Phase)}
		st.Jobs[i].Res = make([]resource, len(j.Resources))
		st.Timers.push(timer{st.Jobs[i].NextTick, key(rankJob, i)})
	}
	return st
}

// Next is the instant at which the engine next wants a TimeReached, never before the last Step.
// ok is false when it wants none.
func (e *Engine) Next() (at Time, ok bool) {
	st := &e.st
	if st.Scan || e.Unfinished() || len(st.Tests) > 0 || len(st.Firsts) > 0 {
		return st.Now, true
	}
	at = min(st.SweepAt, st.SummaryAt)
	if len(st.Timers) > 0 && st.Timers[0].At < at {
		at = st.Timers[0].At
	}
	return at, at != Never
}

// Unfinished tells whether the last step caused more at once than one step can say: further calls of a
// parallel tick, or calls that waited for a refresh which has ended. They come before anything else of their
// instant (T-03); each takes a TimeReached of its own.
func (e *Engine) Unfinished() bool { return len(e.st.Wakes) > 0 || len(e.st.Starts) > 0 }

// Step tells the engine one happening and returns what it wants done. The Effects are valid until the
// next Step.
func (e *Engine) Step(now Time, ev *Event) *Effects {
	if now < e.st.Now {
		panic("engine: time runs backwards")
	}
	e.st.Now = now
	e.seq = ev.Seq
	e.fx.HasCall, e.fx.Ticked = false, -1
	e.fx.Entries = e.fx.Entries[:0]
	e.fx.Mails = e.fx.Mails[:0]
	switch ev.Kind {
	case TimeReached:
		e.due(now)
	case CallFinished:
		e.callFinished(now, ev.Call, &ev.Result)
	case Commanded:
		e.command(now, &ev.Command, ev.Cause)
	case StatusPublished:
		e.statusPublished(now, ev.Application, ev.Open)
	case MailDelivered:
		e.mailDelivered(ev.Mail)
	case EnvironmentChanged:
		e.environmentChanged(now, ev.Environment, ev.Cause)
	case RunEnded:
		e.flushStreaks()
	}
	return &e.fx
}

// write adds an entry to this step's effects and returns its number.
func (e *Engine) write(en Entry) Seq {
	e.fx.Entries = append(e.fx.Entries, en)
	e.seq++
	return e.seq - 1
}

// about makes an entry that is about nothing yet.
func about(kind EntryKind, cause Seq) Entry {
	return Entry{Kind: kind, Cause: cause, Connection: -1, Flow: -1, Job: -1, Resource: -1}
}

// command carries out what an operator does. Every command is journaled, also one that changes
// nothing.
func (e *Engine) command(now Time, c *Command, cause Seq) {
	en := about(OperatorCommandEntry, cause)
	en.Command, en.Line, en.Outcome = c.Kind, c.Line, Done
	switch c.Kind {
	case Enable:
		en.Job = int32(c.Job)
		if e.st.Jobs[c.Job].Enabled {
			en.Outcome = Unchanged
			if e.cfg.PollingJobs.EnableWhenEnabled == policy.EnabledConflict {
				en.Outcome = Refused
			}
			e.write(en)
			return
		}
		e.enable(now, c.Job, e.write(en))
	case Disable:
		en.Job = int32(c.Job)
		if !e.st.Jobs[c.Job].Enabled {
			en.Outcome = Unchanged
			e.write(en)
			return
		}
		e.disableByUser(now, c.Job, e.write(en))
	case Reauthorize:
		en.Connection = int32(c.Connection)
		if len(c.Missing) > 0 {
			en.Outcome, en.Missing = Refused, c.Missing
			e.write(en)
			return
		}
		e.reauthorize(now, c.Connection, c.Token, e.write(en))
	case Test:
		en.Connection = int32(c.Connection)
		e.test(now, c.Connection, ByOperator, e.write(en))
	case RetryErrors:
		en.Flow = int32(c.Flow)
		if !e.st.Flows[c.Flow].retryable() {
			en.Outcome = Unchanged
			e.write(en)
			return
		}
		seq := e.write(en)
		e.st.Flows[c.Flow].RetryAsked = true
		e.queueForRetries(now, c.Flow, seq)
	}
}
