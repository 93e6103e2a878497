package sdks_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/bradleyfalzon/ghinstallation/v2"
	"github.com/google/go-github/v88/github"

	"github.com/outagedrill/outagedrill/fakevendor"
)

// privateKey makes a key as vendors give them to those who sign their own assertions.
func privateKey(t *testing.T) []byte {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)})
}

// ghinstallation trades an app's assertion for a token of an installation, by which go-github calls, keeps it
// until it expires, and tells what it was answered when it gets none.
func TestGitHubApp(t *testing.T) {
	v := serve(t, "github")
	transport, err := ghinstallation.New(http.DefaultTransport, 1, 99, privateKey(t))
	if err != nil {
		t.Fatal(err)
	}
	transport.BaseURL = v.url
	base := v.url + "/"
	client, err := github.NewClient(
		github.WithHTTPClient(&http.Client{Transport: transport}), github.WithURLs(&base, &base))
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		repositories, _, err := client.Apps.ListRepos(t.Context(), nil)
		if err != nil || repositories.GetTotalCount() != 25 {
			t.Fatalf("repositories %v: %v", repositories, err)
		}
	}
	if calls := v.World().Journal().Extent().Last; calls != 3 {
		t.Errorf("%d calls (want 3: one for a token, and two with it)", calls)
	}
	if until, _, err := transport.Expiry(); err != nil || !until.Equal(v.start.Add(time.Hour)) {
		t.Errorf("the token expires at %s: %v", until, err)
	}
	v.begin(fakevendor.Fault{Kind: fakevendor.BadCredentials})
	fresh, err := ghinstallation.New(http.DefaultTransport, 1, 99, privateKey(t))
	if err != nil {
		t.Fatal(err)
	}
	fresh.BaseURL = v.url
	var failed *ghinstallation.HTTPError
	_, err = fresh.Token(t.Context())
	if !errors.As(err, &failed) || failed.Response.StatusCode != http.StatusUnauthorized {
		t.Errorf("with an app that is no more: %v", err)
	}
}
