package steps

import (
	"fmt"
	"slices"

	"github.com/outagedrill/outagedrill/sim/journal"
)

// jobSteps look at polling jobs.
func jobSteps() []Step {
	return []Step{
		{
			Stage: Checks,
			Pattern: "job {job} is disabled by the platform at {time} because of {resource} " +
				"after {count} failure(s)",
			Example: `job "contacts-poll" is disabled by the platform at "10h15m" because of "contacts" ` +
				"after 100 failures",
			Doc: "The platform disabled the job at that instant, and that resource tripped.",
			run: disabledBecause,
		},
		{
			Stage: Checks, Pattern: "in {environment} job {job} is disabled by the platform at {time}",
			Example: `in "staging" job "contacts-poll" is disabled by the platform at "6h5m"`,
			Doc:     "Plays the same timeline in that environment.",
			run: func(s *Scenario, a []value) error {
				o, err := s.in(a[0].text)
				if err != nil {
					return err
				}
				all := disablements(o.entries, a[1].text)
				return s.at(all, a[2], "job "+a[1].text+" disabled in "+a[0].text)
			},
		},
		{
			Stage: Checks, Pattern: "job {job} is never disabled",
			Example: `job "contacts-poll" is never disabled`,
			Doc:     "The platform never disabled the job.",
			run: func(s *Scenario, a []value) error {
				return s.never(disablements(s.entries, a[0].text), "job "+a[0].text+" never disabled")
			},
		},
		{
			Stage: Checks, Pattern: "job {job} is never enabled again",
			Example: `job "contacts-poll" is never enabled again`,
			Doc:     "Nothing enabled the job.",
			run: func(s *Scenario, a []value) error {
				return s.never(s.enablements(a[0]), "job "+a[0].text+" never enabled")
			},
		},
	}
}

// pollSteps look at the polls of jobs.
func pollSteps() []Step {
	return []Step{
		{
			Stage: Checks, Pattern: "the longest streak of {resource} in job {job} is {count} failure(s)",
			Example: `the longest streak of "contacts" in job "contacts-poll" is 99 failures`,
			Doc:     "How often in a row polls of that resource failed at most.",
			run: func(s *Scenario, a []value) error {
				r, err := s.resource(a[1], a[0])
				if err != nil {
					return err
				}
				return equal("longest streak of "+a[0].text, int64(r.LongestStreak), a[2].count)
			},
		},
		{
			Stage: Checks, Pattern: "job {job} has {count} failed poll(s)",
			Example: `job "contacts-poll" has 198 failed polls`,
			Doc:     "How many polls of the job failed in the whole run.",
			run: func(s *Scenario, a []value) error {
				j, err := s.job(a[0])
				if err != nil {
					return err
				}
				return equal("failed polls of job "+a[0].text, j.FailedPolls, a[1].count)
			},
		},
		{
			Stage: Checks, Pattern: "every failed poll of job {job} was {class}",
			Example: `every failed poll of job "contacts-poll" was rate_limited`,
			Doc:     "The job had failed polls, and all were of that class.",
			run:     failedBecause,
		},
		{
			Stage: Checks, Pattern: "no call of job {job} is made between {time} and {time}",
			Example: `no call of job "contacts-poll" is made between "10h15m1s" and "1d"`,
			Doc:     "No call of the job ended from the first instant up to and including the second.",
			run: func(s *Scenario, a []value) error {
				its := func(e *journal.Entry) bool { return e.Job == a[0].text }
				return s.silent(its, "job "+a[0].text, a[1], a[2])
			},
		},
		{
			Stage: Checks, Pattern: "job {job} lost no record, got none twice, and {count} wait(s)",
			Example: `job "contacts-poll" lost no record, got none twice, and 4 wait`,
			Doc:     "At the end of the run all records but those that wait were delivered once.",
			run: func(s *Scenario, a []value) error {
				j, err := s.job(a[0])
				if err != nil {
					return err
				}
				b := balance{0, j.Delivered, j.Lost, j.Duplicated, j.Waiting}
				b.created = s.createdFor(a[0].text, b.delivered+b.lost+b.waiting)
				return b.complete("job "+a[0].text, a[1].count)
			},
		},
	}
}

