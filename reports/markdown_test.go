package reports_test

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	markup "github.com/yuin/goldmark/renderer/html"

	"github.com/outagedrill/outagedrill/reports"
)

// rendered is Markdown as GitHub's flavour of it reads.
func rendered(t *testing.T, text string) string {
	t.Helper()
	md := goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithRendererOptions(markup.WithUnsafe()))
	var b bytes.Buffer
	if err := md.Convert([]byte(text), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// elements are the tags of rendered Markdown, in their order.
func elements(page string) string {
	return strings.Join(regexp.MustCompile(`</?[a-z][a-z0-9]*`).FindAllString(page, -1), " ")
}

// Markdown is read as it was meant, whatever things are called: a name shows as itself and makes neither markup nor
// another table, and each table is one, with all its rows.
func TestMarkdownIsReadAsMeant(t *testing.T) {
	named := func(name string) []string {
		text := strings.ReplaceAll(outageScript("UTC").text(t), "orders-to-wms", name)
		text = strings.ReplaceAll(strings.ReplaceAll(text, "stock-poll", name), "acme down over lunch", name)
		run := load(t, text)
		var compare strings.Builder
		err := reports.CompareMarkdown(&compare, comparison(), [][]*reports.Journal{{run, run}})
		if err != nil {
			t.Fatal(err)
		}
		return []string{written(t, "markdown", text), written(t, "summary", text, text), compare.String()}
	}
	plain := named("xyz")
	for _, text := range plain {
		page := rendered(t, text)
		rules := len(regexp.MustCompile(`(?m)^\|(?:[-: ]+\|)+$`).FindAllString(text, -1))
		rows := len(regexp.MustCompile(`(?m)^\|`).FindAllString(text, -1))
		if got := strings.Count(page, "<table>"); got != rules || got == 0 {
			t.Errorf("%d tables are %d tables:\n%s", rules, got, page)
		}
		if got := strings.Count(page, "<tr>"); got != rows-rules {
			t.Errorf("%d rows are %d rows", rows-rules, got)
		}
		if strings.Contains(page, "|---") || strings.Contains(page, "**") {
			t.Errorf("something is shown as it was written:\n%s", page)
		}
	}
	for _, name := range []string{
		"# heading", "> quote", "- item", "+ item", "1. first", "~~struck~~", "*bold*", "__bold__", "`code`", "a | b",
		"<b>", "<!-- gone", "&amp;", "[link](x)", "![image](x)", "--- ", "===", "a\\\\", "2) second", "-", "1.", "7",
	} {
		for i, text := range named(name) {
			page := rendered(t, text)
			if want := elements(rendered(t, plain[i])); elements(page) != want {
				t.Errorf("%s, form %d, is read as markup:\n%s", name, i+1, page)
			}
		}
	}
}
