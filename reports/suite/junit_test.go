package suite_test

import (
	"encoding/xml"
	"slices"
	"strings"
	"testing"

	"github.com/outagedrill/outagedrill/reports/suite"
)

// element is XML as a DOM has it.
type element struct {
	XMLName  xml.Name
	Attrs    []xml.Attr `xml:",any,attr"`
	Text     string     `xml:",chardata"`
	Children []element  `xml:",any"`
}

func (e *element) child(name string) *element {
	i := slices.IndexFunc(e.Children, func(c element) bool { return c.XMLName.Local == name })
	if i < 0 {
		return nil
	}
	return &e.Children[i]
}

func (e *element) attr(name string) (string, bool) {
	i := slices.IndexFunc(e.Attrs, func(a xml.Attr) bool { return a.Name.Local == name })
	if i < 0 {
		return "", false
	}
	return e.Attrs[i].Value, true
}

// must is an attribute that has to be there.
func (e *element) must(t *testing.T, name string) string {
	t.Helper()
	v, ok := e.attr(name)
	if !ok {
		t.Fatalf("a %s has no %s", e.XMLName.Local, name)
	}
	return v
}

// junit reads the XML of a suite.
func junit(t *testing.T, s *suite.Suite) *element {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(write(t, "junit", s)))
	d.Strict = true
	var root element
	if err := d.Decode(&root); err != nil {
		t.Fatal(err)
	}
	return &root
}

// read is a test case as a CI has it.
type read struct {
	class, name, status, message, text string
}

// asJenkins reads cases as the JUnit plugin's SuiteResult and CaseResult do: without a classname the suite's
// name stands in, or what is before the last dot of the name; an error is looked for before a failure, for
// the text and for the message alike; skipped counts above both.
func asJenkins(root *element) []read {
	suites := []element{*root}
	if root.XMLName.Local == "testsuites" {
		suites = root.Children
	}
	var all []read
	for _, s := range suites {
		for _, c := range s.Children {
			if c.XMLName.Local != "testcase" {
				continue
			}
			var r read
			class, ok := c.attr("classname")
			if !ok {
				class, ok = s.attr("name")
			}
			r.name, _ = c.attr("name")
			if dot := strings.LastIndex(r.name, "."); !ok && dot >= 0 {
				class, r.name = r.name[:dot], r.name[dot+1:]
			}
			r.class, r.status = class, "passed"
			told := c.child("error")
			if told == nil {
				told = c.child("failure")
			}
			if told != nil {
				r.status, r.text = "failed", told.Text
				r.message, _ = told.attr("message")
			}
			if skip := c.child("skipped"); skip != nil {
				r.status = "skipped"
				if r.message, ok = skip.attr("message"); !ok {
					r.message = skip.Text
				}
			}
			all = append(all, r)
		}
	}
	return all
}

// asGitLab reads cases as GitLab's parser does: it looks for a failure, then an error, then skipped, shows the
// text of the element, and of cases with one status and one key, which is classname_name, keeps the last.
func asGitLab(root *element) map[string]map[string]read {
	all := map[string]map[string]read{}
	var walk func(e *element)
	walk = func(e *element) {
		for i := range e.Children {
			c := &e.Children[i]
			if c.XMLName.Local == "testsuite" {
				walk(c)
			}
			if c.XMLName.Local != "testcase" {
				continue
			}
			r := read{status: "success"}
			r.class, _ = c.attr("classname")
			r.name, _ = c.attr("name")
			for _, kind := range [][2]string{{"failure", "failed"}, {"error", "error"}, {"skipped", "skipped"}} {
				if told := c.child(kind[0]); told != nil {
					r.status, r.text = kind[1], told.Text
					break
				}
			}
			if all[r.status] == nil {
				all[r.status] = map[string]read{}
			}
			all[r.status][r.class+"_"+r.name] = r
		}
	}
	walk(root)
	return all
}

