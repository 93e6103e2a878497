package engine_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/outagedrill/outagedrill/engine"
)

// OUT-04: a run waits for Retry-After, for a second at least, and for the policy's minute where none is named.
func TestRetryAfter(t *testing.T) {
	for said, want := range map[time.Duration]time.Duration{
		-1: time.Minute, 0: time.Second, 1: time.Second, time.Second + 1: time.Second + 1,
	} {
		p := newPlatform(t)
		p.answers = func(*engine.Call) engine.Result {
			return engine.Result{Class: engine.RateLimited, Status: 429, RetryAfter: said}
		}
		p.runTo(0)
		if at, ok := p.Next(); !ok || at != engine.Time(want) {
			t.Errorf("Retry-After %s: the next step at %s (expected at %s)", said, time.Duration(at), want)
		}
	}
}

// DIS-08, OUT-13: mails may be delivered in any order; each leaves the outbox, and only that.
func TestOutbox(t *testing.T) {
	cfg := smallest(t)
	cfg.Jobs, cfg.Connections[0].Subscribers = nil, []string{"ops@example.com"}
	cfg.Connections = append(cfg.Connections, cfg.Connections[0])
	cfg.FlowList[0].Every, cfg.Flows.SweepEvery, cfg.Flows.SummaryEvery = time.Hour, time.Hour, time.Hour
	e, err := engine.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	p := &platform{Engine: e, seq: 1, answers: func(*engine.Call) engine.Result {
		return engine.Result{Class: engine.VendorDown, Status: 503, RetryAfter: -1}
	}}
	if p.runTo(5 * time.Minute); len(p.Outbox()) != 2 {
		t.Fatalf("%d mails (expected one a connection)", len(p.Outbox()))
	}
	first, second := p.Outbox()[0].ID, p.Outbox()[1].ID
	p.step(p.now, engine.Event{Kind: engine.MailDelivered, Mail: second})
	if left := p.Outbox(); len(left) != 1 || left[0].ID != first {
		t.Errorf("left are %v (expected mail %d)", left, first)
	}
	p.step(p.now, engine.Event{Kind: engine.MailDelivered, Mail: first})
	if left := p.Outbox(); len(left) != 0 {
		t.Errorf("left are %v (expected none)", left)
	}
}

// Calls under way have small slots of their own, and a slot is used again.
func TestSlots(t *testing.T) {
	h := byHand(t, engine.Token{}, nil, at(0, 0), at(0, 1), at(time.Minute, 2))
	h.to(0)
	h.answer(empty)
	h.to(time.Minute)
	var slots []uint32
	for _, c := range h.flying {
		slots = append(slots, engine.Slot(c.ID))
	}
	if diff := cmp.Diff([]uint32{1, 0}, slots); diff != "" {
		t.Errorf("slots under way: %s", diff)
	}
}

// So is that of a call whose refresh outlived the wish for it.
func TestSlotOfAnAbandonedCall(t *testing.T) {
	h := byHand(t, good, nil, at(10*time.Minute, 0))
	h.to(10 * time.Minute)
	h.command(engine.Command{Kind: engine.Disable})
	h.answer(renewed)
	h.inFlight()
	h.command(engine.Command{Kind: engine.Enable})
	h.inFlight(engine.ReadPage)
	if slot := engine.Slot(h.flying[0].ID); slot != 0 {
		t.Errorf("the next call has slot %d (expected 0 again)", slot)
	}
}

// DIS-12: a job that is switched off and on again, between its ticks and over one, keeps one timer.
func TestOneTimerAJob(t *testing.T) {
	job := everyMinute("job", 0, 0)
	job.Phase = 30 * time.Second
	h := byHand(t, engine.Token{}, nil, job)
	again := func(enabled time.Duration) {
		h.command(engine.Command{Kind: engine.Disable})
		h.to(enabled)
		h.command(engine.Command{Kind: engine.Enable})
		for len(h.flying) > 0 {
			h.answer(empty)
		}
		data, err := h.e.State()
		if err != nil {
			t.Fatal(err)
		}
		var st struct{ Timers []any }
		if err := json.Unmarshal(data, &st); err != nil || len(st.Timers) != 1 {
			t.Errorf("enabled at %s it has %d timers, %v (expected 1)", enabled, len(st.Timers), err)
		}
	}
	again(10 * time.Second) // before its first tick
	for k := range 3 {
		from := time.Duration(k) * 2 * time.Minute
		h.to(from + 40*time.Second)
		again(from + 50*time.Second)
		again(from + 100*time.Second) // over the tick at 90 s
		again(from + 110*time.Second)
	}
}

// OUT-06: once everything is online again, and a sweep has seen it, no sweep is due.
func TestNoSweepWithoutNeed(t *testing.T) {
	p := rejecting(t, 8)
	answers := p.answers
	p.answers = func(c *engine.Call) engine.Result {
		if p.now >= engine.Time(time.Hour) {
			return engine.Result{Class: engine.OK, RetryAfter: -1, Last: -1}
		}
		return answers(c)
	}
	p.runTo(3 * time.Hour)
	if at, _ := p.Next(); at != engine.Time(12*time.Hour) {
		t.Errorf("the next step is at %s (expected the flow's next start, at 12h)", time.Duration(at))
	}
	p.reauthorize(1)
	p.runTo(3 * time.Hour)
	if at, _ := p.Next(); at != engine.Time(12*time.Hour) {
		t.Errorf("after a test by hand it is at %s (expected at 12h)", time.Duration(at))
	}
}
