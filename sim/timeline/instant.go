package timeline

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// wantInstant words what an instant looks like.
const wantInstant = "an offset from start such as +2h30m, or an instant such as 2024-03-01T14:00:00Z"

// The years within which a run must lie; int64 nanoseconds reach a little further.
const (
	firstYear = 1900
	lastYear  = 2200
)

var errYears = fmt.Errorf("an instant outside the years %d to %d", firstYear, lastYear)

// ParseInstant reads +9h, an offset from start, or an RFC 3339 instant. The result is in UTC.
func ParseInstant(s string, start time.Time) (time.Time, error) {
	if offset, ok := strings.CutPrefix(s, "+"); ok {
		d, err := ParseSpan(offset)
		if err != nil {
			return time.Time{}, err
		}
		return inYears(start.UTC().Add(d.Std()))
	}
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return time.Time{}, errors.New("not an instant")
	}
	return inYears(t.UTC())
}

func inYears(t time.Time) (time.Time, error) {
	if y := t.Year(); y < firstYear || y > lastYear {
		return time.Time{}, errYears
	}
	return t, nil
}

// wantRate words what a rate looks like.
const wantRate = "a rate such as 120/h, 1/m or 6000/90m"

// maxRate is the greatest N of a rate, so that record numbers stay within 64 bits.
const maxRate = 1_000_000_000

// ParseRate reads N/DURATION, where a bare unit means one of it: 120/h, 1/m, 6000/90m. N is a whole
// number from 0 to 1,000,000,000; the duration is above zero. From stays zero.
func ParseRate(s string) (Rate, error) {
	count, per, ok := strings.Cut(s, "/")
	if !ok {
		return Rate{}, errors.New("not a rate")
	}
	n, err := strconv.ParseUint(count, 10, 63)
	switch {
	case errors.Is(err, strconv.ErrRange) || err == nil && n > maxRate:
		return Rate{}, fmt.Errorf("more than %d records", maxRate)
	case err != nil || len(count) > 1 && count[0] == '0':
		return Rate{}, errors.New("not a rate")
	}
	if per != "" && !strings.ContainsAny(per[:1], "0123456789.-") {
		per = "1" + per
	}
	d, err := ParseSpan(per)
	if err != nil {
		return Rate{}, fmt.Errorf("a rate whose time is %w", err)
	}
	if d <= 0 || d > math.MaxInt64/2 {
		return Rate{}, errors.New("a rate whose time is zero")
	}
	return Rate{N: int64(n), Per: d}, nil
}
