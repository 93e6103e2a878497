package steps

// worldSteps describe the platform's and the vendors' world.
func worldSteps() []Step {
	return []Step{
		{
			Pattern: "the environment is {environment}", Example: `the environment is "staging"`,
			Doc: "Says where the platform runs; it sets the threshold. Production where nothing is said.",
			run: func(s *Scenario, a []value) error { s.draft.set("environment", a[0].text); return nil },
		},
		{
			Declares: anEnvironment,
			Pattern:  "a custom environment {environment} with threshold {count}",
			Example:  `a custom environment "qa" with threshold 25`,
			Doc:      "Declares an environment where so many consecutive failures disable a polling job.",
			run: func(s *Scenario, a []value) error {
				s.draft.in("environments").in(a[0].text).set("threshold", a[1].count)
				return nil
			},
		},
		{
			Pattern: "the run starts at {instant}", Example: `the run starts at "2024-03-10T06:00:00Z"`,
			Doc: "Sets when the run starts; midnight UTC of a Monday where nothing is said.",
			run: func(s *Scenario, a []value) error { s.draft.set("start", a[0].text); return nil },
		},
		{
			Pattern: "the seed is {count}", Example: `the seed is 7`,
			Doc: "Sets the number from which everything is drawn that is left to chance; " +
				"1 where nothing is said.",
			run: func(s *Scenario, a []value) error { s.draft.set("seed", a[0].count); return nil },
		},
		{
			Pattern: "the run lasts {duration}", Example: `the run lasts "6h"`,
			Doc: "Sets how long the run lasts; a day where nothing is said.",
			run: func(s *Scenario, a []value) error { s.draft.set("duration", a[0].text); return nil },
		},
		{
			Pattern: "the policy value {policyvalue} is {text}",
			Example: `the policy value "sweep.offset" is "20m"`,
			Doc:     "Changes a value of the built-in policies.",
			run:     func(s *Scenario, a []value) error { return s.assume(a[0].text, a[1].text) },
		},
	}
}

// connectionGivens describe connections.
func connectionGivens() []Step {
	return []Step{
		{
			Declares: aConnection,
			Pattern:  "a connection {connection} to {application}",
			Example:  `a connection "wms-main" to "wms"`,
			Doc: "Declares a connection that needs no credentials. Declared again, it keeps " +
				"what was said of it.",
			run: func(s *Scenario, a []value) error {
				s.connection(a[0]).set("application", a[1].text)
				return nil
			},
		},
		{
			Declares: aConnection,
			Pattern:  "a connection {connection} to {application} with {auth}",
			Example:  `a connection "acme-main" to "acme" with OAuth 2.0`,
			Doc:      "Declares a connection with its kind of credentials.",
			run: func(s *Scenario, a []value) error {
				s.connection(a[0]).set("application", a[1].text)
				s.connection(a[0]).set("auth", meaning(auths(), a[2].text))
				return nil
			},
		},
		{
			Pattern: "connection {connection} is owned by {person}",
			Example: `connection "acme-main" is owned by "ops@example.com"`,
			Doc: "Says who gets the e-mails about the connection, its polling jobs and its flows; " +
				"owner@example.com where nothing is said.",
			run: func(s *Scenario, a []value) error {
				s.connection(a[0]).set("owner", a[1].text)
				return nil
			},
		},
		{
			Pattern: "{people} subscribe(s) to connection {connection}",
			Example: `"ops@example.com, bi@example.com" subscribe to connection "acme-main"`,
			Doc: "Says who gets the e-mails about the connection being offline and back; " +
				"its owner by default.",
			run: func(s *Scenario, a []value) error {
				s.connection(a[1]).set("subscribers", a[0].names)
				return nil
			},
		},
		{
			Pattern: "connection {connection} lets {count} flow(s) run at once",
			Example: `connection "acme-main" lets 2 flows run at once`,
			Doc:     "Sets the connection's slots; one where nothing is said.",
			run: func(s *Scenario, a []value) error {
				s.connection(a[0]).set("flows_at_once", a[1].count)
				return nil
			},
		},
	}
}

// workSteps describe flows and polling jobs.
func workSteps() []Step {
	return []Step{
		{
			Declares: aFlow,
			Pattern:  "a flow {flow} from {endpoint} to {endpoint} every {duration}",
			Example:  `a flow "orders-to-wms" from "acme-main/orders" to "wms-main/orders" every "15m"`,
			Doc: "Declares a flow from a resource of a connection to one of another. Declared again, it is " +
				"another flow: what was said of the first is forgotten.",
			run: func(s *Scenario, a []value) error {
				flow := pairs("from", a[1].text, "to", a[2].text, "every", a[3].text)
				s.draft.in("flows").set(a[0].text, flow)
				return nil
			},
		},
		{
			Pattern: "auto-resolve is on for flow {flow}",
			Example: `auto-resolve is on for flow "orders-to-wms"`,
			Doc:     "Lets the platform retry the flow's intermittent errors by itself.",
			run: func(s *Scenario, a []value) error {
				s.draft.in("flows").in(a[0].text).set("auto_resolve", true)
				return nil
			},
		},
		{
			Pattern: "flow {flow} handles {count} page(s) at once",
			Example: `flow "orders-to-wms" handles 4 pages at once`,
			Doc: "Lets the flow's runs read and write so many pages at once; one after the other where " +
				"nothing is said. Its first page a run reads alone.",
			run: func(s *Scenario, a []value) error {
				s.draft.in("flows").in(a[0].text).set("parallel_pages", a[1].count)
				return nil
			},
		},
		{
			Declares: aJob,
			Pattern:  "a polling job {job} on {connection} for {resources} every {duration}",
			Example:  `a polling job "contacts-poll" on "acme-main" for "contacts, orders" every "5m"`,
			Doc: "Declares a polling job of a connector instance. Declared again, it is another job: " +
				"what was said of the first is forgotten.",
			run: func(s *Scenario, a []value) error {
				s.draft.in("polling_jobs").set(a[0].text,
					pairs("instance", a[1].text, "resources", a[2].names, "every", a[3].text))
				return nil
			},
		},
		{
			Pattern: "flow {flow} first starts at {time}",
			Example: `flow "orders-to-wms" first starts at "7m"`,
			Doc:     "Sets the flow's phase; the start of the run where nothing is said.",
			run: func(s *Scenario, a []value) error {
				s.draft.in("flows").in(a[0].text).set("phase", a[1].text)
				return nil
			},
		},
		{
			Pattern: "job {job} first polls at {time}", Example: `job "contacts-poll" first polls at "3m"`,
			Doc: "Sets the polling job's phase; the start of the run where nothing is said.",
			run: func(s *Scenario, a []value) error {
				s.draft.in("polling_jobs").in(a[0].text).set("phase", a[1].text)
				return nil
			},
		},
		{
			Pattern: "flow {flow} is owned by {person}",
			Example: `flow "orders-to-wms" is owned by "bi@example.com"`,
			Doc:     "Says who gets the e-mails about the flow's errors; the owner of its source by default.",
			run: func(s *Scenario, a []value) error {
				s.draft.in("flows").in(a[0].text).set("owner", a[1].text)
				return nil
			},
		},
	}
}

func (s *Scenario) connection(name value) *object { return s.draft.in("connections").in(name.text) }
