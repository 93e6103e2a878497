package importer

import (
	"encoding/json"
	"regexp"
	"strings"
	"unicode"
)

// plainName is a name that needs no quotes and means only itself in YAML, apart from reserved.
var plainName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9._-]{0,99}$`)

// plain tells whether a name can stand in every place of a timeline as it is.
func plain(name string) bool { return plainName.MatchString(name) }

// reserved are words that YAML 1.1 or 1.2 reads as something else than text.
func reserved(s string) bool {
	switch strings.ToLower(s) {
	case "true", "false", "yes", "no", "on", "off", "y", "n", "null":
		return true
	}
	return false
}

// quote writes a text as a YAML scalar that reads back as the same text, in any position. Characters
// that YAML does not allow become spaces.
func quote(s string) string {
	if head, tail, found := strings.Cut(s, "/"); plain(s) && !reserved(s) ||
		found && plain(head) && plain(tail) {
		return s
	}
	s = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) || r == unicode.ReplacementChar {
			return ' '
		}
		return r
	}, s)
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		panic("importer: a string that JSON cannot hold: " + err.Error())
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// quoteList writes texts as a YAML list on one line.
func quoteList(items []string) string {
	quoted := make([]string, len(items))
	for i, item := range items {
		quoted[i] = quote(item)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}
