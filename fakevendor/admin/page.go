package admin

import (
	"bytes"
	"fmt"
	"html/template"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/outagedrill/outagedrill/fakevendor/hold"
	"github.com/outagedrill/outagedrill/internal/words"
)

// pageInput says how often the page is drawn anew.
type pageInput struct {
	Refresh int `query:"refresh" minimum:"0" maximum:"3600" default:"5" doc:"Seconds until the page is drawn anew; 0: never."`
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
		text += " " + e.Why.Limit + " (" + strconv.FormatInt(e.Why.Before, 10) + " → " + strconv.FormatInt(e.Why.After, 10) + ")"
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

const pageText = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
{{if .Refresh}}<meta http-equiv="refresh" content="{{.Refresh}}">
{{end}}<title>Fake vendors</title>
<link rel="stylesheet" href="/style.css">
</head>
<body>
<header>
<h1>Fake vendors</h1>
<p>It is <time datetime="{{.Clock.Now}}">{{clock .Clock.Now}}</time> UTC
{{if .Clock.Frozen}}and stands still{{else if ne .Clock.Scale 1.0}}and runs at {{.Clock.Scale}} seconds a second{{end}}.
{{if .Clock.Waiting}}{{.Clock.Waiting}} calls wait for their answers.{{end}}
{{with .Clock.Next}}Next: {{.What}} at <time datetime="{{.At}}">{{clock .At}}</time>.{{end}}</p>
<p class="quiet">{{if .Refresh}}Drawn anew every {{.Refresh}} s. <a href="/?refresh=0">Stop that</a>{{else}}Stands still.
<a href="/">Draw it anew every 5 s</a>{{end}}. <a href="/openapi.yaml">API</a>, <a href="/metrics">figures</a>,
<a href="/journal.ndjson">journal</a></p>
</header>
<main>
<section aria-labelledby="vendors"><h2 id="vendors">Vendors</h2>
<div class="wide" role="region" aria-labelledby="vendors" tabindex="0"><table>
<thead><tr><th scope="col">Name</th><th scope="col">Dialect</th><th scope="col">Base URL</th><th scope="col">Status page</th></tr></thead>
<tbody>{{range .Vendors}}
<tr><th scope="row">{{.Name}}</th><td>{{.Dialect}}</td><td><code>{{.URL}}</code></td><td>{{with .StatusPage}}<a href="{{.}}">{{.}}</a>{{end}}</td></tr>{{end}}
</tbody></table></div></section>
<section aria-labelledby="faults"><h2 id="faults">Faults</h2>
{{if .Faults}}<div class="wide" role="region" aria-labelledby="faults" tabindex="0"><table>
<thead><tr><th scope="col">Number</th><th scope="col">State</th><th scope="col">Fault</th><th scope="col">From</th><th scope="col">Until</th></tr></thead>
<tbody>{{range .Faults}}
<tr class="{{.State}}"><th scope="row">{{.Number}}</th><td>{{.State}}</td><td><code>{{spec .}}</code></td><td>{{clock .From}}</td><td>{{ends .Until}}</td></tr>{{end}}
</tbody></table></div>{{else}}<p>None is active, none is to come.</p>{{end}}</section>
{{if .Limits}}<section aria-labelledby="limits"><h2 id="limits">Limits</h2>
<div class="wide" role="region" aria-labelledby="limits" tabindex="0"><table>
<thead><tr><th scope="col">Vendor</th><th scope="col">Limit</th><th scope="col">Of</th><th scope="col">Used</th><th scope="col">Resets</th></tr></thead>
<tbody>{{range .Limits}}
<tr><th scope="row">{{.Application}}</th><td>{{.Name}}</td><td>{{.Key}}</td><td>{{number .Used}} of {{number .Limit}}</td><td>{{with .Resets}}{{clock .}}{{end}}</td></tr>{{end}}
</tbody></table></div></section>{{end}}
<section aria-labelledby="verdict"><h2 id="verdict">Verdict</h2>
{{if .Findings}}<p>{{len .Verdict.Findings}} found in the latest {{.Verdict.Calls}} calls.</p><ul>{{range .Findings}}
<li><time datetime="{{iso .At}}">{{at .At}}</time> {{.Vendor}} {{.Connection}} {{.Message}} (entries {{range $i, $n := .Evidence}}{{if $i}}, {{end}}{{$n}}{{end}})</li>{{end}}
</ul>{{else}}<p>Nothing is found against the callers in the latest {{.Verdict.Calls}} calls.</p>{{end}}</section>
<section aria-labelledby="calls"><h2 id="calls">Latest of {{number .Total}} entries</h2>
{{if .Calls}}<div class="wide" role="region" aria-labelledby="calls" tabindex="0"><table>
<thead><tr><th scope="col">Entry</th><th scope="col">At</th><th scope="col">Vendor</th><th scope="col">Call</th><th scope="col">Answer</th><th scope="col">Why</th></tr></thead>
<tbody>{{range .Calls}}
<tr{{if and (not .Deed) (ne .Cause "ok")}} class="bad"{{end}}><th scope="row">{{.Seq}}</th><td><time datetime="{{iso .At}}">{{at .At}}</time></td>
{{- with .Deed}}<td></td><td colspan="3">tester: {{.Do}} {{.What}}</td>{{else}}<td>{{.Vendor}}</td><td><code>{{.Method}} {{.Path}}</code></td><td>{{.Outcome}} {{.Cause}}</td><td>{{why .}}</td>{{end}}</tr>{{end}}
</tbody></table></div>{{else}}<p>Nobody has called.</p>{{end}}</section>
</main>
</body>
</html>
`

// style is /style.css.
const style = `:root { color-scheme: light dark; --ink: #1b1f24; --dim: #57606a; --paper: #fff; --line: #d0d7de;
  --bad: #a40e26; --link: #0550ae; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --dim: #9da7b1; --paper: #0d1117; --line: #3d444d;
  --bad: #ff938a; --link: #79c0ff; } }
body { color: var(--ink); background: var(--paper); font: 16px/1.5 system-ui, sans-serif; margin: 0 auto;
  max-width: 90rem; padding: 1rem 1.5rem 4rem; }
h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1.125rem; margin: 2rem 0 .5rem; }
header p { margin: .25rem 0; } .quiet { color: var(--dim); }
a { color: var(--link); } code { font: .875em/1.4 ui-monospace, monospace; overflow-wrap: anywhere; }
.wide { overflow-x: auto; } .wide:focus-visible { outline: 2px solid var(--link); }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { border-bottom: 1px solid var(--line); padding: .25rem 1rem .25rem 0; text-align: left; vertical-align: top; }
thead th { color: var(--dim); font-weight: 500; } tbody th { font-weight: 500; }
.bad td, .active td { color: var(--bad); }
`
