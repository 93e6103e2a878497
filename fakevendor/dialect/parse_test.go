package dialect_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/outagedrill/outagedrill/fakevendor/dialect"
)

// Every mistake in a dialect file is refused with its place and what was expected.
func TestParseRefuses(t *testing.T) {
	for name, test := range map[string]struct {
		oldNew []string
		want   string
	}{
		"unknown key":     {[]string{"format: 1", "format: 1\nshape: {}"}, `bad.yaml:5:1: unknown key "shape" (want dialect, vendor, format, extends, token, promises, retry_after, limits, quota_headers, shapes, reading, notes, variants or api; did you mean "shapes"?)`},
		"unknown format":  {[]string{"format: 1", "format: 2"}, `unknown format "2" (want 1)`},
		"missing":         {[]string{"format: 1\n", ""}, `"format" is missing`},
		"lifetime":        {[]string{"lifetime: {is: 1h", "lifetime: {is: 0s"}, `lifetime is "0s"`},
		"rotation":        {[]string{"rotates_refresh: {is: false", "rotates_refresh: {is: no"}, `rotates_refresh is "no" (want true or false)`},
		"missing shape":   {[]string{"  dns: {", "  dnz: {"}, `tls or no_answer; did you mean "dns"?)`},
		"shape status":    {[]string{"status: 422", "status: 99"}, `status "99" (want 200 to 599)`},
		"no status":       {[]string{"    status: 422\n", ""}, `"status" is missing`},
		"status on DNS":   {[]string{"{transport: dns_failure,", "{transport: dns_failure, status: 200,"}, "dns_failure has no HTTP answer"},
		"hole":            {[]string{"next: $next", "next: $nest"}, `; did you mean "$next"?)`},
		"header hole":     {[]string{"Retry-After: $retry_after}", "Retry-After: $retry}"}, `unknown value "$retry"`},
		"header name":     {[]string{"{Content-Type: application/json}", "{'Content Type': x}"}, "cannot be sent"},
		"own date":        {[]string{"{Content-Type: application/json}", "{Date: x}"}, "made for every answer"},
		"two bodies":      {[]string{"json: {stored: $count}", "json: {}\n    text: x"}, "both given"},
		"nothing to cut":  {[]string{"transport: cut_short\n    status: 200\n    headers: {Content-Type: application/json}\n    json:", "transport: cut_short\n    status: 200\n    headers:"}, "a body is missing"},
		"unknown class":   {[]string{"class: rate_limited", "class: limited"}, `unknown class "limited"`},
		"sub of a class":  {[]string{"sub: timeout", "sub: dead"}, `class vendor_down with sub "dead"`},
		"token class":     {[]string{"{when: {}, class: token_refresh_failed, sub: transient", "{when: {}, class: rejected"}, "ok or token_refresh_failed in token rules"},
		"api class":       {[]string{"class: vendor_down, sub: timeout", "class: token_refresh_failed, sub: dead"}, "any other in api rules"},
		"rule status":     {[]string{"{status: 429}", "{status: 6xx}"}, `status "6xx"`},
		"rule pattern":    {[]string{`(?i)\berror`, `(?i\berror`}, "is not a regular expression"},
		"no last rule":    {[]string{"{when: {}, class: vendor_down", "{when: {status: 200}, class: vendor_down"}, "want when: {} in the last rule"},
		"early last rule": {[]string{"{when: {status: 429}", "{when: {}"}, "rule 7 of 15"},
		"source":          {[]string{", source: C-02,", ","}, `"source" is missing`},
		"transport":       {[]string{"transport: conn_reset,", "transport: reset,"}, `unknown transport "reset"`},
		"not YAML":        {[]string{"format: 1", "format: ["}, "bad.yaml:"},
		"key twice":       {[]string{"format: 1", "format: 1\nformat: 1"}, `bad.yaml:5:1: the key "format" stands twice (want each key once)`},
		"alias":           {[]string{"promises:\n", "promises: &p\n", "retry_after:\n", "x: *p\nretry_after:\n"}, `unknown key "x"`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := dialect.Parse("bad.yaml", source(t, test.oldNew...))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %q", err, test.want)
			}
		})
	}
}

