package importer_test

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/outagedrill/outagedrill/sim/importer"
)

// realFolder holds public histories that are not part of the project; tests skip where it is absent.
const realFolder = "../../../shared/data"

// noWindows are the real files that hold nothing to replay: nine years that were migrated from
// another system, one record of zero length, one without an outage, and snapshots whose incidents
// are all still open. Every other file must yield windows, so that an importer that reads nothing
// is found out.
func noWindows(name string) bool {
	for _, pattern := range []string{
		"github-incident-history/incidents-201[0-8].ndjson",
		"lurk-incidents/tricky_*.json",
		"raw-samples/statuspage-summary/*/all-operational.json",
		"raw-samples/statuspage-summary/*/indicator-none-but-incident-open.json",
		"raw-samples/statuspage-summary/*/longest-update-body.json",
		"raw-samples/statuspage-summary/*/most-open-incidents.json",
		"raw-samples/statuspage-summary/*/major-outage-critical.json",
		"raw-samples/statuspage-summary/*/most-components-down.json",
	} {
		if ok, _ := path.Match(pattern, name); ok {
			return !strings.Contains(name, "digitalocean") &&
				!strings.Contains(name, "statuspage-meta/most-components")
		}
	}
	return false
}

// realFiles gives the S, SS, S+ and T files, by their path in realFolder.
func realFiles(t testing.TB) []string {
	t.Helper()
	if _, err := os.Stat(realFolder); err != nil {
		t.Skip("no real histories here")
	}
	var files []string
	for _, pattern := range []string{
		"github-incident-history/*.ndjson", "outages-project/github/*.ndjson",
		"outages-project/trello/*.ndjson", "weekly-incident/raw/*.ndjson", "emma-2019/*.json",
		"weekly-incident/api-captures/statuspage_*.json", "hubspot-transcribed/*.json",
		"lurk-incidents/*.json", "raw-samples/statuspage-summary/*/*.json",
	} {
		found, err := fs.Glob(os.DirFS(realFolder), pattern)
		if err != nil || len(found) == 0 {
			t.Fatalf("%s: no files (%v)", pattern, err)
		}
		files = append(files, found...)
	}
	return files
}

// TestRealFiles imports every real file: the counts hold against a count of its own, files with
// outages yield windows, the timeline is valid, and no word of the vendor's texts is in it.
func TestRealFiles(t *testing.T) {
	for _, name := range realFiles(t) {
		t.Run(name, func(t *testing.T) {
			data := readReal(t, name)
			res := mustImport(t, name, data, importer.Options{})
			checkResult(t, res)
			if want := countRecords(t, name, data); want >= 0 && res.Records != want {
				t.Errorf("%d records (want %d)", res.Records, want)
			}
			if got := res.Windows == 0; got != noWindows(name) {
				t.Errorf("%d windows of %d records (want none: %t)", res.Windows, res.Records, noWindows(name))
			}
			checkNoTexts(t, data, res.Timeline)
			if len(data) > 200_000 {
				return
			}
			again := mustImport(t, name, data, importer.Options{})
			if !bytes.Equal(again.Timeline, res.Timeline) {
				t.Error("two imports differ")
			}
		})
	}
}

// TestRealWindows holds the counts of some real files.
func TestRealWindows(t *testing.T) {
	realFiles(t)
	for name, want := range map[string][3]int{
		"github-incident-history/incidents-2019.ndjson":     {40, 19, 19},
		"github-incident-history/incidents-2020.ndjson":     {70, 67, 67},
		"github-incident-history/incidents-2021.ndjson":     {86, 85, 85},
		"outages-project/github/incidents.ndjson":           {340, 329, 328},
		"outages-project/github/maintenances.ndjson":        {21, 21, 18},
		"outages-project/github/transitions.ndjson":         {604, 604, 604},
		"outages-project/trello/transitions.ndjson":         {193, 193, 193},
		"weekly-incident/raw/stripe.ndjson":                 {50, 45, 45},
		"emma-2019/incidents.json":                          {22, 17, 17},
		"lurk-incidents/major_impact_long_description.json": {1, 1, 1},
	} {
		res := mustImport(t, name, readReal(t, name), importer.Options{})
		if got := [3]int{res.Records, res.Windows, res.Events}; got != want {
			t.Errorf("%s: records, windows, events %v (want %v)", name, got, want)
		}
	}
}

// TestRealMonth cuts one month, which must not change which records there are.
func TestRealMonth(t *testing.T) {
	realFiles(t)
	const name = "outages-project/github/transitions.ndjson"
	data := readReal(t, name)
	res := mustImport(t, name, data, importer.Options{
		From: time.Date(2022, 9, 1, 0, 0, 0, 0, time.UTC), To: time.Date(2022, 10, 1, 0, 0, 0, 0, time.UTC),
	})
	checkResult(t, res)
	if res.Records != 604 || res.Windows == 0 || res.Windows > 100 {
		t.Errorf("%d records, %d windows", res.Records, res.Windows)
	}
	if !bytes.Contains(res.Timeline, []byte("\nstart: 2022-09-01T00:00:00Z\nduration: 30d\n")) {
		t.Errorf("not the month:\n%.600s", res.Timeline)
	}
}

// TestRealSummariesAsOf ends what the snapshots leave open: all that are not all clear replay.
func TestRealSummariesAsOf(t *testing.T) {
	for _, name := range realFiles(t) {
		if !strings.Contains(name, "statuspage-summary") || strings.Contains(name, "all-operational") {
			continue
		}
		asOf := time.Date(2026, 8, 1, 0, 0, 0, 0, time.UTC)
		res := mustImport(t, name, readReal(t, name), importer.Options{AsOf: asOf})
		if checkResult(t, res); res.Windows == 0 {
			t.Errorf("%s: no windows of %d records", name, res.Records)
		}
	}
}

func TestRealEmptySnapshot(t *testing.T) {
	realFiles(t)
	data := readReal(t, "raw-samples/statuspage-summary/github/not-json.txt")
	if res, err := importer.Import("x", bytes.NewReader(data), importer.Options{}); err == nil {
		t.Errorf("an empty snapshot gave %d records", res.Records)
	}
}

func readReal(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(realFolder, name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// countRecords counts the incidents of a file in the plainest way; -1 where components count too.
func countRecords(t *testing.T, name string, data []byte) int {
	t.Helper()
	var answer struct{ Incidents []json.RawMessage }
	switch {
	case strings.HasPrefix(name, "raw-samples/"), strings.HasSuffix(name, "transitions.ndjson"):
		return -1
	case strings.HasSuffix(name, ".ndjson"):
		return bytes.Count(data, []byte("\n"))
	case strings.HasPrefix(name, "lurk-"):
		return 1
	}
	if err := json.Unmarshal(data, &answer); err != nil {
		t.Fatal(err)
	}
	return len(answer.Incidents)
}

// checkNoTexts looks for the beginnings of update bodies in a timeline.
func checkNoTexts(t *testing.T, source, timeline []byte) {
	t.Helper()
	for _, part := range bytes.Split(source, []byte(`"body":`))[1:] {
		text := bytes.TrimLeft(part[:min(len(part), 60)], ` "`)
		if len(text) >= 40 && bytes.Contains(timeline, text[:30]) {
			t.Errorf("the timeline holds the vendor's text %q", text)
		}
	}
}
