package steps

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/fakevendor/dialect"
	"github.com/outagedrill/outagedrill/internal/problem"
)

// kinds are the values that steps speak of.
func kinds() []kind {
	return slices.Concat(nameKinds(), timeKinds(), choiceKinds(), freeKinds())
}

// nameKinds are the values that name something of the scenario: a step with one that the scenario does not
// have fails before it runs.
func nameKinds() []kind {
	return []kind{
		one("application", anApplication, "an application of the scenario", `"acme"`),
		several("applications", anApplication, "applications with commas between them", `"acme, wms"`),
		one("connection", aConnection, "a connection, or connector instance, of the scenario", `"acme-main"`),
		several("connections", aConnection, "connections with commas between them",
			`"acme-main, acme-reports"`),
		one("flow", aFlow, "a flow of the scenario", `"orders-to-wms"`),
		several("flows", aFlow, "flows with commas between them", `"orders-to-wms, reports-to-wms"`),
		one("job", aJob, "a polling job of the scenario", `"contacts-poll"`),
		several("jobs", aJob, "polling jobs with commas between them", `"contacts-poll, orders-poll"`),
		one("resource", aResource, "a resource of the application, or of the job, that the step names",
			`"orders"`),
		several("resources", aResource, "resources with commas between them", `"contacts, orders"`),
		{
			name: "endpoint", text: `"([^"/]+/[^"/]+)"`, parse: readEndpoint, of: aConnection,
			doc: "a resource of a connection", example: `"acme-main/orders"`,
		},
		one("person", aPerson, "an owner or a subscriber: an e-mail address", `"ops@example.com"`),
		several("people", aPerson, "e-mail addresses with commas between them",
			`"ops@example.com, bi@example.com"`),
		one("environment", anEnvironment, "snapshot, staging, production or a custom environment",
			`"staging"`),
		one("policyvalue", aPolicyValue, "a value of a policy", `"sweep.offset"`),
		{
			name: "path", text: `(/\S+)`, parse: readPath, of: aPerson,
			doc: "a path of the platform's API", example: `/jobs/polling-disabled`,
		},
	}
}

func one(name string, of thing, doc, example string) kind {
	return kind{name: name, text: quoted, parse: plain, of: of, doc: doc, example: example}
}

func several(name string, of thing, doc, example string) kind {
	return kind{name: name, text: quoted, parse: readNames, of: of, doc: doc, example: example}
}

// timeKinds are durations, instants and numbers.
func timeKinds() []kind {
	return []kind{
		{
			name: "duration", text: duration, parse: readSpan, example: `"1h30m"`,
			doc: "how long something takes",
		},
		{
			name: "time", text: duration, parse: readSpan, example: `"2h5m"`,
			doc: "an instant, as the time since the start of the run",
		},
		{
			name: "times", text: durations, parse: readSpans, example: `"3m, 13m, 23m"`,
			doc: "instants with commas between them",
		},
		{
			name: "window", text: window, parse: readWindow, example: `from "2h" for "30m"`,
			doc: "a time: from an instant for a duration, or on to the end",
		},
		{
			name: "instant", text: instant, parse: plain, example: `"2024-03-10T00:00:00Z"`,
			doc: "an instant of RFC 3339",
		},
		{
			name: "rate", text: `(\d+/\w+)`, parse: plain, example: `120/h`,
			doc: "so many each second, minute, … or each so many of them",
		},
		{name: "count", text: `(\d+)`, parse: readCount, example: `10`, doc: "a whole number"},
	}
}

