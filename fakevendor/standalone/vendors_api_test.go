package standalone_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
)

// vendorAPI is how a client walks through a vendor's API: a list of ten a page until its end, an object, a
// new one, one that is not there, and a call with a token that the vendor never gave.
type vendorAPI struct {
	vendor, method, list, body string // body: of the list, with %s for the cursor
	next                       string // what holds the next cursor; "" for an offset
	items                      string // a pattern of an id in the list
	get, got                   string
	create, created            string // path and body with a space between
	status                     int    // of a creation
	missing                    string
	lost                       int    // its status
	words                      string // of missing
	refused                    int
	refusal                    string
	token, told                string
}

// Lists page through, objects are got and made, and what goes wrong is told in the vendor's own words.
func TestVendorAPIs(t *testing.T) {
	const graph = "/admin/api/2026-07/graphql.json"
	for _, v := range []vendorAPI{
		{
			"netsuite-rest", "POST", "/services/rest/query/v1/suiteql?limit=10&offset=%s", `{"q":"SELECT id FROM customer"}`,
			"", `"id":"\d+"`,
			"GET /services/rest/record/v1/customer/3", `"id":"3"`,
			`/services/rest/record/v1/customer {"companyName":"Ada"}`, "", 204,
			"GET /services/rest/record/v1/customer/999", 404, "NONEXISTENT_ID", 401, "INVALID_LOGIN",
			"/services/rest/auth/oauth2/v1/token", `"expires_in":"3600"`,
		},
		{
			"netsuite-restlet", "GET", "/app/site/hosting/restlet.nl?script=1&deploy=1&page=10&start=%s", "", "", `"id":"\d+"`,
			"GET /app/site/hosting/restlet.nl?script=1&deploy=1&id=3", `"id":"3"`,
			`/app/site/hosting/restlet.nl?script=1&deploy=1 {"name":"Ada"}`, `{"id":"1000000001"}`, 200,
			"GET /app/site/hosting/restlet.nl?script=1&deploy=1&id=999", 400, "RCRD_DSNT_EXIST", 401, "INVALID_LOGIN",
			"/services/rest/auth/oauth2/v1/token", `"token_type":"bearer"`,
		},
		{
			"shopify-graphql", "POST", graph, `{"query":"{ orders(first: 10, after: \"%s\") { nodes { id } pageInfo { endCursor } } }"}`,
			"endCursor", `gid://shopify/Order/\d+`,
			`POST ` + graph + ` {"query":"query($id: ID!) { order(id: $id) { id } }","variables":{"id":"gid://shopify/Order/3"}}`,
			`{"data":{"order":{"id":"gid://shopify/Order/3"`,
			graph + ` {"query":"mutation($input: CustomerInput!) { customerCreate(input: $input) { customer { id email } } }","variables":{"input":{"email":"ada@example.com"}}}`,
			`"email":"ada@example.com"`, 200,
			`POST ` + graph + ` {"query":"{ order(id: \"gid://shopify/Order/999\") { id } }"}`, 200, `{"data":{"order":null}`,
			401, "Invalid API key or access token", "/admin/oauth/access_token", `"access_token":"at-`,
		},
		{
			"servicenow", "GET", "/api/now/table/incident?sysparm_limit=10&sysparm_offset=%s", "", "", `"sys_id":"\d+"`,
			"GET /api/now/table/incident/00000000000000000000000000000003", `{"result":{"sys_id":"00000000000000000000000000000003"`,
			`/api/now/table/incident {"short_description":"Ada"}`, `"short_description":"Ada"`, 201,
			"GET /api/now/table/incident/999", 404, "No Record found", 401, "User Not Authenticated",
			"/oauth_token.do", `"scope":"useraccount"`,
		},
		{
			"amazon-sp-api", "GET", "/orders/v0/orders?MaxResultsPerPage=10&NextToken=%s", "", "NextToken", `"AmazonOrderId":"[\d-]+"`,
			"GET /orders/v0/orders/111-0000000-0000003", `{"payload":{"AmazonOrderId":"111-0000000-0000003"`,
			`/reports/2021-06-30/reports {"reportType":"GET_X"}`, `{"reportId":"ID`, 202,
			"GET /orders/v0/orders/111-0000000-0000999", 404, "NotFound", 403, "Access to requested resource is denied.",
			"/auth/o2/token", `"token_type":"bearer"`,
		},
		{
			"marketo", "GET", "/rest/v1/leads.json?batchSize=10&nextPageToken=%s", "", "nextPageToken", `"id":\d+`,
			"GET /rest/v1/lead/3.json", `"success":true,"result":[{"id":3,`,
			`/rest/v1/leads.json {"input":[{"email":"ada@example.com"}]}`, `"status":"created"`, 200,
			"GET /rest/v1/lead/999.json", 200, `"code":"1004"`, 200, "Access token expired",
			"/identity/oauth/token", `"scope":"apis@acmeinc.com"`,
		},
		{
			"mailchimp", "GET", "/3.0/lists/a/members?count=10&offset=%s", "", "", `"id":"\d+"`,
			"GET /3.0/lists/0000000003", `"id":"0000000003"`,
			`/3.0/lists/a/members {"email_address":"ada@example.com"}`, `"email_address":"ada@example.com"`, 200,
			"GET /3.0/lists/999", 404, "The requested resource could not be found.", 401, "API Key Invalid",
			"/oauth2/token", `"access_token":"at-`,
		},
		{
			"dataverse", "GET", "/api/data/v9.2/accounts?$skiptoken=%s", "", `skiptoken`, `"accountid":"[\d-]+"`,
			"GET /api/data/v9.2/accounts(00000000-0000-4000-8000-000000000003)", `"accountid":"00000000-0000-4000-8000-000000000003"`,
			`/api/data/v9.2/accounts {"name":"Ada"}`, `"name":"Ada"`, 201,
			"GET /api/data/v9.2/accounts(00000000-0000-4000-8000-000000000999)", 404, "account With Id = ", 401, "InvalidAuthenticationToken",
			"/common/oauth2/v2.0/token", `"ext_expires_in":`,
		},
	} {
		t.Run(v.vendor, v.test)
	}
}

