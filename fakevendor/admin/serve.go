package admin

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/outagedrill/outagedrill/internal/front"
)

// Server is the API of a world on a port of its own.
type Server struct {
	http     *http.Server
	listener net.Listener
	stop     context.CancelFunc
	done     chan error
}

// ErrOpen is what Start refuses: an address that others can reach, and no token.
var ErrOpen = errors.New("others can reach this address (want a loopback address, or a token)")

// Start serves the API of a world at an address until Close. Others than this machine may reach it only where
// the Config has a token: the error is ErrOpen else.
func Start(addr string, w World, cfg Config) (*Server, error) {
	local, err := front.OnLoopback(addr)
	switch {
	case err != nil:
		return nil, err
	case !local && cfg.Token == "":
		return nil, ErrOpen
	}
	handler, err := Handler(w, cfg)
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(context.Background())
	s := &Server{listener: listener, stop: stop, done: make(chan error, 1), http: &http.Server{
		Handler: handler, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute,
		IdleTimeout:    time.Minute,
		MaxHeaderBytes: 1 << 16, BaseContext: func(net.Listener) context.Context { return ctx },
	}}
	go func() { s.done <- s.http.Serve(listener) }()
	return s, nil
}

// Addr is where it is served, HOST:PORT.
func (s *Server) Addr() string { return s.listener.Addr().String() }

// Close ends it: those who wait or follow are let go, other answers under way get some seconds.
func (s *Server) Close() error {
	s.stop()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	err := s.http.Shutdown(ctx)
	if err != nil {
		err = errors.Join(fmt.Errorf("admin: %w", err), s.http.Close())
	}
	if served := <-s.done; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}
