package fakevendor_test

import (
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/dialect"
)

// TestCalm says what keeps the vendor from a promise half an hour after the start, and how far one goes.
func TestCalm(t *testing.T) {
	const ever, no = fakevendor.Time(math.MaxInt64), fakevendor.Time(0)
	lasting := window(0, time.Hour)
	for _, tt := range []struct {
		name   string
		conn   int
		faults []fakevendor.Fault
		change func(*fakevendor.Application)
		do     func(*driver)
		until  fakevendor.Time // no: no promise

		counted bool
	}{
		{name: "nothing is wrong", conn: key, until: ever},
		{name: "a fault to come", conn: key, faults: []fakevendor.Fault{fault(fakevendor.Down)}, until: after(time.Hour)},
		{
			name: "a fault that is over", conn: key, until: ever,
			faults: []fakevendor.Fault{fault(fakevendor.Down, window(0, 20*time.Minute))},
		},
		{
			name: "a fault of another resource", conn: key, until: after(time.Hour),
			faults: []fakevendor.Fault{fault(fakevendor.Slow, lasting, on(orders))},
		},
		{
			name: "a fault of this resource", conn: key,
			faults: []fakevendor.Fault{fault(fakevendor.Slow, lasting, on(orders, contacts))},
		},
		{
			name: "a fault of another resource that draws", conn: key, until: after(time.Hour), counted: true,
			faults: []fakevendor.Fault{fault(fakevendor.Flaky, lasting, on(orders))},
		},
		{name: "a fault of all", conn: key, faults: []fakevendor.Fault{fault(fakevendor.Down, lasting)}},
		{
			name: "a fault of another resource's endpoints", conn: key,
			faults: []fakevendor.Fault{fault(fakevendor.Down, lasting, on(orders), func(f *fakevendor.Fault) {
				f.Endpoints = []string{"GET /x"}
			})},
		},
		{
			name: "a fault of another connection", conn: key, until: after(time.Hour),
			faults: []fakevendor.Fault{fault(fakevendor.BadCredentials, lasting)},
		},
		{
			name: "a fault of this connection", conn: main,
			faults: []fakevendor.Fault{fault(fakevendor.BadCredentials, lasting)},
		},
		{
			name: "a fault of another application", conn: wmsKey, until: ever,
			faults: []fakevendor.Fault{fault(fakevendor.Down, lasting)},
		},
		{name: "a limit", conn: key, change: limitOf(dialect.Limit{Requests: 5, Per: time.Hour})},
		{name: "random latency", conn: key, change: func(a *fakevendor.Application) {
			a.Latency = fakevendor.Latency{Median: time.Second, P99: time.Minute}
		}},
		{name: "wrong credentials", conn: key, do: func(d *driver) { d.Reauthorize(start, key, false) }},
		{name: "a token that has expired", conn: main, until: ever, change: func(a *fakevendor.Application) {
			a.TokenLifetime = 30 * time.Minute
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			cfg := world(t, tt.faults...)
			if tt.change != nil {
				tt.change(&cfg.Applications[acme])
			}
			d := open(t, cfg)
			if tt.do != nil {
				tt.do(d)
			}
			got, ok := d.Calm(after(30*time.Minute), tt.conn, contacts)
			if ok != (tt.until != no) || got.Until != tt.until || got.Counted != tt.counted {
				t.Errorf("calm %t: %+v (want until %s, counted %t)", ok, got, tt.until.Std(), tt.counted)
			}
		})
	}
}

