package importer

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/outagedrill/outagedrill/internal/problem"
)

// Listed is the fault word of a status that is no outage: its records are listed (I-NONE).
const Listed = "listed"

// unknownWord is the row of the table for words that it does not hold (I-UNKNOWN).
const unknownWord = "unknown"

// defaultStatus says what a caller of the vendor's API meets under each word of a status page, and
// under the names that people give the causes in a CSV. The words are not comparable across
// vendors; docs/import.md says why these were chosen.
func defaultStatus() map[string]string {
	return map[string]string{
		"critical":             "down",
		"major_outage":         "down",
		"major":                "down",
		"partial_outage":       "flaky:0.5",
		"minor":                "flaky:0.3",
		"degraded_performance": "slow:5s",
		"under_maintenance":    "maintenance",
		"maintenance":          "maintenance",
		"none":                 Listed,
		"operational":          Listed,
		unknownWord:            "flaky:0.3",

		"vendor_down":          "down",
		"unresponsive":         "down",
		"outage":               "down",
		"limit":                "rate_limited",
		"rate_limit":           "rate_limited",
		"credentials":          "bad_credentials",
		"token_refresh_failed": "token_refresh",
	}
}

// Fault is a fault of a timeline's event, with its parameter.
type Fault struct {
	Kind   string // down, flaky, …, or Listed
	Params string // as YAML: "rate: 0.3"; "" for none
}

// String gives the fault as the comment on top of the timeline words it.
func (f Fault) String() string {
	return strings.TrimSpace(f.Kind + " " + strings.ReplaceAll(f.Params, ":", ""))
}

// onConnection tells whether the fault is a connection's rather than an application's.
func (f Fault) onConnection() bool {
	return f.Kind == "bad_credentials" || strings.HasPrefix(f.Kind, "token_")
}

// downHows are the ways to be down other than an answer with a status of 5xx.
func downHows() []string {
	return []string{"refused", "reset", "timeout", "dns", "tls", "truncated", "garbage", "html200", "empty"}
}

// faultKinds are the kinds that ParseFault reads.
func faultKinds() []string {
	return []string{
		"down", "flaky", "slow", "maintenance", "rate_limited", "rejected", "flapping", "bad_credentials",
		"token_refresh", "token_revoked", Listed,
	}
}

// ParseFault reads KIND[:PARAMETER]: down (down:500, down:timeout), flaky:RATE, slow:LATENCY,
// maintenance, rate_limited[:RETRY_AFTER], rejected, flapping:UP/DOWN, bad_credentials,
// token_refresh:dead|transient, token_revoked, or listed for no outage at all.
func ParseFault(s string) (Fault, error) {
	kind, param, has := strings.Cut(strings.TrimSpace(s), ":")
	params, ok := "", true
	switch kind {
	case "down":
		params, ok = downParams(param, has)
	case "flaky":
		params, ok = rateParams(param, has)
	case "slow":
		params, ok = spanParams("latency", param, has, "5s")
	case "rate_limited":
		if has {
			params, ok = spanParams("retry_after", param, has, "")
		}
	case "flapping":
		params, ok = flappingParams(param, has)
	case "token_refresh":
		if !has {
			param = "transient"
		}
		params, ok = "how: "+param, param == "dead" || param == "transient"
	case "maintenance", "rejected", "bad_credentials", "token_revoked", Listed:
		ok = !has
	default:
		return Fault{}, problem.Errors{{
			What: fmt.Sprintf("unknown fault %q", clean(s, 60)),
			Want: problem.List(faultKinds(), "or"), Near: problem.Nearest(kind, faultKinds()),
		}}
	}
	if !ok {
		return Fault{}, fmt.Errorf("fault %q has a bad parameter (want for example down:timeout, "+
			"down:500, flaky:0.3, slow:5s, rate_limited:30s, flapping:1m/9m or token_refresh:dead)",
			clean(s, 60))
	}
	return Fault{Kind: kind, Params: params}, nil
}

func downParams(param string, has bool) (string, bool) {
	switch {
	case !has:
		return "", true
	case slices.Contains([]string{"500", "502", "503", "504"}, param):
		return "status: " + param, true
	}
	return "how: " + param, slices.Contains(downHows(), param)
}

func rateParams(param string, has bool) (string, bool) {
	if !has {
		param = "0.3"
	}
	rate, err := strconv.ParseFloat(param, 64)
	ok := err == nil && rate > 0 && rate <= 1
	return "rate: " + strconv.FormatFloat(rate, 'f', -1, 64), ok
}

func spanParams(key, param string, has bool, otherwise string) (string, bool) {
	if !has {
		param = otherwise
	}
	d, err := time.ParseDuration(param)
	return key + ": " + span(d), err == nil && d > 0
}

func flappingParams(param string, has bool) (string, bool) {
	if !has {
		param = "1m/9m"
	}
	up, down, _ := strings.Cut(param, "/")
	u, errUp := time.ParseDuration(up)
	d, errDown := time.ParseDuration(down)
	ok := errUp == nil && errDown == nil && u > 0 && d > 0
	return "up: " + span(u) + ", down: " + span(d), ok
}

// faultTable maps severity words to faults.
type faultTable map[string]Fault

// newFaultTable is the default table under the user's changes.
func newFaultTable(changes map[string]string) (faultTable, error) {
	table := faultTable{}
	for word, spec := range defaultStatus() {
		f, err := ParseFault(spec)
		if err != nil {
			return nil, fmt.Errorf("built-in status %q: %w", word, err)
		}
		table[word] = f
	}
	for _, word := range slices.Sorted(maps.Keys(changes)) {
		f, err := ParseFault(changes[word])
		if err != nil {
			return nil, fmt.Errorf("status %q: %w", word, err)
		}
		table[statusWord(word)] = f
	}
	return table, nil
}

// statusWord puts a word into the table's spelling: "Major Outage" is major_outage.
func statusWord(s string) string {
	return strings.NewReplacer(" ", "_", "-", "_").Replace(strings.ToLower(strings.TrimSpace(s)))
}

// lookup finds the fault of a word: a row of the table, or a fault's own name (CSV causes).
func (t faultTable) lookup(word string) (Fault, bool) {
	if f, ok := t[statusWord(word)]; ok {
		return f, true
	}
	f, err := ParseFault(strings.ToLower(word))
	return f, err == nil
}

// judge finds a record's fault. Where its own word tells of no outage, or nothing, the worst
// component status holds (I-COMPONENT); a word that nobody knows has a row of its own (I-UNKNOWN).
func (t faultTable) judge(r *Record) Fault {
	f, known := t.lookup(r.Severity)
	if known && f.Kind != Listed {
		return f
	}
	if worst, ok := t.lookup(r.Worst); ok && worst.Kind != Listed {
		r.adjust(RuleComponent, "impact %q, but a component was %s", r.Severity, r.Worst)
		return worst
	}
	if !known {
		r.adjust(RuleUnknown, "unknown severity %q is taken as %s", r.Severity, t[unknownWord])
		return t[unknownWord]
	}
	return f
}
