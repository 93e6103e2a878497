package reports

import (
	"strconv"
	"strings"
	"time"

	"github.com/outagedrill/outagedrill/internal/words"
	"github.com/outagedrill/outagedrill/sim/journal"
)

// delta is one figure in which a case is other than the first.
type delta struct {
	of   func(*journal.CaseFigures) int64
	noun string // of one; "" for a time
	what string
	// open tells whether the figure has no end by the end of the run; nil: it always has one. Against such a
	// one there is no difference to tell.
	open func(*journal.CaseFigures) bool
}

// deltas are the figures that are compared, in the order in which they are told.
func deltas() []delta {
	number := func(noun, what string, of func(*journal.CaseFigures) int64) delta {
		return delta{of: of, noun: noun, what: what}
	}
	length := func(what string, of func(*journal.CaseFigures) journal.Seconds) delta {
		return delta{of: func(f *journal.CaseFigures) int64 { return int64(of(f)) }, what: what}
	}
	type f = journal.CaseFigures
	again := length("until all works again", func(c *f) journal.Seconds { return *c.RecoveryDelay })
	again.open = func(c *f) bool { return c.RecoveryDelay == nil }
	return []delta{
		number("job", "disabled", func(c *f) int64 { return int64(c.JobsDisabled) }),
		length("off", func(c *f) journal.Seconds { return c.OffFor }),
		length("paused", func(c *f) journal.Seconds { return c.PausedFor }),
		again,
		length("until the latest record comes", func(c *f) journal.Seconds { return c.LateMax }),
		number("record", "lost", func(c *f) int64 { return c.Lost }),
		number("record", "doubled", func(c *f) int64 { return c.Duplicated }),
		number("record", "in open errors", func(c *f) int64 { return c.OpenErrors }),
		number("step", "by hand", func(c *f) int64 { return int64(c.ManualSteps) }),
		number("call", "made", func(c *f) int64 { return c.Calls }),
	}
}

// caseDeltas say what is more or less than in the first case, each under its policy's own offset, and in
// which figures more is other than that only because tokens were of other ages.
func caseDeltas(c, first *journal.ComparedCase) (sure, chance []string) {
	for _, d := range deltas() {
		base, least := d.between(c, first)
		if said := d.say(least); said != "" {
			sure = append(sure, said)
		}
		if d.what != "made" && d.say(base) != "" && d.far(base, least) {
			chance = append(chance, d.name())
		}
	}
	return sure, chance
}

// between is the difference under each policy's own offset, and what of it all ages of tokens show.
func (d *delta) between(c, first *journal.ComparedCase) (base, least int64) {
	base = d.less(&c.Base, &first.Base)
	least = base
	for k := range min(len(c.TokenAges), len(first.TokenAges)) {
		least = nearer(least, d.less(&c.TokenAges[k], &first.TokenAges[k]))
	}
	return base, least
}

// less is one figure less another; 0 where one of them has no end.
func (d *delta) less(a, b *journal.CaseFigures) int64 {
	if d.open != nil && (d.open(a) || d.open(b)) {
		return 0
	}
	return d.of(a) - d.of(b)
}

// deltaTable is all differences from the first case, a line a case.
type deltaTable struct {
	Of      string
	Columns []string
	Rows    [][]deltaCell
}

// deltaCell is one difference; Worse where a case has more of what is better less.
type deltaCell struct {
	Text  string
	Worse bool
}

// newDeltaTable tells what caseDeltas tells, figure by figure; nil where no case is other than the first.
func newDeltaTable(of string, cases []journal.ComparedCase) *deltaTable {
	t := deltaTable{Of: of, Columns: []string{"case"}, Rows: make([][]deltaCell, max(len(cases)-1, 0))}
	for i := range t.Rows {
		t.Rows[i] = []deltaCell{{Text: strconv.Itoa(i+2) + " " + caseName(&cases[i+1])}}
	}
	for _, d := range deltas() {
		column, other := make([]deltaCell, len(t.Rows)), false
		for i := range column {
			_, n := d.between(&cases[i+1], &cases[0])
			column[i] = deltaCell{Text: "as in case 1"}
			if said := d.say(n); said != "" {
				column[i] = deltaCell{strings.TrimSuffix(said, " "+d.what), n > 0 && d.what != "made"}
				other = true
			}
		}
		if !other {
			continue
		}
		t.Columns = append(t.Columns, d.name())
		for i := range column {
			t.Rows[i] = append(t.Rows[i], column[i])
		}
	}
	if len(t.Columns) == 1 {
		return nil
	}
	return &t
}

// nearer is the smaller of two differences of one direction, and none of two that are contrary.
func nearer(a, b int64) int64 {
	switch {
	case a > 0 && b > 0:
		return min(a, b)
	case a < 0 && b < 0:
		return max(a, b)
	}
	return 0
}

// far tells whether two differences are not as good as the same: of times, by a minute.
func (d *delta) far(a, b int64) bool {
	if d.noun != "" {
		return a != b
	}
	return time.Duration(a-b).Abs() >= time.Minute
}

// say says a difference; "" for none, or less than a second.
func (d *delta) say(n int64) string {
	switch {
	case d.noun == "" && time.Duration(n).Abs() < time.Second || n == 0:
		return ""
	case d.noun == "" && n > 0:
		return words.Span(time.Duration(n)) + " more " + d.what
	case d.noun == "":
		return words.Span(time.Duration(-n)) + " less " + d.what
	case n > 0:
		return words.Count(n, d.noun) + " more " + d.what
	}
	return words.Count(-n, d.noun) + " fewer " + d.what
}

// name says which figure it is.
func (d *delta) name() string {
	if d.noun == "" {
		return "time " + d.what
	}
	return d.noun + "s " + d.what
}
