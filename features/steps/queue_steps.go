package steps

import (
	"fmt"
	"slices"

	"github.com/outagedrill/outagedrill/sim/journal"
)

// queueSteps look at the runs of flows: how they are held up, and in which order they go on.
func queueSteps() []Step {
	return []Step{
		{
			Stage: Checks, Pattern: "flow {flow} pauses at {time} with a run in progress",
			Example: `flow "orders-to-wms" pauses at "2h5m" with a run in progress`,
			Doc:     "The flow was paused at that instant, and its run frozen.",
			run: func(s *Scenario, a []value) error {
				return s.pausedAs(a[0], a[1], "frozen", "with a run in progress")
			},
		},
		{
			Stage: Checks, Pattern: "flow {flow} pauses at {time} while idle",
			Example: `flow "orders-to-wms" pauses at "2h5m" while idle`,
			Doc:     "The flow was paused at that instant, with no run in progress.",
			run: func(s *Scenario, a []value) error {
				return s.pausedAs(a[0], a[1], "", "with no run in progress")
			},
		},
		{
			Stage: Checks, Pattern: "flow {flow} is paused {count} time(s) in all",
			Example: `flow "orders-to-wms" is paused 2 times in all`,
			Doc:     "How often the flow was paused.",
			run: func(s *Scenario, a []value) error {
				return s.each(a[0], func(name string) error {
					paused := s.ofFlow(journal.FlowPaused, name)
					return equal("pauses of flow "+name, int64(len(paused)), a[1].count)
				})
			},
		},
		{
			Stage: Checks, Pattern: "flow {flow} resumes only at {times}",
			Example: `flow "orders-to-wms" resumes only at "3h, 5h"`,
			Doc:     "When the flow went on after a pause: all instants.",
			run: func(s *Scenario, a []value) error {
				return s.only(s.ofFlow(journal.FlowResumed, a[0].text), a[1], "flow "+a[0].text+" resumed")
			},
		},
		{
			Stage: Checks, Pattern: "flow {flow} is paused to the end",
			Example: `flow "orders-to-wms" is paused to the end`,
			Doc:     "What the platform says of the flow at the end of the run.",
			run: func(s *Scenario, a []value) error {
				f, err := s.flow(a[0])
				if err != nil || f.State == "paused" {
					return err
				}
				return &mismatch{"flow " + a[0].text + " paused at the end", f.State}
			},
		},
		{
			Stage: Checks, Pattern: "flow {flow} queues runs only at {times}",
			Example: `flow "orders-to-wms" queues runs only at "2h15m, 4h15m"`,
			Doc:     "When a run of the flow had to wait: all instants.",
			run: func(s *Scenario, a []value) error {
				queued := s.ofFlow(journal.FlowQueued, a[0].text)
				return s.only(queued, a[1], "runs of flow "+a[0].text+" queued")
			},
		},
		{
			Stage: Checks, Pattern: "a queued run of flow {flow} starts at {time}",
			Example: `a queued run of flow "orders-to-wms" starts at "3h"`,
			Doc:     "A run that had waited started at that instant.",
			run: func(s *Scenario, a []value) error {
				queued := map[int64]bool{}
				for _, e := range s.ofFlow(journal.FlowQueued, a[0].text) {
					queued[e.Seq] = true
				}
				starts := s.ofFlow(journal.FlowStarted, a[0].text)
				started := slices.DeleteFunc(starts, func(e *journal.Entry) bool {
					return e.Cause == nil || !queued[*e.Cause]
				})
				return s.at(started, a[1], "flow "+a[0].text+" started a queued run")
			},
		},
		{
			Stage:   Checks,
			Pattern: "flow {flow} completes a run at {time} with {count} record(s) in {count} page(s)",
			Example: `flow "orders-to-wms" completes a run at "3h" with 120 records in 2 pages`,
			Doc:     "What the run wrote, and what it read, from its start to its end.",
			run:     completedWith,
		},
		{
			Stage: Checks, Pattern: "a run of flow {flow} fails at {time}",
			Example: `a run of flow "orders-to-wms" fails at "2h"`,
			Doc:     "A run of the flow ended badly at that instant.",
			run: func(s *Scenario, a []value) error {
				return s.flowsAt(journal.FlowFailed, a, "run failed")
			},
		},
		{
			Stage: Checks, Pattern: "flow {flow} starts {count} run(s)",
			Example: `flow "orders-to-wms" starts 8 runs`,
			Doc:     "How many runs of the flow started in all.",
			run: func(s *Scenario, a []value) error {
				f, err := s.flow(a[0])
				if err != nil {
					return err
				}
				return equal("runs of flow "+a[0].text, f.Runs, a[1].count)
			},
		},
		{
			Stage: Checks, Pattern: "from {time} on the runs of flows {flows} end in this order",
			Example: `from "3h" on the runs of flows "orders-to-wms, reports-to-wms" end in this order`,
			Doc:     "The first runs that end well from that instant on.",
			run:     endInOrder,
		},
	}
}

