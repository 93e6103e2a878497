package fakevendor

import (
	"math"
	"math/bits"
	"slices"
	"time"

	"github.com/outagedrill/outagedrill/fakevendor/dialect"
)

// Promise is how calls are answered in calm time: well.
type Promise struct {
	Until   Time          // each one that is sent before,
	Latency time.Duration // exactly so long after it is sent
	Counted bool          // if it is the next call that the application gets: a fault draws by their number
}

// Calm promises how calls of a connection are answered that read or write records of some resources, or
// refresh its token, each from now on, if it presents a token that is good then (Grant). It is false where
// that cannot be told beforehand: while a fault lasts that may strike one of them, with a configured limit,
// with random latency, with credentials that are not good.
func (v *Vendor) Calm(now Time, conn int, resources ...int) (Promise, bool) {
	c := &v.conns[conn]
	a := &v.apps[c.Application]
	v.enter(a, now)
	if len(a.limits) > 0 || a.drawn != nil || a.latency.spread != 0 || !c.sound {
		return Promise{}, false
	}
	p := Promise{Until: a.nextEdge, Latency: a.latency.median}
	for _, i := range a.active {
		f := &v.faults[i]
		if f.mayStrike(conn, resources) {
			return Promise{}, false
		}
		p.Counted = p.Counted || f.Kind == Flaky
	}
	return p, true
}

// mayStrike tells whether a fault may answer a call of a connection that is about one of these resources.
func (f *faultState) mayStrike(conn int, resources []int) bool {
	if f.Connection >= 0 && f.Connection != conn {
		return false
	}
	return f.reach == nil || f.narrow ||
		slices.ContainsFunc(resources, func(r int) bool { return f.reach[r] })
}

// Untroubled tells whether no fault of any application lasts at an instant.
func (v *Vendor) Untroubled(now Time) bool {
	for i := range v.apps {
		if v.enter(&v.apps[i], now); len(v.apps[i].active) > 0 {
			return false
		}
	}
	return true
}

// enter moves an application on to an instant.
func (v *Vendor) enter(a *application, now Time) {
	v.tell(now)
	if now >= a.nextEdge {
		v.cross(a, now)
	}
}

// Promised fills resp with what a call sent at an instant of calm time is answered. A refresh presents
// the tokens that it replaces, and is answered with the next ones.
func (v *Vendor) Promised(at Time, req *Request, resp *Response) {
	c := &v.conns[req.Connection]
	a := &v.apps[c.Application]
	name := dialect.ShapeTested
	*resp = Response{
		Params: dialect.Params{Quotas: resp.Params.Quotas[:0]}, Latency: a.latency.median,
		Fault: -1, Slowed: -1, Mended: -1, Why: Why{Limit: -1}, Landed: req.Op == dialect.WriteRecords,
	}
	resp.Params.Last, resp.Params.Now, resp.Params.Connection = -1, int64(at), c.Name
	if req.Resource >= 0 {
		resp.Params.Resource = a.Resources[req.Resource].Name
	}
	switch req.Op {
	case dialect.ReadPage:
		name = dialect.ShapePage
		v.fillPage(a, at, req, &resp.Params)
	case dialect.WriteRecords:
		name = dialect.ShapeWritten
		resp.Params.First, resp.Params.Last = req.First, req.Last
	case dialect.RefreshToken:
		name = dialect.ShapeToken
		v.fillToken(a, req, req.Access, req.Refresh, &resp.Params)
	case dialect.TestConnection:
	}
	resp.Shape = a.Dialect.Shape(name)
}

// Reads fills resp with what page reads of a resource come to in calm time, as one page. The first is
// sent at an instant and reads after req's cursor; each other one is sent within a gap of the one before
// and reads on; last is when the last one is sent. It is false unless each of them gets in one page all
// that exists then, and nothing expires unread.
func (v *Vendor) Reads(first, last Time, gap time.Duration, req *Request, resp *Response) bool {
	a := &v.apps[v.conns[req.Connection].Application]
	l := &a.resources[req.Resource]
	switch {
	case l.count(v.sinceStart(first))-req.After > a.PageSize, l.most(gap) > a.PageSize:
		return false
	case a.Retention > 0 && (a.Retention < gap || v.expired(a, l, first) > req.After):
		return false
	}
	v.Promised(first, req, resp)
	resp.Params.First, resp.Params.Last, resp.Params.More = 0, -1, false
	if n := l.count(v.sinceStart(last)); n > req.After {
		resp.Params.First, resp.Params.Last = req.After+1, n
	}
	return true
}

// Pass counts n calls of a connection whose answers were promised, and which are not made one by one.
func (v *Vendor) Pass(conn int, n int64) { v.apps[v.conns[conn].Application].calls += uint64(n) }

// PassRefreshes puts the tokens in force to which n of these calls came, of which the last was sent at an
// instant.
func (v *Vendor) PassRefreshes(conn int, n int64, last Time) {
	c := &v.conns[conn]
	req := Request{Op: dialect.RefreshToken, Connection: conn}
	for range n {
		req.Refresh = c.refresh
		v.renew(&v.apps[c.Application], c, &req, int64(last))
	}
}

// Most is the largest number of records of a resource that can come into being within d.
func (v *Vendor) Most(app, res int, d time.Duration) int64 { return v.apps[app].resources[res].most(d) }

// Steady gives the time around an instant in which a resource has one rate: since its first instant,
// until that of the next one.
func (v *Vendor) Steady(app, res int, at Time) (since, until Time) {
	until = never
	for _, s := range slices.Backward(v.apps[app].resources[res].segments) {
		if since = v.cfg.Start.plus(s.from); since <= at {
			return since, until
		}
		until = since
	}
	return v.cfg.Start, until
}

// Whole tells whether a whole number of records comes into being in any time of length d in which a
// resource keeps the rate that it has at an instant.
func (v *Vendor) Whole(app, res int, at Time, d time.Duration) bool {
	for _, s := range slices.Backward(v.apps[app].resources[res].segments) {
		if v.cfg.Start.plus(s.from) > at {
			continue
		}
		if s.big != nil {
			return false
		}
		high, low := bits.Mul64(s.step, uint64(d))
		return bits.Rem64(high, low, s.unit) == 0
	}
	return true
}

// most is the largest number of records that can come into being within d.
func (l *ledger) most(d time.Duration) int64 {
	high, low := bits.Mul64(uint64(l.highest.N), uint64(d))
	if high >= uint64(l.highest.Per) {
		return math.MaxInt64
	}
	n, rest := bits.Div64(high, low, uint64(l.highest.Per))
	if n >= math.MaxInt64 {
		return math.MaxInt64
	}
	if rest > 0 {
		n++
	}
	return int64(n)
}

// above tells whether a rate is higher than another.
func (r Rate) above(s Rate) bool {
	high, low := bits.Mul64(uint64(r.N), uint64(s.Per))
	sHigh, sLow := bits.Mul64(uint64(s.N), uint64(r.Per))
	return high > sHigh || high == sHigh && low > sLow
}