// All mistakes are told at once, each on a line with its place.
func TestParseTellsAll(t *testing.T) {
	_, err := dialect.Parse("bad.yaml", source(t, "status: 422", "status: 99", "class: rate_limited", "class: x"))
	if err == nil || len(strings.Split(err.Error(), "\n")) != 2 {
		t.Errorf("error %v, want two lines", err)
	}
}

func TestParseRefusesWhatIsNoDialect(t *testing.T) {
	for name, data := range map[string]string{
		"empty": "", "null": "null\n", "list": "- 1\n", "two": "a: 1\n---\nb: 2\n", "NUL": "a: \x00\n",
		"huge": strings.Repeat("#", 1<<20+1),
	} {
		if _, err := dialect.Parse("bad.yaml", []byte(data)); err == nil || !strings.HasPrefix(err.Error(), "bad.yaml:") {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

// A dialect that extends another says what is different, and nothing else.
func TestExtends(t *testing.T) {
	const head = "dialect: mine\nvendor: Mine\nformat: 1\nextends: hubspot\n"
	const shape = "shapes: {rejected: {status: 409, source: x, certainty: U}}\n"
	const rule = "reading: {api: [{when: {status: 418}, class: rate_limited, source: x, certainty: U}]}\n"
	d, err := dialect.Parse("mine.yaml", []byte(head+shape+rule))
	if err != nil {
		t.Fatal(err)
	}
	if got := d.Shape(dialect.ShapeRejected).Status; got != 409 || d.TokenLifetime != 30*time.Minute {
		t.Errorf("rejected is %d, a token lives %s", got, d.TokenLifetime)
	}
	for status, want := range map[int]dialect.Class{
		418: dialect.RateLimited, 477: dialect.VendorDown, 404: dialect.Rejected, // its own, HubSpot's, the generic
	} {
		a := answer(status, "")
		if got := d.Read(api, &a).Class; got != want {
			t.Errorf("%d reads as %s, want %s", status, got, want)
		}
	}
	for _, fact := range d.Facts {
		if fact.Path == "shapes.rejected" && fact.Dialect != "mine" {
			t.Errorf("shapes.rejected is said to be from %s", fact.Dialect)
		}
	}
	for name, bad := range map[string]string{
		"bad.yaml:4:10: unknown dialect \"hubsport\"": strings.Replace(head, "hubspot", "hubsport", 1),
		"want a condition, as the rules of hubspot":   head + strings.Replace(rule, "status: 418", "", 1),
		"unknown certainty \"X\" (want D, C or U":     head + strings.Replace(shape, "U", "X", 1),
		"\"certainty\" is missing":                    head + strings.Replace(shape, ", certainty: U", "", 1),
		`date "May" (want 2026, 2026-08 or`:           head + strings.Replace(shape, "U}", "U, date: May}", 1),
		"a limit that limits nothing":                 head + "limits: {all: {requests: 3, source: x, certainty: U}}\n",
	} {
		if _, err := dialect.Parse("bad.yaml", []byte(bad)); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("error %v, want %q", err, name)
		}
	}
}

// A variant that is wrong is told of even if nobody chose it.
func TestVariantsAreChecked(t *testing.T) {
	bad := source(t) // generic, and then
	bad = append(bad, "\nvariants:\n  odd:\n    says: x\n    source: x\n    certainty: U\n    shapes: {page: {status: 99}}\n"...)
	_, err := dialect.Parse("bad.yaml", bad)
	if err == nil || !strings.Contains(err.Error(), `status "99"`) {
		t.Errorf("error %v", err)
	}
}

// What a dialect makes of its own answers is told with its place.
func TestMisread(t *testing.T) {
	deaf := variant(t, "{when: {status: 429}, class: rate_limited", "{when: {status: 429}, class: rejected")
	got := deaf.Misread()
	want := `rate_limited, answering read_page, reads as rejected (want rate_limited)`
	if len(got) != 3 || !strings.HasPrefix(got[0].String(), "variant.yaml:") || !strings.Contains(got[0].String(), want) {
		t.Errorf("%v, want %q and two more", got, want)
	}
	hasty := variant(t, "as: http", "as: milliseconds")
	want = "reads as a wait of 8s (want 2h11m59s, which it says)"
	if got := hasty.Misread(); len(got) == 0 || !strings.Contains(got[0].String(), want) {
		t.Errorf("%v, want %q", got, want)
	}
}

func TestLoad(t *testing.T) {
	want := []string{
		"amazon-sp-api", "dataverse", "generic", "github", "google-workspace", "hubspot", "jira", "mailchimp",
		"marketo", "microsoft-graph", "netsuite-rest", "netsuite-restlet", "quickbooks-online", "salesforce",
		"servicenow", "shopify-graphql", "shopify-rest", "slack", "stripe", "xero", "zendesk",
	}
	if diff := cmp.Diff(want, dialect.Names()); diff != "" {
		t.Error(diff)
	}
	for name, want := range map[string]string{
		"genric":        `zendesk or the path of a dialect file; did you mean "generic"?)`,
		"github+2ndary": `unknown variant "2ndary" of dialect github (want status-429, secondary, `,
		"github+":       `unknown variant "" of dialect github`,
		"generic+x":     `unknown variant "x" of dialect generic`,
	} {
		if _, err := dialect.Load(name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}

// Every built-in dialect reads its own shapes as what they are for, on every kind of API call.
func TestDialectsReadThemselves(t *testing.T) {
	want := map[dialect.ShapeName]dialect.Class{
		dialect.ShapeRateLimited: dialect.RateLimited, dialect.ShapeBadCredentials: dialect.BadCredentials,
		dialect.ShapeExpiredToken: dialect.BadCredentials, dialect.ShapeRejected: dialect.Rejected,
	}
	for s := dialect.ShapeDown500; s <= dialect.ShapeNoAnswer; s++ {
		if s != dialect.ShapeRejected {
			want[s] = dialect.VendorDown
		}
	}
	for name, d := range every(t) {
		if errs := d.Misread(); errs != nil {
			t.Errorf("%s: %v", name, errs)
		}
		p := dialect.Params{First: 1, Last: 2, Access: 1}
		for op, shape := range []dialect.ShapeName{
			dialect.ShapePage, dialect.ShapeWritten, dialect.ShapeTested, dialect.ShapeToken,
		} {
			if got := d.Judge(dialect.Op(op), d.Shape(shape), &p); got.Class != dialect.OK {
				t.Errorf("%s: %s reads as %s", name, shape, got.Class)
			}
		}
		for shape, class := range want {
			for op := dialect.ReadPage; op <= dialect.TestConnection; op++ {
				if got := d.Judge(op, d.Shape(shape), &p); got.Class != class {
					t.Errorf("%s: %s of %s reads as %s, want %s", name, shape, op, got.Class, class)
				}
			}
		}
		dead := d.Judge(dialect.RefreshToken, d.Shape(dialect.ShapeDeadRefresh), &p)
		transient := d.Judge(dialect.RefreshToken, d.Shape(dialect.ShapeTransientRefresh), &p)
		if dead.Sub != dialect.Dead || transient.Sub != dialect.Transient {
			t.Errorf("%s: refreshes read as %q and %q", name, dead.Sub, transient.Sub)
		}
	}
}

// The words are those of rules.md and timeline.md.
func TestWords(t *testing.T) {
	for got, want := range map[string]string{
		dialect.OK.String(): "ok", dialect.TokenRefreshFailed.String(): "token_refresh_failed",
		dialect.NoSub.String(): "", dialect.HTMLPage.String(): "html200", dialect.EmptyBody.String(): "empty",
		dialect.ServerError.String(): "server_error", dialect.Class(99).String(): "unknown",
		dialect.ShapeNoAnswer.String(): "no_answer", dialect.RefreshToken.String(): "refresh_token",
		dialect.CutShort.String(): "cut_short",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestMarksOfMemory: what is from memory, even in part, is marked as no better than that.
func TestMarksOfMemory(t *testing.T) {
	for _, name := range dialect.Names() {
		d, err := dialect.Load(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range slices.Concat(d.Facts, d.Notes) {
			weak := strings.Contains(f.Source, "from memory") || strings.Contains(f.Source, "made up")
			if weak && f.Certainty != dialect.Unconfirmed {
				t.Errorf("%s: %s is marked %s, though its source is %q (want U)", f.Dialect, f.Path, f.Certainty, f.Source)
			}
		}
	}
}
