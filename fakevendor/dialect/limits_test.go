package dialect_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/outagedrill/outagedrill/fakevendor/dialect"
)

const limitedHead = "dialect: mine\nvendor: Mine\nformat: 1\nextends: generic\n"

// sourced puts where a value is from behind each §.
func sourced(text string) string { return strings.ReplaceAll(text, "§", "source: x, certainty: U") }

func parseLimits(t testing.TB, text string) *dialect.Dialect {
	t.Helper()
	d, err := dialect.Parse("mine.yaml", []byte(limitedHead+sourced(text)))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestLimits(t *testing.T) {
	d := parseLimits(t, `limits:
  minute: {requests: 60, per: 1m, by: [token, endpoint], except: '*/search', counts_refused: true, §}
  day:
    requests: 5000
    per: 24h
    anchor: midnight
    zone: America/Chicago
    by: connection
    points: {write_records: 5}
    free: [expired_token]
    operations: [read_page, write_records]
    source: x
    certainty: U
    answer: {status: 429, json: {error: daily}, §}
  again: {concurrency: 3, longer_than: 20s, answer: day, §}
  gone: {concurrency: 1, §}
variants:
  pro: {says: a larger plan, §, limits: {minute: {requests: 90, per: 1m, §}, gone: none}}
`)
	want := []string{
		"minute: 60 requests per 1m (fixed), by token and endpoint, but of */search; refused calls count",
		"day: 5000 points per 24h (fixed from midnight America/Chicago), by connection, of read_page, write_records",
		"again: 3 at once of those that take 20s, by application", "gone: 1 at once, by application",
	}
	if diff := cmp.Diff(want, told(d)); diff != "" {
		t.Error(diff)
	}
	day, again := d.Limits[1], d.Limits[2]
	if *day.Points != [4]int64{1, 5, 1, 1} || !day.Free.Has(dialect.ShapeExpiredToken) || day.Free.Has(dialect.ShapePage) ||
		day.Answer == nil || again.Answer != day.Answer || !day.Covers(dialect.ReadPage) || day.Covers(dialect.RefreshToken) {
		t.Errorf("%+v\n%+v", day, again)
	}
}

// told words the limits of a dialect.
func told(d *dialect.Dialect) []string {
	var all []string
	for i := range d.Limits {
		all = append(all, d.Limits[i].Name+": "+d.Limits[i].String())
	}
	return all
}

func TestLimitsOfAVariant(t *testing.T) {
	d, err := dialect.Load("hubspot+daily")
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"daily: 250000 requests per 24h (fixed from midnight UTC), by connection"}
	if diff := cmp.Diff(want, told(d)); diff != "" {
		t.Error(diff)
	}
	for _, f := range d.Facts {
		if strings.HasPrefix(f.Path, "limits.burst") || strings.HasPrefix(f.Path, "limits.search") {
			t.Errorf("%s is still said to be from %s", f.Path, f.Source)
		}
	}
}

