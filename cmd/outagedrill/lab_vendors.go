package main

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/engine/live"
	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/server"
	"github.com/outagedrill/outagedrill/fakevendor/wire"
)

// labVendors are the vendors of a lab in its own process. Their state is kept before an answer leaves, so
// that they are as durable as the platform; where it cannot be kept, no answer leaves.
type labVendors struct {
	server  *server.Server
	machine *fakevendor.Vendor
	store   *live.Store
	now     func() time.Time

	mu   sync.Mutex // held around every use of the machine
	kept string     // the state in the store
	fail atomic.Pointer[context.CancelCauseFunc]
}

// Lock begins a use of the machine.
func (v *labVendors) Lock() { v.mu.Lock() }

// Unlock ends a use of the machine by a request; the answer has not left yet. Where the state cannot be kept
// it stops the lab and aborts the request, by panicking with http.ErrAbortHandler.
func (v *labVendors) Unlock() {
	defer v.mu.Unlock()
	state, err := v.machine.State()
	if err == nil && string(state) == v.kept {
		return
	}
	if err == nil {
		err = v.store.SaveVendor(engine.Time(v.now().UnixNano()), state)
	}
	if err != nil {
		if stop := v.fail.Load(); stop != nil {
			(*stop)(err)
		}
		panic(http.ErrAbortHandler)
	}
	v.kept = string(state)
}

// onFailure sets what is called when a state cannot be kept.
func (v *labVendors) onFailure(stop context.CancelCauseFunc) { v.fail.Store(&stop) }

// openVendors starts the vendors, as the store has them if it does.
func (l *laboratory) openVendors(cfg fakevendor.Config, patience time.Duration) (*labVendors, error) {
	v := &labVendors{store: l.store, now: l.now}
	state, err := l.store.Vendor()
	if err != nil {
		return nil, internalf("%w", err)
	}
	if state == nil {
		v.machine, err = fakevendor.New(cfg)
	} else if v.machine, err = fakevendor.Restore(cfg, state); err != nil {
		return nil, usagef("--db %s: %w (want the timeline with which it was begun, or another file)",
			l.flags.db, err)
	}
	if err != nil {
		return nil, internalf("%w", err)
	}
	v.server, err = server.Start(server.Config{
		Addr: l.flags.vendorsListen, Tell: l.flags.clock == "manual", Clock: l.clock, Real: l.time.Real,
		Log: l.log,
	}, &wire.Vendor{
		Machine: func() *fakevendor.Vendor { return v.machine }, Now: l.now, Connections: cfg.Connections,
		Apps: cfg.Applications, Faults: cfg.Faults, Patience: patience, Lock: v,
	})
	if err != nil {
		return nil, listenError("--vendors-listen", l.flags.vendorsListen, err)
	}
	return v, nil
}

// vendorURL is a path at the vendors.
func (l *laboratory) vendorURL(path string) string {
	if l.vendors != nil {
		return "http://" + l.vendors.server.Addr() + path
	}
	return strings.TrimSuffix(l.flags.vendors, "/") + path
}

// statusPage is where an application's status page is.
func (l *laboratory) statusPage(i int, name string) string {
	if l.vendors != nil {
		return l.vendors.server.StatusPageURL(i)
	}
	return l.vendorURL("/status/" + url.PathEscape(name) + "/")
}
