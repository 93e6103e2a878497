package admin_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/outagedrill/outagedrill/fakevendor/admin"
)

// contract is the OpenAPI document, which every answer is held against.
type contract struct {
	paths    map[string]any
	compiler *jsonschema.Compiler
}

func readContract(t testing.TB, body string) *contract {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	c := &contract{doc.(map[string]any)["paths"].(map[string]any), jsonschema.NewCompiler()}
	c.compiler.AssertFormat()
	if err := c.compiler.AddResource("https://api.invalid/openapi.json", doc); err != nil {
		t.Fatal(err)
	}
	return c
}

// check tells what of an answer the document does not promise.
func (c *contract) check(path, method string, w *httptest.ResponseRecorder) error {
	status, mediaType := fmt.Sprint(w.Code), w.Header().Get("Content-Type")
	responses := c.paths[path].(map[string]any)[strings.ToLower(method)].(map[string]any)["responses"].(map[string]any)
	response, ok := responses[status].(map[string]any)
	if !ok || w.Code >= 500 {
		return fmt.Errorf("status %s is not documented: %s", status, w.Body)
	}
	if w.Header().Get("Cache-Control") != "no-store" || w.Header().Get("X-Content-Type-Options") != "nosniff" {
		return fmt.Errorf("a header for safety is missing: %v", w.Header())
	}
	content, _ := response["content"].(map[string]any)
	if w.Code == 204 {
		return nil
	}
	if _, ok := content[mediaType]; !ok {
		return fmt.Errorf("the media type %q is not documented for %s", mediaType, status)
	}
	var bodies []string
	switch {
	case mediaType == "application/x-ndjson":
		bodies = strings.Split(strings.TrimSpace(w.Body.String()), "\n")
	case strings.HasSuffix(mediaType, "json") && !strings.HasPrefix(mediaType, "application/openapi"):
		bodies = []string{w.Body.String()}
	}
	escape := func(s string) string {
		return url.PathEscape(strings.NewReplacer("~", "~0", "/", "~1").Replace(s))
	}
	schema, err := c.compiler.Compile(fmt.Sprintf("https://api.invalid/openapi.json#/paths/%s/%s/responses/%s/content/%s/schema",
		escape(path), strings.ToLower(method), status, escape(mediaType)))
	if err != nil {
		return err
	}
	for _, body := range bodies {
		if body == "" {
			continue
		}
		value, err := jsonschema.UnmarshalJSON(strings.NewReader(body))
		if err != nil {
			return fmt.Errorf("no JSON: %w: %s", err, body)
		}
		if err := schema.Validate(value); err != nil {
			return fmt.Errorf("%w: %s", err, body)
		}
	}
	return nil
}

// dice draws requests: mostly valid ones, the others of every kind of wrong.
type dice struct{ *rand.Rand }

func (d dice) of(list ...string) string { return list[d.IntN(len(list))] }

// bodies are some that an operation takes, by its path.
func bodies() map[string][]string {
	return map[string][]string{
		"/faults": {
			`{"application":"acme","fault":"down","for":"5m"}`, `{"connection":"acme-main","fault":"token_revoked"}`,
			`{"application":"acme","fault":"flapping","up":"1m","down":"1m","at":"+1h"}`,
			`{"application":"wms","fault":"slow","latency":"5s","resources":["items"]}`,
		},
		"/clock/advance":    {`{"by":"90s"}`, `{"by":"1d"}`},
		"/clock/set":        {`{"to":"+1h"}`, `{"to":"2024-03-01T00:00:01Z"}`},
		"/clock/scale":      {`{"scale":60}`, `{"scale":0.5}`},
		"/credentials/{do}": {`{"connection":"acme-main"}`, `{"connection":"acme key","kind":"api_key"}`},
		"/verify":           {`{}`, `{"match":{"outcome":"4xx"},"at_most":3}`},
		"/judge":            {`{}`, `{"at_once":1,"quiet":[{"from":"2024-03-01T00:00:00Z","why":"paused"}]}`},
	}
}

func (d dice) junk() string {
	return d.of(`{}`, `[]`, `null`, `{`, `"x"`, "", "\xff", `{"application":"acme","fault":1}`, `{"by":null}`, `{"to":"x"}`,
		`{"fault":"down","application":"`+strings.Repeat("x", 5000)+`"}`, strings.Repeat("[", 20000), `{"x":1}`,
		`{"rules":["x"]}`, `{"rules":null,"tolerate":{"x":1}}`, `{"retry":{"attempts":1}}`, `{"quiet":[{}]}`,
		`{"match":{"since":"then"}}`, `{"connection":""}`, `{"scale":1e300}`, `{"scale":-1}`)
}

