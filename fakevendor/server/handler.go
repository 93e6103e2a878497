package server

import (
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/benbjohnson/clock"

	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/dialect"
	"github.com/outagedrill/outagedrill/fakevendor/statuspage"
	"github.com/outagedrill/outagedrill/fakevendor/wire"
)

const consentPath = "authorize"

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.open.Add(1) // beside its connection, which is not counted any more once it is reset
	defer s.open.Done()
	v := s.vendor.Load()
	err := s.limitBody(w, r)
	if err == nil {
		err = s.route(w, r, v)
	}
	if refusal, ok := errors.AsType[*wire.Refusal](err); ok {
		a := refusal.Answer(v.Time())
		wire.Write(w, &a)
	} else if err != nil {
		panic(http.ErrAbortHandler) // the connection is no good any more
	}
}

func (s *Server) route(w http.ResponseWriter, r *http.Request, v *wire.Vendor) error {
	if below, ok := strings.CutPrefix(r.URL.Path, statuspage.Prefix); ok {
		return s.statusPage(w, r, v, below)
	}
	connection, rest, err := v.ParseConnection(r.URL.Path)
	if err != nil {
		return err
	}
	if rest == consentPath && r.Method == http.MethodPost {
		return consent(w, r, v, connection)
	}
	req, err := v.Parse(r)
	if err != nil {
		return err
	}
	a := v.Respond(&req)
	if s.cfg.Heard != nil {
		s.cfg.Heard(v.Time(), r, &req, a)
	}
	s.answer(w, r, a)
	return nil
}

// statusPage answers below /status/APPLICATION/.
func (s *Server) statusPage(w http.ResponseWriter, r *http.Request, v *wire.Vendor, below string) error {
	name, file, _ := strings.Cut(below, "/")
	app := slices.IndexFunc(v.Apps, func(a fakevendor.Application) bool { return a.Name == name })
	if app < 0 {
		return wire.Refuse(http.StatusNotFound, "there is no application %q", name)
	}
	return statuspage.Serve(w, r, v, app, file, s.StatusPageURL(app))
}

// limitBody bounds how much a body may hold and how long it may take, which is wall time.
func (s *Server) limitBody(w http.ResponseWriter, r *http.Request) error {
	if r.ContentLength > wire.BodyMax {
		w.Header().Set("Connection", "close") // nobody reads what comes
		return wire.TooLarge(wire.BodyMax)
	}
	if r.ContentLength != 0 {
		r.Body = http.MaxBytesReader(w, r.Body, wire.BodyMax)
		until := clock.New().Now().Add(s.cfg.HeaderTimeout)
		return http.NewResponseController(w).SetReadDeadline(until)
	}
	return nil
}

// answer carries an answer out.
func (s *Server) answer(w http.ResponseWriter, r *http.Request, a *wire.Answer) {
	if r.ContentLength != 0 { // the body was read, and waiting for the client to leave has no deadline
		if http.NewResponseController(w).SetReadDeadline(time.Time{}) != nil {
			return
		}
	}
	if s.cfg.Tell {
		tell(w, a.Truth)
	}
	if !s.wait(r, a) {
		wire.Reset(w)
		return
	}
	switch a.Transport {
	case dialect.Answered, dialect.CutShort:
		wire.Write(w, &a.Answer) // net/http closes the connection after a body cut short
	case dialect.NoAnswer, dialect.ConnReset, dialect.ConnRefused, dialect.DNSFailure, dialect.TLSFailure:
		wire.Reset(w)
	}
}

// tell sends the truth before the answer and leaves no trace of it in the answer.
func tell(w http.ResponseWriter, truth http.Header) {
	maps.Copy(w.Header(), truth)
	w.WriteHeader(http.StatusEarlyHints)
	clear(w.Header())
}

// wait waits for the answer's latency; false when the client leaves or the server closes before.
func (s *Server) wait(r *http.Request, a *wire.Answer) bool {
	var due <-chan time.Time // nil: never
	if a.Latency != fakevendor.Never {
		if s.cfg.Tell || a.Latency <= 0 {
			return true
		}
		timer := s.cfg.Clock.Timer(s.cfg.Real(a.Latency))
		defer timer.Stop()
		due = timer.C
	}
	select {
	case <-due:
		return true
	case <-r.Context().Done():
	case <-s.closing:
	}
	return false
}
