package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/pflag"

	"github.com/outagedrill/outagedrill/features/contract"
	"github.com/outagedrill/outagedrill/features/steps"
)

// targetFlags say which platform is under test, if any.
type targetFlags struct {
	url      string
	patience time.Duration // with each call
	mapping  string        // file

	// Of a platform whose clock runs by itself; 0: as steps has it.
	minute time.Duration // that a minute of a scenario takes
	limit  time.Duration // that a scenario may take
}

func (f *targetFlags) add(set *pflag.FlagSet) {
	set.StringVar(&f.url, "target", "", "play on the platform at `URL` in place of ours; see docs/target.md")
	set.DurationVar(&f.patience, "target-timeout", steps.TargetTimeout,
		"give up a call to that platform after `DURATION`")
	set.StringVar(&f.mapping, "target-map", "",
		"`FILE` that maps the contract to that platform's own paths and names")
	set.DurationVar(&f.minute, "time-scale", 0,
		"`DURATION` of a scenario's minute on a platform whose clock runs by itself (default "+
			steps.TargetScale.String()+")")
	set.DurationVar(&f.limit, "time-limit", 0,
		"skip scenarios that take longer than `DURATION` there (default "+steps.TargetLimit.String()+")")
}

// check tells what is wrong with the flags, beside a driver's.
func (f *targetFlags) check(driver string) error {
	switch {
	case f.url != "" && driver != "sim":
		return errors.New("--target plays on your platform, --driver on ours (want one of them)")
	case f.url == "" && f.patience != steps.TargetTimeout:
		return errors.New("--target-timeout says how long to wait for --target (want both)")
	case f.url == "" && f.mapping != "":
		return errors.New("--target-map says how to speak with --target (want both)")
	case f.url == "" && (f.minute != 0 || f.limit != 0):
		return errors.New("--time-scale and --time-limit say how time passes on --target (want both)")
	case f.minute < 0 || f.limit < 0:
		return errors.New("--time-scale and --time-limit are durations (want more than 0s)")
	case f.patience <= 0:
		return fmt.Errorf("--target-timeout is %s (want more than 0s)", f.patience)
	}
	return nil
}

// open is the driver for the platform under test.
func (f *targetFlags) open(ctx context.Context) (steps.Driver, error) {
	opt := steps.TargetOptions{Timeout: f.patience, Minute: f.minute, Limit: f.limit}
	if f.mapping != "" {
		text, err := os.ReadFile(f.mapping)
		if err != nil {
			return steps.Driver{}, ofFile(f.mapping, err)
		}
		if opt.Map, err = contract.ReadMapping(f.mapping, text); err != nil {
			return steps.Driver{}, err
		}
	}
	platform, err := steps.OpenTarget(ctx, f.url, opt)
	switch {
	case ctx.Err() != nil:
		return steps.Driver{}, interrupted(ctx)
	case err != nil:
		return steps.Driver{}, err
	}
	return steps.UnderTest(platform), nil
}

// words are the flags as somebody would write them.
func (f *targetFlags) words() []string {
	var words []string
	if f.url != "" {
		words = append(words, "--target", f.url)
	}
	if f.mapping != "" {
		words = append(words, "--target-map", f.mapping)
	}
	if f.patience != steps.TargetTimeout {
		words = append(words, "--target-timeout", f.patience.String())
	}
	if f.minute != 0 {
		words = append(words, "--time-scale", f.minute.String())
	}
	if f.limit != 0 {
		words = append(words, "--time-limit", f.limit.String())
	}
	return words
}
