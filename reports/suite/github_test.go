package suite_test

import (
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/outagedrill/outagedrill/reports/suite"
)

// annotation is a workflow command.
type annotation struct {
	level, message string
	properties     map[string]string
}

// annotations reads workflow commands as GitHub's runner does: ::LEVEL NAME=VALUE,NAME=VALUE::MESSAGE, a line
// each, everything unescaped at the end.
func annotations(t *testing.T, s *suite.Suite) []annotation {
	t.Helper()
	form := regexp.MustCompile(`^::(\w+) (.*?)::(.*)\n$`)
	unescape := strings.NewReplacer("%3A", ":", "%2C", ",", "%0D", "\r", "%0A", "\n", "%25", "%")
	var all []annotation
	for text := range strings.Lines(write(t, "github", s)) {
		m := form.FindStringSubmatch(text)
		if m == nil {
			t.Fatalf("no workflow command: %q", text)
		}
		a := annotation{level: m[1], message: unescape.Replace(m[3]), properties: map[string]string{}}
		for p := range strings.SplitSeq(m[2], ",") {
			name, value, _ := strings.Cut(p, "=")
			a.properties[name] = unescape.Replace(value)
		}
		all = append(all, a)
	}
	return all
}

// The runner reads each failure with its file, line and name, whatever these hold.
func TestGitHub(t *testing.T) {
	all := annotations(t, mixed())
	if len(all) != 9 {
		t.Fatalf("there are %d annotations, want 9", len(all))
	}
	first, last := all[0], all[7]
	if first.level != "error" || first.properties["file"] != "features/disabling.feature" ||
		first.properties["line"] != "10" || first.properties["title"] != "The tenth failure" ||
		!strings.HasPrefix(first.message, "job \"poll\" is polling at 19m\nrules:    DIS-01, T-02\nexpected: disabled\n") {
		t.Errorf("the first is %q", first)
	}
	if last.properties["file"] != "features/with space, 100%: it's.feature" ||
		last.properties["title"] != "two lines ::error::and a command | *bold* `code` [link](x) @all 100%" ||
		!strings.HasPrefix(last.message, "two\nlines\n::error::and a command") {
		t.Errorf("the last error is %q", last)
	}
	if skipped := all[8]; skipped.level != "warning" || !strings.Contains(skipped.message, "offers no e-mail") {
		t.Errorf("the skipped are told as %q", skipped)
	}
}

// many is a suite of more failures than any CI server shows.
func many(n int) *suite.Suite {
	s := mixed()
	pool := s.Scenarios[7:]
	s.Scenarios = nil
	for i := range n {
		sc := pool[i%len(pool)]
		sc.Position, sc.Line = i, i+1
		sc.File, sc.Feature = "features/"+strconv.Itoa(i)+".feature", strings.Repeat("<long> ", 500)
		sc.Name += strings.Repeat(" & so on", 1000)
		s.Scenarios = append(s.Scenarios, sc)
	}
	s.Found, s.Selected = n, n
	return s
}

// GitHub shows ten errors of a step and a summary of 1 MiB at most; what is left out is counted.
func TestGitHubLimits(t *testing.T) {
	all := annotations(t, many(47))
	if len(all) != 11 || all[9].level != "error" || all[10].level != "notice" || all[10].message != "and 37 more" {
		t.Errorf("there are %d annotations, the last %q", len(all), all[len(all)-1])
	}
	got := write(t, "summary", many(3000))
	if len(got) > 1<<20 || !strings.Contains(got, "and 2950 more that went wrong") {
		t.Errorf("the summary has %d bytes", len(got))
	}
}

// Whatever a scenario is called, the summary has no markup but its own.
func TestSummaryMarkup(t *testing.T) {
	got := write(t, "summary", mixed())
	for _, tag := range regexp.MustCompile(`<[^>]*>`).FindAllString(got, -1) {
		switch tag {
		case "<details>", "</details>", "<summary>", "</summary>", "<pre>", "</pre>":
		default:
			t.Errorf("the summary has %s", tag)
		}
	}
	for row := range strings.Lines(got) {
		if strings.HasPrefix(row, "| ") && strings.Count(row, "|") != 6 {
			t.Errorf("not five cells: %s", row)
		}
	}
}
