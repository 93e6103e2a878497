package outagedrill_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"
)

// wall is a rule of the linter's depguard: which files may not import what, and why.
type wall struct {
	ListMode string   `yaml:"list-mode"` // strict: what is not allowed is denied
	Files    []string `yaml:"files"`     // globs; $test stands for tests, ! for all others
	Allow    []string `yaml:"allow"`     // beginnings of import paths; whole paths where a $ ends them
	Deny     []denied `yaml:"deny"`

	of, but []*regexp.Regexp // Files: one of these, and none of those
}

// denied is a beginning of import paths, and why they are denied.
type denied struct {
	Pkg  string `yaml:"pkg"`
	Desc string `yaml:"desc"`
}

// readWalls reads the walls of .golangci.yml, which the linter holds, so that they stand without it too.
func readWalls(t *testing.T) map[string]*wall {
	t.Helper()
	var config struct {
		Linters struct {
			Settings struct {
				Depguard struct {
					Rules map[string]*wall `yaml:"rules"`
				} `yaml:"depguard"`
			} `yaml:"settings"`
		} `yaml:"linters"`
	}
	if err := yaml.Unmarshal(read(t, ".golangci.yml"), &config); err != nil {
		t.Fatal(err)
	}
	walls := config.Linters.Settings.Depguard.Rules
	for name, w := range walls {
		for _, file := range w.Files {
			if glob, not := strings.CutPrefix(file, "!"); not {
				w.but = append(w.but, globbed(glob))
			} else {
				w.of = append(w.of, globbed(glob))
			}
		}
		if len(w.of) == 0 || len(w.Allow)+len(w.Deny) == 0 {
			t.Errorf("the wall %s guards nothing", name)
		}
	}
	if len(walls) == 0 {
		t.Fatal("no wall found")
	}
	return walls
}

// globbed is a glob as a regular expression over paths that begin with a slash.
func globbed(glob string) *regexp.Regexp {
	if glob == "$test" {
		glob = "**_test.go"
	}
	pattern := regexp.QuoteMeta(glob)
	pattern = strings.ReplaceAll(pattern, `\*\*`, `.*`)
	return regexp.MustCompile("^" + strings.ReplaceAll(pattern, `\*`, `[^/]*`) + "$")
}

// forbidden says why a file may not import a package, or "".
func forbidden(walls map[string]*wall, file goFile, imported string) string {
	for name, w := range walls {
		if why := w.forbids(imported); why != "" && w.guards(file.path) {
			return fmt.Sprintf("%s (%s)", why, name)
		}
	}
	return ""
}

// guards tells whether a file is behind the wall.
func (w *wall) guards(path string) bool {
	matches := func(glob *regexp.Regexp) bool { return glob.MatchString("/" + path) }
	return slices.ContainsFunc(w.of, matches) && !slices.ContainsFunc(w.but, matches)
}

// forbids says why nobody behind the wall may import a package, or "". Of what allows it and what denies it the
// longer one counts.
func (w *wall) forbids(imported string) string {
	allowed := 0
	for _, pkg := range w.Allow {
		if begins(imported, pkg) {
			allowed = max(allowed, len(pkg))
		}
	}
	for _, d := range w.Deny {
		if begins(imported, d.Pkg) && len(d.Pkg) >= allowed {
			return d.Desc
		}
	}
	if w.ListMode == "strict" && allowed == 0 {
		return "not among what is allowed"
	}
	return ""
}

// begins tells whether an import path begins as pkg says, or is it where a $ ends that.
func begins(imported, pkg string) bool {
	if whole, ok := strings.CutSuffix(pkg, "$"); ok {
		return imported == whole
	}
	return strings.HasPrefix(imported, pkg)
}
