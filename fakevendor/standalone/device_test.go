package standalone_test

import (
	"net/http"
	"net/url"
	"regexp"
	"testing"
	"time"
)

// askDevice asks for the codes of a device and gives them.
func (r *rig) askDevice(vendor, path string) (deviceCode, userCode string) {
	r.Helper()
	a := r.ask(vendor, http.MethodPost, path, "client_id=tv&scope=read", "Accept: application/json")
	a.want(r, 200, `"interval":5`)
	found := func(name string) string {
		m := regexp.MustCompile(`"` + name + `":"([^"]+)"`).FindStringSubmatch(a.body)
		if m == nil {
			r.Fatalf("no %s in %s", name, a.body)
		}
		return m[1]
	}
	return found("device_code"), found("user_code")
}

func (r *rig) poll(vendor, path, deviceCode string) answer {
	r.Helper()
	form := url.Values{
		"grant_type": {"urn:ietf:params:oauth:grant-type:device_code"}, "client_id": {"tv"}, "device_code": {deviceCode},
	}
	return r.ask(vendor, http.MethodPost, path, form.Encode(), "Accept: application/json")
}

// A device gets its token once a human has typed its code and said yes, and is told to wait until then, and
// longer when it asks too often.
func TestDevice(t *testing.T) {
	r := serve(t, []string{"generic"})
	code, typed := r.askDevice("generic", "/oauth/device_authorization")
	poll := func() answer { return r.poll("generic", "/oauth/token", code) }
	poll().want(t, 400, `"error":"authorization_pending"`)
	r.advance(4 * time.Second)
	poll().want(t, 400, `"error":"slow_down"`)
	r.advance(9 * time.Second)
	poll().want(t, 400, `"error":"slow_down"`)
	r.advance(15 * time.Second)
	poll().want(t, 400, `"error":"authorization_pending"`)

	r.ask("generic", http.MethodGet, "/device", "").want(t, 200, `name="user_code" value=""`)
	r.ask("generic", http.MethodPost, "/device", "answer=allow&user_code=BBBB-XXXX").want(t, 404, "unknown, or too old")
	r.ask("generic", http.MethodGet, "/device?user_code="+typed, "").want(t, 200, "<strong>tv</strong> wants access")
	saved, err := r.world.Save()
	if err != nil {
		t.Fatal(err)
	}
	if err := r.world.Restore(saved); err != nil {
		t.Fatal(err)
	}
	r.ask("generic", http.MethodPost, "/device", "answer=allow&user_code="+typed).want(t, 200, "Your device may go on.")
	r.advance(15 * time.Second)
	poll().want(t, 200, `"scope":"read"`)
	poll().want(t, 400, `"error":"invalid_grant"`)
}

// Who says no, or nothing for too long, ends it; a token endpoint that is down gives no token.
func TestDeviceErrors(t *testing.T) {
	r := serve(t, []string{"github"})
	code, typed := r.askDevice("github", "/login/device/code")
	r.ask("github", http.MethodGet, "/login/device?auto=deny&user_code="+typed, "").want(t, 200, "told no")
	r.poll("github", "/login/oauth/access_token", code).want(t, 200, `"error":"access_denied"`)

	code, typed = r.askDevice("github", "/login/device/code")
	r.advance(15 * time.Minute)
	r.poll("github", "/login/oauth/access_token", code).want(t, 200, `"error":"expired_token"`)
	r.ask("github", http.MethodGet, "/login/device?auto=1&user_code="+typed, "").want(t, 404, "too old")
	r.ask("github", http.MethodPost, "/login/device/code", "scope=x").want(t, 200, "error=invalid_request")
}
