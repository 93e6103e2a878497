package steps

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/outagedrill/outagedrill/internal/problem"
	"github.com/outagedrill/outagedrill/sim/timeline"
)

// thing is something that a scenario has several of, by name. "" is nothing of the kind.
type thing string

// The things that values name.
const (
	anApplication thing = "application"
	aConnection   thing = "connection"
	aFlow         thing = "flow"
	aJob          thing = "polling job"
	aResource     thing = "resource"
	aPerson       thing = "owner or subscriber"
	anEnvironment thing = "environment"
	aPolicyValue  thing = "policy value"
)

// knows wants every name that the values of a step give to be one that the scenario has by now; resources
// come last, as they are those of another name.
func (s *Scenario) knows(step *Step, values []value) error {
	var resources []int
	for _, i := range step.asked() {
		if step.m.kinds[i].of == aResource {
			resources = append(resources, i)
			continue
		}
		if err := s.has(step, values, i); err != nil {
			return err
		}
	}
	for _, i := range resources {
		if err := s.has(step, values, i); err != nil {
			return err
		}
	}
	return nil
}

// asked are the values of a step that must name something that there is: not what the step declares, nor
// the people of a step that describes, who come in with it, nor the resources of one that declares.
func (step *Step) asked() []int {
	var list []int
	declares := step.Declares
	for i, k := range step.m.kinds {
		switch {
		case k.of == "", step.Stage == Describes && k.of == aPerson, step.Declares != "" && k.of == aResource:
		case k.of == declares:
			declares = ""
		default:
			list = append(list, i)
		}
	}
	return list
}

// has wants the names of a value to be the scenario's.
func (s *Scenario) has(step *Step, values []value, i int) error {
	of := step.m.kinds[i].of
	all := s.namesOf(of, step, values)
	for _, name := range values[i].all() {
		if err := known(of, name, all); err != nil {
			return err
		}
	}
	return nil
}

// known wants a name that the scenario has.
func known(of thing, name string, all []string) error {
	if slices.Contains(all, name) {
		return nil
	}
	p := problem.Problem{What: fmt.Sprintf("there is no %s %q", of, name), Near: problem.Nearest(name, all)}
	switch {
	case len(all) == 0:
		p.Want = "an earlier step that declares it"
	case of == aPolicyValue && p.Near != "":
	default:
		p.Want = problem.List(all, "or")
	}
	return problem.Errors{p}
}

// namesOf are the names of the scenario's things of a kind, in the order of the timeline; of resources those
// of the job that the step names too, else of the application.
func (s *Scenario) namesOf(of thing, step *Step, values []value) []string {
	switch of {
	case anApplication:
		return s.draft.find("applications").keys
	case aConnection:
		return s.draft.find("connections").keys
	case aFlow:
		return s.draft.find("flows").keys
	case aJob:
		return s.draft.find("polling_jobs").keys
	case anEnvironment:
		return append([]string{"snapshot", "staging", "production"}, s.draft.find("environments").keys...)
	case aPolicyValue:
		return s.policyValues()
	case aPerson:
		return s.people()
	default:
		return s.resourceNames(step, values)
	}
}

func (s *Scenario) resourceNames(step *Step, values []value) []string {
	for i := range values {
		of, name := step.m.kinds[i].of, values[i].text
		if of == aJob {
			return s.draft.polled(name)
		}
		if of == anApplication {
			return s.draft.resourcesOf(name)
		}
	}
	return nil
}

// find is the object under a path of keys, an empty one where there is none.
func (o *object) find(path ...string) *object {
	for _, key := range path {
		inner, ok := o.values[key].(*object)
		if !ok {
			return &object{}
		}
		o = inner
	}
	return o
}

// polled are the resources of a polling job.
func (o *object) polled(job string) []string {
	names, _ := o.find("polling_jobs", job).values["resources"].([]string)
	return names
}

// resourcesOf are the resources of an application: those with records, and those that are read or written.
func (o *object) resourcesOf(application string) []string {
	all := slices.Clone(o.find("applications", application, "records").keys)
	add := func(connection, name string) {
		of := o.find("connections", connection).values["application"]
		if of == application && !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	for _, flow := range o.find("flows").keys {
		for _, end := range []string{"from", "to"} {
			text, _ := o.find("flows", flow).values[end].(string)
			connection, name, _ := strings.Cut(text, "/")
			add(connection, name)
		}
	}
	for _, job := range o.find("polling_jobs").keys {
		instance, _ := o.find("polling_jobs", job).values["instance"].(string)
		for _, name := range o.polled(job) {
			add(instance, name)
		}
	}
	return all
}

func (s *Scenario) policyValues() []string {
	var all []string
	for _, v := range slices.Concat(s.opt.Flows.Values, s.opt.PollingJobs.Values) {
		if !slices.Contains(all, v.Name) {
			all = append(all, v.Name)
		}
	}
	return all
}

// people are all who may get an e-mail.
func (s *Scenario) people() []string {
	var all []string
	add := func(names ...string) {
		for _, name := range names {
			if !slices.Contains(all, name) {
				all = append(all, name)
			}
		}
	}
	for i := range s.tl.Connections {
		add(s.tl.Connections[i].Owner)
		add(s.tl.Connections[i].Subscribers...)
	}
	for i := range s.tl.Flows {
		add(s.tl.Flows[i].Owner)
	}
	return all
}

// readPath keeps the people that a path asks for as its names; all else in it the API itself looks up.
func readPath(text string) (value, error) {
	v := value{text: text, names: []string{}}
	if u, err := url.Parse(text); err == nil {
		v.names = append(v.names, u.Query()["to"]...)
	}
	return v, nil
}

// within wants every instant of a step to be one of the run, and of two that bound a time the first to be
// the earlier.
func (s *Scenario) within(step *Step, values []value) error {
	if step.Stage != Checks {
		return nil
	}
	var instants []value
	for i := range values {
		switch step.m.kinds[i].name {
		case "time":
			instants = append(instants, values[i])
		case "times":
			for _, at := range values[i].spans {
				if at > s.tl.Duration.Std() {
					return s.over(timeline.Span(at).String())
				}
			}
		}
	}
	for _, at := range instants {
		if at.span > s.tl.Duration.Std() {
			return s.over(at.text)
		}
	}
	bounded := strings.Contains(step.Pattern, "between {time} and {time}") ||
		strings.Contains(step.Pattern, "from {time} to {time}")
	if bounded && instants[0].span > instants[1].span {
		const form = "%s is after %s (want the earlier instant first)"
		return fmt.Errorf(form, instants[0].text, instants[1].text)
	}
	return nil
}

func (s *Scenario) over(at string) error {
	return fmt.Errorf("%s is after the end of the run (want %s at most)", at, s.tl.Duration)
}

// pointless tells of a setting without an effect, which is a mistake in the scenario; nil: there is none.
func (s *Scenario) pointless() error {
	for i := range s.tl.Applications {
		a := &s.tl.Applications[i]
		to := func(c timeline.Connection) bool { return c.Application == i && c.Auth == "oauth2" }
		if a.TokenLifetime > 0 && !slices.ContainsFunc(s.tl.Connections, to) {
			const form = "access tokens of %q live for %s, but nobody has one " +
				"(want a connection to it with OAuth 2.0)"
			return fmt.Errorf(form, a.Name, a.TokenLifetime)
		}
	}
	return nil
}
