package main

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// platformPatience is how long a platform of a test lives at most.
const platformPatience = 5 * time.Minute

// startPlatform starts a platform under test for the rest of a script, and sets $TARGET to its URL.
func startPlatform(ts *testscript.TestScript, neg bool, args []string) {
	if neg {
		ts.Fatalf("usage: platform [ARGS…]")
	}
	trouble := ""
	if len(args) == 1 {
		trouble, args = args[0], nil
	}
	target, stop, err := runPlatform(args...)
	ts.Check(err)
	ts.Defer(stop)
	if trouble != "" {
		between := troubled(target, trouble, func() {})
		ts.Defer(between.Close)
		target = between.URL
	}
	ts.Setenv("TARGET", target)
}

// runPlatform runs the platform in Python.
func runPlatform(args ...string) (target string, stop func(), err error) {
	ctx, cancel := context.WithTimeout(context.Background(), platformPatience)
	script, err := filepath.Abs("../../examples/targets/python/poller.py")
	if err != nil {
		return "", cancel, err
	}
	cmd := exec.CommandContext(ctx, "python3", append([]string{script, "--port", "0"}, args...)...)
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return "", cancel, err
	}
	if err := cmd.Start(); err != nil {
		return "", cancel, err
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	return strings.TrimPrefix(strings.TrimSpace(line), "listening on "), func() {
		cancel()
		cmd.Wait() //nolint:errcheck // it was killed
	}, err
}

// troubled stands before a platform. It says yes to everything, loads the first world alone, or, after some calls,
// hangs or is gone. It tells when it hangs first.
func troubled(target, trouble string, hangs func()) *httptest.Server {
	there, err := url.Parse(target)
	if err != nil {
		panic(err) // the platform said it
	}
	onward := httputil.NewSingleHostReverseProxy(there)
	var calls, worlds atomic.Int32
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		loads := strings.HasSuffix(r.URL.Path, "/world") && worlds.Add(1) > 1
		switch {
		case trouble == "yes", trouble == "deaf" && loads:
			io.WriteString(w, "{}") //nolint:errcheck // the caller may be gone
		case trouble == "deaf", calls.Add(1) < 200:
			onward.ServeHTTP(w, r)
		case trouble == "dying":
			panic(http.ErrAbortHandler)
		default:
			io.Copy(io.Discard, r.Body) //nolint:errcheck // only then is it known when the caller leaves
			hangs()
			<-r.Context().Done()
		}
	}))
}

// TestInterruptedTarget: the first Ctrl-C ends a run that waits for a platform which does not answer.
func TestInterruptedTarget(t *testing.T) {
	if _, err := exec.LookPath("python3"); err != nil && os.Getenv("CI") == "" {
		t.Skip(err)
	}
	target, stop, err := runPlatform()
	defer stop()
	if err != nil {
		t.Fatal(err)
	}
	hangs := make(chan struct{}, 8)
	hanging := troubled(target, "hanging", func() { hangs <- struct{}{} })
	defer hanging.Close()
	cmd := program(t, t.TempDir(), "test", "--target", hanging.URL, "--tags", "@DIS-05 and not @DIS-12")
	go func() {
		select {
		case <-hangs:
		case <-t.Context().Done():
		}
		cmd.Process.Signal(os.Interrupt) //nolint:errcheck // then it ended by itself, and the test says so
		select {
		case <-time.After(platformPatience):
			cmd.Process.Kill() //nolint:errcheck // likewise
		case <-t.Context().Done():
		}
	}()
	if got := finished(t, cmd); got.code != exitInterrupted || !strings.Contains(got.stderr, "interrupted after ") {
		t.Errorf("exit status %d\n%s%s", got.code, got.stdout, got.stderr)
	}
}
