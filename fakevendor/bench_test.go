package fakevendor_test

import (
	"testing"
	"time"

	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/dialect"
)

// pages prepares a page read of a quiet application; each call comes a second after the last.
func pages(t testing.TB, change func(*fakevendor.Application)) func() {
	t.Helper()
	cfg := world(t, fault(fakevendor.Down, window(-2, -1)), fault(fakevendor.Down, window(1<<60, 1<<61)))
	if change != nil {
		change(&cfg.Applications[acme])
	}
	v, err := fakevendor.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	now := start
	req := fakevendor.Request{Op: dialect.ReadPage, Connection: key, Resource: contacts, Patience: 30 * time.Second}
	var resp fakevendor.Response
	return func() {
		now += fakevendor.Time(time.Second)
		v.Respond(now, &req, &resp)
		req.After = max(req.After, resp.Params.Last)
	}
}

func limitOf(l dialect.Limit) func(*fakevendor.Application) {
	return func(a *fakevendor.Application) { a.Limits = []dialect.Limit{l} }
}

func TestRespondAllocatesNothing(t *testing.T) {
	for name, change := range map[string]func(*fakevendor.Application){
		"quiet":       nil,
		"log-normal":  func(a *fakevendor.Application) { a.Latency = fakevendor.Latency{Median: 1, P99: time.Second} },
		"fixed":       limitOf(dialect.Limit{Requests: 5, Per: time.Minute}),
		"bucket":      limitOf(dialect.Limit{Algorithm: dialect.TokenBucket, Requests: 5, Per: time.Minute}),
		"concurrency": limitOf(dialect.Limit{Concurrency: 5}),
		"named":       limitOf(dialect.Limit{Requests: 5, Per: time.Minute, By: dialect.ByToken | dialect.ByAddress}),
		"midnight":    limitOf(dialect.Limit{Requests: 5, Per: day, Anchor: dialect.AtMidnight}),
	} {
		if n := testing.AllocsPerRun(1000, pages(t, change)); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}

func BenchmarkRespond(b *testing.B) {
	for name, change := range map[string]func(*fakevendor.Application){
		"quiet":      nil,
		"retention":  func(a *fakevendor.Application) { a.Retention = time.Hour },
		"log-normal": func(a *fakevendor.Application) { a.Latency = fakevendor.Latency{Median: 1, P99: time.Second} },
		"fixed":      limitOf(dialect.Limit{Requests: 5, Per: time.Minute}),
		"named":      limitOf(dialect.Limit{Requests: 5, Per: time.Minute, By: dialect.ByToken | dialect.ByAddress}),
		"midnight":   limitOf(dialect.Limit{Requests: 5, Per: day, Anchor: dialect.AtMidnight}),
	} {
		b.Run(name, func(b *testing.B) {
			call := pages(b, change)
			b.ReportAllocs()
			for b.Loop() {
				call()
			}
		})
	}
}
