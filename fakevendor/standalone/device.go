package standalone

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/dialect"
	"github.com/outagedrill/outagedrill/fakevendor/hold"
)

// device is an authorization that a device has asked for (RFC 8628), and that a human is to give elsewhere.
type device struct {
	Connection int             `json:"connection"`
	Client     string          `json:"client"`
	Scope      string          `json:"scope,omitempty"`
	UserCode   string          `json:"user_code"`
	Until      fakevendor.Time `json:"until"`
	Interval   fakevendor.Time `json:"interval"` // between two polls
	Polled     fakevendor.Time `json:"polled"`   // at last; 0: not yet
	Answer     string          `json:"answer,omitempty"`
}

// slower is how much longer a device that polls too fast has to wait from then on (RFC 8628 3.5).
const slower = fakevendor.Time(5 * time.Second)

// isDeviceGrant knows the grant of RFC 8628 by its name, and by that of its drafts.
func isDeviceGrant(name string) bool {
	return name == "urn:ietf:params:oauth:grant-type:device_code" || name == "device_code"
}

// authorizeDevice decides a call of the device authorization endpoint (RFC 8628 3.1).
func (w *World) authorizeDevice(c *call) (seq int64, latency time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c.now = w.tell()
	connection := c.app.oauth2(w)
	c.credential.connection = connection
	c.req = fakevendor.Request{
		Op: dialect.TestConnection, Connection: connection, Resource: -1, Patience: patience,
		Address: host(c.r.RemoteAddr), Endpoint: kept(c.r.Method + " " + c.path),
	}
	c.ask()
	c.answer.transport, c.answer.status = c.resp.Shape.Transport, c.resp.Shape.Status
	client, _ := c.client()
	switch well := []dialect.ShapeName{ // nobody asks for a credential here
		dialect.ShapeTested, dialect.ShapeBadCredentials, dialect.ShapeExpiredToken,
	}; {
	case !slices.Contains(well, c.resp.Shape.Name):
		c.render()
	case client == "":
		c.fault = &oauthError{http.StatusBadRequest, "invalid_request", "client_id is missing"}
		c.complain()
	case len(client)+len(c.value("scope")) > longestCode:
		c.fault = &oauthError{http.StatusBadRequest, "invalid_request", "client_id and scope are too long"}
		c.complain()
	default:
		flow := &c.app.api.OAuth.Device
		c.grant.expiresIn, c.grant.scope = flow.Lifetime, strings.Clone(c.value("scope"))
		c.grant.device, c.grant.deviceCode = w.grants.issueDevice(connectionName(w, connection), device{
			Connection: connection, Client: strings.Clone(client), Scope: c.grant.scope,
			Until: c.now + fakevendor.Time(flow.Lifetime), Interval: fakevendor.Time(flow.Interval),
		}, c.now)
		c.action = dialect.FixedAnswer
		c.write(&flow.Answer)
		c.asForm()
	}
	c.finishAnswer()
	return w.note(c, c.req.Endpoint, hold.Target(c.r.URL)), c.resp.Latency
}

func connectionName(w *World, i int) string { return w.cfg.Vendor.Connections[i].Name }

// issueDevice gives the codes for a device. Under the lock.
func (g *grants) issueDevice(name string, d device, now fakevendor.Time) (*device, string) {
	forget(g.devices, now, func(d *device) fakevendor.Time { return d.Until })
	g.given++
	d.UserCode = userCode(g.given)
	text := "device-" + name + "-" + strconv.Itoa(g.given)
	g.devices[text] = &d
	return &d, text
}

// userCode spells a number with letters that nobody mistakes for others (RFC 8628 6.1), as BBBB-BBDF.
func userCode(n int) string {
	const letters = "BCDFGHJKLMNPQRSTVWXZ"
	code := []byte("BBBB-BBBB")
	for i := len(code) - 1; i >= 0 && n > 0; i-- {
		if code[i] != '-' {
			code[i] = letters[n%len(letters)]
			n /= len(letters)
		}
	}
	return string(code)
}

