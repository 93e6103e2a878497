package whatif

import (
	"slices"

	"github.com/outagedrill/outagedrill/engine/policy"
	"github.com/outagedrill/outagedrill/sim/timeline"
)

// facts is what the structure of a timeline says about the values that can matter in it.
type facts struct {
	flows, jobs   int
	oauth         bool // a connection has tokens
	siblings      bool // an application has several connections
	unsaidSlots   bool // a connection leaves to the policy how many flows run at once
	unsaidResolve bool // a flow leaves auto-resolve to the policy
	manyResources bool // a job polls several resources
	tests         bool // a person has a connection tested, by a re-authorization or as such
	reauthorizes  bool // a person re-authorizes
	enables       bool // a person's act enables jobs
	moves         bool // the platform moves to another environment

	credentialsInSeries bool // bad credentials are retried as failing tokens are
}

func factsOf(c *Case) *facts {
	tl := c.Timeline
	f := &facts{
		flows: len(tl.Flows), jobs: len(tl.PollingJobs),
		credentialsInSeries: !c.Flows.Flows.BadCredentialsAtOnce,
	}
	perApplication := map[int]int{}
	for _, conn := range tl.Connections {
		perApplication[conn.Application]++
		f.siblings = f.siblings || perApplication[conn.Application] > 1
		f.oauth = f.oauth || conn.Auth == "oauth2"
		f.unsaidSlots = f.unsaidSlots || conn.FlowsAtOnce == 0
	}
	for _, flow := range tl.Flows {
		f.unsaidResolve = f.unsaidResolve || flow.AutoResolve == nil
	}
	for _, job := range tl.PollingJobs {
		f.manyResources = f.manyResources || len(job.Resources) > 1
	}
	does := doneBy(tl)
	f.reauthorizes = slices.Contains(does, "reauthorize")
	f.tests = f.reauthorizes || slices.Contains(does, "test")
	f.enables = slices.Contains(does, "enable") ||
		f.reauthorizes && c.PollingJobs.PollingJobs.ReauthorizeEnables
	f.moves = slices.Contains(does, "environment")
	return f
}

// doneBy are the words of what people do to the platform.
func doneBy(tl *timeline.Timeline) []string {
	var words []string
	for _, c := range tl.Commands {
		words = append(words, c.Do)
	}
	for _, r := range tl.Operators {
		words = append(words, r.Do)
	}
	return words
}

// canMatter tells whether another value could change anything in a run. It may say yes too often, never no:
// it knows what is in the timeline, and guesses nothing about what happens.
func (f *facts) canMatter(kind policy.Kind, name string) bool {
	switch name {
	case "token.refresh_before", "token.fallback":
		return f.oauth && f.calls(kind)
	case "call.timeout":
		return f.calls(kind)
	}
	if kind == policy.ForPollingJobs {
		return f.jobs > 0 && f.canMatterToJobs(name)
	}
	return f.flows > 0 && f.canMatterToFlows(name)
}

// calls tells whether any call is made under the policy. Tests that a person asks for are made under that of
// flows.
func (f *facts) calls(kind policy.Kind) bool {
	if kind == policy.ForPollingJobs {
		return f.jobs > 0
	}
	return f.flows > 0 || f.tests
}

func (f *facts) canMatterToFlows(name string) bool {
	switch name {
	case "offline.scope":
		return f.siblings
	case "offline.token_scope":
		return f.siblings && (f.oauth || f.credentialsInSeries)
	case "connection.flows_at_once":
		return f.flows > 1 && f.unsaidSlots
	case "queue.frozen_first":
		return f.flows > 1
	case "errors.auto_resolve":
		return f.unsaidResolve
	}
	return true
}

func (f *facts) canMatterToJobs(name string) bool {
	switch name {
	case "poll.stop_on_failure":
		return f.manyResources
	case "enable.keeps_counts", "enable.first_poll", "enable.when_enabled":
		return f.enables
	case "reauthorize.enables":
		return f.reauthorizes
	case "environment.change":
		return f.moves
	}
	return true
}
