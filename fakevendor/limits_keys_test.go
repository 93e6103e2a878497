package fakevendor_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/dialect"
)

// limitedBy opens the world with limits of acme's.
func limitedBy(t testing.TB, limits ...dialect.Limit) *driver {
	t.Helper()
	cfg := world(t)
	cfg.Applications[acme].Limits = limits
	cfg.Applications[acme].TokenLifetime = day
	return open(t, cfg)
}

// call reads contacts with the API key, as who a change makes it.
func (d *driver) call(at time.Duration, change func(*fakevendor.Request)) fakevendor.Response {
	d.Helper()
	req := fakevendor.Request{Op: dialect.ReadPage, Connection: key, Resource: contacts}
	if change != nil {
		change(&req)
	}
	return d.respond(at, req)
}

// Each key has a counter of its own; what a call does not name is its connection's or its resource's.
func TestLimitsByName(t *testing.T) {
	type who = func(*fakevendor.Request)
	token := func(s string) who { return func(r *fakevendor.Request) { r.Token = s } }
	endpoint := func(s string) who { return func(r *fakevendor.Request) { r.Endpoint = s } }
	object := func(s string) who { return func(r *fakevendor.Request) { r.Object = s } }
	address := func(s string) who { return func(r *fakevendor.Request) { r.Address = s } }
	other := func(r *fakevendor.Request) { r.Connection, r.Access = main, 1 }
	elsewhere := func(r *fakevendor.Request) { r.Resource = orders }
	nobody := func(*fakevendor.Request) {}
	for name, tt := range map[string]struct {
		by             dialect.LimitKey
		first, another who // have counters of their own
		same           who // has the first one's
	}{
		"token":                {dialect.ByToken, token("a"), token("b"), func(r *fakevendor.Request) { r.Token, r.Connection, r.Access = "a", main, 1 }},
		"no token":             {dialect.ByToken, nobody, other, elsewhere},
		"endpoint":             {dialect.ByEndpoint, endpoint("a"), endpoint("b"), func(r *fakevendor.Request) { r.Endpoint = "a"; other(r) }},
		"no endpoint":          {dialect.ByEndpoint, nobody, elsewhere, other},
		"object":               {dialect.ByObject, object("a"), object("b"), func(r *fakevendor.Request) { r.Object = "a"; other(r) }},
		"address":              {dialect.ByAddress, address("a"), address("b"), func(r *fakevendor.Request) { r.Address = "a"; other(r) }},
		"no address":           {dialect.ByAddress, nobody, address("b"), other},
		"connection, resource": {dialect.ByConnection | dialect.ByResource, nobody, elsewhere, address("b")},
		"connection, endpoint": {dialect.ByConnection | dialect.ByEndpoint, endpoint("a"), func(r *fakevendor.Request) { r.Endpoint = "a"; other(r) }, endpoint("a")},
	} {
		t.Run(name, func(t *testing.T) {
			d := limitedBy(t, dialect.Limit{Requests: 1, Per: time.Minute, By: tt.by})
			d.wantWait(d.call(0, tt.first), 0)
			d.wantWait(d.call(0, tt.another), 0)
			d.wantWait(d.call(0, tt.first), time.Minute)
			d.wantWait(d.call(0, tt.another), time.Minute)
			d.wantWait(d.call(0, tt.same), time.Minute)
		})
	}
	d := limitedBy(t, dialect.Limit{Requests: 1, Per: time.Minute, By: dialect.ByObject})
	for range 3 {
		d.wantWait(d.call(0, nil), 0) // it is about no object
	}
}

// The first limit that a call is over refuses it, with the answer that is its own, and says so.
func TestSeveralLimits(t *testing.T) {
	generic, own := mustLoad(t, "github"), mustLoad(t, "xero")
	cfg := world(t)
	cfg.Applications[acme].Dialect = generic
	cfg.Applications[acme].Limits = []dialect.Limit{
		{Name: "burst", Requests: 2, Per: 10 * time.Second, Answer: own.Shape(dialect.ShapeRateLimited)},
		{Name: "minute", Requests: 3, Per: time.Minute},
	}
	d := open(t, cfg)
	for i, want := range []struct {
		at    time.Duration
		wait  time.Duration
		why   fakevendor.Why
		shape *dialect.Shape
	}{
		{0, 0, fakevendor.Why{Limit: 0, Before: 0, After: 1}, generic.Shape(dialect.ShapePage)},
		{0, 0, fakevendor.Why{Limit: 0, Before: 1, After: 2}, generic.Shape(dialect.ShapePage)},
		{0, 10 * time.Second, fakevendor.Why{Rule: fakevendor.ByLimit, Limit: 0, Before: 2, After: 2}, own.Shape(dialect.ShapeRateLimited)},
		{10 * time.Second, 0, fakevendor.Why{Limit: 1, Before: 2, After: 3}, generic.Shape(dialect.ShapePage)},
		{11 * time.Second, 49 * time.Second, fakevendor.Why{Rule: fakevendor.ByLimit, Limit: 1, Before: 3, After: 3}, generic.Shape(dialect.ShapeRateLimited)},
	} {
		got := d.call(want.at, nil)
		d.wantWait(got, want.wait)
		if diff := cmp.Diff(want.why, got.Why); diff != "" || got.Shape != want.shape {
			t.Errorf("call %d: %s\n%s", i, got.Shape.Name, diff)
		}
	}
}

