package suite

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"unicode"
)

type cucumberFeature struct {
	URI         string            `json:"uri"`
	ID          string            `json:"id"`
	Keyword     string            `json:"keyword"`
	Name        string            `json:"name"`
	Description string            `json:"description"`
	Line        int               `json:"line"`
	Elements    []cucumberElement `json:"elements"`
}

type cucumberElement struct {
	ID          string         `json:"id"`
	Keyword     string         `json:"keyword"`
	Type        string         `json:"type"`
	Name        string         `json:"name"`
	Description string         `json:"description"`
	Line        int            `json:"line"`
	Tags        []cucumberTag  `json:"tags"`
	Steps       []cucumberStep `json:"steps"`
}

type cucumberTag struct {
	Name string `json:"name"`
	Line int    `json:"line"`
}

type cucumberStep struct {
	Keyword string         `json:"keyword"` // with a space behind
	Name    string         `json:"name"`
	Line    int            `json:"line"`
	Doc     *cucumberDoc   `json:"doc_string,omitempty"`
	Rows    []cucumberRow  `json:"rows,omitempty"`
	Match   cucumberMatch  `json:"match"`
	Result  cucumberResult `json:"result"`
}

type cucumberDoc struct {
	Value       string `json:"value"`
	ContentType string `json:"content_type"`
	Line        int    `json:"line"`
}

type cucumberRow struct {
	Cells []string `json:"cells"`
}

type cucumberMatch struct {
	Location string `json:"location"`
}

type cucumberResult struct {
	Status   string `json:"status"`
	Duration *int   `json:"duration,omitempty"` // wall nanoseconds, of which a step has none
	Error    string `json:"error_message,omitempty"`
}

// writeCucumber writes Cucumber JSON. It has no place for Gherkin rules, which become descriptions.
func writeCucumber(b *bytes.Buffer, s *Suite) error {
	all := []cucumberFeature{}
	for _, f := range s.features() {
		of := cucumberFeature{
			URI: f.File, ID: cucumberID(f.Name), Keyword: "Feature", Name: f.Name, Line: 1,
		}
		for _, sc := range f.scenarios() {
			of.Elements = append(of.Elements, s.cucumberElement(of.ID, sc))
		}
		all = append(all, of)
	}
	return indented(b, all)
}

func (s *Suite) cucumberElement(feature string, sc *Scenario) cucumberElement {
	e := cucumberElement{
		ID:      fmt.Sprintf("%s;%s;%d;%d", feature, cucumberID(sc.Name), sc.Line, sc.Attempt),
		Keyword: "Scenario", Type: "scenario", Name: s.Title(sc), Line: sc.Line,
		Tags: []cucumberTag{}, Steps: []cucumberStep{},
	}
	if sc.Rule != "" {
		e.Description = "Rule: " + sc.Rule
	}
	for _, tag := range sc.Tags {
		e.Tags = append(e.Tags, cucumberTag{Name: tag, Line: sc.Line})
	}
	steps := sc.telling()
	for i := range steps {
		e.Steps = append(e.Steps, cucumberStepOf(sc, &steps[i], sc.word(steps, i)))
	}
	return e
}

func cucumberStepOf(sc *Scenario, step *Step, word string) cucumberStep {
	c := cucumberStep{
		Keyword: step.Keyword + " ", Name: step.Text, Line: step.Line,
		Match:  cucumberMatch{Location: fmt.Sprintf("%s:%d", sc.File, step.Line)},
		Result: cucumberResult{Status: string(step.Status), Error: word},
	}
	switch step.Status {
	case Passed, Failed:
		c.Result.Duration = new(int)
	case Ambiguous:
		c.Result.Status = string(Failed) // half of the readers do not know the other word
	default:
	}
	if step.Doc != "" {
		c.Doc = &cucumberDoc{Value: step.Doc, Line: step.Line + 1}
	}
	for _, row := range step.Table {
		c.Rows = append(c.Rows, cucumberRow{Cells: row})
	}
	return c
}

// cucumberID is a name as Cucumber makes IDs of them.
func cucumberID(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return '-'
	}, line(name))
}

// indented writes JSON for people and programs.
func indented(b *bytes.Buffer, v any) error {
	e := json.NewEncoder(b)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
