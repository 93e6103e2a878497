package dialect

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/outagedrill/outagedrill/internal/words"
)

// Limit is one limit on the calls that a vendor takes: of requests in a time, of calls in flight, or both.
// A dialect has some, a timeline may state one of its own.
//
// Calls that are answered with an HTTP status count; what is answered rate_limited, by this limit or by
// another one, does not, unless CountsRefused says so.
type Limit struct {
	Name      string // tells it from the application's others: minute, daily
	ToldAs    string // what answers call it; "": by its name
	Algorithm Algorithm
	Requests  int64         // per Per; 0 = no request limit
	Per       time.Duration // of a fixed window at midnight it is 24 h, whatever the night does
	Anchor    Anchor        // when a fixed window begins
	Zone      *time.Location
	By        LimitKey // what it counts by: a set, 0 being the application as a whole
	// Concurrency is how many calls may be in flight at once; 0 = no such limit.
	Concurrency int
	// Points are what a call costs by its Op where the request does not say; nil: each call costs 1,
	// whatever the request says.
	Points *[opCount]int64
	// Callers are those whose calls the limit is about, by whether they show a credential.
	Callers Callers
	// Endpoints are patterns (Matches) of those that the limit is about; nil: all but those of Except.
	Endpoints, Except []string
	// Uncounted are patterns of endpoints whose answers tell of the limit, though it is not about them.
	Uncounted []string
	// Ops are the operations that it is about, a bit each; 0: all of the API, not the token endpoint.
	Ops uint8
	// LongerThan has only calls in flight count that take so long; 0: all do.
	LongerThan    time.Duration
	CountsRefused bool     // what is answered rate_limited counts too
	Free          ShapeSet // answers that do not count
	Answer        *Shape   // what it refuses with; nil: the dialect's rate_limited
}

// Algorithm is how a limit counts requests.
type Algorithm uint8

// The algorithms of a limit. A bucket holds Requests and fills at Requests each Per.
const (
	FixedWindow Algorithm = iota
	SlidingWindow
	TokenBucket
)

// Anchor is when a fixed window begins.
type Anchor uint8

// The anchors of a fixed window.
const (
	AtStart        Anchor = iota // counted from the start of the run
	AtFirstRequest               // with the first request after the last window
	AtClock                      // at the full minute, hour …: counted from the Unix epoch
	AtMidnight                   // at midnight in the limit's Zone (nil = UTC)
)

// LimitKey is what a limit counts by: a set of the bits below.
type LimitKey uint8

// The keys of a limit. A call without a token counts for its connection, one without an endpoint for its
// resource; one without an object is none of a limit by object.
const (
	ByConnection LimitKey = 1 << iota
	ByResource
	ByToken
	ByEndpoint
	ByObject
	ByAddress
	// ByApplication is one counter for everything.
	ByApplication LimitKey = 0
)

// Callers are some or all of an application's callers.
type Callers uint8

// The callers that a limit may be about. In a replay all show a credential.
const (
	AllCallers Callers = iota
	Anonymous          // without a credential
	Identified         // with one, good or bad
)

// ShapeSet is a set of shapes.
type ShapeSet uint32

// Has tells whether a shape is in the set.
func (s ShapeSet) Has(n ShapeName) bool { return s&(1<<n) != 0 }

// Matches tells whether one of the patterns matches an endpoint's name, its method and path: * stands for
// any text.
func Matches(patterns []string, endpoint string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool { return matches(pattern, endpoint) })
}

func matches(pattern, text string) bool {
	first, rest, wild := strings.Cut(pattern, "*")
	if !wild {
		return text == first
	}
	text, ok := strings.CutPrefix(text, first)
	for ok && rest != "" {
		var part string
		if part, rest, wild = strings.Cut(rest, "*"); !wild {
			return strings.HasSuffix(text, part)
		}
		_, text, ok = strings.Cut(text, part)
	}
	return ok
}

func algorithmNames() []string {
	return []string{FixedWindow: "fixed", SlidingWindow: "sliding", TokenBucket: "token_bucket"}
}

func anchorNames() []string {
	return []string{
		AtStart: "start", AtFirstRequest: "first_request", AtClock: "clock", AtMidnight: "midnight",
	}
}

