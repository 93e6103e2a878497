package timeline_test

import (
	"testing"
	"time"

	"github.com/outagedrill/outagedrill/sim/timeline"
)

func TestParseInstant(t *testing.T) {
	start := time.Date(2024, 3, 1, 9, 0, 0, 0, time.FixedZone("", 3600))
	for text, want := range map[string]string{
		"+0s": "2024-03-01T08:00:00Z", "+1d12h": "2024-03-02T20:00:00Z", "+9h": "2024-03-01T17:00:00Z",
		"2024-03-01T10:00:00+05:30": "2024-03-01T04:30:00Z", "2024-03-01T10:00:00.5Z": "2024-03-01T10:00:00.5Z",
	} {
		got, err := timeline.ParseInstant(text, start)
		if err != nil || got.Format(time.RFC3339Nano) != want {
			t.Errorf("ParseInstant(%q) = %v, %v; want %s", text, got, err, want)
		}
	}
	for _, text := range []string{"", "9h", "-9h", "+", "+-1h", "2024-03-01", "+15000w", "10:00", "2201-01-01T00:00:00Z"} {
		if got, err := timeline.ParseInstant(text, start); err == nil {
			t.Errorf("ParseInstant(%q) = %v, want an error", text, got)
		}
	}
}

func TestParseRate(t *testing.T) {
	for text, want := range map[string]timeline.Rate{
		"120/h":    {N: 120, Per: timeline.Span(time.Hour)},
		"1/m":      {N: 1, Per: timeline.Span(time.Minute)},
		"6000/90m": {N: 6000, Per: timeline.Span(90 * time.Minute)},
		"0/d":      {N: 0, Per: timeline.Span(24 * time.Hour)},
		"7/2w":     {N: 7, Per: timeline.Span(336 * time.Hour)},
		"3/ms":     {N: 3, Per: timeline.Span(time.Millisecond)},
	} {
		if got, err := timeline.ParseRate(text); err != nil || got != want {
			t.Errorf("ParseRate(%q) = %v, %v; want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "5", "5/", "/h", "5/0s", "1.5/h", "-5/h", "5/-1h", "05/h", "5/h/h", "99999999999/h"} {
		if got, err := timeline.ParseRate(text); err == nil {
			t.Errorf("ParseRate(%q) = %v, want an error", text, got)
		}
	}
}
