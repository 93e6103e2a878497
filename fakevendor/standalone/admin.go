package standalone

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/admin"
	"github.com/outagedrill/outagedrill/fakevendor/hold"
)

// Vendors gives what is served, in the order of the Config's applications. The URLs are those of the Server
// that serves the world; empty before there is one.
func (w *World) Vendors() []admin.Vendor {
	var all []admin.Vendor
	for i := range w.apps {
		v := admin.Vendor{Name: w.apps[i].Name, Dialect: w.apps[i].Dialect.Name}
		if s := w.server.Load(); s != nil {
			v.URL, v.StatusPage = s.URL(v.Name), s.StatusPageURL(v.Name)
		}
		all = append(all, v)
	}
	return all
}

// Next is what the vendors do next by themselves.
func (w *World) Next() (next admin.Event, ok bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	e, ok := w.machine.Next(w.tell())
	if !ok || e.At >= w.cfg.Vendor.End {
		return next, false
	}
	return admin.Event{At: e.At.Std(), What: w.happens(&e)}, true
}

// happens says what comes.
func (w *World) happens(e *fakevendor.Event) string {
	a := &w.apps[e.Application]
	switch e.Kind {
	case fakevendor.FaultBegins:
		return fmt.Sprintf("fault %d of %s begins", e.Of+1, a.Name)
	case fakevendor.FaultEnds:
		return fmt.Sprintf("fault %d of %s ends", e.Of+1, a.Name)
	case fakevendor.FaultTurns:
		return fmt.Sprintf("fault %d of %s turns", e.Of+1, a.Name)
	case fakevendor.TokenExpires:
		return "the access token of " + w.cfg.Vendor.Connections[e.Of].Name + " expires"
	case fakevendor.WindowEnds:
	}
	return fmt.Sprintf("a window of limit %s of %s ends", a.Limits[e.Of].Name, a.Name)
}

// Faults gives all faults, those of the file and those added, in order of their number.
func (w *World) Faults() []admin.Fault {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := w.tell()
	var all []admin.Fault
	for i := range w.machine.Faults() {
		f := admin.Fault{Number: i + 1, Fault: w.machine.Fault(i), Added: i >= len(w.cfg.Vendor.Faults)}
		f.Ended = now < f.To && w.machine.Ended(i)
		all = append(all, f)
	}
	return all
}

// AddFault adds a fault and gives its number, from 1. A window that began before begins now; To = 0 leaves it
// open.
func (w *World) AddFault(f *fakevendor.Fault) (number int, err error) { return w.AddFaultFor(f, 0) }

// AddFaultFor is AddFault of a fault that ends so long after it began, whatever its To says; 0: at its To.
func (w *World) AddFaultFor(f *fakevendor.Fault, length time.Duration) (number int, err error) {
	defer w.settle()
	w.mu.Lock()
	defer w.mu.Unlock()
	added, now := *f, w.tell() // told once: the clock may run
	if length > 0 {
		added.From = max(added.From, now)
		added.To = added.From + fakevendor.Time(length)
	}
	i, err := w.machine.AddFault(now, added)
	if err != nil {
		return 0, err
	}
	w.changed()
	return i + 1, nil
}

// EndFault ends a fault now.
func (w *World) EndFault(number int) error {
	defer w.settle()
	w.mu.Lock()
	defer w.mu.Unlock()
	if number < 1 || number > w.machine.Faults() {
		return fmt.Errorf("there is no fault %d (want 1 to %d)", number, w.machine.Faults())
	}
	if err := w.machine.EndFault(w.tell(), number-1); err != nil {
		return err
	}
	w.changed()
	return nil
}

// Credentials gives those that the vendors know of: the tokens in force of each connection, and what clients
// have presented, as far as it is remembered.
func (w *World) Credentials() []admin.Credential {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.tell()
	var all []admin.Credential
	for i := range w.cfg.Vendor.Connections {
		c := &w.cfg.Vendor.Connections[i]
		for _, t := range w.machine.Tokens(i) {
			one := admin.Credential{Connection: i, Kind: hold.AccessToken, State: stateOf(t.Rule)}
			if t.Refresh {
				one.Kind = hold.RefreshToken
				one.Fingerprint = hold.Fingerprint(refreshToken(c.Name, t.Generation))
			} else {
				one.Expires = t.ExpiresAt.Std()
				one.Fingerprint = hold.Fingerprint(accessToken(c.Name, t.Generation))
			}
			all = append(all, one)
		}
	}
	known := len(all)
	for i := range w.apps {
		for _, c := range w.apps[i].seen {
			if c.access == 0 && c.Kind != "" {
				all = append(all, w.known(&c))
			}
		}
	}
	slices.SortFunc(all[known:], func(x, y admin.Credential) int {
		return slices.Compare([]string{strconv.Itoa(x.Connection), x.Fingerprint},
			[]string{strconv.Itoa(y.Connection), y.Fingerprint})
	})
	return all
}

// known gives a credential that clients have presented and that is no token.
func (w *World) known(c *credential) admin.Credential {
	one := admin.Credential{
		Connection: c.connection, Kind: c.Kind, Fingerprint: c.Fingerprint, State: c.State,
	}
	if state, ok := w.judged[heldKey{c.connection, c.Fingerprint}]; ok {
		one.State = state
	}
	return one
}

// stateOf gives the state of a credential by what decides of its calls.
func stateOf(r fakevendor.Rule) string {
	switch r {
	case fakevendor.Served, fakevendor.ByFault, fakevendor.ByLimit:
		return hold.Good
	case fakevendor.ByExpiry:
		return hold.Expired
	case fakevendor.ByRevocation:
		return hold.Revoked
	case fakevendor.ByRotation, fakevendor.ByRefreshUse:
		return hold.Rotated
	case fakevendor.ByCredentials, fakevendor.ByRefresh:
	}
	return hold.Unknown
}

