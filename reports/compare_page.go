package reports

import (
	"bufio"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/outagedrill/outagedrill/sim/journal"
)

// CompareMarkdown writes a comparison for pull requests and chat. Drawn are as for CompareHTML: of them it
// tells what the answers rest on.
func CompareMarkdown(w io.Writer, c *journal.Comparison, drawn [][]*Journal) error {
	out := bufio.NewWriter(w)
	fmt.Fprintln(out, "# Comparison")
	for i, b := range compareBlocks(c) {
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
			fmt.Fprintln(out, listed(v))
		}
		if len(b.Others) > 0 {
			fmt.Fprintf(out, "\n%s:\n\n", othersTitle)
		}
		for _, o := range b.Others {
			fmt.Fprintln(out, listed(o))
		}
		if i < len(drawn) {
			writeRests(out, restsRows(drawn[i]))
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

// writeRests writes what the answers rest on, folded.
func writeRests(out io.Writer, rows []restsRow) {
	if len(rows) == 0 {
		return
	}
	fmt.Fprint(out, "\n<details><summary>What each answer rests on</summary>\n\n")
	columns := []string{"Value", "Is", "Basis", "Cases whose answer rests on it", "What other values change"}
	writeRow(out, columns)
	fmt.Fprintln(out, strings.Repeat("|---", len(columns))+"|")
	for _, r := range rows {
		var basis []string
		for _, b := range r.Basis {
			basis = append(basis, plain(b))
		}
		writeRow(out, []string{
			r.Name + " (" + plain(r.Governs) + ")", r.Is, strings.Join(basis, ", "), r.On,
			strings.Join(r.Moves, "; "),
		})
	}
	fmt.Fprint(out, "\n</details>\n")
}

func writeRow(out io.Writer, cells []string) {
	for _, c := range cells {
		fmt.Fprint(out, "| "+inline(c)+" ")
	}
	fmt.Fprintln(out, "|")
}

// markdown takes their meaning from the signs that Markdown and HTML give one, also from those of headings,
// quotes and lists at its beginning.
func markdown(s string) string {
	s = inline(s)
	if at := leading(s); at >= 0 {
		s = s[:at] + "\\" + s[at:]
	}
	return s
}

// inline takes their meaning from the signs that have one anywhere.
func inline(s string) string {
	return strings.NewReplacer("\\", "\\\\", "|", "\\|", "<", "&lt;", "&", "&amp;", "*", "\\*", "_", "\\_",
		"`", "\\`", "[", "\\[", "]", "\\]", "~", "\\~", "$", "\\$").Replace(s)
}

// leading is where the sign of a heading, a quote or an item stands that a line begins with; -1 for none.
func leading(s string) int {
	rest := strings.TrimLeft(s, "0123456789")
	digits := len(s) - len(rest)
	sign, _, _ := strings.Cut(rest, " ")
	switch {
	case rest != "" && digits == 0 && strings.ContainsRune("#>+-=", rune(rest[0])):
		return 0
	case digits > 0 && (sign == "." || sign == ")"):
		return digits
	}
	return -1
}

// listed is a line that begins with its number, as an item of a list.
func listed(line string) string {
	number, text, _ := strings.Cut(line, ". ")
	return number + ". " + markdown(text)
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
	Alone   bool // of journals of runs that have no ranges
	Beyond  bool // some bar has what other assumptions make of it
	Tried   bool // some case has the runs of other assumptions
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
		s := compareSection{compareBlock: b, ID: "t" + strconv.Itoa(i+1), Beyond: len(b.Others) > 0}
		cases := c.Together
		if i < len(c.Timelines) {
			cases = c.Timelines[i].Cases
		}
		s.Alone = !slices.ContainsFunc(cases, func(c journal.ComparedCase) bool { return !c.Alone })
		s.Ranges, s.Deltas = rangeCharts(cases), newDeltaTable(b.Title, cases)
		if i < len(drawn) && len(drawn[i]) > 0 {
			var names []string
			for k := range drawn[i] {
				names = append(names, caseName(&cases[k]))
			}
			s.Picture, s.Rests = newComparePicture(s.ID, drawn[i], names), restsRows(drawn[i])
			s.Tried = slices.ContainsFunc(s.Rests, func(r restsRow) bool { return len(r.Moves) > 0 })
			s.Undrawn = len(cases) - len(drawn[i])
		}
		out = append(out, s)
	}
	return out
}
