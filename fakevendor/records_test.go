package fakevendor_test

import (
	"math"
	"math/big"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/dialect"
)

// integral is the number of records at an elapsed time, by the definition in FIG-01.
func integral(rates []fakevendor.Rate, elapsed time.Duration) *big.Rat {
	sum := new(big.Rat)
	for i, r := range rates {
		to := elapsed
		if i+1 < len(rates) {
			to = min(to, rates[i+1].From)
		}
		if to > r.From {
			sum.Add(sum, new(big.Rat).Mul(big.NewRat(int64(to-r.From), 1), big.NewRat(r.N, int64(r.Per))))
		}
	}
	return sum
}

func floor(x *big.Rat) int64 { return new(big.Int).Div(x.Num(), x.Denom()).Int64() }

func drawRates(t *rapid.T) []fakevendor.Rate {
	per := rapid.OneOf(
		rapid.SampledFrom([]time.Duration{time.Second, time.Minute, time.Hour, 7 * time.Second, 24 * time.Hour}),
		rapid.Map(rapid.Int64Range(1, int64(time.Hour)), func(n int64) time.Duration { return time.Duration(n) }),
	)
	var rates []fakevendor.Rate
	from := time.Duration(0)
	for range rapid.IntRange(0, 5).Draw(t, "rates") {
		from += time.Duration(rapid.Int64Range(1, int64(time.Hour)).Draw(t, "length"))
		rates = append(rates, fakevendor.Rate{
			From: from, N: rapid.Int64Range(0, 6000).Draw(t, "n"), Per: per.Draw(t, "per"),
		})
	}
	return rates
}

// creation is the exact time at which record k comes into being, in nanoseconds since the start.
func creation(rates []fakevendor.Rate, k int64) *big.Rat {
	sum := new(big.Rat)
	for i, r := range rates {
		rate := big.NewRat(r.N, int64(r.Per))
		missing := new(big.Rat).Sub(big.NewRat(k, 1), sum)
		if rate.Sign() > 0 {
			at := missing.Quo(missing, rate)
			at.Add(at, big.NewRat(int64(r.From), 1))
			if i+1 == len(rates) || at.Cmp(big.NewRat(int64(rates[i+1].From), 1)) <= 0 {
				return at
			}
		}
		if i+1 < len(rates) {
			sum.Add(sum, rate.Mul(rate, big.NewRat(int64(rates[i+1].From-r.From), 1)))
		}
	}
	return nil
}

// Counts, creation times and ages agree with exact rational arithmetic, whatever the rates. Odd
// denominators soon leave 63 bits, so the slow path is walked too.
func TestRecordsAreExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rates := drawRates(t)
		d := openRates(t, rates)
		elapsed := time.Duration(rapid.Int64Range(-1, int64(6*time.Hour)).Draw(t, "elapsed"))
		count := floor(integral(rates, elapsed))
		if got := d.Count(acme, 0, after(elapsed)); got != count {
			t.Fatalf("count %d, want %d", got, count)
		}
		k := rapid.Int64Range(1, count+2).Draw(t, "k")
		at := creation(rates, k)
		created, ok := d.CreatedAt(acme, 0, k)
		if ok != (at != nil) {
			t.Fatalf("record %d: created %t, want %t", k, ok, at != nil)
		}
		if !ok {
			return
		}
		if want := ceil(at); int64(created-start) != want {
			t.Fatalf("record %d after %d ns, want %d", k, created-start, want)
		}
		before := k // records that exist strictly before the nanosecond at which k does
		if at.IsInt() {
			before = k - 1
		}
		if got := d.CountBefore(acme, 0, created); (got >= k) != (before >= k) {
			t.Fatalf("%d records before record %d came, exactly on a nanosecond: %t", got, k, at.IsInt())
		}
		age := rapid.OneOf(
			rapid.SampledFrom([]int64{0, 1, 999_999_999, 1_000_000_000, 1_000_000_001}),
			rapid.Int64Range(0, int64(time.Hour)),
		).Draw(t, "age")
		exact := new(big.Rat).Sub(big.NewRat(int64(created-start)+age, 1), at)
		want := ceil(exact.Quo(exact, big.NewRat(int64(time.Second), 1)))
		if got := d.AgeCeilSeconds(acme, 0, k, created+fakevendor.Time(age)); got != want {
			t.Fatalf("record %d: age %d s, want %d", k, got, want)
		}
		last := k + rapid.Int64Range(-1, 50).Draw(t, "more")
		var together, alone []int64
		d.Ages(acme, 0, k, last, created+fakevendor.Time(age), func(s int64) { together = append(together, s) })
		for k := k; k <= last; k++ {
			alone = append(alone, d.AgeCeilSeconds(acme, 0, k, created+fakevendor.Time(age)))
		}
		if !slices.Equal(together, alone) {
			t.Fatalf("ages of records %d to %d: %d together, %d one by one", k, last, together, alone)
		}
	})
}

func ceil(x *big.Rat) int64 { return -floor(new(big.Rat).Neg(x)) }

