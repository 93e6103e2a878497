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
}

// Target is a platform under test.
type Target struct {
	client contract.Client
	about  *contract.About
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
	case t.about.Clock != "mock":
		const form = "the platform under test has the clock %q (want mock: one that %s/clock moves)"
		return nil, fmt.Errorf(form, t.about.Clock, contract.Root)
	}
	return t, nil
}

// UnderTest is the driver that lets a platform under test play the scenarios. Ours are the fake vendors, the
// mail server, the people and the clock; what the platform does is taken from its calls, its e-mails and what
// it says of itself, never from our model.
func UnderTest(t *Target) Driver {
	return Driver{
		Name: "target", tells: t.canTell,
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
