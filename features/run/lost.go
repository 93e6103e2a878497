package run

import (
	"fmt"
	"strings"

	messages "github.com/cucumber/messages/go/v34"

	"github.com/outagedrill/outagedrill/internal/problem"
)

// lost finds steps and scenarios that the parser took for a description, since their keyword is mistyped:
// they would be left out, and nobody would know.
func lost(d *document, matches func(text string) bool) problem.Errors {
	var wrong problem.Errors
	eachDescription(d.feature, func(at *messages.Location, description string) {
		line := int(at.Line)
		for said := range strings.SplitSeq(description, "\n") {
			if said = strings.TrimSpace(said); said == "" {
				continue
			}
			for line < len(d.rows) && strings.TrimSpace(d.rows[line]) != said {
				line++ // comments, which are no part of the description
			}
			line++
			if !meantAsKeyword(said, matches) {
				continue
			}
			wrong = append(wrong, problem.Problem{
				File: d.name, Line: line, Col: strings.Index(d.rows[line-1], said) + 1,
				What: fmt.Sprintf("%q stands where a description does, so it would be left out",
					shortened(said)),
				Near: nearKeyword(said),
			})
		}
	})
	return wrong
}

// meantAsKeyword tells whether a line of a description was meant as a step, which the library has, or as the
// title of a scenario.
func meantAsKeyword(line string, matches func(text string) bool) bool {
	if _, step, ok := strings.Cut(line, " "); ok && matches(strings.TrimSpace(step)) {
		return true
	}
	title, _, ok := strings.Cut(line, ":")
	return ok && problem.Nearest(title, []string{"Scenario", "Scenario Outline", "Background"}) != ""
}

// eachDescription calls look with the descriptions of a feature and of all that stands in it.
func eachDescription(f *messages.Feature, look func(at *messages.Location, description string)) {
	look(f.Location, f.Description)
	both := func(b *messages.Background, s *messages.Scenario) {
		if b != nil {
			look(b.Location, b.Description)
		}
		if s == nil {
			return
		}
		look(s.Location, s.Description)
		for _, e := range s.Examples {
			look(e.Location, e.Description)
		}
	}
	for _, child := range f.Children {
		both(child.Background, child.Scenario)
		if child.Rule == nil {
			continue
		}
		look(child.Rule.Location, child.Rule.Description)
		for _, inner := range child.Rule.Children {
			both(inner.Background, inner.Scenario)
		}
	}
}
