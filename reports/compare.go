package reports

import (
	"strconv"
	"strings"
	"time"

	"github.com/outagedrill/outagedrill/internal/words"
	"github.com/outagedrill/outagedrill/sim/journal"
)

// compareBlock is one table of a comparison with a verdict for each of its lines.
type compareBlock struct {
	Title    string
	Facts    string
	Columns  []string
	Rows     []compareRow
	Same     string // what is alike in all cases, in a sentence
	Verdicts []string
	Others   []string // what other assumptions make of the cases, a line a case
}

// compareRow is one case.
type compareRow struct {
	Cells []string
	Level level
}

// compareFigure is one figure as a column.
type compareFigure struct {
	name string
	zero string // said where it is nothing in all cases, in place of the column; "" keeps the column
	text func(best, worst *journal.CaseFigures) string
	none func(worst *journal.CaseFigures) bool
	// of is the figure as a length on a scale, and false where it has no end.
	of func(*journal.CaseFigures) (n int64, ended bool)
}

// compareFigures are the columns in their order.
func compareFigures() []compareFigure {
	number := func(name, zero string, of func(*journal.CaseFigures) int64) compareFigure {
		return compareFigure{
			name: name, zero: zero, none: func(w *journal.CaseFigures) bool { return of(w) == 0 },
			of: func(c *journal.CaseFigures) (int64, bool) { return of(c), true },
			text: func(b, w *journal.CaseFigures) string {
				return between(words.Number(of(b)), words.Number(of(w)))
			},
		}
	}
	length := func(name, zero string, of func(*journal.CaseFigures) journal.Seconds) compareFigure {
		return compareFigure{
			name: name, zero: zero, none: func(w *journal.CaseFigures) bool { return of(w) == 0 },
			of: func(c *journal.CaseFigures) (int64, bool) { return int64(of(c)), true },
			text: func(b, w *journal.CaseFigures) string {
				return between(solid(lateness(of(b))), solid(lateness(of(w))))
			},
		}
	}
	type f = journal.CaseFigures
	return []compareFigure{
		number("jobs disabled", "no job is disabled", func(c *f) int64 { return int64(c.JobsDisabled) }),
		number("off at the end", "no job is off at the end", func(c *f) int64 { return int64(c.JobsOff) }),
		length("time off", "", func(c *f) journal.Seconds { return c.OffFor }),
		length("off while vendor well", "", func(c *f) journal.Seconds { return c.OffAfterWell }),
		length("flows paused", "no flow is paused", func(c *f) journal.Seconds { return c.PausedFor }),
		{
			name: "works again after", none: func(w *f) bool { return false },
			of: func(c *f) (int64, bool) {
				if c.RecoveryDelay == nil {
					return 0, false
				}
				return int64(*c.RecoveryDelay), true
			},
			text: func(b, w *f) string { return between(solid(recovery(b)), solid(recovery(w))) },
		},
		length("latest record", "", func(c *f) journal.Seconds { return c.LateMax }),
		number("lost", "no record is lost", func(c *f) int64 { return c.Lost }),
		number("doubled", "none is doubled", func(c *f) int64 { return c.Duplicated }),
		number("open errors", "no error stays open", func(c *f) int64 { return c.OpenErrors }),
		number("steps by hand", "nobody has to do anything", func(c *f) int64 {
			return int64(c.ManualSteps)
		}),
	}
}

// recovery says how long after the slowest outage all worked again.
func recovery(f *journal.CaseFigures) string {
	switch {
	case f.RecoveryDelay == nil:
		return "not by the end"
	case *f.RecoveryDelay == 0:
		return "at once"
	}
	return words.Span(time.Duration(*f.RecoveryDelay))
}

// between says a range, or the one value where it is none.
func between(best, worst string) string {
	if best == worst {
		return worst
	}
	return best + " to " + worst
}

// many says a range of things: 2 jobs, 0 to 2 jobs.
func many(best, worst int64, noun string) string {
	if best == worst {
		return words.Count(worst, noun)
	}
	return words.Number(best) + " to " + words.Count(worst, noun)
}

// solid keeps the numbers and units of a duration on one line.
func solid(s string) string { return strings.ReplaceAll(s, " ", "\u00a0") }

// compareBlocks makes the tables: one a timeline, and of several one that adds them up.
func compareBlocks(c *journal.Comparison) []compareBlock {
	var blocks []compareBlock
	for i := range c.Timelines {
		t := &c.Timelines[i]
		facts := words.Count(t.Outages, "outage") + ", " + words.Span(time.Duration(t.Down)) +
			" in all, in " + words.Span(t.End.Sub(t.Start)) + " with " +
			words.Count(t.Jobs, "polling job") + " and " + words.Count(t.Flows, "flow") + "."
		if c.Runs == 0 {
			facts = "Case 1: " + facts
		}
		blocks = append(blocks, newBlock(c, clean(t.Name), facts, t.Cases))
	}
	if len(c.Together) > 0 {
		title := "All " + words.Count(len(c.Timelines), "timeline") + " together"
		facts := "Times off and paused, records and steps added up; the slowest recovery and the latest " +
			"record of any."
		blocks = append(blocks, newBlock(c, title, facts, c.Together))
	}
	return blocks
}

