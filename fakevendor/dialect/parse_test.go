package dialect_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/outagedrill/outagedrill/fakevendor/dialect"
)

// Every mistake in a dialect file is refused with its place and what was expected.
func TestParseRefuses(t *testing.T) {
	for name, test := range map[string]struct {
		oldNew []string
		want   string
	}{
		"unknown key":     {[]string{"format: 1", "format: 1\nshape: {}"}, `bad.yaml:4:1: unknown key "shape" (want dialect, format, source, token, promises, retry_after, shapes or reading; did you mean "shapes"?)`},
		"unknown format":  {[]string{"format: 1", "format: 2"}, `unknown format "2" (want 1)`},
		"missing":         {[]string{"format: 1\n", ""}, `"format" is missing`},
		"lifetime":        {[]string{"lifetime: 1h", "lifetime: 0s"}, `lifetime is "0s"`},
		"rotation":        {[]string{"rotates_refresh: false", "rotates_refresh: no"}, `rotates_refresh is "no" (want true or false)`},
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
		"source":          {[]string{", source: C-02}", "}"}, `"source" is missing`},
		"transport":       {[]string{"transport: conn_reset,", "transport: reset,"}, `unknown transport "reset"`},
		"not YAML":        {[]string{"format: 1", "format: ["}, "bad.yaml:"},
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

func TestLoad(t *testing.T) {
	if diff := cmp.Diff([]string{"generic"}, dialect.Names()); diff != "" {
		t.Error(diff)
	}
	if _, err := dialect.Load("genric"); err == nil || !strings.Contains(err.Error(), `(want generic; did you mean "generic"?)`) {
		t.Errorf("error %v", err)
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
	for _, name := range dialect.Names() {
		d, err := dialect.Load(name)
		if err != nil {
			t.Fatal(err)
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
