package reports_test

import (
	"strings"
	"testing"

	"github.com/outagedrill/outagedrill/reports"
	"github.com/outagedrill/outagedrill/sim/journal"
)

// both checks the answer and the page, there without the marks of names, for the same words.
func both(t *testing.T, s *script, want, unwanted []string) {
	t.Helper()
	page := strings.Join(strings.Fields(withoutAssets(html(t, s.text(t)))), " ")
	page = strings.NewReplacer("<strong><bdi>", "", "</bdi></strong>", "").Replace(page)
	for _, said := range []string{say(t, s), page} {
		holds(t, said, want...)
		lacks(t, said, unwanted...)
	}
}

// pausedScript is an outage of an hour that pauses the flow; state is that of flow.paused.
func pausedScript(state string) *script {
	s := newScript("paused", 24)
	f := s.add("2h", journal.FaultBegan, 0, journal.Entry{Application: "acme", Fault: "down", Until: new(at("3h"))})
	off := s.add("2h5m", journal.ConnectionOffline, f, journal.Entry{Connection: "acme-main", Class: "vendor_down"})
	s.add("2h5m", journal.FlowPaused, off, journal.Entry{Flow: "orders-to-wms", State: state})
	s.add("2h15m", journal.FlowQueued, 0, journal.Entry{Flow: "orders-to-wms"})
	s.add("3h", journal.FaultEnded, f, journal.Entry{Application: "acme", Fault: "down", Began: f})
	on := s.add("3h5m", journal.ConnectionOnline, off, journal.Entry{Connection: "acme-main"})
	s.add("3h5m", journal.FlowResumed, on, journal.Entry{Flow: "orders-to-wms"})
	return s
}

func TestInterrupted(t *testing.T) {
	s := newScript("ten years", 3650*24)
	s.add("5h", journal.BacklogSampled, 0, journal.Entry{Flow: "orders-to-wms"})
	s.finish(counters())
	s.entries[len(s.entries)-1].At = at("5h")
	both(t, s, []string{"Interrupted at 05:00: this tells what happened until then. Nothing failed"},
		[]string{"3650 d", "Interrupted at 05:00: this tells what happened until then.."})
	holds(t, say(t, s), "ten years: Interrupted at 05:00", "stopped in 5 h")
	holds(t, html(t, s.text(t)), "00:00 to 05:00 (5 h)")
	lacks(t, say(t, quietScript()), "Interrupted")
}

func TestFlowedAgain(t *testing.T) {
	const because = "paused 02:05 to 03:05, 1 h, because acme-main was offline (vendor down); "
	s := pausedScript("frozen")
	s.add("3h9m", journal.FlowStarted, 5, journal.Entry{Flow: "orders-to-wms"})
	both(t, s.finish(counters()), []string{because + "it flowed again at 03:05."}, []string{"at once"})

	s = pausedScript("")
	s.add("3h9m", journal.FlowStarted, 5, journal.Entry{Flow: "orders-to-wms"})
	both(t, s.finish(counters()), []string{because + "it flowed again at 03:09."}, nil)

	s = pausedScript("")
	both(t, s.finish(counters()), []string{because + "it was free to run again at 03:05."}, []string{"flowed again"})

	s = pausedScript("") // a routine run that is not listed came before the one that is
	q := s.add("9h", journal.FlowQueued, 0, journal.Entry{Flow: "orders-to-wms"})
	s.add("9h1m", journal.FlowStarted, q, journal.Entry{Flow: "orders-to-wms"})
	both(t, s.finish(counters()), []string{"it was free to run again at 03:05."}, []string{"flowed again"})
}

func TestPausedByTwo(t *testing.T) {
	s := newScript("two", 24)
	off := s.add("2h", journal.ConnectionOffline, 0, journal.Entry{Connection: "acme-main", Class: "vendor_down"})
	s.add("2h", journal.FlowPaused, off, journal.Entry{Flow: "orders-to-wms"})
	s.add("3h", journal.ConnectionOffline, 0, journal.Entry{Connection: "wms-main", Class: "bad_credentials"})
	both(t, s.finish(counters()),
		[]string{"because acme-main (vendor down) and wms-main (bad credentials) were offline."}, nil)
}

func TestRestsOn(t *testing.T) {
	chosen := func(name string) journal.Value {
		return journal.Value{Name: name, Value: "30s", Basis: "chosen", Why: "A guess."}
	}
	rests := func(e *journal.Entry) string {
		s := newScript("rests", 24)
		for i := range s.run.Policies {
			s.run.Policies[i].Values = []journal.Value{
				chosen("call.timeout"), chosen("retry.waits"), chosen("retry.budget"), chosen("token.fallback"),
			}
		}
		f := s.add("2h", journal.FaultBegan, 0, journal.Entry{Application: "acme", Fault: "down"})
		if e != nil {
			s.add("2h1m", e.Kind, f, *e)
		}
		return say(t, s.finish(counters()))
	}
	flow := "orders-to-wms"
	none := rests(nil)
	lacks(t, none, "call.timeout", "retry.", "token.")
	down := rests(&journal.Entry{Kind: journal.CallsFailed, Flow: flow, Class: "vendor_down", SubCause: "timeout"})
	holds(t, down, "retry.waits", "retry.budget")
	lacks(t, down, "token.")
	if n := strings.Count(down, "call.timeout"); n != 1 {
		t.Errorf("call.timeout is told %d times:\n%s", n, down)
	}
	lacks(t, rests(&journal.Entry{Kind: journal.CallsFailed, Flow: flow, Class: "rejected"}), "retry.", "token.")
	holds(t, rests(&journal.Entry{Kind: journal.TokenRefreshFailed, Connection: "acme-main"}), "token.fallback")
}

