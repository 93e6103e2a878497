package steps

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/textproto"
	"sync"

	"github.com/outagedrill/outagedrill/fakevendor/wire"
)

// network is the client's side of the road over TCP: real connections to a fakevendor/server that tells the
// truth before each answer. It hands the truth on as the mock transport does, in the answer's header or in a
// *wire.Failure.
//
// Where a connection fails before there is a request (wire.DialHeader), it makes such an attempt itself, for
// real: to a port where nobody listens, for a name that does not exist, to a listener that fails handshakes.
// The errors are the network's own.
type network struct {
	transport *http.Transport
	held      net.Conn       // nobody listens on its local port, and nobody can
	peer      net.Conn       // the other end of held
	handshake net.Listener   // fails every TLS handshake
	names     net.PacketConn // a DNS server that knows no name
	serving   sync.WaitGroup
}

// newNetwork opens a network on loopback. The caller closes it.
func newNetwork() (_ *network, err error) {
	n := &network{transport: &http.Transport{DisableKeepAlives: true}}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("network: %w", err), n.Close())
		}
	}()
	var config net.ListenConfig
	var dialer net.Dialer
	ctx := context.Background()
	if n.handshake, err = config.Listen(ctx, "tcp", "127.0.0.1:0"); err != nil {
		return n, err
	}
	if n.held, err = dialer.DialContext(ctx, "tcp", n.handshake.Addr().String()); err != nil {
		return n, err
	}
	if n.peer, err = n.handshake.Accept(); err != nil {
		return n, err
	}
	if n.names, err = config.ListenPacket(ctx, "udp", "127.0.0.1:0"); err != nil {
		return n, err
	}
	n.serving.Go(n.failHandshakes)
	n.serving.Go(n.knowNoName)
	return n, nil
}

// Close ends the network and its goroutines.
func (n *network) Close() error {
	n.transport.CloseIdleConnections()
	var errs []error
	if n.names != nil {
		errs = append(errs, n.names.Close())
	}
	if n.handshake != nil {
		errs = append(errs, n.handshake.Close())
	}
	for _, conn := range []net.Conn{n.held, n.peer} {
		if conn != nil {
			errs = append(errs, conn.Close())
		}
	}
	n.serving.Wait()
	return errors.Join(errs...)
}

// errHungUp ends a call whose answer never comes. Who waits for it has a time-out of its own.
var errHungUp = errors.New("no answer")

// RoundTrip makes one request once.
func (n *network) RoundTrip(req *http.Request) (*http.Response, error) {
	var told hearing
	trace := &httptrace.ClientTrace{Got1xxResponse: told.hear}
	resp, err := n.transport.RoundTrip(req.WithContext(httptrace.WithClientTrace(req.Context(), trace)))
	truth := told.truth()
	if dial := truth.Get(wire.DialHeader); dial != "" {
		err = n.fail(req.Context(), dial)
	}
	if err != nil {
		return nil, &wire.Failure{Truth: truth, Err: err}
	}
	maps.Copy(resp.Header, truth)
	return resp, nil
}

// hearing keeps what a server tells before its answer.
type hearing struct {
	mu    sync.Mutex
	heard http.Header
}

// hear hangs up where no answer will come.
func (h *hearing) hear(_ int, header textproto.MIMEHeader) error {
	truth := wire.Unseal(http.Header(header))
	h.mu.Lock()
	defer h.mu.Unlock()
	h.heard = truth
	if truth.Get(wire.DialHeader) != "" || truth.Get(wire.LatencyHeader) == wire.NeverValue {
		return errHungUp
	}
	return nil
}

func (h *hearing) truth() http.Header {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.heard == nil {
		return http.Header{}
	}
	return h.heard
}

// fail makes an attempt that fails as it is told, and gives the network's error.
func (n *network) fail(ctx context.Context, how string) error {
	var dialer net.Dialer
	var conn net.Conn
	var err error
	switch how {
	case wire.DialRefused:
		conn, err = dialer.DialContext(ctx, "tcp", n.held.LocalAddr().String())
	case wire.DialDNS:
		dialer.Resolver = &net.Resolver{PreferGo: true, Dial: n.dialNames}
		conn, err = dialer.DialContext(ctx, "tcp", "vendor.invalid.:443")
	case wire.DialTLS:
		config := &tls.Config{ServerName: "vendor.invalid", MinVersion: tls.VersionTLS12}
		conn, err = (&tls.Dialer{Config: config}).DialContext(ctx, "tcp", n.handshake.Addr().String())
	default:
		return fmt.Errorf("a connection cannot fail by %q (want refused, dns or tls)", how)
	}
	if err == nil {
		conn.Close() //nolint:errcheck // it must not be there at all
		return fmt.Errorf("a connection that should fail by %s came about", how)
	}
	return err
}

func (n *network) dialNames(ctx context.Context, _, _ string) (net.Conn, error) {
	var dialer net.Dialer
	return dialer.DialContext(ctx, "udp", n.names.LocalAddr().String())
}

// failHandshakes serves connections with a TLS server that has no certificate.
func (n *network) failHandshakes() {
	for {
		conn, err := n.handshake.Accept()
		if err != nil {
			return
		}
		server := tls.Server(conn, &tls.Config{MinVersion: tls.VersionTLS12})
		server.Handshake() //nolint:errcheck // it fails
		conn.Close()       //nolint:errcheck // nothing was said
	}
}

// knowNoName answers every question with NXDOMAIN (RFC 1035 section 4.1.1): the question itself, marked as a
// response with that code.
func (n *network) knowNoName() {
	const response, recursionAvailable, nameError = 0x80, 0x80, 3
	message := make([]byte, 1500)
	for {
		size, from, err := n.names.ReadFrom(message)
		if err != nil {
			return
		}
		if size < 4 {
			continue
		}
		message[2] |= response
		message[3] = recursionAvailable | nameError
		n.names.WriteTo(message[:size], from) //nolint:errcheck // who asks asks again
	}
}
