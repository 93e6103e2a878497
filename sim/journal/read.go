package journal

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
)

// Format is the version of the journal format that this package writes and reads.
const Format = 1

// maxLine is the length in bytes at which a line is refused. The longest line by far is run.started, which
// carries the whole timeline.
const maxLine = 256 << 20

// wantObject is what a line has to be.
const wantObject = "want one JSON object a line"

// ErrIncomplete marks a journal that is sound as far as it goes and has no run.ended.
var ErrIncomplete = errors.New("the journal is incomplete (want run.ended at its end)")

// LineError is what is wrong with one line of a journal.
type LineError struct {
	Line int // from 1
	Err  error
}

func (e *LineError) Error() string { return fmt.Sprintf("line %d: %v", e.Line, e.Err) }

// Unwrap returns what is wrong, without the line.
func (e *LineError) Unwrap() error { return e.Err }

// Read streams a journal: fn gets every entry in order. The entry is overwritten after fn returns; a plain
// copy of it (*e) may be kept. Fields and kinds that this version does not know are passed over.
//
// What is no journal of this format is refused with a *LineError, entries before that line having been
// handed out. A journal that ends without run.ended gives ErrIncomplete after its last entry. An error of fn
// ends the reading and is returned as it is.
func Read(r io.Reader, fn func(*Entry) error) error {
	in := lineReader{in: bufio.NewReaderSize(r, 64<<10), plain: newPlain()}
	var e Entry
	var seen progress
	for {
		text, err := in.next()
		if errors.Is(err, io.EOF) {
			return seen.atEnd(in.line)
		}
		if err == nil {
			err = in.decode(text, &e)
		}
		if err == nil {
			err = seen.accept(&e)
		}
		if err != nil {
			return &LineError{in.line, err}
		}
		if err := fn(&e); err != nil {
			return err
		}
	}
}

// progress is what the entries read so far demand of the next one.
type progress struct {
	seq    int64
	at     Time
	last   Kind
	ended  bool          // run.ended was read
	answer map[Kind]bool // what was read of what is told after the run
}

func (p *progress) accept(e *Entry) error {
	switch {
	case e.Seq != p.seq+1:
		return fmt.Errorf("seq %d (want %d)", e.Seq, p.seq+1)
	case e.Kind == "":
		return errors.New("no kind (want one of the kinds of docs/journal.md)")
	case (e.Kind == RunStarted) != (e.Seq == 1):
		return fmt.Errorf("%s (want run.started first, and once)", e.Kind)
	case p.ended && (!e.isAnswer() || p.answer[e.Kind]):
		return fmt.Errorf("%s after %s (want nothing more)", e.Kind, p.last)
	case e.isAnswer() && !p.ended:
		return fmt.Errorf("%s before run.ended (want it after the run)", e.Kind)
	case e.Seq > 1 && e.At < p.at:
		return fmt.Errorf("at %v goes back in time (want %v or later)", e.At, p.at)
	case e.Cause != nil && (*e.Cause < 1 || *e.Cause >= e.Seq):
		return fmt.Errorf("cause %d (want the seq of an earlier entry, or null)", *e.Cause)
	case e.Kind == RunStarted && e.Run == nil:
		return errors.New("run.started without run (want the run's names and policies)")
	case e.Kind == RunStarted && e.Run.Format != Format:
		return fmt.Errorf("journal format %d (want %d)", e.Run.Format, Format)
	case e.Kind == RunEnded && e.End == nil:
		return errors.New("run.ended without end (want the run's counters)")
	case e.Kind == RangesComputed && e.Ranges == nil:
		return errors.New("ranges.computed without ranges (want the figures' ranges)")
	}
	p.seq, p.at, p.last = e.Seq, e.At, e.Kind
	p.ended = p.ended || e.Kind == RunEnded
	if p.ended {
		if p.answer == nil {
			p.answer = map[Kind]bool{}
		}
		p.answer[e.Kind] = true
	}
	return nil
}

// isAnswer tells whether an entry is one of those that other runs have given, which come after run.ended,
// each at most once.
func (e *Entry) isAnswer() bool {
	return e.Kind == RangesComputed || e.Kind == EnvironmentsPlayed || e.Kind == FleetSolved ||
		e.Kind == AdviceGiven
}

// atEnd is the verdict on a journal whose last line was line.
func (p *progress) atEnd(line int) error {
	switch {
	case p.seq == 0:
		return &LineError{1, errors.New("the journal is empty (want run.started)")}
	case !p.ended:
		return &LineError{line, ErrIncomplete}
	}
	return nil
}

// lineReader cuts a stream into lines.
type lineReader struct {
	in    *bufio.Reader
	long  []byte // a line longer than the buffer of in
	line  int    // number of the line read last
	whole bool   // it ends with a line end
	plain plain
}

// next returns the next line, valid until the following call, and io.EOF after the last one.
func (l *lineReader) next() ([]byte, error) {
	text, err := l.in.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		l.long = l.long[:0]
		for errors.Is(err, bufio.ErrBufferFull) && len(l.long) <= maxLine {
			l.long = append(l.long, text...)
			text, err = l.in.ReadSlice('\n')
		}
		l.long = append(l.long, text...)
		text = l.long
	}
	if len(text) == 0 && errors.Is(err, io.EOF) {
		return nil, io.EOF
	}
	l.line++
	l.whole = err == nil
	if len(text) > maxLine {
		return nil, fmt.Errorf("the line is longer than %d MiB (want one entry a line)", maxLine>>20)
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return text, nil
}

// decode reads a line into e.
func (l *lineReader) decode(text []byte, e *Entry) error {
	if l.plain.entry(text, e) {
		return nil
	}
	*e = Entry{}
	err := json.Unmarshal(text, e)
	if err == nil {
		return nil
	}
	if syntax := (*json.SyntaxError)(nil); errors.As(err, &syntax) {
		if !l.whole && text[0] == '{' {
			return fmt.Errorf("the journal ends in the middle of line %d (%s)", l.line, wantObject)
		}
		return fmt.Errorf("not JSON at byte %d (%s)", syntax.Offset, wantObject)
	}
	if mistyped := (*json.UnmarshalTypeError)(nil); errors.As(err, &mistyped) {
		if mistyped.Field == "" {
			return fmt.Errorf("a JSON %s (%s)", mistyped.Value, wantObject)
		}
		return fmt.Errorf("%s is a JSON %s (want %s)", mistyped.Field, mistyped.Value, words(mistyped.Type))
	}
	return err
}

// words says in plain English what JSON a Go type is read from.
func words(t reflect.Type) string {
	switch t.Kind() {
	case reflect.String:
		return "a string"
	case reflect.Bool:
		return "true or false"
	case reflect.Slice:
		return "a list"
	case reflect.Struct:
		return "an object"
	case reflect.Uint64:
		return "a whole number, 0 or more"
	}
	return "a whole number"
}
