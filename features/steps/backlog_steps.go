package steps

import (
	"fmt"
	"time"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/sim/journal"
	"github.com/outagedrill/outagedrill/sim/timeline"
)

// loadSteps describe how much comes, how it is taken, and what is too late.
func loadSteps() []Step {
	return []Step{
		{
			Pattern: "calls to {application} take {duration}, one in 100 {duration} or more",
			Example: `calls to "acme" take "200ms", one in 100 "2s" or more`,
			Doc: "Half of the answers take less than the first, drawn by the seed from a log-normal " +
				"distribution.",
			run: func(s *Scenario, a []value) error {
				return s.setting(a[0], "latency", pairs("median", a[1].text, "p99", a[2].text))
			},
		},
		{
			Pattern: "records of flow {flow} are late after {duration}",
			Example: `records of flow "orders-to-wms" are late after "4h"`,
			Doc:     "Sets the flow's deadline: the age at which a record is late.",
			run: func(s *Scenario, a []value) error {
				s.draft.in("flows").in(a[0].text).set("deadline", a[1].text)
				return nil
			},
		},
		{
			Pattern: "records of job {job} are late after {duration}",
			Example: `records of job "contacts-poll" are late after "4h"`,
			Doc:     "Sets the polling job's deadline: the age at which a record is late.",
			run: func(s *Scenario, a []value) error {
				s.draft.in("polling_jobs").in(a[0].text).set("deadline", a[1].text)
				return nil
			},
		},
		{
			Pattern: "events are pushed to flow {flow}, which holds {count} of them",
			Example: `events are pushed to flow "orders-to-wms", which holds 500 of them`,
			Doc: "The source pushes its records (webhooks), and the flow's intake keeps so many that no " +
				"run has taken yet; others are refused, and lost.",
			run: func(s *Scenario, a []value) error {
				s.intake(a[0]).set("buffer", a[1].count)
				return nil
			},
		},
		{
			Pattern: "events that flow {flow} refuses are sent again for {duration}",
			Example: `events that flow "orders-to-wms" refuses are sent again for "4h"`,
			Doc:     "They get in as soon as there is room; after so long they are lost.",
			run: func(s *Scenario, a []value) error {
				s.intake(a[0]).set("retries", a[1].text)
				return nil
			},
		},
		{
			Pattern: "events are dropped where flow {flow} has no room",
			Example: `events are dropped where flow "orders-to-wms" has no room`,
			Doc:     "The sender thinks that they came: they are lost.",
			run: func(s *Scenario, a []value) error {
				s.intake(a[0]).set("when_full", "drop")
				return nil
			},
		},
		{
			Pattern: "flow {flow} takes no events while it is paused",
			Example: `flow "orders-to-wms" takes no events while it is paused`,
			Doc:     "In a pause its intake counts as full; otherwise it goes on.",
			run: func(s *Scenario, a []value) error {
				s.intake(a[0]).set("while_paused", "full")
				return nil
			},
		},
	}
}

// intake is what stands in front of a flow whose source pushes.
func (s *Scenario) intake(flow value) *object { return s.draft.in("flows").in(flow.text).in("intake") }

