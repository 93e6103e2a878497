package reports_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"github.com/outagedrill/outagedrill/reports"
	"github.com/outagedrill/outagedrill/sim/journal"
)

// written is journals in a format.
func written(t testing.TB, format string, texts ...string) string {
	t.Helper()
	var journals []*reports.Journal
	for _, text := range texts {
		journals = append(journals, load(t, text))
	}
	var b bytes.Buffer
	if err := reports.Write(format, &b, journals); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// hostile is the outage with names that break what does not escape them.
func hostile(t testing.TB) string {
	t.Helper()
	text := outageScript("America/New_York").text(t)
	for old, name := range map[string]string{
		"orders-to-wms": `=cmd|'/c'!A1</script><img src=x onerror=alert(1)>]]>`,
		"contacts-poll": "two | *bold*  `code` \\\"quoted\\\" שלום \\u202e\\u0000\\u001b[31m",
	} {
		text = strings.ReplaceAll(text, old, name)
	}
	return text
}

// Every format of one run, of several and of hostile names is as it was, and the same each time.
func TestFormatGolden(t *testing.T) {
	outage := outageScript("America/New_York").text(t)
	for name, texts := range map[string][]string{
		"outage": {outage}, "several": {outage, quietScript().text(t), outage}, "hostile": {hostile(t)},
	} {
		for _, f := range reports.Formats() {
			if f.Name == "html" || f.Name == "text" {
				continue // held by TestGolden
			}
			got := written(t, f.Name, texts...)
			golden(t, name+".as."+f.Name, got)
			if got != written(t, f.Name, texts...) {
				t.Errorf("%s of %s is not the same each time", f.Name, name)
			}
		}
	}
}

// What other formats hold is what the page and the answer say.
func TestFormatsOfOne(t *testing.T) {
	text := outageScript("UTC").text(t)
	if written(t, "html", text) != html(t, text) || written(t, "text", text) != answer(t, text) {
		t.Error("the page or the answer is another one as a format")
	}
	two := []*reports.Journal{load(t, text), load(t, text)}
	if err := reports.Write("html", io.Discard, two); err == nil || !strings.Contains(err.Error(), "one run") {
		t.Errorf("two runs on one page: %v", err)
	}
	if err := reports.Write("pdf", io.Discard, two); err == nil || !strings.Contains(err.Error(), "want text, html") {
		t.Errorf("an unknown format: %v", err)
	}
}

// The pictures and the JUnit report are XML without anything that could run or be loaded.
func TestFormatXML(t *testing.T) {
	for _, format := range []string{"svg", "badge", "junit"} {
		d := xml.NewDecoder(strings.NewReader(written(t, format, hostile(t), quietScript().text(t))))
		for {
			tok, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", format, err)
			}
			el, ok := tok.(xml.StartElement)
			if !ok {
				continue
			}
			if slices.Contains([]string{"script", "img", "image", "foreignObject", "a"}, el.Name.Local) {
				t.Errorf("%s holds <%s>", format, el.Name.Local)
			}
			for _, a := range el.Attr {
				outside := a.Name.Local == "href" && !strings.HasPrefix(a.Value, "#")
				if outside || strings.HasPrefix(a.Name.Local, "on") {
					t.Errorf("%s: <%s %s=%q>", format, el.Name.Local, a.Name.Local, a.Value)
				}
			}
		}
	}
}

// The pictures open in a browser by themselves, without a request, and show their words whole.
func TestFormatPicturesInBrowser(t *testing.T) {
	for _, format := range []string{"svg", "badge"} {
		b := newTab(t)
		file := filepath.Join(t.TempDir(), format+".svg")
		if err := os.WriteFile(file, []byte(written(t, format, hostile(t), quietScript().text(t))), 0o644); err != nil {
			t.Fatal(err)
		}
		b.run(t, chromedp.Navigate("file://"+file))
		b.quiet(t, format)
		b.holds(t, `document.documentElement.localName === 'svg' && !document.querySelector('parsererror')`)
		b.holds(t, `(() => {
			const all = document.documentElement.getBoundingClientRect();
			return [...document.querySelectorAll('text')].every((text) => {
				const at = text.getBoundingClientRect();
				return at.width === 0 || at.left >= all.left - 1 && at.right <= all.right + 1 && at.bottom <= all.bottom + 1;
			}) && document.querySelectorAll('text').length > 0;
		})()`)
	}
}

// The JUnit report has a case for each expectation and one for the invariants, and counts them.
func TestFormatJUnit(t *testing.T) {
	var report struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
		Errors   int `xml:"errors,attr"`
		Suites   []struct {
			Cases []struct {
				Name    string    `xml:"name,attr"`
				Failure *struct{} `xml:"failure"`
				Error   *struct{} `xml:"error"`
			} `xml:"testcase"`
		} `xml:"testsuite"`
	}
	text := outageScript("UTC").text(t)
	if err := xml.Unmarshal([]byte(written(t, "junit", text, text)), &report); err != nil {
		t.Fatal(err)
	}
	var cases, failures, broken int
	for _, s := range report.Suites {
		cases += len(s.Cases)
		for _, c := range s.Cases {
			if c.Failure != nil {
				failures++
			}
			if c.Error != nil {
				broken++
			}
		}
	}
	if len(report.Suites) != 2 || cases != report.Tests || failures != report.Failures || broken != report.Errors {
		t.Errorf("%d cases, %d failures, %d errors are counted as %d, %d, %d",
			cases, failures, broken, report.Tests, report.Failures, report.Errors)
	}
}

