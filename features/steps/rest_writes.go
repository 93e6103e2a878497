package steps

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/gavv/httpexpect/v2"

	"github.com/outagedrill/outagedrill/sim/journal"
)

// writeSteps change something through the API.
func writeSteps() []Step {
	return []Step{
		{
			Stage: Plays, Pattern: "PUT {path} has {name} {text}",
			Example: `PUT /jobs/contacts-poll/disable has "state" "disabled"`,
			Doc:     "A member of the answer, which is no problem.",
			run: func(s *Scenario, a []value) error {
				return s.member(http.MethodPut, a[0].text, a[1].text, a[2].text)
			},
		},
		{
			Stage: Plays, Pattern: "POST {path} has {name} {text}",
			Example: `POST /flows/orders-to-wms/errors/retry has "changed" "true"`,
			Doc:     "A member of the answer, which is no problem.",
			run: func(s *Scenario, a []value) error {
				return s.member(http.MethodPost, a[0].text, a[1].text, a[2].text)
			},
		},
		{
			Stage: Plays, Pattern: "PUT {path} is refused with status {count} because {text}",
			Example: `PUT /jobs/contact-poll/enable is refused with status 404 because "contacts-poll?"`,
			Doc:     "The answer is a problem (RFC 9457) that says this.",
			run: func(s *Scenario, a []value) error {
				return s.refused(http.MethodPut, a[0].text, int(a[1].count), a[2].text)
			},
		},
		{
			Stage: Plays, Pattern: "connection {connection} is re-authorized through the API with {names}",
			Example: `connection "acme-main" is re-authorized through the API with "password=right"`,
			Doc:     "Saves these credentials; the value wrong makes them wrong.",
			run: func(s *Scenario, a []value) error {
				return s.ask(func(e *httpexpect.Expect) {
					e.PUT("/connections/{id}/credentials", a[0].text).WithJSON(filled(a[1])).
						Expect().Status(http.StatusOK).JSON().Object().HasValue("id", a[0].text)
				})
			},
		},
		{
			Stage: Plays,
			Pattern: "re-authorizing connection {connection} through the API with {names} " +
				"is refused because {text}",
			Example: `re-authorizing connection "acme-main" through the API with "username=ops" ` +
				`is refused because "password"`,
			Doc: "The answer is a problem of status 422 that says this.",
			run: func(s *Scenario, a []value) error {
				path := "/connections/" + a[0].text + "/credentials"
				return s.refused(http.MethodPut, path, http.StatusUnprocessableEntity, a[2].text,
					func(r *httpexpect.Request) { r.WithJSON(filled(a[1])) })
			},
		},
	}
}

// filled is the body of a re-authorization, from name=value pairs.
func filled(pairs value) map[string]any {
	fields := map[string]string{}
	for _, p := range pairs.names {
		name, text, _ := strings.Cut(p, "=")
		fields[name] = text
	}
	return map[string]any{"fields": fields}
}

// operatorSteps are about operators who write what they have seen.
func operatorSteps() []Step {
	return []Step{
		{
			Stage: Plays, Pattern: "{operator} opens {path}", Example: `"ann" opens /jobs/contacts-poll`,
			Doc: "The operator sees the thing as it is now, and its revision.",
			run: func(s *Scenario, a []value) error {
				return s.ask(func(e *httpexpect.Expect) {
					tag := e.GET(a[1].text).Expect().Status(http.StatusOK).Header("ETag").NotEmpty().Raw()
					if s.client.seen == nil {
						s.client.seen = map[string]string{}
					}
					s.client.seen[a[0].text] = tag
				})
			},
		},
		{
			Stage: Plays, Pattern: "PUT {path} by {operator} succeeds",
			Example: `PUT /jobs/contacts-poll/enable by "ann" succeeds`,
			Doc:     "The thing still is as the operator saw it; then the operator sees it as it is now.",
			run: func(s *Scenario, a []value) error {
				if err := s.opened(a[1]); err != nil {
					return err
				}
				return s.ask(func(e *httpexpect.Expect) {
					put := e.PUT(a[0].text).WithHeader("If-Match", s.client.seen[a[1].text])
					s.client.seen[a[1].text] = put.Expect().Status(http.StatusOK).
						Header("ETag").NotEmpty().Raw()
				})
			},
		},
		{
			Stage: Plays, Pattern: "{operator} is told of {text} upon PUT {path}",
			Example: `"bob" is told of "job.enabled at 2024" upon PUT /jobs/contacts-poll/disable`,
			Doc:     "The thing has changed since the operator saw it: the write is refused, and says how.",
			run: func(s *Scenario, a []value) error {
				if err := s.opened(a[0]); err != nil {
					return err
				}
				return s.refused(http.MethodPut, a[2].text, http.StatusPreconditionFailed, a[1].text,
					func(r *httpexpect.Request) { r.WithHeader("If-Match", s.client.seen[a[0].text]) })
			},
		},
	}
}

