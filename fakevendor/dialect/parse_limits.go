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

// limits reads the limits that the vendor documents, each by its name. One that the dialect has already is
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
		"endpoints", "except", "of_tokens", "counts_refused", "free", "answer", "source", "certainty", "date")
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
		l.Answer = new(Shape)
		p.answer(answer, l.Answer, ShapeRateLimited, "limits."+name+".answer")
	}
	return l
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
	l.OfTokens = p.flag(m["of_tokens"], "of_tokens")
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

// quotaHeaders reads the headers that tell what is left. A list takes the place of the one that the dialect
// has already.
func (p *parser) quotaHeaders(n *yaml.Node) {
	if n == nil {
		return
	}
	p.dialect.quotaHeaders = nil
	p.dialect.forget("quota_headers")
	for i, item := range p.items(n) {
		m := p.mapping(item, "header", "is", "on", "below", "source", "certainty", "date")
		if m == nil {
			continue
		}
		name, text := p.text(p.need(item, m, "header")), p.text(p.need(item, m, "is"))
		h := quotaHeader{name: http.CanonicalHeaderKey(name)}
		if !isToken(name) || strings.ContainsFunc(text, isControl) || h.name == "Date" || h.name == "Content-Length" {
			p.fail(item, "a header of the dialect's own, without control characters", "header %q: %q", name, text)
		}
		if m["is"] != nil {
			h.parts = p.quotaParts(m["is"], text)
		}
		if on := m["on"]; on != nil {
			h.statuses = p.statuses(on)
		}
		if below := m["below"]; below != nil {
			h.below = p.share(below)
		}
		p.dialect.quotaHeaders = append(p.dialect.quotaHeaders, h)
		p.dialect.know(p.origin(item, m, "quota_headers."+strconv.Itoa(i+1), name+": "+text+conditions(m)))
	}
}

// conditions words when a quota header is there.
func conditions(m map[string]*yaml.Node) string {
	text := ""
	if m["on"] != nil {
		text += " on " + flow(m["on"])
	}
	if m["below"] != nil {
		text += " below " + m["below"].Value
	}
	return text
}

// share reads a share of a whole: 20%.
func (p *parser) share(n *yaml.Node) float64 {
	digits, ok := strings.CutSuffix(p.text(n), "%")
	percent, err := strconv.ParseFloat(digits, 64)
	if !ok || err != nil || !(percent > 0 && percent <= 100) {
		p.fail(n, "a share such as 20%", "below %q", n.Value)
	}
	return percent / 100
}

// quotaParts reads a template: api-usage={daily.used}/{daily.limit}.
func (p *parser) quotaParts(n *yaml.Node, text string) []quotaPart {
	var parts []quotaPart
	for text != "" {
		before, rest, found := strings.Cut(text, "{")
		if !found {
			return append(parts, quotaPart{text: before})
		}
		hole, after, closed := strings.Cut(rest, "}")
		limit, field, dotted := strings.Cut(hole, ".")
		i := slices.Index(quotaFieldNames(), field)
		known := slices.ContainsFunc(p.dialect.Limits, func(l Limit) bool { return l.Name == limit })
		switch {
		case !closed || !dotted || !known:
			p.fail(n, "{LIMIT.VALUE} of a limit above, as {daily.used}", "%q", "{"+hole)
			return nil
		case i < 0:
			p.unknown(n, "value", field, quotaFieldNames())
			return nil
		}
		parts = append(parts, quotaPart{before, limit, quotaField(i)})
		text = after
	}
	return parts
}

// forget takes the facts of a value and of all that is below it away.
func (d *Dialect) forget(path string) {
	d.Facts = slices.DeleteFunc(slices.Clone(d.Facts), func(f Fact) bool {
		return f.Path == path || strings.HasPrefix(f.Path, path+".")
	})
}
