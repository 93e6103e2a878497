package standalone

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/dialect"
	"github.com/outagedrill/outagedrill/fakevendor/hold"
)

// grants are the authorization codes that were given and not used yet, and devices that wait for an answer.
type grants struct {
	codes   map[string]code
	devices map[string]*device
	given   int // codes so far
}

// code is an authorization code.
type code struct {
	Connection int             `json:"connection"`
	Client     string          `json:"client"`
	Redirect   string          `json:"redirect"`
	Challenge  string          `json:"challenge,omitempty"` // of PKCE (RFC 7636); "" without
	Method     string          `json:"method,omitempty"`
	Scope      string          `json:"scope,omitempty"`
	Until      fakevendor.Time `json:"until"`
}

// grant is what the token endpoint gives.
type grant struct {
	access, refresh string
	expiresIn       time.Duration
	expiresAt       fakevendor.Time
	told            bool // the answer says how long the access token lives
	scope           string
	device          *device // that was given codes
	deviceCode      string
}

// oauthError is what a client did wrong, in the words of RFC 6749.
type oauthError struct {
	status            int
	code, description string
}

// The bounds of the codes that nobody has used: how many, and the bytes of what one was asked for with.
const (
	mostCodes   = 5_000
	longestCode = 4 << 10
)

func newGrants() grants {
	return grants{codes: map[string]code{}, devices: map[string]*device{}}
}

// forget makes room among codes that are full: those that have expired go, and if there are none, all.
func forget[T any](codes map[string]T, now fakevendor.Time, until func(T) fakevendor.Time) {
	if len(codes) < mostCodes {
		return
	}
	maps.DeleteFunc(codes, func(_ string, one T) bool { return until(one) <= now })
	if len(codes) >= mostCodes {
		clear(codes)
	}
}

// issue gives a code for a connection. Under the lock.
func (g *grants) issue(name string, c code, now fakevendor.Time) string {
	forget(g.codes, now, func(c code) fakevendor.Time { return c.Until })
	g.given++
	text := "code-" + name + "-" + strconv.Itoa(g.given)
	g.codes[text] = c
	return text
}

// redeem takes a code back: it is good once.
func (c *call) redeem() (code, *oauthError) {
	text := c.value("code")
	got, ok := c.w.grants.codes[text]
	delete(c.w.grants.codes, text)
	bad := func(why string) *oauthError { return &oauthError{http.StatusBadRequest, "invalid_grant", why} }
	id, _ := c.client()
	switch {
	case !ok:
		return got, bad("the code is unknown or was used before")
	case got.Until <= c.now:
		return got, bad("the code has expired")
	case !c.redirects(&got):
		return got, bad("redirect_uri is not the one that the code was asked for with")
	case id == "" && c.value("client_assertion") == "": // an assertion (RFC 7521) names the client itself
		return got, &oauthError{http.StatusBadRequest, "invalid_request", "client_id is missing"}
	case id != "" && got.Client != id:
		return got, bad("the code was given to another client")
	case got.Challenge == "" && c.value("code_verifier") != "": // RFC 9700, 2.1.1: a downgrade
		return got, bad("code_verifier comes without a code_challenge before it")
	case !got.verified(c.value("code_verifier")):
		return got, bad("code_verifier does not fit the code_challenge")
	}
	return got, nil
}

// redirects tells whether the call names the redirect_uri that the code was asked for with (RFC 6749, 4.1.3).
func (c *call) redirects(got *code) bool {
	text := c.value("redirect_uri")
	return text == got.Redirect || text == "" && c.app.api.OAuth.RedirectOptional
}

// verified checks the proof of RFC 7636.
func (c *code) verified(verifier string) bool {
	if c.Challenge == "" {
		return true
	}
	if c.Method == "S256" {
		sum := sha256.Sum256([]byte(verifier))
		verifier = base64.RawURLEncoding.EncodeToString(sum[:])
	}
	return subtle.ConstantTimeCompare([]byte(c.Challenge), []byte(verifier)) == 1
}

