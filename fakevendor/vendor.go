// Package fakevendor is the vendor: its applications with their faults, limits, credentials, tokens
// and records, as a pure state machine.
//
// The caller tells it the time and asks what a call will answer:
//
//	v, err := fakevendor.New(cfg)
//	v.Respond(now, &request, &response)                      // what the call will answer, and when
//	reading := dialect.Judge(op, response.Shape, &response.Params) // what the caller makes of it
//
// Who renders the answer asks for what quota headers tell as well (Quotas); who plays by hand adds and ends
// faults (AddFault, EndFault), and issues, expires, revokes and rotates credentials, while it runs.
//
// The same Config and the same calls give the same answers on every machine (T-02). The package knows
// nothing of the platform and imports the standard library and the dialects alone.
package fakevendor

import (
	"fmt"
	"math"
	"time"

	"github.com/outagedrill/outagedrill/fakevendor/dialect"
)

// Vendor is every application of one world, with its faults, limits, tokens and records. It is a
// pure state machine: no clock, no goroutine, no input or output. It is not safe for concurrent use.
type Vendor struct {
	cfg    Config
	now    Time // the latest instant told
	apps   []application
	conns  []connection
	faults []faultState       // those of the Config, then those that were added
	stored map[target]*stored // only of applications that are not idempotent
}

// application is the state of one application.
type application struct {
	*Application
	index     int
	calls     uint64 // every call so far
	edges     []edge
	crossed   int   // edges that lie at or before the latest call
	nextEdge  Time  // instant of edges[crossed]; never when there is none
	active    []int // faults in their window and not mended, in order of precedence
	latency   latencySource
	resources []ledger
	limits    []limiter
	draw      uint64            // what the random draws of the call under way are keyed by
	drawn     map[uint64]uint64 // draws so far, by the hash of who calls; nil unless Config.DrawByKey
}

// never is an instant after every other.
const never = Time(math.MaxInt64)

// New makes the vendors of one world, at cfg.Start. The error names the first entry that is wrong.
func New(cfg Config) (*Vendor, error) {
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	v := &Vendor{
		cfg:    cfg,
		now:    cfg.Start,
		apps:   make([]application, len(cfg.Applications)),
		conns:  make([]connection, len(cfg.Connections)),
		faults: make([]faultState, 0, len(cfg.Faults)),
		stored: make(map[target]*stored),
	}
	for i := range v.apps {
		v.openApplication(i)
	}
	for i := range v.conns {
		v.conns[i] = openConnection(&cfg.Connections[i])
		v.conns[i].expiresAt = cfg.Start.plus(v.lifetime(v.conns[i].Application))
	}
	v.openFaults()
	return v, nil
}

func (v *Vendor) openApplication(i int) {
	cfg := &v.cfg.Applications[i]
	a := &v.apps[i]
	*a = application{Application: cfg, index: i, nextEdge: never}
	a.latency = newLatencySource(cfg.Latency, v.cfg.Seed, cfg.Name)
	for _, r := range cfg.Resources {
		a.resources = append(a.resources, newLedger(r.Rates))
	}
	for l := range cfg.Limits {
		a.limits = append(a.limits,
			newLimiter(&cfg.Limits[l], v.cfg.Start, len(v.cfg.Connections), len(cfg.Resources)))
	}
	if v.cfg.DrawByKey {
		a.drawn = make(map[uint64]uint64)
	}
}

// lifetime is how long an access token of the application is good for.
func (v *Vendor) lifetime(app int) time.Duration {
	a := &v.cfg.Applications[app]
	if a.TokenLifetime > 0 {
		return a.TokenLifetime
	}
	return a.Dialect.TokenLifetime
}

// tell moves the vendor's time on. Going back breaks an invariant of every state machine in here.
func (v *Vendor) tell(now Time) {
	if now < v.now {
		v.panicBack(now)
	}
	v.now = now
}

func (v *Vendor) panicBack(now Time) {
	panic(fmt.Sprintf("fakevendor: time goes back from %s to %s", v.now.Std(), now.Std()))
}

