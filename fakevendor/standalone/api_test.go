package standalone_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/dialect"
	"github.com/outagedrill/outagedrill/fakevendor/standalone"
)

// A vendor is reached by its port, by the first part of the path and by its host names.
func TestRouting(t *testing.T) {
	r := serveAs(t, standalone.ServerConfig{Ports: map[string]string{"github": "127.0.0.1:0"}}, []string{"github", "stripe"})
	r.ask("github", "GET", "/user", "", key).want(t, 200, `"url":"`+r.URL("github")+`/users/octocat"`)
	front := "http://" + r.Addr()
	r.do("GET", front+"/github/user", "", key).want(t, 200, `"url":"`+front+`/github/users/octocat"`)
	r.do("GET", front+"/user", "", key, "Host: api.github.com").want(t, 200, `"url":"http://api.github.com/users/octocat"`)
	r.do("GET", front+"/v1/balance", "", key, "Host: stripe.localhost:80").want(t, 200, `"object":"balance"`)
	r.do("GET", front+"/nobody/user", "", key).want(t, 404, "no vendor is served at /nobody/user")
	r.do("GET", front+"/status/github", "").want(t, 301, "", "Location", "/status/github/")
	r.do("GET", front+"/status/github/api/v2/status.json", "").want(t, 200, "All Systems Operational")
	r.do("GET", front+"/status/gitlab/", "").want(t, 404, "there is no application")
}

// An object lives: created, read, changed, listed, deleted, gone.
func TestObjects(t *testing.T) {
	r := serve(t, []string{"stripe", "github", "salesforce", "slack", "generic"})
	for _, tt := range []struct{ vendor, list, item, create, change, wanted string }{
		{"stripe", "/v1/customers", "/v1/customers/%s", "name=Joe&metadata[a]=b", "name=Jim", `"name":"Jim"`},
		{"github", "/repos/o/r/issues", "/repos/o/r/issues/%s", `{"title":"Joe"}`, `{"title":"Jim"}`, `"title":"Jim"`},
		{"generic", "/orders", "/orders/%s", `{"name":"Joe"}`, `{"name":"Jim"}`, `"name":"Jim"`},
		{
			"salesforce", "/services/data/v60.0/sobjects/Contact", "/services/data/v60.0/sobjects/Contact/%s",
			`{"Name":"Joe"}`, `{"Name":"Jim"}`, `"Name":"Jim"`,
		},
	} {
		created := r.ask(tt.vendor, "POST", tt.list, tt.create, key)
		var object struct{ ID, Number any }
		if err := json.Unmarshal([]byte(created.body), &object); err != nil || created.StatusCode/100 != 2 {
			t.Fatalf("%s: %d %s: %v", tt.vendor, created.StatusCode, created.body, err)
		}
		id := fmt.Sprint(object.ID)
		if f, ok := object.ID.(float64); ok {
			id = fmt.Sprintf("%.0f", f)
		}
		item := fmt.Sprintf(tt.item, id)
		method := map[string]string{"stripe": "POST"}[tt.vendor]
		if method == "" {
			method = "PATCH"
		}
		if a := r.ask(tt.vendor, method, item, tt.change, key); a.StatusCode/100 != 2 {
			t.Errorf("%s: a change is answered %d %s", tt.vendor, a.StatusCode, a.body)
		}
		r.ask(tt.vendor, "GET", item, "", key).want(t, 200, tt.wanted)
		if tt.vendor != "salesforce" {
			r.ask(tt.vendor, "GET", tt.list+"?limit=100", "", key).want(t, 200, tt.wanted)
		}
		if a := r.ask(tt.vendor, "DELETE", item, "", key); a.StatusCode/100 != 2 {
			t.Errorf("%s: a deletion is answered %d %s", tt.vendor, a.StatusCode, a.body)
		}
		r.ask(tt.vendor, "GET", item, "", key).want(t, 404, "")
	}
	posted := r.ask("slack", "POST", "/api/chat.postMessage", "channel=C1&text=hello", key)
	posted.want(t, 200, `"channel":"C1","ts":"1000000001.000100"`)
	r.ask("slack", "POST", "/api/conversations.history", "channel=C1", key).want(t, 200, `"text":"hello"`)
}

