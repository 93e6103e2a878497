// Package front stands before a REST API of ours: it turns away who may not come in and what leads nowhere,
// always with a problem of RFC 9457, and hands on requests whose bodies have come whole.
package front

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"path"
	"strings"
	"sync"
)

// mostBody is the greatest length of a request's body in bytes.
const mostBody = 1 << 20

// ExactMux registers "/" as that path alone; to the mux it means every path.
type ExactMux struct{ *http.ServeMux }

// HandleFunc is how huma registers an operation.
func (m ExactMux) HandleFunc(pattern string, h func(http.ResponseWriter, *http.Request)) {
	if strings.HasSuffix(pattern, " /") {
		pattern += "{$}"
	}
	m.ServeMux.HandleFunc(pattern, h)
}

// Front is an API as a handler. Without a token everybody may come in who asks for it by a name of this
// machine, but no page of another origin. Its http.Server should have a ReadTimeout: a body that does not
// come in time is answered with 408 then.
type Front struct {
	Mux func() *http.ServeMux // asked for at each request that may come in, so that it may be made then
	Of  string                // what it is an API of, in messages: platform, vendor
	// Token is what every call but GET /health must have; "": none is needed, on this machine alone.
	Token string
	// Authorized tells whether a request has the token; nil: as a bearer.
	Authorized func(r *http.Request, token string) bool
	Challenge  string // WWW-Authenticate beside a 401
	// Large are the paths whose bodies may have so many bytes; others may have 1 MiB.
	Large map[string]int64
	// Key and Value go into the context of every request.
	Key, Value any

	origin http.CrossOriginProtection
	large  sync.Mutex // one body that may be large is taken at a time, so that memory is bounded
}

// ServeHTTP answers a request.
func (f *Front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	if !f.admits(w, r) {
		return
	}
	mux := f.Mux()
	if _, pattern := mux.Handler(r); pattern == "" || !clean(r.URL.EscapedPath()) {
		nowhere(mux, w, r)
		return
	}
	most := max(f.Large[r.URL.Path], mostBody)
	if most > mostBody && r.ContentLength != 0 {
		f.large.Lock()
		defer f.large.Unlock()
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, most))
	if err != nil {
		refuseBody(w, err, most)
		return
	}
	r = r.Clone(context.WithValue(r.Context(), f.Key, f.Value))
	r.Body = io.NopCloser(bytes.NewReader(body))
	r.Header.Del("Accept") // each operation has one media type
	if r.Header.Get("Content-Type") == "application/x-www-form-urlencoded" {
		r.Header.Del("Content-Type") // curl -d says so of any body; there are no forms here, it is JSON
	}
	mux.ServeHTTP(w, r)
}

// admits turns away who may not come in.
func (f *Front) admits(w http.ResponseWriter, r *http.Request) bool {
	switch {
	case f.Token == "" && !local(r.Host):
		Refuse(w, http.StatusForbidden, "a "+f.Of+
			" without a token serves this machine alone (want localhost as the Host, or --token)")
	case f.foreign(r):
		Refuse(w, http.StatusForbidden, "a page of another origin may read and change nothing here")
	case f.Token != "" && r.URL.Path != "/health" && !f.authorized(r):
		w.Header().Set("WWW-Authenticate", f.Challenge)
		Refuse(w, http.StatusUnauthorized,
			"this call needs the "+f.Of+"'s token (want Authorization: Bearer TOKEN)")
	default:
		return true
	}
	return false
}

// foreign tells whether a browser asks for a page of another origin. A link that leads here is followed.
func (f *Front) foreign(r *http.Request) bool {
	asWrite := *r // which is all that the check looks at
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		if r.Header.Get("Sec-Fetch-Mode") == "navigate" {
			return false
		}
		asWrite.Method = http.MethodPost
	}
	return f.origin.Check(&asWrite) != nil
}

func (f *Front) authorized(r *http.Request) bool {
	if f.Authorized != nil {
		return f.Authorized(r, f.Token)
	}
	return Bearer(r, f.Token)
}

// Bearer tells whether a request has a token as a bearer.
func Bearer(r *http.Request, token string) bool {
	scheme, got, _ := strings.Cut(strings.TrimSpace(r.Header.Get("Authorization")), " ")
	return strings.EqualFold(scheme, "Bearer") && Same(strings.TrimSpace(got), token)
}

// clean tells whether the mux leaves a path as it is; it would redirect any other.
func clean(escaped string) bool { return path.Clean(escaped) == escaped }

// nowhere answers what no operation takes.
func nowhere(mux *http.ServeMux, w http.ResponseWriter, r *http.Request) {
	refused := refusal{header: http.Header{}, status: http.StatusNotFound}
	if h, pattern := mux.Handler(r); pattern == "" {
		h.ServeHTTP(&refused, r)
	}
	if refused.status != http.StatusMethodNotAllowed {
		Refuse(w, http.StatusNotFound, "there is nothing at "+r.URL.Path)
		return
	}
	allow := refused.header.Get("Allow")
	w.Header().Set("Allow", allow)
	Refuse(w, http.StatusMethodNotAllowed, r.Method+" is not for "+r.URL.Path+" (want "+allow+")")
}

// refuseBody answers a request whose body could not be read.
func refuseBody(w http.ResponseWriter, err error, most int64) {
	var tooLong *http.MaxBytesError
	var slow net.Error
	switch {
	case errors.As(err, &tooLong):
		Refuse(w, http.StatusRequestEntityTooLarge,
			fmt.Sprintf("the body is too long (want at most %d MiB)", most>>20))
	case errors.As(err, &slow) && slow.Timeout():
		Refuse(w, http.StatusRequestTimeout, "the body did not come in time")
	default:
		Refuse(w, http.StatusBadRequest, "the body cannot be read")
	}
}

// refusal keeps the status and the header of an answer and drops its body.
type refusal struct {
	header http.Header
	status int
}

func (f *refusal) Header() http.Header         { return f.header }
func (f *refusal) WriteHeader(status int)      { f.status = status }
func (f *refusal) Write(b []byte) (int, error) { return len(b), nil }
