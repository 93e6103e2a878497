// Package dialect holds how each vendor words its answers, as data files, and the reader that tells
// the causes of a failure apart again from the answer alone (rules C-01 to C-03).
//
// A Dialect offers Shapes (what the vendor may answer) and reads answers back. The two sides meet
// only in the answer: status, headers, body, or the transport's failure. It is a leaf: it imports
// nothing of ours, and both the fake vendor and the drivers may import it.
package dialect

import (
	"net/http"
	"time"
)

// ShapeName names one kind of answer that every dialect must have.
type ShapeName uint8

// The shapes of a dialect.
const (
	ShapePage ShapeName = iota
	ShapeWritten
	ShapeTested
	ShapeToken
	ShapeRateLimited
	ShapeBadCredentials
	ShapeExpiredToken
	ShapeDeadRefresh
	ShapeTransientRefresh
	ShapeDown500
	ShapeDown502
	ShapeDown503
	ShapeDown504
	ShapeMaintenance
	ShapeRejected
	ShapeTruncated
	ShapeGarbage
	ShapeHTML200
	ShapeEmpty
	ShapeRefused
	ShapeReset
	ShapeDNS
	ShapeTLS
	ShapeNoAnswer
	shapeCount
)

// Answer is one answer as an HTTP client has it: what the reader reads.
type Answer struct {
	Transport Transport // not Answered: the rest may be empty
	Status    int
	Header    http.Header
	Body      []byte
}

// Dialect is one vendor's wording. Immutable and safe for concurrent use after Load.
type Dialect struct {
	Name          string
	Vendor        string // the API's whole name, for people
	Extends       string // the dialect that this one is a rewording of; "" for none
	TokenLifetime time.Duration
	// RotatesRefresh says that each refresh replaces the refresh token too (C-06).
	RotatesRefresh bool
	// Grace is how long a refresh token stays good after it was replaced, so that a lost answer can be
	// asked for again.
	Grace time.Duration
	// Reuse is what comes of a refresh token that is used again after it was replaced.
	Reuse        Reuse
	Limits       []Limit // the vendor's, in the order in which they refuse
	quotaHeaders []quotaHeader
	Variants     []Variant // in the order of the file
	Facts        []Fact    // where every value is from: its own first, then those that it extends
	Notes        []Fact    // what is known of the vendor and not acted out
	API          API       // what there is to call, when all is well

	shapes     [shapeCount]Shape
	promises   [opCount]promise
	retryAfter []retrySource
	api, token []rule // reading rules; the last of each list always holds
}

// Reuse is how a vendor takes a refresh token that was replaced before.
type Reuse uint8

// The ways to take a used refresh token.
const (
	ReuseRefused   Reuse = iota // it is dead
	ReuseRevokes                // it is dead, and so is what it was replaced by (RFC 9700 4.14.2)
	ReuseKeepsLast              // the last one stays good until the one that replaced it is used
)

// Shape is one interned, immutable answer with typed parameters.
type Shape struct {
	Name      ShapeName
	Transport Transport
	Status    int

	dialect  *Dialect
	headers  []header
	body     part
	uses     variant   // what of the Params changes the answer's form
	judgment *judgment // nil: its dialect is not judged yet
	limits   bool      // it is a limit's own answer, which knows when to come back
}
