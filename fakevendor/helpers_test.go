package fakevendor_test

import (
	"testing"
	"time"

	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/dialect"
)

// The world of the tests: application 0 acme with contacts and orders, 1 wms; connections 0 acme-main
// (OAuth 2.0), 1 acme-key (API key) and 2 wms-main. Nothing is wrong and nothing is slow.
const (
	acme, wms         = 0, 1
	contacts, orders  = 0, 1
	main, key, wmsKey = 0, 1, 2
	day               = 24 * time.Hour
)

var start = fakevendor.Time(time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC).UnixNano())

func after(d time.Duration) fakevendor.Time { return start + fakevendor.Time(d) }

func world(t testing.TB, faults ...fakevendor.Fault) fakevendor.Config {
	t.Helper()
	generic, err := dialect.Load("generic")
	if err != nil {
		t.Fatal(err)
	}
	hourly := func(n int64) []fakevendor.Rate { return []fakevendor.Rate{{N: n, Per: time.Hour}} }
	return fakevendor.Config{
		Start: start, End: after(day), Seed: 7,
		Applications: []fakevendor.Application{
			{
				Name: "acme", Dialect: generic, PageSize: 100, Idempotent: true,
				Resources: []fakevendor.Resource{
					{Name: "contacts", Rates: hourly(120)}, {Name: "orders", Rates: hourly(60)},
				},
			},
			{
				Name: "wms", Dialect: generic, PageSize: 100, Idempotent: true,
				Resources: []fakevendor.Resource{{Name: "items"}},
			},
		},
		Connections: []fakevendor.Connection{
			{Name: "acme-main", Application: acme, Auth: fakevendor.OAuth2},
			{Name: "acme-key", Application: acme, Auth: fakevendor.APIKey},
			{Name: "wms-main", Application: wms},
		},
		Faults: faults,
	}
}

// driver makes calls the short way.
type driver struct {
	testing.TB
	*fakevendor.Vendor
	cfg fakevendor.Config
}

func open(t testing.TB, cfg fakevendor.Config) *driver {
	t.Helper()
	v, err := fakevendor.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return &driver{t, v, cfg}
}

func (d *driver) respond(at time.Duration, req fakevendor.Request) fakevendor.Response {
	d.Helper()
	if req.Op != dialect.RefreshToken && req.Access == 0 && req.Connection == main {
		req.Access = d.Grant(main).Access
	}
	var resp fakevendor.Response
	d.Respond(after(at), &req, &resp)
	return resp
}

func (d *driver) read(at time.Duration, conn, res int) fakevendor.Response {
	d.Helper()
	return d.respond(at, fakevendor.Request{Op: dialect.ReadPage, Connection: conn, Resource: res})
}

func (d *driver) test(at time.Duration, conn int) fakevendor.Response {
	d.Helper()
	return d.respond(at, fakevendor.Request{Op: dialect.TestConnection, Connection: conn, Resource: -1})
}

func (d *driver) refresh(at time.Duration, generation uint32) fakevendor.Response {
	d.Helper()
	return d.respond(at, fakevendor.Request{
		Op: dialect.RefreshToken, Connection: main, Resource: -1, Refresh: generation, Patience: 30 * time.Second,
	})
}

func (d *driver) write(at time.Duration, writer int, first, last int64) fakevendor.Response {
	d.Helper()
	return d.respond(at, fakevendor.Request{
		Op: dialect.WriteRecords, Connection: wmsKey, Writer: writer, First: first, Last: last,
		Patience: 30 * time.Second,
	})
}

func (d *driver) wantShape(got fakevendor.Response, want dialect.ShapeName, fault int) {
	d.Helper()
	if got.Shape.Name != want || got.Fault != fault {
		d.Errorf("answered %s by fault %d, want %s by fault %d", got.Shape.Name, got.Fault, want, fault)
	}
}

// judge reads an answer as the platform would.
func judge(op dialect.Op, d *dialect.Dialect, r fakevendor.Response) dialect.Reading {
	return d.Judge(op, r.Shape, &r.Params)
}

// fault makes an application fault of acme between one and two o'clock.
func fault(kind fakevendor.Kind, change ...func(*fakevendor.Fault)) fakevendor.Fault {
	f := fakevendor.Fault{From: after(time.Hour), To: after(2 * time.Hour), Kind: kind, Connection: -1}
	if kind >= fakevendor.BadCredentials {
		f.Connection = main
	}
	for _, c := range change {
		c(&f)
	}
	return f
}

func how(h fakevendor.How) func(*fakevendor.Fault) {
	return func(f *fakevendor.Fault) { f.How = h }
}

func status(s int) func(*fakevendor.Fault) {
	return func(f *fakevendor.Fault) { f.Status = s }
}

func on(resources ...int) func(*fakevendor.Fault) {
	return func(f *fakevendor.Fault) { f.Resources = resources }
}

func window(from, to time.Duration) func(*fakevendor.Fault) {
	return func(f *fakevendor.Fault) { f.From, f.To = after(from), after(to) }
}
