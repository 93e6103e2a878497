//go:build slow && linux

package reports_test

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/outagedrill/outagedrill/reports"
)

// bigJournal names the journal that the test renders when it runs in a process of its own.
const bigJournal = "OUTAGEDRILL_BIG_JOURNAL"

// A journal of a million entries is rendered in three seconds of two cores, and in 300 MB.
func TestSlowMillion(t *testing.T) {
	if path := os.Getenv(bigJournal); path != "" {
		renderBig(t, path)
		return
	}
	path := filepath.Join(t.TempDir(), "journal.ndjson")
	if err := os.WriteFile(path, manyLanes(t, 3334), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestSlowMillion$", "-test.v")
	cmd.Env = append(os.Environ(), bigJournal+"="+path)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	took := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	peak := regexp.MustCompile(`VmHWM:\s+(\d+) kB`).FindSubmatch(out)
	if peak == nil {
		t.Fatalf("no peak of memory in\n%s", out)
	}
	kB, err := strconv.Atoi(string(peak[1]))
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d MB, %v of all cores\n%s", kB/1024, took, out)
	if kB > 300*1024 {
		t.Errorf("%d MB at most, want 300", kB/1024)
	}
	if took > 6*time.Second {
		t.Errorf("%v of all cores, want at most 3 s of two", took)
	}
}

func renderBig(t *testing.T, path string) {
	start := time.Now()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	j, err := reports.Load(f)
	if err != nil {
		t.Fatal(err)
	}
	loaded := time.Now()
	if err := reports.HTML(io.Discard, j); err != nil {
		t.Fatal(err)
	}
	t.Logf("loaded in %v, written in %v", loaded.Sub(start), time.Since(loaded))
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%s", regexp.MustCompile(`VmHWM:.*`).Find(status))
}

// cpuTime is what the process has used of all cores so far, which a busy machine does not lengthen as it does
// the time on the wall.
func cpuTime(t testing.TB) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// Three hundred lanes of two thousand segments are written in a second of two cores, and in five megabytes.
func TestSlowBigPage(t *testing.T) {
	j, err := reports.Load(bytes.NewReader(manyLanes(t, 2000)))
	if err != nil {
		t.Fatal(err)
	}
	var n counter
	before := cpuTime(t)
	if err := reports.HTML(&n, j); err != nil {
		t.Fatal(err)
	}
	t.Logf("%.2f MB in %v of all cores", float64(n)/1e6, cpuTime(t)-before)
	if took := cpuTime(t) - before; took > 2*time.Second {
		t.Errorf("%v of all cores, want at most 1 s of two", took)
	}
	if n > 5e6 {
		t.Errorf("the page has %d bytes, want at most 5 MB", n)
	}
}
