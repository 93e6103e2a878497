package span_test

import (
	"encoding/json"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/outagedrill/outagedrill/internal/span"
)

func TestParse(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"0": 0, "0s": 0, "90m": 90 * time.Minute, "1.5h": 90 * time.Minute, "3h30m": 210 * time.Minute,
		"1d": 24 * time.Hour, "1d12h": 36 * time.Hour, "1w": 168 * time.Hour, "2w1d": 360 * time.Hour,
		"120ms": 120 * time.Millisecond, "1us": 1000, "1µs": 1000, "1ns": 1, "007s": 7 * time.Second,
	} {
		if got, err := span.Parse(text); err != nil || got.Std() != want {
			t.Errorf("Parse(%q) = %v, %v; want %v", text, got, err, want)
		}
	}
	for _, text := range []string{
		"", "5", "d", "1x", "-1h", "+1h", "1h -1h", "1.5d", "1.5w", "1 h", "h1", ".", ".s", "1..5h", "1h5",
		"99999w", "300y", "9223372037s", "15250w2d", "1D", "1e3s", "9999999999999999999d",
	} {
		if got, err := span.Parse(text); err == nil {
			t.Errorf("Parse(%q) = %v, want an error", text, got)
		}
	}
}

func TestSpanString(t *testing.T) {
	for want, d := range map[string]time.Duration{
		"0s": 0, "1h30m": 90 * time.Minute, "1d12h": 36 * time.Hour, "1d": 24 * time.Hour, "2w": 336 * time.Hour,
		"10d": 240 * time.Hour, "1.5s": 1500 * time.Millisecond, "1d1ns": 24*time.Hour + 1, "120ms": 120 * time.Millisecond,
		"1m30s": 90 * time.Second, "-1h": -time.Hour,
	} {
		if got := span.Span(d).String(); got != want {
			t.Errorf("%d prints %q, want %q", d, got, want)
		}
	}
}

// TestSpanRoundTrip: whatever prints reads back the same, in JSON too.
func TestSpanRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := span.Span(rapid.Int64Min(0).Draw(t, "span"))
		text, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		var back span.Span
		if err := json.Unmarshal(text, &back); err != nil || back != s {
			t.Fatalf("%s reads as %d, %v; want %d", text, back, err, s)
		}
	})
}
