package suite

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"path"
	"strings"
	"time"
)

// junitReport is what Jenkins and GitLab read. A case has one of failure, error and skipped at most: Jenkins
// takes an error before a failure, GitLab the failure, and neither looks at how a case calls itself.
type junitReport struct {
	XMLName xml.Name `xml:"testsuites"`
	Name    string   `xml:"name,attr"`
	junitCounts
	Time   string `xml:"time,attr"` // wall
	Suites []junitSuite
}

// junitCounts are the cases, by what they have.
type junitCounts struct {
	Tests    int `xml:"tests,attr"`
	Failures int `xml:"failures,attr"`
	Errors   int `xml:"errors,attr"`
	Skipped  int `xml:"skipped,attr"`
}

func (c *junitCounts) add(more junitCounts) {
	c.Tests += more.Tests
	c.Failures += more.Failures
	c.Errors += more.Errors
	c.Skipped += more.Skipped
}

type junitSuite struct {
	XMLName xml.Name `xml:"testsuite"`
	Name    string   `xml:"name,attr"`
	File    string   `xml:"file,attr"`
	junitCounts
	Timestamp  string          `xml:"timestamp,attr"`
	Properties []junitProperty `xml:"properties>property"`
	Cases      []junitCase     `xml:"testcase"`
}

type junitProperty struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

type junitCase struct {
	Class      string          `xml:"classname,attr"`
	Name       string          `xml:"name,attr"`
	File       string          `xml:"file,attr"`
	Line       int             `xml:"line,attr"`
	Properties []junitProperty `xml:"properties>property"`
	Failure    *junitOutcome   `xml:"failure"`
	Error      *junitOutcome   `xml:"error"`
	Skipped    *junitOutcome   `xml:"skipped"`
	Out        string          `xml:"system-out,omitempty"`
}

// counts are those of the case alone.
func (c *junitCase) counts() junitCounts {
	n := junitCounts{Tests: 1}
	switch {
	case c.Failure != nil:
		n.Failures = 1
	case c.Error != nil:
		n.Errors = 1
	case c.Skipped != nil:
		n.Skipped = 1
	}
	return n
}

// junitOutcome says its message twice: Jenkins shows the attribute in lists, GitLab the text alone.
type junitOutcome struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr,omitempty"`
	Text    string `xml:",chardata"`
}

// writeJUnit writes JUnit XML with a testsuite for each feature. Its times are wall times, which only the
// suite as a whole has; virtual time is a property of a case, lest a CI's graphs claim hours.
func writeJUnit(b *bytes.Buffer, s *Suite) error {
	report := junitReport{Name: "outagedrill", Time: seconds(s.Environment.Took)}
	names := uniqueNames{}
	for _, f := range s.features() {
		suite := s.junitSuite(f, names)
		report.junitCounts.add(suite.junitCounts)
		report.Suites = append(report.Suites, suite)
	}
	text, err := xml.MarshalIndent(report, "", "  ")
	if err != nil {
		return err
	}
	b.WriteString(xml.Header)
	b.Write(bytes.ReplaceAll(text, []byte("&#xA;"), []byte("\n"))) // attributes are lines and have none
	b.WriteByte('\n')
	return nil
}

func (s *Suite) junitSuite(f *feature, names uniqueNames) junitSuite {
	suite := junitSuite{
		Name: line(f.File), File: line(f.File),
		Timestamp: s.Environment.Began.UTC().Format(time.RFC3339),
		Properties: []junitProperty{
			{"driver", line(s.Driver)}, {"clock", line(s.Clock)}, {"order", line(s.Order)},
		},
	}
	if s.Target != "" {
		suite.Properties = append(suite.Properties, junitProperty{"target", line(s.Target)})
	}
	for _, sc := range f.scenarios() {
		c := s.junitCase(sc, names)
		suite.junitCounts.add(c.counts())
		suite.Cases = append(suite.Cases, c)
	}
	return suite
}

func (s *Suite) junitCase(sc *Scenario, names uniqueNames) junitCase {
	c := junitCase{Class: className(sc), File: line(sc.File), Line: sc.Line}
	c.Name = names.take(c.Class, line(s.Title(sc)), sc)
	c.Properties = append(c.Properties, junitProperty{"virtual_seconds", seconds(sc.Virtual)})
	for _, id := range sc.Rules {
		c.Properties = append(c.Properties, junitProperty{"rule", line(id)})
	}
	if sc.Status == Skipped {
		c.Skipped = &junitOutcome{Message: sc.reason(), Text: sc.reason()}
	}
	if !sc.Status.bad() {
		return c
	}
	first := sc.troubles()[0]
	outcome := &junitOutcome{
		Message: first.at() + ": " + first.headline(), Type: string(sc.Status), Text: s.report(sc),
	}
	switch {
	case sc.Status == Undefined || sc.Status == Ambiguous:
		c.Error = outcome
	case sc.cause() != CauseStep:
		outcome.Type = string(sc.cause())
		c.Error = outcome
	default:
		outcome.Type = "expectation"
		c.Failure = outcome
	}
	if sc.Timeline != "" {
		c.Out = "# The scenario as a timeline, for outagedrill replay:\n" + block(sc.Timeline) + "\n"
	}
	return c
}

// className is PATH.Feature › Rule with dots for slashes. Jenkins takes what stands before the last dot for a
// package, so that titles have none.
func className(sc *Scenario) string {
	var parts []string
	file := strings.TrimSuffix(line(sc.File), path.Ext(sc.File))
	slash := func(r rune) bool { return strings.ContainsRune(`/\:`, r) }
	for folder := range strings.FieldsFuncSeq(file, slash) {
		if folder = strings.Trim(folder, "."); folder != "" {
			parts = append(parts, undotted(folder))
		}
	}
	title := undotted(line(sc.Feature))
	if sc.Rule != "" {
		title += " › " + undotted(line(sc.Rule))
	}
	return strings.Join(append(parts, title), ".")
}

// undotted has one dot leaders, which look alike, for full stops.
func undotted(s string) string { return strings.ReplaceAll(s, ".", "\u2024") }

// uniqueNames keeps the cases of a report apart. GitLab knows a case by classname, an underscore and name
// in one, and drops all but one of those that are alike.
type uniqueNames map[string]bool

// take returns the name, with the scenario's line where another case has it.
func (u uniqueNames) take(class, name string, sc *Scenario) string {
	unique := name
	if u[class+"_"+unique] {
		unique = fmt.Sprintf("%s (line %d)", name, sc.Line)
	}
	for n := 2; u[class+"_"+unique]; n++ {
		unique = fmt.Sprintf("%s (line %d, %d)", name, sc.Line, n)
	}
	u[class+"_"+unique] = true
	return unique
}
