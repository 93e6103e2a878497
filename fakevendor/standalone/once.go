package standalone

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"

	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/dialect"
	"github.com/outagedrill/outagedrill/fakevendor/hold"
)

// deed is a write that carried an idempotency key, and what it was answered.
type deed struct {
	Key     string            `json:"key"`     // with its connection
	Request string            `json:"request"` // a fingerprint of it
	At      fakevendor.Time   `json:"at"`
	Until   fakevendor.Time   `json:"until"` // when it is answered
	Status  int               `json:"status"`
	Header  map[string]string `json:"header,omitempty"`
	Body    []byte            `json:"body,omitempty"`
}

// done is the writes of an application that carried keys, the oldest first.
type done struct {
	all   []*deed
	by    map[string]*deed
	bytes int
	most  int // bytes
}

// mostDone and mostDoneBytes bound the writes that are remembered: how many of an application, and the bytes
// of all applications together. The oldest make room.
const (
	mostDone      = 10_000
	mostDoneBytes = 32 << 20
	deedCost      = 1 << 10 // bytes of a deed beside key and body, about
)

// put takes deeds in place of those that there are.
func (d *done) put(deeds []*deed) {
	*d = done{by: map[string]*deed{}, most: d.most}
	for _, one := range deeds {
		if one != nil {
			d.add(one)
		}
	}
}

func (d *done) add(one *deed) {
	for len(d.all) > 0 && (len(d.all) >= mostDone || d.bytes+one.size() > d.most) {
		d.drop()
	}
	d.all, d.by[one.Key] = append(d.all, one), one
	d.bytes += one.size()
}

// drop forgets the oldest deed.
func (d *done) drop() {
	oldest := d.all[0]
	d.all = d.all[1:]
	d.bytes -= oldest.size()
	delete(d.by, oldest.Key)
}

// expire forgets the deeds that were done at an instant or before it.
func (d *done) expire(at fakevendor.Time) {
	for len(d.all) > 0 && d.all[0].At <= at {
		d.drop()
	}
}

func (d *deed) size() int { return len(d.Key) + len(d.Body) + deedCost }

// once does a write, unless it carries the idempotency key of one that was done: then it is answered as that
// one was, or that the key is another request's.
func (c *call) once(p *plan, do func()) {
	know := c.app.api.Idempotency
	key := ""
	if know != nil && c.writes() && slices.Contains(know.Methods, c.r.Method) &&
		(know.Endpoints == nil || dialect.Matches(know.Endpoints, p.endpoint)) {
		key = c.parameter(&know.Key)
	}
	if key == "" {
		do()
		return
	}
	c.capture(dialect.KeyName, key)
	d := &c.app.done
	d.expire(c.now - fakevendor.Time(know.Keeps))
	key = c.connectionName() + " " + kept(key)
	request := c.fingerprint()
	switch old := d.by[key]; {
	case old == nil:
		do()
		if c.answer.status < http.StatusInternalServerError { // else nothing was done
			c.headers(know.First)
			d.add(c.note(key, request))
		}
	case old.Request != request && know.Other != nil:
		c.rule = hold.IdempotencyKeyMismatch
		c.write(know.Other)
	case c.now < old.Until && know.Busy != nil:
		c.rule = hold.IdempotencyKeyInUse
		c.write(know.Busy)
	default:
		c.rule = hold.IdempotentReplay
		c.repeat(old, know.Again)
	}
}

// fingerprint tells requests apart.
func (c *call) fingerprint() string {
	sum := sha256.New()
	for _, part := range []string{c.r.Method, c.r.URL.RequestURI(), string(c.body)} {
		sum.Write([]byte(part + "\x00"))
	}
	return hex.EncodeToString(sum.Sum(nil)[:16])
}

// note keeps what the call was answered.
func (c *call) note(key, request string) *deed {
	one := &deed{
		Key: key, Request: request, At: c.now, Until: c.now, Status: c.answer.status,
		Header: map[string]string{}, Body: slices.Clone(c.answer.body),
	}
	if c.resp.Latency != fakevendor.Never {
		one.Until += fakevendor.Time(c.resp.Latency)
	}
	for _, h := range c.answer.header {
		one.Header[h.name] = h.values[0]
	}
	return one
}

// repeat gives an answer once more, with headers that say so.
func (c *call) repeat(old *deed, again []dialect.SuccessHeader) {
	a := &c.answer
	a.status, a.body = old.Status, append(a.body, old.Body...)
	for name, value := range old.Header {
		if h := (line{name, []string{value}}); !slices.ContainsFunc(again, h.is) {
			a.header = append(a.header, h)
		}
	}
	c.headers(again)
}

// headers adds header lines of the dialect's to the answer.
func (c *call) headers(lines []dialect.SuccessHeader) {
	for i := range lines {
		if text, ok := lines[i].Value.AppendText(nil, c); ok {
			c.answer.add(lines[i].Name, string(text))
		}
	}
}

// ofGateways are the answers that something before the vendor's own application gives.
const ofGateways dialect.ShapeSet = 1<<dialect.ShapeDown502 | 1<<dialect.ShapeDown504 |
	1<<dialect.ShapeMaintenance | 1<<dialect.ShapeHTML200 | 1<<dialect.ShapeGarbage | 1<<dialect.ShapeEmpty

// sign adds the headers that are on every answer of the vendor's own, but for those that it has.
func (c *call) sign() {
	lines := c.app.api.Headers
	if len(lines) == 0 || ofGateways.Has(c.resp.Shape.Name) || c.answer.status < http.StatusOK {
		return
	}
	has := len(c.answer.header)
	for i := range lines {
		own := func(h line) bool { return h.is(lines[i]) }
		if !slices.ContainsFunc(c.answer.header[:has], own) {
			c.headers(lines[i : i+1])
		}
	}
}

// is tells whether a header line of a dialect's has the same name.
func (h line) is(other dialect.SuccessHeader) bool { return h.name == other.Name }
