package standalone_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/outagedrill/outagedrill/fakevendor/dialect"
	"github.com/outagedrill/outagedrill/fakevendor/standalone"
)

// Each call of Microsoft Graph's batch is limited by itself, and told so with its own Retry-After.
func TestGraphBatch(t *testing.T) {
	r := serve(t, []string{"microsoft-graph"}, func(c *standalone.Config) {
		c.Vendor.Applications[0].Limits = []dialect.Limit{
			{Name: "few", Requests: 2, Per: time.Minute, By: dialect.ByConnection, Except: []string{"POST /v1.0/$batch"}},
		}
	})
	a := r.ask("microsoft-graph", "POST", "/v1.0/$batch", `{"requests":[
		{"id":"1","method":"GET","url":"/me"},
		{"id":"2","method":"POST","url":"/groups","body":{"displayName":"Ada"},"headers":{"Content-Type":"application/json"}},
		{"id":"3","method":"GET","url":"/users?$top=2"}]}`, key, "Content-Type: application/json")
	a.want(t, 200, `"displayName":"Ada"`)
	var told struct {
		Responses []struct {
			ID      string
			Status  int
			Headers map[string]string
		}
	}
	if err := json.Unmarshal([]byte(a.body), &told); err != nil || len(told.Responses) != 3 {
		t.Fatalf("the batch is answered %s: %v", a.body, err)
	}
	for i, want := range []int{200, 201, 429} {
		if got := told.Responses[i]; got.Status != want || got.ID != string(rune('1'+i)) {
			t.Errorf("response %d is %+v (want status %d)", i+1, got, want)
		}
	}
	if told.Responses[2].Headers["Retry-After"] == "" {
		t.Errorf("the response of the limit has headers %v (want Retry-After)", told.Responses[2].Headers)
	}
}

// A delta query leads from page to page, and its last page to what has changed since.
func TestGraphDelta(t *testing.T) {
	r := serve(t, []string{"microsoft-graph"})
	ask := func(url string) (next, delta string, count int) {
		t.Helper()
		a := r.do("GET", url, "", key)
		a.want(t, 200, `"value":[`)
		var page struct {
			Next  string `json:"@odata.nextLink"`
			Delta string `json:"@odata.deltaLink"`
			Value []any
		}
		if err := json.Unmarshal([]byte(a.body), &page); err != nil {
			t.Fatal(err)
		}
		return page.Next, page.Delta, len(page.Value)
	}
	next, delta, count := ask(r.URL("microsoft-graph") + "/v1.0/users/delta?$top=20")
	if count != 20 || next == "" || delta != "" {
		t.Fatalf("the first page has %d users, next %q, delta %q", count, next, delta)
	}
	next, delta, count = ask(next)
	if count != 5 || next != "" || !strings.Contains(delta, "deltatoken=") {
		t.Fatalf("the last page has %d users, next %q, delta %q", count, next, delta)
	}
	r.advance(time.Minute)
	r.ask("microsoft-graph", "POST", "/v1.0/users", `{"displayName":"Ada"}`, key).want(t, 201, "Ada")
	if _, _, count = ask(delta); count != 1 {
		t.Errorf("%d users have changed (want 1)", count)
	}
}
