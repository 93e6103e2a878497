package policy

import (
	"fmt"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The registry and the built-in file of each kind name the same values, with the same rules.
func TestRegistryMatchesBuiltInFiles(t *testing.T) {
	for _, name := range Names() {
		p, err := builtIn(name)
		if err != nil {
			t.Fatal(err)
		}
		inFile := map[string]string{}
		for _, v := range p.Values {
			inFile[v.Name] = v.Rule
		}
		specs := p.specs()
		for _, s := range specs {
			if inFile[s.name] != s.rule {
				t.Errorf("%s: %s has rule %q in the file, %q in the registry", name, s.name, inFile[s.name], s.rule)
			}
		}
		if len(specs) != len(p.Values) {
			t.Errorf("%s: %d values in the registry, %d in the file", name, len(specs), len(p.Values))
		}
	}
}

// Each name sets exactly one field of the struct that the engine reads, no two the same, and no field
// is left without a name.
func TestEveryFieldHasOneName(t *testing.T) {
	for _, name := range Names() {
		p, err := builtIn(name)
		if err != nil {
			t.Fatal(err)
		}
		before := leaves(p)
		namesOf := map[string][]string{}
		for _, s := range p.specs() {
			q, err := p.Override(s.name, other(t, p, s.name))
			if err != nil {
				t.Fatal(err)
			}
			var changed []string
			for field, v := range leaves(q) {
				if v != before[field] {
					changed = append(changed, field)
					namesOf[field] = append(namesOf[field], s.name)
				}
			}
			if len(changed) != 1 {
				t.Errorf("%s: %s changes %q, want one field", name, s.name, changed)
			}
		}
		for field := range before {
			if len(namesOf[field]) != 1 {
				t.Errorf("%s: field %s is set by %q, want one name", name, field, namesOf[field])
			}
		}
	}
}

// other returns a valid text for the value that differs from the present one.
func other(t *testing.T, p *Policy, name string) string {
	t.Helper()
	v, _ := p.Value(name)
	if len(v.Alternatives) > 0 {
		return v.Alternatives[0]
	}
	for _, text := range []string{"false", "17", "17m", "parallel", "all", "offline"} {
		if _, err := p.Override(name, text); err == nil && text != v.Text {
			return text
		}
	}
	t.Fatalf("%s: no other value known", name)
	return ""
}

// leaves maps the path of every field, those of inner structs and maps apart, to its printed value.
func leaves(p *Policy) map[string]string {
	all := map[string]string{}
	v := reflect.ValueOf(p.Flows)
	if p.Governs == ForPollingJobs {
		v = reflect.ValueOf(p.PollingJobs)
	}
	collect(v, v.Type().Name(), all)
	return all
}

func collect(v reflect.Value, path string, all map[string]string) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			collect(v.Field(i), path+"."+v.Type().Field(i).Name, all)
		}
	case reflect.Map:
		for _, k := range v.MapKeys() {
			collect(v.MapIndex(k), path+"."+k.String(), all)
		}
	default:
		all[path] = fmt.Sprint(v.Interface())
	}
}

// docs/rules.md has a row for every rule, and each value stands in the row of the rule that reads it,
// with ◇ where it was chosen.
func TestRuleBookNamesEveryValue(t *testing.T) {
	data, err := os.ReadFile("../../docs/rules.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]string{}
	for line := range strings.SplitSeq(string(data), "\n") {
		if id := regexp.MustCompile(`^\| ([A-Z]+-\d\d) \|`).FindStringSubmatch(line); id != nil {
			rows[id[1]] = line
		}
	}
	for prefix, last := range map[string]int{"T": 4, "C": 7, "DIS": 16, "OUT": 15, "FIG": 6} {
		for i := 1; i <= last; i++ {
			if id := fmt.Sprintf("%s-%02d", prefix, i); rows[id] == "" {
				t.Errorf("docs/rules.md has no row for %s", id)
			}
		}
	}
	var known []string
	for _, name := range Names() {
		p, err := builtIn(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range p.Values {
			known = append(known, v.Name)
			word := "`" + v.Name + "`"
			if v.Basis == Chosen {
				word += " ◇"
			}
			if row := rows[v.Rule]; !strings.Contains(row, word) {
				t.Errorf("docs/rules.md: the row of %s does not have %s", v.Rule, word)
			} else if v.Basis != Chosen && strings.Contains(row, word+" ◇") {
				t.Errorf("docs/rules.md: the row of %s marks %s as chosen", v.Rule, v.Name)
			}
		}
	}
	for _, m := range regexp.MustCompile("`([a-z_]+\\.[a-z_]+)`").FindAllStringSubmatch(string(data), -1) {
		if !slices.Contains(known, m[1]) {
			t.Errorf("docs/rules.md names %s, which nothing reads", m[1])
		}
	}
}