// opened wants an operator to have seen what he is about to change.
func (s *Scenario) opened(operator value) error {
	if s.client.seen[operator.text] == "" {
		return fmt.Errorf("%s has opened nothing (expected an earlier step \"%s\" opens /…)",
			operator.text, operator.text)
	}
	return nil
}

// clockSteps move the platform's clock through the API.
func clockSteps() []Step {
	return []Step{
		{
			Stage: Plays, Pattern: "the clock is put forward by {duration}",
			Example: `the clock is put forward by "30m"`,
			Doc:     "Lets the platform play on through the API.",
			run: func(s *Scenario, a []value) error {
				want := journal.Time(s.now) + journal.Time(a[0].span)
				return s.ask(func(e *httpexpect.Expect) {
					e.PUT("/clock").WithJSON(map[string]any{"advance": a[0].text}).Expect().
						Status(http.StatusOK).JSON().Object().HasValue("now", want.String())
				})
			},
		},
		{
			Stage: Plays, Pattern: "putting the clock to {time} is refused because {text}",
			Example: `putting the clock to "30m" is refused because "that instant is over"`,
			Doc:     "The answer is a problem of status 409.",
			run: func(s *Scenario, a []value) error {
				to := func(r *httpexpect.Request) {
					r.WithJSON(map[string]any{"now": s.instant(a[0].span).String()})
				}
				return s.refused(http.MethodPut, "/clock", http.StatusConflict, a[1].text, to)
			},
		},
	}
}

// metricSteps look at the figures for Prometheus.
func metricSteps() []Step {
	return []Step{
		{
			Stage: Plays, Pattern: "the metric {metric} is {count}",
			Example: `the metric "calls_total" is 12`,
			Doc:     "A figure of GET /metrics without labels.",
			run:     func(s *Scenario, a []value) error { return s.metric(a[0].text, nil, a[1].count) },
		},
		{
			Stage: Plays, Pattern: "the metric {metric} of {names} is {count}",
			Example: `the metric "consecutive_failures" of "contacts-poll, contacts" is 3`,
			Doc:     "A figure of GET /metrics by the values of its labels.",
			run: func(s *Scenario, a []value) error {
				return s.metric(a[0].text, a[1].names, a[2].count)
			},
		},
	}
}

func (s *Scenario) metric(name string, labels []string, want int64) error {
	var text string
	err := s.ask(func(e *httpexpect.Expect) {
		answer := e.GET("/metrics").Expect().Status(http.StatusOK)
		text = answer.HasContentType("text/plain", "utf-8").Body().Raw()
	})
	if err != nil {
		return err
	}
	what := "metric " + name
	if len(labels) > 0 {
		what += " of " + list(labels)
	}
	var names []string
	for line := range strings.Lines(text) {
		series, figure, _ := strings.Cut(strings.TrimSpace(line), " ")
		own, rest, _ := strings.Cut(series, "{")
		parts := strings.Split(rest, `"`) // the values of labels are the odd ones
		var values []string
		for i := 1; i < len(parts); i += 2 {
			values = append(values, parts[i])
		}
		if own, ours := strings.CutPrefix(own, "outagedrill_"); ours && !slices.Contains(names, own) {
			names = append(names, own)
		}
		if own != "outagedrill_"+name || !slices.Equal(values, labels) {
			continue
		}
		n, err := strconv.ParseFloat(figure, 64)
		if err != nil {
			return err
		}
		return equal(what, int64(n), want)
	}
	if err := known("metric", name, names); err != nil {
		return err
	}
	return fmt.Errorf("there is no %s", what)
}