// token decides a call of the token endpoint.
func (w *World) grantToken(c *call) (seq int64, latency time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c.now = w.tell()
	c.req = fakevendor.Request{Op: dialect.RefreshToken, Resource: -1, Patience: patience}
	connection, fault := c.asksFor()
	c.credential.connection = connection
	c.req.Connection, c.req.Stranger = connection, fault != nil
	c.req.Token, c.req.Address = c.credential.Fingerprint, host(c.r.RemoteAddr)
	c.req.Endpoint = kept(c.r.Method + " " + c.path)
	c.ask()
	shape := c.resp.Shape
	c.answer.transport, c.answer.status = shape.Transport, shape.Status
	healthy := shape.Name == dialect.ShapeToken || shape.Name == dialect.ShapeDeadRefresh
	switch {
	case fault != nil && healthy:
		c.fault = fault
		c.complain()
	case shape.Name == dialect.ShapeToken:
		c.give()
	default:
		c.render()
	}
	c.finishAnswer()
	return w.note(c, c.req.Endpoint, hold.Target(c.r.URL)), c.resp.Latency
}

// revoke decides a call of the revocation endpoint (RFC 7009): a token that the vendor gave is good no more.
// A refresh token takes all grants of its connection with it. Whatever else is presented is answered alike.
func (w *World) revoke(c *call) (seq int64, latency time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c.now = w.tell()
	text := c.value("token")
	if text == "" {
		text, _ = c.presented()
	}
	kind := hold.RefreshToken
	connection, _, given := w.token(c.app, refreshPrefix, text)
	if !given {
		kind = hold.AccessToken
		if connection, _, given = w.token(c.app, accessPrefix, text); !given {
			connection = c.app.oauth2(w)
		}
	}
	c.credential = credential{
		Credential: hold.Credential{Kind: kind, Fingerprint: hold.Fingerprint(text)}, connection: connection,
	}
	c.req = fakevendor.Request{
		Op: dialect.TestConnection, Connection: connection, Resource: -1, Patience: patience,
		Token: c.credential.Fingerprint, Address: host(c.r.RemoteAddr),
		Endpoint: kept(c.r.Method + " " + c.path),
	}
	c.ask()
	shape := c.resp.Shape
	c.answer.transport, c.answer.status = shape.Transport, shape.Status
	switch shape.Name {
	case dialect.ShapeTested, dialect.ShapeBadCredentials, dialect.ShapeExpiredToken:
		c.answer.status = http.StatusOK
		c.answer.add("Content-Type", "application/json")
		if test := c.value("test"); test == "1" || test == "true" { // Slack's: what would be done
			c.answer.body = append(c.answer.body, `{"ok":true,"revoked":false}`...)
			break
		}
		c.answer.body = append(c.answer.body, `{"ok":true,"revoked":true}`...)
		if given && kind == hold.RefreshToken {
			w.machine.Revoke(c.now, connection, "")
		} else {
			w.machine.Revoke(c.now, connection, c.credential.Fingerprint)
			w.hold(connection, c.credential.Fingerprint, hold.Revoked)
		}
	default:
		c.render()
	}
	c.finishAnswer()
	return w.note(c, c.req.Endpoint, hold.Target(c.r.URL)), c.resp.Latency
}

