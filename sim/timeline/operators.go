package timeline

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"
)

// reactions says what a person may do about each happening.
func reactions() map[string][]string {
	return map[string][]string{
		"job.disabled":       {"enable", "reauthorize"},
		"connection.offline": {"reauthorize"},
		"advice.reauthorize": {"reauthorize"},
		"advice.support":     {"reauthorize"},
		"errors.summary":     {"retry_errors"},
	}
}

// readOperators reads the people who react.
func (r *reader) readOperators(e entry) {
	var who *yaml.Node // where the operator being read says who:
	obj := newObject("an operator",
		need("when", func(o *Reaction) *string { return &o.When },
			choice("job.disabled", "connection.offline", "advice.reauthorize", "advice.support",
				"errors.summary")),
		need("do", func(o *Reaction) *string { return &o.Do },
			choice("enable", "reauthorize", "retry_errors")),
		may("who", func(o *Reaction) *string { return &o.Who }, func(r *reader, e entry) (string, bool) {
			who = e.node
			return readText(r, e)
		}),
		may("after", func(o *Reaction) *Span { return &o.After }, readSpan),
		may("hours", func(o *Reaction) *string { return &o.Hours }, readHours),
		may("zone", func(o *Reaction) *string { return &o.Zone }, readZone),
	)
	items, _ := r.items(e)
	first := len(r.problems)
	for _, item := range items {
		before := len(r.problems)
		var o Reaction
		obj.read(r, entry{key: "an operator", at: item.at, node: item.node}, &o, 0)
		if len(r.problems) > before {
			continue
		}
		if does := reactions()[o.When]; !slices.Contains(does, o.Do) {
			r.fail(item.at, fmt.Sprintf("do: %s does not go with when: %s", o.Do, o.When), "do: "+oneOf(does))
			continue
		}
		if !r.judgeWho(who, &o) {
			continue
		}
		if err := o.setHours(); err != nil {
			r.fail(item.at, err.Error(), wantHours)
			continue
		}
		r.tl.Operators = append(r.tl.Operators, o)
	}
	if len(r.problems) == first {
		r.judgeAway()
	}
}

// judgeWho refuses a person who can never be told of what they are to react to. Advice is told to nobody: it
// is there for all to see.
func (r *reader) judgeWho(at *yaml.Node, o *Reaction) bool {
	told := newNameSet("person who is told")
	switch o.When {
	case "job.disabled":
		for _, j := range r.tl.PollingJobs {
			if j.Instance >= 0 {
				told.add(r.tl.Connections[j.Instance].Owner)
			}
		}
	case "connection.offline":
		for _, c := range r.tl.Connections {
			for _, s := range c.Subscribers {
				told.add(s)
			}
		}
	case "errors.summary":
		for _, f := range r.tl.Flows {
			told.add(f.Owner)
		}
	}
	if _, known := told.index[o.Who]; o.Who == "" || known || strings.HasPrefix(o.When, "advice.") {
		return true
	}
	r.unknown(at, fmt.Sprintf("who: %s is never told of %s", quote(o.Who), o.When), o.Who, told)
	return false
}

// readAway reads who goes away; whether operators: know the person is asked when they are read.
func readAway(r *reader, e entry) (string, bool) {
	name, ok := readText(r, e)
	if ok {
		r.gone = append(r.gone, e.node)
	}
	return name, ok
}

// judgeAway refuses the absence of somebody who does nothing when present.
func (r *reader) judgeAway() {
	people := newNameSet("person in who: of operators")
	for _, o := range r.tl.Operators {
		if o.Who != "" {
			people.add(o.Who)
		}
	}
	for _, n := range r.gone {
		if _, known := people.index[n.Value]; !known {
			r.unknown(n, fmt.Sprintf("away: %s is no who: of operators", quote(n.Value)), n.Value, people)
		}
	}
}

// readHours checks the text alone; the zone may come after it.
func readHours(r *reader, e entry) (string, bool) {
	n, ok := r.scalar(e, wantHours)
	if !ok {
		return "", false
	}
	if _, err := parseHours(n.Value, time.UTC); err != nil {
		r.misread(e, err.Error(), wantHours)
		return "", false
	}
	return n.Value, true
}

// setHours fills Open and Opening from Hours and Zone. Without hours the person is always there; hours
// without a zone are UTC.
func (o *Reaction) setHours() error {
	if o.Hours == "" {
		o.Open = func(time.Time) bool { return true }
		o.Opening = func(t time.Time) time.Time { return t }
		return nil
	}
	if o.Zone == "" {
		o.Zone = "UTC"
	}
	zone, err := loadZone(o.Zone)
	if err != nil {
		return fmt.Errorf("unknown zone %q: %w", o.Zone, err)
	}
	h, err := parseHours(o.Hours, zone)
	if err != nil {
		return err
	}
	o.Open, o.Opening = h.isOpen, h.next
	return nil
}
