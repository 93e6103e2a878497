package steps

import (
	"fmt"
	"slices"

	"github.com/outagedrill/outagedrill/sim/journal"
)

// connectionSteps look at connections.
func connectionSteps() []Step {
	return []Step{
		{
			Stage: Checks, Pattern: "connection(s) {names} go(es) offline at {time} because of {class}",
			Example: `connection "acme-main" goes offline at "2h5m" because of vendor_down`,
			Doc:     "The platform took these connections offline at that instant.",
			run:     offlineBecause,
		},
		{
			Stage: Checks, Pattern: "connection(s) {names} stay(s) online",
			Example: `connection "wms-main" stays online`,
			Doc:     "The connections were never offline.",
			run: func(s *Scenario, a []value) error {
				return s.each(a[0], s.connectionNames(), "connection", func(name string) error {
					offline := s.about(journal.ConnectionOffline, name)
					return s.never(offline, "connection "+name+" always online")
				})
			},
		},
		{
			Stage: Checks, Pattern: "connection {connection} is back online at {time}",
			Example: `connection "acme-main" is back online at "3h"`,
			Doc:     "The connection came online at that instant.",
			run: func(s *Scenario, a []value) error {
				return s.each(a[0], s.connectionNames(), "connection", func(name string) error {
					return s.at(s.about(journal.ConnectionOnline, name), a[1], "connection "+name+" online")
				})
			},
		},
		{
			Stage: Checks, Pattern: "re-authorizing {connection} is advised just after {times}",
			Example: `re-authorizing "acme-main" is advised just after "4h40m"`,
			Doc:     "The advice came one nanosecond after each of these instants, and at no other.",
			run:     advisedAfter,
		},
	}
}

// flowSteps look at flows.
func flowSteps() []Step {
	return []Step{
		{
			Stage: Checks, Pattern: "flow(s) {names} pause(s) at {time}",
			Example: `flow "orders-to-wms" pauses at "2h5m"`,
			Doc:     "The flows were paused from that instant on.",
			run:     func(s *Scenario, a []value) error { return s.flowsAt(journal.FlowPaused, a, "paused") },
		},
		{
			Stage: Checks, Pattern: "flow(s) {names} resume(s) at {time}",
			Example: `flow "orders-to-wms" resumes at "3h"`,
			Doc:     "The flows went on at that instant.",
			run: func(s *Scenario, a []value) error {
				return s.flowsAt(journal.FlowResumed, a, "resumed")
			},
		},
		{
			Stage: Checks, Pattern: "flow {flow} is never paused",
			Example: `flow "orders-to-wms" is never paused`,
			Doc:     "The flow was never paused.",
			run: func(s *Scenario, a []value) error {
				return s.each(a[0], s.flowNames(), "flow", func(name string) error {
					return s.never(s.ofFlow(journal.FlowPaused, name), "flow "+name+" never paused")
				})
			},
		},
		{
			Stage: Checks, Pattern: "flow {flow} completes a run at {time}",
			Example: `flow "orders-to-wms" completes a run at "2h5m"`,
			Doc:     "A run of the flow ended well at that instant.",
			run: func(s *Scenario, a []value) error {
				return s.flowsAt(journal.FlowCompleted, a, "run completed")
			},
		},
	}
}

// runSteps look at what flows did.
func runSteps() []Step {
	return []Step{
		{
			Stage: Checks, Pattern: "no call of flow {flow} is made between {time} and {time}",
			Example: `no call of flow "orders-to-wms" is made between "2h5m1s" and "2h59m59s"`,
			Doc:     "The flow called nobody from the first instant up to and including the second.",
			run: func(s *Scenario, a []value) error {
				if err := known("flow", a[0].text, s.flowNames()); err != nil {
					return err
				}
				its := func(e *journal.Entry) bool { return e.Flow == a[0].text }
				return s.silent(its, "flow "+a[0].text, a[1], a[2])
			},
		},
		{
			Stage: Checks, Pattern: "{count} errors of flow {flow} are resolved at {time}",
			Example: `15 errors of flow "orders-to-wms" are resolved at "3h"`,
			Doc:     "So many records that had failed were written at that instant.",
			run:     resolved,
		},
		{
			Stage: Checks, Pattern: "no record is lost or delivered twice, and {count} wait in all",
			Example: `no record is lost or delivered twice, and 18 wait in all`,
			Doc:     "At the end all flows and jobs have all records, once, but those that wait.",
			run:     allDelivered,
		},
	}
}

