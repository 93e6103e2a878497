// Package docs carries what the manual says of the rules, for reports that name them by their IDs.
package docs

import (
	_ "embed"
	"strings"
	"unicode"
)

//go:embed rules.md
var manual string

// Rule is what the manual says of one rule.
type Rule struct {
	ID      string
	Short   string // in a sentence or a few, plain text
	Section string // the heading above it, as the fragment of an address
}

// Address is where the rule stands in the manual, for people who are online.
func (r Rule) Address() string {
	return "https://github.com/outagedrill/outagedrill/blob/main/docs/rules.md#" + r.Section
}

// Rules are all rules by their IDs.
func Rules() map[string]Rule {
	all := map[string]Rule{}
	section := ""
	for line := range strings.Lines(manual) {
		if heading, ok := strings.CutPrefix(line, "## "); ok {
			section = fragment(strings.TrimSpace(heading))
			continue
		}
		cells := strings.Split(line, " | ")
		id, ok := strings.CutPrefix(cells[0], "| ")
		if !ok || len(cells) < 3 || !isID(id) {
			continue
		}
		short := strings.NewReplacer("`", "", "*", "").Replace(cells[1])
		all[id] = Rule{ID: id, Short: short, Section: section}
	}
	return all
}

// isID tells whether a text is the ID of a rule: capitals, a hyphen, digits.
func isID(text string) bool {
	letters, digits, ok := strings.Cut(text, "-")
	other := func(in string) func(rune) bool {
		return func(r rune) bool { return !strings.ContainsRune(in, r) }
	}
	return ok && letters != "" && digits != "" &&
		!strings.ContainsFunc(letters, other("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) &&
		!strings.ContainsFunc(digits, other("0123456789"))
}

// fragment is what GitHub makes of a heading: small letters, digits and hyphens, a hyphen for each space. Of
// a link its text counts.
func fragment(heading string) string {
	text, link, ok := strings.Cut(heading, "](")
	if _, rest, found := strings.Cut(link, ")"); ok && found {
		text += rest
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case r == '-', r == '_', unicode.IsLetter(r), unicode.IsDigit(r):
			return unicode.ToLower(r)
		}
		return -1
	}, text)
}
