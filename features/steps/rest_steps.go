package steps

import (
	"context"
	"net/http"
	"strings"

	"github.com/gavv/httpexpect/v2"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/engine/api"
)

// restSteps let the platform play to an instant and call its REST API there.
func restSteps() []Step {
	return []Step{
		{
			Stage: Plays, Pattern: "it is {time}", Example: `it is "11h"`,
			Doc: "Lets the platform play up to that instant; the steps that follow ask it there.",
			run: func(s *Scenario, a []value) error { return s.playTo(engine.Time(s.instant(a[0].span))) },
		},
		{
			Stage: Plays, Pattern: "GET {path} lists {names}",
			Example: `GET /jobs/polling-disabled lists "contacts-poll"`,
			Doc:     "The answer is a list of things with exactly these ids.",
			run: func(s *Scenario, a []value) error {
				return s.ask(func(e *httpexpect.Expect) { ids(e, a[0]).IsEqual(a[1].names) })
			},
		},
		{
			Stage: Plays, Pattern: "GET {path} lists nothing",
			Example: `GET /instances/polling-disabled lists nothing`,
			Doc:     "The answer is an empty list.",
			run: func(s *Scenario, a []value) error {
				return s.ask(func(e *httpexpect.Expect) { ids(e, a[0]).IsEqual([]any{}) })
			},
		},
	}
}

// listingSteps look at one job of GET /jobs/polling-disabled.
func listingSteps() []Step {
	return []Step{
		{
			Stage: Plays,
			Pattern: "job {job} is listed with instance {connection}, environment {environment}, " +
				"resource {resource} and threshold {count}",
			Example: `job "contacts-poll" is listed with instance "acme-main", environment "staging", ` +
				`resource "contacts" and threshold 50`,
			Doc: "What GET /jobs/polling-disabled tells of the job.",
			run: func(s *Scenario, a []value) error {
				return s.listed(a[0], func(job *httpexpect.Object) {
					job.HasValue("instance", a[1].text).HasValue("environment", a[2].text)
					job.HasValue("resource", a[3].text).HasValue("threshold", a[4].count)
				})
			},
		},
		{
			Stage:   Plays,
			Pattern: "job {job} is listed as disabled at {time} after {class} with status {count}",
			Example: `job "contacts-poll" is listed as disabled at "6h5m" after vendor_down with status 503`,
			Doc:     "When GET /jobs/polling-disabled says that the job was disabled, and its last error.",
			run: func(s *Scenario, a []value) error {
				return s.listed(a[0], func(job *httpexpect.Object) {
					job.HasValue("disabled_at", s.instant(a[1].span).String())
					last := job.Value("last_error").Object()
					last.HasValue("class", a[2].text).HasValue("status", a[3].count)
					last.Value("message").String().NotEmpty()
				})
			},
		},
		{
			Stage: Plays, Pattern: "job {job} is listed with {count} failure(s) of {resource}",
			Example: `job "contacts-poll" is listed with 49 failures of "orders"`,
			Doc:     "The count of one resource in GET /jobs/polling-disabled.",
			run: func(s *Scenario, a []value) error {
				return s.listed(a[0], func(job *httpexpect.Object) {
					of := job.Value("resources").Array().Find(func(_ int, v *httpexpect.Value) bool {
						return v.Object().Value("name").String().Raw() == a[2].text
					})
					of.Object().HasValue("consecutive_failures", a[1].count)
				})
			},
		},
	}
}