func (s *Scenario) connectionNames() []string {
	var names []string
	for i := range s.summary.Connections {
		names = append(names, s.summary.Connections[i].ID)
	}
	return names
}

func (s *Scenario) flowNames() []string {
	var names []string
	for i := range s.summary.Flows {
		names = append(names, s.summary.Flows[i].ID)
	}
	return names
}

// each checks every name, or the one, which must be of the timeline.
func (s *Scenario) each(v value, all []string, what string, check func(name string) error) error {
	names := v.names
	if names == nil {
		names = []string{v.text}
	}
	for _, n := range names {
		if err := known(what, n, all); err != nil {
			return err
		}
		if err := check(n); err != nil {
			return err
		}
	}
	return nil
}

func (s *Scenario) about(kind journal.Kind, connection string) []*journal.Entry {
	return pick(s.entries, kind, func(e *journal.Entry) bool { return e.Connection == connection })
}

func (s *Scenario) ofFlow(kind journal.Kind, flow string) []*journal.Entry {
	return pick(s.entries, kind, func(e *journal.Entry) bool { return e.Flow == flow })
}

func (s *Scenario) flowsAt(kind journal.Kind, a []value, what string) error {
	return s.each(a[0], s.flowNames(), "flow", func(name string) error {
		return s.at(s.ofFlow(kind, name), a[1], "flow "+name+" "+what)
	})
}

func offlineBecause(s *Scenario, a []value) error {
	return s.each(a[0], s.connectionNames(), "connection", func(name string) error {
		all := s.about(journal.ConnectionOffline, name)
		if slices.ContainsFunc(all, func(e *journal.Entry) bool {
			return e.At == s.instant(a[1].span) && e.Class == a[2].text
		}) {
			return nil
		}
		word := func(at, class string) string {
			return fmt.Sprintf("connection %s offline at %s because of %s", name, at, class)
		}
		return &mismatch{word(a[1].text, a[2].text), s.words(all, func(e *journal.Entry) string {
			return word(s.offset(e.At), e.Class)
		})}
	})
}

func advisedAfter(s *Scenario, a []value) error {
	after := value{text: "1ns after " + a[1].text}
	for _, span := range a[1].spans {
		after.spans = append(after.spans, span+1)
	}
	return s.only(s.about(journal.AdviceReauthorize, a[0].text), after, "re-authorizing advised")
}

func resolved(s *Scenario, a []value) error {
	all := s.ofFlow(journal.ErrorResolved, a[1].text)
	var n int64
	for _, e := range all {
		if e.At == s.instant(a[2].span) {
			n += e.Count
		}
	}
	if n == a[0].count {
		return nil
	}
	return &mismatch{
		fmt.Sprintf("%d errors of flow %s resolved at %s", a[0].count, a[1].text, a[2].text),
		s.words(all, func(e *journal.Entry) string {
			return fmt.Sprintf("%d at %s", e.Count, s.offset(e.At))
		}),
	}
}

func allDelivered(s *Scenario, a []value) error {
	var lost, doubled, waiting int64
	for i := range s.summary.Flows {
		f := &s.summary.Flows[i]
		lost, doubled, waiting = lost+f.Lost, doubled+f.Duplicated, waiting+f.Waiting+f.OpenErrors
	}
	for i := range s.summary.Jobs {
		j := &s.summary.Jobs[i]
		lost, doubled, waiting = lost+j.Lost, doubled+j.Duplicated, waiting+j.Waiting
	}
	return complete("in all", lost, doubled, waiting, a[0].count)
}
