package fakevendor

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/outagedrill/outagedrill/fakevendor/dialect"
)

// concurrencyWait is the Retry-After of a call that found every slot taken: the vendor cannot know
// when one will be free.
const concurrencyWait = time.Second

// maxKeys is how many tokens, addresses and the like a limit remembers at most. Whoever asks with more of
// them within one window finds the longest unseen forgotten.
const maxKeys = 1 << 14

// maxLogged is how many calls the sliding windows of a limit by names remember at most, all together.
const maxLogged = 1 << 20

// limiter is one of an application's limits with its counters.
type limiter struct {
	*dialect.Limit
	start     Time
	resources int
	counters  []counter          // by connection and resource, of a limit that counts by nothing else
	named     map[party]*counter // of one that counts by names
	room      int                // of named; what is idle is forgotten when it is used up
	logged    int                // calls in the logs of named, at most
	met       *counter           // that of the call under way; nil where the limit is not about it
	told      bool               // the answer tells of it alone: the call does not count, nor is it refused
}

// party is who or what a limit by names counts for.
type party struct {
	Connection int    `json:"connection"` // -1: any, as Resource
	Resource   int    `json:"resource"`
	Token      string `json:"token,omitempty"`
	Endpoint   string `json:"endpoint,omitempty"`
	Object     string `json:"object,omitempty"`
	Address    string `json:"address,omitempty"`
}

const byNames = dialect.ByToken | dialect.ByEndpoint | dialect.ByObject | dialect.ByAddress

func newLimiter(l *dialect.Limit, start Time, connections, resources int) limiter {
	lim := limiter{Limit: l, start: start, resources: resources, room: 1024}
	if l.By&byNames != 0 {
		lim.named = make(map[party]*counter)
		return lim
	}
	n := 1
	if l.By&dialect.ByConnection != 0 {
		n = connections
	}
	if l.By&dialect.ByResource != 0 {
		n *= resources + 1 // tests concern no resource and have a counter of their own
	}
	lim.counters = make([]counter, n)
	for i := range lim.counters {
		lim.counters[i] = newCounter(l, start)
	}
	return lim
}

// covers tells whether the limit is about a call.
func (l *limiter) covers(req *Request) bool {
	switch {
	case req.Page, !l.Covers(req.Op), l.Callers == dialect.Anonymous && !req.Anonymous,
		l.Callers == dialect.Identified && req.Anonymous:
		return false
	case l.By&dialect.ByObject != 0 && req.Object == "":
		return false
	case l.told:
		return true
	case l.Endpoints != nil:
		return dialect.Matches(l.Endpoints, req.Endpoint)
	}
	return l.Except == nil || !dialect.Matches(l.Except, req.Endpoint)
}

// counter gives the counter of a call.
func (l *limiter) counter(now Time, req *Request) *counter {
	if l.named != nil {
		return l.namedCounter(now, req)
	}
	i := 0
	if l.By&dialect.ByConnection != 0 {
		i = req.Connection
	}
	if l.By&dialect.ByResource != 0 {
		i = i*(l.resources+1) + req.Resource + 1
	}
	return &l.counters[i]
}

func (l *limiter) namedCounter(now Time, req *Request) *counter {
	key := l.party(req)
	c := l.named[key]
	if c == nil {
		if len(l.named) >= l.room || l.logged > maxLogged {
			l.forget(now)
		}
		c = new(counter)
		*c = newCounter(l.Limit, now)
		l.named[key] = c
	}
	c.Seen = now
	return c
}

// party gives who a call counts for: what it does not name is its connection's or its resource's.
func (l *limiter) party(req *Request) party {
	key := party{Connection: -1, Resource: -1}
	by := l.By
	if by&dialect.ByToken != 0 {
		if key.Token = req.Token; key.Token == "" {
			by |= dialect.ByConnection
		}
	}
	if by&dialect.ByEndpoint != 0 {
		if key.Endpoint = req.Endpoint; key.Endpoint == "" {
			by |= dialect.ByResource
		}
	}
	if by&dialect.ByObject != 0 {
		key.Object = req.Object
	}
	if by&dialect.ByAddress != 0 {
		key.Address = req.Address
	}
	if by&dialect.ByConnection != 0 {
		key.Connection = req.Connection
	}
	if by&dialect.ByResource != 0 {
		key.Resource = req.Resource
	}
	return key
}

// forget makes room: counters at rest are as good as new ones. Where that is not enough the half that was
// seen last stays.
func (l *limiter) forget(now Time) {
	maps.DeleteFunc(l.named, func(_ party, c *counter) bool { return c.atRest(l.Limit, now) })
	if len(l.named) >= maxKeys || l.countLogged() > maxLogged {
		keys := l.parties()
		slices.SortStableFunc(keys, func(x, y party) int {
			return cmp.Compare(l.named[x].Seen, l.named[y].Seen)
		})
		for _, key := range keys[:len(keys)/2] {
			delete(l.named, key)
		}
	}
	l.room, l.logged = min(max(1024, 2*len(l.named)), maxKeys), l.countLogged()
}

// countLogged gives how many calls the logs of the counters by name hold.
func (l *limiter) countLogged() int {
	n := 0
	for _, c := range l.named {
		n += len(c.Log)
	}
	return n
}

