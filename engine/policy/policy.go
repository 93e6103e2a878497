// Package policy holds what integration platforms do about failing applications as data: the figures
// and choices that the rules of package engine read. Every value says where it comes from: a source
// documents it, or the sources are silent and it was chosen, with alternatives worth trying, or the
// user said so.
//
// Two policies are built in, celigo-integrator (flows and their connections) and sap-open-connectors
// (polling jobs). A user's file extends one of them or stands alone; docs/policies.md shows how.
package policy

import (
	"maps"
	"slices"

	"github.com/outagedrill/outagedrill/internal/problem"
	"github.com/outagedrill/outagedrill/internal/words"
	"github.com/outagedrill/outagedrill/internal/yamlfile"
)

// Policy is one policy file after reading. It does not change: Override returns a copy.
type Policy struct {
	Name    string
	Title   string
	Governs Kind
	Sources []Source // those of the extended policy first, then the file's own
	Values  []Value  // every value of the kind, in the order of the file (of the extended one, if any)

	// The one that Governs names is filled, the other is zero.
	Flows       Flows
	PollingJobs PollingJobs
}

// Source is a document that values rest on. URL and Date may be empty.
type Source struct {
	Key   string
	Title string
	URL   string
	Date  string // of the document's text, as the document words it
}

// Value is one value with its origin.
type Value struct {
	Name         string   // sweep.every
	Text         string   // as written: 1h, true, [5s, 10s]
	Rule         string   // the rule that reads it: OUT-06
	Basis        Basis    // where it comes from
	Source       string   // key of the source of a documented value
	Why          string   // reason of a chosen value, or one that the user gave
	Alternatives []string // as written; each is a valid value
}

// Source returns the source with the key.
func (p *Policy) Source(key string) (Source, bool) {
	i := slices.IndexFunc(p.Sources, func(s Source) bool { return s.Key == key })
	if i < 0 {
		return Source{}, false
	}
	return p.Sources[i], true
}

// Value returns the value with the name.
func (p *Policy) Value(name string) (Value, bool) {
	i := p.index(name)
	if i < 0 {
		return Value{}, false
	}
	return p.Values[i], true
}

// Override returns a copy of the policy in which the named value is the given one, written as in a
// policy file, on the basis yours. An unknown name, a value of another form and a value that
// contradicts another one are reported as Errors without a place.
func (p *Policy) Override(name, value string) (*Policy, error) {
	q := p.clone()
	s, ok := q.spec(name)
	if !ok {
		return nil, Errors{unknownValue(name, q.Governs)}
	}
	n, errs := yamlfile.Read("", []byte(value), largestFile, "")
	if errs != nil {
		return nil, Errors{{What: name + " is " + quote(value), Want: s.field.want}}
	}
	if bad := s.field.set(n); bad != nil {
		return nil, Errors{{What: misfit(name, n, bad), Want: s.field.want}}
	}
	if clash := q.contradiction(); clash != nil {
		return nil, Errors{*clash}
	}
	q.put(Value{Name: name, Text: text(n), Rule: s.rule, Basis: Yours})
	return q, nil
}

// put replaces the value of the same name in its place, or appends it.
func (p *Policy) put(v Value) {
	if i := p.index(v.Name); i >= 0 {
		p.Values[i] = v
		return
	}
	p.Values = append(p.Values, v)
}

func (p *Policy) index(name string) int {
	return slices.IndexFunc(p.Values, func(v Value) bool { return v.Name == name })
}

// clone copies the policy and all that overriding a value or adding a source changes.
func (p *Policy) clone() *Policy {
	q := *p
	q.Sources = slices.Clone(p.Sources)
	q.Values = slices.Clone(p.Values)
	q.PollingJobs.Thresholds = maps.Clone(p.PollingJobs.Thresholds)
	return &q
}

// contradiction reports values that are valid each for itself but not together: the offset of the
// sweeps lies within their interval, OUT-06.
func (p *Policy) contradiction() *problem.Problem {
	if p.Governs != ForFlows || p.Flows.SweepOffset < p.Flows.SweepEvery {
		return nil
	}
	offset, every := words.Duration(p.Flows.SweepOffset), words.Duration(p.Flows.SweepEvery)
	return &problem.Problem{
		What: "sweep.offset is " + offset + ", sweep.every is " + every,
		Want: "an offset shorter than the interval",
	}
}
