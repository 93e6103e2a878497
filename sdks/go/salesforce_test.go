package sdks_test

import (
	"strings"
	"testing"
	"time"

	"github.com/k-capehart/go-salesforce/v3"

	"github.com/outagedrill/outagedrill/fakevendor"
)

// account is a record as a user of the SDK writes it down.
type account struct {
	ID   string `salesforce:"Id" json:"Id"`
	Name string
}

// go-salesforce logs in by password, by the client's own credentials and by a signed assertion, asks, writes,
// and logs in anew when its session has expired.
func TestSalesforce(t *testing.T) {
	v := serve(t, "salesforce")
	for name, creds := range map[string]salesforce.Creds{
		"password": {
			Username: "ada", Password: "any", SecurityToken: "any", ConsumerKey: "1", ConsumerSecret: "2",
		},
		"client":    {ConsumerKey: "1", ConsumerSecret: "2"},
		"assertion": {Username: "ada", ConsumerKey: "1", ConsumerRSAPem: string(privateKey(t))},
	} {
		creds.Domain = v.url
		client, err := salesforce.Init(creds)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		query := func(what string) {
			var found []account
			if err := client.Query("SELECT Id, Name FROM Account", &found); err != nil || len(found) < 25 {
				t.Errorf("%s, %s: %d accounts (want 25 at least): %v", name, what, len(found), err)
			}
		}
		query("at once")
		v.Advance(3 * time.Hour)
		query("after the session")
		made, err := client.InsertOne("Account", account{Name: "Ada"})
		if err != nil || !made.Success {
			t.Fatalf("%s: made %+v: %v", name, made, err)
		}
		if err := client.UpdateOne("Account", account{ID: made.Id, Name: "Grace"}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := client.DeleteOne("Account", account{ID: made.Id}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// go-salesforce gives the vendor's own code and message.
func TestSalesforceErrors(t *testing.T) {
	v := serve(t, "salesforce")
	client, err := salesforce.Init(salesforce.Creds{Domain: v.url, ConsumerKey: "1", ConsumerSecret: "2"})
	if err != nil {
		t.Fatal(err)
	}
	want := func(code string, fault fakevendor.Fault) {
		t.Helper()
		defer v.begin(fault)()
		var found []account
		err := client.Query("SELECT Id FROM Account", &found)
		if err == nil || !strings.Contains(err.Error(), code) {
			t.Errorf("want %s: %v", code, err)
		}
	}
	want("REQUEST_LIMIT_EXCEEDED", fakevendor.Fault{Kind: fakevendor.RateLimited})
	want("INVALID_SESSION_ID", fakevendor.Fault{Kind: fakevendor.BadCredentials})
	want("SERVER_UNAVAILABLE", fakevendor.Fault{Kind: fakevendor.Down, Status: 503})
}
