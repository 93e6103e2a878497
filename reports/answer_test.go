package reports_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/outagedrill/outagedrill/reports"
	"github.com/outagedrill/outagedrill/sim/journal"
)

// say is the answer with its line ends made spaces.
func say(t *testing.T, s *script) string {
	return strings.Join(strings.Fields(answer(t, s.text(t))), " ")
}

func holds(t *testing.T, said string, want ...string) {
	t.Helper()
	for _, w := range want {
		if !strings.Contains(said, w) {
			t.Errorf("the answer does not hold %q:\n%s", w, said)
		}
	}
}

func lacks(t *testing.T, said string, unwanted ...string) {
	t.Helper()
	for _, w := range unwanted {
		if strings.Contains(said, w) {
			t.Errorf("the answer holds %q:\n%s", w, said)
		}
	}
}

func TestNothingHappened(t *testing.T) {
	said := answer(t, quietScript().text(t))
	want := "all quiet: Nothing failed and nothing stopped in 24 h: 1 flow and 2 polling jobs ran undisturbed.\n"
	if said != want {
		t.Errorf("got %q, want %q", said, want)
	}
	s := newScript("bare", 1)
	s.run.Flows, s.run.Jobs = nil, nil
	holds(t, say(t, s.finishQuiet()), "there were no flows and no polling jobs")
}

// A configured limit refuses calls without any fault: that is no undisturbed day.
func TestRefusedWithoutFault(t *testing.T) {
	s := newScript("limited", 24)
	s.add("2h", journal.CallsFailed, 0, journal.Entry{
		Job: "contacts-poll", Resource: "contacts", Call: "page", Class: "rate_limited", Status: 429, Count: 6,
	})
	said := say(t, s.finish(counters()))
	holds(t, said, "limited: No fault was played and nothing stopped in 24 h, but 6 calls failed.")
	lacks(t, said, "Nothing failed", "undisturbed")
}

func TestFaultThatStopsNothing(t *testing.T) {
	s := newScript("brief", 24)
	f := s.add("2h", journal.FaultBegan, 0, journal.Entry{Application: "acme", Fault: "down", Until: new(at("2h1m"))})
	s.add("2h1m", journal.FaultEnded, f, journal.Entry{Application: "acme", Fault: "down", Began: f})
	said := say(t, s.finish(counters()))
	holds(t, said, "acme was down 1 min: nothing was paused, disabled or taken offline",
		"the platform stopped nothing for it")
	lacks(t, said, "lost", "doubled", "works again")
}

// Still offline at the end, no flows and no jobs: no sentence may claim that anything came back.
func TestStillOffline(t *testing.T) {
	s := newScript("for good", 24)
	s.run.Flows, s.run.Jobs = nil, nil
	f := s.add("2h", journal.FaultBegan, 0, journal.Entry{Application: "acme", Fault: "down"})
	s.add("2h5m", journal.ConnectionOffline, f, journal.Entry{Connection: "acme-main", Class: "vendor_down"})
	s.add("24h", journal.FaultEnded, f, journal.Entry{Application: "acme", Fault: "down", Began: f})
	said := say(t, s.finish(journal.Counters{}))
	holds(t, said, "acme was down 22 h: 1 of 2 connections went offline and is still offline (acme-main).",
		"02:00 to 24:00", "to the end of the run",
		"since 02:05, and still so when the run ends", "sweep.offset = 0s: The minute is not published")
	lacks(t, said, "again since", "brought it back", "paused", "polling job")
}

func TestWaitsForItsTurn(t *testing.T) {
	s := newScript("turn", 24)
	f := s.add("2h", journal.FaultBegan, 0, journal.Entry{Application: "acme", Fault: "down", Until: new(at("3h"))})
	off := s.add("2h5m", journal.ConnectionOffline, f, journal.Entry{Connection: "acme-main", Class: "vendor_down"})
	s.add("2h5m", journal.FlowPaused, off, journal.Entry{Flow: "orders-to-wms", State: "frozen"})
	s.add("3h", journal.FaultEnded, f, journal.Entry{Application: "acme", Fault: "down", Began: f})
	s.add("23h", journal.ConnectionOnline, off, journal.Entry{Connection: "acme-main"})
	said := say(t, s.finish(counters()))
	holds(t, said, "orders-to-wms was paused 02:05 to 23:00", "it still waits for its turn when the run ends",
		"1 flow was paused and does not flow again (orders-to-wms)")
}

// What could and did not happen is said; of what could not, why not.
func TestLostAndDoubled(t *testing.T) {
	neither := say(t, outageScript("UTC"))
	holds(t, neither, "No record was lost or doubled: by this timeline records keep at their source (retention: 0s)")
	lacks(t, neither, "No record was lost,", "No record was doubled,")
	s := outageScript("UTC")
	s.run.Timeline = journal.RawObject(`{"applications":[{"name":"acme","retention":"3d","idempotent":false}]}`)
	holds(t, say(t, s), "No record was lost, though records expire (acme after 3d)", "No record was doubled")
	s.entries[len(s.entries)-1].End.Flows[0].Lost = 12
	said := say(t, s)
	holds(t, said, "12 records were lost.", "orders-to-wms: 12 records lost")
	lacks(t, said, "No record was lost")
}

func TestWorstFirst(t *testing.T) {
	s := newScript("many", 24)
	var c journal.Counters
	for i := range 8 {
		name := string(rune('a'+i)) + "-poll"
		s.run.Jobs = append(s.run.Jobs, journal.RunJob{Name: name, Instance: "acme-main"})
		c.Jobs = append(c.Jobs, journal.JobCounters{
			Job: name, State: "enabled", Threshold: 100,
			Resources: []journal.ResourceCounters{{Name: "x", LongestStreak: 10 * (i + 1)}},
		})
	}
	f := s.add("2h", journal.FaultBegan, 0, journal.Entry{Application: "acme", Fault: "down", Until: new(at("3h"))})
	s.add("3h", journal.FaultEnded, f, journal.Entry{Application: "acme", Fault: "down", Began: f})
	said := say(t, s.finish(c))
	holds(t, said, "h-poll: x failed 80 times in a row, 20 short of the threshold", "d-poll: x failed 40", "and 3 more")
	lacks(t, said, "c-poll")
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestWriteErrors(t *testing.T) {
	j := load(t, outageScript("UTC").text(t))
	if err := reports.Answer(brokenWriter{}, j, reports.AnswerOptions{}); err == nil {
		t.Error("Answer hides the error")
	}
	if err := reports.HTML(brokenWriter{}, j); err == nil {
		t.Error("HTML hides the error")
	}
}