// TestReadsAreManyResponds: what Reads says of n reads is what n calls are answered, one after the other,
// and whoever passes them over leaves the same vendor behind.
func TestReadsAreManyResponds(t *testing.T) {
	promised, calls := 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		cfg := world(t, rapid.SampledFrom([][]fakevendor.Fault{
			nil,
			{fault(fakevendor.Down, on(orders))},
			{fault(fakevendor.Flaky, on(orders))},
			{fault(fakevendor.BadCredentials)},
			{fault(fakevendor.Down)},
		}).Draw(rt, "faults")...)
		a := &cfg.Applications[acme]
		a.PageSize = rapid.SampledFrom([]int64{3, 10, 20, 40}).Draw(rt, "page size")
		a.Latency.Median = time.Second
		a.Retention = time.Duration(rapid.SampledFrom([]int64{0, 0, 3, 10, 60}).Draw(rt, "retention")) * time.Minute
		a.Resources[contacts].Rates = drawQuietRates(rt)
		spans := rapid.SampledFrom([]time.Duration{
			7 * time.Second, time.Minute, 4*time.Minute + 1, 13 * time.Minute, 20 * time.Minute,
		})
		every := spans.Draw(rt, "every")
		first := time.Duration(rapid.IntRange(0, 5).Draw(rt, "hour"))*time.Hour + spans.Draw(rt, "first")
		n := rapid.Int64Range(1, 30).Draw(rt, "n")
		one, all := open(t, cfg), open(t, cfg)
		since := first - min(first, every*time.Duration(rapid.IntRange(0, 3).Draw(rt, "behind")))
		req := fakevendor.Request{
			Op: dialect.ReadPage, Connection: key, Resource: contacts,
			After: one.Count(acme, contacts, after(since)),
		}
		var got fakevendor.Response
		promise, ok := all.Calm(after(first), key, contacts)
		last := after(first + time.Duration(n-1)*every)
		if !ok || last >= promise.Until || !all.Reads(after(first), last, every, &req, &got) {
			return
		}
		promised++
		all.Pass(key, n)
		want := fakevendor.Response{
			Shape: a.Dialect.Shape(dialect.ShapePage), Latency: promise.Latency,
			Fault: -1, Slowed: -1, Mended: -1, Why: fakevendor.Why{Limit: -1},
		}
		want.Params.Last = -1
		for k := range n {
			at := first + time.Duration(k)*every
			resp := one.respond(at, req)
			p := &resp.Params
			if p.Last >= p.First {
				if p.First != req.After+1 {
					rt.Fatalf("read %d begins with record %d after %d", k+1, p.First, req.After)
				}
				if want.Params.First == 0 {
					want.Params.First = p.First
				}
				want.Params.Last, req.After = p.Last, p.Last
			}
			p.First, p.Last = want.Params.First, want.Params.Last
			want.Params.Now, want.Params.Connection, want.Params.Resource = p.Now, p.Connection, p.Resource
			calls++
			if diff := cmp.Diff(want, resp, cmp.Comparer(sameShape)); diff != "" {
				rt.Fatalf("read %d (-promised +answered):\n%s", k+1, diff)
			}
		}
		if got.Params.First != want.Params.First || got.Params.Last != want.Params.Last {
			rt.Fatalf("%d reads come to records %d to %d (promised %d to %d)",
				n, want.Params.First, want.Params.Last, got.Params.First, got.Params.Last)
		}
		one.test(first+time.Duration(n)*every, key)
		all.test(first+time.Duration(n)*every, key)
		if diff := cmp.Diff(stateOf(t, one), stateOf(t, all)); diff != "" {
			rt.Fatalf("the vendor (-called +passed over):\n%s", diff)
		}
	})
	if promised < 20 || calls < 5*promised {
		t.Errorf("%d promises of %d calls: the test shows nothing", promised, calls)
	}
}

