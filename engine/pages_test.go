package engine_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/outagedrill/outagedrill/engine"
)

// pagesByHand is a platform with one flow that takes up to three pages of three records at once. Its first page
// is read and written, and said that more follow: the read of the second one has gone out, in the same step, and
// no other.
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

// OUT-08: of pages at once the first one's call goes out in the step that led to it, each other one's in a step of
// its own.
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

// OUT-05, OUT-08: where the first page's answer comes before the calls for the others went out, these are made
// only if they are still wanted.
func TestPagesNotStarted(t *testing.T) {
	for name, tt := range map[string]struct {
		answer engine.Result
		want   []sent
		state  engine.FlowState
	}{
		"more follow": {
			followed(4, 6),
			[]sent{{engine.ReadPage, 6, 0, 0}, {engine.ReadPage, 9, 0, 0}}, engine.InProgress,
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