// choiceKinds are the values that are a choice between words.
func choiceKinds() []kind {
	return []kind{
		choice("class", "how a call ended (C-01); the first four are the four causes", `vendor_down`,
			"rate_limited", "bad_credentials", "token_refresh_failed", "vendor_down", "rejected"),
		choice("subcause", "the sub-cause that the reader of answers gives", `timeout`, subcauses()...),
		choice("how", "a way of being down", `connections refused`, words(hows())...),
		choice("answer", "what an application has to say", `refused credentials`, words(answers())...),
		choice("auth", "credentials of a connection", `an API key`, words(auths())...),
		choice("mail", "what e-mails are about", `disabled jobs`, words(mails())...),
		choice("errors", "a class of errors", `intermittent`, "intermittent", "value"),
		choice("figure", "a figure of an outage", `recovery delay`,
			"detection delay", "recovery delay", "first notice"),
		choice("state", "a state of a polling job", `disabled`, "enabled", "disabled"),
		choice("counting", "how a limit counts", `in a sliding window`, words(countings())...),
		choice("news", "what people are told of", `a disabled job`, words(news())...),
		choice("reaction", "what people do", `enables it`, words(reactions())...),
		quotedChoice("symptom", "what is wrong with a flow", `"connection offline"`, symptoms()),
		quotedChoice("nextstep", "what the platform tells the reader to do",
			`"re-authorize the connection"`, nextSteps()),
		quotedChoice("countedby", "what has a limit of its own", `"connection"`,
			[]string{"application", "connection", "resource"}),
	}
}

// freeKinds are the values that the step itself looks up, or that may be anything.
func freeKinds() []kind {
	return []kind{
		{
			name: "metric", text: quoted, parse: plain, example: `"calls_total"`,
			doc: "a figure of GET /metrics, without its outagedrill_",
		},
		{
			name: "operator", text: quoted, parse: plain, example: `"ann"`,
			doc: "somebody who uses the platform's API",
		},
		{
			name: "hours", text: quoted, parse: plain, example: `"Mon-Fri 09:00-17:00"`,
			doc: "working hours",
		},
		{
			name: "zone", text: quoted, parse: plain, example: `"America/New_York"`,
			doc: "the time zone of working hours, as the IANA database names it",
		},
		{name: "name", text: quoted, parse: plain, example: `"last_test.result"`, doc: "another name"},
		{
			name: "names", text: quoted, parse: readNames, example: `"staging, contacts"`,
			doc: "other names with commas between them",
		},
		{name: "text", text: quoted, parse: plain, example: `"503"`, doc: "any text"},
	}
}

func choice(name, doc, example string, all ...string) kind {
	var alternatives []string
	for _, word := range all {
		alternatives = append(alternatives, regexp.QuoteMeta(word))
	}
	return kind{
		name: name, text: "(" + strings.Join(alternatives, "|") + ")", parse: plain, among: all,
		doc: doc, example: example,
	}
}

// quotedChoice takes any text, so that a wrong one is named and not the whole step.
func quotedChoice(name, doc, example string, all []string) kind {
	k := kind{name: name, text: quoted, doc: doc, example: example}
	for _, word := range all {
		k.among = append(k.among, `"`+word+`"`)
	}
	k.parse = func(text string) (value, error) {
		if slices.Contains(all, text) {
			return value{text: text}, nil
		}
		return value{}, problem.Errors{{
			What: fmt.Sprintf("%q is not %s", text, doc),
			Want: problem.List(all, "or"), Near: problem.Nearest(text, all),
		}}
	}
	return k
}

// subcauses are the words for the finer causes of a failed call.
func subcauses() []string {
	var all []string
	for sub := dialect.NoSub + 1; sub <= dialect.ServerError; sub++ {
		all = append(all, sub.String())
	}
	return all
}

func symptoms() []string {
	var all []string
	for s := engine.CountsStandStill; s <= engine.ConnectionOfflineShown; s++ {
		all = append(all, s.String())
	}
	return all
}

func nextSteps() []string {
	var all []string
	for n := engine.NothingToDo; n <= engine.SubmitTicket; n++ {
		all = append(all, n.String())
	}
	return all
}

// phrase is one of the ways in which features word a value of the timeline or of the journal.
type phrase struct{ words, means string }

func words(list []phrase) []string {
	var all []string
	for _, p := range list {
		all = append(all, p.words)
	}
	return all
}

// meaning is what a phrase stands for.
func meaning(list []phrase, words string) string {
	return list[slices.IndexFunc(list, func(p phrase) bool { return p.words == words })].means
}

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

// answers are what an application has to say, as dialects name it.
func answers() []phrase {
	return []phrase{
		{"a page of records", "page"},
		{"refused credentials", "bad_credentials"},
		{"rejected records", "rejected"},
		{"an API limit", "rate_limited"},
		{"a token endpoint that fails", "transient_refresh"},
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
