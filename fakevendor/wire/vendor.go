// Package wire is what HTTP and the vendor's terms have to do with one another: it turns requests into
// calls on the one pure vendor, answers into status, headers and body, and writes the truth behind an
// answer into headers of its own, for test drivers to take off before any reader looks.
//
// The faces of the vendor, fakevendor/mock and fakevendor/server, only carry what it makes.
//
// A connection lives below /c/N/, N being its index:
//
//	GET  /c/N/                     the test of the connection
//	GET  /c/N/RESOURCE?after=K     the page of records after number K (0 when left out)
//	PUT  /c/N/RESOURCE             {"writer": W, "records": [{"number": 1}, {"number": 2}]}, an upsert
//	POST /c/N/oauth/token          grant_type=refresh_token&refresh_token=…, RFC 6749 section 6
package wire

import (
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/dialect"
)

// Vendor is the pure vendor behind a face. It is safe for concurrent use once its fields are set.
type Vendor struct {
	Machine     func() *fakevendor.Vendor // may give another one from call to call, a restored one say
	Now         func() time.Time          // the vendor's clock; all times in answers are its own (T-01)
	Connections []fakevendor.Connection
	Apps        []fakevendor.Application
	Faults      []fakevendor.Fault // what status pages tell of an incident; nil: that it is one
	Patience    time.Duration      // after which callers hang up; it frees a slot of a concurrency limit
	// Lock is held around every use of the machine and of Now; nil: one of its own. A driver that uses
	// the machine at the same time shares its lock, and reads its clock while it holds it.
	Lock sync.Locker

	own    sync.Mutex
	latest fakevendor.Time
}

// Use calls f with the machine and the time while the lock is held. The time never goes back, even when
// the clock does.
func (v *Vendor) Use(f func(now fakevendor.Time, m *fakevendor.Vendor)) {
	lock := v.Lock
	if lock == nil {
		lock = &v.own
	}
	lock.Lock()
	defer lock.Unlock()
	v.latest = max(v.latest, fakevendor.Time(v.Now().UnixNano()))
	f(v.latest, v.Machine())
}

// Time is the vendor's time.
func (v *Vendor) Time() (now fakevendor.Time) {
	v.Use(func(t fakevendor.Time, _ *fakevendor.Vendor) { now = t })
	return now
}

// Answer is one answer as it goes over the wire.
type Answer struct {
	dialect.Answer
	Latency time.Duration // fakevendor.Never: no answer comes
	Truth   http.Header   // for test drivers alone
}

// Respond asks the machine for its answer and renders it, if there is one.
func (v *Vendor) Respond(req *fakevendor.Request) *Answer {
	a := new(Answer)
	var resp fakevendor.Response
	v.Use(func(now fakevendor.Time, m *fakevendor.Vendor) {
		m.Respond(now, req, &resp)
		m.Quotas(req, &resp)
	})
	a.Latency, a.Truth = resp.Latency, truthOf(&resp)
	resp.Shape.Render(&resp.Params, &a.Answer)
	return a
}

// Path is where a connection lives on its host, without a slash at the end.
func Path(connection int) string { return "/c/" + strconv.Itoa(connection) }

// AccessToken words a connection's access token of a generation.
func AccessToken(connection string, generation uint32) string {
	return accessPrefix + token(connection, generation)
}

// RefreshToken words a connection's refresh token of a generation.
func RefreshToken(connection string, generation uint32) string {
	return refreshPrefix + token(connection, generation)
}

const (
	accessPrefix  = "at-"
	refreshPrefix = "rt-"
)

func token(connection string, generation uint32) string {
	return connection + "-" + strconv.FormatUint(uint64(generation), 10)
}
