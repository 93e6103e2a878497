package sim

import (
	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/sim/timeline"
)

// Machines describes both machines of a timeline, the platform and its vendors, for drivers that run them by
// themselves, without the timeline's script.
func Machines(tl *timeline.Timeline, opt Options) (engine.Config, fakevendor.Config, error) {
	if err := opt.policies(); err != nil {
		return engine.Config{}, fakevendor.Config{}, err
	}
	vendors, err := vendorConfig(tl, &opt)
	if err != nil {
		return engine.Config{}, vendors, err
	}
	v, err := fakevendor.New(vendors)
	if err != nil {
		return engine.Config{}, vendors, err
	}
	platform := engineConfig(tl, &opt, v)
	if opt.Environment != "" {
		platform.Environment = opt.Environment
	}
	return platform, vendors, nil
}
