package standalone_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/dialect"
)

// The last page says so in the vendor's own way: HubSpot's has no paging, Slack's an empty cursor.
func TestLastPages(t *testing.T) {
	r := serve(t, []string{"hubspot", "slack"})
	first := r.ask("hubspot", "GET", "/crm/v3/objects/contacts?limit=20", "", key)
	first.want(t, 200, `"paging":{"next":{"after":"20","link":"`)
	last := r.ask("hubspot", "GET", "/crm/v3/objects/contacts?limit=20&after=20", "", key)
	if last.want(t, 200, `{"results":[{"id":"21"`); strings.Contains(last.body, "paging") {
		t.Errorf("the last page is %s (expected no paging)", last.body)
	}
	r.ask("slack", "GET", "/api/users.list?limit=100", "", key).want(t, 200, `"response_metadata":{"next_cursor":""}`)
}

// QuickBooks takes a sparse update for what it says, and a full one for all that the object is to be; what was
// read before another change is stale.
func TestQuickBooksUpdates(t *testing.T) {
	r := serve(t, []string{"quickbooks-online"})
	const path = "/v3/company/1/customer"
	post := func(path, body string) answer { return r.ask("quickbooks-online", "POST", path, body, key) }
	r.ask("quickbooks-online", "GET", path+"/3", "", key).want(t, 200, `"Id":"3","SyncToken":"0","sparse":false`)
	post(path, `{"Id":"3","SyncToken":"0","sparse":true,"Notes":"vip"}`).want(t, 200, `"SyncToken":"1"`)
	r.ask("quickbooks-online", "GET", path+"/3", "", key).want(t, 200, `"DisplayName":"entity 3"`)
	r.ask("quickbooks-online", "GET", path+"/3", "", key).want(t, 200, `"Notes":"vip"`)
	post(path, `{"Id":"3","SyncToken":"0","sparse":true,"Notes":"late"}`).want(t, 400, `"code":"5010"`)
	full := post(path+"?operation=update", `{"Id":"3","SyncToken":"1","DisplayName":"Ada"}`)
	if full.want(t, 200, `"SyncToken":"2"`); strings.Contains(full.body, "Notes") {
		t.Errorf("a full update leaves %s (expected no Notes)", full.body)
	}
	post(path, `{"Id":"999","SyncToken":"0","sparse":true}`).want(t, 400, `"code":"610"`)
	post(path, `{"DisplayName":"Bob"}`).want(t, 200, `"Id":"1000000001","MetaData"`)
	post(path+"?operation=delete", `{"Id":"3","SyncToken":"2"}`).want(t, 200, `"status":"Deleted"`)
	r.ask("quickbooks-online", "GET", path+"/3", "", key).want(t, 400, `"code":"610"`)
}

// What a vendor rejects it rejects in its own words, wherever those are known.
func TestRejectedWords(t *testing.T) {
	for name, want := range map[string]string{
		"github": "Validation Failed", "stripe": "parameter_missing", "salesforce": "REQUIRED_FIELD_MISSING",
		"hubspot": "VALIDATION_ERROR", "quickbooks-online": "ValidationFault", "xero": "ValidationException",
		"zendesk": "RecordInvalid", "slack": "invalid_arguments",
	} {
		r := serve(t, []string{name})
		r.begin(fakevendor.Fault{Kind: fakevendor.Rejected})
		d, err := dialect.Load(name)
		if err != nil {
			t.Fatal(err)
		}
		r.ask(name, "POST", "/widgets", `{"a":1}`, key).want(t, d.Shape(dialect.ShapeRejected).Status, want)
	}
}

// Who am I? Clients ask that first of all, to see whether they are let in.
func TestIdentity(t *testing.T) {
	const mine, graph = "integration@example.com", "/admin/api/2026-07/graphql.json"
	for name, tt := range map[string]struct{ call, want string }{
		"amazon-sp-api":     {"GET /sellers/v1/marketplaceParticipations", "ATVPDKIKX0DER"},
		"dataverse":         {"GET /api/data/v9.2/WhoAmI", "UserId"},
		"github":            {"GET /user", "octocat"},
		"google-workspace":  {"GET /oauth2/v3/userinfo", mine},
		"hubspot":           {"GET /integrations/v1/me", "portalId"},
		"jira":              {"GET /rest/api/3/myself", mine},
		"mailchimp":         {"GET /3.0/", "account_id"},
		"microsoft-graph":   {"GET /v1.0/me", mine},
		"quickbooks-online": {"GET /v1/openid_connect/userinfo", mine},
		"salesforce":        {"GET /services/oauth2/userinfo", "organization_id"},
		"servicenow":        {"GET /api/now/ui/user/current_user", "user_sys_id"},
		"shopify-graphql":   {"POST " + graph + ` {"query":"{ shop { id name } }"}`, "gid://shopify/Shop/1"},
		"shopify-rest":      {"GET /admin/api/2026-07/shop.json", "acme.myshopify.com"},
		"slack":             {"POST /api/auth.test", "team_id"},
		"stripe":            {"GET /v1/account", "acct_"},
		"xero":              {"GET /connections", "tenantId"},
		"zendesk":           {"GET /api/v2/users/me", mine},
	} {
		r := serve(t, []string{name})
		method, rest, _ := strings.Cut(tt.call, " ")
		path, body, _ := strings.Cut(rest, " ")
		a := r.ask(name, method, path, body, key, "Content-Type: application/json")
		if a.want(t, 200, tt.want); !json.Valid([]byte(a.body)) {
			t.Errorf("%s answers %s (expected JSON)", name, a.body)
		}
		r.ask(name, method, path, body, "Authorization: Bearer at-"+name+"-main-9").refused(t, name)
	}
}

// refused wants an answer that says that the token is not good.
func (a answer) refused(t *testing.T, name string) {
	t.Helper()
	if inBody := name == "slack"; a.StatusCode < 400 != inBody || !json.Valid([]byte(a.body)) {
		t.Errorf("%s answers %d %s to a token that it never gave", name, a.StatusCode, a.body)
	}
}

// Every answer of the vendor's own has its number; what a gateway says has none.
func TestRequestIDs(t *testing.T) {
	for name, header := range map[string]string{
		"github": "X-GitHub-Request-Id", "stripe": "Request-Id", "hubspot": "X-HubSpot-Correlation-Id",
		"slack": "X-Slack-Req-Id", "xero": "Xero-Correlation-Id", "quickbooks-online": "intuit_tid",
	} {
		r := serve(t, []string{name})
		seen := map[string]bool{"": true}
		fresh := func(a answer) {
			t.Helper()
			if id := a.Header.Get(header); seen[id] {
				t.Errorf("%s: %s is %q with status %d (expected a new one)", name, header, id, a.StatusCode)
			} else {
				seen[id] = true
			}
		}
		for _, path := range []string{"/widgets", "/widgets", "/nothing/here/999"} {
			fresh(r.ask(name, "GET", path, "", key))
		}
		for _, kind := range []fakevendor.Kind{fakevendor.RateLimited, fakevendor.Rejected} {
			number := r.begin(fakevendor.Fault{Kind: kind})
			fresh(r.ask(name, "GET", "/widgets", "", key))
			r.end(number)
		}
		r.begin(fakevendor.Fault{Kind: fakevendor.Down, Status: 502})
		if id := r.ask(name, "GET", "/widgets", "", key).Header.Get(header); id != "" {
			t.Errorf("%s: a gateway's page has %s %q", name, header, id)
		}
	}
}
