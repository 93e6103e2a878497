package history

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/rogpeppe/go-internal/lockedfile"
)

// Read reads a file; one that is not there is empty.
func Read(path string) (*Log, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return &Log{}, nil
	}
	if err != nil {
		return nil, err
	}
	return Parse(text)
}

// Append adds a line to a file, which it makes where there is none, and returns what is in it then. The
// file is locked meanwhile, so that runs side by side lose nothing of each other. Behind a torn end the
// line begins anew; one that cannot be written whole is taken back.
func Append(path string, l Line) (log *Log, err error) {
	l.Format = formatNow
	l.clean()
	text, err := json.Marshal(l)
	if err != nil {
		return nil, err
	}
	f, err := lockedfile.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	had, err := io.ReadAll(f)
	if err != nil {
		return nil, err
	}
	if log, err = Parse(had); err != nil {
		return nil, err
	}
	text = append(text, '\n')
	if n := len(had); n > 0 && had[n-1] != '\n' {
		text = append([]byte{'\n'}, text...)
	}
	if _, err := f.WriteAt(text, int64(len(had))); err != nil {
		return nil, errors.Join(fmt.Errorf("the line was not added: %w", err), f.Truncate(int64(len(had))))
	}
	log.Lines = append(log.Lines, l)
	return log, f.Sync()
}
