package fakevendor

import "github.com/outagedrill/outagedrill/fakevendor/dialect"

// connection is the state of one connection's credentials.
type connection struct {
	*Connection
	wrong     bool   // the stored credentials are wrong, since a re-authorization
	access    uint32 // generation of the good access token; 0 without OAuth 2.0
	refresh   uint32
	expiresAt Time // the access token is good before it
}

func openConnection(cfg *Connection) connection {
	c := connection{Connection: cfg}
	if cfg.Auth == OAuth2 {
		c.access, c.refresh = 1, 1
	}
	return c
}

// tokenGood tells whether an access token is good; connections without OAuth 2.0 need none.
func (c *connection) tokenGood(access uint32, now Time) bool {
	return c.Auth != OAuth2 || (access == c.access && now < c.expiresAt)
}

// Grant gives a connection's current token: generation 1 at the start, good until the start plus the
// token's lifetime. It is zero without OAuth 2.0.
func (v *Vendor) Grant(conn int) Grant {
	c := &v.conns[conn]
	if c.Auth != OAuth2 {
		return Grant{}
	}
	return Grant{Access: c.access, Refresh: c.refresh, ExpiresAt: c.expiresAt}
}

// Reauthorize stores new credentials for a connection at now, which never goes back.
//
// Valid ones end its active bad_credentials, dead token_refresh and token_revoked faults (Mended lists
// them in order of precedence) and grant a fresh token without a call. With others every API call of
// the connection answers bad_credentials until a valid Reauthorize; the Grant is the old one.
func (v *Vendor) Reauthorize(now Time, conn int, valid bool) Grant {
	v.tell(now)
	c := &v.conns[conn]
	a := &v.apps[c.Application]
	v.cross(a, now)
	c.wrong = !valid
	if !valid {
		return v.Grant(conn)
	}
	var mended []int
	for _, i := range a.active {
		f := &v.faults[i]
		if f.Connection == conn && (f.Kind != TokenRefresh || f.How == HowDead) {
			mended = append(mended, i)
		}
	}
	for _, i := range mended {
		v.mend(a, i)
	}
	if c.Auth == OAuth2 {
		c.access++
		c.refresh++
		c.expiresAt = now.plus(v.lifetime(c.Application))
	}
	g := v.Grant(conn)
	g.Mended = mended
	return g
}

// answerRefresh answers at the token endpoint: application-wide outages cover it, then the token
// faults of the connection; a refresh token that is not the current one is dead.
func (v *Vendor) answerRefresh(
	a *application, c *connection, req *Request, resp *Response,
) dialect.ShapeName {
	if len(a.active) != 0 {
		if i := v.first(a, req, rankRefused, rankServerError); i >= 0 {
			return v.struck(i, resp)
		}
		if i := v.first(a, req, rankToken, rankToken); i >= 0 {
			return v.struck(i, resp)
		}
	}
	if c.Auth != OAuth2 || req.Refresh != c.refresh {
		return dialect.ShapeDeadRefresh
	}
	resp.Params.Access = c.access + 1
	if a.Dialect.RotatesRefresh {
		resp.Params.Refresh = c.refresh + 1
	}
	resp.Params.ExpiresIn = v.lifetime(c.Application)
	return dialect.ShapeToken
}

// settleRefresh puts the new token in force and so mends a revoked one. A caller that has hung up
// never learns the token, and the old one stays: a call that is not ok had no effect (C-04).
func (v *Vendor) settleRefresh(a *application, c *connection, req *Request, resp *Response) {
	if resp.Shape.Name != dialect.ShapeToken || req.hangsUp(resp.Latency) {
		return
	}
	c.access = resp.Params.Access
	if resp.Params.Refresh != 0 {
		c.refresh = resp.Params.Refresh
	}
	c.expiresAt = v.now.plus(resp.Params.ExpiresIn)
	for i := 0; i < len(a.active); {
		fault := a.active[i]
		f := &v.faults[fault]
		if f.Kind != TokenRevoked || f.Connection != req.Connection {
			i++
			continue
		}
		if resp.Mended < 0 {
			resp.Mended = fault
		}
		v.mend(a, fault)
	}
}
