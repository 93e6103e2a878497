package standalone

import (
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/admin"
	"github.com/outagedrill/outagedrill/fakevendor/dialect"
	"github.com/outagedrill/outagedrill/fakevendor/hold"
)

// calls are used again: a call has buffers.
type calls struct{ pool sync.Pool }

func (p *calls) get(w *World, a *app, r *http.Request, path, prefix string) *call {
	c, ok := p.pool.Get().(*call)
	if !ok {
		c = new(call)
	}
	params, header, body := c.params[:0], c.answer.header[:0], c.answer.body[:0]
	rendered, key, quotas := c.answer.rendered, c.key, c.resp.Params.Quotas
	rendered.Status = 0 // nothing is rendered yet
	*c = call{w: w, app: a, r: r, path: path, prefix: prefix, params: params, key: key}
	c.answer.header, c.answer.body, c.answer.rendered = header, body, rendered
	c.resp.Params.Quotas = quotas
	return c
}

// put takes a call back; one with a large buffer is left to the collector.
func (p *calls) put(c *call) {
	const largest = 64 << 10
	if cap(c.answer.body) <= largest && cap(c.answer.rendered.Body) <= largest {
		c.r = nil
		p.pool.Put(c)
	}
}

// decide finds the answer to a call whose body was read, and notes it in the journal; seq is the entry's
// number.
func (w *World) decide(c *call) (seq int64, latency time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c.now = w.tell()
	p := c.plan()
	c.identify()
	c.describe(p)
	if !c.askWithFault() {
		return w.note(c, p.endpoint, p.target), 0
	}
	c.settle(p)
	return w.note(c, p.endpoint, p.target), c.resp.Latency
}

// ask asks the vendor's machine.
func (c *call) ask() {
	c.w.machine.Respond(c.now, &c.req, &c.resp)
	if i := c.resp.Slowed; i >= 0 {
		c.slowBody = c.w.machine.Fault(i).How == fakevendor.HowBody && c.resp.Shape.Status != 0
	}
	if i := c.resp.Fault; i >= 0 {
		c.breaks = c.w.machine.Fault(i).How == fakevendor.HowResetBody
		c.nameReset(c.w.machine.Fault(i).To)
	}
	c.machineQuotas()
}

// nameReset has an answer that would say that nothing is left, but not until when, name the fault's end, or
// that of a window that begins now if no end is known.
func (c *call) nameReset(end fakevendor.Time) {
	p := &c.resp.Params
	if c.resp.Shape.Name != dialect.ShapeRateLimited || p.HasRetryAfter || !c.resp.Shape.EndsByReset() {
		return
	}
	wait := time.Duration(end - c.now)
	if end >= c.w.cfg.Vendor.End {
		wait = time.Hour
		if limits := c.app.Dialect.Limits; len(limits) > 0 {
			wait = limits[0].Per
		}
	}
	p.HasRetryAfter, p.RetryAfter = true, (wait + time.Second - 1).Truncate(time.Second)
}

// machineQuotas finds what is left of the limits, where the answer tells of it.
func (c *call) machineQuotas() {
	tells := c.route != nil && (c.action == dialect.FixedAnswer || c.route.answer.Quotas)
	if tells || c.app.Dialect.HasQuotaHeaders() {
		c.w.machine.Quotas(&c.req, &c.resp)
	}
}

// askWithFault asks the vendor's machine, with the fault that the call's own header wishes for; false when
// the header is wrong, which is answered 400.
func (c *call) askWithFault() bool {
	wish := ""
	if c.w.cfg.FaultHeader {
		wish = c.r.Header.Get(admin.FaultHeader)
	}
	if wish == "" {
		c.ask()
		return true
	}
	f, err := admin.RequestFault(wish, &c.w.cfg.Vendor, c.app.index, c.credential.connection)
	if err == nil {
		err = c.w.machine.RespondWith(c.now, &f, &c.req, &c.resp)
	}
	if err != nil {
		c.rule = hold.WrongFaultHeader
		c.resp.Shape = c.app.Dialect.Shape(dialect.ShapeRejected)
		c.resp.Fault, c.resp.Slowed, c.resp.Why.Limit = -1, -1, -1
		c.answer.status = http.StatusBadRequest
		c.answer.add("Content-Type", "text/plain; charset=utf-8")
		c.answer.body = append(c.answer.body, err.Error()...)
		c.finishAnswer()
		return false
	}
	c.slowBody, c.breaks = f.How == fakevendor.HowBody, f.How == fakevendor.HowResetBody
	c.machineQuotas()
	return true
}

