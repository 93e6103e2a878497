package dialect

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // so that a vendor's midnight is the same on a machine without zone data

	"go.yaml.in/yaml/v4"
)

// limits reads the limits of the vendor, each by its name. One that the dialect has already is
// replaced, or taken away by none.
func (p *parser) limits(n *yaml.Node) {
	p.each(n, func(name string, value *yaml.Node) {
		limits := slices.Clone(p.dialect.Limits)
		i := slices.IndexFunc(limits, func(l Limit) bool { return l.Name == name })
		if value.Kind == yaml.ScalarNode && value.Value == "none" {
			if i < 0 {
				p.fail(value, "", "there is no limit %q to take away", name)
				return
			}
			p.dialect.forget("limits." + name)
			p.dialect.Limits = slices.Delete(limits, i, i+1)
			return
		}
		p.dialect.forget("limits." + name + ".answer")
		l := p.limit(value, name)
		if i < 0 {
			limits = append(limits, l)
		} else {
			limits[i] = l
		}
		p.dialect.Limits = limits
	})
}

func (p *parser) limit(n *yaml.Node, name string) Limit {
	l := Limit{Name: name}
	m := p.mapping(n, "requests", "per", "algorithm", "anchor", "zone", "by", "concurrency", "points",
		"operations", "endpoints", "except", "longer_than", "counts_refused", "free", "answer",
		"callers", "uncounted", "told_as", "source", "certainty", "date")
	if m == nil {
		return l
	}
	if !isToken(name) {
		p.fail(n, "letters, digits and dashes", "limit %q", name)
	}
	l.Requests, l.Concurrency = p.count(m, "requests"), int(p.count(m, "concurrency"))
	if per := m["per"]; per != nil {
		l.Per = p.span(per, "per")
	}
	l.Algorithm = Algorithm(p.name(m["algorithm"], "algorithm", algorithmNames()))
	l.By = p.limitKey(m["by"])
	p.window(&l, n, m)
	p.scope(&l, m)
	if free := m["free"]; free != nil {
		for _, item := range p.listed(free) {
			l.Free |= 1 << p.name(item, "answer", shapeNames())
		}
	}
	if (m["requests"] == nil) != (m["per"] == nil) || m["requests"] == nil && m["concurrency"] == nil {
		p.fail(n, "requests and per, or concurrency, or all of them", "a limit that limits nothing")
	}
	p.dialect.know(p.origin(n, m, "limits."+name, name+": "+l.String()))
	if answer := m["answer"]; answer != nil {
		l.Answer = p.refusal(answer, name)
	}
	return l
}

// refusal reads what a limit refuses with: an answer, or the name of the limit above whose answer it is.
func (p *parser) refusal(n *yaml.Node, limit string) *Shape {
	if n.Kind == yaml.ScalarNode {
		other := p.dialect.limit(n.Value)
		if other == nil || other.Answer == nil {
			want := "an answer, or the name of a limit above that has one"
			p.fail(n, want, "the answer of limit %q", n.Value)
			return nil
		}
		return other.Answer
	}
	s := new(Shape)
	p.answer(n, s, ShapeRateLimited, "limits."+limit+".answer")
	return s
}

// window reads when a fixed window begins.
func (p *parser) window(l *Limit, n *yaml.Node, m map[string]*yaml.Node) {
	l.Anchor = Anchor(p.name(m["anchor"], "anchor", anchorNames()))
	if l.Anchor != AtStart && (l.Algorithm != FixedWindow || l.Requests == 0) {
		p.fail(m["anchor"], "a fixed window of requests", "an anchor of nothing")
	}
	if l.Anchor == AtMidnight && l.Per != 24*time.Hour {
		p.fail(n, "24h", "a limit from midnight per %s", l.Per)
	}
	if zone := m["zone"]; zone != nil {
		location, err := time.LoadLocation(p.text(zone))
		if err != nil {
			p.fail(zone, "a zone such as America/New_York", "zone %q is not known", zone.Value)
		} else if l.Anchor != AtMidnight {
			p.fail(zone, "anchor: midnight", "a zone without a midnight")
		}
		l.Zone = location
	}
}

// scope reads which calls a limit is about, and what they cost.
func (p *parser) scope(l *Limit, m map[string]*yaml.Node) {
	if endpoints := m["endpoints"]; endpoints != nil {
		l.Endpoints = p.texts(endpoints)
	}
	if except := m["except"]; except != nil {
		l.Except = p.texts(except)
	}
	if uncounted := m["uncounted"]; uncounted != nil {
		l.Uncounted = p.texts(uncounted)
	}
	l.Callers = Callers(p.name(m["callers"], "callers", callerNames()))
	if told := m["told_as"]; told != nil {
		l.ToldAs = p.text(told)
	}
	if ops := m["operations"]; ops != nil {
		l.Ops = p.set(ops, "operation", opNames())
	}
	if longer := m["longer_than"]; longer != nil {
		l.LongerThan = p.span(longer, "longer_than")
	}
	l.CountsRefused = p.flag(m["counts_refused"], "counts_refused")
	points := p.mapping(m["points"], opNames()...)
	if points == nil {
		return
	}
	l.Points = &[opCount]int64{1, 1, 1, 1}
	for i, op := range opNames() {
		if points[op] != nil {
			l.Points[i] = p.count(points, op)
		}
	}
}

