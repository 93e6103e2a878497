package dialect_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/outagedrill/outagedrill/fakevendor/dialect"
)

const api = dialect.ReadPage

// answer makes an HTTP answer; headers are name and value in turn.
func answer(status int, body string, headers ...string) dialect.Answer {
	h := http.Header{"Date": {"Fri, 01 Mar 2024 00:00:00 GMT"}}
	for i := 0; i < len(headers); i += 2 {
		h.Set(headers[i], headers[i+1])
	}
	return dialect.Answer{Status: status, Header: h, Body: []byte(body)}
}

// Rule C-02 row by row, on answers that no shape of ours makes.
func TestGenericReading(t *testing.T) {
	const page = `{"records":[{"id":"x-4","number":4},{"id":"x-5","number":5}],"has_more":true}`
	const realm = `Bearer realm="x", `
	tests := []struct {
		name   string
		op     dialect.Op
		answer dialect.Answer
		class  dialect.Class
		sub    dialect.Sub
	}{
		{"page", api, answer(200, page), dialect.OK, dialect.NoSub},
		{"201 with a promise kept", dialect.WriteRecords, answer(201, `{"stored":0}`), dialect.OK, dialect.NoSub},
		{"429", api, answer(429, "slow down"), dialect.RateLimited, dialect.NoSub},
		{"401", api, answer(401, ""), dialect.BadCredentials, dialect.NoSub},
		{"403", api, answer(403, page), dialect.BadCredentials, dialect.NoSub},
		{
			"401 invalid_token", api, answer(401, "", "WWW-Authenticate", realm+`error="invalid_token"`),
			dialect.BadCredentials, dialect.ExpiredToken,
		},
		{
			"401 invalid_token unquoted", api, answer(401, "", "WWW-Authenticate", realm+`Error = invalid_token, x="y"`),
			dialect.BadCredentials, dialect.ExpiredToken,
		},
		{
			"401 of another error", api, answer(401, "", "WWW-Authenticate", realm+`error="invalid_tokens"`),
			dialect.BadCredentials, dialect.NoSub,
		},
		{
			"403 invalid_token", api, answer(403, "", "WWW-Authenticate", realm+`error="invalid_token"`),
			dialect.BadCredentials, dialect.NoSub,
		},
		{"500", api, answer(500, ""), dialect.VendorDown, dialect.ServerError},
		{"599", api, answer(599, "<html>"), dialect.VendorDown, dialect.ServerError},
		{"404", api, answer(404, ""), dialect.Rejected, dialect.NoSub},
		{"422", api, answer(422, page), dialect.Rejected, dialect.NoSub},
		{"empty", api, answer(200, " \n"), dialect.VendorDown, dialect.EmptyBody},
		{"204", api, answer(204, ""), dialect.VendorDown, dialect.EmptyBody},
		{
			"html by its type", api, answer(200, "<h1>soon</h1>", "Content-Type", "text/html; charset=utf-8"),
			dialect.VendorDown, dialect.HTMLPage,
		},
		{"html by its looks", api, answer(200, "\n<!DOCTYPE HTML><p>soon"), dialect.VendorDown, dialect.HTMLPage},
		{"garbage", api, answer(200, "{]"), dialect.VendorDown, dialect.Garbage},
		{"two documents", api, answer(200, page+page), dialect.VendorDown, dialect.Garbage},
		{"no records", api, answer(200, `{"has_more":false}`), dialect.VendorDown, dialect.Garbage},
		{"records without numbers", api, answer(200, `{"records":[{}]}`), dialect.VendorDown, dialect.Garbage},
		{"number with a fraction", api, answer(200, `{"records":[{"number":1.5}]}`), dialect.VendorDown, dialect.Garbage},
		{"redirect", api, answer(302, page), dialect.VendorDown, dialect.Garbage},
		{"unknown transport", api, dialect.Answer{Transport: 99}, dialect.VendorDown, dialect.EmptyBody},
		{"token", dialect.RefreshToken, answer(200, `{"access_token":"at-c-2"}`), dialect.OK, dialect.NoSub},
		{
			"invalid_grant", dialect.RefreshToken, answer(400, `{"error":"invalid_grant"}`),
			dialect.TokenRefreshFailed, dialect.Dead,
		},
		{
			"401 invalid_grant", dialect.RefreshToken, answer(401, `{"error":"invalid_grant"}`),
			dialect.TokenRefreshFailed, dialect.Dead,
		},
		{
			"503 invalid_grant", dialect.RefreshToken, answer(503, `{"error":"invalid_grant"}`),
			dialect.TokenRefreshFailed, dialect.Transient,
		},
		{"token endpoint limits", dialect.RefreshToken, answer(429, ""), dialect.TokenRefreshFailed, dialect.Transient},
		{"token body is HTML", dialect.RefreshToken, answer(200, "<html>"), dialect.TokenRefreshFailed, dialect.Transient},
		{
			"token unreadable", dialect.RefreshToken, answer(200, `{"access_token":"secret"}`),
			dialect.TokenRefreshFailed, dialect.Transient,
		},
		{
			"token cut short", dialect.RefreshToken,
			dialect.Answer{Transport: dialect.CutShort, Status: 200, Body: []byte(`{"access_token":"at-c-2"}`)},
			dialect.TokenRefreshFailed, dialect.Transient,
		},
	}
	d := generic(t)
	for _, test := range tests {
		got := d.Read(test.op, &test.answer)
		if got.Class != test.class || got.Sub != test.sub {
			t.Errorf("%s: read as %s %s, want %s %s", test.name, got.Class, got.Sub, test.class, test.sub)
		}
	}
}

