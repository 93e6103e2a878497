package dialect

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/outagedrill/outagedrill/internal/problem"
	"github.com/outagedrill/outagedrill/internal/yamlfile"
)

// MaxFile is the size of the largest dialect file that is read, in bytes.
const MaxFile = 1 << 20

// Parse reads a dialect file strictly: an unknown key or name, a wrong type, a missing shape and a
// list of rules that does not decide everything are errors. All of them are given at once, each as
// FILE:LINE:COL: what is wrong (what was wanted).
func Parse(file string, data []byte) (*Dialect, error) {
	d, err := parse(file, data)
	if err != nil {
		return nil, err
	}
	return d.judged(), nil
}

// parse reads a dialect file with some of its variants in force; nothing is judged yet.
func parse(file string, data []byte, variants ...string) (*Dialect, error) {
	root, errs := yamlfile.Read(file, data, MaxFile, "a dialect")
	if errs != nil {
		return nil, errs
	}
	p := &parser{file: file, dialect: new(Dialect), chosen: variants}
	p.document(root)
	if len(p.errs) > 0 {
		return nil, p.errs
	}
	return p.dialect, nil
}

// parser walks the nodes of a dialect file and gathers every error.
type parser struct {
	file    string
	dialect *Dialect
	chosen  []string // the variants that are in force
	errs    problem.Errors
	holes   *regexp.Regexp // see holePattern
}

// fail reports a problem at a node; want may be empty.
func (p *parser) fail(n *yaml.Node, want, format string, args ...any) {
	p.failAs(n, problem.Problem{What: fmt.Sprintf(format, args...), Want: want})
}

// failAs gives a problem its place.
func (p *parser) failAs(n *yaml.Node, one problem.Problem) {
	one.File, one.Line, one.Col = p.file, max(1, n.Line), max(1, n.Column)
	p.errs = append(p.errs, one)
}

// unknown reports a name that is none of those that are valid.
func (p *parser) unknown(n *yaml.Node, what, got string, valid []string) {
	p.failAs(n, problem.Problem{
		What: fmt.Sprintf("unknown %s %q", what, got),
		Want: problem.List(valid, "or"), Near: problem.Nearest(got, valid),
	})
}

func (p *parser) document(n *yaml.Node) {
	top := p.mapping(n, "dialect", "vendor", "format", "extends", "token", "promises", "retry_after",
		"limits", "quota_headers", "shapes", "reading", "notes", "variants", "api")
	if top == nil {
		return
	}
	if extends := top["extends"]; extends != nil {
		p.extend(extends)
	} else {
		for _, key := range []string{"token", "promises", "retry_after", "shapes", "reading"} {
			p.need(n, top, key)
		}
	}
	p.dialect.Name = p.text(p.need(n, top, "dialect"))
	p.dialect.Vendor = p.text(p.need(n, top, "vendor"))
	if f := p.need(n, top, "format"); f != nil && f.Value != "1" {
		p.fail(f, "1", "unknown format %q", f.Value)
	}
	p.notes(top["notes"])
	p.wording(top)
	p.api(top["api"])
	p.variants(top["variants"])
}

// wording reads what a dialect and a variant of it have alike.
func (p *parser) wording(m map[string]*yaml.Node) {
	p.token(m["token"])
	p.promises(m["promises"])
	p.retryAfter(m["retry_after"])
	p.limits(m["limits"])
	p.quotaHeaders(m["quota_headers"])
	p.shapes(m["shapes"])
	p.reading(m["reading"])
}

func (p *parser) token(n *yaml.Node) {
	m := p.mapping(n, "lifetime", "rotates_refresh", "reuse", "grace")
	if m == nil {
		return
	}
	if !p.extending() {
		p.need(n, m, "lifetime")
		p.need(n, m, "rotates_refresh")
	}
	if r := p.sourced(m["rotates_refresh"], "token.rotates_refresh"); r != nil {
		switch r.Value {
		case "true", "false":
			p.dialect.RotatesRefresh = r.Value == "true"
		default:
			p.fail(r, "true or false", "rotates_refresh is %q", r.Value)
		}
	}
	if r := p.sourced(m["reuse"], "token.reuse"); r != nil {
		p.dialect.Reuse = Reuse(p.name(r, "reuse", reuseNames()))
	}
	if g := p.sourced(m["grace"], "token.grace"); g != nil {
		p.dialect.Grace = p.span(g, "grace")
	}
	if l := p.sourced(m["lifetime"], "token.lifetime"); l != nil {
		p.dialect.TokenLifetime = p.span(l, "lifetime")
	}
}

