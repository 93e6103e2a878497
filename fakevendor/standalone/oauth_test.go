package standalone_test

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/dialect"
	"github.com/outagedrill/outagedrill/fakevendor/standalone"
)

const callback = "&response_type=code&state=s&redirect_uri=" + "http%3A%2F%2Flocalhost%2Fcb"

// returned is the redirect_uri of callback, as redeeming a code has it.
const returned = "&redirect_uri=http%3A%2F%2Flocalhost%2Fcb"

// code gets an authorization code.
func (r *rig) code(vendor, path, extra string) string {
	r.Helper()
	a := r.ask(vendor, "GET", path+"?client_id=app"+callback+"&auto=1"+extra, "")
	a.want(r, 302, "")
	to, err := url.Parse(a.Header.Get("Location"))
	if err != nil || to.Query().Get("state") != "s" {
		r.Fatalf("sent back to %s: %v", a.Header.Get("Location"), err)
	}
	return to.Query().Get("code")
}

// tokens reads what a token endpoint gave.
func (a answer) tokens(t testing.TB) (access, refresh string) {
	t.Helper()
	a.want(t, 200, "access_token")
	var body struct {
		Access  string `json:"access_token"`
		Refresh string `json:"refresh_token"`
	}
	if err := json.Unmarshal([]byte(a.body), &body); err != nil {
		t.Fatal(err)
	}
	return body.Access, body.Refresh
}

// A human is asked, and says yes or no, for one of the accounts.
func TestConsent(t *testing.T) {
	r := serve(t, []string{"generic"}, func(c *standalone.Config) {
		c.Vendor.Connections = append(c.Vendor.Connections,
			fakevendor.Connection{Name: "second", Auth: fakevendor.OAuth2})
	})
	const path = "/oauth/authorize?client_id=%3Cb%3Eapp" + callback
	page := r.ask("generic", "GET", path, "")
	page.want(t, 200, "<strong>&lt;b&gt;app</strong> wants access", "X-Frame-Options", "DENY")
	page.want(t, 200, `value="second"`)
	r.ask("generic", "POST", path, "answer=deny").
		want(t, 302, "", "Location", "http://localhost/cb?error=access_denied&state=s")
	r.ask("generic", "POST", path, "answer=allow&connection=second").
		want(t, 302, "", "Location", "http://localhost/cb?code=code-second-1&state=s")
	r.ask("generic", "GET", "/oauth/authorize?client_id=a&response_type=code&auto=1", "").
		want(t, 400, "redirect_uri is missing")
	r.ask("generic", "GET", strings.Replace(path, "type=code", "type=token", 1), "").
		want(t, 302, "", "Location", "http://localhost/cb?error=unsupported_response_type&state=s")
	access, _ := r.ask("generic", "POST", "/oauth/token",
		"grant_type=authorization_code&client_id=%3Cb%3Eapp&code=code-second-1"+returned).tokens(t)
	r.ask("generic", "GET", "/orders", "", "Authorization: Bearer "+access).want(t, 200, "data")
	if access != "at-second-2" {
		t.Errorf("token %s (want one of second)", access)
	}
}

