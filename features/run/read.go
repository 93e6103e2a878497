package run

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/outagedrill/outagedrill/features"
	"github.com/outagedrill/outagedrill/internal/problem"
)

// BuiltIn begins the names of the rule book's files, and is the path of them all.
const BuiltIn = "rulebook:"

// extension is that of feature files.
const extension = ".feature"

// source is a file of features.
type source struct {
	name  string // what reports call it
	text  []byte
	lines []int // that were asked for; empty: the whole file
}

// readSources reads the files that paths name, each once, in the order of the paths, those of a folder by
// name. A path is a file, FILE:LINE, a folder with all below it, "rulebook:" or a file of it.
func readSources(paths []string) ([]source, error) {
	if len(paths) == 0 {
		paths = []string{BuiltIn}
	}
	var all []source
	var wrong, nowhere problem.Errors
	for _, p := range paths {
		found, err := readPath(p)
		if err != nil {
			wrong, nowhere = blame(wrong, nowhere, p, err)
			continue
		}
		for _, s := range found {
			all = merge(all, s)
		}
	}
	return all, verdict(wrong, nowhere)
}

// merge adds a source, or its lines to those asked for of the same file; without lines it is asked for whole.
func merge(all []source, s source) []source {
	i := slices.IndexFunc(all, func(had source) bool { return had.name == s.name })
	switch {
	case i < 0:
		return append(all, s)
	case len(all[i].lines) == 0 || len(s.lines) == 0:
		all[i].lines = nil
	default:
		all[i].lines = append(all[i].lines, s.lines...)
	}
	return all
}

// readPath reads what one path names.
func readPath(p string) ([]source, error) {
	name, lines, err := splitLines(p)
	if err != nil {
		return nil, err
	}
	var found []source
	inBook, ok := strings.CutPrefix(name, BuiltIn)
	if ok {
		found, err = readTree(features.RuleBook(), path.Join(".", inBook), BuiltIn)
	} else {
		found, err = readDisk(name)
	}
	if err != nil {
		return nil, reasonOf(err)
	}
	if len(lines) == 0 {
		return found, nil
	}
	if len(found) != 1 || path.Ext(name) != extension {
		return nil, errors.New("a line of a folder (want FILE:LINE)")
	}
	found[0].lines = lines
	return found, nil
}

// splitLines takes the lines off FILE:LINE and FILE:LINE:LINE.
func splitLines(p string) (name string, lines []int, err error) {
	for {
		at := strings.LastIndexByte(p, ':')
		if at < 0 || at == len(p)-1 || strings.Trim(p[at+1:], "0123456789") != "" {
			return p, lines, nil
		}
		line, err := strconv.Atoi(p[at+1:])
		if err != nil || line == 0 {
			return "", nil, fmt.Errorf("there is no line %s (want FILE:LINE, from 1)", p[at+1:])
		}
		p, lines = p[:at], append(lines, line)
	}
}

// readDisk reads a file, or the feature files of a folder.
func readDisk(name string) ([]source, error) {
	info, err := os.Stat(name)
	switch {
	case err != nil:
		return nil, err
	case info.IsDir():
		prefix := filepath.ToSlash(filepath.Clean(name)) + "/"
		return readTree(os.DirFS(name), ".", strings.TrimPrefix(prefix, "./"))
	case filepath.Ext(name) != extension:
		return nil, fmt.Errorf("this is no feature file (want NAME%s)", extension)
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	return []source{{name: filepath.ToSlash(filepath.Clean(name)), text: text}}, nil
}

// readTree reads the feature files of a folder and below it, hidden folders aside.
func readTree(files fs.FS, root, prefix string) ([]source, error) {
	var found []source
	err := fs.WalkDir(files, root, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && strings.HasPrefix(d.Name(), ".") && name != root:
			return fs.SkipDir
		case d.IsDir() || path.Ext(name) != extension:
			return nil
		}
		text, err := fs.ReadFile(files, name)
		found = append(found, source{name: prefix + name, text: text})
		return err
	})
	if err == nil && len(found) == 0 {
		return nil, nothing("no feature file in this folder (want at least one NAME" + extension + ")")
	}
	return found, err
}

// reasonOf is what is wrong with a path, without its name.
func reasonOf(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return errors.New("no such file or folder")
	}
	if of, ok := errors.AsType[*fs.PathError](err); ok {
		return of.Err
	}
	return err
}
