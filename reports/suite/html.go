package suite

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"slices"
	"strings"
	"time"

	"github.com/outagedrill/outagedrill/docs"
	"github.com/outagedrill/outagedrill/internal/words"
	"github.com/outagedrill/outagedrill/reports/history"
	"github.com/outagedrill/outagedrill/reports/strip"
)

//go:embed assets/page.tmpl assets/page.css assets/page.js
var assets embed.FS

// page is what the template writes.
type page struct {
	CSP      string
	CSS      template.CSS
	JS       template.JS
	Suite    *Suite
	Green    bool
	Verdict  string
	Facts    string
	Bars     []bar
	Statuses []part
	Tags     []tagCount
	Problems []*pageScenario
	Reasons  []reason
	Skips    []skips
	Rules    []pageRuleRow
	Drivers  []string
	Features []pageFeature
	History  *pageHistory
	Began    string
	Took     string
}

// bar is a part of a strip that shows the statuses, in percent of its width.
type bar struct {
	Status Status
	X, W   string
	Count  int
}

type pageFeature struct {
	*feature
	ID    string
	Bars  []bar
	Rules []pageRule
}

type pageRule struct {
	Name      string
	Scenarios []*pageScenario
}

// pageScenario is a scenario with what the page says of it.
type pageScenario struct {
	*Scenario
	ID       string // of its element
	In       string // that of its feature
	Title    string
	Place    string
	Why      string // of a skipped one
	Again    string
	Bad      bool
	Troubles []pageTrouble
	Picture  *strip.Drawing
	Steps    []pageStep
	Labels   []string       // tags that name no rule
	Said     []pageRuleSaid // of the rules of what went wrong
}

// pageTrouble is a trouble with the instants that it is about.
type pageTrouble struct {
	trouble
	At   string // FILE:LINE
	When string
	// Want and Got are expected and seen in pieces, those that differ marked.
	Want, Got []piece
}

// rules are those that the troubles name.
func (sc *pageScenario) rules() []string {
	var all []string
	for _, t := range sc.Troubles {
		all = append(all, t.Rules...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// pageStep is a step with the time that the platform had played after it, where that is news.
type pageStep struct {
	*Step
	Played string
}

// writeHTML writes one page that needs nothing but itself. It is whole without its script, which searches,
// filters and opens what is linked to.
func writeHTML(b *bytes.Buffer, s *Suite) error {
	css, err := assets.ReadFile("assets/page.css")
	if err != nil {
		return err
	}
	js, err := assets.ReadFile("assets/page.js")
	if err != nil {
		return err
	}
	funcs := template.FuncMap{
		"line": line, "lines": lines, "text": block, "span": words.Duration, "join": strings.Join,
		"mark": palette{}.mark, "class": known, "when": strip.Span, "ruleID": ruleID,
	}
	t, err := template.New("page.tmpl").Funcs(funcs).ParseFS(assets, "assets/page.tmpl")
	if err != nil {
		return err
	}
	past, err := s.pageHistory()
	if err != nil {
		return err
	}
	if past != nil {
		css = append(css, history.Style...)
	}
	p := newPage(s, string(css), string(js))
	p.History = past
	return t.Execute(b, p)
}

// known is a status that the page has a style for.
func known(s Status) Status {
	if s.known() {
		return s
	}
	return Failed
}

func newPage(s *Suite, css, js string) *page {
	p := &page{
		CSP: "default-src 'none'; script-src " + hashed(js) + "; style-src " + hashed(css) +
			"; base-uri 'none'; form-action 'none'",
		CSS: template.CSS(css), JS: template.JS(js), Suite: s,
		Green: s.Green(), Verdict: s.verdict(), Facts: s.facts(),
		Bars: s.Tally().bars(), Statuses: s.Tally().parts(), Tags: s.tags(),
	}
	if !s.DryRun {
		p.Skips = s.skips()
	}
	if !s.Environment.Began.IsZero() {
		p.Began = s.Environment.Began.UTC().Format(time.RFC3339)
	}
	if s.Environment.Took > 0 {
		p.Took = s.Environment.Took.Round(time.Millisecond).String()
	}
	ids := slugs{}
	of := map[*Scenario]*pageScenario{}
	for _, f := range s.features() {
		id := ids.take("feature", baseName(f.File))
		shown := pageFeature{feature: f, ID: id, Bars: f.Tally.bars()}
		for _, r := range f.Rules {
			group := pageRule{Name: r.Name}
			for _, sc := range r.Scenarios {
				one := s.pageScenario(sc, ids)
				one.In = id
				of[sc] = one
				group.Scenarios = append(group.Scenarios, one)
				if one.Bad {
					p.Problems = append(p.Problems, one)
				}
			}
			shown.Rules = append(shown.Rules, group)
		}
		p.Features = append(p.Features, shown)
	}
	p.Reasons = reasons(p.Problems)
	manual := docs.Rules()
	for _, sc := range p.Problems {
		sc.Said = said(manual, sc.rules())
	}
	p.Rules, p.Drivers = s.coverage(manual, of)
	return p
}

// hashed is the source of a policy that allows this text alone.
func hashed(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

func (s *Suite) pageScenario(sc *Scenario, ids slugs) *pageScenario {
	one := &pageScenario{
		Scenario: sc, Title: s.Title(sc), Place: sc.at(), Bad: sc.Status.bad(),
		ID: ids.take(baseName(sc.File), s.Title(sc)),
	}
	for _, t := range sc.troubles() {
		shown := pageTrouble{trouble: t, At: t.at()}
		shown.Want, shown.Got = apart(t.Expected, t.Seen)
		if t.Step != nil && t.Step.Failure != nil {
			shown.When = instants(t.Step.Failure.At)
		}
		one.Troubles = append(one.Troubles, shown)
	}
	if one.Bad {
		one.Again = s.again(sc)
	}
	if sc.Status == Skipped && !s.DryRun {
		one.Why = sc.reason()
	}
	if sc.Strip != nil {
		d := sc.Strip.Draw(sc.Wanted())
		one.Picture = &d
	}
	var before time.Duration
	for i := range sc.Steps {
		step := pageStep{Step: &sc.Steps[i]}
		if step.Step.Played > before && step.Step.Played < sc.Virtual {
			before = step.Step.Played
			step.Played = strip.Span(before)
		}
		one.Steps = append(one.Steps, step)
	}
	for _, tag := range sc.Tags {
		if !sc.hasRule(strings.TrimPrefix(tag, "@")) {
			one.Labels = append(one.Labels, tag)
		}
	}
	return one
}

// instants lists times since the start.
func instants(all []time.Duration) string {
	var texts []string
	for _, t := range all {
		texts = append(texts, strip.Span(t))
	}
	return strings.Join(texts, ", ")
}

// bars shares a strip among the statuses.
func (t Tally) bars() []bar {
	var bars []bar
	done := 0
	for _, part := range t.parts() {
		percent := func(n int) string { return fmt.Sprintf("%.3f", 100*float64(n)/float64(t.Total())) }
		bars = append(bars, bar{Status: part.Status, X: percent(done), W: percent(part.N), Count: part.N})
		done += part.N
	}
	return bars
}
