package reports

import (
	"bufio"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/outagedrill/outagedrill/sim/journal"
)

// CompareText writes a comparison for a terminal: for each timeline a table, in which ranges are over the
// offsets of the sweep, and a sentence a case.
func CompareText(w io.Writer, c *journal.Comparison, opt AnswerOptions) error {
	if opt.Width <= 0 {
		opt.Width = 100
	}
	p := printer{w: bufio.NewWriter(w), width: max(opt.Width, 40)}
	for i, b := range compareBlocks(c) {
		if i > 0 {
			p.line("")
		}
		p.wrap("", b.Title+": "+b.Facts)
		p.line("")
		p.table("", b.Columns, b.Rows)
		p.line("")
		if b.Same != "" {
			p.wrap("", b.Same)
		}
		for _, v := range b.Verdicts {
			p.wrap("  ", v)
		}
		if len(b.Others) > 0 {
			p.line("")
			p.wrap("", othersTitle+":")
		}
		for _, o := range b.Others {
			p.wrap("  ", o)
		}
	}
	p.line("")
	p.wrap("", compareBasis(c))
	return p.flush()
}

// table writes a table after an indent. Its columns are made narrower, and their cells wrapped, until it
// fits; a word is never broken.
func (p *printer) table(indent string, columns []string, rows []compareRow) {
	widths, least := make([]int, len(columns)), make([]int, len(columns))
	measure := func(cells []string) {
		for i, text := range cells {
			for word := range strings.SplitSeq(text, " ") {
				least[i] = max(least[i], utf8.RuneCountInString(word))
			}
			widths[i] = max(widths[i], utf8.RuneCountInString(text))
		}
	}
	measure(columns)
	for _, r := range rows {
		measure(r.Cells)
	}
	p.narrow(widths, least, p.width-len(indent))
	p.cells(indent, columns, widths)
	var rule []string
	for _, w := range widths {
		rule = append(rule, strings.Repeat("-", w))
	}
	p.line(indent + strings.Join(rule, "  "))
	for _, r := range rows {
		p.cells(indent, r.Cells, widths)
	}
}

// narrow takes columns from the widest column that can spare one, until the table fits or none can.
func (p *printer) narrow(widths, least []int, width int) {
	for {
		total, widest := 2*(len(widths)-1), -1
		for i, w := range widths {
			total += w
			if w > least[i] && (widest < 0 || w > widths[widest]) {
				widest = i
			}
		}
		if total <= width || widest < 0 {
			return
		}
		widths[widest]--
	}
}

// cells writes one row, in as many lines as its tallest cell takes.
func (p *printer) cells(indent string, cells []string, widths []int) {
	var wrapped [][]string
	height := 1
	for i, text := range cells {
		lines := folded(text, widths[i])
		wrapped = append(wrapped, lines)
		height = max(height, len(lines))
	}
	for n := range height {
		var line strings.Builder
		line.WriteString(indent)
		for i, lines := range wrapped {
			text := ""
			if n < len(lines) {
				text = lines[n]
			}
			gap := max(0, widths[i]-utf8.RuneCountInString(text))
			line.WriteString(text + strings.Repeat(" ", gap+2))
		}
		p.line(strings.TrimRight(strings.ReplaceAll(line.String(), "\u00a0", " "), " "))
	}
}

// folded breaks text between words into lines of a width.
func folded(text string, width int) []string {
	var lines []string
	line := ""
	for word := range strings.SplitSeq(text, " ") {
		switch {
		case line == "":
			line = word
		case utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) <= width:
			line += " " + word
		default:
			lines, line = append(lines, line), word
		}
	}
	return append(lines, line)
}
