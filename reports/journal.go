// Package reports turns a journal into what people read: report.html, one self-contained page that opens
// offline, and the answer on the terminal. Both tell the same model, computed from the journal alone, so
// that an old journal gives the same bytes on any machine.
package reports

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"sort"

	"github.com/outagedrill/outagedrill/reports/history"
	"github.com/outagedrill/outagedrill/sim/journal"
)

// Journal is what a report needs of a journal: the entries in order without the single calls
// (call.finished), and the summary computed from them.
type Journal struct {
	Run     *journal.Run
	Summary *journal.Summary

	rows rows

	// History, if not nil, is of the runs up to this one, which is its last line; it is shown beside the run.
	History *history.Log

	Missing int64 // lines that are not there although later ones are, by their seq
	Whole   bool  // the journal ends with run.ended
	Cut     int   // the line, from 1, in the middle of which the journal ends; 0 for none
}

// Load reads a journal. A journal that breaks off, or from which lines were taken out, is loaded as far as it
// tells something, and the report says so; what is no journal at all is an error with its line.
func Load(r io.Reader) (*Journal, error) {
	l := newLoader()
	in := bufio.NewReaderSize(r, 1<<16)
	for line := 1; ; line++ {
		text, err := readLine(in)
		ended := errors.Is(err, io.EOF)
		if err != nil && !ended {
			return nil, fmt.Errorf("reading the journal: %w", err)
		}
		text = bytes.TrimSpace(text)
		if ended && line > 1 && len(text) > 0 && !json.Valid(text) {
			l.j.Cut = line
			break
		}
		if len(text) > 0 {
			if err := l.add(text); err != nil {
				return nil, fmt.Errorf("journal line %d: %w", line, err)
			}
		}
		if ended {
			break
		}
	}
	return l.journal()
}

// journal is what was gathered.
func (l *loader) journal() (*Journal, error) {
	if l.j.Run == nil {
		return nil, errors.New("empty journal (want run.started on the first line)")
	}
	l.j.Missing = l.last - l.n
	l.j.Summary = l.fold.Summary(l.end, l.at)
	return l.j, nil
}

// readLine reads a line, valid until the next one is read.
func readLine(in *bufio.Reader) ([]byte, error) {
	text, err := in.ReadSlice('\n')
	if !errors.Is(err, bufio.ErrBufferFull) {
		return text, err
	}
	long := slices.Clone(text)
	rest, err := in.ReadBytes('\n')
	return append(long, rest...), err
}

// loader gathers a Journal. The fold wants the entries numbered without gaps, so it gets them renumbered.
type loader struct {
	j    *Journal
	fold *journal.Fold
	from *journal.Decoder
	free *journal.Entry // for the next entry
	gaps []gap          // in the order of seq
	n    int64          // entries taken; the place of each, from 1, is its seq in the fold
	last int64
	at   journal.Time
	end  *journal.Counters
}

// gap is where entries are missing: all after one seq and before another. Place is how many there are up to
// it.
type gap struct{ after, before, place int64 }

func newLoader() *loader {
	return &loader{j: &Journal{}, fold: journal.NewFold(), from: journal.NewDecoder()}
}

func (l *loader) add(text []byte) error {
	if l.free == nil {
		l.free = new(journal.Entry)
	}
	e := l.free
	if err := l.from.Decode(text, e); err != nil {
		return err
	}
	kept, err := l.take(e, l.from.Form())
	if kept {
		l.free = nil
	}
	return err
}

// take adds an entry of a form, 0 where that is not known, and tells whether it keeps it.
func (l *loader) take(e *journal.Entry, form int) (kept bool, err error) {
	switch {
	case (e.Kind == journal.RunStarted && e.Run != nil) != (l.j.Run == nil):
		return false, fmt.Errorf("found %q (want run.started on the first line and nowhere else)",
			clean(string(e.Kind)))
	case e.Seq <= l.last:
		return false, fmt.Errorf("seq %d after seq %d (want rising numbers)", e.Seq, l.last)
	case e.Cause != nil && *e.Cause >= e.Seq:
		return false, fmt.Errorf("cause %d of seq %d (want an earlier entry)", *e.Cause, e.Seq)
	case e.Run != nil && e.Run.Format != journal.Format:
		return false, fmt.Errorf("journal format %d (want %d)", e.Run.Format, journal.Format)
	case e.Kind == "":
		return false, errors.New("no kind (want one of the kinds of docs/journal.md)")
	case e.Kind == journal.RunEnded && e.End == nil:
		return false, errors.New("run.ended without end (want the run's counters)")
	}
	if e.Seq != l.last+1 {
		l.gaps = append(l.gaps, gap{after: l.last, before: e.Seq, place: l.n})
	}
	l.last, l.at = e.Seq, e.At
	l.n++
	l.fold.Add(l.renumbered(e))
	switch e.Kind {
	case journal.RunStarted:
		l.j.Run = e.Run
	case journal.RunEnded:
		l.j.Whole, l.end = true, e.End
	}
	return e.Kind != journal.CallFinished && !l.j.rows.add(e, form), nil
}

// renumbered is the entry as the fold wants it; a cause that is not there is none.
func (l *loader) renumbered(e *journal.Entry) *journal.Entry {
	if len(l.gaps) == 0 && (e.Cause == nil || *e.Cause > 0) {
		return e
	}
	copied := *e
	copied.Seq, copied.Began = l.place(e.Seq), l.place(e.Began)
	if e.Cause != nil {
		copied.Cause = nil
		if seq := l.place(*e.Cause); seq > 0 {
			copied.Cause = &seq
		}
	}
	return &copied
}

// place is the place of a seq, from 1; 0 where it is missing.
func (l *loader) place(seq int64) int64 {
	i := sort.Search(len(l.gaps), func(i int) bool { return l.gaps[i].before > seq })
	if i < len(l.gaps) && l.gaps[i].after < seq || seq <= 0 || seq > l.last {
		return 0
	}
	if i == 0 {
		return seq
	}
	last := l.gaps[i-1] // the last one before
	return last.place + seq - last.before + 1
}
