package dialect

import (
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// actionNames are the keys of api.answers, in the order of the actions.
func actionNames() []string {
	return []string{"list", "get", "create", "update", "upsert", "delete", "fixed", "batch"}
}

// api reads what the vendor's API looks like. What it leaves out is that of the dialect it extends; objects
// and routes are given whole.
func (p *parser) api(n *yaml.Node) {
	m := p.mapping(n, "hosts", "credentials", "paging", "suffix", "since", "answers", "fallback",
		"objects", "routes", "graphql", "oauth", "idempotency", "headers",
		"source", "certainty", "date")
	if m == nil {
		return
	}
	p.dialect.know(p.origin(n, m, "api", "paths, lists and objects"))
	a := &p.dialect.API
	a.Hosts = nil
	if hosts := m["hosts"]; hosts != nil {
		a.Hosts = p.texts(hosts)
	}
	p.credentials(m["credentials"])
	if own := p.paging(m["paging"]); own != nil {
		a.Paging = *own
	}
	if m["suffix"] != nil {
		a.Suffix = p.text(m["suffix"])
	}
	if since := m["since"]; since != nil {
		a.Since = p.parameters(since, false)
	}
	p.answers(m["answers"])
	p.everywhere(m["headers"])
	p.idempotency(m["idempotency"])
	if m["objects"] != nil || m["routes"] != nil {
		a.Objects, a.Routes = nil, nil
	}
	if m["fallback"] != nil {
		a.Fallback, _ = p.kind("object", m["fallback"])
	}
	var rests []*yaml.Node // by object; nil: it has no REST path
	p.each(m["objects"], func(name string, n *yaml.Node) {
		o, rest := p.kind(name, n)
		a.Objects, rests = append(a.Objects, o), append(rests, rest)
	})
	for _, item := range p.items(m["routes"]) {
		p.route(item)
	}
	written := a.Routes
	for object, rest := range rests {
		if rest == nil {
			continue
		}
		for _, path := range p.texts(rest) {
			p.rest(rest, path, object, written)
		}
	}
	p.graphQL(m["graphql"])
	p.oauth(m["oauth"])
}

func (p *parser) credentials(n *yaml.Node) {
	m := p.mapping(n, "headers", "query", "body", "anonymous")
	if m == nil {
		return
	}
	var c Credentials
	if headers := m["headers"]; headers != nil {
		for _, name := range p.texts(headers) {
			c.Headers = append(c.Headers, http.CanonicalHeaderKey(name))
		}
	}
	if query := m["query"]; query != nil {
		c.Query = p.texts(query)
	}
	if body := m["body"]; body != nil {
		c.Body = p.group(body)
	}
	c.Anonymous = p.flag(m["anonymous"], "anonymous")
	p.dialect.API.Credentials = c
}

func (p *parser) flag(n *yaml.Node, what string) bool {
	if n == nil {
		return false
	}
	if n.Value != "true" && n.Value != "false" {
		p.fail(n, "true or false", "%s is %q", what, n.Value)
	}
	return n.Value == "true"
}

func (p *parser) whole(n *yaml.Node, what string, low, high int) int {
	if n == nil {
		return low
	}
	i, err := strconv.Atoi(p.text(n))
	if err != nil || i < low || i > high {
		want := fmt.Sprintf("a whole number from %d to %d", low, high)
		p.fail(n, want, "%s is %q", what, n.Value)
	}
	return i
}

// pageMax is the largest page that a dialect may allow.
const pageMax = 10_000

// paging reads how lists are cut into pages; nil when nothing is said.
func (p *parser) paging(n *yaml.Node) *Paging {
	m := p.mapping(n, "page", "offset", "cursor", "id", "size", "default", "max", "newest_first", "direction",
		"first")
	if m == nil {
		return nil
	}
	var paging Paging
	found := 0
	for kind, key := range []string{"page", "offset", "cursor", "id"} {
		if by := m[key]; by != nil {
			paging.By, paging.Parameter = PagingKind(kind), p.text(by)
			found++
		}
	}
	if found != 1 {
		p.fail(n, "one of page, offset, cursor and id", "lists are paged by %d parameters", found)
	}
	if size := m["size"]; size != nil {
		paging.Size = p.text(size)
	}
	paging.Default = p.whole(m["default"], "default", 1, pageMax)
	paging.Max = paging.Default
	if m["max"] != nil {
		paging.Max = p.whole(m["max"], "max", paging.Default, pageMax)
	}
	if paging.By == ByPage {
		paging.First = 1
	}
	if m["first"] != nil {
		paging.First = p.whole(m["first"], "first", 0, 1)
	}
	paging.NewestFirst = p.flag(m["newest_first"], "newest_first")
	if direction := m["direction"]; direction != nil {
		paging.Direction = p.text(direction)
	}
	return &paging
}

// parameters reads what a request carries: {query: q, match: 'FROM (\w+)', words: [Item]},
// {header: If-Modified-Since}.
func (p *parser) parameters(n *yaml.Node, named bool) []Parameter {
	var all []Parameter
	read := func(name string, item *yaml.Node) {
		if one := p.parameter(name, item); one != nil {
			all = append(all, *one)
		}
	}
	if named {
		p.each(n, read)
		return all
	}
	for _, item := range p.items(n) {
		read("", item)
	}
	return all
}

// parameter reads one of them; nil when it is none.
func (p *parser) parameter(name string, n *yaml.Node) *Parameter {
	m := p.mapping(n, "query", "header", "body", "match", "words")
	if m == nil {
		return nil
	}
	one := Parameter{Name: name}
	if m["query"] != nil {
		one.Query = p.text(m["query"])
	}
	if m["header"] != nil {
		one.Header = http.CanonicalHeaderKey(p.text(m["header"]))
	}
	one.Body = p.flag(m["body"], "body")
	places := 0
	for _, has := range []bool{one.Query != "", one.Header != "", one.Body} {
		if has {
			places++
		}
	}
	if places != 1 {
		p.fail(n, "one of query, header and body", "a parameter with %d places", places)
	}
	if m["match"] != nil {
		one.Pattern = p.group(m["match"])
	}
	if m["words"] != nil {
		one.Words = p.texts(m["words"])
	}
	return &one
}

// group reads a pattern that has a group, which is the value.
func (p *parser) group(n *yaml.Node) *regexp.Regexp {
	pattern := p.pattern(n)
	if pattern != nil && pattern.NumSubexp() < 1 {
		p.fail(n, "a group in parentheses, which is the value", "pattern %q", n.Value)
	}
	return pattern
}

func (p *parser) answers(n *yaml.Node) {
	names := append(actionNames(), "missing", "denied", "stale")
	m := p.mapping(n, names...)
	for i, name := range names {
		value := m[name]
		if value == nil {
			continue
		}
		into := &p.dialect.API.Missing
		switch {
		case i < int(ActionCount):
			into = &p.dialect.API.Answers[i]
		case name == "denied":
			into = &p.dialect.API.Denied
		case name == "stale":
			into = &p.dialect.API.Stale
		}
		*into = p.success(value, *into)
		if m := p.mapping(value); m["source"] != nil {
			p.dialect.know(p.origin(value, m, "api.answers."+name, "answer "+name))
		}
	}
	if m["update"] != nil && m["upsert"] == nil {
		all := &p.dialect.API.Answers
		all[UpsertObject] = all[UpdateObject]
	}
}

// success reads an answer; what it leaves out is as in another one.
func (p *parser) success(n *yaml.Node, base Success) Success {
	m := p.mapping(n, "status", "headers", "json", "text", "rows", "empty", "lives",
		"source", "certainty", "date")
	if m == nil {
		return base
	}
	s := base
	if s.Status == 0 {
		s.Status = http.StatusOK
	}
	if m["status"] != nil {
		s.Status = p.status(m["status"])
	}
	if m["headers"] != nil {
		s.Headers = p.headerLines(m["headers"])
	}
	if m["json"] != nil {
		t := p.tree(m["json"], 0)
		s.Body, s.Plain = &t, false
	}
	if m["text"] != nil {
		t := p.leaf(m["text"])
		s.Body, s.Plain = &t, true
	}
	s.Rows = p.flag(m["rows"], "rows")
	if p.flag(m["empty"], "empty") {
		s.Body = nil
	}
	s.Gives = s.Body.holds(HoleAccessToken)
	if m["lives"] != nil {
		if s.Lives = p.span(m["lives"], "lives"); !s.Gives {
			p.fail(m["lives"], "a body with $access_token in it",
				"an answer that gives no token tells its life")
		}
	}
	s.Quotas = s.Body.holds(HoleQuota) || s.Body.holds(HoleQuotaLimit) || s.Body.holds(HoleQuotaRemaining) ||
		s.Body.holds(HoleQuotaUsed) || s.Body.holds(HoleQuotaReset)
	return s
}

// kind reads a kind of thing: its own fields in item, the envelopes around one and around many. It gives
// the REST paths too, nil for none.
func (p *parser) kind(name string, n *yaml.Node) (o Object, rest *yaml.Node) {
	m := p.mapping(n, "id", "item", "envelope", "list", "field", "into", "paging", "keys", "result", "rest",
		"version", "unwritten", "capture", "prefix", "ripens")
	if m == nil {
		return o, nil
	}
	o.Name = name
	for key, into := range map[string]**Tree{
		"id": &o.ID, "item": &o.Item, "envelope": &o.Envelope, "list": &o.List,
		"result": &o.Result,
	} {
		if m[key] != nil {
			t := p.tree(m[key], 0)
			*into = &t
		}
	}
	if o.Item == nil {
		p.fail(n, "", "%q is missing", "item")
	} else if o.Item.form != object {
		p.fail(m["item"], "a mapping", "an object that is none")
	}
	if o.ID == nil {
		o.ID = &Tree{form: filled, raws: []string{"", ""}, holes: []Hole{{Name: "number", Kind: HoleNumber}}}
	}
	if _, _, _, ok := o.ID.Around(); !ok || o.ID.holes[0].Kind != HoleNumber {
		p.fail(m["id"], "a text with one $number in it, as cus_$number14", "an id that cannot be read back")
	}
	for key, into := range map[string]*string{"field": &o.Field, "into": &o.Into, "version": &o.Version} {
		if m[key] != nil {
			*into = p.text(m[key])
		}
	}
	if m["unwritten"] != nil {
		o.Unwritten = p.texts(m["unwritten"])
	}
	if m["capture"] != nil {
		o.Capture = p.parameters(m["capture"], true)
	}
	o.Prefix, o.Ripens = p.prefix(m["prefix"]), p.ripens(m["ripens"])
	o.Paging = p.paging(m["paging"])
	for _, key := range p.items(m["keys"]) {
		o.Keys = append(o.Keys, p.key(key))
	}
	return o, m["rest"]
}

// prefix reads what ids begin with by kind: {of: {Account: '001'}, else: a00}.
func (p *parser) prefix(n *yaml.Node) *Prefix {
	m := p.mapping(n, "of", "else")
	if m == nil {
		return nil
	}
	prefix := &Prefix{Of: map[string]string{}, Else: p.text(p.need(n, m, "else"))}
	p.each(p.need(n, m, "of"), func(kind string, n *yaml.Node) {
		prefix.Of[strings.ToLower(kind)] = p.text(n)
	})
	return prefix
}

// key reads a field that names an object: NAME, or {md5: NAME}.
func (p *parser) key(n *yaml.Node) Key {
	if n.Kind != yaml.MappingNode {
		return Key{Field: p.text(n)}
	}
	m := p.mapping(n, "md5")
	return Key{Field: p.text(p.need(n, m, "md5")), MD5: true}
}
