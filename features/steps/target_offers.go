package steps

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"strings"

	"github.com/outagedrill/outagedrill/engine/policy"
	"github.com/outagedrill/outagedrill/sim"
	"github.com/outagedrill/outagedrill/sim/timeline"
)

// canPlay tells why a platform cannot play a timeline, as an *unoffered error; nil: it can.
func (t *Target) canPlay(tl *timeline.Timeline, opt *sim.Options) error {
	switch {
	case len(tl.Flows) > 0 && !t.offers("flows"):
		return t.lacks("flows")
	case len(tl.PollingJobs) > 0 && !t.offers("polling_jobs"):
		return t.lacks("polling_jobs")
	}
	for i := range tl.Flows {
		switch f := &tl.Flows[i]; {
		case f.Intake != nil:
			return &unoffered{"the contract has no events that a source pushes"}
		case f.ParallelPages > 1:
			return &unoffered{"the contract has no pages at once"}
		}
	}
	for _, p := range []*policy.Policy{opt.Flows, opt.PollingJobs} {
		for _, v := range p.Values {
			if v.Basis == policy.Yours {
				const why = " is our model's, and cannot be set on a platform"
				return &unoffered{"the policy value " + v.Name + why}
			}
		}
	}
	return cmp.Or(t.canCall(tl), t.canBeOperated(tl))
}

// canCall looks at how vendors are to be called, and how they answer.
func (t *Target) canCall(tl *timeline.Timeline) error {
	for i := range tl.Connections {
		if tl.Connections[i].Auth == "oauth2" && !t.offers("oauth") {
			return t.lacks("oauth")
		}
	}
	for i := range tl.Applications {
		a := &tl.Applications[i]
		if a.Latency.Median > 0 {
			return &unoffered{"answers that take their time cannot be played on a platform's own clock"}
		}
		if a.Retention > 0 {
			return &unoffered{"which records are lost is not to be seen from outside"}
		}
	}
	for i := range tl.Faults {
		f := &tl.Faults[i]
		if f.Kind == "slow" || f.How == "timeout" {
			return &unoffered{"answers that take their time cannot be played on a platform's own clock"}
		}
	}
	return nil
}

// canBeOperated looks at what people do.
func (t *Target) canBeOperated(tl *timeline.Timeline) error {
	needs := map[string]string{
		"enable": "polling_jobs", "disable": "disable", "reauthorize": "reauthorize",
		"environment": "environment_change", "restart": "restart",
	}
	for i := range tl.Commands {
		c := &tl.Commands[i]
		need, ok := needs[c.Do]
		switch {
		case !ok || len(c.Missing) > 0:
			return &unoffered{"the contract has no " + c.Do + " like this"}
		case !t.offers(need):
			return t.lacks(need)
		}
	}
	if len(tl.Away) > 0 {
		return &unoffered{"people who are away are the simulator's alone"}
	}
	for i := range tl.Operators {
		if o := &tl.Operators[i]; o.When != "job.disabled" || !t.offers(needs[o.Do]) {
			return &unoffered{fmt.Sprintf("people who are told of %s and %s", o.When, o.Do)}
		}
	}
	for i := range tl.Mail {
		switch {
		case tl.Mail[i].By > 0:
			return &unoffered{"how late an e-mail is that a mail server took cannot be played on a platform"}
		case !t.offers("notifications"):
			return t.lacks("notifications")
		}
	}
	return nil
}

func (t *Target) lacks(offer string) error {
	return &unoffered{"the platform does not offer " + offer}
}

// canTell tells why a step cannot be judged on a platform under test; nil: it can.
func (t *Target) canTell(step *Step, text string) error {
	switch {
	case step.Pattern == "the dialect of {application} has status {count} for {answer}":
		return &unoffered{"how answers are to be read that are made up cannot be told to a platform"}
	case step.Stage == Describes:
		return nil
	}
	need, ok := outside()[step.Pattern]
	switch {
	case !ok:
		return &unoffered{"only our model tells this: " + step.Pattern}
	case need != "" && !t.offers(need):
		return t.lacks(need)
	}
	if !t.mock() {
		if err := tellableInReal(step, text); err != nil {
			return err
		}
	}
	if call := regexp.MustCompile(`^(?:GET|PUT|POST) (/\S*)`).FindStringSubmatch(text); call != nil {
		documented := regexp.MustCompile(`^/(?:(?:instances|jobs)/polling-disabled|` +
			`jobs/[^/]+/(?:enable|disable))$`)
		if !documented.MatchString(call[1]) {
			return &unoffered{"the contract has no " + call[1]}
		}
	}
	return nil
}

// tellableInReal tells why a step cannot be judged on a clock that runs by itself; nil: it can.
func tellableInReal(step *Step, text string) error {
	const said = " are in the platform's own time, which is none of the scenario's"
	told := regexp.MustCompile(`^the e-mail about job .*\d\d:\d\d`)
	switch {
	case strings.Contains(step.Pattern, "is listed as disabled at {time}"):
		return &unoffered{"the instants of its lists" + said}
	case told.MatchString(text):
		return &unoffered{"the instants in its e-mails" + said}
	}
	return nil
}

