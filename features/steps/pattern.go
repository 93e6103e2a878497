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
	name  string
	text  string // regexp with one group: the value's text
	parse func(text string) (value, error)
}

// value is a value of a step, after reading. Only the field of its kind is set; text always is.
type value struct {
	text  string
	names []string
	span  time.Duration // {duration}, {time}: since the start
	count int64
}

const (
	quoted   = `"([^"]+)"`
	duration = `"((?:\d+(?:\.\d+)?(?:ns|us|ms|[smhdw]))+)"`
)

// kinds are the values that steps speak of.
func kinds() []kind {
	return []kind{
		{"name", quoted, plain},
		{"text", quoted, plain},
		{"names", quoted, readNames},
		{"endpoint", `"([^"/]+/[^"/]+)"`, plain},
		{"path", `(/\S+)`, plain},
		{"duration", duration, readSpan},
		{"time", duration, readSpan},
		{"rate", `(\d+/\w+)`, plain},
		{"count", `(\d+)`, readCount},
		{"class", `(rate_limited|bad_credentials|token_refresh_failed|vendor_down|rejected)`, plain},
		{"how", alternatives(hows()), plain},
		{"auth", alternatives(auths()), plain},
		{"mail", alternatives(mails()), plain},
	}
}

// phrase is one of the ways in which features word a value of the timeline or of the journal.
type phrase struct{ words, means string }

// hows are the ways of being down.
func hows() []phrase {
	return []phrase{
		{"connections refused", "refused"},
		{"connections reset", "reset"},
		{"no answer in time", "timeout"},
		{"a name that is not found", "dns"},
		{"a broken TLS handshake", "tls"},
		{"answers cut short", "truncated"},
		{"garbage in place of JSON", "garbage"},
		{"a web page with status 200", "html200"},
		{"empty answers", "empty"},
	}
}

// auths are the auth types of connections.
func auths() []phrase {
	return []phrase{{"OAuth 2.0", "oauth2"}, {"an API key", "api_key"}, {"a password", "basic"}}
}

// mails are what e-mails are about.
func mails() []phrase {
	return []phrase{
		{"disabled jobs", "job.disabled"},
		{"offline connections", "connection.offline"},
		{"connections back online", "connection.online"},
		{"errors in flows", "errors.summary"},
	}
}

// meaning is what a phrase stands for.
func meaning(list []phrase, words string) string {
	return list[slices.IndexFunc(list, func(p phrase) bool { return p.words == words })].means
}

func alternatives(list []phrase) string {
	var words []string
	for _, p := range list {
		words = append(words, regexp.QuoteMeta(p.words))
	}
	return "(" + strings.Join(words, "|") + ")"
}

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

func readSpan(text string) (value, error) {
	d, err := timeline.ParseSpan(text)
	if err != nil {
		return value{}, fmt.Errorf("%q is %w (want a duration such as 90s, 15m or 1h30m)", text, err)
	}
	return value{text: text, span: d.Std()}, nil
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
// and (s) may be there or not; everything else is literal.
func compile(pattern string, known []kind) (*matcher, error) {
	m := &matcher{}
	token := regexp.MustCompile(`\{[a-z]+\}|\([a-z]+\)`)
	var re strings.Builder
	re.WriteString("^")
	rest := pattern
	for at := token.FindStringIndex(rest); at != nil; at = token.FindStringIndex(rest) {
		re.WriteString(regexp.QuoteMeta(rest[:at[0]]))
		inner := rest[at[0]+1 : at[1]-1]
		if rest[at[0]] == '(' {
			re.WriteString("(?:" + inner + ")?")
		} else {
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
