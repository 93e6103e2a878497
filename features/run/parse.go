package run

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	gherkin "github.com/cucumber/gherkin/go/v42"
	messages "github.com/cucumber/messages/go/v34"

	"github.com/outagedrill/outagedrill/internal/problem"
)

// lineMax is the length in bytes from which the parser would not read on.
const lineMax = 60_000

// document is a feature file, parsed.
type document struct {
	source
	rows    []string // its lines
	feature *messages.Feature
	pickles []*messages.Pickle
}

// parse reads a feature file.
func parse(s source) (*document, problem.Errors) {
	s.text = bytes.TrimPrefix(s.text, []byte("\ufeff"))
	d := &document{source: s, rows: strings.Split(string(s.text), "\n")}
	for i, row := range d.rows {
		what := ""
		switch {
		case len(row) > lineMax:
			what = fmt.Sprintf("this line has %d bytes (want at most %d)", len(row), lineMax)
		case !utf8.ValidString(row):
			what = "this line is no text (want UTF-8)"
		}
		if what != "" {
			return nil, problem.Errors{{File: s.name, Line: i + 1, Col: 1, What: what}}
		}
	}
	ids := 0
	newID := func() string {
		ids++
		return strconv.Itoa(ids)
	}
	parsed, err := gherkin.ParseGherkinDocument(bytes.NewReader(s.text), newID)
	if err != nil {
		return nil, reword(d, err)
	}
	d.feature = parsed.Feature
	d.pickles = gherkin.Pickles(*parsed, s.name, newID)
	return d, nil
}

// The parser's errors: (LINE:COLUMN): expected: #TOKEN, #TOKEN, got 'TEXT'.
var (
	errorLine = regexp.MustCompile(`^\((\d+):(\d+)\): (.*)$`)
	unfitting = regexp.MustCompile(`^expected: (.*), got '(.*)'$`)
	tooShort  = regexp.MustCompile(`^unexpected end of file, expected: (.*)$`)
)

// reword says the parser's errors in human words.
func reword(d *document, err error) problem.Errors {
	var wrong problem.Errors
	for line := range strings.SplitSeq(err.Error(), "\n") {
		m := errorLine.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		p := problem.Problem{File: d.name, What: m[3]}
		p.Line, _ = strconv.Atoi(m[1])
		p.Col, _ = strconv.Atoi(m[2])
		p.Col = max(p.Col, 1)
		if got := unfitting.FindStringSubmatch(m[3]); got != nil {
			p.What = fmt.Sprintf("%q does not fit here", shortened(strings.TrimSpace(got[2])))
			p.Want = expected(got[1])
			p.Near = nearKeyword(got[2])
		} else if got := tooShort.FindStringSubmatch(m[3]); got != nil {
			p.Line, p.What, p.Want = len(d.rows), "the file ends too early", expected(got[1])
		}
		wrong = append(wrong, p)
		if len(wrong) == problem.Printed {
			break // what follows an error mostly follows from it
		}
	}
	if len(wrong) == 0 {
		wrong = problem.Errors{{File: d.name, What: err.Error()}}
	}
	return wrong
}

// expected says what the parser would have taken.
func expected(tokens string) string {
	words := map[string]string{
		"#FeatureLine":        "Feature: …",
		"#RuleLine":           "Rule: …",
		"#BackgroundLine":     "Background:",
		"#ScenarioLine":       "Scenario: …",
		"#ExamplesLine":       "Examples:",
		"#StepLine":           "a step (Given, When, Then, And, But)",
		"#TableRow":           "a row of a table (| … |)",
		"#DocStringSeparator": `"""`,
		"#TagLine":            "a tag (@…)",
	}
	var names []string
	for token := range strings.SplitSeq(tokens, ", ") {
		if word, ok := words[token]; ok {
			names = append(names, word)
		}
	}
	return problem.List(names, "or")
}

// nearKeyword is the keyword that a line was most likely meant to begin with.
func nearKeyword(line string) string {
	line = strings.TrimSpace(line)
	if title, _, ok := strings.Cut(line, ":"); ok {
		if near := problem.Nearest(title, titles()); near != "" {
			return near + ":"
		}
	}
	first, _, _ := strings.Cut(line, " ")
	return problem.Nearest(strings.TrimSuffix(first, ":"), []string{"Given", "When", "Then", "And", "But"})
}

func titles() []string {
	return []string{"Feature", "Rule", "Background", "Scenario", "Scenario Outline", "Example", "Examples"}
}

// shortened cuts a text that is long.
func shortened(text string) string {
	const most = 60
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return text
}
