package timeline

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/outagedrill/outagedrill/internal/problem"
)

// shape is one kind of event: the key and value that make it one, and the keys that go with it. The
// tables of shapes are the whole of what an event may say.
type shape struct {
	doer string   // fault, mail, away, platform, environment or operator
	word string   // of the doer: down, restart, enable; "" for any
	need []string // keys that must be there, besides at
	may  []string
	how  []string // what how: may say
}

// String words the shape: fault: down.
func (s *shape) String() string {
	if s.word == "" {
		return s.doer
	}
	return s.doer + ": " + s.word
}

func (s *shape) takes(key string) bool {
	return key == "at" || key == s.doer || slices.Contains(s.need, key) || slices.Contains(s.may, key)
}

func (s *shape) keys() []string {
	return slices.Concat([]string{"at", s.doer}, s.need, s.may)
}

// shapes are the events of a timeline.
func shapes() []shape {
	app, conn := []string{"application"}, []string{"connection"}
	return []shape{
		{
			doer: "fault", word: "down", need: app,
			may: []string{"for", "how", "status", "resources", "applied"},
			how: []string{
				"refused", "reset", "timeout", "dns", "tls", "truncated", "garbage", "html200", "empty",
				"reset_body",
			},
		},
		{doer: "fault", word: "maintenance", need: app, may: []string{"for", "resources", "applied"}},
		{
			doer: "fault", word: "flapping", need: []string{"application", "up", "down"},
			may: []string{"for", "resources", "applied"},
		},
		{
			doer: "fault", word: "flaky", need: []string{"application", "rate"},
			may: []string{"for", "resources", "applied"},
		},
		{
			doer: "fault", word: "slow", need: []string{"application", "latency"},
			may: []string{"for", "how", "resources"}, how: []string{"body"},
		},
		{doer: "fault", word: "rate_limited", need: app, may: []string{"for", "retry_after", "resources"}},
		{doer: "fault", word: "rejected", need: app, may: []string{"for", "resources"}},
		{doer: "fault", word: "bad_credentials", need: conn, may: []string{"for"}},
		{
			doer: "fault", word: "token_refresh", need: []string{"connection", "how"}, may: []string{"for"},
			how: []string{"dead", "transient"},
		},
		{doer: "fault", word: "token_revoked", need: conn},
		{doer: "mail", word: "down", may: []string{"for"}},
		{doer: "mail", word: "late", need: []string{"by"}, may: []string{"for"}},
		{doer: "away", may: []string{"for"}},
		{doer: "platform", word: "restart"},
		{doer: "environment"},
		{doer: "operator", word: "enable", need: []string{"job"}},
		{doer: "operator", word: "disable", need: []string{"job"}},
		{doer: "operator", word: "reauthorize", need: conn, may: []string{"credentials", "missing"}},
		{doer: "operator", word: "retry_errors", need: []string{"flow"}},
		{doer: "operator", word: "test", need: conn},
	}
}

// eventDraft is an event before it is sorted into faults, mail windows and commands.
type eventDraft struct {
	shape       *shape
	at          time.Time
	length      Span // for; 0 = none
	by          Span
	application int
	connection  int
	job, flow   int
	resources   entry
	how         string
	status      int
	retryAfter  Span
	latency     Span
	rate        float64
	up, down    Span
	applied     bool
	environment string
	away        string
	credentials string
	missing     []string
}

func eventObject() *object[eventDraft] {
	word := func(*reader, entry) (string, bool) { return "", false } // read with the shape
	none := func(*eventDraft) *string { return nil }
	return newObject("an event",
		may("at", func(d *eventDraft) *time.Time { return &d.at }, readInstant),
		may("fault", none, word), may("mail", none, word), may("platform", none, word),
		may("operator", none, word),
		may("away", func(d *eventDraft) *string { return &d.away }, readAway),
		may("environment", func(d *eventDraft) *string { return &d.environment }, environmentName),
		may("for", func(d *eventDraft) *Span { return &d.length }, readPositive),
		may("by", func(d *eventDraft) *Span { return &d.by }, readPositive),
		may("application", func(d *eventDraft) *int { return &d.application },
			reference(func(r *reader) *nameSet { return r.applications })),
		may("connection", func(d *eventDraft) *int { return &d.connection },
			reference(func(r *reader) *nameSet { return r.connections })),
		may("job", func(d *eventDraft) *int { return &d.job },
			reference(func(r *reader) *nameSet { return r.jobs })),
		may("flow", func(d *eventDraft) *int { return &d.flow },
			reference(func(r *reader) *nameSet { return r.flows })),
		may("resources", func(d *eventDraft) *entry { return &d.resources }, keepEntry),
		field[eventDraft]{key: "how", read: func(r *reader, e entry, d *eventDraft) {
			d.how, _ = choice(d.shape.how...)(r, e)
		}},
		may("status", func(d *eventDraft) *int { return &d.status }, readStatus),
		may("retry_after", func(d *eventDraft) *Span { return &d.retryAfter }, readSpan),
		may("latency", func(d *eventDraft) *Span { return &d.latency }, readPositive),
		may("rate", func(d *eventDraft) *float64 { return &d.rate }, readShare),
		may("up", func(d *eventDraft) *Span { return &d.up }, readPositive),
		may("down", func(d *eventDraft) *Span { return &d.down }, readPositive),
		may("applied", func(d *eventDraft) *bool { return &d.applied }, readBool),
		may("credentials", func(d *eventDraft) *string { return &d.credentials }, choice("wrong")),
		may("missing", func(d *eventDraft) *[]string { return &d.missing }, readTexts),
	)
}

