package timeline

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/outagedrill/outagedrill/internal/problem"
)

// reader reads one file. Names come first, then the sections that refer to them, so that every
// reference is an index at once, in whatever order the file has its sections.
type reader struct {
	file     string
	tl       *Timeline
	problems []found
	lender   *Workload           // whose work the file's story happens to; nil: its own
	lent     map[*yaml.Node]bool // the lender's nodes, once there is a problem
	timed    bool                // start and duration are good
	end      time.Time

	environments *nameSet
	applications *nameSet
	connections  *nameSet
	flows        *nameSet
	jobs         *nameSet
	resources    []*nameSet   // of each application
	gone         []*yaml.Node // the people of away:
	total        int          // resources of all applications
}

// document is the root of a file: plain values at once, sections for later.
type document struct {
	start    time.Time
	duration Span
	sections map[string]entry
	named    map[string][]entry // the entries of the sections that name things
}

// fail reports a problem at a node.
func (r *reader) fail(n *yaml.Node, what, want string) {
	r.report(found{Problem: problem.Problem{
		File: r.fileOf(n), Line: max(n.Line, 1), Col: max(n.Column, 1), What: what, Want: want,
	}})
}

// unknown reports a name that is not in the set.
func (r *reader) unknown(n *yaml.Node, what, got string, set *nameSet) {
	r.report(found{
		Problem: problem.Problem{
			File: r.fileOf(n), Line: max(n.Line, 1), Col: max(n.Column, 1), What: what, Want: set.want(),
		},
		got: got, valid: set,
	})
}

func (r *reader) report(p found) {
	if len(r.problems) < problem.Kept {
		r.problems = append(r.problems, p)
	}
}

// readRoot reads the whole file from its root value. Lender is whose work is in it; nil for the file's own.
func readRoot(file string, root *yaml.Node, lender *Workload) (*Timeline, error) {
	r := &reader{file: file, lender: lender, tl: &Timeline{
		Version: 1, Name: baseName(file), Environment: "production", Seed: 1, Zone: "UTC",
		Policy:       PolicyNames{Flows: "celigo-integrator", PollingJobs: "sap-open-connectors"},
		Applications: []Application{}, Connections: []Connection{},
		File: file, Source: &Source{root: root},
	}}
	if p := checkVersion(file, root); p != nil {
		return nil, Errors{*p}
	}
	doc := document{sections: map[string]entry{}, named: map[string][]entry{}}
	rootObject(r.tl).read(r, entry{key: "the timeline", at: root, node: root}, &doc, 0)
	r.setTimes(&doc)
	if !r.indexNames(&doc) {
		return nil, Errors{{File: file, What: tooManyNames, Want: limitWanted(tooManyNames)}}
	}
	r.readSections(&doc)
	if r.total+r.named() > maxNames {
		return nil, Errors{{File: file, What: tooManyNames, Want: limitWanted(tooManyNames)}}
	}
	if len(r.problems) > 0 {
		return nil, finish(r.problems)
	}
	return r.tl, nil
}

// checkVersion refuses a file of another format before anything else of it is judged.
func checkVersion(file string, root *yaml.Node) *problem.Problem {
	_, v, _ := mapItem(root, "outagedrill")
	if root.Kind != yaml.MappingNode || v == nil {
		return nil
	}
	v = follow(v)
	if v.Tag != "!!int" || v.Value == "1" || strings.HasPrefix(v.Value, "0") {
		return nil
	}
	return &problem.Problem{
		File: file, Line: v.Line, Col: v.Column,
		What: fmt.Sprintf("unsupported format version %s", quote(v.Value)), Want: "outagedrill: 1",
	}
}

func rootObject(tl *Timeline) *object[document] {
	fields := []field[document]{
		need("outagedrill", func(*document) *int { return &tl.Version }, readVersion),
		may("name", func(*document) *string { return &tl.Name }, readTitle),
		need("start", func(d *document) *time.Time { return &d.start }, readStart),
		need("duration", func(d *document) *Span { return &d.duration }, readPositive),
		may("seed", func(*document) *uint64 { return &tl.Seed }, readSeed),
		may("zone", func(*document) *string { return &tl.Zone }, readZone),
	}
	for _, key := range []string{
		"environment", "environments", "policy", "defaults", "applications", "connections", "flows",
		"polling_jobs", "events", "operators", "expect",
	} {
		fields = append(fields, field[document]{key: key, read: func(_ *reader, e entry, d *document) {
			d.sections[e.key] = e
		}})
	}
	return newObject("the timeline", fields...)
}

