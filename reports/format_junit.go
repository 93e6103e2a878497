package reports

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"strings"
	"time"

	"github.com/outagedrill/outagedrill/internal/words"
	"github.com/outagedrill/outagedrill/sim/journal"
)

// junitRuns is JUnit XML as Jenkins and GitLab read it, a testsuite for each run. A case has at most one of
// failure and error. Wall time is not known from a journal and so nowhere claimed; the run's is a property.
type junitRuns struct {
	XMLName xml.Name `xml:"testsuites"`
	Name    string   `xml:"name,attr"`
	junitCounts
	Suites []junitRun
}

type junitCounts struct {
	Tests    int `xml:"tests,attr"`
	Failures int `xml:"failures,attr"`
	Errors   int `xml:"errors,attr"`
	Skipped  int `xml:"skipped,attr"`
}

type junitRun struct {
	XMLName xml.Name `xml:"testsuite"`
	Name    string   `xml:"name,attr"`
	junitCounts
	Properties []junitProperty `xml:"properties>property"`
	Cases      []junitCase
}

type junitProperty struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

type junitCase struct {
	XMLName xml.Name   `xml:"testcase"`
	Class   string     `xml:"classname,attr"`
	Name    string     `xml:"name,attr"`
	Failure *junitFlaw `xml:"failure"`
	Error   *junitFlaw `xml:"error"`
}

// junitFlaw says its message twice: Jenkins shows the attribute in lists, GitLab the text alone.
type junitFlaw struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr"`
	Text    string `xml:",chardata"`
}

// writeJUnit writes a case for each expectation of the timelines, and one for the invariants of each run.
func writeJUnit(b *bytes.Buffer, all []*model) error {
	out := junitRuns{Name: "outagedrill replay"}
	names := map[string]int{}
	for _, m := range all {
		name := strip(m.Run.Name)
		if names[name]++; names[name] > 1 {
			name = fmt.Sprintf("%s (%d)", name, names[name])
		}
		run := m.junit(name)
		out.Tests += run.Tests
		out.Failures += run.Failures
		out.Errors += run.Errors
		out.Suites = append(out.Suites, run)
	}
	text, err := xml.MarshalIndent(out, "", "  ")
	if err != nil {
		return err
	}
	b.WriteString(xml.Header)
	b.Write(bytes.ReplaceAll(text, []byte("&#xA;"), []byte("\n")))
	b.WriteByte('\n')
	return nil
}

// junit is one run. Expectations that failed are known by the line of the timeline, or by their words.
func (m *model) junit(name string) junitRun {
	run := junitRun{Name: name, Properties: []junitProperty{
		{"environment", strip(m.Run.Environment)},
		{"seed", fmt.Sprint(m.Run.Seed)},
		{"virtual_seconds", seconds(m.length())},
		{"command", strip(m.Run.Command)},
	}}
	add := func(name string, failed []*journal.Entry, broken string) {
		c := junitCase{Class: strings.ReplaceAll(run.Name, ".", "\u2024"), Name: name}
		switch {
		case broken != "":
			c.Error = &junitFlaw{Message: broken, Type: "invariant", Text: m.again(broken)}
			run.Errors++
		case len(failed) > 0:
			var texts []string
			for _, e := range failed {
				texts = append(texts, fmt.Sprintf("%s: want %s, got %s",
					strip(e.Message), strip(e.Want), strip(e.Got)))
			}
			all := strings.Join(texts, "; ")
			text := m.again(strings.Join(texts, "\n"))
			c.Failure = &junitFlaw{Message: all, Type: "expectation", Text: text}
			run.Failures++
		}
		run.Tests++
		run.Cases = append(run.Cases, c)
	}
	told := map[*journal.Entry]bool{}
	for _, x := range m.expectations() {
		var failed []*journal.Entry
		for _, e := range m.failedX {
			if !told[e] && x.Line > 0 && e.Line == x.Line {
				told[e] = true
				failed = append(failed, e)
			}
		}
		add(x.words(m), failed, "")
	}
	for _, e := range m.failedX {
		if !told[e] {
			add(strip(e.Message), []*journal.Entry{e}, "")
		}
	}
	add("the rules hold throughout", nil, m.broken())
	return run
}

// broken says what makes a run worth nothing; "" where nothing does.
func (m *model) broken() string {
	var parts []string
	for _, e := range m.failedC {
		parts = append(parts, "invariant "+strip(e.Rule)+" broke at "+e.At.String()+": "+strip(e.Message))
	}
	return strings.Join(append(parts, m.notes()...), "; ")
}

// again is a text with the command that repeats the run below it.
func (m *model) again(text string) string {
	if m.Run.Command == "" {
		return text
	}
	return text + "\nagain: " + strip(m.Run.Command)
}

// expectation is one line of expect: of the resolved timeline in run.started.
type expectation struct {
	At      *time.Time `json:"at"`
	Subject string     `json:"subject"`
	Name    string     `json:"name"`
	Line    int        `json:"line"`
	Checks  []struct {
		Field, Op, Text, Unit string
		Num                   float64
	} `json:"checks"`
}

// expectations reads them; a timeline in another shape has none, and those that failed are told all the same.
func (m *model) expectations() []expectation {
	var tl struct {
		Expect []expectation `json:"expect"`
	}
	if len(m.Run.Timeline) == 0 || json.Unmarshal(m.Run.Timeline, &tl) != nil {
		return nil
	}
	return tl.Expect
}

// words says what is expected: job poll: disablements == 1.
func (x *expectation) words(m *model) string {
	var checks []string
	for _, c := range x.Checks {
		value := c.Text
		switch c.Unit {
		case "seconds":
			value = words.Span(time.Duration(c.Num * float64(time.Second)))
		case "count":
			value = fmt.Sprint(c.Num)
		}
		checks = append(checks, fmt.Sprintf("%s %s %s", plain(c.Field), c.Op, strip(value)))
	}
	text := strings.TrimSpace(strip(x.Subject)+" "+strip(x.Name)) + ": " + strings.Join(checks, ", ")
	if x.At != nil {
		text += " at " + m.clock.at(journal.FromStd(*x.At))
	}
	if x.Line > 0 {
		text += fmt.Sprintf(" (line %d)", x.Line)
	}
	return text
}
