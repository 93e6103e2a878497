package reports

import (
	"bytes"
	"fmt"
	"html"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/outagedrill/outagedrill/internal/words"
	"github.com/outagedrill/outagedrill/sim/journal"
)

// How long Markdown may become: GitHub takes 65,536 characters in a comment, and drops a job summary of more
// than 1 MiB whole.
const (
	maxComment = 60_000
	maxSummary = 900_000
	maxRows    = 50 // of a table
)

// writeMarkdown writes the reports in short, each with its tables folded.
func writeMarkdown(b *bytes.Buffer, all []*model) error { return markdownOf(b, all, maxComment) }

// writeJobSummary writes the same to be appended to $GITHUB_STEP_SUMMARY, where there is more room.
func writeJobSummary(b *bytes.Buffer, all []*model) error { return markdownOf(b, all, maxSummary) }

// markdownOf writes as many runs as there is room for, of the last one the beginning, and says what is left
// out.
func markdownOf(b *bytes.Buffer, all []*model, most int) error {
	if len(all) > 1 {
		b.WriteString("| | Run | |\n|---|---|---|\n")
		for _, m := range all[:min(len(all), maxRows)] {
			v := m.verdict()
			fmt.Fprintf(b, "| %s ", sign(v.Level))
			writeRow(b, []string{clean(m.Run.Name), cut(v.Text, 4*maxName)})
		}
		b.WriteByte('\n')
	}
	for i, m := range all {
		var one bytes.Buffer
		m.markdown(&one, most/4)
		if utf8.RuneCount(b.Bytes())+utf8.RuneCount(one.Bytes()) > most {
			fmt.Fprintf(b, "… %s left out: there is no room for more.\n", words.Count(len(all)-i, "more run"))
			return nil
		}
		b.Write(one.Bytes())
	}
	return nil
}

// sign is a level as one character.
func sign(l level) string {
	switch l {
	case good:
		return "✅"
	case warn:
		return "⚠️"
	default:
		return "❌"
	}
}

// markdown writes one run. Items that would make it longer than so many characters are counted.
func (m *model) markdown(b *bytes.Buffer, most int) {
	v := m.verdict()
	fmt.Fprintf(b, "## %s %s\n\n**%s**\n\n", sign(v.Level), markdown(clean(m.Run.Name)), markdown(v.Text))
	for _, n := range m.notes() {
		fmt.Fprintf(b, "> %s\n\n", markdown(n))
	}
	if past := m.pastTold(); past != nil {
		fmt.Fprintf(b, "History: %s\n\n", markdown(strings.Join(past, " ")))
		if trends := m.pastTrends(); trends != nil {
			fmt.Fprintf(b, "```text\n%s\n```\n\n", strings.ReplaceAll(strings.Join(trends, "\n"), "`", "'"))
		}
	}
	if !v.Quiet {
		fmt.Fprintf(b, "%s\n\n", markdown(m.facts()))
		m.chaptersTo(b, most)
		m.tables(b)
	}
	if m.Run.Command != "" {
		fmt.Fprintf(b, "Repeat with <code>%s</code>\n\n", html.EscapeString(strip(m.Run.Command)))
	}
}

// chaptersTo writes answers, story, advice and what they rest on.
func (m *model) chaptersTo(b *bytes.Buffer, most int) {
	chapters := slices.Concat(m.answers(), m.story(), m.inOthers())
	var advice, rests []string
	for _, a := range m.advice(nil) {
		advice = append(advice, a.Text)
	}
	if basis := m.basis(); basis != nil {
		for _, a := range basis.Moves {
			rests = append(rests, a.Text)
		}
	} else {
		for _, a := range m.assumptions() {
			rests = append(rests, a.Text)
		}
	}
	chapters = append(chapters, those([]chapter{
		{Title: "What would have gone better", Items: whole(advice)},
		{Title: "What this rests on", Items: whole(rests)},
	})...)
	for _, c := range chapters {
		fmt.Fprintf(b, "### %s\n\n", markdown(c.Title))
		for i, told := range c.Items {
			if b.Len() > most {
				c.More += len(c.Items) - i
				break
			}
			fmt.Fprintf(b, "- %s\n", markdown(told.String()))
		}
		if c.More > 0 {
			fmt.Fprintf(b, "- and %d more\n", c.More)
		}
		b.WriteByte('\n')
	}
}

// tables writes outages, polling jobs and flows, each folded.
func (m *model) tables(b *bytes.Buffer) {
	s := m.Summary
	foldedTable(b, "outage", len(s.Outages),
		[]string{"Application", "When", "For", "Detected after", "Recovered after"},
		func(i int) []string {
			o := m.outageRow(s.Outages[i])
			return []string{clean(o.Application), o.When, o.Length, o.Detected.Text, o.Recovered.Text}
		})
	foldedTable(b, "polling job", len(s.Jobs),
		[]string{"Job", "At the end", "Disabled", "Off for", "Failed polls", "Waiting", "Lost"},
		func(i int) []string {
			j := &s.Jobs[i]
			return []string{
				clean(j.ID), plain(j.State), howOften(len(j.Disablements)), off(j.OffFor),
				words.Number(j.FailedPolls) + " of " + words.Number(j.Polls),
				words.Number(j.Waiting), words.Number(j.Lost),
			}
		})
	foldedTable(b, "flow", len(s.Flows),
		[]string{"Flow", "At the end", "Paused", "Latest record", "Waiting", "Open errors", "Lost"},
		func(i int) []string {
			f := &s.Flows[i]
			return []string{
				clean(f.ID), plain(f.State), howOften(len(f.Paused)), off(f.LateMax),
				words.Number(f.Waiting), words.Number(f.OpenErrors), words.Number(f.Lost),
			}
		})
}

// off says a duration that may be none.
func off(s journal.Seconds) string {
	if s == 0 {
		return "–"
	}
	return words.Span(time.Duration(s))
}

// howOften says how often, or nothing of it.
func howOften(n int) string {
	if n == 0 {
		return "–"
	}
	return times(n)
}

// foldedTable writes a table that opens on a click.
func foldedTable(out io.Writer, noun string, n int, head []string, row func(i int) []string) {
	if n == 0 {
		return
	}
	fmt.Fprintf(out, "<details><summary>%s</summary>\n\n", words.Count(n, noun))
	writeRow(out, head)
	fmt.Fprintf(out, "|%s\n", strings.Repeat("---|", len(head)))
	for i := range min(n, maxRows) {
		writeRow(out, row(i))
	}
	if n > maxRows {
		fmt.Fprintf(out, "\nand %s\n", words.Number(int64(n-maxRows))+" more")
	}
	fmt.Fprint(out, "\n</details>\n\n")
}