// span gives a duration above 0.
func (p *parser) span(n *yaml.Node, what string) time.Duration {
	d, err := time.ParseDuration(p.text(n))
	if err != nil || d <= 0 {
		p.fail(n, "a duration above 0, as 1h", "%s is %q", what, n.Value)
	}
	return d
}

// mapping gives the values of a mapping by key; nil when it is none. Keys that are not allowed and keys that
// come twice are errors; no allowed keys: any key is.
func (p *parser) mapping(n *yaml.Node, allowed ...string) map[string]*yaml.Node {
	if n == nil {
		return nil
	}
	if n.Kind != yaml.MappingNode {
		p.fail(n, "a mapping", "found %s", kindName(n))
		return nil
	}
	values := make(map[string]*yaml.Node, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if len(allowed) > 0 && !slices.Contains(allowed, key.Value) {
			p.unknown(key, "key", key.Value, allowed)
			continue
		}
		if values[key.Value] != nil {
			p.fail(key, "each key once", "the key %q stands twice", key.Value)
		}
		values[key.Value] = n.Content[i+1]
	}
	return values
}

// need gives a value that must be there.
func (p *parser) need(n *yaml.Node, m map[string]*yaml.Node, key string) *yaml.Node {
	value := m[key]
	if value == nil {
		p.fail(n, "", "%q is missing", key)
	}
	return value
}

// text gives a scalar that is not null as text.
func (p *parser) text(n *yaml.Node) string {
	if n == nil {
		return ""
	}
	if n.Kind != yaml.ScalarNode || n.ShortTag() == "!!null" {
		p.fail(n, "text", "found %s", kindName(n))
		return ""
	}
	return n.Value
}

// texts gives a scalar, or a list of them.
func (p *parser) texts(n *yaml.Node) []string {
	if n.Kind != yaml.SequenceNode {
		return []string{p.text(n)}
	}
	var all []string
	for _, item := range n.Content {
		all = append(all, p.text(item))
	}
	return all
}

// name looks a name up and gives its place in the list.
func (p *parser) name(n *yaml.Node, what string, names []string) int {
	if n == nil {
		return 0
	}
	written := p.text(n)
	i := slices.Index(names, written)
	if i < 0 {
		p.unknown(n, what, written, names)
		return 0
	}
	return i
}

// statuses reads 429, 5xx or 400-499, or a list of them.
func (p *parser) statuses(n *yaml.Node) []statusRange {
	var ranges []statusRange
	for _, text := range p.texts(n) {
		r, ok := parseStatus(text)
		if !ok {
			p.fail(n, "100 to 599, as 429, 5xx or 400-499", "status %q", text)
			continue
		}
		ranges = append(ranges, r)
	}
	return ranges
}

func parseStatus(text string) (statusRange, bool) {
	if digit, ok := strings.CutSuffix(text, "xx"); ok {
		n, err := strconv.Atoi(digit)
		return statusRange{100 * n, 100*n + 99}, err == nil && n >= 1 && n <= 5
	}
	low, high, isRange := strings.Cut(text, "-")
	if !isRange {
		high = low
	}
	from, err1 := strconv.Atoi(low)
	to, err2 := strconv.Atoi(high)
	return statusRange{from, to}, err1 == nil && err2 == nil && from >= 100 && from <= to && to <= 599
}

func kindName(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.MappingNode:
		return "a mapping"
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case n.Kind == yaml.AliasNode:
		return "an alias"
	case n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null":
		return "nothing"
	}
	return fmt.Sprintf("%q", n.Value)
}