func newBlock(c *journal.Comparison, title, facts string, cases []journal.ComparedCase) compareBlock {
	b := compareBlock{Title: title, Facts: facts, Columns: []string{"#"}}
	for _, a := range c.Axes {
		b.Columns = append(b.Columns, clean(a.Name))
	}
	var same []string
	var shown []compareFigure
	for _, f := range compareFigures() {
		nothing := true
		for i := range cases {
			nothing = nothing && f.none(&cases[i].Worst)
		}
		if !nothing {
			shown, b.Columns = append(shown, f), append(b.Columns, f.name)
		} else if f.zero != "" {
			same = append(same, f.zero)
		}
	}
	if len(same) > 0 {
		b.Same = "In every case " + list(same, len(same)) + "."
	}
	for i := range cases {
		one := &cases[i]
		row := compareRow{Cells: []string{strconv.Itoa(i + 1)}, Level: caseLevel(&one.Worst)}
		for _, s := range one.Settings {
			row.Cells = append(row.Cells, clean(s.Value))
		}
		for _, f := range shown {
			row.Cells = append(row.Cells, f.text(&one.Best, &one.Worst))
		}
		b.Rows = append(b.Rows, row)
		b.Verdicts = append(b.Verdicts, caseVerdict(i, one, &cases[0]))
		if others := caseOthers(i, one); others != "" {
			b.Others = append(b.Others, others)
		}
	}
	return b
}

// caseLevel is how bad the worst of a case is.
func caseLevel(w *journal.CaseFigures) level {
	switch {
	case w.Lost+w.Duplicated > 0, w.RecoveryDelay == nil, w.JobsOff+w.FlowsOff > 0, w.ManualStepsLeft > 0:
		return bad
	case w.JobsDisabled+w.FlowsPaused > 0:
		return warn
	}
	return good
}

// caseName is what distinguishes a case.
func caseName(c *journal.ComparedCase) string {
	var said []string
	for _, s := range c.Settings {
		switch name := clean(s.Axis); {
		case name == "environment", name == "run", strings.HasPrefix(name, "policy of "):
			said = append(said, clean(s.Value))
		case strings.HasSuffix(name, "every"), name == "threshold":
			said = append(said, name+" "+clean(s.Value))
		default:
			said = append(said, name+" = "+clean(s.Value))
		}
	}
	if len(said) == 0 {
		return "as it is"
	}
	return strings.Join(said, ", ")
}

// caseVerdict is a case in one sentence, and what is other than in the first.
func caseVerdict(i int, c, first *journal.ComparedCase) string {
	s := strconv.Itoa(i+1) + ". " + caseName(c) + ": " + outcome(&c.Best, &c.Worst) + "."
	if i == 0 {
		return s
	}
	sure, chance := caseDeltas(c, first)
	if len(sure) == 0 {
		s += " No better and no worse than case 1."
	} else {
		s += " Against case 1: " + list(sure, len(sure)) + "."
	}
	if len(chance) > 0 {
		s += " What else is other in " + list(chance, len(chance)) +
			" comes of how old a token was when a vendor failed."
	}
	return s
}

// outcome says what becomes of a case, its best and worst offset of the sweep together.
func outcome(b, w *journal.CaseFigures) string {
	var parts []string
	if w.JobsDisabled == 0 && w.FlowsPaused == 0 {
		parts = append(parts, "nothing is disabled or paused")
	}
	if w.JobsDisabled > 0 {
		s := many(int64(b.JobsDisabled), int64(w.JobsDisabled), "polling job") +
			isAre(w.JobsDisabled, " is", " are") + " disabled"
		switch {
		case w.JobsOff == w.JobsDisabled && b.JobsOff == b.JobsDisabled:
			s += " and off to the end"
		case w.JobsOff > 0:
			s += ", " + between(words.Number(int64(b.JobsOff)), words.Number(int64(w.JobsOff))) +
				" of them to the end"
		}
		parts = append(parts, s+", "+between(lateness(b.OffFor), lateness(w.OffFor))+" off in all")
	}
	if w.FlowsPaused > 0 {
		parts = append(parts, many(int64(b.FlowsPaused), int64(w.FlowsPaused), "flow")+
			isAre(w.FlowsPaused, " is", " are")+" paused")
	}
	if w.RecoveryDelay != nil && w.JobsDisabled+w.FlowsPaused > 0 {
		parts = append(parts, "all works again "+afterOutage(b, w))
	}
	return strings.Join(append(parts, caseHarm(b, w)...), "; ")
}

// afterOutage says how long after the slowest of the outages all worked again.
func afterOutage(b, w *journal.CaseFigures) string {
	switch {
	case *w.RecoveryDelay == 0:
		return "as soon as an outage is over"
	case *b.RecoveryDelay == 0:
		return "as soon as an outage is over, or up to " + recovery(w) + " later"
	}
	return "at most " + between(recovery(b), recovery(w)) + " after an outage"
}

// caseHarm says what is lost, doubled, left open and left to do.
func caseHarm(b, w *journal.CaseFigures) []string {
	var parts []string
	say := func(best, worst int64, noun, what string) {
		if worst > 0 {
			parts = append(parts, many(best, worst, noun)+what)
		}
	}
	say(b.Lost, w.Lost, "record", " lost")
	say(b.Duplicated, w.Duplicated, "record", " doubled")
	say(b.OpenErrors, w.OpenErrors, "record", " in open errors at the end")
	say(int64(b.ManualSteps), int64(w.ManualSteps), "step", " by hand")
	if w.Lost == 0 && w.Duplicated == 0 {
		parts = append(parts, "nothing is lost")
	}
	return parts
}
