package reports

import (
	"strings"

	"github.com/outagedrill/outagedrill/internal/words"
	"github.com/outagedrill/outagedrill/sim/journal"
)

// elsewhere is what would have been different in the other environments, as a table: a row for each polling
// job that is disabled in any of them, a column for each environment, this run's among them.
type elsewhere struct {
	Intro   string
	Heads   []envHead
	Rows    []envRow
	Left    int // rows left out
	Spared  string
	Besides []string // what is different but for polling jobs
}

// envHead is an environment over its column.
type envHead struct {
	Name, Threshold string
	This            bool // of this run
}

// envRow is a polling job in each environment.
type envRow struct {
	Job   string
	Cells []envCell
}

// envCell is what becomes of a job: "off since 14:50", how often and how long; Bad where it stays off.
type envCell struct {
	Text, More string
	Bad        bool
}

// maxEnvRows is how many polling jobs the table has at most.
const maxEnvRows = 60

// elsewhere reads what other environments gave; nil where they were not played.
func (m *model) elsewhere() *elsewhere {
	if len(m.Summary.Environments) == 0 {
		return nil
	}
	own := m.asEnvironment()
	all := m.allEnvironments(own)
	t := &elsewhere{Intro: m.elsewhereIntro()}
	by := make([]map[string]*journal.JobElsewhere, len(all))
	for i, e := range all {
		t.Heads = append(t.Heads, envHead{
			Name: clean(e.Environment), Threshold: words.Number(int64(e.Threshold)), This: e == own,
		})
		by[i] = map[string]*journal.JobElsewhere{}
		for k := range e.Jobs {
			by[i][e.Jobs[k].Job] = &e.Jobs[k]
		}
	}
	spared := 0
	for _, j := range m.Run.Jobs {
		row, off := envRow{Job: clean(j.Name)}, false
		for i := range all {
			job := by[i][j.Name]
			off = off || job != nil
			row.Cells = append(row.Cells, m.envCell(job))
		}
		switch {
		case !off:
			spared++
		case len(t.Rows) == maxEnvRows:
			t.Left++
		default:
			t.Rows = append(t.Rows, row)
		}
	}
	t.Spared = m.spared(spared)
	for _, e := range all {
		if b := besides(e, own); b != "" {
			t.Besides = append(t.Besides, "In "+clean(e.Environment)+": "+b+".")
		}
	}
	return t
}

// asEnvironment is the run itself, as another environment is told.
func (m *model) asEnvironment() *journal.EnvironmentPlayed {
	own := &journal.EnvironmentPlayed{
		Environment: m.Run.Environment, Threshold: m.Run.Threshold,
		RecordsLost: m.lost(), RecordsDuplicated: m.doubled(),
		ManualStepsLeft: m.Summary.Totals.ManualStepsLeft,
		OpenErrors:      m.openErrors(),
	}
	for i := range m.Summary.Flows {
		own.LateMax = max(own.LateMax, m.Summary.Flows[i].LateMax)
	}
	for i := range m.Summary.Jobs {
		j := &m.Summary.Jobs[i]
		n := len(j.Disablements)
		if n == 0 {
			continue
		}
		e := journal.JobElsewhere{
			Job: j.ID, Disablements: n, DisabledAt: j.Disablements[0].At, OffFor: j.OffFor,
		}
		if last := &j.Disablements[n-1]; last.EnabledAt == nil {
			e.OffSince = &last.At
		}
		own.Jobs = append(own.Jobs, e)
	}
	return own
}

// allEnvironments are the run's and the others, by threshold.
func (m *model) allEnvironments(own *journal.EnvironmentPlayed) []*journal.EnvironmentPlayed {
	var all []*journal.EnvironmentPlayed
	in := false
	for i := range m.Summary.Environments {
		e := &m.Summary.Environments[i]
		if !in && own.Threshold < e.Threshold {
			all, in = append(all, own), true
		}
		all = append(all, e)
	}
	if !in {
		all = append(all, own)
	}
	return all
}

