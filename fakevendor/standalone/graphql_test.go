package standalone_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

// queries asks a vendor in GraphQL.
func (r *rig) query(vendor, path, query, variables string) answer {
	r.Helper()
	quoted, err := json.Marshal(query)
	if err != nil {
		r.Fatal(err)
	}
	body := `{"query":` + string(quoted) + `,"variables":` + variables + `}`
	return r.ask(vendor, http.MethodPost, path, body, key)
}

// Data holds what the query selects and nothing else, in its order, under its names.
func TestGraphQLSelections(t *testing.T) {
	r := serve(t, []string{"github", "shopify-graphql"})
	for query, want := range map[string]string{
		`{ viewer { login } }`:                     `{"viewer":{"login":"octocat"}}`,
		`{ me: viewer { name login __typename } }`: `{"me":{"name":"Octo Cat","login":"octocat","__typename":"User"}}`,
		`query A { viewer { ...F } } fragment F on User { login ... on User { login databaseId } }`://
		`{"viewer":{"login":"octocat","databaseId":583231}}`,
		`query($no: Boolean = false) { viewer { login @include(if: $no) id @skip(if: true) name } }`://
		`{"viewer":{"name":"Octo Cat"}}`,
		`{ repository(owner: "o", name: "n") { nameWithOwner issue(number: 3) { number labels(first: 2) { nodes { name } } unheard } } }`://
		`{"repository":{"nameWithOwner":"o/n","issue":{"number":3,"labels":{"nodes":[]},"unheard":null}}}`,
		`{ repository(owner: "o", name: "n") { issues(last: 1) { totalCount } } }`://
		`{"repository":{"issues":{"totalCount":25}}}`,
	} {
		r.query("github", "/graphql", query, "{}").want(t, 200, `{"data":`+want+`}`)
	}
	const lines = `{ orders(first: 1) { edges { cursor node { id lineItems(first: 5) { edges { node { quantity } } } } } } }`
	r.query("shopify-graphql", shopGraph, lines, "{}").want(t, 200, `{"data":{"orders":{"edges":[{"cursor":"bjoxOg","node":`+
		`{"id":"gid://shopify/Order/1","lineItems":{"edges":[{"node":{"quantity":1}}]}}}]}}`)
}

// A query that cannot be run does nothing and says why; fragments that call one another do not end the vendor.
func TestGraphQLThatIsWrong(t *testing.T) {
	r := serve(t, []string{"github"})
	r.query("github", "/graphql", `mutation { createIssue(input: {title: "x"}) { issue { id } `, "{}").
		want(t, 200, `{"errors":[{"message":"Expected Name, found \u003cEOF\u003e","locations":[{"line":1,"column":`)
	r.ask("github", http.MethodPost, "/graphql", "{}", key).want(t, 200, `{"errors":[{"message":`)
	r.query("github", "/graphql", `{ repository(owner: "o", name: "n") { issues(first: 1) { totalCount } } }`, "{}").
		want(t, 200, `"totalCount":25`)
	r.query("github", "/graphql", `{ ...A } fragment A on Query { viewer { login } ...B } fragment B on Query { ...A ...A }`, "{}").
		want(t, 200, `{"data":{"viewer":{"login":"octocat"}}}`)
	r.query("github", "/graphql", `{ repository(owner: "o", name: "n") { issue(number: 999) { id } } }`, "{}").
		want(t, 200, `"errors":[{"type":"NOT_FOUND"`)
}

const shopGraph = "/admin/api/2026-07/graphql.json"

// Objects are made, changed and deleted, whatever the argument is called that describes them.
func TestGraphQLMutations(t *testing.T) {
	r := serve(t, []string{"github", "shopify-graphql"})
	ask := func(query, variables string) answer { return r.query("shopify-graphql", shopGraph, query, variables) }
	const made = `{"product":{"id":"gid://shopify/Product/1000000001","title":"Lamp"},"userErrors":[]}`
	ask(`mutation($p: ProductCreateInput!) { productCreate(product: $p) { product { id title } userErrors { field } } }`,
		`{"p":{"title":"Lamp"}}`).want(t, 200, `{"data":{"productCreate":`+made)
	ask(`mutation { productUpdate(input: {id: "gid://shopify/Product/3", title: "Chair"}) { product { id title } } }`, "{}").
		want(t, 200, `"product":{"id":"gid://shopify/Product/3","title":"Chair"}`)
	ask(`mutation { productDelete(input: {id: "gid://shopify/Product/3"}) { deletedProductId } }`, "{}").
		want(t, 200, `{"deletedProductId":"gid://shopify/Product/3"}`)
	ask(`mutation { productDelete(input: {id: "gid://shopify/Product/3"}) { deletedProductId userErrors { message } } }`, "{}").
		want(t, 200, `{"deletedProductId":null,"userErrors":[{"message":"product does not exist"}]}`)
	ask(`mutation { orderDelete(orderId: "gid://shopify/Order/4") { deletedId } }`, "{}").
		want(t, 200, `{"deletedId":"gid://shopify/Order/4"}`)
	const issue = `mutation($i: CreateIssueInput!) { createIssue(input: $i) { issue { number title } } }`
	r.query("github", "/graphql", issue, `{"i":{"repositoryId":"R_0000000001","title":"It is down"}}`).
		want(t, 200, `{"data":{"createIssue":{"issue":{"number":1000000001,"title":"It is down"}}}}`)
}

// What a page or an object is asked for by may be a variable, of any name: it is looked up where variables
// are.
func TestGraphQLVariables(t *testing.T) {
	r := serve(t, []string{"shopify-graphql"})
	ask := func(query, variables string) answer { return r.query("shopify-graphql", shopGraph, query, variables) }
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
