package contract_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/outagedrill/outagedrill/features/contract"
)

// TestReadMappingErrors: all that is wrong with a mapping file is told, with its place and the nearest name.
func TestReadMappingErrors(t *testing.T) {
	for _, tt := range []struct{ file, want string }{
		{"", "f.yaml:1:1: the file is empty (want target_map and calls)"},
		{"target_map: [", "f.yaml:2:1: not YAML: did not find expected node content"},
		{"calls: {}", "f.yaml:1:1: a mapping file has no target_map (want 1)"},
		{"target_map: 1", "f.yaml:1:1: a mapping file has no calls (want how the platform words them)"},
		{"target_map: 2\ncalls: {}", "f.yaml:1:13: target_map is 2 (want 1)"},
		{"target_map: 1\ncalls: []", "f.yaml:2:8: calls has no members (want key: value)"},
		{"target_map: 1\ncalls: {}\ncalls: {}", "f.yaml:3:1: calls stands here twice (want it once)"},
		{"target_map: 1\ncalls: {stat: GET /x}", `f.yaml:2:9: calls has no stat (want about, world, state, `},
		{"target_map: 1\ncalls: {stat: GET /x}", `did you mean "state"?)`},
		{
			"target_map: 1\ncalls: {state: /x}",
			`f.yaml:2:16: state is called "/x" (want METHOD /path, such as GET /outagedrill/v1/state, or none)`,
		},
		{"target_map: 1\ncalls: {enable: PUT /on}", `enable is called "PUT /on" (want {id} in it as in /jobs/{id}/enable)`},
		{"target_map: 1\ncalls: {state: {answer: {job: x}}}", "f.yaml:2:26: state's answer has no job (want ., connections, "},
		{"target_map: 1\ncalls: {state: {answer: {job: x}}}", `did you mean "jobs"?)`},
		{"target_map: 1\ncalls: {state: {body: {now: x}}}", "f.yaml:2:23: state's request has no body (want nothing of it)"},
		{
			"target_map: 1\ncalls: {state: {answer: {jobs.enabled: {word: x}}}}",
			`f.yaml:2:41: jobs.enabled has no word (want at, is or words; did you mean "words"?)`,
		},
	} {
		_, err := contract.ReadMapping("f.yaml", []byte(tt.file))
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q: %v (want %s)", tt.file, err, tt.want)
		}
	}
}

// TestMappedErrors: an answer that a mapping cannot make sense of is told in the contract's names.
func TestMappedErrors(t *testing.T) {
	for _, tt := range []struct{ fields, answer, want string }{
		{`{now: at, jobs: .}`, `{"at": "2024-03-04T00:00:00Z"}`, "GET /outagedrill/v1/state: jobs is {"},
		{`{jobs: .}`, `[]`, "GET /outagedrill/v1/state: the answer has no now"},
		{`{jobs: x.y}`, `{"now": "2024-03-04T00:00:00Z", "x": {}}`, "GET /outagedrill/v1/state: the answer has no jobs"},
		{
			`{jobs: {at: data, words: {none: []}}}`, `{"data": "some"}`,
			"GET /outagedrill/v1/state: the mapping file: jobs is some (want none)",
		},
		{`{}`, `<html>`, "GET /outagedrill/v1/state: the answer is no JSON"},
	} {
		m, err := contract.ReadMapping("f.yaml", []byte("target_map: 1\ncalls: {state: {call: POST /s, answer: "+tt.fields+"}}"))
		if err != nil {
			t.Fatal(err)
		}
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method+" "+r.URL.Path != "POST /base/s" {
				t.Errorf("%s %s (want POST /base/s)", r.Method, r.URL.Path)
			}
			io.WriteString(w, tt.answer) //nolint:errcheck // the caller is there
		}))
		defer server.Close()
		client := contract.Client{
			URL: server.URL + "/base", Timeout: time.Minute,
			HTTP: &http.Client{Transport: m.Transport("/base", http.DefaultTransport)},
		}
		if _, err := client.State(context.Background()); err == nil || !strings.HasPrefix(err.Error(), tt.want) {
			t.Errorf("%s of %s: %v (want %s)", tt.fields, tt.answer, err, tt.want)
		}
	}
}
