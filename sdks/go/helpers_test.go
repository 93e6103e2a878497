package sdks_test

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"testing"
	"time"

	"github.com/benbjohnson/clock"

	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/admin"
	"github.com/outagedrill/outagedrill/fakevendor/dialect"
	"github.com/outagedrill/outagedrill/fakevendor/hold"
	"github.com/outagedrill/outagedrill/fakevendor/standalone"
)

// vendor is one fake vendor whose clock stands still until the test moves it on. It begins at the present
// second, since SDKs compare the vendor's instants with their own clocks.
type vendor struct {
	*testing.T
	world *standalone.World
	url   string
	start time.Time
}

func serve(t *testing.T, name string, limits ...dialect.Limit) *vendor {
	t.Helper()
	d, err := dialect.Load(name)
	if err != nil {
		t.Fatal(err)
	}
	start := clock.New().Now().UTC().Truncate(time.Second)
	held := hold.NewClock(clock.New(), start)
	held.Freeze()
	journal, err := hold.NewJournal(hold.JournalConfig{})
	if err != nil {
		t.Fatal(err)
	}
	from := fakevendor.Time(start.UnixNano())
	world, err := standalone.NewWorld(standalone.Config{
		Clock: held, Journal: journal, Stock: 25,
		Vendor: fakevendor.Config{
			Start: from, End: from + fakevendor.Time(365*24*time.Hour),
			Applications: []fakevendor.Application{{
				Name: name, Dialect: d, PageSize: 100, Idempotent: true, Limits: limits,
			}},
			Connections: []fakevendor.Connection{{Name: "main", Auth: fakevendor.OAuth2}},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	s, err := standalone.Serve(standalone.ServerConfig{Ports: map[string]string{name: "127.0.0.1:0"}}, world)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return &vendor{t, world, s.URL(name), start}
}

// begin begins a fault that lasts until the end that is returned.
func (v *vendor) begin(f fakevendor.Fault) (end func()) {
	v.Helper()
	f.Connection = -1
	number, err := v.world.AddFault(&f)
	if err != nil {
		v.Fatal(err)
	}
	return func() {
		if err := v.world.EndFault(number); err != nil {
			v.Fatal(err)
		}
	}
}

func (v *vendor) advance(d time.Duration) {
	v.Helper()
	if err := v.world.Clock().Advance(d); err != nil {
		v.Fatal(err)
	}
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
	_, err := v.world.Change(&admin.CredentialChange{Do: admin.Revoke, Fingerprint: hold.Fingerprint(secret)})
	if err != nil {
		v.Fatal(err)
	}
}
