package history

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/outagedrill/outagedrill/internal/words"
)

// mostNamed is how many scenarios are named; the others are counted.
const mostNamed = 5

// Told says in sentences how the last run of a series stands to those before. Name tells what a scenario is
// called, by its key.
func Told(series []Line, name func(key string) string) []string {
	n := len(series)
	if n == 0 {
		return nil
	}
	last := &series[n-1]
	if n == 1 {
		return []string{"This is the first run of its kind in the history."}
	}
	before := &series[n-2]
	text := fmt.Sprintf("Run %d of its kind. The one before was %s, on %s with %s",
		n, before.Verdict, day(before), before.Program)
	if last.Inputs != before.Inputs {
		text += "; its input was another one"
	}
	told := []string{text + "."}
	if changed := last.changed(before); len(changed) > 0 {
		told = append(told, "Changed since: "+strings.Join(changed, ", ")+".")
	}
	broke, mended := Changed(series)
	told = append(told, named("failed, and passed the time before", broke, name)...)
	told = append(told, named("passed, and failed the time before", mended, name)...)
	return append(told, flipped(series, name)...)
}

// day is when a run was.
func day(l *Line) string { return l.At.UTC().Format("2006-01-02 15:04") + " UTC" }

// changed are the figures that differ, "records lost 3 (was 0)".
func (l *Line) changed(before *Line) []string {
	var out []string
	for _, f := range l.Figures {
		for _, b := range before.Figures {
			if f.Name == b.Name && f.Unit == b.Unit && f.String() != b.String() && f.Name != "took" {
				out = append(out, fmt.Sprintf("%s %s (was %s)", f.Name, f, b))
			}
		}
	}
	return out
}

// String is a figure's value as a person says it.
func (f Figure) String() string {
	switch {
	case f.Open:
		return "not by the end"
	case f.Unit == "%":
		return strconv.FormatFloat(math.Round(10*f.Value)/10, 'f', -1, 64) + " %"
	case f.Unit == "s":
		if f.Value == 0 {
			return "0"
		}
		return words.Span(time.Duration(f.Value * float64(time.Second)))
	}
	return words.Number(int64(f.Value))
}

// named counts scenarios and names the first.
func named(what string, keys []string, name func(string) string) []string {
	if len(keys) == 0 {
		return nil
	}
	var names []string
	for _, key := range keys[:min(len(keys), mostNamed)] {
		names = append(names, name(key))
	}
	if n := len(keys) - mostNamed; n > 0 {
		names = append(names, fmt.Sprintf("%d more", n))
	}
	return []string{words.Count(len(keys), "scenario") + " " + what + ": " + strings.Join(names, "; ") + "."}
}

// flipped tells the flips: those that are bugs each by itself, the others together.
func flipped(series []Line, name func(string) string) []string {
	var bugs, others []string
	flips := Flips(series)[len(series)-1]
	for _, f := range flips {
		switch {
		case f.Bug && f.Scenario != "" && f.Before == f.After:
			bugs = append(bugs, "Same scenario, same run, another result each time: "+name(f.Scenario)+
				". That is a bug of outagedrill; please report it.")
		case f.Bug && f.Scenario != "":
			const form = "Same scenario, same program, another result: %s %s on %s and %s now. " +
				"That is a bug of outagedrill; please report it."
			bugs = append(bugs, fmt.Sprintf(form, name(f.Scenario), f.From, day(f.Before), f.To))
		case f.Bug:
			const form = "Same input, same seed, same program, another outcome: %s on %s, %s now. " +
				"That is a bug of outagedrill; please report it with both journals."
			bugs = append(bugs, fmt.Sprintf(form, f.From, day(f.Before), f.To))
		case f.Scenario == "":
			const form = "The same input came to another outcome on %s with %s: %s then, %s now. " +
				"The program is another one, or may be."
			others = append(others, fmt.Sprintf(form, day(f.Before), f.Before.Program, f.From, f.To))
		}
	}
	if n := len(bugs) - mostNamed; n > 0 {
		bugs = append(bugs[:mostNamed], words.Count(n, "more flip")+".")
	}
	unsure := 0
	for _, f := range flips {
		if !f.Bug && f.Scenario != "" {
			unsure++
		}
	}
	if unsure > 0 {
		others = append(others, words.Count(unsure, "scenario")+" unchanged to the letter came to another "+
			"result than before: the program or the platform is another one, or may be.")
	}
	return append(bugs, others...)
}

// FlipText tells the flips of one run in a sentence or two, those that are bugs first. Name tells what a
// scenario is called, by its key; one that it does not know is called by the names in the lines, else by its
// key.
func FlipText(flips []Flip, name func(key string) string) string {
	var bugs, others []string
	for i := range flips {
		f := &flips[i]
		said := f.said(name)
		if f.Bug {
			bugs = append(bugs, said)
		} else {
			others = append(others, said)
		}
	}
	text := day(flips[0].After) + ": "
	if len(bugs) > 0 {
		text += some(bugs) + ", with the same program: a bug of outagedrill"
	}
	if len(others) > 0 {
		if len(bugs) > 0 {
			text += ". Besides: "
		}
		text += some(others) + "; the program or the platform is another one, or may be"
	}
	return text + "."
}

// said is a flip in a few words: "bad, but good on 2026-11-01 06:00 UTC".
func (f *Flip) said(name func(key string) string) string {
	said := f.To + ", but " + f.From + " on " + day(f.Before)
	switch {
	case f.Before == f.After:
		said = f.From + " and " + f.To + " within the run"
	case f.From == f.To:
		said = f.To + " as on " + day(f.Before) + ", but with other figures"
	}
	if f.Scenario != "" {
		said = f.called(name) + " " + said
	}
	return said
}

// some joins the first few, and counts the others.
func some(all []string) string {
	if more := len(all) - mostNamed; more > 0 {
		all = append(slices.Clone(all[:mostNamed]), strconv.Itoa(more)+" more")
	}
	return strings.Join(all, "; ")
}

// called is what a scenario that flipped is called: it failed before or after, and so one of the lines
// names it.
func (f *Flip) called(name func(key string) string) string {
	id := ID(f.Scenario)
	if name != nil {
		if text := name(f.Scenario); text != "" {
			return text
		}
	}
	for _, l := range []*Line{f.After, f.Before} {
		if text := l.Names[id]; text != "" {
			return text
		}
	}
	return "scenario " + id
}

// TrendLines are the figures of a series that changed, a line each, drawn as characters in so many points at
// most, and those that did not in one.
func TrendLines(series []Line, most int) []string {
	if len(series) < 2 {
		return nil
	}
	var out, same []string
	width := 0
	for _, t := range Trends(series, most) {
		width = max(width, len([]rune(t.Name)))
	}
	for _, t := range Trends(series, most) {
		if t.Same() {
			same = append(same, t.Name+" "+t.Now.String())
			continue
		}
		out = append(out, fmt.Sprintf("%-*s  %s  %s", width, t.Name, t.Spark(), t.String()))
	}
	if len(same) > 0 {
		out = append(out, "always: "+strings.Join(same, ", "))
	}
	return out
}

// Marks are the verdicts of a series as characters, the last ones: ✓ good, ! warn, ✗ bad.
func Marks(series []Line, most int) string {
	var b strings.Builder
	for _, l := range series[max(0, len(series)-most):] {
		b.WriteString(Mark(l.Verdict))
	}
	return b.String()
}

// Mark is a verdict as a character.
func Mark(verdict string) string {
	switch verdict {
	case "good":
		return "✓"
	case "warn":
		return "!"
	}
	return "✗"
}
