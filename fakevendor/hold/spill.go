package hold

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"os"
)

// spill is a pair of files into which a journal's oldest entries go, a line of JSON each. The newer file
// takes the older one's place when it has half of the bytes.
type spill struct {
	path    string
	half    int64 // bytes of one file
	file    *os.File
	to      *bufio.Writer
	written int64 // bytes in the newer file
	first   int64 // number of the oldest entry in the files; 0: there is none
	begins  int64 // number of the first entry in the newer file; 0: it is empty
}

func newSpill(path string, most int64) (*spill, error) {
	s := &spill{path: path, half: max(most/2, 1)}
	if err := s.clear(); err != nil {
		return nil, err
	}
	return s, nil
}

func (s *spill) older() string { return s.path + ".1" }

// clear begins both files anew.
func (s *spill) clear() error {
	if err := os.Remove(s.older()); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	s.first = 0
	return s.open()
}

// open begins the newer file anew.
func (s *spill) open() error {
	if s.file != nil {
		if err := s.file.Close(); err != nil {
			return err
		}
	}
	file, err := os.OpenFile(s.path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	s.file, s.to, s.written, s.begins = file, bufio.NewWriterSize(file, 1<<16), 0, 0
	return nil
}

func (s *spill) write(e *Entry) error {
	line, err := json.Marshal(e)
	if err != nil {
		return err
	}
	line = append(line, '\n')
	if s.written > 0 && s.written+int64(len(line)) > s.half {
		if err := s.rotate(); err != nil {
			return err
		}
	}
	if s.begins == 0 {
		s.begins = e.Seq
	}
	if s.first == 0 {
		s.first = e.Seq
	}
	s.written += int64(len(line))
	_, err = s.to.Write(line)
	return err
}

// rotate makes the newer file the older one.
func (s *spill) rotate() error {
	if err := s.to.Flush(); err != nil {
		return err
	}
	if err := os.Rename(s.path, s.older()); err != nil {
		return err
	}
	s.first = s.begins
	return s.open()
}

func (s *spill) close() error { return errors.Join(s.to.Flush(), s.file.Close()) }

// read opens what is in the files now, the older one first. The caller closes it.
func (s *spill) read() (*reading, error) {
	if err := s.to.Flush(); err != nil {
		return nil, err
	}
	r := new(reading)
	for _, path := range []string{s.older(), s.path} {
		file, err := os.Open(path)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, errors.Join(err, r.close())
		}
		r.files = append(r.files, file)
	}
	return r, nil
}

// reading is a look at the files of a spill.
type reading struct{ files []*os.File }

// each calls f with the entries until it returns false. A line that is being written ends the look.
func (r *reading) each(f func(*Entry) bool) error {
	for _, file := range r.files {
		lines := json.NewDecoder(bufio.NewReaderSize(file, 1<<16))
		for {
			e := new(Entry)
			if err := lines.Decode(e); errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
				break
			} else if err != nil {
				return err
			}
			if !f(e) {
				return nil
			}
		}
	}
	return nil
}

func (r *reading) close() error {
	var errs []error
	for _, file := range r.files {
		errs = append(errs, file.Close())
	}
	return errors.Join(errs...)
}
