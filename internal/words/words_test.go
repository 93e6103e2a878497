package words_test

import (
	"testing"
	"time"

	"github.com/outagedrill/outagedrill/internal/words"
)

func TestSpan(t *testing.T) {
	for d, want := range map[time.Duration]string{
		-time.Second: "no time", 0: "no time", 999: "999 ns", 250 * time.Millisecond: "250 ms",
		1500 * time.Microsecond: "1.5 ms", 45 * time.Second: "45 s", 5 * time.Minute: "5 min",
		4*time.Minute + 59*time.Second: "4 min 59 s", 41*time.Minute + 29*time.Second: "41 min",
		41*time.Minute + 30*time.Second: "42 min", 210 * time.Minute: "3 h 30 min", 47 * time.Hour: "47 h",
		52 * time.Hour: "2 d 4 h", 72 * time.Hour: "3 d",
	} {
		if got := words.Span(d); got != want {
			t.Errorf("%v: %q (want %q)", d, got, want)
		}
	}
}

func TestDuration(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0s", 45 * time.Second: "45s", time.Minute: "1m", 90 * time.Second: "1m30s", time.Hour: "1h",
		100 * time.Minute: "1h40m", time.Hour + time.Second: "1h0m1s", 10 * time.Minute: "10m", -time.Hour: "-1h",
	} {
		if got := words.Duration(d); got != want {
			t.Errorf("%v: %q (want %q)", d, got, want)
		}
	}
}

func TestNumber(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", -1234567: "-1,234,567"} {
		if got := words.Number(n); got != want {
			t.Errorf("%d: %q (want %q)", n, got, want)
		}
	}
}

func TestCount(t *testing.T) {
	for n, want := range map[int]string{0: "0 records", 1: "1 record", 1240: "1,240 records"} {
		if got := words.Count(n, "record"); got != want {
			t.Errorf("%d: %q (want %q)", n, got, want)
		}
	}
}
