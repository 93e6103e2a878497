package importer

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/outagedrill/outagedrill/internal/problem"
	"github.com/outagedrill/outagedrill/internal/yamlfile"
	"github.com/outagedrill/outagedrill/sim/timeline"
)

// workload is what the timeline drills: lent by a timeline file, or written by the importer.
type workload struct {
	own          bool
	text         string // the sections as YAML
	applications []*application
}

// application is what the importer knows of one application of the workload.
type application struct {
	name        string
	resources   map[string]bool
	connections []connection
}

type connection struct {
	name  string
	oauth bool
}

// find gives an application by its name, or by the name in lower case with dashes.
func (w *workload) find(name string) *application {
	for _, spelling := range []string{name, slug(name)} {
		for _, a := range w.applications {
			if a.name == spelling {
				return a
			}
		}
	}
	return nil
}

// reached gives the connections that a connection's fault hits: token faults need OAuth 2.0.
func (a *application) reached(f Fault) []string {
	var names []string
	for _, c := range a.connections {
		if c.oauth || f.Kind == "bad_credentials" {
			names = append(names, c.name)
		}
	}
	return names
}

// lendWorkload reads Options.Workload; nil when there is none, and then the names that the user
// gives components become resources, which must be names that an endpoint can hold.
func lendWorkload(opt Options) (*workload, error) {
	if opt.Workload == nil {
		for _, component := range slices.Sorted(maps.Keys(opt.Components)) {
			resource := opt.Components[component]
			if resource != "" && resource != wholeApplication && !plain(resource) {
				return nil, fmt.Errorf("component %q is to be resource %q (want letters, digits, dots, "+
					"dashes and underscores, a letter first)", clean(component, 60), clean(resource, 60))
			}
		}
		return nil, nil
	}
	root, errs := yamlfile.Read(opt.WorkloadFile, opt.Workload, MaxBytes, "a timeline")
	if errs != nil {
		return nil, errs
	}
	var tree map[string]any
	if err := root.Load(&tree); err != nil {
		return nil, yamlError(opt.WorkloadFile, err)
	}
	w := &workload{applications: lentApplications(tree)}
	if len(w.applications) == 0 {
		return nil, fmt.Errorf("%s: no applications to lend (want a timeline with applications, "+
			"connections, and flows or polling_jobs)", opt.WorkloadFile)
	}
	var err error
	w.text, err = lentText(root)
	if err != nil {
		return nil, yamlError(opt.WorkloadFile, err)
	}
	return w, checkNames(w, opt)
}

// checkNames refuses names of the command line that the workload does not have.
func checkNames(w *workload, opt Options) error {
	var names []string
	for _, a := range w.applications {
		names = append(names, a.name)
	}
	if opt.Application != "" && w.find(opt.Application) == nil {
		return problem.Errors{{
			File: opt.WorkloadFile, What: fmt.Sprintf("no application %q", clean(opt.Application, 60)),
			Want: problem.List(names, "or"), Near: problem.Nearest(opt.Application, names),
		}}
	}
	for _, component := range slices.Sorted(maps.Keys(opt.Components)) {
		resource := opt.Components[component]
		has := func(a *application) bool { return a.resources[resource] }
		known := slices.ContainsFunc(w.applications, has)
		if !known && resource != "" && resource != wholeApplication {
			return fmt.Errorf("%s: component %q is to be resource %q, which no application has",
				opt.WorkloadFile, clean(component, 60), clean(resource, 60))
		}
	}
	return nil
}

// lentText writes the sections that are lent, in their order. Anchors defined in a section that
// stays behind would dangle, so the text is read again.
func lentText(root *yaml.Node) (string, error) {
	lent := &yaml.Node{Kind: yaml.MappingNode}
	for i := 0; i+1 < len(root.Content); i += 2 {
		if !timeline.Story(root.Content[i].Value) {
			lent.Content = append(lent.Content, root.Content[i], root.Content[i+1])
		}
	}
	text, err := yaml.Dump(lent)
	if err != nil {
		return "", err
	}
	var again any
	if err := yaml.Load(text, &again); err != nil {
		return "", fmt.Errorf("the sections lent cannot stand alone: %w", err)
	}
	return string(text), nil
}

// yamlError words an error of the YAML reader with its place.
func yamlError(file string, err error) error {
	var several *yaml.LoadErrors
	var one *yaml.LoadError
	switch {
	case errors.As(err, &several) && len(several.Errors) > 0:
		one = several.Errors[0]
	case !errors.As(err, &one):
		return fmt.Errorf("%s: %w", file, err)
	}
	return problem.Errors{{
		File: file, Line: one.Mark.Line, Col: one.Mark.Column, What: one.Message, Want: "a timeline",
	}}
}

// lentApplications gathers the applications of a timeline with everything that names a resource:
// records, flows and polling jobs. It is lenient: the timeline's own reader judges the result.
func lentApplications(tree map[string]any) []*application {
	byName, byConnection := map[string]*application{}, map[string]*application{}
	var all []*application
	applications, connections := asTree(tree["applications"]), asTree(tree["connections"])
	for _, name := range slices.Sorted(maps.Keys(applications)) {
		a := &application{name: name, resources: map[string]bool{}}
		for resource := range asTree(asTree(applications[name])["records"]) {
			a.resources[resource] = true
		}
		byName[name], all = a, append(all, a)
	}
	defaults := asTree(tree["defaults"])
	for _, name := range slices.Sorted(maps.Keys(connections)) {
		c := under(connections[name], defaults["connections"])
		if a := byName[asText(c["application"])]; a != nil {
			a.connections = append(a.connections, connection{name, asText(c["auth"]) == "oauth2"})
			byConnection[name] = a
		}
	}
	use := func(connection, resource string) {
		if a := byConnection[connection]; a != nil && resource != "" {
			a.resources[resource] = true
		}
	}
	for _, flow := range asTree(tree["flows"]) {
		f := under(flow, defaults["flows"])
		for _, end := range []string{"from", "to"} {
			connection, resource, _ := strings.Cut(asText(f[end]), "/")
			use(connection, resource)
		}
	}
	for _, job := range asTree(tree["polling_jobs"]) {
		p := under(job, defaults["polling_jobs"])
		resources, _ := p["resources"].([]any)
		for _, r := range resources {
			use(asText(p["instance"]), asText(r))
		}
	}
	return all
}

// under gives a section's entry over its defaults.
func under(entry, defaults any) map[string]any {
	merged := maps.Clone(asTree(defaults))
	maps.Copy(merged, asTree(entry))
	return merged
}

func asTree(v any) map[string]any {
	tree := map[string]any{}
	switch m := v.(type) {
	case map[string]any:
		return m
	case map[any]any:
		for key, item := range m {
			tree[asText(key)] = item
		}
	}
	return tree
}

func asText(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	if v == nil {
		return ""
	}
	return fmt.Sprint(v)
}
