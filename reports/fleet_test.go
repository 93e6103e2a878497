package reports_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/outagedrill/outagedrill/sim/journal"
)

// fleetScript is the outage with what its jobs survive and with advice, of which two names are hostile.
func fleetScript() *script {
	s := outageScript("America/New_York")
	last := s.entries[len(s.entries)-1]
	long := sec(99*5*time.Minute + 1)
	moment, nothing := sec(1), sec(0)
	run := s.entries[0].Run
	fleet := []journal.FleetJob{
		{Job: run.Jobs[0].Name, Application: "acme", EverySeconds: sec(time.Minute), Threshold: 100, ShortestOutage: &long},
	}
	for i, j := range run.Jobs[1:] {
		f := journal.FleetJob{Job: j.Name, Application: "<b>", EverySeconds: j.EverySeconds, Threshold: 1000}
		switch i {
		case 0:
			f.Never = "no outage disables it, however long: counts.vendor_down is false"
		case 1:
			f.ShortestOutage = &moment
		default:
			f.ShortestOutage = &nothing
		}
		fleet = append(fleet, f)
	}
	advice := []journal.Advice{
		{Kind: journal.AdviseSettings, Text: "raise the interval of </script>", Evidence: []journal.Evidence{
			{Seq: 2}, {Seq: 9999}, {Figure: "disablements every 2 min", Value: "0"},
		}},
	}
	for range 6 {
		advice = append(advice, journal.Advice{
			Kind: journal.AdviseEnable, Text: "nobody enables disabled jobs", Evidence: []journal.Evidence{{Seq: 3}},
		})
	}
	s.entries = append(s.entries,
		journal.Entry{Seq: last.Seq + 1, At: last.At, Kind: journal.FleetSolved, Fleet: fleet},
		journal.Entry{Seq: last.Seq + 2, At: last.At, Kind: journal.AdviceGiven, Advice: advice})
	return s
}

// TestFleetOfDrawnLatency: what rests on draws is said to be of one seed.
func TestFleetOfDrawnLatency(t *testing.T) {
	s := fleetScript()
	lacks(t, say(t, s), "latency is drawn")
	s.entries[len(s.entries)-2].Fleet[1].Drawn = true
	both(t, s, []string{"at the threshold of production, and, where latency is drawn, that of seed 1 alone"}, nil)
}

// TestFleet: the terminal has the table by risk and at most five pieces of advice, the page has all, with
// links to the entries behind them that have a row.
func TestFleet(t *testing.T) {
	text := fleetScript().text(t)
	said, page := answer(t, text), html(t, text)
	golden(t, "fleet.txt", said[strings.Index(said, "Polling jobs, those most at risk"):])
	if n := strings.Count(page, "Nobody enables disabled jobs."); n != 6 {
		t.Errorf("the page has %d of 6 pieces of advice", n)
	}
	for _, want := range []string{
		`<a href="#e2">entry 2</a>, entry 9999, disablements every 2 min = 0.`,
		"Raise the interval of &lt;/script&gt;.", "<td>up to 8 h 15 min</td>",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not have %q", want)
		}
	}
	if slices.ContainsFunc([]string{"fleet solved", "advice given"}, func(s string) bool { return strings.Contains(page, s) }) {
		t.Error("what other runs gave is told among the events")
	}
	wellFormed(t, page)
	selfContained(t, page)
}
