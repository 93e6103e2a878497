package fakevendor

import (
	"math"
	"math/bits"
	"time"

	"github.com/outagedrill/outagedrill/fakevendor/dialect"
)

// Calm promises how page reads of a connection that present an access token (0 without OAuth 2.0) are
// answered: each one sent from now on and before until is answered well, exactly latency later. It is false
// where that cannot be told beforehand: while a fault of the application lasts, with a configured limit, with
// random latency, with credentials or a token that are not good.
func (v *Vendor) Calm(now Time, conn int, access uint32) (until Time, latency time.Duration, ok bool) {
	v.tell(now)
	c := &v.conns[conn]
	a := &v.apps[c.Application]
	if now >= a.nextEdge {
		v.cross(a, now)
	}
	if len(a.active) > 0 || len(a.limits) > 0 || a.latency.spread != 0 || c.wrong ||
		!c.tokenGood(access, now) {
		return 0, 0, false
	}
	until = a.nextEdge
	if c.Auth == OAuth2 {
		until = min(until, c.expiresAt)
	}
	return until, a.latency.median, true
}

// Reads fills resp with what n page reads of a resource come to in calm time, as one page. The first is sent
// at an instant and reads after req's cursor; each other one is sent every later and reads on. It is false
// unless each of them gets in one page all that exists then, and nothing expires unread.
func (v *Vendor) Reads(first Time, every time.Duration, n int64, req *Request, resp *Response) bool {
	c := &v.conns[req.Connection]
	a := &v.apps[c.Application]
	l := &a.resources[req.Resource]
	switch {
	case l.count(v.sinceStart(first))-req.After > a.PageSize, l.most(every) > a.PageSize:
		return false
	case a.Retention > 0 && (a.Retention < every || v.expired(a, l, first) > req.After):
		return false
	}
	last := l.count(v.sinceStart(first.plus(time.Duration(n-1) * every)))
	*resp = Response{Shape: a.Dialect.Shape(dialect.ShapePage), Fault: -1, Slowed: -1, Mended: -1, Why: Why{Limit: -1}}
	resp.Params.Last, resp.Params.Now, resp.Params.Connection = -1, int64(first), c.Name
	resp.Params.Resource = a.Resources[req.Resource].Name
	if last > req.After {
		resp.Params.First, resp.Params.Last = req.After+1, last
	}
	return true
}

// Pass counts n calls of a connection whose answers were promised by Calm, and which are not made one by one.
func (v *Vendor) Pass(conn int, n int64) { v.apps[v.conns[conn].Application].calls += uint64(n) }

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
