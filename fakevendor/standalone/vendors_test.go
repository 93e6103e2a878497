package standalone_test

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"github.com/outagedrill/outagedrill/fakevendor/dialect"
)

// Calls of the other vendors' APIs, as their clients make them.
func TestVendors(t *testing.T) {
	for _, tt := range []struct {
		vendor, method, path, body string
		status                     int
		want                       string
	}{
		{"hubspot", "GET", "/crm/v3/objects/contacts?limit=1", "", 200, `"paging":{"next":{"after":"1"`},
		{"hubspot", "POST", "/crm/v3/objects/contacts", `{"properties":{"firstname":"Ada"}}`, 201, `"firstname":"Ada"`},
		{"hubspot", "POST", "/crm/v3/objects/contacts/search", `{"limit":2}`, 200, `{"total":25,"results":[{"id":"1"`},
		{"hubspot", "GET", "/crm/v3/objects/contacts/4711", "", 404, `"category":"OBJECT_NOT_FOUND"`},
		{"google-workspace", "GET", "/calendar/v3/calendars/primary/events?maxResults=2", "", 200, `"nextPageToken":"`},
		{"google-workspace", "GET", "/drive/v3/files/file0000000003", "", 200, `"kind":"drive#file"`},
		{"microsoft-graph", "GET", "/v1.0/users?$top=2", "", 200, `"@odata.nextLink":"http`},
		{"microsoft-graph", "GET", "/v1.0/me", "", 200, `"displayName":"Integration"`},
		{"xero", "GET", "/api.xro/2.0/Contacts?page=1", "", 200, `"Contacts":[{"ContactID":"00000000-0000-4000-8000-000000000001"`},
		{"xero", "PUT", "/api.xro/2.0/Contacts", `{"Contacts":[{"Name":"Ada"}]}`, 200, `"Name":"Ada"`},
		{"xero", "GET", "/connections", "", 200, `"tenantName":"Acme"`},
		{
			"quickbooks-online", "GET", "/v3/company/1/query?query=select%20*%20from%20Customer%20startposition%203%20maxresults%201",
			"", 200, `{"QueryResponse":{"Customer":[{"Id":"3"`,
		},
		{"quickbooks-online", "POST", "/v3/company/1/customer", `{"DisplayName":"Ada"}`, 200, `"DisplayName":"Ada"`},
		{"zendesk", "GET", "/api/v2/tickets.json?per_page=2", "", 200, `"next_page":"http`},
		{"zendesk", "GET", "/api/v2/tickets/3.json", "", 200, `{"ticket":{"id":3`},
		{"zendesk", "POST", "/api/v2/tickets", `{"ticket":{"subject":"Ada"}}`, 201, `"subject":"Ada"`},
		{"jira", "GET", "/rest/api/3/search?jql=project%3DDEMO&maxResults=1", "", 200, `"total":25,"issues":[{"id":"1","key":"DEMO-1"`},
		{"jira", "POST", "/rest/api/3/issue", `{"fields":{"summary":"Ada"}}`, 201, `{"id":"1000000001","key":"DEMO-1000000001","self":"http`},
		{
			"jira", "POST", "/rest/api/3/issue/bulk", `{"issueUpdates":[{"fields":{"summary":"a"}},{"fields":{"summary":"b"}}]}`, 201,
			`"key":"DEMO-1000000002"`,
		},
		{"jira", "GET", "/rest/agile/1.0/board/1/issue?maxResults=2", "", 200, `"total":25,"issues":[{"id":"1"`},
		{"slack", "POST", "/api/users.lookupByEmail", "email=user-3@example.com", 200, `"user":{"id":"U0000000003"`},
		{"xero", "GET", "/api.xro/2.0/Payments?pageSize=2", "", 200, `"Payments":[{"PaymentID":"00000000-0000-4000-8002-000000000001"`},
		{"xero", "PUT", "/api.xro/2.0/Items", `{"Items":[{"Code":"lamp"}]}`, 200, `"Code":"lamp"`},
		{"servicenow", "GET", "/api/now/stats/incident?sysparm_count=true", "", 200, `{"result":{"stats":{"count":"25"}}}`},
		{"slack", "POST", "/api/auth.revoke", "test=1", 200, `"revoked":false`},
		{"stripe", "POST", "/v1/payment_intents", "amount=700&currency=usd", 200, `"amount":700,`},
		{"stripe", "POST", "/v1/payment_intents/pi_000000000000000000000001/confirm", "", 200, `"status":"succeeded"`},
		{"stripe", "POST", "/v1/subscriptions", "customer=cus_1&items[0][price]=p", 200, `"items":{"data":[],"has_more":false`},
		{"stripe", "DELETE", "/v1/subscriptions/sub_000000000000000000000002", "", 200, `"status":"canceled"`},
		{"stripe", "GET", "/v1/customers/search?query=email:'a'&limit=2", "", 200, `"has_more":true,"next_page":"`},
		{"github", "GET", "/repos/o/r/contents/docs/a.md", "", 200, `"encoding":"base64"`},
		{"github", "GET", "/repos/o/r/issues/3/comments?per_page=1", "", 200, `"body":"comment 1"`},
		{"github", "GET", "/repos/o/r/actions/runs?per_page=1", "", 200, `{"total_count":25,"workflow_runs":[{"id":25`},
		{"shopify-rest", "POST", "/admin/api/2026-01/orders/4/cancel.json", "{}", 200, `"cancelled_at":"2024-03-01T00:00:00Z"`},
		{"shopify-rest", "GET", "/admin/api/2026-01/products/1/variants.json?limit=1", "", 200, `{"variants":[{"id":1,`},
		{"jira", "GET", "/rest/api/3/issue/DEMO-3", "", 200, `"key":"DEMO-3"`},
		{"shopify-rest", "GET", "/admin/api/2024-10/orders.json?limit=2", "", 200, `{"orders":[{"id":1`},
		{"shopify-rest", "GET", "/admin/api/2024-10/orders/3.json", "", 200, `{"order":{"id":3`},
		{"shopify-rest", "GET", "/admin/api/2024-10/orders/count.json", "", 200, `{"count":25}`},
		{"zendesk", "GET", "/api/v2/users?page%5Bsize%5D=2", "", 200, `"meta":{"has_more":true,"after_cursor":"`},
		{"google-workspace", "GET", "/drive/v3/files?pageSize=2", "", 200, `"nextPageToken":"`},
		{"google-workspace", "GET", "/v4/spreadsheets/s/values/A1:C3", "", 200, `{"range":"A1:C3","majorDimension":"ROWS"}`},
		{"netsuite-rest", "GET", "/services/rest/record/v1/customer?limit=2", "", 200, `{"links":[{"rel":"next",`},
		{"netsuite-rest", "PUT", "/services/rest/record/v1/customer/eid:X1", `{"companyName":"Ada"}`, 204, ""},
		{
			"marketo", "POST", "/rest/v1/leads.json", `{"input":[{"email":"lead-3@example.com"},{"email":"ada@example.com"}]}`,
			200, `"result":[{"id":3,"status":"updated"},{"id":1000000001,"status":"created"}]`,
		},
		{"mailchimp", "PUT", "/3.0/lists/a/members/ada@example.com", `{"email_address":"ada@example.com"}`, 200, "ada@"},
		{"mailchimp", "GET", "/3.0/", "", 200, `"account_name":`},
		{"dataverse", "PATCH", "/api/data/v9.2/accounts(00000000-1111-4000-8000-000000000000)", `{"name":"Ada"}`, 204, ""},
		{"dataverse", "GET", "/api/data/v9.2/accounts/$count", "", 200, "25"},
		{"dataverse", "GET", "/api/data/v9.2/incidents", "", 200, `"recordid":`},
		{"amazon-sp-api", "POST", "/feeds/2021-06-30/feeds", `{"feedType":"X"}`, 202, `{"feedId":"`},
		{"amazon-sp-api", "POST", "/tokens/2021-03-01/restrictedDataToken", `{}`, 200, `"restrictedDataToken":"at-`},
	} {
		r := serve(t, []string{tt.vendor})
		r.ask(tt.vendor, tt.method, tt.path, tt.body, key).want(t, tt.status, tt.want)
	}
}

