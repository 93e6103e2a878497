package timeline

import (
	"fmt"

	"go.yaml.in/yaml/v4"

	"github.com/outagedrill/outagedrill/internal/problem"
)

// entry is a key with its value, or an item of a list under the list's key.
type entry struct {
	key  string
	at   *yaml.Node // the key, or the item
	node *yaml.Node // the value, aliases followed; nil where the key is absent
}

// field is one key of an object: how its value is read into a T.
type field[T any] struct {
	key      string
	required bool
	read     func(r *reader, e entry, v *T)
}

// need and may make fields. The value goes where at points, if read accepts it.
func need[T, V any](key string, at func(*T) *V, read func(*reader, entry) (V, bool)) field[T] {
	f := may(key, at, read)
	f.required = true
	return f
}

func may[T, V any](key string, at func(*T) *V, read func(*reader, entry) (V, bool)) field[T] {
	return field[T]{key: key, read: func(r *reader, e entry, v *T) {
		if got, ok := read(r, e); ok {
			*at(v) = got
		}
	}}
}

// object is a mapping with known keys. At most 64 of them, so that a set of keys is a uint64.
type object[T any] struct {
	what   string // "a flow"
	fields []field[T]
	keys   *nameSet
}

func newObject[T any](what string, fields ...field[T]) *object[T] {
	o := &object[T]{what: what, fields: fields, keys: newNameSet("key")}
	for _, f := range fields {
		o.keys.add(f.key)
	}
	return o
}

// read reads the mapping e into v and returns the set of keys that it has. Keys in given need not be
// there again, though they are required.
func (o *object[T]) read(r *reader, e entry, v *T, given uint64) (seen uint64) {
	seen, ok := o.readKeys(r, e, v)
	if !ok {
		return seen
	}
	var all, missing []string
	for i, f := range o.fields {
		if !f.required {
			continue
		}
		all = append(all, f.key)
		if (seen|given)>>i&1 == 0 {
			missing = append(missing, f.key)
		}
	}
	if len(missing) > 0 {
		r.fail(e.at, o.what+" without "+problem.List(missing, "and"), problem.List(all, "and"))
	}
	return seen
}

// readKeys reads the mapping and asks for no key. A key that is misspelt counts as seen.
func (o *object[T]) readKeys(r *reader, e entry, v *T) (seen uint64, ok bool) {
	pairs, ok := r.entries(e)
	for _, p := range pairs {
		i, known := o.keys.index[p.key]
		if known {
			seen |= 1 << i
			o.fields[i].read(r, p, v)
			continue
		}
		r.unknown(p.at, fmt.Sprintf("unknown key %s in %s", quote(p.key), o.what), p.key, o.keys)
		if len(r.problems) == problem.Kept {
			return seen, false // nobody reads further
		}
		if i, meant := o.keys.index[problem.Nearest(p.key, o.keys.names)]; meant {
			seen |= 1 << i
		}
	}
	return seen, ok
}

// entries are the pairs of a mapping in file order, those that it merges with << after its own. An
// absent value is an empty mapping. Keys that come twice are reported.
func (r *reader) entries(e entry) ([]entry, bool) {
	if e.node == nil || isNull(e.node) {
		return nil, true
	}
	if e.node.Kind != yaml.MappingNode || foreignTag(e.node) {
		r.fail(e.node, fmt.Sprintf("%s is %s", e.key, describe(e.node)), "keys with values")
		return nil, false
	}
	out := make([]entry, 0, len(e.node.Content)/2)
	var merged []*yaml.Node
	lines := make(map[string]int, len(e.node.Content)/2)
	for i := 0; i+1 < len(e.node.Content); i += 2 {
		key, value := follow(e.node.Content[i]), e.node.Content[i+1]
		switch {
		case key.Kind != yaml.ScalarNode || isNull(key) || foreignTag(key):
			r.fail(key, fmt.Sprintf("a key in %s is %s", e.key, describe(key)), "text")
		case key.Tag == "!!merge":
			merged = append(merged, value)
		case lines[key.Value] > 0:
			r.fail(key, fmt.Sprintf("the key %s twice in %s", quote(key.Value), e.key),
				fmt.Sprintf("each key once; the first is on line %d", lines[key.Value]))
		default:
			lines[key.Value] = key.Line
			out = append(out, entry{key: key.Value, at: key, node: follow(value)})
		}
	}
	for _, m := range merged {
		out = r.merge(out, lines, entry{key: "<<", at: m, node: follow(m)})
	}
	return out, true
}

// merge adds the pairs of a mapping, or of each of a list of mappings, whose keys are not there yet.
func (r *reader) merge(out []entry, have map[string]int, from entry) []entry {
	sources := []*yaml.Node{from.node}
	if from.node.Kind == yaml.SequenceNode {
		sources = from.node.Content
	}
	for _, s := range sources {
		pairs, _ := r.entries(entry{key: "<<", at: s, node: follow(s)})
		for _, p := range pairs {
			if have[p.key] == 0 {
				have[p.key] = p.at.Line
				out = append(out, p)
			}
		}
	}
	return out
}

// items are the items of a list. An absent value is an empty list.
func (r *reader) items(e entry) ([]entry, bool) {
	if e.node == nil || isNull(e.node) {
		return nil, true
	}
	if e.node.Kind != yaml.SequenceNode || foreignTag(e.node) {
		r.fail(e.node, fmt.Sprintf("%s is %s", e.key, describe(e.node)), "a list, such as [a, b]")
		return nil, false
	}
	out := make([]entry, len(e.node.Content))
	for i, n := range e.node.Content {
		out[i] = entry{key: e.key, at: n, node: follow(n)}
	}
	return out, true
}

// follow returns what an alias stands for. Loops were refused before.
func follow(n *yaml.Node) *yaml.Node {
	for n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	return n
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!null" }

// foreignTag tells whether a node carries a tag of its own that is not YAML's.
func foreignTag(n *yaml.Node) bool {
	if n.Style&yaml.TaggedStyle == 0 {
		return false
	}
	switch n.Tag {
	case "!!str", "!!int", "!!float", "!!bool", "!!null", "!!map", "!!seq", "!!timestamp":
		return false
	}
	return true
}

// describe words what a node is.
func describe(n *yaml.Node) string {
	switch {
	case foreignTag(n):
		return fmt.Sprintf("a value with the tag %s", quote(n.Tag))
	case n.Kind == yaml.MappingNode:
		return "a mapping"
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case isNull(n):
		return "empty"
	}
	return quote(n.Value)
}

// quote quotes text for a message, cut short where it is long.
func quote(s string) string {
	const most = 60
	if runes := []rune(s[:min(len(s), 4*most)]); len(runes) > most {
		return fmt.Sprintf("%q", string(runes[:most])+"…")
	}
	return fmt.Sprintf("%q", s)
}
