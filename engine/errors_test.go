package engine_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/outagedrill/outagedrill/engine"
)

// OUT-08, OUT-09: value errors of records that follow one another are one, unless only a part keeps its retry
// data; intermittent ones stay page by page. Eight errors keep theirs. The pages of five records: 1 to 15 are
// rejected, 16 to 20 fail for five minutes and take the connection offline; after the sweep of 01:00:00, 21 to
// 25 are rejected, 26 to 30 written, 31 to 35 rejected.
func TestOpenErrors(t *testing.T) {
	p := rejecting(t, 8)
	type list = []engine.OpenErrors
	value, intermittent := engine.ValueError, engine.Intermittent
	p.runTo(0)
	// 1 to 10 first: 3 to 10 are kept; with 11 to 15, 8 to 15.
	want := list{{1, 7, value, false}, {8, 15, value, true}}
	if diff := cmp.Diff(want, p.Errors(0)); diff != "" {
		t.Errorf("after three pages: %s", diff)
	}
	p.runTo(5 * time.Minute)
	want = list{{1, 12, value, false}, {13, 15, value, true}, {16, 20, intermittent, true}}
	if diff := cmp.Diff(want, p.Errors(0)); diff != "" {
		t.Errorf("after the fourth page: %s", diff)
	}
	p.runTo(time.Hour)
	want = list{
		{1, 15, value, false},
		{16, 17, intermittent, false},
		{18, 20, intermittent, false},
		{21, 22, value, false},
		{23, 25, value, true},
		{31, 35, value, true},
	}
	if diff := cmp.Diff(want, p.Errors(0)); diff != "" {
		t.Errorf("at the end: %s", diff)
	}
	// 36 to 40 of the run of 12:00:00 join 33 to 35 once both are told of, at the end of that instant.
	p.runTo(12 * time.Hour)
	want = list{
		{1, 15, value, false},
		{16, 17, intermittent, false},
		{18, 20, intermittent, false},
		{21, 25, value, false},
		{31, 32, value, false},
		{33, 40, value, true},
	}
	if diff := cmp.Diff(want, p.Errors(0)); diff != "" {
		t.Errorf("after the next run: %s", diff)
	}
	var told []string
	for _, m := range p.mails {
		if m.About == "errors.summary" {
			told = append(told, m.Body)
		}
	}
	bodies := []string{
		"flow: 20 new open errors, 0 newly resolved, 20 open in all\n",
		"flow: 10 new open errors, 0 newly resolved, 30 open in all\n",
		"flow: 5 new open errors, 0 newly resolved, 35 open in all\n",
	}
	if diff := cmp.Diff(bodies, told); diff != "" {
		t.Errorf("summaries: %s", diff)
	}
	if v := p.Flow(0); v.OpenErrors != 35 || v.Delivered != 5 || v.State != engine.Idle {
		t.Errorf("%d errors, %d delivered, state %s (expected 35, 5, idle)", v.OpenErrors, v.Delivered, v.State)
	}
}

// Errors that just have room keep all of their retry data.
func TestOpenErrorsThatJustHaveRoom(t *testing.T) {
	for retained, want := range map[int64][]engine.OpenErrors{
		5:  {{1, 10, engine.ValueError, false}, {11, 15, engine.ValueError, true}},
		15: {{1, 15, engine.ValueError, true}},
	} {
		p := rejecting(t, retained)
		p.runTo(0)
		if diff := cmp.Diff(want, p.Errors(0)); diff != "" {
			t.Errorf("room for %d: %s", retained, diff)
		}
	}
}

