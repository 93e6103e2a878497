package reports_test

import (
	"testing"

	"github.com/outagedrill/outagedrill/sim/journal"
)

// told is the paused flow's story with its counters at the end changed.
func told(t *testing.T, change func(s *script, c *journal.Counters)) string {
	t.Helper()
	s := pausedScript("frozen")
	c := counters()
	change(s, &c)
	return say(t, s.finish(c))
}

func TestDeadlines(t *testing.T) {
	limits := func(s *script) {
		s.run.Flows[0].DeadlineSeconds = 2 * 3600e9
		s.run.Jobs[1].DeadlineSeconds = 1800e9
	}
	said := told(t, func(s *script, _ *journal.Counters) { limits(s) })
	holds(t, said, "No record missed its deadline (orders-to-wms 2 h and stock-poll 30 min).")
	said = told(t, func(s *script, c *journal.Counters) {
		limits(s)
		c.Flows[0].Late, c.Flows[0].PastDeadline = 119, 1
		c.Jobs[1].PastDeadline = 3
	})
	holds(t, said, "orders-to-wms: 119 records were delivered after the deadline of 2 h, and 1 is past it and not delivered.",
		"stock-poll: 3 records are past the deadline of 30 min and not delivered.")
	lacks(t, said, "missed its deadline")
	said = told(t, func(s *script, c *journal.Counters) {
		limits(s)
		c.Jobs[1].Late = 1
	})
	holds(t, said, "stock-poll: 1 record was delivered after the deadline of 30 min.", "(orders-to-wms 2 h)")
	lacks(t, told(t, func(*script, *journal.Counters) {}), "deadline")
}

func TestBacklogAtTheEnd(t *testing.T) {
	endsWith := func(change, capacity int64) string {
		return told(t, func(_ *script, c *journal.Counters) {
			f := &c.Flows[0]
			f.BacklogPeak, f.BacklogDrainedAt = 30000, nil
			f.BacklogChangePerHour = &change
			f.Drain = &journal.Drain{From: at("23h"), To: at("24h"), Arrived: 24000, Delivered: 24000 - change}
			if capacity > 0 {
				f.CapacityPerHour = &capacity
			}
		})
	}
	holds(t, endsWith(6000, 18000), "backlog of up to 30,000 records, not drained by the end of the run and growing by 6,000 an "+
		"hour (from 23:00 on 24,000 came and 18,000 were delivered); the flow can move up to 18,000 an hour, and "+
		"catches up only while fewer than that come.")
	holds(t, endsWith(-6000, 0), "and shrinking by 6,000 an hour (from 23:00 on 24,000 came and 30,000 were delivered).")
	holds(t, endsWith(0, 0), "and neither growing nor shrinking (from 23:00")
	lacks(t, told(t, func(*script, *journal.Counters) {}), "growing", "can move")
	said := told(t, func(_ *script, c *journal.Counters) {
		f := &c.Flows[0]
		f.OpenErrors, f.BacklogPeak, f.BacklogDrainedAt, f.BacklogErrorsSince = 3, 30, nil, new(at("5h"))
	})
	holds(t, said, "backlog of up to 30 records, drained but for open errors at 05:00.")
	meanwhile := func(came int64) string {
		return told(t, func(_ *script, c *journal.Counters) {
			f := &c.Flows[0]
			f.BacklogPeak, f.BacklogDrainedAt = 30, new(at("5h"))
			f.Drain = &journal.Drain{From: at("4h"), To: at("5h"), Arrived: came, Delivered: 30}
		})
	}
	holds(t, meanwhile(3), "backlog of up to 30 records, drained at 05:00, when 3 more had come.")
	holds(t, meanwhile(2), "backlog of up to 30 records, drained at 05:00.")
}

