package reports

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/outagedrill/outagedrill/internal/words"
	"github.com/outagedrill/outagedrill/sim/journal"
)

// notPublished is why an instant is a range.
const notPublished = ": the minute of the sweep is not published"

// tellFlowRanges answers what everybody asks of each flow, as ranges over all that could as well be true;
// those that never flow again first, then by their backlog. What no run disturbs is not told.
func (m *model) tellFlowRanges() []item {
	if m.Summary.Ranges == nil {
		return nil
	}
	var flows []*journal.FlowRanges
	for i := range m.Summary.Ranges.Flows {
		if f := &m.Summary.Ranges.Flows[i]; disturbedFlow(f) || len(m.jointFlips(f.ID, "")) > 0 {
			flows = append(flows, f)
		}
	}
	slices.SortStableFunc(flows, func(a, b *journal.FlowRanges) int {
		x, y := a.FlowsAgainAt.Base.State == journal.Open, b.FlowsAgainAt.Base.State == journal.Open
		return cmp.Or(cmpBool(x, y), cmp.Compare(b.BacklogPeak.Worst.Value, a.BacklogPeak.Worst.Value))
	})
	var out []item
	for _, f := range flows {
		out = append(out, m.tellFlowRange(f))
	}
	return out
}

// tellJobRanges answers for the polling jobs: those that are off the longest first, at last those that fail
// and yet stay enabled in every run.
func (m *model) tellJobRanges() []string {
	if m.Summary.Ranges == nil {
		return nil
	}
	var jobs []*journal.JobRanges
	var spared []string
	for i := range m.Summary.Ranges.Jobs {
		j := &m.Summary.Ranges.Jobs[i]
		switch {
		case j.Disablements.Worst.Value > 0 || len(m.jointFlips("", j.ID)) > 0:
			jobs = append(jobs, j)
		case m.Summary.Jobs[i].FailedPolls > 0:
			spared = append(spared, clean(j.ID))
		}
	}
	slices.SortStableFunc(jobs, func(a, b *journal.JobRanges) int {
		return cmp.Compare(b.OffFor.Base.Value, a.OffFor.Base.Value)
	})
	var out []string
	for _, j := range jobs {
		out = append(out, m.tellJobRange(j))
	}
	if n := len(spared); n > 0 {
		out = append(out, list(spared, 5)+isAre(n, " stays", " stay")+" enabled, whatever was tried.")
	}
	return out
}

// disturbedFlow tells whether a flow was stopped or harmed in any run.
func disturbedFlow(f *journal.FlowRanges) bool {
	return f.FlowsAgainAt.Worst.State != journal.None || heldInRange(f) ||
		f.OpenErrors.Worst.Value+f.Lost.Worst.Value+f.Duplicated.Worst.Value > 0
}

func (m *model) tellFlowRange(f *journal.FlowRanges) item {
	again, rest := m.flowsAgain(f), ""
	s := clean(f.ID) + " " + again.Core
	if m.pausedOften(f.ID) {
		paused := tell(spans(), &f.Paused)
		s = clean(f.ID) + " is paused for " + paused.Core + " in all"
		if paused.Wide {
			s += " (median " + paused.Median + ")" + notPublished
		}
		if paused.Others != "" && !paused.Trifle {
			rest = "It is paused for " + paused.Others + ". "
		}
		rest += "The last time it " + again.Core + ". "
	} else {
		s += m.flowsAgainUnder(f, &again)
	}
	if waits := m.waits(f); waits != "" {
		rest += waits + "."
	}
	return item{
		Text:  s + ". " + m.tellHarmRange(f) + "." + m.jointly(f.ID, ""),
		Label: "its backlog, and how late", Rest: strings.TrimSpace(rest),
	}
}

// flowsAgainUnder says why that is a range, what other assumptions make of it, and when records come again.
func (m *model) flowsAgainUnder(f *journal.FlowRanges, again *told) (s string) {
	if again.Wide {
		s = " (median " + again.Median + ")" + notPublished
	}
	if again.Others != "" && !again.Trifle {
		s += "; " + again.Others
	}
	return s + m.deliversLater(f)
}

