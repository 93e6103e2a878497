package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/outagedrill/outagedrill/fakevendor/hold"
)

// TestVendorAdminDocs holds the page about the tester's hold against what is there: the rules, the fields of
// the journal, and the numbers by which is judged.
func TestVendorAdminDocs(t *testing.T) {
	text, err := os.ReadFile("../../docs/vendor-admin.md")
	if err != nil {
		t.Fatal(err)
	}
	page := string(text)
	for _, r := range hold.Rules() {
		if !strings.Contains(page, "\n| `"+r.Name+"` |") {
			t.Errorf("the rule %s is not in the page", r.Name)
		}
	}
	for field := range reflect.TypeFor[hold.Entry]().Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if !strings.Contains(page, "`"+name+"`") {
			t.Errorf("the field %s of the journal is not in the page", name)
		}
	}
	_, block, ok := strings.Cut(page, "```yaml\n")
	block, _, closed := strings.Cut(block, "```")
	if !ok || !closed {
		t.Fatal("the page has no terms")
	}
	file := filepath.Join(t.TempDir(), "terms.yaml")
	if err := os.WriteFile(file, []byte(block), 0o600); err != nil {
		t.Fatal(err)
	}
	terms, err := readTerms(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(hold.DefaultTerms(), terms, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("the defaults are others (-want +page): %s", diff)
	}
	_, example, _ := strings.Cut(block, "# - ")
	example, _, _ = strings.Cut(example, "\n")
	if err := os.WriteFile(file, []byte("quiet: ["+example+"]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if terms, err = readTerms(file); err != nil || len(terms.Quiet) != 1 || terms.Quiet[0].Why == "" {
		shown, _ := json.Marshal(terms.Quiet)
		t.Errorf("the example of a quiet time reads as %s, %v", shown, err)
	}
}
