package dialect

import (
	"bytes"
	"encoding/json"
	"io"
	"net/url"
	"strconv"
	"strings"
)

// message is an answer under the reader's eye; its body is parsed once, when a rule asks, whatever operations
// it is then read for.
type message struct {
	answer *Answer
	sorted bool
	kind   bodyTest // bodyEmpty, bodyHTML, bodyGarbage or bodyJSON
	tree   any

	op      Op
	promise *promise // of that operation
	weighed bool
	content content
	kept    bool // the promise
}

// readFor turns to what the answer says of an operation.
func (m *message) readFor(op Op, p *promise) {
	m.op, m.promise = op, p
	m.weighed, m.content, m.kept = false, content{}, false
}

// keeps tells whether the body holds what was promised, and finds the content.
func (m *message) keeps() bool {
	m.sort()
	if !m.weighed && m.kind == bodyJSON {
		m.content, m.kept = m.promise.read(m.op, m.tree)
	}
	m.weighed = true
	return m.kept
}

// status is 0 when no status line came, and for what no HTTP/1.1 status line can say.
func (m *message) status() int {
	if !m.answer.Transport.spoke() || m.answer.Status < 100 || m.answer.Status > 999 {
		return 0
	}
	return m.answer.Status
}

func (m *message) is(want bodyTest) bool {
	if want == bodyPromised {
		return m.keeps()
	}
	m.sort()
	return m.kind == want
}

// json gives the parsed body, nil when there is none.
func (m *message) json() any {
	m.sort()
	return m.tree
}

// sort finds the kind of the body.
func (m *message) sort() {
	if m.sorted {
		return
	}
	m.sorted = true
	body := bytes.TrimSpace(m.answer.Body)
	switch {
	case len(body) == 0:
		m.kind = bodyEmpty
	case isHTML(m.answer, body):
		m.kind = bodyHTML
	case mediaType(m.answer) == "application/x-www-form-urlencoded":
		m.sortForm(string(body))
	default:
		m.kind = bodyGarbage
		decoder := json.NewDecoder(bytes.NewReader(body))
		decoder.UseNumber()
		var tree any
		if decoder.Decode(&tree) != nil {
			return
		}
		if _, err := decoder.Token(); err != io.EOF {
			return
		}
		m.kind, m.tree = bodyJSON, tree
	}
}

// sortForm takes the fields of a form for JSON strings: GitHub's token endpoint answers in this form to who
// does not ask for JSON.
func (m *message) sortForm(body string) {
	m.kind = bodyGarbage
	form, err := url.ParseQuery(body)
	if err != nil {
		return
	}
	tree := map[string]any{}
	for name := range form {
		tree[name] = form.Get(name)
	}
	m.kind, m.tree = bodyJSON, tree
}

// mediaType gives the type that the answer names, in lower case.
func mediaType(a *Answer) string {
	name, _, _ := strings.Cut(a.Header.Get("Content-Type"), ";")
	return strings.ToLower(strings.TrimSpace(name))
}

func isHTML(a *Answer, body []byte) bool {
	if mediaType(a) == "text/html" {
		return true
	}
	head := strings.ToLower(string(body[:min(len(body), len("<!doctype html"))]))
	return strings.HasPrefix(head, "<!doctype html") || strings.HasPrefix(head, "<html")
}

// path leads to values in a JSON tree: keys, array indexes, and * for every element.
type path []string

func parsePath(text string) path { return strings.Split(text, ".") }

// any tells whether some value at the path satisfies the test.
func (p path) any(tree any, test func(any) bool) bool {
	if len(p) == 0 {
		return test(tree)
	}
	switch node := tree.(type) {
	case map[string]any:
		if value, ok := node[p[0]]; ok {
			return p[1:].any(value, test)
		}
	case []any:
		if p[0] == "*" {
			for _, value := range node {
				if p[1:].any(value, test) {
					return true
				}
			}
			return false
		}
		if i, err := strconv.Atoi(p[0]); err == nil && i >= 0 && i < len(node) {
			return p[1:].any(node[i], test)
		}
	}
	return false
}

// first gives the first value at the path.
func (p path) first(tree any) (value any, ok bool) {
	ok = p.any(tree, func(v any) bool {
		value = v
		return true
	})
	return value, ok
}

// scalarText words a scalar as a dialect file would; other values have no text that a rule can name.
func scalarText(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case bool:
		return strconv.FormatBool(v)
	case nil:
		return "null"
	}
	return "\x00"
}