// asksFor finds out which grant is asked for, and for which connection.
func (c *call) asksFor() (connection int, fault *oauthError) {
	connection = c.app.oauth2(c.w)
	if fault := c.authenticate(); fault != nil {
		return connection, fault
	}
	switch kind := c.value("grant_type"); {
	case kind == "refresh_token" || kind == "" && c.value("refresh_token") != "":
		text := c.value("refresh_token")
		c.presents(hold.RefreshToken, text)
		if at, generation, ok := c.w.token(c.app, refreshPrefix, text); ok {
			c.req.Refresh = generation
			return at, nil
		}
		return connection, nil // a refresh token that the vendor never gave is dead
	case kind == "authorization_code" || kind == "" && c.value("code") != "":
		c.presents(hold.Code, c.value("code"))
		got, fault := c.redeem()
		if fault == nil {
			connection = got.Connection
			c.grant.scope = got.Scope
			c.req.Grant = fakevendor.CodeGrant
		}
		return connection, fault
	case isDeviceGrant(kind):
		return c.asksForDevice()
	case kind == "client_credentials" || kind == "password" ||
		kind == "urn:ietf:params:oauth:grant-type:jwt-bearer":
		id, secret := c.client()
		c.presents(hold.ClientSecret, secret)
		if kind == "client_credentials" && id == "" && c.value("client_assertion") == "" {
			bad := &oauthError{http.StatusUnauthorized, "invalid_client", "no client_id was given"}
			return connection, bad
		}
		c.grant.scope = c.value("scope")
		c.req.Grant = fakevendor.ClientGrant
		if c.app.api.OAuth.RefreshOnClient {
			c.req.Grant = fakevendor.CodeGrant
		}
		return connection, nil
	case kind == "":
		return connection, &oauthError{http.StatusBadRequest, "invalid_request", "grant_type is missing"}
	default:
		return connection, &oauthError{
			http.StatusBadRequest, "unsupported_grant_type", "grant_type " + kind + " is not supported",
		}
	}
}

// authenticate checks who the client is, where the configuration names clients: by its secret, which a public
// client has not (RFC 6749, 2.3.1). Assertions are not looked into.
func (c *call) authenticate() *oauthError {
	if len(c.app.clients) == 0 || c.value("client_assertion") != "" {
		return nil
	}
	id, secret := c.client()
	want, known := c.app.clients[id]
	if known && subtle.ConstantTimeCompare([]byte(want), []byte(secret)) == 1 {
		return nil
	}
	c.presents(hold.ClientSecret, secret)
	c.credential.State = hold.Unknown
	return &oauthError{http.StatusUnauthorized, "invalid_client", "the client or its secret is wrong"}
}

// presents notes what the client shows at the token endpoint.
func (c *call) presents(kind, secret string) {
	c.credential.Credential = hold.Credential{Kind: kind, Fingerprint: hold.Fingerprint(secret)}
}

// oauth2 gives the first connection that has OAuth 2.0; the first of all when none has.
func (a *app) oauth2(w *World) int {
	for _, i := range a.connections {
		if w.cfg.Vendor.Connections[i].Auth == fakevendor.OAuth2 {
			return i
		}
	}
	return a.connections[0]
}

// give words a grant.
func (c *call) give() {
	p := &c.resp.Params
	name := c.connectionName()
	c.grant.access = accessToken(name, p.Access)
	c.grant.expiresIn = p.ExpiresIn
	c.grant.expiresAt = c.now + fakevendor.Time(p.ExpiresIn)
	if p.Refresh != 0 {
		c.grant.refresh = refreshToken(name, p.Refresh)
	}
	o := &c.app.api.OAuth
	switch {
	case c.credential.Kind == hold.Code && !o.RefreshOnCode:
		c.grant.refresh = ""
	case c.credential.Kind == hold.RefreshToken && c.grant.refresh == "" && o.RefreshAlways:
		c.grant.refresh = c.value("refresh_token")
	}
	c.action = dialect.FixedAnswer
	c.write(&o.Answer)
	c.asForm()
}

// mint makes a token for who calls, beside those that its connection has: a key where it has no OAuth 2.0. It
// lives as long as the dialect's other tokens, unless life says how long.
func (c *call) mint(life time.Duration) {
	at := c.credential.connection
	connection := &c.w.cfg.Vendor.Connections[at]
	if connection.Auth != fakevendor.OAuth2 {
		c.grant.access = c.w.newKey(connection).Key
		return
	}
	var given fakevendor.Grant
	if life > 0 {
		given = c.w.machine.IssueFor(c.now, at, life)
	} else {
		given = c.w.machine.Issue(c.now, at)
	}
	c.grant.access = accessToken(connection.Name, given.Access)
	c.grant.expiresAt, c.grant.expiresIn = given.ExpiresAt, time.Duration(given.ExpiresAt-c.now)
}

