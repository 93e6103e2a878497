package run

import (
	"strings"
	"testing"
)

func TestTags(t *testing.T) {
	tags := []string{"@a", "@b", "@DIS-05"}
	for text, want := range map[string]bool{
		"@a":                         true,
		"@c":                         false,
		"not @c":                     true,
		"not not @a":                 true,
		"@a and @c":                  false,
		"@c or @a":                   true,
		"@c and @c or @a":            true,
		"@a or @c and @c":            true, // and binds stronger
		"(@a or @c) and @c":          false,
		"not (@a and @b) or @DIS-05": true,
		"not(@a)and(@b)":             false,
		"@a\n  and @b":               true,
	} {
		meant, _, err := parseTags(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
		} else if got := meant(tags); got != want {
			t.Errorf("%s: %v (want %v)", text, got, want)
		}
	}
}

func TestTagsRefused(t *testing.T) {
	for text, want := range map[string]string{
		"":             "ends too early",
		"@a and":       "ends too early",
		"(@a":          "closing parenthesis",
		"@a)":          `has ")" at column 3 (want and, or, or the end)`,
		"@a @b":        `has "@b" at column 4 (want and, or`,
		"@a,@b":        `the old way: write and, or, not`,
		"~@a":          `the old way: write and, or, not`,
		"@a AND @b":    `did you mean "and"?`,
		"a":            `did you mean "@a"?`,
		"@":            "want a tag",
		"or @a":        `has "or" at column 1 (want a tag`,
		"@ä and @b or": "ends too early",
	} {
		if _, _, err := parseTags(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v (want %s)", text, err, want)
		}
	}
}
