package journal

// Kind is the kind of an entry, one of the kinds of timeline.md.
type Kind string

// The kinds.
const (
	RunStarted             Kind = "run.started"
	FaultBegan             Kind = "fault.began"
	FaultEnded             Kind = "fault.ended"
	StatusPublished        Kind = "status.published"
	CallsFailed            Kind = "calls.failed"
	PollSkipped            Kind = "poll.skipped"
	PollAfterDisable       Kind = "poll.after_disable"
	JobDisabled            Kind = "job.disabled"
	JobEnabled             Kind = "job.enabled"
	ConnectionOffline      Kind = "connection.offline"
	ConnectionTested       Kind = "connection.tested"
	ConnectionOnline       Kind = "connection.online"
	ConnectionReauthorized Kind = "connection.reauthorized"
	TokenRefreshed         Kind = "token.refreshed"
	TokenRefreshFailed     Kind = "token.refresh_failed"
	FlowQueued             Kind = "flow.queued"
	FlowStarted            Kind = "flow.started"
	FlowPaused             Kind = "flow.paused"
	FlowResumed            Kind = "flow.resumed"
	FlowCompleted          Kind = "flow.completed"
	FlowFailed             Kind = "flow.failed"
	ErrorOpened            Kind = "error.opened"
	ErrorRetried           Kind = "error.retried"
	ErrorResolved          Kind = "error.resolved"
	BacklogSampled         Kind = "backlog.sampled"
	RecordLost             Kind = "record.lost"
	RecordDuplicated       Kind = "record.duplicated"
	NotificationDecided    Kind = "notification.decided"
	NotificationDelivered  Kind = "notification.delivered"
	EnvironmentChanged     Kind = "environment.changed"
	CallFinished           Kind = "call.finished"
	PersonLeft             Kind = "person.left"
	PersonReturned         Kind = "person.returned"
	AdviceReauthorize      Kind = "advice.reauthorize"
	AdviceSupport          Kind = "advice.support"
	OperatorCommand        Kind = "operator.command"
	PlatformRestarted      Kind = "platform.restarted"
	CheckFailed            Kind = "check.failed"
	ExpectFailed           Kind = "expect.failed"
	RunEnded               Kind = "run.ended"
	RangesComputed         Kind = "ranges.computed"
	EnvironmentsPlayed     Kind = "environments.played"
	FleetSolved            Kind = "fleet.solved"
	AdviceGiven            Kind = "advice.given"
)

