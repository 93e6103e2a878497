package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// outcome is what a process of the program came to.
type outcome struct {
	code           int
	stdout, stderr string
	state          *os.ProcessState
}

// program is a command line of the program in a process of its own, in folder dir.
func program(t *testing.T, dir string, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self)
	cmd.Args = append([]string{"outagedrill"}, args...) // the name by which TestMain knows what it is
	cmd.Dir = dir
	return cmd
}

// finished runs a process to its end.
func finished(t *testing.T, cmd *exec.Cmd) outcome {
	t.Helper()
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var ended *exec.ExitError
	if err != nil && !errors.As(err, &ended) {
		t.Fatal(err)
	}
	return outcome{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String(), cmd.ProcessState}
}

// put writes a file of a test.
func put(t *testing.T, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

// get reads a file of a test.
func get(t *testing.T, elem ...string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(elem...))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// eventful is a timeline with a bit of everything in it, seeded things among it.
const eventful = `outagedrill: 1
name: eventful
start: 2024-03-30T00:00:00Z
duration: 2d
seed: 42
zone: Europe/Berlin
environment: snapshot
applications:
  acme: {latency: {median: 120ms, p99: 2s}, records: {contacts: 120/h, orders: 1/m}}
  wms: {latency: 300ms}
connections:
  acme-main: {application: acme, auth: oauth2}
  wms-main: {application: wms}
flows:
  orders-to-wms: {from: acme-main/orders, to: wms-main/orders, every: 15m, auto_resolve: true}
polling_jobs:
  fast: {instance: acme-main, resources: [contacts, orders], every: 1m}
  slow: {instance: acme-main, resources: [contacts], every: 10m, phase: 7s}
events:
  - {at: +2h, application: acme, fault: down, for: 3h30m}
  - {at: +9h, application: wms, fault: flaky, rate: 0.3, for: 2h}
  - {at: +12h, connection: acme-main, fault: token_refresh, how: transient, for: 2h}
  - {at: +20h, platform: restart}
  - {at: +30h, application: acme, fault: flapping, up: 1m, down: 9m, for: 2h}
operators:
  - {when: job.disabled, do: enable, after: 45m, hours: "Mon-Sun 09:00-17:00", zone: Europe/Berlin}
`

// TestTwoProcesses plays one timeline in processes that differ in all that must not matter (T-02): the number
// of processors, the time zone, the folder.
func TestTwoProcesses(t *testing.T) {
	want := replayed(t, nil)
	for _, env := range [][]string{{"GOMAXPROCS=1"}, {"TZ=Asia/Kolkata"}, {"TZ=America/New_York", "GOGC=10"}, {"LANG=tr_TR.UTF-8"}} {
		if got := replayed(t, env); !bytes.Equal(got, want) {
			t.Errorf("the journal with %v differs", env)
		}
	}
	if !bytes.Contains(want, []byte(`"kind":"job.disabled"`)) || !bytes.Contains(want, []byte(`"kind":"flow.paused"`)) {
		t.Error("nothing happened in the timeline: it proves nothing")
	}
}

// replayed is the journal of the eventful timeline, from a process with these variables set.
func replayed(t *testing.T, env []string) []byte {
	t.Helper()
	dir := t.TempDir()
	put(t, dir, "eventful.yaml", eventful)
	cmd := program(t, dir, "replay", "eventful.yaml", "-o", "out")
	cmd.Env = append(os.Environ(), env...)
	if got := finished(t, cmd); got.code != exitOK {
		t.Fatalf("exit status %d: %s", got.code, got.stderr)
	}
	return get(t, dir, "out", journalFile)
}

// endless is a timeline that takes minutes to play: with random latency no calm time passes unseen.
const endless = `outagedrill: 1
name: endless
start: 2024-01-01T00:00:00Z
duration: 520w
applications: {acme: {records: {orders: 1/m}, latency: {median: 100ms, p99: 200ms}}}
connections: {acme-main: {application: acme}}
polling_jobs: {poll: {instance: acme-main, resources: [orders], every: 4s}}
events: [{at: +1m, application: acme, fault: down, for: 1m}]
`

// TestSignals interrupts a run from outside, once its journal is begun: what was done so far is written, and
// the exit status tells the signal.
func TestSignals(t *testing.T) {
	for _, tt := range []struct {
		signal os.Signal
		code   int
		says   string
	}{
		{os.Interrupt, exitInterrupted, "interrupted"},
		{syscall.SIGTERM, exitTerminated, "terminated"},
	} {
		t.Run(tt.signal.String(), func(t *testing.T) {
			dir := t.TempDir()
			put(t, dir, "endless.yaml", endless)
			cmd := program(t, dir, "replay", "endless.yaml", "-o", "out")
			var stderr bytes.Buffer
			cmd.Stderr = &stderr
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			begun := func() bool {
				entries, _ := os.ReadDir(filepath.Join(dir, "out"))
				return len(entries) > 0
			}
			for waited := 0; !begun() && waited < 3000; waited++ {
				time.Sleep(10 * time.Millisecond)
			}
			if err := cmd.Process.Signal(tt.signal); err != nil {
				t.Fatal(err)
			}
			_ = cmd.Wait()
			if got := cmd.ProcessState.ExitCode(); got != tt.code {
				t.Errorf("exit status %d, want %d: %s", got, tt.code, stderr.String())
			}
			if want := "outagedrill: error: " + tt.says + "\n"; stderr.String() != want {
				t.Errorf("standard error %q, want %q", stderr.String(), want)
			}
			if !bytes.Contains(get(t, dir, "out", journalFile), []byte(`"kind":"run.ended"`)) {
				t.Error("the journal does not end with run.ended")
			}
			get(t, dir, "out", summaryFile)
			get(t, dir, "out", reportFile)
			if entries, _ := os.ReadDir(filepath.Join(dir, "out")); len(entries) != 3 {
				t.Errorf("the folder holds %v, want three files", entries)
			}
		})
	}
}
