package reports

import (
	"embed"
	"fmt"
	"html/template"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/outagedrill/outagedrill/internal/words"
	"github.com/outagedrill/outagedrill/reports/history"
	"github.com/outagedrill/outagedrill/sim/journal"
)

//go:embed assets
var assets embed.FS

// page is what the template writes.
type page struct {
	CSP    string
	CSS    template.CSS
	Script template.JS
	Data   template.HTML // of the timeline, base64
	Run    *journal.Run
	Name   string
	Zone   string
	UTC    bool
	Facts  string

	Verdict     verdict
	Notes       []string
	FleetBasis  string
	Answers     []chapter // of all runs together
	StoryTitle  string
	Story       []chapter
	Folded      []chapter // where there are answers, the story gives way to them
	Styles      []style   // all: patterns
	Legend      []style   // those in the picture
	Groups      []pageGroup
	Ticks       []tick
	LanesLeft   int
	GridLines   string // of charts, as path data
	Elsewhere   *elsewhere
	Charts      []chartGroup
	Outages     []outageRow
	Jobs        []jobRow
	Advice      []adviceItem
	Summary     *journal.Summary
	Threshold   map[string]int
	Assumptions []assumption // of a base case alone
	Basis       *basis
	Policies    []policyRows
	Events      []event
	Left        []leftOut
	History     *pageHistory
	Command     string
	Version     string
}

// pageGroup is an application in the still picture. Its outages lie under its lanes, drawn once.
type pageGroup struct {
	ID, Name string
	Shades   []rect
	Lanes    []drawing
}

// outageRow is an outage with its figures in words.
type outageRow struct {
	journal.Outage
	When, Exact string
	Length      string
	Detected    delayWords
	Recovered   delayWords
	Notice      delayWords
}

// delayWords is a delay for people, and exactly; Bad where there is none but should be.
type delayWords struct {
	Text, Exact string
	Bad         bool
}

type policyRows struct {
	journal.Policy
	Rows []valueRow
}

type valueRow struct {
	journal.Value
	SourceTitle, SourceURL string
}

// HTML writes report.html: one page that needs nothing but itself. The same journal gives the same bytes.
func HTML(w io.Writer, j *Journal) error {
	funcs := template.FuncMap{
		"group": words.Number, "clean": clean, "long": cleanLong, "words": plain,
		"span": lateness, "class": class, "lead": leads(j.Run), "titles": titles,
	}
	t, err := template.New("page.tmpl").Funcs(funcs).ParseFS(assets, "assets/page.tmpl",
		"assets/picture.tmpl", "assets/tables.tmpl", "assets/environments.tmpl",
		"assets/basis.tmpl", "assets/history.tmpl")
	if err != nil {
		return fmt.Errorf("reading the page's template: %w", err)
	}
	p, err := newPage(newModel(j))
	if err != nil {
		return err
	}
	if err := t.Execute(w, p); err != nil {
		return fmt.Errorf("writing the page: %w", err)
	}
	return nil
}

func lateness(s journal.Seconds) string {
	if s == 0 {
		return "0"
	}
	return words.Span(time.Duration(s))
}