func TestLimitScopes(t *testing.T) {
	search := func(r *fakevendor.Request) { r.Endpoint = "POST /crm/search" }
	list := func(r *fakevendor.Request) { r.Endpoint = "GET /crm/contacts" }
	d := limitedBy(t,
		dialect.Limit{Name: "search", Requests: 1, Per: time.Minute, Endpoints: []string{"*/search"}},
		dialect.Limit{Name: "rest", Requests: 1, Per: time.Hour, Except: []string{"*/search"}})
	d.wantWait(d.call(0, search), 0)
	d.wantWait(d.call(0, list), 0)
	d.wantWait(d.call(0, search), time.Minute)
	d.wantWait(d.call(0, list), time.Hour)

	d = limitedBy(t, dialect.Limit{Requests: 1, Per: time.Minute, Ops: 1 << dialect.WriteRecords})
	write := func(r *fakevendor.Request) { r.Op, r.First, r.Last = dialect.WriteRecords, 1, 2 }
	for range 2 {
		d.wantWait(d.call(0, nil), 0)
	}
	d.wantWait(d.call(0, write), 0)
	d.wantWait(d.call(0, write), time.Minute)
}

// The token endpoint has limits of its own, and no others.
func TestLimitOfTheTokenEndpoint(t *testing.T) {
	d := limitedBy(t, dialect.Limit{Requests: 1, Per: time.Minute, Ops: 1 << dialect.RefreshToken})
	for range 3 {
		d.wantWait(d.call(0, nil), 0)
	}
	d.wantShape(d.refresh(0, 1), dialect.ShapeToken, -1)
	got := d.refresh(time.Second, 1)
	d.wantWait(got, 59*time.Second)
	if r := judge(dialect.RefreshToken, d.cfg.Applications[acme].Dialect, got); r.Sub != dialect.Transient {
		t.Errorf("a limited token endpoint reads as %s", r.Sub)
	}
	d.wantShape(d.refresh(time.Minute, 1), dialect.ShapeToken, -1)
}

func TestLimitOfPoints(t *testing.T) {
	points := [4]int64{1, 5, 1, 1}
	d := limitedBy(t, dialect.Limit{Requests: 10, Per: time.Minute, Points: &points})
	cost := func(n int64) func(*fakevendor.Request) { return func(r *fakevendor.Request) { r.Cost = n } }
	write := func(r *fakevendor.Request) { r.Op, r.First, r.Last = dialect.WriteRecords, 1, 2 }
	d.wantWait(d.call(0, write), 0)
	d.wantWait(d.call(0, cost(4)), 0)
	d.wantWait(d.call(0, cost(2)), time.Minute)
	d.wantWait(d.call(0, write), time.Minute)
	d.wantWait(d.call(0, nil), 0)
	d.wantWait(d.call(0, nil), time.Minute)
	d.wantWait(d.call(time.Minute, cost(1000)), 0) // more than there ever is: all there is

	d = limitedBy(t, dialect.Limit{Algorithm: dialect.TokenBucket, Requests: 10, Per: 10 * time.Second, Points: &points})
	d.wantWait(d.call(0, cost(8)), 0)
	d.wantWait(d.call(0, cost(5)), 3*time.Second)
	d.wantWait(d.call(3*time.Second, cost(5)), 0)

	d = limitedBy(t, dialect.Limit{Algorithm: dialect.SlidingWindow, Requests: 10, Per: 10 * time.Second, Points: &points})
	d.wantWait(d.call(0, cost(4)), 0)
	d.wantWait(d.call(2*time.Second, cost(5)), 0)
	d.wantWait(d.call(3*time.Second, cost(5)), 7*time.Second)
	d.wantWait(d.call(3*time.Second, cost(6)), 9*time.Second)
	d.wantWait(d.call(10*time.Second, cost(5)), 0)
}

