package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestFirstScenario does what docs/first-scenario.md says, letter for letter: its files are written, its commands
// run, and what they print is compared with what it shows, but for how long they took.
func TestFirstScenario(t *testing.T) {
	page, err := os.ReadFile("../../docs/first-scenario.md")
	if err != nil {
		t.Fatal(err)
	}
	var script strings.Builder
	var features []string
	for _, block := range regexp.MustCompile("(?ms)^```(\\w+)\n(.*?)^```$").FindAllStringSubmatch(string(page), -1) {
		switch block[1] {
		case "gherkin":
			features = append(features, block[2])
			switch len(features) {
			case 1:
				script.WriteString("cmp features/orders.feature $WORK/1.feature\n")
			case 2, 3:
				fmt.Fprintf(&script, "cp $WORK/%d.feature features/snapshot.feature\n", len(features))
			}
		case "console":
			script.WriteString(commands(block[2]))
		}
	}
	if len(features) != 3 {
		t.Fatalf("the page has %d features (want the sample, its copy, and the lines that end the copy)", len(features))
	}
	features[2] = mended(t, string(page), features[1], features[2])
	for i, text := range features {
		fmt.Fprintf(&script, "-- %d.feature --\n%s", i+1, text)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "page.txtar"), []byte(script.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: dir, RequireExplicitExec: true,
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){"exits": exits},
	})
}

// TestWorkflow wants docs/ci.md to show the workflow that init writes.
func TestWorkflow(t *testing.T) {
	workflow, err := sample.ReadFile("sample/workflow.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(get(t, "../../docs/ci.md")), "```yaml\n"+string(workflow)+"```") {
		t.Error("docs/ci.md does not show sample/workflow.yaml")
	}
}

// TestCommandsOfCI runs every command line of docs/ci.md, in the project that init writes and with three scenarios;
// but for the one that wants a platform, which test_target.txtar plays.
func TestCommandsOfCI(t *testing.T) {
	var code strings.Builder
	for _, block := range regexp.MustCompile("(?ms)^```\\w+\n(.*?)^```$").
		FindAllStringSubmatch(string(get(t, "../../docs/ci.md")), -1) {
		code.WriteString(block[1])
	}
	folded := regexp.MustCompile(`\n +--`).ReplaceAllString(code.String(), " --")
	lines := regexp.MustCompile(`outagedrill (?:test|merge)[^'\n]*`).FindAllString(folded, -1)
	lines = slices.DeleteFunc(lines, func(line string) bool { return strings.Contains(line, "--target") })
	if len(lines) != 7 {
		t.Fatalf("docs/ci.md has %d command lines for our own platform (want 7): %q", len(lines), lines)
	}
	var script strings.Builder
	script.WriteString("exec outagedrill init\ncp features/orders.feature features/a.feature\n" +
		"cp features/orders.feature features/b.feature\n")
	for _, line := range lines {
		fmt.Fprintf(&script, "exec %s\n", line)
	}
	script.WriteString("exists drills.html drills.md drills.xml\n")
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "ci.txtar"), []byte(script.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{Dir: dir, RequireExplicitExec: true})
}

// TestJenkinsfile: the recipe publishes, whatever the outcome, just the files that its command writes, and removes those of
// an earlier build before, which the agent's workspace may hold.
func TestJenkinsfile(t *testing.T) {
	_, rest, found := strings.Cut(string(get(t, "../../docs/ci.md")), "```groovy\n")
	recipe, _, ends := strings.Cut(rest, "```")
	if !found || !ends || strings.Count(recipe, "{") != strings.Count(recipe, "}") {
		t.Fatalf("the recipe is %q", recipe)
	}
	steps, post, found := strings.Cut(recipe, "post {\n    always {")
	if !found {
		t.Fatalf("the recipe publishes not always:\n%s", recipe)
	}
	wrote := regexp.MustCompile(`--format \w+:(\S+?)['\s]`).FindAllStringSubmatch(steps, -1)
	published := regexp.MustCompile(`(?:junit testResults|archiveArtifacts artifacts): '([^']+)'`).FindAllStringSubmatch(post, -1)
	removed, _, _ := strings.Cut(steps, "outagedrill test")
	if len(wrote) != 2 || len(published) != 2 || strings.Count(post, ": true") != 2 {
		t.Fatalf("%q are written, %q published", wrote, published)
	}
	for i := range wrote {
		if file := wrote[i][1]; published[i][1] != file || !strings.Contains(removed, file) {
			t.Errorf("%s is written, %s published; before that %q", file, published[i][1], removed)
		}
	}
}

// mended is the copy with its new title and its last three lines replaced.
func mended(t *testing.T, page, feature, end string) string {
	t.Helper()
	_, rest, found := strings.Cut(page, "The title is wrong now as well: `")
	title, _, _ := strings.Cut(rest, "`")
	lines := strings.SplitAfter(feature, "\n")
	if !found || len(lines) < 6 || strings.Count(end, "\n") != 5 {
		t.Fatal("the page does not say how to mend the scenario as it did")
	}
	lines = lines[:len(lines)-4]
	lines[len(lines)-1] = "  Scenario: " + title + "\n"
	return strings.Join(lines, "") + end
}

// commands is a block of commands and of what they print as lines of a script.
func commands(block string) string {
	var script strings.Builder
	took := regexp.MustCompile(`in [0-9.]+m?s$`)
	for part := range strings.SplitSeq("\n"+block, "\n$ ") {
		command, output, _ := strings.Cut(strings.TrimSpace(part), "\n")
		switch {
		case command == "":
			continue
		case strings.HasPrefix(command, "cd "):
			script.WriteString(command + "\n")
			continue
		case strings.Contains(output, " failed\n"):
			script.WriteString("exits 1 " + command + "\n")
		default:
			script.WriteString("exec " + command + "\n")
		}
		for line := range strings.SplitSeq(output, "\n") {
			if strings.TrimSpace(line) == "" {
				continue
			}
			pattern := "^" + took.ReplaceAllString(regexp.QuoteMeta(line), `in [0-9.]+m?s`) + "$"
			fmt.Fprintf(&script, "stdout '%s'\n", strings.ReplaceAll(pattern, "'", "''"))
		}
	}
	return script.String()
}
