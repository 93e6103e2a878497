package server

import (
	"net/http"
	"time"

	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/wire"
)

// wrongValue in any field makes the credentials wrong.
const wrongValue = "wrong"

// grant is what consent gives. The tokens are for OAuth 2.0 alone.
type grant struct {
	AccessToken  string     `json:"access_token,omitempty"`
	RefreshToken string     `json:"refresh_token,omitempty"`
	ExpiresAt    *time.Time `json:"expires_at,omitempty"`
}

// consent lets a human give an application new credentials for a connection, beside its API: no fault, limit
// or latency is in the way, as OUT-12 has it.
//
//	POST /c/N/authorize {"fields": {"password": "…"}}
//
// Valid ones end the connection's bad credentials, dead refresh token and revoked token, and are answered
// 200 with fresh tokens. The value "wrong" in any field makes them wrong: they are stored nevertheless, every
// call of the connection answers bad credentials until valid ones come, and the answer is a 422.
func consent(w http.ResponseWriter, r *http.Request, v *wire.Vendor, connection int) error {
	var body struct {
		Fields map[string]string `json:"fields"`
	}
	if err := wire.ReadJSON(r, &body); err != nil {
		return err
	}
	if body.Fields == nil {
		return wire.Refuse(http.StatusBadRequest, `no "fields" (want an object of texts)`)
	}
	valid := true
	for _, value := range body.Fields {
		valid = valid && value != wrongValue
	}
	var at fakevendor.Time
	var given fakevendor.Grant
	v.Use(func(now fakevendor.Time, m *fakevendor.Vendor) {
		at, given = now, m.Reauthorize(now, connection, valid)
	})
	if !valid {
		return wire.Refuse(http.StatusUnprocessableEntity, "the credentials were stored and are not accepted")
	}
	var g grant
	if c := &v.Connections[connection]; c.Auth == fakevendor.OAuth2 {
		expires := given.ExpiresAt.Std()
		g = grant{wire.AccessToken(c.Name, given.Access), wire.RefreshToken(c.Name, given.Refresh), &expires}
	}
	return wire.WriteJSON(w, at, g)
}
