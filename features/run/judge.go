package run

import (
	"fmt"
	"slices"

	"github.com/outagedrill/outagedrill/internal/problem"
	"github.com/outagedrill/outagedrill/reports/suite"
)

// matching is the patterns that match a step's text.
func (p *Plan) matching(text string) []string {
	patterns, ok := p.matches[text]
	if !ok {
		patterns = p.lib.Matching(text)
		p.matches[text] = patterns
	}
	return patterns
}

// judgeAll judges the cases of the plan. A step of a background is told once.
func (p *Plan) judgeAll() {
	seen := map[problem.Problem]bool{}
	for _, c := range p.cases {
		for _, found := range p.judge(c) {
			if !seen[found] {
				seen[found] = true
				p.Problems = append(p.Problems, found)
			}
		}
	}
}

// judge gives a case, which was not played yet, its statuses, and tells what is wrong with it.
func (p *Plan) judge(c *Case) problem.Errors {
	c.Status = suite.Skipped
	if len(c.Steps) == 0 {
		c.Status, c.Reason = suite.Undefined, "the scenario has no step"
		if c.outline {
			c.Reason = "the outline has no row of examples"
		}
		return problem.Errors{{File: c.File, Line: c.Line, Col: 1, What: c.Reason, Want: "at least one"}}
	}
	var wrong problem.Errors
	for i := range c.Steps {
		step := &c.Steps[i]
		step.Status = suite.Skipped
		found := problem.Problem{File: c.File, Line: step.Line, Col: c.columns[i]}
		patterns := p.matching(step.Text)
		switch {
		case len(patterns) == 0:
			step.Status = suite.Undefined
			step.Failure = p.undefined(step.Text)
			found.What = step.Failure.Message
			found.Want = problem.List(quoted(step.Failure.Nearest), "or")
		case len(patterns) > 1:
			step.Status = suite.Ambiguous
			found.What = fmt.Sprintf("more than one step matches `%s`", step.Text)
			found.Want = "one of " + problem.List(quoted(patterns), "and")
			step.Failure = &suite.Failure{Message: found.What, Nearest: patterns}
		case step.Table != nil || step.Doc != "":
			step.Status = suite.Undefined
			found.What = fmt.Sprintf("the step `%s` takes no table and no text", step.Text)
			found.Want = "its own line alone"
			step.Failure = &suite.Failure{Message: found.What}
		default:
			continue
		}
		if c.Status != suite.Ambiguous {
			c.Status = step.Status
		}
		wrong = append(wrong, found)
	}
	return wrong
}

// undefined says that no step matches a text, and which ones come near.
func (p *Plan) undefined(text string) *suite.Failure {
	f := &suite.Failure{Message: fmt.Sprintf("no step matches `%s`", text)}
	for _, s := range p.lib.Nearest(text) {
		f.Nearest = append(f.Nearest, s.Example)
	}
	return f
}

func quoted(texts []string) []string {
	texts = slices.Clone(texts)
	for i := range texts {
		texts[i] = "`" + texts[i] + "`"
	}
	return texts
}
