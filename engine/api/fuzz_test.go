package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/outagedrill/outagedrill/engine/api"
)

// contract is the OpenAPI document, which every answer is held against.
type contract struct {
	doc        map[string]any
	compiler   *jsonschema.Compiler
	schemas    map[string]*jsonschema.Schema
	operations []operation
}

type operation struct {
	method, path string
	spec         map[string]any
}

func readContract(t testing.TB) *contract {
	t.Helper()
	a := ask(t, newPlatform(t), "GET", "/openapi.json", "")
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(a.body))
	if err != nil {
		t.Fatal(err)
	}
	c := &contract{doc: doc.(map[string]any), compiler: jsonschema.NewCompiler()}
	c.schemas = map[string]*jsonschema.Schema{}
	c.compiler.AssertFormat()
	if err := c.compiler.AddResource("https://api.invalid/openapi.json", doc); err != nil {
		t.Fatal(err)
	}
	paths := c.doc["paths"].(map[string]any)
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		for _, method := range slices.Sorted(maps.Keys(paths[path].(map[string]any))) {
			spec := paths[path].(map[string]any)[method].(map[string]any)
			c.operations = append(c.operations, operation{strings.ToUpper(method), path, spec})
		}
	}
	return c
}

// check tells what of an answer the document does not promise.
func (c *contract) check(op operation, a answer) error {
	status := fmt.Sprint(a.status)
	responses := op.spec["responses"].(map[string]any)
	response, ok := responses[status].(map[string]any)
	if !ok {
		return fmt.Errorf("status %s is not documented: %s", status, a.body)
	}
	if a.status >= 500 {
		return fmt.Errorf("status %s: %s", status, a.body)
	}
	content, _ := response["content"].(map[string]any)
	mediaType := a.header.Get("Content-Type")
	if _, ok := content[mediaType]; !ok {
		return fmt.Errorf("the media type %q is not documented for %s", mediaType, status)
	}
	if a.header.Get("Cache-Control") != "no-store" || a.header.Get("X-Content-Type-Options") != "nosniff" {
		return fmt.Errorf("a header for safety is missing: %v", a.header)
	}
	if !strings.HasSuffix(mediaType, "json") || strings.HasPrefix(mediaType, "application/openapi") {
		return nil
	}
	body, err := jsonschema.UnmarshalJSON(strings.NewReader(a.body))
	if err != nil {
		return fmt.Errorf("the body is no JSON: %w: %s", err, a.body)
	}
	escape := strings.NewReplacer("~", "~0", "/", "~1")
	pointer := fmt.Sprintf("https://api.invalid/openapi.json#/paths/%s/%s/responses/%s/content/%s/schema",
		url.PathEscape(escape.Replace(op.path)), strings.ToLower(op.method), status,
		url.PathEscape(escape.Replace(mediaType)))
	schema, ok := c.schemas[pointer]
	if !ok {
		if schema, err = c.compiler.Compile(pointer); err != nil {
			return err
		}
		c.schemas[pointer] = schema
	}
	if err := schema.Validate(body); err != nil {
		return fmt.Errorf("%w: %s", err, a.body)
	}
	return nil
}

// dice draws requests of an operation.
type dice struct{ *rand.Rand }

func (d dice) of(list ...string) string { return list[d.IntN(len(list))] }

// request draws parameters and a body: mostly valid ones, the others of every kind of wrong.
func (d dice) request(op operation) (target, body string, headers []string) {
	target = op.path
	query := url.Values{}
	params, _ := op.spec["parameters"].([]any)
	for _, v := range params {
		p := v.(map[string]any)
		name, schema := p["name"].(string), p["schema"].(map[string]any)
		switch p["in"] {
		case "path":
			target = strings.Replace(target, "{"+name+"}", url.PathEscape(d.id(op.path)), 1)
		case "query":
			if d.IntN(3) == 0 {
				query.Add(name, d.text(schema))
			}
		case "header":
			if d.IntN(3) == 0 {
				headers = append(headers, name, d.of("*", `"0"`, `"1"`, `"4"`, `"99"`, `W/"1"`, `"a", "b"`, "1", `"`, "é"))
			}
		}
	}
	if d.IntN(20) == 0 {
		query.Add(d.of("x", "limi", "q[]"), d.junk())
	}
	if len(query) > 0 {
		target += "?" + query.Encode()
	}
	if op.spec["requestBody"] != nil || d.IntN(20) == 0 {
		body = d.body(op.path)
		if d.IntN(4) > 0 {
			headers = append(headers, "Content-Type", d.of(
				"application/json", "application/json", "application/json; charset=utf-8", "text/plain", "a/b+c", "+;", "é"))
		}
	}
	return target, body, headers
}

