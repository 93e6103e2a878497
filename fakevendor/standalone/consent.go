package standalone

import (
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/benbjohnson/clock"

	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/dialect"
	"github.com/outagedrill/outagedrill/fakevendor/wire"
)

// consentText is the page on which a human says yes or no.
const consentText = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{.Vendor}}: allow access?</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 34rem;
 margin: 4rem auto; padding: 0 1rem; color: #1c2024; }
fieldset { border: 1px solid #c4c8cc; border-radius: 6px; margin: 1rem 0; }
label { display: block; padding: .25rem 0; }
button { font: inherit; padding: .5rem 1.25rem; border-radius: 6px;
 border: 1px solid #1f5fbf; cursor: pointer; }
button[value=allow] { background: #1f5fbf; color: #fff; }
button[value=deny] { background: #fff; color: #1f5fbf; }
small { color: #5c6670; }
</style></head>
<body>
<h1>{{.Vendor}}</h1>
{{- with .Problem}}
<p role="alert">{{.}}</p>
{{- end}}
{{- with .Done}}
<p role="status">{{.}}</p>
{{- else}}
{{- with .Client}}
<p><strong>{{.}}</strong> wants access{{with $.Scope}} to <code>{{.}}</code>{{end}}.</p>
{{- end}}
<form method="post" action="{{.Action}}">
{{- if .Asks}}
<label>The code that your device shows
<input name="user_code" value="{{.Typed}}" autocomplete="off" autocapitalize="characters" required></label>
{{- end}}
<fieldset><legend>As which account?</legend>
{{- range $i, $name := .Connections}}
<label><input type="radio" name="connection" value="{{$name}}"{{if not $i}} checked{{end}}> {{$name}}</label>
{{- end}}
</fieldset>
<button name="answer" value="allow">Allow</button>
<button name="answer" value="deny">Deny</button>
</form>
{{- end}}
<p><small>This is a fake vendor of outagedrill: nobody's data is behind it. With auto=1 in the query
it says yes by itself.</small></p>
</body>
</html>
`

// page serves a page for humans, unless the vendor is down as a whole. It is no call of a client's: the
// journal has nothing of it.
func (s *Server) page(
	w http.ResponseWriter, r *http.Request, a *app, path string,
	show func(http.ResponseWriter, *http.Request, *app),
) {
	c := s.calls.get(s.world, a, r, path, "")
	defer s.calls.put(c)
	well := s.world.decidePage(c)
	if c.resp.Latency > 0 && (well || !c.slowBody) && !s.wait(r, c, c.resp.Latency) {
		wire.Reset(w)
		return
	}
	if !well {
		s.carry(w, r, c)
		return
	}
	if r.ContentLength != 0 { // who is slow to send the form is cut off
		until := clock.New().Now().Add(s.cfg.HeaderTimeout)
		http.NewResponseController(w).SetReadDeadline(until) //nolint:errcheck // noticed at the form
	}
	show(w, r, a)
}

// decidePage finds out whether a page is shown, or words what is in its way.
func (w *World) decidePage(c *call) (well bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c.now = w.tell()
	c.date = w.date(c.now)
	c.req = fakevendor.Request{
		Op: dialect.TestConnection, Connection: c.app.connections[0], Resource: -1, Page: true,
		Endpoint: kept(c.r.Method + " " + c.path),
	}
	c.ask()
	if c.resp.Shape.Name == dialect.ShapeTested {
		return true
	}
	c.answer.transport, c.answer.status = c.resp.Shape.Transport, c.resp.Shape.Status
	c.render()
	c.finishAnswer()
	return false
}

// authorize is the authorization endpoint (RFC 6749 4.1.1): a page for humans, and with auto=1, prompt=none
// or auto=deny in the query an answer at once, as the account that connection or login_hint names.
func (w *World) authorize(rw http.ResponseWriter, r *http.Request, a *app) {
	query := r.URL.Query()
	redirect, err := url.Parse(query.Get("redirect_uri"))
	bad := ""
	switch {
	case err != nil || query.Get("redirect_uri") != "" && !redirect.IsAbs():
		bad = "redirect_uri is no absolute URL"
	case query.Get("redirect_uri") == "":
		bad = "redirect_uri is missing"
	case query.Get("client_id") == "":
		bad = "client_id is missing"
	case len(r.RequestURI) > longestCode:
		bad = fmt.Sprintf("the request is for more than %d bytes", longestCode)
	}
	if _, known := a.clients[query.Get("client_id")]; bad == "" && len(a.clients) > 0 && !known {
		bad = "client_id is none that is known"
	}
	if bad != "" { // RFC 6749 4.1.2.1: such an error is not redirected
		http.Error(rw, "invalid_request: "+bad, http.StatusBadRequest)
		return
	}
	if kind := query.Get("response_type"); kind != "code" {
		back(rw, r, redirect, url.Values{"error": {"unsupported_response_type"}, "state": query["state"]})
		return
	}
	if method := query.Get("code_challenge_method"); method != "" && method != "plain" && method != "S256" {
		// RFC 7636 section 4.4.1
		back(rw, r, redirect, url.Values{"error": {"invalid_request"}, "state": query["state"]})
		return
	}
	answer, name := query.Get("auto"), query.Get("connection")
	if r.Method == http.MethodPost {
		r.Body = http.MaxBytesReader(rw, r.Body, 64<<10)
		answer, name = r.PostFormValue("answer"), r.PostFormValue("connection")
	} else if query.Get("prompt") == "none" {
		answer = "1"
	}
	switch answer {
	case "1", "true", "allow":
		w.allow(rw, r, a, redirect, name)
	case "deny":
		back(rw, r, redirect, url.Values{"error": {"access_denied"}, "state": query["state"]})
	default:
		w.consent(rw, r, a)
	}
}

// allow gives a code.
func (w *World) allow(rw http.ResponseWriter, r *http.Request, a *app, redirect *url.URL, name string) {
	query := r.URL.Query()
	if name == "" {
		name = query.Get("login_hint")
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	connection := w.chosen(a, name)
	now := w.tell()
	w.reauthorize(now, connection)
	method := query.Get("code_challenge_method")
	text := w.grants.issue(w.cfg.Vendor.Connections[connection].Name, code{
		Connection: connection, Client: query.Get("client_id"), Redirect: query.Get("redirect_uri"),
		Challenge: query.Get("code_challenge"), Method: method, Scope: query.Get("scope"),
		Until: now + fakevendor.Time(a.api.OAuth.CodeLifetime),
	}, now)
	back(rw, r, redirect, url.Values{"code": {text}, "state": query["state"]})
}

// chosen gives the connection of a name; the first one with OAuth 2.0 where none is called so.
func (w *World) chosen(a *app, name string) int {
	connection := a.oauth2(w)
	for _, i := range a.connections {
		if w.cfg.Vendor.Connections[i].Name == name {
			connection = i
		}
	}
	return connection
}

// reauthorize ends the faults that last until a human consents anew (C-05).
func (w *World) reauthorize(now fakevendor.Time, connection int) {
	for i := range w.machine.Faults() {
		f := w.machine.Fault(i)
		if f.Kind >= fakevendor.BadCredentials && f.Connection == connection && now >= f.From &&
			!w.machine.Ended(i) {
			w.machine.Reauthorize(now, connection, true)
			return
		}
	}
}

// back sends the browser back to the client.
func back(rw http.ResponseWriter, r *http.Request, redirect *url.URL, values url.Values) {
	query := redirect.Query()
	for name, value := range values {
		if len(value) > 0 {
			query.Set(name, value[0])
		}
	}
	to := *redirect
	to.RawQuery = query.Encode()
	http.Redirect(rw, r, to.String(), http.StatusFound)
}

// consentPage is what the page shows.
type consentPage struct {
	Vendor, Client, Scope string
	Connections           []string
	Action                string // where the form goes
	Asks                  bool   // for the code that a device shows
	Typed                 string
	Problem               string // with what was typed
	Done                  string // what has come of it; "" while nothing has
}

// consent shows the page.
func (w *World) consent(rw http.ResponseWriter, r *http.Request, a *app) {
	query := r.URL.Query()
	page := consentPage{
		Vendor: a.Name, Client: query.Get("client_id"), Scope: query.Get("scope"),
		Connections: w.oauthNames(a), Action: "?" + r.URL.RawQuery,
	}
	page.show(rw, http.StatusOK)
}

// oauthNames gives the names of an application's connections with OAuth 2.0.
func (w *World) oauthNames(a *app) []string {
	var names []string
	for _, i := range a.connections {
		if w.cfg.Vendor.Connections[i].Auth == fakevendor.OAuth2 {
			names = append(names, w.cfg.Vendor.Connections[i].Name)
		}
	}
	return names
}

func (p *consentPage) show(rw http.ResponseWriter, status int) {
	var page strings.Builder
	err := template.Must(template.New("consent").Parse(consentText)).Execute(&page, p)
	if err != nil {
		http.Error(rw, err.Error(), http.StatusInternalServerError)
		return
	}
	h := rw.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(page.Len()))
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
	h.Set("X-Frame-Options", "DENY")
	rw.WriteHeader(status)
	rw.Write([]byte(page.String())) //nolint:errcheck // the browser left
}
