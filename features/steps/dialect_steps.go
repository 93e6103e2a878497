package steps

import (
	"fmt"
	"maps"
	"strconv"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/outagedrill/outagedrill/fakevendor/dialect"
)

// wordingSteps say how applications word their answers.
func wordingSteps() []Step {
	return []Step{
		{
			Pattern: "{application} answers with status {count} for {answer}",
			Example: `"acme" answers with status 403 for refused credentials`,
			Doc:     "Changes the status of that answer; the platform reads it as it reads all (C-02).",
			run: func(s *Scenario, a []value) error {
				return s.reword(a[0].text, func(text map[string]any) error {
					status(text, meaning(answers(), a[2].text), a[1].count)
					return nil
				})
			},
		},
		{
			Pattern: "the dialect of {application} has status {count} for {answer}",
			Example: `the dialect of "acme" has status 403 for an API limit`,
			Doc: "Changes the status of that answer, and how the platform reads it: its dialect knows it " +
				"by the status and the body (C-03).",
			run: func(s *Scenario, a []value) error {
				return s.reword(a[0].text, func(text map[string]any) error {
					answer := meaning(answers(), a[2].text)
					said := status(text, answer, a[1].count)
					if said["error"] == nil {
						return fmt.Errorf("%s has no word to know it by (want another answer)", a[2].text)
					}
					reading := text["reading"].(map[string]any)
					rule := map[string]any{
						"when": map[string]any{
							"status": a[1].count, "json": map[string]any{"error": said["error"]},
						},
						"class": answer, "source": "C-03", "certainty": "D",
					}
					reading["api"] = append([]any{rule}, reading["api"].([]any)...)
					return nil
				})
			},
		},
		{
			Pattern: "{application} replaces the refresh token at each refresh",
			Example: `"acme" replaces the refresh token at each refresh`,
			Doc:     "The refresh token that was used is dead from then on (C-06).",
			run: func(s *Scenario, a []value) error {
				return s.reword(a[0].text, func(text map[string]any) error {
					text["token"].(map[string]any)["rotates_refresh"].(map[string]any)["is"] = true
					return nil
				})
			},
		},
	}
}

// status changes the status of a dialect's answer and gives the JSON of its body.
func status(text map[string]any, answer string, status int64) map[string]any {
	shape := text["shapes"].(map[string]any)[answer].(map[string]any)
	shape["status"] = status
	said, _ := shape["json"].(map[string]any)
	return said
}

// keepDates makes text again of the dates in a dialect, which YAML reads as instants.
func keepDates(in any) any {
	switch v := in.(type) {
	case map[string]any:
		for key, inner := range v {
			v[key] = keepDates(inner)
		}
	case []any:
		for i, inner := range v {
			v[i] = keepDates(inner)
		}
	case time.Time:
		return v.Format(time.DateOnly)
	}
	return in
}

// reword gives an application a dialect of its own: the one that it had, changed.
func (s *Scenario) reword(application string, change func(text map[string]any) error) error {
	own := "that of " + application + ", " + strconv.Itoa(len(s.dialects)+1)
	source, had := s.dialects[s.draft.find("applications", application).values["dialect"]]
	if !had {
		var err error
		if source, err = dialect.Source("generic"); err != nil {
			return err
		}
	}
	var text map[string]any
	if err := yaml.Load(source, &text); err != nil {
		return fmt.Errorf("the generic dialect: %w", err)
	}
	keepDates(text)
	if err := change(text); err != nil {
		return err
	}
	source, err := yaml.Dump(text)
	if err != nil {
		return fmt.Errorf("%s: %w", own, err)
	}
	d, err := dialect.Parse(own, source)
	if err != nil {
		return err
	}
	s.opt.Dialects = maps.Clone(s.opt.Dialects)
	s.opt.Dialects[own] = d
	s.dialects[own] = source
	s.draft.in("applications").in(application).set("dialect", own)
	return nil
}
