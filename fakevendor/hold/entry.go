package hold

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"time"
)

// Entry is one line of the journal: a call of a client's, or a deed of the tester's. An entry holds no
// secret: credentials stand in it as fingerprints.
type Entry struct {
	Seq int64     `json:"seq"` // 1, 2, 3 …, given by the journal
	At  time.Time `json:"at"`  // the vendor's time at which it was decided, in UTC

	Vendor     string `json:"vendor,omitempty"`     // the application's name
	Connection string `json:"connection,omitempty"` // empty where the credentials told of none
	Method     string `json:"method,omitempty"`
	Path       string `json:"path,omitempty"`     // without the query's secrets: see Target
	Endpoint   string `json:"endpoint,omitempty"` // name of the route; it has no ids in it
	Grant      string `json:"grant,omitempty"`    // of a call to the token endpoint: the grant_type asked for
	Client     string `json:"client,omitempty"`   // address of the caller

	Status    int     `json:"status,omitempty"`    // 0 where no HTTP answer came
	Transport string  `json:"transport,omitempty"` // conn_reset, no_answer …: how it ended without one
	Cause     string  `json:"cause,omitempty"`     // what the answer means, in the words of rule C-01; ok
	Sub       string  `json:"sub,omitempty"`       // the sub-cause: dead, transient, expired_token, reset …
	Latency   Seconds `json:"latency_s,omitempty"` // from At to the answer

	// Ended is when the answer had left or the caller was gone, where that was not at At + Latency.
	Ended time.Time `json:"ended,omitzero"`
	Gone  bool      `json:"gone,omitempty"` // the caller hung up before the answer
	// Over is the number of the latest entry when the answer had left, where others had come meanwhile. It
	// orders what happened at one instant, as all does while the clock stands still.
	Over int64 `json:"over,omitempty"`

	Credential Credential `json:"credential,omitzero"` // what the caller presented
	Why        Why        `json:"why,omitzero"`
	WaitUntil  time.Time  `json:"wait_until,omitzero"`   // until when the answer told the caller to wait
	RetryAfter string     `json:"retry_after,omitempty"` // as it stood in the answer
	Granted    *Granted   `json:"granted,omitempty"`     // what the answer, or the tester, gave
	Deed       *Deed      `json:"deed,omitempty"`        // what the tester did; nil: it is a call
}

// Why says by what a call was answered as it was.
type Why struct {
	Rule   string `json:"rule,omitempty"`   // served, fault, limit, expired …: fakevendor.Rule
	Fault  int    `json:"fault,omitempty"`  // number of the fault that answered, from 1; 0: none
	Slowed int    `json:"slowed,omitempty"` // number of the fault that set the latency, from 1; 0: none
	Limit  string `json:"limit,omitempty"`  // name of the limit that was asked
	By     string `json:"by,omitempty"`     // what a limit that refused counts by: token and endpoint …
	Before int64  `json:"before,omitempty"` // its counter before the call
	After  int64  `json:"after,omitempty"`  // and after it
}

// The rules of Why that are none of fakevendor's: of what stands before the vendor's machine.
const (
	WrongFaultHeader       = "wrong_fault_header"
	IdempotentReplay       = "idempotent_replay"
	IdempotencyKeyMismatch = "idempotency_key_mismatch"
	IdempotencyKeyInUse    = "idempotency_key_in_use"
)

// Credential is what a caller presented, without the secret.
type Credential struct {
	Kind        string `json:"kind"` // one of the Kind constants
	Fingerprint string `json:"fingerprint"`
	State       string `json:"state,omitempty"` // one of the State constants, when the call came
}

// The kinds of credentials.
const (
	AccessToken  = "access_token"
	RefreshToken = "refresh_token"
	APIKey       = "api_key"
	Basic        = "basic"
	Code         = "code" // of the authorization-code grant
	ClientSecret = "client_secret"
)

// The states of credentials.
const (
	Good    = "good"
	Expired = "expired"
	Revoked = "revoked"
	Rotated = "rotated" // another one has taken its place
	Unknown = "unknown" // the vendor never gave it
)

// Granted is what a token endpoint or the tester gave, without the secrets.
type Granted struct {
	Access    string    `json:"access,omitempty"`    // fingerprint of the access token
	Refresh   string    `json:"refresh,omitempty"`   // of the refresh token; empty: the old one stays
	ExpiresAt time.Time `json:"expires_at,omitzero"` // of the access token, where the client was told
}

// Deed is something that the tester did.
type Deed struct {
	Do   string `json:"do"`             // fault.add, clock.advance, credential.revoke …
	What string `json:"what,omitempty"` // to what, in words: fault 3, 1h …
}

// End is when the call was over. It is At for a call without an answer of which nothing else is known.
func (e *Entry) End() time.Time {
	if !e.Ended.IsZero() {
		return e.Ended
	}
	return e.At.Add(time.Duration(e.Latency))
}

// Outcome is the status as a text, or how the call ended without one; empty for a deed.
func (e *Entry) Outcome() string {
	if e.Transport != "" || e.Status == 0 {
		return e.Transport
	}
	return strconv.Itoa(e.Status)
}

// Fingerprint stands for a secret: two secrets that differ have different ones. It is the beginning of the
// secret's SHA-256; "" has none.
func Fingerprint(secret string) string {
	if secret == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:6])
}

// IsFingerprint tells a text that Fingerprint may have given from any other.
func IsFingerprint(text string) bool {
	bytes, err := hex.DecodeString(text)
	return err == nil && len(bytes) == 6 && text == strings.ToLower(text)
}

// Seconds is a duration that JSON has as an exact decimal of seconds.
type Seconds time.Duration

// MarshalJSON writes an exact decimal.
func (s Seconds) MarshalJSON() ([]byte, error) {
	return strconv.AppendFloat(nil, time.Duration(s).Seconds(), 'f', -1, 64), nil
}

// UnmarshalJSON reads a decimal, to the nanosecond.
func (s *Seconds) UnmarshalJSON(text []byte) error {
	f, err := strconv.ParseFloat(string(text), 64)
	if err != nil {
		return err
	}
	*s = Seconds(f*1e9 + 0.5)
	return nil
}