// Refused calls count where the vendor says so: who goes on waits ever longer.
func TestRefusedCallsThatCount(t *testing.T) {
	l := dialect.Limit{Algorithm: dialect.SlidingWindow, Requests: 2, Per: time.Minute, CountsRefused: true}
	d := limitedBy(t, l)
	d.wantWait(d.call(0, nil), 0)
	d.wantWait(d.call(10*time.Second, nil), 0)
	d.wantWait(d.call(20*time.Second, nil), 40*time.Second)
	d.wantWait(d.call(59*time.Second, nil), 11*time.Second)
	d.wantWait(d.call(70*time.Second, nil), 10*time.Second)
	d.wantWait(d.call(131*time.Second, nil), 0)
}

func TestFreeAnswers(t *testing.T) {
	l := dialect.Limit{Requests: 1, Per: time.Minute, Free: 1 << dialect.ShapeExpiredToken}
	d := limitedBy(t, l)
	stale := func(r *fakevendor.Request) { r.Connection, r.Access = main, 9 }
	for range 3 {
		d.wantShape(d.call(0, stale), dialect.ShapeExpiredToken, -1)
	}
	d.wantWait(d.call(0, nil), 0)
	d.wantWait(d.call(0, nil), time.Minute)
}

// Only long calls take a slot of a limit of long calls.
func TestLimitOfLongCalls(t *testing.T) {
	slow := fault(fakevendor.Slow, window(0, time.Second), func(f *fakevendor.Fault) { f.Latency = 30 * time.Second })
	cfg := world(t, slow)
	cfg.Applications[acme].Limits = []dialect.Limit{{Concurrency: 1, LongerThan: 20 * time.Second}}
	cfg.Applications[acme].Latency = fakevendor.Latency{Median: 19 * time.Second}
	d := open(t, cfg)
	d.wantWait(d.call(0, nil), 0)
	d.wantWait(d.call(10*time.Second, nil), time.Second)
	d.wantWait(d.call(30*time.Second, nil), 0)
	d.wantWait(d.call(30*time.Second, nil), 0)
}

// A limit remembers so many at most: who is at rest is forgotten, and nobody notices.
func TestLimitsForget(t *testing.T) {
	d := limitedBy(t, dialect.Limit{Requests: 1, Per: time.Hour, By: dialect.ByToken, Anchor: dialect.AtFirstRequest})
	token := func(n int) func(*fakevendor.Request) {
		return func(r *fakevendor.Request) { r.Token = fmt.Sprint(n) }
	}
	count := func() (n int) {
		d.Counters(after(0), func(fakevendor.Counter) { n++ })
		return n
	}
	for n := range 30_000 {
		d.call(time.Duration(n)*time.Microsecond, token(n))
	}
	if n := count(); n > 1<<14 || n < 1<<13 {
		t.Errorf("%d tokens are remembered", n)
	}
	d.wantWait(d.call(time.Second, token(29_999)), time.Hour)
	d.wantWait(d.call(2*time.Hour, token(29_999)), 0)
}

// Few tokens with many calls each are too much as well: who was seen longest ago is forgotten.
func TestLimitsForgetCalls(t *testing.T) {
	const each = 200_000
	d := limitedBy(t, dialect.Limit{
		Requests: each, Per: time.Hour, By: dialect.ByToken, Algorithm: dialect.SlidingWindow,
		Points: &[dialect.RefreshToken + 1]int64{},
	})
	token := func(n int) func(*fakevendor.Request) {
		return func(r *fakevendor.Request) { r.Token, r.Cost = fmt.Sprint(n), each }
	}
	for n := range 12 {
		d.call(time.Duration(n)*time.Second, token(n))
	}
	n := 0
	d.Counters(after(12*time.Second), func(fakevendor.Counter) { n++ })
	if n*each > 1<<21 || n == 0 {
		t.Errorf("%d tokens with %d calls each are remembered", n, each)
	}
	d.wantWait(d.call(12*time.Second, token(11)), time.Hour-time.Second)
}

// What is held against more and more credentials is bounded: the first of them are good again.
func TestRefusalsAreBounded(t *testing.T) {
	d := limitedBy(t, dialect.Limit{Requests: 1 << 20, Per: time.Hour})
	presented := func(n int) func(*fakevendor.Request) {
		return func(r *fakevendor.Request) { r.Connection, r.Access, r.Token = main, 0, fmt.Sprint(n) }
	}
	for n := range 1_500 {
		d.Revoke(after(0), main, fmt.Sprint(n))
	}
	d.wantShape(d.call(0, presented(1_499)), dialect.ShapeBadCredentials, -1)
	d.wantShape(d.call(0, presented(0)), dialect.ShapePage, -1)
}

func mustLoad(t testing.TB, name string) *dialect.Dialect {
	t.Helper()
	d, err := dialect.Load(name)
	if err != nil {
		t.Fatal(err)
	}
	return d
}