// heldKey names a credential against which something is held.
type heldKey struct {
	connection  int
	fingerprint string
}

// Change does something to credentials. What is done to a refresh token is done to all grants of its
// connection.
func (w *World) Change(c *admin.CredentialChange) (admin.Grant, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if c.Connection < 0 || c.Connection >= len(w.cfg.Vendor.Connections) {
		return admin.Grant{}, fmt.Errorf("there is no connection %d", c.Connection)
	}
	now, fingerprint := w.tell(), c.Fingerprint
	if c.Kind == hold.RefreshToken {
		fingerprint = ""
	}
	connection := &w.cfg.Vendor.Connections[c.Connection]
	switch c.Do {
	case admin.Issue:
		if connection.Auth != fakevendor.OAuth2 {
			return w.newKey(connection), nil
		}
		w.reauthorize(now, c.Connection)
		return w.granted(connection, w.machine.Issue(now, c.Connection)), nil
	case admin.Expire:
		w.machine.Expire(now, c.Connection, fingerprint)
		w.hold(c.Connection, fingerprint, hold.Expired)
	case admin.Revoke:
		w.machine.Revoke(now, c.Connection, fingerprint)
		w.hold(c.Connection, fingerprint, hold.Revoked)
	case admin.Rotate:
		g := w.machine.Rotate(now, c.Connection)
		if g.Access == 0 {
			return w.newKey(connection), nil
		}
		return w.granted(connection, g), nil
	default:
		return admin.Grant{}, fmt.Errorf("%q is nothing that can be done to credentials", c.Do)
	}
	return admin.Grant{}, nil
}

// hold remembers the state of a credential, for Credentials.
func (w *World) hold(connection int, fingerprint, state string) {
	if fingerprint != "" && len(w.judged) < mostSeen {
		w.judged[heldKey{connection, fingerprint}] = state
	}
}

func (w *World) granted(c *fakevendor.Connection, g fakevendor.Grant) admin.Grant {
	return admin.Grant{
		AccessToken: accessToken(c.Name, g.Access), RefreshToken: refreshToken(c.Name, g.Refresh),
		ExpiresAt: g.ExpiresAt.Std(),
	}
}

// mostKeys bounds the keys of a connection.
const mostKeys = 1_000

// newKey makes a key for a connection, which a strict world accepts too. A connection that has mostKeys gets
// its latest one again.
func (w *World) newKey(c *fakevendor.Connection) admin.Grant {
	if keys := w.keys[c.Name]; len(keys) >= mostKeys {
		return admin.Grant{Key: keys[len(keys)-1]}
	}
	key := fmt.Sprintf("key-%s-%d", c.Name, len(w.keys[c.Name])+1)
	w.keys[c.Name] = append(w.keys[c.Name], key)
	w.forgetSeen(&w.apps[c.Application]) // it may have been seen as a stranger's
	return admin.Grant{Key: key}
}

// Limits tells how far each counter of a limit is, those that are at rest left out.
func (w *World) Limits() []admin.Limit {
	w.mu.Lock()
	defer w.mu.Unlock()
	var all []admin.Limit
	w.machine.Counters(w.tell(), func(c fakevendor.Counter) {
		q := &c.Quota
		one := admin.Limit{
			Application: c.Application, Name: q.Limit.Name, Key: w.keyOf(&c), Limit: q.Limit.Capacity(),
			Used: q.Used,
		}
		if at := fakevendor.Time(q.Reset); at > w.now {
			one.Resets = at.Std()
		}
		all = append(all, one)
	})
	return all
}

// keyOf says in words for whom a counter counts; "" for everybody.
func (w *World) keyOf(c *fakevendor.Counter) string {
	var parts []string
	add := func(what, name string) {
		if name != "" {
			parts = append(parts, what+" "+name)
		}
	}
	if c.Connection >= 0 {
		add("connection", w.cfg.Vendor.Connections[c.Connection].Name)
	}
	if c.Resource >= 0 {
		add("resource", w.apps[c.Application].Resources[c.Resource].Name)
	}
	add("token", c.Token)
	add("endpoint", c.Endpoint)
	add("object", c.Object)
	add("address", c.Address)
	return strings.Join(parts, ", ")
}

// Reset puts vendors and clock back to the start and empties the journal. Calls that wait are cut off.
func (w *World) Reset() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	machine, err := fakevendor.New(w.cfg.Vendor)
	if err != nil {
		return err
	}
	w.begin(machine, w.cfg.Vendor.Start)
	return w.journal.Clear()
}

// begin puts a machine in place of the present one, at an instant of its own.
func (w *World) begin(machine *fakevendor.Vendor, at fakevendor.Time) {
	w.machine, w.now = machine, at
	w.grants, w.judged = newGrants(), map[heldKey]string{}
	w.keys = map[string][]string{}
	for name, keys := range w.cfg.Keys {
		w.keys[name] = slices.Clone(keys)
	}
	for i := range w.apps {
		a := &w.apps[i]
		a.lists, a.changed = map[string]*list{}, 0
		a.done.put(nil)
		a.plans, a.seen = map[string]*plan{}, map[string]credential{}
	}
	w.bytes, w.cached, w.seen = 0, 0, 0
	w.clock.Restart(at.Std())
	w.changed()
}

// changed tells who watches for outages that something has changed. Under the lock.
func (w *World) changed() {
	close(w.news)
	w.news = make(chan struct{})
}

var errNoWorld = errors.New("the state is none of a world's")

// settle lets ports close and open before the tester goes on.
func (w *World) settle() {
	if s := w.server.Load(); s != nil {
		s.settle()
	}
}
