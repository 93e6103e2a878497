package standalone

import (
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/dialect"
	"github.com/outagedrill/outagedrill/fakevendor/hold"
	"github.com/outagedrill/outagedrill/fakevendor/wire"
)

// call is one request under way: what it asks for, what it is answered, and what fills the answer's holes.
type call struct {
	w      *World
	app    *app
	r      *http.Request
	path   string // below the vendor's base URL
	prefix string // of the base URL's path
	date   []string

	route  *route // nil: no route describes the path
	object *dialect.Object
	action dialect.Action
	params []parameter
	values url.Values     // of the query; nil: not parsed yet
	fields map[string]any // of the body
	form   bool           // which is a form
	graph  *graphQL       // what the body's query asks for; nil: not read yet
	body   []byte         // of the request
	raw    []byte         // the current object, where a client has touched it

	one     map[string]any // what the body says of the current object
	named   string         // the key under which an object is created
	deed    string         // what was done to the current object
	results []byte         // of a write or a batch, as the elements of a JSON list
	inner   *call          // of a batch, the call that was made last
	failed  bool           // one of a batch did
	within  bool           // it is one of a batch
	jobless bool           // the job that it is about is not there

	now              fakevendor.Time
	credential       credential
	number           int64  // of the current object
	asked            string // the id that the call asks for
	created, updated fakevendor.Time
	version          int64 // changes of the current object
	page             page
	grant            grant
	fault            *oauthError // what the client did wrong at the token endpoint

	rule     string // what decided, where it was not the vendor's machine
	slowBody bool   // the body takes the answer's latency, its headers come at once
	breaks   bool   // the connection is reset after the headers
	parted   bool   // the answer depends on more than the URL and the list: on the time, a header, a counter
	key      []byte // of the plan

	req    fakevendor.Request
	resp   fakevendor.Response
	answer answer
}

// answer is what goes out.
type answer struct {
	transport dialect.Transport
	status    int
	header    []line
	body      []byte
	shared    []byte // in place of body: one that other calls are answered too
	length    int    // of the whole body, where it is cut short
	rendered  dialect.Answer
}

// line is a header line; the values are never changed.
type line struct {
	name   string
	values []string
}

func (a *answer) add(name, value string) { a.header = append(a.header, line{name, []string{value}}) }

// take reads a request's parameters and body. The error is a *wire.Refusal.
func (c *call) take() error {
	if c.r.ContentLength == 0 {
		return nil
	}
	body, err := io.ReadAll(c.r.Body)
	if err != nil {
		return wire.RefuseBody(err)
	}
	c.body = body
	kind, _, _ := mime.ParseMediaType(c.r.Header.Get("Content-Type")) // an error: it has none
	switch {
	case len(body) > 0 && body[0] == '{':
		if decode(body, &c.fields) != nil {
			c.fields = nil // it is no JSON: the vendor takes nothing out of it
		}
	case len(body) > 0 && body[0] == '[':
		var all []any
		if decode(body, &all) == nil {
			c.fields = map[string]any{listField: all}
		}
	case kind == "text/csv":
		c.fields = map[string]any{listField: rows(body)}
	case kind == "application/x-www-form-urlencoded":
		if form, err := url.ParseQuery(string(body)); err == nil {
			c.fields, c.form = formFields(form), true
		}
	}
	return nil
}

// listField is where the fields of a body that is a list have it.
const listField = "[]"

func (c *call) query() url.Values {
	if c.values == nil {
		c.values = url.Values{}
		if c.r.URL.RawQuery != "" {
			c.values = c.r.URL.Query()
		}
	}
	return c.values
}

// value gives a parameter of the path, the query or the body; "" when it is not there.
func (c *call) value(name string) string {
	if name == "" {
		return ""
	}
	if text := c.captured(name); text != "" {
		return text
	}
	if c.r.URL.RawQuery != "" {
		if text := c.query().Get(name); text != "" {
			return text
		}
	}
	switch v := c.field(name).(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case bool:
		return strconv.FormatBool(v)
	}
	return ""
}

// field gives a field of the body; metadata.a is one inside another. graphql.fields and graphql.arguments
// are what its query asks for.
func (c *call) field(name string) any {
	fields := c.fields
	if rest, ok := strings.CutPrefix(name, "graphql."); ok {
		fields, name = c.inGraphQL().told, rest
	}
	return within(fields, name)
}

// within gives a field of an object, or of one inside it.
func within(fields map[string]any, name string) any {
	for {
		if value, ok := fields[name]; ok {
			return value
		}
		outer, inner, nested := strings.Cut(name, ".")
		if !nested {
			return nil
		}
		fields, _ = fields[outer].(map[string]any) // nil: nothing is in it
		name = inner
	}
}

// carries tells whether the request carries a parameter, in its path or elsewhere.
func (c *call) carries(path []parameter, p *dialect.Parameter) bool {
	c.params = path
	return c.parameter(p) != ""
}

// captured gives a parameter of the path, or one that was captured.
func (c *call) captured(name string) string {
	for i := range c.params {
		if c.params[i].name == name {
			return c.params[i].value
		}
	}
	return ""
}