// TestCannotKeepUp: a flow is behind for good where more comes than it can move, and its backlog grows.
func TestCannotKeepUp(t *testing.T) {
	said := func(vary func(*journal.FlowCounters)) string {
		return told(t, func(_ *script, c *journal.Counters) {
			f := &c.Flows[0]
			f.BacklogPeak, f.BacklogDrainedAt = 900, nil
			f.CapacityPerHour, f.BacklogChangePerHour = new(int64(600)), new(int64(50))
			f.Drain = &journal.Drain{From: at("22h"), To: at("24h"), Arrived: 1300, Delivered: 1200} // 650 an hour
			vary(f)
		})
	}
	const behind = "orders-to-wms cannot keep up with what comes."
	holds(t, said(func(*journal.FlowCounters) {}), behind)
	for name, vary := range map[string]func(*journal.FlowCounters){
		"as much comes as it can move": func(f *journal.FlowCounters) { f.Drain.Arrived = 1200 },
		"the backlog stays":            func(f *journal.FlowCounters) { f.BacklogChangePerHour = new(int64(0)) },
		"it was drained":               func(f *journal.FlowCounters) { f.BacklogDrainedAt = new(at("20h")) },
		"it never had more to read":    func(f *journal.FlowCounters) { f.CapacityPerHour = nil },
		"the run was too short":        func(f *journal.FlowCounters) { f.BacklogChangePerHour = nil },
	} {
		t.Run(name, func(t *testing.T) { lacks(t, said(vary), "cannot keep up") })
	}
}

func TestErrorsWithoutRetryData(t *testing.T) {
	said := told(t, func(_ *script, c *journal.Counters) {
		c.Flows[0].OpenErrors, c.Flows[0].UnretryableErrors = 25000, 5000
	})
	holds(t, said, "25,000 records stand as open errors at the end; the retry data of 5,000 of them is gone, and somebody "+
		"has to resolve them by hand.", "Somebody has to take 1 step: retry or mend the errors of orders-to-wms.")
}

func TestPeople(t *testing.T) {
	s := pausedScript("frozen")
	s.add("4h", journal.PersonLeft, 0, journal.Entry{Who: "ops@example.com", Until: new(at("6h"))})
	s.add("5h", journal.PersonLeft, 0, journal.Entry{Who: "bi@example.com"})
	s.add("7h", journal.FaultBegan, 0, journal.Entry{Fault: "mail_late", How: "20m", Until: new(at("8h"))})
	s.add("9h", journal.ConnectionReauthorized, 0, journal.Entry{Connection: "acme-main", Result: "saved"})
	d := s.add("10h", journal.JobDisabled, 0, journal.Entry{Job: "stock-poll", By: "platform", Resource: "stock"})
	s.add("12h", journal.JobEnabled, d, journal.Entry{Job: "stock-poll", By: "operator"})
	s.add("20h", journal.JobDisabled, 0, journal.Entry{Job: "contacts-poll", By: "platform", Resource: "contacts"})
	both(t, s.finish(counters()), []string{
		"People took 2 steps, and 1 step is left: enable contacts-poll.",
		"contacts-poll was off for 4 h, 4 h of it with the vendor well; nobody has enabled it.",
		"stock-poll was off for 2 h, 2 h of it with the vendor well, until somebody enabled it.",
		"ops@example.com was away from 04:00 to 06:00.", "bi@example.com was away from 05:00 to the end of the run.",
		"mail: late by 20m",
	}, nil)
	lacks(t, say(t, pausedScript("frozen").finish(counters())), "People")
}

func TestIntakes(t *testing.T) {
	pushed := func(refused, lost int64) string {
		return told(t, func(s *script, c *journal.Counters) {
			s.run.Flows[0].Buffer = 100
			c.Flows[0].Lost, c.Flows[0].Intake = lost, &journal.Intake{BufferPeak: 100, Refused: refused}
		})
	}
	said := pushed(50, 20)
	holds(t, said, "orders-to-wms: 20 records lost; the intake had no room for them, and nobody sent them again in time.",
		"orders-to-wms: the intake, with room for 100 events, had none for 50; 30 of them got in later or still wait with "+
			"the sender.")
	lacks(t, said, "expired")
	holds(t, pushed(20, 20), "had none for 20.")
	lacks(t, pushed(0, 0), "intake")
}
