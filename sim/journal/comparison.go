package journal

// Comparison is compare.json: the same outages under several settings. docs/compare.md is its manual.
type Comparison struct {
	Axes []Axis `json:"axes"` // what has several values, in the order in which cases vary
	// Runs is all that were made, those over the sweep's offsets included; 0 where journals of runs were
	// read.
	Runs      int                `json:"runs"`
	Command   string             `json:"command"`
	Timelines []ComparedTimeline `json:"timelines"`
	// Together adds up the cases over all timelines; empty for a single one.
	Together []ComparedCase `json:"together"`
}

// Axis is one thing that was varied.
type Axis struct {
	Name   string   `json:"name"` // environment, threshold, every stock-poll, sweep.every
	Values []string `json:"values"`
}

// ComparedTimeline is one timeline under all settings.
type ComparedTimeline struct {
	Name    string         `json:"name"`
	Start   Time           `json:"start"`
	End     Time           `json:"end"`
	Outages int            `json:"outages"`
	Down    Seconds        `json:"down_s"` // of all outages together
	Jobs    int            `json:"jobs"`
	Flows   int            `json:"flows"`
	Cases   []ComparedCase `json:"cases"` // the first is the one that the others are held against
}

// ComparedCase is one combination of settings.
type ComparedCase struct {
	Settings []Setting     `json:"settings"`
	Policy   SummaryPolicy `json:"policy"`
	// Environment of the start, and its threshold.
	Environment string `json:"environment"`
	Threshold   int    `json:"threshold"`
	// Offsets is how many offsets of the sweep were run; 1: the offset is known, or changes nothing.
	Offsets int         `json:"offsets"`
	Base    CaseFigures `json:"base"` // under the policy's own offset
	// Best and Worst take each figure by itself over the offsets.
	Best  CaseFigures `json:"best"`
	Worst CaseFigures `json:"worst"`
	// Median takes the median of each figure by itself over the offsets; none where one alone was run, and
	// none of several timelines together.
	Median *CaseFigures `json:"median,omitempty"`
	// TokenAges are the figures where tokens are renewed sooner or later, under each alternative of
	// token.refresh_before: what changes with them is owed to the age of a token when a vendor failed.
	TokenAges []CaseFigures `json:"token_ages,omitempty"`
	// Others are the values of other assumptions under which some figure is another one, as the journal of a
	// run has them; no comparison that makes its runs itself varies them.
	Others []FigureTrial `json:"others,omitempty"`
	// Alone tells of a run whose journal has no other runs beside it, so that nothing is known of its ranges.
	Alone bool `json:"alone,omitempty"`
}

// Setting is the value that a case has on one axis.
type Setting struct {
	Axis  string `json:"axis"`
	Value string `json:"value"`
}

// CaseFigures is what is compared. Of every figure but calls less is better.
type CaseFigures struct {
	JobsDisabled int     `json:"jobs_disabled"` // that the platform ever disabled
	Disablements int     `json:"disablements"`
	JobsOff      int     `json:"jobs_off"`         // still disabled by the platform at the end
	OffFor       Seconds `json:"off_for_s"`        // FIG-05, of all jobs
	OffAfterWell Seconds `json:"off_after_well_s"` // of that while no fault touched the job
	FlowsPaused  int     `json:"flows_paused"`     // ever
	FlowsOff     int     `json:"flows_off"`        // that do not flow at the end
	PausedFor    Seconds `json:"paused_for_s"`     // of all flows
	// RecoveryDelay is FIG-03's, of the slowest outage; null while something that one stopped is stopped
	// still.
	RecoveryDelay   *Seconds `json:"recovery_delay_s"`
	LateMax         Seconds  `json:"late_max_s"` // of the latest record of a flow
	Lost            int64    `json:"lost"`
	Duplicated      int64    `json:"duplicated"`
	OpenErrors      int64    `json:"open_errors"`
	ManualSteps     int      `json:"manual_steps"`      // done, or left to do
	ManualStepsLeft int      `json:"manual_steps_left"` // at the end
	Calls           int64    `json:"calls"`
}
