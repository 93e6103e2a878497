// Package mock is the fake vendor as an in-memory HTTP transport (httpmock): a thin face of the one pure
// vendor. It turns requests into the vendor's terms, renders the answer as real HTTP and seals the truth
// behind it into headers, or into the error, for the test driver to take off before any reader looks.
package mock

import (
	"bytes"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jarcoal/httpmock"

	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/dialect"
)

// The headers in which the truth travels. A vendor that a user starts does not send them.
const (
	LatencyHeader    = "X-Outagedrill-Latency-Ns" // "never" for an answer that does not come
	FaultHeader      = "X-Outagedrill-Fault"
	SlowedHeader     = "X-Outagedrill-Slowed"
	MendedHeader     = "X-Outagedrill-Mended"
	DuplicatedHeader = "X-Outagedrill-Duplicated"
)

// Failure is the error of a call without an HTTP answer, with the truth beside it.
type Failure struct {
	Truth http.Header
	Err   error
}

func (f *Failure) Error() string { return f.Err.Error() }

// Unwrap gives what an HTTP client would have seen.
func (f *Failure) Unwrap() error { return f.Err }

// Vendor is the transport's side of a vendor. Machine may be replaced between two calls.
type Vendor struct {
	Machine     func() *fakevendor.Vendor
	Now         func() time.Time
	Connections []fakevendor.Connection
	Apps        []fakevendor.Application
	Patience    time.Duration // after which callers hang up; it frees a slot of a concurrency limit
}

// Transport answers every request to BaseURL's hosts out of the vendor.
func (v *Vendor) Transport() *httpmock.MockTransport {
	t := httpmock.NewMockTransport()
	t.RegisterNoResponder(v.respond)
	return t
}

// BaseURL is where a connection is called.
func (v *Vendor) BaseURL(connection int) string {
	return fmt.Sprintf("http://app-%d.vendor.invalid/c/%d", v.Connections[connection].Application, connection)
}

// respond answers one request.
func (v *Vendor) respond(r *http.Request) (*http.Response, error) {
	req, err := v.parse(r)
	if err != nil {
		return httpmock.NewStringResponse(http.StatusBadRequest, err.Error()), nil
	}
	now := v.Now()
	var resp fakevendor.Response
	v.Machine().Respond(fakevendor.Time(now.UnixNano()), &req, &resp)
	truth := seal(&resp)
	if resp.Latency == fakevendor.Never {
		return nil, &Failure{truth, errors.New("no answer")}
	}
	if err := failure(resp.Shape.Transport); err != nil {
		return nil, &Failure{truth, err}
	}
	var a dialect.Answer
	resp.Shape.Render(&resp.Params, &a)
	h := a.Header.Clone()
	maps.Copy(h, truth)
	body := io.NopCloser(bytes.NewReader(a.Body))
	if a.Transport == dialect.CutShort {
		body = io.NopCloser(io.MultiReader(bytes.NewReader(a.Body), cut{}))
	}
	return &http.Response{
		Status: strconv.Itoa(a.Status) + " " + http.StatusText(a.Status), StatusCode: a.Status, Header: h,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Body: body, ContentLength: -1, Request: r,
	}, nil
}

// cut is the end of a body that ended before its Content-Length.
type cut struct{}

func (cut) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// failure is the error that an HTTP client has when no answer comes.
func failure(t dialect.Transport) error {
	switch t {
	case dialect.ConnRefused:
		return &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	case dialect.ConnReset:
		return &net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET}
	case dialect.DNSFailure:
		return &net.DNSError{Err: "no such host", IsNotFound: true}
	case dialect.TLSFailure:
		return tls.AlertError(40) // handshake_failure
	default:
		return nil
	}
}

func seal(r *fakevendor.Response) http.Header {
	h := http.Header{}
	latency := "never"
	if r.Latency != fakevendor.Never {
		latency = strconv.FormatInt(int64(r.Latency), 10)
	}
	h.Set(LatencyHeader, latency)
	h.Set(FaultHeader, strconv.Itoa(r.Fault))
	h.Set(SlowedHeader, strconv.Itoa(r.Slowed))
	h.Set(MendedHeader, strconv.Itoa(r.Mended))
	h.Set(DuplicatedHeader, strconv.FormatInt(r.Duplicated, 10))
	return h
}

// parse turns an HTTP request into the vendor's terms.
func (v *Vendor) parse(r *http.Request) (fakevendor.Request, error) {
	req := fakevendor.Request{Resource: -1, Patience: v.Patience}
	parts := strings.SplitN(strings.TrimPrefix(r.URL.Path, "/c/"), "/", 2)
	c, err := strconv.Atoi(parts[0])
	if err != nil || c < 0 || c >= len(v.Connections) || len(parts) < 2 {
		return req, fmt.Errorf("no connection at %s", r.URL.Path)
	}
	req.Connection = c
	if _, after, ok := strings.Cut(r.Header.Get("Authorization"), "Bearer "); ok {
		req.Access = generation(after)
	}
	switch {
	case r.Method == http.MethodPost && parts[1] == "oauth/token":
		req.Op = dialect.RefreshToken
		if err := r.ParseForm(); err != nil {
			return req, err
		}
		req.Refresh = generation(r.PostForm.Get("refresh_token"))
	case parts[1] == "":
		req.Op = dialect.TestConnection
	default:
		return req, v.parseRecords(r, &req, parts[1])
	}
	return req, nil
}

func (v *Vendor) parseRecords(r *http.Request, req *fakevendor.Request, resource string) error {
	app := &v.Apps[v.Connections[req.Connection].Application]
	for i := range app.Resources {
		if app.Resources[i].Name == resource {
			req.Resource = i
		}
	}
	if req.Resource < 0 {
		return fmt.Errorf("%s has no resource %q", app.Name, resource)
	}
	if r.Method == http.MethodGet {
		after, err := strconv.ParseInt(r.URL.Query().Get("after"), 10, 64)
		req.Op, req.After = dialect.ReadPage, after
		return err
	}
	var body struct {
		Writer  int
		Records []struct{ Number int64 }
	}
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		return err
	}
	if len(body.Records) == 0 {
		return errors.New("a write without records")
	}
	req.Op, req.Writer = dialect.WriteRecords, body.Writer
	req.First, req.Last = body.Records[0].Number, body.Records[len(body.Records)-1].Number
	return nil
}

// generation is the number at the end of a token, 0 for a token that is none of ours.
func generation(token string) uint32 {
	n, err := strconv.ParseUint(token[strings.LastIndexByte(token, '-')+1:], 10, 32)
	if err != nil {
		return 0
	}
	return uint32(n)
}
