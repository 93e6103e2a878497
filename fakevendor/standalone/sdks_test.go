package standalone_test

import "testing"

// QuickBooks counts the objects of a list from one, and spells entities alike in each answer, however they are
// spelt in a path or in a query: its clients look for Customer.
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
	r.ask("quickbooks-online", "POST", company+"/customer", `{"DisplayName":"Ada"}`, key).want(t, 200, `{"Customer":{`)
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
