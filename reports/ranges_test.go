package reports_test

import (
	"strings"
	"testing"

	"github.com/outagedrill/outagedrill/sim/journal"
)

// rangesScript is the outage with ranges: the flow flows again at the sweep, whose minute is varied; the fast
// job would live with one assumption, and the slow one die with another.
func rangesScript() *script {
	s := outageScript("America/New_York")
	s.ranged(outageRanges())
	return s
}

// ranged appends ranges.
func (s *script) ranged(r *journal.Ranges) {
	last := s.entries[len(s.entries)-1]
	s.entries = append(s.entries, journal.Entry{
		Seq: last.Seq + 1, At: last.At, Kind: journal.RangesComputed, Ranges: r,
	})
}

func knownly[T journal.Figure](v T) journal.Outcome[T] { return journal.Outcome[T]{Value: v} }

// steady is a range that nothing widens, and none without faults.
func steady[T journal.Figure](v T) journal.Range[T] {
	o := knownly(v)
	return journal.Range[T]{
		Base: o, WithoutFaults: journal.Outcome[T]{State: journal.None}, Best: o, Worst: o,
		Offsets: &journal.Spread[T]{Best: o, Median: o, Worst: o},
	}
}

// absent is a range of what does not happen.
func absent[T journal.Figure]() journal.Range[T] {
	o := journal.Outcome[T]{State: journal.None}
	return journal.Range[T]{Base: o, WithoutFaults: o, Best: o, Worst: o}
}

// swept is a range over the minutes of the sweep alone.
func swept[T journal.Figure](base, median, worst T) journal.Range[T] {
	r := steady(base)
	r.Offsets.Median, r.Offsets.Worst, r.Worst = knownly(median), knownly(worst), knownly(worst)
	r.WorstUnder = "sweep.offset=59m"
	r.DependsOn = []journal.Dependence[T]{{Assumption: "sweep.offset", Best: r.Best, Worst: r.Worst}}
	return r
}

// moved is the range with another best, under an assumption.
func moved[T journal.Figure](r journal.Range[T], best journal.Outcome[T], under string) journal.Range[T] {
	r.Best, r.BestUnder = best, under
	name, _, _ := strings.Cut(under, "=")
	r.DependsOn = append(r.DependsOn, journal.Dependence[T]{Assumption: name, Best: best, Worst: r.Base})
	return r
}

func outageRanges() *journal.Ranges {
	minutes := []string{"1m", "2m", "3m", "4m", "5m", "59m"}
	again := swept(at("6h"), at("6h1m30s"), at("6h59m1s"))
	fast := journal.JobRanges{
		ID: "contacts-poll", Disablements: moved(steady[int64](1), knownly[int64](0), "threshold.boundary=after"),
		FirstDisabledAt: moved(steady(at("3h39m")), absent[journal.Time]().Base, "threshold.boundary=after"),
		OffSince:        moved(steady(at("3h39m")), absent[journal.Time]().Base, "threshold.boundary=after"),
		OffFor:          moved(steady(sec(73260e9)), knownly(sec(0)), "threshold.boundary=after"),
		Lost:            steady[int64](0),
	}
	slow := journal.JobRanges{
		ID: "stock-poll", Disablements: steady[int64](0), FirstDisabledAt: absent[journal.Time](),
		OffSince: absent[journal.Time](), OffFor: steady(sec(0)), Lost: steady[int64](0),
	}
	return &journal.Ranges{
		Runs: 64,
		Assumptions: []journal.Assumption{
			{Name: "sweep.offset", Base: "0s", Tried: minutes},
			{Name: "retry.budget", Base: "5m", Tried: []string{"1m", "10m"}},
			{Name: "threshold.boundary", Base: "at", Tried: []string{"after"}},
		},
		Flows: []journal.FlowRanges{{
			ID: "orders-to-wms", FlowsAgainAt: again, DeliversAgainAt: again, Paused: swept(sec(14100e9), sec(15900e9), sec(17640e9)),
			LateMax: steady(sec(14760e9)), LateP95: swept(sec(12000e9), sec(13000e9), sec(15000e9)),
			Lost: steady[int64](0), Duplicated: steady[int64](0), OpenErrors: steady[int64](0),
			BacklogPeak: swept[int64](245, 270, 304), DrainedAt: swept(at("6h2m"), at("6h32m"), at("7h1m5s")),
			WorkedOffAt: swept(at("6h2m"), at("6h32m"), at("7h1m5s")),
		}},
		Jobs: []journal.JobRanges{fast, slow},
		Outages: []journal.OutageRanges{{
			Application: "acme", From: at("2h"), DetectionDelay: steady(sec(300e9)),
			RecoveryDelay: absent[journal.Seconds](), FirstNotice: steady(sec(300e9)),
		}},
		Totals: journal.TotalRanges{
			WorksAgainAt: absent[journal.Time](), RecordsLost: steady[int64](0),
			RecordsDuplicated: steady[int64](0), Notifications: steady[int64](3),
		},
		Flips: []journal.Flip{
			{
				Job: "contacts-poll", Verdict: journal.EverDisabled, Base: true, Assumption: "threshold.boundary",
				Values: []string{"after"},
			},
			{
				Job: "contacts-poll", Verdict: journal.OffAtEnd, Base: true, Assumption: "threshold.boundary",
				Values: []string{"after"},
			},
		},
	}
}

