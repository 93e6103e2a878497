package sim

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/sim/check"
	"github.com/outagedrill/outagedrill/sim/journal"
	"github.com/outagedrill/outagedrill/sim/timeline"
)

// World is everything of a run but the road of its calls. A driver makes it with NewWorld, then at each
// instant lets it Do what is due, hands in the ends of calls (Finished) and lets the engine act (Act).
// Whatever call a step wants made is given to the driver's send function. Not safe for concurrent use.
type World struct {
	tl     *timeline.Timeline
	opt    Options
	engCfg engine.Config
	venCfg fakevendor.Config
	eng    *engine.Engine
	ven    *fakevendor.Vendor
	rec    recorder
	names  names
	ledger ledger
	check  *check.Checker
	send   func(now engine.Time, c *engine.Call)

	now, start, end engine.Time
	plan            []happening
	statusEvents    []fakevendor.StatusEvent
	reactions       []pending
	due             pending             // the reaction that firstDue took
	acted           map[act]engine.Time // when each person last acted on what
	mailAbout       map[int64]target
	mailDown        int
	mailBegan       []int64
	left            []int64                                     // entry of each absence
	ready           []engine.Time                               // when each mail of the outbox is ready
	post            func(now engine.Time, m *engine.Mail) error // nil: the timeline says it all

	local []engine.Call // reads of intakes, which end at once
	taken int64         // of these so far

	tickedAt engine.Time // when a job last ticked in a step,
	ticked   int         // and which

	began, ended []int64 // entries of each fault, 0 = not yet
	active       []bool
	wasted       []int64
	wastedTotal  int64

	sampleAt  engine.Time
	disturbed []disturbance // flows, then jobs
	expect    []int         // expectations with an instant, by instant
}

// NewWorld builds the machines of a timeline and writes run.started. The driver's send function is
// called for each call that must be made, within the step that wants it.
func NewWorld(tl *timeline.Timeline, opt Options, sink func(*journal.Entry) error) (*World, error) {
	if err := opt.policies(); err != nil {
		return nil, err
	}
	if opt.Environment != "" {
		moved := *tl
		moved.Environment = opt.Environment
		tl = &moved
	}
	w := &World{tl: tl, opt: opt, start: engine.Time(tl.Start.UnixNano()), mailAbout: map[int64]target{}}
	w.acted, w.ticked = map[act]engine.Time{}, -1
	w.end = w.start.Add(time.Duration(tl.Duration))
	w.now = w.start
	var err error
	if w.venCfg, err = vendorConfig(tl, &opt); err != nil {
		return nil, err
	}
	if w.ven, err = fakevendor.New(w.venCfg); err != nil {
		return nil, err
	}
	w.engCfg = engineConfig(tl, &opt, w.ven)
	if w.eng, err = engine.New(w.engCfg); err != nil {
		return nil, err
	}
	w.statusEvents = w.ven.StatusEvents()
	w.names = namesOf(tl)
	w.rec = recorder{tl: w.names, sink: sink, fold: journal.NewFold()}
	w.ledger = newLedger(w)
	w.check = check.New(w.engCfg)
	w.check.Script(checkScript(tl))
	w.began, w.ended = make([]int64, len(tl.Faults)), make([]int64, len(tl.Faults))
	w.active, w.wasted = make([]bool, len(tl.Faults)), make([]int64, len(tl.Faults))
	w.mailBegan = make([]int64, len(tl.Mail))
	w.left = make([]int64, len(tl.Away))
	w.disturbed = make([]disturbance, len(tl.Flows)+len(tl.PollingJobs))
	w.sampleAt = engine.Never
	w.plan = w.planned()
	w.expect = w.timedExpectations()
	return w, w.writeStart()
}

// OnSend sets the driver's function that makes calls.
func (w *World) OnSend(send func(now engine.Time, c *engine.Call)) { w.send = send }

// Engine is the platform's machine; a restart replaces it.
func (w *World) Engine() *engine.Engine { return w.eng }

// Vendor is the vendors' machine.
func (w *World) Vendor() *fakevendor.Vendor { return w.ven }

// End is the instant at which the run ends; what falls on it does not happen (T-04).
func (w *World) End() engine.Time { return w.end }

// Config gives the vendors' side of the world, for drivers that call over HTTP.
func (w *World) Config() *fakevendor.Config { return &w.venCfg }

// EngineConfig gives the platform's side of the world.
func (w *World) EngineConfig() *engine.Config { return &w.engCfg }

// CallTimeout is how long the platform waits for an answer to a flow's call (C-02).
func (w *World) CallTimeout() time.Duration { return w.engCfg.Flows.CallTimeout }

// Wants is the next instant at which the engine wants to act; engine.Never when it wants none.
func (w *World) Wants() engine.Time {
	if t, ok := w.eng.Next(); ok {
		return t
	}
	return engine.Never
}

// Act lets the engine do what is due at now.
func (w *World) Act(now engine.Time) {
	w.step(now, &engine.Event{Kind: engine.TimeReached})
}

// Finished hands in the end of a call.
func (w *World) Finished(now engine.Time, c *engine.Call, r *engine.Result) {
	w.check.Finished(now, c, r)
	w.ledger.finished(now, c, r)
	if w.opt.ListCalls {
		w.writeCall(now, c, r)
	}
	w.step(now, &engine.Event{Kind: engine.CallFinished, Call: c.ID, Result: *r})
}

// step tells the engine one happening and carries out what it wants.
func (w *World) step(now engine.Time, ev *engine.Event) { w.stepThen(now, ev, nil) }

