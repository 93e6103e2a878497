package wire

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/dialect"
)

// BodyMax is the largest body of a request that is read, in bytes.
const BodyMax = 1 << 20

// ParseConnection splits a path below /c/ into the connection's index and the rest. The error is a
// *Refusal.
func (v *Vendor) ParseConnection(path string) (connection int, rest string, err error) {
	below, ok := strings.CutPrefix(path, "/c/")
	index, rest, slash := strings.Cut(below, "/")
	connection, convErr := strconv.Atoi(index)
	if !ok || !slash || convErr != nil || connection < 0 || connection >= len(v.Connections) {
		return 0, "", Refuse(http.StatusNotFound, "there is no connection at %s (want /c/0/ to /c/%d/)",
			path, len(v.Connections)-1)
	}
	return connection, rest, nil
}

// Parse turns an HTTP request into the vendor's terms and reads its body to the end. The error is a
// *Refusal.
func (v *Vendor) Parse(r *http.Request) (fakevendor.Request, error) {
	req := fakevendor.Request{Resource: -1, Patience: v.Patience}
	var rest string
	var err error
	if req.Connection, rest, err = v.ParseConnection(r.URL.Path); err != nil {
		return req, err
	}
	name := v.Connections[req.Connection].Name
	if text, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		req.Access = generation(text, accessPrefix, name)
	}
	switch rest {
	case "oauth/token":
		req.Op = dialect.RefreshToken
		err = parseRefresh(r, &req, name)
	case "":
		req.Op = dialect.TestConnection
		err = method(r, http.MethodGet)
	default:
		err = v.parseRecords(r, &req, rest)
	}
	return req, err
}

func parseRefresh(r *http.Request, req *fakevendor.Request, connection string) error {
	if err := method(r, http.MethodPost); err != nil {
		return err
	}
	if err := r.ParseForm(); err != nil {
		return RefuseBody(err)
	}
	if grant := r.PostForm.Get("grant_type"); grant != "refresh_token" {
		return Refuse(http.StatusBadRequest, "unsupported grant_type %q (want refresh_token)", grant)
	}
	req.Refresh = generation(r.PostForm.Get("refresh_token"), refreshPrefix, connection)
	return nil
}

func (v *Vendor) parseRecords(r *http.Request, req *fakevendor.Request, resource string) error {
	app := &v.Apps[v.Connections[req.Connection].Application]
	for i := range app.Resources {
		if app.Resources[i].Name == resource {
			req.Resource = i
		}
	}
	if req.Resource < 0 {
		return Refuse(http.StatusNotFound, "%s has no resource %q", app.Name, resource)
	}
	if r.Method == http.MethodGet {
		req.Op = dialect.ReadPage
		return parseCursor(r, req)
	}
	req.Op = dialect.WriteRecords
	if err := method(r, http.MethodGet, http.MethodPut); err != nil {
		return err
	}
	return parseWrite(r, req)
}

func parseCursor(r *http.Request, req *fakevendor.Request) error {
	text := r.URL.Query().Get("after")
	if text == "" {
		return nil
	}
	after, err := strconv.ParseInt(text, 10, 64)
	if err != nil || after < 0 || after > math.MaxInt64/2 {
		return Refuse(http.StatusBadRequest, "after %q is not the number of a record (want 0 or more)", text)
	}
	req.After = after
	return nil
}

// parseWrite reads a page of records: their numbers follow one another.
func parseWrite(r *http.Request, req *fakevendor.Request) error {
	var body struct {
		Writer  int `json:"writer"`
		Records []struct {
			Number int64 `json:"number"`
		} `json:"records"`
	}
	if err := ReadJSON(r, &body); err != nil {
		return err
	}
	n := len(body.Records)
	if n == 0 {
		return Refuse(http.StatusBadRequest, "a write without records")
	}
	req.Writer, req.First, req.Last = body.Writer, body.Records[0].Number, body.Records[n-1].Number
	for i, record := range body.Records {
		if record.Number < 1 || record.Number != req.First+int64(i) {
			return Refuse(http.StatusBadRequest,
				"record %d has number %d (want numbers from 1 up, one by one)", i, record.Number)
		}
	}
	return nil
}

// ReadJSON reads the one JSON value of a request's body. The error is a *Refusal.
func ReadJSON(r *http.Request, into any) error {
	if r.Body == nil {
		return Refuse(http.StatusBadRequest, "the request has no body")
	}
	data, err := io.ReadAll(r.Body)
	if err != nil {
		return RefuseBody(err)
	}
	if err := json.Unmarshal(data, into); err != nil {
		return Refuse(http.StatusBadRequest, "the body is not what was expected: %v", err)
	}
	return nil
}

// method refuses a request with another method than those allowed.
func method(r *http.Request, allowed ...string) error {
	if slices.Contains(allowed, r.Method) {
		return nil
	}
	return Refuse(http.StatusMethodNotAllowed, "method %s (want %s)", r.Method, strings.Join(allowed, " or "))
}

// generation is the number at the end of a connection's token, 0 for a token that is none of its own.
func generation(text, prefix, connection string) uint32 {
	digits, ok := strings.CutPrefix(text, prefix+connection+"-")
	n, err := strconv.ParseUint(digits, 10, 32)
	if !ok || err != nil {
		return 0
	}
	return uint32(n)
}

// Refusal is the error of a request that is none of the vendor's calls: no fault is behind it and the
// machine never saw it.
type Refusal struct {
	Status int
	Detail string
}

func (e *Refusal) Error() string { return e.Detail }

// Answer words the refusal as problem details (RFC 9457).
func (e *Refusal) Answer(now fakevendor.Time) dialect.Answer {
	body, err := json.Marshal(map[string]any{
		"type": "about:blank", "title": http.StatusText(e.Status), "status": e.Status, "detail": e.Detail,
	})
	if err != nil {
		panic("wire: " + err.Error()) // texts and a number
	}
	return dialect.Answer{
		Status: e.Status, Body: body,
		Header: http.Header{
			"Content-Type":   {"application/problem+json"},
			"Content-Length": {strconv.Itoa(len(body))},
			"Date":           {now.Std().Format(http.TimeFormat)},
		},
	}
}

// Refuse makes a Refusal.
func Refuse(status int, format string, args ...any) *Refusal {
	return &Refusal{status, fmt.Sprintf(format, args...)}
}

// TooLarge refuses a body of more than the limit, in bytes.
func TooLarge(limit int64) *Refusal {
	return Refuse(http.StatusRequestEntityTooLarge, "the body is too large (want at most %d bytes)", limit)
}

// RefuseBody tells why a body could not be read.
func RefuseBody(err error) *Refusal {
	if large, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return TooLarge(large.Limit)
	}
	return Refuse(http.StatusBadRequest, "the body cannot be read: %v", err)
}
