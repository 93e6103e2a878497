package wire_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/dialect"
	"github.com/outagedrill/outagedrill/fakevendor/wire"
)

var start = time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC)

// world has application acme with one order a minute, and connections acme-main (OAuth 2.0) and acme-key.
func world(t *testing.T, now func() time.Time, faults ...fakevendor.Fault) *wire.Vendor {
	t.Helper()
	generic, err := dialect.Load("generic")
	if err != nil {
		t.Fatal(err)
	}
	cfg := fakevendor.Config{
		Start: fakevendor.Time(start.UnixNano()), End: fakevendor.Time(start.Add(24 * time.Hour).UnixNano()),
		Applications: []fakevendor.Application{{
			Name: "acme", Dialect: generic, PageSize: 100, Idempotent: true,
			Resources: []fakevendor.Resource{
				{Name: "contacts"},
				{Name: "orders", Rates: []fakevendor.Rate{{N: 1, Per: time.Minute}}},
			},
		}},
		Connections: []fakevendor.Connection{
			{Name: "acme-main", Auth: fakevendor.OAuth2}, {Name: "acme-key", Auth: fakevendor.APIKey},
		},
		Faults: faults,
	}
	machine, err := fakevendor.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return &wire.Vendor{
		Machine: func() *fakevendor.Vendor { return machine }, Now: now,
		Connections: cfg.Connections, Apps: cfg.Applications, Faults: faults, Patience: 30 * time.Second,
	}
}

func fixed() time.Time { return start.Add(time.Hour) }

func request(method, target, body string, header ...string) *http.Request {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return r
}

const form = "application/x-www-form-urlencoded"

