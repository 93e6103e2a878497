package standalone_test

import (
	"strings"
	"testing"
)

// Zendesk shows, makes, changes and destroys many at once, tells it as a job, and knows users by their addresses.
func TestZendeskMany(t *testing.T) {
	r := serve(t, []string{"zendesk"})
	ask := func(method, path, body string) answer {
		return r.ask("zendesk", method, "/api/v2"+path, body, key, "Content-Type: application/json")
	}
	ask("GET", "/tickets/show_many.json?ids=3,1,99", "").want(t, 200, `{"tickets":[{"id":3,`)
	ask("POST", "/tickets/create_many.json", `{"tickets":[{"subject":"a"},{"subject":"b"}]}`).
		want(t, 200, `"results":[{"index":0,"id":1000000001,"action":"create"`)
	ask("PUT", "/tickets/update_many.json", `{"tickets":[{"id":3,"status":"solved"},{"id":99}]}`).
		want(t, 200, `{"id":"99","action":"update","success":false,"error":"NotFound"}`)
	ask("GET", "/tickets/3.json", "").want(t, 200, `"status":"solved"`)
	ask("DELETE", "/tickets/destroy_many.json?ids=3,4", "").want(t, 200, `"status":"completed"`)
	ask("GET", "/tickets/4.json", "").want(t, 404, "RecordNotFound")
	user := func(name string) answer {
		return ask("POST", "/users/create_or_update.json", `{"user":{"email":"n@x.org","name":"`+name+`"}}`)
	}
	user("Ada").want(t, 201, `"id":1000000001`)
	user("Bob").want(t, 200, `"id":1000000001`)
	ask("GET", "/users/search.json?query=n@x.org", "").want(t, 200, `"name":"Bob"`)
	ask("GET", "/search.json?query=type:user", "").want(t, 200, `{"results":[{"result_type":"user","id":1,`)
	export := ask("GET", "/search/export.json?query=x&filter[type]=ticket&page[size]=20", "")
	if export.want(t, 200, `"result_type":"ticket"`); !strings.Contains(export.body, `"has_more":true`) {
		t.Errorf("the export is %s (want more)", export.body)
	}
	ask("GET", "/incremental/tickets/cursor.json?start_time=1", "").want(t, 200, `"end_of_stream":true`)
}
