package standalone_test

import (
	"encoding/json"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/standalone"
)

const data = "/services/data/v60.0"

// json reads the body of an answer.
func (a answer) json(t testing.TB, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(a.body), into); err != nil {
		t.Fatalf("%s: %v", a.body, err)
	}
}

// A user logs in by SOAP, as jsforce and simple-salesforce do, works with the session and logs out.
func TestSalesforceLogin(t *testing.T) {
	r := serve(t, []string{"salesforce"})
	soap := func(body string) answer {
		return r.ask("salesforce", "POST", "/services/Soap/u/60.0",
			`<se:Envelope xmlns:se="http://schemas.xmlsoap.org/soap/envelope/">`+body+`</se:Envelope>`,
			"Content-Type: text/xml")
	}
	const login = `<se:Body><n1:login xmlns:n1="urn:partner.soap.sforce.com"><n1:username>ada</n1:username>` +
		`<n1:password>secret</n1:password></n1:login></se:Body>`
	in := soap(login)
	in.want(t, 200, "<serverUrl>"+r.URL("salesforce")+"/services/Soap/u/60.0/")
	session := regexp.MustCompile(`<sessionId>(.+)</sessionId>`).FindStringSubmatch(in.body)
	if session == nil {
		t.Fatalf("the login gives no session: %s", in.body)
	}
	bearer := "Authorization: Bearer " + session[1]
	r.ask("salesforce", "GET", data+"/limits", "", bearer).want(t, 200, `"SingleEmail"`)
	soap(`<se:Header><SessionHeader><sessionId>`+session[1]+`</sessionId></SessionHeader></se:Header><se:Body>`+
		`<logout/></se:Body>`).want(t, 200, "logoutResponse")
	for _, fault := range []fakevendor.Fault{
		{Kind: fakevendor.BadCredentials}, {Kind: fakevendor.TokenRefresh, How: fakevendor.HowDead},
	} {
		number, err := r.world.AddFault(&fault) // of the first connection
		if err != nil {
			t.Fatal(err)
		}
		soap(login).want(t, 500, "<sf:exceptionCode>INVALID_LOGIN</sf:exceptionCode>")
		r.end(number)
	}
	soap(login).want(t, 200, "<sessionId>")
}

// A record is made or changed by a key of its own; a second upsert finds the first one's.
func TestSalesforceUpsert(t *testing.T) {
	r := serve(t, []string{"salesforce"})
	upsert := func(path, name string) answer {
		return r.ask("salesforce", "PATCH", data+path, `{"Name":"`+name+`"}`, key, "Content-Type: application/json")
	}
	upsert("/sobjects/Account/Ext__c/7", "Ada").want(t, 201, `"id":"001001000000001AAA","success":true,"errors":[],"created":true`)
	upsert("/sobjects/Account/Ext__c/7", "Bob").want(t, 200, `"id":"001001000000001AAA","success":true,"errors":[],"created":false`)
	r.ask("salesforce", "GET", data+"/sobjects/Account/Ext__c/7", "", key).want(t, 200, `"Name":"Bob"`)
	r.ask("salesforce", "GET", data+"/sobjects/Account/001001000000001AAA", "", key).want(t, 200, `"Ext__c":"7"`)
	count := url.QueryEscape("SELECT COUNT() FROM Account")
	r.ask("salesforce", "GET", data+"/query?q="+count, "", key).want(t, 200, `{"totalSize":26,"done":true,"records":[]}`)
}

// Collections take records of several kinds at once, and tell of each; ids say of what kind they are.
func TestSalesforceCollections(t *testing.T) {
	r := serve(t, []string{"salesforce"})
	ask := func(method, path, body string) answer {
		return r.ask("salesforce", method, data+"/composite/sobjects"+path, body, key, "Content-Type: application/json")
	}
	ask("POST", "", `{"records":[{"attributes":{"type":"Account"},"Name":"Ada"},{"attributes":{"type":"Lead"}}]}`).
		want(t, 200, `[{"id":"001001000000001AAA","success":true,"errors":[]},{"id":"00Q001000000001AAA",`)
	ask("PATCH", "", `{"records":[{"attributes":{"type":"Account"},"Id":"001001000000001AAA","Name":"Bob"},`+
		`{"attributes":{"type":"Account"},"id":"001009000000001AAA"}]}`).
		want(t, 200, `,{"success":false,"errors":[{"statusCode":"NOT_FOUND"`)
	ask("GET", "/Account?ids=001001000000001AAA,001000000000003AAA", "").want(t, 200, `"Name":"Bob"`)
	gone := ask("DELETE", "?ids=001001000000001AAA,00Q001000000001AAA,00X000000000001AAA", "")
	gone.want(t, 200, `{"id":"00X000000000001AAA","success":false,`)
	if strings.Count(gone.body, `"success":true`) != 2 {
		t.Errorf("the deletion is answered %s (want two that went well)", gone.body)
	}
	r.ask("salesforce", "GET", data+"/sobjects/Lead/00Q001000000001AAA", "", key).want(t, 404, "NOT_FOUND")
}

