package reports

import (
	"slices"
	"strconv"
	"strings"

	"github.com/outagedrill/outagedrill/internal/words"
	"github.com/outagedrill/outagedrill/sim/journal"
)

// mostAnswers is how many answers the page tells with all that they rest on.
const mostAnswers = 100

// basis is what the answers rest on, where ranges were made.
type basis struct {
	Answers []answerLine
	Left    int // answers left out
	// Together says what two values at once change; empty where that was not tried.
	Together string
	Moves    []assumption
	Idle     []string // tried, and no figure changed
	Yours    []string
	Firm     []firm
	Cannot   []string // not tried: they cannot matter
}

// answerRow is an answer with its range.
type answerRow struct {
	About, What string
	told
}

// answerLine is an answer as a line of the table.
type answerLine struct {
	answerRow
	ID     string      // by which other lines refer to what it rests on
	SameAs *answerLine // that rests on the same, and tells what
}

// firm is a value that a source documents.
type firm struct {
	Brief, Title, URL string
}

// basis gathers what the answers rest on; nil for a base case alone.
func (m *model) basis() *basis {
	r := m.Summary.Ranges
	if r == nil {
		return nil
	}
	b := &basis{Together: togetherTried(r)}
	moves := map[string]bool{}
	for _, row := range m.answerRows() {
		for _, name := range row.On {
			moves[name] = true
		}
		if len(row.On) == 0 && (row.Core == row.Without || row.Core == "none" || row.Core == "0") {
			continue // nothing of the kind happens in any run, or it happens on any day
		}
		if len(b.Answers) == mostAnswers {
			b.Left++
			continue
		}
		b.Answers = append(b.Answers, answerLine{answerRow: row})
	}
	b.share()
	b.sort(m, r, moves)
	return b
}

// fewNames is how many names a line repeats rather than refer to another.
const fewNames = 3

// share lets lines that rest on the same refer to the first of them.
func (b *basis) share() {
	first := map[string]*answerLine{}
	for i := range b.Answers {
		row := &b.Answers[i]
		names := strings.Join(row.On, " ")
		switch same := first[names]; {
		case len(row.On) <= fewNames:
		case same == nil:
			row.ID = "rests" + strconv.Itoa(i+1)
			first[names] = row
		default:
			row.SameAs = same
		}
	}
}

// sort puts the values of both policies where they belong.
func (b *basis) sort(m *model, r *journal.Ranges, moves map[string]bool) {
	tried := map[string]*journal.Assumption{}
	for i := range r.Assumptions {
		tried[r.Assumptions[i].Name] = &r.Assumptions[i]
	}
	var seen []string
	for _, p := range m.Run.Policies {
		for _, v := range p.Values {
			brief := clean(v.Name) + " = " + cleanLong(v.Value)
			if slices.Contains(seen, brief) {
				continue // a value that both policies have is told once
			}
			seen = append(seen, brief)
			a := tried[v.Name]
			switch {
			case v.Basis == "documented":
				title, url := source(&p, v.Source)
				b.Firm = append(b.Firm, firm{brief, title, url})
			case v.Basis != "chosen":
				b.Yours = append(b.Yours, brief)
			case a == nil:
				b.Cannot = append(b.Cannot, brief)
			case !moves[clean(v.Name)]:
				b.Idle = append(b.Idle, brief)
			default:
				text := brief + ": " + trimStop(cleanLong(v.Why)) + ". Tried: " + triedText(a.Tried) + "."
				b.Moves = append(b.Moves,
					assumption{Value: v, Policy: clean(p.Name), Text: text, Brief: brief})
			}
		}
	}
}

// triedText lists values, a long list by its ends.
func triedText(values []string) string {
	if n := len(values); n > 5 {
		return clean(values[0]) + ", " + clean(values[1]) + " … " + clean(values[n-1])
	}
	return strings.Join(cleanAll(values), ", ")
}

// source is a policy's source by its key: the title and the address, if a page may link to it.
func source(p *journal.Policy, key string) (title, url string) {
	for _, s := range p.Sources {
		if s.Key == key && key != "" {
			return cleanLong(s.Title), webURL(s.URL)
		}
	}
	return "", ""
}

