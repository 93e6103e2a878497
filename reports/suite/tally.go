package suite

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Tally counts scenarios by their status.
type Tally struct {
	Passed, Failed, Undefined, Ambiguous, Skipped int
}

// Tally counts the scenarios of the suite, each attempt by itself.
func (s *Suite) Tally() Tally {
	var t Tally
	for i := range s.Scenarios {
		t.add(s.Scenarios[i].Status)
	}
	return t
}

// add counts a scenario; a status of a later version is one that did not pass.
func (t *Tally) add(status Status) {
	switch status {
	case Passed:
		t.Passed++
	case Undefined:
		t.Undefined++
	case Ambiguous:
		t.Ambiguous++
	case Skipped:
		t.Skipped++
	default:
		t.Failed++
	}
}

// Total is how many there are.
func (t Tally) Total() int { return t.Passed + t.Bad() + t.Skipped }

// Bad is how many went wrong.
func (t Tally) Bad() int { return t.Failed + t.Undefined + t.Ambiguous }

// String is "14 scenarios: 10 passed, 2 failed, 2 skipped".
func (t Tally) String() string {
	var words []string
	for _, p := range t.parts() {
		words = append(words, fmt.Sprintf("%d %s", p.N, p.Status))
	}
	if words == nil {
		return "no scenarios"
	}
	return scenarios(t.Total()) + ": " + strings.Join(words, ", ")
}

// part is how many scenarios have a status.
type part struct {
	Status Status
	N      int
}

// parts are the statuses that there are, the good one first.
func (t Tally) parts() []part {
	all := []part{
		{Passed, t.Passed},
		{Failed, t.Failed},
		{Undefined, t.Undefined},
		{Ambiguous, t.Ambiguous},
		{Skipped, t.Skipped},
	}
	return slices.DeleteFunc(all, func(p part) bool { return p.N == 0 })
}

// facts is how the suite was played.
func (s *Suite) facts() string {
	parts := []string{"driver " + line(s.Driver)}
	if s.Target != "" {
		parts = append(parts, "target "+line(s.Target))
	}
	parts = append(parts, "clock "+line(s.Clock), "order "+line(s.Order))
	if s.Repeat > 1 {
		parts = append(parts, fmt.Sprintf("each played %d times", s.Repeat))
	}
	if s.Shard != nil {
		parts = append(parts, fmt.Sprintf("shard %d of %d", s.Shard.Index, s.Shard.Of))
	}
	if s.Selection != "" {
		parts = append(parts, fmt.Sprintf("%d of %d selected by %s", s.Selected, s.Found, line(s.Selection)))
	}
	return strings.Join(parts, ", ")
}

// ordered are the scenarios in the order of the selection, the attempts of one next to each other.
func (s *Suite) ordered() []*Scenario {
	all := make([]*Scenario, len(s.Scenarios))
	for i := range s.Scenarios {
		all[i] = &s.Scenarios[i]
	}
	slices.SortStableFunc(all, func(a, b *Scenario) int {
		return cmp.Or(cmp.Compare(a.Position, b.Position), cmp.Compare(a.Attempt, b.Attempt))
	})
	return all
}

// feature is the scenarios of one file, by the Gherkin rules they stand under.
type feature struct {
	File  string
	Name  string
	Tally Tally
	Rules []*ruleGroup
}

// ruleGroup is the scenarios of a Gherkin rule; those under none have the Name "".
type ruleGroup struct {
	Name      string
	Scenarios []*Scenario
}

// scenarios are all of a feature.
func (f *feature) scenarios() []*Scenario {
	var all []*Scenario
	for _, r := range f.Rules {
		all = append(all, r.Scenarios...)
	}
	return all
}

// features groups the scenarios. Features and rules stand where the first of their scenarios does.
func (s *Suite) features() []*feature {
	var all []*feature
	for _, sc := range s.ordered() {
		i := slices.IndexFunc(all, func(f *feature) bool { return f.File == sc.File && f.Name == sc.Feature })
		if i < 0 {
			i = len(all)
			all = append(all, &feature{File: sc.File, Name: sc.Feature})
		}
		f := all[i]
		f.Tally.add(sc.Status)
		k := slices.IndexFunc(f.Rules, func(r *ruleGroup) bool { return r.Name == sc.Rule })
		if k < 0 {
			k = len(f.Rules)
			f.Rules = append(f.Rules, &ruleGroup{Name: sc.Rule})
		}
		f.Rules[k].Scenarios = append(f.Rules[k].Scenarios, sc)
	}
	return all
}

// skips counts the reasons for which scenarios were skipped, in the order of the selection.
type skips struct {
	Reason string
	Count  int
}

func (s *Suite) skips() []skips {
	var all []skips
	for _, sc := range s.ordered() {
		if sc.Status != Skipped {
			continue
		}
		reason := sc.reason()
		i := slices.IndexFunc(all, func(k skips) bool { return k.Reason == reason })
		if i < 0 {
			i = len(all)
			all = append(all, skips{Reason: reason})
		}
		all[i].Count++
	}
	return all
}

// reason says why a scenario was skipped.
func (sc *Scenario) reason() string {
	return cmp.Or(line(sc.Reason), "no reason given")
}

// rule is how the scenarios that name a rule came out.
type rule struct {
	ID    string
	Tally Tally
}

// rules are the rules that scenarios name, by their IDs.
func (s *Suite) rules() []rule {
	at := map[string]int{}
	var all []rule
	for i := range s.Scenarios {
		for _, id := range s.Scenarios[i].Rules {
			k, ok := at[id]
			if !ok {
				k = len(all)
				at[id] = k
				all = append(all, rule{ID: id})
			}
			all[k].Tally.add(s.Scenarios[i].Status)
		}
	}
	slices.SortFunc(all, func(a, b rule) int { return cmp.Compare(a.ID, b.ID) })
	return all
}