func TestLimitsRefused(t *testing.T) {
	for text, want := range map[string]string{
		"limits: {a: {requests: 1, §}}":                                                "a limit that limits nothing",
		"limits: {a: {requests: 0, per: 1m, §}}":                                       `requests is "0" (want a whole number from 1)`,
		"limits: {a: {requests: 1, per: 1m, anchor: noon, §}}":                         `unknown anchor "noon"`,
		"limits: {a: {requests: 1, per: 1m, anchor: midnight, §}}":                     "from midnight per 1m0s (want 24h)",
		"limits: {a: {requests: 1, per: 1m, algorithm: sliding, anchor: clock, §}}":    "an anchor of nothing",
		"limits: {a: {requests: 1, per: 24h, zone: UTC, §}}":                           "a zone without a midnight",
		"limits: {a: {requests: 1, per: 24h, anchor: midnight, zone: Mars/Crater, §}}": `zone "Mars/Crater" is not known`,
		"limits: {a: {requests: 1, per: 1m, by: tokne, §}}":                            `unknown key "tokne" (want connection, resource, token, endpoint, object or address; did you mean "token"?)`,
		"limits: {a: {requests: 1, per: 1m, points: {write: 2}, §}}":                   `unknown key "write"`,
		"limits: {a: {requests: 1, per: 1m, free: [pages], §}}":                        `unknown answer "pages"`,
		"limits: {a: {requests: 1, per: 1m, counts_refused: maybe, §}}":                `counts_refused is "maybe" (want true or false)`,
		"limits: {a: {requests: 1, per: 1m, answer: b, §}}":                            `the answer of limit "b" (want an answer, or`,
		"limits: {a b: {requests: 1, per: 1m, §}}":                                     `limit "a b" (want letters, digits and dashes)`,
		"limits: {a: none}": `there is no limit "a" to take away`,
		"quota_headers: {X-Left: {is: '{a.remaining}', §}}":                   `"{a.remaining}" (want {LIMIT.VALUE} of a limit above, as {daily.used})`,
		one + "quota_headers: {X-Left: {is: '{one.remains}', §}}":             `unknown value "remains" (want limit, used, remaining`,
		one + "quota_headers: {X-Left: {is: '{one.used', §}}":                 `"{one.used" (want`,
		one + "quota_headers: {Date: {is: '{one.used}', §}}":                  `quota header "Date" (want a header of the dialect's own)`,
		one + "quota_headers: {X-Left: {is: \"a\\nb\", §}}":                   "without control characters",
		one + "quota_headers: {X-Left: {is: a, below: 20%, §}}":               `below "20%" (want a share of a limit, as 20% of daily)`,
		one + "quota_headers: {X-Left: {is: a, on: 600, §}}":                  `status "600"`,
		one + "shapes: {rejected: {status: 422, json: {a: $quota.two.used}}}": `"{two.used}" (want`,
		"token: {reuse: {is: burns, §}}":                                      `unknown reuse "burns" (want refused, revokes or keeps_last)`,
	} {
		_, err := dialect.Parse("mine.yaml", []byte(limitedHead+sourced(text)+"\n"))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q", text, err, want)
		}
	}
}

const one = "limits: {one: {requests: 10, per: 1h, §}}\n"

// Every value of a quota, in every form.
func TestQuotaHeaders(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 700_000_000, time.UTC)
	reset := time.Date(2026, 3, 1, 12, 30, 0, 100_000_000, time.UTC)
	for template, want := range map[string]string{
		"{one.limit}": "10", "{one.used}": "7", "{one.remaining}": "3", "{one.used}/{one.limit}": "7/10",
		"api-usage={one.used}/{one.limit}; more": "api-usage=7/10; more", "core": "core",
		"{one.window}": "3600", "{one.window_ms}": "3600000", "{one.rate}": "0.0028",
		"{one.reset_epoch}": "1772368201", "{one.reset_epoch_ms}": "1772368201000",
		"{one.reset_iso}": "2026-03-01T12:30:01Z", "{one.reset_date}": "Sun, 01 Mar 2026 12:30:01 GMT",
		"{one.reset_seconds}": "1801", // from the Date header's second
	} {
		d := parseLimits(t, one+"quota_headers: {X-Quota: {is: '"+template+"', §}}\n")
		p := dialect.Params{
			Now: now.UnixNano(), Quotas: []dialect.Quota{{Limit: &d.Limits[0], Used: 7, Reset: reset.UnixNano()}},
		}
		if got := header(d, dialect.ShapePage, &p); got != want {
			t.Errorf("%s is %q, want %q", template, got, want)
		}
		p.Quotas = nil
		if got := header(d, dialect.ShapePage, &p); got != "" {
			t.Errorf("%s is %q without a quota", template, got)
		}
	}
}

func header(d *dialect.Dialect, name dialect.ShapeName, p *dialect.Params) string {
	var a dialect.Answer
	d.Shape(name).Render(p, &a)
	return a.Header.Get("X-Quota")
}