// known are things that the platform of the fuzzer has, and bodies that it takes, by the path that wants them.
func known() map[string][]string {
	return map[string][]string{
		"/connections/{id}/credentials body": {
			`{"fields":{"username":"u","password":"wrong"}}`, `{"fields":{"username":"u","password":"right"}}`,
		},
		"/clock body": {`{"advance":"90s"}`, `{"advance":"1ns"}`, `{"now":"2024-03-04T08:00:01Z"}`},
		"/instances":  {"acme main", "wms"}, "/connections": {"acme main", "wms"}, "/jobs": {"poll/1", "other"},
		"/flows": {"orders"}, "/applications": {"acme", "wms"},
	}
}

// id draws ids: real ones of every kind, and others.
func (d dice) id(path string) string {
	if d.IntN(2) == 0 {
		collection, _, _ := strings.Cut(path[1:], "/")
		return d.of(known()["/"+collection]...)
	}
	return d.of("acme main", "wms", "acme", "orders", "poll/1", "other", "polling-disabled", "order", "..", ".", "",
		"%2F", "\x00", "é\n", strings.Repeat("x", 2000), d.junk())
}

func (d dice) text(schema map[string]any) string {
	if values, ok := schema["enum"].([]any); ok && d.IntN(4) > 0 {
		return fmt.Sprint(values[d.IntN(len(values))])
	}
	return d.of("1", "2", "1000", "0", "-1", "1001", "999999999999999999", "9223372036854775808", "1e3", "acme", "",
		"ops@example.com", d.junk())
}

func (d dice) body(path string) string {
	if good := known()[path+" body"]; good != nil && d.IntN(2) == 0 {
		return d.of(good...)
	}
	return d.of(`{"fields":{"username":""}}`, `{"fields":{"usernme":"u"}}`, `{"fields":{}}`, `{"fields":null}`,
		`{"fields":{"username":1}}`, `{"fields":{"username":null}}`, `{"fields":[]}`, `{"Fields":{}}`,
		`{"fields":{},"x":1}`, `{"advance":"0s"}`, `{"advance":"-1h"}`,
		`{"advance":"999999999d"}`, `{"now":"2024-03-04T08:00:00+02:00"}`,
		`{"now":"9999-12-31T23:59:59Z"}`, `{"now":"0001-01-01T00:00:00Z"}`, `{"now":"2300-01-01T00:00:00Z"}`,
		`{"now":"2024-03-20T00:00:00Z","advance":"1h"}`, `{"now":""}`, `{"now":5}`, `{}`, `[]`, `null`, `true`, `"x"`, `1`,
		`{`, `{"fields":`, "", " ", "\xff", `{"fields":{"a":"`+strings.Repeat("x", 5000)+`"}}`,
		strings.Repeat(`{"fields":`, 2000), strings.Repeat("[", 20000), d.junk())
}

func (d dice) junk() string {
	b := make([]byte, d.IntN(12))
	for i := range b {
		b[i] = byte(d.IntN(256))
	}
	return string(b)
}

// TestDocumented fuzzes every operation of the document: whatever the request, the answer is a documented one.
func TestDocumented(t *testing.T) {
	c := readContract(t)
	const rounds = 150
	seen := map[string]bool{}
	d := dice{rand.New(rand.NewPCG(20240304, 1))}
	p := troubled(t)
	h, err := api.Handler(p, api.Config{Version: "1.0.0"})
	if err != nil {
		t.Fatal(err)
	}
	for i := range rounds {
		if i%40 == 39 {
			*p = *troubled(t) // its lock is free
		}
		for _, op := range c.operations {
			target, body, headers := d.request(op)
			r, ok := parsable(op.method, target)
			if !ok {
				continue
			}
			a := askHandler(h, op.method, r, body, headers...)
			seen[fmt.Sprint(op.method, " ", op.path, " ", a.status)] = true
			if err := c.check(actual(c, op, a, target), a); err != nil {
				t.Fatalf("%s %q %v with %q: %v", op.method, target, headers, body, err)
			}
		}
	}
	for _, op := range c.operations {
		ok := seen[fmt.Sprint(op.method, " ", op.path, " 200")] || seen[fmt.Sprint(op.method, " ", op.path, " 202")]
		if !ok {
			t.Errorf("%s %s never succeeded", op.method, op.path)
		}
	}
	for _, status := range []string{
		"PUT /connections/{id}/credentials 422", "PUT /connections/{id}/credentials 412", "PUT /clock 409",
		"PUT /clock 400", "PUT /clock 415", "GET /jobs 422", "GET /flows/{id}/runs 404", "PUT /jobs/{id}/enable 412",
	} {
		if !seen[status] {
			t.Errorf("%s was never seen", status)
		}
	}
}