// flow is a flow's part of the summary.
func (s *Scenario) flow(name value) (*journal.FlowSummary, error) {
	for i := range s.summary.Flows {
		if f := &s.summary.Flows[i]; f.ID == name.text {
			return f, nil
		}
	}
	return nil, fmt.Errorf("the summary lacks flow %q", name.text)
}

func (s *Scenario) pausedAs(flow, at value, state, how string) error {
	all := s.ofFlow(journal.FlowPaused, flow.text)
	if slices.ContainsFunc(all, func(e *journal.Entry) bool {
		return e.At == s.instant(at.span) && e.State == state
	}) {
		return nil
	}
	return &mismatch{
		fmt.Sprintf("flow %s paused at %s %s", flow.text, at.text, how),
		s.words(all, func(e *journal.Entry) string {
			if e.State == "frozen" {
				return "at " + s.offset(e.At) + " with a run in progress"
			}
			return "at " + s.offset(e.At) + " with no run in progress"
		}),
	}
}

func completedWith(s *Scenario, a []value) error {
	all := s.ofFlow(journal.FlowCompleted, a[0].text)
	if slices.ContainsFunc(all, func(e *journal.Entry) bool {
		return e.At == s.instant(a[1].span) && e.Records == a[2].count && e.Pages == a[3].count
	}) {
		return nil
	}
	const form = "run of %s completed at %s with %d records in %d pages"
	return &mismatch{
		fmt.Sprintf(form, a[0].text, a[1].text, a[2].count, a[3].count),
		s.words(all, func(e *journal.Entry) string {
			return fmt.Sprintf(form, e.Flow, s.offset(e.At), e.Records, e.Pages)
		}),
	}
}

func endInOrder(s *Scenario, a []value) error {
	ended := pick(s.entries, journal.FlowCompleted, func(e *journal.Entry) bool {
		return e.At >= s.instant(a[0].span) && slices.Contains(a[1].names, e.Flow)
	})
	var names []string
	for _, e := range ended {
		names = append(names, e.Flow)
	}
	if len(names) >= len(a[1].names) && slices.Equal(names[:len(a[1].names)], a[1].names) {
		return nil
	}
	return &mismatch{"the runs from " + a[0].text + " on to end in the order " + a[1].text, some(names)}
}

// callSteps look at the calls of flows.
func callSteps() []Step {
	return []Step{
		{
			Stage: Checks, Pattern: "calls of flow {flow} fail only at {times}",
			Example: `calls of flow "orders-to-wms" fail only at "2h, 2h5s"`,
			Doc:     "The instants at which calls of the flow ended badly: all of them.",
			run: func(s *Scenario, a []value) error {
				failed := pick(s.entries, journal.CallFinished, func(e *journal.Entry) bool {
					return e.Flow == a[0].text && e.Class != "ok"
				})
				return s.only(failed, a[1], "calls of flow "+a[0].text+" failed")
			},
		},
		{
			Stage: Checks, Pattern: "every failed call of flow {flow} was {class}",
			Example: `every failed call of flow "orders-to-wms" was rate_limited`,
			Doc:     "The flow had failed calls, and all were of that class.",
			run: func(s *Scenario, a []value) error {
				failed := s.ofFlow(journal.CallsFailed, a[0].text)
				return s.allOf(failed, "failed calls of flow "+a[0].text, a[1].text)
			},
		},
		{
			Stage: Checks, Pattern: "flow {flow} makes {count} call(s) between {time} and {time}",
			Example: `flow "orders-to-wms" makes 7 calls between "2h" and "2h5m"`,
			Doc:     "Calls that ended from the first instant up to and including the second.",
			run: func(s *Scenario, a []value) error {
				calls := pick(s.entries, journal.CallFinished, func(e *journal.Entry) bool {
					return e.Flow == a[0].text && e.At >= s.instant(a[2].span) && e.At <= s.instant(a[3].span)
				})
				return equal("calls of flow "+a[0].text, int64(len(calls)), a[1].count)
			},
		},
		{
			Stage: Checks, Pattern: "no call to {application} is made between {time} and {time}",
			Example: `no call to "acme" is made between "2h5m1s" and "2h59m59s"`,
			Doc: "No call to the application ended from the first instant " +
				"up to and including the second.",
			run: func(s *Scenario, a []value) error {
				its := func(e *journal.Entry) bool { return e.Application == a[0].text }
				return s.silent(its, a[0].text, a[1], a[2])
			},
		},
	}
}
