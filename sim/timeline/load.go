package timeline

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"go.yaml.in/yaml/v4"
	"go.yaml.in/yaml/v4/plugin/loaderlimits"

	"github.com/outagedrill/outagedrill/internal/problem"
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
		return nil, tooBig(path)
	}
	data, err := io.ReadAll(io.LimitReader(f, maxBytes+1)) // a pipe has no size
	if err != nil {
		return nil, fmt.Errorf("read timeline: %w", err)
	}
	return Parse(path, data)
}

func tooBig(file string) Errors {
	return Errors{{File: file, What: "the file is over 16 MiB", Want: "at most 16 MiB"}}
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
	bad := func(what, want string, offset int) (*yaml.Node, Errors) {
		line, col := lineCol(data, offset)
		return nil, Errors{{File: file, Line: line, Col: col, What: what, Want: want}}
	}
	if len(data) > maxBytes {
		return nil, tooBig(file)
	}
	if what, offset := checkText(data); what != "" {
		return bad(what, "UTF-8 text", offset)
	}
	if len(data) > smallFile {
		if what, offset := (&census{}).overflow(data); what != "" {
			return bad(what, limitWanted(what), offset)
		}
	}
	root, errs := decode(file, data)
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

// decode parses YAML into nodes. The library's panics become problems of the file.
func decode(file string, data []byte) (root *yaml.Node, errs Errors) {
	defer func() {
		if recover() != nil {
			root, errs = nil, Errors{{File: file, Line: 1, Col: 1, What: "not YAML that can be read"}}
		}
	}()
	limits := loaderlimits.New(loaderlimits.DepthValue(maxDepth), loaderlimits.AliasNone())
	loader, err := yaml.NewLoader(bytes.NewReader(data), yaml.WithPlugin(limits))
	if err != nil {
		return nil, Errors{{File: file, What: err.Error()}}
	}
	var doc, second yaml.Node
	if err := loader.Load(&doc); errors.Is(err, io.EOF) {
		return nil, Errors{emptyFile(file)}
	} else if err != nil {
		return nil, Errors{syntaxProblem(file, data, err)}
	}
	root = content(&doc)
	if root == nil || isNull(root) {
		return nil, Errors{emptyFile(file)}
	}
	if err := loader.Load(&second); err == nil {
		return nil, Errors{{
			File: file, Line: max(second.Line, 1), Col: max(second.Column, 1),
			What: "a second document", Want: "one document a file",
		}}
	} else if !errors.Is(err, io.EOF) {
		return nil, Errors{syntaxProblem(file, data, err)}
	}
	return root, nil
}

// content is the value of a document.
func content(doc *yaml.Node) *yaml.Node {
	if doc.Kind != yaml.DocumentNode {
		return doc
	}
	if len(doc.Content) == 0 {
		return nil
	}
	return doc.Content[0]
}

func emptyFile(file string) problem.Problem {
	return problem.Problem{
		File: file, Line: 1, Col: 1,
		What: "the file is empty", Want: "a timeline that begins with outagedrill: 1",
	}
}

// syntaxProblem words an error of the YAML library.
func syntaxProblem(file string, data []byte, err error) problem.Problem {
	p := problem.Problem{File: file, Line: 1, Col: 1, What: "not YAML: " + err.Error()}
	var le *yaml.LoadError
	if !errors.As(err, &le) {
		return p
	}
	p.What = "not YAML: " + le.Message
	if le.ContextMsg != "" {
		p.What += ", " + le.ContextMsg
	}
	if mark := le.Mark; mark.Line > 0 {
		p.Line, p.Col = mark.Line, max(mark.Column, 1)
	} else if ctx := le.ContextMark; ctx.Line > 0 {
		p.Line, p.Col = ctx.Line, max(ctx.Column, 1)
	}
	p.Want = syntaxHint(lineOf(data, p.Line), le)
	return p
}

// syntaxHint names the usual slip behind a syntax error.
func syntaxHint(line string, err *yaml.LoadError) string {
	switch {
	case strings.Contains(line, ": >"):
		return `a comparison in quotes: ">= 10"`
	case strings.HasPrefix(strings.TrimLeft(line, " "), "\t"):
		return "spaces for indentation, not tabs"
	case strings.Contains(err.Message, "max depth"):
		return fmt.Sprintf("at most %d levels", maxDepth)
	case strings.Contains(err.Message, "mapping values are not allowed"):
		return "quotes around a text that holds a colon, or the right indentation"
	}
	return ""
}

// lineOf is line n of the data, from 1.
func lineOf(data []byte, n int) string {
	for ; n > 1; n-- {
		i := bytes.IndexByte(data, '\n')
		if i < 0 {
			return ""
		}
		data = data[i+1:]
	}
	line, _, _ := bytes.Cut(data, []byte{'\n'})
	return string(line[:min(len(line), 1000)])
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