// readStatus reads the status with which an application that is down answers.
func readStatus(r *reader, e entry) (int, bool) {
	const want = "500, 502, 503 or 504"
	s, ok := r.digits(e, want)
	if !ok {
		return 0, false
	}
	for _, status := range []int{500, 502, 503, 504} {
		if fmt.Sprint(status) == s {
			return status, true
		}
	}
	r.misread(e, "not a status of an outage", want)
	return 0, false
}

// readEvents reads events: into faults, mail windows and commands.
func (r *reader) readEvents(e entry) {
	all, obj := shapes(), eventObject()
	items, _ := r.items(e)
	for i, item := range items {
		pairs, ok := r.entries(entry{key: "an event", at: item.at, node: item.node})
		if !ok {
			continue
		}
		s := r.shapeOf(item, pairs, all)
		if s == nil {
			continue
		}
		before := len(r.problems)
		d := eventDraft{shape: s, application: -1, connection: -1, job: -1, flow: -1}
		r.readEvent(item, pairs, all, obj, &d)
		if len(r.problems) == before {
			r.keepEvent(i, item.at, &d)
		}
	}
}

// shapeOf finds which event the keys make; nil, and a problem, if none.
func (r *reader) shapeOf(item entry, pairs []entry, all []shape) *shape {
	doers := []string{"fault", "mail", "away", "platform", "environment", "operator"}
	var doing []entry
	for _, p := range pairs {
		if slices.Contains(doers, p.key) {
			doing = append(doing, p)
		}
	}
	switch len(doing) {
	case 0:
		r.eventless(item, pairs, doers)
		return nil
	case 1:
	default:
		r.fail(doing[1].at, fmt.Sprintf("an event that says both %s and %s", doing[0].key, doing[1].key),
			"one thing an event")
		return nil
	}
	doer := doing[0]
	var words []string
	for i := range all {
		if all[i].doer == doer.key {
			words = append(words, all[i].word)
		}
	}
	if words[0] == "" {
		return &all[slices.IndexFunc(all, func(s shape) bool { return s.doer == doer.key })]
	}
	word, ok := choice(words...)(r, doer)
	if !ok {
		return nil
	}
	return &all[slices.IndexFunc(all, func(s shape) bool { return s.doer == doer.key && s.word == word })]
}

// eventless reports an event that does nothing, most often for a slip in the key.
func (r *reader) eventless(item entry, pairs []entry, doers []string) {
	known := eventObject().keys
	for _, p := range pairs {
		if _, ok := known.index[p.key]; !ok {
			what := fmt.Sprintf("unknown key %s in an event", quote(p.key))
			r.unknown(p.at, what, p.key, newNameSet("key", doers...))
			return
		}
	}
	r.fail(item.at, "an event without what happens", "the key "+oneOf(doers))
}

// readEvent reads the keys of an event, those that its shape takes.
func (r *reader) readEvent(item entry, pairs []entry, all []shape, obj *object[eventDraft], d *eventDraft) {
	have := map[string]bool{}
	keys := d.shape.keys()
	for _, p := range pairs {
		have[p.key] = true
		i, known := obj.keys.index[p.key]
		switch {
		case d.shape.takes(p.key):
			obj.fields[i].read(r, p, d)
		case known:
			r.fail(p.at, fmt.Sprintf("the key %s does not fit %s", p.key, d.shape),
				fmt.Sprintf("%s; %s belongs to %s", oneOf(keys), p.key, owners(all, p.key)))
		default:
			r.unknown(p.at, fmt.Sprintf("unknown key %s in %s", quote(p.key), d.shape), p.key,
				newNameSet("key", keys...))
			have[problem.Nearest(p.key, keys)] = true
		}
	}
	need := append([]string{"at"}, d.shape.need...)
	missing := slices.DeleteFunc(slices.Clone(need), func(key string) bool { return have[key] })
	if len(missing) > 0 {
		what := fmt.Sprintf("%s without %s", d.shape, problem.List(missing, "and"))
		r.fail(item.at, what, problem.List(need, "and"))
	}
	r.judgeEvent(pairs, d)
}

// owners words the events that take a key.
func owners(all []shape, key string) string {
	var names []string
	doer := ""
	for i := range all {
		switch s := &all[i]; {
		case !s.takes(key):
		case s.doer == doer: // fault: down, maintenance and operator: enable
			names = append(names, s.word)
		default:
			doer = s.doer
			names = append(names, s.String())
		}
	}
	return problem.List(names, "and")
}

// judgeEvent checks what depends on several keys.
func (r *reader) judgeEvent(pairs []entry, d *eventDraft) {
	at := func(key string) *yaml.Node {
		return pairs[slices.IndexFunc(pairs, func(p entry) bool { return p.key == key })].at
	}
	if d.how != "" && d.status != 0 {
		r.fail(at("status"), "both how and status", "one of them: how: "+d.how+" has no status of its own")
	}
	if d.connection < 0 || !strings.HasPrefix(d.shape.word, "token_") {
		return
	}
	if c := r.tl.Connections[d.connection]; c.Auth != "oauth2" {
		what := fmt.Sprintf("%v on the connection %q, whose auth is %s", d.shape, c.Name, c.Auth)
		r.fail(at("connection"), what, "a connection with auth: oauth2")
	}
}
