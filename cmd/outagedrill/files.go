package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// hiddenFiles are the files of the process that are written and have no name yet.
type hiddenFiles struct {
	mu    sync.Mutex
	files map[*os.File]struct{}
}

// open begins a file under a hidden name.
func (h *hiddenFiles) open(path string) (*os.File, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o666)
	if err != nil {
		return nil, err
	}
	if h.files == nil {
		h.files = map[*os.File]struct{}{}
	}
	h.files[f] = struct{}{}
	return f, nil
}

// removeForGood closes and removes the files before the process ends at once. It keeps the lock, so that none
// is begun or named afterwards.
func (h *hiddenFiles) removeForGood() {
	h.mu.Lock()
	for f := range h.files {
		_ = f.Close()
		_ = os.Remove(f.Name())
	}
}

// outputs are files of one folder that appear together: each is written under a hidden name beside its final
// one, and renamed when all are whole.
type outputs struct {
	hidden *hiddenFiles
	dir    string
	files  []*os.File // in order of creation, which is the order of renaming
	names  []string
}

// newOutputs makes the folder. That it cannot be made is the caller's mistake.
func newOutputs(con *console, dir string) (*outputs, error) {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, usagef("the output folder %s cannot be made: %w", dir, reasonOf(err))
	}
	return &outputs{hidden: con.hidden, dir: dir}, nil
}

// create begins the file that will be called name.
func (o *outputs) create(name string) (*os.File, error) {
	f, err := o.hidden.open(filepath.Join(o.dir, fmt.Sprintf(".%s.%d.tmp", name, os.Getpid())))
	if err != nil {
		return nil, usagef("%s cannot be written: %w", filepath.Join(o.dir, name), reasonOf(err))
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
		return internalf("%s was not written: %w", filepath.Join(o.dir, name), reasonOf(err))
	}
	return nil
}

// commit closes all files and gives them their names.
func (o *outputs) commit() error {
	if err := o.rename(); err != nil {
		o.discard()
		return err
	}
	return nil
}

func (o *outputs) rename() error {
	o.hidden.mu.Lock()
	defer o.hidden.mu.Unlock()
	for i, f := range o.files {
		if err := f.Close(); err != nil {
			return internalf("%s was not written: %w", filepath.Join(o.dir, o.names[i]), reasonOf(err))
		}
	}
	for i, f := range o.files {
		name := filepath.Join(o.dir, o.names[i])
		if err := os.Rename(f.Name(), name); err != nil {
			return internalf("%s was not written: %w", name, reasonOf(err))
		}
		delete(o.hidden.files, f)
	}
	return nil
}

// discard closes and removes what was begun and not committed.
func (o *outputs) discard() {
	if len(o.files) == 0 {
		return
	}
	o.hidden.mu.Lock()
	defer o.hidden.mu.Unlock()
	for _, f := range o.files {
		_ = f.Close()
		_ = os.Remove(f.Name())
		delete(o.hidden.files, f)
	}
}

// writeFile writes one file whole, then renames it.
func writeFile(con *console, path string, fill func(io.Writer) error) error {
	out, err := newOutputs(con, filepath.Dir(path))
	if err != nil {
		return err
	}
	if err := out.write(filepath.Base(path), fill); err != nil {
		out.discard()
		return err
	}
	return out.commit()
}

// checkOutputs refuses, before anything is done, a folder that cannot be made or written, and names in it
// that folders have. It leaves nothing behind.
func checkOutputs(dir string, names ...string) error {
	there := filepath.Clean(dir)
	info, err := os.Stat(there)
	for errors.Is(err, fs.ErrNotExist) && filepath.Dir(there) != there {
		there = filepath.Dir(there)
		info, err = os.Stat(there)
	}
	switch {
	case err != nil:
		return usagef("the output folder %s cannot be made: %w", dir, reasonOf(err))
	case !info.IsDir():
		return usagef("the output folder %s cannot be made: %s is a file (want a folder)", dir, there)
	}
	for _, name := range names {
		path := filepath.Join(dir, name)
		if info, err := os.Stat(path); err == nil && info.IsDir() {
			return usagef("%s cannot be written: it is a folder (want the name of a file)", path)
		}
	}
	probe, err := os.CreateTemp(there, ".outagedrill.*.tmp")
	if err != nil {
		return usagef("the output folder %s cannot be written: %w", dir, reasonOf(err))
	}
	return errors.Join(probe.Close(), os.Remove(probe.Name()))
}

// reasonOf is what is wrong with a file, without the name under which the program opened it.
func reasonOf(err error) error {
	if of, ok := errors.AsType[*fs.PathError](err); ok {
		return of.Err
	}
	if of, ok := errors.AsType[*os.LinkError](err); ok {
		return of.Err
	}
	return err
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