// Jenkins shows every case once, each under its own name and status, with what went wrong and nothing else.
func TestJUnitInJenkins(t *testing.T) {
	cases := asJenkins(junit(t, mixed()))
	count := map[string]int{}
	seen := map[string]bool{}
	for _, c := range cases {
		count[c.status]++
		if seen[c.class+"."+c.name] || c.name == "" {
			t.Errorf("%s.%s is not a name of its own", c.class, c.name)
		}
		seen[c.class+"."+c.name] = true
	}
	if len(cases) != 12 || count["passed"] != 3 || count["failed"] != 8 || count["skipped"] != 1 {
		t.Errorf("of %d cases there are %v", len(cases), count)
	}
	failed := cases[2]
	if failed.class != "features.disabling.Auto-disable, v1․2 › A job is disabled․ Once․" {
		t.Errorf("the class is %q", failed.class)
	}
	if failed.message != `features/disabling.feature:10: job "poll" is polling at 19m` ||
		!strings.Contains(failed.text, "expected: disabled\nseen:\n  polling\n") {
		t.Errorf("the failure says %q and %q", failed.message, failed.text)
	}
	if cases[6].message != "the platform offers no e-mail" {
		t.Errorf("the skipped case says %q", cases[6].message)
	}
}

// GitLab drops no case, and shows the text of failures, errors and reasons.
func TestJUnitInGitLab(t *testing.T) {
	cases := asGitLab(junit(t, mixed()))
	for status, want := range map[string]int{"success": 3, "failed": 6, "error": 2, "skipped": 1} {
		if got := len(cases[status]); got != want {
			t.Errorf("%d cases are %s, want %d", got, status, want)
		}
		for key, c := range cases[status] {
			if status != "success" && strings.TrimSpace(c.text) == "" {
				t.Errorf("%s says nothing", key)
			}
		}
	}
}

// A case has one outcome at most, file and line, its virtual time as a property and no time of its own.
func TestJUnitCases(t *testing.T) {
	root := junit(t, mixed())
	for _, s := range root.Children {
		s.must(t, "timestamp")
		for i := range s.Children {
			c := &s.Children[i]
			if c.XMLName.Local != "testcase" {
				continue
			}
			outcomes := 0
			for _, kind := range []string{"failure", "error", "skipped"} {
				if c.child(kind) != nil {
					outcomes++
				}
			}
			if outcomes > 1 || c.must(t, "file") != s.must(t, "file") || c.must(t, "line") == "0" {
				t.Errorf("%s has %d outcomes", c.must(t, "name"), outcomes)
			}
			if _, ok := c.attr("time"); ok {
				t.Error("a case has a wall time")
			}
			if p := c.child("properties").child("property"); p.must(t, "name") != "virtual_seconds" {
				t.Errorf("the first property is %s", p.must(t, "name"))
			}
		}
	}
	if root.must(t, "time") != "1.250" || root.must(t, "errors") != "2" || root.must(t, "failures") != "6" {
		t.Errorf("the attributes are %v", root.Attrs)
	}
}

// Names stay apart that GitLab's key would make one, and those that stand in the way of the line's number.
func TestJUnitNames(t *testing.T) {
	s := green()
	s.Scenarios = nil
	for i, n := range [][2]string{
		{"a", "b_c"}, {"a_b", "c"}, {"x", "same"}, {"x", "same"}, {"x", "same (line 14)"}, {"x", "sa\x00me"}, {"x", "sa me"},
	} {
		s.Scenarios = append(s.Scenarios, suite.Scenario{
			File: "f.feature", Line: 11 + i, Position: i, Attempt: 1, Feature: n[0], Name: n[1], Status: suite.Passed,
		})
	}
	if n := len(asGitLab(junit(t, s))["success"]); n != len(s.Scenarios) {
		t.Errorf("GitLab keeps %d of %d cases", n, len(s.Scenarios))
	}
}
