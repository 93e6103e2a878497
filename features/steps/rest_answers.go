package steps

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/gavv/httpexpect/v2"

	"github.com/outagedrill/outagedrill/engine/api"
)

// client is who calls the API in a scenario.
type client struct {
	routes *api.Routes
	token  string            // that the platform wants; "" = none
	seen   map[string]string // the ETag that each operator saw, by operator and path
}

// problemType is the media type of problems.
const problemType = "application/problem+json"

// answerSteps look at single answers of the API.
func answerSteps() []Step {
	return []Step{
		{
			Stage: Plays, Pattern: "GET {path} has {name} {text}",
			Example: `GET /connections/acme-main has "last_test.result" "passed"`,
			Doc:     "A member of the answer; the elements of a list are joined by commas.",
			run: func(s *Scenario, a []value) error {
				return s.member(http.MethodGet, a[0].text, a[1].text, a[2].text)
			},
		},
		{
			Stage: Plays, Pattern: "GET {path} has {name} at {time}",
			Example: `GET /connections/acme-main has "offline_since" at "2h5m"`,
			Doc:     "A member of the answer is this instant.",
			run: func(s *Scenario, a []value) error {
				return s.member(http.MethodGet, a[0].text, a[1].text, s.instant(a[2].span).String())
			},
		},
		{
			Stage: Plays, Pattern: "GET {path} is refused with status {count} because {text}",
			Example: `GET /jobs/contact-poll is refused with status 404 because "contacts-poll?"`,
			Doc:     "The answer is a problem (RFC 9457) that says this.",
			run: func(s *Scenario, a []value) error {
				return s.refused(http.MethodGet, a[0].text, int(a[1].count), a[2].text)
			},
		},
		{
			Stage: Plays, Pattern: "GET {path} with the header {text} is answered with status {count}",
			Example: `GET /jobs with the header "Bearer s3cret" is answered with status 200`,
			Doc:     "What the platform makes of an Authorization header.",
			run: func(s *Scenario, a []value) error {
				return s.ask(func(e *httpexpect.Expect) {
					e.GET(a[0].text).WithHeader("Authorization", a[1].text).Expect().Status(int(a[2].count))
				})
			},
		},
		{
			Stage: Plays, Pattern: "the platform wants the token {name}",
			Example: `the platform wants the token "s3cret"`,
			Doc:     "From now on the API answers nobody without it.",
			run:     func(s *Scenario, a []value) error { s.client.token = a[0].text; return nil },
		},
	}
}

// pageSteps look at lists that come in pages.
func pageSteps() []Step {
	return []Step{
		{
			Stage: Plays, Pattern: "GET {path} lists {count} thing(s)",
			Example: `GET /flows/orders-to-wms/errors lists 1 thing`,
			Doc:     "How many things the list has.",
			run: func(s *Scenario, a []value) error {
				things, _, err := s.walk(a[0].text)
				if err != nil {
					return err
				}
				return equal("things in "+a[0].text, int64(len(things)), a[1].count)
			},
		},
		{
			Stage: Plays, Pattern: "GET {path} in pages of {count} lists {count} thing(s) on {count} page(s)",
			Example: `GET /flows/orders-to-wms/runs in pages of 3 lists 8 things on 3 pages`,
			Doc:     "Following the links from page to page gives what the whole list gives.",
			run: func(s *Scenario, a []value) error {
				whole, _, err := s.walk(a[0].text)
				if err != nil {
					return err
				}
				things, pages, err := s.walk(a[0].text + "?limit=" + a[1].text)
				if err != nil {
					return err
				}
				if got := list(things); got != list(whole) {
					return &mismatch{"on all pages of " + a[0].text + ": " + list(whole), got}
				}
				if err := equal("things in "+a[0].text, int64(len(things)), a[2].count); err != nil {
					return err
				}
				return equal("pages of "+a[0].text, int64(pages), a[3].count)
			},
		},
	}
}

// walk reads a list page by page.
func (s *Scenario) walk(path string) (things []string, pages int, err error) {
	for path != "" && err == nil {
		pages++
		err = s.ask(func(e *httpexpect.Expect) {
			page := request(e, http.MethodGet, path).Expect().Status(http.StatusOK).JSON().Object()
			for _, item := range page.Value("items").Array().Iter() {
				things = append(things, word(item.Raw()))
			}
			path, _ = page.Value("next").Raw().(string)
		})
	}
	return things, pages, err
}

// member wants an answer that is no problem to have a member; that of a list begins with [number].
func (s *Scenario) member(method, path, name, want string) error {
	at := "$." + name
	if strings.HasPrefix(name, "[") {
		at = "$" + name
	}
	var got string
	err := s.ask(func(e *httpexpect.Expect) {
		answer := request(e, method, path).Expect().StatusRange(httpexpect.Status2xx).JSON()
		got = word(answer.Path(at).Raw())
	})
	if err != nil || got == want {
		return err
	}
	return &mismatch{fmt.Sprintf("%s of %s %s to be %s", name, method, path, want), got}
}

// refused wants a problem that says a text, in its detail or in one of its errors.
func (s *Scenario) refused(
	method, path string, status int, text string, with ...func(*httpexpect.Request),
) error {
	var got string
	err := s.ask(func(e *httpexpect.Expect) {
		r := request(e, method, path)
		for _, f := range with {
			f(r)
		}
		problem := r.Expect().Status(status).JSON(httpexpect.ContentOpts{MediaType: problemType}).Object()
		problem.HasValue("status", status)
		got = word(problem.Raw())
	})
	if err != nil || strings.Contains(got, text) {
		return err
	}
	return &mismatch{fmt.Sprintf("%s %s to be refused because %s", method, path, text), got}
}

// word words a JSON value for people.
func word(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case []any:
		var words []string
		for _, item := range v {
			words = append(words, word(item))
		}
		if words == nil {
			return "nothing"
		}
		return list(words)
	case map[string]any:
		text, _ := json.Marshal(v) // it was JSON
		return string(text)
	default:
		return fmt.Sprint(v)
	}
}
