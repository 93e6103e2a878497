package admin

import (
	"context"
	"net/http"
	"strings"

	"github.com/outagedrill/outagedrill/fakevendor/hold"
)

// credentialView is one credential as the API tells it, without the secret.
type credentialView struct {
	Connection  string  `json:"connection"`
	Kind        string  `json:"kind" enum:"access_token,refresh_token,api_key,basic,code,client_secret"`
	Fingerprint string  `json:"fingerprint"`
	State       string  `json:"state" enum:"good,expired,revoked,rotated,unknown"`
	Issued      *string `json:"issued" format:"date-time"`
	Expires     *string `json:"expires" format:"date-time" doc:"Null: it does not."`
}

// change is what to do to which credential.
type change struct {
	Do   string `path:"do" enum:"issue,expire,revoke,rotate"`
	Body struct {
		Connection  string `json:"connection"`
		Kind        string `json:"kind,omitempty" enum:"access_token,refresh_token,api_key,basic"`
		Fingerprint string `json:"fingerprint,omitempty" doc:"The one that is meant; none: that in force."`
		Credential  string `json:"credential,omitempty" maxLength:"4096" doc:"The one that is meant, itself."`
	}
}

// grantView are new credentials; what the deed gives none of is left out.
type grantView struct {
	Connection   string  `json:"connection"`
	AccessToken  string  `json:"access_token,omitempty"`
	RefreshToken string  `json:"refresh_token,omitempty"`
	ExpiresAt    *string `json:"expires_at,omitempty" format:"date-time"`
	Key          string  `json:"key,omitempty"`
}

func (r *routes) credentialOperations() {
	handle(r, http.MethodGet, "list-credentials", "/credentials", "The credentials that the vendors know of",
		"Without the secrets: a fingerprint is the beginning of the SHA-256 of one.",
		func(s *server, _ context.Context, _ *struct{}) (*plain[[]credentialView], error) {
			return &plain[[]credentialView]{s.credentials()}, nil
		})
	handle(r, http.MethodPost, "change-credentials", "/credentials/{do}",
		"Issue, expire, revoke or rotate credentials",
		"Issue gives new ones beside the old, expire ends the life of access tokens, revoke takes "+
			"credentials away, rotate gives new ones in place of the old. A client finds out when it uses "+
			"them. Without a kind all credentials are meant to which it can be done.",
		(*server).changeCredentials)
}

func (s *server) credentials() []credentialView {
	cfg, list := s.world.Config(), []credentialView{}
	for _, c := range s.world.Credentials() {
		name := cfg.Connections[c.Connection].Name
		list = append(list, credentialView{
			name, c.Kind, c.Fingerprint, c.State, when(c.Issued), when(c.Expires),
		})
	}
	return list
}

func (s *server) changeCredentials(_ context.Context, in *change) (*plain[grantView], error) {
	conn, err := connection(s.world.Config(), in.Body.Connection)
	if err == nil && in.Body.Fingerprint != "" && !hold.IsFingerprint(in.Body.Fingerprint) {
		err = noFingerprint(in.Body.Fingerprint)
	}
	if err != nil {
		return nil, wrong(err)
	}
	c := CredentialChange{
		Do: Do(in.Do), Connection: conn, Kind: in.Body.Kind, Fingerprint: in.Body.Fingerprint,
	}
	if in.Body.Credential != "" {
		c.Fingerprint = hold.Fingerprint(in.Body.Credential)
	}
	g, err := s.world.Change(&c)
	if err != nil {
		return nil, wrong(err)
	}
	what := strings.Join(strings.Fields(c.Kind+" "+c.Fingerprint), " ")
	var given *hold.Granted
	if g.AccessToken != "" || g.RefreshToken != "" {
		given = &hold.Granted{
			Access: hold.Fingerprint(g.AccessToken), Refresh: hold.Fingerprint(g.RefreshToken),
			ExpiresAt: g.ExpiresAt,
		}
	}
	name := in.Body.Connection
	s.grant("credential."+in.Do, strings.TrimSpace(name+" "+what), given, name)
	return &plain[grantView]{
		grantView{name, g.AccessToken, g.RefreshToken, when(g.ExpiresAt), g.Key},
	}, nil
}
