package standalone

import (
	"context"
	"math"
	"net/http"
	"time"

	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/dialect"
	"github.com/outagedrill/outagedrill/fakevendor/wire"
)

// carry carries an answer out.
func (s *Server) carry(w http.ResponseWriter, r *http.Request, c *call) {
	switch c.answer.transport {
	case dialect.Answered, dialect.CutShort:
	default:
		wire.Reset(w)
		return
	}
	switch {
	case c.slowBody:
		s.dribble(w, r, c)
	case c.resp.Fault >= 0 && c.breaks:
		c.answer.shared, c.answer.body = nil, nil
		c.send(w)
		http.NewResponseController(w).Flush() //nolint:errcheck // the client left
		wire.Reset(w)
	default:
		c.send(w)
	}
}

// dribble sends headers at once and the body bit by bit, in so much of the vendor's time as the answer is
// late.
func (s *Server) dribble(w http.ResponseWriter, r *http.Request, c *call) {
	const bits = 10
	body := c.answer.body
	if c.answer.shared != nil {
		body = c.answer.shared
	}
	c.answer.shared, c.answer.body = nil, nil
	c.send(w)
	control := http.NewResponseController(w)
	latency := c.resp.Latency
	for i := range bits {
		control.Flush() //nolint:errcheck // a client that left is noticed at the wait
		until := c.now.Std().Add(latency / bits * time.Duration(i+1))
		if !s.waitUntil(r, until) {
			wire.Reset(w)
			return
		}
		w.Write(body[len(body)*i/bits : len(body)*(i+1)/bits]) //nolint:errcheck // as above
	}
}

// wait waits for the answer's latency on the vendor's clock; false when the client leaves or the server
// closes before, or when the vendor's time begins anew.
func (s *Server) wait(r *http.Request, c *call, latency time.Duration) bool {
	if latency == fakevendor.Never {
		s.hang(r, time.Unix(0, math.MaxInt64))
		return false
	}
	return s.waitUntil(r, c.now.Std().Add(latency))
}

func (s *Server) waitUntil(r *http.Request, until time.Time) bool {
	if clock := s.world.clock.Read(); clock.Frozen && clock.Waiting == 0 {
		s.complain("the vendors' clock stands still: a call waits until somebody moves it",
			"call", r.Method+" "+r.Host+r.URL.Path, "clock", clock.Now.Format(time.RFC3339Nano),
			"until", until.Format(time.RFC3339Nano))
	}
	return s.hang(r, until)
}

func (s *Server) hang(r *http.Request, until time.Time) bool {
	ctx, stop := s.whileOpen(r.Context())
	defer stop()
	return s.world.clock.Wait(ctx, until) == nil
}

// whileOpen gives a context that ends with the server, too. It is to be stopped.
func (s *Server) whileOpen(parent context.Context) (ctx context.Context, stop context.CancelFunc) {
	ctx, stop = context.WithCancel(parent)
	go func() {
		select {
		case <-s.closing:
			stop()
		case <-ctx.Done():
		}
	}()
	return ctx, stop
}
