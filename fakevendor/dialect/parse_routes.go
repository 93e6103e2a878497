package dialect

import (
	"net/http"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// rest adds the five routes that a REST path stands for, less those that are written out.
func (p *parser) rest(n *yaml.Node, path string, object int, written []Route) {
	p.path(n, path)
	item := path + "/{id}"
	add := func(method, path string, action Action) {
		id := ""
		if path == item {
			id = "id"
		}
		same := func(r Route) bool { return r.answers(method, path) }
		if slices.ContainsFunc(written, same) {
			return
		}
		p.addRoute(n, Route{Method: method, Path: path, Action: action, Object: object, ID: id})
	}
	add(http.MethodGet, path, ListObjects)
	add(http.MethodPost, path, CreateObject)
	add(http.MethodGet, item, GetObject)
	for _, method := range []string{http.MethodPatch, http.MethodPut, http.MethodPost} {
		add(method, item, UpdateObject)
	}
	add(http.MethodDelete, item, DeleteObject)
}

// path checks a path with its {parameters}.
func (p *parser) path(n *yaml.Node, text string) {
	segments := strings.Split(text, "/")
	for i, s := range segments {
		inner, isParam := strings.CutPrefix(s, "{")
		rest := strings.HasSuffix(s, "*}")
		bad := isParam && !strings.Contains(inner, "}") || rest && i+1 < len(segments) || i > 0 && s == ""
		if bad && text != "/" || i == 0 && s != "" {
			p.fail(n, "as /repos/{owner}/issues or /files/{path*}", "path %q", text)
			return
		}
	}
}

// route reads one path that is no REST path.
func (p *parser) route(n *yaml.Node) {
	m := p.mapping(n, append(actionNames(), "path", "method", "when", "id", "capture", "paging", "missing",
		"replaces", "sets", "open", "mark", "only", "job", "field", "key", "kind", "created", "result",
		"lost", "status", "headers", "json", "text", "rows", "empty", "source", "certainty", "date")...)
	if m == nil {
		return
	}
	r := Route{Object: -1, Action: ActionCount}
	for i, name := range actionNames() {
		if m[name] == nil {
			continue
		}
		r.Action = Action(i)
		if r.Action == BatchCalls {
			r.Batch = p.batch(m[name])
			continue
		}
		if r.Action != FixedAnswer {
			r.Object = p.objectNamed(m[name])
			continue
		}
		s := p.success(m[name], p.dialect.API.Answers[FixedAnswer])
		r.Answer = &s
	}
	if r.Action == ActionCount {
		const want = "one of list, get, create, update, upsert, delete, fixed and batch"
		p.fail(n, want, "a route that does nothing")
	}
	p.selects(n, m, &r)
	of := p.objectOf(&r)
	named := r.Action == CreateObject || r.Action == UpsertObject && (len(of.Keys) > 0 || m["key"] != nil)
	if r.ID == "" && r.Action >= GetObject && r.Action < FixedAnswer && !named {
		p.fail(n, "id: the parameter that holds it", "a route of one object that does not say which")
	}
	r.Paging = p.paging(m["paging"])
	if m["missing"] != nil {
		s := p.success(m["missing"], p.dialect.API.Missing)
		r.Missing = &s
	}
	p.override(n, m, &r)
	p.several(m, &r)
	if m["source"] != nil {
		p.dialect.know(p.origin(n, m, "api.routes."+r.Name(), r.Name()))
	}
	p.addRoute(n, r)
}

// several reads how a call is about several objects, or about one that has a key of its own.
func (p *parser) several(m map[string]*yaml.Node, r *Route) {
	for key, into := range map[string]*string{
		"only": &r.Only, "field": &r.Field, "key": &r.Key, "kind": &r.Kind,
	} {
		if m[key] != nil {
			*into = p.text(m[key])
		}
	}
	for key, into := range map[string]**Tree{"result": &r.Result, "lost": &r.Lost, "mark": &r.Mark} {
		if m[key] != nil {
			t := p.tree(m[key], 0)
			*into = &t
		}
	}
	r.Wraps = r.Mark.holds(HoleItem)
	r.Job, r.Open = p.job(m["job"]), p.flag(m["open"], "open")
	if made := m["created"]; made != nil {
		base := p.dialect.API.Answers[CreateObject]
		if r.Answer != nil {
			base = *r.Answer
		}
		s := p.success(made, base)
		r.Made = &s
	}
}

// selects reads which requests are a route's, and what is read out of them.
func (p *parser) selects(n *yaml.Node, m map[string]*yaml.Node, r *Route) {
	r.Path = p.text(p.need(n, m, "path"))
	p.path(n, r.Path)
	if m["method"] != nil {
		r.Method = p.text(m["method"])
	}
	if m["id"] != nil {
		r.ID = p.text(m["id"])
	}
	if m["when"] != nil {
		r.When = p.parameter("", m["when"])
	}
	if m["capture"] != nil {
		r.Capture = p.parameters(m["capture"], true)
	}
	r.Capture = append(r.Capture, p.objectOf(r).Capture...)
	if r.Replaces = p.flag(m["replaces"], "replaces"); r.Replaces && r.Action != UpdateObject {
		p.fail(m["replaces"], "an update", "a route that replaces nothing")
	}
	if m["sets"] != nil {
		t := p.tree(m["sets"], 0)
		if r.Sets = &t; t.form != object || r.Action < CreateObject || r.Action > UpsertObject {
			p.fail(m["sets"], "fields that a create, an update or an upsert gives",
				"a route that sets nothing")
		}
	}
}

// graphQL reads the path whose routes answer what queries select.
func (p *parser) graphQL(n *yaml.Node) {
	if n == nil {
		return
	}
	path, found := p.text(n), false
	p.dialect.API.Routes = slices.Clone(p.dialect.API.Routes) // they may be another dialect's
	for i := range p.dialect.API.Routes {
		if r := &p.dialect.API.Routes[i]; r.Path == path {
			r.GraphQL, found = true, true
		}
	}
	if !found {
		p.fail(n, "the path of a route", "nothing lies at %q", path)
	}
}

// answers tells whether every call of a method and a path is the route's.
func (r *Route) answers(method, path string) bool {
	return r.When == nil && r.Path == path && (r.Method == method || r.Method == "" || method == "")
}

// addRoute notes a route; two for the same call contradict each other, unless the first one has a condition.
func (p *parser) addRoute(n *yaml.Node, r Route) {
	for _, old := range p.dialect.API.Routes {
		if old.answers(r.Method, r.Path) {
			p.fail(n, "one route a call", "%s is a route already", r.Name())
			return
		}
	}
	if r.Paging == nil {
		r.Paging = p.objectOf(&r).Paging
	}
	p.dialect.API.Routes = append(p.dialect.API.Routes, r)
}

// override reads what a route answers in place of what its action does.
func (p *parser) override(n *yaml.Node, m map[string]*yaml.Node, r *Route) {
	given := yaml.Node{Kind: yaml.MappingNode, Line: n.Line, Column: n.Column}
	for _, key := range []string{"status", "headers", "json", "text", "rows", "empty"} {
		if m[key] != nil {
			given.Content = append(given.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: key}, m[key])
		}
	}
	if len(given.Content) > 0 && r.Action != FixedAnswer && r.Action < ActionCount {
		s := p.success(&given, p.dialect.API.Answers[r.Action])
		r.Answer = &s
	}
}

// objectOf gives the object of a route; one of nothing where it has none.
func (p *parser) objectOf(r *Route) *Object {
	if r.Object < 0 || r.Object >= len(p.dialect.API.Objects) {
		return new(Object)
	}
	return &p.dialect.API.Objects[r.Object]
}

func (p *parser) objectNamed(n *yaml.Node) int {
	name := p.text(n)
	objects := p.dialect.API.Objects
	i := slices.IndexFunc(objects, func(o Object) bool { return o.Name == name })
	if i < 0 {
		var names []string
		for _, o := range objects {
			names = append(names, o.Name)
		}
		p.unknown(n, "object", name, names)
		return 0
	}
	return i
}
