package fakevendor_test

import (
	"testing"
	"time"

	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/dialect"
)

func limited(t *testing.T, l dialect.Limit, faults ...fakevendor.Fault) *driver {
	t.Helper()
	cfg := world(t, faults...)
	cfg.Applications[acme].Limits = []dialect.Limit{l}
	cfg.Applications[acme].TokenLifetime = day
	return open(t, cfg)
}

// wantWait expects a 429 with that Retry-After; 0: no 429.
func (d *driver) wantWait(got fakevendor.Response, want time.Duration) {
	d.Helper()
	limited := got.Shape.Name == dialect.ShapeRateLimited
	if limited != (want > 0) || got.Params.RetryAfter != want || got.Fault != -1 {
		d.Errorf("%s, Retry-After %s, fault %d, want %s", got.Shape.Name, got.Params.RetryAfter, got.Fault, want)
	}
}

func TestFixedWindow(t *testing.T) {
	d := limited(t, dialect.Limit{Requests: 2, Per: time.Minute})
	d.wantWait(d.read(10*time.Second, key, contacts), 0)
	d.wantWait(d.test(20*time.Second, key), 0) // tests count
	d.wantWait(d.read(30*time.Second, main, orders), 30*time.Second)
	d.wantWait(d.test(30*time.Second+1, key), 30*time.Second) // rounded up
	d.wantWait(d.read(time.Minute-1, key, contacts), time.Second)
	d.wantShape(d.refresh(time.Minute-1, 1), dialect.ShapeToken, -1) // token calls are free
	d.wantWait(d.read(time.Minute, key, contacts), 0)
	d.wantWait(d.read(time.Minute, key, contacts), 0)
	d.wantWait(d.read(time.Minute, key, contacts), time.Minute) // 429s did not count, nor the refresh
}

// What faults answer counts when it has an HTTP status, and only then.
func TestLimitCountsStatuses(t *testing.T) {
	for h, counts := range map[fakevendor.How]bool{
		fakevendor.HTTPStatus: true, fakevendor.HowGarbage: true, fakevendor.HowHTML200: true,
		fakevendor.HowEmpty: true, fakevendor.HowTruncated: true, fakevendor.HowRefused: false,
		fakevendor.HowDNS: false, fakevendor.HowTLS: false, fakevendor.HowReset: false,
		fakevendor.HowTimeout: false,
	} {
		down := fault(fakevendor.Down, how(h), window(0, time.Second))
		d := limited(t, dialect.Limit{Requests: 1, Per: time.Minute}, down)
		d.read(0, key, contacts)
		want := time.Duration(0)
		if counts {
			want = 59 * time.Second
		}
		d.wantWait(d.read(time.Second, key, contacts), want)
	}
}

func TestSlidingWindow(t *testing.T) {
	d := limited(t, dialect.Limit{Algorithm: dialect.SlidingWindow, Requests: 2, Per: time.Minute})
	d.wantWait(d.read(50*time.Second, key, contacts), 0)
	d.wantWait(d.read(55*time.Second, key, contacts), 0)
	d.wantWait(d.read(60*time.Second, key, contacts), 50*time.Second)
	d.wantWait(d.read(110*time.Second-1, key, contacts), time.Second)
	d.wantWait(d.read(110*time.Second, key, contacts), 0)
	d.wantWait(d.read(110*time.Second, key, contacts), 5*time.Second)
	d.wantWait(d.read(115*time.Second, key, contacts), 0)
}

func TestTokenBucket(t *testing.T) {
	// Three tokens a second: one comes each third of a second, which no nanosecond hits.
	d := limited(t, dialect.Limit{Algorithm: dialect.TokenBucket, Requests: 3, Per: time.Second})
	for range 3 {
		d.wantWait(d.read(0, key, contacts), 0)
	}
	third := time.Second / 3
	d.wantWait(d.read(0, key, contacts), time.Second)
	d.wantWait(d.read(third, key, contacts), time.Second)
	d.wantWait(d.read(third+1, key, contacts), 0)
	d.wantWait(d.read(third+1, key, contacts), time.Second)
	d.wantWait(d.read(time.Second, key, contacts), 0)
	d.wantWait(d.read(time.Second, key, contacts), 0)
	d.wantWait(d.read(time.Second, key, contacts), time.Second)
	for range 3 { // never more than the bucket holds
		d.wantWait(d.read(time.Hour, key, contacts), 0)
	}
	d.wantWait(d.read(time.Hour, key, contacts), time.Second)
}

// Calls that a fault answers count without being asked; the bucket owes nothing for them afterwards.
func TestTokenBucketOwesNothing(t *testing.T) {
	down := fault(fakevendor.Down, window(0, 1))
	l := dialect.Limit{Algorithm: dialect.TokenBucket, Requests: 2, Per: 2 * time.Second}
	d := limited(t, l, down)
	for range 5 {
		d.read(0, key, contacts)
	}
	d.wantWait(d.read(time.Second-1, key, contacts), time.Second)
	d.wantWait(d.read(time.Second, key, contacts), 0)
}

func TestLimitKeys(t *testing.T) {
	d := limited(t, dialect.Limit{Requests: 1, Per: time.Minute, By: dialect.ByConnection})
	d.wantWait(d.read(0, key, contacts), 0)
	d.wantWait(d.read(0, main, contacts), 0)
	d.wantWait(d.read(0, key, orders), time.Minute)
	d = limited(t, dialect.Limit{Requests: 1, Per: time.Minute, By: dialect.ByResource})
	d.wantWait(d.read(0, key, contacts), 0)
	d.wantWait(d.read(0, key, orders), 0)
	d.wantWait(d.test(0, key), 0)
	d.wantWait(d.read(0, main, contacts), time.Minute)
	d.wantWait(d.test(0, main), time.Minute)
}

// A call holds its slot until its answer comes or its caller hangs up; a 429 holds none.
func TestConcurrency(t *testing.T) {
	silent := fault(fakevendor.Down, how(fakevendor.HowTimeout), on(orders), window(time.Hour, time.Hour+1))
	cfg := world(t, silent)
	cfg.Applications[acme].Limits = []dialect.Limit{{Concurrency: 2}}
	cfg.Applications[acme].Latency = fakevendor.Latency{Median: 10 * time.Second}
	d := open(t, cfg)
	d.wantWait(d.read(0, key, contacts), 0)
	d.wantWait(d.read(5*time.Second, key, contacts), 0)
	d.wantWait(d.read(10*time.Second-1, key, contacts), time.Second)
	d.wantWait(d.read(10*time.Second, key, contacts), 0)
	d.wantWait(d.read(10*time.Second, key, contacts), time.Second)

	patient := fakevendor.Request{
		Op: dialect.ReadPage, Connection: key, Resource: orders, Patience: 30 * time.Second,
	}
	for range 2 {
		d.wantShape(d.respond(time.Hour, patient), dialect.ShapeNoAnswer, 0)
	}
	d.wantWait(d.read(time.Hour+30*time.Second-1, key, contacts), time.Second)
	d.wantWait(d.read(time.Hour+30*time.Second, key, contacts), 0)
}
