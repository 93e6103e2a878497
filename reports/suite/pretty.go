package suite

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/outagedrill/outagedrill/internal/words"
)

// palette colours text for a terminal, or leaves it as it is.
type palette struct{ on bool }

// The colours, as SGR parameters.
const (
	dim    = "2"
	bold   = "1"
	red    = "31"
	green  = "32"
	yellow = "33"
)

func (p palette) paint(colour, text string) string {
	if !p.on {
		return text
	}
	return "\x1b[" + colour + "m" + text + "\x1b[0m"
}

// mark is the sign of a status.
func (p palette) mark(status Status) string {
	switch status {
	case Passed:
		return p.paint(green, "✓")
	case Skipped:
		return p.paint(yellow, "–")
	case Undefined:
		return p.paint(red, "?")
	case Ambiguous:
		return p.paint(red, "!")
	default:
		return p.paint(red, "✗")
	}
}

// Pretty writes the format pretty, in colour if the writer is a terminal that wants it.
func Pretty(w io.Writer, s *Suite, colour bool) error {
	s, err := asRead(s)
	if err != nil {
		return fmt.Errorf("writing pretty: %w", err)
	}
	var b bytes.Buffer
	writePretty(&b, s, palette{on: colour})
	if _, err := w.Write(b.Bytes()); err != nil {
		return fmt.Errorf("writing pretty: %w", err)
	}
	return nil
}

func writePretty(b *bytes.Buffer, s *Suite, p palette) {
	for _, f := range s.features() {
		fmt.Fprintf(b, "%s  %s\n", p.paint(bold, "Feature: "+line(f.Name)), p.paint(dim, line(f.File)))
		for _, r := range f.Rules {
			indent := "  "
			if r.Name != "" {
				fmt.Fprintf(b, "  Rule: %s\n", line(r.Name))
				indent = "    "
			}
			for _, sc := range r.Scenarios {
				title := line(s.Title(sc))
				fmt.Fprintf(b, "%s%s %s%s\n", indent, p.mark(sc.Status), title, p.paint(dim, s.aside(sc)))
			}
		}
		fmt.Fprintln(b)
	}
	writeEnd(b, s, p)
}

// aside is what stands behind a scenario's name.
func (s *Suite) aside(sc *Scenario) string {
	text := fmt.Sprintf("  line %d", sc.Line)
	if sc.Status == Skipped && !s.DryRun {
		text += ", skipped: " + sc.reason()
	}
	if sc.Virtual > 0 {
		text += ", " + words.Duration(sc.Virtual)
	}
	return text
}

// writeEnd writes what went wrong and the verdict.
func writeEnd(b *bytes.Buffer, s *Suite, p palette) {
	n := 0
	for _, f := range s.features() {
		for _, sc := range f.scenarios() {
			if !sc.Status.bad() {
				continue
			}
			if n++; n == 1 {
				fmt.Fprintln(b, p.paint(bold, "What went wrong:"))
				fmt.Fprintln(b)
			}
			writeProblem(b, s, p, n, sc)
		}
	}
	colour := red
	if s.Green() {
		colour = green
	}
	if !s.DryRun {
		for _, k := range s.skips() {
			fmt.Fprintf(b, "%s %s skipped: %s\n", p.mark(Skipped), scenarios(k.Count), k.Reason)
		}
	}
	fmt.Fprintln(b, p.paint(colour, s.verdict()))
	facts := s.facts()
	if s.Environment.Took > 0 {
		facts += ", in " + s.Environment.Took.String()
	}
	fmt.Fprintln(b, p.paint(dim, facts))
}

// writeProblem writes a scenario that went wrong: its steps, below those that did what they have to say, and
// the command that repeats it.
func writeProblem(b *bytes.Buffer, s *Suite, p palette, n int, sc *Scenario) {
	title := fmt.Sprintf("%d. %s", n, line(s.Title(sc)))
	fmt.Fprintf(b, "%s  %s\n", p.paint(bold, title), p.paint(dim, sc.at()))
	told := false
	for i := range sc.Steps {
		step := &sc.Steps[i]
		fmt.Fprintf(b, "   %s %s %s\n", p.mark(step.Status), step.Keyword, line(step.Text))
		if step.Status.bad() {
			writeTrouble(b, p, sc.trouble(step))
			told = true
		}
	}
	if !told {
		for _, t := range sc.troubles() {
			writeTrouble(b, p, t)
		}
	}
	fmt.Fprintf(b, "   %s %s\n\n", p.paint(dim, "again:"), s.again(sc))
}

func writeTrouble(b *bytes.Buffer, p palette, t trouble) {
	const indent = "       "
	fmt.Fprintf(b, "%s%s\n", indent, p.paint(dim, t.at()))
	for l := range strings.SplitSeq(t.Message, "\n") {
		fmt.Fprintf(b, "%s%s\n", indent, p.paint(red, l))
	}
	for _, l := range t.details() {
		fmt.Fprintf(b, "%s%s\n", indent, l)
	}
}
