package steps

import (
	"context"

	"github.com/outagedrill/outagedrill/engine/policy"
	"github.com/outagedrill/outagedrill/sim"
	"github.com/outagedrill/outagedrill/sim/journal"
	"github.com/outagedrill/outagedrill/sim/timeline"
)

// Assuming is the driver with a policy in place of the built-in one of its kind; values that a scenario gives
// itself stay. It is for tests with policies that are wrong on purpose: a rule book that says what the rules
// say turns red.
func (d Driver) Assuming(p *policy.Policy) Driver {
	open := d.open
	d.open = func(
		ctx context.Context, tl *timeline.Timeline, opt sim.Options, sink func(*journal.Entry) error,
	) (player, error) {
		slot := &opt.Flows
		if p.Governs == policy.ForPollingJobs {
			slot = &opt.PollingJobs
		}
		assumed := p
		if *slot != nil {
			for _, v := range (*slot).Values {
				if v.Basis != policy.Yours {
					continue
				}
				var err error
				if assumed, err = assumed.Override(v.Name, v.Text); err != nil {
					return nil, err
				}
			}
		}
		*slot = assumed
		return open(ctx, tl, opt, sink)
	}
	return d
}
