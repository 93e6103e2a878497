package policy

import "time"

// Basis says where a value comes from.
type Basis string

// The bases of a value.
const (
	Documented Basis = "documented" // a source says so
	Chosen     Basis = "chosen"     // the sources are silent: a named assumption with alternatives
	Yours      Basis = "yours"      // the user's policy file or --assume says so
)

// Kind is the kind of work that a policy governs.
type Kind string

// The two kinds of work.
const (
	ForFlows       Kind = "flows"
	ForPollingJobs Kind = "polling_jobs"
)

// Flows is the policy of flows and of the connections they use, as plain values. The field comments
// give the name in the policy file and the rule.
type Flows struct {
	CallTimeout            time.Duration   // call.timeout, C-02
	TokenRefreshBefore     time.Duration   // token.refresh_before, C-05
	TokenFallback          bool            // token.fallback, C-05: a failed early refresh uses the old one
	FailedWriteApplied     bool            // write.failed_applied, C-04: a failed write had its effect
	RetryWaits             []time.Duration // retry.waits, OUT-02
	RetryBudget            time.Duration   // retry.budget, OUT-02: from the first failure to the last try
	OfflineScope           Scope           // offline.scope, OUT-02
	BadCredentialsAtOnce   bool            // offline.bad_credentials_at_once, OUT-03; false: after a series
	TokenOfflineScope      Scope           // offline.token_scope, OUT-03: a series ends token_refresh_failed
	RateLimitWait          time.Duration   // rate_limit.default_wait, OUT-04
	QueueWhilePaused       QueueRule       // queue.missed_starts, OUT-05
	FrozenFirst            bool            // queue.frozen_first, OUT-07
	InTurn                 bool            // queue.in_turn, OUT-07; false: all at once, slots ignored
	FlowsAtOnce            int             // connection.flows_at_once, OUT-07, unless the connection says
	SweepEvery             time.Duration   // sweep.every, OUT-06
	SweepOffset            time.Duration   // sweep.offset, OUT-06: the minute is not published
	SweepTests             Scope           // sweep.tests, OUT-06: of the application, or offline ones
	SweepRateLimitedPasses bool            // sweep.rate_limited_passes, OUT-06
	AutoResolve            bool            // errors.auto_resolve, OUT-09, where a flow names none
	ErrorsRetained         int64           // errors.retained, OUT-09: errors a step with retry data
	SummaryEvery           time.Duration   // errors.summary_every, OUT-13
	AdviceAfter            time.Duration   // advice.after, OUT-11
}

// PollingJobs is the policy of polling jobs, as plain values.
type PollingJobs struct {
	CallTimeout        time.Duration  // call.timeout, C-02
	TokenRefreshBefore time.Duration  // token.refresh_before, C-05
	TokenFallback      bool           // token.fallback, C-05
	Thresholds         map[string]int // threshold.snapshot, threshold.staging, threshold.production, DIS-05
	Poll               PollOrder      // poll.order, DIS-01
	StopTickOnFailure  bool           // poll.stop_on_failure, DIS-02: the others are not polled
	HonourRetryAfter   bool           // poll.honour_retry_after, DIS-02: skip ticks until it has passed
	Counts             Counts         // counts.rate_limited …, DIS-03
	Reset              ResetScope     // reset.scope, DIS-04
	ResetOnEmpty       bool           // reset.on_empty, DIS-04: a poll of zero records resets too
	Boundary           Boundary       // threshold.boundary, DIS-05
	Trips              TripRule       // trip.resources, DIS-06
	EnableKeepsCounts  bool           // enable.keeps_counts, DIS-12
	EnableFirstPoll    FirstPoll      // enable.first_poll, DIS-12
	EnableWhenEnabled  WhenEnabled    // enable.when_enabled, DIS-12
	ReauthorizeEnables bool           // reauthorize.enables, DIS-13
	EnvironmentChange  ChangeRule     // environment.change, DIS-15
}

// Counts says which results of a poll count as a failure, DIS-03.
type Counts struct {
	RateLimited, BadCredentials, TokenRefreshFailed, VendorDown, Rejected bool
}

// The enumerated values, spelt as in the policy file.
type (
	// Scope is what a failure or a test concerns, OUT-02, OUT-03 and OUT-06.
	Scope string
	// QueueRule says what becomes of the starts that a paused flow misses, OUT-05.
	QueueRule string
	// PollOrder is how the resources of a job are polled, DIS-01.
	PollOrder string
	// ResetScope says which streaks a successful poll ends, DIS-04.
	ResetScope string
	// Boundary is the failure at which a threshold is reached, DIS-05.
	Boundary string
	// TripRule says whose failures disable a job of several resources, DIS-06.
	TripRule string
	// FirstPoll is when an enabled job polls first, DIS-12.
	FirstPoll string
	// WhenEnabled is the answer to enabling a job that is enabled, DIS-12.
	WhenEnabled string
	// ChangeRule is when the threshold of a new environment holds, DIS-15.
	ChangeRule string
)

// The words of the enumerated values.
const (
	ScopeApplication Scope = "application"
	ScopeConnection  Scope = "connection"
	ScopeOffline     Scope = "offline" // sweep.tests only

	QueueOne   QueueRule = "one"   // one queued run, however many starts were missed
	QueueEvery QueueRule = "every" // one queued run a missed start
	QueueNone  QueueRule = "none"  // missed starts are dropped

	Sequential PollOrder = "sequential"
	Parallel   PollOrder = "parallel"

	ResetResource ResetScope = "resource"
	ResetJob      ResetScope = "job"
	ResetNever    ResetScope = "never"

	BoundaryAt    Boundary = "at"    // on the X-th consecutive failure
	BoundaryAfter Boundary = "after" // on the one after it

	TripAny TripRule = "any" // any one resource
	TripAll TripRule = "all" // all of them
	TripSum TripRule = "sum" // failures of all resources added up

	FirstPollAtOnce FirstPoll = "at_once"
	FirstPollAtTick FirstPoll = "next_tick"

	EnabledOK       WhenEnabled = "ok"       // 200, nothing changes
	EnabledConflict WhenEnabled = "conflict" // 409

	ChangeNextFailure ChangeRule = "next_failure"
	ChangeAtOnce      ChangeRule = "at_once"
)