// count reads a whole number above 0; 0 where there is none.
func (p *parser) count(m map[string]*yaml.Node, key string) int64 {
	n := m[key]
	if n == nil {
		return 0
	}
	c, err := strconv.ParseInt(p.text(n), 10, 32)
	if err != nil || c < 1 {
		p.fail(n, "a whole number from 1", "%s is %q", key, n.Value)
		return 1
	}
	return c
}

// listed gives the items of a list, or the one value that stands in its place.
func (p *parser) listed(n *yaml.Node) []*yaml.Node {
	if n.Kind == yaml.SequenceNode {
		return n.Content
	}
	return []*yaml.Node{n}
}

func (p *parser) limitKey(n *yaml.Node) LimitKey {
	var key LimitKey
	if n == nil || n.Kind == yaml.ScalarNode && n.Value == "application" {
		return ByApplication
	}
	for _, item := range p.listed(n) {
		key |= 1 << p.name(item, "key", limitKeyNames())
	}
	return key
}

// quotaHeaders reads the headers that tell what is left, each by its name. One that the dialect has already
// is replaced, or taken away by none.
func (p *parser) quotaHeaders(n *yaml.Node) {
	p.each(n, func(name string, value *yaml.Node) {
		key := http.CanonicalHeaderKey(name)
		if !isToken(name) || key == "Date" || key == "Content-Length" {
			p.fail(value, "a header of the dialect's own", "quota header %q", name)
		}
		p.dialect.forget("quota_headers." + key)
		headers := slices.DeleteFunc(slices.Clone(p.dialect.quotaHeaders), func(h quotaHeader) bool {
			return h.name == key
		})
		if value.Kind != yaml.ScalarNode || value.Value != "none" {
			headers = append(headers, p.quotaHeader(value, name))
		}
		p.dialect.quotaHeaders = headers
	})
}

func (p *parser) quotaHeader(n *yaml.Node, name string) quotaHeader {
	h := quotaHeader{name: http.CanonicalHeaderKey(name)}
	m := p.mapping(n, "is", "on", "below", "source", "certainty", "date")
	if m == nil {
		return h
	}
	text := p.text(p.need(n, m, "is"))
	if strings.ContainsFunc(text, isControl) {
		p.fail(m["is"], "text without control characters", "quota header %q: %q", name, text)
	}
	h.parts = p.quotaParts(m["is"], text)
	if on := m["on"]; on != nil {
		h.statuses = p.statuses(on)
		text += " on " + flow(on)
	}
	if below := m["below"]; below != nil {
		h.below, h.of = p.share(below)
		text += " below " + below.Value
	}
	p.dialect.know(p.origin(n, m, "quota_headers."+h.name, name+": "+text))
	return h
}

// share reads how little of which limit must be left: 20% of daily.
func (p *parser) share(n *yaml.Node) (share float64, limit string) {
	digits, limit, ok := strings.Cut(p.text(n), "% of ")
	percent, err := strconv.ParseFloat(digits, 64)
	if !ok || err != nil || !(percent > 0 && percent <= 100) || p.dialect.limit(limit) == nil {
		p.fail(n, "a share of a limit, as 20% of daily", "below %q", n.Value)
	}
	return percent / 100, limit
}

// quotaParts reads a template: api-usage={daily.used}/{daily.limit}, {primary|anonymous.limit}.
func (p *parser) quotaParts(n *yaml.Node, text string) []quotaPart {
	var parts []quotaPart
	whole := text
	for text != "" {
		before, rest, found := strings.Cut(text, "{")
		if !found {
			return append(parts, quotaPart{text: before})
		}
		hole, after, closed := strings.Cut(rest, "}")
		names, field, dotted := strings.Cut(hole, ".")
		limits := strings.Split(names, "|")
		unknown := func(name string) bool { return p.dialect.limit(name) == nil }
		i := slices.Index(quotaFieldNames(), field)
		switch {
		case !closed || !dotted || slices.ContainsFunc(limits, unknown):
			p.fail(n, "{LIMIT.VALUE} of a limit above, as {daily.used}", "%q", whole)
			return nil
		case i < 0:
			p.unknown(n, "value", field, quotaFieldNames())
			return nil
		}
		parts = append(parts, quotaPart{before, limits, quotaField(i)})
		text = after
	}
	return parts
}

// quotaValue reads $quota.LIMIT.VALUE in a body.
func (p *parser) quotaValue(n *yaml.Node) part {
	parts := p.quotaParts(n, "{"+strings.TrimPrefix(n.Value, "$quota.")+"}")
	if len(parts) == 0 {
		return part{}
	}
	return part{form: told, quota: parts[0]}
}

// limit finds a limit by its name; nil for none.
func (d *Dialect) limit(name string) *Limit {
	for i := range d.Limits {
		if d.Limits[i].Name == name {
			return &d.Limits[i]
		}
	}
	return nil
}

// forget takes the facts of a value and of all that is below it away.
func (d *Dialect) forget(path string) {
	d.Facts = slices.DeleteFunc(d.Facts, func(f Fact) bool {
		return f.Path == path || strings.HasPrefix(f.Path, path+".")
	})
}
