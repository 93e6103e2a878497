package vendortest_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/vendortest"
)

// TestClient is what a test of your own client looks like: here the client is net/http itself, and GitHub has a
// bad hour.
func TestClient(t *testing.T) {
	v := vendortest.Start(t, vendortest.Config{Dialects: []string{"github"}})
	client, url := v.Client(), v.URL("github")+"/user"

	end := v.Fault(&fakevendor.Fault{Kind: fakevendor.Down, Status: 502})
	resp, err := client.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close() //nolint:errcheck // nobody reads it
	if resp.StatusCode != http.StatusBadGateway {
		t.Errorf("status %d while GitHub is down (want 502)", resp.StatusCode)
	}
	end()

	v.Advance(time.Hour) // every window of a limit is a new one
	want(t, v, url, http.StatusOK)
}
