package reports

import (
	"bufio"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"strings"

	"github.com/outagedrill/outagedrill/sim/journal"
)

// CompareMarkdown writes a comparison for pull requests and chat.
func CompareMarkdown(w io.Writer, c *journal.Comparison) error {
	out := bufio.NewWriter(w)
	fmt.Fprintln(out, "# Comparison")
	for _, b := range compareBlocks(c) {
		fmt.Fprintf(out, "\n## %s\n\n%s\n\n", markdown(b.Title), markdown(b.Facts))
		writeRow(out, b.Columns)
		fmt.Fprintln(out, strings.Repeat("|---", len(b.Columns))+"|")
		for _, r := range b.Rows {
			writeRow(out, r.Cells)
		}
		fmt.Fprintln(out)
		if b.Same != "" {
			fmt.Fprintf(out, "%s\n\n", markdown(b.Same))
		}
		for _, v := range b.Verdicts {
			fmt.Fprintln(out, markdown(v))
		}
	}
	fmt.Fprintf(out, "\n%s\n", markdown(compareBasis(c)))
	if c.Command != "" {
		fmt.Fprintf(out, "\nRepeat it with `%s`\n", strings.ReplaceAll(c.Command, "`", "'"))
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("writing the comparison: %w", err)
	}
	return nil
}

func writeRow(out io.Writer, cells []string) {
	for _, c := range cells {
		fmt.Fprint(out, "| "+markdown(c)+" ")
	}
	fmt.Fprintln(out, "|")
}

// markdown takes their meaning from the signs that Markdown and HTML give one.
func markdown(s string) string {
	return strings.NewReplacer("\\", "\\\\", "|", "\\|", "<", "&lt;", "&", "&amp;", "*", "\\*", "_", "\\_",
		"`", "\\`", "[", "\\[", "]", "\\]").Replace(s)
}

// comparePage is what the template of a comparison writes.
type comparePage struct {
	CSP     string
	CSS     template.CSS
	Title   string
	Blocks  []compareBlock
	Basis   string
	Command string
}

// CompareHTML writes a comparison as one page that needs nothing but itself.
func CompareHTML(w io.Writer, c *journal.Comparison) error {
	css, err := assets.ReadFile("assets/page.css")
	if err != nil {
		return fmt.Errorf("reading the page's style: %w", err)
	}
	t, err := template.New("compare.tmpl").ParseFS(assets, "assets/compare.tmpl")
	if err != nil {
		return fmt.Errorf("reading the page's template: %w", err)
	}
	sum := sha256.Sum256(css)
	p := comparePage{
		CSP: "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
			"'; base-uri 'none'; form-action 'none'",
		CSS: template.CSS(css), Blocks: compareBlocks(c), Basis: compareBasis(c),
		Command: cleanLong(c.Command),
	}
	p.Title = p.Blocks[len(p.Blocks)-1].Title
	if err := t.Execute(w, p); err != nil {
		return fmt.Errorf("writing the comparison: %w", err)
	}
	return nil
}
