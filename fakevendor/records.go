package fakevendor

import (
	"math"
	"math/big"
	"math/bits"
	"time"
)

// ledger says which records of one resource exist when (FIG-01). Record k, from 1, exists when the
// integral of the rate reaches k. All times are elapsed since Config.Start.
type ledger struct {
	segments []segment
	highest  Rate // of all its rates
}

// segment is a time of one rate. In it the integral at an elapsed time e since from is
//
//	whole + (part + e*step) / unit
//
// with 0 <= part < unit: rational numbers over one denominator, so that nothing is ever rounded.
type segment struct {
	from             time.Duration
	whole            int64
	part, step, unit uint64
	inverse          uint64      // floor((2^64-1) / unit), which spares a division
	big              *bigSegment // set when the numbers above would not fit into 63 bits
}

// bigSegment is the slow form of the same numbers.
type bigSegment struct{ part, step, unit *big.Int }

func newLedger(rates []Rate) ledger {
	l := ledger{highest: Rate{Per: 1}}
	base := new(big.Rat)
	for i, r := range rates {
		if r.above(l.highest) {
			l.highest = r
		}
		l.segments = append(l.segments, newSegment(r, base))
		if i+1 < len(rates) {
			length := new(big.Rat).SetInt64(int64(rates[i+1].From - r.From))
			base.Add(base, length.Mul(length, big.NewRat(r.N, int64(r.Per))))
		}
	}
	return l
}

func newSegment(r Rate, base *big.Rat) segment {
	rate := big.NewRat(r.N, int64(r.Per))
	whole, rest := new(big.Int).QuoRem(base.Num(), base.Denom(), new(big.Int))
	// unit = the least common multiple of both denominators.
	unit := new(big.Int).GCD(nil, nil, base.Denom(), rate.Denom())
	unit.Mul(base.Denom(), unit.Quo(rate.Denom(), unit))
	part := rest.Mul(rest, new(big.Int).Quo(unit, base.Denom()))
	step := new(big.Int).Mul(rate.Num(), new(big.Int).Quo(unit, rate.Denom()))

	s := segment{from: r.From, whole: math.MaxInt64}
	if whole.IsInt64() {
		s.whole = whole.Int64()
	}
	if unit.IsInt64() && step.IsInt64() {
		s.part, s.step, s.unit = part.Uint64(), step.Uint64(), unit.Uint64()
		s.inverse = math.MaxUint64 / s.unit
	} else {
		s.big = &bigSegment{part, step, unit}
	}
	return s
}

// count gives the number of records that exist at an elapsed time.
func (l *ledger) count(elapsed time.Duration) int64 {
	for i := len(l.segments) - 1; i >= 0; i-- {
		if s := &l.segments[i]; s.from <= elapsed {
			n, _ := s.integral(elapsed)
			return n
		}
	}
	return 0
}

// countBefore gives the number of records that exist before an elapsed time, strictly.
func (l *ledger) countBefore(elapsed time.Duration) int64 {
	for i := len(l.segments) - 1; i >= 0; i-- {
		s := &l.segments[i]
		if s.from >= elapsed {
			continue
		}
		n, exact := s.integral(elapsed)
		if exact && s.grows() {
			n-- // the last of them comes into being at this very instant
		}
		return n
	}
	return 0
}

// created gives the first nanosecond at which record k exists, and whether that is its exact
// rational time; false when it never does (within the 292 years that a duration holds).
func (l *ledger) created(k int64) (elapsed time.Duration, exact, ok bool) {
	if k < 1 {
		return 0, false, false
	}
	s, _ := l.segmentOf(k)
	return s.reaches(k)
}

// segmentOf is the segment in which record k comes into being, if it ever does, with the last record of which
// that is so.
func (l *ledger) segmentOf(k int64) (s *segment, last int64) {
	if len(l.segments) == 0 {
		return &segment{}, math.MaxInt64
	}
	for i := range l.segments {
		last = math.MaxInt64
		if i+1 < len(l.segments) {
			last = l.segments[i+1].whole
		}
		if s = &l.segments[i]; k <= last {
			break
		}
	}
	return s, last
}

func (s *segment) grows() bool { return s.step != 0 || (s.big != nil && s.big.step.Sign() > 0) }

// integral gives the floor of the integral at an elapsed time at or after from, and whether the
// integral is that whole number exactly. It stops at the largest int64.
func (s *segment) integral(elapsed time.Duration) (n int64, exact bool) {
	e := uint64(elapsed - s.from)
	if s.big != nil {
		return s.big.integral(s.whole, e)
	}
	high, low := bits.Mul64(e, s.step)
	low, carry := bits.Add64(low, s.part, 0)
	high += carry
	if high >= s.unit {
		return math.MaxInt64, false
	}
	quotient, rest := s.divide(high, low)
	if quotient > uint64(math.MaxInt64-s.whole) {
		return math.MaxInt64, false
	}
	return s.whole + int64(quotient), rest == 0
}

