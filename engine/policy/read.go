package policy

import (
	"fmt"
	"path/filepath"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v4"

	"github.com/outagedrill/outagedrill/internal/problem"
	"github.com/outagedrill/outagedrill/internal/yamlfile"
)

// Parse reads a user's policy file: `extends:` a built-in policy and overrides some of its values, or
// stands alone and gives them all. File is the path that messages name. The error is an
// Errors: everything that is wrong, in the order of the file.
func Parse(file string, data []byte) (*Policy, error) {
	r := reader{file: file}
	return r.policy(data)
}

// reader collects what is wrong with one file while reading it.
type reader struct {
	file    string
	builtIn bool // an embedded file: every value must say where it comes from
	errs    []problem.Problem
}

func (r *reader) fail(n *yaml.Node, want, format string, args ...any) {
	r.failAs(n, problem.Problem{What: fmt.Sprintf(format, args...), Want: want})
}

// failAs gives a problem its place.
func (r *reader) failAs(n *yaml.Node, p problem.Problem) {
	p.File, p.Line, p.Col = r.file, max(n.Line, 1), max(n.Column, 1)
	r.errs = append(r.errs, p)
}

func (r *reader) policy(data []byte) (*Policy, error) {
	root, errs := yamlfile.Read(r.file, data, largestFile, "a policy file with policy:, name: and values:")
	if errs != nil {
		return nil, errs
	}
	if p := r.root(root); len(r.errs) == 0 {
		return p, nil
	}
	return nil, sorted(r.errs)
}

// root reads the file's top level.
func (r *reader) root(n *yaml.Node) *Policy {
	keys := r.fields(n, "a policy file",
		"policy", "name", "title", "governs", "extends", "sources", "values")
	if keys == nil {
		return nil
	}
	if v := keys["policy"]; v == nil {
		r.fail(n, "policy: 1", "the format version is missing")
	} else if v.ShortTag() != "!!int" || v.Value != "1" {
		r.fail(v, "1, the only format version", "policy is %s", describe(v))
	}
	p := r.begin(keys)
	r.name(n, keys, p)
	own := r.sources(keys["sources"], p)
	if p.Governs != "" {
		r.values(n, keys, p, own)
	}
	return p
}

// begin returns the policy that the file extends, or an empty one of the kind that it governs. The
// kind is empty if the file does not tell it.
func (r *reader) begin(keys map[string]*yaml.Node) *Policy {
	p := &Policy{}
	if n := keys["extends"]; n != nil {
		if base, err := builtIn(n.Value); err == nil {
			p = base
		} else {
			r.failAs(n, problem.Problem{
				What: "extends is " + describe(n),
				Want: "a built-in policy, " + problem.List(Names(), "or"),
				Near: problem.Nearest(n.Value, Names()),
			})
		}
	}
	var kind Kind
	switch n, f := keys["governs"], word(&kind, ForFlows, ForPollingJobs); {
	case n == nil:
	case f.set(n) != nil:
		r.fail(n, f.want, "governs is %s", describe(n))
	case p.Governs != "" && p.Governs != kind:
		r.fail(n, "governs: "+string(p.Governs), "governs is %s, but %s, which the file extends, governs %s",
			kind, p.Name, p.Governs)
	default:
		p.Governs = kind
	}
	return p
}

// name reads the name and the title. A file that extends a policy may leave both out.
func (r *reader) name(root *yaml.Node, keys map[string]*yaml.Node, p *Policy) {
	base := p.Name
	p.Name = strings.TrimSuffix(filepath.Base(r.file), filepath.Ext(r.file))
	at := root
	if n := keys["name"]; n != nil {
		p.Name, at = r.text(n, "name"), n
	} else if keys["extends"] == nil {
		r.fail(root, "name: MY-POLICY", "the name is missing")
	}
	if BuiltIn(p.Name) && !r.builtIn {
		r.fail(at, "a name of its own", "%s is the name of a built-in policy", p.Name)
	}
	switch n := keys["title"]; {
	case n != nil:
		p.Title = r.text(n, "title")
	case base != "":
		p.Title = p.Name + ", which extends " + base
	default:
		p.Title = p.Name
	}
	if keys["governs"] == nil && keys["extends"] == nil {
		r.fail(root, "governs: flows, governs: polling_jobs or extends:",
			"the kind of work is missing")
	}
}

// text reads words on one line: a name, a title, a reason.
func (r *reader) text(n *yaml.Node, what string) string {
	s := strings.Join(strings.Fields(n.Value), " ")
	odd := strings.ContainsFunc(s, unicode.IsControl)
	if n.Kind != yaml.ScalarNode || n.ShortTag() == "!!null" || s == "" || odd {
		r.fail(n, "plain text", "%s is %s", what, describe(n))
	}
	return s
}
