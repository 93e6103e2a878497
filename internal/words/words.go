// Package words says figures as a person would. It is a leaf.
package words

import (
	"strconv"
	"strings"
	"time"
)

// Span says a duration: 250 ms, 45 s, 4 min 59 s, 41 min, 3 h 30 min, 2 d 4 h. From ten minutes on it is
// rounded to the minute, from two days on to the hour.
func Span(d time.Duration) string {
	switch {
	case d <= 0:
		return "no time"
	case d < time.Microsecond:
		return strconv.FormatInt(int64(d), 10) + " ns"
	case d < time.Second:
		return strconv.FormatFloat(float64(d.Round(time.Microsecond))/1e6, 'f', -1, 64) + " ms"
	case d < 10*time.Minute:
		return two(int64(d.Round(time.Second)/time.Second), 60, "min", "s")
	case d < 48*time.Hour:
		return two(int64(d.Round(time.Minute)/time.Minute), 60, "h", "min")
	}
	return two(int64(d.Round(time.Hour)/time.Hour), 24, "d", "h")
}

// Duration writes a duration as files and flags have it, without the zeros at its end that Go leaves: 1h30m,
// 45s.
func Duration(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

// two writes n small units as big and small ones, leaving out what is zero.
func two(n, per int64, big, small string) string {
	switch {
	case n < per:
		return strconv.FormatInt(n, 10) + " " + small
	case n%per == 0:
		return strconv.FormatInt(n/per, 10) + " " + big
	}
	return strconv.FormatInt(n/per, 10) + " " + big + " " + strconv.FormatInt(n%per, 10) + " " + small
}

// Number writes a number with thousands apart: 12,345.
func Number(n int64) string {
	s := strconv.FormatInt(n, 10)
	neg := strings.HasPrefix(s, "-")
	s = strings.TrimPrefix(s, "-")
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	if neg {
		return "-" + s
	}
	return s
}

// Count writes a number with its noun, whose plural takes an s: 1 record, 1,240 records.
func Count[N int | int64](n N, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return Number(int64(n)) + " " + noun + "s"
}
