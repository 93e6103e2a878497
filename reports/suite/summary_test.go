package suite_test

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/renderer/html"
)

// The job summary is read as it was meant by what renders GitHub's flavour of Markdown: one table with a row a feature, a
// fold a failure, and no markup that a name made.
func TestSummaryIsReadAsMeant(t *testing.T) {
	text := write(t, "summary", mixed())
	md := goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithRendererOptions(html.WithUnsafe()))
	var page bytes.Buffer
	if err := md.Convert([]byte(text), &page); err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	for _, m := range regexp.MustCompile(`<([a-z][a-z0-9]*)`).FindAllStringSubmatch(page.String(), -1) {
		count[m[1]]++
	}
	features := map[string]bool{}
	failed := 0
	for _, sc := range mixed().Scenarios {
		features[sc.File+sc.Feature] = true
		if slices.Contains([]string{"failed", "undefined", "ambiguous"}, string(sc.Status)) {
			failed++
		}
	}
	for tag, n := range map[string]int{
		"h2": 1, "table": 1, "tr": 1 + len(features), "details": failed, "summary": failed, "pre": failed,
		"script": 0, "img": 0, "a": 0, "code": 0, "strong": 0, "em": 0, "del": 0, "blockquote": 0, "h1": 0,
	} {
		if count[tag] != n {
			t.Errorf("%d <%s> (want %d)", count[tag], tag, n)
		}
	}
	if failed == 0 || strings.Contains(page.String(), "|---") {
		t.Errorf("nothing failed, or something is shown as it was written:\n%s", page.String())
	}
}
