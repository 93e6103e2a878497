package admin_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/benbjohnson/clock"

	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/admin"
	"github.com/outagedrill/outagedrill/fakevendor/dialect"
	"github.com/outagedrill/outagedrill/fakevendor/hold"
)

var start = time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC)

// world is a small world on the real core: acme with two connections and a limit, wms with one. Its calls come
// without HTTP.
type world struct {
	cfg     fakevendor.Config
	clock   *hold.Clock
	journal *hold.Journal

	mu      sync.Mutex
	machine *fakevendor.Vendor
	access  []uint32 // by connection: the token that its client has
	used    int64
}

func newWorld(t testing.TB, faults ...fakevendor.Fault) *world {
	t.Helper()
	generic, err := dialect.Load("generic")
	if err != nil {
		t.Fatal(err)
	}
	from := fakevendor.Time(start.UnixNano())
	w := &world{cfg: fakevendor.Config{
		Start: from, End: from + fakevendor.Time(365*24*time.Hour), Faults: faults,
		Applications: []fakevendor.Application{
			{
				Name: "acme", Dialect: generic, PageSize: 10, TokenLifetime: time.Hour,
				Resources: []fakevendor.Resource{{Name: "contacts"}, {Name: "orders"}},
				Limits:    []dialect.Limit{{Name: "minute", Requests: 3, Per: time.Minute}},
			},
			{Name: "wms", Dialect: generic, PageSize: 10, Resources: []fakevendor.Resource{{Name: "items"}}},
		},
		Connections: []fakevendor.Connection{
			{Name: "acme-main", Auth: fakevendor.OAuth2},
			{Name: "acme key", Auth: fakevendor.APIKey},
			{Name: "wms-main", Application: 1},
		},
	}}
	if w.journal, err = hold.NewJournal(hold.JournalConfig{}); err != nil {
		t.Fatal(err)
	}
	w.clock = hold.NewFrozenClock(clock.New(), start)
	if err := w.begin(); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) begin() (err error) {
	w.access, w.used = []uint32{1, 0, 0}, 0
	w.machine, err = fakevendor.New(w.cfg)
	return err
}

func (w *world) now() fakevendor.Time { return fakevendor.Time(w.clock.Now().UnixNano()) }

// call reads a page by a connection.
func (w *world) call(connection int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	req := fakevendor.Request{Op: dialect.ReadPage, Connection: connection, Access: w.access[connection]}
	var resp fakevendor.Response
	now := w.now()
	w.machine.Respond(now, &req, &resp)
	var answer dialect.Answer
	resp.Shape.Render(&resp.Params, &answer)
	c := &w.cfg.Connections[connection]
	app := &w.cfg.Applications[c.Application]
	reading := app.Dialect.Judge(req.Op, resp.Shape, &resp.Params)
	e := hold.Entry{
		At: now.Std(), Vendor: app.Name, Connection: c.Name, Method: "GET", Path: "/contacts?<b>", Endpoint: "list",
		Status: answer.Status, Cause: reading.Class.String(), Sub: reading.Sub.String(),
		Why: hold.Why{
			Rule: resp.Why.Rule.String(), Fault: resp.Fault + 1, Slowed: resp.Slowed + 1, Before: resp.Why.Before,
			After: resp.Why.After,
		},
	}
	if resp.Why.Limit >= 0 {
		e.Why.Limit, w.used = app.Limits[resp.Why.Limit].Name, resp.Why.After
	}
	if resp.Params.HasRetryAfter {
		e.WaitUntil = e.At.Add(resp.Params.RetryAfter)
	}
	if c.Auth == fakevendor.OAuth2 {
		e.Credential = hold.Credential{Kind: hold.AccessToken, Fingerprint: hold.Fingerprint(token(req.Access))}
	}
	w.journal.Append(&e)
}

func token(generation uint32) string { return fmt.Sprintf("secret-%d", generation) }

func (w *world) Vendors() []admin.Vendor {
	return []admin.Vendor{
		{Name: "acme", Dialect: "generic", URL: "http://127.0.0.1:1", StatusPage: "http://127.0.0.1:1/status"},
		{Name: "wms", Dialect: "generic", URL: "http://127.0.0.1:2"},
	}
}