func TestParse(t *testing.T) {
	v := world(t, fixed)
	refresh := "grant_type=refresh_token&refresh_token=" + wire.RefreshToken("acme-main", 4)
	for name, tt := range map[string]struct {
		request *http.Request
		want    fakevendor.Request
	}{
		"test": {
			request("GET", "/c/1/", ""),
			fakevendor.Request{Op: dialect.TestConnection, Connection: 1, Resource: -1},
		},
		"page": {
			request("GET", "/c/0/orders?after=7", "", "Authorization", "Bearer "+wire.AccessToken("acme-main", 3)),
			fakevendor.Request{Op: dialect.ReadPage, Resource: 1, After: 7, Access: 3},
		},
		"first page": {
			request("GET", "/c/1/orders", ""),
			fakevendor.Request{Op: dialect.ReadPage, Connection: 1, Resource: 1},
		},
		"write": {
			request("PUT", "/c/1/contacts", `{"writer": 2, "records": [{"number": 5, "id": "x"}, {"number": 6}]}`),
			fakevendor.Request{Op: dialect.WriteRecords, Connection: 1, Writer: 2, First: 5, Last: 6},
		},
		"refresh": {
			request("POST", "/c/0/oauth/token", refresh, "Content-Type", form),
			fakevendor.Request{Op: dialect.RefreshToken, Resource: -1, Refresh: 4},
		},
		"another connection's token is none": {
			request("GET", "/c/1/", "", "Authorization", "Bearer "+wire.AccessToken("acme-main", 3)),
			fakevendor.Request{Op: dialect.TestConnection, Connection: 1, Resource: -1},
		},
		"a refresh token is no access token": {
			request("GET", "/c/0/", "", "Authorization", "Bearer "+wire.RefreshToken("acme-main", 3)),
			fakevendor.Request{Op: dialect.TestConnection, Resource: -1},
		},
	} {
		t.Run(name, func(t *testing.T) {
			tt.want.Patience = 30 * time.Second
			got, err := v.Parse(tt.request)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	v := world(t, fixed)
	for name, tt := range map[string]struct {
		request *http.Request
		status  int
		detail  string // part of it
	}{
		"no connection":      {request("GET", "/c/2/", ""), 404, "want /c/0/ to /c/1/"},
		"below 0":            {request("GET", "/c/-1/", ""), 404, "no connection"},
		"no number":          {request("GET", "/c/acme/", ""), 404, "no connection"},
		"no slash":           {request("GET", "/c/1", ""), 404, "no connection"},
		"no resource":        {request("GET", "/c/1/things", ""), 404, `acme has no resource "things"`},
		"method of a test":   {request("POST", "/c/1/", ""), 405, "want GET"},
		"method of records":  {request("DELETE", "/c/1/orders", ""), 405, "want GET or PUT"},
		"method of a token":  {request("GET", "/c/0/oauth/token", ""), 405, "want POST"},
		"grant":              {request("POST", "/c/0/oauth/token", "grant_type=password", "Content-Type", form), 400, `"password"`},
		"cursor":             {request("GET", "/c/1/orders?after=x", ""), 400, `after "x"`},
		"cursor below 0":     {request("GET", "/c/1/orders?after=-1", ""), 400, "want 0 or more"},
		"cursor out of this": {request("GET", "/c/1/orders?after=9223372036854775807", ""), 400, "want 0 or more"},
		"no JSON":            {request("PUT", "/c/1/orders", `{"records":`), 400, "unexpected end"},
		"JSON and more":      {request("PUT", "/c/1/orders", `{"records":[{"number":1}]} x`), 400, "after top-level value"},
		"no records":         {request("PUT", "/c/1/orders", `{"writer":1,"records":[]}`), 400, "without records"},
		"record 0":           {request("PUT", "/c/1/orders", `{"records":[{"number":0}]}`), 400, "record 0 has number 0"},
		"a gap":              {request("PUT", "/c/1/orders", `{"records":[{"number":1},{"number":3}]}`), 400, "record 1 has number 3"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := v.Parse(tt.request)
			var refusal *wire.Refusal
			if !errors.As(err, &refusal) || refusal.Status != tt.status || !strings.Contains(refusal.Detail, tt.detail) {
				t.Fatalf("%#v (expected %d with %s)", err, tt.status, tt.detail)
			}
			a := refusal.Answer(fakevendor.Time(start.UnixNano()))
			if got := a.Header.Get("Content-Type"); a.Status != tt.status || got != "application/problem+json" {
				t.Errorf("status %d, %s", a.Status, got)
			}
		})
	}
}

// TestRoundTrip writes answers out and reads them back with the dialect's reader.
func TestRoundTrip(t *testing.T) {
	hour := func(from, to int, f fakevendor.Fault) fakevendor.Fault {
		f.From = fakevendor.Time(start.Add(time.Duration(from) * time.Hour).UnixNano())
		f.To = fakevendor.Time(start.Add(time.Duration(to) * time.Hour).UnixNano())
		f.Connection = -1
		return f
	}
	now := fixed()
	v := world(t, func() time.Time { return now },
		hour(2, 3, fakevendor.Fault{Kind: fakevendor.RateLimited, RetryAfter: time.Minute}),
		hour(3, 4, fakevendor.Fault{Kind: fakevendor.Down, How: fakevendor.HowDNS}))
	read := func() (*wire.Answer, dialect.Reading) {
		req, err := v.Parse(request("GET", "/c/1/orders?after=50", ""))
		if err != nil {
			t.Fatal(err)
		}
		a := v.Respond(&req)
		return a, v.Apps[0].Dialect.Read(req.Op, &a.Answer)
	}
	a, r := read()
	if r.Class != dialect.OK || r.First != 51 || r.Last != 60 || a.Truth.Get(wire.FaultHeader) != "-1" {
		t.Errorf("at one: %+v, truth %v", r, a.Truth)
	}
	if got := a.Header.Get("Date"); got != "Fri, 01 Mar 2024 01:00:00 GMT" {
		t.Errorf("Date is %s: not the vendor's", got)
	}
	now = start.Add(2 * time.Hour)
	a, r = read()
	if r.Class != dialect.RateLimited || r.RetryAfter != time.Minute || a.Truth.Get(wire.FaultHeader) != "0" {
		t.Errorf("at two: %+v, truth %v", r, a.Truth)
	}
	now = start.Add(3 * time.Hour)
	a, r = read()
	if r.Class != dialect.VendorDown || r.Sub != dialect.DNS || a.Truth.Get(wire.DialHeader) != wire.DialDNS {
		t.Errorf("at three: %+v, truth %v", r, a.Truth)
	}
	now = start // the clock goes back: the vendor's time does not
	if got := v.Time().Std(); !got.Equal(start.Add(3 * time.Hour)) {
		t.Errorf("the time went back to %s", got)
	}
}

func TestUnseal(t *testing.T) {
	h := http.Header{"Date": {"today"}, wire.FaultHeader: {"3"}, wire.DialHeader: {"tls"}}
	truth := wire.Unseal(h)
	if diff := cmp.Diff(http.Header{"Date": {"today"}}, h); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(http.Header{wire.FaultHeader: {"3"}, wire.DialHeader: {"tls"}}, truth); diff != "" {
		t.Error(diff)
	}
}
