package steps

import (
	"fmt"
	"slices"

	"github.com/outagedrill/outagedrill/sim/journal"
)

// errorSteps look at the records that flows could not write.
func errorSteps() []Step {
	return []Step{
		{
			Stage: Checks, Pattern: "{count} {errors} error(s) of flow {flow} open(s) at {time}",
			Example: `15 intermittent errors of flow "orders-to-wms" open at "2h5m"`,
			Doc:     "So many records became errors of that class at that instant.",
			run:     opened,
		},
		{
			Stage: Checks, Pattern: "no error of flow {flow} ever opens",
			Example: `no error of flow "orders-to-wms" ever opens`,
			Doc:     "No record of the flow became an error in the whole run.",
			run: func(s *Scenario, a []value) error {
				return s.each(a[0], func(name string) error {
					return s.never(s.ofFlow(journal.ErrorOpened, name), "no error of flow "+name)
				})
			},
		},
		{
			Stage: Checks, Pattern: "the retry of {count} error(s) of flow {flow} fails at {time}",
			Example: `the retry of 15 errors of flow "orders-to-wms" fails at "3h"`,
			Doc:     "Errors were written again, in vain: they stay open.",
			run: func(s *Scenario, a []value) error {
				failed := pick(s.entries, journal.ErrorRetried, func(e *journal.Entry) bool {
					return e.Flow == a[1].text && e.Result == "failed" && e.Count == a[0].count
				})
				const form = "a retry of %d errors of flow %s failed"
				return s.at(failed, a[2], fmt.Sprintf(form, a[0].count, a[1].text))
			},
		},
		{
			Stage: Checks, Pattern: "no error of flow {flow} is ever retried",
			Example: `no error of flow "orders-to-wms" is ever retried`,
			Doc:     "The flow wrote no error again, by itself or on command.",
			run: func(s *Scenario, a []value) error {
				return s.each(a[0], func(name string) error {
					return s.never(s.ofFlow(journal.ErrorRetried, name), "no error of flow "+name+" retried")
				})
			},
		},
		{
			Stage: Checks, Pattern: "flow {flow} retries the errors of {times} in this order",
			Example: `flow "orders-to-wms" retries the errors of "1h5m, 2h5m" in this order`,
			Doc:     "The errors that opened at these instants were written again, these and no others.",
			run:     retriedInOrder,
		},
		{
			Stage: Checks, Pattern: "{count} error(s) of flow {flow} stay(s) open",
			Example: `15 errors of flow "orders-to-wms" stay open`,
			Doc:     "How many errors of the flow are open at the end of the run.",
			run: func(s *Scenario, a []value) error {
				f, err := s.flow(a[1])
				if err != nil {
					return err
				}
				return equal("open errors of flow "+a[1].text, f.OpenErrors, a[0].count)
			},
		},
	}
}

func opened(s *Scenario, a []value) error {
	all := s.ofFlow(journal.ErrorOpened, a[2].text)
	var n int64
	for _, e := range all {
		if e.At == s.instant(a[3].span) && e.ErrorClass == a[1].text {
			n += e.Count
		}
	}
	if n == a[0].count {
		return nil
	}
	return &mismatch{
		fmt.Sprintf("%d %s errors of flow %s at %s", a[0].count, a[1].text, a[2].text, a[3].text),
		s.words(all, func(e *journal.Entry) string {
			return fmt.Sprintf("%d %s ones at %s", e.Count, e.ErrorClass, s.offset(e.At))
		}),
	}
}

// retriedInOrder follows each retry to the entry that opened its errors.
func retriedInOrder(s *Scenario, a []value) error {
	retried := map[int64]int{}
	for i, e := range s.ofFlow(journal.ErrorRetried, a[0].text) {
		if e.Cause != nil {
			retried[*e.Cause] = i
		}
	}
	opened := pick(s.entries, journal.ErrorOpened, func(e *journal.Entry) bool {
		_, ok := retried[e.Seq]
		return ok
	})
	slices.SortFunc(opened, func(a, b *journal.Entry) int { return retried[a.Seq] - retried[b.Seq] })
	return s.only(opened, a[1], "errors of flow "+a[0].text+" retried, opened")
}

// symptomSteps ask the platform why a flow does not process.
func symptomSteps() []Step {
	return []Step{
		{
			Stage: Plays, Pattern: "the diagnosis of flow {flow} is not {symptom}",
			Example: `the diagnosis of flow "orders-to-wms" is not "connection offline"`,
			Doc:     "A symptom that the platform does not name.",
			run: func(s *Scenario, a []value) error {
				seen, err := s.symptoms(a[0])
				if err != nil || !slices.Contains(seen, a[1].text) {
					return err
				}
				return &mismatch{"no symptom of flow " + a[0].text + ": " + a[1].text, some(seen)}
			},
		},
		{
			Stage: Plays, Pattern: "the diagnosis of flow {flow} finds nothing",
			Example: `the diagnosis of flow "orders-to-wms" finds nothing`,
			Doc:     "The platform names no symptom: the flow processes, or waits its turn.",
			run: func(s *Scenario, a []value) error {
				seen, err := s.symptoms(a[0])
				if err != nil || len(seen) == 0 {
					return err
				}
				return &mismatch{"no symptom of flow " + a[0].text, some(seen)}
			},
		},
		{
			Stage: Plays, Pattern: "the diagnosis of flow {flow} links {text}",
			Example: `the diagnosis of flow "orders-to-wms" links "https://status.acme.example"`,
			Doc:     "The status page of the application whose connection is offline.",
			run: func(s *Scenario, a []value) error {
				d, err := s.diagnosis(a[0])
				if err != nil || d.StatusPage == a[1].text {
					return err
				}
				return &mismatch{"the diagnosis of flow " + a[0].text + " to link " + a[1].text, d.StatusPage}
			},
		},
		{
			Stage: Plays, Pattern: "the platform's status page lists {applications}",
			Example: `the platform's status page lists "acme, wms"`,
			Doc: "The applications, in the order of the timeline, " +
				"each with a link to its own status page.",
			run: func(s *Scenario, a []value) error {
				var seen []string
				e, err := s.engine()
				if err != nil {
					return err
				}
				for _, app := range e.Applications() {
					if app.StatusPage != "" {
						seen = append(seen, app.Name)
					}
				}
				return same("applications with a link", list(seen), list(a[0].names))
			},
		},
	}
}

func (s *Scenario) symptoms(flow value) ([]string, error) {
	d, err := s.diagnosis(flow)
	var words []string
	for _, symptom := range d.Symptoms {
		words = append(words, symptom.String())
	}
	return words, err
}
