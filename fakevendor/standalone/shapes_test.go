package standalone_test

import (
	"crypto/md5" //nolint:gosec // it is what the vendor has
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/dialect"
	"github.com/outagedrill/outagedrill/fakevendor/standalone"
)

// ours serves a dialect of a test's own, which extends the generic one by an api section.
func ours(t *testing.T, api string) *rig {
	t.Helper()
	d, err := dialect.Parse("ours.yaml", []byte("dialect: ours\nvendor: Ours\nformat: 1\nextends: generic\n"+api))
	if err != nil {
		t.Fatal(err)
	}
	return serve(t, []string{"generic"}, func(c *standalone.Config) { c.Vendor.Applications[0].Dialect = d })
}

// A list may be paged in a way of its own: all those of an object, or a route's. The link to the next page is
// left out of the links when there is none.
func TestPagingOfOneList(t *testing.T) {
	r := ours(t, `
api:
  source: none
  certainty: U
  paging: {page: page, size: per_page, default: 20, max: 20}
  objects:
    file:
      rest: /files
      paging: {cursor: after, size: pageSize, default: 10, max: 10}
      list: {files: $items, next: $next_cursor}
      item: {id: $id}
    user:
      item: {id: $id}
  routes:
    - list: user
      path: /users
      when: {query: offset}
      paging: {offset: offset, size: limit, default: 20, max: 20}
      json: {users: $items, links: [{rel: next, href: $next_path}, {rel: self, href: $self_path}]}
    - {list: user, path: /users, json: {users: $items, page: $page}}
`)
	r.ask("generic", "GET", "/files", "", key).want(t, 200, `{"id":10}],"next":"bjoxMDo"}`)
	r.ask("generic", "GET", "/files?pageSize=5&after=bjoxMDo", "", key).want(t, 200, `{"files":[{"id":11},`)
	r.ask("generic", "GET", "/files?pageSize=5&after=bjoyMDo", "", key).want(t, 200, `{"id":25}]}`)
	r.ask("generic", "GET", "/users?page=2", "", key).want(t, 200, `{"users":[{"id":21},`)
	r.ask("generic", "GET", "/users?offset=3&limit=1", "", key).
		want(t, 200, `{"users":[{"id":4}],"links":[{"rel":"next","href":"/users?limit=1&offset=4"},{"rel":"self","href":"/users"}]}`)
	r.ask("generic", "GET", "/users?offset=20", "", key).want(t, 200, `{"id":25}],"links":[{"rel":"self","href":"/users"}]}`)
}

// A suffix that paths may have is none of a list's or an object's name.
func TestSuffix(t *testing.T) {
	r := ours(t, `
api:
  source: none
  certainty: U
  suffix: .json
  answers:
    list: {json: {$path.object: $items}}
  objects:
    ticket: {rest: /tickets, item: {id: $id, subject: $name}}
`)
	r.ask("generic", "GET", "/tickets/3.json", "", key).want(t, 200, `{"id":3,"subject":"ticket 3"}`)
	r.ask("generic", "GET", "/tickets/3", "", key).want(t, 200, `{"id":3,"subject":"ticket 3"}`)
	r.ask("generic", "GET", "/groups.json", "", key).want(t, 200, `{"groups":[{"id":1,`)
	r.ask("generic", "GET", "/groups/4.json", "", key).want(t, 200, `{"id":4,`)
}

// A route whose answer holds an access token gives a new one each time, which lives as long as any other.
func TestRouteThatGivesTokens(t *testing.T) {
	r := ours(t, `
api:
  source: none
  certainty: U
  routes:
    - path: /apps/{app}/tokens
      method: POST
      fixed: {status: 201, json: {token: $access_token, expires_at: $expires_at, expires_in: $expires_in}}
`)
	give := func() answer { return r.ask("generic", "POST", "/apps/7/tokens", "", "Authorization: Bearer a.jwt.b") }
	give().want(t, 201, `{"token":"at-generic-main-2","expires_at":"2024-03-01T01:00:00Z","expires_in":3600}`)
	give().want(t, 201, `{"token":"at-generic-main-3",`)
	orders := func(token string) answer {
		return r.ask("generic", "GET", "/orders", "", "Authorization: Bearer "+token)
	}
	orders("at-generic-main-2").want(t, 200, "data")
	r.advance(time.Hour)
	orders("at-generic-main-2").want(t, 401, "")
	if _, err := r.world.AddFault(&fakevendor.Fault{Kind: fakevendor.BadCredentials}); err != nil {
		t.Fatal(err)
	}
	give().want(t, 401, "")
}

