package reports

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/outagedrill/outagedrill/internal/words"
	"github.com/outagedrill/outagedrill/sim/journal"
)

// fleetRow is a polling job in the table by risk.
type fleetRow struct {
	Job, Application string
	Every            string
	Failures         string // in a row, of how many that disable it
	Disabled         string // when, or empty
	Survives         string
	Why              string // why no outage disables it
}

// fleet is the polling jobs by risk; empty where the journal does not tell how long an outage they survive.
func (m *model) fleet() []fleetRow {
	var rows []fleetRow
	for _, f := range m.Summary.Fleet {
		r := fleetRow{
			Job: clean(f.Job), Application: clean(f.Application),
			Every:    words.Span(time.Duration(f.EverySeconds)),
			Failures: strconv.Itoa(f.LongestStreak) + " of " + words.Number(int64(f.Threshold)),
			Survives: survives(&f.FleetJob), Why: cleanLong(f.Never),
		}
		if f.DisabledAt != nil {
			r.Disabled = m.clock.at(*f.DisabledAt)
			if f.Disablements > 1 {
				r.Disabled += ", " + times(f.Disablements)
			}
		}
		rows = append(rows, r)
	}
	return rows
}

// jobRow is a polling job in the page's table of jobs.
type jobRow struct {
	journal.JobSummary
	Fleet fleetRow // empty where nothing was solved
}

// jobRows are the polling jobs, by risk where that is known.
func (m *model) jobRows() []jobRow {
	var rows []jobRow
	fleet := m.fleet()
	if len(fleet) == 0 {
		for _, j := range m.Summary.Jobs {
			rows = append(rows, jobRow{JobSummary: j})
		}
		return rows
	}
	jobs := map[string]journal.JobSummary{}
	for _, j := range m.Summary.Jobs {
		jobs[j.ID] = j
	}
	for i, f := range m.Summary.Fleet {
		rows = append(rows, jobRow{JobSummary: jobs[f.Job], Fleet: fleet[i]})
	}
	return rows
}

// survives says the longest outage that does not disable a job.
func survives(f *journal.FleetJob) string {
	switch d := f.ShortestOutage; {
	case d == nil && f.Never == "":
		return ""
	case d == nil && strings.HasPrefix(f.Never, "no outage"):
		return "every one"
	case d == nil:
		return cleanLong(f.Never)
	case *d == 0:
		return "none: it is disabled without one"
	case *d == 1:
		return "none: one failed poll disables it"
	default:
		return "up to " + words.Span(time.Duration(*d-1))
	}
}

// maxFleet is how many jobs the table on the terminal has; the page has all.
const maxFleet = 20

// fleetBasis says what the lengths of survived outages rest on.
func (m *model) fleetBasis() string {
	s := "the base case's, at the threshold of " + clean(m.Run.Environment)
	if slices.ContainsFunc(m.Summary.Fleet, func(f journal.FleetSummary) bool { return f.Drawn }) {
		s += ", and, where latency is drawn, that of seed " + strconv.FormatUint(m.Run.Seed, 10) + " alone"
	}
	return s
}

// fleet writes the table of the polling jobs by risk.
func (p *printer) fleet(rows []fleetRow, basis string) {
	if len(rows) == 0 {
		return
	}
	p.line("")
	p.wrap("", "Polling jobs, those most at risk first; what they survive is "+basis)
	var cells []compareRow
	for _, r := range rows[:min(len(rows), maxFleet)] {
		cells = append(cells, compareRow{Cells: []string{
			solid(r.Job), r.Application, solid(r.Every), solid(r.Failures), r.Disabled, r.Survives,
		}})
	}
	columns := []string{"job", "application", "every", "failures in a row", "disabled", "survives outages"}
	p.table("  ", columns, cells)
	if more := len(rows) - maxFleet; more > 0 {
		p.line("  and " + strconv.Itoa(more) + " more")
	}
}

// adviceItem is one advice with what shows it.
type adviceItem struct {
	Text  string
	Shown []evidenceLink
}

// evidenceLink is an entry of the table of events, or a figure.
type evidenceLink struct {
	Seq    int64 // 0 for a figure
	Linked bool  // the entry has a row in the table
	Text   string
}

// maxEvidence is how many entries are named behind one advice; the journal has all.
const maxEvidence = 5

// advice says what would have gone better, worst first. Rows are those of the table of events.
func (m *model) advice(rows []event) []adviceItem {
	shown := map[int64]bool{}
	for _, r := range rows {
		shown[r.Seq] = true
	}
	var out []adviceItem
	for _, a := range m.Summary.Advice {
		item := adviceItem{Text: capital(cleanLong(a.Text)) + "."}
		entries := 0
		for _, e := range a.Evidence {
			switch {
			case e.Seq == 0:
				item.Shown = append(item.Shown, evidenceLink{Text: clean(e.Figure) + " = " + clean(e.Value)})
			case entries < maxEvidence:
				entries++
				item.Shown = append(item.Shown, evidenceLink{
					Seq: e.Seq, Linked: shown[e.Seq], Text: "entry " + strconv.FormatInt(e.Seq, 10),
				})
			}
		}
		out = append(out, item)
	}
	return out
}

// capital begins a sentence, unless it begins with the name of something.
func capital(s string) string {
	if s == "" || s[0] < 'a' || s[0] > 'z' {
		return s
	}
	return string(s[0]-'a'+'A') + s[1:]
}

// advice writes the worst of what would have gone better, each with the entries and figures behind it.
func (p *printer) advice(items []adviceItem) {
	if len(items) == 0 {
		return
	}
	p.line("")
	p.line("What would have gone better")
	for _, item := range items[:min(len(items), worst)] {
		var shown []string
		for _, e := range item.Shown {
			shown = append(shown, e.Text)
		}
		p.wrap("  ", item.Text+" ("+strings.Join(shown, "; ")+")")
	}
	if more := len(items) - worst; more > 0 {
		p.line("  and " + strconv.Itoa(more) + " more")
	}
}
