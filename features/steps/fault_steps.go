package steps

// faultSteps say what goes wrong, and when.
func faultSteps() []Step {
	return []Step{
		{
			Pattern: "{name} is down from {time} for {duration}",
			Example: `"acme" is down from "2h" for "3h30m"`,
			Doc:     "The application answers every call with status 503.",
			run: func(s *Scenario, a []value) error {
				return s.event(a[1], "for", a[2].text, "application", a[0].text, "fault", "down")
			},
		},
		{
			Pattern: "{name} is down from {time} on", Example: `"acme" is down from "2h" on`,
			Doc: "The application is down to the end of the run.",
			run: func(s *Scenario, a []value) error {
				return s.event(a[1], "application", a[0].text, "fault", "down")
			},
		},
		{
			Pattern: "{name} is down from {time} for {duration} with {how}",
			Example: `"acme" is down from "2h" for "30m" with a web page with status 200`,
			Doc:     "The application is down in another way than with status 503.",
			run: func(s *Scenario, a []value) error {
				return s.event(a[1], "for", a[2].text, "application", a[0].text, "fault", "down",
					"how", meaning(hows(), a[3].text))
			},
		},
		{
			Pattern: "the {names} of {name} are down from {time} for {duration}",
			Example: `the "orders" of "acme" are down from "2h" for "3h30m"`,
			Doc:     "A partial outage: calls for these resources alone are answered with status 503.",
			run: func(s *Scenario, a []value) error {
				return s.event(a[2], "for", a[3].text, "application", a[1].text, "fault", "down",
					"resources", a[0].names)
			},
		},
		{
			Pattern: "{name} limits calls from {time} for {duration} with Retry-After {duration}",
			Example: `"acme" limits calls from "2h" for "20m" with Retry-After "30s"`,
			Doc:     "The API limit is reached: status 429.",
			run: func(s *Scenario, a []value) error {
				return s.event(a[1], "for", a[2].text, "application", a[0].text, "fault", "rate_limited",
					"retry_after", a[3].text)
			},
		},
	}
}

// credentialSteps say what goes wrong with credentials, tokens and e-mail.
func credentialSteps() []Step {
	return []Step{
		{
			Pattern: "the credentials of {name} change at {time}",
			Example: `the credentials of "acme-main" change at "2h7m"`,
			Doc:     "The vendor refuses the connection's credentials until an operator re-authorizes it.",
			run: func(s *Scenario, a []value) error {
				return s.event(a[1], "connection", a[0].text, "fault", "bad_credentials")
			},
		},
		{
			Pattern: "the refresh token of {name} dies at {time}",
			Example: `the refresh token of "acme-main" dies at "2h10m"`,
			Doc:     "Refreshing the token fails for good, until an operator re-authorizes the connection.",
			run: func(s *Scenario, a []value) error {
				return s.event(a[1], "connection", a[0].text, "fault", "token_refresh", "how", "dead")
			},
		},
		{
			Pattern: "the token endpoint of {name} fails from {time} for {duration}",
			Example: `the token endpoint of "acme-main" fails from "2h30m" for "2h"`,
			Doc:     "Refreshing the connection's token fails for a while.",
			run: func(s *Scenario, a []value) error {
				return s.event(a[1], "for", a[2].text, "connection", a[0].text, "fault", "token_refresh",
					"how", "transient")
			},
		},
		{
			Pattern: "the mail server is down from {time} for {duration}",
			Example: `the mail server is down from "4h" for "4h"`,
			Doc:     "The platform's mail server takes no e-mail.",
			run: func(s *Scenario, a []value) error {
				return s.event(a[0], "for", a[1].text, "mail", "down")
			},
		},
	}
}

// peopleSteps say what people do, and when.
func peopleSteps() []Step {
	return []Step{
		{
			Pattern: "an operator enables job {name} at {time}",
			Example: `an operator enables job "contacts-poll" at "13h"`,
			Doc:     "Somebody enables the polling job.",
			run: func(s *Scenario, a []value) error {
				return s.event(a[1], "operator", "enable", "job", a[0].text)
			},
		},
		{
			Pattern: "an operator re-authorizes {name} at {time}",
			Example: `an operator re-authorizes "acme-main" at "13h"`,
			Doc:     "Somebody opens the connection, fills in good credentials and saves.",
			run: func(s *Scenario, a []value) error {
				return s.event(a[1], "operator", "reauthorize", "connection", a[0].text)
			},
		},
		{
			Pattern: "an operator retries the errors of flow {name} at {time}",
			Example: `an operator retries the errors of flow "orders-to-wms" at "5h"`,
			Doc:     "Somebody retries the flow's open intermittent errors.",
			run: func(s *Scenario, a []value) error {
				return s.event(a[1], "operator", "retry_errors", "flow", a[0].text)
			},
		},
	}
}

// event adds an event to the timeline.
func (s *Scenario) event(at value, keysAndValues ...any) error {
	s.draft.add("events", pairs(append([]any{"at", "+" + at.text}, keysAndValues...)...))
	return nil
}