// Every vendor gives tokens at its own token endpoint, by each grant.
func TestEveryTokenEndpoint(t *testing.T) {
	for _, name := range dialect.Names() {
		d, err := dialect.Load(name)
		if err != nil {
			t.Fatal(err)
		}
		r := serve(t, []string{name})
		path := replaceTenant(d.API.OAuth.Token[0])
		const js = "Accept: application/json"
		code := r.code(name, replaceTenant(d.API.OAuth.Authorize[0]), "")
		access, refresh := r.ask(name, "POST", path,
			"grant_type=authorization_code&client_id=app&client_secret=s&code="+code+returned, js).tokens(t)
		if refresh == "" {
			t.Errorf("%s: no refresh token", name)
		}
		r.ask(name, "GET", "/widgets", "", "Authorization: Bearer "+access).want(t, 200, "")
		r.ask(name, "POST", path, "grant_type=refresh_token&refresh_token="+refresh, js).tokens(t)
		bad := r.ask(name, "POST", path, "grant_type=authorization_code&client_id=app&code=none", js)
		if bad.StatusCode == 200 && !bytes.Contains([]byte(bad.body), []byte("error")) || !json.Valid([]byte(bad.body)) {
			t.Errorf("%s: a wrong code is answered %d %s", name, bad.StatusCode, bad.body)
		}
	}
}