// TestRangesTold: the answers name their range and what it rests on, on the terminal and on the page.
func TestRangesTold(t *testing.T) {
	s := outageScript("UTC")
	s.ranged(outageRanges())
	both(t, s, []string{
		"orders-to-wms flows again between 06:00 and 07:00 (median 06:01): the minute of the sweep is not published.",
		"Of its records at most 245 to 304 wait at once; these are worked off between 06:02 and 07:02",
		"95 % of its records are at most 3 h 20 min to 4 h 10 min late, without the outage none.",
		"Nothing is lost, doubled or left as open errors, whatever was tried.",
		"contacts-poll is disabled at 03:39, never with threshold.boundary = after; off for 20 h 21 min, " +
			"and still off at the end, but not with threshold.boundary = after.",
		"stock-poll stays enabled, whatever was tried.",
		"sweep.offset = 0s: The minute is not published. Tried: 1m, 2m … 59m.",
	}, nil)
	holds(t, say(t, s), "1 more assumption was tried and changes nothing here.", "The answers are of 65 runs, which differ from the base case in one value each; what follows them tells the base case.")
}

// TestRangesOfTrifles: what differs by less than what matters is left to the table, and a verdict that other
// minutes of the sweep turn is told with them.
func TestRangesOfTrifles(t *testing.T) {
	s := outageScript("UTC")
	r := outageRanges()
	f := &r.Flows[0]
	f.FlowsAgainAt = moved(f.FlowsAgainAt, knownly(at("5h59m")), "retry.budget=1m")
	f.OpenErrors = moved(steady[int64](250), knownly[int64](0), "retry.budget=10m")
	r.Flips = append(r.Flips, journal.Flip{
		Flow: "orders-to-wms", Verdict: journal.ErrorsAtEnd, Base: true, Assumption: "sweep.offset",
		Values: []string{"2m", "3m", "4m", "5m"},
	})
	f.DrainedAt.Base = journal.Outcome[journal.Time]{State: journal.Open}
	s.ranged(r)
	said := say(t, s)
	holds(t, said, "are worked off between 06:02 and 07:02, but for open errors; 95 %", "250 are left as open errors, none with sweep.offset = 2m to 5m; nothing is lost or doubled")
	lacks(t, said, "05:59")
	holds(t, html(t, s.text(t)), "at best at 05:59 (retry.budget = 1m)")

	f.FlowsAgainAt = moved(f.FlowsAgainAt, knownly(at("5h30m")), "retry.budget=1m")
	f.FlowsAgainAt.Offsets.Worst = journal.Outcome[journal.Time]{State: journal.Open}
	holds(t, say(t, s), "orders-to-wms flows again at 06:00 or does not flow again by the end of the run "+
		"(median at 06:01:30): the minute of the sweep is not published; at best at 05:30 (retry.budget = 1m)")
}

