// Package yamlfile reads the YAML files that people write, as the nodes of their one document. Whatever a
// file holds, it is read or refused in words that say where it is wrong: text in other encodings, what is no
// YAML, nothing at all, a second document, nesting without end.
package yamlfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
	"go.yaml.in/yaml/v4/plugin/loaderlimits"

	"github.com/outagedrill/outagedrill/internal/problem"
)

// maxDepth is how deep the values of a file may lie within one another.
const maxDepth = 64

// Read returns the root value of the only document in a file of at most most bytes. Want says what a file of
// its kind holds, for one that holds nothing.
func Read(file string, data []byte, most int, want string) (*yaml.Node, problem.Errors) {
	if len(data) > most {
		return nil, TooLarge(file, most)
	}
	if errs := CheckText(file, data); errs != nil {
		return nil, errs
	}
	return Decode(file, data, want)
}

// TooLarge refuses a file of more than most bytes, which are whole MiB.
func TooLarge(file string, most int) problem.Errors {
	return problem.Errors{{
		File: file, What: fmt.Sprintf("the file is over %d MiB", most>>20),
		Want: fmt.Sprintf("at most %d MiB", most>>20),
	}}
}

// CheckText refuses what is not UTF-8 text: NUL bytes and other control characters, other encodings.
func CheckText(file string, data []byte) problem.Errors {
	what, offset := notText(data)
	if what == "" {
		return nil
	}
	line, col := Position(data, offset)
	return problem.Errors{{File: file, Line: line, Col: col, What: what, Want: "UTF-8 text"}}
}

// notText says what the first bytes that are no text are, and where; "" if there are none.
func notText(data []byte) (what string, offset int) {
	for i, c := range data {
		if c < ' ' && c != '\n' && c != '\t' && c != '\r' || c == 0x7f {
			if c == 0 {
				return "a NUL byte: this is not a text file", i
			}
			return "a control character", i
		}
	}
	if utf8.Valid(data) {
		return "", 0
	}
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && size <= 1 {
			return "bytes that are not UTF-8", i
		}
		i += size
	}
	return "", 0
}

// Position is the place of a byte: its line, and its column in characters, both from 1.
func Position(data []byte, offset int) (line, col int) {
	before := data[:offset]
	start := bytes.LastIndexByte(before, '\n') + 1
	return 1 + bytes.Count(before, []byte{'\n'}), 1 + utf8.RuneCount(before[start:])
}

// Decode is Read for text whose size and characters were checked. The YAML library's panics become problems
// of the file.
func Decode(file string, data []byte, want string) (root *yaml.Node, errs problem.Errors) {
	defer func() {
		if recover() != nil {
			root, errs = nil, problem.Errors{{File: file, Line: 1, Col: 1, What: "not YAML that can be read"}}
		}
	}()
	limits := loaderlimits.New(loaderlimits.DepthValue(maxDepth), loaderlimits.AliasNone())
	loader, err := yaml.NewLoader(bytes.NewReader(data), yaml.WithPlugin(limits))
	if err != nil {
		return nil, problem.Errors{{File: file, What: err.Error()}}
	}
	empty := problem.Errors{{File: file, Line: 1, Col: 1, What: "the file is empty", Want: want}}
	var doc, second yaml.Node
	if err := loader.Load(&doc); errors.Is(err, io.EOF) {
		return nil, empty
	} else if err != nil {
		return nil, syntaxProblem(file, data, err)
	}
	root = content(&doc)
	if root == nil || root.Kind == yaml.ScalarNode && root.Tag == "!!null" {
		return nil, empty
	}
	if err := loader.Load(&second); err == nil {
		return nil, problem.Errors{{
			File: file, Line: max(second.Line, 1), Col: max(second.Column, 1),
			What: "a second document", Want: "one document a file",
		}}
	} else if !errors.Is(err, io.EOF) {
		return nil, syntaxProblem(file, data, err)
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

// syntaxProblem words an error of the YAML library.
func syntaxProblem(file string, data []byte, err error) problem.Errors {
	p := problem.Problem{File: file, Line: 1, Col: 1, What: "not YAML: " + err.Error()}
	le, ok := errors.AsType[*yaml.LoadError](err)
	if !ok {
		return problem.Errors{p}
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
	return problem.Errors{p}
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
