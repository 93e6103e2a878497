package policy_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"
	"github.com/google/go-cmp/cmp"

	"github.com/outagedrill/outagedrill/engine/policy"
)

// TestFiles walks testdata/files. Commands:
//
//	parse file=NAME    reads the input as a policy file; prints errors, or what is the user's own in it
//	override name=N    overrides the value N of policy=P with the input
//	load               loads the policy named by the input
//	show               explains the policy named by the input
func TestFiles(t *testing.T) {
	datadriven.Walk(t, "testdata/files", func(t *testing.T, path string) {
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			switch d.Cmd {
			case "parse":
				var file string
				d.ScanArgs(t, "file", &file)
				return outcome(policy.Parse(file, []byte(unescape(d.Input))))
			case "override":
				var base, name string
				d.ScanArgs(t, "policy", &base)
				d.ScanArgs(t, "name", &name)
				return outcome(load(t, base).Override(name, unescape(d.Input)))
			case "load":
				return outcome(policy.Load(d.Input))
			case "show":
				var b strings.Builder
				if err := load(t, d.Input).Explain(&b); err != nil {
					return err.Error()
				}
				return b.String()
			}
			d.Fatalf(t, "unknown command %s", d.Cmd)
			return ""
		})
	})
}

// unescape lets the data files hold bytes that an editor would not keep.
func unescape(s string) string {
	return strings.NewReplacer(`<NUL>`, "\x00", `<BAD>`, "\xff", `<TAB>`, "\t").Replace(s)
}

// outcome prints the errors one a line, or the policy's head and the values that are the user's.
func outcome(p *policy.Policy, err error) string {
	if err != nil {
		return err.Error() + "\n"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s): %s\n", p.Name, p.Governs, p.Title)
	builtIn := map[string]bool{}
	for _, name := range policy.Names() {
		q, err := policy.Load(name)
		if err != nil {
			return err.Error()
		}
		for _, v := range q.Values {
			builtIn[keyOf(v)] = true
		}
	}
	for _, v := range p.Values {
		if !builtIn[keyOf(v)] {
			fmt.Fprintf(&b, "%s = %s (%s, %s) source=%q why=%q alternatives=%q\n",
				v.Name, v.Text, v.Rule, v.Basis, v.Source, v.Why, v.Alternatives)
		}
	}
	return b.String()
}

func keyOf(v policy.Value) string {
	return fmt.Sprintf("%q", v)
}

func TestLoadFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "half-hourly.yaml")
	content := "policy: 1\nextends: celigo-integrator\nvalues: {sweep.every: 30m}\n"
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	p := load(t, path)
	if p.Name != "half-hourly" || p.Flows.SweepEvery.Minutes() != 30 {
		t.Errorf("got %s, sweeps every %v", p.Name, p.Flows.SweepEvery)
	}
	if _, err := policy.Load(path + ".gone"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
}

// The example of docs/policies.md is a policy file.
func TestManualsExample(t *testing.T) {
	manual, err := os.ReadFile("../../docs/policies.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(manual), "```yaml\npolicy: 1")
	example, _, found := strings.Cut(rest, "```")
	if !found {
		t.Fatal("no example")
	}
	p, err := policy.Parse("our-tenant.yaml", []byte("policy: 1"+example))
	if err != nil {
		t.Fatal(err)
	}
	if p.Name != "our-tenant" || p.PollingJobs.Thresholds["staging"] != 25 || p.PollingJobs.Counts.Rejected {
		t.Errorf("got %s: %+v", p.Name, p.PollingJobs)
	}
}

func TestHugeFileIsRefused(t *testing.T) {
	_, err := policy.Parse("huge.yaml", []byte(strings.Repeat("# \n", 1<<20)))
	const want = "huge.yaml: the file is over 1 MiB (want at most 1 MiB)"
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// Callers that print each problem by itself get at them, twenty at most and then how many are left.
func TestErrorsLineByLine(t *testing.T) {
	var b strings.Builder
	b.WriteString("policy: 2\nextends: celigo-integrator\nvalues:\n")
	for i := range 30 {
		fmt.Fprintf(&b, "  x%d.y: 1\n", i)
	}
	_, err := policy.Parse("x.yaml", []byte(b.String()))
	var errs policy.Errors
	if !errors.As(err, &errs) || len(errs) != 31 {
		t.Fatalf("got %v, want 31 problems", err)
	}
	lines := errs.Lines()
	if first := errs[0]; first.Line != 1 || first.Col != 9 || first.String() != lines[0] {
		t.Errorf("first problem %+v, first line %s", first, lines[0])
	}
	if last := lines[len(lines)-1]; len(lines) != 21 || last != "x.yaml: and 11 more" {
		t.Errorf("%d lines, the last %q", len(lines), last)
	}
}

// Whatever the bytes, Parse answers; and each value of a policy that it takes is valid as it is
// written there: put back by Override, it changes no figure.
func FuzzParse(f *testing.F) {
	for _, name := range policy.Names() {
		data, err := os.ReadFile(name + ".yaml")
		if err != nil {
			f.Fatal(err)
		}
		f.Add([]byte(strings.Replace(string(data), "name: "+name, "name: mine", 1)))
	}
	f.Add([]byte("policy: 1\nextends: celigo-integrator\nvalues: {retry.waits: [], sweep.every: {value: 2h}}\n"))
	f.Add([]byte("policy: 1\nextends: sap-open-connectors\nvalues: {threshold.staging: &a 5, a: *a, <<: {}}\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := policy.Parse("fuzz.yaml", data)
		if err != nil {
			if strings.TrimSpace(err.Error()) == "" {
				t.Error("an error without words")
			}
			return
		}
		for _, v := range p.Values {
			q, err := p.Override(v.Name, v.Text)
			if err != nil {
				t.Fatalf("%s = %s: %v", v.Name, v.Text, err)
			}
			if diff := cmp.Diff(p.Flows, q.Flows) + cmp.Diff(p.PollingJobs, q.PollingJobs); diff != "" {
				t.Errorf("%s = %s changes:\n%s", v.Name, v.Text, diff)
			}
		}
		if err := p.Explain(new(strings.Builder)); err != nil {
			t.Error(err)
		}
	})
}
