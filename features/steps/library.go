package steps

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"

	"github.com/cucumber/godog"
	messages "github.com/cucumber/messages/go/v34"

	"github.com/outagedrill/outagedrill/engine/api"
	"github.com/outagedrill/outagedrill/engine/policy"
	"github.com/outagedrill/outagedrill/fakevendor/dialect"
	"github.com/outagedrill/outagedrill/sim"
)

// Stage says when a step may come.
type Stage uint8

// The stages of a scenario.
const (
	Describes Stage = iota // the timeline: before anything is played
	Plays                  // moves the time, asks the platform as it is then
	Checks                 // looks at the whole run
)

// Stages are all, in the order in which a scenario goes through them.
func Stages() []Stage { return []Stage{Describes, Plays, Checks} }

// String is the stage in one word.
func (s Stage) String() string { return [...]string{"describes", "plays", "checks"}[s] }

// Title says what the steps of the stage do.
func (s Stage) Title() string {
	return [...]string{
		"Steps that describe the world and what happens in it",
		"Steps that let the platform play to an instant and ask it there",
		"Steps that look at the whole run",
	}[s]
}

// Step is a step of the library.
type Step struct {
	Stage   Stage
	Pattern string // as compile reads it
	Doc     string // one sentence
	Example string // a step that the pattern matches

	// Declares is what the step brings into the scenario: its first value of that kind need not be known
	// before, and every other name must be.
	Declares thing

	run func(s *Scenario, a []value) error
	m   *matcher
}

// Library is the steps, ready for use. It does not change and may be shared.
type Library struct {
	steps  []Step
	routes *api.Routes // of the platform's API
	base   sim.Options // of every scenario: policies and dialects are read once
}

// NewLibrary makes the library ready. It is an error, which names both, when a step's example matches another
// step's pattern too: then nobody could tell which of them is meant.
func NewLibrary() (*Library, error) {
	return newLibrary(slices.Concat(
		worldSteps(), applicationSteps(), settingSteps(), wordingSteps(), connectionGivens(), workSteps(),
		downSteps(), troubleSteps(), credentialSteps(), peopleSteps(), reactionSteps(), loadSteps(),
		restSteps(),
		jobSteps(), pollSteps(), tickSteps(), countSteps(), switchSteps(), tokenSteps(), againSteps(),
		connectionSteps(), flowSteps(), runSteps(), mailSteps(),
		sweepSteps(), adviceSteps(), queueSteps(), callSteps(), errorSteps(), symptomSteps(),
		outageFigureSteps(), figureSteps(), backlogSteps(),
		listingSteps(), enableSteps(), answerSteps(), pageSteps(), writeSteps(), operatorSteps(),
		clockSteps(), metricSteps(), diagnosisSteps(),
	))
}