// complain words what the client did wrong.
func (c *call) complain() {
	e := &c.app.api.OAuth.Errors
	c.answer.status = c.fault.status
	if e.Status != 0 {
		c.answer.status = e.Status
	}
	c.answer.add("Content-Type", "application/json")
	c.answer.add("Cache-Control", "no-store")
	if c.answer.status == http.StatusUnauthorized && c.r.Header.Get("Authorization") != "" {
		c.answer.add("WWW-Authenticate", `Basic realm="token"`) // RFC 6749, 5.2
	}
	if own, ok := e.Codes[c.fault.code]; ok {
		c.fault.code = own
	}
	if e.Body != nil {
		c.answer.body, _ = e.Body.AppendJSON(c.answer.body, c)
	}
	c.asForm()
}

// asForm turns the answer into a form, where the vendor does so for who does not accept JSON.
func (c *call) asForm() {
	if !c.app.api.OAuth.Form || acceptsJSON(c.r) {
		return
	}
	var fields map[string]any
	if decode(c.answer.body, &fields) != nil {
		return
	}
	form := url.Values{}
	for name, value := range fields {
		form.Set(name, text(value))
	}
	c.answer.body = append(c.answer.body[:0], form.Encode()...)
	for i := range c.answer.header {
		if c.answer.header[i].name == "Content-Type" {
			c.answer.header[i].values = []string{"application/x-www-form-urlencoded; charset=utf-8"}
		}
	}
}

// appendGrant fills a hole of the token endpoint's answers.
func (c *call) appendGrant(dst []byte, h *dialect.Hole) ([]byte, dialect.Filling) {
	switch h.Kind { //nolint:exhaustive // the others are AppendHole's
	case dialect.HoleAccessToken:
		return appendGiven(dst, c.grant.access)
	case dialect.HoleRefreshToken:
		return appendGiven(dst, c.grant.refresh)
	case dialect.HoleExpiresIn:
		c.grant.told = true
		return strconv.AppendInt(dst, int64(c.grant.expiresIn/time.Second), 10), dialect.Raw
	case dialect.HoleExpiresAt:
		if c.grant.expiresAt == 0 {
			return dst, dialect.Absent
		}
		c.grant.told = true
		return appendTime(dst, c.grant.expiresAt, h.Format)
	case dialect.HoleScope:
		return appendGiven(dst, c.grant.scope)
	case dialect.HoleDeviceCode, dialect.HoleUserCode, dialect.HoleVerificationURI, dialect.HoleInterval:
		return c.appendDevice(dst, h)
	case dialect.HoleQuotaLimit, dialect.HoleQuotaRemaining, dialect.HoleQuotaUsed, dialect.HoleQuotaReset:
		return c.appendQuota(dst, h)
	case dialect.HoleQuota:
		return h.AppendQuota(dst, &c.resp.Params)
	case dialect.HoleError:
		return append(dst, c.fault.code...), dialect.Text
	case dialect.HoleErrorDescription:
		return append(dst, c.fault.description...), dialect.Text
	}
	return dst, dialect.Absent
}

// appendQuota fills a hole that tells of the first limit that is about the call.
func (c *call) appendQuota(dst []byte, h *dialect.Hole) ([]byte, dialect.Filling) {
	quotas := c.resp.Params.Quotas
	if len(quotas) == 0 {
		return dst, dialect.Absent
	}
	q := &quotas[0]
	switch h.Kind {
	case dialect.HoleQuotaLimit:
		return strconv.AppendInt(dst, q.Limit.Capacity(), 10), dialect.Raw
	case dialect.HoleQuotaRemaining:
		return strconv.AppendInt(dst, max(0, q.Limit.Capacity()-q.Used), 10), dialect.Raw
	case dialect.HoleQuotaUsed:
		return strconv.AppendInt(dst, q.Used, 10), dialect.Raw
	default:
		return appendTime(dst, fakevendor.Time(q.Reset), dialect.EpochSecond)
	}
}
