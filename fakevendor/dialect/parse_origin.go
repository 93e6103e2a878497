package dialect

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/outagedrill/outagedrill/internal/problem"
)

// Certainty says how well a value is known.
type Certainty string

// The marks of certainty.
const (
	Documented  Certainty = "D" // the vendor's or the standard's own text was seen
	InCode      Certainty = "C" // seen in public code, tests or reports of others
	Unconfirmed Certainty = "U" // from memory, or where sources disagree
)

func certainties() []string {
	return []string{string(Documented), string(InCode), string(Unconfirmed)}
}

// Fact is where one value of a dialect is from.
type Fact struct {
	Dialect   string // the file that it stands in
	Path      string // of the value: shapes.rate_limited, reading.api.3
	Value     string // the value, in one line
	Source    string
	Certainty Certainty
	Date      string // when it was seen, as 2026 or 2026-08 or 2026-08-27; "" where that is not known

	file      string
	line, col int
}

// Variant is a switch: how the vendor answers under another plan, or where sources disagree.
type Variant struct {
	Name string
	Fact Fact // its Value says what it changes
}

// extend begins with everything that a built-in dialect says.
func (p *parser) extend(n *yaml.Node) {
	name := p.text(n)
	parent, err := load(name)
	if err != nil {
		p.failAs(n, problem.Problem{
			What: fmt.Sprintf("unknown dialect %q", name), Want: problem.List(Names(), "or"),
			Near: problem.Nearest(name, Names()),
		})
		parent = new(Dialect)
	}
	*p.dialect = *parent
	p.dialect.Extends, p.dialect.Variants, p.dialect.Notes = name, nil, nil
	p.dialect.Facts = slices.Clone(parent.Facts)
}

// extending tells whether what the file leaves out is there already.
func (p *parser) extending() bool { return p.dialect.Extends != "" }

// origin reads where a value is from, and notes it.
func (p *parser) origin(n *yaml.Node, m map[string]*yaml.Node, path, value string) Fact {
	f := Fact{
		Dialect: p.dialect.Name, Path: path, Value: value, Source: p.text(p.need(n, m, "source")),
		file: p.file, line: n.Line, col: n.Column,
	}
	if c := p.need(n, m, "certainty"); c != nil {
		marks := certainties()
		f.Certainty = Certainty(marks[p.name(c, "certainty", marks)])
	}
	if date := m["date"]; date != nil {
		f.Date = p.date(date)
	}
	return f
}

func (p *parser) date(n *yaml.Node) string {
	text := p.text(n)
	for _, layout := range []string{time.DateOnly, "2006-01", "2006"} {
		if _, err := time.Parse(layout, text); err == nil {
			return text
		}
	}
	p.fail(n, "2026, 2026-08 or 2026-08-27", "date %q", text)
	return ""
}

// know notes facts in front of those that were known, in place of those of the same path. The list is changed
// where it stands.
func (d *Dialect) know(facts ...Fact) {
	replaced := func(old Fact) bool {
		return !strings.HasPrefix(old.Path, "reading.") && !strings.HasPrefix(old.Path, "retry_after.") &&
			slices.ContainsFunc(facts, func(f Fact) bool { return f.Path == old.Path })
	}
	old := slices.DeleteFunc(d.Facts, replaced)
	own := 0
	for own < len(old) && old[own].Dialect == d.Name {
		own++
	}
	d.Facts = slices.Insert(old, own, facts...)
}

// sourced gives the value of {is: value, source: …, certainty: …}.
func (p *parser) sourced(n *yaml.Node, path string) *yaml.Node {
	m := p.mapping(n, "is", "source", "certainty", "date")
	if m == nil {
		return nil
	}
	is := p.need(n, m, "is")
	p.dialect.know(p.origin(n, m, path, p.text(is)))
	return is
}

// notes reads what is known and not acted out.
func (p *parser) notes(n *yaml.Node) {
	for i, item := range p.items(n) {
		if m := p.mapping(item, "says", "source", "certainty", "date"); m != nil {
			says := p.text(p.need(item, m, "says"))
			p.dialect.Notes = append(p.dialect.Notes, p.origin(item, m, fmt.Sprintf("notes.%d", i+1), says))
		}
	}
}

// variants reads the switches. All of them are checked, those that were chosen are put in force.
func (p *parser) variants(n *yaml.Node) {
	keys := []string{
		"says", "source", "certainty", "date", "token", "promises", "retry_after", "limits", "quota_headers",
		"shapes", "reading",
	}
	plain := *p.dialect
	unvaried := func() {
		*p.dialect = plain
		p.dialect.Facts = slices.Clone(plain.Facts)
	}
	var variants []Variant
	p.each(n, func(name string, value *yaml.Node) {
		m := p.mapping(value, keys...)
		if m == nil {
			return
		}
		if strings.ContainsAny(name, "+ ") || name == "" {
			p.fail(value, "a word without +", "variant %q", name)
		}
		says := p.text(p.need(value, m, "says"))
		variants = append(variants, Variant{name, p.origin(value, m, "variants."+name, says)})
		unvaried()
		p.wording(m)
	})
	unvaried()
	p.dialect.Variants = variants
	for _, name := range p.chosen {
		value := child(n, name)
		if value == nil {
			p.unknown(n, "variant", name, variantNames(variants))
		} else if len(p.errs) == 0 {
			p.wording(p.mapping(value, keys...))
		}
	}
}

func variantNames(variants []Variant) []string {
	var names []string
	for _, v := range variants {
		names = append(names, v.Name)
	}
	return names
}
