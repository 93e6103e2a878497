package steps

import (
	"fmt"
	"slices"

	"github.com/outagedrill/outagedrill/sim/journal"
)

// switchSteps look at jobs being disabled and enabled.
func switchSteps() []Step {
	return []Step{
		{
			Stage: Checks, Pattern: "job {job} is disabled by the platform only at {times}",
			Example: `job "contacts-poll" is disabled by the platform only at "2h45m, 3h45m"`,
			Doc:     "The instants at which the platform disabled the job: all of them.",
			run: func(s *Scenario, a []value) error {
				return s.only(disablements(s.entries, a[0].text), a[1], "job "+a[0].text+" disabled")
			},
		},
		{
			Stage: Checks, Pattern: "job {job} is disabled by the user at {time}",
			Example: `job "contacts-poll" is disabled by the user at "2h30m"`,
			Doc:     "The job was disabled at that instant, and not by the platform.",
			run: func(s *Scenario, a []value) error {
				byUser := slices.DeleteFunc(s.ofJob(journal.JobDisabled, a[0]), func(e *journal.Entry) bool {
					return e.By != "user"
				})
				return s.at(byUser, a[1], "job "+a[0].text+" disabled by the user")
			},
		},
		{
			Stage: Checks, Pattern: "job {job} is enabled only at {times}",
			Example: `job "contacts-poll" is enabled only at "3h30m"`,
			Doc:     "The instants at which somebody enabled the job: all of them.",
			run: func(s *Scenario, a []value) error {
				return s.only(s.enablements(a[0]), a[1], "job "+a[0].text+" enabled")
			},
		},
		{
			Stage: Checks, Pattern: "jobs {jobs} are enabled in this order",
			Example: `jobs "contacts-poll, orders-poll" are enabled in this order`,
			Doc:     "All enablements of the run, one after the other, those of one instant too.",
			run: func(s *Scenario, a []value) error {
				return order(pick(s.entries, journal.JobEnabled, whatever), a[0].names, "enabled")
			},
		},
		{
			Stage: Checks, Pattern: "job {job} is {state} at the end",
			Example: `job "contacts-poll" is enabled at the end`,
			Doc:     "The job's state at the end of the run.",
			run: func(s *Scenario, a []value) error {
				j, err := s.job(a[0])
				if err != nil || j.State == a[1].text {
					return err
				}
				return &mismatch{"job " + a[0].text + " " + a[1].text, j.State}
			},
		},
		{
			Stage:   Checks,
			Pattern: "the poll of {resource} by job {job} that ends at {time} is marked after disable",
			Example: `the poll of "contacts" by job "contacts-poll" ` +
				`that ends at "2h30m5s" is marked after disable`,
			Doc: "A poll was in flight when the job was disabled; it finished, and touched no count.",
			run: func(s *Scenario, a []value) error {
				polls := s.ofJob(journal.PollAfterDisable, a[1])
				marked := slices.DeleteFunc(polls, func(e *journal.Entry) bool {
					return e.Resource != a[0].text
				})
				return s.at(marked, a[2], "a poll of "+a[0].text+" after disable")
			},
		},
		{
			Stage: Checks, Pattern: "e-mails about jobs {jobs} arrive in this order",
			Example: `e-mails about jobs "contacts-poll, orders-poll" arrive in this order`,
			Doc:     "All e-mails about disabled jobs, as the mail server took them.",
			run: func(s *Scenario, a []value) error {
				return order(s.jobMails(), a[0].names, "e-mails about")
			},
		},
		{
			Stage: Checks, Pattern: "the e-mail about job {job} is decided at {time} and never delivered",
			Example: `the e-mail about job "contacts-poll" is decided at "6h5m" and never delivered`,
			Doc:     "The platform decided to tell, and the mail server took nothing to the end of the run.",
			run: func(s *Scenario, a []value) error {
				err := s.at(s.mailsOn(a[0]), a[1], "an e-mail about job "+a[0].text+" decided")
				if err != nil {
					return err
				}
				arrived := slices.DeleteFunc(s.jobMails(), func(e *journal.Entry) bool {
					return e.Job != a[0].text
				})
				return s.never(arrived, "no e-mail about job "+a[0].text+" delivered")
			},
		},
	}
}