func (m *model) elsewhereIntro() string {
	s := "The same run with the platform in each environment. These differ in nothing but the threshold: " +
		"how many failures in a row disable a polling job."
	if len(m.moves) > 0 {
		s += " It begins there, and moves on when it does in this run."
	}
	if m.Summary.Ranges != nil {
		s += " All are base cases, without ranges."
	}
	return s
}

// envCell says what becomes of a job; j is nil where it is not disabled.
func (m *model) envCell(j *journal.JobElsewhere) envCell {
	if j == nil {
		return envCell{Text: "stays enabled"}
	}
	c := envCell{Text: "disabled at " + m.clock.at(j.DisabledAt), More: m.offFor(j), Bad: j.OffSince != nil}
	if j.Disablements > 1 {
		c.Text = "disabled " + times(j.Disablements) + ", first at " + m.clock.at(j.DisabledAt)
	}
	return c
}

// offFor says how long a job is off, and since when where it still is at the end.
func (m *model) offFor(j *journal.JobElsewhere) string {
	s := "off for " + lateness(j.OffFor)
	if j.Disablements > 1 {
		s += " in all"
	}
	switch {
	case j.OffSince == nil:
	case j.Disablements > 1:
		s += ", and still off at the end, since " + m.clock.at(*j.OffSince)
	default:
		s += ", and still off at the end"
	}
	return s
}

// spared says how many jobs are on in every environment.
func (m *model) spared(n int) string {
	switch all := len(m.Run.Jobs); n {
	case 0:
		return ""
	case all:
		return isAre(all, "The polling job stays enabled in every environment.",
			"All "+words.Count(all, "polling job")+" stay enabled in every environment.")
	default:
		return words.Count(n, "other polling job") + isAre(n, " stays", " stay") +
			" enabled in every environment."
	}
}

// besides says what else is another in an environment than in this run; empty if nothing is.
func besides(e, own *journal.EnvironmentPlayed) string {
	var parts []string
	for _, d := range []struct {
		here, there int64
		noun, what  string
	}{
		{own.RecordsLost, e.RecordsLost, "record", " lost"},
		{own.RecordsDuplicated, e.RecordsDuplicated, "record", " doubled"},
		{own.OpenErrors, e.OpenErrors, "open error", ""},
		{int64(own.ManualStepsLeft), int64(e.ManualStepsLeft), "step", " left for people"},
	} {
		if d.here != d.there {
			parts = append(parts, words.Count(d.there, d.noun)+d.what+" (here "+words.Number(d.here)+")")
		}
	}
	if spans().far(min(own.LateMax, e.LateMax), max(own.LateMax, e.LateMax)) {
		parts = append(parts, "the latest record of a flow "+lateness(e.LateMax)+" late (here "+
			lateness(own.LateMax)+")")
	}
	return list(parts, len(parts))
}

// inOthers is the chapter about the other environments; there is none where they were not played.
func (m *model) inOthers() []chapter {
	return those([]chapter{{Title: "In other environments", Items: whole(m.tellElsewhere())}})
}

// tellElsewhere says the same in sentences, one for each other environment and what else differs there.
func (m *model) tellElsewhere() []string {
	if len(m.Summary.Environments) == 0 {
		return nil
	}
	own := m.asEnvironment()
	var out []string
	for i := range m.Summary.Environments {
		e := &m.Summary.Environments[i]
		s := clean(e.Environment) + " (threshold " + words.Number(int64(e.Threshold)) + "): " + m.sayJobs(e)
		if b := besides(e, own); b != "" {
			s += "; " + b
		}
		out = append(out, s+".")
	}
	return out
}

// sayJobs says which polling jobs an environment disables, the first of them and how many more.
func (m *model) sayJobs(e *journal.EnvironmentPlayed) string {
	if len(e.Jobs) == 0 {
		return "no polling job is disabled"
	}
	const most = 3
	var parts []string
	for i := range e.Jobs[:min(len(e.Jobs), most)] {
		c := m.envCell(&e.Jobs[i])
		parts = append(parts, clean(e.Jobs[i].Job)+" is "+c.Text+", "+c.More)
	}
	if more := len(e.Jobs) - most; more > 0 {
		parts = append(parts, words.Number(int64(more))+isAre(more, " more is", " more are")+" disabled")
	}
	return strings.Join(parts, "; ")
}
