package importer

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Instants outside these years are errors of typing and count as unreadable; so the whole period
// stays within what a duration holds.
const (
	firstYear = 1980
	lastYear  = 2199
)

// zoned are the accepted layouts with a zone; Go accepts a fraction of any length after seconds.
func zoned() []string {
	return []string{
		time.RFC3339, "2006-01-02T15:04:05Z0700", "2006-01-02T15:04Z07:00", "2006-01-02T15:04Z0700",
	}
}

// zoneless are those without one.
func zoneless() []string {
	return []string{"2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02"}
}

var epochDigits = regexp.MustCompile(`^[0-9]{9,13}$`)

// parseInstant reads a time in RFC 3339 and its usual variants (a space for the T, no seconds, a
// date alone, "UTC" at the end) or in seconds or milliseconds since 1970. told says whether a zone
// was given; without one the time is UTC (I-NO-ZONE). The result is in UTC.
func parseInstant(s string) (at time.Time, told, ok bool) {
	s = strings.TrimSpace(s)
	if epochDigits.MatchString(s) {
		return inYears(epoch(s), true)
	}
	s = strings.ToUpper(s)
	if rest, found := strings.CutSuffix(s, "UTC"); found {
		s = strings.TrimSpace(rest) + "Z"
	}
	if day, clock, found := strings.Cut(s, " "); found {
		s = day + "T" + strings.ReplaceAll(clock, " ", "")
	}
	for _, layout := range zoned() {
		if t, err := time.Parse(layout, s); err == nil {
			return inYears(t, true)
		}
	}
	for _, layout := range zoneless() {
		if t, err := time.Parse(layout, s); err == nil {
			return inYears(t, false)
		}
	}
	return time.Time{}, false, false
}

// epoch reads 9 or 10 digits as seconds, 11 to 13 as milliseconds.
func epoch(digits string) time.Time {
	n, err := strconv.ParseInt(digits, 10, 64)
	switch {
	case err != nil:
		return time.Time{}
	case len(digits) > 10:
		return time.UnixMilli(n)
	}
	return time.Unix(n, 0)
}

func inYears(t time.Time, told bool) (time.Time, bool, bool) {
	t = t.UTC()
	if t.Year() < firstYear || t.Year() > lastYear {
		return time.Time{}, told, false
	}
	return t, told, true
}