func (c *call) capture(name, value string) {
	if value != "" && c.captured(name) == "" {
		c.params = append(c.params, parameter{name, value})
	}
}

// parameter reads what a dialect says that requests carry.
func (c *call) parameter(p *dialect.Parameter) string {
	text := ""
	if p.Header != "" {
		c.parted = true
		text = c.r.Header.Get(p.Header)
	}
	if p.Query != "" {
		text = c.value(p.Query)
	}
	if p.Body {
		text = string(c.body)
	}
	if p.Pattern != nil {
		m := p.Pattern.FindStringSubmatch(text)
		if m == nil {
			return ""
		}
		text = m[1]
	}
	for _, word := range p.Words {
		if strings.EqualFold(word, text) {
			return word
		}
	}
	return text
}

// find finds out what the call is about: the route, its parameters, and for a path that no route describes
// whether it looks like a list or like an object.
func (c *call) find() (known bool) {
	var other bool
	path := strings.TrimSuffix(c.path, c.app.api.Suffix)
	if len(path) > 1 {
		path = strings.TrimSuffix(path, "/")
	}
	c.route, c.params, other = c.app.routes.find(c.r.Method, path, c.params[:0], c.carries)
	if c.route != nil {
		c.object, c.action = c.route.object, c.route.Action
		if c.route.Job != nil {
			c.loadJob()
		}
		for i := range c.route.Capture {
			c.capture(c.route.Capture[i].Name, c.parameter(&c.route.Capture[i]))
		}
		return true
	}
	if other {
		return false
	}
	c.guess(path)
	return true
}

// guess takes a path without a route, less the suffix that it may have, for what it looks like.
func (c *call) guess(path string) {
	segments := split(path)
	last := segments[len(segments)-1]
	c.object = &c.app.api.Fallback
	item := len(segments) > 1 && (looksLikeID(last) ||
		c.app.resource(segments[len(segments)-2]) >= 0 && c.app.resource(last) < 0)
	listed := !item && (c.app.resource(last) >= 0 || strings.HasSuffix(last, "s"))
	switch c.r.Method {
	case http.MethodPost:
		c.action = dialect.CreateObject
		if item {
			c.action = dialect.UpdateObject
		}
	case http.MethodPut, http.MethodPatch:
		c.action = dialect.UpdateObject
	case http.MethodDelete:
		c.action = dialect.DeleteObject
	default:
		c.action = dialect.GetObject
		if listed {
			c.action = dialect.ListObjects
		}
	}
	if item {
		segments = segments[:len(segments)-1]
		c.asked = last
	}
	c.params = append(c.params, parameter{"list", strings.Join(segments, "/")})
	c.params = append(c.params, parameter{"object", segments[len(segments)-1]})
}

// looksLikeID tells an id from a word: it has a digit, and is neither a version such as v2 nor a word with a
// digit or two at its end, as oauth2.
func looksLikeID(segment string) bool {
	word := strings.TrimRight(segment, "0123456789.")
	digits := len(segment) - len(word)
	if digits == 0 {
		return strings.ContainsAny(segment, "0123456789")
	}
	return word != "v" && (digits > 2 || word == "" || strings.ContainsAny(word, "0123456789_-"))
}

// endpoint is the call's name without ids.
func (c *call) endpoint() string {
	if c.route != nil {
		return c.route.name
	}
	name := c.r.Method + " /" + c.captured("list")
	if c.asked != "" {
		name += "/{id}"
	}
	return name
}

// describe turns the call into the vendor's terms.
func (c *call) describe(p *plan) {
	c.req = fakevendor.Request{
		Op: dialect.TestConnection, Connection: c.credential.connection, Resource: -1, Patience: patience,
		Access: c.credential.access, Stranger: c.credential.stranger, Last: -1,
		Anonymous: c.credential.Kind == "",
		Token:     c.credential.Fingerprint, Endpoint: p.endpoint, Object: p.subject,
		Address: host(c.r.RemoteAddr),
	}
	if !p.known || c.action >= dialect.FixedAnswer {
		return
	}
	c.req.Resource = p.source.resource
	switch {
	case c.writes():
		c.req.Op = dialect.WriteRecords
	case c.req.Resource >= 0:
		c.req.Op = dialect.ReadPage
	}
}

func (c *call) writes() bool {
	return c.action >= dialect.CreateObject && c.action <= dialect.DeleteObject
}

func (c *call) connectionName() string {
	return c.w.cfg.Vendor.Connections[c.credential.connection].Name
}

// idName is the parameter that holds the id of the object.
func (c *call) idName() string {
	if c.route == nil {
		return ""
	}
	return c.route.ID
}

// host is an address without its port.
func host(address string) string {
	if cut := strings.LastIndexByte(address, ':'); cut >= 0 {
		return address[:cut]
	}
	return address
}

// credential is what a caller presented, and whose it is.
type credential struct {
	hold.Credential
	connection int
	access     uint32 // the generation of a token that the vendor gave
	stranger   bool
}
