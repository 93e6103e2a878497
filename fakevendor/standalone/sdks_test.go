package standalone_test

import (
	"testing"

	"github.com/outagedrill/outagedrill/fakevendor/standalone"
)

// QuickBooks counts the objects of a list from one, and spells entities alike in each answer, however they
// are spelt in a path or in a query: its clients look for Customer.
func TestQuickBooks(t *testing.T) {
	r := serve(t, []string{"quickbooks-online"})
	const company = "/v3/company/1"
	query := func(from string) answer {
		return r.ask("quickbooks-online", "GET",
			company+"/query?query=select+*+from+customer+startposition+"+from+"+maxresults+1", "", key)
	}
	query("1").want(t, 200, `"Customer":[{"Id":"1",`)
	query("1").want(t, 200, `"startPosition":1,`)
	query("25").want(t, 200, `"Customer":[{"Id":"25",`)
	made := r.ask("quickbooks-online", "POST", company+"/customer", `{"DisplayName":"Ada"}`, key)
	made.want(t, 200, `{"Customer":{`)
	query("26").want(t, 200, `"DisplayName":"Ada"`)
	r.ask("quickbooks-online", "GET", company+"/customer/3", "", key).want(t, 200, `{"Customer":{"Id":"3"`)
}

// Jira's search by JQL leads on by nextPageToken, which is absent on the last page.
func TestJiraSearch(t *testing.T) {
	r := serve(t, []string{"jira"})
	search := func(more string) answer {
		return r.ask("jira", "GET", "/rest/api/3/search/jql?jql=x&maxResults=20"+more, "", key)
	}
	search("").want(t, 200, `"isLast":false,"nextPageToken":"20",`)
	last := search("&nextPageToken=20")
	last.want(t, 200, `{"isLast":true,"issues":[{"id":"21",`)
}

// Each vendor takes its credential where it documents it, and knows it again whoever signs the request
// besides.
func TestCredentialHeaders(t *testing.T) {
	for _, tt := range []struct{ vendor, path, header string }{
		{"shopify-rest", "/admin/api/2024-10/shop.json", "X-Shopify-Access-Token: shpat_1"},
		{"shopify-graphql", "/admin/api/2024-10/orders", "X-Shopify-Access-Token: shpat_1"},
		{"amazon-sp-api", "/orders/v0/orders", "x-amz-access-token: Atza|1"},
		{"servicenow", "/api/now/table/incidents", "x-sn-apikey: now_1"},
		{"google-workspace", "/drive/v3/files", "X-Goog-Api-Key: AIza1"},
		{
			"netsuite-rest", "/services/rest/record/v1/customers",
			`Authorization: OAuth realm="1", oauth_token="t", oauth_nonce="x", oauth_signature="y"`,
		},
		{"quickbooks-online", "/v3/company/1/companyinfo/1", "Authorization: Bearer any"},
	} {
		r := serve(t, []string{tt.vendor})
		if a := r.ask(tt.vendor, "GET", tt.path, ""); a.StatusCode/100 == 2 {
			t.Errorf("%s: no credential is answered %d %s", tt.vendor, a.StatusCode, a.body)
		}
		r.ask(tt.vendor, "GET", tt.path, "", tt.header).want(t, 200, "")
	}
	r := serve(t, []string{"amazon-sp-api", "netsuite-rest"}, func(c *standalone.Config) {
		c.Strict = true
		c.Keys = map[string][]string{
			"amazon-sp-api-main": {"Atza|1"}, "netsuite-rest-main": {"token", "client"},
		}
	})
	const signed = "Authorization: AWS4-HMAC-SHA256 Credential=AKIA, Signature=00"
	r.ask("amazon-sp-api", "GET", "/orders/v0/orders", "", signed, "x-amz-access-token: Atza|1").want(t, 200, "")
	const oauth = `Authorization: OAuth oauth_consumer_key="client", oauth_nonce="new", oauth_signature="new"`
	r.ask("netsuite-rest", "GET", "/x", "", oauth).want(t, 200, "")
	r.ask("netsuite-rest", "GET", "/x", "", oauth+`, oauth_token="token"`).want(t, 200, "")
}

// QuickBooks counts, finds a customer by its name, takes queries as text, as python-quickbooks sends them, and
// tells what has changed.
func TestQuickBooksQueries(t *testing.T) {
	r := serve(t, []string{"quickbooks-online"})
	const company = "/v3/company/1"
	query := func(text string) answer {
		return r.ask("quickbooks-online", "POST", company+"/query", text, key, "Content-Type: application/text")
	}
	query("SELECT COUNT(*) FROM Customer").want(t, 200, `{"QueryResponse":{"totalCount":25}`)
	query("select * from Customer startposition 25 maxresults 5").want(t, 200, `{"Customer":[{"Id":"25",`)
	r.ask("quickbooks-online", "POST", company+"/customer", `{"DisplayName":"Ada"}`, key).want(t, 200, "")
	query("select * from Customer where DisplayName = 'Ada'").want(t, 200, `"totalCount":1`)
	get := func(path string) answer { return r.ask("quickbooks-online", "GET", company+path, "", key) }
	get("/query?query=select+*+from+Customer+where+DisplayName+=+'Ada'").want(t, 200, `"DisplayName":"Ada"`)
	get("/query?query=select+*+from+Customer+where+DisplayName+=+'Bob'").want(t, 200, `"totalCount":0`)
	get("/cdc?entities=Customer&changedSince=2024-03-01T00:00:00Z").
		want(t, 200, `{"CDCResponse":[{"QueryResponse":[{"Customer":[{`)
}

// Clients find out by themselves where a vendor gives tokens, without any credential.
func TestDiscovery(t *testing.T) {
	for name, path := range map[string]string{
		"generic": "/.well-known/oauth-authorization-server", "google-workspace": "/.well-known/openid-configuration",
		"microsoft-graph": "/common/v2.0/.well-known/openid-configuration",
		"salesforce":      "/.well-known/openid-configuration", "quickbooks-online": "/.well-known/openid_configuration",
	} {
		r := serve(t, []string{name})
		a := r.ask(name, "GET", path, "")
		a.want(t, 200, `"token_endpoint":"`+r.URL(name)+"/")
		var told map[string]any
		a.json(t, &told)
		keys, _ := told["jwks_uri"].(string) // "" fails below
		r.do("GET", keys, "").want(t, 200, `{"keys":[]}`)
		token, _ := told["token_endpoint"].(string) // as above
		r.do("POST", token, "grant_type=client_credentials&client_id=a&client_secret=b").want(t, 200, `"access_token":"`)
	}
	r := serve(t, []string{"generic"})
	r.ask("generic", "GET", "/.well-known/openid-configuration", "").want(t, 200, `"issuer":"`+r.URL("generic")+`"`)
	r.ask("generic", "GET", "/userinfo", "").refused(t, "generic")
}
