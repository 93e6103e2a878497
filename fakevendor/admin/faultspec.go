package admin

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/internal/problem"
	"github.com/outagedrill/outagedrill/internal/span"
)

// FaultSpec is a fault as a tester writes it: the keys of an event of a timeline.
type FaultSpec struct {
	Application string    `json:"application,omitempty"`
	Connection  string    `json:"connection,omitempty"`
	Fault       string    `json:"fault"`
	How         string    `json:"how,omitempty"`
	Status      int       `json:"status,omitempty" enum:"500,502,503,504"`
	Resources   []string  `json:"resources,omitempty"`
	Endpoints   []string  `json:"endpoints,omitempty"`
	Tokens      bool      `json:"token_endpoint,omitempty"`
	At          string    `json:"at,omitempty" example:"+5m"`
	For         span.Span `json:"for,omitempty" example:"20m"`
	RetryAfter  span.Span `json:"retry_after,omitempty"`
	Latency     span.Span `json:"latency,omitempty"`
	Rate        float64   `json:"rate,omitempty" minimum:"0" maximum:"1"`
	Up          span.Span `json:"up,omitempty"`
	Down        span.Span `json:"down,omitempty"`
	Applied     bool      `json:"applied,omitempty"`
}

// TransformSchema says what the keys mean, and which words there are.
func (FaultSpec) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	for key, what := range map[string]string{
		"application":    "Whose fault it is; not needed for the only one, nor where a connection is named.",
		"connection":     "The one connection that meets it; faults of credentials and tokens need it.",
		"how":            "How it shows itself: of down, of token_refresh dead or transient, of slow body.",
		"status":         "Of down: the status; 503.",
		"resources":      "Only these resources; none: all.",
		"endpoints":      "Only endpoints of these names, as the journal has them; none: all.",
		"token_endpoint": "It concerns the token endpoint alone.",
		"at":             "When it begins: +5m from now, or an instant; now if nothing is said.",
		"for":            "How long it lasts; until somebody ends it if nothing is said.",
		"retry_after":    "Of rate_limited: what Retry-After says.",
		"latency":        "Of slow: how long an answer takes.",
		"rate":           "Of flaky: the share of calls that fail.",
		"up":             "Of flapping: for how long it is up each time.",
		"down":           "Of flapping: for how long it is down each time.",
		"applied":        "Writes that it answers had their effect.",
	} {
		s.Properties[key].Description = what
	}
	for key, words := range map[string][]string{
		"fault": fakevendor.KindWords(), "how": fakevendor.HowWords(),
	} {
		s.Properties[key].Enum = nil
		for _, word := range words {
			s.Properties[key].Enum = append(s.Properties[key].Enum, word)
		}
	}
	return s
}

// keyed is a key of a FaultSpec: how a text sets it, and what it is.
type keyed struct {
	name string
	set  func(f *FaultSpec, value string) error
	get  func(f *FaultSpec) string
}

// keys are the keys of a FaultSpec but for the fault's own word, in the order in which they are written.
func keys() []keyed {
	text := func(name string, at func(f *FaultSpec) *string) keyed {
		return keyed{
			name, func(f *FaultSpec, v string) error { *at(f) = v; return nil },
			func(f *FaultSpec) string { return *at(f) },
		}
	}
	list := func(name string, at func(f *FaultSpec) *[]string) keyed {
		return keyed{
			name,
			func(f *FaultSpec, v string) error { *at(f) = strings.Split(v, ","); return nil },
			func(f *FaultSpec) string { return strings.Join(*at(f), ",") },
		}
	}
	flag := func(name string, at func(f *FaultSpec) *bool) keyed {
		return keyed{
			name, func(f *FaultSpec, v string) (err error) { *at(f), err = readBool(v); return err },
			func(f *FaultSpec) string { return map[bool]string{true: "true"}[*at(f)] },
		}
	}
	length := func(name string, at func(f *FaultSpec) *span.Span) keyed {
		return keyed{
			name, func(f *FaultSpec, v string) (err error) { *at(f), err = readSpan(v); return err },
			func(f *FaultSpec) string {
				if *at(f) == 0 {
					return ""
				}
				return at(f).String()
			},
		}
	}
	return []keyed{
		text("application", func(f *FaultSpec) *string { return &f.Application }),
		text("connection", func(f *FaultSpec) *string { return &f.Connection }),
		text("how", func(f *FaultSpec) *string { return &f.How }),
		{"status", readStatus, func(f *FaultSpec) string { return unless0(float64(f.Status)) }},
		list("resources", func(f *FaultSpec) *[]string { return &f.Resources }),
		list("endpoints", func(f *FaultSpec) *[]string { return &f.Endpoints }),
		flag("token_endpoint", func(f *FaultSpec) *bool { return &f.Tokens }),
		text("at", func(f *FaultSpec) *string { return &f.At }),
		length("for", func(f *FaultSpec) *span.Span { return &f.For }),
		length("retry_after", func(f *FaultSpec) *span.Span { return &f.RetryAfter }),
		length("latency", func(f *FaultSpec) *span.Span { return &f.Latency }),
		{"rate", readRate, func(f *FaultSpec) string { return unless0(f.Rate) }},
		length("up", func(f *FaultSpec) *span.Span { return &f.Up }),
		length("down", func(f *FaultSpec) *span.Span { return &f.Down }),
		flag("applied", func(f *FaultSpec) *bool { return &f.Applied }),
	}
}

