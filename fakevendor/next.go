package fakevendor

import "github.com/outagedrill/outagedrill/fakevendor/dialect"

// Event is something that happens by itself.
type Event struct {
	At   Time
	Kind EventKind
	// Of is the fault that begins, ends or turns, or the connection whose access token expires, or the limit
	// of the Application of which a window ends.
	Of          int
	Application int
}

// EventKind is what happens by itself.
type EventKind uint8

// The kinds of events. Where several come at one instant the first of them is told.
const (
	FaultBegins EventKind = iota
	FaultEnds
	FaultTurns   // a flapping fault goes up or down
	TokenExpires // the access token of a connection's latest grant
	WindowEnds   // a limit's window ends, its last call leaves it, or its bucket is full
)

// Next gives the first event after now. It is false when nothing comes by itself any more. Calls in flight
// are no events.
func (v *Vendor) Next(now Time) (Event, bool) {
	next := Event{At: never}
	soonest := func(e Event) {
		if e.At > now && (e.At < next.At || e.At == next.At && e.Kind < next.Kind) {
			next = e
		}
	}
	for i := range v.faults {
		f := &v.faults[i]
		if f.mended || f.From >= f.To {
			continue
		}
		soonest(Event{f.From, FaultBegins, i, f.Application})
		soonest(Event{f.To, FaultEnds, i, f.Application})
		if f.Kind == Flapping && now >= f.From && now < f.To {
			soonest(Event{f.turn(now), FaultTurns, i, f.Application})
		}
	}
	for i := range v.conns {
		if c := &v.conns[i]; c.Auth == OAuth2 {
			soonest(Event{c.expiresAt, TokenExpires, i, c.Application})
		}
	}
	for app := range v.apps {
		for i := range v.apps[app].limits {
			l := &v.apps[app].limits[i]
			l.each(func(_ party, c *counter) { soonest(Event{c.rests(l.Limit, now), WindowEnds, i, app}) })
		}
	}
	return next, next.At != never
}

// turn gives the next instant at which a flapping fault goes up or down.
func (f *faultState) turn(now Time) Time {
	within := now.since(f.From) % (f.Down + f.Up)
	if within < f.Down {
		return now.plus(f.Down - within)
	}
	return now.plus(f.Down + f.Up - within)
}

// Counter is how far a limit is used up for one of those that it counts by.
type Counter struct {
	Application, Limit   int    // indexes
	Connection, Resource int    // -1: any
	Token, Endpoint      string // "": any
	Object, Address      string // "": any
	Quota                dialect.Quota
}

// Counters calls f for each counter that is not at rest, in an order that is always the same.
func (v *Vendor) Counters(now Time, f func(Counter)) {
	for app := range v.apps {
		for i := range v.apps[app].limits {
			l := &v.apps[app].limits[i]
			l.each(func(p party, c *counter) {
				if c.atRest(l.Limit, now) {
					return
				}
				f(Counter{
					Application: app, Limit: i, Connection: p.Connection, Resource: p.Resource,
					Token: p.Token, Endpoint: p.Endpoint, Object: p.Object, Address: p.Address,
					Quota: l.quota(c, now),
				})
			})
		}
	}
}

// each calls f for each counter of the limit.
func (l *limiter) each(f func(party, *counter)) {
	for i := range l.counters {
		p := party{Connection: -1, Resource: -1}
		rest := i
		if l.By&dialect.ByResource != 0 {
			p.Resource, rest = i%(l.resources+1)-1, i/(l.resources+1)
		}
		if l.By&dialect.ByConnection != 0 {
			p.Connection = rest
		}
		f(p, &l.counters[i])
	}
	for _, key := range l.parties() {
		f(key, l.named[key])
	}
}

// quota gives what is used up of the limit for one of its keys.
func (l *limiter) quota(c *counter, now Time) dialect.Quota {
	return dialect.Quota{
		Limit: l.Limit, Used: c.used(l.Limit, now), Reset: int64(c.reset(l.Limit, now, l.windowEnd(now))),
	}
}