// settle words the answer that the vendor's machine gave, and does what a call that went well does.
func (c *call) settle(p *plan) {
	a := &c.answer
	shape := c.resp.Shape
	a.transport, a.status = shape.Transport, shape.Status
	went := shape.Name == dialect.ShapePage || shape.Name == dialect.ShapeWritten ||
		shape.Name == dialect.ShapeTested
	switch {
	case went && !p.known:
		c.write(&c.app.api.Denied)
	case went && c.again(p):
	case went:
		c.perform(p)
		c.keep(p)
	case c.resp.Landed: // a write that a failure hides
		c.perform(p)
		c.rule = ""
		a.header, a.body = a.header[:0], a.body[:0]
		a.status = shape.Status
		c.render()
	case shape.Name == dialect.ShapeTruncated && p.known && !c.writes():
		c.perform(p)
	default:
		c.render()
	}
	c.finishAnswer()
}

// finishAnswer cuts off what is not sent, and says what is left of the vendor's limits.
func (c *call) finishAnswer() {
	a := &c.answer
	if a.shared != nil {
		a.length = len(a.shared)
	} else if a.length = len(a.body); a.transport == dialect.CutShort {
		a.body = a.body[:a.length/2]
	}
	c.sign()
	if a.rendered.Status == 0 && c.app.Dialect.HasQuotaHeaders() {
		c.app.Dialect.QuotaHeaders(a.status, &c.resp.Params, a.add)
	}
}

// render writes the dialect's own answer.
func (c *call) render() {
	a := &c.answer
	c.resp.Shape.Render(&c.resp.Params, &a.rendered)
	if a.transport == dialect.CutShort {
		a.rendered.Header.Del("Content-Length") // it is cut again
	}
	for name, values := range a.rendered.Header {
		if name != "Date" && name != "Content-Length" {
			a.add(name, values[0])
		}
	}
	a.body = append(a.body, a.rendered.Body...)
}

// perform does what the call asks for and words the answer.
func (c *call) perform(p *plan) {
	api := c.app.api
	success := &api.Answers[c.action]
	if c.route != nil {
		success = c.route.answer
		if c.route.GraphQL && c.inGraphQL().err != nil {
			c.refuseGraphQL(c.graph.err)
			return
		}
	}
	if c.jobless {
		c.write(c.missing())
		return
	}
	if c.action == dialect.FixedAnswer {
		if success.Gives {
			c.mint(success.Lives)
		}
		c.write(success)
		return
	}
	if c.action == dialect.BatchCalls {
		c.once(p, func() { c.batch(success) })
		return
	}
	if c.action == dialect.ListObjects {
		c.turn()
		c.write(success)
		return
	}
	c.once(p, func() { c.handle(p, success) })
}

// handle does what the call asks for with one object and words the answer.
func (c *call) handle(p *plan, success *dialect.Success) {
	s := p.source
	switch {
	case c.writes():
		c.change(&s, success)
		c.report()
	case !c.look(&s):
		c.write(c.missing())
	default:
		c.write(success)
	}
}

// missing is what is said of an object that is not there.
func (c *call) missing() *dialect.Success {
	if c.route != nil && c.route.Missing != nil {
		return c.route.Missing
	}
	return &c.app.api.Missing
}

// look makes the object that the call asks for the current one; false when it is not there. At a path that
// no route describes an object of any id is there, as long as it was not deleted.
func (c *call) look(s *source) bool {
	if c.route != nil {
		c.asked = c.wanted()
	}
	number, ok := c.parseID(c.asked)
	if ok && c.load(s, number) || c.loadByKey(s) {
		return true
	}
	if c.route != nil || ok && number >= firstCreated {
		c.number = 0
		return false
	}
	if !ok {
		number = firstCreated - 1 // whatever its id, it is the same
	}
	c.number, c.raw = number, nil
	c.created = c.w.cfg.Vendor.Start
	c.updated = c.created
	l := c.app.lists[s.key]
	return l == nil || l.Touched[number] == nil || l.Touched[number].Raw != nil
}

