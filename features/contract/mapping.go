package contract

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/outagedrill/outagedrill/internal/problem"
	"github.com/outagedrill/outagedrill/internal/yamlfile"
)

// mappingVersion is the version of mapping files, mostMapping the size of the largest in bytes.
const (
	mappingVersion = "1"
	mostMapping    = 1 << 20
)

// Mapping says how a platform words the contract that has paths and names of its own.
type Mapping struct{ calls map[string]*mapped }

// mapped is how a platform words a call.
type mapped struct {
	none         bool   // it has no such call: the answer is what is said here
	method, path string // theirs
	body, answer fields
}

// fields are the members of a body that a platform words in another way, by their paths in the contract, such
// as jobs.enabled. The whole body is at root.
type fields map[string]*field

// root is the path of a whole body, and of an object itself.
const root = "."

// field is how a platform words a member.
type field struct {
	at    string // its path within the object around it; root: that object itself
	fixed bool   // it is always the same
	is    any    // what it is
	words []words
}

// words are a value of theirs and the contract's.
type words struct{ theirs, ours any }

// ReadMapping reads a mapping file. The error is a problem.Errors, which names all that is wrong with it.
func ReadMapping(file string, text []byte) (*Mapping, error) {
	root, errs := yamlfile.Read(file, text, mostMapping, "target_map and calls")
	if errs != nil {
		return nil, errs
	}
	r := &reader{file: file}
	m := &Mapping{calls: map[string]*mapped{}}
	top := r.members(root, "a mapping file", []string{"target_map", "calls"})
	switch version := top["target_map"]; {
	case version == nil:
		r.fail(root, "a mapping file has no target_map", mappingVersion)
	case version.Value != mappingVersion:
		r.fail(version, "target_map is "+version.Value, mappingVersion)
	}
	var names []string
	for _, c := range Calls() {
		names = append(names, c.Name)
	}
	if calls := top["calls"]; calls != nil {
		for name, n := range r.members(calls, "calls", names) {
			m.calls[name] = r.call(find(name), n)
		}
	} else {
		r.fail(root, "a mapping file has no calls", "how the platform words them")
	}
	if len(r.wrong) > 0 {
		slices.SortStableFunc(r.wrong, func(a, b problem.Problem) int {
			return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col))
		})
		return nil, r.wrong
	}
	return m, nil
}

// reader reads a mapping file and keeps what is wrong with it.
type reader struct {
	file  string
	wrong problem.Errors
}

func (r *reader) fail(n *yaml.Node, what, want string) {
	p := problem.Problem{File: r.file, Line: n.Line, Col: n.Column, What: what, Want: want}
	r.wrong = append(r.wrong, p)
}

// members are the values of an object by their keys, of which these are known; nil: all are.
func (r *reader) members(n *yaml.Node, what string, known []string) map[string]*yaml.Node {
	found := map[string]*yaml.Node{}
	if n.Kind != yaml.MappingNode {
		r.fail(n, what+" has no members", "key: value")
		return found
	}
	for i := 0; i < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		switch {
		case known != nil && !slices.Contains(known, key.Value):
			r.wrong = append(r.wrong, problem.Problem{
				File: r.file, Line: key.Line, Col: key.Column, What: what + " has no " + key.Value,
				Want: problem.List(known, "or"), Near: problem.Nearest(key.Value, known),
			})
		case found[key.Value] != nil:
			r.fail(key, key.Value+" stands here twice", "it once")
		default:
			found[key.Value] = value
		}
	}
	return found
}

// call reads how a call is worded: its method and path, or that and its bodies.
func (r *reader) call(c Call, n *yaml.Node) *mapped {
	m := &mapped{method: c.Method, path: c.Path, body: fields{}, answer: fields{}}
	if n.Kind == yaml.ScalarNode {
		r.target(c, n, m)
		return m
	}
	parts := r.members(n, c.Name, []string{"call", "body", "answer"})
	if at := parts["call"]; at != nil {
		r.target(c, at, m)
	}
	if body := parts["body"]; body != nil {
		m.body = r.fields(c.Name+"'s request", c.Body, body)
	}
	if answer := parts["answer"]; answer != nil {
		m.answer = r.fields(c.Name+"'s answer", c.Answer, answer)
	}
	return m
}

// target reads a method and a path, or that there is no such call.
func (r *reader) target(c Call, n *yaml.Node, m *mapped) {
	method, path, ok := strings.Cut(n.Value, " ")
	known := []string{"GET", "PUT", "POST", "PATCH", "DELETE"}
	want := "METHOD /path, such as " + c.Method + " " + c.Path + ", or none"
	switch {
	case n.Value == "none":
		m.none = true
	case !ok || !strings.HasPrefix(path, "/") || !slices.Contains(known, method):
		r.fail(n, fmt.Sprintf("%s is called %q", c.Name, n.Value), want)
	case strings.Contains(path, "{id}") != strings.Contains(c.Path, "{id}"):
		r.fail(n, fmt.Sprintf("%s is called %q", c.Name, n.Value), "{id} in it as in "+c.Path)
	default:
		m.method, m.path = method, path
	}
}

// fields reads how the members of a body are worded.
func (r *reader) fields(what string, of any, n *yaml.Node) fields {
	if of == nil {
		r.fail(n, what+" has no body", "nothing of it")
		return nil
	}
	types := map[string]reflect.Type{root: reflect.TypeOf(of)}
	paths(types, "", reflect.TypeOf(of))
	f := fields{}
	for path, value := range r.members(n, what, slices.Sorted(maps.Keys(types))) {
		f[path] = r.field(path, value)
	}
	return f
}

// paths finds the paths within a type of the contract.
func paths(found map[string]reflect.Type, at string, t reflect.Type) {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || t == timeType() {
		return
	}
	for f := range t.Fields() {
		path := below(at, nameOf(f))
		found[path] = f.Type
		paths(found, path, f.Type)
	}
}

func below(at, name string) string { return strings.TrimPrefix(at+"."+name, ".") }

// nameOf is the name of a member.
func nameOf(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	return name
}

// field reads how a member is worded: where it is, or more of it.
func (r *reader) field(path string, n *yaml.Node) *field {
	f := &field{at: path[strings.LastIndexByte(path, '.')+1:]}
	if path == root {
		f.at = root
	}
	if n.Kind == yaml.ScalarNode {
		f.at = n.Value
		return f
	}
	parts := r.members(n, path, []string{"at", "is", "words"})
	if at := parts["at"]; at != nil {
		f.at = at.Value
	}
	if is := parts["is"]; is != nil {
		f.fixed = true
		if err := is.Decode(&f.is); err != nil {
			r.fail(is, err.Error(), "a value")
		}
	}
	if list := parts["words"]; list != nil {
		f.words = r.words(path, list)
	}
	return f
}

// words reads what values of theirs mean, in the order of the file.
func (r *reader) words(path string, n *yaml.Node) []words {
	var list []words
	if len(r.members(n, path+"'s words", nil)) == 0 {
		return nil
	}
	for i := 0; i < len(n.Content); i += 2 {
		var w words
		for k, v := range []*any{&w.theirs, &w.ours} {
			if err := n.Content[i+k].Decode(v); err != nil {
				r.fail(n.Content[i+k], err.Error(), "a value")
			}
		}
		list = append(list, w)
	}
	return list
}
