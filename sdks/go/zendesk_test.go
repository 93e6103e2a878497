package sdks_test

import (
	"errors"
	"testing"
	"time"

	"github.com/nukosuke/go-zendesk/zendesk"

	"github.com/outagedrill/outagedrill/fakevendor"
)

func zendeskClient(v *vendor) *zendesk.Client {
	v.Helper()
	client, err := zendesk.NewClient(nil)
	if err != nil {
		v.Fatal(err)
	}
	if err := client.SetEndpointURL(v.url + "/api/v2"); err != nil {
		v.Fatal(err)
	}
	client.SetCredential(zendesk.NewAPITokenCredential("ada@example.com", "any"))
	return client
}

// go-zendesk pages through tickets by number and by cursor, and creates, changes and deletes one.
func TestZendesk(t *testing.T) {
	v := serve(t, "zendesk")
	client := zendeskClient(v)
	for _, byCursor := range []bool{false, true} {
		ten := &zendesk.PaginationOptions{PageSize: 10, IsCBP: byCursor}
		pages := client.GetTicketsIterator(t.Context(), ten)
		seen := map[int64]bool{}
		for pages.HasMore() {
			tickets, err := pages.GetNext()
			if err != nil {
				t.Fatal(err)
			}
			for i := range tickets {
				seen[tickets[i].ID] = true
			}
		}
		if len(seen) != 25 {
			t.Errorf("%d tickets, by cursor %t (want 25)", len(seen), byCursor)
		}
	}
	made, err := client.CreateTicket(t.Context(), zendesk.Ticket{Subject: "It is down"})
	if err != nil {
		t.Fatal(err)
	}
	changed, err := client.UpdateTicket(t.Context(), made.ID, zendesk.Ticket{Status: "solved"})
	if err != nil || changed.Status != "solved" || changed.Subject != "It is down" {
		t.Errorf("changed %+v: %v", changed, err)
	}
	if err := client.DeleteTicket(t.Context(), made.ID); err != nil {
		t.Error(err)
	}
	if user, err := client.GetUser(t.Context(), 3); err != nil || user.Email != "user-3@example.com" {
		t.Errorf("user %+v: %v", user, err)
	}
}

// go-zendesk gives what went wrong as its own error, with the answer's status, headers and text.
func TestZendeskErrors(t *testing.T) {
	v := serve(t, "zendesk")
	client := zendeskClient(v)
	want := func(status int, fault *fakevendor.Fault) zendesk.Error {
		t.Helper()
		if fault != nil {
			defer v.begin(*fault)()
		}
		var failed zendesk.Error
		_, err := client.GetTicket(t.Context(), 4711)
		if !errors.As(err, &failed) || failed.Status() != status {
			t.Errorf("want status %d: %v", status, err)
		}
		return failed
	}
	want(404, nil)
	limited := want(429, &fakevendor.Fault{Kind: fakevendor.RateLimited, RetryAfter: 30 * time.Second})
	if got := limited.Headers().Get("Retry-After"); got != "30" {
		t.Errorf("told to wait %q s (want 30)", got)
	}
	want(401, &fakevendor.Fault{Kind: fakevendor.BadCredentials})
	want(500, &fakevendor.Fault{Kind: fakevendor.Down, Status: 500})
	want(503, &fakevendor.Fault{Kind: fakevendor.Maintenance})
}
