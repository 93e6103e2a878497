package engine

import "time"

// Seq is the number of a journal entry. The engine copies the Seqs that it is given and never looks
// at them; 0 is none.
type Seq int64

// EventKind says what happened.
type EventKind uint8

// The happenings that a driver tells the engine.
const (
	TimeReached        EventKind = iota // now is the instant that Next named
	CallFinished                        // Call, Result
	Commanded                           // Command
	StatusPublished                     // Application, Open: what its status page says from now on
	MailDelivered                       // Mail: the mail server took it
	EnvironmentChanged                  // Environment, rule DIS-15
	RunEnded                            // no more will come: open streaks are written
)

// Event is one happening. Only the fields of its kind are read.
type Event struct {
	Kind  EventKind
	Seq   Seq // number that the first entry of this step gets
	Cause Seq // of Commanded, StatusPublished, EnvironmentChanged: the entry that led here

	Call        uint64 // Call.ID
	Result      Result
	Command     Command
	Application int
	Open        bool
	Mail        int64 // Mail.ID
	Environment string
}

// CommandKind is what an operator does to the platform.
type CommandKind uint8

// The commands.
const (
	Enable CommandKind = iota
	Disable
	Reauthorize
	RetryErrors
	Test // tests a connection at once, as the sweep does
)

// Command is an operator's command.
type Command struct {
	Kind       CommandKind
	Job        int
	Connection int
	Flow       int
	Missing    []string // Reauthorize: required fields left empty; nothing is saved
	Token      Token    // Reauthorize: the fresh token, where the connection has OAuth
	Line       int      // of the file that gave the command, for the journal; 0 = none
}

// Class is how a call ended, rule C-01.
type Class uint8

// The classes of rule C-01; the middle four are the four causes of the Open Connectors article.
const (
	OK Class = iota
	RateLimited
	BadCredentials
	TokenRefreshFailed
	VendorDown
	Rejected
)

// Sub is a sub-cause. The engine branches on the named ones only; the others it just copies.
type Sub uint8

// The sub-causes that rules speak of.
const (
	ExpiredToken Sub = 1
	Dead         Sub = 2
	Transient    Sub = 3
)

// Result is what the reader made of a call's answer.
type Result struct {
	Class       Class
	Sub         Sub
	Status      uint16        // HTTP status, 0 = none came
	RetryAfter  time.Duration // -1: the answer named none
	First, Last int64         // ReadPage: record numbers, inclusive; Last < First: an empty page
	More        bool          // ReadPage: another page follows
	Access      uint32        // RefreshToken: the new access token
	Refresh     uint32        // RefreshToken: the new refresh token, 0 = the old one stays (C-06)
	ExpiresIn   time.Duration // RefreshToken: life of the access token, from the instant of sending
	Cause       Seq           // the fault that answered, 0 = none; copied, never looked at
}

// Op is what a call asks for.
type Op uint8

// The operations.
const (
	ReadPage Op = iota
	WriteRecords
	TestConnection
	RefreshToken
)

// Call is a request that the driver must send now.
type Call struct {
	ID         uint64 // grows with every call: the order of sending
	Op         Op
	Connection int32
	Resource   int32 // of the application; -1 for tests and refreshes
	Flow       int32 // on whose behalf; -1 = not a flow's
	Job        int32 // -1 = not a job's
	After      int64 // ReadPage: number of the last record already read
	First      int64 // WriteRecords: record numbers, inclusive
	Last       int64
	Access     uint32 // OAuth: the access token to present, 0 = none
	Refresh    uint32 // RefreshToken: the refresh token to present
	Timeout    time.Duration
}

// Mail is a notification that the driver must send. It stays in the engine's outbox until
// MailDelivered names it.
type Mail struct {
	ID      int64
	About   string // job.disabled, connection.offline, connection.online, errors.summary
	To      []string
	Subject string
	Body    string
	Decided Seq // the entry of the decision
}

// Effects are what one step wants done. They are valid until the next Step.
type Effects struct {
	HasCall bool
	Call    Call
	Entries []Entry
	Mails   []Mail
	Ticked  int // the polling job whose tick the step began; -1 for none
}
