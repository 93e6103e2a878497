package steps

import (
	"strings"
	"testing"
)

// TestAmbiguity plants steps that cannot be told apart: the library refuses them when it is made.
func TestAmbiguity(t *testing.T) {
	for _, tt := range []struct {
		name string
		step Step
		want string
	}{
		{
			"an example that another pattern matches",
			Step{Pattern: "the {text} is {name}", Example: `the "environment" is "staging"`},
			"",
		},
		{
			"a wider pattern",
			Step{Pattern: "the environment is {text}", Example: `the environment is "x"`},
			`matches the environment is {environment}; the environment is {text} (want its own pattern alone)`,
		},
		{
			"an example that is none",
			Step{Pattern: "it rains in {name}", Example: `it rains`},
			`the example "it rains" of step "it rains in {name}" matches nothing of the kind`,
		},
		{
			"a kind of value that there is not",
			Step{Pattern: "it rains in {citty}", Example: `it rains in "Rome"`},
			`pattern "it rains in {citty}": there is no kind of value {citty}`,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := newLibrary(append(worldSteps(), tt.step))
			switch {
			case tt.want == "" && err != nil:
				t.Errorf("it is refused: %v", err)
			case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)):
				t.Errorf("the error is %v (expected %q)", err, tt.want)
			}
		})
	}
}
