package sdks_test

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"testing"
	"time"

	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/admin"
	"github.com/outagedrill/outagedrill/fakevendor/dialect"
	"github.com/outagedrill/outagedrill/fakevendor/hold"
	"github.com/outagedrill/outagedrill/fakevendor/vendortest"
)

// vendor is one fake vendor on TCP whose clock stands still until the test moves it on. It begins at the present
// second, since SDKs compare the vendor's instants with their own clocks.
type vendor struct {
	*testing.T
	*vendortest.Vendors
	url   string
	start time.Time
}

func serve(t *testing.T, name string, limits ...dialect.Limit) *vendor {
	t.Helper()
	v := vendortest.Start(t, vendortest.Config{Dialects: []string{name}, TCP: true, Limits: limits})
	return &vendor{t, v, v.URL(name), v.World().Config().Start.Std()}
}

// begin begins a fault that lasts until the end that is returned.
func (v *vendor) begin(f fakevendor.Fault) (end func()) {
	v.Helper()
	return v.Fault(&f)
}

// consent does what a human's browser does: it opens the authorization URL, and follows it back to the
// client, who finds the code there.
func (v *vendor) consent(authorize string) (code string) {
	v.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		v.Fatal(err)
	}
	browser := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse
	}}
	page, err := browser.PostForm(authorize, url.Values{"answer": {"allow"}})
	if err != nil {
		v.Fatal(err)
	}
	defer page.Body.Close() //nolint:errcheck // nothing is read from it
	back, err := page.Location()
	if err != nil {
		v.Fatalf("the consent is answered %s: %v", page.Status, err)
	}
	return back.Query().Get("code")
}

// revoke takes a credential away.
func (v *vendor) revoke(secret string) {
	v.Helper()
	_, err := v.World().Change(&admin.CredentialChange{Do: admin.Revoke, Fingerprint: hold.Fingerprint(secret)})
	if err != nil {
		v.Fatal(err)
	}
}

// sentHere is a client for SDKs that know their vendor's hosts alone: their calls are sent to the fake
// vendor, with the name of the host that they were meant for.
func (v *vendor) sentHere() *http.Client { return &http.Client{Transport: sentHere(v.url)} }

type sentHere string

// RoundTrip sends a request to another place than its URL says.
func (s sentHere) RoundTrip(r *http.Request) (*http.Response, error) {
	here, err := url.Parse(string(s))
	if err != nil {
		return nil, err
	}
	r = r.Clone(r.Context())
	r.Host, r.URL.Scheme, r.URL.Host = r.URL.Host, here.Scheme, here.Host
	return http.DefaultTransport.RoundTrip(r)
}
