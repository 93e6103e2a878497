// Package vendortest starts fake vendors inside Go tests: on loopback TCP, or without a network at all, on
// connections in memory, which also work in the bubbles of testing/synctest.
//
//	v := vendortest.Start(t, vendortest.Config{Dialects: []string{"github"}})
//	client := github.NewClient(v.Client()).WithEnterpriseURLs(v.URL("github"), "")
//	v.Fault(&fakevendor.Fault{Kind: fakevendor.Down, Status: 502})
//	v.Advance(61 * time.Minute)
//
// Each Start is a world of its own: tests may run in parallel, a thousand of them at once.
package vendortest

import (
	"net/http"
	"time"

	"github.com/benbjohnson/clock"

	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/dialect"
	"github.com/outagedrill/outagedrill/fakevendor/hold"
	"github.com/outagedrill/outagedrill/fakevendor/standalone"
)

// TB is what Start needs of a *testing.T, *testing.B or *testing.F.
type TB interface {
	Helper()
	Cleanup(f func())
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// Config says which vendors are started. Its zero value is one vendor of the dialect generic, in memory.
type Config struct {
	// Dialects are the vendors, each named by its dialect, NAME or NAME+VARIANT; nil: generic.
	Dialects []string
	// TCP serves them on free ports of 127.0.0.1 for clients that dial by themselves. Without it only Client
	// reaches them.
	TCP bool
	// Limits are in force in place of those of the dialects; nil: those.
	Limits []dialect.Limit
	// Start is the vendors' instant at the start; zero: the present second. Time stands still until Advance,
	// or until the clock of World is told to run.
	Start time.Time
	// Stock is how many objects each list holds; 0: 25.
	Stock int
	// Strict refuses credentials that were not issued here.
	Strict bool
	// FaultHeader lets a call ask for a fault of its own, as docs/vendor-admin.md tells.
	FaultHeader bool
	// Seed is what is drawn at random comes from.
	Seed uint64
}

// Vendors are running fake vendors. They end with their test.
type Vendors struct {
	t      TB
	world  *standalone.World
	server *standalone.Server
	memory *network // nil on TCP
	client *http.Client
}

const (
	defaultStock = 25
	pageSize     = 100
	// headerTimeout is generous: a thousand vendors at once keep a machine busy.
	headerTimeout = time.Minute
	// life is how long the vendors' time is: faults without an end last until then.
	life = 50 * 365 * 24 * time.Hour
)

// Start starts vendors and ends them with the test. What is wrong with the Config ends the test.
func Start(t TB, cfg Config) *Vendors {
	t.Helper()
	world, err := newWorld(&cfg)
	if err != nil {
		t.Fatalf("vendortest: %v", err)
	}
	v := &Vendors{t: t, world: world}
	serve := standalone.ServerConfig{Ports: map[string]string{}, HeaderTimeout: headerTimeout}
	if !cfg.TCP {
		v.memory = newNetwork()
		serve.Addr, serve.Listen = "vendors:80", v.memory.listen
	}
	for i := range world.Config().Applications {
		name := world.Config().Applications[i].Name
		if serve.Ports[name] = "127.0.0.1:0"; !cfg.TCP {
			serve.Ports[name] = name + ":80"
		}
	}
	if v.server, err = standalone.Serve(serve, world); err != nil {
		t.Fatalf("vendortest: %v", err)
	}
	transport := &http.Transport{}
	if v.memory != nil {
		transport.DialContext = v.memory.dial
	}
	v.client = &http.Client{Transport: transport}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		if err := v.server.Close(); err != nil {
			t.Errorf("vendortest: %v", err)
		}
	})
	return v
}

func newWorld(cfg *Config) (*standalone.World, error) {
	if cfg.Dialects == nil {
		cfg.Dialects = []string{"generic"}
	}
	if cfg.Stock == 0 {
		cfg.Stock = defaultStock
	}
	if cfg.Start.IsZero() {
		cfg.Start = clock.New().Now().UTC().Truncate(time.Second)
	}
	journal, err := hold.NewJournal(hold.JournalConfig{})
	if err != nil {
		return nil, err
	}
	from := fakevendor.Time(cfg.Start.UnixNano())
	vendor := fakevendor.Config{Start: from, End: from + fakevendor.Time(life), Seed: cfg.Seed}
	for i, name := range cfg.Dialects {
		d, err := dialect.Load(name)
		if err != nil {
			return nil, err
		}
		limits := cfg.Limits
		if limits == nil {
			limits = d.Limits
		}
		vendor.Applications = append(vendor.Applications, fakevendor.Application{
			Name: d.Name, Dialect: d, PageSize: pageSize, Idempotent: true, Limits: limits,
		})
		vendor.Connections = append(vendor.Connections, fakevendor.Connection{
			Name: d.Name + "-main", Application: i, Auth: fakevendor.OAuth2,
		})
	}
	return standalone.NewWorld(standalone.Config{
		Vendor: vendor, Clock: hold.NewFrozenClock(clock.New(), cfg.Start), Journal: journal,
		Strict: cfg.Strict, FaultHeader: cfg.FaultHeader, Stock: cfg.Stock,
	})
}

// URL is the base URL of a vendor, by the name of its dialect, without a slash at the end.
func (v *Vendors) URL(name string) string { return v.server.URL(name) }

// Client is an HTTP client that reaches the vendors, in memory too.
func (v *Vendors) Client() *http.Client { return v.client }

// World holds all that a tester may do: clock, faults, credentials, limits, journal, save and restore.
func (v *Vendors) World() *standalone.World { return v.world }

// Advance moves the vendors' time on, and lets go of what waits for it.
func (v *Vendors) Advance(d time.Duration) {
	v.t.Helper()
	if err := v.world.Clock().Advance(d); err != nil {
		v.t.Fatalf("vendortest: %v", err)
	}
}

// Fault begins a fault of a whole application now, or one of its credentials; it lasts until its To, or,
// without one, until end.
func (v *Vendors) Fault(f *fakevendor.Fault) (end func()) {
	v.t.Helper()
	whole := *f
	whole.Connection = -1
	switch f.Kind { //nolint:exhaustive // the others are the application's
	case fakevendor.BadCredentials, fakevendor.TokenRefresh, fakevendor.TokenRevoked:
		whole.Connection = f.Application // each vendor has one connection, which has the same index
	}
	number, err := v.world.AddFault(&whole)
	if err != nil {
		v.t.Fatalf("vendortest: %v", err)
	}
	return func() {
		v.t.Helper()
		if err := v.world.EndFault(number); err != nil {
			v.t.Fatalf("vendortest: %v", err)
		}
	}
}
