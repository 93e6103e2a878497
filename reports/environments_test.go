package reports_test

import (
	"strings"
	"testing"
	"time"

	"github.com/outagedrill/outagedrill/sim/journal"
)

// elsewhereScript is the outage, played in two other environments: in one, two jobs are disabled, of which one
// stays off; in the other none is.
func elsewhereScript() *script {
	s := outageScript("America/New_York")
	last := s.entries[len(s.entries)-1]
	jobs := s.entries[0].Run.Jobs
	since := at("2h45m")
	s.entries = append(s.entries, journal.Entry{
		Seq: last.Seq + 1, At: last.At, Kind: journal.EnvironmentsPlayed,
		Environments: []journal.EnvironmentPlayed{
			{
				Environment: "staging", Threshold: 50, RecordsLost: 7, ManualStepsLeft: 3,
				LateMax: sec(9 * time.Hour),
				Jobs: []journal.JobElsewhere{
					{Job: jobs[0].Name, Disablements: 3, DisabledAt: at("1h50m"), OffSince: &since, OffFor: sec(5 * time.Hour)},
					{Job: jobs[1].Name, Disablements: 1, DisabledAt: at("2h"), OffFor: sec(20 * time.Minute)},
				},
			},
			{Environment: "<i>lab</i>", Threshold: 5000, LateMax: sec(4 * time.Hour), Jobs: []journal.JobElsewhere{}},
		},
	})
	return s
}

// TestElsewhere: what would have been different in other environments is a table on the page, a column for
// each by threshold with this run's among them, and a sentence for each on the terminal.
func TestElsewhere(t *testing.T) {
	text := elsewhereScript().text(t)
	said, page := answer(t, text), html(t, text)
	golden(t, "environments.txt", said[strings.Index(said, "In other environments"):])
	section := page[strings.Index(page, `<section id="environments">`):]
	golden(t, "environments.html", section[:strings.Index(section, "</section>")]+"</section>\n")
	if strings.Contains(page, "environments played") {
		t.Error("what other runs gave is told among the events")
	}
	wellFormed(t, page)
	selfContained(t, page)
}

// TestNoElsewhere: a run of the base case alone has no such table.
func TestNoElsewhere(t *testing.T) {
	text := outageScript("UTC").text(t)
	lacks(t, html(t, text), `id="environments"`)
	lacks(t, answer(t, text), "In other environments")
}
