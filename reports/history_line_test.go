package reports_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/outagedrill/outagedrill/reports"
	"github.com/outagedrill/outagedrill/reports/history"
	"github.com/outagedrill/outagedrill/sim/journal"
)

// line is a journal's line for a history, on a day of November.
func line(t *testing.T, j *reports.Journal, day int) history.Line {
	t.Helper()
	l, err := j.Line(time.Date(2026, 11, day, 6, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// What decides a run is its input, and no more: neither the program nor the command; what it came to is the
// outcome, without ranges.
func TestLine(t *testing.T) {
	text := outageScript("UTC").text(t)
	base := line(t, load(t, text), 1)
	for name, c := range map[string]struct {
		change          func(*reports.Journal)
		inputs, outcome bool // are others
	}{
		"nothing":   {func(*reports.Journal) {}, false, false},
		"program":   {func(j *reports.Journal) { j.Run.Version = "v9" }, false, false},
		"command":   {func(j *reports.Journal) { j.Run.Command = "other" }, false, false},
		"ranges":    {func(j *reports.Journal) { j.Summary.Ranges = &journal.Ranges{} }, false, false},
		"seed":      {func(j *reports.Journal) { j.Run.Seed++ }, true, false},
		"timeline":  {func(j *reports.Journal) { j.Run.Timeline = journal.RawObject(`{"seed":2}`) }, true, false},
		"threshold": {func(j *reports.Journal) { j.Run.Threshold++ }, true, false},
		"figure":    {func(j *reports.Journal) { j.Summary.Totals.Calls++ }, false, true},
	} {
		j := load(t, text)
		c.change(j)
		l := line(t, j, 1)
		if (l.Inputs != base.Inputs) != c.inputs || (l.Outcome != base.Outcome) != c.outcome {
			t.Errorf("%s: another input: %v, another outcome: %v (expected %v, %v)",
				name, l.Inputs != base.Inputs, l.Outcome != base.Outcome, c.inputs, c.outcome)
		}
	}
	if base.Verdict != "bad" || base.Figures[0].String() != "66.3 %" {
		t.Errorf("the line is %+v", base)
	}
}

// flippedJournal is of a run that came to another outcome than the one before.
func flippedJournal(t *testing.T) *reports.Journal {
	t.Helper()
	j := load(t, outageScript("UTC").text(t))
	j.Run.Name = `</td><script>alert(1)</script>`
	before, now := line(t, j, 1), line(t, j, 2)
	before.Outcome, before.Verdict, before.Program = "other", "good", "<b>"+now.Program
	now.Program = before.Program
	j.History = &history.Log{Lines: []history.Line{before, now}}
	return j
}

// flipped is its page.
func flipped(t *testing.T) string {
	t.Helper()
	var page strings.Builder
	if err := reports.HTML(&page, flippedJournal(t)); err != nil {
		t.Fatal(err)
	}
	return page.String()
}

// The page and the answer say that the same input came to something else, and list the runs.
func TestHistory(t *testing.T) {
	page := flipped(t)
	var said strings.Builder
	if err := reports.Answer(&said, flippedJournal(t), reports.AnswerOptions{Width: 1000}); err != nil {
		t.Fatal(err)
	}
	const want = "Same input, same seed, same program, another outcome: good on 2026-11-01 06:00 UTC, bad now."
	var markdown strings.Builder
	if err := reports.Write("markdown", &markdown, []*reports.Journal{flippedJournal(t)}); err != nil {
		t.Fatal(err)
	}
	for name, got := range map[string]string{"page": page, "answer": said.String(), "markdown": markdown.String()} {
		if !strings.Contains(got, want) {
			t.Errorf("the %s does not say %q", name, want)
		}
	}
	wellFormed(t, page)
	if !strings.Contains(page, "2026-11-02 06:00 (this one)") || strings.Contains(page, "<b>") {
		t.Error("the page does not list the runs, or has their markup")
	}
}

// A run of an earlier version, which had fewer figures and in another order, has its own under their names; trends are
// drawn of all.
func TestHistoryOfEarlierVersions(t *testing.T) {
	j := load(t, outageScript("UTC").text(t))
	before, now := line(t, j, 1), line(t, j, 2)
	before.Figures = []history.Figure{{Name: "records lost", Value: 77}, {Name: "up", Value: 12.5, Unit: "%"}}
	j.History = &history.Log{Lines: []history.Line{before, now}}
	var page strings.Builder
	if err := reports.HTML(&page, j); err != nil {
		t.Fatal(err)
	}
	wellFormed(t, page.String())
	row := regexp.MustCompile(`2026-11-01 06:00</th>.*`).FindString(page.String())
	cells := regexp.MustCompile(`<td class="n">([^<]*)</td>`).FindAllStringSubmatch(row, -1)
	var got []string
	for i, f := range now.Figures {
		if cells[i][1] != "–" {
			got = append(got, f.Name+" "+cells[i][1])
		}
	}
	if d := cmp.Diff([]string{"up 12.5 %", "records lost 77"}, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if !strings.Contains(page.String(), `aria-label="up: 66.3 % at best, 12.5 % at worst, now 66.3 % over 2 runs"`) {
		t.Error("the trend of the time up is not drawn")
	}
}
