package reports

import (
	"bytes"
	"fmt"
	"io"
	"strings"
)

// Format is a way to write what became of runs.
type Format struct {
	Name string
	Doc  string // one line for help texts

	One bool // it holds a single run

	fill func(*bytes.Buffer, []*model) error
}

// Formats are all ways to write runs. Each is computed from the journals alone.
func Formats() []Format {
	return []Format{
		{Name: "text", Doc: "the answer, as on the terminal", fill: writeText},
		{Name: "html", Doc: "the report, one page that needs nothing but itself", fill: writePage, One: true},
		{Name: "markdown", Doc: "the report in short, for pull requests and chat", fill: writeMarkdown},
		{Name: "summary", Doc: "job summary of a GitHub workflow, Markdown", fill: writeJobSummary},
		{Name: "junit", Doc: "expectations and invariants as JUnit XML", fill: writeJUnit},
		{Name: "svg", Doc: "the timeline as a picture", fill: writeSVG},
		{Name: "csv", Doc: "states and happenings of every lane, for spreadsheets", fill: writeCSV},
		{Name: "trace", Doc: "Chrome trace JSON, for Perfetto", fill: writeTrace},
		{Name: "metrics", Doc: "the figures as Prometheus and OpenMetrics read them", fill: writeMetrics},
		{Name: "badge", Doc: "how much of the time all worked, as a small picture", fill: writeBadge},
	}
}

// Write writes runs in a format of Formats; what is of several runs has them in their order. The same
// journals give the same bytes.
func Write(name string, w io.Writer, journals []*Journal) error {
	var names []string
	for _, f := range Formats() {
		names = append(names, f.Name)
		if f.Name != name {
			continue
		}
		if f.One && len(journals) != 1 {
			return fmt.Errorf("%s holds one run (want one journal, not %d)", name, len(journals))
		}
		var models []*model
		for _, j := range journals {
			models = append(models, newModel(j))
		}
		var b bytes.Buffer
		if err := f.fill(&b, models); err != nil {
			return fmt.Errorf("writing %s: %w", name, err)
		}
		if _, err := w.Write(b.Bytes()); err != nil {
			return fmt.Errorf("writing %s: %w", name, err)
		}
		return nil
	}
	return fmt.Errorf("unknown format %q (want %s)", name, strings.Join(names, ", "))
}

// writeText writes the answers.
func writeText(b *bytes.Buffer, all []*model) error {
	for i, m := range all {
		if i > 0 {
			b.WriteByte('\n')
		}
		if err := Answer(b, m.Journal, AnswerOptions{}); err != nil {
			return err
		}
	}
	return nil
}

// writePage writes the report of the one run.
func writePage(b *bytes.Buffer, all []*model) error { return HTML(b, all[0].Journal) }
