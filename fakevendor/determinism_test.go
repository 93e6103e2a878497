package fakevendor_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/dialect"
)

// clients are the callers of the tests below, by name: what tells them apart is in their calls.
func clients() map[string]fakevendor.Request {
	read := func(conn int, token, endpoint string) fakevendor.Request {
		return fakevendor.Request{
			Op: dialect.ReadPage, Connection: conn, Resource: contacts, Token: token, Endpoint: endpoint, Access: 1,
		}
	}
	return map[string]fakevendor.Request{
		"one": read(key, "a", ""), "two": read(key, "b", ""), "three": read(key, "b", "GET /x"), "four": read(main, "", ""),
	}
}

// played gives what each client is answered, byte for byte, when they call in that order on a clock that stands.
func played(t testing.TB, github *dialect.Dialect, seed uint64, order []string) map[string][]string {
	t.Helper()
	down := fault(fakevendor.Flaky, window(0, day), func(f *fakevendor.Fault) { f.Rate = 0.5 })
	cfg := world(t, down)
	cfg.Seed, cfg.DrawByKey = seed, true
	a := &cfg.Applications[acme]
	a.Dialect = github
	a.Latency = fakevendor.Latency{Median: time.Second, P99: time.Minute}
	a.Limits = []dialect.Limit{{Name: "primary", Requests: 9, Per: time.Hour, By: dialect.ByToken | dialect.ByEndpoint}}
	d := open(t, cfg)
	answers := map[string][]string{}
	for _, who := range order {
		resp, answer := d.answer(after(time.Minute), clients()[who])
		text := fmt.Sprintln(resp.Latency, resp.Why, answer.Status, answer.Header, string(answer.Body))
		answers[who] = append(answers[who], text)
	}
	return answers
}

// Who calls at once with others is answered as in every other order in which they may have come.
func TestDrawsByKeyKnowNoOthers(t *testing.T) {
	var order []string
	for _, who := range slices.Sorted(maps.Keys(clients())) {
		order = append(order, slices.Repeat([]string{who}, 12)...)
	}
	github := mustLoad(t, "github")
	want := played(t, github, 7, order)
	rapid.Check(t, func(rt *rapid.T) {
		got := played(t, github, 7, rapid.Permutation(order).Draw(rt, "order"))
		if diff := cmp.Diff(want, got); diff != "" {
			rt.Fatal(diff)
		}
	})
	if cmp.Equal(want["one"], want["two"]) {
		t.Error("two clients draw alike")
	}
	if cmp.Equal(want, played(t, github, 8, order)) {
		t.Error("another seed, and the same answers")
	}
}
