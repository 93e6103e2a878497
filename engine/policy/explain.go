package policy

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// Explain writes the policy for people: each value with its rule and its origin, then the sources.
func (p *Policy) Explain(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s\n", p.Name, p.Title)
	governs := strings.ReplaceAll(string(p.Governs), "_", " ")
	fmt.Fprintf(&b, "governs %s, %d values\n\n", governs, len(p.Values))
	for _, v := range p.Values {
		fmt.Fprintf(&b, "%s = %s  (%s)\n", v.Name, v.Text, v.Rule)
		wrap(&b, "    ", v.origin())
		if len(v.Alternatives) > 0 {
			wrap(&b, "    ", "worth trying: "+strings.Join(v.Alternatives, ", "))
		}
	}
	if len(p.Sources) > 0 {
		b.WriteString("\nsources\n")
	}
	for _, s := range p.Sources {
		fmt.Fprintf(&b, "%s: %s\n", s.Key, s.Title)
		for _, line := range []string{s.URL, s.Date} {
			if line != "" {
				fmt.Fprintf(&b, "    %s\n", line)
			}
		}
	}
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("policy %s: %w", p.Name, err)
	}
	return nil
}

// origin says where a value comes from, in one sentence.
func (v Value) origin() string {
	switch {
	case v.Source != "":
		return string(v.Basis) + " by " + v.Source
	case v.Why != "":
		return string(v.Basis) + ": " + v.Why
	}
	return string(v.Basis)
}

// wrap writes text in lines of at most 96 columns that begin with the indent.
func wrap(b *strings.Builder, indent, text string) {
	line := indent
	for word := range strings.FieldsSeq(text) {
		if line != indent && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > 96 {
			b.WriteString(line + "\n")
			line = indent
		}
		if line != indent {
			line += " "
		}
		line += word
	}
	b.WriteString(line + "\n")
}
