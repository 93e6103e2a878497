package features_test

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/outagedrill/outagedrill/features/steps"
)

var update = flag.Bool("update", false, "rewrite the pages of the manual that tests write")

// covers notes on which rules a scenario is tagged that passed on a driver.
func covers(coverage map[string]map[string]int, driver string, r *steps.Report) {
	if r.Err != nil {
		return
	}
	for _, rule := range r.Rules {
		if coverage[rule] == nil {
			coverage[rule] = map[string]int{}
		}
		coverage[rule][driver]++
	}
}

// checkCoverage wants every rule of docs/rules.md tagged on a scenario on every driver, no scenario tagged with
// a rule that there is not, and docs/coverage.md true.
func checkCoverage(t *testing.T, coverage map[string]map[string]int) {
	t.Helper()
	rules := ruleIDs(t)
	var table strings.Builder
	table.WriteString(coverageHead)
	table.WriteString("| rule |")
	rule := "|---|"
	for _, d := range steps.Drivers() {
		table.WriteString(" " + d.Name + " |")
		rule += "---:|"
	}
	table.WriteString("\n" + rule + "\n")
	for _, id := range rules {
		table.WriteString("| " + id + " |")
		for _, d := range steps.Drivers() {
			n := coverage[id][d.Name]
			if n == 0 {
				t.Errorf("no scenario that passes on %s is tagged with %s", d.Name, id)
			}
			fmt.Fprintf(&table, " %d |", n)
		}
		table.WriteString("\n")
		delete(coverage, id)
	}
	for id := range coverage {
		t.Errorf("scenarios are tagged with %s, which is no rule of docs/rules.md", id)
	}
	isTrue(t, "../docs/coverage.md", table.String())
}

// isTrue wants a page of the manual to say exactly this; with -update it does from now on.
func isTrue(t *testing.T, file, text string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	old, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(old), text); diff != "" {
		t.Errorf("%s is not true any more (make golden rewrites it)\n%s", file, diff)
	}
}

const coverageHead = `# Rule coverage

How many scenarios of the rule book (` + "`features/`" + `) each rule is tagged on, and that pass on each driver: the
simulator, the live engine over HTTP in memory, the live engine over TCP. A rule without a scenario fails
` + "`make test`" + `, which also keeps this page true. That a scenario is tagged with a rule says what it is about; that
it would notice if the rule were otherwise is what the mutants of the policies are for, each of which some scenario
of its rule must kill (` + "`features/mutants_test.go`" + `).

`

// ruleIDs lists the rules of docs/rules.md, in its order.
func ruleIDs(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile("../docs/rules.md")
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, m := range regexp.MustCompile(`(?m)^\| ([A-Z]+-\d\d) \|`).FindAllStringSubmatch(string(text), -1) {
		ids = append(ids, m[1])
	}
	if len(ids) < 40 {
		t.Fatalf("docs/rules.md names %d rules", len(ids))
	}
	return ids
}