// OUT-09: errors without retry data stay as they are where a good retry has left room for more. Of 1 to 15, all
// rejected, 8 to 15 are kept; 16 to 20 fail and push 8 to 12 out; they are retried with success, and 21 and 22 are
// rejected: 13 to 15 and these are kept, with room for three more, which the older ones do not take.
func TestErrorsAfterAGoodRetry(t *testing.T) {
	p := rejecting(t, 8)
	answers := p.answers
	p.answers = func(c *engine.Call) engine.Result {
		r := answers(c)
		switch {
		case c.Op == engine.ReadPage && c.After == 20:
			r.Last, r.More = 22, false
		case c.Op == engine.WriteRecords && c.First == 16 && p.now >= engine.Time(time.Hour):
			r.Class = engine.OK
		}
		return r
	}
	p.runTo(5 * time.Minute)
	p.step(p.now, engine.Event{Kind: engine.Commanded, Command: engine.Command{Kind: engine.RetryErrors}})
	p.runTo(time.Hour)
	value := engine.ValueError
	want := []engine.OpenErrors{{1, 12, value, false}, {13, 15, value, true}, {21, 22, value, true}}
	if diff := cmp.Diff(want, p.Errors(0)); diff != "" {
		t.Error(diff)
	}
}

// rejecting is a platform with one flow, whose pages of five end as TestOpenErrors says.
func rejecting(t *testing.T, retained int64) *platform {
	t.Helper()
	cfg := smallest(t)
	cfg.Flows.ErrorsRetained, cfg.Flows.SweepEvery, cfg.Flows.SummaryEvery = retained, time.Hour, 15*time.Minute
	cfg.Jobs, cfg.FlowList[0].Every = nil, 12*time.Hour
	cfg.Connections = append(cfg.Connections, engine.Connection{Name: "to"})
	cfg.FlowList[0].To.Connection = 1
	e, err := engine.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return &platform{Engine: e, seq: 1, answers: func(c *engine.Call) engine.Result {
		r := engine.Result{Class: engine.OK, RetryAfter: -1}
		switch {
		case c.Op == engine.ReadPage:
			r.First, r.Last, r.More = c.After+1, c.After+5, c.After < 30
		case c.Op == engine.WriteRecords && c.First == 16:
			r.Class = engine.VendorDown
		case c.Op == engine.WriteRecords && c.First != 26:
			r.Class = engine.Rejected
		}
		return r
	}}
}

// OUT-02, OUT-09: the series of a retry that is rejected is over; the next one's begins with the first wait.
func TestRejectedRetryEndsItsSeries(t *testing.T) {
	h := flowsByHand(t, 1, between(1, 2, 12*time.Hour, 0))
	again := engine.Command{Kind: engine.Test, Connection: 2}
	h.to(0)
	for first := int64(1); first <= 4; first += 3 { // two pages fail for good
		h.answer(followed(first, first+2))
		for h.e.Connection(2).Online {
			if len(h.flying) == 0 {
				at, _ := h.e.Next()
				h.to(time.Duration(at))
			}
			h.answer(down)
		}
		if first == 4 {
			h.command(engine.Command{Kind: engine.RetryErrors})
		}
		h.command(again)
		h.answer(empty)
	}
	wait := h.cfg.Flows.RetryWaits[0]
	h.calls([]sent{{engine.WriteRecords, 6, 1, 3}})
	h.answer(down)
	h.to(time.Duration(h.now.Add(wait)))
	h.answer(engine.Result{Class: engine.Rejected, Status: 422, RetryAfter: -1})
	h.calls([]sent{{engine.WriteRecords, 6, 4, 6}})
	h.answer(down)
	h.next(wait)
}

// OUT-02: a good read ends its series; that of the page's write begins with the first wait.
func TestGoodReadEndsItsSeries(t *testing.T) {
	h := flowsByHand(t, 1, between(1, 2, 12*time.Hour, 0))
	wait := h.cfg.Flows.RetryWaits[0]
	h.to(0)
	h.answer(down)
	h.to(wait)
	h.answer(page(1, 3))
	h.calls([]sent{{engine.WriteRecords, 3, 1, 3}})
	h.answer(down)
	h.next(wait)
}

// next expects the next step so long after now.
func (h *hand) next(wait time.Duration) {
	h.t.Helper()
	if at, _ := h.e.Next(); at != h.now.Add(wait) {
		h.t.Errorf("the next step is at %s (expected at %s)", time.Duration(at), time.Duration(h.now.Add(wait)))
	}
}