// asksForDevice finds out whether a human has allowed what a device polls for, and as which connection.
func (c *call) asksForDevice() (connection int, fault *oauthError) {
	c.presents(hold.Code, c.value("device_code"))
	d, fault := c.poll()
	if fault != nil {
		return c.app.oauth2(c.w), fault
	}
	c.grant.scope = d.Scope
	c.req.Grant = fakevendor.CodeGrant
	return d.Connection, nil
}

// poll tells a device what has become of its authorization: the code when a human has allowed it.
func (c *call) poll() (device, *oauthError) {
	text := c.value("device_code")
	bad := func(code, why string) *oauthError { return &oauthError{http.StatusBadRequest, code, why} }
	d := c.w.grants.devices[text]
	client, _ := c.client()
	switch {
	case d == nil:
		return device{}, bad("invalid_grant", "the device code is unknown or was used before")
	case client != "" && client != d.Client:
		return *d, bad("invalid_grant", "the device code was given to another client")
	case d.Until <= c.now:
		return *d, bad("expired_token", "the device code has expired")
	case d.Answer == "deny":
		delete(c.w.grants.devices, text)
		return *d, bad("access_denied", "the request was denied")
	case d.Answer == "allow":
		delete(c.w.grants.devices, text)
		return *d, nil
	}
	early := d.Polled != 0 && c.now < d.Polled+d.Interval
	if d.Polled = c.now; early {
		d.Interval += slower
		return *d, bad("slow_down", "the device polls faster than it was told to")
	}
	return *d, bad("authorization_pending", "nobody has answered yet")
}

// verify is where a human types the code that the device shows, and says yes or no (RFC 8628 3.3). With
// auto=1 or auto=deny in the query it answers at once.
func (w *World) verify(rw http.ResponseWriter, r *http.Request, a *app) {
	query := r.URL.Query()
	typed, answer, name := query.Get("user_code"), query.Get("auto"), query.Get("connection")
	if r.Method == http.MethodPost {
		r.Body = http.MaxBytesReader(rw, r.Body, 64<<10)
		answer, name = r.PostFormValue("answer"), r.PostFormValue("connection")
		if text := r.PostFormValue("user_code"); text != "" {
			typed = text
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	now := w.tell()
	d := w.grants.deviceOf(typed, now)
	page := consentPage{
		Vendor: a.Name, Action: "?" + r.URL.RawQuery, Connections: w.oauthNames(a), Typed: typed,
	}
	status := http.StatusOK
	switch {
	case d == nil && answer != "":
		status, page.Problem = http.StatusNotFound, "That code is unknown, or too old."
		fallthrough
	case d == nil:
		page.Asks = true
	case answer == "1" || answer == "true" || answer == "allow":
		d.Answer, d.Connection = "allow", w.chosen(a, name)
		w.reauthorize(now, d.Connection)
		page.Done = "Your device may go on."
	case answer == "deny":
		d.Answer, page.Done = "deny", "Your device is told no."
	default:
		page.Client, page.Scope, page.Asks = d.Client, d.Scope, true
	}
	page.show(rw, status)
}

// deviceOf finds the authorization that still waits for an answer, by the code that a human has typed.
func (g *grants) deviceOf(typed string, now fakevendor.Time) *device {
	plain := func(s string) string {
		return strings.ToUpper(strings.NewReplacer("-", "", " ", "").Replace(s))
	}
	for _, d := range g.devices {
		if d.Answer == "" && d.Until > now && plain(d.UserCode) == plain(typed) {
			return d
		}
	}
	return nil
}

// appendDevice fills a hole of the device authorization endpoint's answer.
func (c *call) appendDevice(dst []byte, h *dialect.Hole) ([]byte, dialect.Filling) {
	d := c.grant.device
	if d == nil {
		return dst, dialect.Absent
	}
	switch h.Kind { //nolint:exhaustive // the others are appendGrant's
	case dialect.HoleDeviceCode:
		return appendGiven(dst, c.grant.deviceCode)
	case dialect.HoleUserCode:
		return appendGiven(dst, d.UserCode)
	case dialect.HoleInterval:
		return strconv.AppendInt(dst, int64(d.Interval/fakevendor.Time(time.Second)), 10), dialect.Raw
	}
	return append(append(dst, c.base()...), c.app.api.OAuth.Device.Verify...), dialect.Text
}
