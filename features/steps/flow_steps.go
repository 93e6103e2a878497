package steps

import (
	"fmt"
	"slices"

	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/sim/journal"
)

// connectionSteps look at connections.
func connectionSteps() []Step {
	return []Step{
		{
			Stage: Checks, Pattern: "connection(s) {connections} go(es) offline at {time} because of {class}",
			Example: `connection "acme-main" goes offline at "2h5m" because of vendor_down`,
			Doc:     "The platform took these connections offline at that instant.",
			run:     offlineBecause,
		},
		{
			Stage: Checks, Pattern: "connection(s) {connections} stay(s) online",
			Example: `connection "wms-main" stays online`,
			Doc:     "The connections were never offline.",
			run: func(s *Scenario, a []value) error {
				return s.each(a[0], func(name string) error {
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
				return s.each(a[0], func(name string) error {
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
			Stage: Checks, Pattern: "flow(s) {flows} pause(s) at {time}",
			Example: `flow "orders-to-wms" pauses at "2h5m"`,
			Doc:     "The flows were paused from that instant on.",
			run:     func(s *Scenario, a []value) error { return s.flowsAt(journal.FlowPaused, a, "paused") },
		},
		{
			Stage: Checks, Pattern: "flow(s) {flows} resume(s) at {time}",
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
				return s.each(a[0], func(name string) error {
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
			Doc:     "No call of the flow ended from the first instant up to and including the second.",
			run: func(s *Scenario, a []value) error {
				its := func(e *journal.Entry) bool { return e.Flow == a[0].text }
				return s.silent(its, "flow "+a[0].text, a[1], a[2])
			},
		},
		{
			Stage: Checks, Pattern: "{count} error(s) of flow {flow} (is/are) resolved at {time}",
			Example: `15 errors of flow "orders-to-wms" are resolved at "3h"`,
			Doc:     "So many records that had failed were written at that instant.",
			run:     resolved,
		},
		{
			Stage: Checks, Pattern: "no record is lost or delivered twice, and {count} wait in all",
			Example: `no record is lost or delivered twice, and 18 wait in all`,
			Doc: "At the end all flows and jobs have all records, once, " +
				"but those that wait or are open errors.",
			run: allDelivered,
		},
	}
}

// each checks every name that a value gives.
func (s *Scenario) each(v value, check func(name string) error) error {
	for _, name := range v.all() {
		if err := check(name); err != nil {
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
	return s.each(a[0], func(name string) error {
		return s.at(s.ofFlow(kind, name), a[1], "flow "+name+" "+what)
	})
}

func offlineBecause(s *Scenario, a []value) error {
	return s.each(a[0], func(name string) error {
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
	return s.only(s.about(journal.AdviceReauthorize, a[0].text), after,
		"re-authorizing "+a[0].text+" advised")
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
	var all balance
	add := func(work string, delivered, lost, doubled, waiting int64) {
		all.created += s.createdFor(work, delivered+lost+waiting)
		all.delivered, all.lost = all.delivered+delivered, all.lost+lost
		all.doubled, all.waiting = all.doubled+doubled, all.waiting+waiting
	}
	for i := range s.summary.Flows {
		f := &s.summary.Flows[i]
		add(f.ID, f.Delivered, f.Lost, f.Duplicated, f.Waiting+f.OpenErrors)
	}
	for i := range s.summary.Jobs {
		j := &s.summary.Jobs[i]
		add(j.ID, j.Delivered, j.Lost, j.Duplicated, j.Waiting)
	}
	return all.complete("in all", a[0].count)
}

// createdFor is how many records there are, by the vendor's own count, that a polling job or a flow of this
// name reads; told is the answer where the vendor is not to be asked.
func (s *Scenario) createdFor(work string, told int64) int64 {
	w, ok := s.player.(worlded)
	if !ok {
		return told
	}
	vendor, end := w.World().Vendor(), fakevendor.Time(s.player.End())
	var n int64
	for i := range s.tl.PollingJobs {
		if j := &s.tl.PollingJobs[i]; j.Name == work {
			for _, r := range j.Resources {
				n += vendor.CountBefore(s.tl.Connections[j.Instance].Application, r, end)
			}
		}
	}
	for i := range s.tl.Flows {
		if f := &s.tl.Flows[i]; f.Name == work {
			n += vendor.CountBefore(s.tl.Connections[f.From.Connection].Application, f.From.Resource, end)
		}
	}
	return n
}
