package standalone

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/outagedrill/outagedrill/fakevendor/dialect"
	"github.com/outagedrill/outagedrill/fakevendor/hold"
)

// plan is what a call without a body is about, found once for each way of writing it: clients poll the same
// URLs again and again. It holds the latest answer too, as long as nothing has changed in the list.
type plan struct {
	kept     bool // it is among the application's plans
	known    bool // there is a route, or the path was guessed
	route    *route
	object   *dialect.Object
	action   dialect.Action
	params   []parameter
	asked    string
	source   source
	endpoint string
	target   string // for the journal
	subject  string // the id of the object

	answer      *answer // nil: none that can be given again
	changes     uint64  // of the application, when it was made
	first, last int64   // the objects that existed then
}

// The bounds of what is kept: plans of an application, bytes of a URL and of an answer, and of all together.
const (
	mostPlans     = 2_048
	longestURL    = 512
	largestCached = 16 << 10
	mostCached    = 16 << 20
	planCost      = 1 << 10 // bytes of a plan, about
)

// plan gives what a call is about. Under the lock.
func (c *call) plan() *plan {
	keep := c.r.ContentLength == 0 && len(c.r.RequestURI) <= longestURL && len(c.r.Host) <= longestURL &&
		len(c.r.Method) <= longestName
	if keep {
		key := append(append(append(c.key[:0], c.r.Method...), ' '), c.r.Host...)
		if c.r.TLS != nil {
			key = append(key, 's')
		}
		c.key = append(append(key, ' '), c.r.RequestURI...)
		if p := c.app.plans[string(c.key)]; p != nil {
			c.follow(p)
			return p
		}
	}
	p := &plan{known: c.find()}
	p.route, p.object, p.action, p.params = c.route, c.object, c.action, slices.Clone(c.params)
	p.asked, p.endpoint, p.target = c.asked, kept(c.endpoint()), hold.Target(c.r.URL)
	if p.known && p.action < dialect.FixedAnswer {
		p.source, p.subject = c.source(), kept(c.value(c.idName()))
	}
	if keep && !c.parted {
		if len(c.app.plans) >= mostPlans {
			c.w.forgetPlans(c.app)
		}
		if c.w.afford(planCost) {
			c.app.plans[string(c.key)], p.kept = p, true
		}
	}
	return p
}

// longestName bounds what is kept of a name that a client made up, in bytes.
const longestName = 128

// kept gives a name for keeping: a copy, so that the whole request, of which the name is a part, is let go.
// One that is too long is its beginning with a fingerprint of the whole.
func kept(name string) string {
	if len(name) <= longestName {
		return strings.Clone(name)
	}
	return strings.ToValidUTF8(name[:longestName/2], "") + "…" + hold.Fingerprint(name)
}

// afford makes place for so many bytes more of plans; where there is none all of them are forgotten, and it
// is false. Under the lock.
func (w *World) afford(bytes int) bool {
	if w.cached+bytes <= mostCached {
		w.cached += bytes
		return true
	}
	for i := range w.apps {
		w.forgetPlans(&w.apps[i])
	}
	return false
}

// forgetPlans forgets an application's plans. Under the lock.
func (w *World) forgetPlans(a *app) {
	for _, p := range a.plans {
		w.cached -= planCost
		if p.answer != nil {
			w.cached -= len(p.answer.body)
		}
	}
	clear(a.plans)
}

// follow takes a plan over.
func (c *call) follow(p *plan) {
	c.route, c.object, c.action, c.asked = p.route, p.object, p.action, p.asked
	c.params = append(c.params[:0], p.params...)
}

// again gives the plan's answer if it is what the call would be answered once more.
func (c *call) again(p *plan) bool {
	if p.answer == nil || p.changes != c.app.changes {
		return false
	}
	if p.action < dialect.FixedAnswer {
		if first, last := c.existing(&p.source); first != p.first || last != p.last {
			return false
		}
	}
	c.answer.header = append(c.answer.header, p.answer.header...)
	c.answer.status, c.answer.shared = p.answer.status, p.answer.body
	return true
}

// keep keeps an answer for the next call like this one, if it tells of nothing but the list.
func (c *call) keep(p *plan) {
	if !p.kept || c.parted || c.writes() || c.r.Method != http.MethodGet ||
		len(c.answer.body) > largestCached {
		return
	}
	if p.answer != nil {
		c.w.cached -= len(p.answer.body)
		p.answer = nil
	}
	if !c.w.afford(len(c.answer.body)) {
		return
	}
	p.changes = c.app.changes
	if p.action < dialect.FixedAnswer {
		p.first, p.last = c.existing(&p.source)
	}
	p.answer = &answer{
		status: c.answer.status, header: slices.Clone(c.answer.header), body: slices.Clone(c.answer.body),
	}
	if p.answer.status != http.StatusNoContent {
		p.answer.add("Content-Length", strconv.Itoa(len(p.answer.body)))
	}
}
