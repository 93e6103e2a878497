package dialect

import (
	"net/http"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/outagedrill/outagedrill/internal/words"
)

// KeyName is what a parameter of an answer calls the idempotency key: $path.idempotency_key.
const KeyName = "idempotency_key"

// Idempotency is how a vendor does not do the same twice: a write that carries a key is done once, and
// answered alike whenever it comes again.
type Idempotency struct {
	Key       Parameter
	Methods   []string
	Endpoints []string        // patterns (Matches) of those that know it; nil: all
	Keeps     time.Duration   // how long a key is known
	First     []SuccessHeader // of the first answer
	Again     []SuccessHeader // of the same answer given once more
	Other     *Success        // the key comes with another request; nil: it is not looked at
	Busy      *Success        // the first request is not answered yet; nil: as if it were
}

// idempotency reads how the vendor does not do the same twice.
func (p *parser) idempotency(n *yaml.Node) {
	m := p.mapping(n, "key", "methods", "endpoints", "keeps", "first", "again", "other", "busy",
		"source", "certainty", "date")
	if m == nil {
		return
	}
	one := &Idempotency{Methods: []string{http.MethodPost}}
	if key := p.parameter(KeyName, p.need(n, m, "key")); key != nil {
		one.Key = *key
	}
	if m["methods"] != nil {
		one.Methods = p.texts(m["methods"])
	}
	if m["endpoints"] != nil {
		one.Endpoints = p.texts(m["endpoints"])
	}
	if keeps := p.sourced(p.need(n, m, "keeps"), "api.idempotency.keeps"); keeps != nil {
		one.Keeps = p.span(keeps, "keeps")
	}
	one.First, one.Again = p.headerLines(m["first"]), p.headerLines(m["again"])
	for key, into := range map[string]**Success{"other": &one.Other, "busy": &one.Busy} {
		if m[key] != nil {
			s := p.success(m[key], Success{})
			*into = &s
		}
	}
	text := strings.Join(one.Methods, ", ") + " with " + one.Key.Header + one.Key.Query +
		", done once within " + words.Duration(one.Keeps)
	p.dialect.know(p.origin(n, m, "api.idempotency", text))
	p.dialect.API.Idempotency = one
}

// everywhere reads the headers that are on every answer of the vendor's own, each by its name.
func (p *parser) everywhere(n *yaml.Node) {
	p.each(n, func(name string, value *yaml.Node) {
		m := p.mapping(value, "is", "source", "certainty", "date")
		if m == nil {
			return
		}
		is := p.need(value, m, "is")
		if is == nil {
			return
		}
		h := p.headerLine(name, is)
		p.dialect.API.Headers = append(p.dialect.API.Headers, h)
		p.dialect.know(p.origin(value, m, "api.headers."+h.Name, h.Name+": "+is.Value))
	})
}

// headerLines reads header lines, each by its name.
func (p *parser) headerLines(n *yaml.Node) (lines []SuccessHeader) {
	p.each(n, func(name string, value *yaml.Node) { lines = append(lines, p.headerLine(name, value)) })
	return lines
}

func (p *parser) headerLine(name string, value *yaml.Node) SuccessHeader {
	if !isToken(name) || strings.ContainsFunc(p.text(value), isControl) {
		p.fail(value, "a token and text without control characters", "header %q cannot be sent", name)
	}
	t := p.leaf(value)
	return SuccessHeader{http.CanonicalHeaderKey(name), &t}
}
