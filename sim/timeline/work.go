package timeline

import (
	"fmt"
	"strings"
)

// defaultOwner gets the mails of a connection that names nobody.
const defaultOwner = "owner@example.com"

// defaultSections returns the sections of defaults:.
func (r *reader) defaultSections(e entry) map[string]entry {
	out := map[string]entry{}
	keep := func(_ *reader, e entry, d *map[string]entry) { (*d)[e.key] = e }
	newObject("defaults",
		field[map[string]entry]{key: "connections", read: keep},
		field[map[string]entry]{key: "flows", read: keep},
		field[map[string]entry]{key: "polling_jobs", read: keep},
	).read(r, e, &out, 0)
	return out
}

// withDefaults reads every named entry, beginning with a copy of what defaults: says.
func withDefaults[T any](
	r *reader, obj *object[T], zero T, defaults entry, named []entry, done func(T, entry),
) {
	given, _ := obj.readKeys(r, defaults, &zero)
	for _, e := range named {
		v := zero
		obj.read(r, e, &v, given)
		done(v, e)
	}
}

func (r *reader) readConnections(named []entry, defaults entry) {
	obj := newObject("a connection",
		need("application", func(c *Connection) *int { return &c.Application },
			reference(func(r *reader) *nameSet { return r.applications })),
		may("auth", func(c *Connection) *string { return &c.Auth },
			choice("none", "basic", "api_key", "oauth2")),
		may("owner", func(c *Connection) *string { return &c.Owner }, readText),
		may("subscribers", func(c *Connection) *[]string { return &c.Subscribers }, readTexts),
		may("flows_at_once", func(c *Connection) *int { return &c.FlowsAtOnce }, whole(1, maxCount)),
	)
	zero := Connection{Application: -1, Auth: "none", Owner: defaultOwner}
	withDefaults(r, obj, zero, defaults, named, func(c Connection, e entry) {
		c.Name = e.key
		if c.Subscribers == nil {
			c.Subscribers = []string{c.Owner}
		}
		r.tl.Connections = append(r.tl.Connections, c)
	})
}

// mostParallel bounds the pages that a flow handles at once: far more than any vendor lets in.
const mostParallel = 1000

func (r *reader) readFlows(named []entry, defaults entry) {
	obj := newObject("a flow",
		need("from", func(f *Flow) *Endpoint { return &f.From }, readEndpoint),
		need("to", func(f *Flow) *Endpoint { return &f.To }, readEndpoint),
		need("every", func(f *Flow) *Span { return &f.Every }, readEvery),
		may("phase", func(f *Flow) *Span { return &f.Phase }, readSpan),
		may("auto_resolve", func(f *Flow) **bool { return &f.AutoResolve }, readBoolPointer),
		may("owner", func(f *Flow) *string { return &f.Owner }, readText),
		may("deadline", func(f *Flow) *Span { return &f.Deadline }, readPositive),
		may("intake", func(f *Flow) **Intake { return &f.Intake }, readIntake),
		may("parallel_pages", func(f *Flow) *int { return &f.ParallelPages }, whole(1, mostParallel)),
	)
	zero := Flow{From: Endpoint{-1, -1}, To: Endpoint{-1, -1}}
	withDefaults(r, obj, zero, defaults, named, func(f Flow, e entry) {
		f.Name = e.key
		if f.Owner == "" && f.From.Connection >= 0 {
			f.Owner = r.tl.Connections[f.From.Connection].Owner
		}
		r.tl.Flows = append(r.tl.Flows, f)
	})
}

