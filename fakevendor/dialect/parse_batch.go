package dialect

import "go.yaml.in/yaml/v4"

// mostCalls is the largest batch that a dialect may allow.
const mostCalls = 1_000

// batch reads how several calls come in one.
func (p *parser) batch(n *yaml.Node) *Batch {
	m := p.mapping(n, "calls", "method", "path", "body", "headers", "name", "under", "most", "too_many",
		"each", "result")
	if m == nil {
		return nil
	}
	b := &Batch{}
	for key, into := range map[string]*string{
		"calls": &b.Calls, "method": &b.Method, "path": &b.Path, "body": &b.Body, "headers": &b.Headers,
		"name": &b.Name, "under": &b.Under,
	} {
		if m[key] != nil {
			*into = p.text(m[key])
		}
	}
	p.need(n, m, "calls")
	p.need(n, m, "path")
	b.Most = p.whole(p.need(n, m, "most"), "most", 1, mostCalls)
	if m["too_many"] != nil {
		s := p.success(m["too_many"], p.dialect.API.Missing)
		b.TooMany = &s
	} else {
		p.need(n, m, "too_many")
	}
	b.Each = p.flag(m["each"], "each")
	if result := p.need(n, m, "result"); result != nil {
		t := p.tree(result, 0)
		b.Result = &t
	}
	return b
}

// logins reads ways to a token that are none of OAuth's.
func (p *parser) logins(n *yaml.Node) []Login {
	var all []Login
	for _, item := range p.items(n) {
		m := p.mapping(item, "path", "when", "answer", "error")
		if m == nil {
			continue
		}
		l := Login{Path: p.text(p.need(item, m, "path"))}
		p.path(item, l.Path)
		if when := p.parameter("", p.need(item, m, "when")); when != nil {
			l.When = *when
		}
		l.Answer = p.success(p.need(item, m, "answer"), Success{})
		l.Error = p.success(p.need(item, m, "error"), Success{})
		all = append(all, l)
	}
	return all
}

// job reads of which earlier call a route does the work.
func (p *parser) job(n *yaml.Node) *Job {
	m := p.mapping(n, "is", "id", "deed", "done", "failed")
	if m == nil {
		return nil
	}
	j := &Job{Object: p.text(p.need(n, m, "is")), ID: p.text(p.need(n, m, "id"))}
	p.objectNamed(m["is"])
	for key, into := range map[string]*string{"deed": &j.Deed, "done": &j.Done, "failed": &j.Failed} {
		if m[key] != nil {
			*into = p.text(m[key])
		}
	}
	return j
}

// ripens reads when an object is done by itself: {field: state, from: Open, to: Done, after: 5s}.
func (p *parser) ripens(n *yaml.Node) *Ripens {
	m := p.mapping(n, "field", "from", "to", "after")
	if m == nil {
		return nil
	}
	r := &Ripens{
		Field: p.text(p.need(n, m, "field")),
		From:  p.text(p.need(n, m, "from")), To: p.text(p.need(n, m, "to")),
	}
	if m["after"] != nil {
		r.After = p.span(m["after"], "after")
	}
	return r
}
