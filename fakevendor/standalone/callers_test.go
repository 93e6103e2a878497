package standalone_test

import (
	"testing"
	"time"

	"github.com/outagedrill/outagedrill/fakevendor/standalone"
)

// limited has every application take the limits of its dialect.
func limited(c *standalone.Config) {
	for i := range c.Vendor.Applications {
		a := &c.Vendor.Applications[i]
		a.Limits = a.Dialect.Limits
	}
}

// Who shows no credential at GitHub has 60 calls an hour, by address, whatever those with one use up; searches
// have limits of their own, and to look at them costs nothing.
func TestAnonymousCallers(t *testing.T) {
	r := serve(t, []string{"github"}, limited)
	told := func(path, limit, remaining, resource string, header ...string) {
		t.Helper()
		r.ask("github", "GET", path, "", header...).want(t, 200, "",
			"X-RateLimit-Limit", limit, "X-RateLimit-Remaining", remaining, "X-RateLimit-Resource", resource)
	}
	told("/zen", "60", "59", "core")
	told("/zen", "5000", "4999", "core", key)
	told("/search/issues?q=a", "10", "9", "search")
	told("/search/issues?q=a", "30", "29", "search", key)
	for range 59 {
		r.ask("github", "GET", "/zen", "").want(t, 200, "")
	}
	r.ask("github", "GET", "/zen", "").want(t, 403, "Authenticated requests get a higher rate limit",
		"X-RateLimit-Remaining", "0", "X-RateLimit-Reset", "1709254800") // an hour after the first call
	told("/zen", "5000", "4998", "core", key) // after a refusal, too
	told("/rate_limit", "60", "0", "core")    // served all the same
	const rest = `"core":{"limit":60,"used":60,"remaining":0,"reset":1709254800},` +
		`"search":{"limit":10,"used":1,"remaining":9,"reset":1709251260}`
	r.ask("github", "GET", "/rate_limit", "").want(t, 200, rest)
	for range 2 { // it does not count
		r.ask("github", "GET", "/rate_limit", "", key).want(t, 200, `"core":{"limit":5000,"used":2,`)
	}
	r.ask("github", "GET", "/rate_limit", "", key).
		want(t, 200, `"graphql":{"limit":5000,"used":0,"remaining":5000,"reset":1709254800}},"rate":{"limit":5000`)
	for range 9 {
		r.ask("github", "GET", "/search/issues?q=a", "").want(t, 200, "")
	}
	r.ask("github", "GET", "/search/issues?q=a", "").want(t, 403, "", "X-RateLimit-Resource", "search")
	r.advance(time.Hour)
	told("/zen", "60", "59", "core")
}
