// Package span reads and writes durations as people give them: 90s, 15m, 1d12h, 2w. It is a leaf.
package span

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

const (
	day  = 24 * time.Hour
	week = 7 * day
)

// Span is a time.Duration that prints as timeline files write it: 1d12h, 90m, 0s.
type Span time.Duration

// Want words what a duration looks like.
const Want = "a duration such as 90s, 15m, 3h30m, 1d12h or 2w"

// The errors of Parse.
var (
	ErrSpan     = errors.New("not a duration")
	ErrNegative = errors.New("a negative duration")
	ErrFraction = errors.New("a fraction of a day or week")
	ErrTooLong  = errors.New("longer than 292 years")
)

// Parse reads a duration as Go writes it, with d (24 hours) and w (7 days) as further units of
// whole numbers: 1d12h, 90m, 1.5h, 0s. There are no negative ones.
func Parse(s string) (Span, error) {
	if strings.HasPrefix(s, "-") {
		return 0, ErrNegative
	}
	if s == "0" {
		return 0, nil
	}
	if s == "" || len(s) > 100 {
		return 0, ErrSpan
	}
	var sum time.Duration
	for rest := s; rest != ""; {
		var d time.Duration
		var err error
		if d, rest, err = firstUnit(rest); err != nil {
			return 0, err
		}
		if d > math.MaxInt64-sum {
			return 0, ErrTooLong
		}
		sum += d
	}
	return Span(sum), nil
}

// firstUnit reads one number with its unit and returns what follows.
func firstUnit(s string) (d time.Duration, rest string, err error) {
	number := len(s) - len(strings.TrimLeft(s, "0123456789."))
	tail := strings.IndexAny(s[number:], "0123456789.")
	end := len(s)
	if tail >= 0 {
		end = number + tail
	}
	value, unit := s[:number], s[number:end]
	if number == 0 || unit == "" {
		return 0, "", ErrSpan
	}
	long := map[string]time.Duration{"d": day, "w": week}[unit]
	if long == 0 {
		if d, err = time.ParseDuration(s[:end]); err != nil {
			return 0, "", parseFailure(value, unit)
		}
		return d, s[end:], nil
	}
	if strings.Contains(value, ".") {
		return 0, "", ErrFraction
	}
	n, err := strconv.ParseInt(value, 10, 64)
	if err != nil || n > math.MaxInt64/int64(long) {
		return 0, "", ErrTooLong
	}
	return time.Duration(n) * long, s[end:], nil
}

// parseFailure tells a number that is too great from text that is no duration.
func parseFailure(value, unit string) error {
	if _, err := time.ParseDuration("1" + unit); err != nil || strings.Count(value, ".") > 1 || value == "." {
		return ErrSpan
	}
	return ErrTooLong
}

// String writes whole days (weeks where nothing is left over) and then as Go does, without zero
// units: 1d12h, 1h30m, 2w, 0s.
func (s Span) String() string {
	d := time.Duration(s)
	var b strings.Builder
	if d < 0 {
		b.WriteByte('-')
		if d == math.MinInt64 {
			d++ // has no positive twin; never the result of Parse
		}
		d = -d
	}
	if d > 0 && d%week == 0 {
		return b.String() + strconv.FormatInt(int64(d/week), 10) + "w"
	}
	for _, u := range []struct {
		name string
		size time.Duration
	}{{"d", day}, {"h", time.Hour}, {"m", time.Minute}} {
		if n := d / u.size; n > 0 {
			fmt.Fprintf(&b, "%d%s", n, u.name)
			d %= u.size
		}
	}
	if d > 0 || s == 0 {
		b.WriteString(d.String())
	}
	return b.String()
}

// Std converts to a time.Duration.
func (s Span) Std() time.Duration { return time.Duration(s) }

// MarshalText writes String.
func (s Span) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (s *Span) UnmarshalText(text []byte) error {
	v, err := Parse(string(text))
	if err != nil {
		return fmt.Errorf("%q is %w (want %s)", text, err, Want)
	}
	*s = v
	return nil
}
