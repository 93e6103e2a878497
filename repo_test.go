// Package outagedrill_test looks after the repository itself: who may import whom, how long a file may
// grow, that every package says what it is for, and that the documents name what is there. It reads the
// files, so that it needs neither a linter nor git.
package outagedrill_test

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/outagedrill/outagedrill"

// The limits in lines; CONTRIBUTING.md has the sizes to aim at.
const (
	sourceLinesMax = 500
	testLinesMax   = 600
)

// goFile is one Go file of the repository, parsed up to its imports.
type goFile struct {
	path    string // from the root, with slashes
	dir     string
	test    bool
	lines   int
	doc     *ast.CommentGroup
	pkg     string
	imports []string
}

// TestWalls holds the import walls of ARCHITECTURE.md. One that no file stands behind is left over.
func TestWalls(t *testing.T) {
	walls := readWalls(t)
	guarding := map[string]bool{}
	for _, file := range goFiles(t) {
		for name, w := range walls {
			guarding[name] = guarding[name] || w.guards(file.path)
		}
		for _, imported := range file.imports {
			if why := forbidden(walls, file, imported); why != "" {
				t.Errorf("%s imports %s: %s", file.path, imported, why)
			}
		}
	}
	for name := range walls {
		if !guarding[name] {
			t.Errorf("the wall %s has no file behind it", name)
		}
	}
}