func callerNames() []string {
	return []string{AllCallers: "all", Anonymous: "anonymous", Identified: "identified"}
}

// limitKeyNames are the keys' names, bit by bit.
func limitKeyNames() []string {
	return []string{"connection", "resource", "token", "endpoint", "object", "address"}
}

// String gives the algorithm's name as timelines and dialect files write it.
func (a Algorithm) String() string { return nameOf(algorithmNames(), int(a)) }

// String gives the anchor's name as dialect files write it.
func (a Anchor) String() string { return nameOf(anchorNames(), int(a)) }

// String gives the key's names as timelines and dialect files write them.
func (k LimitKey) String() string {
	var names []string
	for i, name := range limitKeyNames() {
		if k&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	if names == nil {
		return "application"
	}
	return strings.Join(names, " and ")
}

// AlgorithmNamed gives the algorithm of a name; false for no such name.
func AlgorithmNamed(name string) (Algorithm, bool) {
	i := slices.Index(algorithmNames(), name)
	return Algorithm(max(0, i)), i >= 0
}

// KeyNamed gives the key of a name; false for no such name.
func KeyNamed(name string) (LimitKey, bool) {
	if name == "application" {
		return ByApplication, true
	}
	i := slices.Index(limitKeyNames(), name)
	return 1 << max(0, i), i >= 0
}

// String words the limit: 100 requests per 10s (fixed), by connection.
func (l *Limit) String() string {
	var parts []string
	if l.Requests > 0 {
		unit := "requests"
		if l.Points != nil {
			unit = "points"
		}
		how := l.Algorithm.String()
		switch {
		case l.Anchor == AtMidnight:
			how += " from midnight " + l.zone().String()
		case l.Anchor != AtStart:
			how += " from " + strings.ReplaceAll(l.Anchor.String(), "_", " ")
		}
		parts = append(parts, fmt.Sprintf("%d %s per %s (%s)", l.Requests, unit, words.Duration(l.Per), how))
	}
	if l.Concurrency > 0 {
		slots := fmt.Sprintf("%d at once", l.Concurrency)
		if l.LongerThan > 0 {
			slots += " of those that take " + words.Duration(l.LongerThan)
		}
		parts = append(parts, slots)
	}
	text := strings.Join(parts, ", ") + ", by " + l.By.String()
	switch {
	case l.Endpoints != nil:
		text += ", of " + strings.Join(l.Endpoints, ", ")
	case l.Except != nil:
		text += ", but of " + strings.Join(l.Except, ", ")
	}
	if l.Ops != 0 {
		var ops []string
		for i, name := range opNames() {
			if l.Ops&(1<<i) != 0 {
				ops = append(ops, name)
			}
		}
		text += ", of " + strings.Join(ops, ", ")
	}
	if l.Callers != AllCallers {
		text += ", of " + callerNames()[l.Callers] + " callers"
	}
	if l.CountsRefused {
		text += "; refused calls count"
	}
	return text
}

// Covers tells whether the limit is about an operation.
func (l *Limit) Covers(op Op) bool {
	if l.Ops == 0 {
		return op != RefreshToken
	}
	return l.Ops&(1<<op) != 0
}

// told is what answers call the limit.
func (l *Limit) told() string { return cmp.Or(l.ToldAs, l.Name) }

func (l *Limit) zone() *time.Location {
	if l.Zone == nil {
		return time.UTC
	}
	return l.Zone
}

// Window gives the calendar day, or the time aligned to the clock, that an instant lies in: [from, to), UTC
// nanoseconds since the Unix epoch.
func (l *Limit) Window(now int64) (from, to int64) {
	if l.Anchor == AtMidnight {
		year, month, day := time.Unix(0, now).In(l.zone()).Date()
		midnight := func(d int) int64 { return time.Date(year, month, d, 0, 0, 0, 0, l.zone()).UnixNano() }
		return midnight(day), midnight(day + 1)
	}
	from = now - now%int64(l.Per)
	if from > now { // before 1970
		from -= int64(l.Per)
	}
	return from, from + int64(l.Per)
}
