package dialect_test

import (
	"net/http"
	"testing"

	"github.com/outagedrill/outagedrill/fakevendor/dialect"
)

// Read never panics, and what it says is one of the classes.
func FuzzRead(f *testing.F) {
	d := generic(f)
	p := dialect.Params{First: 1, Last: 2, Access: 3, Refresh: 4, HasRetryAfter: true, Resource: "x"}
	for s := range dialect.ShapeName(shapes) {
		var a dialect.Answer
		d.Shape(s).Render(&p, &a)
		f.Add(uint8(s%4), uint8(a.Transport), a.Status, "application/json", "120", string(a.Body))
	}
	f.Fuzz(func(t *testing.T, op, transport uint8, status int, contentType, retryAfter, body string) {
		a := dialect.Answer{
			Transport: dialect.Transport(transport), Status: status, Body: []byte(body),
			Header: http.Header{
				"Content-Type": {contentType}, "Retry-After": {retryAfter}, "Www-Authenticate": {retryAfter},
				"Date": {contentType},
			},
		}
		r := d.Read(dialect.Op(op), &a)
		if r.Class > dialect.Rejected || r.RetryAfter < -1 || r.Class == dialect.OK && r.Sub != dialect.NoSub {
			t.Errorf("read as %+v", r)
		}
		if failed := r.Class == dialect.TokenRefreshFailed; failed && dialect.Op(op) != dialect.RefreshToken {
			t.Errorf("%s of an API call", r.Class)
		}
	})
}

// Parse never panics, and what it accepts judges every shape.
func FuzzParse(f *testing.F) {
	f.Add(source(f))
	f.Add([]byte("dialect: x\nshapes: {page: {json: [[[[$each]]]]}}\n"))
	f.Add([]byte("a: &a [*a]\n"))
	f.Add([]byte("dialect: x\nvendor: x\nformat: 1\nextends: github+secondary\nvariants: {a: {says: x, source: x, certainty: U}}\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := dialect.Parse("fuzz.yaml", data)
		if err != nil {
			return
		}
		for s := range dialect.ShapeName(shapes) {
			d.Judge(dialect.ReadPage, d.Shape(s), &dialect.Params{First: 1, Last: 3})
		}
	})
}
