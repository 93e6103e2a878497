// Package server is the fake vendor on TCP: a thin face of the one pure vendor over net/http.
//
// One listener serves every application of a world:
//
//	/c/N/…                 the API and the token endpoint of connection N, as fakevendor/wire has them
//	POST /c/N/authorize    a human's consent, out of band (see consent)
//	/status/APPLICATION/   the application's status page, and its Statuspage API below api/v2/
//
// It has two modes. For test drivers (Config.Tell) it answers at once and says the truth behind an answer
// before the answer, in the headers of a 103 response, so that the answer itself stays byte-pure; a driver
// reads it with httptrace.ClientTrace.Got1xxResponse. For users it tells nothing and really takes its time.
//
// A failure on the wire is real: a reset connection, a body shorter than its Content-Length, an answer that
// never comes. Refused connections, unknown names and failed handshakes lie before any request: with Tell the
// driver is told and does it itself (wire.DialHeader); for users they are reset connections.
package server

import (
	"context"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"github.com/benbjohnson/clock"

	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/statuspage"
	"github.com/outagedrill/outagedrill/fakevendor/wire"
)

// Config is how a Server serves. Its zero value is good.
type Config struct {
	Addr string // host:port to listen on; "" is a free port of 127.0.0.1
	Tell bool   // answer at once and tell the truth: for test drivers
	// Clock is what latencies are waited on without Tell; nil: the real one.
	Clock clock.Clock
	// Real is how long a span of the vendor's time takes on Clock; nil: just as long.
	Real func(time.Duration) time.Duration
	// HeaderTimeout is how long, in wall time, a client may take for a request's header, and then for its
	// body; 0 is ten seconds.
	HeaderTimeout time.Duration
	// Heard is told every call of the vendor's and its answer, before it is sent, from the goroutine that
	// serves it; nil: nobody listens.
	Heard func(at fakevendor.Time, r *http.Request, req *fakevendor.Request, a *wire.Answer)
	Log   *slog.Logger // what net/http complains about; nil: nowhere
}

// Server is a running server.
type Server struct {
	cfg      Config
	vendor   atomic.Pointer[wire.Vendor]
	http     *http.Server
	listener net.Listener
	closing  chan struct{}
	close    func() error
	served   chan struct{}
	open     sync.WaitGroup // connections
}

const (
	headerTimeout = 10 * time.Second
	idleTimeout   = 2 * time.Minute
	headerMax     = 64 << 10
	// closeGrace is how long, in wall time, Close lets answers under way finish.
	closeGrace = time.Second
)

// Start listens and serves a vendor until Close.
func Start(cfg Config, v *wire.Vendor) (*Server, error) {
	if cfg.Addr == "" {
		cfg.Addr = "127.0.0.1:0"
	}
	if cfg.Clock == nil {
		cfg.Clock = clock.New()
	}
	if cfg.Real == nil {
		cfg.Real = func(d time.Duration) time.Duration { return d }
	}
	if cfg.HeaderTimeout == 0 {
		cfg.HeaderTimeout = headerTimeout
	}
	complaints := log.New(io.Discard, "", 0)
	if cfg.Log != nil {
		complaints = slog.NewLogLogger(cfg.Log.Handler(), slog.LevelWarn)
	}
	listener, err := net.Listen("tcp", cfg.Addr)
	if err != nil {
		return nil, fmt.Errorf("fake vendor: %w", err)
	}
	s := &Server{cfg: cfg, listener: listener, closing: make(chan struct{}), served: make(chan struct{})}
	s.vendor.Store(v)
	s.close = sync.OnceValue(s.shut)
	s.http = &http.Server{
		Handler: s, ErrorLog: complaints, ConnState: s.count,
		ReadHeaderTimeout: cfg.HeaderTimeout, IdleTimeout: idleTimeout, MaxHeaderBytes: headerMax,
	}
	go func() {
		defer close(s.served)
		s.http.Serve(listener) //nolint:errcheck // it ends with http.ErrServerClosed
	}()
	return s, nil
}

// Serve replaces the vendor, for the requests that come from now on: one server can serve one world after
// another.
func (s *Server) Serve(v *wire.Vendor) { s.vendor.Store(v) }

// Addr is the address that the server listens on, host:port.
func (s *Server) Addr() string { return s.listener.Addr().String() }

// BaseURL is where a connection is called, without a slash at the end.
func (s *Server) BaseURL(connection int) string { return s.url(wire.Path(connection)) }

// StatusPageURL is where an application's status page is, with a slash at the end.
func (s *Server) StatusPageURL(application int) string {
	return s.url(statuspage.Prefix + url.PathEscape(s.vendor.Load().Apps[application].Name) + "/")
}

func (s *Server) url(path string) string { return "http://" + s.Addr() + path }

// Close stops listening, lets answers under way finish, ends those that wait, and returns when no goroutine
// of the server is left.
func (s *Server) Close() error { return s.close() }

func (s *Server) shut() error {
	close(s.closing)
	ctx, cancel := context.WithTimeout(context.Background(), closeGrace)
	defer cancel()
	err := s.http.Shutdown(ctx)
	if err != nil { // a client that is slow to ask or to listen
		err = s.http.Close()
	}
	<-s.served
	s.open.Wait()
	return err
}

// count counts the connections, so that Close can wait for their goroutines.
func (s *Server) count(_ net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		s.open.Add(1)
	case http.StateClosed, http.StateHijacked:
		s.open.Done()
	case http.StateActive, http.StateIdle:
	}
}