// answerRows are all figures with their ranges.
func (m *model) answerRows() []answerRow {
	r := m.Summary.Ranges
	const whole, notYet = "the whole run", "not by the end"
	all := []answerRow{
		{whole, "works again", tell(m.instants("", "nothing was stopped", notYet), &r.Totals.WorksAgainAt)},
	}
	for i := range r.Flows {
		f := &r.Flows[i]
		id := clean(f.ID)
		all = append(all,
			answerRow{id, "flows again", tell(m.instants("", "not paused", notYet), &f.FlowsAgainAt)},
			answerRow{
				id, "first record delivered after the last pause",
				tell(m.instants("", "not paused", notYet), &f.DeliversAgainAt),
			},
			answerRow{id, "largest backlog", tell(counts(), &f.BacklogPeak)},
			answerRow{id, "backlog gone", tell(m.instants("", "never there", notYet), &f.DrainedAt)},
			answerRow{
				id, "backlog gone but for open errors",
				tell(m.instants("", "never there", notYet), &f.WorkedOffAt),
			},
			answerRow{id, "95 % of its records late by at most", tell(spans(), &f.LateP95)},
			answerRow{id, "every record late by at most", tell(spans(), &f.LateMax)},
			answerRow{id, "paused for", tell(spans(), &f.Paused)},
			answerRow{id, "open errors", tell(counts(), &f.OpenErrors)},
			answerRow{id, "late for their deadline", tell(counts(), &f.Late)},
			answerRow{id, "past their deadline, not there", tell(counts(), &f.PastDeadline)},
			answerRow{id, "records lost", tell(counts(), &f.Lost)},
			answerRow{id, "records doubled", tell(counts(), &f.Duplicated)},
		)
	}
	for i := range r.Jobs {
		j := &r.Jobs[i]
		id := clean(j.ID)
		all = append(all,
			answerRow{id, "first disabled", tell(m.instants("", "none", ""), &j.FirstDisabledAt)},
			answerRow{id, "disabled, times", tell(counts(), &j.Disablements)},
			answerRow{id, "off for", tell(spans(), &j.OffFor)},
			answerRow{id, "off at the end, since", tell(m.instants("", "none", ""), &j.OffSince)},
			answerRow{id, "off while the vendor was well", tell(spans(), &j.OffAfterWell)},
			answerRow{id, "late for their deadline", tell(counts(), &j.Late)},
			answerRow{id, "past their deadline, not there", tell(counts(), &j.PastDeadline)},
			answerRow{id, "records lost", tell(counts(), &j.Lost)},
		)
	}
	for i := range r.Outages {
		o := &r.Outages[i]
		of := clean(o.Application) + ", outage of " + m.clock.at(o.From)
		all = append(all,
			answerRow{of, "detected after", tell(spans(), &o.DetectionDelay)},
			answerRow{of, "recovered after", tell(spans(), &o.RecoveryDelay)},
			answerRow{of, "first mail after", tell(spans(), &o.FirstNotice)},
		)
	}
	return append(all,
		answerRow{whole, "what people do or have to do, times", tell(counts(), &r.Totals.ManualSteps)},
		answerRow{whole, "of that left to do at the end", tell(counts(), &r.Totals.ManualStepsLeft)},
		answerRow{whole, "e-mails", tell(counts(), &r.Totals.Notifications)},
	)
}

// basis writes what the answers rest on: in full the minute of the sweep, on which the hour of every return
// rests, the others by name and value; the page has them all.
func (p *printer) basis(b *basis) {
	p.line("")
	p.line("What the answers rest on")
	var brief []string
	for _, a := range b.Moves {
		if a.Name == "sweep.offset" {
			p.wrap("  ", a.Text)
		} else {
			brief = append(brief, a.Brief)
		}
	}
	if len(brief) > 0 {
		p.wrap("  ", "No source documents either, and other values change a figure: "+
			strings.Join(brief, "; ")+".")
	}
	if n := len(b.Idle); n > 0 {
		p.wrap("  ", words.Count(n, "more assumption")+
			isAre(n, " was tried and changes", " were tried and change")+" nothing here.")
	}
	if len(b.Yours) > 0 {
		p.wrap("  ", "Set by you, and so not varied: "+strings.Join(b.Yours, "; ")+".")
	}
	p.wrap("  ", "The report has each answer with what it rests on.")
}