func readStatus(f *FaultSpec, v string) (err error) {
	if f.Status, err = strconv.Atoi(v); err != nil {
		return fmt.Errorf("%q is no status (want 500, 502, 503 or 504)", v)
	}
	return nil
}

func readRate(f *FaultSpec, v string) (err error) {
	if f.Rate, err = strconv.ParseFloat(v, 64); err != nil || !(f.Rate >= 0 && f.Rate <= 1) {
		return fmt.Errorf("%q is no rate (want a share of calls from 0 to 1)", v)
	}
	return nil
}

func readBool(v string) (bool, error) {
	if v != "true" && v != "false" {
		return false, fmt.Errorf("%q is neither true nor false", v)
	}
	return v == "true", nil
}

func readSpan(v string) (span.Span, error) {
	d, err := span.Parse(v)
	if err != nil {
		return 0, fmt.Errorf("%q is %w (want %s)", v, err, span.Want)
	}
	return d, nil
}

func unless0(v float64) string {
	if v == 0 {
		return ""
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}

// longestSpec bounds a fault that is written as a text, in bytes.
const longestSpec = 4096

// ParseFault reads a fault as it is written on a command line and in the header of a request:
//
//	down how=timeout for=5m resources=orders,contacts
//
// It is the fault's word and then keys with their values, apart by spaces; a value with a space in it is put
// in double quotes, as Go and JSON do. Lists have commas. What the names mean is found out by Resolve.
func ParseFault(text string) (FaultSpec, error) {
	var f FaultSpec
	if len(text) > longestSpec {
		return f, fmt.Errorf("a fault of %d bytes (want %d at most)", len(text), longestSpec)
	}
	word, rest, _ := strings.Cut(strings.TrimSpace(text), " ")
	f.Fault = word
	if err := nearest("fault", word, fakevendor.KindWords()); err != nil {
		return f, err
	}
	seen := map[string]bool{}
	for rest = strings.TrimLeft(rest, " "); rest != ""; rest = strings.TrimLeft(rest, " ") {
		name, value, ok := strings.Cut(rest, "=")
		if strings.Contains(name, " ") || !ok {
			word, _, _ := strings.Cut(rest, " ")
			return f, fmt.Errorf("%q is no key with a value (want KEY=VALUE)", word)
		}
		var err error
		if value, rest, err = firstValue(value); err != nil {
			return f, fmt.Errorf("%s: %w", name, err)
		}
		if seen[name] {
			return f, fmt.Errorf("%s is there twice (want it once)", name)
		}
		seen[name] = true
		if err := f.set(name, value); err != nil {
			return f, err
		}
	}
	return f, nil
}

// firstValue takes a value off a text: up to the next space, or in quotes.
func firstValue(text string) (value, rest string, err error) {
	if !strings.HasPrefix(text, `"`) {
		value, rest, _ = strings.Cut(text, " ")
		return value, rest, nil
	}
	quoted, err := strconv.QuotedPrefix(text)
	if err != nil {
		return "", "", fmt.Errorf("a quote that does not end")
	}
	rest = text[len(quoted):]
	if rest != "" && rest[0] != ' ' {
		return "", "", fmt.Errorf("something right after a quote (want a space)")
	}
	value, err = strconv.Unquote(quoted)
	return value, rest, err
}

// set sets a key from a text.
func (f *FaultSpec) set(name, value string) error {
	all := keys()
	i := slices.IndexFunc(all, func(k keyed) bool { return k.name == name })
	if i < 0 {
		var names []string
		for _, k := range all {
			names = append(names, k.name)
		}
		return nearest("key of a fault", name, names)
	}
	if value == "" {
		return fmt.Errorf("%s has no value (want KEY=VALUE)", name)
	}
	if err := all[i].set(f, value); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// String writes the fault as ParseFault reads it.
func (f *FaultSpec) String() string {
	words := []string{f.Fault}
	for _, k := range keys() {
		value := k.get(f)
		if value == "" {
			continue
		}
		if quoted := strconv.Quote(value); strings.Contains(value, " ") || quoted[1:len(quoted)-1] != value {
			value = quoted
		}
		words = append(words, k.name+"="+value)
	}
	return strings.Join(words, " ")
}

// nearest tells that a name is none of those that are valid.
func nearest(what, name string, valid []string) error {
	if slices.Contains(valid, name) {
		return nil
	}
	return problem.Errors{{
		What: fmt.Sprintf("there is no %s %q", what, name), Want: problem.List(shortened(valid), "or"),
		Near: problem.Nearest(name, valid),
	}}
}

// shortened is a list of names that is not too long to read.
func shortened(names []string) []string {
	const most = 20
	if len(names) <= most {
		return names
	}
	return append(slices.Clone(names[:most]), fmt.Sprintf("another of %d", len(names)-most))
}
