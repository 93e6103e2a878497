// Package admin is the tester's API to a running fake vendor: faults, clock, credentials, journal, verdicts,
// metrics, and a page of what is going on. Its OpenAPI document, which it serves, tells the rest.
//
// It works on a World, of which it wants little. Answers are JSON, instants are RFC 3339 in UTC, durations
// texts such as 5m or 1h30m, errors problems of RFC 9457.
package admin

import (
	"time"

	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/hold"
)

// World is the running fake vendor, all vendors of one process together. Its methods are safe for concurrent
// use; where one takes an instant it is that of the Clock.
type World interface {
	// Vendors gives what is served, in the order of the Config's applications.
	Vendors() []Vendor
	// Config is what the world was made of: its names give the indexes of faults and credentials. It never
	// changes; faults that were added are not in it.
	Config() *fakevendor.Config
	Clock() *hold.Clock
	Journal() *hold.Journal
	// Next is what the vendors do next by themselves (a fault begins or ends, a token expires, a window of a
	// limit ends); ok is false where nothing is to come. Calls that wait for their latency are not counted.
	Next() (next Event, ok bool)

	// Faults gives all faults, those of the file and those added, in order of their number.
	Faults() []Fault
	// AddFaultFor adds a fault and gives its number, from 1. From may lie in the past: it is now then. It
	// ends so long after it began; 0: at its To.
	AddFaultFor(f *fakevendor.Fault, length time.Duration) (number int, err error)
	// EndFault ends a fault now; one that is over stays as it is.
	EndFault(number int) error

	// Credentials gives those that the vendors know of, the dead ones too.
	Credentials() []Credential
	// Change does something to credentials. Issue and Rotate give new ones.
	Change(c *CredentialChange) (Grant, error)

	// Limits tells how far each counter of a limit is, those that are at rest left out.
	Limits() []Limit

	// Reset puts vendors and clock back to the start and empties the journal. Calls that wait are cut off.
	Reset() error
	// Save takes out all that changes, clock included; the journal stays apart.
	Save() ([]byte, error)
	// Restore puts back what Save gave. Calls that wait are cut off.
	Restore(state []byte) error
}

// Vendor is one application as it is served.
type Vendor struct {
	Name, Dialect string
	URL           string // base URL of its API
	StatusPage    string // URL of its status page; "": it has none
}

// Event is something that comes by itself.
type Event struct {
	At   time.Time
	What string // in words: fault 3 ends, the access token of acme-main expires …
}

// Fault is a fault with its number and what has become of it.
type Fault struct {
	Number int // from 1
	fakevendor.Fault
	Added bool // by the tester; else it is of the file
	Ended bool // by the tester, or mended, before its window is over
}

// Credential is one that a vendor gave or accepts, without the secret.
type Credential struct {
	Connection  int
	Kind        string // one of hold's kinds
	Fingerprint string
	State       string // one of hold's states
	Issued      time.Time
	Expires     time.Time // zero: it does not
}

// CredentialChange is something that a tester does to credentials.
type CredentialChange struct {
	Do         Do
	Connection int // index into the Config
	// Kind is the kind of credential; "" means all of the connection that it can be done to.
	Kind string
	// Fingerprint names one credential of the kind; "" means that in force.
	Fingerprint string
}

// Do is what is done to credentials.
type Do string

// What can be done to credentials.
const (
	Issue  Do = "issue"  // new ones beside the old; of OAuth 2.0 tokens as an authorization would give them
	Expire Do = "expire" // they are over their time now
	Revoke Do = "revoke" // they are good no more
	Rotate Do = "rotate" // new ones take the place of the old, which are rotated then
)

// Grant is new credentials: the one place where secrets leave the World.
type Grant struct {
	AccessToken  string
	RefreshToken string
	ExpiresAt    time.Time // of the access token
	Key          string    // of connections without OAuth 2.0: the key or password
}

// Limit is a counter of a limit.
type Limit struct {
	Application int
	Name, Key   string
	Limit, Used int64
	Resets      time.Time // zero: not known, or it refills by and by
}
