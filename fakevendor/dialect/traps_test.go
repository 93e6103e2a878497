package dialect_test

import (
	"testing"
	"time"

	"github.com/outagedrill/outagedrill/fakevendor/dialect"
)

const (
	none  = time.Duration(-1)
	token = dialect.RefreshToken
)

// Each answer of a vendor that a client by the status alone takes for something else. The answers are what the
// sources have, written out here, so that a wrong wording in a dialect's file cannot hide a wrong rule.
func TestTraps(t *testing.T) {
	limited := dialect.Reading{Class: dialect.RateLimited, RetryAfter: none}
	after := func(d time.Duration) dialect.Reading {
		return dialect.Reading{Class: dialect.RateLimited, RetryAfter: d}
	}
	bad := dialect.Reading{Class: dialect.BadCredentials, RetryAfter: none}
	expired := dialect.Reading{Class: dialect.BadCredentials, Sub: dialect.ExpiredToken, RetryAfter: none}
	dead := dialect.Reading{Class: dialect.TokenRefreshFailed, Sub: dialect.Dead, RetryAfter: none}
	transient := dialect.Reading{Class: dialect.TokenRefreshFailed, Sub: dialect.Transient, RetryAfter: none}
	down := dialect.Reading{Class: dialect.VendorDown, Sub: dialect.ServerError, RetryAfter: none}
	page := dialect.Reading{Class: dialect.VendorDown, Sub: dialect.HTMLPage, RetryAfter: none}
	rejected := dialect.Reading{Class: dialect.Rejected, RetryAfter: none}
	for _, trap := range []struct {
		name, dialect string
		op            dialect.Op
		answer        dialect.Answer
		want          dialect.Reading
	}{
		// 403s
		{
			"403 that is a limit", "salesforce", api,
			answer(403, `[{"message":"TotalRequests Limit exceeded.","errorCode":"REQUEST_LIMIT_EXCEEDED"}]`), limited,
		},
		{
			"403 that is a missing right", "salesforce", api,
			answer(403, `[{"message":"insufficient access","errorCode":"INSUFFICIENT_ACCESS"}]`), bad,
		},
		{
			"403 that is a limit, by its header", "github", api,
			answer(403, `{"message":"API rate limit exceeded for user ID 123."}`,
				"X-RateLimit-Remaining", "0", "X-RateLimit-Reset", "1709251500"), after(5 * time.Minute),
		},
		{
			"403 that is the secondary limit, with budget left", "github", api,
			answer(403, `{"message":"You have exceeded a secondary rate limit. Please wait a few minutes before you try again."}`,
				"X-RateLimit-Remaining", "4987", "X-RateLimit-Reset", "1709251500"), limited,
		},
		{
			"403 that is the secondary limit, with Retry-After", "github", api,
			answer(403, `{}`, "X-RateLimit-Remaining", "4987", "Retry-After", "60"), after(time.Minute),
		},
		{
			"403 that is a missing right, with a reset far off", "github", api,
			answer(403, `{"message":"Resource not accessible by integration"}`,
				"X-RateLimit-Remaining", "4987", "X-RateLimit-Reset", "1709251500"), bad,
		},
		{
			"403 that is a limit, by its domain", "google-workspace", api,
			answer(403, `{"error":{"errors":[{"domain":"usageLimits","reason":"userRateLimitExceeded","message":"User Rate Limit Exceeded"}],"code":403}}`),
			limited,
		},
		{
			"403 that is an expired token", "amazon-sp-api", api,
			answer(403, `{"errors":[{"code":"Unauthorized","message":"Access to requested resource is denied.","details":"The access token you provided has expired."}]}`),
			expired,
		},
		{
			"403 that is a bad token", "amazon-sp-api", api,
			answer(403, `{"errors":[{"code":"Unauthorized","message":"Access to requested resource is denied.","details":"The access token you provided is revoked, malformed or invalid."}]}`),
			bad,
		},
		{
			"403 that is a disconnected tenant", "xero", api,
			answer(403, `{"Type":null,"Title":"Forbidden","Status":403,"Detail":"AuthenticationUnsuccessful"}`), bad,
		},
		{"403 that is no payroll", "xero", api, answer(403, ""), rejected},
		{
			"403 that is a dead refresh token", "jira", token,
			answer(403, `{"error":"unauthorized_client","error_description":"refresh_token is invalid"}`), dead,
		},

		// 200s
		{
			"200 that is a limit", "marketo", api,
			answer(200, `{"requestId":"5576#16523a39ed7","success":false,"errors":[{"code":"606","message":"Max rate limit '100' exceeded with in '20' secs"}]}`),
			limited,
		},
		{
			"200 that is a limit, in GraphQL", "shopify-graphql", api,
			answer(200, `{"errors":[{"message":"Throttled","extensions":{"code":"THROTTLED"}}],"extensions":{"cost":{"requestedQueryCost":752,"actualQueryCost":null}}}`),
			limited,
		},
		{"200 that is an expired token", "slack", api, answer(200, `{"ok":false,"error":"token_expired"}`), expired},
		{
			"200 that is an expired token, by code", "marketo", api,
			answer(200, `{"success":false,"errors":[{"code":"602","message":"Access token expired"}]}`), expired,
		},
		{"200 that is bad credentials", "slack", api, answer(200, `{"ok":false,"error":"invalid_auth"}`), bad},
		{"200 that is an outage", "slack", api, answer(200, `{"ok":false,"error":"internal_error"}`), down},
		{
			"200 that is an outage, in GraphQL", "shopify-graphql", api,
			answer(200, `{"errors":[{"message":"Internal error.","extensions":{"code":"INTERNAL_SERVER_ERROR"}}]}`), down,
		},
		{
			"200 that is bad credentials, in GraphQL", "shopify-graphql", api,
			answer(200, `{"errors":[{"message":"Access denied","extensions":{"code":"ACCESS_DENIED"}}]}`), bad,
		},
		{
			"200 that is about the shop, in GraphQL", "shopify-graphql", api,
			answer(200, `{"errors":[{"message":"Unavailable Shop","extensions":{"code":"SHOP_INACTIVE"}}]}`), rejected,
		},
		{
			"200 that is an outage, by code", "marketo", api,
			answer(200, `{"success":false,"errors":[{"code":"608","message":"API Temporarily Unavailable"}]}`), down,
		},
		{
			"200 that is a gateway's time-out, by code", "marketo", api,
			answer(200, `{"requestId":"e42b#14272d07d78","success":false,"errors":[{"code":"502","message":"Bad Gateway"}]}`),
			down,
		},
		{
			"200 that is a subscription out of reach", "marketo", api,
			answer(200, `{"requestId":"e42b#1","success":false,"errors":[{"code":"614","message":"Invalid Subscription"}]}`), down,
		},
		{
			"200 that is a dead refresh token, as a form", "github", token,
			answer(200, "error=bad_refresh_token&error_description=The+refresh+token+passed+is+incorrect+or+expired.",
				"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"), dead,
		},
		{"200 that is a dead refresh token, as JSON", "github", token, answer(200, `{"error":"bad_refresh_token"}`), dead},
		{"200 that is a dead refresh token", "slack", token, answer(200, `{"ok":false,"error":"invalid_refresh_token"}`), dead},
		{
			"429 inside a 200 batch", "quickbooks-online", api,
			answer(200, `{"BatchItemResponse":[{"bId":"1"},{"bId":"2","Fault":{"Error":[{"Message":"message=ThrottleExceeded; errorCode=003001; statusCode=429","code":"3001"}],"type":"SERVICE"}}]}`),
			limited,
		},
		{
			"HTML where JSON is promised", "servicenow", api,
			answer(200, "<!DOCTYPE html><html><title>Hibernating Instance</title>", "Content-Type", "text/html"), page,
		},

		// 400s and 401s
		{
			"400 that is a limit", "netsuite-restlet", api,
			answer(400, `{"error":{"code":"SSS_REQUEST_LIMIT_EXCEEDED"}}`), limited,
		},
		{"400 that is none", "netsuite-restlet", api, answer(400, `{"error":{"code":"INVALID_FIELD"}}`), rejected},
		{
			"400 that is a limit, in one fake", "netsuite-rest", api,
			answer(400, `{"title":"Bad Request","status":400,"o:errorDetails":[{"o:errorCode":"CONCURRENCY_LIMIT_EXCEEDED"}]}`), limited,
		},
		{
			"SOAP fault that is a limit", "netsuite-restlet", api,
			answer(500, "<faultcode>WS_REQUEST_BLOCKED</faultcode>", "Content-Type", "text/xml"), limited,
		},
		{
			"400 that is a dead refresh token in no RFC's words", "hubspot", token,
			answer(400, `{"status":"BAD_REFRESH_TOKEN","message":"missing or invalid refresh token"}`), dead,
		},
		{
			"401 server_error that no retry helps", "servicenow", token,
			answer(401, `{"error_description":"access_denied","error":"server_error"}`), dead,
		},
		{
			"401 that is the token endpoint's", "marketo", token,
			answer(401, `{"error":"invalid_client","error_description":"Bad client credentials"}`), dead,
		},
		{
			"401 on a valid token", "microsoft-graph", api,
			answer(401, `{"error":{"code":"InvalidAuthenticationToken","message":"Lifetime validation failed, the token is expired."}}`),
			expired,
		},
		{
			"401 that must not trigger a refresh", "hubspot", api,
			answer(401, `{"status":"error","message":"This oauth-token is expired! expiresAt: 1643194402611, now: 1643972072320","category":"EXPIRED_AUTHENTICATION"}`),
			bad,
		},
		{
			"401 that a client may take for a reason to refresh", "hubspot+refresh-on-401", api,
			answer(401, `{"status":"error","category":"EXPIRED_AUTHENTICATION"}`), expired,
		},
		{
			"401 that says expired or bad", "salesforce", api,
			answer(401, `[{"message":"Session expired or invalid","errorCode":"INVALID_SESSION_ID"}]`), expired,
		},
		{
			"401 that no refresh mends", "salesforce", api,
			answer(401, `[{"message":"INVALID_AUTH_HEADER","errorCode":"INVALID_AUTH_HEADER"}]`), bad,
		},
		{
			"401 of a key that expired", "stripe", api,
			answer(401, `{"error":{"code":"api_key_expired","type":"invalid_request_error"}}`), bad,
		},
		{
			"401 with token-based authentication", "netsuite-rest", api,
			answer(401, `{}`, "WWW-Authenticate", `OAuth realm="9910981_SB1", error="token_rejected"`), bad,
		},
		{
			"lower-case keys", "quickbooks-online", api,
			answer(401, `{"fault":{"error":[{"message":"message=AuthenticationFailed; errorCode=003200; statusCode=401","detail":"Token expired: AB01","code":"3200"}],"type":"AUTHENTICATION"}}`),
			expired,
		},
		{
			"upper-case keys", "quickbooks-online", api,
			answer(401, `{"Fault":{"Error":[{"Message":"message=AuthenticationFailed; errorCode=003200; statusCode=401","code":"3200"}],"type":"AUTHENTICATION"}}`),
			expired,
		},

		// 429s, and when to come back
		{
			"429 with title Bad Request", "netsuite-rest", api,
			answer(429, `{"title":"Bad Request","status":429,"o:errorDetails":[{"o:errorCode":"CONCURRENCY_LIMIT_EXCEEDED"}]}`), limited,
		},
		{"429 that is a lock", "stripe", api, answer(429, `{"error":{"code":"lock_timeout"}}`), limited},
		{
			"429 of the token endpoint", "quickbooks-online", token,
			answer(429, `{"Fault":{"Error":[{"code":"3001"}]}}`), transient,
		},
		{
			"429 in plain text", "zendesk", api,
			answer(429, "Number of allowed API requests per minute exceeded",
				"Content-Type", "text/plain; charset=utf-8", "Retry-After", "1", "X-Rate-Limit-Remaining", "0"), after(time.Second),
		},
		{
			"429 of an endpoint while the account has budget left", "zendesk", api,
			answer(429, "", "X-Rate-Limit-Remaining", "689", "Retry-After", "41"), after(41 * time.Second),
		},
		{
			"429 of a burst while the quota lasts", "jira", api,
			answer(429, "", "RateLimit-Reason", "jira-burst-based", "X-RateLimit-Remaining", "99",
				"X-RateLimit-Reset", "2024-03-01T01:00:00Z"), limited,
		},
		{
			"429 of the quota, its reset in ISO 8601", "jira", api,
			answer(429, "", "RateLimit-Reason", "jira-quota-global-based", "X-RateLimit-Remaining", "0",
				"X-RateLimit-Reset", "2024-03-01T01:00:00Z"), after(time.Hour),
		},
		{
			"429 with both, of which Retry-After wins", "jira", api,
			answer(429, "", "Retry-After", "1847", "X-RateLimit-Remaining", "0", "X-RateLimit-Reset", "2024-03-01T01:00:00Z"),
			after(1847 * time.Second),
		},
		{"429 of a gateway, with nothing", "jira", api, answer(429, ""), limited},
		{"Retry-After with a decimal", "shopify-rest", api, answer(429, `{"errors":"Exceeded"}`, "Retry-After", "2.0"), after(2 * time.Second)},
		{
			"Retry-After of most of a day", "xero", api,
			answer(429, "", "X-Rate-Limit-Problem", "day", "Retry-After", "77000"), after(77_000 * time.Second),
		},
		{
			"Retry-After that has grown", "dataverse", api,
			answer(429, `{"error":{"code":"0x80072322"}}`, "Retry-After", "317"), after(317 * time.Second),
		},
		{"Retry-After that is absent", "stripe", api, answer(429, `{"error":{}}`, "Stripe-Rate-Limited-Reason", "global-rate"), limited},

		// outages that are none, and what is one
		{
			"503 that is a limit", "salesforce+connect", api,
			answer(503, `[{"message":"Too many requests in an hour or the server is down for maintenance."}]`), limited,
		},
		{
			"503 that is ambiguous", "salesforce", api,
			answer(503, `[{"message":"Too many requests in an hour or the server is down for maintenance."}]`), down,
		},
		{
			"503 that is a policy stop", "mailchimp", api,
			answer(503, `{"title":"ComplianceRelated","status":503,"detail":"This method has been disabled."}`), rejected,
		},
		{"503 that is an outage", "mailchimp", api, answer(503, "<html>"), down},
		{"402 that is a frozen shop", "shopify-rest", api, answer(402, `{"errors":"Unavailable Shop"}`), rejected},
		{"430 that is a security rejection", "shopify-graphql", api, answer(430, ""), rejected},
		{"423 that is a locked shop", "shopify-rest", api, answer(423, ""), rejected},
		{"423 that asks for patience", "hubspot", api, answer(423, ""), limited},
		{
			"477 that is a migration", "hubspot", api, answer(477, "", "Retry-After", "600"),
			dialect.Reading{Class: dialect.VendorDown, Sub: dialect.ServerError, RetryAfter: 10 * time.Minute},
		},
		{"521 that is an outage", "hubspot", api, answer(521, ""), down},
		{
			"200 GraphQL errors that are about the query", "shopify-graphql", api,
			answer(200, `{"errors":[{"message":"Field 'x' doesn't exist on type 'Product'"}]}`), rejected,
		},
		{"200 that is about the call", "slack", api, answer(200, `{"ok":false,"error":"channel_not_found"}`), rejected},
		{
			"token endpoint down", "salesforce", token, answer(503, `[{"errorCode":"SERVER_UNAVAILABLE"}]`), transient,
		},
	} {
		t.Run(trap.dialect+": "+trap.name, func(t *testing.T) {
			d, err := dialect.Load(trap.dialect)
			if err != nil {
				t.Fatal(err)
			}
			trap.want.Status = uint16(trap.answer.Status)
			if trap.answer.Header.Get("Content-Type") == "" {
				trap.answer.Header.Set("Content-Type", "application/json")
			}
			if got := d.Read(trap.op, &trap.answer); got != trap.want {
				t.Errorf("read as %s %s, wait %s; want %s %s, wait %s",
					got.Class, got.Sub, got.RetryAfter, trap.want.Class, trap.want.Sub, trap.want.RetryAfter)
			}
		})
	}
}

