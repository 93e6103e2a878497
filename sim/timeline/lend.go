package timeline

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Workload is what drills: applications, connections, flows and polling jobs, with the policies and people
// that go with them, lent to the stories of other timelines. It does not change.
type Workload struct {
	File         string   // its path as the user gave it
	Applications []string // their names, in file order
	root         *yaml.Node
}

// Story tells whether a section of a timeline is its own story, which a workload neither lends nor takes
// away: the version, the name, the period, the events and the expectations.
func Story(section string) bool {
	switch section {
	case "outagedrill", "name", "start", "duration", "events", "expect":
		return true
	}
	return false
}

// IsFleet tells a fleet from a timeline: by the file's name, which ends in .csv, or, where it has no ending
// as on standard input, by a header that begins as a fleet's.
func IsFleet(file string, data []byte) bool {
	ext := filepath.Ext(file)
	return strings.EqualFold(ext, ".csv") || ext == "" && fleetHeader(data)
}

// ParseWorkload reads a workload: a fleet (docs/fleet.md), or a timeline, whose story may be missing and is
// passed over. It is judged by itself; the error is an Errors.
func ParseWorkload(file string, data []byte) (*Workload, error) {
	read := load
	if IsFleet(file, data) {
		read = loadFleet
	}
	root, errs := read(file, data)
	if root == nil {
		return nil, errs
	}
	if root.Kind != yaml.MappingNode {
		return nil, Errors{{
			File: file, Line: max(root.Line, 1), Col: max(root.Column, 1),
			What: "the workload is " + describe(root), Want: "a timeline with applications and connections",
		}}
	}
	lent := within(root, func(section string) bool { return !Story(section) })
	tl, err := readRoot(file, withPairs(lent,
		"outagedrill", "1", "start", "2024-01-01T00:00:00Z", "duration", "24h"), nil)
	if more := Errors(nil); errors.As(err, &more) {
		errs = append(errs, more...)
	}
	if len(errs) > 0 {
		slices.SortStableFunc(errs, byPlace)
		return nil, errs
	}
	w := &Workload{File: file, root: lent}
	for _, a := range tl.Applications {
		w.Applications = append(w.Applications, a.Name)
	}
	if len(w.Applications) == 0 {
		return nil, Errors{{
			File: file, What: "no applications to lend",
			Want: "applications, connections, and flows or polling_jobs",
		}}
	}
	return w, nil
}

// YAML is the workload as the sections of a timeline file.
func (w *Workload) YAML() ([]byte, error) {
	text, err := yaml.Dump(copied(w.root)) // Dump changes what it is given
	if err != nil {
		return nil, fmt.Errorf("%s: %w", w.File, err)
	}
	return text, nil
}

// copied is a copy of a node and of all below it; aliases still stand for what they stood for.
func copied(n *yaml.Node) *yaml.Node {
	c := *n
	c.Content = make([]*yaml.Node, len(n.Content))
	for i := range n.Content {
		c.Content[i] = copied(n.Content[i])
	}
	return &c
}

// ParseWith is Parse with another's work: the story of data happens to what the workload holds. The work of
// data (its applications, connections, flows, polling jobs and defaults) is left out of account; whatever
// else the workload says replaces what data says. Names of the story that the workload does not have are
// problems of the story.
func ParseWith(file string, data []byte, w *Workload) (*Timeline, error) {
	root, errs := load(file, data)
	if errs != nil {
		return nil, errs
	}
	if root.Kind != yaml.MappingNode {
		return readRoot(file, root, nil)
	}
	story := within(root, func(section string) bool {
		switch section {
		case "applications", "connections", "flows", "polling_jobs", "defaults":
			return false
		}
		_, lent, _ := mapItem(w.root, section)
		return Story(section) || lent == nil
	})
	lent := w.moved(filepath.Dir(file))
	story.Content = append(story.Content, lent.Content...)
	return readRoot(file, story, &Workload{File: w.File, root: lent})
}

// fileOf is the file in which a node stands: the one read, or the one that lends.
func (r *reader) fileOf(n *yaml.Node) string {
	if r.lender == nil {
		return r.file
	}
	if r.lent == nil {
		r.lent = map[*yaml.Node]bool{}
		note(r.lent, r.lender.root)
	}
	if r.lent[n] {
		return r.lender.File
	}
	return r.file
}

// note gathers a node and all below it.
func note(nodes map[*yaml.Node]bool, n *yaml.Node) {
	if nodes[n] {
		return
	}
	nodes[n] = true
	if n.Alias != nil {
		note(nodes, n.Alias)
	}
	for _, below := range n.Content {
		note(nodes, below)
	}
}

// moved is the workload's root as it reads from another folder: paths of policies lead from there.
func (w *Workload) moved(dir string) *yaml.Node {
	key, named, _ := mapItem(w.root, "policy")
	if named == nil || follow(named).Kind != yaml.MappingNode {
		return w.root
	}
	policies := *follow(named)
	policies.Content = slices.Clone(policies.Content)
	for i := 1; i < len(policies.Content); i += 2 {
		n := *follow(policies.Content[i])
		if strings.ContainsAny(n.Value, `./\`) && !filepath.IsAbs(n.Value) {
			path := filepath.Join(filepath.Dir(w.File), n.Value)
			if from, err := filepath.Rel(dir, path); err == nil {
				n.Value = from
			}
		}
		policies.Content[i] = &n
	}
	moved := *w.root
	moved.Content = slices.Clone(moved.Content)
	for i := 0; i+1 < len(moved.Content); i += 2 {
		if follow(moved.Content[i]) == key {
			moved.Content[i+1] = &policies
		}
	}
	return &moved
}

// within is a copy of a mapping with the pairs whose keys are kept.
func within(mapping *yaml.Node, keep func(key string) bool) *yaml.Node {
	kept := *mapping
	kept.Content = nil
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		if keep(follow(mapping.Content[i]).Value) {
			kept.Content = append(kept.Content, mapping.Content[i], mapping.Content[i+1])
		}
	}
	return &kept
}

// withPairs is a copy of a mapping with further pairs, key and value in turn.
func withPairs(mapping *yaml.Node, words ...string) *yaml.Node {
	more := *mapping
	more.Content = slices.Clone(mapping.Content)
	for i, word := range words {
		tag := "!!str"
		if i%2 == 1 && word == "1" {
			tag = "!!int"
		}
		more.Content = append(more.Content, &yaml.Node{Kind: yaml.ScalarNode, Tag: tag, Value: word})
	}
	return &more
}
