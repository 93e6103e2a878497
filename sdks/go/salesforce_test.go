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

// keyed is a record that its owner knows by a key of its own.
type keyed struct {
	ID   string `salesforce:"Id" json:"Id,omitempty"`
	Name string
	Key  string `salesforce:"Key__c" json:"Key__c"`
}

// go-salesforce writes many at once: as collections, by composite requests and by jobs of Bulk API 2.0.
func TestSalesforceMany(t *testing.T) {
	v := serve(t, "salesforce")
	client, err := salesforce.Init(salesforce.Creds{Domain: v.url, ConsumerKey: "1", ConsumerSecret: "2"})
	if err != nil {
		t.Fatal(err)
	}
	went := func(what string, count int, results salesforce.SalesforceResults, err error) {
		t.Helper()
		if err != nil || results.HasSalesforceErrors || len(results.Results) != count {
			t.Fatalf("%s: %+v: %v", what, results, err)
		}
	}
	pair := []keyed{{Name: "Ada", Key: "1"}, {Name: "Bob", Key: "2"}}
	made, err := client.InsertCollection("Account", pair, 200)
	went("insert", 2, made, err)
	for i := range pair {
		pair[i].ID, pair[i].Name = made.Results[i].Id, "changed"
	}
	changed, err := client.UpdateComposite("Account", pair, 200, true)
	went("update", 2, changed, err)
	upserted, err := client.UpsertCollection("Account", "Key__c", []keyed{{Name: "Eve", Key: "2"}}, 200)
	went("upsert", 1, upserted, err)
	if upserted.Results[0].Id != pair[1].ID {
		t.Errorf("upserted %+v (want %s)", upserted.Results[0], pair[1].ID)
	}
	jobs, err := client.InsertBulk("Account", []keyed{{Name: "Zoe", Key: "3"}}, 1000, false)
	if err != nil || len(jobs) != 1 {
		t.Fatalf("jobs %v: %v", jobs, err)
	}
	done, err := client.GetJobResults(jobs[0])
	if err != nil || done.State != "JobComplete" || len(done.SuccessfulRecords) != 1 {
		t.Errorf("the job is %+v: %v", done, err)
	}
	gone, err := client.DeleteCollection("Account", pair, 200)
	went("delete", 2, gone, err)
	var left []account
	if err := client.Query("SELECT Id, Name FROM Account", &left); err != nil || len(left) != 26 {
		t.Errorf("%d accounts are left (want 26): %v", len(left), err)
	}
}
