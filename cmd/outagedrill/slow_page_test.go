//go:build slow

package main

import (
	"path/filepath"
	"testing"
)

// TestSlowDemoPages: a month of real incidents is an ordinary run, in each of the environments of make demo.
func TestSlowDemoPages(t *testing.T) {
	for _, environment := range []string{"snapshot", "staging", "production"} {
		dir := filepath.Join(t.TempDir(), environment)
		code, _, stderr := ran(t.Context(), t, &console{}, "replay", "../../examples/github-2022-09.yaml",
			"--environment", environment, "-o", dir)
		if code != exitOK {
			t.Fatalf("%s: exit status %d: %s", environment, code, stderr)
		}
		page := len(get(t, dir, reportFile))
		t.Logf("%s: %d bytes", environment, page)
		if page > mostOrdinary {
			t.Errorf("the page of %s has %d bytes, want at most %d", environment, page, mostOrdinary)
		}
	}
}
