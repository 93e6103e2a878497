package reports

import (
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/outagedrill/outagedrill/sim/journal"
)

// maxName is how many characters of a name are shown; the rest becomes one ellipsis.
const maxName = 60

// clean makes text from a journal harmless wherever it is shown: control characters and invisible
// direction marks go, long text is cut, and text with right-to-left letters is isolated so that it
// cannot turn its surroundings around.
func clean(s string) string { return isolate(cut(strip(s), maxName)) }

// cleanLong is clean for messages and mail subjects, which may be longer than names.
func cleanLong(s string) string { return isolate(cut(strip(s), 4*maxName)) }

// strip replaces white space and control characters by a space and drops invisible direction marks.
func strip(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r == '\u061c', r == '\u200e', r == '\u200f', r == '\ufeff',
			r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069':
			return -1
		case unicode.IsControl(r), unicode.IsSpace(r), r == '\ufffe', r == '\uffff':
			return ' '
		}
		return r
	}, s))
}

func cut(s string, max int) string {
	r := []rune(s)
	if len(r) <= max {
		return s
	}
	return string(r[:max-1]) + "…"
}

// isolate wraps text with right-to-left letters in a first-strong isolate (Unicode bidi, FSI … PDI).
func isolate(s string) string {
	for _, r := range s {
		if unicode.In(r, unicode.Hebrew, unicode.Arabic, unicode.Syriac, unicode.Thaana, unicode.Nko) {
			return "\u2068" + s + "\u2069"
		}
	}
	return s
}

// span says a duration as a person would: 250 ms, 45 s, 4 min 59 s, 41 min, 3 h 30 min, 2 d 4 h.
// From ten minutes on it is rounded to the minute, from two days on to the hour.
func span(d time.Duration) string {
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

// exact says a duration in seconds, to the nanosecond.
func exact(d time.Duration) string {
	return string(journal.Seconds(d).AppendJSON(nil)) + " s"
}

// group writes a number with thousands apart: 12,345.
func group(n int64) string {
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

// plural writes a number with its noun, whose plural takes an s.
func plural[N int | int64](n N, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return group(int64(n)) + " " + noun + "s"
}

// isAre is the verb that goes with n things, was or is.
func isAre[N int | int64](n N, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// times says how often: once, twice, 3 times.
func times(n int) string {
	switch n {
	case 1:
		return "once"
	case 2:
		return "twice"
	}
	return group(int64(n)) + " times"
}

// list joins words as prose does: a, b and c. Beyond max it says how many more there are.
func list(words []string, max int) string {
	if len(words) > max {
		more := group(int64(len(words)-max)) + " more"
		return strings.Join(words[:max], ", ") + " and " + more
	}
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}

// class says a class of result (C-01) in words.
func class(c string) string {
	switch c {
	case "vendor_down":
		return "vendor down"
	case "bad_credentials":
		return "bad credentials"
	case "token_refresh_failed":
		return "failed token refresh"
	case "rate_limited":
		return "rate limited"
	case "":
		return "cause unknown"
	}
	return plain(c)
}

// plain says a word of the journal in plain letters: rate_limited becomes rate limited.
func plain(s string) string { return strings.ReplaceAll(clean(s), "_", " ") }
