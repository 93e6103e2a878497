package steps

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/engine/live"
	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/dialect"
	"github.com/outagedrill/outagedrill/fakevendor/server"
	"github.com/outagedrill/outagedrill/fakevendor/wire"
)

// TestNetwork sees each way in which a vendor is down over TCP, as the network's own error and as the
// platform reads it.
func TestNetwork(t *testing.T) {
	n, err := newNetwork()
	if err != nil {
		t.Fatal(err)
	}
	s, err := server.Start(server.Config{Tell: true}, downVendor(t, fakevendor.HowReset))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		how  fakevendor.How
		sub  dialect.Sub
		own  func(error) bool // the network's own error
	}{
		{"refused", fakevendor.HowRefused, dialect.Refused, func(err error) bool {
			return errors.Is(err, syscall.ECONNREFUSED)
		}},
		{"dns", fakevendor.HowDNS, dialect.DNS, func(err error) bool {
			var dns *net.DNSError
			return errors.As(err, &dns) && dns.IsNotFound && dns.Name == "vendor.invalid."
		}},
		{"tls", fakevendor.HowTLS, dialect.TLS, func(err error) bool {
			var remote *net.OpError
			var header tls.RecordHeaderError
			return errors.As(err, &remote) && remote.Op == "remote error" && !errors.As(err, &header)
		}},
		{"reset", fakevendor.HowReset, dialect.Reset, func(err error) bool {
			return errors.Is(err, syscall.ECONNRESET)
		}},
		{"timeout", fakevendor.HowTimeout, dialect.Reset, func(err error) bool {
			return errors.Is(err, errHungUp) // the truth, which the platform looks at first, says no answer
		}},
		{"truncated", fakevendor.HowTruncated, dialect.Truncated, nil},
		{"garbage", fakevendor.HowGarbage, dialect.Garbage, nil},
		{"html200", fakevendor.HowHTML200, dialect.HTMLPage, nil},
		{"empty", fakevendor.HowEmpty, dialect.EmptyBody, nil},
		{"status", fakevendor.HTTPStatus, dialect.ServerError, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			v := downVendor(t, tt.how)
			s.Serve(v)
			resp, err := (&http.Client{Transport: n}).Get(s.BaseURL(0) + "/orders")
			if failed := tt.own != nil; failed != (err != nil) || failed && !tt.own(err) {
				t.Errorf("error %v", err)
			}
			truth := unseal(resp, err)
			if truth.Fault != 0 || truth.NoAnswer != (tt.how == fakevendor.HowTimeout) {
				t.Errorf("the truth is %+v", truth)
			}
			if resp != nil && len(wire.Unseal(resp.Header)) != 0 {
				t.Error("the reader sees the truth")
			}
			caller := live.Caller{Endpoints: []live.Endpoint{{Dialect: v.Apps[0].Dialect}}}
			got := caller.Result(&engine.Call{Op: engine.ReadPage}, resp, err)
			if got.Class != engine.VendorDown || dialect.Sub(got.Sub) != tt.sub {
				t.Errorf("read as %v %v (expected %v)", got.Class, got.Sub, tt.sub)
			}
		})
	}
	if err := errors.Join(s.Close(), n.Close()); err != nil {
		t.Error(err)
	}
}

// TestNetworkAnswers wants an answer to come through as it is, with the truth beside it, and once alone.
func TestNetworkAnswers(t *testing.T) {
	n, err := newNetwork()
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close() //nolint:errcheck // TestNetwork looks at that
	s, err := server.Start(server.Config{Tell: true}, downVendor(t, fakevendor.HTTPStatus))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // TestNetwork looks at that
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.BaseURL(0)+"/", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := n.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close() //nolint:errcheck // it was read
	truth := live.Truth{Latency: time.Second, Fault: 0, Slowed: -1, Mended: -1}
	if diff := cmp.Diff(truth, unseal(resp, nil)); diff != "" {
		t.Error(diff)
	}
	want := http.Header{
		"Date": {"Fri, 01 Mar 2024 00:00:00 GMT"}, "Content-Type": {"application/json"}, "Content-Length": {"62"},
	}
	if diff := cmp.Diff(want, resp.Header); diff != "" {
		t.Error(diff)
	}
	if body, err := io.ReadAll(resp.Body); len(body) != 62 || err != nil {
		t.Errorf("body %q, %v", body, err)
	}
	if err := n.fail(t.Context(), "smoke"); err == nil || errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("%v (expected that this is no way to fail)", err)
	}
}

// downVendor is a vendor that is down from its start.
func downVendor(t *testing.T, how fakevendor.How) *wire.Vendor {
	t.Helper()
	generic, err := dialect.Load("generic")
	if err != nil {
		t.Fatal(err)
	}
	start := time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC)
	cfg := fakevendor.Config{
		Start: fakevendor.Time(start.UnixNano()), End: fakevendor.Time(start.Add(time.Hour).UnixNano()),
		Applications: []fakevendor.Application{{
			Name: "acme", Dialect: generic, PageSize: 10, Latency: fakevendor.Latency{Median: time.Second},
			Resources: []fakevendor.Resource{{Name: "orders"}},
		}},
		Connections: []fakevendor.Connection{{Name: "acme-main"}},
	}
	cfg.Faults = []fakevendor.Fault{{From: cfg.Start, To: cfg.End, Kind: fakevendor.Down, How: how, Connection: -1}}
	machine, err := fakevendor.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return &wire.Vendor{
		Machine: func() *fakevendor.Vendor { return machine }, Now: func() time.Time { return start },
		Connections: cfg.Connections, Apps: cfg.Applications, Patience: 30 * time.Second,
	}
}
