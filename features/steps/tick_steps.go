package steps

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/outagedrill/outagedrill/sim/journal"
)

// tickSteps look at when jobs poll.
func tickSteps() []Step {
	return []Step{
		{
			Stage: Checks, Pattern: "calls of job {job} end only at {times}",
			Example: `calls of job "contacts-poll" end only at "3m, 13m, 23m"`,
			Doc:     "The instants at which calls of the job ended, well or badly: all of them.",
			run: func(s *Scenario, a []value) error {
				return s.jobCalls(a[0], a[1], "ended", whatever)
			},
		},
		{
			Stage: Checks, Pattern: "calls of job {job} fail only at {times}",
			Example: `calls of job "contacts-poll" fail only at "2h, 2h5m"`,
			Doc:     "The instants at which calls of the job ended badly: all of them.",
			run: func(s *Scenario, a []value) error {
				bad := func(e *journal.Entry) bool { return e.Class != "ok" }
				return s.jobCalls(a[0], a[1], "failed", bad)
			},
		},
		{
			Stage: Checks, Pattern: "no call of job {job} fails",
			Example: `no call of job "contacts-poll" fails`,
			Doc:     "The job made calls, and all ended well.",
			run: func(s *Scenario, a []value) error {
				calls := s.callsOf(a[0])
				if len(calls) == 0 {
					return &mismatch{"calls of job " + a[0].text, "nothing of the kind"}
				}
				failed := slices.DeleteFunc(calls, func(e *journal.Entry) bool { return e.Class == "ok" })
				return s.never(failed, "no failed call of job "+a[0].text)
			},
		},
		{
			Stage: Checks, Pattern: "job {job} makes {count} call(s) between {time} and {time}",
			Example: `job "contacts-poll" makes 4 calls between "2h30m" and "2h31m"`,
			Doc:     "Calls that ended from the first instant up to and including the second.",
			run: func(s *Scenario, a []value) error {
				calls := slices.DeleteFunc(s.callsOf(a[0]), func(e *journal.Entry) bool {
					return e.At < s.instant(a[2].span) || e.At > s.instant(a[3].span)
				})
				return equal("calls of job "+a[0].text, int64(len(calls)), a[1].count)
			},
		},
		{
			Stage: Checks, Pattern: "job {job} polls {resource} {count} time(s)",
			Example: `job "contacts-poll" polls "contacts" 288 times`,
			Doc:     "How many polls of that resource ended in the whole run, whatever pages they took.",
			run: func(s *Scenario, a []value) error {
				r, err := s.resource(a[0], a[1])
				if err != nil {
					return err
				}
				return equal("polls of "+a[1].text, r.Polls, a[2].count)
			},
		},
		{
			Stage: Checks, Pattern: "job {job} skips {count} tick(s) from {time} to {time}",
			Example: `job "contacts-poll" skips 4 ticks from "70s" to "100s"`,
			Doc:     "So many ticks in a row came while the polls of an earlier one were in flight.",
			run:     skips,
		},
		{
			Stage: Checks, Pattern: "job {job} skips no tick", Example: `job "contacts-poll" skips no tick`,
			Doc: "No tick came while the polls of an earlier one were in flight.",
			run: func(s *Scenario, a []value) error {
				return s.never(s.ofJob(journal.PollSkipped, a[0]), "no skipped tick of job "+a[0].text)
			},
		},
	}
}