// stepThen is step with something to do after the entries are written and before the call is made.
func (w *World) stepThen(now engine.Time, ev *engine.Event, then func()) {
	w.stepOnce(now, ev, then)
	for n := 1; w.eng.Unfinished() && w.rec.err == nil; n++ {
		if n == stepsAtOnce {
			w.rec.err = standsStill(now)
		}
		w.stepOnce(now, &engine.Event{Kind: engine.TimeReached}, nil)
	}
}

func (w *World) stepOnce(now engine.Time, ev *engine.Event, then func()) {
	w.now = now
	ev.Seq = w.rec.next()
	fx := w.eng.Step(now, ev)
	if fx.Ticked >= 0 {
		w.tickedAt, w.ticked = now, fx.Ticked
	}
	for i := range fx.Entries {
		en := &fx.Entries[i]
		seq := w.rec.write(now, w.rec.fromEngine(en))
		w.check.Wrote(now, en)
		w.ledger.wrote(seq, en)
		if w.opt.Entries != nil {
			w.opt.Entries(now, engine.Seq(seq), en)
		}
		w.watch(now, seq, en)
	}
	w.mailsDecided(now, fx.Mails)
	if then != nil {
		then()
	}
	if fx.HasCall {
		w.check.Sent(now, &fx.Call)
		w.ledger.sent(now, &fx.Call)
		if w.intakeRead(&fx.Call) {
			w.local = append(w.local, fx.Call)
			w.taken++
		} else {
			w.send(now, &fx.Call)
		}
	}
	if w.check.Failing() {
		w.writeFailures(now)
	}
}

// Request is a call as the vendor sees it.
func (w *World) Request(c *engine.Call, req *fakevendor.Request) {
	*req = fakevendor.Request{
		Op: opOf(c.Op), Connection: int(c.Connection), Resource: int(c.Resource), After: c.After,
		Writer: int(c.Flow), First: c.First, Last: c.Last, Access: c.Access, Refresh: c.Refresh,
		Patience: c.Timeout,
	}
}

// Answered notes the truth behind an answer, which no reader sees: the fault that answered (it is
// returned as the entry that the result names as its cause), the fault that the call mended and the
// records that it doubled.
func (w *World) Answered(
	now engine.Time, c *engine.Call, fault, mendedFault int, duplicated int64,
) engine.Seq {
	var cause int64
	if fault >= 0 {
		w.wasted[fault]++
		w.wastedTotal++
		cause = w.began[fault]
		if c.Op == engine.WriteRecords && w.tl.Faults[fault].Applied {
			w.ledger.applied(c, cause)
		}
	}
	if mendedFault >= 0 {
		w.endFault(now, mendedFault, w.began[mendedFault])
	}
	if duplicated > 0 {
		w.writeDuplicates(now, c, duplicated)
	}
	return engine.Seq(cause)
}

func (w *World) writeDuplicates(now engine.Time, c *engine.Call, n int64) {
	en := &w.rec.buf
	*en = journal.Entry{
		Kind: journal.RecordDuplicated, Flow: w.names.flows[c.Flow], Count: n,
		Connection:  w.names.conns[c.Connection],
		Application: w.names.apps[w.names.connApp[c.Connection]],
		Resource:    w.names.resources[w.names.connApp[c.Connection]][c.Resource],
		Cause:       ref(w.ledger.duplicated(c, n)),
	}
	w.rec.write(now, en)
}

func (w *World) writeFailures(now engine.Time) {
	for _, f := range w.check.Failures() {
		w.rec.buf = journal.Entry{Kind: journal.CheckFailed, Rule: f.Rule, Message: f.Message}
		w.rec.write(now, &w.rec.buf)
	}
}

// writeStart writes run.started with all that is needed to explain and repeat the run.
func (w *World) writeStart() error {
	var raw journal.RawObject
	if w.rec.sink != nil {
		var err error
		if raw, err = json.Marshal(w.tl); err != nil {
			return fmt.Errorf("timeline as JSON: %w", err)
		}
	}
	run := &journal.Run{
		Format: 1, Version: w.opt.Version, Name: w.tl.Name, Start: journal.Time(w.start),
		End: journal.Time(w.end), Zone: w.tl.Zone, Environment: w.tl.Environment,
		Threshold: w.eng.Threshold(), Seed: w.tl.Seed, Timeline: raw, Command: w.opt.Command,
		Policies: []journal.Policy{policyOf(w.opt.Flows), policyOf(w.opt.PollingJobs)},
	}
	w.lanes(run)
	w.rec.buf = journal.Entry{Kind: journal.RunStarted, Run: run}
	w.rec.write(w.start, &w.rec.buf)
	return w.rec.err
}

// Close ends the run at now: open streaks, faults and losses are written, expectations judged, then
// run.ended with the counters.
func (w *World) Close(now engine.Time) (*journal.Summary, error) {
	w.step(now, &engine.Event{Kind: engine.RunEnded})
	w.ledger.close(now)
	for i := range w.tl.Faults {
		w.endFault(now, i, w.began[i])
	}
	for i, began := range w.mailBegan {
		if began != 0 {
			w.endMail(now, i)
		}
	}
	w.balance(now)
	counters := w.counters(now)
	w.judgeFinal(now, counters)
	w.rec.buf = journal.Entry{Kind: journal.RunEnded, End: counters}
	w.rec.write(now, &w.rec.buf)
	return w.rec.fold.Summary(counters, journal.Time(now)), w.rec.err
}
