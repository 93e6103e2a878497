package dialect

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

func (p *parser) promises(n *yaml.Node) {
	names := opNames()
	m := p.mapping(n, names...)
	if m == nil {
		return
	}
	for i, name := range names {
		if value := m[name]; value != nil {
			p.promise(value, Op(i))
		} else if !p.extending() {
			p.need(n, m, name)
		}
	}
}

func (p *parser) promise(n *yaml.Node, op Op) {
	into := &p.dialect.promises[op]
	paths := map[string]*path{"has": &into.has}
	switch op {
	case ReadPage:
		paths = map[string]*path{"records": &into.records, "number": &into.number, "more": &into.more}
	case RefreshToken:
		paths = map[string]*path{
			"access": &into.access, "refresh": &into.refresh, "expires_in": &into.expiresIn,
		}
	case WriteRecords, TestConnection:
	}
	keys := make([]string, 0, len(paths))
	for key := range paths {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	m := p.mapping(n, keys...)
	if m == nil {
		return
	}
	for _, key := range keys {
		if value := p.need(n, m, key); value != nil {
			*paths[key] = parsePath(p.text(value))
		}
	}
}

func (p *parser) retryAfter(n *yaml.Node) {
	var sources []retrySource
	var facts []Fact
	for i, item := range p.items(n) {
		m := p.mapping(item, "header", "as", "when", "source", "certainty", "date")
		if m == nil {
			continue
		}
		s := retrySource{
			header: p.text(p.need(item, m, "header")),
			as:     retryForm(p.name(p.need(item, m, "as"), "form", retryFormNames())),
		}
		value := s.header + " as " + retryFormNames()[s.as]
		if when := m["when"]; when != nil {
			p.when(&s.when, when)
			value += " when " + flow(when)
		}
		sources = append(sources, s)
		facts = append(facts, p.origin(item, m, "retry_after."+strconv.Itoa(i+1), value))
	}
	p.dialect.retryAfter = slices.Concat(sources, p.dialect.retryAfter)
	p.dialect.know(facts...)
}

// items gives the items of a list.
func (p *parser) items(n *yaml.Node) []*yaml.Node {
	if n == nil {
		return nil
	}
	if n.Kind != yaml.SequenceNode {
		p.fail(n, "a list", "found %s", kindName(n))
		return nil
	}
	return n.Content
}

func (p *parser) reading(n *yaml.Node) {
	m := p.mapping(n, "api", "token")
	if m == nil {
		return
	}
	if !p.extending() {
		p.need(n, m, "api")
		p.need(n, m, "token")
	}
	api := p.rules(m["api"], "reading.api.", func(c Class) bool { return c != TokenRefreshFailed })
	token := p.rules(m["token"], "reading.token.", func(c Class) bool {
		return c == OK || c == TokenRefreshFailed
	})
	p.dialect.api = slices.Concat(api, p.dialect.api)
	p.dialect.token = slices.Concat(token, p.dialect.token)
}

// rules reads a list of rules. The last one must hold for every answer, but where the rules of another
// dialect follow: there none may.
func (p *parser) rules(n *yaml.Node, path string, allowed func(Class) bool) []rule {
	items := p.items(n)
	var rules []rule
	var facts []Fact
	for i, item := range items {
		m := p.mapping(item, "when", "class", "sub", "source", "certainty", "date")
		if m == nil {
			continue
		}
		r := p.rule(item, m, allowed)
		value := r.class.String()
		if r.sub != NoSub {
			value += " " + r.sub.String()
		}
		if when := m["when"]; when != nil {
			value = flow(when) + " is " + value
		}
		rules = append(rules, r)
		facts = append(facts, p.origin(item, m, path+strconv.Itoa(i+1), value))
	}
	p.dialect.know(facts...)
	if n != nil && len(items) == 0 && !p.extending() {
		p.fail(n, "at least one with when: {}", "no rules")
	}
	for i, item := range items {
		last := i == len(items)-1 && !p.extending()
		want := "when: {} in the last rule, and only there"
		if p.extending() {
			want = "a condition, as the rules of " + p.dialect.Extends + " follow"
		}
		if when := child(item, "when"); when != nil && (len(when.Content) == 0) != last {
			p.fail(when, want, "rule %d of %d", i+1, len(items))
		}
	}
	return rules
}

// flow writes a node in one line.
func flow(n *yaml.Node) string {
	var parts []string
	switch n.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			parts = append(parts, n.Content[i].Value+": "+flow(n.Content[i+1]))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case yaml.SequenceNode:
		for _, item := range n.Content {
			parts = append(parts, flow(item))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case yaml.DocumentNode, yaml.ScalarNode, yaml.AliasNode, yaml.StreamNode:
	}
	return n.Value
}

// child gives the value of a key without checking anything; nil where there is none.
func child(n *yaml.Node, key string) *yaml.Node {
	if n == nil {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Kind == yaml.MappingNode && n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

func (p *parser) rule(n *yaml.Node, m map[string]*yaml.Node, allowed func(Class) bool) rule {
	var r rule
	if class := p.need(n, m, "class"); class != nil {
		r.class = Class(p.name(class, "class", classNames()))
		if !allowed(r.class) {
			p.fail(class, "ok or token_refresh_failed in token rules, any other in api rules",
				"class %s", r.class)
		}
	}
	if sub := m["sub"]; sub != nil {
		r.sub = Sub(p.name(sub, "sub", subNames()))
	}
	if !r.class.takes(r.sub) {
		p.fail(n, "a sub-cause of that class", "class %s with sub %q", r.class, r.sub)
	}
	if when := p.need(n, m, "when"); when != nil {
		p.when(&r, when)
	}
	return r
}

// takes tells whether a sub-cause belongs to the class; a failed refresh always names one.
func (c Class) takes(s Sub) bool {
	switch c {
	case BadCredentials:
		return s == NoSub || s == ExpiredToken
	case TokenRefreshFailed:
		return s == Dead || s == Transient
	case VendorDown:
		return s == NoSub || s >= Timeout
	case OK, RateLimited, Rejected:
	}
	return s == NoSub
}

func (p *parser) when(r *rule, n *yaml.Node) {
	m := p.mapping(n, "op", "transport", "status", "header", "json", "text", "body")
	if op := m["op"]; op != nil {
		r.ops = p.set(op, "operation", opNames())
	}
	if transport := m["transport"]; transport != nil {
		r.transports = p.set(transport, "transport", transportNames())
	}
	if status := m["status"]; status != nil {
		r.statuses = p.statuses(status)
	}
	p.each(m["header"], func(name string, value *yaml.Node) {
		r.headers = append(r.headers, headerTest{name, p.pattern(value)})
	})
	p.each(m["json"], func(name string, value *yaml.Node) {
		r.fields = append(r.fields, fieldTest{parsePath(name), p.texts(value)})
	})
	if text := m["text"]; text != nil {
		r.text = p.pattern(text)
	}
	r.body = bodyTest(p.name(m["body"], "body", bodyTestNames()))
}

// each calls f for every key of a mapping, in the file's order.
func (p *parser) each(n *yaml.Node, f func(key string, value *yaml.Node)) {
	if p.mapping(n) == nil {
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		f(n.Content[i].Value, n.Content[i+1])
	}
}

// set reads a name or a list of names into a bit set.
func (p *parser) set(n *yaml.Node, what string, names []string) uint8 {
	items := []*yaml.Node{n}
	if n.Kind == yaml.SequenceNode {
		items = n.Content
	}
	if len(items) == 0 {
		p.fail(n, "at least one", "no %s", what)
	}
	var set uint8
	for _, item := range items {
		set |= 1 << p.name(item, what, names)
	}
	return set
}

func (p *parser) pattern(n *yaml.Node) *regexp.Regexp {
	pattern, err := regexp.Compile(p.text(n))
	if err != nil {
		p.fail(n, "", "%q is not a regular expression: %v", n.Value, err)
		return regexp.MustCompile("")
	}
	return pattern
}
