package sdks_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"testing"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"

	"github.com/outagedrill/outagedrill/fakevendor"
)

// endpoints are the vendors' own paths.
func endpoints() map[string]oauth2.Endpoint {
	return map[string]oauth2.Endpoint{
		"github":     {AuthURL: "/login/oauth/authorize", TokenURL: "/login/oauth/access_token"},
		"salesforce": {AuthURL: "/services/oauth2/authorize", TokenURL: "/services/oauth2/token"},
		"generic":    {AuthURL: "/oauth/authorize", TokenURL: "/oauth/token"},
	}
}

// paths are calls that want a token.
func paths() map[string]string {
	return map[string]string{"github": "/user", "salesforce": "/services/data/v60.0/limits", "generic": "/orders"}
}

// golang.org/x/oauth2 exchanges a code with PKCE, and refreshes by itself once the token has expired.
func TestOAuth2Code(t *testing.T) {
	for name, endpoint := range endpoints() {
		v := serve(t, name)
		config := oauth2.Config{
			ClientID: "1", ClientSecret: "2", RedirectURL: "http://localhost/cb", Scopes: []string{"read"},
			Endpoint: oauth2.Endpoint{AuthURL: v.url + endpoint.AuthURL, TokenURL: v.url + endpoint.TokenURL},
		}
		verifier := oauth2.GenerateVerifier()
		code := v.consent(config.AuthCodeURL("state", oauth2.S256ChallengeOption(verifier)))
		if _, err := config.Exchange(t.Context(), code, oauth2.VerifierOption("another")); err == nil {
			t.Errorf("%s: a code is exchanged without its proof", name)
		}
		code = v.consent(config.AuthCodeURL("state", oauth2.S256ChallengeOption(verifier)))
		token, err := config.Exchange(t.Context(), code, oauth2.VerifierOption(verifier))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if token.RefreshToken == "" {
			t.Errorf("%s: no refresh token", name)
		}
		v.wantStatus(http.DefaultClient, token, name, 200)
		v.Advance(8 * time.Hour)
		v.wantStatus(http.DefaultClient, token, name, 401)
		token.Expiry = v.start.Add(-time.Hour) // the vendor's clock went on, that of this process did not
		fresh, err := config.TokenSource(t.Context(), token).Token()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		v.wantStatus(http.DefaultClient, fresh, name, 200)
	}
}

func (v *vendor) wantStatus(client *http.Client, token *oauth2.Token, name string, want int) {
	v.Helper()
	req, err := http.NewRequestWithContext(v.Context(), http.MethodGet, v.url+paths()[name], nil)
	if err != nil {
		v.Fatal(err)
	}
	token.SetAuthHeader(req)
	resp, err := client.Do(req)
	if err != nil {
		v.Fatal(err)
	}
	defer resp.Body.Close() //nolint:errcheck // nothing is read from it
	if resp.StatusCode != want {
		v.Errorf("%s: status %d (want %d)", name, resp.StatusCode, want)
	}
}

// golang.org/x/oauth2 asks for a device's codes, and has a token once a human has typed one.
func TestOAuth2Device(t *testing.T) {
	v := serve(t, "github")
	config := oauth2.Config{ClientID: "1", Endpoint: oauth2.Endpoint{
		DeviceAuthURL: v.url + "/login/device/code", TokenURL: v.url + "/login/oauth/access_token",
	}}
	codes, err := config.DeviceAuth(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	codes.Interval = 1 // a second, not the five that it was told
	page, err := http.PostForm(codes.VerificationURI, url.Values{
		"user_code": {codes.UserCode}, "answer": {"allow"},
	})
	if err != nil {
		t.Fatal(err)
	}
	page.Body.Close() //nolint:errcheck // nothing is read from it
	token, err := config.DeviceAccessToken(t.Context(), codes)
	if err != nil {
		t.Fatal(err)
	}
	v.wantStatus(http.DefaultClient, token, "github", 200)
}

// What fails at a token endpoint is oauth2's RetrieveError, with the vendor's code where there is one.
func TestOAuth2Errors(t *testing.T) {
	v := serve(t, "generic")
	config := clientcredentials.Config{ClientID: "1", ClientSecret: "2", TokenURL: v.url + "/oauth/token"}
	var failed *oauth2.RetrieveError
	token, err := config.Token(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	v.wantStatus(http.DefaultClient, token, "generic", 200)
	end := v.begin(fakevendor.Fault{Kind: fakevendor.Down, Status: 503, OfTokens: true})
	if _, err := config.Token(t.Context()); !errors.As(err, &failed) || failed.Response.StatusCode != 503 {
		t.Errorf("while the token endpoint is down: %v", err)
	}
	v.wantStatus(http.DefaultClient, token, "generic", 200) // the API is not
	end()
	dead := &oauth2.Token{RefreshToken: "rt-main-99", Expiry: v.start.Add(-time.Hour)}
	code := oauth2.Config{ClientID: "1", ClientSecret: "2", Endpoint: oauth2.Endpoint{TokenURL: v.url + "/oauth/token"}}
	_, err = code.TokenSource(context.Background(), dead).Token()
	if !errors.As(err, &failed) || failed.ErrorCode != "invalid_grant" {
		t.Errorf("with a refresh token that nobody gave: %v", err)
	}
}