// TestWallsCatch plants one violation behind each wall: a wall that lets it through guards nothing.
func TestWallsCatch(t *testing.T) {
	walls := readWalls(t)
	for _, planted := range []struct {
		path, imported string
		allowed        bool
	}{
		{path: "engine/a.go", imported: "os"},
		{path: "engine/a.go", imported: "sync"},
		{path: "engine/a.go", imported: "time/tzdata"},
		{path: "engine/a.go", imported: "github.com/google/go-cmp/cmp"},
		{path: "engine/a.go", imported: module + "/fakevendor"},
		{path: "engine/a.go", imported: module + "/fakevendor/dialect"},
		{path: "engine/a.go", imported: module + "/engine/policy", allowed: true},
		{path: "engine/a.go", imported: module + "/internal/problem"},
		{path: "engine/a_test.go", imported: module + "/fakevendor"},
		{path: "engine/a_test.go", imported: "os", allowed: true},
		{path: "engine/live/a.go", imported: module + "/fakevendor"},
		{path: "engine/live/a.go", imported: module + "/fakevendor/dialect", allowed: true},
		{path: "engine/live/a.go", imported: module + "/internal/problem"},
		{path: "engine/live/a.go", imported: "github.com/wneessen/go-mail", allowed: true},
		{path: "engine/live/a.go", imported: "modernc.org/sqlite/lib", allowed: true},
		{path: "engine/live/a.go", imported: "github.com/emersion/go-smtp"},
		{path: "engine/live/a_test.go", imported: "github.com/emersion/go-smtp", allowed: true},
		{path: "cmd/outagedrill/a.go", imported: "modernc.org/sqlite"},
		{path: "features/steps/a.go", imported: "github.com/emersion/go-smtp", allowed: true},
		{path: "features/steps/a.go", imported: "github.com/wneessen/go-mail"},
		{path: "engine/policy/a.go", imported: module + "/engine"},
		{path: "engine/policy/a.go", imported: module + "/internal/problem", allowed: true},
		{path: "engine/policy/a_test.go", imported: module + "/engine/policy", allowed: true},
		{path: "fakevendor/a.go", imported: "net/http"},
		{path: "fakevendor/a.go", imported: module + "/engine/policy"},
		{path: "fakevendor/a.go", imported: module + "/internal/problem"},
		{path: "fakevendor/a.go", imported: "math/big", allowed: true},
		{path: "fakevendor/a_test.go", imported: module + "/sim"},
		{path: "fakevendor/dialect/a.go", imported: module + "/fakevendor"},
		{path: "fakevendor/dialect/a.go", imported: module + "/internal/problem", allowed: true},
		{path: "fakevendor/mock/a.go", imported: module + "/internal/problem"},
		{path: "fakevendor/mock/a.go", imported: module + "/fakevendor/server"},
		{path: "fakevendor/mock/a.go", imported: module + "/fakevendor/wire", allowed: true},
		{path: "fakevendor/server/a.go", imported: module + "/fakevendor/mock"},
		{path: "fakevendor/server/a.go", imported: "github.com/benbjohnson/clock", allowed: true},
		{path: "fakevendor/wire/a.go", imported: module + "/fakevendor/server"},
		{path: "fakevendor/wire/a.go", imported: "github.com/benbjohnson/clock"},
		{path: "fakevendor/wire/a.go", imported: module + "/fakevendor", allowed: true},
		{path: "internal/problem/a.go", imported: module + "/engine/policy"},
		{path: "internal/problem/a.go", imported: "go.yaml.in/yaml/v4"},
		{path: "internal/problem/a.go", imported: "strings", allowed: true},
		{path: "internal/span/a.go", imported: module + "/internal/problem"},
		{path: "internal/span/a_test.go", imported: module + "/internal/span", allowed: true},
		{path: "internal/front/a.go", imported: module + "/engine/api"},
		{path: "internal/yamlfile/a.go", imported: module + "/sim/timeline"},
		{path: "internal/yamlfile/a.go", imported: module + "/internal/problem", allowed: true},
		{path: "engine/api/a.go", imported: module + "/fakevendor/dialect"},
		{path: "fakevendor/admin/a.go", imported: module + "/fakevendor/standalone"},
		{path: "fakevendor/hold/a.go", imported: module + "/fakevendor"},
		{path: "fakevendor/standalone/a.go", imported: module + "/fakevendor/server"},
		{path: "fakevendor/statuspage/a.go", imported: module + "/fakevendor/hold"},
		{path: "fakevendor/vendortest/a.go", imported: module + "/sim"},
		{path: "features/steps/a.go", imported: module + "/whatif"},
		{path: "features/contract/a.go", imported: module + "/engine"},
		{path: "reports/strip/a.go", imported: module + "/reports"},
		{path: "reports/history/a.go", imported: module + "/sim/journal"},
		{path: "reports/suite/a.go", imported: module + "/sim/journal"},
		{path: "whatif/a.go", imported: module + "/reports"},
		{path: "whatif/a.go", imported: module + "/sim", allowed: true},
		{path: "sdks/go/a_test.go", imported: module + "/sim"},
		{path: "hack/mutants/a.go", imported: module + "/engine"},
		{path: "reports/a.go", imported: module + "/sim"},
		{path: "reports/a.go", imported: module + "/sim/timeline"},
		{path: "reports/a_test.go", imported: module + "/engine"},
		{path: "reports/a.go", imported: module + "/sim/journal", allowed: true},
		{path: "sim/journal/a.go", imported: module + "/sim/timeline"},
		{path: "sim/check/a.go", imported: module + "/sim"},
		{path: "sim/check/a_test.go", imported: module + "/sim", allowed: true},
		{path: "sim/check/a.go", imported: module + "/fakevendor"},
		{path: "sim/timeline/a.go", imported: module + "/sim"},
		{path: "sim/timeline/a.go", imported: module + "/internal/problem", allowed: true},
		{path: "sim/importer/a.go", imported: module + "/internal/problem", allowed: true},
		{path: "sim/a.go", imported: module + "/internal/problem"},
		{path: "sim/a.go", imported: module + "/cmd/outagedrill"},
		{path: "sim/a.go", imported: module + "/reports"},
		{path: "sim/a.go", imported: module + "/engine", allowed: true},
		{path: "sim/a.go", imported: "github.com/benbjohnson/clock"},
		{path: "sim/a_test.go", imported: "github.com/benbjohnson/clock"},
		{path: "sim/a.go", imported: "github.com/cucumber/godog"},
		{path: "sim/a.go", imported: "github.com/jarcoal/httpmock"},
		{path: "sim/a.go", imported: "github.com/gavv/httpexpect/v2"},
		{path: "sim/a.go", imported: "github.com/spf13/cobra"},
		{path: "sim/a.go", imported: "testing"},
		{path: "sim/a_test.go", imported: "github.com/stretchr/testify/assert"},
		{path: "features/a_test.go", imported: "github.com/stretchr/testify/require"},
		{path: "features/steps/a.go", imported: "github.com/cucumber/godog", allowed: true},
		{path: "features/run/a.go", imported: "github.com/cucumber/gherkin/go/v42", allowed: true},
		{path: "features/run/a.go", imported: module + "/reports/suite", allowed: true},
		{path: "features/run/a.go", imported: module + "/reports"},
		{path: "features/run/a.go", imported: module + "/engine/live"},
		{path: "cmd/outagedrill/a.go", imported: "github.com/cucumber/gherkin/go/v42"},
		{path: "examples/targets/a_test.go", imported: module + "/features/steps"},
		{path: "examples/targets/a_test.go", imported: "github.com/emersion/go-smtp", allowed: true},
		{path: "cmd/outagedrill/a.go", imported: "github.com/spf13/cobra", allowed: true},
		{path: "cmd/outagedrill/a.go", imported: module + "/internal/problem", allowed: true},
	} {
		file := goFile{path: planted.path, dir: path.Dir(planted.path), test: strings.HasSuffix(planted.path, "_test.go")}
		if why := forbidden(walls, file, planted.imported); (why == "") != planted.allowed {
			t.Errorf("%s imports %s: allowed = %v, want %v (%s)",
				planted.path, planted.imported, why == "", planted.allowed, why)
		}
	}
}

// TestSizes holds the limits of CONTRIBUTING.md.
func TestSizes(t *testing.T) {
	for _, file := range goFiles(t) {
		limit := sourceLinesMax
		if file.test {
			limit = testLinesMax
		}
		if file.lines > limit {
			t.Errorf("%s has %d lines (expected at most %d)", file.path, file.lines, limit)
		}
	}
}