// job is a polling job's part of the summary.
func (s *Scenario) job(name value) (*journal.JobSummary, error) {
	for i := range s.summary.Jobs {
		if j := &s.summary.Jobs[i]; j.ID == name.text {
			return j, nil
		}
	}
	return nil, fmt.Errorf("the summary lacks polling job %q", name.text)
}

func (s *Scenario) resource(job, name value) (*journal.ResourceCounters, error) {
	j, err := s.job(job)
	if err != nil {
		return nil, err
	}
	for i := range j.Resources {
		if j.Resources[i].Name == name.text {
			return &j.Resources[i], nil
		}
	}
	return nil, fmt.Errorf("the summary lacks resource %q of polling job %q", name.text, job.text)
}

// disablements are the entries about a job that the platform disabled.
func disablements(entries []journal.Entry, job string) []*journal.Entry {
	return pick(entries, journal.JobDisabled, func(e *journal.Entry) bool {
		return e.Job == job && e.By == "platform"
	})
}

func (s *Scenario) enablements(job value) []*journal.Entry {
	return pick(s.entries, journal.JobEnabled, func(e *journal.Entry) bool { return e.Job == job.text })
}

func disabledBecause(s *Scenario, a []value) error {
	all := disablements(s.entries, a[0].text)
	if slices.ContainsFunc(all, func(e *journal.Entry) bool {
		return e.At == s.instant(a[1].span) && e.Resource == a[2].text && int64(e.Failures) == a[3].count
	}) {
		return nil
	}
	word := func(at, resource string, failures int64) string {
		const form = "job %s disabled at %s because of %s after %d failures"
		return fmt.Sprintf(form, a[0].text, at, resource, failures)
	}
	return &mismatch{word(a[1].text, a[2].text, a[3].count), s.words(all, func(e *journal.Entry) string {
		return word(s.offset(e.At), e.Resource, int64(e.Failures))
	})}
}

func failedBecause(s *Scenario, a []value) error {
	return s.allOf(s.ofJob(journal.CallsFailed, a[0]), "failed polls of job "+a[0].text, a[1].text)
}

// allOf wants failures, and all of one class.
func (s *Scenario) allOf(failed []*journal.Entry, what, class string) error {
	other := func(e *journal.Entry) bool { return e.Class != class }
	if len(failed) > 0 && !slices.ContainsFunc(failed, other) {
		return nil
	}
	return &mismatch{what + ", only " + class, s.words(failed, func(e *journal.Entry) string {
		return fmt.Sprintf("%d × %s from %s", e.Count, e.Class, s.offset(*e.First))
	})}
}

// silent wants no call to end within [from, to]; without latency it is sent then, too.
func (s *Scenario) silent(whose func(e *journal.Entry) bool, who string, from, to value) error {
	calls := pick(s.entries, journal.CallFinished, func(e *journal.Entry) bool {
		return whose(e) && e.At >= s.instant(from.span) && e.At <= s.instant(to.span)
	})
	return s.never(calls, "no call of "+who+" between "+from.text+" and "+to.text)
}

// balance is what became of records.
type balance struct{ created, delivered, lost, doubled, waiting int64 }

// complete wants every record that there is delivered once, but for those that wait.
func (b *balance) complete(who string, wantWaiting int64) error {
	const form = "%s: of %d records %d delivered, %d lost, %d delivered twice, %d waiting"
	want := balance{created: b.created, delivered: b.created - wantWaiting, waiting: wantWaiting}
	if *b == want {
		return nil
	}
	word := func(b *balance) string {
		return fmt.Sprintf(form, who, b.created, b.delivered, b.lost, b.doubled, b.waiting)
	}
	return &mismatch{word(&want), word(b)}
}
