package steps

import (
	"fmt"
	"time"

	"github.com/outagedrill/outagedrill/sim/journal"
	"github.com/outagedrill/outagedrill/sim/timeline"
)

// outageFigureSteps look at the figures of outages.
func outageFigureSteps() []Step {
	return []Step{
		{
			Stage: Checks, Pattern: "the outages of {application} begin at {times} and end at {times}",
			Example: `the outages of "acme" begin at "2h, 5h" and end at "3h, 6h"`,
			Doc:     "The outages of the application that the summary counts, and no others.",
			run:     outagesAre,
		},
		{
			Stage: Checks, Pattern: "the {figure} of the outage of {application} at {time} is {duration}",
			Example: `the recovery delay of the outage of "acme" at "2h" is "30m"`,
			Doc:     "A figure of the outage that began at that instant.",
			run: func(s *Scenario, a []value) error {
				return s.delay(a, timeline.Span(a[3].span).String())
			},
		},
		{
			Stage: Checks, Pattern: "the outage of {application} at {time} has no {figure}",
			Example: `the outage of "acme" at "2h" has no first notice`,
			Doc:     "It never came to that: the platform did not notice, did not recover, told nobody.",
			run: func(s *Scenario, a []value) error {
				return s.delay([]value{a[2], a[0], a[1]}, "none")
			},
		},
		{
			Stage: Checks,
			Pattern: "the outage of {application} at {time} wastes {count} call(s) " +
				"and disables {count} job(s)",
			Example: `the outage of "acme" at "2h" wastes 7 calls and disables 0 jobs`,
			Doc:     "The calls that a fault of that outage answered, and the jobs that it disabled.",
			run: func(s *Scenario, a []value) error {
				o, err := s.outage(a[0], a[1])
				if err != nil {
					return err
				}
				if err := equal("wasted calls", o.WastedCalls, a[2].count); err != nil {
					return err
				}
				return equal("disabled jobs", int64(o.JobsDisabled), a[3].count)
			},
		},
	}
}

// figureSteps look at the figures of flows and polling jobs.
func figureSteps() []Step {
	return []Step{
		{
			Stage: Checks,
			Pattern: "flow {flow} delivered {count} record(s), {count} wait(s), {count} (has/have) errors " +
				"and {count} (is/are) lost",
			Example: `flow "orders-to-wms" delivered 90 records, 59 wait, 20 have errors and 10 are lost`,
			Doc:     "Where each record of the flow's source is at the end of the run.",
			run: func(s *Scenario, a []value) error {
				f, err := s.flow(a[0])
				if err != nil {
					return err
				}
				const form = "%d delivered, %d waiting, %d with errors, %d lost"
				return same("records of flow "+a[0].text,
					fmt.Sprintf(form, f.Delivered, f.Waiting, f.OpenErrors, f.Lost),
					fmt.Sprintf(form, a[1].count, a[2].count, a[3].count, a[4].count))
			},
		},
		{
			Stage:   Checks,
			Pattern: "job {job} delivered {count} record(s), {count} wait(s) and {count} (is/are) lost",
			Example: `job "contacts-poll" delivered 120 records, 59 wait and 0 are lost`,
			Doc:     "Where each record of the job's resources is at the end of the run.",
			run: func(s *Scenario, a []value) error {
				j, err := s.job(a[0])
				if err != nil {
					return err
				}
				const form = "%d delivered, %d waiting, %d lost"
				return same("records of job "+a[0].text, fmt.Sprintf(form, j.Delivered, j.Waiting, j.Lost),
					fmt.Sprintf(form, a[1].count, a[2].count, a[3].count))
			},
		},
		{
			Stage: Checks, Pattern: "{count} record(s) came into being and {count} (was/were) delivered",
			Example: `179 records came into being and 210 were delivered`,
			Doc:     "The totals of the run; a record that two jobs read is delivered twice, once to each.",
			run: func(s *Scenario, a []value) error {
				if err := equal("records created", s.summary.Totals.RecordsCreated, a[0].count); err != nil {
					return err
				}
				return equal("records delivered", s.summary.Totals.RecordsDelivered, a[1].count)
			},
		},
		{
			Stage:   Checks,
			Pattern: "records of flow {flow} are {duration} late at most, 95 of 100 at most {duration}",
			Example: `records of flow "orders-to-wms" are "19s" late at most, 95 of 100 at most "18s"`,
			Doc: "The lateness of the flow's records in whole seconds: " +
				"the maximum, and the 95th percentile.",
			run: func(s *Scenario, a []value) error {
				f, err := s.flow(a[0])
				if err != nil {
					return err
				}
				word := func(most, p95 time.Duration) string {
					return timeline.Span(most).String() + " at most, 95 of 100 " + timeline.Span(p95).String()
				}
				return same("lateness of flow "+a[0].text,
					word(time.Duration(f.LateMax), time.Duration(f.LateP95)), word(a[1].span, a[2].span))
			},
		},
		{
			Stage:   Checks,
			Pattern: "the backlog of flow {flow} peaks at {count} record(s) and is drained at {time}",
			Example: `the backlog of flow "orders-to-wms" peaks at 75 records and is drained at "3h"`,
			Doc:     "The largest backlog, and when its last record was delivered or lost.",
			run: func(s *Scenario, a []value) error {
				return s.backlog(a, s.offset(s.instant(a[2].span)))
			},
		},
		{
			Stage: Checks, Pattern: "the backlog of flow {flow} peaks at {count} record(s) and never drains",
			Example: `the backlog of flow "orders-to-wms" peaks at 75 records and never drains`,
			Doc:     "The largest backlog, of which a record is still there at the end.",
			run:     func(s *Scenario, a []value) error { return s.backlog(a, "never") },
		},
		{
			Stage: Checks, Pattern: "the margin of job {job} is {count} failure(s)",
			Example: `the margin of job "contacts-poll" is 91 failures`,
			Doc:     "How many more failures in a row would have disabled the job.",
			run: func(s *Scenario, a []value) error {
				j, err := s.job(a[0])
				if err != nil {
					return err
				}
				if j.Margin == nil {
					return &mismatch{"a margin of " + a[1].text, "none"}
				}
				return equal("margin of job "+a[0].text, int64(*j.Margin), a[1].count)
			},
		},
		{
			Stage: Checks, Pattern: "job {job} has no margin",
			Example: `job "contacts-poll" has no margin`,
			Doc:     "The platform disabled the job.",
			run: func(s *Scenario, a []value) error {
				j, err := s.job(a[0])
				if err != nil || j.Margin == nil {
					return err
				}
				return &mismatch{"no margin of job " + a[0].text, fmt.Sprint(*j.Margin)}
			},
		},
	}
}

