package sim_test

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"

	"github.com/outagedrill/outagedrill/engine/policy"
	"github.com/outagedrill/outagedrill/sim"
	"github.com/outagedrill/outagedrill/sim/journal"
	"github.com/outagedrill/outagedrill/sim/timeline"
)

const rulesDir = "testdata/rules"

// TestRules replays the files of testdata/rules. Each is named after the behaviour that it proves, and its
// first comment names the rules and says, with arithmetic, what must happen. The directives:
//
//	world                       keys of a timeline that the replays after it share
//	replay [ARGUMENT…]          plays a timeline (its own keys and the world's others), prints the journal
//	    assume=(NAME=VALUE, …)  values of the policies that differ from the built-in ones
//	    environment=NAME        instead of the timeline's
//	    show=(KIND, …)          these kinds alone; KIND may have a star: flow.*
//	    hide=(KIND, …)          not these kinds
//	    calls                   successful calls, runs and refreshes too, as with --calls
//	figures flow=NAME [fields=(NAME, …)]
//	                            figures of the last replay's summary; of a job=, connection= or
//	                            application= too, or totals
//
// A timeline without `outagedrill:` gets the format, the file's name and the start, a Monday's midnight.
// Of a journal each shown entry is a line: its number among them, the time since the start, the kind, what
// it says, and after the arrow the number of the nearest shown entry that led to it. run.* and
// backlog.sampled are shown on demand only; check.failed and expect.failed always.
func TestRules(t *testing.T) {
	datadriven.Walk(t, rulesDir, func(t *testing.T, file string) {
		g := &golden{name: strings.TrimSuffix(filepath.Base(file), ".txt")}
		datadriven.RunTest(t, file, g.run)
	})
}

// golden is the state of one file.
type golden struct {
	name    string
	world   string
	summary *journal.Summary
}

func (g *golden) run(t *testing.T, d *datadriven.TestData) string {
	t.Helper()
	switch d.Cmd {
	case "world":
		g.world = d.Input
		return ""
	case "replay":
		out, err := g.replay(d)
		if err != nil {
			return err.Error()
		}
		return out
	case "figures":
		if g.summary == nil {
			d.Fatalf(t, "figures before any replay")
		}
		out, err := figuresOf(g.summary, d)
		if err != nil {
			d.Fatalf(t, "%v", err)
		}
		return out
	}
	d.Fatalf(t, "unknown directive %q (want world, replay or figures)", d.Cmd)
	return ""
}

// replay plays the directive's timeline and renders the journal.
func (g *golden) replay(d *datadriven.TestData) (string, error) {
	text := merge(g.world, d.Input)
	if !strings.Contains(text, "outagedrill:") {
		text = "outagedrill: 1\nname: " + g.name + "\nstart: 2024-03-04T00:00:00Z\n" + text
	}
	tl, err := timeline.Parse(g.name+".yaml", []byte(text))
	if err != nil {
		return "", err
	}
	opt, err := goldenOptions(d)
	if err != nil {
		return "", err
	}
	r := rendering{start: journal.FromStd(tl.Start), show: values(d, "show"), hide: values(d, "hide")}
	g.summary, err = sim.Run(context.Background(), tl, opt, r.add)
	if err != nil {
		return "", err
	}
	return r.text.String(), nil
}

// merge adds to own the top-level keys of base that own does not have.
func merge(base, own string) string {
	key := regexp.MustCompile(`(?m)^[a-z_]+:`)
	have := key.FindAllString(own, -1)
	var kept strings.Builder
	keep := true
	for line := range strings.Lines(base + "\n") {
		if k := key.FindString(line); k != "" {
			keep = !slices.Contains(have, k)
		}
		if keep {
			kept.WriteString(line)
		}
	}
	return kept.String() + own + "\n"
}

// goldenOptions reads the arguments that change what is played. Every name of a value belongs to one of
// the two policies, or to both (call.timeout).
func goldenOptions(d *datadriven.TestData) (sim.Options, error) {
	opt := sim.Options{ListCalls: d.HasArg("calls")}
	var err error
	if opt.Flows, err = policy.Load("celigo-integrator"); err != nil {
		return opt, err
	}
	if opt.PollingJobs, err = policy.Load("sap-open-connectors"); err != nil {
		return opt, err
	}
	if e := values(d, "environment"); len(e) > 0 {
		opt.Environment = e[0]
	}
	for _, a := range values(d, "assume") {
		name, value, _ := strings.Cut(a, "=")
		flows, err := opt.Flows.Override(name, value)
		if err == nil {
			opt.Flows = flows
		}
		jobs, err2 := opt.PollingJobs.Override(name, value)
		if err2 == nil {
			opt.PollingJobs = jobs
		}
		if err != nil && err2 != nil {
			return opt, fmt.Errorf("assume %s: %w; %w", a, err, err2)
		}
	}
	return opt, nil
}

func values(d *datadriven.TestData, key string) []string {
	a, _ := d.Arg(key)
	return a.Vals
}

// TestEveryRuleHasAProof compares the rules of docs/rules.md with those that are named by the first line of a
// file of testdata/rules, by a tag of a feature, or by the comment of a Go test ("proves OUT-10: …").
func TestEveryRuleHasAProof(t *testing.T) {
	const id = `(?:T|C|DIS|OUT|FIG|API)-\d\d`
	rules := map[string]bool{}
	for _, m := range found(t, "../docs/rules.md", `(?m)^\| (`+id+`) \|`) {
		rules[m] = true
	}
	if len(rules) < 48 {
		t.Fatalf("docs/rules.md has %d rules (expected 48 or more)", len(rules))
	}
	proved := map[string]bool{}
	for _, source := range []struct{ files, pattern string }{
		{rulesDir + "/*/*.txt", `\A# ((?:[A-Z]+-\d+(?:, )?)+):`},
		{"../features/*.feature", `@([A-Z]+-\d+)\b`},
		{"../*/*_test.go", `(?m)^// (?:Test\w+ proves )?((?:` + id + `(?:, | and )?)+)\b.*:`},
		{"../*/*/*_test.go", `(?m)^// (?:Test\w+ proves )?((?:` + id + `(?:, | and )?)+)\b.*:`},
	} {
		for _, file := range glob(t, source.files) {
			lists := found(t, file, source.pattern)
			if len(lists) == 0 && strings.HasPrefix(source.files, rulesDir) {
				t.Errorf("%s: the first line names no rule (expected one as in # OUT-02, OUT-06: …)", file)
			}
			for _, rule := range regexp.MustCompile(`[A-Z]+-\d+`).FindAllString(strings.Join(lists, " "), -1) {
				if !rules[rule] {
					t.Errorf("%s names %s, which is no rule of docs/rules.md", file, rule)
				}
				proved[rule] = true
			}
		}
	}
	missing := slices.Sorted(maps.Keys(rules))
	missing = slices.DeleteFunc(missing, func(rule string) bool { return proved[rule] })
	if len(missing) > 0 {
		t.Errorf("%d rules have no proof: %s", len(missing), strings.Join(missing, ", "))
	}
}

// found gives what the pattern's group matches in a file.
func found(t *testing.T, file, pattern string) []string {
	t.Helper()
	var list []string
	for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(readText(t, file), -1) {
		list = append(list, m[1])
	}
	return list
}

func readText(t *testing.T, file string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.FromSlash(file))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func glob(t *testing.T, pattern string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.FromSlash(pattern))
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// matches tells whether a kind is one of the patterns.
func matches(patterns []string, kind journal.Kind) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		ok, err := path.Match(p, string(kind))
		return err == nil && ok
	})
}