// A quota header stands on some answers, or near the end alone, and gives way to the answer's own.
func TestWhereQuotaHeadersStand(t *testing.T) {
	d := parseLimits(t, `limits: {one: {requests: 10, per: 1h, §}, two: {requests: 10, per: 1h, §}}
quota_headers:
  X-Quota: {is: '{two.limit}, {one.remaining} left', on: [2xx, 422], below: 50% of one, §}
shapes:
  rejected: {status: 422, headers: {X-Quota: own}, json: {error: x, left: $quota.one.remaining, at: $quota.two.reset_iso}, §}
`)
	told := func(used int64, limits ...int) dialect.Params {
		var p dialect.Params
		for _, i := range limits { // of the second one nothing is left
			p.Quotas = append(p.Quotas, dialect.Quota{Limit: &d.Limits[i], Used: used + 10*int64(i)})
		}
		return p
	}
	for name, tt := range map[string]struct {
		shape dialect.ShapeName
		p     dialect.Params
		want  string
	}{
		"little left":    {dialect.ShapePage, told(6, 0, 1), "10, 4 left"},
		"much left":      {dialect.ShapePage, told(5, 0, 1), ""},
		"one is unknown": {dialect.ShapePage, told(6, 0), ""},
		"another status": {dialect.ShapeDown503, told(6, 0, 1), ""},
		"the answer's":   {dialect.ShapeRejected, told(6, 0, 1), "own"},
	} {
		if got := header(d, tt.shape, &tt.p); got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
	var a dialect.Answer
	p := told(6, 0, 1)
	d.Shape(dialect.ShapeRejected).Render(&p, &a)
	if got, want := string(a.Body), `{"error":"x","left":4,"at":"1970-01-01T00:00:00Z"}`; got != want {
		t.Errorf("body %s, want %s", got, want)
	}
	p.Quotas = nil
	d.Shape(dialect.ShapeRejected).Render(&p, &a)
	if got, want := string(a.Body), `{"error":"x"}`; got != want {
		t.Errorf("body %s, want %s", got, want)
	}
}

// A reading that hangs on a quota header is told, and true all the same.
func TestQuotaHeadersThatSway(t *testing.T) {
	text := limitedHead + sourced(one+`quota_headers: {X-Left: {is: '{one.remaining}', §}}
reading: {api: [{when: {status: 2xx, header: {X-Left: '^0$'}}, class: rate_limited, §}]}
`)
	_, err := dialect.Lint("mine.yaml", []byte(text))
	if err == nil || !strings.Contains(err.Error(), "page, answering read_page, reads as another thing with quota headers than without") {
		t.Errorf("error %v", err)
	}
	d, err := dialect.Parse("mine.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	for used, want := range map[int64]dialect.Class{9: dialect.OK, 10: dialect.RateLimited} {
		p := dialect.Params{Last: -1, Quotas: []dialect.Quota{{Limit: &d.Limits[0], Used: used}}}
		if got := d.Judge(dialect.ReadPage, d.Shape(dialect.ShapePage), &p).Class; got != want {
			t.Errorf("%d used reads as %s, want %s", used, got, want)
		}
	}
}

func TestMatches(t *testing.T) {
	const name = "GET /repos/{owner}/{repo}/issues"
	for pattern, want := range map[string]bool{
		name: true, "*": true, "GET *": true, "*/issues": true, "* /repos/*/issues": true, "*/repos/*": true,
		"": false, "GET": false, "POST *": false, "*/issue": false, "*/issues/*": false, "GET */pulls*": false,
	} {
		if got := dialect.Matches([]string{"none", pattern}, name); got != want {
			t.Errorf("%q matches %v", pattern, got)
		}
	}
	if !dialect.Matches([]string{""}, "") || dialect.Matches(nil, "") {
		t.Error("the empty name")
	}
}