// Respond fills resp with what a call sent at now will answer (C-04). The instants of successive
// calls never go back: it panics if they do.
func (v *Vendor) Respond(now Time, req *Request, resp *Response) {
	c := &v.conns[req.Connection]
	a := &v.apps[c.Application]
	v.enter(a, now)
	a.calls++
	if a.draw = a.calls; a.drawn != nil {
		a.draw = a.drawByKey(req)
	}
	*resp = Response{Params: dialect.Params{Quotas: resp.Params.Quotas[:0]}}
	resp.Fault, resp.Slowed, resp.Mended, resp.Why.Limit = -1, -1, -1, -1
	resp.Latency = a.latency.draw(a.draw)
	resp.Params.Last, resp.Params.Now, resp.Params.Connection = -1, int64(now), c.Name
	if req.Resource >= 0 {
		resp.Params.Resource = a.Resources[req.Resource].Name
	}
	if len(a.active) != 0 {
		v.slow(a, req, resp)
	}
	if len(a.limits) != 0 {
		a.meet(now, req)
	}
	name := v.answer(a, c, req, resp)
	if name == dialect.ShapeNoAnswer {
		resp.Latency = Never
	}
	if resp.Shape = a.Dialect.Shape(name); resp.Why.Rule == ByLimit {
		resp.Shape = a.refusal(resp)
	}
	v.settle(a, c, req, resp)
}

// settle lets a call have its effects.
func (v *Vendor) settle(a *application, c *connection, req *Request, resp *Response) {
	if req.Token != "" {
		c.presented = req.Token
	}
	if len(a.limits) != 0 {
		a.note(v.now, req, resp)
	}
	switch req.Op {
	case dialect.RefreshToken:
		v.settleToken(a, c, req, resp)
	case dialect.ReadPage, dialect.TestConnection:
	case dialect.WriteRecords:
		if resp.Landed = v.lands(req, resp); !a.Idempotent {
			v.settleWrite(c, req, resp)
		}
	}
}

// answer names the shape of the answer and fills in its Params.
func (v *Vendor) answer(a *application, c *connection, req *Request, resp *Response) dialect.ShapeName {
	if req.Op == dialect.RefreshToken {
		return v.answerToken(a, c, req, resp)
	}
	if req.Page {
		if i := v.first(a, req, rankRefused, rankServerError); i >= 0 {
			return v.struck(i, resp)
		}
		return dialect.ShapeTested
	}
	if name, hit := v.obstacle(a, c, req, resp); hit {
		return name
	}
	if len(a.limits) != 0 && a.overLimit(v.now, req, resp) {
		return dialect.ShapeRateLimited
	}
	switch req.Op {
	case dialect.ReadPage:
		v.fillPage(a, v.now, req, &resp.Params)
		return dialect.ShapePage
	case dialect.WriteRecords:
		resp.Params.First, resp.Params.Last = req.First, req.Last
		return dialect.ShapeWritten
	case dialect.TestConnection, dialect.RefreshToken:
	}
	return dialect.ShapeTested
}

// fillPage fills in the records after the cursor that exist at an instant and have not expired, up to a page.
func (v *Vendor) fillPage(a *application, at Time, req *Request, p *dialect.Params) {
	l := &a.resources[req.Resource]
	exist := l.count(v.sinceStart(at))
	first := req.After + 1
	if a.Retention > 0 {
		first = max(first, v.expired(a, l, at)+1)
	}
	last := min(exist, first+a.PageSize-1)
	if last < first {
		return
	}
	p.First, p.Last, p.More = first, last, last < exist
}

// hangsUp tells whether the caller is gone before the answer comes. A Patience of 0 has no end.
func (r *Request) hangsUp(latency time.Duration) bool {
	return latency == Never || (r.Patience > 0 && latency > r.Patience)
}

// plus adds a duration, stopping at the end of time.
func (t Time) plus(d time.Duration) Time {
	if d > 0 && t > never-Time(d) {
		return never
	}
	return t + Time(d)
}

// since is the time from an instant to a later one.
func (t Time) since(earlier Time) time.Duration { return time.Duration(t - earlier) }

// secondsUp rounds a duration up to whole seconds, as Retry-After has it.
func secondsUp(d time.Duration) time.Duration {
	if rest := d % time.Second; rest > 0 {
		return d - rest + time.Second
	}
	return d
}
