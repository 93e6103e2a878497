package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// ran is what run came to within this process.
func ran(ctx context.Context, t *testing.T, con *console, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	con.out, con.err = &out, &err
	if con.in == nil {
		con.in = strings.NewReader("")
	}
	if con.now == nil {
		con.now = time.Now
	}
	con.hidden = &hiddenFiles{}
	code = run(ctx, con, args)
	return code, out.String(), err.String()
}

// TestProgress shows progress on a terminal, once a run has taken more than a second, and takes it away again;
// in a pipe there is none. The clock of the console ticks 300 ms whenever it is read.
func TestProgress(t *testing.T) {
	for _, terminal := range []bool{true, false} {
		dir := t.TempDir()
		path := put(t, dir, "eventful.yaml", eventful)
		now := time.Unix(0, 0)
		con := &console{terminal: terminal, now: func() time.Time {
			now = now.Add(300 * time.Millisecond)
			return now
		}}
		code, _, stderr := ran(t.Context(), t, con, "replay", path, "-o", filepath.Join(dir, "out"))
		if code != exitOK {
			t.Fatalf("exit status %d: %s", code, stderr)
		}
		if !terminal {
			if stderr != "" {
				t.Errorf("in a pipe: standard error %q, want nothing", stderr)
			}
			continue
		}
		if !strings.Contains(stderr, "\r\x1b[Keventful: ") || !strings.Contains(stderr, " %") {
			t.Errorf("on a terminal: standard error %q, want the progress of eventful", stderr)
		}
		if !strings.HasSuffix(stderr, "%\r\x1b[K") {
			t.Errorf("on a terminal: standard error ends %q, want the progress taken away", stderr)
		}
	}
}

// TestProgressAfterASecond shows nothing for what takes no longer.
func TestProgressAfterASecond(t *testing.T) {
	var stderr bytes.Buffer
	now := time.Unix(0, 0)
	p := newProgress(&console{err: &stderr, terminal: true, now: func() time.Time { return now }}, "quick")
	now = now.Add(time.Second - 1)
	p.show(0.99)
	p.clear()
	if stderr.Len() > 0 {
		t.Errorf("standard error %q, want nothing", stderr.String())
	}
	now = now.Add(1)
	p.show(0.99)
	if got, want := stderr.String(), "\r\x1b[Kquick: 99 %"; got != want {
		t.Errorf("standard error %q, want %q", got, want)
	}
}

// TestInterruptedReading ends a command that waits for standard input.
func TestInterruptedReading(t *testing.T) {
	never, _ := io.Pipe()
	for _, args := range [][]string{
		{"replay", "-"}, {"validate", "-"}, {"report", "-"}, {"import", "csv", "-"},
	} {
		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(interruption(os.Interrupt))
		code, stdout, stderr := ran(ctx, t, &console{in: never}, args...)
		if code != exitInterrupted || stdout != "" || stderr != "outagedrill: error: interrupted\n" {
			t.Errorf("%v: exit status %d, output %q, %q, want status 130 and one line", args, code, stdout, stderr)
		}
	}
}

// TestInterruptedBetween leaves out the timelines after the one that was interrupted.
func TestInterruptedBetween(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "a.yaml", endless)
	put(t, dir, "b.yaml", endless)
	ctx, cancel := context.WithCancelCause(t.Context())
	reads := 0
	con := &console{terminal: true, now: func() time.Time {
		if reads++; reads == 3 { // one for the start, then one a report of progress
			cancel(interruption(os.Interrupt))
		}
		return time.Unix(0, 0)
	}}
	code, _, stderr := ran(ctx, t, con, "replay", filepath.Join(dir, "a.yaml"), filepath.Join(dir, "b.yaml"), "-o", filepath.Join(dir, "out"))
	if code != exitInterrupted || stderr != "outagedrill: error: interrupted\n" {
		t.Errorf("exit status %d, standard error %q, want status 130 and one line", code, stderr)
	}
	entries, err := os.ReadDir(filepath.Join(dir, "out"))
	if err != nil || len(entries) != 1 {
		t.Errorf("the folder holds %v, want that of the first timeline (%v)", entries, err)
	}
}

