package docs_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/outagedrill/outagedrill/docs"
)

// Every rule that the coverage lists has a sentence and stands in the section of its letters.
func TestRules(t *testing.T) {
	coverage, err := os.ReadFile("coverage.md")
	if err != nil {
		t.Fatal(err)
	}
	rules := docs.Rules()
	ids := regexp.MustCompile(`(?m)^\| ([A-Z]+-[0-9]+) `).FindAllStringSubmatch(string(coverage), -1)
	for _, m := range ids {
		r := rules[m[1]]
		letters, _, _ := strings.Cut(m[1], "-")
		if r.ID != m[1] || !strings.HasSuffix(r.Short, ".") || strings.ContainsAny(r.Short, "|`*◇") ||
			!strings.HasPrefix(r.Section, strings.ToLower(letters)+"--") {
			t.Errorf("%s is told as %+v", m[1], r)
		}
	}
	if len(rules) < len(ids) || len(ids) < 50 {
		t.Errorf("%d rules, %d of them covered", len(rules), len(ids))
	}
	for id, want := range map[string]string{
		"T-01":   "t--time-and-order",
		"DIS-05": "dis--auto-disable-of-polling-jobs-sap-open-connectors",
		"API-01": "api--the-platforms-rest-api-apimd",
	} {
		if got := rules[id].Section; got != want {
			t.Errorf("the section of %s is %s (want %s)", id, got, want)
		}
	}
	if got := rules["DIS-13"].Short; got != "Re-authenticating an instance is not enabling its jobs." {
		t.Errorf("DIS-13: %q", got)
	}
}
