package timeline

import (
	"fmt"
	"io"
	"os"

	"go.yaml.in/yaml/v4"

	"github.com/outagedrill/outagedrill/internal/yamlfile"
)

// Read reads the timeline file at path. The error is an Errors where the file is bad.
func Read(path string) (*Timeline, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read timeline: %w", err)
	}
	defer f.Close() //nolint:errcheck // only read from
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("read timeline: %w", err)
	}
	if info.IsDir() {
		return nil, Errors{{File: path, What: "a folder", Want: "a timeline file"}}
	}
	if info.Size() > maxBytes {
		return nil, yamlfile.TooLarge(path, maxBytes)
	}
	data, err := io.ReadAll(io.LimitReader(f, maxBytes+1)) // a pipe has no size
	if err != nil {
		return nil, fmt.Errorf("read timeline: %w", err)
	}
	return Parse(path, data)
}

// Parse reads a timeline from data; file is the path for messages, and its base name the timeline's
// name where the file gives none. The error is an Errors.
func Parse(file string, data []byte) (*Timeline, error) {
	root, errs := load(file, data)
	if errs != nil {
		return nil, errs
	}
	return readRoot(file, root, nil)
}

// load checks the limits and returns the root value of the only document.
func load(file string, data []byte) (*yaml.Node, Errors) {
	if len(data) > maxBytes {
		return nil, yamlfile.TooLarge(file, maxBytes)
	}
	if errs := yamlfile.CheckText(file, data); errs != nil {
		return nil, errs
	}
	if len(data) > smallFile {
		if what, offset := (&census{}).overflow(data); what != "" {
			line, col := yamlfile.Position(data, offset)
			return nil, Errors{{File: file, Line: line, Col: col, What: what, Want: limitWanted(what)}}
		}
	}
	root, errs := yamlfile.Decode(file, data, "a timeline that begins with outagedrill: 1")
	if errs != nil {
		return nil, errs
	}
	if errs := checkAliases(file, root); errs != nil {
		return nil, errs
	}
	return root, nil
}

func limitWanted(what string) string {
	if what == tooManyNames {
		return "at most 200,000 applications, connections, flows, polling jobs, environments and resources"
	}
	return "at most 1,000,000, and 16 more for each name"
}

// checkAliases refuses aliases that stand for themselves or for too much.
func checkAliases(file string, root *yaml.Node) Errors {
	a := newAliases()
	a.count(root)
	switch {
	case a.loop != nil:
		return Errors{{
			File: file, Line: a.loop.Line, Col: a.loop.Column,
			What: fmt.Sprintf("alias *%s within its own value", a.loop.Value),
		}}
	case a.total > maxExpanded:
		return Errors{{
			File: file, Line: a.first.Line, Col: a.first.Column,
			What: "aliases that expand beyond 1,000,000 values", Want: "at most 1,000,000",
		}}
	}
	return nil
}
