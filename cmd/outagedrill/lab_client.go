package main

import (
	"crypto/tls"
	"errors"
	"maps"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/textproto"
	"strconv"
	"sync"
	"syscall"
	"time"

	"github.com/outagedrill/outagedrill/engine/live"
	"github.com/outagedrill/outagedrill/fakevendor/wire"
)

// labClient is the platform's HTTP client: a connection a call, so that the transport resends nothing by
// itself, no proxy, and no redirect followed, since an answer is an answer. Where the clock stands still the
// vendors tell the truth behind each answer first.
func labClient(told bool) *http.Client {
	transport := http.RoundTripper(&http.Transport{DisableKeepAlives: true})
	if told {
		transport = &listener{transport}
	}
	return &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// listener is a transport that hears what a vendor of a clock that stands still tells before its answer: how
// long the answer takes on that clock, and how the connection fails.
type listener struct{ next http.RoundTripper }

// RoundTrip makes one request once.
func (l *listener) RoundTrip(req *http.Request) (*http.Response, error) {
	var mu sync.Mutex
	var truth http.Header
	trace := &httptrace.ClientTrace{Got1xxResponse: func(_ int, h textproto.MIMEHeader) error {
		mu.Lock()
		defer mu.Unlock()
		truth = wire.Unseal(http.Header(h))
		if truth.Get(wire.LatencyHeader) == wire.NeverValue {
			return errors.New("no answer")
		}
		return nil
	}}
	resp, err := l.next.RoundTrip(req.WithContext(httptrace.WithClientTrace(req.Context(), trace)))
	mu.Lock()
	defer mu.Unlock()
	if err != nil {
		return nil, &wire.Failure{Truth: truth, Err: asDialled(truth.Get(wire.DialHeader), err)}
	}
	maps.Copy(resp.Header, truth)
	return resp, nil
}

// asDialled is the error of a connection that fails before there is a request.
func asDialled(how string, err error) error {
	switch how {
	case wire.DialRefused:
		return &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	case wire.DialDNS:
		return &net.DNSError{Err: "no such host", IsNotFound: true}
	case wire.DialTLS:
		return tls.AlertError(40) // handshake_failure
	default:
		return err
	}
}

// unsealed takes the latency off an answer before anybody reads it. The rest of the truth is for tests.
func unsealed(resp *http.Response, err error) live.Truth {
	var truth http.Header
	var failed *wire.Failure
	switch {
	case resp != nil:
		truth = wire.Unseal(resp.Header)
	case errors.As(err, &failed):
		truth = failed.Truth
	}
	told := live.Truth{Fault: -1, Slowed: -1, Mended: -1}
	latency := truth.Get(wire.LatencyHeader)
	told.NoAnswer = latency == wire.NeverValue
	if ns, err := strconv.ParseInt(latency, 10, 64); err == nil {
		told.Latency = time.Duration(ns)
	}
	return told
}