// write words an answer of the dialect's api section.
func (c *call) write(s *dialect.Success) {
	a := &c.answer
	a.status = s.Status
	for i := range s.Headers {
		h := &s.Headers[i]
		if text, ok := h.Value.Fixed(); ok {
			a.add(h.Name, text)
		} else if text, ok := h.Value.AppendText(nil, c); ok {
			a.add(h.Name, string(text))
		}
	}
	body := s.Body
	switch {
	case c.object == nil || body == nil:
	case c.action == dialect.ListObjects && c.object.List != nil && c.ordinary(s):
		body = c.object.List
	case c.object.Envelope != nil && c.ordinary(s) && c.action != dialect.DeleteObject:
		body = c.object.Envelope
	}
	if body == nil && !s.Rows {
		return
	}
	var ok bool
	if s.Rows {
		a.body = c.appendRows(a.body)
		return
	}
	if body == s.Body && s.Plain {
		a.body, _ = body.AppendText(a.body, c)
	} else if a.body, ok = body.AppendJSON(a.body, c); !ok {
		a.body = append(a.body, "{}"...)
	}
	if c.route != nil && c.route.GraphQL {
		c.answerGraphQL()
	}
}

// ordinary tells whether an answer is the API's own for the action, around which an object's envelope goes.
func (c *call) ordinary(s *dialect.Success) bool { return s == &c.app.api.Answers[c.action] }

// send writes an answer as HTTP. Its Date is the vendor's, so that net/http sets none of its own.
func (c *call) send(w http.ResponseWriter) {
	a := &c.answer
	h := w.Header()
	for i := range a.header {
		h[a.header[i].name] = a.header[i].values
	}
	if _, ok := h["Content-Type"]; !ok {
		h["Content-Type"] = nil // what net/http guesses is none of the vendor's words
	}
	h["Date"] = c.date
	if _, ok := h["Content-Length"]; !ok && a.status != http.StatusNoContent {
		h["Content-Length"] = []string{strconv.Itoa(a.length)}
	}
	w.WriteHeader(a.status)
	body := a.body
	if a.shared != nil {
		body = a.shared
	}
	w.Write(body) //nolint:errcheck // the client left, or the body is cut short on purpose
}

// note writes the call into the journal.
func (w *World) note(c *call, endpoint, target string) int64 {
	c.date = w.date(c.now)
	e := hold.Entry{
		At: c.now.Std(), Vendor: c.app.Name, Method: c.r.Method, Path: target,
		Endpoint: endpoint, Client: c.r.RemoteAddr, Status: c.answer.status,
		Latency:    hold.Seconds(c.resp.Latency),
		Connection: c.connectionName(), Credential: c.credential.Credential,
	}
	if len(c.r.Method)+len(c.r.RequestURI) > longestURL { // of which these are parts, and it is to be let go
		e.Method, e.Path = strings.Clone(e.Method), strings.Clone(e.Path)
	}
	c.read(&e)
	if c.answer.transport != dialect.Answered {
		e.Transport = c.answer.transport.String()
		if c.answer.transport != dialect.CutShort {
			e.Status = 0
		}
	}
	e.Why = c.why()
	if c.resp.Params.HasRetryAfter {
		e.WaitUntil = e.At.Add(c.resp.Params.RetryAfter)
		e.RetryAfter = strconv.FormatInt(int64(c.resp.Params.RetryAfter/time.Second), 10)
	}
	return w.journal.Append(&e)
}

// read says what the answer means to the caller, and what was given.
func (c *call) read(e *hold.Entry) {
	reading := c.app.Dialect.Judge(c.req.Op, c.resp.Shape, &c.resp.Params)
	if reading.Class == dialect.OK && (e.Status >= http.StatusBadRequest || c.rule == wrongQuery) {
		reading.Class = dialect.Rejected // what was asked for is not there, or the client did it wrong
	}
	e.Cause, e.Sub = reading.Class.String(), reading.Sub.String()
	if e.Credential.Kind != "" && e.Credential.State == "" {
		e.Credential.State = stateOf(c.resp.Why.Rule)
	}
	if c.req.Op == dialect.RefreshToken {
		e.Grant = kept(c.value("grant_type"))
	}
	if c.grant.access == "" {
		return
	}
	e.Granted = &hold.Granted{
		Access: hold.Fingerprint(c.grant.access), Refresh: hold.Fingerprint(c.grant.refresh),
	}
	if c.grant.told {
		e.Granted.ExpiresAt = e.At.Add(c.grant.expiresIn)
	}
}

// why says by what the call was answered as it was.
func (c *call) why() hold.Why {
	from := &c.resp.Why
	why := hold.Why{
		Rule: from.Rule.String(), Fault: c.resp.Fault + 1, Slowed: c.resp.Slowed + 1, Before: from.Before,
		After: from.After,
	}
	if c.rule != "" {
		why.Rule = c.rule
	}
	if from.Limit >= 0 {
		why.Limit = c.app.Limits[from.Limit].Name
		if from.Rule == fakevendor.ByLimit {
			why.By = c.app.Limits[from.Limit].By.String()
		}
	}
	return why
}
