package steps

// credentialSteps say what goes wrong with credentials, tokens and e-mail.
func credentialSteps() []Step {
	return []Step{
		{
			Pattern: "the credentials of {connection} change at {time}",
			Example: `the credentials of "acme-main" change at "2h7m"`,
			Doc:     "The vendor refuses the connection's credentials until an operator re-authorizes it.",
			run: func(s *Scenario, a []value) error {
				return s.event(a[1], "connection", a[0].text, "fault", "bad_credentials")
			},
		},
		{
			Pattern: "the access token of {connection} is revoked at {time}",
			Example: `the access token of "acme-main" is revoked at "2h10m"`,
			Doc:     "The vendor refuses the access token alone, until it is replaced.",
			run: func(s *Scenario, a []value) error {
				return s.event(a[1], "connection", a[0].text, "fault", "token_revoked")
			},
		},
		{
			Pattern: "the refresh token of {connection} dies at {time}",
			Example: `the refresh token of "acme-main" dies at "2h10m"`,
			Doc:     "Refreshing the token fails for good, until an operator re-authorizes the connection.",
			run: func(s *Scenario, a []value) error {
				return s.event(a[1], "connection", a[0].text, "fault", "token_refresh", "how", "dead")
			},
		},
		{
			Pattern: "the token endpoint of {connection} fails {window}",
			Example: `the token endpoint of "acme-main" fails from "2h30m" for "2h"`,
			Doc:     "Refreshing the connection's token fails for a while.",
			run: func(s *Scenario, a []value) error {
				return s.during(a[1], "connection", a[0].text, "fault", "token_refresh", "how", "transient")
			},
		},
		{
			Pattern: "the mail server is down {window}",
			Example: `the mail server is down from "4h" for "4h"`,
			Doc:     "The platform's mail server takes no e-mail.",
			run:     func(s *Scenario, a []value) error { return s.during(a[0], "mail", "down") },
		},
		{
			Pattern: "the platform restarts at {time}", Example: `the platform restarts at "2h30m"`,
			Doc: "The platform is stopped, and started again from what it had written down.",
			run: func(s *Scenario, a []value) error { return s.event(a[0], "platform", "restart") },
		},
		{
			Pattern: "the platform moves to {environment} at {time}",
			Example: `the platform moves to "staging" at "2h30m"`,
			Doc:     "The environment changes, and with it the threshold.",
			run:     func(s *Scenario, a []value) error { return s.event(a[1], "environment", a[0].text) },
		},
	}
}

// peopleSteps say what people do, and when.
func peopleSteps() []Step {
	return []Step{
		{
			Pattern: "an operator enables job {job} at {time}",
			Example: `an operator enables job "contacts-poll" at "13h"`,
			Doc:     "Somebody enables the polling job.",
			run: func(s *Scenario, a []value) error {
				return s.event(a[1], "operator", "enable", "job", a[0].text)
			},
		},
		{
			Pattern: "an operator disables job {job} at {time}",
			Example: `an operator disables job "contacts-poll" at "13h"`,
			Doc:     "Somebody switches the polling job off: the user, not the platform.",
			run: func(s *Scenario, a []value) error {
				return s.event(a[1], "operator", "disable", "job", a[0].text)
			},
		},
		{
			Pattern: "an operator re-authorizes {connection} at {time}",
			Example: `an operator re-authorizes "acme-main" at "13h"`,
			Doc:     "Somebody opens the connection, fills in good credentials and saves.",
			run: func(s *Scenario, a []value) error {
				return s.event(a[1], "operator", "reauthorize", "connection", a[0].text)
			},
		},
		{
			Pattern: "an operator re-authorizes {connection} with wrong credentials at {time}",
			Example: `an operator re-authorizes "acme-main" with wrong credentials at "13h"`,
			Doc: "Somebody opens the connection, fills in credentials " +
				"that the vendor refuses, and saves.",
			run: func(s *Scenario, a []value) error {
				return s.event(a[1], "operator", "reauthorize", "connection", a[0].text,
					"credentials", "wrong")
			},
		},
		{
			Pattern: "an operator re-authorizes {connection} without {names} at {time}",
			Example: `an operator re-authorizes "acme-main" without "password" at "13h"`,
			Doc:     "Somebody opens the connection and saves, but leaves required fields empty.",
			run: func(s *Scenario, a []value) error {
				return s.event(a[2], "operator", "reauthorize", "connection", a[0].text,
					"missing", a[1].names)
			},
		},
		{
			Pattern: "an operator tests {connection} at {time}",
			Example: `an operator tests "acme-main" at "13h"`,
			Doc:     "Somebody has the platform test the connection.",
			run: func(s *Scenario, a []value) error {
				return s.event(a[1], "operator", "test", "connection", a[0].text)
			},
		},
		{
			Pattern: "an operator retries the errors of flow {flow} at {time}",
			Example: `an operator retries the errors of flow "orders-to-wms" at "5h"`,
			Doc:     "Somebody retries the flow's open intermittent errors.",
			run: func(s *Scenario, a []value) error {
				return s.event(a[1], "operator", "retry_errors", "flow", a[0].text)
			},
		},
	}
}
