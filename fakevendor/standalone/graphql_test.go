package standalone_test

import (
	"net/http"
	"strings"
	"testing"
)

// What a page or an object is asked for by may be a variable, of any name: it is looked up where variables
// are.
func TestGraphQLVariables(t *testing.T) {
	r := serve(t, []string{"shopify-graphql"})
	ask := func(query, variables string) answer {
		body := `{"query":"` + strings.ReplaceAll(query, `"`, `\"`) + `","variables":` + variables + `}`
		return r.ask("shopify-graphql", http.MethodPost, "/admin/api/2026-07/graphql.json", body, key)
	}
	const page = `query($n: Int, $cursor: String, $after: String) ` +
		`{ orders(first: $n, after: $cursor) { nodes { id } pageInfo { hasNextPage endCursor } } }`
	first := ask(page, `{"n":10,"cursor":null}`)
	first.want(t, 200, `"hasNextPage":true`)
	_, rest, _ := strings.Cut(first.body, `"endCursor":"`)
	cursor, _, _ := strings.Cut(rest, `"`)
	if got := strings.Count(first.body, `gid://shopify/Order/`); got != 10 {
		t.Errorf("%d orders on the first page (want 10)", got)
	}
	ask(page, `{"n":20,"cursor":"`+cursor+`"}`).want(t, 200, `{"nodes":[{"id":"gid://shopify/Order/11"`)
	ask(page, `{"n":20,"cursor":"`+cursor+`"}`).want(t, 200, `"hasNextPage":false`)
	ask(`query($it: ID!) { order(id: $it) { id } }`, `{"it":"gid://shopify/Order/3"}`).
		want(t, 200, `"id":"gid://shopify/Order/3"`)
	ask(`query($it: ID!) { order(id: $it) { id } }`, `{"it":"gid://shopify/Order/999"}`).want(t, 200, `"order":null`)
}
