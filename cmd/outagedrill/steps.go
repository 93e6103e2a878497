package main

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/outagedrill/outagedrill/features/steps"
	"github.com/outagedrill/outagedrill/internal/problem"
)

// newSteps builds the command that lists and explains the steps of scenarios.
func newSteps(con *console) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "steps [WORD…] [--json]",
		Short: "List, search and explain the steps of scenarios",
		Long: `Steps lists the steps that scenarios are made of. With WORDs it lists those that say something
of all of them, and explains each: what it does, an example, and how its values are written. A
whole step in place of the words tells which pattern it is.

In a pattern {name} is a value, and (s) may be there or not.`,
		Example: `  outagedrill steps
  outagedrill steps disabled
  outagedrill steps 'the run lasts "3h"'
  outagedrill steps --json`,
		RunE: func(_ *cobra.Command, words []string) error {
			lib, err := steps.NewLibrary()
			if err != nil {
				return internalf("%w", err)
			}
			found := search(lib, words)
			switch {
			case len(found) == 0:
				return notFound(lib, words)
			case asJSON:
				return stepsAsJSON(con.out, found)
			case len(words) == 0:
				listSteps(con.out, found)
			default:
				explainSteps(con.out, found)
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the steps as JSON")
	return cmd
}

// search finds the steps that a whole step matches, else those that have all words in their pattern, sentence
// or example.
func search(lib *steps.Library, words []string) []steps.Step {
	patterns := lib.Matching(strings.Join(words, " "))
	return slices.DeleteFunc(lib.Steps(), func(s steps.Step) bool {
		if len(patterns) > 0 {
			return !slices.Contains(patterns, s.Pattern)
		}
		text := strings.ToLower(s.Pattern + "\n" + s.Doc + "\n" + s.Example)
		lacks := func(w string) bool { return !strings.Contains(text, strings.ToLower(w)) }
		return slices.ContainsFunc(words, lacks)
	})
}

// notFound says that no step has these words, and which come near.
func notFound(lib *steps.Library, words []string) error {
	var near []string
	for _, s := range lib.Nearest(strings.Join(words, " ")) {
		near = append(near, "`"+s.Example+"`")
	}
	p := problem.Problem{
		What: fmt.Sprintf("no step says anything of %q", strings.Join(words, " ")),
		Want: problem.List(near, "or"),
	}
	unknown := func(w string) bool { return len(search(lib, []string{w})) == 0 }
	if i := slices.IndexFunc(words, unknown); i >= 0 && near == nil {
		var known []string
		for _, s := range lib.Steps() {
			known = append(known, strings.Fields(s.Pattern)...)
		}
		p.Near = problem.Nearest(words[i], known)
	}
	return &failure{code: exitNothing, err: problem.Errors{p}, hint: "outagedrill steps lists them all"}
}

// listSteps writes patterns alone.
func listSteps(w io.Writer, list []steps.Step) {
	for _, stage := range steps.Stages() {
		fmt.Fprintf(w, "%s:\n", stage.Title())
		for _, s := range list {
			if s.Stage == stage {
				fmt.Fprintf(w, "  %s\n", s.Pattern)
			}
		}
		fmt.Fprintln(w)
	}
	fmt.Fprintf(w, "%s. outagedrill steps WORD… explains those that say something of it.\n",
		plural(len(list), "step"))
}

// explainSteps writes all that there is to say of steps.
func explainSteps(w io.Writer, list []steps.Step) {
	for i := range list {
		s := &list[i]
		if i > 0 {
			fmt.Fprintln(w)
		}
		fmt.Fprintf(w, "%s\n    %s\n    example: %s\n", s.Pattern, s.Doc, s.Example)
		for _, k := range s.Kinds() {
			if len(k.Choices) > 0 {
				fmt.Fprintf(w, "    {%s} is %s, one of: %s\n", k.Name, k.Doc, strings.Join(k.Choices, ", "))
				continue
			}
			fmt.Fprintf(w, "    {%s} is %s: %s\n", k.Name, k.Doc, k.Example)
		}
	}
}

// stepJSON is a step for tools.
type stepJSON struct {
	Pattern string       `json:"pattern"`
	Stage   string       `json:"stage"` // describes, plays or checks
	Doc     string       `json:"doc"`
	Example string       `json:"example"`
	Values  []steps.Kind `json:"values"`
}

// stepsAsJSON writes an array.
func stepsAsJSON(w io.Writer, list []steps.Step) error {
	all := []stepJSON{}
	for i := range list {
		s := &list[i]
		all = append(all, stepJSON{s.Pattern, s.Stage.String(), s.Doc, s.Example, s.Kinds()})
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(all); err != nil {
		return internalf("%w", err)
	}
	return nil
}
