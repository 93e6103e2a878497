package main

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/outagedrill/outagedrill/engine/policy"
	"github.com/outagedrill/outagedrill/internal/problem"
	"github.com/outagedrill/outagedrill/sim/timeline"
	"github.com/outagedrill/outagedrill/whatif"
)

// axisList gathers axes; a flag that is given again adds to its axis.
type axisList struct {
	axes []whatif.Axis
	errs []error
}

// add adds a setting to the axis of the name, and refuses one that is there already.
func (l *axisList) add(flag, axis string, s whatif.Setting) {
	i := slices.IndexFunc(l.axes, func(a whatif.Axis) bool { return a.Name == axis })
	if i < 0 {
		i = len(l.axes)
		l.axes = append(l.axes, whatif.Axis{Name: axis})
	}
	for _, other := range l.axes[i].Settings {
		if other.Value == s.Value {
			l.fail(usagef("--%s: %s of %s is named twice (want each value once)", flag, s.Value, axis))
			return
		}
	}
	l.axes[i].Settings = append(l.axes[i].Settings, s)
}

func (l *axisList) fail(err error) { l.errs = append(l.errs, err) }

// compareAxes reads what the flags vary, in the order in which settings are made: a threshold is one of the
// environment, and a value one of the policy, that were chosen before.
func compareAxes(flags compareFlags, bases []whatif.Case) ([]whatif.Axis, error) {
	var l axisList
	l.policies(flags.policies)
	for _, name := range flags.environments {
		for _, base := range bases {
			if err := checkEnvironment(base.Timeline, name); err != nil {
				l.fail(err)
			}
		}
		l.add("environment", "environment", whatif.InEnvironment(name))
	}
	l.assumptions(flags.assume, bases)
	for _, text := range flags.thresholds {
		n, err := strconv.Atoi(strings.TrimSpace(text))
		if err != nil || n < 1 || n > whatif.MostThreshold {
			l.fail(usagef("--threshold %q (want whole numbers from 1 to %d)", text, whatif.MostThreshold))
			continue
		}
		l.add("threshold", "threshold", whatif.AtThreshold(n))
	}
	for _, text := range flags.every {
		l.every(text, bases)
	}
	return l.axes, errors.Join(l.errs...)
}

// policies adds an axis for each kind of work that a policy is named for.
func (l *axisList) policies(names []string) {
	for _, name := range names {
		p, err := policy.Load(name)
		if err != nil {
			l.fail(ofFile(name, err))
			continue
		}
		axis := "policy of flows"
		if p.Governs == policy.ForPollingJobs {
			axis = "policy of polling jobs"
		}
		l.add("policy", axis, whatif.WithPolicy(p))
	}
}

// assumptions adds an axis for each value of a policy that is named. Whether a value fits is only known in
// the cases, which refuse what does not.
func (l *axisList) assumptions(texts []string, bases []whatif.Case) {
	var names []string
	for _, base := range bases {
		for _, v := range slices.Concat(base.Flows.Values, base.PollingJobs.Values) {
			names = append(names, v.Name)
		}
	}

	for _, text := range texts {
		name, values, ok := strings.Cut(text, "=")
		if !ok || name == "" {
			l.fail(usagef("--assume %q (want NAME=VALUE or NAME=VALUE,VALUE…)", text))
			continue
		}
		if !slices.Contains(names, name) {
			l.fail(refuse(problem.Problem{
				What: fmt.Sprintf("--assume %s: no policy has a value %q", text, name),
				Want: "a value that outagedrill policy show tells", Near: problem.Nearest(name, names),
			}))
			continue
		}
		for _, value := range splitValues(values) {
			l.add("assume", name, whatif.Assuming(name, value))
		}
	}
}

// splitValues parts values at commas, but not within the brackets of a list.
func splitValues(text string) []string {
	var values []string
	depth, from := 0, 0
	for i, c := range text {
		switch {
		case c == '[':
			depth++
		case c == ']':
			depth--
		case c == ',' && depth == 0:
			values = append(values, strings.TrimSpace(text[from:i]))
			from = i + 1
		}
	}
	return append(values, strings.TrimSpace(text[from:]))
}

// every adds an axis for the intervals of a job or flow, or of all polling jobs.
func (l *axisList) every(text string, bases []whatif.Case) {
	name, values, axis := "", text, "every"
	if i := strings.LastIndexByte(text, '='); i >= 0 {
		name, values = text[:i], text[i+1:]
		axis = name + " every"
	}
	for _, base := range bases {
		if names := scheduled(base.Timeline); name != "" && !slices.Contains(names, name) {
			l.fail(refuse(problem.Problem{
				File: base.Timeline.File,
				What: fmt.Sprintf("--every %s: no polling job or flow %q", text, name),
				Want: "the name of one", Near: problem.Nearest(name, names),
			}))
			return
		}
	}
	for value := range strings.SplitSeq(values, ",") {
		interval, err := timeline.ParseSpan(strings.TrimSpace(value))
		if err != nil || interval == 0 {
			l.fail(usagef("--every %q: %q is no interval (want durations such as 90s, 2m or 1h)",
				text, value))
			continue
		}
		l.add("every", axis, whatif.Every(name, interval.Std()))
	}
}

// scheduled names the jobs and flows of a timeline.
func scheduled(tl *timeline.Timeline) []string {
	var names []string
	for i := range tl.PollingJobs {
		names = append(names, tl.PollingJobs[i].Name)
	}
	for i := range tl.Flows {
		names = append(names, tl.Flows[i].Name)
	}
	return names
}