// What a dialect makes of its vendor's 401s (C-05): where one answer stands for an expired token and for bad
// credentials alike, both read as an expired token, so that a refresh tells them apart; where the vendor says
// that no refresh helps, or should follow, none of them does.
func TestExpiredTokens(t *testing.T) {
	type readings struct{ expired, bad dialect.Sub }
	told := readings{dialect.ExpiredToken, dialect.NoSub}
	alike := readings{dialect.ExpiredToken, dialect.ExpiredToken}
	never := readings{}
	want := map[string]readings{
		"generic": told, "amazon-sp-api": told, "marketo": told, "slack": told, "xero": told, "zendesk": told,
		"dataverse": alike, "github": alike, "google-workspace": alike, "jira": alike, "microsoft-graph": alike,
		"netsuite-rest": alike, "netsuite-restlet": alike, "quickbooks-online": alike, "salesforce": alike,
		"servicenow": alike, "shopify-graphql": alike, "shopify-rest": alike,
		"hubspot": never, "mailchimp": never, "stripe": never,
	}
	for _, name := range dialect.Names() {
		d, err := dialect.Load(name)
		if err != nil {
			t.Fatal(err)
		}
		p := dialect.Params{Access: 1}
		got := readings{
			d.Judge(api, d.Shape(dialect.ShapeExpiredToken), &p).Sub,
			d.Judge(api, d.Shape(dialect.ShapeBadCredentials), &p).Sub,
		}
		if w, ok := want[name]; !ok || got != w {
			t.Errorf("%s: expired reads as %q, bad as %q, want %q, %q", name, got.expired, got.bad, w.expired, w.bad)
		}
	}
}
