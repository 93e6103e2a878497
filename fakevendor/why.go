package fakevendor

// Why says which rule of the vendor's decided an answer. Where a fault did, Response.Fault is which.
type Why struct {
	Rule Rule
	// Limit is the limit that refused the call; of a call that was not refused, the one of those that
	// counted it that has least left. -1 for none; else an index into the application's Limits.
	Limit         int
	Before, After int64 // what had been used of that limit before the call and after it
}

// Rule is what decided an answer.
type Rule uint8

// The rules, in the order of their precedence where several hold.
const (
	Served        Rule = iota // nothing was in the way
	ByFault                   // Response.Fault answered
	ByCredentials             // the stored or the presented credentials are wrong
	ByRevocation              // the token or the credential was revoked, or the whole grant
	ByExpiry                  // the access token, or the credential, had expired
	ByRotation                // the access token was replaced by a newer one
	ByRefreshUse              // the refresh token had been used before
	ByRefresh                 // the refresh token is none of this connection's
	ByLimit                   // Why.Limit refused
)

// String gives the rule's word for journals.
func (r Rule) String() string {
	words := [...]string{
		Served: "served", ByFault: "fault", ByCredentials: "wrong_credentials", ByRevocation: "revoked",
		ByExpiry: "expired", ByRotation: "replaced_token", ByRefreshUse: "used_refresh_token",
		ByRefresh: "unknown_refresh_token", ByLimit: "limit",
	}
	if int(r) >= len(words) {
		return "unknown"
	}
	return words[r]
}