// TestPromisedIsResponded: in calm time every call is answered as was promised, whoever passes calls over
// leaves the same vendor behind, and records come as steadily as it says.
func TestPromisedIsResponded(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		cfg := world(t)
		a := &cfg.Applications[acme]
		a.Latency.Median, a.PageSize = time.Second, 7
		a.Retention = time.Duration(rapid.SampledFrom([]int64{0, 20}).Draw(rt, "retention")) * time.Minute
		a.TokenLifetime = 90 * time.Second
		a.Resources[contacts].Rates = drawQuietRates(rt)
		one, all := open(t, cfg), open(t, cfg)
		var at time.Duration
		var read, refreshes int64
		var refreshed time.Duration
		n := rapid.Int64Range(1, 30).Draw(rt, "calls")
		for range n {
			at += rapid.SampledFrom([]time.Duration{0, 1, time.Minute, 7 * time.Minute}).Draw(rt, "later")
			g := one.Grant(main)
			req := fakevendor.Request{Connection: main, Access: g.Access, Resource: contacts, After: read}
			switch {
			case after(at) >= g.ExpiresAt || rapid.IntRange(0, 5).Draw(rt, "refresh") == 0:
				req.Op, req.Refresh, req.Resource, req.After = dialect.RefreshToken, g.Refresh, -1, 0
				refreshes, refreshed = refreshes+1, at
			case rapid.IntRange(0, 5).Draw(rt, "test") == 0:
				req.Op, req.Resource, req.After = dialect.TestConnection, -1, 0
			}
			var got fakevendor.Response
			all.Promised(after(at), &req, &got)
			want := one.respond(at, req)
			if diff := cmp.Diff(want, got, cmp.Comparer(sameShape)); diff != "" {
				rt.Fatalf("%+v (-answered +promised):\n%s", req, diff)
			}
			if req.Op == dialect.ReadPage && want.Params.Last >= want.Params.First {
				req.Op, req.After = dialect.WriteRecords, 0
				req.First, req.Last = want.Params.First, want.Params.Last
				all.Promised(after(at), &req, &got)
				if diff := cmp.Diff(one.respond(at, req), got, cmp.Comparer(sameShape)); diff != "" {
					rt.Fatalf("%+v (-answered +promised):\n%s", req, diff)
				}
				read = req.Last
				n++
			}
			lengths := []time.Duration{1, time.Minute, time.Hour, 25 * time.Minute}
			steadily(rt, one.Vendor, at, rapid.SampledFrom(lengths).Draw(rt, "in"))
		}
		all.Pass(main, n)
		if refreshes > 0 {
			all.PassRefreshes(main, refreshes, after(refreshed))
		}
		one.test(at+1, key)
		all.test(at+1, key)
		if diff := cmp.Diff(stateOf(t, one), stateOf(t, all)); diff != "" {
			rt.Fatalf("the vendor (-called +passed over):\n%s", diff)
		}
	})
}

// steadily checks what is said of a rate at an instant: until it changes, a whole number of records comes
// in every time of a length, or not in every one; and no more than the most.
func steadily(t *rapid.T, v *fakevendor.Vendor, at, in time.Duration) {
	since, until := v.Steady(acme, contacts, after(at))
	if since > after(at) || until <= after(at) {
		t.Fatalf("at %s the rate is steady from %s to %s", at, since.Std(), until.Std())
	}
	same := true
	var first int64
	for k := range 50 {
		from := since + fakevendor.Time(k)*fakevendor.Time(7*time.Minute+time.Nanosecond)
		if to := from + fakevendor.Time(in); to < until {
			n := v.Count(acme, contacts, to) - v.Count(acme, contacts, from)
			if k == 0 {
				first = n
			}
			same = same && n == first
			if most := v.Most(acme, contacts, in); n > most {
				t.Fatalf("%d records come in %s, and at most %d may", n, in, most)
			}
		}
	}
	if v.Whole(acme, contacts, after(at), in) && !same {
		t.Fatalf("in %s comes not always the same number of records", in)
	}
}

// drawQuietRates are rates of which some give a few records an interval, and some too many.
func drawQuietRates(t *rapid.T) []fakevendor.Rate {
	var rates []fakevendor.Rate
	for i := range rapid.IntRange(1, 3).Draw(t, "rates") {
		rates = append(rates, fakevendor.Rate{
			From: time.Duration(i) * 2 * time.Hour, Per: time.Hour,
			N: rapid.SampledFrom([]int64{0, 1, 11, 60, 200}).Draw(t, "n"),
		})
	}
	return rates
}

func sameShape(x, y *dialect.Shape) bool { return x == y }

func stateOf(t *testing.T, d *driver) string {
	t.Helper()
	data, err := d.State()
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
