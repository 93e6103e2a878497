package vendortest_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/dialect"
	"github.com/outagedrill/outagedrill/fakevendor/vendortest"
)

// get asks for a path with a good key and gives the answer's status and body.
func get(t testing.TB, v *vendortest.Vendors, url string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer any")
	resp, err := v.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close() //nolint:errcheck // it is read
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(body)
}

func want(t testing.TB, v *vendortest.Vendors, url string, status int) *http.Response {
	t.Helper()
	resp, body := get(t, v, url)
	if resp.StatusCode != status {
		t.Errorf("%s answers %d (want %d): %s", url, resp.StatusCode, status, body)
	}
	return resp
}

// TestStart: the same vendor in memory and on TCP limits, tells to wait, and is well again when its clock has
// moved on.
func TestStart(t *testing.T) {
	limit := dialect.Limit{Name: "primary", Requests: 2, Per: time.Hour}
	for name, tcp := range map[string]bool{"memory": false, "tcp": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := vendortest.Start(t, vendortest.Config{
				Dialects: []string{"github", "stripe"}, TCP: tcp, Limits: []dialect.Limit{limit},
			})
			user := v.URL("github") + "/user"
			want(t, v, user, 200)
			want(t, v, user, 200)
			if left := want(t, v, user, 403).Header.Get("X-Ratelimit-Remaining"); left != "0" {
				t.Errorf("%q calls are left (want 0)", left)
			}
			want(t, v, v.URL("stripe")+"/v1/customers", 200) // a vendor's limit is its own
			v.Advance(61 * time.Minute)
			want(t, v, user, 200)
		})
	}
}

// TestFaultOfCredentials: credentials go bad at the vendor that the fault names, and nowhere else.
func TestFaultOfCredentials(t *testing.T) {
	v := vendortest.Start(t, vendortest.Config{Dialects: []string{"github", "stripe"}})
	end := v.Fault(&fakevendor.Fault{Kind: fakevendor.BadCredentials, Application: 1})
	want(t, v, v.URL("stripe")+"/v1/customers", 401)
	want(t, v, v.URL("github")+"/user", 200)
	end()
	want(t, v, v.URL("stripe")+"/v1/customers", 200)
}

// TestFault: a fault begins and ends when the test says, and a refused connection is refused without a network
// too.
func TestFault(t *testing.T) {
	v := vendortest.Start(t, vendortest.Config{})
	url := v.URL("generic") + "/contacts"
	end := v.Fault(&fakevendor.Fault{Kind: fakevendor.Down, Status: 502})
	want(t, v, url, 502)
	end()
	want(t, v, url, 200)
	end = v.Fault(&fakevendor.Fault{Kind: fakevendor.Down, How: fakevendor.HowRefused})
	v.Client().CloseIdleConnections()
	if resp, err := v.Client().Get(url); !errors.Is(err, syscall.ECONNREFUSED) {
		if err == nil {
			resp.Body.Close() //nolint:errcheck // it is red anyway
		}
		t.Errorf("error %v, want a refused connection", err)
	}
	end()
	want(t, v, url, 200)
}

// TestBubble: in a bubble of testing/synctest a client that waits out a limit does so in no time, on the
// bubble's clock, which the vendor's follows.
func TestBubble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := vendortest.Start(t, vendortest.Config{
			Limits: []dialect.Limit{{Name: "window", Requests: 1, Per: time.Minute}},
		})
		v.World().Clock().Resume()
		url := v.URL("generic") + "/contacts"
		want(t, v, url, 200)
		wait, err := time.ParseDuration(want(t, v, url, 429).Header.Get("Retry-After") + "s")
		if err != nil || wait <= 0 || wait > time.Minute {
			t.Fatalf("told to wait %s (%v)", wait, err)
		}
		time.Sleep(wait) // the bubble's time
		want(t, v, url, 200)
	})
}

// TestManyAtOnce: a thousand worlds at once do not know of one another.
func TestManyAtOnce(t *testing.T) {
	var all sync.WaitGroup
	for i := range 1000 {
		all.Go(func() {
			v := vendortest.Start(t, vendortest.Config{Dialects: []string{"slack"}})
			url := v.URL("slack") + "/api/auth.test"
			if i%2 == 1 {
				v.Fault(&fakevendor.Fault{Kind: fakevendor.Down, Status: 503})
				want(t, v, url, 503)
				return
			}
			want(t, v, url, 200)
		})
	}
	all.Wait()
}

// ended notes what would have ended a test.
type ended struct {
	testing.TB
	said string
}

func (e *ended) Helper() {}

func (e *ended) Fatalf(format string, args ...any) {
	e.said = format
	panic(e)
}

// TestUnknownDialect: a mistake in the Config ends the test.
func TestUnknownDialect(t *testing.T) {
	e := &ended{}
	defer func() {
		if recover() != e || e.said == "" {
			t.Error("the test went on")
		}
	}()
	vendortest.Start(e, vendortest.Config{Dialects: []string{"githbu"}})
}

// What is drawn follows from the seed alone: a test that passed yesterday, at another instant, passes today.
func TestDrawsOfAnotherDay(t *testing.T) {
	play := func(seed uint64, start time.Time) string {
		v := vendortest.Start(t, vendortest.Config{Seed: seed, Start: start})
		v.Fault(&fakevendor.Fault{Kind: fakevendor.Flaky, Rate: 0.5, Connection: -1, Status: 503})
		var statuses strings.Builder
		for range 40 {
			resp, _ := get(t, v, v.URL("generic")+"/contacts")
			fmt.Fprintln(&statuses, resp.StatusCode)
		}
		return statuses.String()
	}
	day := time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)
	first := play(1, day)
	if again := play(1, day.Add(25*time.Hour+time.Second)); first != again {
		t.Errorf("the next day:\n%s\nbefore:\n%s", again, first)
	}
	if other := play(2, day); first == other {
		t.Error("another seed makes no difference")
	}
}
