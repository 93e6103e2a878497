package steps

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/outagedrill/outagedrill/features/contract"
	"github.com/outagedrill/outagedrill/sim"
	"github.com/outagedrill/outagedrill/sim/journal"
	"github.com/outagedrill/outagedrill/sim/timeline"
)

// TargetTimeout is how long a platform under test may take to answer a call, if nothing else is said.
const TargetTimeout = time.Minute

// TargetOptions say how to speak with a platform under test.
type TargetOptions struct {
	Timeout time.Duration     // of each call; 0: TargetTimeout
	Map     *contract.Mapping // where its paths and names are not the contract's; nil: they are

	// Of a platform whose clock runs by itself:
	Minute time.Duration // that a minute of a scenario takes; 0: TargetScale
	Limit  time.Duration // that a scenario may take; 0: TargetLimit
	Clock  RealClock     // nil: the machine's
}

// Target is a platform under test.
type Target struct {
	client contract.Client
	about  *contract.About
	scaled scaled // where its clock runs by itself
}

// OpenTarget asks a platform what it is. It is an error when it does not answer within the time-out, which
// holds for every call, or speaks another contract.
func OpenTarget(ctx context.Context, address string, opt TargetOptions) (*Target, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, fmt.Errorf("the platform under test %q (want a URL such as http://127.0.0.1:8700)",
			address)
	}
	t := &Target{client: contract.Client{
		URL: strings.TrimSuffix(address, "/"), HTTP: &http.Client{},
		Timeout: cmp.Or(opt.Timeout, TargetTimeout),
	}}
	if opt.Map != nil {
		base := strings.TrimSuffix(u.EscapedPath(), "/")
		t.client.HTTP.Transport = opt.Map.Transport(base, http.DefaultTransport)
	}
	if t.about, err = t.client.About(ctx); err != nil {
		return nil, fmt.Errorf("the platform under test at %s does not say what it is: %w", t.client.URL, err)
	}
	switch {
	case t.about.Contract != contract.Version:
		return nil, fmt.Errorf("the platform under test speaks contract %d (want %d)",
			t.about.Contract, contract.Version)
	case !slices.Contains([]string{"mock", "real", ""}, t.about.Clock):
		const form = "the platform under test has the clock %q (want mock, one that %s/clock moves, or real)"
		return nil, fmt.Errorf(form, t.about.Clock, contract.Root)
	case t.mock() && opt.Minute+opt.Limit > 0:
		return nil, errors.New("the platform under test has a mock clock, on which a scenario takes no " +
			"time (want --time-scale and --time-limit for one whose clock runs by itself alone)")
	}
	t.scaled = scaled{
		clock: opt.Clock, minute: cmp.Or(opt.Minute, TargetScale), limit: cmp.Or(opt.Limit, TargetLimit),
	}
	if t.scaled.clock == nil {
		t.scaled.clock = MachineClock()
	}
	return t, nil
}

// mock tells whether the platform has a clock that can be moved.
func (t *Target) mock() bool { return t.about.Clock == "mock" }

// UnderTest is the driver that lets a platform under test play the scenarios. Ours are the fake vendors, the
// mail server, the people and the clock; what the platform does is taken from its calls, its e-mails and what
// it says of itself, never from our model.
func UnderTest(t *Target) Driver {
	clock := "mock"
	if !t.mock() {
		clock = t.scaled.words()
	}
	return Driver{
		Name: "target", Clock: clock, tells: t.canTell,
		api: t.client.URL, client: t.client.HTTP, patience: t.client.Timeout,
		open: func(
			ctx context.Context, tl *timeline.Timeline, opt sim.Options, sink func(*journal.Entry) error,
		) (player, error) {
			return openTarget(ctx, t, tl, opt, sink)
		},
	}
}

// offers tells whether the platform has something.
func (t *Target) offers(what string) bool { return slices.Contains(t.about.Offers, what) }

// unoffered ends a scenario that a platform under test cannot play.
type unoffered struct{ what string }

func (u *unoffered) Error() string { return u.what }

// skipReason tells why a scenario is skipped, if the error says so.
func skipReason(err error) (string, bool) {
	if u, ok := errors.AsType[*unoffered](err); ok {
		return u.what, true
	}
	return "", false
}
