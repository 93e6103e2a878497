package suite_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/outagedrill/outagedrill/reports/suite"
)

var update = flag.Bool("update", false, "write the golden files anew")

// write is a suite in a format.
func write(t testing.TB, format string, s *suite.Suite) string {
	t.Helper()
	var b bytes.Buffer
	if err := suite.Write(format, &b, s); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Every format of the mixed, the green and the empty suite is as it was.
func TestGolden(t *testing.T) {
	for name, s := range map[string]*suite.Suite{"mixed": mixed(), "green": green(), "empty": empty()} {
		for _, f := range suite.Formats() {
			path := filepath.Join("testdata", name+strings.TrimSuffix("."+f.Name, f.FileExt)+f.FileExt)
			got := write(t, f.Name, s)
			if f.Name == "html" {
				got = withoutAssets(got)
			}
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", path, diff)
			}
		}
	}
}

// withoutAssets leaves out of a page what is the same in each.
func withoutAssets(page string) string {
	return regexp.MustCompile(`(?s)(<(?:script|style)>).*?(</(?:script|style)>)|sha256-.*?=&#39;`).
		ReplaceAllString(page, "$1…$2")
}

// Two writings are alike, whatever order the scenarios are in, and the suite is not changed by them.
func TestDeterminism(t *testing.T) {
	s, turned := mixed(), mixed()
	slices.Reverse(turned.Scenarios)
	for _, f := range suite.Formats() {
		first := write(t, f.Name, s)
		if first != write(t, f.Name, s) || first != write(t, f.Name, turned) {
			t.Errorf("%s is not the same each time", f.Name)
		}
	}
	if diff := cmp.Diff(mixed(), s); diff != "" {
		t.Errorf("writing changed the suite (-want +got):\n%s", diff)
	}
}

// Wall time, date and machine show nowhere but where the environment stands.
func TestEnvironment(t *testing.T) {
	plain, other := mixed(), mixed()
	other.Environment = suite.Environment{
		Program: "v9.9.9", Command: "other", Began: began.Add(time.Hour), Took: time.Hour, System: "plan9/mips",
	}
	for _, f := range suite.Formats() {
		a, b := strings.Split(write(t, f.Name, plain), "\n"), strings.Split(write(t, f.Name, other), "\n")
		if len(a) != len(b) {
			t.Errorf("%s has %d lines, and %d elsewhere", f.Name, len(a), len(b))
		}
	}
	plain.Environment, other.Environment = suite.Environment{}, suite.Environment{}
	for _, f := range suite.Formats() {
		if write(t, f.Name, plain) != write(t, f.Name, other) {
			t.Errorf("%s differs without an environment", f.Name)
		}
	}
}

// No text for people holds a control character, an invisible direction mark or broken UTF-8.
func TestHarmlessText(t *testing.T) {
	for _, format := range []string{"pretty", "progress", "github", "summary", "junit", "html"} {
		got := write(t, format, mixed())
		if !utf8.ValidString(got) {
			t.Errorf("%s is no UTF-8", format)
		}
		for i, r := range got {
			if r != '\n' && unicode.IsControl(r) || r == '\u202e' || r == '\ufffe' {
				t.Errorf("%s has %U at %d", format, r, i)
				break
			}
		}
	}
}

// The report says for each failure the rule, what was expected and seen, where, and how to repeat it; failures
// stand last.
func TestPrettyFailure(t *testing.T) {
	got := write(t, "pretty", mixed())
	_, end, found := strings.Cut(got, "What went wrong:")
	if !found || strings.Contains(end, "Feature:") {
		t.Fatalf("the failures are not last:\n%s", got)
	}
	for _, want := range []string{
		"features/disabling.feature:10", "DIS-01, T-02", "expected: disabled", "polling",
		"outagedrill test features/disabling.feature:30 --driver mock", `"acme" is up`,
		"1 scenario skipped: the platform offers no e-mail",
		"12 scenarios: 3 passed, 6 failed, 1 undefined, 1 ambiguous, 1 skipped",
		`outagedrill test 'features/with space, 100%: it'\''s.feature:4' --driver mock`,
	} {
		if !strings.Contains(end, want) {
			t.Errorf("the failures lack %q", want)
		}
	}
}

