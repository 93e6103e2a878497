package features_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v4"

	"github.com/outagedrill/outagedrill/features/contract"
)

// TestTargetOpenAPI holds what outagedrill sends to the Python platform, and what that answers, against
// docs/target-openapi.yaml, and wants every call of the contract to be made.
func TestTargetOpenAPI(t *testing.T) {
	needs(t, "python3")
	d := readDocument(t)
	platform, err := url.Parse(startTarget(t, "python3", "../examples/targets/python/poller.py"))
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	made := map[string]bool{}
	proxy := httputil.NewSingleHostReverseProxy(platform)
	proxy.ModifyResponse = func(r *http.Response) error {
		mu.Lock()
		defer mu.Unlock()
		call, err := d.check(r)
		if err != nil {
			t.Error(err)
		}
		made[call] = true
		return nil
	}
	between := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		r.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
		proxy.ServeHTTP(w, r)
	}))
	defer between.Close()
	s := playTarget(t, open(t, between.URL), "@DIS-07 or @DIS-10 or @DIS-11 or @DIS-12 or @DIS-13 or @DIS-15 or @DIS-16")
	for _, f := range failuresOf(s) {
		t.Error(f.Message)
	}
	for _, c := range contract.Calls() {
		if !made[c.Name] {
			t.Errorf("the call %s was never made", c.Name)
		}
	}
}

// document is the OpenAPI document of the contract.
type document struct {
	paths    map[string]any
	compiler *jsonschema.Compiler
}

func readDocument(t *testing.T) *document {
	t.Helper()
	text, err := os.ReadFile("../docs/target-openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var tree any
	if err := yaml.Unmarshal(text, &tree); err != nil {
		t.Fatal(err)
	}
	if text, err = json.Marshal(tree); err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	d := &document{paths: doc.(map[string]any)["paths"].(map[string]any), compiler: jsonschema.NewCompiler()}
	d.compiler.AssertFormat()
	if err := d.compiler.AddResource("https://contract.invalid/", doc); err != nil {
		t.Fatal(err)
	}
	return d
}

// check finds the call that was made, and tells what of it the document does not promise.
func (d *document) check(r *http.Response) (call string, err error) {
	for _, pattern := range slices.Sorted(maps.Keys(d.paths)) {
		method := strings.ToLower(r.Request.Method)
		operation, ok := d.paths[pattern].(map[string]any)[method].(map[string]any)
		fits, err := path.Match(strings.ReplaceAll(pattern, "{id}", "*"), r.Request.URL.Path)
		if err != nil {
			return "", err
		}
		if !ok || !fits {
			continue
		}
		at := "https://contract.invalid/#/paths/" + strings.ReplaceAll(url.PathEscape(pattern), "%2F", "~1") + "/" + method
		if operation["requestBody"] != nil {
			body, err := r.Request.GetBody()
			if err != nil {
				return "", err
			}
			if err := d.fits(at+"/requestBody/content/application~1json/schema", body); err != nil {
				return "", fmt.Errorf("%s %s: the request: %w", r.Request.Method, r.Request.URL, err)
			}
		}
		call, _ = operation["operationId"].(string)
		if _, ok := operation["responses"].(map[string]any)["200"]; !ok || r.StatusCode != http.StatusOK {
			return call, nil
		}
		text, err := io.ReadAll(r.Body)
		if err != nil {
			return "", err
		}
		r.Body = io.NopCloser(bytes.NewReader(text))
		if err := d.fits(at+"/responses/200/content/application~1json/schema", bytes.NewReader(text)); err != nil {
			return "", fmt.Errorf("%s %s: the answer %s: %w", r.Request.Method, r.Request.URL, text, err)
		}
		return call, nil
	}
	return "", fmt.Errorf("%s %s is not documented", r.Request.Method, r.Request.URL)
}

func (d *document) fits(pointer string, body io.Reader) error {
	schema, err := d.compiler.Compile(pointer)
	if err != nil {
		return err
	}
	value, err := jsonschema.UnmarshalJSON(body)
	if err != nil {
		return err
	}
	return schema.Validate(value)
}