// A code is good once, for its client and its proof, and not for long.
func TestCodes(t *testing.T) {
	r := serve(t, []string{"generic"})
	exchange := func(code, extra string) answer {
		return r.ask("generic", "POST", "/oauth/token", "grant_type=authorization_code&client_id=app&code="+code+extra+returned)
	}
	code := r.code("generic", "/oauth/authorize", "")
	exchange(code, "").want(t, 200, `"expires_in":3600`)
	exchange(code, "").want(t, 400, `"error":"invalid_grant"`)
	code = r.code("generic", "/oauth/authorize", "")
	exchange(code, "&redirect_uri=http%3A%2F%2Fevil").want(t, 400, "redirect_uri is not the one")
	r.ask("generic", "POST", "/oauth/token", "grant_type=authorization_code&client_id=app&code="+
		r.code("generic", "/oauth/authorize", "")).want(t, 400, "redirect_uri is not the one")
	exchange(r.code("generic", "/oauth/authorize", ""), "&code_verifier=a").want(t, 400, "without a code_challenge")
	r.ask("generic", "POST", "/oauth/token", "grant_type=authorization_code&client_id=evil&code="+
		r.code("generic", "/oauth/authorize", "")+returned).want(t, 400, "another client")
	code = r.code("generic", "/oauth/authorize", "")
	r.ask("generic", "POST", "/oauth/token", "grant_type=authorization_code&code="+code+returned).
		want(t, 400, "client_id is missing")
	r.ask("generic", "POST", "/oauth/token", "grant_type=authorization_code&client_assertion=jwt&code="+
		r.code("generic", "/oauth/authorize", "")+returned).want(t, 200, "access_token") // RFC 7521: it names the client
	r.ask("generic", "GET", "/oauth/authorize?client_id=app&auto=1&code_challenge=a&code_challenge_method=S1"+callback, "").
		want(t, 302, "", "Location", "http://localhost/cb?error=invalid_request&state=s")
	// The example of RFC 7636, appendix B.
	const challenge = "&code_challenge_method=S256&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
	exchange(r.code("generic", "/oauth/authorize", challenge), "&code_verifier=wrong").want(t, 400, "code_verifier")
	exchange(r.code("generic", "/oauth/authorize", challenge),
		"&code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk").want(t, 200, "access_token")
	late := r.code("generic", "/oauth/authorize", "")
	r.advance(10 * time.Minute)
	exchange(late, "").want(t, 400, "expired")
	r.ask("generic", "POST", "/oauth/token", "grant_type=magic").want(t, 400, "unsupported_grant_type")
	r.ask("generic", "POST", "/oauth/token", "a=b").want(t, 400, "invalid_request")
	r.ask("generic", "POST", "/oauth/token", "grant_type=client_credentials").want(t, 401, "invalid_client")
}

// Access tokens expire on the vendor's clock and are refreshed; a refresh token that rotates is good once.
func TestRefresh(t *testing.T) {
	r := serve(t, []string{"github"})
	const js = "Accept: application/json"
	post := func(body string) answer { return r.ask("github", "POST", "/login/oauth/access_token", body, js) }
	code := r.code("github", "/login/oauth/authorize", "")
	access, refresh := post("client_id=app&client_secret=s&code=" + code).tokens(t)
	user := func(token string) answer { return r.ask("github", "GET", "/user", "", "Authorization: Bearer "+token) }
	user(access).want(t, 200, "octocat")
	r.advance(8*time.Hour - time.Nanosecond)
	user(access).want(t, 200, "octocat")
	r.advance(time.Nanosecond)
	user(access).want(t, 401, "Bad credentials")
	second, rotated := post("grant_type=refresh_token&refresh_token=" + refresh).tokens(t)
	if rotated == refresh || second == access {
		t.Errorf("%s and %s were not replaced", refresh, access)
	}
	user(second).want(t, 200, "octocat")
	post("grant_type=refresh_token&refresh_token="+refresh).want(t, 200, "bad_refresh_token")
	post("grant_type=refresh_token&refresh_token=rt-github-main-77").want(t, 200, "bad_refresh_token")
}

// Two clients that got their tokens one after the other both work.
func TestGrantsBesideOneAnother(t *testing.T) {
	r := serve(t, []string{"generic"})
	client := func() string {
		access, refresh := r.ask("generic", "POST", "/oauth/token", "grant_type=client_credentials",
			"Authorization: Basic YTpi").tokens(t)
		if refresh != "" {
			t.Errorf("a client's own grant has a refresh token")
		}
		return access
	}
	first, second := client(), client()
	for _, token := range []string{first, second} {
		r.ask("generic", "GET", "/orders", "", "Authorization: Bearer "+token).want(t, 200, "data")
	}
	r.ask("generic", "POST", "/oauth/revoke", "token="+first).want(t, 200, "")
	r.ask("generic", "GET", "/orders", "", "Authorization: Bearer "+first).want(t, 401, "")
	r.ask("generic", "GET", "/orders", "", "Authorization: Bearer "+second).want(t, 200, "data")
}

