package features_test

import (
	"bufio"
	"context"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/outagedrill/outagedrill/features/run"
	"github.com/outagedrill/outagedrill/features/steps"
	"github.com/outagedrill/outagedrill/reports/suite"
)

// targetPatience bounds everything that a test wants of a platform under test.
const targetPatience = 3 * time.Minute

// startTarget starts a reference platform that ends with the test, and returns its URL.
func startTarget(t *testing.T, command string, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), targetPatience)
	cmd := exec.CommandContext(ctx, command, append(args, "--port", "0", "--until-stdin-closes")...)
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
		in.Close() //nolint:errcheck // it ends with it
		cancel()   // if it did not
		cmd.Wait() //nolint:errcheck // it was killed
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

// open opens a platform under test.
func open(t *testing.T, url string) steps.Driver {
	t.Helper()
	target, err := steps.OpenTarget(t.Context(), url, steps.TargetOptions{Timeout: targetPatience})
	if err != nil {
		t.Fatal(err)
	}
	return steps.UnderTest(target)
}

// playTarget plays scenarios of the rule book, or of paths, on a platform under test.
func playTarget(t *testing.T, d steps.Driver, tags string, paths ...string) *suite.Suite {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), targetPatience)
	defer cancel()
	plan, err := run.Make(library(t), run.Options{Tags: tags, Paths: paths, Repeat: 1})
	if err != nil {
		t.Fatal(err)
	}
	s, err := plan.Play(ctx, run.How{Driver: d})
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Scenarios) != plan.Size() {
		t.Fatalf("%d of %d scenarios were played within %s", len(s.Scenarios), plan.Size(), targetPatience)
	}
	return s
}

// failuresOf are the failures of a suite's scenarios.
func failuresOf(s *suite.Suite) (list []*suite.Failure) {
	for i := range s.Scenarios {
		for k := range s.Scenarios[i].Steps {
			if f := s.Scenarios[i].Steps[k].Failure; f != nil {
				list = append(list, f)
			}
		}
	}
	return list
}

// TestPythonTarget plays the rule book on the Python platform: what it offers is green, and each planted defect
// turns it red with a rule that the defect breaks, what was expected and what was seen.
func TestPythonTarget(t *testing.T) {
	targetIsJudged(t, 81, "python3", "../examples/targets/python/poller.py")
}

// targetIsJudged wants so many scenarios to pass at least, on the platform as it should be.
func targetIsJudged(t *testing.T, passed int, command string, args ...string) {
	t.Helper()
	needs(t, command)
	t.Run("as it should be", func(t *testing.T) {
		s := playTarget(t, open(t, startTarget(t, command, args...)), "")
		for _, f := range failuresOf(s) {
			t.Error(f.Message)
		}
		if tally := s.Tally(); tally.Passed < passed {
			t.Errorf("%s (expected %d passed or more)", tally, passed)
		}
	})
	for defect, rule := range map[string]string{
		"off_by_one": "DIS-05", "sum_over_resources": "DIS-06", "no_reset": "DIS-04", "polls_after_disable": "DIS-07",
		"two_mails": "DIS-08", "enable_keeps_counts": "DIS-12", "limit_not_counted": "DIS-03",
	} {
		t.Run(defect, func(t *testing.T) {
			url := startTarget(t, command, append(slices.Clone(args), "--defect", defect)...)
			failures := failuresOf(playTarget(t, open(t, url), "@"+rule))
			if !slices.ContainsFunc(failures, func(f *suite.Failure) bool {
				return slices.Contains(f.Rules, rule) && f.Expected != "" && f.Seen != ""
			}) {
				t.Errorf("no scenario says that %s is broken, what was expected and what was seen; %d fail",
					rule, len(failures))
			}
		})
	}
}

func needs(t *testing.T, program string) {
	t.Helper()
	_, err := exec.LookPath(program)
	switch {
	case err == nil:
	case os.Getenv("CI") != "":
		t.Fatal(err)
	default:
		t.Skip(err)
	}
}