// TestDeliversLater: a flow that flows again and whose records still fail is no answer: the answer is when its
// first record gets through, where that is a minute later or more, or never.
func TestDeliversLater(t *testing.T) {
	with := func(first journal.Range[journal.Time]) string {
		s := outageScript("UTC")
		r := outageRanges()
		r.Flows[0].DeliversAgainAt = first
		s.ranged(r)
		return say(t, s)
	}
	soon := swept(at("6h59s"), at("6h2m29s"), at("7h"))
	lacks(t, with(soon), "its first record")
	holds(t, with(swept(at("6h1m"), at("6h2m29s"), at("7h"))), "; its first record after that is delivered between 06:01 and 07:01. Nothing is")
	holds(t, with(swept(at("6h59s"), at("6h2m29s"), at("7h1s"))), "; its first record after that is delivered between 06:00 and 07:01. Nothing is")
	soon.Worst.State, soon.WorstUnder = journal.Open, "retry.budget=1m"
	holds(t, with(soon), "; its first record after that is delivered between 06:00 and 07:01, "+
		"at worst none of its records is delivered by the end of the run (retry.budget = 1m)")
	never := steady(at("6h"))
	never.Base.State, never.Offsets.Best.State, never.Offsets.Worst.State = journal.Open, journal.Open, journal.Open
	holds(t, with(never), "; none of its records is delivered by the end of the run")

	delivered := func(again *journal.Time, waiting int64) string {
		return told(t, func(_ *script, c *journal.Counters) {
			c.Flows[0].DeliveredAgainAt, c.Flows[0].Waiting = again, waiting
		})
	}
	holds(t, delivered(new(at("3h6m")), 3), "; it flowed again at 03:05, and its first record after that was delivered at 03:06.")
	lacks(t, delivered(new(at("3h5m59s")), 3), "first record")
	holds(t, delivered(nil, 3), "; it flowed again at 03:05, but no record of it was delivered after that.")
	lacks(t, delivered(nil, 0), "no record of it")
}

// TestFlowedAgainBetween: the first sentence is a range too.
func TestFlowedAgainBetween(t *testing.T) {
	s := pausedScript("frozen")
	s.finish(counters())
	r := outageRanges()
	again := &r.Flows[0].FlowsAgainAt
	*again = swept(at("3h"), at("3h30m"), at("3h59m2s"))
	s.ranged(r)
	holds(t, say(t, s), "acme was down 1 h: 1 flow was paused and flowed again at most 59 min after "+
		"acme came back (the minute of the sweep is not published); nothing was lost.")

	*again = swept(at("3h20m"), at("3h30m"), at("3h59m2s"))
	holds(t, say(t, s), "flowed again 20 min to 59 min after acme came back (the minute")

	*again = swept(at("2h50m"), at("3h30m"), at("3h59m2s")) // with one minute of the sweep before it came back
	holds(t, say(t, s), "flowed again between 02:50 and 04:00 (the minute of the sweep is not published)")

	again.Offsets.Worst = journal.Outcome[journal.Time]{State: journal.Open}
	holds(t, say(t, s), "flowed again at 03:05 (with other minutes of the sweep, not by the end of the run)")

	r.Flows[0].Lost.Worst = knownly[int64](1)
	holds(t, say(t, s), "nothing was lost in the base case.")
}

// TestWorksAgainBetween: where connections alone went offline, the first sentence says when they are back.
func TestWorksAgainBetween(t *testing.T) {
	s := newScript("no flow", 24)
	f := s.add("2h", journal.FaultBegan, 0, journal.Entry{Application: "acme", Fault: "down", Until: new(at("3h"))})
	off := s.add("2h5m", journal.ConnectionOffline, f, journal.Entry{Connection: "acme-main", Class: "vendor_down"})
	s.add("3h", journal.FaultEnded, f, journal.Entry{Application: "acme", Fault: "down", Began: f})
	s.add("3h5m", journal.ConnectionOnline, off, journal.Entry{Connection: "acme-main"})
	s.finish(counters())
	r := outageRanges()
	r.Totals.WorksAgainAt = swept(at("3h"), at("3h30m"), at("3h59m2s"))
	s.ranged(r)
	holds(t, say(t, s), "1 of 2 connections went offline and all works again between 03:00 and 04:00: the minute of the "+
		"sweep is not published;")
	r.Totals.WorksAgainAt.Offsets.Worst = journal.Outcome[journal.Time]{State: journal.Open}
	holds(t, say(t, s), "with other minutes of the sweep not by the end of the run")
}

// TestRangesOfJobs: an assumption under which a job is never disabled does not hide one under which it is disabled
// hours sooner.
func TestRangesOfJobs(t *testing.T) {
	s := outageScript("UTC")
	r := outageRanges()
	j := &r.Jobs[0]
	j.FirstDisabledAt.Worst, j.FirstDisabledAt.WorstUnder = knownly(at("2h20m")), "reset.scope=never"
	s.ranged(r)
	holds(t, say(t, s), "contacts-poll is disabled at 03:39, at worst at 02:20 (reset.scope = never), never with "+
		"threshold.boundary = after; off for")
}
