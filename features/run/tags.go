package run

import (
	"fmt"
	"slices"
	"strings"

	"github.com/outagedrill/outagedrill/internal/problem"
)

// tagExpression tells whether a case with these tags is meant.
type tagExpression func(tags []string) bool

// tagParser reads tag expressions as Cucumber has them: or binds weaker than and, and weaker than not.
type tagParser struct {
	text   string
	tokens []tagToken
	tags   []tagToken // that were named
}

// tagToken is a tag, a word or a parenthesis; the last one of an expression is empty.
type tagToken struct {
	text string
	col  int // from 1, in characters
}

// parseTags reads an expression, and names the tags in it.
func parseTags(text string) (tagExpression, []tagToken, error) {
	p := &tagParser{text: text, tokens: tagTokens(text)}
	e, err := p.or()
	if err == nil && p.next().text != "" {
		err = p.refuse("and, or, or the end")
	}
	return e, p.tags, err
}

// tagTokens splits an expression.
func tagTokens(text string) []tagToken {
	var tokens []tagToken
	word, col := "", 0
	flush := func() {
		if word != "" {
			tokens = append(tokens, tagToken{word, col})
		}
		word = ""
	}
	runes := []rune(text)
	for i, r := range runes {
		switch r {
		case '(', ')':
			flush()
			tokens = append(tokens, tagToken{string(r), i + 1})
		case ' ', '\t', '\n':
			flush()
		default:
			if word == "" {
				col = i + 1
			}
			word += string(r)
		}
	}
	flush()
	return append(tokens, tagToken{"", len(runes) + 1})
}

func (p *tagParser) next() tagToken { return p.tokens[0] }

// take goes past the next token if it is this one.
func (p *tagParser) take(text string) bool {
	if p.next().text != text {
		return false
	}
	p.tokens = p.tokens[1:]
	return true
}

func (p *tagParser) or() (tagExpression, error) {
	left, err := p.and()
	for err == nil && p.take("or") {
		var right tagExpression
		before := left
		if right, err = p.and(); err == nil {
			left = func(tags []string) bool { return before(tags) || right(tags) }
		}
	}
	return left, err
}

func (p *tagParser) and() (tagExpression, error) {
	left, err := p.not()
	for err == nil && p.take("and") {
		var right tagExpression
		before := left
		if right, err = p.not(); err == nil {
			left = func(tags []string) bool { return before(tags) && right(tags) }
		}
	}
	return left, err
}

func (p *tagParser) not() (tagExpression, error) {
	if p.take("not") {
		inner, err := p.not()
		return func(tags []string) bool { return !inner(tags) }, err
	}
	if p.take("(") {
		inner, err := p.or()
		if err == nil && !p.take(")") {
			err = p.refuse("and, or, or a closing parenthesis")
		}
		return inner, err
	}
	tag := p.next()
	name, ok := strings.CutPrefix(tag.text, "@")
	if !ok || name == "" || strings.ContainsAny(name, "@,&|~!") {
		return nil, p.refuse("a tag such as @DIS-05, not, or an opening parenthesis")
	}
	p.tokens = p.tokens[1:]
	p.tags = append(p.tags, tag)
	return func(tags []string) bool { return slices.Contains(tags, tag.text) }, nil
}

// refuse says that the next token does not fit.
func (p *tagParser) refuse(want string) error {
	got := p.next()
	if got.text == "" {
		return fmt.Errorf("the tag expression %q ends too early (want %s)", p.text, want)
	}
	hint := ""
	switch {
	case got.text == "&&" || got.text == "||" || strings.ContainsAny(got.text, ",~!"):
		hint = "; this is the old way: write and, or, not"
	case got.text == "and" || got.text == "or":
	case slices.Contains([]string{"and", "or", "not"}, strings.ToLower(got.text)):
		hint = fmt.Sprintf("; did you mean %q?", strings.ToLower(got.text))
	case !strings.HasPrefix(got.text, "@") && strings.Trim(got.text, "()") != "":
		hint = fmt.Sprintf("; did you mean %q?", "@"+got.text)
	}
	return fmt.Errorf("the tag expression %q has %q at column %d (want %s%s)",
		p.text, got.text, got.col, want, hint)
}

// tagsListed is up to how many tags all are named where one is unknown.
const tagsListed = 8

// unknownTags refuses tags that no scenario has: who asks for them mistyped them.
func unknownTags(named []tagToken, all []*Case) error {
	var known []string
	for _, c := range all {
		known = append(known, c.Tags...)
	}
	slices.Sort(known)
	known = slices.Compact(known)
	want := ""
	switch {
	case known == nil:
		want = "no --tags: the scenarios have none"
	case len(known) <= tagsListed:
		want = problem.List(known, "or")
	}
	var wrong problem.Errors
	for _, tag := range named {
		if !slices.Contains(known, tag.text) {
			wrong = append(wrong, problem.Problem{
				What: "no scenario has the tag " + tag.text,
				Want: want, Near: problem.Nearest(tag.text, known),
			})
		}
	}
	if len(wrong) > 0 {
		return wrong
	}
	return nil
}
