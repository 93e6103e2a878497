package fakevendor

import (
	"strconv"
	"strings"

	"github.com/outagedrill/outagedrill/fakevendor/dialect"
)

// CounterOf is one counter of a limit that is not at rest.
type CounterOf struct {
	Application int
	Limit       *dialect.Limit
	Key         string // whom it counts for, in words; "" for everybody
	Used        int64
	Reset       Time // when it is at rest again, or a place is free
}

// Counters gives all counters that are not at rest at now, which never goes back, in an order that is always
// the same.
func (v *Vendor) Counters(now Time) []CounterOf {
	v.tell(now)
	var all []CounterOf
	for app := range v.apps {
		a := &v.apps[app]
		for i := range a.limits {
			l := &a.limits[i]
			tell := func(key string, c *counter) {
				if !c.atRest(l.Limit, now) {
					all = append(all, CounterOf{app, l.Limit, key, c.used(l.Limit, now), c.reset(l.Limit, now, now)})
				}
			}
			for k := range l.counters {
				tell(v.keyOf(l, k), &l.counters[k])
			}
			for _, key := range l.parties() {
				tell(v.words(app, key), l.named[key])
			}
		}
	}
	return all
}

// keyOf names a counter by its place.
func (v *Vendor) keyOf(l *limiter, place int) string {
	key := party{Connection: -1, Resource: -1}
	app := 0
	if l.By&dialect.ByResource != 0 {
		key.Resource = place%(l.resources+1) - 1
		place /= l.resources + 1
	}
	if l.By&dialect.ByConnection != 0 {
		key.Connection = place
		app = v.conns[place].Application
	}
	return v.words(app, key)
}

// words names whom a counter counts for.
func (v *Vendor) words(app int, key party) string {
	var parts []string
	add := func(what, name string) {
		if name != "" {
			parts = append(parts, what+" "+name)
		}
	}
	if key.Connection >= 0 {
		add("connection", v.conns[key.Connection].Name)
	}
	if key.Resource >= 0 {
		name := strconv.Itoa(key.Resource)
		if r := v.apps[app].Resources; key.Resource < len(r) {
			name = r[key.Resource].Name
		}
		add("resource", name)
	}
	add("token", key.Token)
	add("endpoint", key.Endpoint)
	add("object", key.Object)
	add("address", key.Address)
	return strings.Join(parts, ", ")
}

// Authorize gives a connection a grant beside those that there are, at now, which never goes back, without a
// call: as a human's consent does. It is zero without OAuth 2.0.
func (v *Vendor) Authorize(now Time, conn int) Grant {
	v.tell(now)
	c := &v.conns[conn]
	if c.Auth != OAuth2 {
		return Grant{}
	}
	v.renew(&v.apps[c.Application], c, &Request{Connection: conn, Grant: CodeGrant}, int64(now))
	return v.Grant(conn)
}
