package policy

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/outagedrill/outagedrill/internal/problem"
)

// pair is one entry of a mapping.
type pair struct {
	key, value *yaml.Node
}

// pairs returns the entries of a mapping in file order, after reporting keys that are no text or
// stand there twice.
func (r *reader) pairs(n *yaml.Node, what string) []pair {
	if n.Kind != yaml.MappingNode {
		r.fail(n, "a mapping, KEY: VALUE", "%s is %s", what, describe(n))
		return nil
	}
	var list []pair
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		switch {
		case key.Kind != yaml.ScalarNode || key.Value == "":
			r.fail(key, "a name", "a key of %s is %s", what, describe(key))
		case seen[key.Value]:
			r.fail(key, "each key once", "%s stands twice in %s", quote(key.Value), what)
		default:
			seen[key.Value] = true
			list = append(list, pair{key, value})
		}
	}
	return list
}

// fields returns the values of a mapping with fixed keys, or nil if it is none.
func (r *reader) fields(n *yaml.Node, what string, known ...string) map[string]*yaml.Node {
	if n.Kind != yaml.MappingNode {
		r.fail(n, "a mapping, KEY: VALUE", "%s is %s", what, describe(n))
		return nil
	}
	found := map[string]*yaml.Node{}
	for _, p := range r.pairs(n, what) {
		if slices.Contains(known, p.key.Value) {
			found[p.key.Value] = p.value
			continue
		}
		r.failAs(p.key, problem.Problem{
			What: what + " has no key " + quote(p.key.Value),
			Want: problem.List(known, "or"),
			Near: problem.Nearest(p.key.Value, known),
		})
	}
	return found
}

// sources reads the file's sources, adds them to the policy and returns their keys.
func (r *reader) sources(n *yaml.Node, p *Policy) []string {
	if n == nil {
		return nil
	}
	var own []string
	for _, e := range r.pairs(n, "sources") {
		key := e.key.Value
		if _, taken := p.Source(key); taken {
			r.fail(e.key, "a key of its own", "source %s belongs to the extended policy", quote(key))
			continue
		}
		own = append(own, key)
		s := Source{Key: r.text(e.key, "the source's key")}
		keys := r.fields(e.value, "source "+quote(key), "title", "url", "date")
		if title := keys["title"]; title != nil {
			s.Title = r.text(title, "title")
		} else if keys != nil {
			r.fail(e.key, "title: what the document is called", "source %s has no title", quote(key))
		}
		if url := keys["url"]; url != nil {
			s.URL = r.text(url, "url")
		}
		if date := keys["date"]; date != nil {
			s.Date = r.text(date, "date")
		}
		p.Sources = append(p.Sources, s)
	}
	return own
}

// values reads the values into the policy. Own are the keys of the file's own sources.
func (r *reader) values(root *yaml.Node, keys map[string]*yaml.Node, p *Policy, own []string) {
	before := len(r.errs)
	named := map[string]bool{}
	if n := keys["values"]; n != nil {
		root = n
		for _, e := range r.pairs(n, "values") {
			named[e.key.Value] = true
			if s, ok := p.spec(e.key.Value); ok {
				r.value(e, s, p, own)
			} else {
				r.failAs(e.key, unknownValue(e.key.Value, p.Governs))
			}
		}
	}
	r.missing(root, keys, p, named)
	if clash := p.contradiction(); clash != nil && len(r.errs) == before {
		r.failAs(offset(root), *clash)
	}
}

// missing reports the values that a file which extends no policy does not give.
func (r *reader) missing(at *yaml.Node, keys map[string]*yaml.Node, p *Policy, named map[string]bool) {
	if keys["extends"] != nil {
		return
	}
	var without []string
	for _, s := range p.specs() {
		if !named[s.name] {
			without = append(without, s.name)
		}
	}
	if len(without) > 0 {
		r.fail(at, "every value, or extends:", "no value for %s", strings.Join(without, ", "))
	}
}

// offset finds the value to blame for a contradiction between the offset and the interval of sweeps:
// the first of the two that the file gives.
func offset(values *yaml.Node) *yaml.Node {
	for i := 0; i+1 < len(values.Content); i += 2 {
		if strings.HasPrefix(values.Content[i].Value, "sweep.") {
			return values.Content[i+1]
		}
	}
	return values
}

// value reads one value, in its short form or in the long one with its origin.
func (r *reader) value(e pair, s spec, p *Policy, own []string) {
	v := Value{Name: s.name, Rule: s.rule, Basis: Yours}
	n := e.value
	if n.Kind == yaml.MappingNode {
		keys := r.fields(n, s.name, "value", "rule", "documented", "chosen", "alternatives")
		r.origin(n, keys, &v, own)
		v.Alternatives = r.alternatives(keys["alternatives"], s, p.Governs)
		if n = keys["value"]; n == nil {
			r.fail(e.value, "value: "+s.field.want, "%s has no value", s.name)
			return
		}
	} else if r.builtIn {
		r.fail(n, "documented: or chosen:", "%s does not say where it comes from", s.name)
	}
	if bad := s.field.set(n); bad != nil {
		r.fail(bad, s.field.want, "%s", misfit(s.name, n, bad))
		return
	}
	v.Text = text(n)
	p.put(v)
}

// origin reads where a value comes from. A user's own choice stays on the basis yours.
func (r *reader) origin(at *yaml.Node, keys map[string]*yaml.Node, v *Value, own []string) {
	documented, chosen, rule := keys["documented"], keys["chosen"], keys["rule"]
	if rule != nil && rule.Value != v.Rule {
		r.fail(rule, v.Rule, "the rule that reads %s is not %s", v.Name, describe(rule))
	}
	switch {
	case documented != nil && chosen != nil:
		r.fail(chosen, "one of the two", "%s is both documented and chosen", v.Name)
	case documented != nil:
		v.Basis, v.Source = Documented, r.text(documented, "documented")
		if !slices.Contains(own, v.Source) {
			r.failAs(documented, problem.Problem{
				What: v.Name + " rests on an unknown source, " + describe(documented),
				Want: "a key of this file's sources:",
				Near: problem.Nearest(v.Source, own),
			})
		}
	case chosen != nil:
		v.Why = r.text(chosen, "chosen")
		if r.builtIn {
			v.Basis = Chosen
		}
	}
	if r.builtIn && (rule == nil || documented == nil && chosen == nil) {
		r.fail(at, "rule:, and documented: or chosen:", "%s does not say where it comes from", v.Name)
	}
}

// alternatives reads the other values worth trying. Each must fit as the value itself must.
func (r *reader) alternatives(n *yaml.Node, s spec, kind Kind) []string {
	if n == nil {
		return nil
	}
	if n.Kind != yaml.SequenceNode {
		r.fail(n, "a list of values", "alternatives is %s", describe(n))
		return nil
	}
	trial, _ := (&Policy{Governs: kind}).spec(s.name)
	var list []string
	for _, item := range n.Content {
		if bad := trial.field.set(item); bad != nil {
			r.fail(bad, s.field.want, "%s", misfit("an alternative of "+s.name, item, bad))
			continue
		}
		list = append(list, text(item))
	}
	return list
}
