package timeline

import (
	"fmt"
	"slices"
	"time"
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
	obj := newObject("an operator",
		need("when", func(o *Reaction) *string { return &o.When },
			choice("job.disabled", "connection.offline", "advice.reauthorize", "advice.support",
				"errors.summary")),
		need("do", func(o *Reaction) *string { return &o.Do },
			choice("enable", "reauthorize", "retry_errors")),
		may("after", func(o *Reaction) *Span { return &o.After }, readSpan),
		may("hours", func(o *Reaction) *string { return &o.Hours }, readHours),
		may("zone", func(o *Reaction) *string { return &o.Zone }, readZone),
	)
	items, _ := r.items(e)
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
		if err := o.setHours(); err != nil {
			r.fail(item.at, err.Error(), wantHours)
			continue
		}
		r.tl.Operators = append(r.tl.Operators, o)
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