// Colour is there only when asked for.
func TestPrettyColour(t *testing.T) {
	var plain, coloured bytes.Buffer
	if err := suite.Pretty(&plain, mixed(), false); err != nil {
		t.Fatal(err)
	}
	if err := suite.Pretty(&coloured, mixed(), true); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(plain.String(), "\x1b") || !strings.Contains(coloured.String(), "\x1b[31m✗\x1b[0m") {
		t.Error("the colours are not where they should be")
	}
	if plain.String() != write(t, "pretty", mixed()) {
		t.Error("Pretty without colour and Write differ")
	}
}

// TestShellWord wants a shell to read back what was quoted, and to see no character of its own outside of quotes.
func TestShellWord(t *testing.T) {
	for word, want := range map[string]string{
		"": "''", "plain": "plain", "a/b-c_d.feature:12": "a/b-c_d.feature:12", "größe=1,2%": "größe=1,2%",
		"two  words": "'two  words'", "it's": `'it'\''s'`, "^One|Two$": "'^One|Two$'", "~/x": "'~/x'", "a\nb": "'a b'",
		"not @slow": "'not @slow'", "a\\b": `'a\b'`, "x;y": "'x;y'", "\u202ea": "'a'",
	} {
		if got := suite.ShellWord(word); got != want {
			t.Errorf("%q is quoted as %s (want %s)", word, got, want)
		}
	}
}

// Nothing but passed scenarios makes a suite green.
func TestGreen(t *testing.T) {
	skipped := green()
	for i := range skipped.Scenarios {
		skipped.Scenarios[i].Status = suite.Skipped
	}
	unknown := green()
	unknown.Scenarios[1].Status = "someday"
	short := green()
	short.Scenarios = short.Scenarios[:1]
	again := green()
	again.Repeat = 2
	told := green()
	told.Scenarios[1].Status, told.Scenarios[1].Reason = suite.Skipped, "the platform offers no e-mail"
	dry := mixed()
	dry.DryRun, dry.Scenarios, dry.Selected = true, dry.Scenarios[6:7], 1
	for name, c := range map[string]struct {
		s    *suite.Suite
		want bool
	}{
		"passed": {green(), true}, "mixed": {mixed(), false}, "empty": {empty(), false}, "skipped": {skipped, false},
		"unknown status": {unknown, false}, "one missing": {short, false}, "second attempts missing": {again, false},
		"dry run": {dry, true}, "one skipped with a reason": {told, true},
	} {
		if got := c.s.Green(); got != c.want {
			t.Errorf("%s: green is %v", name, got)
		}
		for format, good := range map[string]string{
			"html": "<title>passed", "summary": "## ✅", "messages": `"success":true`,
		} {
			if got := strings.Contains(write(t, format, c.s), good); got != c.want {
				t.Errorf("%s: %s says green: %v", name, format, got)
			}
		}
	}
}

// A format that there is not is refused with those that there are.
func TestUnknownFormat(t *testing.T) {
	err := suite.Write("xml", &bytes.Buffer{}, green())
	if err == nil || !strings.Contains(err.Error(), `unknown format "xml" (want pretty, progress, junit`) {
		t.Errorf("the error is %v", err)
	}
}

// docs/formats.md has a row for each format, with its extension.
func TestDocs(t *testing.T) {
	text, err := os.ReadFile("../../docs/formats.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range suite.Formats() {
		row := regexp.MustCompile("(?m)^\\| `" + f.Name + "` \\| .* \\| `" + regexp.QuoteMeta(f.FileExt) + "` \\|$")
		if !row.Match(text) {
			t.Errorf("docs/formats.md has no row for %s, %s", f.Name, f.FileExt)
		}
	}
}