func (w *world) Config() *fakevendor.Config { return &w.cfg }
func (w *world) Clock() *hold.Clock         { return w.clock }
func (w *world) Journal() *hold.Journal     { return w.journal }

func (w *world) Next() (next admin.Event, ok bool) {
	for _, f := range w.Faults() {
		for at, what := range map[fakevendor.Time]string{f.From: "begins", f.To: "ends"} {
			if t := at.Std(); !f.Ended && t.After(w.clock.Now()) && t.Year() < 2200 && (!ok || t.Before(next.At)) {
				next, ok = admin.Event{At: t, What: fmt.Sprintf("fault %d %s", f.Number, what)}, true
			}
		}
	}
	return next, ok
}

func (w *world) Faults() (list []admin.Fault) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.machine.Calm(w.now(), 0) // it is told what time it is
	for i := range w.machine.Faults() {
		f := admin.Fault{Number: i + 1, Fault: w.machine.Fault(i), Added: i >= len(w.cfg.Faults)}
		f.Ended = w.machine.Ended(i)
		list = append(list, f)
	}
	return list
}

func (w *world) AddFaultFor(f *fakevendor.Fault, length time.Duration) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if length > 0 {
		f.From = w.now()
		f.To = f.From + fakevendor.Time(length)
	}
	i, err := w.machine.AddFault(w.now(), *f)
	return i + 1, err
}

func (w *world) EndFault(number int) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.machine.EndFault(w.now(), number-1)
}

func (w *world) Credentials() []admin.Credential {
	w.mu.Lock()
	defer w.mu.Unlock()
	g := w.machine.Grant(0)
	c := admin.Credential{
		Kind: hold.AccessToken, Fingerprint: hold.Fingerprint(token(g.Access)), State: hold.Good, Issued: start,
		Expires: g.ExpiresAt.Std(),
	}
	if !c.Expires.After(w.clock.Now()) {
		c.State = hold.Expired
	}
	return []admin.Credential{c}
}

func (w *world) Change(c *admin.CredentialChange) (admin.Grant, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var g fakevendor.Grant
	switch c.Do {
	case admin.Expire:
		w.machine.Expire(w.now(), c.Connection, "")
		return admin.Grant{}, nil
	case admin.Revoke:
		w.machine.Revoke(w.now(), c.Connection, "")
		return admin.Grant{}, nil
	case admin.Rotate:
		if w.cfg.Connections[c.Connection].Auth != fakevendor.OAuth2 {
			return admin.Grant{}, errors.New("nothing to rotate")
		}
		g = w.machine.Rotate(w.now(), c.Connection)
	case admin.Issue:
		g = w.machine.Reauthorize(w.now(), c.Connection, true)
	}
	if w.cfg.Connections[c.Connection].Auth != fakevendor.OAuth2 {
		return admin.Grant{Key: "key"}, nil
	}
	return admin.Grant{
		AccessToken: token(g.Access), RefreshToken: "refresh-" + token(g.Refresh), ExpiresAt: g.ExpiresAt.Std(),
	}, nil
}

func (w *world) Limits() []admin.Limit {
	w.mu.Lock()
	defer w.mu.Unlock()
	return []admin.Limit{{Name: "minute", Key: "acme", Limit: 3, Used: w.used, Resets: w.clock.Now().Add(time.Minute)}}
}

func (w *world) Reset() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.clock.Restart(start)
	return errors.Join(w.begin(), w.journal.Clear())
}

type saved struct {
	Now    time.Time
	Vendor json.RawMessage
}

func (w *world) Save() ([]byte, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	state, err := w.machine.State()
	if err != nil {
		return nil, err
	}
	return json.Marshal(saved{w.clock.Now(), state})
}

func (w *world) Restore(state []byte) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	var s saved
	if err := json.Unmarshal(state, &s); err != nil {
		return err
	}
	machine, err := fakevendor.Restore(w.cfg, s.Vendor)
	if err != nil {
		return err
	}
	w.machine = machine
	w.clock.Restart(s.Now)
	return nil
}