// TestInterruptedAmongOthers: interrupted after the base case, it writes that as --exact does, and says so.
func TestInterruptedAmongOthers(t *testing.T) {
	dir := t.TempDir()
	path := put(t, dir, "eventful.yaml", eventful)
	reads, stopAt := 0, -1
	ctx, cancel := context.WithCancelCause(t.Context())
	con := func() *console {
		return &console{now: func() time.Time {
			if reads++; reads == stopAt {
				cancel(interruption(os.Interrupt))
			}
			return time.Unix(0, 0)
		}, terminal: true}
	}
	if code, _, stderr := ran(ctx, t, con(), "replay", path, "--exact", "-o", filepath.Join(dir, "exact")); code != exitOK {
		t.Fatalf("exit status %d: %s", code, stderr)
	}
	reads, stopAt = 0, reads+3 // the base case's, one for the start of the others, then one a report of progress
	code, _, stderr := ran(ctx, t, con(), "replay", path, "-o", filepath.Join(dir, "cut"))
	want := "outagedrill: eventful: not every assumption was tried: the answer is of the base case alone\n" +
		"outagedrill: error: interrupted\n"
	if code != exitInterrupted || stderr != want {
		t.Errorf("exit status %d, standard error %q, want status 130 and %q", code, stderr, want)
	}
	if exact, cut := get(t, dir, "exact", summaryFile), get(t, dir, "cut", summaryFile); !bytes.Equal(exact, cut) {
		t.Errorf("the summary is not the base case's: %s", cut)
	}
	if !bytes.Contains(get(t, dir, "cut", journalFile), []byte(`"kind":"run.ended"`)) {
		t.Error("the journal does not end with run.ended")
	}
}

// fullDisk is a writer that fails after so many bytes.
type fullDisk struct{ room int }

func (d *fullDisk) Write(b []byte) (int, error) {
	if d.room -= len(b); d.room < 0 {
		return 0, errors.New("no space left")
	}
	return len(b), nil
}

// TestResultsLost does not pass results that went nowhere for success.
func TestResultsLost(t *testing.T) {
	var stderr bytes.Buffer
	con := &console{in: strings.NewReader(""), out: &fullDisk{room: 3}, err: &stderr, now: time.Now}
	if code := run(t.Context(), con, []string{"version"}); code != exitInternal {
		t.Errorf("exit status %d, want %d", code, exitInternal)
	}
	if want := "outagedrill: error: standard output: no space left\n"; stderr.String() != want {
		t.Errorf("standard error %q, want %q", stderr.String(), want)
	}
}

// TestOutputs gives files their names only when all of them are whole.
func TestOutputs(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "a", "old")
	out, err := newOutputs(&console{hidden: &hiddenFiles{}}, dir)
	if err != nil {
		t.Fatal(err)
	}
	hello := func(w io.Writer) error {
		_, err := io.WriteString(w, "new")
		return err
	}
	if err := out.write("a", hello); err != nil {
		t.Fatal(err)
	}
	if got := string(get(t, dir, "a")); got != "old" {
		t.Errorf("before commit a is %q, want it untouched", got)
	}
	if err := out.write("b", func(io.Writer) error { return errors.New("no") }); err == nil {
		t.Error("a failing write passes")
	}
	out.discard()
	entries, _ := os.ReadDir(dir)
	if len(entries) != 1 || string(get(t, dir, "a")) != "old" {
		t.Errorf("after discard the folder holds %v, want the old a alone", entries)
	}
}

// TestReadOnlyFolder refuses a folder that is not to be written before anything is done.
func TestReadOnlyFolder(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("the superuser may write every folder")
	}
	dir := t.TempDir()
	path := put(t, dir, "eventful.yaml", eventful)
	shut := filepath.Join(dir, "shut")
	if err := os.Mkdir(shut, 0o555); err != nil {
		t.Fatal(err)
	}
	for _, out := range []string{shut, filepath.Join(shut, "deeper")} {
		code, stdout, stderr := ran(t.Context(), t, &console{}, "replay", path, "-o", out)
		want := "outagedrill: error: the output folder " + out + " cannot be written: permission denied\n"
		if code != exitUsage || stdout != "" || stderr != want {
			t.Errorf("exit status %d, output %q, %q, want status 2 and %q", code, stdout, stderr, want)
		}
	}
}

// TestFileSafe makes folders of names.
func TestFileSafe(t *testing.T) {
	got := map[string]string{}
	want := map[string]string{
		"lunch": "lunch", "Acme down over lunch": "Acme-down-over-lunch", "GitHub 2022-09": "GitHub-2022-09",
		"../../etc/passwd": "etc-passwd", "a/b\\c:d*e": "a-b-c-d-e", "Schwarzer Tag, März": "Schwarzer-Tag-März",
		"...": "timeline", "": "timeline", "v1.2_x": "v1.2_x", " - ": "timeline", "a..b": "a..b",
		strings.Repeat("x", 300): strings.Repeat("x", 100),
	}
	for name := range want {
		got[name] = fileSafe(name)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("folders (-want +got):\n%s", diff)
	}
}

// TestRepeatCommand quotes what a shell would take apart.
func TestRepeatCommand(t *testing.T) {
	got := repeatCommand("my drill.yaml", replayFlags{
		policies: []string{"celigo-integrator"}, environment: "qa", assume: []string{"retry.waits=[5s, 10s]", "a='"},
		exact: true, calls: true,
	})
	want := `outagedrill replay 'my drill.yaml' --policy celigo-integrator --environment qa ` +
		`--assume 'retry.waits=[5s, 10s]' --assume 'a='\''' --exact --calls`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
