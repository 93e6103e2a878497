package fakevendor

import (
	"math"
	"time"

	"github.com/outagedrill/outagedrill/fakevendor/dialect"
)

// Time is an instant: UTC nanoseconds since the Unix epoch. Rule T-01: the vendor reads no clock, it
// is told the time.
type Time int64

// Std converts to a time.Time in UTC.
func (t Time) Std() time.Time { return time.Unix(0, int64(t)).UTC() }

// Never is the latency of an answer that does not come; the caller's time-out ends the call.
const Never = time.Duration(math.MaxInt64)

// Config describes the vendors of one world: their applications, the connections to them and every
// fault. All indexes refer to the slices here.
type Config struct {
	Start, End   Time
	Seed         uint64
	Applications []Application
	Connections  []Connection
	Faults       []Fault
	// FailedWritesApply makes writes that are answered vendor_down have had their effect (C-04 says
	// they had none; a fault with Applied says so for itself alone).
	FailedWritesApply bool
	// DrawByKey draws what is random (latencies, flaky faults) for each connection, token and endpoint
	// by itself. Callers who call at once then get the same answers however their calls mix. Nor does what is
	// drawn depend on the instants of Start and of faults.
	DrawByKey bool
}

// Application is one vendor's product behind an API.
type Application struct {
	Name          string
	Dialect       *dialect.Dialect
	Latency       Latency
	Resources     []Resource
	Retention     time.Duration   // 0 = for ever; a record expires at created + Retention
	Limits        []dialect.Limit // in the order in which they refuse; their names differ
	PageSize      int64
	Idempotent    bool
	TokenLifetime time.Duration
	StatusPageLag time.Duration
}

// Latency is constant at Median when P99 is 0, else drawn from the log-normal distribution with
// these two quantiles, keyed by the application's call number.
type Latency struct{ Median, P99 time.Duration }

// Resource is a kind of record that the application creates at a rate.
type Resource struct {
	Name  string
	Rates []Rate // ascending From; none: the resource has no records
}

// Rate says that from From on (elapsed since Config.Start) N records come into being each Per.
// Record k, from 1, exists when the integral of the rate reaches k (FIG-01: exact rational times).
type Rate struct {
	From time.Duration
	N    int64
	Per  time.Duration
}

// Auth is how a connection authenticates.
type Auth uint8

// The auth types of the timeline.
const (
	NoAuth Auth = iota
	Basic
	APIKey
	OAuth2
)

// Connection is one credentialed link to an application.
type Connection struct {
	Name        string
	Application int
	Auth        Auth
}

// Kind is a fault's kind.
type Kind uint8

// The faults of timeline.md.
const (
	Down Kind = iota
	Maintenance
	Flapping
	Flaky
	Slow
	RateLimited
	Rejected
	BadCredentials
	TokenRefresh
	TokenRevoked
)

// How is the way in which a Down fault or a TokenRefresh fault shows itself.
type How uint8

// The hows of timeline.md. HTTPStatus answers with Fault.Status.
const (
	HTTPStatus How = iota
	HowRefused
	HowDNS
	HowTLS
	HowReset
	HowTimeout
	HowTruncated
	HowGarbage
	HowHTML200
	HowEmpty
	HowDead      // TokenRefresh: invalid_grant until the operator re-authorizes
	HowTransient // TokenRefresh: the token endpoint fails, it may recover
	HowResetBody // Down: status and headers come, then the connection is reset
	HowBody      // Slow: the answer begins at once, and its body takes the time
)

// Fault is one entry of the outage plan: a half-open window [From, To). To is Config.End or later for
// a fault that lasts to the end or until an operator mends it.
type Fault struct {
	From, To    Time
	Kind        Kind
	How         How
	Application int           // of application faults and of the connection's application
	Connection  int           // -1 for all of the application's; faults of credentials need one
	Resources   []int         // nil = the whole application; else a partial fault
	Endpoints   []string      // nil = all; else those that a pattern matches (dialect.Matches)
	OfTokens    bool          // it concerns the token endpoint alone (application faults)
	Status      int           // Down with HTTPStatus: 500, 502, 503, 504
	RetryAfter  time.Duration // RateLimited: 0 = none sent
	Latency     time.Duration // Slow
	Rate        float64       // Flaky: share of calls that fail, 0..1
	Up, Down    time.Duration // Flapping: begins down
	Applied     bool          // writes that this fault answers had their effect; with OfTokens, refreshes
}

// Request is one call as the application sees it.
type Request struct {
	Op         dialect.Op
	Connection int
	Resource   int   // index into the application's Resources; -1 for tests and refreshes
	After      int64 // ReadPage: the cursor, number of the last record already read
	Writer     int   // WriteRecords: whose records they are (a flow's index): the upsert key with the number
	First      int64 // WriteRecords: record numbers of the page, inclusive
	Last       int64
	Access     uint32        // generation of the access token presented; 0 without OAuth
	Refresh    uint32        // RefreshToken: generation of the refresh token presented
	Patience   time.Duration // how long the caller waits before it hangs up (frees a concurrency slot)

	Grant     GrantType // RefreshToken: what the token endpoint is asked for
	Anonymous bool      // no credential is shown
	Stranger  bool      // the credential is none that was issued: what is answered bad_credentials
	Page      bool      // a page for humans: the whole vendor's outages alone concern it, and no limit
	Cost      int64     // what limits of points count; 0: what the limit says for the operation

	// What limits may count by, and faults and credentials may be told apart by. Empty in a replay.
	Token    string // a fingerprint of the credential, never the credential
	Endpoint string // the route's name
	Object   string // the one record that the call is about
	Address  string // of the client
}

// GrantType is what a token endpoint is asked for. The Op of each is RefreshToken.
type GrantType uint8

// The grants of RFC 6749. The caller has checked the code, or the client's secret.
const (
	RefreshGrant GrantType = iota
	CodeGrant              // a new access and a new refresh token, beside those that there are
	ClientGrant            // a new access token without a refresh token, beside those that there are
)

// Response is what the call will answer, fixed at the instant it is sent (C-04).
//
// Shape and Params are the answer. The rest is the truth behind it, for journals and reports; no
// reader may look at it.
type Response struct {
	Shape   *dialect.Shape
	Params  dialect.Params
	Latency time.Duration // Never: no answer

	Fault      int   // index of the fault that answered, -1 for none
	Slowed     int   // index of the slow fault that set the latency, -1 for none
	Mended     int   // index of a fault that this call ended (a revoked token replaced), -1 for none
	Duplicated int64 // records that this write stored a second time (not idempotent)
	Landed     bool  // WriteRecords: the write has its effect, whatever is answered
	Why        Why
}

// Grant is a fresh token, given without a call when an operator re-authorizes (C-05, OUT-12).
type Grant struct {
	Access, Refresh uint32
	ExpiresAt       Time // instant from which the access token is no longer good
	Mended          []int
}
