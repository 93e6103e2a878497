package engine_test

import (
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