func (d dice) request(path string, spec map[string]any, state string) (target, body string) {
	query := url.Values{}
	params, _ := spec["parameters"].([]any)
	for _, v := range params {
		p := v.(map[string]any)
		name := p["name"].(string)
		switch {
		case p["in"] == "path":
			value := d.of("1", "2", "3", "99", "x", "-1", "expire", "issue", "rotate", "revoke", "é")
			path = strings.Replace(path, "{"+name+"}", url.PathEscape(value), 1)
		case name != "follow" && d.IntN(4) == 0:
			query.Add(name, d.of("1", "2", "0", "-1", "true", "4xx", "429", "ok", "acme", "1ns", "+5m", "then", "", "\x00",
				"2024-03-01T00:00:00Z", "9223372036854775808"))
		}
	}
	if strings.HasSuffix(path, "/wait") {
		query.Set("timeout", d.of("0s", "1ns", "x"))
	}
	if known := bodies()[path]; spec["requestBody"] != nil || d.IntN(20) == 0 {
		body = d.junk()
		if path == "/state" {
			known = []string{state}
		}
		for pattern, list := range bodies() {
			prefix, _, _ := strings.Cut(pattern, "{")
			if strings.HasPrefix(path, prefix) && prefix != pattern {
				known = list
			}
		}
		if known != nil && d.IntN(3) > 0 {
			body = d.of(known...)
		}
	}
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	return path, body
}

// TestDocumented fuzzes every operation of the document: whatever the request, the answer is a documented one.
func TestDocumented(t *testing.T) {
	d := newDesk(t, admin.Config{})
	state := d.ask("GET", "/state", "").body
	c := readContract(t, d.ask("GET", "/openapi.json", "").body)
	dice := dice{rand.New(rand.NewPCG(20240304, 2))}
	seen := map[string]bool{}
	for round := range 60 {
		for _, path := range slices.Sorted(maps.Keys(c.paths)) {
			for _, method := range slices.Sorted(maps.Keys(c.paths[path].(map[string]any))) {
				method = strings.ToUpper(method)
				if (path == "/reset" || method == "PUT") && round%5 != 0 {
					continue // else there is never much to tell
				}
				d.call(dice.IntN(3))
				spec := c.paths[path].(map[string]any)[strings.ToLower(method)].(map[string]any)
				target, body := dice.request(path, spec, state)
				if _, err := url.ParseRequestURI(target); err != nil {
					continue
				}
				w := ask(d.handler, method, target, body)
				seen[fmt.Sprint(method, " ", path, " ", w.Code/100)] = true
				if err := c.check(path, method, w); err != nil {
					t.Fatalf("%s %q with %.200q: %v", method, target, body, err)
				}
			}
		}
	}
	for path, item := range c.paths {
		for method := range item.(map[string]any) {
			if !seen[strings.ToUpper(method)+" "+path+" 2"] {
				t.Errorf("%s %s never succeeded", method, path)
			}
		}
	}
	for _, refused := range []string{"POST /faults 4", "POST /judge 4", "GET /faults/{number} 4", "PUT /state 4"} {
		if !seen[refused] {
			t.Errorf("%s00 was never seen", refused)
		}
	}
}

// TestContractBites wants the judge of answers to see what it is there for.
func TestContractBites(t *testing.T) {
	d := newDesk(t, admin.Config{})
	c := readContract(t, d.ask("GET", "/openapi.json", "").body)
	for name, edit := range map[string]func(m map[string]any, w *httptest.ResponseRecorder){
		"a field too many":   func(m map[string]any, _ *httptest.ResponseRecorder) { m["secret"] = 1 },
		"a field too few":    func(m map[string]any, _ *httptest.ResponseRecorder) { delete(m, "frozen") },
		"an instant of none": func(m map[string]any, _ *httptest.ResponseRecorder) { m["now"] = "noon" },
		"another status":     func(_ map[string]any, w *httptest.ResponseRecorder) { w.Code = 418 },
		"a header missing":   func(_ map[string]any, w *httptest.ResponseRecorder) { w.Header().Del("Cache-Control") },
		"another type":       func(_ map[string]any, w *httptest.ResponseRecorder) { w.Header().Set("Content-Type", "a/b") },
		"":                   func(map[string]any, *httptest.ResponseRecorder) {},
	} {
		w := ask(d.handler, "GET", "/clock", "")
		var m map[string]any
		if err := json.Unmarshal(w.Body.Bytes(), &m); err != nil {
			t.Fatal(err)
		}
		edit(m, w)
		text, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		w.Body.Reset()
		w.Body.Write(text)
		if err := c.check("/clock", "GET", w); (err == nil) != (name == "") {
			t.Errorf("%q: %v", name, err)
		}
	}
}
