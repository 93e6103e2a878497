package contract

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// Transport is a way to a platform that has paths and names of its own: calls of the contract go in, and its
// answers come out. Its URL ends with base, a path.
func (m *Mapping) Transport(base string, next http.RoundTripper) http.RoundTripper {
	return &translator{m, base, next}
}

type translator struct {
	mapping *Mapping
	base    string
	next    http.RoundTripper
}

// RoundTrip makes one call.
func (t *translator) RoundTrip(req *http.Request) (*http.Response, error) {
	call, id, ok := t.find(req)
	how := t.mapping.calls[call.Name]
	if !ok || how == nil {
		return t.next.RoundTrip(req)
	}
	var resp *http.Response
	var err error
	if how.none {
		resp = respond(req, http.StatusOK, []byte("{}"))
	} else if resp, err = t.call(req, how, &call, id); err != nil {
		return nil, err
	}
	if call.Answer == nil || resp.StatusCode/100 != 2 {
		return resp, nil
	}
	theirs, err := io.ReadAll(io.LimitReader(resp.Body, answerMax))
	resp.Body.Close() //nolint:errcheck // it was read
	if err != nil {
		return nil, err
	}
	body, err := translate(theirs, func(v any) (any, error) { return how.answer.ours(call.Answer, v) })
	if err != nil {
		return nil, err
	}
	return respond(req, resp.StatusCode, body), nil
}

// find finds the call of the contract that a request makes, and the id in its path.
func (t *translator) find(req *http.Request) (call Call, id string, ok bool) {
	path := strings.TrimPrefix(req.URL.EscapedPath(), t.base)
	for _, c := range Calls() {
		before, after, named := strings.Cut(c.Path, "{id}")
		id, begins := strings.CutPrefix(path, before)
		id, ends := strings.CutSuffix(id, after)
		if c.Method == req.Method && begins && ends && !strings.Contains(id, "/") && named == (id != "") {
			return c, id, true
		}
	}
	return Call{}, "", false
}

// call makes a call in the platform's way.
func (t *translator) call(req *http.Request, how *mapped, call *Call, id string) (*http.Response, error) {
	theirs := req.Clone(req.Context())
	theirs.Method = how.method
	at, err := url.Parse(t.base + strings.ReplaceAll(how.path, "{id}", id))
	if err != nil {
		return nil, err
	}
	theirs.URL = req.URL.ResolveReference(at)
	if call.Body != nil {
		ours, err := io.ReadAll(req.Body)
		req.Body.Close() //nolint:errcheck // it was read
		if err != nil {
			return nil, err
		}
		body, err := translate(ours, func(v any) (any, error) { return how.body.theirs(call.Body, v), nil })
		if err != nil {
			return nil, err
		}
		theirs.Body, theirs.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		theirs.GetBody = nil
	}
	return t.next.RoundTrip(theirs)
}

// translate reads JSON, changes the value and writes it again. No body is an object without members.
func translate(text []byte, change func(v any) (any, error)) ([]byte, error) {
	var v any = map[string]any{}
	if len(bytes.TrimSpace(text)) > 0 {
		if err := json.Unmarshal(text, &v); err != nil {
			return nil, fmt.Errorf("the answer is no JSON: %w", err)
		}
	}
	changed, err := change(v)
	if err != nil {
		return nil, err
	}
	return json.Marshal(changed)
}

// respond makes an answer.
func respond(req *http.Request, status int, body []byte) *http.Response {
	return &http.Response{
		Status: strconv.Itoa(status) + " " + http.StatusText(status), StatusCode: status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: req,
		Header: http.Header{"Content-Type": {"application/json"}},
		Body:   io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)),
	}
}
