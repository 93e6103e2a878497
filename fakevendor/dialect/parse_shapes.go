package dialect

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// maxDepth is how deep a JSON body may nest.
const maxDepth = 32

func (p *parser) shapes(n *yaml.Node) {
	names := shapeNames()
	m := p.mapping(n, names...)
	if m == nil {
		return
	}
	for i, name := range names {
		if value := m[name]; value != nil {
			p.dialect.shapes[i] = Shape{}
			p.shape(value, ShapeName(i))
		} else if !p.extending() {
			p.need(n, m, name)
		}
	}
}

func (p *parser) shape(n *yaml.Node, name ShapeName) {
	p.answer(n, &p.dialect.shapes[name], name, "shapes."+name.String())
}

// answer reads an answer into s; path is where it stands.
func (p *parser) answer(n *yaml.Node, s *Shape, name ShapeName, path string) {
	s.Name = name
	m := p.mapping(n, "status", "transport", "headers", "json", "text", "source", "certainty", "date")
	if m == nil {
		return
	}
	p.dialect.know(p.origin(n, m, path, ""))
	s.Transport = Transport(p.name(m["transport"], "transport", transportNames()))
	if !s.Transport.spoke() {
		for _, key := range []string{"status", "headers", "json", "text"} {
			if m[key] != nil {
				p.fail(m[key], "no "+key, "%s has no HTTP answer", s.Transport)
			}
		}
		return
	}
	if status := p.need(n, m, "status"); status != nil {
		s.Status = p.status(status)
	}
	p.headers(s, m["headers"])
	p.body(s, n, m)
	s.uses = s.needed()
}

func (p *parser) status(n *yaml.Node) int {
	status, err := strconv.Atoi(p.text(n))
	if err != nil || status < 200 || status > 599 {
		p.fail(n, "200 to 599", "status %q", n.Value)
	}
	return status
}

func (p *parser) headers(s *Shape, n *yaml.Node) {
	p.each(n, func(name string, value *yaml.Node) {
		text := p.text(value)
		h := header{name: http.CanonicalHeaderKey(name), value: text}
		if !isToken(name) || strings.ContainsFunc(text, isControl) {
			p.fail(value, "a token and text without control characters",
				"header %q: %q cannot be sent", name, text)
		}
		if h.name == "Date" || h.name == "Content-Length" {
			p.fail(value, "it left out", "header %q is made for every answer", name)
		}
		if strings.HasPrefix(text, "$") {
			h.filled, h.hole = true, hole(p.name(value, "value", holeNames()))
		}
		s.headers = append(s.headers, h)
	})
}

func isControl(r rune) bool { return r < ' ' || r == 0x7f }

// isToken tells whether a name may be a header's (RFC 9110 5.6.2).
func isToken(name string) bool {
	const others = "!#$%&'*+-.^_`|~"
	return name != "" && !strings.ContainsFunc(name, func(r rune) bool {
		letter := 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
		digit := '0' <= r && r <= '9'
		return !letter && !digit && !strings.ContainsRune(others, r)
	})
}

func (p *parser) body(s *Shape, n *yaml.Node, m map[string]*yaml.Node) {
	tree, text := m["json"], m["text"]
	switch {
	case tree != nil && text != nil:
		p.fail(text, "one body", "json and text are both given")
	case tree != nil:
		s.body = p.part(tree, 0)
	case text != nil:
		s.body = part{form: literal, raw: p.text(text)}
	case s.Transport == CutShort:
		p.fail(n, "one that can be cut short", "a body is missing")
	}
}

// part reads a node of a JSON body template.
func (p *parser) part(n *yaml.Node, depth int) part {
	switch {
	case depth > maxDepth:
		p.fail(n, fmt.Sprintf("at most %d levels", maxDepth), "the body nests too deep")
	case n.Kind == yaml.SequenceNode:
		t := part{form: array}
		for _, item := range n.Content {
			t.parts = append(t.parts, p.part(item, depth+1))
		}
		return t
	case n.Kind == yaml.MappingNode:
		return p.object(n, depth)
	case n.Kind == yaml.ScalarNode:
		return p.scalar(n)
	default:
		p.fail(n, "a value", "found %s", kindName(n))
	}
	return part{}
}

func (p *parser) object(n *yaml.Node, depth int) part {
	if len(n.Content) == 2 && n.Content[0].Value == "$each" {
		return part{form: each, parts: []part{p.part(n.Content[1], depth+1)}}
	}
	t := part{form: object}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if key.Kind != yaml.ScalarNode || strings.HasPrefix(key.Value, "$") {
			p.fail(key, "a key; $each stands alone", "found %s", kindName(key))
			continue
		}
		t.keys = append(t.keys, quote(key.Value)+":")
		t.parts = append(t.parts, p.part(n.Content[i+1], depth+1))
	}
	return t
}

func (p *parser) scalar(n *yaml.Node) part {
	switch tag := n.ShortTag(); {
	case strings.HasPrefix(n.Value, "$quota."):
		return p.quotaValue(n)
	case strings.HasPrefix(n.Value, "$"):
		return part{form: filled, hole: hole(p.name(n, "value", holeNames()))}
	case tag == "!!null":
		return part{form: literal, raw: "null"}
	case tag != "!!str" && json.Valid([]byte(n.Value)):
		return part{form: literal, raw: n.Value} // a number or a boolean, as JSON writes it too
	}
	return part{form: literal, raw: quote(n.Value)}
}

// needed tells which of the Params change the answer's form.
func (s *Shape) needed() variant {
	uses := s.body.uses()
	for _, h := range s.headers {
		if h.filled {
			uses |= h.hole.uses()
		}
	}
	return uses
}

func (t *part) uses() variant {
	var uses variant
	switch t.form {
	case filled:
		uses = t.hole.uses()
	case each:
		uses = withRecords
	case nothing, literal, told, object, array:
	}
	for i := range t.parts {
		uses |= t.parts[i].uses()
	}
	return uses
}

func (h hole) uses() variant {
	switch h {
	case holeCount, holeFirst, holeLast:
		return withRecords
	case holeNext:
		return withRecords | withMore
	case holeMore:
		return withMore
	case holeRetryAfter, holeRetryAfterDecimal, holeRetryAfterMs, holeRetryAfterDate, holeRetryAfterEpoch,
		holeRetryAfterISO:
		return withRetryAfter
	case holeRefreshToken:
		return withRefresh
	case holeID, holeNumber, holeResource, holeConnection, holeNow, holeAccessToken, holeExpiresIn:
	}
	return 0
}
