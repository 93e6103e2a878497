package steps

import "strconv"

// downSteps say when a vendor is down.
func downSteps() []Step {
	return []Step{
		{
			Pattern: "{application} is down {window}", Example: `"acme" is down from "2h" for "3h30m"`,
			Doc: "The application answers every call with status 503, for a while or to the end of the run.",
			run: func(s *Scenario, a []value) error { return s.fault(a[0], a[1], "down") },
		},
		{
			Pattern: "{application} is down {window} with {how}",
			Example: `"acme" is down from "2h" for "30m" with a web page with status 200`,
			Doc:     "The application is down in another way than with status 503.",
			run: func(s *Scenario, a []value) error {
				return s.fault(a[0], a[1], "down", manner(a[2])...)
			},
		},
		{
			Pattern: "the {resources} of {application} are down {window}",
			Example: `the "orders" of "acme" are down from "2h" for "3h30m"`,
			Doc:     "A partial outage: calls for these resources alone are answered with status 503.",
			run: func(s *Scenario, a []value) error {
				return s.fault(a[1], a[2], "down", "resources", a[0].names)
			},
		},
		{
			Pattern: "the {resources} of {application} are down {window} with {how}",
			Example: `the "orders" of "acme" are down from "2h" on with no answer in time`,
			Doc:     "A partial outage in another way than with status 503.",
			run: func(s *Scenario, a []value) error {
				return s.fault(a[1], a[2], "down", append(manner(a[3]), "resources", a[0].names)...)
			},
		},
		{
			Pattern: "{application} is down {window} with {how}, but what is written lands",
			Example: `"wms" is down from "2h" for "10s" with no answer in time, but what is written lands`,
			Doc:     "Writes have their effect, though the caller is not told so.",
			run: func(s *Scenario, a []value) error {
				return s.fault(a[0], a[1], "down", append(manner(a[2]), "applied", true)...)
			},
		},
		{
			Pattern: "{application} is in maintenance {window}",
			Example: `"acme" is in maintenance from "2h" for "30m"`,
			Doc:     "The application answers with status 503, and its status page announces it.",
			run:     func(s *Scenario, a []value) error { return s.fault(a[0], a[1], "maintenance") },
		},
	}
}

// troubleSteps say what else goes wrong at a vendor.
func troubleSteps() []Step {
	return []Step{
		{
			Pattern: "{application} is in turn down for {duration} and up for {duration}, {window}",
			Example: `"acme" is in turn down for "9m" and up for "1m", from "2h" for "2h"`,
			Doc:     "The application flaps; it begins down.",
			run: func(s *Scenario, a []value) error {
				return s.fault(a[0], a[3], "flapping", "down", a[1].text, "up", a[2].text)
			},
		},
		{
			Pattern: "the {resources} of {application} are in turn down for {duration} " +
				"and up for {duration}, {window}",
			Example: `the "orders" of "acme" are in turn down for "5m" and up for "5m", from "2h" for "2h"`,
			Doc:     "These resources flap; they begin down.",
			run: func(s *Scenario, a []value) error {
				return s.fault(a[1], a[4], "flapping", "down", a[2].text, "up", a[3].text,
					"resources", a[0].names)
			},
		},
		{
			Pattern: "{application} fails {count}% of its calls {window}",
			Example: `"acme" fails 30% of its calls from "2h" for "1h"`,
			Doc:     "The application answers this share of calls with status 503; the seed says which.",
			run: func(s *Scenario, a []value) error {
				return s.fault(a[0], a[2], "flaky", "rate", float64(a[1].count)/100)
			},
		},
		{
			Pattern: "{application} takes {duration} to answer {window}",
			Example: `"acme" takes "20s" to answer from "2h" for "5m"`,
			Doc:     "Answers to calls that are sent in this time come late.",
			run: func(s *Scenario, a []value) error {
				return s.fault(a[0], a[2], "slow", "latency", a[1].text)
			},
		},
		{
			Pattern: "{application} limits calls {window}",
			Example: `"acme" limits calls from "2h" for "20m"`,
			Doc:     "The API limit is reached: status 429, without a Retry-After.",
			run:     func(s *Scenario, a []value) error { return s.fault(a[0], a[1], "rate_limited") },
		},
		{
			Pattern: "{application} limits calls {window} with Retry-After {duration}",
			Example: `"acme" limits calls from "2h" for "20m" with Retry-After "30s"`,
			Doc:     "The API limit is reached: status 429.",
			run: func(s *Scenario, a []value) error {
				return s.fault(a[0], a[1], "rate_limited", "retry_after", a[2].text)
			},
		},
		{
			Pattern: "the {resources} of {application} are rejected {window}",
			Example: `the "orders" of "wms" are rejected from "2h" for "1h"`,
			Doc:     "Calls for these resources are answered with status 422: the records' fault.",
			run: func(s *Scenario, a []value) error {
				return s.fault(a[1], a[2], "rejected", "resources", a[0].names)
			},
		},
	}
}

// manner is how an application is down.
func manner(how value) []any {
	means := meaning(hows(), how.text)
	if status, err := strconv.Atoi(means); err == nil {
		return []any{"status", status}
	}
	return []any{"how", means}
}

// fault adds a fault of an application to the timeline.
func (s *Scenario) fault(application, when value, kind string, more ...any) error {
	return s.during(when, append([]any{"application", application.text, "fault", kind}, more...)...)
}

// during adds an event that lasts.
func (s *Scenario) during(when value, keysAndValues ...any) error {
	if when.lasts != "" {
		keysAndValues = append([]any{"for", when.lasts}, keysAndValues...)
	}
	return s.event(when, keysAndValues...)
}

// event adds an event to the timeline.
func (s *Scenario) event(at value, keysAndValues ...any) error {
	s.draft.add("events", pairs(append([]any{"at", "+" + at.text}, keysAndValues...)...))
	return nil
}
