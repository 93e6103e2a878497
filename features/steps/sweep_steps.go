package steps

import (
	"fmt"
	"slices"

	"github.com/outagedrill/outagedrill/sim/journal"
)

// sweepSteps look at the tests of connections, and at what they change.
func sweepSteps() []Step {
	return []Step{
		{
			Stage: Checks, Pattern: "tests of {connections} end only at {times}",
			Example: `tests of "acme-main, acme-two" end only at "3h, 4h"`,
			Doc:     "The instants at which tests of each connection ended, passed or failed: all of them.",
			run: func(s *Scenario, a []value) error {
				return s.each(a[0], func(name string) error {
					tests := s.about(journal.ConnectionTested, name)
					return s.only(tests, a[1], "connection "+name+" tested")
				})
			},
		},
		{
			Stage: Checks, Pattern: "connection {connection} is never tested",
			Example: `connection "wms-main" is never tested`,
			Doc:     "Neither the sweep nor an operator tested the connection.",
			run: func(s *Scenario, a []value) error {
				return s.each(a[0], func(name string) error {
					tests := s.about(journal.ConnectionTested, name)
					return s.never(tests, "connection "+name+" never tested")
				})
			},
		},
		{
			Stage: Checks, Pattern: "the test of {connection} at {time} passes",
			Example: `the test of "acme-main" at "3h" passes`,
			Doc:     "A test of the connection ended at that instant, and well.",
			run:     func(s *Scenario, a []value) error { return s.tested(a[0], a[1], "passed") },
		},
		{
			Stage: Checks, Pattern: "the test of {connection} at {time} fails because of {class}",
			Example: `the test of "acme-main" at "3h" fails because of vendor_down`,
			Doc:     "A test of the connection ended at that instant, and so.",
			run: func(s *Scenario, a []value) error {
				return s.tested(a[0], a[1], "failed because of "+a[2].text)
			},
		},
		{
			Stage: Checks, Pattern: "connection {connection} is offline {count} time(s) in all",
			Example: `connection "acme-main" is offline 3 times in all`,
			Doc:     "How often the connection went offline.",
			run: func(s *Scenario, a []value) error {
				return s.each(a[0], func(name string) error {
					offline := s.about(journal.ConnectionOffline, name)
					return equal("times offline of "+name, int64(len(offline)), a[1].count)
				})
			},
		},
		{
			Stage: Checks, Pattern: "connection {connection} is offline to the end",
			Example: `connection "acme-main" is offline to the end`,
			Doc:     "The connection was taken offline and did not come back.",
			run: func(s *Scenario, a []value) error {
				return s.each(a[0], func(name string) error {
					for i := range s.summary.Connections {
						if c := &s.summary.Connections[i]; c.ID == name && c.State != "offline" {
							return &mismatch{"connection " + name + " offline at the end", c.State}
						}
					}
					return nil
				})
			},
		},
	}
}

// tested wants a test of a connection that ended at the instant, with that result.
func (s *Scenario) tested(connection, at value, result string) error {
	return s.each(connection, func(name string) error {
		word := func(e *journal.Entry) string {
			if e.Result == "passed" {
				return "passed"
			}
			return "failed because of " + e.Class
		}
		all := s.about(journal.ConnectionTested, name)
		if slices.ContainsFunc(all, func(e *journal.Entry) bool {
			return e.At == s.instant(at.span) && word(e) == result
		}) {
			return nil
		}
		return &mismatch{
			fmt.Sprintf("a test of %s at %s that %s", name, at.text, result),
			s.words(all, func(e *journal.Entry) string { return word(e) + " at " + s.offset(e.At) }),
		}
	})
}

// adviceSteps look at what the platform advises, and at what came of an operator's doings.
func adviceSteps() []Step {
	return []Step{
		{
			Stage: Checks, Pattern: "re-authorizing {connection} is never advised",
			Example: `re-authorizing "acme-main" is never advised`,
			Doc:     "The platform gave no such advice in the whole run.",
			run: func(s *Scenario, a []value) error {
				return s.never(s.about(journal.AdviceReauthorize, a[0].text),
					"re-authorizing "+a[0].text+" never advised")
			},
		},
		{
			Stage: Checks, Pattern: "a support ticket about {connection} is advised only at {times}",
			Example: `a support ticket about "acme-main" is advised only at "4h"`,
			Doc:     "When the platform advised to submit a support ticket: all instants.",
			run: func(s *Scenario, a []value) error {
				return s.only(s.about(journal.AdviceSupport, a[0].text), a[1],
					"a support ticket about "+a[0].text+" advised")
			},
		},
		{
			Stage: Checks, Pattern: "a support ticket about {connection} is never advised",
			Example: `a support ticket about "acme-main" is never advised`,
			Doc:     "The platform gave no such advice in the whole run.",
			run: func(s *Scenario, a []value) error {
				return s.never(s.about(journal.AdviceSupport, a[0].text),
					"a support ticket about "+a[0].text+" never advised")
			},
		},
		{
			Stage: Checks, Pattern: "re-authorizing {connection} at {time} is refused for want of {names}",
			Example: `re-authorizing "acme-main" at "13h" is refused for want of "password"`,
			Doc:     "The error names the required fields that are empty, these and no others.",
			run:     refusedFor,
		},
		{
			Stage: Checks, Pattern: "retrying the errors of flow {flow} at {time} changes nothing",
			Example: `retrying the errors of flow "orders-to-wms" at "5h" changes nothing`,
			Doc:     "There was nothing that a retry could write.",
			run: func(s *Scenario, a []value) error {
				unchanged := pick(s.entries, journal.OperatorCommand, func(e *journal.Entry) bool {
					return e.Flow == a[0].text && e.Command == "retry_errors" && e.Result == "unchanged"
				})
				return s.at(unchanged, a[1],
					"a retry of the errors of flow "+a[0].text+" that changes nothing")
			},
		},
		{
			Stage: Checks,
			Pattern: "the status page of {application} opens an incident at {times} " +
				"and resolves it at {times}",
			Example: `the status page of "acme" opens an incident at "2h, 5h" and resolves it at "3h, 6h"`,
			Doc:     "When the application's own status page told of its outages: all instants.",
			run: func(s *Scenario, a []value) error {
				told := func(state string) []*journal.Entry {
					return pick(s.entries, journal.StatusPublished, func(e *journal.Entry) bool {
						return e.Application == a[0].text && e.State == state
					})
				}
				if err := s.only(told("open"), a[1], "an incident of "+a[0].text+" opened"); err != nil {
					return err
				}
				return s.only(told("resolved"), a[2], "an incident of "+a[0].text+" resolved")
			},
		},
	}
}

func refusedFor(s *Scenario, a []value) error {
	all := pick(s.entries, journal.OperatorCommand, func(e *journal.Entry) bool {
		return e.Connection == a[0].text && e.Result == "refused"
	})
	if slices.ContainsFunc(all, func(e *journal.Entry) bool {
		return e.At == s.instant(a[1].span) && slices.Equal(e.Missing, a[2].names)
	}) {
		return nil
	}
	return &mismatch{
		fmt.Sprintf("re-authorizing %s refused at %s for want of %s", a[0].text, a[1].text, list(a[2].names)),
		s.words(all, func(e *journal.Entry) string {
			return "refused at " + s.offset(e.At) + " for want of " + list(e.Missing)
		}),
	}
}
