package dialect

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// Tally counts the dialect's own values by their certainty, those that it extends left out: D 12, C 5, U 1.
func (d *Dialect) Tally() string {
	counts := map[Certainty]int{}
	for i := range d.Facts {
		if d.own(&d.Facts[i]) {
			counts[d.Facts[i].Certainty]++
		}
	}
	var parts []string
	for _, mark := range certainties() {
		parts = append(parts, fmt.Sprintf("%s %d", mark, counts[Certainty(mark)]))
	}
	return strings.Join(parts, ", ")
}

// own tells whether a fact is the dialect's, not that of one that it extends.
func (d *Dialect) own(f *Fact) bool {
	base, _, _ := strings.Cut(d.Name, "+")
	return f.Dialect == base
}

// Explain writes all that the dialect holds, each value with its mark and its source.
func (d *Dialect) Explain(w io.Writer) error {
	e := explainer{w: w, d: d}
	e.printf("%s: %s\n", d.Name, d.Vendor)
	if d.Extends != "" {
		e.printf("extends %s, whose values are marked [%[1]s]\n", d.Extends)
	}
	e.printf("D: the vendor's own text was seen, C: seen in public code, U: unconfirmed\n")
	e.list("Values", "token.", "retry_after.")
	e.list("Limits, in the order in which they refuse", "limits.")
	e.list("Quota headers", "quota_headers.")
	e.answers()
	e.api()
	e.list("How API answers are read, the first that holds", "reading.api.")
	e.list("How the token endpoint's answers are read", "reading.token.")
	e.facts("Variants, "+d.Name+"+VARIANT", variantFacts(d.Variants))
	e.facts("Known, but not acted out", d.Notes)
	return e.err
}

func variantFacts(variants []Variant) []Fact {
	var facts []Fact
	for _, v := range variants {
		f := v.Fact
		f.Value = v.Name + ": " + f.Value
		facts = append(facts, f)
	}
	return facts
}

// explainer keeps the first error of writing.
type explainer struct {
	w   io.Writer
	d   *Dialect
	err error
}

func (e *explainer) printf(format string, args ...any) {
	if e.err == nil {
		_, e.err = fmt.Fprintf(e.w, format, args...)
	}
}

// list writes the facts whose paths begin so.
func (e *explainer) list(title string, prefixes ...string) {
	var found []Fact
	for _, f := range e.d.Facts {
		within := func(prefix string) bool { return strings.HasPrefix(f.Path, prefix) }
		if f.Value == "" || !slices.ContainsFunc(prefixes, within) {
			continue
		}
		if name, ok := strings.CutPrefix(f.Path, "token."); ok {
			f.Value = name + " " + f.Value
		}
		found = append(found, f)
	}
	e.facts(title, found)
}

func (e *explainer) facts(title string, facts []Fact) {
	if len(facts) == 0 {
		return
	}
	e.printf("\n%s:\n", title)
	for i := range facts {
		e.printf("  %s\n", facts[i].Value)
		e.source(&facts[i])
	}
}

// source writes the mark and the source of a value, below it.
func (e *explainer) source(f *Fact) {
	from := ""
	if !e.d.own(f) {
		from = " [" + f.Dialect + "]"
	}
	if f.Date != "" {
		from += " (" + f.Date + ")"
	}
	e.printf("      %s  %s%s\n", f.Certainty, f.Source, from)
}

// api writes what there is to call when all is well.
func (e *explainer) api() {
	e.list("API, as outagedrill vendor serves it", "api")
	for _, r := range e.d.API.Routes {
		what := actionNames()[r.Action]
		if r.Object >= 0 {
			what += " " + e.d.API.Objects[r.Object].Name
		}
		e.printf("  %s: %s\n", r.Name(), what)
	}
	o := &e.d.API.OAuth
	for _, paths := range [][]string{o.Authorize, o.Token, o.Revoke} {
		for _, path := range paths {
			e.printf("  %s: OAuth 2.0\n", path)
		}
	}
}

// answers writes every answer as it goes over the wire, with sample values in it.
func (e *explainer) answers() {
	e.printf("\nAnswers:\n")
	p := Params{
		First: 1, Last: 2, More: true, HasRetryAfter: true, RetryAfter: 30 * time.Second,
		Access: 2, Refresh: 2, ExpiresIn: e.d.TokenLifetime,
		Now:      time.Date(2024, 3, 1, 12, 0, 0, 0, time.UTC).UnixNano(),
		Resource: "contacts", Connection: "acme-main",
	}
	p.Quotas = e.d.quotas(func(*Limit) int64 { return 1 }, p.Now+int64(time.Minute))
	for name := range shapeCount {
		e.shape(&e.d.shapes[name], name.String(), "shapes."+name.String(), &p)
	}
	for i := range e.d.Limits {
		if l := &e.d.Limits[i]; l.Answer != nil {
			e.shape(l.Answer, "rate_limited by "+l.Name, "limits."+l.Name+".answer", &p)
		}
	}
}

// shape writes one answer; path is where it stands in the file.
func (e *explainer) shape(s *Shape, title, path string, p *Params) {
	e.printf("  %s\n", title)
	for i := range e.d.Facts {
		if f := &e.d.Facts[i]; f.Path == path {
			e.source(f)
		}
	}
	var a Answer
	s.Render(p, &a)
	e.answer(&a)
}

func (e *explainer) answer(a *Answer) {
	if a.Status == 0 {
		e.printf("      %s\n", a.Transport)
		return
	}
	e.printf("      HTTP/1.1 %s\n", strings.TrimSpace(fmt.Sprint(a.Status, " ", http.StatusText(a.Status))))
	names := make([]string, 0, len(a.Header))
	for name := range a.Header {
		if name != "Date" && name != "Content-Length" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		e.printf("      %s: %s\n", name, a.Header.Get(name))
	}
	body := fmt.Sprintf("%q", a.Body)
	if !strings.ContainsFunc(string(a.Body), func(r rune) bool { return r < ' ' && r != '\n' || r == 0x7f }) {
		body = strings.ReplaceAll(strings.TrimSpace(string(a.Body)), "\n", "\n      ")
	}
	if body != "" {
		e.printf("      %s\n", body)
	}
	if a.Transport != Answered {
		e.printf("      (%s)\n", a.Transport)
	}
}

// List writes the built-in dialects, one a line: the name, the vendor, the marks of its own values, and its
// variants.
func List(w io.Writer) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, name := range Names() {
		d, err := load(name)
		if err != nil {
			return err
		}
		cells := []string{name, d.Vendor, d.Tally()}
		if len(d.Variants) > 0 {
			cells = append(cells, strings.Join(variantNames(d.Variants), " "))
		}
		fmt.Fprintln(table, strings.Join(cells, "\t"))
	}
	return table.Flush()
}
