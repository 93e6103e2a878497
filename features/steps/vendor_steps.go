package steps

// applicationSteps describe the vendors and their records.
func applicationSteps() []Step {
	return []Step{
		{
			Declares: anApplication,
			Pattern:  "an application {application}", Example: `an application "wms"`,
			Doc: "Declares an application without records. Declared again, it stays as it was.",
			run: func(s *Scenario, a []value) error { s.application(a[0]); return nil },
		},
		{
			Declares: anApplication,
			Pattern:  "an application {application} with {resource} at {rate}",
			Example:  `an application "acme" with "orders" at 1/m`,
			Doc: "Declares an application with a resource whose records come at a rate. Declared again, " +
				"it has the new rate, and all else as before.",
			run: records,
		},
		{
			Declares: aResource,
			Pattern:  "application {application} has {resource} at {rate} too",
			Example:  `application "acme" has "contacts" at 120/h too`,
			Doc:      "Adds a resource to an application.",
			run:      records,
		},
		{
			Declares: aResource,
			Pattern:  "the {resource} of {application} come at {rate} from {time} on",
			Example:  `the "orders" of "acme" come at 6000/h from "9h" on`,
			Doc: "Changes the rate of a resource's records at an instant; " +
				"before the first there are none.",
			run: func(s *Scenario, a []value) error {
				all := s.application(a[1]).in("records")
				if rate, ok := all.values[a[0].text].(string); ok {
					all.set(a[0].text, []any{pairs("from", "+0s", "rate", rate)})
				}
				all.add(a[0].text, pairs("from", "+"+a[3].text, "rate", a[2].text))
				return nil
			},
		},
		{
			Pattern: "the status page of {application} is {duration} late",
			Example: `the status page of "acme" is "10m" late`,
			Doc:     "Says how long after the truth the application's status page tells it.",
			run: func(s *Scenario, a []value) error {
				return s.setting(a[0], "status_page_lag", a[1].text)
			},
		},
	}
}

// settingSteps describe how vendors serve their callers.
func settingSteps() []Step {
	return []Step{
		{
			Pattern: "calls to {application} take {duration}", Example: `calls to "acme" take "10s"`,
			Doc: "Says how long the application's answers take; no time where nothing is said.",
			run: func(s *Scenario, a []value) error { return s.setting(a[0], "latency", a[1].text) },
		},
		{
			Pattern: "a page of {application} holds {count} record(s)",
			Example: `a page of "acme" holds 10 records`,
			Doc:     "Says how many records one call reads at most; 100 where nothing is said.",
			run:     func(s *Scenario, a []value) error { return s.setting(a[0], "page_size", a[1].count) },
		},
		{
			Pattern: "{application} keeps its records for {duration}",
			Example: `"acme" keeps its records for "1h"`,
			Doc:     "Says how long a record can be read; for ever where nothing is said.",
			run:     func(s *Scenario, a []value) error { return s.setting(a[0], "retention", a[1].text) },
		},
		{
			Pattern: "access tokens of {application} live for {duration}",
			Example: `access tokens of "acme" live for "10m"`,
			Doc:     "Says how long a fresh OAuth 2.0 access token is good.",
			run: func(s *Scenario, a []value) error {
				return s.setting(a[0], "token_lifetime", a[1].text)
			},
		},
		{
			Pattern: "a repeated write to {application} makes duplicates",
			Example: `a repeated write to "wms" makes duplicates`,
			Doc:     "The application does not know records again that were written before.",
			run:     func(s *Scenario, a []value) error { return s.setting(a[0], "idempotent", false) },
		},
		{
			Pattern: "{application} allows {count} call(s) each {duration}",
			Example: `"acme" allows 5 calls each "10m"`,
			Doc:     "Sets the application's API limit, counted in fixed windows from the start of the run.",
			run:     limit,
		},
		{
			Pattern: "{application} allows {count} call(s) each {duration}, counted {counting}",
			Example: `"acme" allows 5 calls each "10m", counted in a sliding window`,
			Doc:     "Sets the application's API limit and its way of counting.",
			run: func(s *Scenario, a []value) error {
				s.application(a[0]).in("rate_limit").set("algorithm", meaning(countings(), a[3].text))
				return limit(s, a)
			},
		},
		{
			Pattern: "the calls to {application} are counted by {countedby}",
			Example: `the calls to "acme" are counted by "connection"`,
			Doc: "Says whether the application, each connection or each resource " +
				"has an API limit of its own.",
			run: func(s *Scenario, a []value) error {
				s.application(a[0]).in("rate_limit").set("by", a[1].text)
				return nil
			},
		},
		{
			Pattern: "{application} allows {count} call(s) at a time",
			Example: `"acme" allows 1 call at a time`,
			Doc:     "Says how many calls the application answers at once; what is more is rate limited.",
			run: func(s *Scenario, a []value) error {
				s.application(a[0]).in("rate_limit").set("concurrency", a[1].count)
				return nil
			},
		},
	}
}

func (s *Scenario) application(name value) *object { return s.draft.in("applications").in(name.text) }

func (s *Scenario) setting(application value, key string, v any) error {
	s.application(application).set(key, v)
	return nil
}

func records(s *Scenario, a []value) error {
	s.application(a[0]).in("records").set(a[1].text, a[2].text)
	return nil
}

func limit(s *Scenario, a []value) error {
	l := s.application(a[0]).in("rate_limit")
	l.set("requests", a[1].count)
	l.set("per", a[2].text)
	return nil
}
