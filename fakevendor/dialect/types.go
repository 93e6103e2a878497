package dialect

import "time"

// Class is how a call ended, rule C-01. The middle four are the four causes of the Open Connectors
// article.
type Class uint8

// The classes of rule C-01.
const (
	OK Class = iota
	RateLimited
	BadCredentials
	TokenRefreshFailed
	VendorDown
	Rejected
)

// Sub is a sub-cause of a class: what exactly the answer said.
type Sub uint8

// The sub-causes that the reader tells apart.
const (
	NoSub        Sub = iota
	ExpiredToken     // bad_credentials: the access token, not the credentials (error="invalid_token")
	Dead             // token_refresh_failed: the refresh token is no longer good (invalid_grant)
	Transient        // token_refresh_failed: the token endpoint itself failed (5xx, 429, network)
	Timeout          // vendor_down: no answer in time
	Refused          // vendor_down: connection refused
	Reset            // vendor_down: connection reset
	DNS              // vendor_down: name not resolved
	TLS              // vendor_down: handshake failed
	Truncated        // vendor_down: the body ended early
	Garbage          // vendor_down: the body does not parse
	HTMLPage         // vendor_down: HTML where JSON was promised
	EmptyBody        // vendor_down: no body where one was promised
	ServerError      // vendor_down: a 5xx status
)

// Op is what a call asks for. The reader needs it: a token endpoint promises another body than a page.
type Op uint8

// The operations of a call.
const (
	ReadPage Op = iota
	WriteRecords
	TestConnection
	RefreshToken
)

// Transport says that no whole HTTP answer came, and why. It is what an HTTP client's error tells.
type Transport uint8

// The ways in which a call can end without a whole HTTP answer.
const (
	Answered    Transport = iota // a status line and a body came
	NoAnswer                     // nothing came: the caller's own time-out ends the call
	ConnRefused                  // TCP connect refused
	ConnReset                    // reset before the answer
	DNSFailure                   // the name does not resolve
	TLSFailure                   // the handshake failed
	CutShort                     // status and headers came, the body ended before its Content-Length
)

// Params are the typed parameters of an answer: what varies between two answers of one Shape.
// Zero values mean "not there", but for RetryAfter see HasRetryAfter.
type Params struct {
	First, Last   int64         // records of the page, or stored, inclusive; Last < First: none
	More          bool          // another page follows
	HasRetryAfter bool          // the answer carries Retry-After
	RetryAfter    time.Duration // whole seconds
	Access        uint32        // generation of the access token granted (token endpoint only)
	Refresh       uint32        // generation of the refresh token granted (token endpoint only)
	ExpiresIn     time.Duration // life of the access token granted
	Now           int64         // the vendor's clock, UTC nanoseconds since the Unix epoch (Date header)
	Resource      string        // name of the resource
	Connection    string        // name of the connection (token strings)
	Quotas        []Quota       // what quota headers tell; none: there are no such headers
}

// Reading is what the reader makes of one answer, from the answer alone.
type Reading struct {
	Class      Class
	Sub        Sub
	Status     uint16        // HTTP status; 0 when none came
	RetryAfter time.Duration // -1 when the answer named none
	First      int64         // page: first record number
	Last       int64         // page: last record number; < First when the page is empty
	More       bool          // page: another one follows
	Access     uint32        // token endpoint: generation of the new access token
	Refresh    uint32        // token endpoint: generation of the new refresh token; 0 = keep the old one
	ExpiresIn  time.Duration // token endpoint: life of the new access token
}
