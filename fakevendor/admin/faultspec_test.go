package admin_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/admin"
	"github.com/outagedrill/outagedrill/internal/span"
)

func TestParseFault(t *testing.T) {
	minutes := func(n int) span.Span { return span.Span(time.Duration(n) * time.Minute) }
	for text, want := range map[string]admin.FaultSpec{
		"down":             {Fault: "down"},
		" down how=reset ": {Fault: "down", How: "reset"},
		"down how=timeout for=5m resources=orders,contacts": {
			Fault: "down", How: "timeout", For: minutes(5), Resources: []string{"orders", "contacts"},
		},
		`slow latency=1m connection="acme main" applied=true`: {
			Fault: "slow", Latency: minutes(1), Connection: "acme main", Applied: true,
		},
		"flaky rate=0.25 endpoints=list-orders token_endpoint=true": {
			Fault: "flaky", Rate: 0.25, Endpoints: []string{"list-orders"}, Tokens: true,
		},
		"flapping up=1m down=9m at=+5m": {Fault: "flapping", Up: minutes(1), Down: minutes(9), At: "+5m"},
	} {
		got, err := admin.ParseFault(text)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%s: %v %s", text, err, diff)
		}
	}
	for text, want := range map[string]string{
		"":                            `there is no fault ""`,
		"dwon":                        `did you mean "down"?`,
		"down hwo=reset":              `did you mean "how"?`,
		"down reset":                  `"reset" is no key with a value`,
		"down how=reset how=tls":      "how is there twice",
		"down how=":                   "how has no value",
		"down for=5":                  `for: "5" is not a duration`,
		"down status=teapot":          `status: "teapot" is no status`,
		"flaky rate=2":                `rate: "2" is no rate`,
		"down applied=yes":            `"yes" is neither true nor false`,
		`down connection="acme`:       "a quote that does not end",
		`down connection="acme"x`:     "something right after a quote",
		strings.Repeat("down ", 1000): "a fault of 5000 bytes",
	} {
		if _, err := admin.ParseFault(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40s: %v (want %s)", text, err, want)
		}
	}
}

func TestRequestFault(t *testing.T) {
	cfg := newWorld(t).Config()
	got, err := admin.RequestFault("down how=timeout", cfg, 0, 1)
	want := fakevendor.Fault{Kind: fakevendor.Down, How: fakevendor.HowTimeout, Connection: 1}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v %s", err, diff)
	}
	for text, want := range map[string]fakevendor.How{
		"down how=reset_body": fakevendor.HowResetBody, "slow how=body latency=1s": fakevendor.HowBody,
		"down how=empty": fakevendor.HowEmpty, "down how=status": fakevendor.HTTPStatus,
	} {
		if got, err := admin.RequestFault(text, cfg, 0, 0); err != nil || got.How != want {
			t.Errorf("%s: how %v, %v (want %v)", text, got.How, err, want)
		}
	}
	for _, text := range []string{
		"down how=body", "down how=dead", "slow how=reset latency=1s", "token_refresh how=reset_body",
	} {
		if _, err := admin.RequestFault(text, cfg, 0, 0); err == nil || !strings.Contains(err.Error(), "that is") {
			t.Errorf("%s: %v (want it refused)", text, err)
		}
	}
	got, err = admin.RequestFault("rate_limited retry_after=30s", cfg, 1, -1)
	want = fakevendor.Fault{
		Kind: fakevendor.RateLimited, Application: 1, Connection: -1, RetryAfter: 30 * time.Second,
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v %s", err, diff)
	}
	for text, want := range map[string]string{
		"down for=5m": "say nothing of one request", "down application=acme": "say nothing of one request",
		"down latency=5s": "the key latency does not fit down", "dwon": admin.FaultHeader + ": there is no fault",
		"bad_credentials": "bad_credentials without connection",
	} {
		if _, err := admin.RequestFault(text, cfg, 0, -1); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v (want %s)", text, err, want)
		}
	}
}

// FuzzParseFault: whatever is read is written so that it reads back the same, and resolving it never panics.
func FuzzParseFault(f *testing.F) {
	f.Add("down how=timeout for=5m resources=orders,contacts")
	f.Add(`slow latency=1m connection="acme main" applied=true`)
	f.Add(`flaky rate=1e-3 endpoints=",,\"" status=0`)
	f.Add("flapping up=1m down=9m at=+5m application=acme")
	w := newWorld(f)
	f.Fuzz(func(t *testing.T, text string) {
		spec, err := admin.ParseFault(text)
		if err != nil {
			return
		}
		again, err := admin.ParseFault(spec.String())
		if diff := cmp.Diff(spec, again); diff != "" || err != nil && len(spec.String()) <= 4096 {
			t.Fatalf("%q is written %q: %v %s", text, spec.String(), err, diff)
		}
		if fault, err := spec.Resolve(w.Config(), start); err == nil {
			_, _ = w.AddFaultFor(&fault, 0) // the core may refuse it, but does not break by it
		}
	})
}
