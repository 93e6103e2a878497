package history

import (
	"slices"
	"strings"
)

// Flip is the same input that came to another outcome than before.
type Flip struct {
	Before, After *Line
	Scenario      string // ID.CONTENT; "" of a replay
	From, To      string // verdicts, or statuses
	// Bug tells that it is a fault of the program: nothing else differs. Otherwise the program is another
	// one, or may be, or the platform is not ours.
	Bug bool
}

// Flips are those of each run of a series against the latest run before it with the same input.
func Flips(series []Line) [][]Flip {
	all := make([][]Flip, len(series))
	before := seen{inputs: map[string]*Line{}, scenarios: map[string]result{}}
	for i := range series {
		all[i] = before.flips(&series[i])
	}
	return all
}

// seen is what runs came to so far, the latest of each input.
type seen struct {
	inputs    map[string]*Line
	scenarios map[string]result
}

// result is how a scenario came out, and in which run.
type result struct {
	status string
	in     *Line
}

// flips are those of a run, which is the latest one from then on.
func (s *seen) flips(l *Line) []Flip {
	if l.Kind == "test" {
		return s.scenarioFlips(l)
	}
	before := s.inputs[l.Inputs]
	s.inputs[l.Inputs] = l
	if before == nil || before.Outcome == l.Outcome {
		return nil
	}
	return []Flip{{
		Before: before, After: l, From: before.Verdict, To: l.Verdict, Bug: sameProgram(before, l),
	}}
}

// scenarioFlips are scenarios that passed and did not, each against the latest time that it was played; and
// those that did both within the run.
func (s *seen) scenarioFlips(l *Line) []Flip {
	var flips []Flip
	now := l.statuses()
	for _, key := range slices.Concat(l.Failed, l.Passed) {
		status := now[key]
		if status == "" {
			continue // told
		}
		delete(now, key)
		before, played := s.scenarios[key]
		s.scenarios[key] = result{status, l}
		switch {
		case slices.Contains(l.Failed, key) && slices.Contains(l.Passed, key):
			flips = append(flips, Flip{
				Before: l, After: l, Scenario: key, From: "passed", To: "failed", Bug: !l.Foreign,
			})
		case played && before.status != status:
			flips = append(flips, Flip{
				Before: before.in, After: l, Scenario: key, From: before.status, To: status,
				Bug: sameProgram(before.in, l),
			})
		}
	}
	return flips
}

// statuses are those of the scenarios, by their keys; one that did not always pass failed.
func (l *Line) statuses() map[string]string {
	all := map[string]string{}
	for status, keys := range map[string][]string{"skipped": l.Skipped, "passed": l.Passed} {
		for _, key := range keys {
			all[key] = status
		}
	}
	for _, key := range l.Failed {
		all[key] = "failed"
	}
	return all
}

// sameProgram tells whether both runs are of one released program of ours. A build that does not say what
// it is made of may be another one.
func sameProgram(a, b *Line) bool {
	unsure := func(version string) bool {
		return strings.Contains(version, "devel") || strings.Contains(version, "dirty")
	}
	return a.Program == b.Program && !unsure(a.Program) && !a.Foreign && !b.Foreign
}

// Changed are the scenarios of the last line of a series that failed though they passed before, or passed
// though they failed, by the first part of their keys: edited ones, too. It looks at the line before.
func Changed(series []Line) (broke, mended []string) {
	if len(series) < 2 {
		return nil, nil
	}
	last, before := &series[len(series)-1], map[string]string{}
	for key, status := range series[len(series)-2].statuses() {
		before[ID(key)] = status
	}
	for _, key := range last.Failed {
		if before[ID(key)] == "passed" {
			broke = append(broke, key)
		}
	}
	for _, key := range last.Passed {
		if before[ID(key)] == "failed" && !slices.Contains(last.Failed, key) {
			mended = append(mended, key)
		}
	}
	return broke, mended
}

// ID is the part of a scenario's key that outlives changes of its steps.
func ID(key string) string {
	id, _, _ := strings.Cut(key, ".")
	return id
}
