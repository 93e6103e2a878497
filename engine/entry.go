package engine

// EntryKind is the kind of a journal entry that the engine writes.
type EntryKind uint8

// The engine's kinds of entry, as in docs/journal.md.
const (
	CallsFailedEntry EntryKind = iota
	PollSkippedEntry
	PollAfterDisableEntry
	JobDisabledEntry
	JobEnabledEntry
	ConnectionOfflineEntry
	ConnectionTestedEntry
	ConnectionOnlineEntry
	ConnectionReauthorizedEntry
	TokenRefreshedEntry
	TokenRefreshFailedEntry
	FlowQueuedEntry
	FlowStartedEntry
	FlowPausedEntry
	FlowResumedEntry
	FlowCompletedEntry
	FlowFailedEntry
	ErrorOpenedEntry
	ErrorRetriedEntry
	ErrorResolvedEntry
	NotificationDecidedEntry
	NotificationDeliveredEntry
	EnvironmentChangedEntry
	AdviceReauthorizeEntry
	AdviceSupportEntry
	OperatorCommandEntry
)

// By says who did it.
type By uint8

// The doers.
const (
	ByNobody By = iota
	ByPlatform
	ByUser
	ByOperator
	BySweep
	ByReauthorize
)

// Outcome is how a test, a command or a retry ended.
type Outcome uint8

// The outcomes.
const (
	NoOutcome Outcome = iota
	Passed
	Failed
	Done
	Unchanged
	Refused
	Saved
)

// ErrorClass is the class of a flow's open error.
type ErrorClass uint8

// The error classes of OUT-08.
const (
	NoErrorClass ErrorClass = iota
	Intermittent
	ValueError
)

// Entry is one happening for the journal. Indexes are -1 where the entry is not about such a thing.
// Fields that its kind does not use are zero.
type Entry struct {
	Kind       EntryKind
	Cause      Seq // 0 = none
	Connection int32
	Flow       int32
	Job        int32
	Resource   int32 // of the application

	Op          Op
	Class       Class
	Sub         Sub
	Status      uint16
	First, Last Time // of a streak
	Count       int64

	By         By
	Outcome    Outcome
	Failures   int
	Threshold  int
	Name       string // environment
	Command    CommandKind
	Missing    []string
	Frozen     bool // flow.paused, flow.queued: a run is frozen
	Pages      int64
	Records    int64
	ErrorClass ErrorClass
	Line       int
	Mail       *Mail
}