func newPage(m *model) (*page, error) {
	css, err := m.look.sheetOf("assets/page.css", "assets/timeline.css")
	if err != nil {
		return nil, err
	}
	past, err := m.past()
	if err != nil {
		return nil, err
	}
	if past != nil {
		css += history.Style
	}
	js, err := script()
	if err != nil {
		return nil, err
	}
	lanes := m.lanes()
	packed := m.packing(lanes)
	p := &page{
		CSP: "default-src 'none'; script-src " + hashOf(js) + "; style-src " + hashOf(css) +
			"; base-uri 'none'; form-action 'none'",
		CSS: template.CSS(css), Script: template.JS(js),
		Run: m.Run, Name: clean(m.Run.Name), Zone: m.clock.name(), UTC: m.clock.utc(),
		Facts: m.facts(), Verdict: m.verdict(), Notes: m.notes(), Styles: m.look.list,
		FleetBasis: m.fleetBasis(), StoryTitle: m.storyTitle(), Ticks: m.ticks(),
		Summary: m.Summary, Threshold: map[string]int{},
		Assumptions: m.assumptions(), Basis: m.basis(), Elsewhere: m.elsewhere(),
		Command: cleanLong(m.Run.Command), Version: clean(m.Run.Version), History: past,
	}
	p.Answers, p.Story, p.Folded = m.cards()
	p.addLanes(m, lanes.groups)
	p.Charts = m.charts()
	for _, k := range p.Ticks {
		p.GridLines += "M" + k.Across + " 0V100"
	}
	p.Events, p.Left = m.events()
	p.Jobs, p.Advice = m.jobRows(), m.advice(p.Events)
	for _, o := range m.Summary.Outages {
		p.Outages = append(p.Outages, m.outageRow(o))
	}
	for _, pol := range m.Run.Policies {
		p.Policies = append(p.Policies, newPolicyRows(pol))
	}
	data, err := packed()
	p.Data = template.HTML(data)
	return p, err
}

// addLanes draws the still picture, with its legend.
func (p *page) addLanes(m *model, all []*laneGroup) {
	groups, left := trim(all)
	p.LanesLeft = left
	room := max(stillBars/max(lanesIn(groups), 1), leastBars)
	for i, g := range groups {
		pg := pageGroup{ID: "g" + strconv.Itoa(i), Name: g.Name, Shades: m.shades(g.app)}
		for _, l := range g.Lanes {
			d := m.draw(l, p.Ticks, pg.Shades, room)
			if len(d.Shades) > 0 {
				d.Shaded = pg.ID
			}
			if l.Kind == "vendor" {
				d.addBrackets(m.brackets(g.app))
			}
			pg.Lanes = append(pg.Lanes, d)
		}
		p.Groups = append(p.Groups, pg)
	}
	p.addLegend(m, all)
}

// addLegend gathers the styles of what the lanes hold.
func (p *page) addLegend(m *model, all []*laneGroup) {
	var seen [256]bool
	for _, g := range all {
		for _, l := range g.Lanes {
			for _, b := range l.spans {
				seen[b.state] = true
			}
			for _, k := range l.marks {
				seen[k.shape] = true
			}
		}
	}
	for i, s := range m.look.list {
		if seen[i] {
			p.Legend = append(p.Legend, s)
		}
	}
}

func lanesIn(groups []*laneGroup) (n int) {
	for _, g := range groups {
		n += len(g.Lanes)
	}
	return n
}

func (m *model) outageRow(o journal.Outage) outageRow {
	r := outageRow{
		Outage: o, When: m.clock.from(o.From, o.To), Length: words.Span(o.To.Sub(o.From)),
		Exact:    exactUTC(o.From) + " to " + exactUTC(o.To) + ", " + exact(o.To.Sub(o.From)),
		Detected: delay(o.DetectionDelay, "nothing stopped"), Notice: delay(m.firstNotice(&o), "none"),
		Recovered: delay(o.RecoveryDelay, ""),
	}
	if r.Recovered.Bad = o.RecoveryDelay == nil; r.Recovered.Bad {
		r.Recovered.Text = m.notRecovered(&o)
	}
	if o.DetectionDelay == nil && o.RecoveryDelay != nil {
		r.Recovered.Text = "nothing stopped"
	}
	return r
}

func delay(d *journal.Seconds, none string) delayWords {
	switch {
	case d == nil:
		return delayWords{Text: none, Exact: "null"}
	case *d == 0:
		return delayWords{Text: "at once", Exact: "0 s"}
	}
	return delayWords{Text: words.Span(time.Duration(*d)), Exact: exact(time.Duration(*d))}
}

func newPolicyRows(p journal.Policy) policyRows {
	out := policyRows{Policy: p}
	for _, v := range p.Values {
		r := valueRow{Value: v}
		r.SourceTitle, r.SourceURL = source(&p, v.Source)
		out.Rows = append(out.Rows, r)
	}
	return out
}

// webURL is the address if it is one that a page may link to, else empty.
func webURL(s string) string {
	if strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://") {
		return s
	}
	return ""
}
