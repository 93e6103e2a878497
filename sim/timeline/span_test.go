package timeline_test

import (
	"encoding/json"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/outagedrill/outagedrill/sim/timeline"
)

func TestParseSpan(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"0": 0, "0s": 0, "90m": 90 * time.Minute, "1.5h": 90 * time.Minute, "3h30m": 210 * time.Minute,
		"1d": 24 * time.Hour, "1d12h": 36 * time.Hour, "1w": 168 * time.Hour, "2w1d": 360 * time.Hour,
		"120ms": 120 * time.Millisecond, "1us": 1000, "1µs": 1000, "1ns": 1, "007s": 7 * time.Second,
	} {
		if got, err := timeline.ParseSpan(text); err != nil || got.Std() != want {
			t.Errorf("ParseSpan(%q) = %v, %v; want %v", text, got, err, want)
		}
	}
	for _, text := range []string{
		"", "5", "d", "1x", "-1h", "+1h", "1h -1h", "1.5d", "1.5w", "1 h", "h1", ".", ".s", "1..5h", "1h5",
		"99999w", "300y", "9223372037s", "15250w2d", "1D", "1e3s", "9999999999999999999d",
	} {
		if got, err := timeline.ParseSpan(text); err == nil {
			t.Errorf("ParseSpan(%q) = %v, want an error", text, got)
		}
	}
}

func TestSpanString(t *testing.T) {
	for want, d := range map[string]time.Duration{
		"0s": 0, "1h30m": 90 * time.Minute, "1d12h": 36 * time.Hour, "1d": 24 * time.Hour, "2w": 336 * time.Hour,
		"10d": 240 * time.Hour, "1.5s": 1500 * time.Millisecond, "1d1ns": 24*time.Hour + 1, "120ms": 120 * time.Millisecond,
		"1m30s": 90 * time.Second, "-1h": -time.Hour,
	} {
		if got := timeline.Span(d).String(); got != want {
			t.Errorf("%d prints %q, want %q", d, got, want)
		}
	}
}

// TestSpanRoundTrip: whatever prints reads back the same, in JSON too.
func TestSpanRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := timeline.Span(rapid.Int64Min(0).Draw(t, "span"))
		text, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		var back timeline.Span
		if err := json.Unmarshal(text, &back); err != nil || back != s {
			t.Fatalf("%s reads as %d, %v; want %d", text, back, err, s)
		}
	})
}

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