// The table has as many cells in each row, times that parse, and no cell that a spreadsheet computes.
func TestFormatCSV(t *testing.T) {
	rows, err := csv.NewReader(strings.NewReader(written(t, "csv", hostile(t)))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	states := 0
	for _, r := range rows[1:] {
		from, err := time.Parse(time.RFC3339Nano, r[5])
		if err != nil {
			t.Fatal(err)
		}
		if r[6] != "" {
			states++
			to, err := time.Parse(time.RFC3339Nano, r[6])
			if err != nil || string(journal.Seconds(to.Sub(from)).AppendJSON(nil)) != r[7] {
				t.Errorf("%q lasts %s (%v)", r, r[7], err)
			}
		}
		for _, cell := range r {
			if cell != "" && strings.ContainsRune("=+-@", rune(cell[0])) {
				t.Errorf("the cell %q is a formula", cell)
			}
		}
	}
	if states < 5 || len(rows) < 18 {
		t.Errorf("%d rows, %d of them states", len(rows), states)
	}
}

// traceFile is the Chrome trace format as its description has it.
type traceFile struct {
	Events []struct {
		Name  string         `json:"name"`
		Phase string         `json:"ph"`
		TS    *float64       `json:"ts"`
		Dur   *float64       `json:"dur"`
		PID   *int           `json:"pid"`
		TID   *int           `json:"tid"`
		Scope string         `json:"s"`
		Cat   string         `json:"cat"`
		Args  map[string]any `json:"args"`
	} `json:"traceEvents"`
	Unit  string            `json:"displayTimeUnit"`
	Other map[string]string `json:"otherData"`
}

// The trace holds what the format wants: names of all processes and threads, slices of a thread that lie within
// each other or apart, instants with a scope.
func TestFormatTrace(t *testing.T) {
	var f traceFile
	d := json.NewDecoder(strings.NewReader(written(t, "trace", hostile(t), credentialsScript().text(t))))
	d.DisallowUnknownFields()
	if err := d.Decode(&f); err != nil {
		t.Fatal(err)
	}
	type slice struct{ from, to float64 }
	named, threads := map[int]string{}, map[int][]slice{}
	seen := map[string]int{}
	for _, e := range f.Events {
		seen[e.Phase]++
		if e.Name == "" || e.PID == nil || e.TID == nil {
			t.Fatalf("%+v has no name, process or thread", e)
		}
		switch e.Phase {
		case "M":
			if e.Name == "thread_name" {
				named[*e.TID] = e.Args["name"].(string)
			}
		case "X":
			threads[*e.TID] = append(threads[*e.TID], slice{*e.TS, *e.TS + *e.Dur})
		case "i":
			if e.TS == nil || e.Scope != "t" {
				t.Errorf("%+v has no time or scope", e)
			}
		default:
			t.Errorf("phase %q", e.Phase)
		}
	}
	for tid, slices := range threads {
		if named[tid] == "" {
			t.Errorf("thread %d has no name", tid)
		}
		for i, a := range slices {
			for _, b := range slices[i+1:] {
				if a.from < b.from && b.from < a.to && a.to < b.to {
					t.Errorf("thread %s: slices %v and %v cross", named[tid], a, b)
				}
			}
		}
	}
	if seen["X"] < 10 || seen["i"] < 5 || f.Unit != "ms" || len(f.Other) != 2 {
		t.Errorf("%v events, unit %q, %d runs", seen, f.Unit, len(f.Other))
	}
}

// The figures parse as Prometheus has it, its linter finds nothing, and they are the summary's.
func TestFormatMetrics(t *testing.T) {
	text := hostile(t)
	got := written(t, "metrics", text, quietScript().text(t), text)
	problems, err := promlint.New(strings.NewReader(got)).Lint()
	if err != nil || len(problems) > 0 {
		t.Errorf("the linter says %v (%v)", problems, err)
	}
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(strings.NewReader(got))
	if err != nil {
		t.Fatal(err)
	}
	want := load(t, text).Summary.Totals
	for name, value := range map[string]int64{
		"outagedrill_run_calls": want.Calls, "outagedrill_run_disablements": want.Disablements,
		"outagedrill_run_records_lost": want.RecordsLost,
	} {
		f := families[name]
		if f == nil || len(f.GetMetric()) != 3 || f.GetMetric()[0].GetGauge().GetValue() != float64(value) {
			t.Errorf("%s is %v (expected %d first, of three runs)", name, f, value)
		}
	}
	if !strings.HasSuffix(got, "\n# EOF\n") {
		t.Error("the end is not marked")
	}
}

// The Markdown keeps within what a comment may have, however much there is to tell, and says what it leaves out.
func TestFormatMarkdown(t *testing.T) {
	text := outageScript("UTC").text(t)
	var many []string
	for range 100 {
		many = append(many, text)
	}
	got := written(t, "markdown", many...)
	if len(got) > 65_536 || !strings.Contains(got, "left out: there is no room") {
		t.Errorf("%d bytes, or nothing is said to be left out", len(got))
	}
	if all := written(t, "summary", many...); len(all) > 1<<20 || len(all) < len(got) {
		t.Errorf("the job summary has %d bytes", len(all))
	}
}
