package steps

import (
	"fmt"
	"slices"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/engine/api"
	"github.com/outagedrill/outagedrill/sim/journal"
	"github.com/outagedrill/outagedrill/sim/timeline"
)

// platform is the platform of a scenario, as its API sees it.
type platform struct{ s *Scenario }

// Names takes the words from the timeline.
func (p platform) Names() api.Names {
	var n api.Names
	for _, j := range p.s.tl.PollingJobs {
		n.Jobs = append(n.Jobs, j.Name)
	}
	for _, c := range p.s.tl.Connections {
		n.Instances = append(n.Instances, c.Name)
		var resources []string
		for _, r := range p.s.tl.Applications[c.Application].Resources {
			resources = append(resources, r.Name)
		}
		n.Resources = append(n.Resources, resources)
	}
	return n
}

// Read looks at the engine between two steps.
func (p platform) Read(f func(e *engine.Engine)) { f(p.s.player.World().Engine()) }

// Enable gives the engine the command and reads in the journal what came of it.
func (p platform) Enable(job int) engine.Outcome {
	before := len(p.s.entries)
	p.s.player.World().Operate(p.s.now, &timeline.Command{Do: "enable", Job: job, Connection: -1, Flow: -1})
	for _, e := range p.s.entries[before:] {
		if e.Kind != journal.OperatorCommand {
			continue
		}
		switch e.Result {
		case "done":
			return engine.Done
		case "unchanged":
			return engine.Unchanged
		case "refused":
			return engine.Refused
		}
	}
	panic("steps: a command was not journaled")
}

// diagnosisSteps ask the platform why a flow does not process.
func diagnosisSteps() []Step {
	return []Step{
		{
			Stage: Plays, Pattern: "the diagnosis of flow {name} is {text}",
			Example: `the diagnosis of flow "orders-to-wms" is "connection offline"`,
			Doc:     "One of the symptoms that the platform names.",
			run: func(s *Scenario, a []value) error {
				d, err := s.diagnosis(a[0])
				if err != nil {
					return err
				}
				var seen []string
				for _, symptom := range d.Symptoms {
					seen = append(seen, symptom.String())
				}
				if slices.Contains(seen, a[1].text) {
					return nil
				}
				return &mismatch{"the symptom " + a[1].text, some(seen)}
			},
		},
		{
			Stage: Plays, Pattern: "the next step for flow {name} is {text}",
			Example: `the next step for flow "orders-to-wms" is "wait for the hourly test of connections"`,
			Doc:     "What the platform tells the reader to do.",
			run: func(s *Scenario, a []value) error {
				d, err := s.diagnosis(a[0])
				if err != nil || d.Next.String() == a[1].text {
					return err
				}
				return &mismatch{"the next step to be: " + a[1].text, d.Next.String()}
			},
		},
	}
}

func (s *Scenario) diagnosis(flow value) (engine.Diagnosis, error) {
	for i := range s.tl.Flows {
		if s.tl.Flows[i].Name == flow.text {
			return s.player.World().Engine().Diagnose(i), nil
		}
	}
	return engine.Diagnosis{}, fmt.Errorf("there is no flow %q", flow.text)
}
