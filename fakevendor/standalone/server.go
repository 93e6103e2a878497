package standalone

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/benbjohnson/clock"

	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/hold"
	"github.com/outagedrill/outagedrill/fakevendor/statuspage"
	"github.com/outagedrill/outagedrill/fakevendor/wire"
)

// ServerConfig is how a Server serves.
type ServerConfig struct {
	// Addr is the host:port at which all vendors are served, each below /NAME/ and at its host names;
	// "" is a free port of 127.0.0.1.
	Addr string
	// Ports are the addresses at which one vendor alone is served, by the names of applications.
	Ports map[string]string
	// Listen opens Addr and Ports; nil: on TCP.
	Listen func(addr string) (net.Listener, error)
	// HeaderTimeout is how long, in wall time, a client may take for a request's header, and then for its
	// body; 0 is ten seconds.
	HeaderTimeout time.Duration
	TLS           *Authority   // all ports speak TLS, with certificates of this authority; nil: none does
	Log           *slog.Logger // what net/http complains about; nil: nowhere
}

// Server is a world on TCP.
type Server struct {
	cfg     ServerConfig
	world   *World
	front   net.Listener
	ports   map[string]*port
	servers []*http.Server
	calls   calls
	closing chan struct{}
	served  sync.WaitGroup
	close   func() error
}

const (
	headerTimeout = 10 * time.Second
	idleTimeout   = 2 * time.Minute
	headerMax     = 64 << 10
	// closeGrace is how long, in wall time, Close lets answers under way finish.
	closeGrace = time.Second
)

// Serve puts a world on TCP until Close.
func Serve(cfg ServerConfig, world *World) (*Server, error) {
	if cfg.Addr == "" {
		cfg.Addr = "127.0.0.1:0"
	}
	if cfg.HeaderTimeout == 0 {
		cfg.HeaderTimeout = headerTimeout
	}
	if cfg.Listen == nil {
		cfg.Listen = func(addr string) (net.Listener, error) { return net.Listen("tcp", addr) }
	}
	s := &Server{cfg: cfg, world: world, ports: map[string]*port{}, closing: make(chan struct{})}
	s.close = sync.OnceValue(s.shut)
	var err error
	if s.front, err = cfg.Listen(cfg.Addr); err != nil {
		return nil, fmt.Errorf("fake vendor: %w", err)
	}
	s.listen(s.newServer(s, world.hosted), s.front)
	for name, addr := range cfg.Ports {
		if err := s.open(name, addr); err != nil {
			return nil, errors.Join(fmt.Errorf("fake vendor: %w", err), s.Close())
		}
	}
	world.server.Store(s)
	s.served.Go(s.watch)
	return s, nil
}

// open serves one vendor at an address of its own.
func (s *Server) open(name, addr string) error {
	i := s.world.find(name)
	if i < 0 {
		return fmt.Errorf("there is no application %q", name)
	}
	l, err := s.cfg.Listen(addr)
	if err != nil {
		return err
	}
	p := &port{app: i, addr: l.Addr().String(), listener: l}
	p.server = s.newServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.answer(w, r, &s.world.apps[i], r.URL.Path, "")
	}), func(string) int { return i })
	s.ports[name] = p
	s.listen(p.server, l)
	return nil
}

// newServer makes an HTTP server; named gives the application that a TLS client asks for by name.
func (s *Server) newServer(h http.Handler, named func(host string) int) *http.Server {
	complaints := log.New(io.Discard, "", 0)
	if s.cfg.Log != nil {
		complaints = slog.NewLogLogger(s.cfg.Log.Handler(), slog.LevelWarn)
	}
	one := &http.Server{
		Handler: h, ErrorLog: complaints, ReadHeaderTimeout: s.cfg.HeaderTimeout, IdleTimeout: idleTimeout,
		MaxHeaderBytes: headerMax,
	}
	if s.cfg.TLS != nil {
		one.TLSConfig = s.cfg.TLS.config(func(host string) bool { return s.world.broken(named(host)) })
		one.TLSNextProto = map[string]func(*http.Server, *tls.Conn, http.Handler){}
	}
	s.servers = append(s.servers, one)
	return one
}

// listen lets a server serve what comes at a listener, until either is closed.
func (s *Server) listen(one *http.Server, l net.Listener) {
	s.served.Go(func() {
		if s.cfg.TLS != nil {
			one.ServeTLS(l, "", "") //nolint:errcheck // it ends when it is closed
			return
		}
		one.Serve(l) //nolint:errcheck // as above
	})
}

func (s *Server) complain(what string, args ...any) {
	if s.cfg.Log != nil {
		s.cfg.Log.Warn(what, args...)
	}
}

// Addr is where all vendors are served, host:port.
func (s *Server) Addr() string { return s.front.Addr().String() }

// URL is the base URL of an application: at its own port if it has one, else below the front's.
func (s *Server) URL(name string) string {
	if p := s.ports[name]; p != nil {
		return s.scheme() + p.addr
	}
	return s.scheme() + s.Addr() + "/" + name
}

// FrontURL is where all vendors are served, without a slash at the end.
func (s *Server) FrontURL() string { return s.scheme() + s.Addr() }

