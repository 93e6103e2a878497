package importer

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/outagedrill/outagedrill/internal/problem"
)

// remarkUnmet tells the user which of the words and components of the command line the history never has, and
// the nearest that it has.
func (j *judgement) remarkUnmet() {
	words, components := map[string]string{}, map[string]string{}
	for _, r := range j.history.records {
		for _, word := range []string{r.Severity, r.Worst} {
			words[statusWord(word)] = word
		}
		for _, c := range r.Components {
			components[slug(c.Name)] = c.Name
		}
	}
	for _, word := range slices.Sorted(maps.Keys(j.opt.Status)) {
		if _, met := words[statusWord(word)]; !met && statusWord(word) != unknownWord {
			j.remarkNever("status word", word, words)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(j.opt.Components)) {
		if _, met := components[slug(name)]; !met {
			j.remarkNever("component", name, components)
		}
	}
}

// remarkNever says that the history never has a name, and which comes nearest; where none does, some of them.
func (j *judgement) remarkNever(what, name string, met map[string]string) {
	const most = 8
	var names []string
	for _, name := range slices.Sorted(maps.Values(met)) {
		if name = clean(name, 60); name != "" {
			names = append(names, name)
		}
	}
	hint := "it names none"
	switch near := problem.Nearest(name, names); {
	case near != "":
		hint = fmt.Sprintf("did you mean %q?", near)
	case len(names) > most:
		hint = fmt.Sprintf("it has %s and %d more", strings.Join(names[:most], ", "), len(names)-most)
	case len(names) > 0:
		hint = "it has " + problem.List(names, "and")
	}
	j.history.remarkf("warning: the %s %q never occurs in the history (%s)", what,
		cmp.Or(clean(name, 60), name), hint)
}