func (v *vendorAPI) test(t *testing.T) {
	r := serve(t, []string{v.vendor})
	ask := func(call string, header ...string) answer {
		method, rest, _ := strings.Cut(call, " ")
		path, body, _ := strings.Cut(rest, " ")
		return r.ask(v.vendor, method, path, body, append(header, "Content-Type: application/json",
			"Prefer: odata.maxpagesize=10, return=representation")...)
	}
	v.walk(t, ask)
	ask(v.get, key).want(t, 200, v.got)
	ask("POST "+v.create, key).want(t, v.status, v.created)
	ask(v.missing, key).want(t, v.lost, v.words)
	ask(v.get, "Authorization: Bearer at-"+v.vendor+"-main-9").want(t, v.refused, v.refusal)
	r.ask(v.vendor, "POST", v.token, "grant_type=client_credentials&client_id=a&client_secret=s").want(t, 200, v.told)
}

// walk turns over the pages of the list.
func (v *vendorAPI) walk(t *testing.T, ask func(string, ...string) answer) {
	t.Helper()
	id := regexp.MustCompile(v.items)
	next := regexp.MustCompile(regexp.QuoteMeta(v.next) + `(?:":"|=)([^"]+)"`)
	seen, cursor, pages := map[string]bool{}, "", 0
	for ; pages < 5; pages++ {
		path, body := v.list, v.body
		if strings.Contains(body, "%s") {
			body = fmt.Sprintf(body, cursor)
		} else {
			path = fmt.Sprintf(path, cursor)
		}
		a := ask(v.method+" "+path+" "+body, key)
		if !json.Valid([]byte(a.body)) {
			t.Fatalf("page %d is %q", pages, a.body)
		}
		ids := id.FindAllString(a.body, -1)
		for _, one := range ids {
			seen[one] = true
		}
		if cursor = fmt.Sprint(len(seen)); v.next != "" {
			m := next.FindStringSubmatch(a.body)
			if m == nil {
				pages++
				break
			}
			cursor = m[1]
		} else if len(ids) < 10 {
			pages++
			break
		}
	}
	if len(seen) != 25 || pages != 3 {
		t.Errorf("%d objects on %d pages (expected 25 on 3)", len(seen), pages)
	}
}
