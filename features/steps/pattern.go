package steps

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/outagedrill/outagedrill/sim/timeline"
)

// kind is a kind of value in a pattern, written {name} there.
type kind struct {
	name    string
	doc     string
	example string
	text    string // regexp with one group: the value's text
	parse   func(text string) (value, error)
	among   []string // all values that there are, as they are written; nil: too many to list
	of      thing    // what the value names
}

// value is a value of a step, after reading. Only the fields of its kind are set; text always is.
type value struct {
	text  string
	names []string
	span  time.Duration // {duration}, {time}: since the start
	spans []time.Duration
	count int64
	lasts string // {window}: how long, "" to the end of the run; its text and span are its begin
}

// all are the names that a value gives: its list, or the one.
func (v *value) all() []string {
	if v.names != nil {
		return v.names
	}
	return []string{v.text}
}

const (
	quoted    = `"([^"]+)"`
	span      = `(?:\d+(?:\.\d+)?(?:ns|us|ms|[smhdw]))+`
	duration  = `"(` + span + `)"`
	durations = `"(` + span + `(?:, ` + span + `)*)"`
	window    = `(from "` + span + `" (?:on|for "` + span + `"))`
	instant   = `"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d))"`
)

func plain(text string) (value, error) { return value{text: text}, nil }

func readNames(text string) (value, error) {
	v := value{text: text}
	for name := range strings.SplitSeq(text, ",") {
		if name = strings.TrimSpace(name); name == "" {
			return v, fmt.Errorf("%q holds an empty name", text)
		}
		v.names = append(v.names, name)
	}
	return v, nil
}

// readEndpoint keeps the connection of CONNECTION/RESOURCE as the name.
func readEndpoint(text string) (value, error) {
	connection, _, _ := strings.Cut(text, "/")
	return value{text: text, names: []string{connection}}, nil
}

func readSpan(text string) (value, error) {
	d, err := timeline.ParseSpan(text)
	if err != nil {
		return value{}, fmt.Errorf("%q is %w (want a duration such as 90s, 15m or 1h30m)", text, err)
	}
	return value{text: text, span: d.Std()}, nil
}

// readWindow reads when a window begins and how long it lasts.
func readWindow(text string) (value, error) {
	words := strings.Split(text, `"`)
	from, err := readSpan(words[1])
	if err != nil {
		return value{}, err
	}
	v := value{text: words[1], span: from.span}
	if len(words) > 3 {
		v.lasts = words[3]
	}
	return v, nil
}

func readSpans(text string) (value, error) {
	v := value{text: text}
	for part := range strings.SplitSeq(text, ", ") {
		one, err := readSpan(part)
		if err != nil {
			return v, err
		}
		v.spans = append(v.spans, one.span)
	}
	return v, nil
}

func readCount(text string) (value, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return value{}, fmt.Errorf("%s is too great a number", text)
	}
	return value{text: text, count: n}, nil
}

// matcher is a pattern ready for use.
type matcher struct {
	re    *regexp.Regexp
	kinds []kind
}

// compile turns a pattern into an anchored regular expression. In a pattern {name} is a value of that kind,
// (s) may be there or not, and (is/are) is one of the words; everything else is literal.
func compile(pattern string, known []kind) (*matcher, error) {
	m := &matcher{}
	token := regexp.MustCompile(`\{[a-z]+\}|\([a-z/]+\)`)
	var re strings.Builder
	re.WriteString("^")
	rest := pattern
	for at := token.FindStringIndex(rest); at != nil; at = token.FindStringIndex(rest) {
		re.WriteString(regexp.QuoteMeta(rest[:at[0]]))
		inner := rest[at[0]+1 : at[1]-1]
		switch words := strings.Split(inner, "/"); {
		case rest[at[0]] == '(' && len(words) == 1:
			re.WriteString("(?:" + inner + ")?")
		case rest[at[0]] == '(':
			re.WriteString("(?:" + strings.Join(words, "|") + ")")
		default:
			k := slices.IndexFunc(known, func(k kind) bool { return k.name == inner })
			if k < 0 {
				return nil, fmt.Errorf("pattern %q: there is no kind of value {%s}", pattern, inner)
			}
			m.kinds = append(m.kinds, known[k])
			re.WriteString(known[k].text)
		}
		rest = rest[at[1]:]
	}
	re.WriteString(regexp.QuoteMeta(rest) + "$")
	var err error
	m.re, err = regexp.Compile(re.String())
	return m, err
}

// instants are the instants among the values, as times since the start.
func (m *matcher) instants(values []value) []time.Duration {
	var all []time.Duration
	for i, k := range m.kinds {
		switch k.name {
		case "time":
			all = append(all, values[i].span)
		case "times":
			all = append(all, values[i].spans...)
		}
	}
	return all
}

// read turns the texts that the regular expression caught into values.
func (m *matcher) read(texts []string) ([]value, error) {
	values := make([]value, len(texts))
	var errs []error
	for i, t := range texts {
		var err error
		values[i], err = m.kinds[i].parse(t)
		errs = append(errs, err)
	}
	return values, errors.Join(errs...)
}
