// Package suite holds the results of Gherkin scenarios as plain data, and writes them in the formats that
// people and CI systems read. It knows neither how scenarios are run nor the platform under test.
//
// The results are deterministic: what differs from run to run of the same scenarios (wall times, machine,
// date) stands in Environment alone.
package suite

import (
	"time"

	"github.com/outagedrill/outagedrill/reports/history"
	"github.com/outagedrill/outagedrill/reports/strip"
)

// Suite is what one run of scenarios came to.
type Suite struct {
	Format      int         `json:"format"` // of this data: 1
	Environment Environment `json:"environment"`
	Driver      string      `json:"driver"`           // sim, mock, tcp or target
	Target      string      `json:"target,omitempty"` // URL of the platform under test
	Clock       string      `json:"clock"`            // virtual or mock: how time passed
	Selection   string      `json:"selection"`        // in words: which scenarios were asked for; "" = all
	Order       string      `json:"order"`            // file, or random:SEED
	Repeat      int         `json:"repeat"`           // how often each scenario was played, 1 or more
	Shard       *Shard      `json:"shard,omitempty"`
	DryRun      bool        `json:"dry_run,omitempty"`
	Found       int         `json:"found"`    // scenarios in the features, rows of outlines as one each
	Selected    int         `json:"selected"` // of them
	Scenarios   []Scenario  `json:"scenarios"`

	// History, if not nil, is of the runs up to this one, which is its last line; it is shown beside the
	// results.
	History *history.Log `json:"-"`
}

// Environment is what may differ between two runs of the same scenarios.
type Environment struct {
	Program string        `json:"program"` // version
	Command string        `json:"command"` // that repeats the run
	Began   time.Time     `json:"began"`
	Took    time.Duration `json:"took_ns"` // wall time
	System  string        `json:"system"`  // GOOS/GOARCH, CPUs
}

// Shard says which part of a selection was played.
type Shard struct {
	Index int `json:"index"` // from 1
	Of    int `json:"of"`
	// Plan identifies the whole selection in its order, so that shards of different ones are not merged.
	Plan string `json:"plan"`
}

// Status is how a step or a scenario ended.
type Status string

// The statuses. A scenario has the worst one of its steps; pending steps do not exist here.
const (
	Passed    Status = "passed"
	Failed    Status = "failed"
	Undefined Status = "undefined" // no step of the library matches
	Ambiguous Status = "ambiguous" // more than one does
	Skipped   Status = "skipped"   // not played; of a scenario Reason says why
)

// Scenario is one scenario, or one row of an outline.
type Scenario struct {
	Position int      `json:"position"` // in the order of the whole selection, from 0
	Attempt  int      `json:"attempt"`  // of Repeat, from 1
	File     string   `json:"file"`
	Line     int      `json:"line"` // of the scenario, or of the outline's row
	Feature  string   `json:"feature"`
	Rule     string   `json:"rule,omitempty"` // title of the Gherkin rule
	Name     string   `json:"name"`
	Row      string   `json:"row,omitempty"`   // of an outline, where the name does not tell it: count=10
	Tags     []string `json:"tags,omitempty"`  // with their @
	Rules    []string `json:"rules,omitempty"` // IDs of the rules that the tags name
	Status   Status   `json:"status"`
	Reason   string   `json:"reason,omitempty"`
	Steps    []Step   `json:"steps"`
	// Virtual is how much of the platform's time passed.
	Virtual time.Duration `json:"virtual_ns"`
	// Timeline is the scenario as a timeline file, which replays it.
	Timeline string `json:"timeline,omitempty"`
	// Strip is what happened, as a picture; nil where nothing was played.
	Strip *strip.Strip `json:"strip,omitempty"`
}

// Step is a step of a scenario.
type Step struct {
	Keyword string     `json:"keyword"` // Given, When, Then, And, But or *
	Text    string     `json:"text"`
	Line    int        `json:"line"`
	Table   [][]string `json:"table,omitempty"`
	Doc     string     `json:"doc_string,omitempty"`
	Status  Status     `json:"status"`
	Failure *Failure   `json:"failure,omitempty"`
	// Played is how much of the platform's time had passed after the step.
	Played time.Duration `json:"played_ns,omitempty"`
}

// Failure is why a step failed.
type Failure struct {
	Message  string   `json:"message"`
	Cause    Cause    `json:"cause,omitempty"`
	Rules    []string `json:"rules,omitempty"`    // IDs
	Expected string   `json:"expected,omitempty"` // of a check
	Seen     string   `json:"seen,omitempty"`
	Nearest  []string `json:"nearest,omitempty"` // undefined: the nearest steps; ambiguous: those that match
	// At are the instants that the step names, since the start.
	At []time.Duration `json:"at_ns,omitempty"`
}

// Cause is what was at fault when a step failed.
type Cause string

// The causes. All but the first are of the program, not of what was tested.
const (
	CauseStep      Cause = ""          // what the step wants does not hold, or cannot be done
	CauseInvariant Cause = "invariant" // the simulator broke a rule of its own
	CauseFault     Cause = "fault"     // a panic
)

// Wanted are the instants that the steps name that failed.
func (sc *Scenario) Wanted() []time.Duration {
	var all []time.Duration
	for i := range sc.Steps {
		if f := sc.Steps[i].Failure; f != nil {
			all = append(all, f.At...)
		}
	}
	return all
}

// cause is why a scenario failed: that of the first of its steps that did not pass.
func (sc *Scenario) cause() Cause {
	for i := range sc.Steps {
		if f := sc.Steps[i].Failure; f != nil && sc.Steps[i].Status == Failed {
			return f.Cause
		}
	}
	return CauseStep
}
