package admin

import (
	"bytes"
	_ "embed" // for the page and its style
	"fmt"
	"html/template"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/outagedrill/outagedrill/fakevendor/hold"
	"github.com/outagedrill/outagedrill/internal/words"
)

// pageInput says how often the page is drawn anew.
type pageInput struct {
	Refresh int `query:"refresh" maximum:"3600" minimum:"0" default:"5" doc:"Seconds until it is drawn anew."`
}

// shown is how many calls and findings the page shows.
const shown = 50

// pageData is what the page shows.
type pageData struct {
	Refresh  int
	Clock    clockView
	Vendors  []vendorView
	Faults   []fault
	Limits   []limitView
	Calls    []hold.Entry
	Total    int64
	Verdict  *hold.Verdict
	Findings []hold.Finding
}

func (s *server) page(in *pageInput) ([]byte, error) {
	verdict, err := hold.Judge(s.journal, hold.Terms{After: s.recent()})
	if err != nil {
		return nil, huma.NewError(http.StatusServiceUnavailable, err.Error())
	}
	data := pageData{
		Refresh: in.Refresh, Clock: s.clockView().Body, Limits: s.limits(), Verdict: verdict,
		Calls: s.journal.Latest(&hold.Query{Deeds: true}, shown), Total: s.journal.Extent().Last,
		Findings: verdict.Findings[max(0, len(verdict.Findings)-shown):],
	}
	for _, v := range s.world.Vendors() {
		data.Vendors = append(data.Vendors, vendorView(v))
	}
	for _, f := range s.faults() {
		if f.State != "over" {
			data.Faults = append(data.Faults, f)
		}
	}
	var b bytes.Buffer
	if err := drawn().Execute(&b, data); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// recent is the number after which the page judges: as many entries as are in memory by default.
func (s *server) recent() int64 {
	e := s.journal.Extent()
	return max(e.Last-int64(e.Memory), 0)
}

// drawn is the page's template.
func drawn() *template.Template {
	return template.Must(template.New("page").Funcs(template.FuncMap{
		"clock":  clockTime,
		"at":     func(t time.Time) string { return t.Format("2006-01-02 15:04:05.000") },
		"number": words.Number,
		"spec":   func(f fault) string { return f.FaultSpec.String() },
		"why":    why,
		"iso":    func(t time.Time) string { return t.Format(time.RFC3339Nano) },
		"ends":   until,
	}).Parse(pageText))
}

// clockTime writes an instant of the API for people.
func clockTime(text string) string {
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return text
	}
	return t.Format("2006-01-02 15:04:05")
}

func until(text *string) string {
	if text == nil {
		return "somebody ends it"
	}
	return clockTime(*text)
}

// why says in words by what a call was answered.
func why(e hold.Entry) string {
	text := e.Why.Rule
	switch {
	case e.Why.Limit != "":
		text += fmt.Sprintf(" %s (%d → %d)", e.Why.Limit, e.Why.Before, e.Why.After)
	case e.Why.Fault > 0:
		text += fmt.Sprintf(" %d", e.Why.Fault)
	}
	if e.Why.Slowed > 0 {
		text += fmt.Sprintf(", slowed by fault %d", e.Why.Slowed)
	}
	if !e.WaitUntil.IsZero() {
		text += ", told to wait " + words.Span(e.WaitUntil.Sub(e.At))
	}
	return text
}

// pageText is the page's template, and style what /style.css says.
var (
	//go:embed page.html
	pageText string
	//go:embed style.css
	style string
)