// readVersion reads the format version; another number was refused before.
func readVersion(r *reader, e entry) (int, bool) {
	const want = "outagedrill: 1"
	digits, ok := r.digits(e, want)
	if ok && digits != "1" {
		r.misread(e, "not a format version", want)
		return 0, false
	}
	return 1, ok
}

// readTitle reads the timeline's name, which any printable text can be.
func readTitle(r *reader, e entry) (string, bool) {
	s, ok := readText(r, e)
	if why := badText(s, longestName); ok && why != "" {
		r.fail(e.node, fmt.Sprintf("%s %s: %s", e.key, why, quote(s)),
			fmt.Sprintf("up to %d characters", longestName))
		return "", false
	}
	return s, ok
}

// baseName is the name of a file without its folder and extension.
func baseName(file string) string {
	base := filepath.Base(file)
	return strings.TrimSuffix(base, filepath.Ext(base))
}

// setTimes fixes the run [start, end). Without good times, instants are read but not judged.
func (r *reader) setTimes(d *document) {
	r.tl.Start, r.tl.Duration = d.start, d.duration
	if d.start.IsZero() || d.duration == 0 {
		r.tl.Start = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
		r.end = r.tl.Start
		return
	}
	r.timed = true
	r.end = d.start.Add(d.duration.Std())
	if _, err := inYears(r.end); err != nil {
		_, n, _ := mapItem(r.tl.Source.root, "duration")
		if n != nil {
			r.fail(n, fmt.Sprintf("the run ends in the year %d", r.end.Year()),
				fmt.Sprintf("an end in the years %d to %d", firstYear, lastYear))
		}
	}
}

// indexNames reads the names of all sections; false if there are too many.
func (r *reader) indexNames(d *document) bool {
	r.environments = newNameSet("environment", "snapshot", "staging", "production")
	r.applications = newNameSet("application")
	r.connections = newNameSet("connection")
	r.flows = newNameSet("flow")
	r.jobs = newNameSet("polling job")
	for _, s := range []struct {
		key string
		set *nameSet
	}{
		{"environments", r.environments},
		{"applications", r.applications},
		{"connections", r.connections},
		{"flows", r.flows},
		{"polling_jobs", r.jobs},
	} {
		pairs, _ := r.entries(d.sections[s.key])
		for _, p := range pairs {
			r.checkName(p.at, s.set.kind, p.key)
			s.set.add(p.key)
		}
		d.named[s.key] = pairs
	}
	return r.named() <= maxNames
}

// named is the number of names that are not resources; the three built-in environments are not counted.
func (r *reader) named() int {
	return len(r.environments.names) - 3 + len(r.applications.names) + len(r.connections.names) +
		len(r.flows.names) + len(r.jobs.names)
}

// readSections reads what refers to names: applications and connections first, because resources
// belong to the former and are reached by the latter, then the rest in file order, because a resource
// that is only mentioned takes its place by first mention.
func (r *reader) readSections(d *document) {
	r.readEnvironments(d.named["environments"])
	r.readEnvironment(d.sections["environment"])
	r.readPolicy(d.sections["policy"])
	r.readApplications(d.named["applications"])
	defaults := r.defaultSections(d.sections["defaults"])
	r.readConnections(d.named["connections"], defaults["connections"])
	flows, jobs := d.named["flows"], d.named["polling_jobs"]
	type task struct {
		e    entry
		read func()
	}
	tasks := []task{
		{d.sections["flows"], func() { r.readFlows(flows, defaults["flows"]) }},
		{d.sections["polling_jobs"], func() { r.readJobs(jobs, defaults["polling_jobs"]) }},
		{d.sections["events"], func() { r.readEvents(d.sections["events"]) }},
	}
	slices.SortStableFunc(tasks, func(a, b task) int {
		return cmp.Or(cmp.Compare(a.e.line(), b.e.line()), cmp.Compare(a.e.col(), b.e.col()))
	})
	for _, t := range tasks {
		t.read()
	}
	r.readOperators(d.sections["operators"])
	r.readExpect(d.sections["expect"])
}

func (e entry) line() int {
	if e.at == nil {
		return 0
	}
	return e.at.Line
}

func (e entry) col() int {
	if e.at == nil {
		return 0
	}
	return e.at.Column
}
