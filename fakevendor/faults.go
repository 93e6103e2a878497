package fakevendor

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"github.com/outagedrill/outagedrill/fakevendor/dialect"
)

// rank orders the faults: where they overlap the lowest answers (timeline.md).
type rank uint8

const (
	rankRefused rank = iota
	rankDNS
	rankTLS
	rankReset
	rankTimeout
	rankTruncated
	rankGarbage
	rankHTML200
	rankEmpty
	rankServerError // 5xx, flaky, flapping, maintenance
	rankBadCredentials
	rankToken
	rankRateLimited
	rankRejected
	rankSlow // answers nothing: it sets the latency
)

// faultState is a fault with what it does worked out, and what has become of it.
type faultState struct {
	*Fault
	rank   rank
	shape  dialect.ShapeName
	stream stream // of a flaky fault
	reach  []bool // by resource; nil: everything
	narrow bool   // it is of some endpoints, or of the token endpoint, alone

	mended  bool   // ended by a re-authorization, a refresh or an operator
	ended   Time   // when it was mended
	revoked uint32 // token_revoked: the generation that stopped being good
}

// edge is an instant at which a fault's window opens or closes.
type edge struct {
	at     Time
	fault  int
	closes bool
}

func (v *Vendor) openFaults() {
	for i := range v.cfg.Faults {
		v.openFault(&v.cfg.Faults[i])
	}
	for i := range v.apps {
		a := &v.apps[i]
		slices.SortStableFunc(a.edges, compareEdges)
		a.awaitEdge()
	}
}

// openFault makes a fault ready; its edges are not in order yet.
func (v *Vendor) openFault(cfg *Fault) {
	i := len(v.faults)
	f := faultState{Fault: cfg}
	f.rank, f.shape = f.role()
	a := &v.apps[f.Application]
	if f.Kind == Flaky {
		name := "flaky:" + a.Name + ":" + f.From.Std().Format(time.RFC3339Nano)
		if v.cfg.DrawByKey || i >= len(v.cfg.Faults) { // added: whenever that was, the same is drawn
			name = "flaky:" + a.Name + ":#" + strconv.Itoa(i)
		}
		f.stream = newStream(v.cfg.Seed, name)
	}
	if f.Resources != nil {
		f.reach = make([]bool, len(a.Resources))
		for _, r := range f.Resources {
			f.reach[r] = true
		}
	}
	f.narrow = f.Endpoints != nil || f.OfTokens
	v.faults = append(v.faults, f)
	if f.From < f.To {
		a.edges = append(a.edges, edge{f.From, i, false}, edge{f.To, i, true})
	}
}

// compareEdges sorts by instant; windows that end go before windows that begin (T-03).
func compareEdges(x, y edge) int {
	if c := cmp.Compare(x.at, y.at); c != 0 || x.closes == y.closes {
		return c
	}
	if x.closes {
		return -1
	}
	return 1
}

// role gives a fault's rank and the shape that it answers with.
func (f *Fault) role() (rank, dialect.ShapeName) {
	switch f.Kind {
	case Down:
		return f.downRole()
	case Flapping, Flaky:
		return rankServerError, dialect.ShapeDown503
	case Maintenance:
		return rankServerError, dialect.ShapeMaintenance
	case BadCredentials:
		return rankBadCredentials, dialect.ShapeBadCredentials
	case TokenRevoked:
		return rankToken, dialect.ShapeExpiredToken
	case TokenRefresh:
		if f.How == HowDead {
			return rankToken, dialect.ShapeDeadRefresh
		}
		return rankToken, dialect.ShapeTransientRefresh
	case RateLimited:
		return rankRateLimited, dialect.ShapeRateLimited
	case Rejected:
		return rankRejected, dialect.ShapeRejected
	case Slow:
	}
	return rankSlow, 0
}

func (f *Fault) downRole() (rank, dialect.ShapeName) {
	switch f.How {
	case HowRefused:
		return rankRefused, dialect.ShapeRefused
	case HowDNS:
		return rankDNS, dialect.ShapeDNS
	case HowTLS:
		return rankTLS, dialect.ShapeTLS
	case HowReset:
		return rankReset, dialect.ShapeReset
	case HowTimeout:
		return rankTimeout, dialect.ShapeNoAnswer
	case HowTruncated:
		return rankTruncated, dialect.ShapeTruncated
	case HowGarbage:
		return rankGarbage, dialect.ShapeGarbage
	case HowHTML200:
		return rankHTML200, dialect.ShapeHTML200
	case HowEmpty:
		return rankEmpty, dialect.ShapeEmpty
	case HowResetBody:
		return rankTruncated, dialect.ShapeTruncated
	case HTTPStatus, HowDead, HowTransient, HowBody:
	}
	switch f.Status {
	case 500:
		return rankServerError, dialect.ShapeDown500
	case 502:
		return rankServerError, dialect.ShapeDown502
	case 504:
		return rankServerError, dialect.ShapeDown504
	}
	return rankServerError, dialect.ShapeDown503
}

