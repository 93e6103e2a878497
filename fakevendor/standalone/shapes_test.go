package standalone_test

import (
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