// What an ok body says is taken over.
func TestReadContent(t *testing.T) {
	d := generic(t)
	page := answer(200, `{"records":[{"number":"9007199254740993"},{"number":9007199254740995}],"has_more":true}`)
	got := d.Read(api, &page)
	want := dialect.Reading{
		Status: 200, RetryAfter: -1, First: 9007199254740993, Last: 9007199254740995, More: true,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	token := answer(200, `{"access_token":"at-acme-main-7","refresh_token":"rt-acme-main-3","expires_in":"90"}`)
	got = d.Read(dialect.RefreshToken, &token)
	want = dialect.Reading{Status: 200, RetryAfter: -1, Access: 7, Refresh: 3, ExpiresIn: 90 * time.Second}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	silent := answer(200, `{"access_token":"at-acme-main-7"}`)
	if got := d.Read(dialect.RefreshToken, &silent); got.ExpiresIn != d.TokenLifetime {
		t.Errorf("without expires_in the token lives %s, want the dialect's %s", got.ExpiresIn, d.TokenLifetime)
	}
}

func TestRetryAfter(t *testing.T) {
	epoch := variant(t, "as: http", "as: epoch")
	decimal := variant(t, "as: http", "as: seconds")
	millis := variant(t, "as: http", "as: milliseconds")
	iso := variant(t, "as: http", "as: iso8601")
	limited := variant(t, "as: http", "as: http, when: {status: 429}")
	elsewhere := variant(t, "as: http", "as: http, when: {status: 503}")
	for _, test := range []struct {
		name, value string
		dialect     *dialect.Dialect
		want        time.Duration
	}{
		{"seconds", "30", generic(t), 30 * time.Second},
		{"zero", " 0 ", generic(t), 0},
		{"date", "Fri, 01 Mar 2024 00:02:00 GMT", generic(t), 2 * time.Minute},
		{"RFC 850 date", "Friday, 01-Mar-24 00:02:00 GMT", generic(t), 2 * time.Minute},
		{"past date", "Thu, 29 Feb 2024 00:00:00 GMT", generic(t), 0},
		{"absent", "", generic(t), -1},
		{"negative", "-5", generic(t), -1},
		{"fraction", "1.5", generic(t), -1},
		{"words", "soon", generic(t), -1},
		{"too long", "99999999999999999999", generic(t), -1},
		{"epoch", "1709251230", epoch, 30 * time.Second},
		{"epoch words", "soon", epoch, -1},
		{"decimal", "2.1", decimal, 3 * time.Second},
		{"not a number", "NaN", decimal, -1},
		{"milliseconds", "1500", millis, 2 * time.Second},
		{"milliseconds, none", "-1", millis, -1},
		{"ISO 8601", "2024-03-01T01:00:30+01:00", iso, 30 * time.Second},
		{"ISO 8601, past", "2024-02-29T00:00:00Z", iso, 0},
		{"ISO 8601, none", "2024-03-01", iso, -1},
		{"under its condition", "30", limited, 30 * time.Second},
		{"against its condition", "30", elsewhere, -1},
	} {
		a := answer(429, "", "Retry-After", test.value)
		if got := test.dialect.Read(api, &a).RetryAfter; got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
	}
	undated := dialect.Answer{Status: 429, Header: http.Header{"Retry-After": {"Fri, 01 Mar 2024 00:02:00 GMT"}}}
	if got := generic(t).Read(api, &undated).RetryAfter; got != -1 {
		t.Errorf("a date without a Date header: %s, want none", got)
	}
}

// What rule C-03 names of other vendors is data alone: rules put in front of the generic ones.
func TestOtherVendorsAreData(t *testing.T) {
	const front = "  api:\n"
	for _, test := range []struct {
		name, rule string
		answer     dialect.Answer
		class      dialect.Class
	}{
		{
			"Salesforce: 403 is a rate limit",
			"{when: {status: 403, json: {'*.errorCode': REQUEST_LIMIT_EXCEEDED}}, class: rate_limited, source: x, certainty: U}",
			answer(403, `[{"message":"x","errorCode":"REQUEST_LIMIT_EXCEEDED"}]`), dialect.RateLimited,
		},
		{
			"GitHub: 403 with no requests left is a rate limit",
			"{when: {status: [403, 429], header: {X-RateLimit-Remaining: '^0$'}}, class: rate_limited, source: x, certainty: U}",
			answer(403, `{}`, "X-RateLimit-Remaining", "0"), dialect.RateLimited,
		},
		{
			"Amazon: 403 is an expired token",
			"{when: {status: 403, json: {errors.0.code: Unauthorized}}, class: bad_credentials, sub: expired_token, source: x, certainty: U}",
			answer(403, `{"errors":[{"code":"Unauthorized"}]}`), dialect.BadCredentials,
		},
		{
			"Slack: 200 is a failure",
			"{when: {status: 2xx, json: {ok: false, error: [token_expired, ratelimited]}}, class: rate_limited, source: x, certainty: U}",
			answer(200, `{"ok":false,"error":"ratelimited"}`), dialect.RateLimited,
		},
		{
			"Marketo: 200 is a failure, by code",
			"{when: {status: 200, json: {errors.*.code: ['606', 607]}}, class: rate_limited, source: x, certainty: U}",
			answer(200, `{"success":false,"errors":[{"code":"1"},{"code":"607"}]}`), dialect.RateLimited,
		},
		{
			"NetSuite RESTlets: 400 is a rate limit",
			"{when: {status: 400, text: SSS_REQUEST_LIMIT_EXCEEDED}, class: rate_limited, source: x, certainty: U}",
			answer(400, `error code: SSS_REQUEST_LIMIT_EXCEEDED`), dialect.RateLimited,
		},
		{
			"Mailchimp: 503 is a policy stop",
			"{when: {status: 503, json: {type: []}}, class: rejected, source: x, certainty: U}",
			answer(503, `{"type":"https://x"}`), dialect.Rejected,
		},
		{
			"one operation alone",
			"{when: {op: [test_connection, read_page], status: 404}, class: ok, source: x, certainty: U}",
			answer(404, ""), dialect.OK,
		},
	} {
		if got := generic(t).Read(api, &test.answer); got.Class == test.class && test.class != dialect.BadCredentials {
			t.Errorf("%s: the generic dialect reads it so too; the case proves nothing", test.name)
		}
		d := variant(t, front, front+"    - "+test.rule+"\n")
		got := d.Read(api, &test.answer)
		if got.Class != test.class {
			t.Errorf("%s: read as %s %s", test.name, got.Class, got.Sub)
		}
	}
}
