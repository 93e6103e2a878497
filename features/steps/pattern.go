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
	text    string // regexp with one group: the value's text
	parse   func(text string) (value, error)
	doc     string
	example string
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

const (
	quoted    = `"([^"]+)"`
	span      = `(?:\d+(?:\.\d+)?(?:ns|us|ms|[smhdw]))+`
	duration  = `"(` + span + `)"`
	durations = `"(` + span + `(?:, ` + span + `)*)"`
	window    = `(from "` + span + `" (?:on|for "` + span + `"))`
	instant   = `"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d))"`
)

// kinds are the values that steps speak of.
func kinds() []kind {
	return []kind{
		{"application", quoted, plain, "an application of the scenario", `"acme"`},
		{"connection", quoted, plain, "a connection, or connector instance, of the scenario", `"acme-main"`},
		{"flow", quoted, plain, "a flow of the scenario", `"orders-to-wms"`},
		{"job", quoted, plain, "a polling job of the scenario", `"contacts-poll"`},
		{"resource", quoted, plain, "a resource of an application", `"orders"`},
		{
			"name", quoted, plain,
			"another name: an e-mail address, a policy value, an operator", `"ops@example.com"`,
		},
		{"text", quoted, plain, "any text", `"503"`},
		{"names", quoted, readNames, "names with commas between them", `"acme-main, acme-reports"`},
		{"endpoint", `"([^"/]+/[^"/]+)"`, plain, "a resource of a connection", `"acme-main/orders"`},
		{"path", `(/\S+)`, plain, "a path of the platform's API", `/jobs/polling-disabled`},
		{"duration", duration, readSpan, "how long something takes", `"1h30m"`},
		{"time", duration, readSpan, "an instant, as the time since the start of the run", `"2h5m"`},
		{"times", durations, readSpans, "instants with commas between them", `"3m, 13m, 23m"`},
		{
			"window", window, readWindow,
			"a time: from an instant for a duration, or on to the end", `from "2h" for "30m"`,
		},
		{"instant", instant, plain, "an instant of RFC 3339", `"2024-03-10T00:00:00Z"`},
		{"rate", `(\d+/\w+)`, plain, "so many a span", `120/h`},
		{"count", `(\d+)`, readCount, "a whole number", `10`},
		{
			"class", `(rate_limited|bad_credentials|token_refresh_failed|vendor_down|rejected)`, plain,
			"how a call ended (C-01); the first four are the four causes", `vendor_down`,
		},
		{"subcause", `([a-z_0-9]+)`, plain, "the sub-cause that the reader gives", `timeout`},
		{"how", alternatives(hows()), plain, "a way of being down", `connections refused`},
		{"auth", alternatives(auths()), plain, "credentials of a connection", `an API key`},
		{"mail", alternatives(mails()), plain, "what e-mails are about", `disabled jobs`},
		{"errors", `(intermittent|value)`, plain, "a class of errors", `intermittent`},
		{
			"figure", `(detection delay|recovery delay|first notice)`, plain,
			"a figure of an outage", `recovery delay`,
		},
		{"environment", quoted, plain, "an environment", `"staging"`},
		{"state", `(enabled|disabled)`, plain, "a state of a polling job", `disabled`},
		{"counting", alternatives(countings()), plain, "how a limit counts", `in a sliding window`},
		{"news", alternatives(news()), plain, "what people are told of", `a disabled job`},
		{"reaction", alternatives(reactions()), plain, "what people do", `enables it`},
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
		{"status 500", "500"},
		{"status 502", "502"},
		{"status 503", "503"},
		{"status 504", "504"},
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

// countings are the ways in which vendors count calls.
func countings() []phrase {
	return []phrase{
		{"in fixed windows", "fixed"},
		{"in a sliding window", "sliding"},
		{"from a bucket of tokens", "token_bucket"},
	}
}

// news are what people hear of.
func news() []phrase {
	return []phrase{
		{"a disabled job", "job.disabled"},
		{"an offline connection", "connection.offline"},
		{"the advice to re-authorize", "advice.reauthorize"},
		{"the advice to submit a ticket", "advice.support"},
		{"errors in flows", "errors.summary"},
	}
}

// reactions are what people do about it.
func reactions() []phrase {
	return []phrase{
		{"enables it", "enable"},
		{"re-authorizes the connection", "reauthorize"},
		{"retries them", "retry_errors"},
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
