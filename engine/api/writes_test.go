package api_test

import (
	"context"
	"testing"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/engine/api"
)

// busy is a platform on which something else happens right after each command, before its caller hears of it.
type busy struct {
	*platform
	then func(p *platform)
}

func (b busy) Operate(ctx context.Context, c *api.Command) (engine.Outcome, error) {
	outcome, err := b.platform.Operate(ctx, c)
	b.then(b.platform)
	return outcome, err
}

// TestAnswerIsOfTheWrite: what others do right after a write is not in its answer, or its ETag would let the
// caller overwrite what he has not seen (API-03).
func TestAnswerIsOfTheWrite(t *testing.T) {
	by := func(c api.Command) func(p *platform) {
		return func(p *platform) {
			if _, err := p.Operate(t.Context(), &c); err != nil {
				t.Error(err)
			}
		}
	}
	again := api.Command{
		Kind: engine.Reauthorize, Job: -1, Flow: -1, Fields: map[string]string{"username": "u", "password": "p"},
	}
	for _, tt := range []struct {
		method, target, body string
		then                 func(p *platform)
		status               int
		want, etag           string
	}{
		{
			"PUT", "/jobs/poll%2F1/enable", "", by(api.Command{Kind: engine.Disable, Connection: -1, Flow: -1}), 200,
			`{"id": "poll/1", "state": "enabled", "changed": true, "revision": 2}`, `"2"`,
		},
		{
			"POST", "/connections/acme%20main/test", "", by(again), 202,
			`{"id": "acme main", "state": "offline", "revision": 1}`, `"1"`,
		},
		{
			"PUT", "/connections/acme%20main/credentials", `{"fields":{"username":"u","password":"p"}}`, by(again), 200,
			`{"id": "acme main", "state": "offline", "revision": 2}`, `"2"`,
		},
		{
			"POST", "/flows/orders/errors/retry", "",
			func(p *platform) { p.h.Wrote(p.now, 0, &engine.Entry{Kind: engine.ErrorResolvedEntry}) }, 200,
			`{"id": "orders", "state": "paused", "changed": true, "revision": 37}`, `"37"`,
		},
	} {
		a := ask(t, busy{troubled(t), tt.then}, tt.method, tt.target, tt.body)
		a.wants(t, tt.status, tt.want)
		if got := a.header.Get("ETag"); got != tt.etag {
			t.Errorf("%s %s: ETag %s (want %s)", tt.method, tt.target, got, tt.etag)
		}
	}
}
