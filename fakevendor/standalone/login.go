package standalone

import (
	"net/http"
	"time"

	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/dialect"
	"github.com/outagedrill/outagedrill/fakevendor/hold"
)

// login is a way to a token that is none of OAuth's, at its path.
type login struct {
	route
	*dialect.Login
}

// login gives the way to a token that a call is; nil when it is none.
func (r *router) login(c *call) *dialect.Login {
	for i := range r.logins {
		l := &r.logins[i]
		if _, ok := l.match(c.path, nil); ok && c.r.Method == http.MethodPost && c.parameter(&l.When) != "" {
			return l.Login
		}
	}
	return nil
}

// badCredentials tells whether what a connection has to show is good for nothing now.
func (w *World) badCredentials(connection int) bool {
	for i := range w.machine.Faults() {
		f := w.machine.Fault(i)
		if f.Kind == fakevendor.BadCredentials && f.Connection == connection && w.machine.Active(i) {
			return true
		}
	}
	return false
}

// logIn decides a call by which a user gets a token by name and password. Any are good, as everywhere, unless
// the world is strict.
func (w *World) logIn(c *call, l *dialect.Login) (seq int64, latency time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c.now = w.tell()
	secret := c.parameter(&l.When)
	c.credential = w.judge(c.app, secret, hold.Basic)
	if c.credential.stranger {
		c.credential.connection = c.app.oauth2(w)
	}
	bad := c.credential.stranger || w.badCredentials(c.credential.connection)
	c.req = fakevendor.Request{
		Op: dialect.RefreshToken, Connection: c.credential.connection, Resource: -1, Patience: patience,
		Stranger: bad, Grant: fakevendor.ClientGrant, Token: c.credential.Fingerprint,
		Address: host(c.r.RemoteAddr), Endpoint: c.r.Method + " " + l.Path,
	}
	c.ask()
	shape := c.resp.Shape
	c.answer.transport, c.answer.status = shape.Transport, shape.Status
	switch {
	case shape.Name == dialect.ShapeToken && !c.req.Stranger:
		p := &c.resp.Params
		c.grant.access = accessToken(c.connectionName(), p.Access)
		c.grant.expiresIn, c.grant.expiresAt = p.ExpiresIn, c.now+fakevendor.Time(p.ExpiresIn)
		c.write(&l.Answer)
	case shape.Name == dialect.ShapeToken || shape.Name == dialect.ShapeDeadRefresh:
		c.write(&l.Error)
	default:
		c.render()
	}
	c.finishAnswer()
	return w.note(c, c.req.Endpoint, hold.Target(c.r.URL)), c.resp.Latency
}
