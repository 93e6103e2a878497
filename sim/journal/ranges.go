package journal

import (
	"bytes"
	"encoding/json"
)

// Ranges say what becomes of the base case's figures when what no source documents is assumed otherwise: one
// value at a time, each in a whole run of its own. docs/ranges.md is their manual.
type Ranges struct {
	Runs        int            `json:"runs"`        // beside the base case, the one without faults included
	Assumptions []Assumption   `json:"assumptions"` // those that were varied
	Flows       []FlowRanges   `json:"flows"`
	Jobs        []JobRanges    `json:"jobs"`
	Outages     []OutageRanges `json:"outages"`
	Totals      TotalRanges    `json:"totals"`
	Flips       []Flip         `json:"flips"`
	// Together is what two values at once make of the verdicts; null where pairs were too many to be tried.
	Together *Together `json:"together,omitempty"`
	// Figures are what runs are compared by; null in journals from before there were any.
	Figures *FigureRanges `json:"figures,omitempty"`
}

// Assumption is a value that no source documents, and what else was tried for it.
type Assumption struct {
	Name  string   `json:"name"`
	Base  string   `json:"base"`
	Tried []string `json:"tried"`
}

// Figure is what a range is of: an instant, a duration or a number.
type Figure interface{ ~int64 }

// Range is one figure in the base case and in the others.
type Range[T Figure] struct {
	Base          Outcome[T] `json:"base"`
	WithoutFaults Outcome[T] `json:"without_faults"` // the base case, had no fault happened
	Best          Outcome[T] `json:"best"`
	BestUnder     string     `json:"best_under,omitempty"` // NAME=VALUE; absent for the base case
	Worst         Outcome[T] `json:"worst"`
	WorstUnder    string     `json:"worst_under,omitempty"`
	// Offsets is over the offsets of the sweep alone; null where they were not varied.
	Offsets *Spread[T] `json:"offsets"`
	// DependsOn are the assumptions that change the figure at all.
	DependsOn []Dependence[T] `json:"depends_on"`
}

// Spread is what a figure is over runs of which each is as likely as the others.
type Spread[T Figure] struct {
	Best   Outcome[T] `json:"best"`
	Median Outcome[T] `json:"median"` // of two in the middle the worse one
	Worst  Outcome[T] `json:"worst"`
}

// Dependence is what one assumption makes of a figure, the base case included.
type Dependence[T Figure] struct {
	Assumption string     `json:"assumption"`
	Best       Outcome[T] `json:"best"`
	Worst      Outcome[T] `json:"worst"`
}

// State says why a figure is no number.
type State string

// The states of an Outcome.
const (
	Known State = ""     // it is a number
	None  State = "none" // nothing of the kind happened, so there is nothing to tell
	Open  State = "open" // it did not come by the end of the run
)

// Outcome is what a figure is in one run. In JSON it is the figure, or "none" or "open".
type Outcome[T Figure] struct {
	Value T
	State State
}

// MarshalJSON writes the figure as its type does, or the state.
func (o Outcome[T]) MarshalJSON() ([]byte, error) {
	if o.State != Known {
		return json.Marshal(string(o.State))
	}
	return json.Marshal(o.Value)
}

// UnmarshalJSON reads what MarshalJSON writes.
func (o *Outcome[T]) UnmarshalJSON(b []byte) error {
	*o = Outcome[T]{}
	switch string(b) {
	case `"none"`:
		o.State = None
	case `"open"`:
		o.State = Open
	default:
		return json.Unmarshal(b, &o.Value)
	}
	return nil
}

// FlowRanges are a flow's ranges.
type FlowRanges struct {
	ID string `json:"id"`
	// FlowsAgainAt is after the last pause; none where the flow was never paused.
	FlowsAgainAt Range[Time] `json:"flows_again_at"`
	// DeliversAgainAt is when a record was first delivered after that.
	DeliversAgainAt Range[Time]    `json:"delivers_again_at"`
	Paused          Range[Seconds] `json:"paused_s"` // in all
	LateMax         Range[Seconds] `json:"late_max_s"`
	LateP95         Range[Seconds] `json:"late_p95_s"`
	Lost            Range[int64]   `json:"lost"`
	Duplicated      Range[int64]   `json:"duplicated"`
	Late            Range[int64]   `json:"late"`
	PastDeadline    Range[int64]   `json:"past_deadline"`
	OpenErrors      Range[int64]   `json:"open_errors"`
	BacklogPeak     Range[int64]   `json:"backlog_peak"`
	DrainedAt       Range[Time]    `json:"backlog_drained_at"`
	// WorkedOffAt is when the backlog was drained, or when only open errors kept it from being.
	WorkedOffAt Range[Time] `json:"backlog_worked_off_at"`
}

