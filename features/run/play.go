package run

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"slices"
	"sync"

	"github.com/cucumber/godog"

	"github.com/outagedrill/outagedrill/features/steps"
	"github.com/outagedrill/outagedrill/reports/strip"
	"github.com/outagedrill/outagedrill/reports/suite"
)

// How says how a plan is played.
type How struct {
	Driver   steps.Driver
	FailFast bool // end at the first scenario, in order, that does not pass
	DryRun   bool // play nothing
	AtOnce   int  // how many are played side by side, 1 or more
	// Told, if not nil, hears of each scenario that is done, in no order, never twice at a time.
	Told func(done, of, failed int)
}

// The reasons for which a scenario of a plan is not played.
const (
	reasonDry      = "dry run"
	reasonFailFast = "an earlier scenario failed (--fail-fast)"
)

// Play plays the plan, or what of it comes before the context's end. The suite holds the scenarios in
// the order of the plan, those after the end of FailFast as skipped; what an end of the context left
// unplayed is not in it. The error is an internal fault.
func (p *Plan) Play(ctx context.Context, how How) (*suite.Suite, error) {
	r := &round{plan: p, how: how, of: p.Size()}
	r.results, r.faults = make([]*suite.Scenario, r.of), make([]error, r.of)
	r.firstBad = r.of
	var workers sync.WaitGroup
	for range max(how.AtOnce, 1) {
		workers.Go(func() { r.work(ctx) })
	}
	workers.Wait()

	s := &suite.Suite{
		Format: 1, Driver: how.Driver.Name, Target: how.Driver.Target(),
		Clock: how.Driver.Clock, Selection: p.selection(),
		Order: p.opt.Order.String(), Repeat: p.opt.Repeat, Shard: p.Shard, DryRun: how.DryRun,
		Found: p.Found, Selected: p.Selected, Scenarios: []suite.Scenario{},
	}
	for i, result := range r.results {
		if how.FailFast && i > r.firstBad {
			result, r.faults[i] = r.skipped(i, reasonFailFast), nil
		}
		if result != nil {
			s.Scenarios = append(s.Scenarios, *result)
		}
	}
	return s, errors.Join(r.faults...)
}

// Size is how many scenarios the plan holds, each attempt as one.
func (p *Plan) Size() int { return len(p.cases) * p.opt.Repeat }

// round is one playing of a plan.
type round struct {
	plan *Plan
	how  How
	of   int // scenarios, each attempt as one

	mu       sync.Mutex
	next     int
	done     int
	failed   int
	firstBad int // the first scenario that did not pass
	results  []*suite.Scenario
	faults   []error
}

// work plays scenarios until there are no more.
func (r *round) work(ctx context.Context) {
	for {
		r.mu.Lock()
		i := r.next
		r.next++
		over := i >= r.of || ctx.Err() != nil || r.how.FailFast && i > r.firstBad
		r.mu.Unlock()
		if over {
			return
		}
		result, fault := r.one(ctx, i)
		if ctx.Err() != nil && result.Status == suite.Failed && fault == nil {
			return // it did not come to its end, and why it failed is anybody's guess
		}

		r.mu.Lock()
		r.results[i] = result
		r.done++
		if result.Status != suite.Passed && result.Status != suite.Skipped {
			r.failed++
			r.firstBad = min(r.firstBad, i)
		}
		if fault != nil {
			r.faults[i] = fmt.Errorf("%s:%d: %w", result.File, result.Line, fault)
		}
		if r.how.Told != nil {
			r.how.Told(r.done, r.of, r.failed)
		}
		r.mu.Unlock()
	}
}

// fresh is a scenario of the round as nobody played it yet.
func (r *round) fresh(i int) (*Case, *suite.Scenario) {
	c := r.plan.cases[i/r.plan.opt.Repeat]
	s := c.Scenario
	s.Steps = slices.Clone(c.Steps)
	s.Attempt = i%r.plan.opt.Repeat + 1
	return c, &s
}

func (r *round) skipped(i int, reason string) *suite.Scenario {
	_, s := r.fresh(i)
	if s.Status == suite.Skipped {
		s.Reason = reason
	}
	return s
}