// Later calls of a composite request know what earlier ones were answered; each has a status of its own, and all
// of them count as one.
func TestSalesforceComposite(t *testing.T) {
	r := serve(t, []string{"salesforce"}, func(c *standalone.Config) {
		c.Vendor.Applications[0].Limits = c.Vendor.Applications[0].Dialect.Limits
	})
	post := func(path, body string) answer {
		return r.ask("salesforce", "POST", data+path, body, key, "Content-Type: application/json")
	}
	post("/composite", `{"compositeRequest":[
		{"method":"POST","url":"`+data+`/sobjects/Account","referenceId":"new","body":{"Name":"Ada"}},
		{"method":"PATCH","url":"`+data+`/sobjects/Account/@{new.id}","referenceId":"set","body":{"Boss":"@{new.id}"}},
		{"method":"GET","url":"`+data+`/sobjects/Account/@{new.id}","referenceId":"got"},
		{"method":"GET","url":"`+data+`/sobjects/Account/@{none.id}","referenceId":"lost"}]}`).
		want(t, 200, `"Boss":"001001000000001AAA"`, "Sforce-Limit-Info", "api-usage=1/100000")
	var told struct {
		CompositeResponse []struct {
			HTTPStatusCode int
			ReferenceID    string
		}
	}
	post("/composite", `{"compositeRequest":[{"method":"GET","url":"`+data+`/limits","referenceId":"a"},
		{"method":"GET","url":"`+data+`/sobjects/Account/x","referenceId":"b"}]}`).json(t, &told)
	if all := told.CompositeResponse; len(all) != 2 || all[0].HTTPStatusCode != 200 || all[1].HTTPStatusCode != 404 {
		t.Errorf("the composite request is answered %+v (want 200 and 404)", all)
	}
	post("/composite/batch", `{"batchRequests":[{"method":"GET","url":"v60.0/sobjects/Account/001000000000003AAA"},
		{"method":"GET","url":"v60.0/sobjects/Account/x"}]}`).
		want(t, 200, `{"hasErrors":true,"results":[{"statusCode":200,"result":{"attributes":{"type":"Account"`)
	many := strings.Repeat(`{"method":"GET","url":"v60.0/limits"},`, 26)
	post("/composite/batch", `{"batchRequests":[`+strings.TrimSuffix(many, ",")+`]}`).want(t, 400, "LIMIT_EXCEEDED")
}

// A job of Bulk API 2.0 writes the rows that were sent to it, and tells of each; one that asks gives rows.
func TestSalesforceBulk(t *testing.T) {
	r := serve(t, []string{"salesforce"})
	ask := func(method, path, body, kind string) answer {
		return r.ask("salesforce", method, data+"/jobs/"+path, body, key, "Content-Type: "+kind)
	}
	const js, csv = "application/json", "text/csv; charset=UTF-8"
	var job struct{ ID, State, ContentURL string }
	open := func(spec string) string {
		ask("POST", "ingest", spec, js).json(t, &job)
		if job.State != "Open" || !strings.HasSuffix(job.ContentURL, job.ID+"/batches") {
			t.Fatalf("a new job is %+v", job)
		}
		return "ingest/" + job.ID
	}
	path := open(`{"object":"Account","operation":"insert"}`)
	ask("PUT", path+"/batches", "Name,Ext__c\nAda,1\nBob,2\n", csv).want(t, 201, "")
	ask("PATCH", path, `{"state":"UploadComplete"}`, js).want(t, 200, `"state":"UploadComplete"`)
	ask("GET", path, "", js).want(t, 200, `"numberRecordsProcessed":2`)
	ask("GET", path, "", js).want(t, 200, `"state":"JobComplete"`)
	ask("GET", path+"/successfulResults", "", js).want(t, 200,
		"Ext__c,Name,sf__Created,sf__Id\n1,Ada,true,001001000000001AAA\n2,Bob,true,001001000000002AAA\n")
	path = open(`{"object":"Account","operation":"upsert","externalIdFieldName":"Ext__c"}`)
	ask("PUT", path+"/batches", "Ext__c,Name\n2,Eve\n", csv).want(t, 201, "")
	ask("GET", path+"/successfulResults", "", js).want(t, 200, "2,Eve,false,001001000000002AAA\n")
	path = open(`{"object":"Account","operation":"delete"}`)
	ask("PUT", path+"/batches", "Id\n001001000000001AAA\n001009000000001AAA\n", csv).want(t, 201, "")
	ask("GET", path, "", js).want(t, 200, `"numberRecordsFailed":1`)
	ask("GET", path+"/failedResults", "", js).want(t, 200, "NOT_FOUND:The requested resource does not exist:--")
	ask("PUT", "ingest/750009000000001AAA/batches", "Id\n", csv).want(t, 404, "NOT_FOUND")

	ask("POST", "query", `{"operation":"query","query":"SELECT Id, Name FROM Account"}`, js).json(t, &job)
	ask("GET", "query/"+job.ID, "", js).want(t, 200, `"state":"JobComplete"`)
	first := ask("GET", "query/"+job.ID+"/results?maxRecords=20", "", js)
	first.want(t, 200, "Id,Name\n001000000000001AAA,record 1\n", "Sforce-Numberofrecords", "20")
	rest := ask("GET", "query/"+job.ID+"/results?maxRecords=20&locator="+first.Header.Get("Sforce-Locator"), "", js)
	rest.want(t, 200, "001001000000002AAA,Eve\n", "Sforce-Locator", "null")
}
