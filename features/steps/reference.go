package steps

import (
	"fmt"
	"strings"
)

// Reference is the page of the manual that lists all steps and all kinds of values, docs/steps.md. It
// is for the test that keeps the page true.
func (l *Library) Reference() string {
	quoting := strings.NewReplacer("'", "`") // code, in the texts below
	var b strings.Builder
	b.WriteString(quoting.Replace(referenceHead))
	for _, k := range kinds() {
		fmt.Fprintf(&b, "| `{%s}` | %s | `%s` |\n", k.name, k.doc, k.example)
	}
	b.WriteString(quoting.Replace(referenceValues))
	for _, k := range kinds() {
		if k.among != nil {
			fmt.Fprintf(&b, "- `{%s}`: `%s`.\n", k.name, strings.Join(k.among, "`, `"))
		}
	}
	for _, stage := range Stages() {
		fmt.Fprintf(&b, "\n## %s\n", stage.Title())
		for _, s := range l.steps {
			if s.Stage == stage {
				fmt.Fprintf(&b, "\n**%s**\n%s\n\n    %s\n", s.Pattern, s.Doc, s.Example)
			}
		}
	}
	return b.String()
}

const referenceHead = `# The steps

Every step that a feature file may use, as the library itself lists them ('features/steps'); a test keeps
this page true, plays every example, and refuses two steps that cannot be told apart.

## The order of a scenario

Given, When and Then are for the reader; what counts is the stage of a step, and there is no way back:

1. Steps that *describe* tell the timeline. Nothing is played yet. A name must be declared before it is used.
2. 'it is {time}' lets the platform play up to an instant, and the steps of that stage *ask* it there; then to
   a later instant, and so on.
3. The first step that looks at the *whole run* plays it to its end. After it nothing can be asked at an
   instant.

Where nothing is said a run lasts a day from 2024-03-04T00:00:00Z, in production; an owner is
owner@example.com; an application answers at once, in pages of 100, without a limit; a connection needs no
credentials and lets one flow run at a time; flows and polling jobs start with the run; auto-resolve is off.

## How to read a pattern

A pattern matches a whole step. '(s)' may be there or not, '(is/are)' is one of the words, and '{kind}' is a
value. A value that names something of the scenario, such as a connection, is refused where the scenario has
no such thing.

| Value | Is | For example |
|---|---|---|
`

const referenceValues = `
Durations and instants are numbers of 'ns', 'us', 'ms', 's', 'm', 'h', 'd' (24 hours) and 'w' (7 days), as in
'1h30m'; rates are '120/h', or '6000/90m'; a window is 'from "2h" for "30m"', or 'from "2h" on'. The values of
the policies are in [policies.md](policies.md); [api.md](api.md) tours the paths of the API,
'GET /openapi.yaml' lists them all, and 'GET /metrics' says what each figure is.

The other values are a choice:

`
