package journal

// Summary is summary.json: the figures of one run, field for field as timeline.md has them.
type Summary struct {
	Name        string              `json:"name"`
	Start       Time                `json:"start"`
	End         Time                `json:"end"`
	Environment string              `json:"environment"` // at the start
	Seed        uint64              `json:"seed"`
	Policy      SummaryPolicy       `json:"policy"`
	Totals      Totals              `json:"totals"`
	Jobs        []JobSummary        `json:"jobs"`
	Connections []ConnectionSummary `json:"connections"`
	Flows       []FlowSummary       `json:"flows"`
	Outages     []Outage            `json:"outages"`
	// Environments is how the run goes in the others, by threshold; absent of a base case alone.
	Environments []EnvironmentPlayed `json:"environments,omitempty"`
	Fleet        []FleetSummary      `json:"fleet,omitempty"`  // by risk; absent of a base case alone
	Advice       []Advice            `json:"advice,omitempty"` // worst first
	Ranges       *Ranges             `json:"ranges,omitempty"` // over assumptions; not of a base case alone
}

// SummaryPolicy names the two policies.
type SummaryPolicy struct {
	Flows       string `json:"flows"`
	PollingJobs string `json:"polling_jobs"`
}

// Totals are sums over the whole run. A record that two jobs read is delivered twice.
type Totals struct {
	Polls             int64 `json:"polls"`
	FailedPolls       int64 `json:"failed_polls"`
	Calls             int64 `json:"calls"`
	WastedCalls       int64 `json:"wasted_calls"`
	RecordsCreated    int64 `json:"records_created"`
	RecordsDelivered  int64 `json:"records_delivered"`
	RecordsLost       int64 `json:"records_lost"`
	RecordsDuplicated int64 `json:"records_duplicated"`
	Notifications     int64 `json:"notifications"`     // mails decided
	Disablements      int64 `json:"disablements"`      // of polling jobs, by the platform
	ManualSteps       int   `json:"manual_steps"`      // that people did, or would have to do at the end
	ManualStepsLeft   int   `json:"manual_steps_left"` // of these, still to do at the end
	// WorksAgainAt is the instant since which all that the platform stopped works again; null where it
	// stopped nothing, and where something is still stopped.
	WorksAgainAt *Time `json:"works_again_at"`
}

// JobSummary is a polling job's part. Its manual steps are enables.
type JobSummary struct {
	ID              string             `json:"id"`
	Instance        string             `json:"instance"`
	State           string             `json:"state"`
	Polls           int64              `json:"polls"`
	FailedPolls     int64              `json:"failed_polls"`
	Margin          *int               `json:"margin"` // FIG-05; null for a job ever disabled by the platform
	Delivered       int64              `json:"delivered"`
	Waiting         int64              `json:"waiting"`
	Lost            int64              `json:"lost"`
	Duplicated      int64              `json:"duplicated"`
	Late            int64              `json:"late"`             // FIG-04: delivered after the deadline
	PastDeadline    int64              `json:"past_deadline"`    // not delivered, and past it
	OffFor          Seconds            `json:"off_for_s"`        // FIG-05: by the platform
	OffAfterWell    Seconds            `json:"off_after_well_s"` // of that while no fault touched it
	ManualSteps     int                `json:"manual_steps"`
	ManualStepsLeft int                `json:"manual_steps_left"`
	Resources       []ResourceCounters `json:"resources"`
	Disablements    []Disablement      `json:"disablements"`
}

// Disablement is one disablement by the platform.
type Disablement struct {
	At        Time   `json:"at"`
	Resource  string `json:"resource"`
	Failures  int    `json:"failures"`
	EnabledAt *Time  `json:"enabled_at"`
}

// ConnectionSummary is a connection's part. Its manual steps are re-authorizations.
type ConnectionSummary struct {
	ID              string    `json:"id"`
	Application     string    `json:"application"`
	State           string    `json:"state"`
	ManualSteps     int       `json:"manual_steps"`
	ManualStepsLeft int       `json:"manual_steps_left"`
	Offline         []Offline `json:"offline"`
}

// Offline is one time offline; To is null while it lasts.
type Offline struct {
	From  Time   `json:"from"`
	To    *Time  `json:"to"`
	Cause string `json:"cause"`
}

// FlowSummary is a flow's part. Its manual steps are retries of errors.
type FlowSummary struct {
	ID                string  `json:"id"`
	State             string  `json:"state"`
	Runs              int64   `json:"runs"`
	Pages             int64   `json:"pages"`
	Delivered         int64   `json:"delivered"`
	Waiting           int64   `json:"waiting"`
	OpenErrors        int64   `json:"open_errors"`
	ResolvedErrors    int64   `json:"resolved_errors"`
	UnretryableErrors int64   `json:"unretryable_errors"` // open ones without retry data, OUT-09
	Lost              int64   `json:"lost"`
	Duplicated        int64   `json:"duplicated"`
	Late              int64   `json:"late"`          // FIG-04: delivered after the deadline
	PastDeadline      int64   `json:"past_deadline"` // not delivered, and past it
	LateMax           Seconds `json:"late_max_s"`
	LateP95           Seconds `json:"late_p95_s"`
	// DeliveredAgainAt is when a record was first delivered after the flow's last pause: a flow that is not
	// paused any more may meet failures all the same. Null before that, and for a flow that was never paused.
	DeliveredAgainAt *Time `json:"delivered_again_at"`
	BacklogPeak      int64 `json:"backlog_peak"`
	BacklogPeakAt    *Time `json:"backlog_peak_at"` // its first instant
	BacklogDrainedAt *Time `json:"backlog_drained_at"`
	// BacklogErrorsSince is when all else of the peak was delivered or lost and only open errors kept it from
	// being drained; null where it was, or more than they do.
	BacklogErrorsSince *Time  `json:"backlog_errors_since"`
	Drain              *Drain `json:"drain"`
	// BacklogChangePerHour is how the backlog grew, or shrank, by the hour at the end; null where it was
	// drained.
	BacklogChangePerHour *int64 `json:"backlog_change_per_hour"`
	// CapacityPerHour is what the flow moved an hour while more pages followed; a backlog never drains
	// while as much comes. Null where that was never so, or calls take no time.
	CapacityPerHour *int64   `json:"capacity_per_hour"`
	Intake          *Intake  `json:"intake"` // null: the source is read
	ManualSteps     int      `json:"manual_steps"`
	ManualStepsLeft int      `json:"manual_steps_left"`
	Paused          []Paused `json:"paused"`
}

// Paused is one pause of a flow; To is when its last connection came online, null while it lasts.
type Paused struct {
	From Time  `json:"from"`
	To   *Time `json:"to"`
	// FlowsAgainAt is when its frozen run went on, or else when the run that waited for the pause started;
	// where none waited, when the flow was free to run. Null until then.
	FlowsAgainAt *Time `json:"flows_again_at"`
}

// Outage is one outage of an application with what the platform made of it, FIG-02 to FIG-05.
type Outage struct {
	Application    string   `json:"application"`
	From           Time     `json:"from"`
	To             Time     `json:"to"`
	DetectionDelay *Seconds `json:"detection_delay_s"`
	RecoveryDelay  *Seconds `json:"recovery_delay_s"`
	FirstNotice    *Seconds `json:"first_notice_s"`
	WastedCalls    int64    `json:"wasted_calls"`
	JobsDisabled   int      `json:"jobs_disabled"`
}
