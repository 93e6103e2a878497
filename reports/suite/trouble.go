package suite

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// trouble is one thing that went wrong in a scenario, ready to be shown.
type trouble struct {
	File     string
	Line     int
	Step     *Step // nil if the scenario as a whole went wrong
	Message  string
	Rules    []string
	Expected string
	Seen     string
	Nearest  []string
	Heading  string // of Nearest
}

// bad tells whether a status is of something that went wrong.
func (s Status) bad() bool { return s != Passed && s != Skipped }

// troubles are what went wrong in a scenario, in the order of its steps; at least one if the scenario did not
// pass and was not skipped.
func (sc *Scenario) troubles() []trouble {
	if !sc.Status.bad() {
		return nil
	}
	var all []trouble
	for i := range sc.Steps {
		if sc.Steps[i].Status.bad() {
			all = append(all, sc.trouble(&sc.Steps[i]))
		}
	}
	if all == nil {
		text := cmp.Or(block(sc.Reason), "the scenario "+wrong(sc.Status))
		all = append(all, trouble{File: sc.File, Line: sc.Line, Message: text, Rules: lines(sc.Rules)})
	}
	return all
}

// trouble tells of a step that went wrong.
func (sc *Scenario) trouble(step *Step) trouble {
	t := trouble{File: sc.File, Line: step.Line, Step: step, Rules: lines(sc.Rules)}
	switch step.Status {
	case Undefined:
		t.Heading = "the nearest steps"
	case Ambiguous:
		t.Heading = "the steps that match"
	default:
		t.Heading = "nearest"
	}
	if f := step.Failure; f != nil {
		t.Message, t.Expected, t.Seen = block(f.Message), block(f.Expected), block(f.Seen)
		if len(f.Rules) > 0 {
			t.Rules = lines(f.Rules)
		}
		t.Nearest = lines(f.Nearest)
	}
	t.Message = cmp.Or(t.Message, "the step "+wrong(step.Status))
	return t
}

// wrong says what a status means, as the end of a sentence about a step or a scenario.
func wrong(status Status) string {
	switch status {
	case Undefined:
		return "is undefined: no step of the library matches"
	case Ambiguous:
		return "is ambiguous: more than one step of the library matches"
	default:
		return "failed"
	}
}

// at is FILE:LINE.
func (t trouble) at() string { return fmt.Sprintf("%s:%d", line(t.File), t.Line) }

// headline is the trouble in one line, without its place.
func (t trouble) headline() string {
	first, _, _ := strings.Cut(t.Message, "\n")
	return line(first)
}

// details are the lines below the message: rules, expected, seen, nearest steps. What the message says in the
// same words is not said again.
func (t trouble) details() []string {
	rules, expected, seen := strings.Join(t.Rules, ", "), t.Expected, t.Seen
	if strings.HasPrefix(t.Message, rules+": ") {
		rules = ""
	}
	if strings.HasSuffix(t.Message, "expected "+expected+"; seen: "+seen) {
		expected, seen = "", ""
	}
	var lines []string
	for _, d := range []struct{ name, text string }{
		{"rules", rules}, {"expected", expected}, {"seen", seen},
	} {
		switch {
		case d.text == "":
		case strings.Contains(d.text, "\n"):
			lines = append(lines, d.name+":")
			for l := range strings.SplitSeq(d.text, "\n") {
				lines = append(lines, strings.TrimRight("  "+l, " "))
			}
		default:
			lines = append(lines, fmt.Sprintf("%-9s %s", d.name+":", d.text))
		}
	}
	if len(t.Nearest) > 0 {
		lines = append(lines, t.Heading+":")
		for _, near := range t.Nearest {
			lines = append(lines, "  "+near)
		}
	}
	return lines
}

// text is the whole trouble.
func (t trouble) text() string {
	return strings.Join(append([]string{t.at() + ": " + t.Message}, t.details()...), "\n")
}

// report is all that went wrong in a scenario and the command that repeats it.
func (s *Suite) report(sc *Scenario) string {
	var parts []string
	for _, t := range sc.troubles() {
		parts = append(parts, t.text())
	}
	return strings.Join(append(parts, "again:    "+s.again(sc)), "\n")
}

// telling are the steps that say how the scenario ended. Where none of them bears its status, as in a
// scenario that was skipped before its first step, one that does is added: most readers judge by the steps
// alone, and take a scenario without any for a good one.
func (sc *Scenario) telling() []Step {
	bears := func(st Step) bool { return st.Status == sc.Status }
	if sc.Status == Passed || slices.ContainsFunc(sc.Steps, bears) {
		return sc.Steps
	}
	added := Step{Keyword: "*", Line: sc.Line, Status: sc.Status, Text: "the scenario " + wrong(sc.Status)}
	if sc.Status == Skipped {
		added.Text = "the scenario is skipped: " + sc.reason()
	} else {
		added.Failure = &Failure{Message: sc.troubles()[0].Message, Rules: sc.Rules}
	}
	return append([]Step{added}, sc.Steps...)
}

// word is what a step that did not pass has to say, or "". The first skipped step says why.
func (sc *Scenario) word(steps []Step, i int) string {
	switch step := &steps[i]; {
	case step.Status.bad():
		return sc.trouble(step).text()
	case step.Status == Skipped && sc.Status == Skipped:
		first := slices.IndexFunc(steps, func(st Step) bool { return st.Status == Skipped })
		if first == i {
			return sc.reason()
		}
	}
	return ""
}