// one plays a scenario, unless it cannot be played.
func (r *round) one(ctx context.Context, i int) (*suite.Scenario, error) {
	c, s := r.fresh(i)
	switch {
	case s.Status != suite.Skipped:
		return s, nil
	case r.how.DryRun:
		s.Reason = reasonDry
		return s, nil
	}
	return s, play(ctx, r.plan.lib, r.how.Driver, c.text, s)
}

// play plays one scenario through godog. What godog says of itself only has to agree with what was seen.
func play(
	ctx context.Context, lib *steps.Library, d steps.Driver, text []byte, s *suite.Scenario,
) (fault error) {
	defer func() {
		if what := recover(); what != nil {
			fault = &steps.Fault{Panic: what, Stack: debug.Stack()}
			s.Status = suite.Failed
			s.Steps[len(s.Steps)-1].Status = suite.Failed
			s.Steps[len(s.Steps)-1].Failure = failureOf(fault)
		}
	}()
	var reports []steps.Report
	var seen []outcome
	status := godog.TestSuite{
		ScenarioInitializer: func(sc *godog.ScenarioContext) {
			lib.Register(sc, d, func(r steps.Report) { reports = append(reports, r) })
			sc.StepContext().After(func(
				ctx context.Context, _ *godog.Step, status godog.StepResultStatus, err error,
			) (context.Context, error) {
				seen = append(seen, outcome{status, err})
				return ctx, nil
			})
		},
		Options: &godog.Options{
			Format: "progress", Output: io.Discard, NoColors: true, Strict: true, Concurrency: 1,
			FeatureContents: []godog.Feature{{Name: s.File, Contents: text}}, DefaultContext: ctx,
		},
	}.Run()
	if len(reports) != 1 || len(seen) != len(s.Steps) {
		panic(fmt.Sprintf("godog played %d of %d steps and %d scenarios (want 1), status %d",
			len(seen), len(s.Steps), len(reports), status))
	}
	take(s, seen, &reports[0])
	if (status == 0) != (s.Status == suite.Passed || s.Status == suite.Skipped) {
		panic(fmt.Sprintf("godog ended with status %d, the scenario as %s", status, s.Status))
	}
	if panicked, ok := errors.AsType[*steps.Fault](reports[0].Err); ok {
		return panicked
	}
	return nil
}

// outcome is what godog said of a step.
type outcome struct {
	status godog.StepResultStatus
	err    error
}

// take puts what was seen into the scenario.
func take(s *suite.Scenario, seen []outcome, r *steps.Report) {
	if r.Skipped != "" {
		s.Status, s.Reason = suite.Skipped, r.Skipped
		return
	}
	s.Status = suite.Passed
	for i := range s.Steps {
		switch step := &s.Steps[i]; {
		case seen[i].err != nil:
			step.Status, s.Status = suite.Failed, suite.Failed
			step.Failure = failureOf(seen[i].err)
		case seen[i].status == godog.StepPassed:
			step.Status = suite.Passed
		case seen[i].status == godog.StepSkipped && s.Status == suite.Failed:
			step.Status = suite.Skipped
		default:
			panic(fmt.Sprintf("godog says %s of a step that can be played", seen[i].status))
		}
	}
	if r.Err != nil && s.Status == suite.Passed { // after the last step, when the rest was played
		last := &s.Steps[len(s.Steps)-1]
		last.Status, s.Status = suite.Failed, suite.Failed
		last.Failure = failureOf(r.Err)
	}
	s.Timeline, s.Virtual = r.Timeline, r.Virtual
	s.Strip = strip.Of(r.Journal, s.Wanted())
	for i := range min(len(s.Steps), len(r.Played)) {
		if s.Steps[i].Status != suite.Skipped {
			s.Steps[i].Played = r.Played[i]
		}
	}
}

// failureOf is an error of a step as data.
func failureOf(err error) *suite.Failure {
	f := &suite.Failure{Message: err.Error()}
	if of, ok := errors.AsType[*steps.Failure](err); ok {
		f.Message, f.Rules = of.Message(), of.Rules
		f.Expected, f.Seen, _ = of.Expected()
		f.At = of.At
	}
	switch {
	case isA[*steps.Fault](err):
		f.Cause = suite.CauseFault
	case isA[*steps.Broken](err):
		f.Cause = suite.CauseInvariant
	}
	return f
}

func isA[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}
