package fakevendor

import (
	"math/bits"
	"time"
)

// Ages tells the age of each record from first to last at an instant, in order, as AgeCeilSeconds has it.
func (v *Vendor) Ages(app, res int, first, last int64, at Time, tell func(seconds int64)) {
	l := &v.apps[app].resources[res]
	for k := first; k <= last; {
		s, end := l.segmentOf(k)
		end = min(end, last)
		a, ok := s.agesFrom(k, v.sinceStart(at))
		for ; ok && k <= end; k++ {
			tell(a.ceil())
			a.next()
		}
		for ; k <= end; k++ {
			tell(v.AgeCeilSeconds(app, res, k, at))
		}
	}
}

// ages are those of one record after the other, in seconds: whole + part / unit, with 0 <= part < unit, each
// younger than the one before by less + lessPart / unit.
type ages struct {
	whole, less          int64
	part, lessPart, unit uint64
}

// agesFrom are the ages of records k, k+1 … of a segment at an elapsed time, at which record k exists; false
// where the numbers would not fit.
//
// Record k exists when part + e*step reaches (k-whole)*unit, e being the time since from. At a time e it is
// older by what e*step + part is above that, in units of step nanoseconds.
func (s *segment) agesFrom(k int64, elapsed time.Duration) (a ages, ok bool) {
	const second = uint64(time.Second)
	if s.big != nil || s.step == 0 || s.step > 1<<62/second || elapsed < s.from || k <= s.whole {
		return ages{}, false
	}
	a.unit = s.step * second
	high, low := bits.Mul64(uint64(elapsed-s.from), s.step)
	low, carry := bits.Add64(low, s.part, 0)
	high += carry
	thenHigh, thenLow := bits.Mul64(uint64(k-s.whole), s.unit)
	low, borrow := bits.Sub64(low, thenLow, 0)
	high, borrow = bits.Sub64(high, thenHigh, borrow)
	if borrow != 0 || high >= a.unit {
		return ages{}, false
	}
	whole, part := bits.Div64(high, low, a.unit)
	a.whole, a.part = int64(whole), part
	a.less, a.lessPart = int64(s.unit/a.unit), s.unit%a.unit
	return a, a.whole >= 0
}

// ceil is the age rounded up; 0 for a record that does not exist yet.
func (a *ages) ceil() int64 {
	if a.part > 0 {
		return max(a.whole+1, 0)
	}
	return max(a.whole, 0)
}

// next goes on to the next record.
func (a *ages) next() {
	a.whole -= a.less
	if a.part < a.lessPart {
		a.whole--
		a.part += a.unit
	}
	a.part -= a.lessPart
}
