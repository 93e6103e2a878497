//go:build slow && !race

package main

import (
	"bufio"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/outagedrill/outagedrill/fakevendor/dialect"
)

// TestSlowVendorStarts starts every vendor at once, ready to be called: in a tenth of a second of processor
// time, half of that on two of them, at the best of ten tries. GOMAXPROCS is the machine's.
func TestSlowVendorStarts(t *testing.T) {
	binary := build(t, t.TempDir(), "outagedrill")
	const tries, most = 10, 100 * time.Millisecond
	best := time.Hour
	for range tries {
		cmd := exec.CommandContext(t.Context(), binary,
			append([]string{"vendor", "--listen", "127.0.0.1:0"}, dialect.Names()...)...)
		lines, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		ready := false
		for told := bufio.NewScanner(lines); !ready && told.Scan(); {
			ready = strings.HasPrefix(told.Text(), "admin")
		}
		wall := time.Since(began)
		if err := cmd.Process.Signal(os.Interrupt); err != nil {
			t.Fatal(err)
		}
		if err := cmd.Wait(); err != nil || !ready {
			t.Fatalf("ready %v, %v", ready, err)
		}
		spent, _ := cost(cmd.ProcessState)
		t.Logf("%s of processor time, ready after %s", spent, wall)
		best = min(best, spent)
	}
	if best > most {
		t.Errorf("it took %s of processor time to start %d vendors, want at most %s", best, len(dialect.Names()), most)
	}
}