// pausedOften tells whether a flow was paused several times in the base case.
func (m *model) pausedOften(flow string) bool {
	n := 0
	for _, p := range m.paused {
		if p.flow == flow {
			n++
		}
	}
	return n > 1
}

// waits says how many records wait at most, when they are worked off and how late they come; empty where
// nothing waits and nothing is late.
func (m *model) waits(f *journal.FlowRanges) string {
	var parts []string
	if f.BacklogPeak.Worst.Value > 0 {
		gone, peak := m.gone(f), tell(counts(), &f.BacklogPeak)
		s := "Of its records at most " + peak.String() + " wait at once; these are " + gone.String()
		if f.WorkedOffAt.Base.State == journal.Known && f.DrainedAt.Base.State == journal.Open {
			s += ", but for open errors"
		}
		parts = append(parts, s)
	}
	if late := tell(spans(), &f.LateP95); late.Base != late.Without {
		s := "95 % of its records are at most " + late.String() + " late, without the outage " + late.Without
		parts = append(parts, s)
	}
	return strings.Join(parts, "; ")
}

// flowsAgain says when a flow flows again.
func (m *model) flowsAgain(f *journal.FlowRanges) told {
	return tell(m.instants("flows again ", "is not paused", "does not flow again by the end of the run"),
		&f.FlowsAgainAt)
}

// deliversLater says when a flow delivers again where that is not soon after it flows again: what stopped it
// is over for the test of its connection, and not for its records.
func (m *model) deliversLater(f *journal.FlowRanges) string {
	soon := func(again, first journal.Outcome[journal.Time]) bool {
		return again.State != journal.Known ||
			first.State == journal.Known && first.Value-again.Value < journal.Time(time.Minute)
	}
	a, d := &f.FlowsAgainAt, &f.DeliversAgainAt
	late := !soon(a.Base, d.Base) || !soon(a.Worst, d.Worst)
	if a.Offsets != nil && d.Offsets != nil {
		late = late || !soon(a.Offsets.Best, d.Offsets.Best) || !soon(a.Offsets.Worst, d.Offsets.Worst)
	}
	if !late {
		return ""
	}
	first := tell(m.instants("its first record after that is delivered ", "none of its records waits",
		"none of its records is delivered by the end of the run"), d)
	s := "; " + first.Core
	if first.Others != "" && !first.Trifle {
		s += ", " + first.Others
	}
	return s
}

// firstAfter says when a flow's first record was delivered after its last pause, where that was not soon.
func (m *model) firstAfter(flow string, last *flowStop) string {
	k := slices.IndexFunc(m.Summary.Flows, func(f journal.FlowSummary) bool { return f.ID == flow })
	if k < 0 || !last.flows {
		return ""
	}
	switch f := &m.Summary.Flows[k]; {
	case f.DeliveredAgainAt != nil && f.DeliveredAgainAt.Sub(max(last.started, last.resumed)) >= time.Minute:
		return ", and its first record after that was delivered at " + m.clock.at(*f.DeliveredAgainAt)
	case f.DeliveredAgainAt == nil && f.Waiting+f.OpenErrors > 0:
		return ", but no record of it was delivered after that"
	}
	return ""
}

// gone says when the records of a flow's largest backlog are worked off, open errors aside; others may have
// come meanwhile.
func (m *model) gone(f *journal.FlowRanges) told {
	return tell(m.instants("worked off ", "none", "not worked off by the end of the run"), &f.WorkedOffAt)
}

// tellHarmRange says what is lost, doubled or left as an open error, and under which assumption it is
// otherwise.
func (m *model) tellHarmRange(f *journal.FlowRanges) string {
	var harm, not []string
	for _, h := range []struct {
		of            *journal.Range[int64]
		verdict, what string
	}{
		{&f.Lost, journal.LosesRecords, "lost"},
		{&f.Duplicated, journal.DoublesRecords, "doubled"},
		{&f.OpenErrors, journal.ErrorsAtEnd, "left as open errors"},
	} {
		if h.of.Worst.Value == 0 {
			not = append(not, h.what)
			continue
		}
		t := tell(counts(), h.of)
		s := t.Core + isAre(h.of.Base.Value, " is ", " are ") + h.what
		switch flips := m.flipped(f.ID, "", h.verdict); {
		case flips != "" && h.of.Base.Value > 0:
			s += ", none with " + flips
		case flips != "" && t.Core == "0":
			s = "none is " + h.what + ", but up to " + words.Number(h.of.Worst.Value) + " with " + flips
		case flips != "":
			s += ", if any only with " + flips
		case t.Others != "":
			s += ", " + t.Others
		}
		harm = append(harm, s)
	}
	if len(not) > 0 {
		harm = append(harm, "nothing is "+orList(not)+m.tried(f.ID, ""))
	}
	s := strings.Join(harm, "; ")
	return strings.ToUpper(s[:1]) + s[1:]
}

