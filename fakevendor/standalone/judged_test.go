package standalone_test

import (
	"encoding/json"
	"net/url"
	"slices"
	"testing"
	"time"

	"github.com/outagedrill/outagedrill/fakevendor/admin"
	"github.com/outagedrill/outagedrill/fakevendor/hold"
)

// refreshed asks GitHub's token endpoint for a new token and gives what came. The answer has status 200, be it
// an error or not.
func (r *rig) refreshed(token string) (access, refresh string) {
	r.Helper()
	form := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {token}, "client_id": {"app"}}
	a := r.ask("github", "POST", "/login/oauth/access_token", form.Encode(),
		"Content-Type: application/x-www-form-urlencoded", "Accept: application/json")
	a.want(r.TB, 200, "")
	var given struct {
		Access  string `json:"access_token"`
		Refresh string `json:"refresh_token"`
	}
	if err := json.Unmarshal([]byte(a.body), &given); err != nil {
		r.Fatal(err)
	}
	return given.Access, given.Refresh
}

// TestJudged: what a client does with its tokens over HTTP is found in the journal, and only that.
func TestJudged(t *testing.T) {
	for name, tt := range map[string]struct {
		client func(r *rig, access, refresh string)
		found  []string
	}{
		"polite": {func(r *rig, access, refresh string) {
			r.ask("github", "GET", "/user", "", "Authorization: Bearer "+access)
			r.pass(9 * time.Hour)
			access, _ = r.refreshed(refresh)
			r.ask("github", "GET", "/user", "", "Authorization: Bearer "+access)
		}, nil},
		"blind to expiry": {func(r *rig, access, _ string) {
			r.pass(9 * time.Hour)
			r.ask("github", "GET", "/user", "", "Authorization: Bearer "+access).want(r.TB, 401, "")
		}, []string{"called_with_expired_token"}},
		"with the old refresh token": {func(r *rig, _, refresh string) {
			r.pass(time.Minute)
			r.refreshed(refresh)
			r.pass(time.Minute)
			r.refreshed(refresh)
		}, []string{"used_rotated_token"}},
		"stubborn": {func(r *rig, access, _ string) {
			bearer := "Bearer " + access
			r.revoke()
			r.ask("github", "GET", "/user", "", "Authorization: "+bearer).want(r.TB, 401, "")
			r.pass(time.Minute)
			r.ask("github", "GET", "/user", "", "Authorization: "+bearer).want(r.TB, 401, "")
		}, []string{"used_revoked_token"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := serve(t, []string{"github"})
			access, refresh := r.refreshed("rt-github-main-1")
			r.pass(time.Minute)
			tt.client(r, access, refresh)
			v, err := hold.Judge(r.world.Journal(), hold.Terms{})
			if err != nil {
				t.Fatal(err)
			}
			var found []string
			for _, f := range v.Findings {
				found = append(found, f.Rule)
			}
			if !slices.Equal(found, tt.found) {
				t.Errorf("found %+v (want %v)", v.Findings, tt.found)
			}
		})
	}
}

// pass moves the vendors' clock.
func (r *rig) pass(d time.Duration) {
	r.Helper()
	if err := r.world.Clock().Advance(d); err != nil {
		r.Fatal(err)
	}
}

// revoke takes all tokens away.
func (r *rig) revoke() {
	r.Helper()
	if _, err := r.world.Change(&admin.CredentialChange{Do: admin.Revoke}); err != nil {
		r.Fatal(err)
	}
}