// actual is the operation that a path with such an id really is: /jobs/polling-disabled is not /jobs/{id}.
// What leads nowhere is held against any operation with the same problem.
func actual(c *contract, op operation, a answer, target string) operation {
	path, _, _ := strings.Cut(target, "?")
	for _, other := range c.operations {
		if other.method == op.method && other.path == path {
			return other
		}
	}
	if a.status == http.StatusNotFound || a.status == http.StatusMethodNotAllowed {
		op.spec = maps.Clone(op.spec)
		responses := maps.Clone(op.spec["responses"].(map[string]any))
		responses[fmt.Sprint(a.status)] = responses["422"]
		op.spec["responses"] = responses
	}
	return op
}

// parsable tells whether net/http would let a target in.
func parsable(method, target string) (string, bool) {
	_, err := url.ParseRequestURI(target)
	return target, err == nil && method != "" && !strings.ContainsAny(target, " \r\n")
}

// TestContractBites wants the fuzzer's judge to see what it is there for.
func TestContractBites(t *testing.T) {
	c := readContract(t)
	i := slices.IndexFunc(c.operations, func(op operation) bool { return op.path == "/jobs/{id}" })
	op := c.operations[i]
	good := ask(t, newPlatform(t), "GET", "/jobs/other", "")
	if err := c.check(op, good); err != nil {
		t.Fatalf("a good answer is refused: %v", err)
	}
	edit := func(change func(m map[string]any)) answer {
		var m map[string]any
		if err := json.Unmarshal([]byte(good.body), &m); err != nil {
			t.Fatal(err)
		}
		change(m)
		text, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		return answer{good.status, good.header, string(text)}
	}
	for name, bad := range map[string]answer{
		"an undocumented field":  edit(func(m map[string]any) { m["secret"] = 1 }),
		"a missing field":        edit(func(m map[string]any) { delete(m, "revision") }),
		"an unknown word":        edit(func(m map[string]any) { m["state"] = "off" }),
		"null for a list":        edit(func(m map[string]any) { m["resources"] = nil }),
		"a number for a text":    edit(func(m map[string]any) { m["id"] = 1 }),
		"an instant of no kind":  edit(func(m map[string]any) { m["disabled_at"] = "yesterday" }),
		"an undocumented status": {http.StatusTeapot, good.header, good.body},
		"an error of the server": {http.StatusInternalServerError, good.header, good.body},
		"no JSON":                {good.status, good.header, "{"},
		"another media type": {good.status, http.Header{
			"Content-Type": {"text/html"}, "Cache-Control": {"no-store"}, "X-Content-Type-Options": {"nosniff"},
		}, good.body},
		"a header missing": {good.status, http.Header{"Content-Type": {"application/json"}}, good.body},
	} {
		if c.check(op, bad) == nil {
			t.Errorf("%s is not seen", name)
		}
	}
}

// FuzzRequest lets the fuzzer choose path, header and body: no panic, no error of the server, only problems
// and documents of ours.
func FuzzRequest(f *testing.F) {
	f.Add("GET", "/jobs?limit=1", "", "")
	f.Add("PUT", "/connections/acme%20main/credentials", `"1"`, `{"fields":{"username":"u","password":"p"}}`)
	f.Add("PUT", "/clock", "", `{"advance":"1h"}`)
	f.Add("POST", "/flows/orders/errors/retry", "*", "")
	f.Add("PUT", "/jobs/poll%2F1/enable", `"2"`, "")
	f.Add("DELETE", "//jobs/../x", "", "x")
	p := troubled(f)
	h, err := api.Handler(p, api.Config{})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, method, target, ifMatch, body string) {
		if _, err := http.NewRequest(method, target, nil); err != nil || !strings.HasPrefix(target, "/") {
			t.Skip("it is no request to a server")
		}
		if _, ok := parsable(method, target); !ok || method == http.MethodConnect {
			t.Skip("net/http would not hand it to a handler")
		}
		a := askHandler(h, method, target, body, "If-Match", ifMatch)
		if a.status >= 500 || a.status < 200 || a.status >= 300 && a.status < 400 {
			t.Errorf("%s %s: status %d: %s", method, target, a.status, a.body)
		}
		if strings.HasSuffix(a.header.Get("Content-Type"), "json") && !json.Valid(bytes.TrimSpace([]byte(a.body))) {
			t.Errorf("%s %s: no JSON: %s", method, target, a.body)
		}
		if !utf8.ValidString(a.body) {
			t.Errorf("%s %s: no UTF-8: %q", method, target, a.body)
		}
	})
}