// backlogSteps look at what waited, was late, or was lost before it was taken, and at what is left to people.
func backlogSteps() []Step {
	return []Step{
		{
			Stage: Checks,
			Pattern: "of flow {flow} {count} record(s) (was/were) late " +
				"and {count} (is/are) past the deadline",
			Example: `of flow "orders-to-wms" 59 records were late and 0 are past the deadline`,
			Doc:     "Records older than the deadline when they were delivered, and older ones that are not.",
			run: func(s *Scenario, a []value) error {
				f, err := s.flow(a[0])
				if err != nil {
					return err
				}
				return overdue("flow "+a[0].text, f.Late, f.PastDeadline, a)
			},
		},
		{
			Stage: Checks,
			Pattern: "of job {job} {count} record(s) (was/were) late " +
				"and {count} (is/are) past the deadline",
			Example: `of job "contacts-poll" 59 records were late and 0 are past the deadline`,
			Doc:     "Records older than the deadline when they were delivered, and older ones that are not.",
			run: func(s *Scenario, a []value) error {
				j, err := s.job(a[0])
				if err != nil {
					return err
				}
				return overdue("job "+a[0].text, j.Late, j.PastDeadline, a)
			},
		},
		{
			Stage:   Checks,
			Pattern: "flow {flow} refused {count} event(s) and held {count} at most",
			Example: `flow "orders-to-wms" refused 40 events and held 20 at most`,
			Doc: "Events that found no room at first, dropped ones too, " +
				"and the most that its intake held.",
			run: func(s *Scenario, a []value) error {
				f, err := s.flow(a[0])
				switch {
				case err != nil:
					return err
				case f.Intake == nil:
					return &mismatch{"events that are pushed to flow " + a[0].text, "it reads its source"}
				}
				const form = "%d refused, %d held at most"
				return same("events of flow "+a[0].text,
					fmt.Sprintf(form, f.Intake.Refused, f.Intake.BufferPeak),
					fmt.Sprintf(form, a[1].count, a[2].count))
			},
		},
		{
			Stage: Checks, Pattern: "flow {flow} moved {count} record(s) an hour when more waited",
			Example: `flow "orders-to-wms" moved 7200 records an hour when more waited`,
			Doc:     "The flow's capacity: a backlog never drains while as much comes.",
			run: func(s *Scenario, a []value) error {
				f, err := s.flow(a[0])
				if err != nil {
					return err
				}
				if f.CapacityPerHour == nil {
					const none = "none: pages never followed one another in time"
					return &mismatch{"a capacity of " + a[1].text, none}
				}
				return equal("records an hour of flow "+a[0].text, *f.CapacityPerHour, a[1].count)
			},
		},
		{
			Stage:   Checks,
			Pattern: "job {job} is off for {duration}, {duration} of it while its vendor is well",
			Example: `job "contacts-poll" is off for "8h", "6h" of it while its vendor is well`,
			Doc:     "From each disablement by the platform until somebody enables the job, or to the end.",
			run: func(s *Scenario, a []value) error {
				j, err := s.job(a[0])
				if err != nil {
					return err
				}
				word := func(off, well time.Duration) string {
					const form = "%s, while its vendor is well %s"
					return fmt.Sprintf(form, timeline.Span(off), timeline.Span(well))
				}
				return same("time off of job "+a[0].text,
					word(time.Duration(j.OffFor), time.Duration(j.OffAfterWell)), word(a[1].span, a[2].span))
			},
		},
		{
			Stage: Checks, Pattern: "people take {count} step(s), and {count} (is/are) left to do",
			Example: `people take 2 steps, and 1 is left to do`,
			Doc: "Enables, re-authorizations and retries of errors: what people did, " +
				"and what is still to do at the end.",
			run: func(s *Scenario, a []value) error {
				t := &s.summary.Totals
				const form = "%d taken, %d left"
				return same("steps of people",
					fmt.Sprintf(form, t.ManualSteps-t.ManualStepsLeft, t.ManualStepsLeft),
					fmt.Sprintf(form, a[0].count, a[1].count))
			},
		},
		{
			Stage:   Checks,
			Pattern: "whatever the minute of the hourly test, flow {flow} resumes between {time} and {time}",
			Example: `whatever the minute of the hourly test, ` +
				`flow "orders-to-wms" resumes between "3h" and "3h59m"`,
			Doc: "Plays the same timeline on the simulator with each minute of the hour; the flow's first " +
				"resumption comes at the first instant at best, at the second at worst.",
			run: resumesBetween,
		},
	}
}

// overdue compares records that were late and those that are past the deadline: a[1] and a[2].
func overdue(whose string, late, past int64, a []value) error {
	const form = "%d late, %d past the deadline"
	return same("records of "+whose, fmt.Sprintf(form, late, past), fmt.Sprintf(form, a[1].count, a[2].count))
}

// resumesBetween plays each offset of the hourly test, which no source documents (OUT-06).
func resumesBetween(s *Scenario, a []value) error {
	var first, last journal.Time
	for minute := range 60 {
		at, ok, err := s.resumedAt(a[0].text, time.Duration(minute)*time.Minute)
		switch {
		case err != nil:
			return err
		case !ok:
			return &mismatch{
				"flow " + a[0].text + " to resume",
				fmt.Sprintf("it does not, with the test at minute %d of the hour", minute),
			}
		}
		if minute == 0 || at < first {
			first = at
		}
		last = max(last, at)
	}
	word := func(from, to string) string { return "between " + from + " and " + to }
	return same("flow "+a[0].text+" resumes", word(s.offset(first), s.offset(last)),
		word(s.offset(s.instant(a[1].span)), s.offset(s.instant(a[2].span))))
}

// resumedAt is when a flow first resumes with another offset of the hourly test.
func (s *Scenario) resumedAt(flow string, offset time.Duration) (at journal.Time, ok bool, err error) {
	opt := s.opt
	opt.Entries = func(engine.Time, engine.Seq, *engine.Entry) {}
	if opt.Flows, err = opt.Flows.Override("sweep.offset", timeline.Span(offset).String()); err != nil {
		return 0, false, err
	}
	_, err = Simulator().Play(s.ctx, s.tl, opt, func(e *journal.Entry) error {
		if e.Kind == journal.FlowResumed && e.Flow == flow && !ok {
			at, ok = e.At, true
		}
		return nil
	})
	return at, ok, err
}
