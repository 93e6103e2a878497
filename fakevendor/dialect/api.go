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
	Headers   []string       // in canonical form
	Query     []string       // names of query parameters and of fields in a form
	Body      *regexp.Regexp // its first group is one in a body; nil: none is there
	Anonymous bool           // calls without any credential are served too
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
	BatchCalls  // several calls in the body of one
	ActionCount
)

// Success is an answer to a call that went well, or that asked for what is not there.
type Success struct {
	Status  int
	Headers []SuccessHeader
	Body    *Tree         // nil: no body
	Plain   bool          // Body is a text, not JSON
	Rows    bool          // the objects of the page, as comma-separated values
	Gives   bool          // the body has an access token in it, a new one each time
	Lives   time.Duration // how long that one is good; 0: as long as the dialect's others
	Quotas  bool          // the body tells what is left of a limit
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
	Prefix    *Prefix
	Ripens    *Ripens // nil: it is what clients have made of it
}

// Prefix is what ids begin with, by the kind of the object that has them; before its ID.
type Prefix struct {
	Of   map[string]string // by the parameter object, in lower case
	Else string            // of all other kinds
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
	Sets     *Tree // fields that a write gives the object, whatever the request says; nil: none
	// GraphQL has the data of an answer hold what the request's query selects, and nothing else.
	GraphQL bool
	// Only is the parameter, or the field of the body, that has the ids of the objects that the call is
	// about: separated by commas, or a list of them or of objects that have one in ID. "": it is about all.
	Only   string
	Key    string   // the parameter that names the field that is the object's key here; "": Object.Keys says
	Field  string   // the field of the body that holds the object's fields; "": Object.Field says
	Kind   string   // the field of each of several objects that is the parameter object for it; "": none
	Made   *Success // in place of Answer, where an upsert created the object
	Result *Tree    // what the answer to a write tells of one of several objects; nil: Object.Result
	Lost   *Tree    // the same of one that is not there; nil: Result
	Batch  *Batch
	Job    *Job
	// Mark is fields that are put in front of those of each object of a list, or that hold it, where Wraps is
	// true; nil: none.
	Mark  *Tree
	Wraps bool
	Open  bool // it is served to who shows no credential, too
}

// Job has a route do what an earlier call asked for: the fields of the job's object are the request's too.
type Job struct {
	Object string // the name of the job's kind of object
	ID     string // the parameter that holds its id
	Deed   string // its field that says what is done to each row of the body: insert, update, upsert, delete
	// Done and Failed are its fields that count the rows.
	Done, Failed string
}

// Ripens has an object be done some time after a client has begun it.
type Ripens struct {
	Field    string
	From, To string // the field's values
	After    time.Duration
}

// Batch is several calls that come in one: where they stand in its body, and what is told of each.
type Batch struct {
	Calls              string // the field that lists them
	Method, Path, Body string // the fields of one; where Method is "", or has no value, it is a GET
	Headers            string // its field of header lines; "": it has none
	Name               string // the field by which later calls refer to its answer, as @{name.id}; "": none
	Under              string // what stands before paths
	Most               int    // calls in one; more are answered TooMany
	TooMany            *Success
	Each               bool  // each counts as a call by itself, and may be limited or struck by a fault
	Result             *Tree // what is told of one
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
	Body    bool           // the whole body, as it came
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
	Logins                   []Login
}

// DeviceFlow is how devices without a browser get tokens (RFC 8628).
type DeviceFlow struct {
	Paths    []string      // where a device asks for its codes; nil: the vendor has no such flow
	Verify   string        // the path at which a human types the code
	Answer   Success       // to the device
	Lifetime time.Duration // of the codes
	Interval time.Duration // between two polls
}

// Login is a way to a token that is none of OAuth's: a user's name and password in a body.
type Login struct {
	Path   string
	When   Parameter // what the body must carry
	Answer Success
	Error  Success // to who may not have a token
}

// OAuthErrors is how the token endpoint words what a client did wrong.
type OAuthErrors struct {
	Status int               // 0: RFC 6749's own, 400 and 401
	Body   *Tree             // around $error and $error_description
	Codes  map[string]string // by RFC 6749's codes: the vendor's own
}
