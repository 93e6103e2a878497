package features_test

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/outagedrill/outagedrill/features/steps"
)

// startTarget starts a reference platform that ends with the test, and returns its URL.
func startTarget(t *testing.T, command string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), command, append(args, "--port", "0", "--until-stdin-closes")...)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()         //nolint:errcheck // it ends with it
		cmd.Process.Kill() //nolint:errcheck // if it did not
		cmd.Wait()         //nolint:errcheck // it was killed
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	go io.Copy(io.Discard, out) //nolint:errcheck // until it ends
	_, url, ok := strings.Cut(strings.TrimSpace(line), "listening on ")
	if !ok {
		t.Fatalf("%s said %q", command, line)
	}
	return url
}

// playTarget plays the scenarios with a tag, or all, on a platform under test.
func playTarget(t *testing.T, url, tag string) (passed, skipped int, failed []steps.Report) {
	t.Helper()
	target, err := steps.OpenTarget(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	reports, _, _ := playBook(t, steps.UnderTest(target), 1, tag)
	for _, r := range reports {
		switch {
		case r.Skipped != "":
			skipped++
		case r.Err != nil:
			failed = append(failed, r)
		default:
			passed++
		}
	}
	return passed, skipped, failed
}

// TestPythonTarget plays the rule book on the Python platform: what it offers is green, and each planted defect
// turns it red with a rule that the defect breaks, what was expected and what was seen.
func TestPythonTarget(t *testing.T) {
	targetIsJudged(t, "python3", "../examples/targets/python/poller.py")
}

func targetIsJudged(t *testing.T, command string, args ...string) {
	t.Helper()
	if _, err := exec.LookPath(command); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	t.Run("as it should be", func(t *testing.T) {
		passed, skipped, failed := playTarget(t, startTarget(t, command, args...), "")
		for _, r := range failed {
			t.Errorf("%s: %s: %v", r.URI, r.Name, r.Err)
		}
		if passed < 60 {
			t.Errorf("%d scenarios passed, %d were skipped (expected 60 or more)", passed, skipped)
		}
		t.Logf("%d passed, %d skipped", passed, skipped)
	})
	for defect, rule := range map[string]string{
		"off_by_one": "DIS-05", "sum_over_resources": "DIS-06", "no_reset": "DIS-04", "polls_after_disable": "DIS-07",
		"two_mails": "DIS-08", "enable_keeps_counts": "DIS-12", "limit_not_counted": "DIS-03",
	} {
		t.Run(defect, func(t *testing.T) {
			url := startTarget(t, command, append(slices.Clone(args), "--defect", defect)...)
			_, _, failed := playTarget(t, url, "@"+rule)
			if !slices.ContainsFunc(failed, func(r steps.Report) bool {
				text := r.Err.Error()
				return strings.HasPrefix(text, rule) && strings.Contains(text, "expected ") &&
					strings.Contains(text, "; seen: ")
			}) {
				t.Errorf("no scenario says that %s is broken, what was expected and what was seen; %d fail", rule, len(failed))
			}
		})
	}
	t.Run("gone", func(t *testing.T) {
		target, err := steps.OpenTarget(t.Context(), startTarget(t, command, args...))
		if err != nil {
			t.Fatal(err)
		}
		target.URL = "http://127.0.0.1:1" // where nobody listens
		reports, status, _ := playBook(t, steps.UnderTest(target), 1, "@DIS-05")
		for _, r := range reports {
			if r.Skipped == "" && r.Err == nil {
				t.Errorf("%s passes without a platform", r.Name)
			}
		}
		if status == 0 {
			t.Error("godog is content without a platform")
		}
	})
}
