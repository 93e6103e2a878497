package journal

import (
	"encoding/json"
	"errors"
	"io"
)

// Format is the version of the journal format that this package writes and reads.
const Format = 1

// flushAt is the number of buffered bytes at which a Writer writes them out.
const flushAt = 64 << 10

// Writer writes entries, one JSON object a line. It buffers: what is appended last is written by Flush.
// After an error of the writer beneath it every call returns that error.
type Writer struct {
	w   io.Writer
	buf []byte
	err error
}

// NewWriter returns a Writer that writes to w.
func NewWriter(w io.Writer) *Writer { return &Writer{w: w, buf: make([]byte, 0, flushAt+flushAt/4)} }

// Append writes one entry. The entry may be used again afterwards.
func (w *Writer) Append(e *Entry) error {
	if w.err != nil {
		return w.err
	}
	if e.Run != nil && len(e.Run.Timeline) > 0 && !json.Valid(e.Run.Timeline) {
		return errors.New("run.started: the timeline is not JSON")
	}
	w.buf = append(e.AppendJSON(w.buf), '\n')
	if len(w.buf) >= flushAt {
		return w.Flush()
	}
	return nil
}

// Flush writes out what is buffered.
func (w *Writer) Flush() error {
	if w.err == nil && len(w.buf) > 0 {
		_, w.err = w.w.Write(w.buf)
		w.buf = w.buf[:0]
	}
	return w.err
}