// Every page of a list leads to the next one, in the vendor's own way, until each object was told once.
func TestPages(t *testing.T) {
	r := serve(t, []string{"stripe", "github", "salesforce", "slack", "generic"})
	next := map[string]func(answer, map[string]any) string{
		"stripe": func(_ answer, body map[string]any) string {
			data := body["data"].([]any)
			if body["has_more"] != true {
				return ""
			}
			return "/v1/charges?limit=10&starting_after=" + data[len(data)-1].(map[string]any)["id"].(string)
		},
		"github": func(a answer, _ map[string]any) string {
			_, link, ok := strings.Cut(a.Header.Get("Link"), `rel="prev", <`)
			if !ok {
				link = strings.TrimPrefix(a.Header.Get("Link"), "<")
			}
			to, rest, _ := strings.Cut(link, ">")
			if !strings.HasPrefix(rest, `; rel="next"`) {
				return ""
			}
			u, err := url.Parse(to)
			if err != nil {
				return ""
			}
			return strings.TrimPrefix(u.RequestURI(), "/github")
		},
		"salesforce": func(_ answer, body map[string]any) string {
			text, _ := body["nextRecordsUrl"].(string) // absent at the end
			return text
		},
		"slack": func(_ answer, body map[string]any) string {
			cursor, _ := body["response_metadata"].(map[string]any)["next_cursor"].(string) // absent at the end
			if cursor == "" {
				return ""
			}
			return "/api/users.list?limit=10&cursor=" + cursor
		},
		"generic": func(_ answer, body map[string]any) string {
			cursor, _ := body["next_cursor"].(string) // absent at the end
			if cursor == "" {
				return ""
			}
			return "/things?limit=10&cursor=" + cursor
		},
	}
	for vendor, first := range map[string]string{
		"stripe": "/v1/charges?limit=10", "github": "/user/repos?per_page=10", "slack": "/api/users.list?limit=10",
		"salesforce": "/services/data/v60.0/query?q=SELECT+Id+FROM+Account", "generic": "/things?limit=10",
	} {
		seen, pages := map[string]bool{}, 0
		for path := first; path != ""; pages++ {
			a := r.ask(vendor, "GET", path, "", key)
			a.want(t, 200, "")
			var list []any
			body := map[string]any{}
			if json.Unmarshal([]byte(a.body), &list) != nil {
				if err := json.Unmarshal([]byte(a.body), &body); err != nil {
					t.Fatal(err)
				}
				for _, name := range []string{"data", "records", "members"} {
					if items, ok := body[name].([]any); ok {
						list = items
					}
				}
			}
			for _, item := range list {
				id := fmt.Sprint(item.(map[string]any)["id"], item.(map[string]any)["Id"])
				if seen[id] {
					t.Errorf("%s: %s was told twice", vendor, id)
				}
				seen[id] = true
			}
			path = next[vendor](a, body)
		}
		if wantPages := map[bool]int{true: 1, false: 3}[vendor == "salesforce"]; len(seen) != 25 || pages != wantPages {
			t.Errorf("%s: %d objects on %d pages (want 25 on %d)", vendor, len(seen), pages, wantPages)
		}
	}
}

// A poller that asks for what changed since its last look finds what came meanwhile, and what was changed.
func TestSince(t *testing.T) {
	r := serve(t, []string{"github"}, func(c *standalone.Config) {
		c.Vendor.Applications[0].Resources = []fakevendor.Resource{
			{Name: "issues", Rates: []fakevendor.Rate{{N: 1, Per: time.Minute}}},
		}
	})
	const path = "/repos/o/r/issues"
	since := path + "?per_page=100&since=" + start.Add(time.Hour).Format(time.RFC3339)
	r.advance(time.Hour - time.Nanosecond)
	r.ask("github", "GET", since, "", key).want(t, 200, "[]")
	r.advance(2*time.Minute + time.Nanosecond)
	var list []struct{ Number int }
	if err := json.Unmarshal([]byte(r.ask("github", "GET", since, "", key).body), &list); err != nil {
		t.Fatal(err)
	}
	if len(list) != 3 || list[0].Number != 25+62 {
		t.Errorf("since an hour: %v (want 87, 86, 85)", list)
	}
	r.ask("github", "PATCH", path+"/3", `{"state":"closed"}`, key).want(t, 200, `"state":"closed"`)
	r.ask("github", "GET", since, "", key).want(t, 200, `"number":3,`)
}

// What a write changes although its answer fails is there afterwards; what did not land is not.
func TestFailedWrites(t *testing.T) {
	down := fakevendor.Fault{Kind: fakevendor.Down, Status: 503, Connection: -1, From: at(0), To: at(time.Hour)}
	for _, applied := range []bool{false, true} {
		r := serve(t, []string{"stripe"}, func(c *standalone.Config) {
			c.Vendor.Applications[0].Resources = []fakevendor.Resource{{Name: "customer"}}
			down.Applied = applied
			c.Vendor.Faults = []fakevendor.Fault{down}
		})
		r.ask("stripe", "POST", "/v1/customers", "name=Joe", key).want(t, 503, "unavailable")
		r.advance(time.Hour)
		if got := strings.Contains(r.ask("stripe", "GET", "/v1/customers", "", key).body, "Joe"); got != applied {
			t.Errorf("applied %v: Joe is there: %v", applied, got)
		}
	}
}

// Any credential is good but none at all; a strict vendor knows its own.
func TestCredentials(t *testing.T) {
	r := serve(t, []string{"stripe", "github", "slack"})
	r.ask("stripe", "GET", "/v1/balance", "").want(t, 401, "Invalid API Key")
	r.ask("stripe", "GET", "/v1/balance", "", "Authorization: Basic c2tfdGVzdDo=").want(t, 200, "balance")
	r.ask("slack", "POST", "/api/auth.test", "token=xoxb-1").want(t, 200, `"ok":true`)
	r.ask("slack", "POST", "/api/auth.test", "a=b").want(t, 200, "invalid_auth")
	r.ask("github", "GET", "/zen", "").want(t, 200, "logically") // anonymous
	r.ask("github", "GET", "/zen", "", "Authorization: Bearer at-github-main-9").want(t, 401, "Bad credentials")
	r = serve(t, []string{"stripe"}, func(c *standalone.Config) {
		c.Strict, c.Keys = true, map[string][]string{"stripe-main": {"sk_1"}}
	})
	r.ask("stripe", "GET", "/v1/balance", "", key).want(t, 401, "Invalid API Key")
	r.ask("stripe", "GET", "/v1/balance", "", "Authorization: Bearer sk_1").want(t, 200, "balance")
}

// Every dialect serves something at a path that nobody described, and refuses who shows no credential.
func TestEveryDialect(t *testing.T) {
	names := dialect.Names()
	r := serve(t, names)
	for _, name := range names {
		if a := r.ask(name, "GET", "/widgets", "", key); a.StatusCode != 200 || !json.Valid([]byte(a.body)) {
			t.Errorf("%s: %d %s", name, a.StatusCode, a.body)
		}
		r.ask(name, "GET", "/widgets/7", "", key).want(t, 200, "7")
	}
}

func (r *rig) advance(d time.Duration) {
	r.Helper()
	if err := r.world.Clock().Advance(d); err != nil {
		r.Fatal(err)
	}
}