// enableSteps look at an instance and enable jobs.
func enableSteps() []Step {
	return []Step{
		{
			Stage: Plays, Pattern: "the page of instance {connection} says that {text}",
			Example: `the page of instance "acme-main" says that "Polling job contacts-poll was disabled"`,
			Doc:     "A message of GET /instances/{id}, which the edit-instance page shows, holds this text.",
			run: func(s *Scenario, a []value) error {
				return s.ask(func(e *httpexpect.Expect) {
					page(e, a[0]).Find(func(_ int, v *httpexpect.Value) bool {
						return strings.Contains(v.Object().Value("message").String().Raw(), a[1].text)
					})
				})
			},
		},
		{
			Stage: Plays, Pattern: "the page of instance {connection} says nothing of disabled jobs",
			Example: `the page of instance "acme-main" says nothing of disabled jobs`,
			Doc:     "GET /instances/{id} has no message.",
			run: func(s *Scenario, a []value) error {
				return s.ask(func(e *httpexpect.Expect) { page(e, a[0]).IsEmpty() })
			},
		},
		{
			Stage: Plays, Pattern: "PUT {path} changes the job",
			Example: `PUT /jobs/contacts-poll/enable changes the job`,
			Doc:     "The call is answered with status 200, and the job was disabled before.",
			run:     func(s *Scenario, a []value) error { return s.put(a[0], true) },
		},
		{
			Stage: Plays, Pattern: "PUT {path} changes nothing",
			Example: `PUT /jobs/contacts-poll/enable changes nothing`,
			Doc:     "The call is answered with status 200, and the job was enabled before.",
			run:     func(s *Scenario, a []value) error { return s.put(a[0], false) },
		},
		{
			Stage: Plays, Pattern: "PUT {path} is refused with status {count}",
			Example: `PUT /jobs/unknown/enable is refused with status 404`,
			Doc:     "The call is answered with a problem (RFC 9457).",
			run: func(s *Scenario, a []value) error {
				return s.ask(func(e *httpexpect.Expect) {
					problem := e.PUT(a[0].text).Expect().Status(int(a[1].count)).
						JSON(httpexpect.ContentOpts{MediaType: "application/problem+json"}).Object()
					problem.HasValue("status", a[1].count).Value("detail").String().NotEmpty()
				})
			},
		},
	}
}

// ask calls the API of the platform as it is now, in process.
func (s *Scenario) ask(call func(e *httpexpect.Expect)) error {
	if s.driver.api != "" {
		return s.askAt(s.driver.api, s.driver.client, call)
	}
	handler, err := s.client.routes.Handler(platform{s}, api.Config{Token: s.client.token})
	if err != nil {
		return err
	}
	return s.askAt("http://localhost", &http.Client{Transport: httpexpect.NewBinder(handler)}, call)
}

// askAt calls an API and lets the player see what came of it.
func (s *Scenario) askAt(url string, client *http.Client, call func(e *httpexpect.Expect)) error {
	found := findings{RoundTripper: client.Transport}
	if client.Transport == nil {
		found.RoundTripper = http.DefaultTransport
	}
	ctx, cancel := s.ctx, func() {}
	if s.driver.patience > 0 {
		ctx, cancel = context.WithTimeout(ctx, s.driver.patience)
	}
	defer cancel()
	call(httpexpect.WithConfig(httpexpect.Config{
		BaseURL: url, Client: &http.Client{Transport: &found}, Context: ctx, AssertionHandler: &found,
	}))
	if err := s.ctx.Err(); err != nil {
		return err
	}
	if found.err != nil || s.driver.api == "" {
		return found.err // our own platform's commands went through the player
	}
	return s.player.Do(s.ctx, func() {})
}

func get(e *httpexpect.Expect, path value) *httpexpect.Value {
	return request(e, http.MethodGet, path.text).Expect().Status(http.StatusOK).JSON()
}

// request makes a request of a path that may have a query.
func request(e *httpexpect.Expect, method, target string) *httpexpect.Request {
	path, query, _ := strings.Cut(target, "?")
	return e.Request(method, path).WithQueryString(query)
}

// ids are the ids of a list.
func ids(e *httpexpect.Expect, path value) *httpexpect.Array {
	list := get(e, path)
	if page, ok := list.Raw().(map[string]any); ok && page["items"] != nil {
		list = list.Object().Value("items")
	}
	return list.Array().Transform(func(_ int, v any) any {
		if o, ok := v.(map[string]any); ok {
			return o["id"]
		}
		return v
	})
}

// listed looks at one job of GET /jobs/polling-disabled.
func (s *Scenario) listed(job value, look func(job *httpexpect.Object)) error {
	return s.ask(func(e *httpexpect.Expect) {
		list := e.GET("/jobs/polling-disabled").Expect().Status(http.StatusOK).JSON().Array()
		look(list.Find(func(_ int, v *httpexpect.Value) bool {
			return v.Object().Value("id").String().Raw() == job.text
		}).Object())
	})
}

// page is the messages of GET /instances/{id}.
func page(e *httpexpect.Expect, instance value) *httpexpect.Array {
	return e.GET("/instances/{id}", instance.text).Expect().Status(http.StatusOK).JSON().Object().
		HasValue("id", instance.text).Value("polling_disabled").Array()
}

func (s *Scenario) put(path value, changes bool) error {
	return s.ask(func(e *httpexpect.Expect) {
		e.PUT(path.text).Expect().Status(http.StatusOK).JSON().Object().
			HasValue("state", "enabled").HasValue("changed", changes)
	})
}
