package whatif

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/outagedrill/outagedrill/engine/policy"
	"github.com/outagedrill/outagedrill/sim/timeline"
)

// Axis is one thing that cases differ in.
type Axis struct {
	Name     string // environment, threshold, every stock-poll, sweep.every
	Settings []Setting
}

// Setting is one value on an axis.
type Setting struct {
	Value string
	Apply func(Case) (Case, error) // returns a case of its own and leaves the given one as it is
}

// WithPolicy puts a policy in charge of the work that it governs.
func WithPolicy(p *policy.Policy) Setting {
	return Setting{p.Name, func(c Case) (Case, error) {
		if p.Governs == policy.ForFlows {
			c.Flows = p
		} else {
			c.PollingJobs = p
		}
		return c, nil
	}}
}

// InEnvironment moves the platform to an environment, which the timeline must know.
func InEnvironment(name string) Setting {
	return Setting{name, func(c Case) (Case, error) {
		c.Environment = name
		return c, nil
	}}
}

// Assuming overrides a value in each policy of the case that has it. At least one must.
func Assuming(name, value string) Setting {
	return Setting{value, func(c Case) (Case, error) {
		known := false
		for _, p := range []**policy.Policy{&c.Flows, &c.PollingJobs} {
			if _, has := (*p).Value(name); !has {
				continue
			}
			known = true
			changed, err := (*p).Override(name, value)
			if err != nil {
				return c, err
			}
			*p = changed
		}
		if !known {
			return c, fmt.Errorf("no policy of this case has a value %q", name)
		}
		return c, nil
	}}
}

// MostThreshold is the greatest threshold that policies and timelines take.
const MostThreshold = 1_000_000_000

// AtThreshold disables jobs at n failures in a row, in whichever environment the case is.
func AtThreshold(n int) Setting {
	return Setting{strconv.Itoa(n), func(c Case) (Case, error) {
		name := c.environment()
		tl := *c.Timeline
		for i := range tl.Environments {
			if tl.Environments[i].Name == name {
				tl.Environments = slices.Clone(tl.Environments)
				tl.Environments[i].Threshold = n
				c.Timeline = &tl
				return c, nil
			}
		}
		changed, err := c.PollingJobs.Override("threshold."+name, strconv.Itoa(n))
		c.PollingJobs = changed
		return c, err
	}}
}

// Every runs a job or flow, or all polling jobs where name is "", at an interval.
func Every(name string, interval time.Duration) Setting {
	span := timeline.Span(interval)
	return Setting{span.String(), func(c Case) (Case, error) {
		tl := *c.Timeline
		tl.PollingJobs, tl.Flows = slices.Clone(tl.PollingJobs), slices.Clone(tl.Flows)
		known := false
		for i := range tl.PollingJobs {
			if name == "" || tl.PollingJobs[i].Name == name {
				tl.PollingJobs[i].Every, known = span, true
			}
		}
		for i := range tl.Flows {
			if tl.Flows[i].Name == name {
				tl.Flows[i].Every, known = span, true
			}
		}
		if !known {
			return c, fmt.Errorf("%s has no polling job or flow %q", c.Timeline.Name, name)
		}
		if least := timeline.ShortestEvery(tl.Duration); span < least {
			return c, fmt.Errorf("an interval of %v is too short for the %v of %s (want %v or more)",
				span, tl.Duration, c.Timeline.Name, least)
		}
		c.Timeline = &tl
		return c, nil
	}}
}

// environment is where the platform of a case begins.
func (c *Case) environment() string {
	if c.Environment != "" {
		return c.Environment
	}
	return c.Timeline.Environment
}
