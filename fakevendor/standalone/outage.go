package standalone

import (
	"context"
	"net"
	"net/http"
	"time"

	"github.com/outagedrill/outagedrill/fakevendor"
)

// port is where one vendor alone is served. Its listener is closed while the vendor refuses connections.
type port struct {
	app      int
	addr     string
	server   *http.Server
	listener net.Listener // nil: closed
}

// failing tells whether a fault that covers a whole application makes connections fail in this way now.
// Under the lock.
func (w *World) failing(app int, how fakevendor.How) bool {
	w.tell()
	for i := range w.machine.Faults() {
		if f := w.machine.Fault(i); f.Application == app && f.Kind == fakevendor.Down && f.How == how &&
			f.Connection < 0 && f.Resources == nil && f.Endpoints == nil && !f.OfTokens && w.active(i, &f) {
			return true
		}
	}
	return false
}

func (w *World) active(fault int, f *fakevendor.Fault) bool {
	return w.now >= f.From && w.now < f.To && !w.machine.Ended(fault)
}

// broken tells whether a vendor's TLS handshakes fail now.
func (w *World) broken(app int) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return app >= 0 && w.failing(app, fakevendor.HowTLS)
}

// turn is when a vendor next begins or ends to refuse connections by itself; false when it does not.
// Under the lock.
func (w *World) turn() (next time.Time, ok bool) {
	for i := range w.machine.Faults() {
		f := w.machine.Fault(i)
		if f.Kind != fakevendor.Down || f.How != fakevendor.HowRefused || w.machine.Ended(i) {
			continue
		}
		for _, at := range []fakevendor.Time{f.From, f.To} {
			if at > w.now && at < w.cfg.Vendor.End && (!ok || at.Std().Before(next)) {
				next, ok = at.Std(), true
			}
		}
	}
	return next, ok
}

// watch closes and opens the ports of vendors that refuse connections, until the server closes.
func (s *Server) watch() {
	ctx, stop := s.whileOpen(context.Background())
	defer stop()
	for ctx.Err() == nil {
		w := s.world
		w.mu.Lock()
		news := w.news
		s.settlePorts()
		next, ok := w.turn()
		w.mu.Unlock()
		if !ok {
			select {
			case <-news:
			case <-ctx.Done():
			}
			continue
		}
		waiting, enough := context.WithCancel(ctx)
		go func() {
			select {
			case <-news:
				enough()
			case <-waiting.Done():
			}
		}()
		w.clock.Wait(waiting, next) //nolint:errcheck // whatever woke it, it looks anew
		enough()
	}
}

// settlePorts makes each port as its vendor is now; nothing once the server closes. Under the world's lock.
func (s *Server) settlePorts() {
	select {
	case <-s.closing:
		return
	default:
	}
	for _, p := range s.ports {
		refusing := s.world.failing(p.app, fakevendor.HowRefused)
		switch {
		case refusing && p.listener != nil:
			p.listener.Close() //nolint:errcheck // it is to be closed
			p.listener = nil
		case !refusing && p.listener == nil:
			l, err := s.cfg.Listen(p.addr)
			if err != nil { // another program has taken the port meanwhile
				s.complain("fake vendor: port does not open again", "addr", p.addr, "error", err)
				continue
			}
			p.listener = l
			s.listen(p.server, l)
		}
	}
}

// settle is settlePorts for who does not hold the lock.
func (s *Server) settle() {
	s.world.mu.Lock()
	defer s.world.mu.Unlock()
	s.settlePorts()
}
