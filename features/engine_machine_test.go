package features_test

import (
	"context"
	"net/http"
	"time"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/engine/api"
	"github.com/outagedrill/outagedrill/engine/live"
	"github.com/outagedrill/outagedrill/features/contract"
)

// engineMachine is our own engine on a clock that others move: its calls go out over HTTP, its e-mails over
// SMTP, both by engine/live, and each at the instant at which it is due. It implements api.Platform.
type engineMachine struct {
	cfg     engine.Config
	e       *engine.Engine
	history *api.History
	seq     engine.Seq
	now     engine.Time
	caller  live.Caller
	client  *http.Client
	mailer  *live.Mailer

	calls  []engine.Call // that wait for the clock, and
	ended  []engine.Event
	mailAt engine.Time // when e-mails are tried
	runs   []engineRuns
}

// engineRuns is what is known of a flow's runs.
type engineRuns struct {
	open bool
	over []contract.Run
}

// tell tells the engine one happening. What it wants done waits for the clock.
func (m *engineMachine) tell(ev engine.Event) (first engine.Entry) {
	for {
		ev.Seq = m.seq + 1
		fx := m.e.Step(m.now, &ev)
		for i := range fx.Entries {
			en := &fx.Entries[i]
			if first.Kind == 0 && i == 0 {
				first = *en
			}
			m.seq++
			m.history.Wrote(m.now, m.seq, en)
			m.wrote(en)
		}
		if len(fx.Mails) > 0 {
			m.mailAt = m.now
		}
		if fx.HasCall {
			m.calls = append(m.calls, fx.Call)
		}
		if !m.e.Unfinished() {
			return first
		}
		ev = engine.Event{Kind: engine.TimeReached}
	}
}

// wrote follows the runs of flows.
func (m *engineMachine) wrote(en *engine.Entry) {
	switch en.Kind {
	case engine.FlowStartedEntry:
		m.runs[en.Flow].open = true
	case engine.FlowCompletedEntry, engine.FlowFailedEntry:
		result := map[bool]string{true: "completed", false: "failed"}[en.Kind == engine.FlowCompletedEntry]
		r := &m.runs[en.Flow]
		r.open = false
		r.over = append(r.over, contract.Run{Result: result, Ended: std(m.now), Pages: en.Pages, Records: en.Records})
	}
}

func std(at engine.Time) time.Time { return time.Unix(0, int64(at)).UTC() }

// next is when the platform will act by itself.
func (m *engineMachine) next() engine.Time {
	if len(m.calls)+len(m.ended) > 0 {
		return m.now
	}
	next := engine.Never
	if len(m.e.Outbox()) > 0 {
		next = m.mailAt
	}
	if at, ok := m.e.Next(); ok {
		next = min(next, at)
	}
	return next
}

// advance does what is due up to an instant, or only before it (T-03).
func (m *engineMachine) advance(ctx context.Context, to engine.Time, before bool) {
	for next := m.next(); next < to || next == to && !before; next = m.next() {
		m.now = next
		switch at, ok := m.e.Next(); {
		case len(m.calls) > 0:
			c := m.calls[0]
			m.calls = m.calls[1:]
			m.ended = append(m.ended, engine.Event{Kind: engine.CallFinished, Call: c.ID, Result: m.exchange(&c)})
		case len(m.e.Outbox()) > 0 && m.mailAt <= m.now:
			m.deliver(ctx)
		case len(m.ended) > 0:
			ev := m.ended[0]
			m.ended = m.ended[1:]
			m.tell(ev)
		case ok && at <= m.now:
			m.tell(engine.Event{Kind: engine.TimeReached})
		}
	}
	m.now = to
}

// exchange makes a call, and says for what it is made.
func (m *engineMachine) exchange(c *engine.Call) engine.Result {
	req := m.caller.Request(c)
	switch {
	case c.Job >= 0:
		req.Header.Set(contract.JobHeader, m.cfg.Jobs[c.Job].Name)
	case c.Flow >= 0:
		req.Header.Set(contract.FlowHeader, m.cfg.FlowList[c.Flow].Name)
	}
	resp, err := m.client.Do(req)
	return m.caller.Result(c, resp, err)
}

// deliver tries the e-mails that wait, in the order in which they were decided.
func (m *engineMachine) deliver(ctx context.Context) {
	m.mailAt = m.now.Add(time.Minute)
	for _, mail := range append([]engine.Mail(nil), m.e.Outbox()...) {
		if _, err := m.mailer.Send(ctx, m.now, &mail, mail.To); err != nil {
			return
		}
		m.tell(engine.Event{Kind: engine.MailDelivered, Mail: mail.ID})
	}
}

// restart stops the engine and starts it again (DIS-16).
func (m *engineMachine) restart() error {
	state, err := m.e.State()
	if err != nil {
		return err
	}
	m.e, err = engine.Restore(m.cfg, state)
	return err
}

func (m *engineMachine) Config() *engine.Config { return &m.cfg }

func (m *engineMachine) view() *api.View {
	return &api.View{Engine: m.e, History: m.history, Clock: api.Clock{
		Now: m.now, NextDue: m.next(), Idle: true, Manual: true,
	}}
}

func (m *engineMachine) Read(_ context.Context, f func(v *api.View)) error {
	f(m.view())
	return nil
}

func (m *engineMachine) Operate(_ context.Context, c *api.Command) (engine.Outcome, error) {
	if c.Guard != nil {
		if err := c.Guard(m.view()); err != nil {
			return engine.NoOutcome, err
		}
	}
	outcome := m.tell(engine.Event{Kind: engine.Commanded, Command: engine.Command{
		Kind: c.Kind, Job: c.Job, Connection: c.Connection, Flow: c.Flow,
	}}).Outcome
	if c.After != nil {
		c.After(m.view())
	}
	return outcome, nil
}

func (m *engineMachine) SetClock(context.Context, engine.Time) error { return api.ErrClockRuns }
