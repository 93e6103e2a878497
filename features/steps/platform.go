package steps

import (
	"context"
	"errors"
	"slices"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/engine/api"
	"github.com/outagedrill/outagedrill/sim"
	"github.com/outagedrill/outagedrill/sim/journal"
	"github.com/outagedrill/outagedrill/sim/timeline"
)

// platform is the platform of a scenario, as its API sees it. Requests come one at a time.
type platform struct{ s *Scenario }

// Config is what the platform runs.
func (p platform) Config() *engine.Config { return p.world().EngineConfig() }

// world is the world of the scenario; the platform of a scenario without one has an API of its own.
func (p platform) world() *sim.World { return p.s.player.(worlded).World() }

// engine is the platform's machine, where it is ours.
func (s *Scenario) engine() (*engine.Engine, error) {
	w, ok := s.player.(worlded)
	if !ok {
		return nil, &unoffered{"the platform under test does not show its inside"}
	}
	return w.World().Engine(), nil
}

// Read looks at the platform between two steps.
func (p platform) Read(_ context.Context, f func(v *api.View)) error {
	f(p.view())
	return nil
}

func (p platform) view() *api.View {
	w := p.world()
	next := min(w.Next(), w.Wants())
	return &api.View{
		Engine: w.Engine(), History: p.s.history,
		Clock: api.Clock{Now: p.s.now, NextDue: next, Idle: true, Manual: true},
	}
}

// Operate gives the engine the command and reads in the journal what came of it.
func (p platform) Operate(ctx context.Context, c *api.Command) (engine.Outcome, error) {
	if c.Guard != nil {
		if err := c.Guard(p.view()); err != nil {
			return engine.NoOutcome, err
		}
	}
	w := p.world()
	op := timeline.Command{Do: c.Kind.String(), Job: c.Job, Connection: c.Connection, Flow: c.Flow}
	if c.Kind == engine.Reauthorize {
		op.Missing = w.Engine().MissingFields(c.Connection, c.Fields)
		for _, v := range c.Fields {
			op.Wrong = op.Wrong || v == wrong
		}
	}
	before := len(p.s.entries)
	err := p.s.player.Do(ctx, func() {
		w.Operate(p.s.now, &op)
		if c.After != nil {
			c.After(p.view())
		}
	})
	if err != nil {
		return engine.NoOutcome, err
	}
	for _, e := range p.s.entries[before:] {
		if e.Kind != journal.OperatorCommand {
			continue
		}
		switch e.Result {
		case "done":
			return engine.Done, nil
		case "unchanged":
			return engine.Unchanged, nil
		case "refused":
			return engine.Refused, nil
		}
	}
	return engine.NoOutcome, errors.New("the command was not journaled")
}

// wrong is the value of a field that makes an operator's credentials wrong.
const wrong = "wrong"

// SetClock plays up to an instant.
func (p platform) SetClock(_ context.Context, to engine.Time) error {
	switch {
	case to < p.s.now:
		return api.ErrClockBack
	case to >= p.s.player.End():
		return api.ErrOver
	}
	return p.s.playTo(to)
}

// diagnosisSteps ask the platform why a flow does not process.
func diagnosisSteps() []Step {
	return []Step{
		{
			Stage: Plays, Pattern: "the diagnosis of flow {flow} is {symptom}",
			Example: `the diagnosis of flow "orders-to-wms" is "connection offline"`,
			Doc:     "One of the symptoms that the platform names.",
			run: func(s *Scenario, a []value) error {
				seen, err := s.symptoms(a[0])
				if err != nil || slices.Contains(seen, a[1].text) {
					return err
				}
				return &mismatch{"a symptom of flow " + a[0].text + ": " + a[1].text, some(seen)}
			},
		},
		{
			Stage: Plays, Pattern: "the next step for flow {flow} is {nextstep}",
			Example: `the next step for flow "orders-to-wms" is "wait for the hourly test of connections"`,
			Doc:     "What the platform tells the reader to do.",
			run: func(s *Scenario, a []value) error {
				d, err := s.diagnosis(a[0])
				if err != nil || d.Next.String() == a[1].text {
					return err
				}
				return &mismatch{"the next step for flow " + a[0].text + ": " + a[1].text, d.Next.String()}
			},
		},
	}
}

func (s *Scenario) diagnosis(flow value) (engine.Diagnosis, error) {
	e, err := s.engine()
	if err != nil {
		return engine.Diagnosis{}, err
	}
	return e.Diagnose(slices.IndexFunc(s.tl.Flows, func(f timeline.Flow) bool {
		return f.Name == flow.text
	})), nil
}
