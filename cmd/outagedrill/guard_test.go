package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestGuard does what docs/guard.md says: it makes its files, is green with the fleet as it stands there,
// and red, in the words that stand there, once a pull request changes the interval. The workflow's commands
// run too.
func TestGuard(t *testing.T) {
	blocks := map[string][]string{}
	for _, block := range regexp.MustCompile("(?ms)^```(\\w+)\n(.*?)^```$").
		FindAllStringSubmatch(string(get(t, "../../docs/guard.md")), -1) {
		blocks[block[1]] = append(blocks[block[1]], block[2])
	}
	if len(blocks["csv"]) != 2 || len(blocks["yaml"]) != 2 || len(blocks["console"]) != 3 || len(blocks["text"]) != 1 {
		t.Fatalf("the page has other blocks than the test knows: %d kinds", len(blocks))
	}
	command := func(block string) string { return strings.TrimSpace(strings.TrimPrefix(block, "$ ")) }
	var script strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&script, format+"\n", args...) }
	line("exec %s", command(blocks["console"][0]))
	line("exec sh -c 'cat expect.yaml >>year.yaml'")
	line("exec %s", command(blocks["console"][1]))
	line("stdout 'stock failed 42 times in a row'")
	line("exec sed -i.old 's/stock,5m/stock,2m/' fleet.csv")
	line("exits 1 %s", command(blocks["console"][2]))
	line("stderr '^%s$'", regexp.QuoteMeta(strings.TrimSpace(blocks["text"][0])))
	line("stdout 'stock-poll was disabled at Feb 11 12:28'")
	run := regexp.MustCompile(`outagedrill (?:replay|compare) [^\n]*`).FindAllString(blocks["yaml"][1], -1)
	if len(run) != 2 || run[0] != command(blocks["console"][1]) {
		t.Fatalf("the workflow runs %q", run)
	}
	line("exec %s", run[1])
	line("exists drill/compare.md")
	for name, text := range map[string]string{
		"outages.csv": blocks["csv"][0], "fleet.csv": blocks["csv"][1], "expect.yaml": blocks["yaml"][0],
	} {
		fmt.Fprintf(&script, "-- %s --\n%s", name, text)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "guard.txtar"), []byte(script.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: dir, RequireExplicitExec: true,
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){"exits": exits},
	})
}