func (m *model) tellJobRange(j *journal.JobRanges) string {
	verb := "is disabled "
	if n := j.Disablements.Base.Value; n > 1 {
		verb += times(int(n)) + ", first "
	}
	first := tell(m.instants(verb, "stays enabled", ""), &j.FirstDisabledAt)
	never := m.flipped("", j.ID, journal.EverDisabled)
	s := clean(j.ID) + " " + first.String()
	switch {
	case j.FirstDisabledAt.Base.State == journal.None && never == "":
		return clean(j.ID) + " stays enabled" + m.tried("", j.ID) + "." + m.jointly("", j.ID)
	case j.FirstDisabledAt.Base.State == journal.None:
		return clean(j.ID) + " stays enabled, but is disabled with " + never + "." + m.jointly("", j.ID)
	}
	if never != "" {
		s = clean(j.ID) + " " + first.Core + after(", ", first.Worst) + ", never with " + never
	}
	off := tell(spans(), &j.OffFor)
	s += "; off for " + off.Core
	ends := m.flipped("", j.ID, journal.OffAtEnd)
	if ends == "" {
		s += after(", ", off.Worst)
	}
	switch still := j.OffSince.Base.State == journal.Known; {
	case still && ends == "":
		s += ", and still off at the end"
	case still:
		s += ", and still off at the end, but not with " + ends
	case ends != "":
		s += ", but to the end of the run with " + ends
	}
	return s + "." + m.jointly("", j.ID)
}

// flipped lists the assumptions under which a verdict about a flow or job is the contrary: "a.b = 1 or 2".
func (m *model) flipped(flow, job, verdict string) string {
	var out []string
	for i := range m.Summary.Ranges.Flips {
		f := &m.Summary.Ranges.Flips[i]
		if f.Flow == flow && f.Job == job && f.Verdict == verdict {
			out = append(out, clean(f.Assumption)+" = "+m.values(f))
		}
	}
	return orList(out)
}

// values says the values of a flip; those that follow each other in what was tried as a stretch.
func (m *model) values(f *journal.Flip) string {
	for _, a := range m.Summary.Ranges.Assumptions {
		n := len(f.Values)
		if a.Name != f.Assumption || n < 4 {
			continue
		}
		at := slices.Index(a.Tried, f.Values[0])
		if at >= 0 && at+n <= len(a.Tried) && slices.Equal(a.Tried[at:at+n], f.Values) {
			return clean(f.Values[0]) + " to " + clean(f.Values[n-1])
		}
	}
	return orList(cleanAll(f.Values))
}

// orList joins words: a, b or c. Beyond five it says how many more there are.
func orList(all []string) string {
	const most = 5
	if n := len(all); n > most {
		return strings.Join(all[:most], ", ") + " or " + words.Count(n-most, "other")
	}
	if n := len(all); n > 1 {
		return strings.Join(all[:n-1], ", ") + " or " + all[n-1]
	}
	return strings.Join(all, "")
}

// worksAgain says since when all works again.
func (m *model) worksAgain(base journal.Time) string {
	r := m.Summary.Ranges
	if r == nil {
		return "since " + m.clock.at(base)
	}
	again := tell(m.instants("", "", "not by the end of the run"), &r.Totals.WorksAgainAt)
	switch {
	case !again.Wide:
		return "since " + m.clock.at(base)
	case r.Totals.WorksAgainAt.Offsets.Worst.State == journal.Open:
		return "since " + m.clock.at(base) + ", with other minutes of the sweep not by the end of the run"
	}
	return again.Core + notPublished
}
