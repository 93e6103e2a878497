package journal_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"
	"github.com/google/go-cmp/cmp"

	"github.com/outagedrill/outagedrill/sim/journal"
)

// TestFold checks the figures of hand-written journals, one behaviour a file.
//
//	summarize [unended] [only=(jobs,outages,…)]     journal in, summary.json out, or one line an element of those lists
//
// A journal whose first entry has seq 2 gets testdata/world/started.ndjson before it, and one without
// run.ended gets testdata/world/ended.ndjson after it, unless the command says unended: the files show only
// what matters.
func TestFold(t *testing.T) {
	started := readFile(t, "testdata/world/started.ndjson")
	ended := readFile(t, "testdata/world/ended.ndjson")
	datadriven.Walk(t, "testdata/fold", func(t *testing.T, path string) {
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			text := d.Input + "\n"
			if !strings.HasPrefix(text, `{"seq":1,`) {
				text = started + text
			}
			if !d.HasArg("unended") && !strings.Contains(text, `"kind":"run.ended"`) {
				text += strings.ReplaceAll(ended, "SEQ", fmt.Sprint(strings.Count(text, "\n")+1))
			}
			s := summaryOf(t, []byte(text))
			for _, arg := range d.CmdArgs {
				if arg.Key == "only" {
					return lists(t, s, arg.Vals)
				}
			}
			return jsonOf(t, s)
		})
	})
}

// lists is the named lists of a summary, one line an element.
func lists(t *testing.T, s *journal.Summary, names []string) string {
	t.Helper()
	var parts map[string]json.RawMessage
	if err := json.Unmarshal([]byte(jsonOf(t, s)), &parts); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	for _, name := range names {
		var elements []json.RawMessage
		if err := json.Unmarshal(parts[name], &elements); err != nil {
			elements = []json.RawMessage{parts[name]}
		}
		for _, e := range elements {
			fmt.Fprintf(&out, "%s: ", name)
			if err := json.Compact(&out, e); err != nil {
				t.Fatal(err)
			}
			out.WriteByte('\n')
		}
		if len(elements) == 0 {
			fmt.Fprintf(&out, "%s: none\n", name)
		}
	}
	return out.String()
}

func jsonOf(t *testing.T, s *journal.Summary) string {
	t.Helper()
	b, err := s.JSON()
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func readFile(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestFoldAtAnyInstant asks for a summary after every entry and checks that each says what a fold of the
// entries so far says, and that none changes when more entries come.
func TestFoldAtAnyInstant(t *testing.T) {
	entries := story(1)
	f := journal.NewFold()
	var early []*journal.Summary
	var texts []string
	for i := range entries {
		f.Add(&entries[i])
		early = append(early, f.Summary(nil, entries[i].At))
		texts = append(texts, jsonOf(t, early[i]))

		alone := journal.NewFold()
		for k := range entries[:i+1] {
			alone.Add(&entries[k])
		}
		if diff := cmp.Diff(texts[i], jsonOf(t, alone.Summary(nil, entries[i].At))); diff != "" {
			t.Fatalf("after entry %d, asked before (-) and not asked before (+):\n%s", i+1, diff)
		}
	}
	for i, s := range early {
		if diff := cmp.Diff(texts[i], jsonOf(t, s)); diff != "" {
			t.Errorf("the summary after entry %d changed later:\n%s", i+1, diff)
		}
	}
	if last := early[len(early)-1]; len(last.Outages) != 1 || len(last.Jobs[0].Disablements) != 1 {
		t.Errorf("the story has %d outages and %d disablements, want 1 and 1", len(last.Outages),
			len(last.Jobs[0].Disablements))
	}
}

func TestFoldRefusesDisorder(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("an entry out of order went into the fold, want a panic")
		}
	}()
	journal.NewFold().Add(&journal.Entry{Seq: 2, Kind: journal.FaultBegan})
}

// TestFoldMemory folds a million entries; what the fold keeps of them has to fit in 50 MB.
func TestFoldMemory(t *testing.T) {
	entries := story(200)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	f := journal.NewFold()
	f.Add(&entries[0])
	e := journal.Entry{Seq: 1}
	for e.Seq < 1_000_000 {
		for i := 1; i < len(entries) && e.Seq < 1_000_000; i++ {
			seq := e.Seq + 1
			e = entries[i]
			if e.Cause != nil {
				cause := seq - (e.Seq - *e.Cause)
				e.Cause = &cause
			}
			e.Seq = seq
			f.Add(&e)
		}
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if used := int64(after.HeapAlloc) - int64(before.HeapAlloc); used > 50e6 {
		t.Errorf("after a million entries the fold keeps %d MB, want less than 50", used/1e6)
	}
	runtime.KeepAlive(f)
}
