package steps

// worldSteps describe the platform's and the vendors' world.
func worldSteps() []Step {
	return []Step{
		{
			Pattern: "the environment is {name}", Example: `the environment is "staging"`,
			Doc: "Says where the platform runs: snapshot, staging or production; it sets the threshold.",
			run: func(s *Scenario, a []value) error { s.draft.set("environment", a[0].text); return nil },
		},
		{
			Pattern: "the run lasts {duration}", Example: `the run lasts "6h"`,
			Doc: "Sets how long the run lasts; a day where nothing is said.",
			run: func(s *Scenario, a []value) error { s.draft.set("duration", a[0].text); return nil },
		},
		{
			Pattern: "the policy value {name} is {text}", Example: `the policy value "sweep.offset" is "20m"`,
			Doc: "Changes a value of the built-in policies.",
			run: func(s *Scenario, a []value) error { return s.assume(a[0].text, a[1].text) },
		},
	}
}

// applicationSteps describe the vendors.
func applicationSteps() []Step {
	return []Step{
		{
			Pattern: "an application {name}", Example: `an application "wms"`,
			Doc: "Declares an application without records.",
			run: func(s *Scenario, a []value) error { s.application(a[0]); return nil },
		},
		{
			Pattern: "an application {name} with {name} at {rate}",
			Example: `an application "acme" with "orders" at 1/m`,
			Doc:     "Declares an application with a resource whose records come at a rate.",
			run:     records,
		},
		{
			Pattern: "application {name} has {name} at {rate} too",
			Example: `application "acme" has "contacts" at 120/h too`,
			Doc:     "Adds a resource to an application.",
			run:     records,
		},
		{
			Pattern: "the status page of {name} is {duration} late",
			Example: `the status page of "acme" is "10m" late`,
			Doc:     "Says how long after the truth the application's status page tells it.",
			run: func(s *Scenario, a []value) error {
				s.application(a[0]).set("status_page_lag", a[1].text)
				return nil
			},
		},
	}
}

// connectionGivens describe connections.
func connectionGivens() []Step {
	return []Step{
		{
			Pattern: "a connection {name} to {name}", Example: `a connection "wms-main" to "wms"`,
			Doc: "Declares a connection that needs no credentials.",
			run: func(s *Scenario, a []value) error {
				s.connection(a[0]).set("application", a[1].text)
				return nil
			},
		},
		{
			Pattern: "a connection {name} to {name} with {auth}",
			Example: `a connection "acme-main" to "acme" with OAuth 2.0`,
			Doc:     "Declares a connection with its kind of credentials.",
			run: func(s *Scenario, a []value) error {
				s.connection(a[0]).set("application", a[1].text)
				s.connection(a[0]).set("auth", meaning(auths(), a[2].text))
				return nil
			},
		},
		{
			Pattern: "connection {name} is owned by {name}",
			Example: `connection "acme-main" is owned by "ops@example.com"`,
			Doc:     "Says who gets the e-mails about the connection, its polling jobs and its flows.",
			run: func(s *Scenario, a []value) error {
				s.connection(a[0]).set("owner", a[1].text)
				return nil
			},
		},
	}
}

// workSteps describe flows and polling jobs.
func workSteps() []Step {
	return []Step{
		{
			Pattern: "a flow {name} from {endpoint} to {endpoint} every {duration}",
			Example: `a flow "orders-to-wms" from "acme-main/orders" to "wms-main/orders" every "15m"`,
			Doc:     "Declares a flow from a resource of a connection to one of another.",
			run: func(s *Scenario, a []value) error {
				flow := pairs("from", a[1].text, "to", a[2].text, "every", a[3].text)
				s.draft.in("flows").set(a[0].text, flow)
				return nil
			},
		},
		{
			Pattern: "auto-resolve is on for flow {name}",
			Example: `auto-resolve is on for flow "orders-to-wms"`,
			Doc:     "Lets the platform retry the flow's intermittent errors by itself.",
			run: func(s *Scenario, a []value) error {
				s.draft.in("flows").in(a[0].text).set("auto_resolve", true)
				return nil
			},
		},
		{
			Pattern: "a polling job {name} on {name} for {names} every {duration}",
			Example: `a polling job "contacts-poll" on "acme-main" for "contacts, orders" every "5m"`,
			Doc:     "Declares a polling job of a connector instance.",
			run: func(s *Scenario, a []value) error {
				s.draft.in("polling_jobs").set(a[0].text,
					pairs("instance", a[1].text, "resources", a[2].names, "every", a[3].text))
				return nil
			},
		},
	}
}

func (s *Scenario) application(name value) *object { return s.draft.in("applications").in(name.text) }

func (s *Scenario) connection(name value) *object { return s.draft.in("connections").in(name.text) }

func records(s *Scenario, a []value) error {
	s.application(a[0]).in("records").set(a[1].text, a[2].text)
	return nil
}
