package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/outagedrill/outagedrill/engine/policy"
	"github.com/outagedrill/outagedrill/internal/problem"
	"github.com/outagedrill/outagedrill/sim/timeline"
)

// policies are the two slots of a run, one policy for each kind of work.
type policies struct {
	flows, jobs *policy.Policy
}

// slot is where a policy of the kind belongs.
func (p *policies) slot(kind policy.Kind) **policy.Policy {
	if kind == policy.ForFlows {
		return &p.flows
	}
	return &p.jobs
}

// loadPolicies loads what --policy names. Each fills the slot of what it governs; two for one slot contradict
// each other.
func loadPolicies(names []string) (policies, error) {
	var p policies
	for _, name := range names {
		loaded, err := policy.Load(name)
		if err != nil {
			return p, ofFile(name, err)
		}
		slot := p.slot(loaded.Governs)
		if *slot != nil {
			return p, usagef("--policy %s and --policy %s both govern %s (want one for each kind)",
				(*slot).Name, loaded.Name, loaded.Governs)
		}
		*slot = loaded
	}
	return p, nil
}

// under fills the slots that are empty with the timeline's own policies, and then makes the assumptions.
func (p policies) under(tl *timeline.Timeline, assume []string) (policies, error) {
	if err := p.fill(tl, policy.ForFlows, tl.Policy.Flows); err != nil {
		return p, err
	}
	if err := p.fill(tl, policy.ForPollingJobs, tl.Policy.PollingJobs); err != nil {
		return p, err
	}
	for _, assumption := range assume {
		if err := p.assume(assumption); err != nil {
			return p, err
		}
	}
	return p, nil
}

// fill loads the policy that the timeline names for a slot, unless the slot is taken.
func (p *policies) fill(tl *timeline.Timeline, kind policy.Kind, name string) error {
	slot := p.slot(kind)
	if *slot != nil {
		return nil
	}
	loaded, err := policy.Load(beside(tl.File, name))
	if err != nil {
		return usagef("%s: policy: %s: %w", tl.File, kind, ofFile(name, err))
	}
	if loaded.Governs != kind {
		return usagef("%s: policy: %s: %s governs %s (want a policy that governs %s)",
			tl.File, kind, name, loaded.Governs, kind)
	}
	*slot = loaded
	return nil
}

// assume overrides NAME=VALUE in every slot that has a value of the name.
func (p *policies) assume(assumption string) error {
	name, value, ok := strings.Cut(assumption, "=")
	if !ok || name == "" {
		return usagef("--assume %q (want NAME=VALUE, for example sweep.every=30m)", assumption)
	}
	known := false
	for _, slot := range []**policy.Policy{&p.flows, &p.jobs} {
		if _, has := (*slot).Value(name); !has {
			continue
		}
		known = true
		changed, err := (*slot).Override(name, value)
		if err != nil {
			return usagef("--assume %s: %w", assumption, err)
		}
		*slot = changed
	}
	if known {
		return nil
	}
	var names []string
	for _, slot := range []*policy.Policy{p.flows, p.jobs} {
		for _, v := range slot.Values {
			names = append(names, v.Name)
		}
	}
	missing := problem.Problem{
		What: fmt.Sprintf("--assume %s: no policy of this run has a value %q", assumption, name),
		Near: problem.Nearest(name, names),
	}
	if missing.Near != "" {
		return refuse(missing)
	}
	return refuse(missing).withHint("outagedrill policy show " + p.jobs.Name + " lists those of polling jobs")
}

// beside is a policy as a timeline file names it: built-in, or a path from the folder of the file.
func beside(file, name string) string {
	if policy.BuiltIn(name) || filepath.IsAbs(name) || !strings.ContainsAny(name, `./\`) {
		return name
	}
	return filepath.Join(filepath.Dir(file), name)
}