// outside are the patterns of the steps that can be judged by what is seen of a platform from outside, with
// the offer that each needs.
func outside() map[string]string {
	patterns := map[string]string{"it is {time}": ""}
	maps.Copy(patterns, jobsOutside())
	maps.Copy(patterns, flowsOutside())
	return patterns
}

// jobsOutside are the patterns about polling jobs and e-mails.
func jobsOutside() map[string]string {
	const jobs, mail, oauth = "polling_jobs", "notifications", "oauth"
	return map[string]string{
		"GET {path} lists {names}":   jobs,
		"GET {path} lists nothing":   jobs,
		"PUT {path} changes the job": jobs,
		"PUT {path} changes nothing": jobs,
		"job {job} is listed with instance {connection}, environment {environment}, resource {resource} " +
			"and threshold {count}": jobs,
		"job {job} is listed as disabled at {time} after {class} with status {count}": jobs,
		"job {job} is listed with {count} failure(s) of {resource}":                   jobs,
		"job {job} is disabled by the platform at {time} because of {resource} " +
			"after {count} failure(s)": jobs,
		"in {environment} job {job} is disabled by the platform at {time}":                 jobs,
		"job {job} is disabled by the platform only at {times}":                            jobs,
		"job {job} is disabled by the user at {time}":                                      "disable",
		"job {job} is enabled only at {times}":                                             jobs,
		"job {job} is {state} at the end":                                                  jobs,
		"job {job} is never disabled":                                                      jobs,
		"job {job} is never enabled again":                                                 jobs,
		"the longest streak of {resource} in job {job} is {count} failure(s)":              jobs,
		"the failures of {resource} in job {job} stand at {count}":                         jobs,
		"job {job} has {count} failed poll(s)":                                             jobs,
		"every failed poll of job {job} was {class}":                                       jobs,
		"{count} poll(s) of job {job} failed because of {class}":                           jobs,
		"{count} poll(s) of job {job} failed because of {class}, {subcause}":               jobs,
		"{count} poll(s) of job {job} failed because of {class} with status {count}":       jobs,
		"no call of job {job} is made between {time} and {time}":                           jobs,
		"job {job} makes {count} call(s) between {time} and {time}":                        jobs,
		"calls of job {job} end only at {times}":                                           jobs,
		"calls of job {job} fail only at {times}":                                          jobs,
		"no call of job {job} fails":                                                       jobs,
		"job {job} polls {resource} {count} time(s)":                                       jobs,
		"job {job} lost no record, got none twice, and {count} wait(s)":                    jobs,
		"job {job} delivered {count} record(s), {count} wait(s) and {count} (is/are) lost": jobs,
		"the token of {connection} is refreshed only at {times}":                           oauth,
		"refreshing the token of {connection} fails only at {times}":                       oauth,
		"the token of {connection} is never refreshed":                                     oauth,
		"{person} gets {count} e-mail(s) about {mail}":                                     mail,
		"e-mails to {person} about {mail} arrive only at {times}":                          mail,
		"an e-mail to {person} about {mail} says {text}":                                   mail,
		"the e-mail about job {job} names {names}":                                         mail,
	}
}

// flowsOutside are the patterns about connections and flows.
func flowsOutside() map[string]string {
	of := map[string]string{}
	for _, pattern := range []string{
		"connection(s) {connections} go(es) offline at {time} because of {class}",
		"connection(s) {connections} stay(s) online",
		"connection {connection} is back online at {time}",
		"connection {connection} is offline {count} time(s) in all",
		"connection {connection} is offline to the end",
		"connection {connection} is never tested",
		"tests of {connections} end only at {times}",
		"the test of {connection} at {time} passes",
		"the test of {connection} at {time} fails because of {class}",
		"flow(s) {flows} pause(s) at {time}",
		"flow(s) {flows} resume(s) at {time}",
		"flow {flow} is never paused",
		"flow {flow} is paused {count} time(s) in all",
		"flow {flow} is paused to the end",
		"flow {flow} pauses at {time} with a run in progress",
		"flow {flow} pauses at {time} while idle",
		"flow {flow} resumes only at {times}",
		"flow {flow} completes a run at {time}",
		"flow {flow} completes a run at {time} with {count} record(s) in {count} page(s)",
		"a run of flow {flow} fails at {time}",
		"flow {flow} starts {count} run(s)",
		"from {time} on the runs of flows {flows} end in this order",
		"no call of flow {flow} is made between {time} and {time}",
		"flow {flow} makes {count} call(s) between {time} and {time}",
		"calls of flow {flow} fail only at {times}",
		"every failed call of flow {flow} was {class}",
		"no call to {application} is made between {time} and {time}",
		"{count} {errors} error(s) of flow {flow} open(s) at {time}",
		"{count} error(s) of flow {flow} (is/are) resolved at {time}",
		"{count} error(s) of flow {flow} stay(s) open",
		"no error of flow {flow} ever opens",
		"no record is lost or delivered twice, and {count} wait in all",
		"flow {flow} delivered {count} record(s), {count} wait(s), {count} (has/have) errors " +
			"and {count} (is/are) lost",
	} {
		of[pattern] = "flows"
	}
	return of
}