func newLibrary(steps []Step) (*Library, error) {
	lib := &Library{steps: steps, routes: api.NewRoutes("test")}
	known := kinds()
	var errs []error
	for i := range lib.steps {
		var err error
		lib.steps[i].m, err = compile(lib.steps[i].Pattern, known)
		errs = append(errs, err)
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	for _, s := range steps {
		if patterns := lib.Matching(s.Example); len(patterns) != 1 || patterns[0] != s.Pattern {
			const form = "the example %q of step %q matches %s (want its own pattern alone)"
			errs = append(errs, fmt.Errorf(form, s.Example, s.Pattern, some(patterns)))
		}
	}
	errs = append(errs, lib.load())
	return lib, errors.Join(errs...)
}

// load reads what scenarios share.
func (l *Library) load() error {
	flows, err := policy.Load("celigo-integrator")
	if err != nil {
		return err
	}
	jobs, err := policy.Load("sap-open-connectors")
	if err != nil {
		return err
	}
	generic, err := dialect.Load("generic")
	if err != nil {
		return err
	}
	dialects := map[string]*dialect.Dialect{"generic": generic} // a vendor's is read by who names it
	l.base = sim.Options{Flows: flows, PollingJobs: jobs, Dialects: dialects, ListCalls: true}
	return nil
}

// Steps lists the steps in the order of the library.
func (l *Library) Steps() []Step { return slices.Clone(l.steps) }

// Matching lists the patterns that match a step's text: one for a good step, none for an undefined one,
// more for an ambiguous one.
func (l *Library) Matching(text string) []string {
	var patterns []string
	for i := range l.steps {
		if l.steps[i].m.re.MatchString(text) {
			patterns = append(patterns, l.steps[i].Pattern)
		}
	}
	return patterns
}

// Register gives a godog scenario the steps of the library on a fresh Scenario, which a driver plays. The
// report of each scenario is given to done, which may be nil.
func (l *Library) Register(sc *godog.ScenarioContext, d Driver, done func(Report)) {
	s := newScenario(d, l.base)
	s.client.routes = l.routes
	sc.Before(func(ctx context.Context, p *godog.Scenario) (context.Context, error) {
		s.begin(ctx, p)
		s.skipped = l.untellable(d, p)
		return ctx, nil
	})
	for i := range l.steps {
		step := &l.steps[i]
		do := func(texts []string) error {
			return caught(func() error { return s.do(step, texts) })
		}
		sc.Step(step.m.re, handler(len(step.m.kinds), do))
	}
	sc.StepContext().After(func(
		ctx context.Context, _ *godog.Step, _ godog.StepResultStatus, _ error,
	) (context.Context, error) {
		s.played = append(s.played, s.passed())
		return ctx, nil
	})
	sc.After(func(ctx context.Context, _ *godog.Scenario, err error) (context.Context, error) {
		r := s.end(err)
		if done != nil {
			done(r)
		}
		return ctx, r.Err
	})
}

// untellable is why a driver cannot tell what a scenario wants to know; "": it can.
func (l *Library) untellable(d Driver, p *godog.Scenario) string {
	if d.tells == nil {
		return ""
	}
	if slices.ContainsFunc(p.Tags, func(t *messages.PickleTag) bool { return t.Name == "@our-words" }) {
		return "the words are our platform's own"
	}
	for _, step := range p.Steps {
		for i := range l.steps {
			if !l.steps[i].m.re.MatchString(step.Text) {
				continue
			}
			if err := d.tells(&l.steps[i], step.Text); err != nil {
				return err.Error()
			}
		}
	}
	return ""
}

// handler makes a function of n strings, which is what godog wants of a step.
func handler(n int, run func(texts []string) error) any {
	in := slices.Repeat([]reflect.Type{reflect.TypeFor[string]()}, n)
	signature := reflect.FuncOf(in, []reflect.Type{reflect.TypeFor[error]()}, false)
	return reflect.MakeFunc(signature, func(args []reflect.Value) []reflect.Value {
		texts := make([]string, n)
		for i := range args {
			texts[i] = args[i].String()
		}
		result := reflect.New(reflect.TypeFor[error]()).Elem()
		if err := run(texts); err != nil {
			result.Set(reflect.ValueOf(err))
		}
		return []reflect.Value{result}
	}).Interface()
}

// do runs a step, unless the scenario is skipped.
func (s *Scenario) do(step *Step, texts []string) error {
	if s.skipped != "" {
		return godog.ErrSkip
	}
	err := s.try(step, texts)
	if reason, ok := skipReason(err); ok {
		s.skipped = reason
		return godog.ErrSkip
	}
	return err
}

func (s *Scenario) try(step *Step, texts []string) error {
	values, err := step.m.read(texts)
	if err != nil {
		return err
	}
	if err := s.ready(step.Stage); err != nil {
		return err
	}
	if err := errors.Join(s.knows(step, values), s.within(step, values)); err != nil {
		return err
	}
	err = s.explain(step.run(s, values))
	if f, ok := errors.AsType[*Failure](err); ok {
		f.At = step.m.instants(values)
	}
	return err
}

// ready brings the scenario where a step of this stage wants it.
func (s *Scenario) ready(stage Stage) error {
	switch {
	case stage == Describes && s.player != nil:
		return errors.New("this step tells the timeline, which is being played already " +
			"(want before the first step that plays or checks)")
	case stage == Describes:
		return nil
	case stage == Plays && s.summary != nil:
		return errors.New("the run is over (want before the first step that looks at the whole run)")
	}
	if err := s.start(); err != nil || stage == Plays {
		return err
	}
	return s.explain(s.finish())
}
