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
		fmt.Fprintf(&b, "| `{%s}` | %s | %s |\n", k.name, k.doc, "`"+k.example+"`")
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

const referenceHead = "# The steps\n\n" +
	"Every step that a feature file may use, as the library itself lists them (`features/steps`); " +
	"a test keeps this\n" +
	"page true, plays every example's pattern, and refuses two steps that cannot be told apart. " +
	"Patterns match a whole\n" +
	"step. `(s)` may be there or not; `{kind}` is a value:\n\n" +
	"| Value | Is | For example |\n" +
	"|---|---|---|\n"