// Entry is one line of a journal. Which fields an entry of a kind carries is told in docs/journal.md;
// the others are absent. Times are RFC 3339 in UTC with nanoseconds as needed.
type Entry struct {
	Seq  int64 `json:"seq"` // 1, 2, 3 …
	At   Time  `json:"at"`
	Kind Kind  `json:"kind"`

	// What it is about.
	Application string   `json:"application,omitempty"`
	Connection  string   `json:"connection,omitempty"`
	Flow        string   `json:"flow,omitempty"`
	Job         string   `json:"job,omitempty"`
	Instance    string   `json:"instance,omitempty"` // job.*: the connector instance
	Resource    string   `json:"resource,omitempty"`
	Resources   []string `json:"resources,omitempty"` // fault.*: of a partial fault

	// fault.began, fault.ended.
	Fault  string `json:"fault,omitempty"` // down, maintenance, …; mail_down for the mail server
	How    string `json:"how,omitempty"`
	Until  *Time  `json:"until,omitempty"`  // fault.began: planned end; absent when open
	Began  int64  `json:"began,omitempty"`  // fault.ended: seq of its fault.began
	Wasted int64  `json:"wasted,omitempty"` // fault.ended: calls that it answered

	// Calls, streaks, tests. A streak of alike failures is one entry, written when it closes.
	Call     string `json:"call,omitempty"`      // page | write | test | refresh
	Class    string `json:"class,omitempty"`     // C-01; connection.offline: the cause in the summary's words
	SubCause string `json:"sub_cause,omitempty"` // C-01
	Status   int    `json:"status,omitempty"`    // HTTP status
	First    *Time  `json:"first,omitempty"`     // of a streak, or of lost records
	Last     *Time  `json:"last,omitempty"`
	Count    int64  `json:"count,omitempty"` // of the streak; records opened, resolved, lost, duplicated
	// Result is of connection.tested: passed | failed; connection.reauthorized: saved | missing;
	// operator.command: done | unchanged | refused.
	Result string `json:"result,omitempty"`

	// job.disabled, job.enabled, environment.changed.
	// By is platform | user | operator; of connection.tested: sweep | reauthorize | operator.
	By          string   `json:"by,omitempty"`
	Failures    int      `json:"failures,omitempty"`
	Threshold   int      `json:"threshold,omitempty"`
	Environment string   `json:"environment,omitempty"`
	Command     string   `json:"command,omitempty"` // enable | disable | reauthorize | retry_errors | test
	Missing     []string `json:"missing,omitempty"` // connection.reauthorized, operator.command
	Who         string   `json:"who,omitempty"`     // person.*, operator.command: as operators: name them

	// Flows and their errors. State is of status.published: open | resolved; of flow.*: queued | frozen
	// (what waits).
	State      string `json:"state,omitempty"`
	Pages      int64  `json:"pages,omitempty"`       // flow.completed, flow.failed: of this run
	Records    int64  `json:"records,omitempty"`     // flow.completed, flow.failed: delivered by this run
	ErrorClass string `json:"error_class,omitempty"` // error.*: intermittent | value
	Delivered  *int64 `json:"delivered,omitempty"`   // backlog.sampled
	Waiting    *int64 `json:"waiting,omitempty"`     // backlog.sampled: of a flow, open errors included

	// notification.*: one mail, however many recipients.
	Notification int64 `json:"notification,omitempty"` // number of the mail, 1, 2, 3 …
	// About is job.disabled | connection.offline | connection.online | errors.summary.
	About   string   `json:"about,omitempty"`
	To      []string `json:"to,omitempty"`
	Subject string   `json:"subject,omitempty"`
	Body    string   `json:"body,omitempty"` // notification.decided only

	// check.failed, expect.failed, flow.failed and others: plain words.
	Rule    string `json:"rule,omitempty"` // check.failed: rule ID
	Message string `json:"message,omitempty"`
	Want    string `json:"want,omitempty"` // expect.failed
	Got     string `json:"got,omitempty"`  // expect.failed
	Line    int    `json:"line,omitempty"` // expect.failed, operator.command: of the timeline file

	Run *Run      `json:"run,omitempty"` // run.started
	End *Counters `json:"end,omitempty"` // run.ended

	Ranges       *Ranges             `json:"ranges,omitempty"`       // ranges.computed
	Environments []EnvironmentPlayed `json:"environments,omitempty"` // environments.played: by threshold
	Fleet        []FleetJob          `json:"fleet,omitempty"`        // fleet.solved: the jobs in file order
	Advice       []Advice            `json:"advice,omitempty"`       // advice.given: worst first

	Cause *int64 `json:"cause"` // seq of what led to this, or null; always the last field
}

// Run is what run.started carries: all that is needed to explain and to repeat the run.
type Run struct {
	Format      int       `json:"format"` // of the journal: 1
	Version     string    `json:"version"`
	Name        string    `json:"name"`
	Start       Time      `json:"start"`
	End         Time      `json:"end"`
	Zone        string    `json:"zone"`
	Environment string    `json:"environment"`
	Threshold   int       `json:"threshold"` // of the environment at the start
	Seed        uint64    `json:"seed"`
	Policies    []Policy  `json:"policies"`
	Timeline    RawObject `json:"timeline"`          // the resolved timeline, as JSON
	Command     string    `json:"command,omitempty"` // the command line that repeats the run

	// Names in file order, so that every lane is there even when nothing happened to it.
	Applications []RunApplication `json:"applications"`
	Connections  []RunConnection  `json:"connections"`
	Flows        []RunFlow        `json:"flows"`
	Jobs         []RunJob         `json:"jobs"`
}

// Policy is one policy with every value and where it comes from.
type Policy struct {
	Name    string   `json:"name"`
	Governs string   `json:"governs"` // flows | polling_jobs
	Title   string   `json:"title"`
	Sources []Source `json:"sources"`
	Values  []Value  `json:"values"`
}

// Source is a document that a policy value rests on.
type Source struct {
	Key   string `json:"key"`
	Title string `json:"title"`
	URL   string `json:"url,omitempty"`
	Date  string `json:"date,omitempty"`
}

// Value is one value of a policy. The chosen ones are the assumptions under an answer.
type Value struct {
	Name         string   `json:"name"`
	Value        string   `json:"value"`
	Rule         string   `json:"rule"`
	Basis        string   `json:"basis"`            // documented | chosen | yours
	Source       string   `json:"source,omitempty"` // key, of documented ones
	Why          string   `json:"why,omitempty"`    // of chosen ones
	Alternatives []string `json:"alternatives,omitempty"`
}

// RunApplication is an application of the run.
type RunApplication struct {
	Name    string `json:"name"`
	Dialect string `json:"dialect"`
}

// RunConnection is a connection of the run.
type RunConnection struct {
	Name        string   `json:"name"`
	Application string   `json:"application"`
	Owner       string   `json:"owner"`
	Subscribers []string `json:"subscribers"`
}

