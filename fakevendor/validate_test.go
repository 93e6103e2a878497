package fakevendor_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/dialect"
)

// Every configuration that is wrong is refused, with a message that says where and what.
func TestNewRefuses(t *testing.T) {
	type config = fakevendor.Config
	app := func(change func(*fakevendor.Application)) func(*config) {
		return func(c *config) { change(&c.Applications[acme]) }
	}
	limit := func(l dialect.Limit) func(*config) {
		return app(func(a *fakevendor.Application) { a.Limits = []dialect.Limit{l} })
	}
	rates := func(r ...fakevendor.Rate) func(*config) {
		return app(func(a *fakevendor.Application) { a.Resources[orders].Rates = r })
	}
	with := func(kind fakevendor.Kind, change ...func(*fakevendor.Fault)) func(*config) {
		return func(c *config) { c.Faults = append(c.Faults, fault(kind, change...)) }
	}
	at := func(conn int) func(*fakevendor.Fault) { return func(f *fakevendor.Fault) { f.Connection = conn } }
	for name, test := range map[string]struct {
		change func(*config)
		want   string
	}{
		"no time":         {func(c *config) { c.End = c.Start }, "end is not after start"},
		"no dialect":      {app(func(a *fakevendor.Application) { a.Dialect = nil }), `application 0 "acme": no dialect`},
		"no page":         {app(func(a *fakevendor.Application) { a.PageSize = 0 }), "page size 0"},
		"p99 alone":       {app(func(a *fakevendor.Application) { a.Latency.P99 = 1 }), "latency p99 1ns"},
		"retention":       {app(func(a *fakevendor.Application) { a.Retention = -1 }), "below 0"},
		"rate per 0":      {rates(fakevendor.Rate{N: 1}), `resource 1 "orders": rate 0: 1 each 0s`},
		"rates unsorted":  {rates(fakevendor.Rate{Per: 1}, fakevendor.Rate{Per: 1}), "rate 1: from 0s is not after 0s"},
		"limit twice":     {app(func(a *fakevendor.Application) { a.Limits = []dialect.Limit{{Concurrency: 1}, {Concurrency: 2}} }), "another one has its name"},
		"limit of none":   {limit(dialect.Limit{Per: time.Minute}), "limit of neither"},
		"limit per 0":     {limit(dialect.Limit{Requests: 1}), "limit of 1 requests per 0s"},
		"connection":      {func(c *config) { c.Connections[key].Application = 2 }, `connection 1 "acme-key": application 2`},
		"backwards":       {with(fakevendor.Down, window(2, 1)), "fault 0: ends before it begins"},
		"status":          {with(fakevendor.Down, status(404)), "status 404"},
		"how":             {with(fakevendor.Down, how(fakevendor.HowDead)), "how of token_refresh"},
		"resource":        {with(fakevendor.Down, on(2)), "resource 2 does not exist (want 0 to 1)"},
		"on a connection": {with(fakevendor.Down, at(wmsKey)), "is not that of connection"},
		"token endpoint":  {with(fakevendor.BadCredentials, func(f *fakevendor.Fault) { f.OfTokens = true }), "token endpoint alone"},
		"flapping":        {with(fakevendor.Flapping), "flapping up 0s, down 0s"},
		"flaky":           {with(fakevendor.Flaky, func(f *fakevendor.Fault) { f.Rate = math.NaN() }), "flaky with rate NaN"},
		"no connection":   {with(fakevendor.BadCredentials, at(-1)), "connection -1 does not exist"},
		"foreign":         {with(fakevendor.BadCredentials, at(wmsKey)), "is not that of connection"},
		"no OAuth":        {with(fakevendor.TokenRevoked, at(key)), "no OAuth 2.0"},
		"partial token":   {with(fakevendor.TokenRevoked, on(orders)), "some resources alone"},
		"refresh how":     {with(fakevendor.TokenRefresh), "neither dead nor transient"},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := world(t)
			test.change(&cfg)
			if _, err := fakevendor.New(cfg); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %q", err, test.want)
			}
		})
	}
}