// readIntake reads what stands in front of a flow whose source pushes its records.
func readIntake(r *reader, e entry) (*Intake, bool) {
	in := Intake{WhenFull: "refuse", WhilePaused: "buffer"}
	before := len(r.problems)
	newObject("an intake",
		need("buffer", func(in *Intake) *int64 { return &in.Buffer }, whole[int64](1, maxCount)),
		may("when_full", func(in *Intake) *string { return &in.WhenFull }, choice("refuse", "drop")),
		may("while_paused", func(in *Intake) *string { return &in.WhilePaused }, choice("buffer", "full")),
		may("retries", func(in *Intake) *Span { return &in.Retries }, readPositive),
	).read(r, e, &in, 0)
	if in.Retries > 0 && in.WhenFull == "drop" {
		r.fail(e.at, "retries of events that are dropped",
			"when_full: refuse: nobody sends again what was taken")
	}
	return &in, len(r.problems) == before
}

// readEndpoint reads CONNECTION/RESOURCE.
func readEndpoint(r *reader, e entry) (Endpoint, bool) {
	const want = "CONNECTION/RESOURCE"
	n, ok := r.scalar(e, want)
	if !ok {
		return Endpoint{}, false
	}
	connection, resource, cut := strings.Cut(n.Value, "/")
	if !cut || connection == "" || resource == "" {
		r.misread(e, "not a connection with a resource", want)
		return Endpoint{}, false
	}
	c, known := r.connections.index[connection]
	if !known {
		r.unknown(n, fmt.Sprintf("unknown connection %s", quote(connection)), connection, r.connections)
		return Endpoint{}, false
	}
	if !r.checkName(n, "resource", resource) {
		return Endpoint{}, false
	}
	return Endpoint{Connection: c, Resource: r.resource(r.tl.Connections[c].Application, resource)}, true
}

// resource is the index of a resource of an application. A new name is added: a resource without
// records: is legal.
func (r *reader) resource(application int, name string) int {
	if application < 0 {
		return -1 // its connection's application is unknown, which was said
	}
	set := r.resources[application]
	i := set.add(name)
	if app := &r.tl.Applications[application]; i == len(app.Resources) {
		app.Resources = append(app.Resources, Resource{Name: name})
		r.total++
	}
	return i
}

// readResources reads a list of one or more resources of an application, each once.
func (r *reader) readResources(e entry, application int) []int {
	items, ok := r.items(e)
	if ok && len(items) == 0 {
		r.fail(e.at, "resources is empty", "one resource or more")
	}
	out := make([]int, 0, len(items))
	lines := make(map[string]int, len(items))
	for _, item := range items {
		n, ok := r.scalar(item, "the name of a resource")
		if !ok || !r.checkName(n, "resource", n.Value) {
			continue
		}
		if line := lines[n.Value]; line > 0 {
			r.fail(item.at, fmt.Sprintf("the resource %s twice", quote(n.Value)), "each resource once")
			continue
		}
		lines[n.Value] = max(n.Line, 1)
		out = append(out, r.resource(application, n.Value))
	}
	return out
}

// jobDraft is a polling job whose resources wait until its instance is known.
type jobDraft struct {
	PollingJob
	resources entry
}

func (r *reader) readJobs(named []entry, defaults entry) {
	obj := newObject("a polling job",
		need("instance", func(j *jobDraft) *int { return &j.Instance },
			reference(func(r *reader) *nameSet { return r.connections })),
		need("resources", func(j *jobDraft) *entry { return &j.resources }, keepEntry),
		need("every", func(j *jobDraft) *Span { return &j.Every }, readEvery),
		may("phase", func(j *jobDraft) *Span { return &j.Phase }, readSpan),
		may("deadline", func(j *jobDraft) *Span { return &j.Deadline }, readPositive),
	)
	zero := jobDraft{PollingJob: PollingJob{Instance: -1}}
	withDefaults(r, obj, zero, defaults, named, func(j jobDraft, e entry) {
		j.Name = e.key
		application := -1
		if j.Instance >= 0 {
			application = r.tl.Connections[j.Instance].Application
		}
		if j.resources.node != nil {
			j.Resources = r.readResources(j.resources, application)
		}
		r.tl.PollingJobs = append(r.tl.PollingJobs, j.PollingJob)
	})
}

// keepEntry puts a value off.
func keepEntry(_ *reader, e entry) (entry, bool) { return e, true }