// parties gives the keys in an order that is always the same.
func (l *limiter) parties() []party {
	return slices.SortedFunc(maps.Keys(l.named), func(x, y party) int {
		return cmp.Or(cmp.Compare(x.Connection, y.Connection), cmp.Compare(x.Resource, y.Resource),
			cmp.Compare(x.Token, y.Token), cmp.Compare(x.Endpoint, y.Endpoint),
			cmp.Compare(x.Object, y.Object), cmp.Compare(x.Address, y.Address))
	})
}

// cost is what a call uses up: 1, or the points of a limit of points, but never more than there are.
func (l *limiter) cost(req *Request) int64 {
	if l.Points == nil {
		return 1
	}
	if req.Cost > 0 {
		return min(req.Cost, l.Requests)
	}
	return min(l.Points[req.Op], l.Requests)
}

// meet finds the counters of a call, once for all that is asked of them.
func (a *application) meet(now Time, req *Request) {
	for i := range a.limits {
		l := &a.limits[i]
		l.met, l.told = nil, l.Uncounted != nil && dialect.Matches(l.Uncounted, req.Endpoint)
		if l.covers(req) {
			l.met = l.counter(now, req)
		}
	}
}

// wait gives the Retry-After of a call that is over the limit, in whole seconds; 0 when it is not.
func (l *limiter) wait(now Time, req *Request) time.Duration {
	c := l.met
	var wait time.Duration
	if l.Requests > 0 {
		wait = secondsUp(c.wait(l.Limit, now, l.cost(req)))
	}
	if l.Concurrency > 0 {
		c.land(now)
		if len(c.Flights) >= l.Concurrency {
			wait = max(wait, concurrencyWait)
		}
	}
	return wait
}

// overLimit tells whether a call is over a limit, and has the first such one refuse it.
func (a *application) overLimit(now Time, req *Request, resp *Response) bool {
	for i := range a.limits {
		l := &a.limits[i]
		if l.met == nil || l.told {
			continue
		}
		if wait := l.wait(now, req); wait > 0 {
			resp.Why.Rule, resp.Why.Limit = ByLimit, i
			resp.Params.HasRetryAfter, resp.Params.RetryAfter = true, wait
			return true
		}
	}
	return false
}

// refusal gives the shape of the limit that refused.
func (a *application) refusal(resp *Response) *dialect.Shape {
	if own := a.limits[resp.Why.Limit].Answer; own != nil {
		return own
	}
	return resp.Shape
}

// note counts a call by what it was answered: those with an HTTP status count as requests, and as in
// flight until the answer comes or the caller hangs up. A call without any answer is in flight all the same.
func (a *application) note(now Time, req *Request, resp *Response) {
	why := &resp.Why
	scarcest := math.Inf(1)
	for i := range a.limits {
		l := &a.limits[i]
		c := l.met
		if c == nil || l.told {
			continue
		}
		before := c.used(l.Limit, now)
		l.note(c, now, req, resp)
		after := c.used(l.Limit, now)
		if why.Rule == ByLimit {
			if why.Limit == i {
				why.Before, why.After = before, after
			}
			continue
		}
		if left := float64(l.Capacity()-after) / float64(l.Capacity()); left < scarcest {
			why.Limit, why.Before, why.After, scarcest = i, before, after, left
		}
	}
}

func (l *limiter) note(c *counter, now Time, req *Request, resp *Response) {
	shape := resp.Shape
	refused, answered := shape.Name == dialect.ShapeRateLimited, shape.Status != 0
	if l.Requests > 0 && answered && !l.Free.Has(shape.Name) && (!refused || l.CountsRefused) {
		before := len(c.Log)
		c.count(l.Limit, now, l.windowEnd(now), l.cost(req))
		l.logged += len(c.Log) - before
	}
	flies := answered || shape.Transport == dialect.NoAnswer
	if l.Concurrency > 0 && flies && !refused && resp.Latency >= l.LongerThan {
		end := now.plus(resp.Latency)
		if req.Patience > 0 {
			end = min(end, now.plus(req.Patience))
		}
		c.land(now)
		if end > now {
			c.Flights = append(c.Flights, end)
		}
	}
}

// windowEnd is when the fixed window ends that a call at now begins or is in; never of other algorithms.
func (l *limiter) windowEnd(now Time) Time {
	if l.Algorithm != dialect.FixedWindow || l.Requests == 0 {
		return never
	}
	switch l.Anchor {
	case dialect.AtStart:
		elapsed := time.Duration(now - l.start)
		return now.plus(l.Per - elapsed%l.Per)
	case dialect.AtFirstRequest:
		return now.plus(l.Per)
	case dialect.AtClock, dialect.AtMidnight:
	}
	_, end := l.Window(int64(now))
	return Time(end)
}

// Quotas fills in the Params of a Response what quota headers tell after that call: all that is known of the
// limits that are about it. It is for who renders the answer, and must follow the call before any other one.
// A limit that a fault stands for shows as used up, until the wait is over that the answer names.
func (v *Vendor) Quotas(req *Request, resp *Response) {
	a := &v.apps[v.conns[req.Connection].Application]
	p := &resp.Params
	p.Quotas = p.Quotas[:0]
	for i := range a.limits {
		if l := &a.limits[i]; l.met != nil {
			p.Quotas = append(p.Quotas, l.quota(l.met, v.now))
		}
	}
	if resp.Why.Rule == ByFault && resp.Shape.Name == dialect.ShapeRateLimited && len(p.Quotas) > 0 {
		q := &p.Quotas[0]
		q.Used = q.Limit.Capacity()
		if p.HasRetryAfter {
			q.Reset = int64(v.now.plus(p.RetryAfter))
		}
	}
}
