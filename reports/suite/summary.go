package suite

import (
	"bytes"
	"fmt"
	"html"
	"strings"
)

// GitHub drops a job summary of more than 1 MiB whole; these keep every one far below it.
const (
	maxSummaryFailures = 50
	maxSummaryRows     = 500
	maxSummaryName     = 200  // characters
	maxSummaryText     = 4000 // characters
)

// writeSummary writes GitHub Flavored Markdown for $GITHUB_STEP_SUMMARY, to be appended there.
func writeSummary(b *bytes.Buffer, s *Suite) error {
	mark := "❌"
	if s.Green() {
		mark = "✅"
	}
	fmt.Fprintf(b, "## %s outagedrill: %s\n\n%s\n\n", mark, markdown(s.verdict()), markdown(s.facts()))
	s.summaryTable(b)
	n := 0
	for _, sc := range s.ordered() {
		if !sc.Status.bad() {
			continue
		}
		if n++; n > maxSummaryFailures {
			continue
		}
		title := cut(sc.at(), maxSummaryName) + " " + cut(line(s.Title(sc)), maxSummaryName)
		fmt.Fprintf(b, "<details><summary>%s</summary>\n\n", html.EscapeString(title))
		fmt.Fprintf(b, "<pre>%s</pre>\n\n</details>\n\n", html.EscapeString(cut(s.story(sc), maxSummaryText)))
	}
	if n > maxSummaryFailures {
		fmt.Fprintf(b, "… and %d more that went wrong.\n\n", n-maxSummaryFailures)
	}
	if s.DryRun {
		return nil
	}
	for i, k := range s.skips() {
		if i == maxSummaryFailures {
			fmt.Fprintf(b, "- … and other reasons\n")
			break
		}
		fmt.Fprintf(b, "- %s skipped: %s\n", scenarios(k.Count), markdown(k.Reason))
	}
	return nil
}

func (s *Suite) summaryTable(b *bytes.Buffer) {
	features := s.features()
	if len(features) == 0 {
		return
	}
	b.WriteString("| Feature | Passed | Failed | Undefined or ambiguous | Skipped |\n|---|--:|--:|--:|--:|\n")
	for i, f := range features {
		if i == maxSummaryRows {
			fmt.Fprintf(b, "| … and %d more | | | | |\n", len(features)-i)
			break
		}
		t := f.Tally
		fmt.Fprintf(b, "| %s | %d | %d | %d | %d |\n",
			markdown(f.Name), t.Passed, t.Failed, t.Undefined+t.Ambiguous, t.Skipped)
	}
	b.WriteByte('\n')
}

// story is the steps of a scenario and what went wrong in it, as text.
func (s *Suite) story(sc *Scenario) string {
	var lines []string
	for i := range sc.Steps {
		step := &sc.Steps[i]
		lines = append(lines, palette{}.mark(step.Status)+" "+step.Keyword+" "+line(step.Text))
	}
	return strings.Join(append(lines, "", s.report(sc)), "\n")
}

// markdown is a text that Markdown shows as it is.
func markdown(s string) string {
	var b strings.Builder
	for _, r := range cut(line(s), maxSummaryName) {
		if strings.ContainsRune("&<>|*_`[]\\~#@!", r) {
			fmt.Fprintf(&b, "&#%d;", r)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}
