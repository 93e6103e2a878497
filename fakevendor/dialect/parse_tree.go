package dialect

import (
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// tree reads a body of the api section.
func (p *parser) tree(n *yaml.Node, depth int) Tree {
	switch {
	case depth > maxDepth:
		p.fail(n, "at most "+strconv.Itoa(maxDepth)+" levels", "the body nests too deep")
	case n.Kind == yaml.SequenceNode:
		t := Tree{form: array}
		for _, item := range n.Content {
			t.parts = append(t.parts, p.tree(item, depth+1))
		}
		return t
	case n.Kind == yaml.MappingNode:
		t := Tree{form: object}
		for i := 0; i+1 < len(n.Content); i += 2 {
			if n.Content[i].Kind != yaml.ScalarNode {
				p.fail(n.Content[i], "a key", "found %s", kindName(n.Content[i]))
				continue
			}
			t.keys = append(t.keys, quote(n.Content[i].Value)+":")
			var named *Tree
			if key := p.leaf(n.Content[i]); key.form == filled {
				named = &key
			}
			t.named = append(t.named, named)
			t.parts = append(t.parts, p.tree(n.Content[i+1], depth+1))
		}
		return t
	case n.Kind == yaml.ScalarNode:
		return p.leaf(n)
	default:
		p.fail(n, "a value", "found %s", kindName(n))
	}
	return Tree{}
}

func (p *parser) leaf(n *yaml.Node) Tree {
	if n.ShortTag() == "!!null" {
		return Tree{form: literal, raw: "null", text: "null"}
	}
	if n.ShortTag() != "!!str" && json.Valid([]byte(n.Value)) {
		return Tree{form: literal, raw: n.Value, text: n.Value}
	}
	if !strings.Contains(n.Value, "$") {
		return Tree{form: literal, raw: quote(n.Value), text: n.Value}
	}
	t := Tree{form: filled, quote: n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0}
	at := 0
	for _, m := range p.holePattern().FindAllStringSubmatchIndex(n.Value, -1) {
		name := n.Value[m[0]+1 : m[1]]
		if m[2] >= 0 {
			name = n.Value[m[2]:m[3]]
		}
		h, ok := p.hole(n, name)
		if !ok {
			return Tree{}
		}
		t.raws, t.holes = append(t.raws, n.Value[at:m[0]]), append(t.holes, h)
		at = m[1]
	}
	t.raws = append(t.raws, n.Value[at:])
	if len(t.holes) == 0 {
		return Tree{form: literal, raw: quote(n.Value), text: n.Value}
	}
	return t
}

func (p *parser) hole(n *yaml.Node, written string) (h Hole, ok bool) {
	written, h.Else, h.HasElse = strings.Cut(written, ":-")
	name := strings.TrimRight(written, "0123456789")
	if name != written {
		h.Width, _ = strconv.Atoi(written[len(name):]) // digits; too many of them are 0
	}
	name, h.Arg, _ = strings.Cut(name, ".")
	for i, suffix := range timeSuffixes() {
		base, cut := strings.CutSuffix(name, suffix)
		if cut && suffix != "" && slices.Contains([]string{"created", "updated", "now", "expires_at"}, base) {
			name, h.Format = base, TimeFormat(i)
		}
	}
	names := apiHoleNames()
	i := slices.Index(names, name)
	if i < 0 {
		p.unknown(n, "value", "$"+name, names)
		return h, false
	}
	if h.Name, h.Kind = name, HoleKind(i); h.Kind == HoleQuota {
		parts := p.quotaParts(n, "{"+h.Arg+"}")
		if len(parts) != 1 {
			return h, false
		}
		h.quota = parts[0]
	}
	if h.Width > 64 {
		p.fail(n, "at most 64", "$%s is %d wide", name, h.Width)
	}
	return h, true
}

// holePattern finds the holes of a text: $name, $name12, $path.owner, $query.a.b, $quota.daily.limit,
// ${name}.
func (p *parser) holePattern() *regexp.Regexp {
	if p.holes == nil {
		p.holes = regexp.MustCompile(
			`\$\{([^}]*)\}|\$(quota\.[\w|-]+\.[a-z_]+|query(?:\.[A-Za-z_]+)+|[a-z_]+(?:\.[A-Za-z_]+)?[0-9]*)`)
	}
	return p.holes
}
