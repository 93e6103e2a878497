package reports

import (
	"strings"
	"time"
	"unicode"

	"github.com/outagedrill/outagedrill/internal/words"
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

// exact says a duration in seconds, to the nanosecond.
func exact(d time.Duration) string {
	return string(journal.Seconds(d).AppendJSON(nil)) + " s"
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
	return words.Number(int64(n)) + " times"
}

// list joins words as prose does: a, b and c. Beyond max it says how many more there are.
func list(all []string, max int) string {
	if len(all) > max {
		more := words.Number(int64(len(all)-max)) + " more"
		return strings.Join(all[:max], ", ") + " and " + more
	}
	if len(all) < 2 {
		return strings.Join(all, "")
	}
	return strings.Join(all[:len(all)-1], ", ") + " and " + all[len(all)-1]
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