// TestExampleSizes keeps the platforms that people copy short. The JDK has neither JSON nor SMTP.
func TestExampleSizes(t *testing.T) {
	for name, limit := range map[string]int{
		"examples/targets/python/poller.py": 300, "examples/targets/java/Poller.java": 300,
	} {
		if lines := bytes.Count(read(t, name), []byte("\n")); lines > limit {
			t.Errorf("%s has %d lines (expected at most %d)", name, lines, limit)
		}
	}
}

// TestPackageComments wants one package comment in every package, in one file.
func TestPackageComments(t *testing.T) {
	comments := map[string][]string{}
	for _, file := range goFiles(t) {
		if file.test {
			continue
		}
		with := comments[file.dir]
		if file.doc == nil {
			comments[file.dir] = with // the package is known, its comment is still to come
			continue
		}
		comments[file.dir] = append(with, file.path)
		want := "Package " + file.pkg + " "
		if file.pkg == "main" { // named as its folder is
			want = strings.ToUpper(path.Base(file.dir)[:1]) + path.Base(file.dir)[1:] + " "
		}
		if !strings.HasPrefix(file.doc.Text(), want) {
			t.Errorf("%s: the package comment begins %.30q (expected %q)", file.path, file.doc.Text(), want)
		}
	}
	for dir, files := range comments {
		if len(files) != 1 {
			t.Errorf("%s has %d package comments (expected one): %v", dir, len(files), files)
		}
	}
}

// TestTexts keeps the traces of one machine and unfinished work out of every file.
func TestTexts(t *testing.T) {
	forbidden := map[string]*regexp.Regexp{
		"a path of one machine": regexp.MustCompile(`(^|[\s"'` + "`" + `(=:])(/(home|root|work|Users)/\w|C:\\Users\\)`),
		"a package registry":    regexp.MustCompile(`\b(proxy|sum)\.golang\.org|registry\.npmjs\.org|\bpypi\.org|goproxy\.\w+`),
		"unfinished work":       regexp.MustCompile(`\b(TODO|FIXME|XXX)\b`),
	}
	walk(t, func(name string) {
		if name == "repo_test.go" {
			return
		}
		text := read(t, name)
		if bytes.IndexByte(text, 0) >= 0 {
			return // a picture, say: no text
		}
		for what, pattern := range forbidden {
			if at := pattern.FindIndex(text); at != nil {
				t.Errorf("%s:%d: %s: %q", name, 1+bytes.Count(text[:at[0]], []byte("\n")), what, text[at[0]:at[1]])
			}
		}
	})
}

// TestArchitecture compares the packages that ARCHITECTURE.md names with those that are there.
func TestArchitecture(t *testing.T) {
	named := map[string]bool{}
	pattern := regexp.MustCompile("`((?:cmd|docs|engine|examples|fakevendor|features|hack|internal|reports|sdks|sim|whatif)(?:/[a-z]+)*)/?`")
	for _, match := range pattern.FindAllSubmatch(read(t, "ARCHITECTURE.md"), -1) {
		named[string(match[1])] = true
	}
	there := map[string]bool{}
	for _, file := range goFiles(t) {
		there[file.dir] = file.dir != "."
	}
	for _, dir := range slices.Sorted(maps.Keys(named)) {
		if !there[dir] {
			t.Errorf("ARCHITECTURE.md names %s, which holds no Go file", dir)
		}
	}
	for _, dir := range slices.Sorted(maps.Keys(there)) {
		if there[dir] && !named[dir] {
			t.Errorf("ARCHITECTURE.md does not name %s", dir)
		}
	}
}

// goFiles parses the Go files of the repository.
func goFiles(t *testing.T) []goFile {
	t.Helper()
	var files []goFile
	walk(t, func(name string) {
		if path.Ext(name) != ".go" {
			return
		}
		text := read(t, name)
		parsed, err := parser.ParseFile(token.NewFileSet(), name, text, parser.ParseComments|parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		file := goFile{
			path: name, dir: path.Dir(name), test: strings.HasSuffix(name, "_test.go"),
			lines: bytes.Count(text, []byte("\n")), doc: parsed.Doc, pkg: parsed.Name.Name,
		}
		for _, spec := range parsed.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			file.imports = append(file.imports, imported)
		}
		files = append(files, file)
	})
	if len(files) == 0 {
		t.Fatal("no Go file found")
	}
	return files
}

// walk calls visit with every file of the repository, but for what git ignores.
func walk(t *testing.T, visit func(name string)) {
	t.Helper()
	ignored := []string{"bin", "build", "dist", "node_modules", "outagedrill-out", "rapid"}
	err := filepath.WalkDir(".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (slices.Contains(ignored, entry.Name()) || hidden(name)):
			return filepath.SkipDir
		case name == "outagedrill", path.Ext(name) == ".test", path.Ext(name) == ".prof":
		case entry.Type().IsRegular():
			visit(filepath.ToSlash(name))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// hidden tells whether a folder is none of ours: .git, an editor's.
func hidden(name string) bool { return len(name) > 1 && name[0] == '.' && name != ".ci" }

// read is the text of a file.
func read(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