// A mail without recipients told nobody.
func TestNobodyTold(t *testing.T) {
	s := newScript("nobody", 24)
	f := s.add("2h", journal.FaultBegan, 0, journal.Entry{Application: "acme", Fault: "down", Until: new(at("3h"))})
	off := s.add("2h5m", journal.ConnectionOffline, f, journal.Entry{Connection: "acme-main", Class: "vendor_down"})
	mail := journal.Entry{Connection: "acme-main", About: "connection.offline", Notification: 1, To: []string{}}
	c := s.add("2h5m", journal.NotificationDecided, off, mail)
	s.add("2h5m", journal.NotificationDelivered, c, mail)
	s.add("3h", journal.FaultEnded, f, journal.Entry{Application: "acme", Fault: "down", Began: f})
	both(t, s.finish(counters()), []string{"acme-main was offline since 02:05"}, []string{"was told", "first mail"})
	holds(t, html(t, s.text(t)), "mail about connection.offline to nobody")
	holds(t, say(t, outageScript("UTC")), "first mail delivered after 5 min", "ops@example.com was told at 02:05")
}

func TestDisabledByBoth(t *testing.T) {
	s := newScript("both", 24)
	d := s.add("2h", journal.JobDisabled, 0, journal.Entry{
		Job: "contacts-poll", Instance: "acme-main", Resource: "contacts", By: "platform",
		Failures: 100, Threshold: 100,
	})
	s.add("3h", journal.JobEnabled, d, journal.Entry{Job: "contacts-poll", By: "operator"})
	s.add("5h", journal.JobDisabled, 0, journal.Entry{Job: "contacts-poll", By: "user"})
	both(t, s.finish(counters()), []string{
		"contacts-poll was disabled at 02:00: contacts failed 100 times in a row (threshold 100); enabled again at " +
			"03:00, after 1 h; it was disabled at 05:00 by a person, not by the platform; off since then.",
	}, []string{"twice"})
}

// What overlaps counts once in the words beside a lane.
func TestLaneLengths(t *testing.T) {
	s := newScript("lanes", 24)
	f := s.add("2h", journal.FaultBegan, 0, journal.Entry{Application: "acme", Fault: "down"})
	g := s.add("3h", journal.FaultBegan, 0, journal.Entry{Application: "acme", Fault: "slow"})
	for _, r := range []string{"orders", "items"} {
		s.add("4h", journal.CallsFailed, f, journal.Entry{
			Job: "stock-poll", Resource: r, Class: "vendor_down", First: new(at("2h")), Last: new(at("4h")), Count: 24,
		})
	}
	s.add("5h", journal.FaultEnded, f, journal.Entry{Application: "acme", Fault: "down", Began: f})
	s.add("6h", journal.FaultEnded, g, journal.Entry{Application: "acme", Fault: "slow", Began: g})
	page := html(t, s.finish(counters()).text(t))
	holds(t, page, "2 faults, 4 h<", "failing for 2 h<")
}

// A streak that goes on in failures of another class has no gap, where one might think that something went well;
// one that a good poll ended has.
func TestStreaksGoOn(t *testing.T) {
	s := newScript("goes on", 24)
	f := s.add("2h", journal.FaultBegan, 0, journal.Entry{Application: "acme", Fault: "down"})
	for _, x := range [][3]string{{"2h", "2h58m", "3h"}, {"3h", "3h58m", "4h"}, {"5h", "5h58m", "6h"}} {
		s.add(x[2], journal.CallsFailed, f, journal.Entry{
			Job: "contacts-poll", Resource: "contacts", Class: "vendor_down", First: new(at(x[0])), Last: new(at(x[1])), Count: 30,
		})
	}
	s.add("7h", journal.FaultEnded, f, journal.Entry{Application: "acme", Fault: "down", Began: f})
	// 2 h to 3 h 58 min, and 5 h to 5 h 58 min
	holds(t, html(t, s.finish(counters()).text(t)), "failing for 2 h 56 min<")
}

func TestEnvironmentTold(t *testing.T) {
	s := pausedScript("")
	s.add("13h", journal.EnvironmentChanged, 0, journal.Entry{Environment: "staging", Threshold: 50})
	both(t, s.finish(counters()), []string{"production (threshold 100), staging (threshold 50) from 13:00, seed 1"}, nil)
}

// A long journal is loaded entry by entry, in a time that grows with its length alone.
func TestLongJournal(t *testing.T) {
	s := newScript("long", 24*365)
	for range 20_000 {
		q := s.add("5h", journal.FlowQueued, 0, journal.Entry{Flow: "orders-to-wms"})
		s.add("5h", journal.FlowStarted, q, journal.Entry{Flow: "orders-to-wms"})
		s.add("5h", journal.ErrorOpened, 0, journal.Entry{Flow: "orders-to-wms", Count: 1, ErrorClass: "value"})
	}
	text := s.finish(counters()).text(t)
	load := testing.AllocsPerRun(1, func() {
		if _, err := reports.Load(strings.NewReader(text)); err != nil {
			t.Fatal(err)
		}
	})
	if most := 6 * float64(len(s.entries)); load > most {
		t.Errorf("loading takes %.0f allocations, want %.0f at most", load, most)
	}
	if page := html(t, text); !strings.Contains(page, "of error opened") {
		t.Error("the remainder is not stated")
	}
}
