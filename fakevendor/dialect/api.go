package dialect

import (
	"regexp"
	"time"
)

// API is what a vendor's API looks like when all is well: where its credentials are looked for, what it
// holds, which path does what, and how its lists are paged. The fake vendor on TCP acts it out; a simulator
// has no use for it. It is data: nil for nothing is never needed, since every dialect has the generic one's.
type API struct {
	Hosts       []string // host names that are this vendor's, as api.github.com
	Credentials Credentials
	Paging      Paging
	Headers     []SuccessHeader // on every answer that is the vendor's own
	Idempotency *Idempotency    // nil: the vendor knows no keys
	Since       []Parameter     // where a list is told to give only what changed from an instant on
	Answers     [ActionCount]Success
	Missing     Success // for an id that is not there
	Stale       Success // for a write by who has not seen the latest change
	Denied      Success // for a call that no credential may make: a method that is not allowed
	Objects     []Object
	Suffix      string // what paths may end in besides, as .json; "" for nothing
	Fallback    Object // what stands for paths that no route describes
	Routes      []Route
	OAuth       OAuth
}

// Credentials says where a caller's credential is looked for, beside the Authorization header.
type Credentials struct {
	Headers   []string // in canonical form
	Query     []string // names of query parameters and of fields in a form
	Anonymous bool     // calls without any credential are served too
}

// Action is what a route does.
type Action uint8

// The actions of a route.
const (
	ListObjects Action = iota
	GetObject
	CreateObject
	UpdateObject
	UpsertObject // updates the object, or creates it where there is none
	DeleteObject
	FixedAnswer // what the route says, whatever is asked
	ActionCount
)

// Success is an answer to a call that went well, or that asked for what is not there.
type Success struct {
	Status  int
	Headers []SuccessHeader
	Body    *Tree // nil: no body
	Gives   bool  // the body has an access token in it, a new one each time
	Quotas  bool  // the body tells what is left of a limit
}

// SuccessHeader is a header line of a Success.
type SuccessHeader struct {
	Name  string // in canonical form
	Value *Tree  // a text; absent: the header is left out
}

// Object is a kind of thing that the API holds.
type Object struct {
	Name     string
	ID       *Tree  // a text with one $number in it
	Item     *Tree  // the object itself, without its envelope
	Envelope *Tree  // of a single object, around $item; nil: Success.Body says
	List     *Tree  // of a page, around $items; nil: Success.Body says
	Field    string // the field of a request's body that holds the object's fields; "" for the body itself
	Into     string // the field of the object that they go into; "" for the object itself
	// Version is the field that counts the object's changes; a write that has another one than the object is
	// answered API.Stale. "" for none.
	Version   string
	Unwritten []string    // fields of requests that do not go into the object, beside Version
	Capture   []Parameter // of all of its routes, after their own
	Paging    *Paging
	Keys      []Key // fields that name an object too, beside its id
	Result    *Tree // what the answer to a write tells of one object, where that may be about many
}

// Key is a field of an object that names it as well as its id does.
type Key struct {
	Field string
	MD5   bool // it is named by the MD5 of the field in lower case, in hexadecimal digits
}

// Route is a path of the API and what it does.
type Route struct {
	Method  string // GET …; "" for any
	Path    string // /repos/{owner}/{repo}/issues; {name} is one segment, {name*} the rest
	Action  Action
	Object  int         // index into Objects; -1 for a FixedAnswer
	ID      string      // the name of the path's, query's or body's parameter that holds the id
	When    *Parameter  // what a request must carry for the route to be its; nil: nothing
	Capture []Parameter // parameters that are cut out of others
	Answer  *Success    // nil: API.Answers says
	Missing *Success    // for an id that is not there; nil: API.Missing
	Paging  *Paging     // of its list; nil: the object's, and if that has none the API's
	// Replaces has an update make the object what the request says, and nothing of what it was.
	Replaces bool
	// GraphQL has the data of an answer hold what the request's query selects, and nothing else.
	GraphQL bool
}

// Name is how journals and limits call a route: its method and its path.
func (r *Route) Name() string {
	if r.Method == "" {
		return r.Path
	}
	return r.Method + " " + r.Path
}

// Paging is how lists are cut into pages: by the number of the page, by an offset or by a cursor.
type Paging struct {
	By           PagingKind
	Parameter    string // page, offset, cursor …; also a {name} of the path
	Size         string // the parameter that asks for a size; "" for none
	Default, Max int
	NewestFirst  bool
	Direction    string // the parameter whose value asc or desc overrides NewestFirst; "" for none
	First        int    // the number of the first page, or the offset of the first object: 1, or 0
}

// PagingKind is what a paging parameter holds.
type PagingKind uint8

// The kinds of paging.
const (
	ByPage PagingKind = iota
	ByOffset
	ByCursor // opaque
	ByID     // the id of the last item
)

// Parameter is a value that a request carries, whole or in part.
type Parameter struct {
	Name    string         // what it is called; of a Capture alone
	Query   string         // a parameter of the query, or a field of the body
	Header  string         // or a header
	Pattern *regexp.Regexp // its first group is the value; nil: all of it
	Words   []string       // how values are spelt, whatever the case in which they come; nil: as they come
}

// OAuth is how the vendor gives tokens (RFC 6749): where, and in which words.
type OAuth struct {
	Authorize, Token, Revoke []string // paths
	Answer                   Success  // of the token endpoint, to a grant
	Form                     bool     // answered as a form to who does not accept JSON
	Errors                   OAuthErrors
	CodeLifetime             time.Duration // of an authorization code
	RefreshOnCode            bool          // a code's grant has a refresh token
	RefreshAlways            bool          // a refresh gives the refresh token again that it leaves as it is
	RefreshOnClient          bool          // a client's own grant has one
	RedirectOptional         bool          // a code is redeemed without redirect_uri, too
	Device                   DeviceFlow
}

// DeviceFlow is how devices without a browser get tokens (RFC 8628).
type DeviceFlow struct {
	Paths    []string      // where a device asks for its codes; nil: the vendor has no such flow
	Verify   string        // the path at which a human types the code
	Answer   Success       // to the device
	Lifetime time.Duration // of the codes
	Interval time.Duration // between two polls
}

// OAuthErrors is how the token endpoint words what a client did wrong.
type OAuthErrors struct {
	Status int               // 0: RFC 6749's own, 400 and 401
	Body   *Tree             // around $error and $error_description
	Codes  map[string]string // by RFC 6749's codes: the vendor's own
}
