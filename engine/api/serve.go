package api

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"path"
	"strings"
)

// mostBody is the greatest length of a request's body in bytes.
const mostBody = 1 << 20

// exactMux registers "/" as that path alone; to the mux it means every path.
type exactMux struct{ *http.ServeMux }

// HandleFunc is how huma registers an operation.
func (m exactMux) HandleFunc(pattern string, h func(http.ResponseWriter, *http.Request)) {
	if strings.HasSuffix(pattern, " /") {
		pattern += "{$}"
	}
	m.ServeMux.HandleFunc(pattern, h)
}

// front stands before the operations: it turns away who may not come in and what leads nowhere, always with a
// problem.
type front struct {
	mux    *http.ServeMux
	server *server
	token  string
	origin http.CrossOriginProtection
}

// ServeHTTP answers a request.
func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	if f.token == "" && !local(r.Host) {
		refuse(w, http.StatusForbidden,
			"a platform without a token serves this machine alone (want localhost as the Host, or --token)")
		return
	}
	if f.origin.Check(r) != nil {
		refuse(w, http.StatusForbidden, "a page of another origin may change nothing here")
		return
	}
	if f.token != "" && r.URL.Path != "/health" && !authorized(r, f.token) {
		h.Set("WWW-Authenticate", challenge)
		refuse(w, http.StatusUnauthorized,
			"this call needs the platform's token (want Authorization: Bearer TOKEN)")
		return
	}
	if _, pattern := f.mux.Handler(r); pattern == "" || !clean(r.URL.EscapedPath()) {
		f.nowhere(w, r)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, mostBody))
	if err != nil {
		refuseBody(w, err)
		return
	}
	r = r.Clone(context.WithValue(r.Context(), serverKey{}, f.server))
	r.Body = io.NopCloser(bytes.NewReader(body))
	r.Header.Del("Accept") // each operation has one media type
	if r.Header.Get("Content-Type") == "application/x-www-form-urlencoded" {
		r.Header.Del("Content-Type") // curl -d says so of any body; there are no forms here, it is JSON
	}
	f.mux.ServeHTTP(w, r)
}

// clean tells whether the mux leaves a path as it is; it would redirect any other.
func clean(escaped string) bool { return path.Clean(escaped) == escaped }

// nowhere answers what no operation takes.
func (f *front) nowhere(w http.ResponseWriter, r *http.Request) {
	refused := refusal{header: http.Header{}, status: http.StatusNotFound}
	if h, pattern := f.mux.Handler(r); pattern == "" {
		h.ServeHTTP(&refused, r)
	}
	if refused.status != http.StatusMethodNotAllowed {
		refuse(w, http.StatusNotFound, "there is nothing at "+r.URL.Path)
		return
	}
	allow := refused.header.Get("Allow")
	w.Header().Set("Allow", allow)
	refuse(w, http.StatusMethodNotAllowed, r.Method+" is not for "+r.URL.Path+" (want "+allow+")")
}

// refuseBody answers a request whose body could not be read.
func refuseBody(w http.ResponseWriter, err error) {
	var tooLong *http.MaxBytesError
	var slow net.Error
	switch {
	case errors.As(err, &tooLong):
		refuse(w, http.StatusRequestEntityTooLarge, "the body is too long (want at most 1 MiB)")
	case errors.As(err, &slow) && slow.Timeout():
		refuse(w, http.StatusRequestTimeout, "the body did not come in time")
	default:
		refuse(w, http.StatusBadRequest, "the body cannot be read")
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
