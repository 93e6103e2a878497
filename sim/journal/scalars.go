package journal

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Time is an instant in UTC nanoseconds since the Unix epoch; in JSON RFC 3339 with as many digits
// of a second as needed.
type Time int64

// Std converts to a time.Time in UTC.
func (t Time) Std() time.Time { return time.Unix(0, int64(t)).UTC() }

// Sub is the time elapsed from u to t.
func (t Time) Sub(u Time) time.Duration { return time.Duration(t - u) }

// FromStd converts from a time.Time.
func FromStd(t time.Time) Time { return Time(t.UnixNano()) }

func (t Time) String() string { return t.Std().Format(time.RFC3339Nano) }

// MarshalJSON writes RFC 3339.
func (t Time) MarshalJSON() ([]byte, error) { return t.AppendJSON(nil), nil }

// AppendJSON appends the JSON form.
func (t Time) AppendJSON(b []byte) []byte {
	b = append(b, '"')
	b = t.Std().AppendFormat(b, time.RFC3339Nano)
	return append(b, '"')
}

// UnmarshalJSON reads RFC 3339. An instant that nanoseconds in 64 bits cannot hold is refused.
func (t *Time) UnmarshalJSON(b []byte) error {
	if len(b) < 2 || b[0] != '"' {
		return fmt.Errorf("time %s (want an RFC 3339 string)", b)
	}
	var v time.Time
	if err := v.UnmarshalText(b[1 : len(b)-1]); err != nil {
		return fmt.Errorf("time %s (want RFC 3339)", b)
	}
	n := FromStd(v)
	if !n.Std().Equal(v) {
		return fmt.Errorf("time %s (want a year from 1678 to 2261)", b)
	}
	*t = n
	return nil
}

// Seconds is a duration that JSON writes as an exact decimal of seconds: 90, 0.25, 1e-9 as 0.000000001.
type Seconds time.Duration

// MarshalJSON writes the exact decimal.
func (s Seconds) MarshalJSON() ([]byte, error) { return s.AppendJSON(nil), nil }

// AppendJSON appends the JSON form.
func (s Seconds) AppendJSON(b []byte) []byte {
	n := uint64(s)
	if s < 0 {
		b = append(b, '-')
		n = -n
	}
	b = strconv.AppendUint(b, n/1e9, 10)
	f := n % 1e9
	if f == 0 {
		return b
	}
	b = append(b, '.')
	for unit := uint64(1e8); f != 0; unit /= 10 {
		b = append(b, '0'+byte(f/unit))
		f %= unit
	}
	return b
}

// UnmarshalJSON reads a decimal of seconds exactly. What a time.Duration cannot hold is refused.
func (s *Seconds) UnmarshalJSON(b []byte) error {
	t := string(b)
	neg := strings.HasPrefix(t, "-")
	whole, frac, _ := strings.Cut(strings.TrimPrefix(t, "-"), ".")
	if len(frac) > 9 {
		return fmt.Errorf("seconds %s (want at most nine decimals)", b)
	}
	w, err1 := strconv.ParseInt(whole, 10, 64)
	f, err2 := strconv.ParseInt((frac + "000000000")[:9], 10, 64)
	if err1 != nil || err2 != nil {
		return fmt.Errorf("seconds %s (want a decimal number)", b)
	}
	if w >= math.MaxInt64/int64(time.Second) {
		return fmt.Errorf("seconds %s (want less than 292 years)", b)
	}
	*s = Seconds(w*1e9 + f)
	if neg {
		*s = -*s
	}
	return nil
}

// RawObject is JSON kept as it is.
type RawObject []byte

// MarshalJSON returns the bytes.
func (r RawObject) MarshalJSON() ([]byte, error) {
	if len(r) == 0 {
		return []byte("null"), nil
	}
	return r, nil
}

// UnmarshalJSON keeps the bytes.
func (r *RawObject) UnmarshalJSON(b []byte) error {
	*r = append((*r)[:0], b...)
	return nil
}
