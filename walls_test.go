package outagedrill_test

import (
	"slices"
	"strings"
)

// pure is the part of the standard library that the two machines may use: no clock, no I/O, no goroutine.
// (time is there for its types; the linter forbids time.Now and its like.)
var pure = []string{
	"cmp", "encoding/json", "errors", "fmt", "iter", "maps", "math", "math/bits", "slices", "sort", "strconv",
	"strings", "time",
}

// closed are the packages that decide and never act, and the leaf that only words, with all that they may
// import. The wall is for these packages themselves, not for their tests or sub-packages.
var closed = map[string][]string{
	"engine":           append(slices.Clone(pure), module+"/engine/policy"),
	"fakevendor":       append(slices.Clone(pure), "math/big", module+"/fakevendor/dialect"),
	"internal/problem": pure,
	"docs":             {"embed", "strings", "unicode"},
}

// ours says which packages of this module a folder and the folders below it may import, tests included;
// the most specific entry holds. A folder may always import itself. "…/*" means it and all below.
var ours = map[string][]string{
	"engine":             {"engine/*", "fakevendor/dialect", "sim/timeline", "sim/journal"},
	"engine/api":         {"engine/*", "sim/timeline", "internal/front", "internal/problem"},
	"engine/policy":      {"internal/problem", "internal/yamlfile"},
	"fakevendor":         {"fakevendor/*"},
	"fakevendor/admin":   {"fakevendor", "fakevendor/dialect", "fakevendor/hold", "internal/*"},
	"fakevendor/dialect": {"internal/problem", "internal/yamlfile"},
	"fakevendor/hold":    {"internal/*"},
	"fakevendor/wire":    {"fakevendor", "fakevendor/dialect"},
	"fakevendor/mock":    {"fakevendor", "fakevendor/dialect", "fakevendor/wire"},
	"fakevendor/server": {
		"fakevendor", "fakevendor/dialect", "fakevendor/statuspage", "fakevendor/wire",
	},
	"fakevendor/standalone": {
		"fakevendor", "fakevendor/admin", "fakevendor/dialect", "fakevendor/hold", "fakevendor/statuspage",
		"fakevendor/wire",
	},
	"fakevendor/vendortest": {"fakevendor", "fakevendor/dialect", "fakevendor/hold", "fakevendor/standalone"},
	"fakevendor/statuspage": {"fakevendor", "fakevendor/dialect", "fakevendor/wire"},
	"docs":                  {},
	"internal/front":        {"internal/problem"},
	"internal/problem":      {},
	"internal/span":         {},
	"internal/words":        {},
	"internal/yamlfile":     {"internal/problem"},
	"sim": {
		"engine", "engine/policy", "fakevendor", "fakevendor/dialect", "sim/*",
	},
	"sim/timeline": {
		"engine/policy", "fakevendor/dialect", "internal/problem", "internal/span", "internal/words", "internal/yamlfile",
	},
	"sim/importer": {
		"sim/timeline", "engine/policy", "fakevendor/dialect", "internal/problem", "internal/yamlfile",
	},
	"sim/journal":       {},
	"sim/check":         {"engine", "engine/policy", "sim/journal", "sim/timeline"},
	"reports":           {"reports/*", "internal/words", "sim/journal"},
	"reports/strip":     {"internal/words", "sim/journal"},
	"reports/history":   {"internal/words"},
	"reports/suite":     {"docs", "internal/words", "reports/history", "reports/strip"},
	"features":          {"engine/*", "fakevendor/*", "features/*", "internal/problem", "reports/*", "sim/*"},
	"features/contract": {"internal/problem", "internal/yamlfile"},
	"features/run":      {"engine/policy", "features/*", "internal/problem", "reports/strip", "reports/suite", "sim/*"},
	"whatif":            {"engine/policy", "fakevendor/dialect", "internal/words", "sim", "sim/journal", "sim/timeline"},
	"examples":          {}, // they stand for what is not ours
	"sdks":              {"fakevendor/*"},
	"cmd": {
		"engine/*", "fakevendor/*", "features/*", "internal/*", "reports/*", "sim/*", "whatif/*",
	},
}

// oursInTests is what a folder's tests may import beyond that: a check is tried on whole runs.
var oursInTests = map[string][]string{
	"sim/check": {"sim"},
}

// theirs says where a third-party package may be imported: in these folders and below, and in tests where
// the list says so.
var theirs = map[string][]string{
	"github.com/stretchr/testify":  {},
	"github.com/cucumber/gherkin":  {"features"},
	"github.com/cucumber/godog":    {"features"},
	"github.com/cucumber/messages": {"features", "reports/suite"},
	"github.com/gavv/httpexpect":   {"features", "tests"},
	"github.com/jarcoal/httpmock":  {"fakevendor/mock", "features", "tests"},
	"github.com/benbjohnson/clock": {
		"engine/live", "fakevendor/server", "fakevendor/hold", "fakevendor/admin", "fakevendor/standalone",
		"fakevendor/vendortest", "features", "cmd",
	},
	"github.com/spf13":                  {"cmd"},
	"github.com/wneessen/go-mail":       {"engine/live"},
	"modernc.org":                       {"engine/live"},
	"github.com/emersion/go-smtp":       {"features", "tests"},
	"github.com/danielgtaylor/huma":     {"engine/api", "fakevendor/admin", "internal/front"},
	"github.com/prometheus":             {"engine/api", "fakevendor/admin", "tests"},
	"github.com/vektah/gqlparser":       {"fakevendor/standalone"},
	"github.com/santhosh-tekuri":        {"tests"},
	"github.com/cockroachdb/datadriven": {"tests"},
	"github.com/rogpeppe/go-internal":   {"reports/history", "tests"}, // the locked file
	"github.com/google/go-cmp":          {"tests"},
	"github.com/chromedp":               {"tests"},
	"pgregory.net/rapid":                {"tests"},
	"testing":                           {"tests"},
}

// forbidden says why a file may not import a package, or "".
func forbidden(file goFile, imported string) string {
	if allowed, ok := closed[file.dir]; ok && !file.test && !slices.Contains(allowed, imported) {
		return "it is closed to all but the standard library's pure part and its own data package"
	}
	if own, ok := strings.CutPrefix(imported, module+"/"); ok {
		return forbiddenOwn(file, own)
	}
	for prefix, folders := range theirs {
		if !within(imported, prefix) {
			continue
		}
		fits := func(folder string) bool { return within(file.dir, folder) || folder == "tests" && file.test }
		if !slices.ContainsFunc(folders, fits) {
			return "allowed in " + strings.Join(append(folders, "no other folder"), ", ")
		}
	}
	return ""
}

// forbiddenOwn says why a file may not import one of our packages, or "".
func forbiddenOwn(file goFile, own string) string {
	if file.dir == own || file.dir == "." {
		return ""
	}
	folder := ""
	for candidate := range ours {
		if within(file.dir, candidate) && len(candidate) > len(folder) {
			folder = candidate
		}
	}
	list := ours[folder]
	if file.test {
		list = append(slices.Clone(list), oursInTests[folder]...)
	}
	for _, allowed := range list {
		tree, below := strings.CutSuffix(allowed, "/*")
		if own == tree || below && within(own, tree) {
			return ""
		}
	}
	return "not among what " + folder + " may import"
}

// within tells whether a path is dir or lies below it.
func within(path, dir string) bool {
	return path == dir || strings.HasPrefix(path, dir+"/")
}