// An object may be named by fields of its own, be created where it is not there, and be written with others.
func TestKeysAndSeveralAtOnce(t *testing.T) {
	r := ours(t, `
api:
  source: none
  certainty: U
  objects:
    member:
      field: members
      keys: [email, {md5: email}, id]
      result: {id: $id, did: $deed}
      item: {id: $id, email: 'member-$number@example.com', name: $name}
  routes:
    - {get: member, path: '/members/{id}', method: GET, id: id}
    - {get: member, path: '/seen/{id}', method: GET, id: id, missing: {status: 200, json: {seen: false}}}
    - {upsert: member, path: '/members/{id}', method: PUT, id: id}
    - {update: member, path: '/members/{id}', method: PATCH, id: id}
    - {upsert: member, path: /members, method: POST, status: 200, json: {results: $results}}
    - {upsert: member, path: /named, method: POST, id: email, status: 200, json: {results: $results}}
    - {delete: member, path: /members, method: DELETE, id: id, status: 200, json: {results: $results}}
`)
	ask := func(method, path, body string) answer {
		return r.ask("generic", method, path, body, key, "Content-Type: application/json")
	}
	ask("GET", "/members/member-3@example.com", "").want(t, 200, `"id":3,`)
	ask("GET", "/members/nobody@example.com", "").want(t, 404, "nobody@example.com")
	ask("GET", "/seen/nobody@example.com/", "").want(t, 200, `{"seen":false}`)
	ask("PUT", "/members/ada@example.com", `{"name":"Ada"}`).want(t, 201, `"email":"ada@example.com","id":1000000001,"name":"Ada"`)
	ask("PUT", "/members/ada@example.com", `{"name":"Grace"}`).want(t, 200, `"id":1000000001,"name":"Grace"`)
	ask("PATCH", "/members/9e26471d35a78862c17e467d87cddedf", `{"name":"x"}`).want(t, 404, "") // of nobody@example.com
	ask("GET", "/members/3E3417A1DA1B0B2C9AD4FA9A3F5A5C3F", "").want(t, 404, "")
	sum := fmt.Sprintf("%X", md5.Sum([]byte("ada@example.com"))) //nolint:gosec // it is what the vendor has
	ask("PATCH", "/members/"+sum, `{"name":"Hedy"}`).want(t, 200, `"id":1000000001,"name":"Hedy"`)
	ask("POST", "/members", `{"members":[{"email":"ada@example.com"},{"email":"x@example.com"},{"id":4,"name":"y"}]}`).
		want(t, 200, `{"results":[{"id":1000000001,"did":"updated"},{"id":1000000002,"did":"created"},{"id":4,"did":"updated"}]}`)
	ask("DELETE", "/members", `{"members":[{"id":4},{"id":99},{"email":"x@example.com"}]}`).
		want(t, 200, `{"results":[{"id":4,"did":"deleted"},{"id":"99","did":"skipped"},{"id":1000000002,"did":"deleted"}]}`)
	ask("GET", "/members/x@example.com", "").want(t, 404, "")
	ask("DELETE", "/members?id=99", "").want(t, 404, "")
	ask("POST", "/named", `{"members":[{"email":"z@example.com"},{"id":5,"name":"z"}]}`).
		want(t, 200, `{"id":5,"did":"updated"}`)
	ask("GET", "/members/5", "").want(t, 200, `"email":"member-5@example.com"`) // not the one of before
}

// An answer that tells of a limit in its body tells what is left of it, a list as well.
func TestLimitsInBodies(t *testing.T) {
	r := serve(t, []string{"shopify-graphql"}, func(c *standalone.Config) {
		a := &c.Vendor.Applications[0]
		a.Limits = a.Dialect.Limits
	})
	r.ask("shopify-graphql", "POST", "/admin/api/2026-01/graphql.json", `{"query":"{ orders(first: 1) { nodes { id } } }"}`, key).
		want(t, 200, `"throttleStatus":{"maximumAvailable":2000,"currentlyAvailable":1`)
}

// Each of Amazon's operations has a limit of its own, and the header tells of that one.
func TestRatesOfOperations(t *testing.T) {
	r := serve(t, []string{"amazon-sp-api"}, func(c *standalone.Config) {
		a := &c.Vendor.Applications[0]
		a.Limits = a.Dialect.Limits
	})
	for path, want := range map[string]string{
		"/orders/v0/orders":                     "0.0167",
		"/orders/v0/orders/900-0000001-0000001": "0.5",
		"/reports/2021-06-30/reports":           "0.0222",
		"/reports/2021-06-30/reports/1":         "2",
		"/catalog/2022-04-01/items":             "2",
		"/sellers/v1/marketplaceParticipations": "0.016",
	} {
		answer := r.ask("amazon-sp-api", "GET", path, "", key)
		if got := answer.Header.Get("X-Amzn-RateLimit-Limit"); got != want {
			t.Errorf("GET %s has %s at the rate %q (expected %q)", path, answer.Status, got, want)
		}
	}
}

// Who is told that nothing is left is told until when: the fault's end, or a window's where none is known.
func TestRateLimitNamesItsReset(t *testing.T) {
	for to, want := range map[time.Duration]time.Duration{20 * time.Minute: 20 * time.Minute, 400 * 24 * time.Hour: time.Hour} {
		r := serve(t, []string{"github"}, func(c *standalone.Config) {
			limited := fakevendor.Fault{Kind: fakevendor.RateLimited, Connection: -1, From: at(0), To: at(to)}
			c.Vendor.Faults = []fakevendor.Fault{limited}
		})
		r.ask("github", "GET", "/user", "", key).want(t, 403, "API rate limit exceeded", "X-RateLimit-Remaining", "0",
			"X-RateLimit-Reset", strconv.FormatInt(start.Add(want).Unix(), 10))
	}
}
