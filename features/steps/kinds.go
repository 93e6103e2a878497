package steps

import "slices"

// Kind is a kind of value that patterns speak of, as {name}.
type Kind struct {
	Name string `json:"name"`
	Form string `json:"form"` // how it is written, in words
	// Choices are all that may be written, where the kind is a choice.
	Choices []string `json:"choices,omitempty"`
}

// Kinds lists the kinds of values in the order in which a step's pattern names them, each once.
func (s *Step) Kinds() []Kind {
	var list []Kind
	for _, k := range s.m.kinds {
		if !slices.ContainsFunc(list, func(had Kind) bool { return had.Name == k.name }) {
			list = append(list, described(k.name))
		}
	}
	return list
}

// described is a kind in words.
func described(name string) Kind {
	k := Kind{Name: name}
	switch name {
	case "name", "environment":
		k.Form = `a name in double quotes: "acme-main"`
	case "names":
		k.Form = `names in double quotes, with commas between: "contacts, orders"`
	case "text":
		k.Form = "text in double quotes"
	case "endpoint":
		k.Form = `APPLICATION/RESOURCE in double quotes: "acme/orders"`
	case "path":
		k.Form = "a path of the platform's REST API, without quotes: /jobs/polling-disabled"
	case "duration":
		k.Form = `a duration in double quotes, in w, d, h, m, s, ms, us and ns: "90s", "1h30m", "2d"`
	case "time":
		k.Form = `a time since the start of the run, in double quotes: "2h45m"`
	case "times":
		k.Form = `times since the start, in double quotes, with commas between: "1h, 2h30m"`
	case "window":
		k.Form = `when it begins and ends: from "2h" for "80m", or from "2h" on`
	case "instant":
		k.Form = `a date and time in double quotes (RFC 3339): "2024-03-04T02:00:00Z"`
	case "rate":
		k.Form = "COUNT/UNIT without quotes: 1/m, 20/h"
	case "count":
		k.Form = "a number without quotes"
	case "subcause":
		k.Form = "a word without quotes, as in the journal: connection_refused"
	default:
		k.Form = "one of its choices, without quotes"
		k.Choices = choices(name)
	}
	return k
}

// choices are the words of a kind that is a choice.
func choices(name string) []string {
	lists := map[string][]phrase{
		"how": hows(), "auth": auths(), "mail": mails(), "counting": countings(), "news": news(), "reaction": reactions(),
	}
	var words []string
	for _, p := range lists[name] {
		words = append(words, p.words)
	}
	switch name {
	case "class":
		words = []string{"rate_limited", "bad_credentials", "token_refresh_failed", "vendor_down", "rejected"}
	case "errors":
		words = []string{"intermittent", "value"}
	case "figure":
		words = []string{"detection delay", "recovery delay", "first notice"}
	case "state":
		words = []string{"enabled", "disabled"}
	}
	return words
}