// cross takes every edge up to now into account.
func (v *Vendor) cross(a *application, now Time) {
	for a.crossed < len(a.edges) && a.edges[a.crossed].at <= now {
		e := a.edges[a.crossed]
		a.crossed++
		f := &v.faults[e.fault]
		if e.closes {
			v.deactivate(a, e.fault)
			continue
		}
		if f.mended { // before it began
			continue
		}
		if f.Kind == TokenRevoked {
			f.revoked = v.conns[f.Connection].access
		}
		v.activate(a, e.fault)
	}
	a.awaitEdge()
}

func (a *application) awaitEdge() {
	a.nextEdge = never
	if a.crossed < len(a.edges) {
		a.nextEdge = a.edges[a.crossed].at
	}
}

func (v *Vendor) activate(a *application, fault int) {
	i, _ := slices.BinarySearchFunc(a.active, fault, v.precedence)
	a.active = slices.Insert(a.active, i, fault)
}

func (v *Vendor) deactivate(a *application, fault int) {
	if i := slices.Index(a.active, fault); i >= 0 {
		a.active = slices.Delete(a.active, i, i+1)
	}
}

// precedence orders faults by rank, then the later to begin, then the later in the slice.
func (v *Vendor) precedence(x, y int) int {
	f, g := &v.faults[x], &v.faults[y]
	return cmp.Or(cmp.Compare(f.rank, g.rank), cmp.Compare(g.From, f.From), cmp.Compare(y, x))
}

// mend ends a fault before its window does.
func (v *Vendor) mend(a *application, fault int) {
	v.faults[fault].mended, v.faults[fault].ended = true, v.now
	v.deactivate(a, fault)
}

// Ended tells whether a fault is over at the latest instant that the vendor was told: its window has
// passed, or it was mended.
func (v *Vendor) Ended(fault int) bool {
	f := &v.faults[fault]
	return f.mended || v.now >= f.To
}

// strikes tells whether an active fault answers this call, whose draws are keyed by n.
func (f *faultState) strikes(req *Request, now Time, n uint64) bool {
	if f.Connection >= 0 && (f.Connection != req.Connection || req.Page) {
		return false
	}
	if f.reach != nil && !f.reaches(req) || f.narrow && !f.aims(req) {
		return false
	}
	switch f.Kind {
	case Flapping:
		return time.Duration(now-f.From)%(f.Down+f.Up) < f.Down
	case Flaky:
		return f.stream.unit(n) < f.Rate
	case TokenRevoked:
		return req.Op != dialect.RefreshToken && req.Access == f.revoked
	case TokenRefresh:
		return req.Op == dialect.RefreshToken
	case Down, Maintenance, Slow, RateLimited, Rejected, BadCredentials:
	}
	return true
}

// reaches tells whether a partial fault concerns the call: neither tests nor token calls do.
func (f *faultState) reaches(req *Request) bool {
	switch req.Op {
	case dialect.ReadPage, dialect.WriteRecords:
		return f.reach[req.Resource]
	case dialect.TestConnection, dialect.RefreshToken:
	}
	return false
}

// aims tells whether a fault of some endpoints, or of the token endpoint, is about the call.
func (f *faultState) aims(req *Request) bool {
	if f.OfTokens && req.Op != dialect.RefreshToken {
		return false
	}
	return f.Endpoints == nil || dialect.Matches(f.Endpoints, req.Endpoint)
}

// first finds the first active fault of the ranks that answers the call; -1 when none does.
func (v *Vendor) first(a *application, req *Request, from, to rank) int {
	for _, i := range a.active {
		f := &v.faults[i]
		if f.rank > to {
			break
		}
		if f.rank >= from && f.strikes(req, v.now, a.draw) {
			return i
		}
	}
	return -1
}

// obstacle finds what keeps an API call from its answer: faults, wrong credentials and tokens that
// are no longer good, in order of precedence.
func (v *Vendor) obstacle(
	a *application, c *connection, req *Request, resp *Response,
) (dialect.ShapeName, bool) {
	if len(a.active) == 0 && c.sound && !req.Stranger && c.tokenGood(req.Access, v.now) {
		return 0, false
	}
	if i := v.first(a, req, rankRefused, rankBadCredentials); i >= 0 {
		return v.struck(i, resp), true
	}
	if name, rule := c.credentials(req); rule != Served {
		resp.Why.Rule = rule
		return name, true
	}
	if i := v.first(a, req, rankToken, rankToken); i >= 0 {
		return v.struck(i, resp), true
	}
	if !c.presentsGood(req, v.now) {
		resp.Why.Rule = c.badToken(req.Access)
		return dialect.ShapeExpiredToken, true
	}
	if i := v.first(a, req, rankRateLimited, rankRejected); i >= 0 {
		return v.struck(i, resp), true
	}
	return 0, false
}

// struck lets a fault answer.
func (v *Vendor) struck(fault int, resp *Response) dialect.ShapeName {
	f := &v.faults[fault]
	resp.Fault, resp.Why.Rule = fault, ByFault
	if f.Kind == RateLimited && f.RetryAfter > 0 {
		resp.Params.HasRetryAfter, resp.Params.RetryAfter = true, secondsUp(f.RetryAfter)
	}
	return f.shape
}

// slow lets the first slow fault that covers the call set its latency.
func (v *Vendor) slow(a *application, req *Request, resp *Response) {
	if i := v.first(a, req, rankSlow, rankSlow); i >= 0 {
		resp.Slowed, resp.Latency = i, v.faults[i].Latency
	}
}
