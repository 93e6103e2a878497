package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"unicode"
	"unicode/utf8"
)

// outputs are files of one folder that appear together: each is written under a hidden name beside its final
// one, and renamed when all are whole.
type outputs struct {
	dir   string
	files []*os.File // in order of creation, which is the order of renaming
	names []string
}

// newOutputs makes the folder. That it cannot be made is the caller's mistake.
func newOutputs(dir string) (*outputs, error) {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, usagef("the output folder cannot be made: %w", err)
	}
	return &outputs{dir: dir}, nil
}

// create begins the file that will be called name.
func (o *outputs) create(name string) (*os.File, error) {
	hidden := filepath.Join(o.dir, fmt.Sprintf(".%s.%d.tmp", name, os.Getpid()))
	f, err := os.OpenFile(hidden, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o666)
	if err != nil {
		return nil, usagef("the output cannot be written: %w", err)
	}
	o.files = append(o.files, f)
	o.names = append(o.names, name)
	return f, nil
}

// write begins a file and fills it.
func (o *outputs) write(name string, fill func(io.Writer) error) error {
	f, err := o.create(name)
	if err != nil {
		return err
	}
	if err := fill(f); err != nil {
		return internalf("%s was not written: %w", name, err)
	}
	return nil
}

// commit closes all files and gives them their names.
func (o *outputs) commit() error {
	var errs []error
	for _, f := range o.files {
		errs = append(errs, f.Close())
	}
	err := errors.Join(errs...)
	for i, f := range o.files {
		if err == nil {
			err = os.Rename(f.Name(), filepath.Join(o.dir, o.names[i]))
		}
	}
	if err != nil {
		o.discard()
		return internalf("the output was not written: %w", err)
	}
	return nil
}

// discard closes and removes what was begun and not committed.
func (o *outputs) discard() {
	for _, f := range o.files {
		_ = f.Close()
		_ = os.Remove(f.Name())
	}
}

// writeFile writes one file whole, then renames it.
func writeFile(path string, fill func(io.Writer) error) error {
	out, err := newOutputs(filepath.Dir(path))
	if err != nil {
		return err
	}
	if err := out.write(filepath.Base(path), fill); err != nil {
		out.discard()
		return err
	}
	return out.commit()
}

// folderNameMax is the length in bytes of a folder that fileSafe makes of a name.
const folderNameMax = 100

// fileSafe makes a timeline's name fit for a folder: letters, digits, dots and underscores stay, every run of
// anything else becomes one hyphen; a long name is cut.
func fileSafe(name string) string {
	var b strings.Builder
	gap := false
	for _, r := range name {
		if b.Len()+utf8.RuneLen(r) > folderNameMax {
			break
		}
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '.' && r != '_' {
			gap = true
			continue
		}
		if gap && b.Len() > 0 {
			b.WriteByte('-')
		}
		gap = false
		b.WriteRune(r)
	}
	safe := strings.TrimLeft(b.String(), ".-")
	if safe == "" {
		return "timeline"
	}
	return safe
}