// The token endpoint is limited, slow or down by itself.
func TestTokenEndpoint(t *testing.T) {
	r := serve(t, []string{"generic"}, func(c *standalone.Config) {
		c.Vendor.Applications[0].Limits = []dialect.Limit{
			{Name: "tokens", Requests: 2, Per: time.Minute, Ops: 1 << dialect.RefreshToken},
		}
	})
	ask := func() answer {
		return r.ask("generic", "POST", "/oauth/token", "grant_type=client_credentials&client_id=a&client_secret=b")
	}
	ask().want(t, 200, "access_token")
	ask().want(t, 200, "access_token")
	ask().want(t, 429, "", "Retry-After", "60")
	r.ask("generic", "GET", "/orders", "", key).want(t, 200, "data")
	r.advance(time.Minute)
	number := r.begin(fakevendor.Fault{Kind: fakevendor.RateLimited, OfTokens: true, RetryAfter: time.Second})
	ask().want(t, 429, "", "Retry-After", "1")
	r.end(number)
	ask().want(t, 200, "access_token")
}

// A human's consent mends what only a human can mend.
func TestConsentMends(t *testing.T) {
	r := serve(t, []string{"generic"})
	for _, f := range []fakevendor.Fault{
		{Kind: fakevendor.TokenRefresh, How: fakevendor.HowDead}, {Kind: fakevendor.BadCredentials},
	} {
		if _, err := r.world.AddFault(&f); err != nil {
			t.Fatal(err)
		}
	}
	r.ask("generic", "GET", "/orders", "", key).want(t, 401, "")
	code := r.code("generic", "/oauth/authorize", "")
	access, _ := r.ask("generic", "POST", "/oauth/token", "grant_type=authorization_code&client_id=app&code="+code+returned).tokens(t)
	r.ask("generic", "GET", "/orders", "", "Authorization: Bearer "+access).want(t, 200, "data")
}

// Clients that the configuration names are known by their secrets; a public one has none.
func TestClients(t *testing.T) {
	r := serve(t, []string{"generic"}, func(c *standalone.Config) {
		c.Clients = map[string]map[string]string{"generic": {"app": "s3", "phone": ""}}
	})
	ask := func(form string, header ...string) answer {
		return r.ask("generic", "POST", "/oauth/token", form, header...)
	}
	const own = "grant_type=client_credentials"
	ask(own+"&client_id=app&client_secret=s3").want(t, 200, "access_token")
	ask(own, "Authorization: Basic YXBwOnMz").want(t, 200, "access_token") // app:s3
	ask(own+"&client_id=app&client_secret=s4").want(t, 401, "invalid_client", "WWW-Authenticate", "")
	ask(own, "Authorization: Basic YXBwOnM0").want(t, 401, "invalid_client", "WWW-Authenticate", `Basic realm="token"`)
	ask(own+"&client_id=other&client_secret=s3").want(t, 401, "invalid_client")
	ask("grant_type=refresh_token&refresh_token=rt-generic-main-1").want(t, 401, "invalid_client")
	ask("grant_type=refresh_token&refresh_token=rt-generic-main-1&client_id=phone").want(t, 200, "access_token")
	r.ask("generic", "GET", "/oauth/authorize?client_id=other&auto=1"+callback, "").want(t, 400, "client_id is none")
	code := r.code("generic", "/oauth/authorize", "")
	ask("grant_type=authorization_code&client_id=app&code="+code+returned).want(t, 401, "invalid_client")
	ask("grant_type=authorization_code&client_id=app&client_secret=s3&code="+code+returned).want(t, 200, "access_token")
}
