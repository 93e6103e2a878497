package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// stage is a test binary, run on each mutant that lived through the stages before.
type stage struct {
	Name   string
	folder string
	args   []string
	binary string
	limit  time.Duration // on a mutant
}

// stages are the proofs of the rules, the quickest first.
func stages() []*stage {
	return []*stage{
		{Name: "engine", folder: "engine", args: []string{"-test.short"}},
		{Name: "goldens", folder: "sim", args: []string{"-test.run=^TestRules$"}},
		{Name: "features", folder: "features", args: []string{"-test.run=^TestFeatures$/^sim$"}},
		{
			Name: "checks", folder: "sim/check",
			args: []string{"-rapid.seed=1", "-rapid.shrinktime=1ms", "-rapid.nofailfile"},
		},
		{Name: "calm", folder: "sim", args: []string{"-test.run=InCalmTime$|CalmTimePass$"}},
	}
}

// stagesThat are the stages that match a regular expression.
func stagesThat(match string) ([]*stage, error) {
	only, err := regexp.Compile(match)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(stages(), func(s *stage) bool { return !only.MatchString(s.Name) }), nil
}

const (
	patience = 20      // a stage may take so many times longer on a mutant than it takes without one
	memory   = 8 << 20 // of a process, in KiB
)

// build compiles the stages' tests and plays them without a mutant.
func build(list []*stage, overlay string, o *options) error {
	for _, s := range list {
		s.binary = filepath.Join(o.dir, s.Name+".test")
		cmd := exec.Command("go", "test", "-c", "-vet=off", "-overlay", overlay,
			"-o", s.binary, "./"+s.folder)
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("stage %s does not compile: %w\n%s", s.Name, err, out)
		}
		s.limit = o.least * patience
		r := s.run(0)
		if r.status != statusSurvived {
			return fmt.Errorf("stage %s is red without any mutant:\n%s", s.Name, r.output)
		}
		s.limit = max(o.least, min(patience*r.took, 2*o.least))
	}
	return nil
}

// status is what became of a mutant.
type status string

// The statuses.
const (
	statusKilled   status = "killed"
	statusSurvived status = "survived"
	statusTimedOut status = "timed out"
	statusUnviable status = "not viable"
)

// result is a mutant and what became of it.
type result struct {
	*mutant
	Status  status  `json:"status"`
	Stage   string  `json:"stage,omitempty"` // that killed it
	Test    string  `json:"test,omitempty"`
	Seconds float64 `json:"seconds"` // of processor time
	Reason  string  `json:"reason,omitempty"`
}

// outcome is one run of one stage.
type outcome struct {
	status status
	output string
	took   time.Duration // of processor time
}

// run plays a stage on a mutant; 0 is none.
func (s *stage) run(id int) outcome {
	ctx, cancel := context.WithTimeout(context.Background(), s.limit)
	defer cancel()
	limited := fmt.Sprintf(`ulimit -v %d 2>/dev/null; exec "$0" "$@"`, memory)
	args := append([]string{"-c", limited, s.binary, "-test.failfast", "-test.timeout=0"}, s.args...)
	cmd := exec.CommandContext(ctx, "sh", args...)
	cmd.Dir = s.folder
	cmd.Env = append(os.Environ(), variable+"="+strconv.Itoa(id))
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	r := outcome{status: statusSurvived, output: out.String()}
	if cmd.ProcessState != nil {
		r.took = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	}
	memoryOut := strings.Contains(r.output, "out of memory") ||
		strings.Contains(r.output, "cannot allocate memory")
	switch failed := (*exec.ExitError)(nil); {
	case ctx.Err() != nil || memoryOut:
		r.status = statusTimedOut // for ever in time or in memory
	case errors.As(err, &failed):
		r.status = statusKilled
	case err != nil:
		r.status, r.output = statusTimedOut, err.Error()
	}
	return r
}

// play plays the stages on a mutant until one is red.
func play(list []*stage, m *mutant) result {
	r := result{mutant: m, Status: statusSurvived}
	for _, s := range list {
		o := s.run(m.ID)
		r.Seconds += o.took.Seconds()
		if o.status == statusSurvived {
			continue
		}
		r.Status, r.Stage, r.Test = o.status, s.Name, firstFailure(o.output)
		break
	}
	return r
}

// playAll plays mutants side by side and tells each result as it comes.
func playAll(list []*stage, chosen []*mutant, side int, tell func(result)) {
	todo := make(chan *mutant)
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range side {
		wg.Go(func() {
			for m := range todo {
				r := play(list, m)
				mu.Lock()
				tell(r)
				mu.Unlock()
			}
		})
	}
	for _, m := range chosen {
		todo <- m
	}
	close(todo)
	wg.Wait()
}

// firstFailure names the test that failed most deeply, or the panic.
func firstFailure(output string) string {
	if m := regexp.MustCompile(`(?m)^panic: (.*)$`).FindStringSubmatch(output); m != nil {
		return "panic: " + m[1]
	}
	all := regexp.MustCompile(`(?m)^\s*--- FAIL: (\S+)`).FindAllStringSubmatch(output, -1)
	deepest := ""
	for _, m := range all {
		deep := strings.Count(m[1], "/") >= strings.Count(deepest, "/")
		if deep && (deepest == "" || strings.HasPrefix(m[1], deepest)) {
			deepest = m[1]
		}
	}
	return deepest
}