func openRates(t *rapid.T, rates []fakevendor.Rate) *fakevendor.Vendor {
	generic, err := dialect.Load("generic")
	if err != nil {
		t.Fatal(err)
	}
	v, err := fakevendor.New(fakevendor.Config{
		Start: start, End: after(day),
		Applications: []fakevendor.Application{{
			Name: "acme", Dialect: generic, PageSize: 1,
			Resources: []fakevendor.Resource{{Name: "contacts", Rates: rates}},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestRecordsByHand(t *testing.T) {
	cfg := world(t)
	cfg.Applications[acme].Resources[contacts].Rates = []fakevendor.Rate{
		{N: 3, Per: time.Second},
		{From: time.Minute, N: 0, Per: time.Hour},
		{From: time.Hour, N: 1, Per: time.Minute},
	}
	d := open(t, cfg)
	third := time.Second / 3 // record 1 comes a third of a nanosecond later
	for _, test := range []struct {
		at            time.Duration
		count, before int64
	}{
		{-1, 0, 0},
		{0, 0, 0},
		{third, 0, 0},
		{third + 1, 1, 1},
		{time.Second - 1, 2, 2},
		{time.Second, 3, 2},
		{time.Minute, 180, 179},
		{time.Minute + 1, 180, 180},
		{time.Hour, 180, 180},
		{time.Hour + time.Minute - 1, 180, 180},
		{time.Hour + time.Minute, 181, 180},
	} {
		if got := d.Count(acme, contacts, after(test.at)); got != test.count {
			t.Errorf("at %s: %d records, want %d", test.at, got, test.count)
		}
		if got := d.CountBefore(acme, contacts, after(test.at)); got != test.before {
			t.Errorf("before %s: %d records, want %d", test.at, got, test.before)
		}
	}
	for k, want := range map[int64]time.Duration{
		1: third + 1, 3: time.Second, 180: time.Minute, 181: time.Hour + time.Minute,
	} {
		if got, ok := d.CreatedAt(acme, contacts, k); !ok || got != after(want) {
			t.Errorf("record %d at %s, want %s", k, time.Duration(got-start), want)
		}
	}
	if _, ok := d.CreatedAt(wms, 0, 1); ok {
		t.Error("a resource without rates has a record")
	}
	for age, want := range map[time.Duration]int64{
		0: 1, time.Second - 1: 1, time.Second: 2, // record 1 is a fraction of a nanosecond older
	} {
		if got := d.AgeCeilSeconds(acme, contacts, 1, after(third+1+age)); got != want {
			t.Errorf("record 1 after %s: %d s, want %d", age, got, want)
		}
	}
	for age, want := range map[time.Duration]int64{0: 0, 1: 1, time.Second: 1, time.Second + 1: 2} {
		if got := d.AgeCeilSeconds(acme, contacts, 3, after(time.Second+age)); got != want {
			t.Errorf("record 3 after %s: %d s, want %d", age, got, want)
		}
	}
}

// Pages hold what exists after the cursor and has not expired.
func TestPages(t *testing.T) {
	cfg := world(t)
	cfg.Applications[acme].Retention = 2 * time.Hour
	cfg.Applications[acme].TokenLifetime = day
	d := open(t, cfg)
	for _, test := range []struct {
		at                  time.Duration
		cursor, first, last int64
		more                bool
	}{
		{0, 0, 0, -1, false},
		{30*time.Second - 1, 0, 0, -1, false},
		{30 * time.Second, 0, 1, 1, false},
		{50 * time.Minute, 0, 1, 100, false}, // exactly a page
		{51 * time.Minute, 0, 1, 100, true},
		{51 * time.Minute, 100, 101, 102, false},
		{2*time.Hour + 30*time.Second - 1, 0, 1, 100, true},
		{2*time.Hour + 30*time.Second, 0, 2, 101, true}, // record 1 expires at this instant
		{5 * time.Hour, 10, 361, 460, true},             // 360 have expired under the cursor
		{5 * time.Hour, 600, 0, -1, false},
	} {
		got := d.respond(test.at, fakevendor.Request{
			Op: dialect.ReadPage, Connection: main, Resource: contacts, After: test.cursor,
		}).Params
		if got.First != test.first || got.Last != test.last || got.More != test.more {
			t.Errorf("at %s after %d: %d to %d, more %t, want %+v",
				test.at, test.cursor, got.First, got.Last, got.More, test)
		}
	}
	if got := d.Expired(acme, contacts, after(5*time.Hour)); got != 360 {
		t.Errorf("%d expired, want 360", got)
	}
}

// Rates beyond what 64 bits hold stop at the largest count instead of wrapping round.
func TestRecordsSaturate(t *testing.T) {
	cfg := world(t)
	cfg.Applications[acme].Resources[contacts].Rates = []fakevendor.Rate{{N: math.MaxInt64, Per: 3}}
	cfg.Applications[acme].Resources[orders].Rates = []fakevendor.Rate{{N: 1 << 40, Per: time.Hour}}
	d := open(t, cfg)
	if got := d.Count(acme, contacts, after(day)); got != math.MaxInt64 {
		t.Errorf("%d records", got)
	}
	if got := d.Count(acme, orders, after(day)); got != 24<<40 { // above 64 bits on the way
		t.Errorf("%d records, want %d", got, int64(24)<<40)
	}
}
