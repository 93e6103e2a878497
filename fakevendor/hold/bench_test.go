package hold_test

import (
	"path/filepath"
	"testing"

	"github.com/benbjohnson/clock"

	"github.com/outagedrill/outagedrill/fakevendor/hold"
)

// BenchmarkAppend is what the journal costs a call, with and without a file for what makes place.
func BenchmarkAppend(b *testing.B) {
	for name, cfg := range map[string]hold.JournalConfig{
		"drop": {}, "spill": {Spill: filepath.Join(b.TempDir(), "spill"), SpillBytes: 1 << 24},
	} {
		b.Run(name, func(b *testing.B) {
			j := newJournal(b, cfg)
			e := hold.Entry{
				At: start, Vendor: "github", Connection: "github-main", Method: "GET", Path: "/repos/a/b",
				Endpoint: "GET /repos/{owner}/{repo}", Client: "127.0.0.1:50000", Status: 200, Cause: "ok",
				Credential: hold.Credential{Kind: hold.AccessToken, Fingerprint: "0123456789ab", State: hold.Good},
				Why:        hold.Why{Rule: "served", Limit: "primary", Before: 1, After: 2},
			}
			b.ReportAllocs()
			for b.Loop() {
				j.Append(&e)
			}
		})
	}
}

// BenchmarkNow is what a look at the clock costs.
func BenchmarkNow(b *testing.B) {
	c := hold.NewClock(clock.New(), start)
	for b.Loop() {
		c.Now()
	}
}