// RunFlow is a flow of the run.
type RunFlow struct {
	Name            string  `json:"name"`
	From            string  `json:"from"` // connection/resource
	To              string  `json:"to"`
	EverySeconds    Seconds `json:"every_s"`
	DeadlineSeconds Seconds `json:"deadline_s,omitempty"` // 0: none
	AutoResolve     bool    `json:"auto_resolve"`
	Buffer          int64   `json:"buffer,omitempty"` // of its intake; 0: the source is read
}

// RunJob is a polling job of the run.
type RunJob struct {
	Name            string   `json:"name"`
	Instance        string   `json:"instance"`
	Resources       []string `json:"resources"`
	EverySeconds    Seconds  `json:"every_s"`
	DeadlineSeconds Seconds  `json:"deadline_s,omitempty"` // 0: none
}

// Counters is what run.ended carries: the figures that no entry lists one by one.
type Counters struct {
	Calls          int64           `json:"calls"`
	WastedCalls    int64           `json:"wasted_calls"`
	RecordsCreated int64           `json:"records_created"` // of all applications
	Jobs           []JobCounters   `json:"jobs"`
	Connections    []ConnectionEnd `json:"connections"`
	Flows          []FlowCounters  `json:"flows"`
}

// JobCounters are a polling job's figures at an instant.
type JobCounters struct {
	Job          string             `json:"job"`
	State        string             `json:"state"` // enabled | disabled
	Threshold    int                `json:"threshold"`
	Polls        int64              `json:"polls"`
	FailedPolls  int64              `json:"failed_polls"`
	Delivered    int64              `json:"delivered"`
	Waiting      int64              `json:"waiting"`
	Lost         int64              `json:"lost"`
	Duplicated   int64              `json:"duplicated"`
	Late         int64              `json:"late"`          // delivered after the deadline
	PastDeadline int64              `json:"past_deadline"` // not delivered, and past it
	Resources    []ResourceCounters `json:"resources"`
}

// ResourceCounters are the figures of one resource of a polling job.
type ResourceCounters struct {
	Name                string `json:"name"`
	Polls               int64  `json:"polls"`
	FailedPolls         int64  `json:"failed_polls"`
	ConsecutiveFailures int    `json:"consecutive_failures"`
	LongestStreak       int    `json:"longest_streak"`
}

// ConnectionEnd is a connection's state at an instant.
type ConnectionEnd struct {
	Connection string `json:"connection"`
	State      string `json:"state"` // online | offline
}

// FlowCounters are a flow's figures at an instant.
type FlowCounters struct {
	Flow                 string  `json:"flow"`
	State                string  `json:"state"` // idle | queued | in_progress | paused
	Runs                 int64   `json:"runs"`
	Pages                int64   `json:"pages"`
	Delivered            int64   `json:"delivered"`
	Waiting              int64   `json:"waiting"`
	OpenErrors           int64   `json:"open_errors"`
	ResolvedErrors       int64   `json:"resolved_errors"`
	UnretryableErrors    int64   `json:"unretryable_errors"`
	Lost                 int64   `json:"lost"`
	Duplicated           int64   `json:"duplicated"`
	Late                 int64   `json:"late"`          // delivered after the deadline
	PastDeadline         int64   `json:"past_deadline"` // not delivered, and past it
	LateMax              Seconds `json:"late_max_s"`
	LateP95              Seconds `json:"late_p95_s"`
	DeliveredAgainAt     *Time   `json:"delivered_again_at"` // the first record after its last pause
	BacklogPeak          int64   `json:"backlog_peak"`
	BacklogPeakAt        *Time   `json:"backlog_peak_at"`
	BacklogDrainedAt     *Time   `json:"backlog_drained_at"`
	BacklogErrorsSince   *Time   `json:"backlog_errors_since"` // all else is delivered or lost
	Drain                *Drain  `json:"drain"`
	BacklogChangePerHour *int64  `json:"backlog_change_per_hour"`
	CapacityPerHour      *int64  `json:"capacity_per_hour"`
	Intake               *Intake `json:"intake"` // null: the source is read
}

// Intake is what became of the events that a source pushed to a flow.
type Intake struct {
	Buffered   int64 `json:"buffered"`
	BufferPeak int64 `json:"buffer_peak"`
	Refused    int64 `json:"refused"` // found no room at first; those that never did are lost
}

// Drain is how a flow's backlog went down, FIG-06: what came and what was delivered from its peak until it
// was drained, or, where it was not, during the last hour of the run.
type Drain struct {
	From      Time  `json:"from"`
	To        Time  `json:"to"`
	Arrived   int64 `json:"arrived"`
	Delivered int64 `json:"delivered"`
}
