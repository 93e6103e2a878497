package reports

import (
	"bufio"
	"fmt"
	"html/template"
	"io"
	"strconv"
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
	Styles  []style
	Blocks  []compareSection
	Basis   string
	Command string
}

// compareSection is a table with the picture of its cases, where there is one, and the ranges of its figures.
type compareSection struct {
	compareBlock
	ID      string
	Deltas  *deltaTable
	Picture *comparePicture
	Ranges  []rangeChart
	Rests   []restsRow
	Told    bool // of journals of runs: there are no ranges
	Undrawn int  // cases beyond those of the picture
}

// CompareHTML writes a comparison as one page that needs nothing but itself. Drawn are, for each timeline,
// the journals of its first cases in their order; a timeline without journals has its tables alone.
func CompareHTML(w io.Writer, c *journal.Comparison, drawn [][]*Journal) error {
	look := newSheet()
	css, err := look.sheetOf("assets/page.css", "assets/compare.css")
	if err != nil {
		return err
	}
	t, err := template.New("compare.tmpl").Funcs(template.FuncMap{"words": plain}).
		ParseFS(assets, "assets/compare.tmpl", "assets/picture.tmpl", "assets/compare_picture.tmpl")
	if err != nil {
		return fmt.Errorf("reading the page's template: %w", err)
	}
	p := comparePage{
		CSP: "default-src 'none'; style-src " + hashOf(css) + "; base-uri 'none'; form-action 'none'",
		CSS: template.CSS(css), Styles: look.list, Blocks: compareSections(c, drawn), Basis: compareBasis(c),
		Command: cleanLong(c.Command),
	}
	p.Title = p.Blocks[len(p.Blocks)-1].Title
	if err := t.Execute(w, p); err != nil {
		return fmt.Errorf("writing the comparison: %w", err)
	}
	return nil
}

// compareSections adds pictures and ranges to the tables.
func compareSections(c *journal.Comparison, drawn [][]*Journal) []compareSection {
	var out []compareSection
	for i, b := range compareBlocks(c) {
		s := compareSection{compareBlock: b, ID: "t" + strconv.Itoa(i+1), Told: c.Runs == 0}
		cases := c.Together
		if i < len(c.Timelines) {
			cases = c.Timelines[i].Cases
		}
		s.Ranges, s.Deltas = rangeCharts(cases), newDeltaTable(b.Title, cases)
		if i < len(drawn) && len(drawn[i]) > 0 {
			var names []string
			for k := range drawn[i] {
				names = append(names, caseName(&cases[k]))
			}
			s.Picture, s.Rests = newComparePicture(s.ID, drawn[i], names), restsRows(drawn[i])
			s.Undrawn = len(cases) - len(drawn[i])
		}
		out = append(out, s)
	}
	return out
}
