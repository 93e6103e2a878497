package dialect_test

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/outagedrill/outagedrill/fakevendor/dialect"
)

var noon = time.Date(2024, 3, 1, 12, 0, 0, 5, time.UTC).UnixNano()

func TestRenderPage(t *testing.T) {
	p := dialect.Params{First: 151, Last: 152, More: true, Now: noon, Resource: "contacts"}
	var got dialect.Answer
	generic(t).Shape(dialect.ShapePage).Render(&p, &got)
	body := `{"records":[{"id":"contacts-151","number":151},{"id":"contacts-152","number":152}],` +
		`"next":"152","has_more":true}`
	want := dialect.Answer{
		Status: 200,
		Header: http.Header{
			"Content-Type":   {"application/json"},
			"Content-Length": {strconv.Itoa(len(body))},
			"Date":           {"Fri, 01 Mar 2024 12:00:00 GMT"},
		},
		Body: []byte(body),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestRenderTokenAndHeaders(t *testing.T) {
	d := generic(t)
	p := dialect.Params{
		Access: 2, ExpiresIn: 90*time.Second + 1, Connection: `a"b`, HasRetryAfter: true, RetryAfter: time.Minute,
	}
	var a dialect.Answer
	d.Shape(dialect.ShapeToken).Render(&p, &a)
	want := `{"access_token":"at-a\"b-2","token_type":"Bearer","expires_in":90}`
	if string(a.Body) != want {
		t.Errorf("token body %s, want %s", a.Body, want)
	}
	d.Shape(dialect.ShapeRateLimited).Render(&p, &a)
	if got := a.Header.Get("Retry-After"); got != "60" {
		t.Errorf("Retry-After %q", got)
	}
	p.HasRetryAfter = false
	d.Shape(dialect.ShapeRateLimited).Render(&p, &a)
	if got, there := a.Header["Retry-After"]; there {
		t.Errorf("Retry-After %q, want none", got)
	}
	d.Shape(dialect.ShapeExpiredToken).Render(&p, &a)
	if a.Header.Get("Www-Authenticate") == "" {
		t.Error("no WWW-Authenticate")
	}
	d.Shape(dialect.ShapeDNS).Render(&p, &a) // nothing of the last answer stays
	if a.Transport != dialect.DNSFailure || a.Status != 0 || len(a.Header) != 0 || len(a.Body) != 0 {
		t.Errorf("an answer without HTTP: %+v", a)
	}
}

// Every shape with an HTTP answer is one to Go's own client; the truncated one ends early.
func TestShapesAreHTTP(t *testing.T) {
	for name, d := range every(t) {
		t.Run(name, func(t *testing.T) { shapesAreHTTP(t, d) })
	}
}

func shapesAreHTTP(t *testing.T, d *dialect.Dialect) {
	p := dialect.Params{First: 1, Last: 3, Now: noon, Resource: "contacts", Connection: "acme-main"}
	for s := range dialect.ShapeName(shapes) {
		var a dialect.Answer
		d.Shape(s).Render(&p, &a)
		if a.Status == 0 {
			continue
		}
		var wire bytes.Buffer
		fmt.Fprintf(&wire, "HTTP/1.1 %d %s\r\n", a.Status, http.StatusText(a.Status))
		if err := a.Header.Write(&wire); err != nil {
			t.Fatal(err)
		}
		wire.WriteString("\r\n")
		wire.Write(a.Body)
		resp, err := http.ReadResponse(bufio.NewReader(&wire), nil)
		if err != nil {
			t.Errorf("%s: %v", s, err)
			continue
		}
		_, err = io.ReadAll(resp.Body)
		if cut := errors.Is(err, io.ErrUnexpectedEOF); cut != (s == dialect.ShapeTruncated) {
			t.Errorf("%s: reading the body gives %v", s, err)
		}
	}
}