// divide divides by unit; high must be below it.
func (s *segment) divide(high, low uint64) (quotient, rest uint64) {
	if high != 0 {
		return bits.Div64(high, low, s.unit)
	}
	quotient, _ = bits.Mul64(low, s.inverse) // the quotient, or one less
	rest = low - quotient*s.unit
	if rest >= s.unit {
		return quotient + 1, rest - s.unit
	}
	return quotient, rest
}

func (s *bigSegment) integral(whole int64, e uint64) (n int64, exact bool) {
	x := new(big.Int).SetUint64(e)
	x.Add(x.Mul(x, s.step), s.part)
	quotient, rest := x.QuoRem(x, s.unit, new(big.Int))
	quotient.Add(quotient, big.NewInt(whole))
	if !quotient.IsInt64() {
		return math.MaxInt64, false
	}
	return quotient.Int64(), rest.Sign() == 0
}

// reaches gives when the integral reaches k, which is above whole.
func (s *segment) reaches(k int64) (elapsed time.Duration, exact, ok bool) {
	if !s.grows() || k <= s.whole {
		return 0, false, false
	}
	var e uint64
	if s.big != nil {
		e, exact, ok = s.big.reaches(k - s.whole)
	} else {
		e, exact, ok = s.solve(uint64(k - s.whole))
	}
	if !ok || e > uint64(math.MaxInt64-s.from) {
		return 0, false, false
	}
	return s.from + time.Duration(e), exact, true
}

// solve gives the least e with part + e*step >= k*unit.
func (s *segment) solve(k uint64) (e uint64, exact, ok bool) {
	high, low := bits.Mul64(k, s.unit)
	low, borrow := bits.Sub64(low, s.part, 0)
	high -= borrow
	if high >= s.step {
		return 0, false, false
	}
	e, rest := bits.Div64(high, low, s.step)
	if rest == 0 {
		return e, true, true
	}
	return e + 1, false, e+1 != 0
}

func (s *bigSegment) reaches(k int64) (e uint64, exact, ok bool) {
	x := new(big.Int).Mul(big.NewInt(k), s.unit)
	x.Sub(x, s.part)
	quotient, rest := x.QuoRem(x, s.step, new(big.Int))
	exact = rest.Sign() == 0
	if !exact {
		quotient.Add(quotient, big.NewInt(1))
	}
	return quotient.Uint64(), exact, quotient.IsUint64()
}

func (v *Vendor) sinceStart(t Time) time.Duration { return time.Duration(t - v.cfg.Start) }

// Count gives the number of records of a resource that exist at now, expired ones included. The
// k-th exists when the integral of the rate since Config.Start reaches k, exactly (FIG-01).
func (v *Vendor) Count(app, res int, now Time) int64 {
	return v.apps[app].resources[res].count(v.sinceStart(now))
}

// CountBefore gives the number of records that exist strictly before now (T-04: what falls on the
// end of a run does not happen).
func (v *Vendor) CountBefore(app, res int, now Time) int64 {
	return v.apps[app].resources[res].countBefore(v.sinceStart(now))
}

// CreatedAt gives the first nanosecond at which record k exists: the ceiling of its exact time. It is
// false when the record never comes.
func (v *Vendor) CreatedAt(app, res int, k int64) (Time, bool) {
	elapsed, _, ok := v.apps[app].resources[res].created(k)
	if !ok || Time(elapsed) > never-max(0, v.cfg.Start) {
		return 0, false
	}
	return v.cfg.Start + Time(elapsed), true
}

// AgeCeilSeconds gives the age of record k at an instant in seconds, rounded up from its exact
// rational creation (FIG-04's buckets): 0 at the very instant, and for a record that does not exist.
func (v *Vendor) AgeCeilSeconds(app, res int, k int64, at Time) int64 {
	created, exact, ok := v.apps[app].resources[res].created(k)
	age := v.sinceStart(at) - created
	if !ok || age < 0 {
		return 0
	}
	// The exact age is age, or less than a nanosecond more.
	seconds := int64(age / time.Second)
	if exact && age%time.Second == 0 {
		return seconds
	}
	return seconds + 1
}

// Expired gives the number of records whose creation + Retention is at or before now; 0 without
// retention. Records expire in order, so they are the first ones.
func (v *Vendor) Expired(app, res int, now Time) int64 {
	a := &v.apps[app]
	return v.expired(a, &a.resources[res], now)
}

func (v *Vendor) expired(a *application, l *ledger, now Time) int64 {
	if a.Retention == 0 {
		return 0
	}
	return l.count(v.sinceStart(now) - a.Retention)
}