// JobRanges are a polling job's ranges. Only disablements by the platform are meant.
type JobRanges struct {
	ID              string         `json:"id"`
	Disablements    Range[int64]   `json:"disablements"`
	FirstDisabledAt Range[Time]    `json:"first_disabled_at"` // later is better; none where it never was
	OffSince        Range[Time]    `json:"off_since"`         // none where it is on at the end
	OffFor          Range[Seconds] `json:"off_for_s"`
	OffAfterWell    Range[Seconds] `json:"off_after_well_s"`
	Lost            Range[int64]   `json:"lost"`
	Late            Range[int64]   `json:"late"`
	PastDeadline    Range[int64]   `json:"past_deadline"`
}

// OutageRanges are an outage's ranges. All are none where the platform stopped nothing for it.
type OutageRanges struct {
	Application    string         `json:"application"`
	From           Time           `json:"from"`
	DetectionDelay Range[Seconds] `json:"detection_delay_s"`
	RecoveryDelay  Range[Seconds] `json:"recovery_delay_s"`
	FirstNotice    Range[Seconds] `json:"first_notice_s"`
}

// TotalRanges are the ranges of the whole run.
type TotalRanges struct {
	WorksAgainAt      Range[Time]  `json:"works_again_at"` // none where nothing was stopped
	RecordsLost       Range[int64] `json:"records_lost"`
	RecordsDuplicated Range[int64] `json:"records_duplicated"`
	Notifications     Range[int64] `json:"notifications"`
	ManualSteps       Range[int64] `json:"manual_steps"`
	ManualStepsLeft   Range[int64] `json:"manual_steps_left"`
}

// FigureRanges are the figures of the whole run that a comparison is made by, in the other runs: those of
// several jobs or flows added up in each run by itself.
type FigureRanges struct {
	Base          CaseFigures `json:"base"`
	WithoutFaults CaseFigures `json:"without_faults"`
	// Offsets is over the offsets of the sweep alone; null where they were not varied.
	Offsets *FigureSpread `json:"offsets"`
	// Others are the values of the other assumptions under which some figure is another one.
	Others []FigureTrial `json:"others"`
}

// FigureSpread takes each figure by itself.
type FigureSpread struct {
	Best   CaseFigures `json:"best"`
	Median CaseFigures `json:"median"` // of two in the middle the worse one
	Worst  CaseFigures `json:"worst"`
}

// FigureTrial is one run with one assumption another one.
type FigureTrial struct {
	Assumption string      `json:"assumption"`
	Value      string      `json:"value"`
	Figures    CaseFigures `json:"figures"`
}

// Flip is a verdict that is another one under some values of an assumption.
type Flip struct {
	Flow    string `json:"flow,omitempty"` // the flow or job that the verdict is about
	Job     string `json:"job,omitempty"`
	Verdict string `json:"verdict"`
	Base    bool   `json:"base"` // whether it holds in the base case; under the values it is the contrary

	Assumption string   `json:"assumption"`
	Values     []string `json:"values"`
}

// Together is what becomes of the verdicts where two chosen values are other ones at once.
type Together struct {
	Runs  int         `json:"runs"`
	Flips []JointFlip `json:"flips"`
}

// JointFlip is a verdict that no value changes by itself, and two values at once do.
type JointFlip struct {
	Flow    string `json:"flow,omitempty"` // the flow or job that the verdict is about
	Job     string `json:"job,omitempty"`
	Verdict string `json:"verdict"`
	Base    bool   `json:"base"` // whether it holds in the base case; two values turn it

	Under [][]string `json:"under"` // NAME=VALUE, two of them each time
}

// The verdicts of flips. Each says something bad.
const (
	EverPaused     = "ever_paused"
	StoppedAtEnd   = "stopped_at_end"
	LosesRecords   = "loses_records"
	DoublesRecords = "doubles_records"
	ErrorsAtEnd    = "open_errors_at_end"
	BacklogAtEnd   = "backlog_at_end" // the largest backlog is not drained
	EverDisabled   = "ever_disabled"
	OffAtEnd       = "off_at_end"
)

// appendPlain appends what encoding/json writes of plain data, which is written once a run.
func appendPlain(b []byte, v any) []byte {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic("journal: plain data as JSON: " + err.Error()) // it cannot fail
	}
	return append(b, bytes.TrimSuffix(out.Bytes(), []byte("\n"))...)
}
