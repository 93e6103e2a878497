package standalone

import (
	"encoding/base64"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/hold"
	"github.com/outagedrill/outagedrill/fakevendor/wire"
)

// The bounds of the credentials that are remembered: how many of each application, the bytes of one, and of
// all.
const (
	mostSeen      = 4_096
	longestSeen   = 4_096
	mostSeenBytes = 8 << 20
)

// identify finds out whose credential a call carries. Under the lock.
func (c *call) identify() {
	text, kind := c.presented()
	if text == "" && c.route != nil && c.route.Open {
		c.credential = c.w.judge(c.app, text, kind)
		c.credential.stranger = false
		return
	}
	if known, ok := c.app.seen[text]; ok {
		c.credential = known
		return
	}
	c.credential = c.w.judge(c.app, text, kind)
	if len(text) > longestSeen {
		return
	}
	if len(c.app.seen) >= mostSeen {
		c.w.forgetSeen(c.app)
	}
	for i := 0; i < len(c.w.apps) && c.w.seen+len(text) > mostSeenBytes; i++ {
		c.w.forgetSeen(&c.w.apps[i])
	}
	c.app.seen[strings.Clone(text)] = c.credential
	c.w.seen += len(text)
}

// forgetSeen forgets what credentials clients have presented at an application. Under the lock.
func (w *World) forgetSeen(a *app) {
	for text := range a.seen {
		w.seen -= len(text)
	}
	clear(a.seen)
}

// presented gives the credential of a call and its kind. A header of the vendor's own goes before
// Authorization, which may hold a signature.
func (c *call) presented() (text, kind string) {
	for _, name := range c.app.api.Credentials.Headers {
		if text := c.header(name); text != "" {
			return text, hold.APIKey
		}
	}
	if auth := c.header("Authorization"); auth != "" {
		scheme, rest, two := strings.Cut(auth, " ")
		switch {
		case !two:
			return auth, hold.APIKey
		case strings.EqualFold(scheme, "Basic"):
			return basic(rest), hold.Basic
		case strings.EqualFold(scheme, "OAuth") && strings.Contains(rest, "oauth_signature="):
			return signer(rest), hold.APIKey
		case scheme != awsSignature:
			return strings.TrimSpace(rest), hold.APIKey
		}
	}
	for _, name := range c.app.api.Credentials.Query {
		if text := c.value(name); text != "" {
			return text, hold.APIKey
		}
	}
	if body := c.app.api.Credentials.Body; body != nil {
		if m := body.FindSubmatch(c.body); m != nil {
			return string(m[1]), hold.APIKey
		}
	}
	return "", ""
}

// header gives a header of the request by its canonical name.
func (c *call) header(canonical string) string {
	if values := c.r.Header[canonical]; len(values) > 0 {
		return values[0]
	}
	return ""
}

// awsSignature is a scheme of Authorization that signs a request, whose credential is in another header.
const awsSignature = "AWS4-HMAC-SHA256"

// signer gives who signed a request by OAuth 1.0 (RFC 5849), whose other parameters are new at each: the
// token, or the client where there is none.
func signer(text string) string {
	client := ""
	for pair := range strings.SplitSeq(text, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(pair), "=")
		value = strings.Trim(value, `"`)
		switch {
		case name == "oauth_token" && value != "":
			return value
		case name == "oauth_consumer_key":
			client = value
		}
	}
	return client
}

// basic gives user:password, or the user alone where there is no password, as with a key in its place.
func basic(text string) string {
	plain, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return text
	}
	return strings.TrimSuffix(string(plain), ":")
}

// judge says what a credential is at an application: a token that the vendor gave, a key of a connection's,
// or any other text, which is good for the first connection unless the world is strict.
func (w *World) judge(a *app, text, kind string) credential {
	first := a.connections[0]
	c := credential{connection: first}
	c.Kind, c.Fingerprint = kind, hold.Fingerprint(text)
	if text == "" {
		open := a.api.Credentials.Anonymous || w.cfg.Vendor.Connections[first].Auth == fakevendor.NoAuth
		c.stranger = !open
		c.Fingerprint = anonymous
		return c
	}
	if connection, generation, ok := w.token(a, accessPrefix, text); ok {
		c.connection, c.access, c.Kind = connection, generation, hold.AccessToken
		return c
	}
	c.State = hold.Good
	user, _, _ := strings.Cut(text, ":")
	for _, i := range a.connections {
		name := w.cfg.Vendor.Connections[i].Name
		if text == name || user == name || slices.Contains(w.keys[name], text) {
			c.connection = i
			return c
		}
	}
	if w.cfg.Strict {
		c.stranger, c.State = true, hold.Unknown
	}
	return c
}

// anonymous stands for the credential of who shows none; no fingerprint looks like it.
const anonymous = "none"

const (
	accessPrefix  = "at-"
	refreshPrefix = "rt-"
)

// token reads a token of an application's connections: its connection and its generation.
func (w *World) token(a *app, prefix, text string) (connection int, generation uint32, ok bool) {
	rest, ok := strings.CutPrefix(text, prefix)
	cut := strings.LastIndexByte(rest, '-')
	if !ok || cut < 0 {
		return 0, 0, false
	}
	n, err := strconv.ParseUint(rest[cut+1:], 10, 32)
	if err != nil || n == 0 {
		return 0, 0, false
	}
	for _, i := range a.connections {
		c := &w.cfg.Vendor.Connections[i]
		if c.Name == rest[:cut] && c.Auth == fakevendor.OAuth2 {
			return i, uint32(n), true
		}
	}
	return 0, 0, false
}

// client gives the credentials of an OAuth client, out of the Authorization header or the form.
func (c *call) client() (id, secret string) {
	if user, password, ok := c.r.BasicAuth(); ok {
		return user, password
	}
	return c.value("client_id"), c.value("client_secret")
}

// baseURL is how the client writes the vendor's base URL.
func baseURL(r *http.Request, prefix string) string {
	scheme := "http://"
	if r.TLS != nil {
		scheme = "https://"
	}
	return scheme + r.Host + prefix
}

// base is the vendor's base URL as the client writes it.
func (c *call) base() string { return baseURL(c.r, c.prefix) }

func accessToken(connection string, generation uint32) string {
	return wire.AccessToken(connection, generation)
}

func refreshToken(connection string, generation uint32) string {
	return wire.RefreshToken(connection, generation)
}
