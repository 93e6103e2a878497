package standalone

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/dialect"
	"github.com/outagedrill/outagedrill/fakevendor/hold"
	"github.com/outagedrill/outagedrill/fakevendor/wire"
)

// Config is what a World is made of.
type Config struct {
	Vendor  fakevendor.Config
	Clock   *hold.Clock // nil: one of its own, which begins at Vendor.Start and runs as real time does
	Journal *hold.Journal
	// Strict refuses credentials that no configuration names: without it any key or password is good.
	Strict bool
	// Keys are the static credentials that Strict accepts, by connection.
	Keys map[string][]string
	// Clients are the OAuth 2.0 clients that are known, by application: their secrets by their ids, "" for a
	// public client. An application without any takes every client.
	Clients map[string]map[string]string
	// FaultHeader lets a call ask for a fault of its own, by admin.FaultHeader.
	FaultHeader bool
	// Stock is how many objects each list holds from the start on; lists of resources that have rates hold
	// what the rates make, and the stock before it. Lists that no resource stands for always have a stock.
	Stock int
}

// World is the vendors of one process. It is safe for concurrent use.
type World struct {
	cfg     Config
	clock   *hold.Clock
	journal *hold.Journal
	apps    []app
	status  wire.Vendor // for the status pages

	mu      sync.Mutex
	machine *fakevendor.Vendor
	bytes   int             // of the objects that clients created or changed
	cached  int             // bytes of answers that plans keep
	seen    int             // bytes of credentials that apps remember
	now     fakevendor.Time // the latest instant told
	grants  grants
	judged  map[heldKey]string  // states of credentials
	keys    map[string][]string // static credentials, by connection
	news    chan struct{}       // closed at the next deed of the tester's
	server  atomic.Pointer[Server]
	second  int64    // of the Unix epoch, of dated
	dated   []string // that second as a Date header has it
}

// app is one application with what its API looks like.
type app struct {
	*fakevendor.Application
	clients     map[string]string // secrets of OAuth 2.0 clients by their ids; none: any is good
	index       int
	api         *dialect.API
	routes      router
	connections []int
	resources   map[string]int // by normal name
	lists       map[string]*list
	changed     int    // objects that clients created, changed or deleted, and the lists of these
	changes     uint64 // how often they did
	plans       map[string]*plan
	done        done                  // writes that carried keys
	seen        map[string]credential // what was made of credentials, see identify
}

// undeclaredStock is how many objects a list holds that no resource stands for.
const undeclaredStock = 25

// NewWorld makes the vendors at the start of their time.
func NewWorld(cfg Config) (*World, error) {
	cfg.Vendor.DrawByKey = true // clients that call at once are served in no order of ours
	machine, err := fakevendor.New(cfg.Vendor)
	if err != nil {
		return nil, err
	}
	if cfg.Clock == nil || cfg.Journal == nil {
		return nil, errors.New("a world wants a clock and a journal")
	}
	w := &World{
		cfg: cfg, clock: cfg.Clock, journal: cfg.Journal, news: make(chan struct{}),
	}
	w.status = wire.Vendor{
		Machine: func() *fakevendor.Vendor { return w.machine }, Now: w.clock.Now,
		Connections: cfg.Vendor.Connections, Apps: cfg.Vendor.Applications, Faults: cfg.Vendor.Faults,
		Lock: &w.mu,
	}
	for i := range cfg.Vendor.Applications {
		a, err := w.open(i)
		if err != nil {
			return nil, err
		}
		w.apps = append(w.apps, a)
	}
	w.shareMemory()
	w.begin(machine, cfg.Vendor.Start)
	return w, nil
}

// shareMemory gives each application that honours idempotency keys its part of what may be kept of writes.
func (w *World) shareMemory() {
	keys := 0
	for i := range w.apps {
		if w.apps[i].api.Idempotency != nil {
			keys++
		}
	}
	for i := range w.apps {
		w.apps[i].done.most = mostDoneBytes / max(keys, 1)
	}
}

func (w *World) open(i int) (app, error) {
	cfg := &w.cfg.Vendor.Applications[i]
	a := app{
		Application: cfg, clients: w.cfg.Clients[cfg.Name], index: i, api: &cfg.Dialect.API,
		resources: map[string]int{},
	}
	a.routes = newRouter(a.api)
	for c := range w.cfg.Vendor.Connections {
		if w.cfg.Vendor.Connections[c].Application == i {
			a.connections = append(a.connections, c)
		}
	}
	if a.connections == nil {
		const want = "want one at least, whose credentials its callers have"
		return a, fmt.Errorf("application %q has no connection (%s)", a.Name, want)
	}
	for r := range cfg.Resources {
		a.resources[normal(cfg.Resources[r].Name)] = r
	}
	return a, nil
}

// normal is a resource's name without case and number, so that Contact, contact and contacts are one.
func normal(name string) string {
	name = strings.ToLower(name)
	if len(name) > 3 && strings.HasSuffix(name, "ies") {
		return name[:len(name)-3] + "y"
	}
	return strings.TrimSuffix(name, "s")
}

// Clock is the vendors' time.
func (w *World) Clock() *hold.Clock { return w.clock }

// Journal is what happened.
func (w *World) Journal() *hold.Journal { return w.journal }

// Config is what the vendors were made of.
func (w *World) Config() *fakevendor.Config { return &w.cfg.Vendor }

// tell gives the time under the lock; it never goes back.
func (w *World) tell() fakevendor.Time {
	w.now = max(w.now, fakevendor.Time(w.clock.Now().UnixNano()))
	return w.now
}

// date is the Date header of an instant. Under the lock.
func (w *World) date(now fakevendor.Time) []string {
	second := int64(now) / int64(time.Second)
	if w.dated == nil || second != w.second {
		w.second, w.dated = second, []string{now.Std().Format(http.TimeFormat)}
	}
	return w.dated
}

// find gives the application of a name; -1 for none.
func (w *World) find(name string) int {
	for i := range w.apps {
		if w.apps[i].Name == name {
			return i
		}
	}
	return -1
}

// hosted gives the application that answers at a host name: one of its dialect's, or one whose first label
// is the application's name; -1 for none.
func (w *World) hosted(host string) int {
	host, _, _ = strings.Cut(strings.ToLower(host), ":")
	for i := range w.apps {
		if slices.Contains(w.apps[i].api.Hosts, host) {
			return i
		}
	}
	label, _, dotted := strings.Cut(host, ".")
	if !dotted {
		return -1
	}
	return w.find(label)
}

// patience is how long callers are taken to wait for an answer that never comes, in the vendor's time; it
// frees a place of a limit on calls at once.
const patience = 2 * time.Minute
