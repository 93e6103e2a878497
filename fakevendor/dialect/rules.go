package dialect

import (
	"net/http"
	"regexp"
	"slices"
)

// rule is one reading rule: it holds when every condition does.
type rule struct {
	class Class
	sub   Sub

	ops        uint8 // bit set of Op; 0: any
	transports uint8 // bit set of Transport; 0: any
	statuses   []statusRange
	headers    []headerTest
	fields     []fieldTest
	text       *regexp.Regexp
	body       bodyTest
}

// statusRange is a range of HTTP statuses, both ends inclusive.
type statusRange struct{ from, to int }

// headerTest holds when a line of the header matches.
type headerTest struct {
	name  string
	match *regexp.Regexp
}

// fieldTest holds when a value at the path is one of the texts; no texts: when there is any value.
type fieldTest struct {
	path  path
	texts []string
}

// bodyTest asks what kind of body came.
type bodyTest uint8

const (
	anyBody      bodyTest = iota
	bodyEmpty             // nothing but white space
	bodyHTML              // an HTML page
	bodyGarbage           // neither empty nor HTML, and no JSON
	bodyJSON              // JSON of any content
	bodyPromised          // JSON that holds what was promised to the operation
)

func bodyTestNames() []string {
	return []string{
		anyBody: "any", bodyEmpty: "empty", bodyHTML: "html", bodyGarbage: "garbage",
		bodyJSON: "json", bodyPromised: "promised",
	}
}

func (r *rule) holds(m *message) bool {
	return (r.ops == 0 || r.ops&(1<<m.op) != 0) &&
		(r.transports == 0 || r.transports&(1<<m.answer.Transport) != 0) &&
		covers(r.statuses, m.status()) &&
		r.headersHold(m.answer.Header) &&
		(r.body == anyBody || m.is(r.body)) &&
		r.fieldsHold(m) &&
		(r.text == nil || r.text.Match(m.answer.Body))
}

// covers tells whether a status is in one of the ranges; no ranges: every one is.
func covers(ranges []statusRange, status int) bool {
	return len(ranges) == 0 || slices.ContainsFunc(ranges, func(s statusRange) bool {
		return s.from <= status && status <= s.to
	})
}

func (r *rule) headersHold(h http.Header) bool {
	for _, test := range r.headers {
		if !slices.ContainsFunc(h.Values(test.name), test.match.MatchString) {
			return false
		}
	}
	return true
}

func (r *rule) fieldsHold(m *message) bool {
	for _, test := range r.fields {
		found := test.path.any(m.json(), func(value any) bool {
			return len(test.texts) == 0 || slices.Contains(test.texts, scalarText(value))
		})
		if !found {
			return false
		}
	}
	return true
}
