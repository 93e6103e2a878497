package journal_test

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/outagedrill/outagedrill/sim/journal"
)

// TestManual checks docs/journal.md: it tells every kind, shows a sample line of each, names every field, and
// its samples are lines that the encoder writes.
func TestManual(t *testing.T) {
	manual := readFile(t, "../../docs/journal.md")
	sampled := map[string]bool{}
	for line := range strings.SplitSeq(manual, "\n") {
		if !strings.HasPrefix(line, `{"seq":`) {
			continue
		}
		var e journal.Entry
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Errorf("%v: %s", err, line)
			continue
		}
		if diff := cmp.Diff(line, string(e.AppendJSON(nil))); diff != "" {
			t.Errorf("the manual (-), the encoder (+):\n%s", diff)
		}
		sampled[string(e.Kind)] = true
	}
	for _, kind := range kinds(t) {
		if !sampled[kind] {
			t.Errorf("no sample line of %s", kind)
		}
		if !strings.Contains(manual, "`"+kind+"`") {
			t.Errorf("%s is not told", kind)
		}
		delete(sampled, kind)
	}
	for kind := range sampled {
		t.Errorf("a sample of %s, which is no kind", kind)
	}
	for field := range reflect.TypeFor[journal.Entry]().Fields() {
		key, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if !regexp.MustCompile("`" + key + "`").MatchString(manual) {
			t.Errorf("the field %s is not told", key)
		}
	}
	if n := strings.Count(manual, "\n"); n > 200 {
		t.Errorf("the manual has %d lines, want at most 200", n)
	}
}

// kinds are the values of the constants of type Kind in entry.go.
func kinds(t *testing.T) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "entry.go", readFile(t, "entry.go"), 0)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if id, ok := spec.Type.(*ast.Ident); ok && id.Name == "Kind" {
			kind, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, kind)
		}
		return true
	})
	if len(list) < 30 {
		t.Fatalf("%d kinds found in entry.go", len(list))
	}
	return list
}
