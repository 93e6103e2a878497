// Package mock is the fake vendor as an in-memory HTTP transport (httpmock): a thin face of the one pure
// vendor. It gives each answer the truth behind it as headers, or in the error (wire.Failure), for the
// test driver to take off before any reader looks.
package mock

import (
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"strconv"
	"syscall"

	"github.com/jarcoal/httpmock"

	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/dialect"
	"github.com/outagedrill/outagedrill/fakevendor/wire"
)

// Vendor is the transport's side of a vendor.
type Vendor wire.Vendor

// Transport answers every request to BaseURL's hosts out of the vendor.
func (v *Vendor) Transport() *httpmock.MockTransport {
	t := httpmock.NewMockTransport()
	t.RegisterNoResponder(v.respond)
	return t
}

// BaseURL is where a connection is called.
func (v *Vendor) BaseURL(connection int) string {
	return fmt.Sprintf("http://app-%d.vendor.invalid%s", v.Connections[connection].Application,
		wire.Path(connection))
}

// respond answers one request.
func (v *Vendor) respond(r *http.Request) (*http.Response, error) {
	vendor := (*wire.Vendor)(v)
	req, err := vendor.Parse(r)
	if refusal, ok := errors.AsType[*wire.Refusal](err); ok {
		a := refusal.Answer(vendor.Time())
		return response(r, &a), nil
	}
	a := vendor.Respond(&req)
	if a.Latency == fakevendor.Never {
		return nil, &wire.Failure{Truth: a.Truth, Err: errors.New("no answer")}
	}
	if err := failure(a.Transport); err != nil {
		return nil, &wire.Failure{Truth: a.Truth, Err: err}
	}
	maps.Copy(a.Header, a.Truth)
	return response(r, &a.Answer), nil
}

func response(r *http.Request, a *dialect.Answer) *http.Response {
	body := io.Reader(bytes.NewReader(a.Body))
	if a.Transport == dialect.CutShort {
		body = io.MultiReader(body, cut{})
	}
	return &http.Response{
		Status: strconv.Itoa(a.Status) + " " + http.StatusText(a.Status), StatusCode: a.Status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: a.Header,
		Body: io.NopCloser(body), ContentLength: -1, Request: r,
	}
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