// same wants a figure in words.
func same(what, got, want string) error {
	if got == want {
		return nil
	}
	return &mismatch{what + ": " + want, got}
}

// outage is the outage of an application that began at an instant.
func (s *Scenario) outage(application, at value) (*journal.Outage, error) {
	var seen []string
	for i := range s.summary.Outages {
		o := &s.summary.Outages[i]
		if o.Application != application.text {
			continue
		}
		if o.From == s.instant(at.span) {
			return o, nil
		}
		seen = append(seen, "from "+s.offset(o.From))
	}
	return nil, &mismatch{"an outage of " + application.text + " from " + at.text, some(seen)}
}

func outagesAre(s *Scenario, a []value) error {
	if len(a[1].spans) != len(a[2].spans) {
		return fmt.Errorf("%d beginnings and %d ends (want as many)", len(a[1].spans), len(a[2].spans))
	}
	word := func(from, to string) string { return "from " + from + " to " + to }
	var want, seen []string
	for i, from := range a[1].spans {
		want = append(want, word(timeline.Span(from).String(), timeline.Span(a[2].spans[i]).String()))
	}
	for i := range s.summary.Outages {
		if o := &s.summary.Outages[i]; o.Application == a[0].text {
			seen = append(seen, word(s.offset(o.From), s.offset(o.To)))
		}
	}
	return same("outages of "+a[0].text, list(seen), list(want))
}

// delay compares a figure of an outage: a[0] says which, a[1] and a[2] the outage.
func (s *Scenario) delay(a []value, want string) error {
	o, err := s.outage(a[1], a[2])
	if err != nil {
		return err
	}
	got := map[string]*journal.Seconds{
		"detection delay": o.DetectionDelay, "recovery delay": o.RecoveryDelay, "first notice": o.FirstNotice,
	}[a[0].text]
	seen := "none"
	if got != nil {
		seen = timeline.Span(*got).String()
	}
	return same(a[0].text, seen, want)
}

// backlog compares the peak of a flow's backlog and when it was drained: a[0] is the flow, a[1] the peak.
func (s *Scenario) backlog(a []value, drained string) error {
	f, err := s.flow(a[0])
	if err != nil {
		return err
	}
	seen := "never"
	if f.BacklogDrainedAt != nil {
		seen = s.offset(*f.BacklogDrainedAt)
	}
	const form = "%d records, drained: %s"
	return same("peak of the backlog of flow "+a[0].text, fmt.Sprintf(form, f.BacklogPeak, seen),
		fmt.Sprintf(form, a[1].count, drained))
}
