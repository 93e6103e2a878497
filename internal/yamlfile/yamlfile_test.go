package yamlfile_test

import (
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"github.com/outagedrill/outagedrill/internal/yamlfile"
)

const most = 1 << 20

func TestRead(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"a mapping", "a: 1\n", ""},
		{"a byte order mark", "\ufeffa: 1\n", ""},
		{"as large as may be", "a: 1\n" + strings.Repeat("#", most-5), ""},
		{"too large", strings.Repeat("#", most+1), "f.yaml: the file is over 1 MiB (want at most 1 MiB)"},
		{"nothing", "", "f.yaml:1:1: the file is empty (want a: N)"},
		{"a comment", "# nothing\n", "f.yaml:1:1: the file is empty (want a: N)"},
		{"null", "~\n", "f.yaml:1:1: the file is empty (want a: N)"},
		{"an empty document", "---\n---\na: 1\n", "f.yaml:1:1: the file is empty (want a: N)"},
		{"two documents", "a: 1\n---\na: 2\n", "f.yaml:2:1: a second document (want one document a file)"},
		{"a NUL byte", "a: 1\nb: \x00\n", "f.yaml:2:4: a NUL byte: this is not a text file (want UTF-8 text)"},
		{"a control character", "ä: \x1b[31m\n", "f.yaml:1:4: a control character (want UTF-8 text)"},
		{"Latin-1", "a: caf\xe9\n", "f.yaml:1:7: bytes that are not UTF-8 (want UTF-8 text)"},
		{"an open list", "a: [1\n", "f.yaml:2:1: not YAML: did not find expected ',' or ']', while parsing a flow sequence"},
		{"a tab", "a:\n\tb: 1\n", "(want spaces for indentation, not tabs)"},
		{"a colon in a text", "a: b: c\n", "(want quotes around a text that holds a colon, or the right indentation)"},
		{"an unknown anchor", "a: *b\n", "f.yaml:1:4: not YAML: unknown anchor 'b' referenced"},
		{"nesting without end", "a: " + strings.Repeat("[", 100_000), "(want at most 64 levels)"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			root, errs := yamlfile.Read("f.yaml", []byte(tt.text), most, "a: N")
			switch {
			case tt.want == "" && (errs != nil || root.Kind != yaml.MappingNode):
				t.Errorf("refused: %v", errs)
			case tt.want != "" && (errs == nil || !strings.HasSuffix(errs.Error(), tt.want)):
				t.Errorf("%v, want %s", errs, tt.want)
			}
		})
	}
}

// FuzzRead: whatever a file holds, there is a value or a problem with a place in the file.
func FuzzRead(f *testing.F) {
	for _, text := range []string{"a: 1\n", "a: &a [*a]\n", "? [1]\n: 2\n", "%YAML 1.1\n---\n", "a: !!binary x\n", "- - -\n\t-"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		root, errs := yamlfile.Read("f.yaml", data, most, "")
		if (root == nil) == (errs == nil) {
			t.Fatalf("%v and %v, want one of them", root, errs)
		}
		for _, p := range errs {
			if lines := 1 + strings.Count(string(data), "\n"); p.Line > lines+1 || p.What == "" {
				t.Errorf("%v of %d lines", p, lines)
			}
		}
	})
}
