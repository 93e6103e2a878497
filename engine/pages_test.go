package engine_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/outagedrill/outagedrill/engine"
)

// pagesByHand is a platform with one flow that takes up to three pages of three records at once. Its first
// page is read and written, and said that more follow: the read of the second one has gone out, in the same
// step, and no other.
func pagesByHand(t *testing.T) *hand {
	t.Helper()
	f := between(1, 2, time.Hour, 0)
	f.Parallel, f.PageSize = 3, 3
	h := flowsByHand(t, 1, f)
	h.to(0)
	h.answer(followed(1, 3))
	h.finish(0, engine.Result{Class: engine.OK, Status: 200, RetryAfter: -1})
	h.calls([]sent{{engine.ReadPage, 3, 0, 0}})
	return h
}

// sent is what is told of a call.
type sent struct {
	Op                 engine.Op
	After, First, Last int64
}

// followed is a page behind which there are more.
func followed(first, last int64) engine.Result {
	r := page(first, last)
	r.More = true
	return r
}

// finish ends the k-th call in flight, and nothing else.
func (h *hand) finish(k int, r engine.Result) {
	h.t.Helper()
	c := h.flying[k]
	h.flying = append(h.flying[:k:k], h.flying[k+1:]...)
	h.step(engine.Event{Kind: engine.CallFinished, Call: c.ID, Result: r})
}

// calls expects these to be in flight.
func (h *hand) calls(want []sent) {
	h.t.Helper()
	var got []sent
	for _, c := range h.flying {
		got = append(got, sent{c.Op, c.After, c.First, c.Last})
	}
	if diff := cmp.Diff(want, got); diff != "" {
		h.t.Errorf("calls in flight: %s", diff)
	}
}

// OUT-08: of pages at once the first one's call goes out in the step that led to it, each other one's in a
// step of its own.
func TestPagesAtOnce(t *testing.T) {
	h := pagesByHand(t)
	all := []sent{{engine.ReadPage, 3, 0, 0}, {engine.ReadPage, 6, 0, 0}, {engine.ReadPage, 9, 0, 0}}
	for n := 2; n <= 3; n++ {
		if !h.e.Unfinished() {
			t.Fatalf("%d calls went out, and no more are to come", n-1)
		}
		h.step(engine.Event{Kind: engine.TimeReached})
		h.calls(all[:n])
	}
	if h.e.Unfinished() {
		t.Error("more calls are to come")
	}
}

// OUT-05, OUT-08: where the first page's answer comes before the calls for the others went out, these are
// made only if they are still wanted.
func TestPagesNotStarted(t *testing.T) {
	for name, tt := range map[string]struct {
		answer engine.Result
		want   []sent
		state  engine.FlowState
	}{
		"more follow": {
			followed(4, 6),
			[]sent{{engine.ReadPage, 6, 0, 0}, {engine.ReadPage, 9, 0, 0}},
			engine.InProgress,
		},
		"it is the last": {page(4, 5), []sent{{engine.WriteRecords, 5, 4, 5}}, engine.InProgress},
		"it is rejected": {
			engine.Result{Class: engine.Rejected, Status: 422, RetryAfter: -1}, nil, engine.Idle,
		},
		"it takes the connection offline": {
			engine.Result{Class: engine.BadCredentials, Status: 401, RetryAfter: -1}, nil, engine.Paused,
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := pagesByHand(t)
			h.finish(0, tt.answer)
			h.to(0)
			h.calls(tt.want)
			if got := h.e.Flow(0).State; got != tt.state {
				t.Errorf("the flow is %s (expected %s)", got, tt.state)
			}
		})
	}
}

// OUT-08: what pages at once come to. The records behind a page that was not full are left to the next run,
// so that none between is lost; a read behind the last page is not repeated.
func TestPagesJoined(t *testing.T) {
	limited := engine.Result{Class: engine.RateLimited, Status: 429, RetryAfter: time.Minute}
	rejected := engine.Result{Class: engine.Rejected, Status: 422, RetryAfter: -1}
	write := func(after, first, last int64) sent { return sent{engine.WriteRecords, after, first, last} }
	for name, tt := range map[string]struct {
		answers [3]engine.Result
		want    []sent
	}{
		"all are full": {
			[3]engine.Result{followed(4, 6), followed(7, 9), followed(10, 12)},
			[]sent{write(12, 4, 6), write(12, 7, 9), write(12, 10, 12)},
		},
		"the first is the last, and full": {
			[3]engine.Result{page(4, 6), empty, empty}, []sent{write(6, 4, 6)},
		},
		"records came behind a full page": {
			[3]engine.Result{page(4, 6), page(7, 8), empty}, []sent{write(8, 4, 6), write(8, 7, 8)},
		},
		"records came behind one that was not": {
			[3]engine.Result{page(4, 5), page(7, 8), empty}, []sent{write(5, 4, 5)},
		},
		"a limit behind the last page, which is full": {
			[3]engine.Result{page(4, 6), limited, limited}, []sent{write(6, 4, 6)},
		},
		"a limit behind the last page, which is the second": {
			[3]engine.Result{followed(4, 6), page(7, 9), limited}, []sent{write(9, 4, 6), write(9, 7, 9)},
		},
		"a limit in between": {
			[3]engine.Result{followed(4, 6), limited, followed(10, 12)}, nil,
		},
		"the second is rejected": {
			[3]engine.Result{followed(4, 6), rejected, followed(10, 12)}, []sent{write(6, 4, 6)},
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := pagesByHand(t)
			h.to(0)
			for _, r := range tt.answers {
				h.finish(0, r)
			}
			h.to(0)
			h.calls(tt.want)
		})
	}
}

// OUT-05, OUT-08: a read whose token was still being refreshed at the pause is not made. Where none is needed any
// more, the pages before it are written when the run goes on.
func TestPageAbandoned(t *testing.T) {
	f := between(0, 2, time.Hour, 0)
	f.Parallel, f.PageSize = 3, 3
	h := flowsByHand(t, 2, f, between(1, 2, time.Hour, 9*time.Minute))
	h.to(0)
	h.answer(followed(1, 3))
	h.answer(engine.Result{Class: engine.OK, Status: 200, RetryAfter: -1})
	h.finish(1, engine.Result{Class: engine.RateLimited, Status: 429, RetryAfter: 9 * time.Minute})
	h.finish(1, empty)
	h.to(9 * time.Minute)
	h.inFlight(engine.ReadPage, engine.RefreshToken, engine.ReadPage) // the last one is the other flow's
	h.finish(2, page(1, 1))
	h.finish(2, engine.Result{Class: engine.BadCredentials, Status: 401, RetryAfter: -1})
	h.finish(0, page(4, 5))
	h.answer(renewed)
	h.inFlight()
	h.command(engine.Command{Kind: engine.Test, Connection: 2})
	h.answer(empty)
	h.calls([]sent{{engine.WriteRecords, 5, 4, 5}, {engine.WriteRecords, 1, 1, 1}})
}