func (s *Server) scheme() string {
	if s.cfg.TLS != nil {
		return "https://"
	}
	return "http://"
}

// StatusPageURL is where an application's status page is.
func (s *Server) StatusPageURL(name string) string {
	return s.scheme() + s.Addr() + statuspage.Prefix + url.PathEscape(name) + "/"
}

// Close stops listening, lets answers under way finish and ends those that wait.
func (s *Server) Close() error { return s.close() }

func (s *Server) shut() error {
	s.world.mu.Lock() // no port opens again
	close(s.closing)
	s.world.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), closeGrace)
	defer cancel()
	var errs []error
	for _, one := range s.servers {
		if one.Shutdown(ctx) != nil {
			errs = append(errs, one.Close()) // a client that is slow to ask or to listen
		}
	}
	s.served.Wait()
	return errors.Join(errs...)
}

// ServeHTTP is the front: it finds the vendor by the host's name or the first part of the path.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if i := s.world.hosted(r.Host); i >= 0 {
		s.answer(w, r, &s.world.apps[i], r.URL.Path, "")
		return
	}
	name, rest, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	if name == "status" {
		s.statusPage(w, r, rest)
		return
	}
	if i := s.world.find(name); i >= 0 {
		prefix := r.URL.Path[:len(name)+1]
		path := r.URL.Path[len(prefix):]
		if path == "" {
			path = "/"
		}
		s.answer(w, r, &s.world.apps[i], path, prefix)
		return
	}
	s.index(w, r)
}

// answer serves one request of a vendor's.
func (s *Server) answer(w http.ResponseWriter, r *http.Request, a *app, path, prefix string) {
	kind := a.routes.grants(path)
	switch kind { //nolint:exhaustive // the others are a client's, these a human's
	case authorizePath:
		s.page(w, r, a, path, s.world.authorize)
		return
	case verifyPath:
		s.page(w, r, a, path, s.world.verify)
		return
	}
	c := s.calls.get(s.world, a, r, path, prefix)
	defer s.calls.put(c)
	if !s.read(w, r, c) {
		return
	}
	var seq int64
	var latency time.Duration
	switch kind {
	case tokenPath:
		seq, latency = s.world.grantToken(c)
	case revokePath:
		seq, latency = s.world.revoke(c)
	case devicePath:
		seq, latency = s.world.authorizeDevice(c)
	default:
		if l := a.routes.login(c); l != nil {
			seq, latency = s.world.logIn(c, l)
		} else {
			seq, latency = s.world.decide(c)
		}
	}
	if latency > 0 && !c.slowBody && !s.wait(r, c, latency) {
		s.world.journal.Finish(seq, func(e *hold.Entry) { e.Ended, e.Gone = s.world.clock.Now(), true })
		wire.Reset(w)
		return
	}
	s.carry(w, r, c)
	s.world.journal.Answered(seq)
}

// read reads a request's body within bounds of size and of wall time; false when it was answered.
func (s *Server) read(w http.ResponseWriter, r *http.Request, c *call) bool {
	if r.ContentLength == 0 {
		return true
	}
	err := error(wire.TooLarge(wire.BodyMax))
	if r.ContentLength <= wire.BodyMax {
		r.Body = http.MaxBytesReader(w, r.Body, wire.BodyMax)
		control := http.NewResponseController(w)
		if control.SetReadDeadline(clock.New().Now().Add(s.cfg.HeaderTimeout)) == nil {
			err = c.take()
		}
		if err == nil { // else nobody waits for what still comes
			control.SetReadDeadline(time.Time{}) //nolint:errcheck // noticed at the answer
		}
	}
	refusal, ok := errors.AsType[*wire.Refusal](err)
	if !ok {
		return true
	}
	w.Header().Set("Connection", "close") // nobody reads what still comes
	answer := refusal.Answer(fakevendor.Time(s.world.clock.Now().UnixNano()))
	wire.Write(w, &answer)
	return false
}

// statusPage serves the status page of an application; no fault is in its way.
func (s *Server) statusPage(w http.ResponseWriter, r *http.Request, below string) {
	name, file, slash := strings.Cut(below, "/")
	i := s.world.find(name)
	err := error(wire.Refuse(http.StatusNotFound, "there is no application %q", name))
	switch {
	case i >= 0 && !slash:
		http.Redirect(w, r, r.URL.Path+"/", http.StatusMovedPermanently)
		return
	case i >= 0:
		err = statuspage.Serve(w, r, &s.world.status, i, file, baseURL(r, statuspage.Prefix+name+"/"))
	}
	if refusal, ok := errors.AsType[*wire.Refusal](err); ok {
		answer := refusal.Answer(s.world.status.Time())
		wire.Write(w, &answer)
	}
}

// index says what is served where.
func (s *Server) index(w http.ResponseWriter, r *http.Request) {
	var text strings.Builder
	fmt.Fprintf(&text, "no vendor is served at %s (want one of these)\n", r.URL.Path)
	for i := range s.world.apps {
		a := &s.world.apps[i]
		fmt.Fprintf(&text, "  %s  %s\n", s.URL(a.Name), a.Dialect.Vendor)
	}
	http.Error(w, text.String(), http.StatusNotFound)
}
