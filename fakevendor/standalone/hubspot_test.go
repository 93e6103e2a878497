package standalone_test

import "testing"

// HubSpot's batches write many contacts, find them by their addresses, and take them away; its search finds one
// by its address, and those that changed since an instant.
func TestHubSpotBatches(t *testing.T) {
	r := serve(t, []string{"hubspot"})
	const contacts = "/crm/v3/objects/contacts"
	post := func(path, body string) answer {
		return r.ask("hubspot", "POST", contacts+path, body, key, "Content-Type: application/json")
	}
	const since = `{"filterGroups":[{"filters":[{"propertyName":"lastmodifieddate","operator":"GTE","value":"`
	post("/search", since+`1709251200000"}]}]}`).want(t, 200, `{"total":0,"results":[]}`)
	post("/batch/create", `{"inputs":[{"properties":{"email":"ada@x.org"}},{"properties":{"email":"bob@x.org"}}]}`).
		want(t, 201, `{"status":"COMPLETE","results":[{"archived":false,`)
	post("/batch/upsert", `{"inputs":[{"id":"bob@x.org","idProperty":"email","properties":{"firstname":"Bob"}},`+
		`{"id":"eve@x.org","idProperty":"email","properties":{"firstname":"Eve"}}]}`).want(t, 200, `"id":"1000000003"`)
	post("/batch/read", `{"idProperty":"email","inputs":[{"id":"bob@x.org"},{"id":"none@x.org"}]}`).
		want(t, 200, `"firstname":"Bob"`)
	r.ask("hubspot", "GET", contacts+"/eve@x.org?idProperty=email", "", key).want(t, 200, `"firstname":"Eve"`)
	for _, filter := range []string{
		`{"propertyName":"email","operator":"EQ","value":"eve@x.org"}`,
		`{"value":"eve@x.org","operator":"EQ","propertyName":"email"}`,
	} {
		post("/search", `{"filterGroups":[{"filters":[`+filter+`]}]}`).want(t, 200, `{"total":1,"results":[{`)
	}
	post("/search", since+`1709251200000"}]}]}`).want(t, 200, `{"total":3,`)
	post("/batch/update", `{"inputs":[{"id":"1000000001","properties":{"firstname":"Zoe"}}]}`).want(t, 200, `"Zoe"`)
	post("/batch/archive", `{"inputs":[{"id":"1000000001"},{"id":"4711"}]}`).want(t, 204, "")
	r.ask("hubspot", "GET", contacts+"/1000000001", "", key).want(t, 404, "OBJECT_NOT_FOUND")
	r.ask("hubspot", "GET", "/oauth/v1/access-tokens/any", "").want(t, 200, `"token":"any"`)
}
