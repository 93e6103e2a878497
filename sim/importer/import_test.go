package importer_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"testing/iotest"
	"time"
	"unicode/utf16"

	"github.com/outagedrill/outagedrill/sim/importer"
	"github.com/outagedrill/outagedrill/sim/timeline"
)

func mustImport(t testing.TB, file string, data []byte, opt importer.Options) *importer.Result {
	t.Helper()
	res, err := importer.Import(file, bytes.NewReader(data), opt)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// checkResult holds what is true of every import: the counts, the comment that tells them, and a
// timeline that its reader accepts, with one fault for each event.
func checkResult(t testing.TB, res *importer.Result) {
	t.Helper()
	if res.Records != res.Windows+len(res.Listed) {
		t.Errorf("records %d != windows %d + listed %d", res.Records, res.Windows, len(res.Listed))
	}
	if res.Events > res.Windows || res.Events == 0 && res.Windows > 0 {
		t.Errorf("%d events of %d windows", res.Events, res.Windows)
	}
	for _, n := range res.Listed {
		if n.Rule == "" || n.Reason == "" || n.Where == "" {
			t.Errorf("an empty note: %+v", n)
		}
	}
	tl, err := timeline.Parse("out.yaml", res.Timeline)
	if err != nil {
		t.Fatalf("the timeline is refused: %v\n%.3000s", err, res.Timeline)
	}
	if len(tl.Faults) < res.Events {
		t.Errorf("%d faults of %d events", len(tl.Faults), res.Events)
	}
	for _, f := range tl.Faults {
		if !f.From.Before(f.To) || f.Open && f.Kind != "token_revoked" {
			t.Errorf("fault %s from %s to %s, open %t", f.Kind, f.From, f.To, f.Open)
		}
	}
}

// TestHostileNames proves that no name of a source can break out of its place in the YAML.
func TestHostileNames(t *testing.T) {
	names := []string{
		"no", "12", "a: b", "# x", "a\nevents: []", "\u0000\u0085\u2028", "日本語 API", "🔥",
		"'\"", "{x}", "a/b", strings.Repeat("x", 500), "-", "null", "~", "\ufeff",
	}
	for _, name := range names {
		quoted, _ := jsonText(name)
		data := `{"page":{"name":` + quoted + `,"url":` + quoted + `},"incidents":[{"id":` + quoted +
			`,"name":"x","status":"resolved","impact":"major","started_at":"2024-03-01T10:00:00Z",` +
			`"resolved_at":"2024-03-01T11:00:00Z","components":[{"name":` + quoted + `}]}]}`
		res := mustImport(t, "x.json", []byte(data), importer.Options{Name: name, Source: name})
		if checkResult(t, res); res.Windows != 1 {
			t.Errorf("%q: %d windows", name, res.Windows)
		}
	}
}

// TestLentTimeline proves that a lent workload keeps its sections and loses its story.
func TestLentTimeline(t *testing.T) {
	work := `outagedrill: 1
start: 2020-01-01T00:00:00Z
duration: 1d
environment: staging
applications: {hub: {records: {issues: 1/m}}}
connections: {hub-main: {application: hub}}
polling_jobs: {ci: {instance: hub-main, resources: [issues], every: 5m}}
events: [{at: +1h, application: hub, fault: flapping, for: 1h}]
expect: [{job: ci, disablements: 0}]
`
	data := `{"id":"a1","name":"x","status":"resolved","impact":"major",` +
		`"started_at":"2024-03-01T10:00:00Z","resolved_at":"2024-03-01T11:00:00Z"}`
	opt := importer.Options{Workload: []byte(work), WorkloadFile: "dir/w.yaml"}
	res := mustImport(t, "x.json", []byte(data), opt)
	checkResult(t, res)
	text := string(res.Timeline)
	for _, want := range []string{
		"environment: staging", "ci:", "start: 2024-03-01T00:00:00Z",
		"that of w.yaml",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	for _, not := range []string{"flapping", "expect", "2020-01-01"} {
		if strings.Contains(text, not) {
			t.Errorf("%q in\n%s", not, text)
		}
	}
}

func TestEncodings(t *testing.T) {
	text := "from,to,cause\r\n2024-03-01T10:00:00Z,2024-03-01T11:00:00Z,down\r\n"
	wide := []byte{0xFE, 0xFF}
	for _, u := range utf16.Encode([]rune(text)) {
		wide = append(wide, byte(u>>8), byte(u))
	}
	marked := []byte("\xEF\xBB\xBF" + text)
	for name, data := range map[string][]byte{"UTF-8 with mark": marked, "UTF-16": wide} {
		if res := mustImport(t, "x.csv", data, importer.Options{}); res.Windows != 1 {
			t.Errorf("%s: %d windows", name, res.Windows)
		}
	}
}

func TestErrors(t *testing.T) {
	broken := errors.New("disk on fire")
	_, err := importer.Import("x.csv", iotest.ErrReader(broken), importer.Options{})
	if !errors.Is(err, broken) {
		t.Errorf("reader's error: %v", err)
	}
	at := time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC)
	_, err = importer.Import("x.csv", strings.NewReader("x"), importer.Options{From: at, To: at})
	if err == nil || !strings.Contains(err.Error(), "from before to") {
		t.Errorf("empty period: %v", err)
	}
	_, err = importer.Import("x.csv", strings.NewReader("x"),
		importer.Options{Components: map[string]string{"A": "b/c"}})
	if err == nil || !strings.Contains(err.Error(), `"b/c"`) {
		t.Errorf("resource with a slash: %v", err)
	}
}

func TestParseFault(t *testing.T) {
	for spec, want := range map[string]string{
		"down": "down", "down:502": "down status 502", "down:tls": "down how tls", "flaky": "flaky rate 0.3",
		"flaky:1": "flaky rate 1", "slow:90s": "slow latency 1m30s", "rate_limited": "rate_limited",
		"token_refresh": "token_refresh how transient", "flapping:1m/2m": "flapping up 1m, down 2m",
		"listed": "listed", "down:200": "", "down:": "", "flaky:0": "", "flaky:1.1": "", "flaky:x": "",
		"slow:0s": "", "slow:-1s": "", "rate_limited:": "", "flapping:1m": "", "maintenance:x": "",
		"token_refresh:x": "",
		"":                "", "flaky:NaN": "",
	} {
		f, err := importer.ParseFault(spec)
		if got := f.String(); (err != nil) != (want == "") || err == nil && got != want {
			t.Errorf("ParseFault(%q) = %q, %v (want %q)", spec, got, err, want)
		}
	}
}