// jobMails are the decisions to tell of disabled jobs, in the order in which the mail server took them.
func (s *Scenario) jobMails() []*journal.Entry {
	decided := map[int64]*journal.Entry{}
	var arrived []*journal.Entry
	for i := range s.entries {
		switch e := &s.entries[i]; {
		case e.Kind == journal.NotificationDecided && e.Job != "":
			decided[e.Notification] = e
		case e.Kind == journal.NotificationDelivered && decided[e.Notification] != nil:
			arrived = append(arrived, decided[e.Notification])
		}
	}
	return arrived
}

func whatever(*journal.Entry) bool { return true }

// order wants the entries to be about these jobs, in this order.
func order(entries []*journal.Entry, want []string, what string) error {
	var jobs []string
	for _, e := range entries {
		jobs = append(jobs, e.Job)
	}
	if slices.Equal(jobs, want) {
		return nil
	}
	return &mismatch{what + ": " + list(want), some(jobs)}
}

// tokenSteps look at tokens and at the calls of the whole run.
func tokenSteps() []Step {
	return []Step{
		{
			Stage: Checks, Pattern: "the token of {connection} is refreshed only at {times}",
			Example: `the token of "acme-main" is refreshed only at "9m30s, 18m30s"`,
			Doc:     "The instants at which a refresh ended well: all of them.",
			run: func(s *Scenario, a []value) error {
				good := func(e *journal.Entry) bool { return e.Class == "ok" }
				all, err := s.refreshes(a[0], good)
				if err != nil {
					return err
				}
				return s.only(all, a[1], "token of "+a[0].text+" refreshed")
			},
		},
		{
			Stage: Checks, Pattern: "refreshing the token of {connection} fails only at {times}",
			Example: `refreshing the token of "acme-main" fails only at "9m, 9m30s"`,
			Doc:     "The instants at which a refresh ended badly: all of them.",
			run: func(s *Scenario, a []value) error {
				bad := func(e *journal.Entry) bool { return e.Class != "ok" }
				all, err := s.refreshes(a[0], bad)
				if err != nil {
					return err
				}
				return s.only(all, a[1], "refreshing the token of "+a[0].text+" failed")
			},
		},
		{
			Stage: Checks, Pattern: "the token of {connection} is never refreshed",
			Example: `the token of "acme-main" is never refreshed`,
			Doc:     "Nobody tried to refresh the token.",
			run: func(s *Scenario, a []value) error {
				all, err := s.refreshes(a[0], whatever)
				if err != nil {
					return err
				}
				return s.never(all, "no refresh of the token of "+a[0].text)
			},
		},
		{
			Stage: Checks, Pattern: "the run makes {count} call(s), of which {count} (is/are) wasted",
			Example: `the run makes 27 calls, of which 5 are wasted`,
			Doc: "All requests to applications: pages, writes, tests, refreshes; " +
				"wasted if a fault answered.",
			run: func(s *Scenario, a []value) error {
				const form = "%d calls, %d wasted"
				t := &s.summary.Totals
				if t.Calls == a[0].count && t.WastedCalls == a[1].count {
					return nil
				}
				return &mismatch{
					fmt.Sprintf(form, a[0].count, a[1].count), fmt.Sprintf(form, t.Calls, t.WastedCalls),
				}
			},
		},
		{
			Stage: Checks, Pattern: "{count} record(s) of flow {flow} (is/are) stored twice",
			Example: `60 records of flow "orders-to-wms" are stored twice`,
			Doc:     "How many records the flow wrote again to an application that does not know them again.",
			run: func(s *Scenario, a []value) error {
				var n int64
				for _, e := range s.ofFlow(journal.RecordDuplicated, a[1].text) {
					n += e.Count
				}
				return equal("records of flow "+a[1].text+" stored twice", n, a[0].count)
			},
		},
	}
}

// refreshes are the calls to the token endpoint for a connection that has a token.
func (s *Scenario) refreshes(
	connection value, fits func(e *journal.Entry) bool,
) ([]*journal.Entry, error) {
	for i := range s.tl.Connections {
		if c := &s.tl.Connections[i]; c.Name == connection.text && c.Auth != "oauth2" {
			return nil, fmt.Errorf("connection %q has no token (want one with OAuth 2.0)", c.Name)
		}
	}
	return slices.DeleteFunc(s.about(journal.CallFinished, connection.text), func(e *journal.Entry) bool {
		return e.Call != "refresh" || !fits(e)
	}), nil
}
