package steps

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// exampleWorld is what the examples of the steps speak of.
const exampleWorld = `the environment is "staging"
a custom environment "qa" with threshold 25
an application "acme" with "contacts" at 120/h
application "acme" has "orders" at 1/m too
an application "wms"
a connection "acme-main" to "acme" with OAuth 2.0
a connection "acme-reports" to "acme" with an API key
a connection "acme-two" to "acme" with an API key
a connection "wms-main" to "wms"
connection "acme-main" is owned by "ops@example.com"
a flow "orders-to-wms" from "acme-main/orders" to "wms-main/orders" every "15m"
a flow "reports-to-wms" from "acme-reports/orders" to "wms-main/reports" every "6h"
a polling job "contacts-poll" on "acme-main" for "contacts, orders" every "5m"
a polling job "orders-poll" on "acme-reports" for "orders" every "1h"`

// beforeExample is what the example of a step needs beside the world, by pattern.
func beforeExample() map[string]string {
	const ann, bob = `"ann" opens /jobs/contacts-poll`, `"bob" opens /jobs/contacts-poll`
	return map[string]string{
		"the calls to {application} are counted by {countedby}": `"acme" allows 600 calls each "1m"`,
		"PUT {path} by {operator} succeeds":                     ann,
		"{operator} is told of {text} upon PUT {path}":          bob,
	}
}

// playExample plays a step in the world of the examples, in a fresh scenario.
func playExample(t *testing.T, lib *Library, step *Step, text string) error {
	t.Helper()
	s := newScenario(Simulator(), lib.base)
	s.client.routes = lib.routes
	world := strings.Split(exampleWorld, "\n")
	if step.Stage == Plays {
		world = append(world, `"acme" is down from "2h" for "10h"`, `it is "11h"`)
	}
	if before := beforeExample()[step.Pattern]; before != "" {
		world = append(world, before)
	}
	for _, given := range world {
		if err := lib.play(s, given); err != nil {
			t.Fatalf("%s: %v", given, err)
		}
	}
	err := lib.play(s, text)
	if err == nil {
		err = s.end(nil).Err
	}
	return err
}

// play plays the step that a text is.
func (l *Library) play(s *Scenario, text string) error {
	for i := range l.steps {
		if m := l.steps[i].m.re.FindStringSubmatch(text); m != nil {
			return s.try(&l.steps[i], m[1:])
		}
	}
	return errors.New("no step matches")
}

// TestExamples plays the example of every step in one and the same world. What a check wants may be otherwise
// there; but every name is known, every value is read, and nothing else goes wrong.
func TestExamples(t *testing.T) {
	lib, err := NewLibrary()
	if err != nil {
		t.Fatal(err)
	}
	for i := range lib.steps {
		step := &lib.steps[i]
		err := playExample(t, lib, step, step.Example)
		if _, ok := errors.AsType[*mismatch](err); err != nil && !ok {
			if step.Stage == Describes && err.Error() == "the scenario checks nothing" {
				continue
			}
			t.Errorf("%s\n%v", step.Example, strings.SplitN(err.Error(), "\n\n", 2)[0])
		}
	}
}

// TestUnknownNames gives every step, for each of its values that name something, a name that the scenario
// does not have, and wants it refused: a check that looks for what never happens to a misspelt thing would
// pass for ever.
func TestUnknownNames(t *testing.T) {
	lib, err := NewLibrary()
	if err != nil {
		t.Fatal(err)
	}
	tried := 0
	for i := range lib.steps {
		step := &lib.steps[i]
		at := step.m.re.FindStringSubmatchIndex(step.Example)
		declared := false
		for k, kind := range step.m.kinds {
			if !declared && step.Declares == kind.of || kind.of == "" ||
				step.Stage == Describes && kind.of == aPerson || step.Declares != "" && kind.of == aResource {
				declared = declared || step.Declares == kind.of
				continue
			}
			tried++
			unknown := "acme-maine"
			switch kind.name {
			case "endpoint":
				unknown += "/orders"
			case "path":
				unknown = "/notifications?to=" + unknown
			}
			text := step.Example[:at[2*k+2]] + unknown + step.Example[at[2*k+3]:]
			err := playExample(t, lib, step, text)
			want := `there is no ` + string(kind.of) + ` "acme-maine" (want `
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s\nthe error is %v (expected %q)", text, err, want)
			}
		}
	}
	if tried < 150 {
		t.Errorf("%d values were tried (expected 150 or more)", tried)
	}
}

// TestFreeValues holds the steps with values that may be anything: there a misspelt name of the scenario
// would pass, so that each of them is a decision.
func TestFreeValues(t *testing.T) {
	lib, err := NewLibrary()
	if err != nil {
		t.Fatal(err)
	}
	var free []string
	for i := range lib.steps {
		if slices.ContainsFunc(lib.steps[i].m.kinds, func(k kind) bool {
			return slices.Contains([]string{"name", "names", "text", "operator", "metric"}, k.name)
		}) {
			free = append(free, lib.steps[i].Pattern)
		}
	}
	want := []string{
		"the policy value {policyvalue} is {text}",
		"an operator re-authorizes {connection} without {names} at {time}",
		"GET {path} lists {names}",
		"an e-mail to {person} about {mail} says {text}",
		"the e-mail about job {job} names {names}",
		"re-authorizing {connection} at {time} is refused for want of {names}",
		"the diagnosis of flow {flow} links {text}",
		"the page of instance {connection} says that {text}",
		"GET {path} has {name} {text}",
		"GET {path} has {name} at {time}",
		"GET {path} is refused with status {count} because {text}",
		"GET {path} with the header {text} is answered with status {count}",
		"the platform wants the token {name}",
		"PUT {path} has {name} {text}",
		"POST {path} has {name} {text}",
		"PUT {path} is refused with status {count} because {text}",
		"connection {connection} is re-authorized through the API with {names}",
		"re-authorizing connection {connection} through the API with {names} is refused because {text}",
		"{operator} opens {path}",
		"PUT {path} by {operator} succeeds",
		"{operator} is told of {text} upon PUT {path}",
		"putting the clock to {time} is refused because {text}",
		"the metric {metric} is {count}",
		"the metric {metric} of {names} is {count}",
	}
	if diff := cmp.Diff(want, free); diff != "" {
		t.Errorf("steps with free values, which nobody looks up\n%s", diff)
	}
}
