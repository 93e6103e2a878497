package suite_test

import (
	"slices"
	"testing"
)

// TestJenkinsKeepsSuites: of the suites that the JUnit plugin reads in one build it drops each that has name, id and
// timestamp of one before it (TestResult.add), and it calls a suite PACKAGE.NAME where there is a package. All suites
// of a run have one timestamp, so that each needs a name of its own, in whatever order the scenarios were played.
func TestJenkinsKeepsSuites(t *testing.T) {
	s := mixed()
	slices.Reverse(s.Scenarios) // as --order random may: scenarios of one file are apart
	for i := range s.Scenarios {
		s.Scenarios[i].Position = i
	}
	root := junit(t, s)
	type key struct{ name, id, timestamp string }
	kept := map[key]int{}
	cases := 0
	for i := range root.Children {
		e := &root.Children[i]
		var k key
		k.name, k.timestamp = e.must(t, "name"), e.must(t, "timestamp")
		k.id, _ = e.attr("id")
		if _, has := e.attr("package"); has || e.child("error") != nil {
			t.Errorf("suite %s has a package or an error of its own", k.name)
		}
		n := 0
		for _, c := range e.Children {
			if c.XMLName.Local == "testcase" {
				n++
			}
		}
		cases += n
		kept[k] = n
	}
	read := 0
	for _, n := range kept {
		read += n
	}
	if len(kept) != len(root.Children) || read != cases || cases != len(s.Scenarios) {
		t.Errorf("of %d suites with %d cases Jenkins keeps %d with %d; %d scenarios were played",
			len(root.Children), cases, len(kept), read, len(s.Scenarios))
	}
}
