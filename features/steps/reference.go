package steps

import (
	"fmt"
	"strings"
)

// Reference is the page of the manual that lists all steps and all kinds of values, docs/steps.md. It
// is for the test that keeps the page true.
func (l *Library) Reference() string {
	var b strings.Builder
	b.WriteString(referenceHead)
	for _, k := range kinds() {
		fmt.Fprintf(&b, "| `{%s}` | %s | `%s` |\n", k.name, k.doc, k.example)
	}
	b.WriteString(referenceValues)
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

const referenceValues = "\nDurations and instants are numbers of `ns`, `us`, `ms`, `s`, `m`, `h`, `d` (24 hours) " +
	"and `w` (7 days), as in `1h30m`;\n" +
	"rates are `120/h`, or `6000/90m`; a window is `from \"2h\" for \"30m\"`, or `from \"2h\" on`. " +
	"The values of the policies are in\n" +
	"[policies.md](policies.md), the paths of the API in [api.md](api.md), which `GET /openapi.yaml` lists " +
	"all; `GET /metrics`\n" +
	"says what each figure is.\n\n" +
	"The other values are a choice:\n\n"

const referenceHead = "# The steps\n\n" +
	"Every step that a feature file may use, as the library itself lists them (`features/steps`); " +
	"a test keeps this\n" +
	"page true, plays every example, and refuses two steps that cannot be told apart.\n\n" +
	"## The order of a scenario\n\n" +
	"Given, When and Then are for the reader; what counts is the stage of a step, and there is no way back:\n\n" +
	"1. Steps that *describe* tell the timeline. Nothing is played yet. A name must be declared before it is " +
	"used.\n" +
	"2. `it is {time}` lets the platform play up to an instant, and the steps of that stage *ask* it there; " +
	"then to a\n" +
	"   later instant, and so on.\n" +
	"3. The first step that looks at the *whole run* plays it to its end. After it nothing can be asked at an " +
	"instant.\n\n" +
	"Where nothing is said a run lasts a day from 2024-03-04T00:00:00Z, in production; an owner is " +
	"owner@example.com; an\n" +
	"application answers at once, in pages of 100, without a limit; a connection needs no credentials and lets " +
	"one flow\n" +
	"run at a time; flows and polling jobs start with the run; auto-resolve is off.\n\n" +
	"## How to read a pattern\n\n" +
	"A pattern matches a whole step. `(s)` may be there or not, `(is/are)` is one of the words, and `{kind}` " +
	"is a value. A\n" +
	"value that names something of the scenario, such as a connection, is refused where the scenario has no " +
	"such thing.\n\n" +
	"| Value | Is | For example |\n" +
	"|---|---|---|\n"
