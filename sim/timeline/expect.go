package timeline

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"
)

// figure is a number or state that an expectation can be about, as the summary has it.
type figure struct {
	name   string
	unit   string   // text | count | seconds
	values []string // of texts
}

const (
	unitText    = "text"
	unitCount   = "count"
	unitSeconds = "seconds"
)

// subject is what an expectation is about, with its figures.
type subject struct {
	name    string // total where none is named
	names   func(*reader) *nameSet
	figures []figure
}

func counts(names ...string) []figure {
	out := make([]figure, len(names))
	for i, n := range names {
		out[i] = figure{name: n, unit: unitCount}
	}
	return out
}

func spans(names ...string) []figure {
	out := make([]figure, len(names))
	for i, n := range names {
		out[i] = figure{name: n, unit: unitSeconds}
	}
	return out
}

func states(values ...string) []figure {
	return []figure{{name: "state", unit: unitText, values: values}}
}

// atIntake are the figures of flows with an intake.
func atIntake() []figure { return counts("refused", "buffer_peak") }

// onTime are the figures of work that has a deadline.
func onTime() []figure { return counts("late", "past_deadline") }

// steps are what people did, and what they have still to do.
func steps() []figure { return counts("manual_steps", "manual_steps_left") }

// subjects lists what can be expected; the last is for expectations that name nothing.
func subjects() []subject {
	return []subject{
		{"job", func(r *reader) *nameSet { return r.jobs }, slices.Concat(
			states("enabled", "disabled"),
			counts("disablements", "polls", "failed_polls", "margin", "delivered", "waiting", "lost",
				"duplicated"), onTime(), spans("off_for", "off_after_well"), steps())},
		{"connection", func(r *reader) *nameSet { return r.connections }, slices.Concat(
			states("online", "offline"), spans("offline_for"), steps())},
		{"flow", func(r *reader) *nameSet { return r.flows }, slices.Concat(
			states("idle", "queued", "in_progress", "paused"),
			counts("runs", "pages", "delivered", "waiting", "open_errors", "resolved_errors",
				"unretryable_errors", "lost", "duplicated"), onTime(),
			atIntake(),
			spans("late_max", "late_p95"),
			counts("backlog_peak", "backlog_change_per_hour", "capacity_per_hour"),
			spans("paused_for"), steps())},
		{"application", func(r *reader) *nameSet { return r.applications }, slices.Concat(
			spans("detection_delay", "recovery_delay", "first_notice"),
			counts("wasted_calls", "jobs_disabled"))},
		{"total", nil, slices.Concat(counts("polls", "failed_polls", "calls", "wasted_calls",
			"records_created", "records_delivered", "records_lost", "records_duplicated", "notifications",
			"disablements"), steps())},
	}
}

func (r *reader) readExpect(e entry) {
	all := subjects()
	items, _ := r.items(e)
	for _, item := range items {
		pairs, ok := r.entries(entry{key: "an expectation", at: item.at, node: item.node})
		if !ok {
			continue
		}
		before := len(r.problems)
		x := r.expectation(item, pairs, all)
		if len(r.problems) == before {
			r.tl.Expect = append(r.tl.Expect, x)
		}
	}
}

func (r *reader) expectation(item entry, pairs []entry, all []subject) Expectation {
	s, named := r.subjectOf(pairs, all)
	x := Expectation{Subject: s.name, Line: item.at.Line}
	if named.node != nil {
		if _, ok := reference(s.names)(r, named); ok {
			x.Name = named.node.Value
		}
	}
	keys := newNameSet("figure")
	for _, f := range s.figures {
		keys.add(f.name)
	}
	wanted := oneOf(keys.names)
	if named.node == nil { // a subject may be meant as well
		for _, other := range all[:len(all)-1] {
			keys.add(other.name)
		}
	}
	for _, p := range pairs {
		i, known := keys.index[p.key]
		switch {
		case p.key == "at":
			x.At = r.expectedAt(p)
		case known && i < len(s.figures):
			r.judgeFigure(p, s, x.Name)
			if c, ok := readCheck(r, p, s.figures[i]); ok {
				x.Checks = append(x.Checks, c)
			}
		case !isSubject(p.key, all):
			r.unknown(p.at, fmt.Sprintf("unknown figure %s of %s", quote(p.key), s.article()), p.key, keys)
		}
	}
	if len(pairs) == 0 || len(x.Checks) == 0 && !anyFigure(pairs, all) {
		r.fail(item.at, "an expectation without a figure", wanted)
	}
	return x
}

