package importer_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/datadriven"

	"github.com/outagedrill/outagedrill/sim/importer"
)

// TestTraps plays small histories, each with one trap of real data. Commands:
//
//	import [file=NAME] [format=NAME] [application=NAME] [from=T] [to=T] [as-of=T]
//	       [status=(WORD,FAULT)] [component=(NAME,RESOURCE)] [lent]
//	timeline [the same]       (answers with the whole timeline)
//	workload                  (its input is what a later import with lent takes)
//
// The answer gives the counts, what was listed, adjusted and remarked, and the events written.
func TestTraps(t *testing.T) {
	datadriven.Walk(t, "testdata/traps", func(t *testing.T, path string) {
		workload := ""
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			switch d.Cmd {
			case "workload":
				workload = d.Input
				return ""
			case "import", "timeline":
				return playTrap(t, d, workload)
			}
			t.Fatalf("%s: unknown command %q", d.Pos, d.Cmd)
			return ""
		})
	})
}

func playTrap(t *testing.T, d *datadriven.TestData, workload string) string {
	t.Helper()
	file := "acme.json"
	d.MaybeScanArgs(t, "file", &file)
	opt := importer.Options{
		From: instantArg(t, d, "from"), To: instantArg(t, d, "to"),
		AsOf: instantArg(t, d, "as-of"), Status: pairArg(t, d, "status"), Components: pairArg(t, d, "component"),
	}
	d.MaybeScanArgs(t, "format", &opt.Format)
	d.MaybeScanArgs(t, "application", &opt.Application)
	if d.HasArg("lent") {
		opt.Workload, opt.WorkloadFile = []byte(workload), "work.yaml"
	}
	res, err := importer.Import(file, strings.NewReader(d.Input), opt)
	if err != nil {
		return "error: " + err.Error() + "\n"
	}
	checkResult(t, res)
	if d.Cmd == "timeline" {
		return string(res.Timeline)
	}
	return describe(res)
}

// describe words a result: what a user is told, and the events.
func describe(res *importer.Result) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: records %d = windows %d + listed %d, events %d\n", res.Format, res.Records,
		res.Windows, len(res.Listed), res.Events)
	for _, group := range []struct {
		word  string
		notes []importer.Note
	}{{"listed", res.Listed}, {"adjusted", res.Adjusted}} {
		for _, n := range group.notes {
			fmt.Fprintf(&b, "%s %s %s (%s): %s\n", group.word, n.Rule, n.ID, n.Where, n.Reason)
		}
	}
	for _, remark := range res.Remarks {
		fmt.Fprintf(&b, "remark: %s\n", remark)
	}
	_, events, _ := strings.Cut(string(res.Timeline), "\nevents:")
	for line := range strings.Lines(events) {
		if _, event, ok := strings.Cut(line, "- {"); ok {
			b.WriteString("{" + event)
		}
	}
	return b.String()
}

func instantArg(t *testing.T, d *datadriven.TestData, key string) time.Time {
	t.Helper()
	var s string
	if d.MaybeScanArgs(t, key, &s); s == "" {
		return time.Time{}
	}
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatalf("%s: %v", d.Pos, err)
	}
	return at
}

func pairArg(t *testing.T, d *datadriven.TestData, key string) map[string]string {
	t.Helper()
	if !d.HasArg(key) {
		return nil
	}
	var from, to string
	d.ScanArgs(t, key, &from, &to)
	return map[string]string{from: strings.Trim(to, "'")}
}