func replaceTenant(path string) string {
	return string(bytes.ReplaceAll([]byte(path), []byte("{tenant}"), []byte("common")))
}

// The same calls in the same order give the same bytes.
func TestSameBytes(t *testing.T) {
	play := func() string {
		r := serve(t, dialect.Names())
		var all bytes.Buffer
		for _, name := range dialect.Names() {
			for _, path := range []string{"/widgets", "/widgets/7", "/v1/customers", "/"} {
				for _, method := range []string{"GET", "POST", "PATCH", "DELETE"} {
					a := r.do(method, "http://"+r.Addr()+"/"+name+path, `{"a":1}`, key, "Host: same")
					if a.err != nil {
						t.Fatal(a.err)
					}
					if err := a.Header.Write(&all); err != nil {
						t.Fatal(err)
					}
					all.WriteString(a.body)
				}
			}
			r.advance(time.Minute)
		}
		return all.String()
	}
	if first, second := play(), play(); first != second {
		t.Error("two runs differ")
	}
}

// What a client of Jira makes is found by its key and by its number, and moves on.
func TestJiraWrites(t *testing.T) {
	r := serve(t, []string{"jira"})
	ask := func(method, path, body string) answer { return r.ask("jira", method, "/rest/api/"+path, body, key) }
	ask("POST", "3/issue", `{"fields":{"summary":"Ada"}}`).want(t, 201, `{"id":"1000000001","key":"DEMO-1000000001"`)
	ask("GET", "2/issue/1000000001", "").want(t, 200, `"summary":"Ada"`)
	ask("POST", "3/issue/DEMO-3/transitions", `{"transition":{"id":"31"}}`).want(t, 204, "")
	ask("GET", "3/issue/DEMO-3", "").want(t, 200, `"status":{"id":"3","name":"Done"`)
	ask("PUT", "3/issue/3", `{"fields":{"summary":"Grace"}}`).want(t, 204, "")
	ask("GET", "3/issue/DEMO-3", "").want(t, 200, `"summary":"Grace"`)
}