// judgeFigure refuses a figure of work that lacks the setting which the figure is about. Of a name that is
// not known nothing is said: that was said.
func (r *reader) judgeFigure(p entry, s *subject, name string) {
	setting := map[string]string{
		"late": "deadline", "past_deadline": "deadline", "refused": "intake", "buffer_peak": "intake",
	}[p.key]
	lacks := func(deadline Span, intake *Intake) {
		if setting == "deadline" && deadline == 0 || setting == "intake" && intake == nil {
			r.fail(p.at, fmt.Sprintf("%s of %s without %s", p.key, s.article(), article(setting)),
				setting+": in "+s.article())
		}
	}
	for i := range r.tl.Flows {
		if f := &r.tl.Flows[i]; s.name == "flow" && f.Name == name {
			lacks(f.Deadline, f.Intake)
		}
	}
	for i := range r.tl.PollingJobs {
		if j := &r.tl.PollingJobs[i]; s.name == "job" && j.Name == name {
			lacks(j.Deadline, nil)
		}
	}
}

// article words the subject: a job, an application, the totals.
func (s *subject) article() string {
	switch s.name {
	case "total":
		return "the totals"
	case "application":
		return "an application"
	}
	return "a " + s.name
}

// anyFigure tells whether a key is there that is neither at nor a subject; what is wrong with it was
// said.
func anyFigure(pairs []entry, all []subject) bool {
	return slices.ContainsFunc(pairs, func(p entry) bool { return p.key != "at" && !isSubject(p.key, all) })
}

func isSubject(key string, all []subject) bool {
	return slices.ContainsFunc(all, func(s subject) bool { return s.names != nil && s.name == key })
}

// subjectOf finds what an expectation is about: the totals if it names nothing.
func (r *reader) subjectOf(pairs []entry, all []subject) (*subject, entry) {
	var found *subject
	var at entry
	for _, p := range pairs {
		i := slices.IndexFunc(all, func(s subject) bool { return s.names != nil && s.name == p.key })
		switch {
		case i < 0:
		case found != nil:
			what := fmt.Sprintf("an expectation about both %s and %s", article(found.name), article(p.key))
			r.fail(p.at, what, "one subject")
		default:
			found, at = &all[i], p
		}
	}
	if found == nil {
		return &all[len(all)-1], entry{}
	}
	return found, at
}

// expectedAt reads the instant of an expectation, which must lie within the run.
func (r *reader) expectedAt(e entry) *time.Time {
	t, ok := readInstant(r, e)
	if ok && r.timed && !t.Before(r.end) {
		r.misread(e, "not before the end of the run",
			"an instant before "+r.end.Format(time.RFC3339Nano)+", or no at for the final state")
	}
	return &t
}

// readCheck reads a value, meaning equality, or a comparison such as "<= 4h".
func readCheck(r *reader, e entry, f figure) (Check, bool) {
	want := f.want()
	n, ok := r.scalar(e, want)
	if !ok {
		return Check{}, false
	}
	op, value := splitComparison(n)
	c := Check{Field: f.name, Op: op, Unit: f.unit}
	if f.unit == unitText {
		if op != "==" && op != "!=" {
			r.misread(e, "not a comparison of a state", want)
			return Check{}, false
		}
		if c.Text = value; !slices.Contains(f.values, value) {
			what := fmt.Sprintf("unknown %s %s", f.name, quote(value))
			r.unknown(n, what, value, newNameSet(f.name, f.values...))
			return Check{}, false
		}
		return c, true
	}
	num, err := f.number(value)
	if err != nil {
		r.misread(e, err.Error(), want)
		return Check{}, false
	}
	c.Num = num
	return c, true
}

// want words the values that a figure is compared with.
func (f figure) want() string {
	switch f.unit {
	case unitText:
		return oneOf(f.values)
	case unitSeconds:
		return `a duration such as 4h, or a comparison such as "<= 4h"`
	}
	return `a whole number such as 0, or a comparison such as ">= 10"`
}

// splitComparison parts the operator from the value.
func splitComparison(n *yaml.Node) (op, value string) {
	s := strings.TrimSpace(n.Value)
	for _, op := range []string{"==", "!=", "<=", ">=", "<", ">"} {
		if rest, ok := strings.CutPrefix(s, op); ok {
			return op, strings.TrimSpace(rest)
		}
	}
	return "==", s
}

// number reads a count, or a duration as seconds.
func (f figure) number(s string) (float64, error) {
	if f.unit == unitSeconds {
		d, err := ParseSpan(s)
		return d.Std().Seconds(), err
	}
	plain := strings.TrimPrefix(s, "-")
	if plain == "" || strings.Trim(plain, "0123456789") != "" || len(plain) > 1 && plain[0] == '0' {
		return 0, errors.New("not a whole number")
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n > 1<<53 || n < -1<<53 {
		return 0, errors.New("out of range")
	}
	return float64(n), nil
}
