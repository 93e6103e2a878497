package reports_test

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"

	"github.com/outagedrill/outagedrill/reports"
)

// sound is the first line of a journal.
const sound = `{"seq":1,"at":"2024-03-01T00:00:00Z","kind":"run.started","run":{"format":1,` +
	`"jobs":[{"name":"j"}],"connections":[{"name":"c"}],"flows":[{"name":"f","from":"c/r"}]}}`

// TestLoad checks what becomes of journals that are not as they should be, one trouble a case.
//
//	load [started] [cut=N]     lines in; what there is of a journal, or the error, out
//
// With started the lines follow a sound run.started; cut leaves out the last N bytes.
func TestLoad(t *testing.T) {
	datadriven.Walk(t, "testdata/load", func(t *testing.T, path string) {
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			text, cut := d.Input+"\n", 0
			if d.Input == "" {
				text = ""
			}
			if d.HasArg("started") {
				text = sound + "\n" + text
			}
			d.MaybeScanArgs(t, "cut", &cut)
			j, err := reports.Load(strings.NewReader(text[:len(text)-cut]))
			if err != nil {
				return fmt.Sprintf("error: %v\n", err)
			}
			return fmt.Sprintf("%d entries, %d missing, whole %v, cut in line %d\n", j.Len(), j.Missing, j.Whole, j.Cut)
		})
	})
}

// TestLoadOfACutJournal cuts a journal at every byte of its last two lines: it never passes for a whole one.
func TestLoadOfACutJournal(t *testing.T) {
	text := outageScript("UTC").text(t)
	whole := strings.Count(text, "\n")
	last := strings.LastIndexByte(text[:len(text)-1], '\n')
	for n := strings.LastIndexByte(text[:last], '\n'); n < len(text)-1; n++ {
		j, err := reports.Load(strings.NewReader(text[:n]))
		if err != nil {
			t.Fatalf("cut at byte %d: %v", n, err)
		}
		between := text[n-1] == '\n' || text[n] == '\n'
		cut := 1 + strings.Count(text[:n], "\n")
		if between {
			cut = 0
		}
		if j.Whole || j.Cut != cut || j.Len() >= whole {
			t.Errorf("cut at byte %d: %d entries, whole %v, cut in line %d, want %d", n, j.Len(), j.Whole, j.Cut, cut)
		}
	}
}

// FuzzLoad: whatever is loaded as a journal can be told, on a page and in words.
func FuzzLoad(f *testing.F) {
	const (
		began  = "\n" + `{"seq":2,"at":"2024-03-01T00:00:00Z","kind":"fault.began","fault":"down"}`
		second = "\n" + `{"seq":3,"at":"2024-03-01T00:00:00Z","cause":2,"kind":`
	)
	f.Add([]byte(sound))
	for _, rest := range []string{
		`"connection.offline","connection":"c"}`, `"flow.paused","flow":"f","waiting":1}`,
		`"fault.ended","began":2}`, `"job.disabled","by":"platform","job":"j"}`, `"run.ended","end":{"calls":1}}`,
	} {
		f.Add([]byte(sound + began + second + rest))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		j, err := reports.Load(strings.NewReader(string(text)))
		if err != nil {
			return
		}
		if b, err := j.Summary.JSON(); err != nil || !json.Valid(b) {
			t.Errorf("summary %s: %v", b, err)
		}
		if err := reports.HTML(io.Discard, j); err != nil {
			t.Errorf("page: %v", err)
		}
		if err := reports.Answer(io.Discard, j, reports.AnswerOptions{}); err != nil {
			t.Errorf("answer: %v", err)
		}
	})
}
