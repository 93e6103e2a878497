package wire

import (
	"net/http"
	"strconv"

	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/dialect"
)

// The headers in which the truth travels. A vendor that a user starts does not send them.
const (
	LatencyHeader    = "X-Outagedrill-Latency-Ns" // NeverValue for an answer that does not come
	FaultHeader      = "X-Outagedrill-Fault"
	SlowedHeader     = "X-Outagedrill-Slowed"
	MendedHeader     = "X-Outagedrill-Mended"
	DuplicatedHeader = "X-Outagedrill-Duplicated"
	DialHeader       = "X-Outagedrill-Dial" // how the connection fails before there is a request
)

// NeverValue is LatencyHeader's value for an answer that does not come.
const NeverValue = "never"

// The values of DialHeader. A server cannot fail in these ways once it has a request: the client's side
// of a test's network does it in its stead.
const (
	DialRefused = "refused"
	DialDNS     = "dns"
	DialTLS     = "tls"
)

// truthOf gives the truth behind a response.
func truthOf(r *fakevendor.Response) http.Header {
	h := http.Header{}
	latency := NeverValue
	if r.Latency != fakevendor.Never {
		latency = strconv.FormatInt(int64(r.Latency), 10)
	}
	h.Set(LatencyHeader, latency)
	h.Set(FaultHeader, strconv.Itoa(r.Fault))
	h.Set(SlowedHeader, strconv.Itoa(r.Slowed))
	h.Set(MendedHeader, strconv.Itoa(r.Mended))
	h.Set(DuplicatedHeader, strconv.FormatInt(r.Duplicated, 10))
	switch r.Shape.Transport {
	case dialect.ConnRefused:
		h.Set(DialHeader, DialRefused)
	case dialect.DNSFailure:
		h.Set(DialHeader, DialDNS)
	case dialect.TLSFailure:
		h.Set(DialHeader, DialTLS)
	case dialect.Answered, dialect.NoAnswer, dialect.ConnReset, dialect.CutShort:
	}
	return h
}

// Unseal takes the truth off a header and leaves the rest as it was.
func Unseal(h http.Header) http.Header {
	t := http.Header{}
	for _, name := range []string{
		LatencyHeader, FaultHeader, SlowedHeader, MendedHeader, DuplicatedHeader, DialHeader,
	} {
		if values, ok := h[name]; ok {
			t[name] = values
			delete(h, name)
		}
	}
	return t
}

// Failure is the error of a call without an HTTP answer, with the truth beside it.
type Failure struct {
	Truth http.Header
	Err   error
}

func (f *Failure) Error() string { return f.Err.Error() }

// Unwrap gives what an HTTP client would have seen.
func (f *Failure) Unwrap() error { return f.Err }
