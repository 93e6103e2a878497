package steps

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"

	"github.com/cucumber/godog"
)

// Stage says when a step may come.
type Stage uint8

// The stages of a scenario.
const (
	Describes Stage = iota // the timeline: before anything is played
	Plays                  // moves the time, asks the platform as it is then
	Checks                 // looks at the whole run
)

// Step is a step of the library.
type Step struct {
	Stage   Stage
	Pattern string // as compile reads it
	Doc     string // one sentence
	Example string // a step that the pattern matches

	run func(s *Scenario, a []value) error
	m   *matcher
}

// Library is the steps, ready for use. It does not change and may be shared.
type Library struct{ steps []Step }

// NewLibrary compiles the patterns of all steps.
func NewLibrary() (*Library, error) {
	lib := &Library{steps: slices.Concat(
		worldSteps(), applicationSteps(), connectionGivens(), workSteps(),
		faultSteps(), credentialSteps(), peopleSteps(),
		jobSteps(), pollSteps(), connectionSteps(), flowSteps(), runSteps(), mailSteps(),
		restSteps(), listingSteps(), enableSteps(), diagnosisSteps(),
	)}
	known := kinds()
	var errs []error
	for i := range lib.steps {
		var err error
		lib.steps[i].m, err = compile(lib.steps[i].Pattern, known)
		errs = append(errs, err)
	}
	return lib, errors.Join(errs...)
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

// Register gives a godog scenario the steps of the library on a fresh Scenario. Scenarios tagged @live are
// played on the live driver too once they passed, and fail if the journals differ. The report of each
// scenario is given to done, which may be nil.
func (l *Library) Register(sc *godog.ScenarioContext, done func(Report)) {
	s := newScenario()
	sc.Before(func(ctx context.Context, p *godog.Scenario) (context.Context, error) {
		s.begin(p)
		return ctx, nil
	})
	for i := range l.steps {
		step := &l.steps[i]
		do := func(texts []string) error { return s.do(step, texts) }
		sc.Step(step.m.re, handler(len(step.m.kinds), do))
	}
	sc.After(func(ctx context.Context, _ *godog.Scenario, err error) (context.Context, error) {
		r, err := s.end(ctx, err)
		if done != nil {
			done(r)
		}
		return ctx, err
	})
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

// do runs a step.
func (s *Scenario) do(step *Step, texts []string) error {
	values, err := step.m.read(texts)
	if err != nil {
		return err
	}
	if err := s.ready(step.Stage); err != nil {
		return err
	}
	return s.explain(step.run(s, values))
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
	return s.finish()
}

// mismatch is what a check found.
type mismatch struct{ want, seen string }

func (m *mismatch) Error() string { return "expected " + m.want + "; seen: " + m.seen }

// explain puts the rules of the scenario before what a step found, and the timeline that repeats it after.
func (s *Scenario) explain(err error) error {
	if err == nil || s.player == nil {
		return err
	}
	if len(s.rules) > 0 {
		err = fmt.Errorf("%s: %w", list(s.rules), err)
	}
	return fmt.Errorf("%w\n\nthe scenario as a timeline:\n%s", err, s.draft.yaml())
}
