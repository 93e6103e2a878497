package dialect

// Hole is a place in a Tree. $created_epoch is Name created, Format epoch; $number12 has Width 12;
// $path.owner has Arg owner, ${next_cursor:-end} has Else end.
type Hole struct {
	Name    string
	Arg     string
	Width   int
	Format  TimeFormat
	Kind    HoleKind
	Else    string // the text in place of an absent value, where HasElse is true
	HasElse bool
	quota   quotaPart // of HoleQuota
}

// HoleKind is what fills a hole.
type HoleKind uint8

// The kinds of holes.
const (
	HoleID HoleKind = iota
	HoleNumber
	HoleName // a made-up name
	HoleCreated
	HoleUpdated
	HoleVersion // how often the object was changed
	HoleNow
	HoleObject
	HoleConnection
	HoleBaseURL
	HoleRequestID
	HoleCall // the call's number
	HolePath // of the path, or captured: $path.owner
	HoleQuery
	HoleItem
	HoleItems
	HoleEdges   // the items as GraphQL's edges: a cursor and a node each
	HoleIDs     // of the page's objects
	HoleResults // of each object that the call wrote, the object's result
	HoleDeed    // what the call did to an object: created, updated, deleted, skipped
	HoleMade    // it created the object
	HoleAsked   // the id that the call asked for
	HoleGiven   // of what the body says of the current object or call: $given.id
	HoleStatus  // of the answer to a call of a batch
	HoleBody    // its body; absent where it has none
	HoleHeaders // its headers
	HoleFailed  // one of the batch failed
	HoleCount
	HoleTotal
	HoleMore
	HoleDone // no more
	HoleNextCursor
	HoleNextPath
	HoleNextURL
	HoleSelfPath
	HolePage
	HolePages
	HoleLimit
	HoleOffset
	HoleLink
	HoleSync // from which instant on a later list tells what has changed; absent when more follows
	HoleAccessToken
	HoleRefreshToken
	HoleExpiresIn
	HoleExpiresAt
	HoleScope
	HoleError
	HoleErrorDescription
	HoleDeviceCode
	HoleUserCode
	HoleVerificationURI
	HoleInterval // between two polls of a device, in seconds
	HoleQuotaLimit
	HoleQuotaRemaining
	HoleQuotaUsed
	HoleQuotaReset
	HoleQuota // of a limit by its name, see AppendQuota: $quota.daily.limit
)

// apiHoleNames are the names of the holes of an api section, in the order of their kinds.
func apiHoleNames() []string {
	return []string{
		"id", "number", "name", "created", "updated", "version", "now", "object", "connection",
		"base_url", "request_id", "call",
		"path", "query", "item", "items", "edges", "ids", "results", "deed", "made", "asked",
		"given", "status", "body", "headers", "failed", "count", "total", "more", "done",
		"next_cursor", "next_path", "next_url", "self_path", "page", "pages", "limit", "offset", "link",
		"sync",
		"access_token", "refresh_token", "expires_in", "expires_at", "scope", "error", "error_description",
		"device_code", "user_code", "verification_uri", "interval",
		"quota_limit", "quota_remaining", "quota_used", "quota_reset", "quota",
	}
}

// TimeFormat is how an instant is written.
type TimeFormat uint8

// The formats of instants.
const (
	RFC3339     TimeFormat = iota
	EpochSecond            // $created_epoch
	EpochMilli             // $created_epoch_ms
	Milli                  // $created_milli: RFC 3339 with milliseconds
	Offset                 // $created_offset: 2024-03-01T00:00:00.000+0000
	DateOnly               // $created_date
	DateTime               // $created_datetime: 2024-03-01 00:00:00
)

func timeSuffixes() []string {
	return []string{"", "_epoch", "_epoch_ms", "_milli", "_offset", "_date", "_datetime"}
}
