package standalone

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/outagedrill/outagedrill/fakevendor/dialect"
)

// batch makes the calls that stand in the body of this one, one after the other, and tells of each.
func (c *call) batch(success *dialect.Success) {
	b := c.route.Batch
	all, _ := c.field(b.Calls).([]any) // nil: there are none
	if len(all) > b.Most || c.within {
		c.write(b.TooMany)
		return
	}
	names := map[string]any{}
	for _, one := range all {
		c.one, _ = one.(map[string]any) // nil: it is a GET of nothing
		c.inner = c.call(b, names)
		status := c.inner.answer.status
		c.failed = c.failed || status >= http.StatusBadRequest
		if name := text(c.one[b.Name]); b.Name != "" && name != "" {
			var told any
			if decode(c.inner.answer.sent(), &told) == nil {
				names[name] = told
			}
		}
		c.tell(b.Result)
	}
	c.write(success)
}

// call makes the current call of a batch.
func (c *call) call(b *dialect.Batch, names map[string]any) *call {
	method := strings.ToUpper(text(c.one[b.Method]))
	if method == "" {
		method = http.MethodGet
	}
	path := refer(text(c.one[b.Path]), names)
	if !strings.HasPrefix(path, b.Under) || b.Under == "" {
		path = b.Under + "/" + strings.TrimPrefix(path, "/")
	}
	u, err := url.Parse(path)
	if err != nil {
		u = &url.URL{Path: "/"}
	}
	var body []byte
	switch given := c.one[b.Body].(type) {
	case nil:
	case string:
		body = []byte(refer(given, names))
	default:
		body, _ = json.Marshal(given) // it was read as JSON
		body = []byte(refer(string(body), names))
	}
	header := c.r.Header.Clone()
	header.Del("Content-Length")
	header.Set("Content-Type", "application/json")
	if own, ok := c.one[b.Headers].(map[string]any); ok && b.Headers != "" {
		for name, value := range own {
			header.Set(name, text(value))
		}
	}
	inner := &call{w: c.w, app: c.app, path: u.Path, prefix: c.prefix, now: c.now, credential: c.credential}
	inner.within = true
	u.Path = c.prefix + u.Path
	inner.r = &http.Request{
		Method: method, URL: u, RequestURI: u.RequestURI(), Host: c.r.Host, TLS: c.r.TLS, Header: header,
		RemoteAddr:    c.r.RemoteAddr,
		ContentLength: int64(len(body)),
		Body:          io.NopCloser(bytes.NewReader(body)),
	}
	inner.make(b.Each)
	return inner
}

// make carries a call of a batch out; alone, if it counts as a call by itself.
func (c *call) make(alone bool) {
	if c.take() != nil {
		c.body, c.fields = nil, nil
	}
	p := c.plan()
	c.describe(p)
	if alone {
		c.ask()
	} else {
		c.resp.Shape = c.app.Dialect.Shape(dialect.ShapeTested)
		c.resp.Fault, c.resp.Slowed, c.resp.Why.Limit = -1, -1, -1
	}
	c.settle(p)
	if a := &c.answer; a.transport != dialect.Answered {
		*a = answer{status: http.StatusGatewayTimeout} // what the batch's own call cannot break off
	}
}

// sent is the body of an answer.
func (a *answer) sent() []byte {
	if a.shared != nil {
		return a.shared
	}
	return a.body
}

// refer puts what earlier calls were answered in place of @{name.id} or @{name.list[0].id}; a name that is
// none stays.
func refer(text string, names map[string]any) string {
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(text, "@{")
		out.WriteString(before)
		if !found {
			return out.String()
		}
		reference, after, ended := strings.Cut(rest, "}")
		value, known := resolve(reference, names)
		if !ended || !known {
			out.WriteString("@{")
			text = rest
			continue
		}
		out.WriteString(value)
		text = after
	}
}

// resolve gives the value of a reference, as name.list[0].id.
func resolve(reference string, names map[string]any) (string, bool) {
	reference = strings.NewReplacer("[", ".", "]", "").Replace(reference)
	var at any = names
	for step := range strings.SplitSeq(reference, ".") {
		switch in := at.(type) {
		case map[string]any:
			at = in[step]
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i < 0 || i >= len(in) {
				return "", false
			}
			at = in[i]
		default:
			return "", false
		}
	}
	value := text(at)
	return value, value != ""
}

// appendOfBatch fills a hole that tells of a batch, or of its latest call.
func (c *call) appendOfBatch(dst []byte, h *dialect.Hole) ([]byte, dialect.Filling) {
	if h.Kind == dialect.HoleFailed {
		return strconv.AppendBool(dst, c.failed), dialect.Raw
	}
	if c.inner == nil {
		return dst, dialect.Absent
	}
	a := &c.inner.answer
	switch h.Kind { //nolint:exhaustive // the others are AppendHole's
	case dialect.HoleStatus:
		return strconv.AppendInt(dst, int64(a.status), 10), dialect.Raw
	case dialect.HoleHeaders:
		lines := map[string]string{}
		for _, h := range a.header {
			lines[h.name] = h.values[0]
		}
		text, _ := json.Marshal(lines) // texts always do
		return append(dst, text...), dialect.Raw
	}
	body := a.sent()
	switch {
	case len(body) == 0:
		return dst, dialect.Absent
	case json.Valid(body):
		return append(dst, body...), dialect.Raw
	}
	return append(dst, body...), dialect.Text
}
