package live

import (
	"bytes"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"syscall"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/fakevendor/dialect"
)

// Endpoint is where and how a connection is called.
type Endpoint struct {
	Name      string // of the connection
	BaseURL   string
	Auth      string   // none, basic, api_key, oauth2
	Resources []string // of its application, by index
	Dialect   *dialect.Dialect
}

// Caller turns the engine's calls into HTTP requests and HTTP answers into results. It reads answers
// with the dialect's reader, from status, headers and body alone.
type Caller struct{ Endpoints []Endpoint } // by connection

// Request is the HTTP request of a call. Its context has no Done channel and its body cannot be read
// twice, so that no transport resends or abandons it on its own.
func (cl Caller) Request(c *engine.Call) *http.Request {
	e := &cl.Endpoints[c.Connection]
	var req *http.Request
	switch c.Op {
	case engine.ReadPage:
		page := fmt.Sprintf("%s/%s?after=%d", e.BaseURL, url.PathEscape(e.Resources[c.Resource]), c.After)
		req = newRequest(http.MethodGet, page, nil)
	case engine.WriteRecords:
		req = newRequest(http.MethodPut, e.BaseURL+"/"+url.PathEscape(e.Resources[c.Resource]), writeBody(c))
		req.Header.Set("Content-Type", "application/json")
	case engine.TestConnection:
		req = newRequest(http.MethodGet, e.BaseURL+"/", nil)
	case engine.RefreshToken:
		form := url.Values{
			"grant_type": {"refresh_token"}, "refresh_token": {token("rt", e.Name, c.Refresh)},
		}
		req = newRequest(http.MethodPost, e.BaseURL+"/oauth/token", []byte(form.Encode()))
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	req.Header.Set("Accept", "application/json")
	switch {
	case e.Auth == "oauth2" && c.Op != engine.RefreshToken:
		req.Header.Set("Authorization", "Bearer "+token("at", e.Name, c.Access))
	case e.Auth == "basic":
		req.SetBasicAuth(e.Name, "password")
	case e.Auth == "api_key":
		req.Header.Set("X-Api-Key", e.Name)
	}
	return req
}

func newRequest(method, target string, body []byte) *http.Request {
	req, err := http.NewRequest(method, target, nil) //nolint:noctx // see Caller.Request
	if err != nil {
		panic("live: " + err.Error()) // names are escaped, base URLs were parsed
	}
	if body != nil {
		req.Body = io.NopCloser(bytes.NewReader(body))
		req.ContentLength = int64(len(body))
	}
	return req
}

// writeBody is a page of records as a destination takes them: upserts by id, which is the writer's and
// the record's number.
func writeBody(c *engine.Call) []byte {
	type record struct {
		ID     string `json:"id"`
		Number int64  `json:"number"`
	}
	var body struct {
		Writer  int32    `json:"writer"`
		Records []record `json:"records"`
	}
	body.Writer = c.Flow
	for k := c.First; k <= c.Last; k++ {
		id := strconv.Itoa(int(c.Flow)) + "-" + strconv.FormatInt(k, 10)
		body.Records = append(body.Records, record{id, k})
	}
	b, err := json.Marshal(body)
	if err != nil {
		panic("live: " + err.Error())
	}
	return b
}

func token(kind, connection string, generation uint32) string {
	return kind + "-" + connection + "-" + strconv.FormatUint(uint64(generation), 10)
}

// Result reads an answer, or the error that came in its place.
func (cl Caller) Result(c *engine.Call, resp *http.Response, err error) engine.Result {
	a := dialect.Answer{}
	switch {
	case err != nil:
		a.Transport = transportOf(err)
	default:
		a.Status, a.Header = resp.StatusCode, resp.Header
		body, readErr := io.ReadAll(io.LimitReader(resp.Body, bodyMax))
		closeBody(resp)
		a.Body = body
		if readErr != nil {
			a.Transport = dialect.CutShort
		}
	}
	r := cl.Endpoints[c.Connection].Dialect.Read(dialect.Op(c.Op), &a)
	return engine.Result{
		Class: engine.Class(r.Class), Sub: engine.Sub(r.Sub), Status: r.Status, RetryAfter: r.RetryAfter,
		First: r.First, Last: r.Last, More: r.More, Access: r.Access, Refresh: r.Refresh,
		ExpiresIn: r.ExpiresIn,
	}
}

// bodyMax is how much of an answer is read, in bytes; a longer one is cut, and so none that can be parsed.
const bodyMax = 64 << 20

// transportOf tells from a client's error why no answer came.
func transportOf(err error) dialect.Transport {
	var dns *net.DNSError
	var record tls.RecordHeaderError
	var verify *tls.CertificateVerificationError
	var alert tls.AlertError
	switch {
	case errors.Is(err, errTimeout):
		return dialect.NoAnswer
	case errors.As(err, &dns):
		return dialect.DNSFailure
	case errors.As(err, &record), errors.As(err, &verify), errors.As(err, &alert),
		strings.Contains(err.Error(), "tls: "):
		return dialect.TLSFailure
	case errors.Is(err, syscall.ECONNREFUSED):
		return dialect.ConnRefused
	default:
		return dialect.ConnReset
	}
}
