package suite

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"strings"
	"time"
)

//go:embed assets/page.tmpl assets/page.css
var assets embed.FS

// page is what the template writes.
type page struct {
	CSP      string
	CSS      template.CSS
	Suite    *Suite
	Green    bool
	Verdict  string
	Facts    string
	Bars     []bar
	Problems []pageScenario
	Skips    []skips
	Rules    []rule
	Features []pageFeature
	Began    string
	Took     string
}

// bar is a part of the strip that shows the statuses, in percent of its width.
type bar struct {
	Status Status
	X, W   string
	Count  int
}

type pageFeature struct {
	*feature
	Open  bool
	Rules []pageRule
}

type pageRule struct {
	Name      string
	Scenarios []pageScenario
}

// pageScenario is a scenario with what the page says of it.
type pageScenario struct {
	*Scenario
	ID       string // of its element
	Title    string
	Place    string
	Why      string // of a skipped one
	Again    string
	Bad      bool
	Troubles []trouble
}

// writeHTML writes one page that needs nothing but itself, and no script.
func writeHTML(b *bytes.Buffer, s *Suite) error {
	css, err := assets.ReadFile("assets/page.css")
	if err != nil {
		return err
	}
	funcs := template.FuncMap{
		"line": line, "text": block, "span": span, "join": strings.Join, "mark": palette{}.mark,
		"class": known, "at": trouble.at,
	}
	t, err := template.New("page.tmpl").Funcs(funcs).ParseFS(assets, "assets/page.tmpl")
	if err != nil {
		return err
	}
	return t.Execute(b, newPage(s, string(css)))
}

// known is a status that the page has a style for.
func known(s Status) Status {
	if s.known() {
		return s
	}
	return Failed
}

func newPage(s *Suite, css string) *page {
	sum := sha256.Sum256([]byte(css))
	p := &page{
		CSP: "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
			"'; base-uri 'none'; form-action 'none'",
		CSS: template.CSS(css), Suite: s, Green: s.Green(), Verdict: s.verdict(), Facts: s.facts(),
		Bars: s.bars(), Rules: s.rules(),
	}
	if !s.DryRun {
		p.Skips = s.skips()
	}
	if !s.Environment.Began.IsZero() {
		p.Began = s.Environment.Began.UTC().Format(time.RFC3339)
	}
	if s.Environment.Took > 0 {
		p.Took = s.Environment.Took.String()
	}
	for _, f := range s.features() {
		of := pageFeature{feature: f, Open: f.Tally.Bad() > 0}
		for _, r := range f.Rules {
			group := pageRule{Name: r.Name}
			for _, sc := range r.Scenarios {
				one := s.pageScenario(sc)
				group.Scenarios = append(group.Scenarios, one)
				if one.Bad {
					p.Problems = append(p.Problems, one)
				}
			}
			of.Rules = append(of.Rules, group)
		}
		p.Features = append(p.Features, of)
	}
	return p
}

func (s *Suite) pageScenario(sc *Scenario) pageScenario {
	one := pageScenario{
		Scenario: sc, ID: fmt.Sprintf("s%d-%d", sc.Position, sc.Attempt), Title: s.Title(sc), Place: sc.at(),
		Bad: sc.Status.bad(), Troubles: sc.troubles(),
	}
	if one.Bad {
		one.Again = s.again(sc)
	}
	if sc.Status == Skipped && !s.DryRun {
		one.Why = sc.reason()
	}
	return one
}

// bars shares the strip among the statuses.
func (s *Suite) bars() []bar {
	t := s.Tally()
	var bars []bar
	done := 0
	for _, part := range t.parts() {
		percent := func(n int) string { return fmt.Sprintf("%.3f", 100*float64(n)/float64(t.Total())) }
		bars = append(bars, bar{Status: part.status, X: percent(done), W: percent(part.n), Count: part.n})
		done += part.n
	}
	return bars
}
