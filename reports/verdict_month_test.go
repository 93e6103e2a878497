package reports_test

import (
	"testing"
	"time"

	"github.com/outagedrill/outagedrill/sim/journal"
)

// monthScript is a run of a week with two outages: acme is down Mar 1 02:00 to 05:00 and Mar 3 10:00 to 10:30. The
// flow is paused 02:05 to 06:00 (3 h 55 min) and Mar 3 10:05 to 11:00 (55 min), 4 h 50 min in all.
func monthScript() *script {
	s := newScript("March", 7*24)
	down := journal.Entry{Application: "acme", Fault: "down", How: "status", Status: 503}
	offline := journal.Entry{Connection: "acme-main", Class: "vendor_down"}
	flow := journal.Entry{Flow: "orders-to-wms"}
	for _, o := range [][4]string{{"2h", "2h5m", "5h", "6h"}, {"58h", "58h5m", "58h30m", "59h"}} {
		began := s.add(o[0], journal.FaultBegan, 0, down)
		off := s.add(o[1], journal.ConnectionOffline, began, offline)
		s.add(o[1], journal.FlowPaused, off, flow)
		over := down
		over.Began = began
		s.add(o[2], journal.FaultEnded, began, over)
		on := s.add(o[3], journal.ConnectionOnline, off, offline)
		s.add(o[3], journal.FlowResumed, on, flow)
	}
	return s.finish(counters())
}

// TestVerdictOfAMonth: several outages are told by their sums and their worst, and not by the instants of the
// last one.
func TestVerdictOfAMonth(t *testing.T) {
	s := monthScript()
	both(t, s, []string{
		"acme had 2 outages, 3 h 30 min in all, the longest 3 h (Mar 1): 1 flow was paused, for 4 h 50 min in all, " +
			"and it flows again; the latest record came 4 h 6 min late; nothing was lost.",
	}, []string{"the last time, 30 min"})
}

// TestVerdictOfAMonthAsRange: over the minutes of the sweep the pauses are from the shortest to the longest.
func TestVerdictOfAMonthAsRange(t *testing.T) {
	s := monthScript()
	spread := func(a, b time.Duration) journal.Range[journal.Seconds] {
		return journal.Range[journal.Seconds]{Offsets: &journal.Spread[journal.Seconds]{
			Best: journal.Outcome[journal.Seconds]{Value: sec(a)}, Worst: journal.Outcome[journal.Seconds]{Value: sec(b)},
		}}
	}
	last := s.entries[len(s.entries)-1]
	s.entries = append(s.entries, journal.Entry{
		Seq: last.Seq + 1, At: last.At, Kind: journal.RangesComputed, Ranges: &journal.Ranges{
			Flows: []journal.FlowRanges{{
				ID: "orders-to-wms", Paused: spread(3*time.Hour+24*time.Minute, 5*time.Hour+18*time.Minute),
				LateMax: spread(3*time.Hour, 4*time.Hour),
			}},
		},
	})
	both(t, s, []string{
		"paused, for 3 h 24 min to 5 h 18 min in all (the minute of the sweep is not published), and it flows again; " +
			"the latest record came 3 h to 4 h late",
	}, nil)
}

// TestVerdictOfAMonthWithJobs: how long jobs were off belongs to it, of several that which was off longest.
func TestVerdictOfAMonthWithJobs(t *testing.T) {
	s := monthScript()
	end := s.entries[len(s.entries)-1]
	s.entries = s.entries[:len(s.entries)-1]
	disable := func(job, from, to string) {
		off := s.add(from, journal.JobDisabled, 0, journal.Entry{
			Job: job, Instance: "acme-main", Resource: "x", By: "platform", Failures: 100, Threshold: 100,
		})
		s.add(to, journal.JobEnabled, off, journal.Entry{Job: job, By: "user"})
	}
	disable("stock-poll", "60h", "62h")
	s.finish(*end.End)
	both(t, s, []string{"1 of 2 polling jobs was disabled, off for 2 h, and is enabled again"}, nil)

	s.entries = s.entries[:len(s.entries)-1]
	disable("contacts-poll", "63h", "66h")
	s.finish(*end.End)
	both(t, s, []string{"2 polling jobs were disabled, off for up to 3 h each, and are enabled again"}, nil)
}
