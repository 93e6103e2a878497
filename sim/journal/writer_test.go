package journal_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/outagedrill/outagedrill/sim/journal"
)

func TestWhatIsWrittenIsReadAgain(t *testing.T) {
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
	if diff := cmp.Diff(want, decoded(t, b.Bytes())); diff != "" {
		t.Errorf("written (-), read (+):\n%s", diff)
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
