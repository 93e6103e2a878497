package journal_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/cockroachdb/datadriven"
	"github.com/google/go-cmp/cmp"

	"github.com/outagedrill/outagedrill/sim/journal"
)

// TestRead checks what the reader says of broken journals, one complaint a case.
//
//	read [started] [cut=N]     lines in; entries read, and the error, out
//
// With started the lines follow a sound run.started; cut leaves out the last N bytes.
func TestRead(t *testing.T) {
	started := readFile(t, "testdata/world/started.ndjson")
	datadriven.Walk(t, "testdata/read", func(t *testing.T, path string) {
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			text, cut := d.Input+"\n", 0
			if d.Input == "" {
				text = ""
			}
			if d.HasArg("started") {
				text = started + text
			}
			d.MaybeScanArgs(t, "cut", &cut)
			n := 0
			err := journal.Read(strings.NewReader(text[:len(text)-cut]), func(*journal.Entry) error {
				n++
				return nil
			})
			return fmt.Sprintf("%d read, %v\n", n, err)
		})
	})
}

func TestReadGivesBackWhatWasWritten(t *testing.T) {
	want := ended(story(3))
	var b bytes.Buffer
	w := journal.NewWriter(&b)
	for i := range want {
		if err := w.Append(&want[i]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	var got []journal.Entry
	if err := journal.Read(iotest.OneByteReader(&b), keep(&got)); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("written (-), read (+):\n%s", diff)
	}
}

// keep copies the entries, as a report does.
func keep(list *[]journal.Entry) func(*journal.Entry) error {
	return func(e *journal.Entry) error {
		*list = append(*list, *e)
		return nil
	}
}

func TestReadOfAnIncompleteJournal(t *testing.T) {
	whole := story(1)
	var got []journal.Entry
	err := journal.Read(bytes.NewReader(journalOf(whole)), keep(&got))
	if !errors.Is(err, journal.ErrIncomplete) || len(got) != len(whole) {
		t.Errorf("%d of %d entries and %v, want all of them and ErrIncomplete", len(got), len(whole), err)
	}
}

// TestReadAgreesWithEncodingJSON checks lines that are nearly plain: each is read as encoding/json reads it, or
// refused with it.
func TestReadAgreesWithEncodingJSON(t *testing.T) {
	started := readFile(t, "testdata/world/started.ndjson")
	const head = `{"seq":2,"at":"2024-03-01T01:00:00Z","kind":"calls.failed"`
	for _, tail := range []string{
		`}`, `} `, `}x`, `}}`, `},`, `,}`, ` , "flow" : "a" }`, `,"flow"}`, `,"flow`,
		`,"count":7}`, `,"count":07}`, `,"count":0}`, `,"count":-7}`, `,"count":7.0}`, `,"count":}`, `,"count":"7"}`,
		`,"count":999999999999999999}`, `,"count":9223372036854775807}`,
		`,"count":9223372036854775808}`, `,"count":18446744073709551617}`,
		`,"status":503}`, `,"status":null}`, `,"waiting":0,"delivered":5}`, `,"resources":["a","b"]}`,
		`,"flow":"a\u0062"}`, `,"flow":"é"}`, `,"flow":"` + "\xff" + `"}`, `,"flow":"` + "\t" + `"}`, `,"flow":7}`,
		`,"flow":"` + strings.Repeat("long", 100) + `"}`, `,"FLOW":"a"}`, `,"flow":"a","flow":"b"}`,
		`,"first":"2024-03-01T00:00:00.5Z"}`, `,"first":"2024-03-01"}`, `,"first":null}`, `,"first":5}`,
		`,"first":"2024-02-29T23:59:59.123456789Z"}`, `,"first":"2023-02-29T00:00:00Z"}`, `,"first":"2024-03-01T24:00:00Z"}`,
		`,"first":"2024-03-01T00:60:00Z"}`, `,"first":"2024-03-01T00:00:60Z"}`, `,"first":"2024-03-01T00:00:00.Z"}`,
		`,"first":"2024-03-01T00:00:00.1234567890Z"}`, `,"first":"2024-03-01T00:00:00,5Z"}`, `,"first":"2024-03-01T00:00:00"}`,
		`,"first":"2024-03-01T0:00:000Z"}`, `,"first":"2024-03-01 00:00:00Z"}`, `,"first":"2024-03-01T01:00:00+01:00"}`,
		`,"first":"1677-01-01T00:00:00Z"}`, `,"first":"0000-01-01T00:00:00Z"}`, `,"first":"2262-06-01T00:00:00Z"}`,
		`,"first":"1969-12-31T23:59:59.5Z","last":"1969-12-31T23:59:59.25Z"}`, `,"first":"2024-03-01T-1:00:00Z"}`,
		`,"cause":1,"cause":null}`, `,"cause":nul}`, `,"unknown":{"a":[1]}}`,
	} {
		var want journal.Entry
		var got []journal.Entry
		wantErr := json.Unmarshal([]byte(head+tail), &want)
		err := journal.Read(strings.NewReader(started+head+tail+"\n"), keep(&got))
		switch read := errors.Is(err, journal.ErrIncomplete); {
		case read != (wantErr == nil):
			t.Errorf("%s: %v, encoding/json says %v", tail, err, wantErr)
		case read && !reflect.DeepEqual(got[1], want):
			t.Errorf("%s: encoding/json (-), Read (+):\n%s", tail, cmp.Diff(want, got[1]))
		}
	}
}

// TestReadNeedsNoLastLineEnd: a whole object is a whole line.
func TestReadNeedsNoLastLineEnd(t *testing.T) {
	text := bytes.TrimSuffix(journalOf(ended(story(1))), []byte("\n"))
	if err := journal.Read(bytes.NewReader(text), func(*journal.Entry) error { return nil }); err != nil {
		t.Error(err)
	}
}

// TestReadOfACutJournal cuts a journal at every byte of its last two lines: it never passes for a whole one.
func TestReadOfACutJournal(t *testing.T) {
	text := journalOf(ended(story(1)))
	for n := len(text) - 250; n < len(text)-1; n++ {
		err := journal.Read(bytes.NewReader(text[:n]), func(*journal.Entry) error { return nil })
		line := bytes.Count(text[:n], []byte("\n"))
		atEnd := text[n-1] == '\n' || text[n] == '\n'
		middle := fmt.Sprintf("line %d: the journal ends in the middle of line %[1]d "+
			"(want one JSON object a line)", line+1)
		switch {
		case err == nil:
			t.Errorf("cut at byte %d it is read without an error", n)
		case atEnd && !errors.Is(err, journal.ErrIncomplete):
			t.Errorf("cut at a line end: %v, want ErrIncomplete", err)
		case !atEnd && err.Error() != middle:
			t.Errorf("cut at byte %d: %v, want %s", n, err, middle)
		}
	}
}

func TestReadStopsWhenAsked(t *testing.T) {
	stop := errors.New("enough")
	n := 0
	err := journal.Read(bytes.NewReader(journalOf(story(1))), func(*journal.Entry) error {
		n++
		if n == 3 {
			return stop
		}
		return nil
	})
	if !errors.Is(err, stop) || n != 3 {
		t.Errorf("%d entries and %v, want 3 and the callback's own error", n, err)
	}
}

func TestReadPassesOnReadErrors(t *testing.T) {
	broken := errors.New("disk on fire")
	r := io.MultiReader(bytes.NewReader(journalOf(story(1))), iotest.ErrReader(broken))
	if err := journal.Read(r, func(*journal.Entry) error { return nil }); !errors.Is(err, broken) {
		t.Errorf("%v, want %v", err, broken)
	}
}

func TestWriterKeepsItsError(t *testing.T) {
	w := journal.NewWriter(brokenWriter{})
	e := journal.Entry{Seq: 1, Kind: journal.CheckFailed, Message: strings.Repeat("x", 1<<17)}
	for range 2 {
		if err := w.Append(&e); !errors.Is(err, io.ErrShortWrite) {
			t.Errorf("%v, want %v", err, io.ErrShortWrite)
		}
	}
	if err := w.Flush(); !errors.Is(err, io.ErrShortWrite) {
		t.Errorf("%v, want %v", err, io.ErrShortWrite)
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

func TestWriterRefusesATimelineThatIsNotJSON(t *testing.T) {
	w := journal.NewWriter(io.Discard)
	run := &journal.Run{Timeline: journal.RawObject("{")}
	e := journal.Entry{Seq: 1, Kind: journal.RunStarted, Run: run}
	if w.Append(&e) == nil {
		t.Error("a timeline that is not JSON was written")
	}
}

// FuzzRead: whatever is read as a journal says what encoding/json reads there, is folded without a panic and
// written again as a journal that says the same.
func FuzzRead(f *testing.F) {
	const (
		started = `{"seq":1,"at":"2024-03-01T00:00:00Z","kind":"run.started","run":{"format":1,` +
			`"jobs":[{"name":"j"}],"connections":[{"name":"c"}],"flows":[{"name":"f","from":"c/r"}]}}`
		began  = "\n" + `{"seq":2,"at":"2024-03-01T00:00:00Z","kind":"fault.began","fault":"down"}`
		second = "\n" + `{"seq":3,"at":"2024-03-01T00:00:00Z","cause":2,"kind":`
	)
	f.Add([]byte(started))
	for _, rest := range []string{
		`"connection.offline","connection":"c"}`, `"flow.paused","flow":"f","waiting":1}`,
		`"fault.ended","began":2}`, `"job.disabled","by":"platform","job":"j"}`, `"run.ended","end":{"calls":1}}`,
	} {
		f.Add([]byte(started + began + second + rest))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var first, second []journal.Entry
		err := journal.Read(bytes.NewReader(text), keep(&first))
		if err != nil && !errors.Is(err, journal.ErrIncomplete) {
			return
		}
		for i, line := range bytes.SplitN(text, []byte("\n"), len(first)+1)[:len(first)] {
			var e journal.Entry
			if err := json.Unmarshal(line, &e); err != nil || !reflect.DeepEqual(e, first[i]) {
				t.Fatalf("encoding/json reads %v, %v; Read reads %v", e, err, first[i])
			}
		}
		again := journalOf(first)
		err = journal.Read(bytes.NewReader(again), keep(&second))
		if err != nil && !errors.Is(err, journal.ErrIncomplete) {
			t.Fatalf("written again it is not read: %v\n%s", err, again)
		}
		if !bytes.Equal(again, journalOf(second)) {
			t.Errorf("written twice it differs:\n%s\n%s", again, journalOf(second))
		}
		s, err := journal.Summarize(bytes.NewReader(text))
		if s == nil {
			t.Fatal(err)
		}
		if b, err := s.JSON(); err != nil || !json.Valid(b) {
			t.Errorf("summary %s: %v", b, err)
		}
	})
}

func BenchmarkRead100k(b *testing.B) {
	text := bigJournal(100_000)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if err := journal.Read(bytes.NewReader(text), func(*journal.Entry) error { return nil }); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1e5, "ns/entry")
}

func BenchmarkFold100k(b *testing.B) {
	var list []journal.Entry
	if err := journal.Read(bytes.NewReader(bigJournal(100_000)), keep(&list)); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		f := journal.NewFold()
		for i := range list {
			f.Add(&list[i])
		}
		f.Summary(nil, list[len(list)-1].At)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1e5, "ns/entry")
}

// bigJournal is a whole journal of about n entries.
func bigJournal(n int) []byte { return journalOf(ended(story(n / 46))) }