// countSteps look at how polls failed and what was counted.
func countSteps() []Step {
	return []Step{
		{
			Stage: Checks, Pattern: "{count} poll(s) of job {job} failed because of {class}",
			Example: `5 polls of job "contacts-poll" failed because of rate_limited`,
			Doc:     "How many polls of the job failed so in the whole run.",
			run: func(s *Scenario, a []value) error {
				return s.failed(a[1], a[0].count, a[2].text, "")
			},
		},
		{
			Stage: Checks, Pattern: "{count} poll(s) of job {job} failed because of {class}, {subcause}",
			Example: `2 polls of job "contacts-poll" failed because of vendor_down, timeout`,
			Doc:     "How many polls of the job failed so, with the finer cause.",
			run: func(s *Scenario, a []value) error {
				return s.failed(a[1], a[0].count, a[2].text, a[3].text)
			},
		},
		{
			Stage:   Checks,
			Pattern: "{count} poll(s) of job {job} failed because of {class} with status {count}",
			Example: `2 polls of job "contacts-poll" failed because of vendor_down with status 502`,
			Doc:     "How many polls of the job failed so, with the HTTP status.",
			run: func(s *Scenario, a []value) error {
				return s.failed(a[1], a[0].count, a[2].text, a[3].text)
			},
		},
		{
			Stage: Checks, Pattern: "the failures of {resource} in job {job} stand at {count}",
			Example: `the failures of "contacts" in job "contacts-poll" stand at 99`,
			Doc:     "The resource's consecutive failures as shown at the end of the run.",
			run: func(s *Scenario, a []value) error {
				r, err := s.resource(a[1], a[0])
				if err != nil {
					return err
				}
				return equal("consecutive failures of "+a[0].text, int64(r.ConsecutiveFailures), a[2].count)
			},
		},
		{
			Stage: Checks, Pattern: "job {job} loses {count} record(s) of {resource} from {time} to {time}",
			Example: `job "contacts-poll" loses 31 records of "contacts" from "2h" to "2h30m"`,
			Doc: "So many records could be read no more before the job read them; " +
				"the first went, and the last.",
			run: loses,
		},
	}
}

func (s *Scenario) ofJob(kind journal.Kind, job value) []*journal.Entry {
	return pick(s.entries, kind, func(e *journal.Entry) bool { return e.Job == job.text })
}

func (s *Scenario) callsOf(job value) []*journal.Entry { return s.ofJob(journal.CallFinished, job) }

func (s *Scenario) jobCalls(job, at value, what string, fits func(e *journal.Entry) bool) error {
	calls := slices.DeleteFunc(s.callsOf(job), func(e *journal.Entry) bool { return !fits(e) })
	return s.only(calls, at, "calls of job "+job.text+" "+what)
}

// failed wants so many failed polls of a class and, unless it is empty, a sub-cause or an HTTP status.
func (s *Scenario) failed(job value, want int64, class, detail string) error {
	all := s.ofJob(journal.CallsFailed, job)
	var n int64
	for _, e := range all {
		if e.Class == class && (detail == "" || e.SubCause == detail || strconv.Itoa(e.Status) == detail) {
			n += e.Count
		}
	}
	if n == want {
		return nil
	}
	wanted := strings.TrimSpace(fmt.Sprintf("of job %s %d × %s %s", job.text, want, class, detail))
	return &mismatch{wanted, s.words(all, func(e *journal.Entry) string {
		return fmt.Sprintf("%d × %s %s, status %d", e.Count, e.Class, e.SubCause, e.Status)
	})}
}

func skips(s *Scenario, a []value) error {
	return s.streak(s.ofJob(journal.PollSkipped, a[0]), "ticks skipped", a[1], a[2], a[3])
}

func loses(s *Scenario, a []value) error {
	lost := slices.DeleteFunc(s.ofJob(journal.RecordLost, a[0]), func(e *journal.Entry) bool {
		return e.Resource != a[2].text
	})
	return s.streak(lost, "records of "+a[2].text+" lost", a[1], a[3], a[4])
}

// streak wants one entry of so many happenings between two instants.
func (s *Scenario) streak(all []*journal.Entry, what string, count, first, last value) error {
	word := func(n int64, first, last string) string {
		return fmt.Sprintf("%d %s from %s to %s", n, what, first, last)
	}
	if slices.ContainsFunc(all, func(e *journal.Entry) bool {
		return e.Count == count.count && *e.First == s.instant(first.span) && *e.Last == s.instant(last.span)
	}) {
		return nil
	}
	return &mismatch{word(count.count, first.text, last.text), s.words(all, func(e *journal.Entry) string {
		return word(e.Count, s.offset(*e.First), s.offset(*e.Last))
	})}
}
