package fakevendor

import (
	"slices"

	"github.com/outagedrill/outagedrill/fakevendor/dialect"
)

// maxGrants, maxSpent and maxRefused bound what a connection remembers: grants beside the latest one, used
// refresh tokens of a grant, and credentials that are good no more. The oldest goes first; what is forgotten
// is unknown.
const (
	maxGrants  = 255
	maxSpent   = 32
	maxRefused = 1_000
)

// connection is the state of one connection's credentials.
type connection struct {
	*Connection
	grant             // the latest
	earlier   []grant // others that may still be good, the oldest first
	issued    uint32  // generation of the access token that was issued last
	renewed   uint32  // generation of the refresh token that was issued last
	wrong     bool    // the stored credentials are wrong, since a re-authorization
	refused   []refusal
	sound     bool   // none of the two lines above
	presented string // fingerprint of the credential that was presented last
}

// grant is an access token and the refresh token that replaces it; 0 for none.
type grant struct {
	access    uint32
	refresh   uint32
	expiresAt Time // the access token is good before it
	revoked   bool
	spent     []uint32 // refresh tokens that were used before, the oldest first
	rotated   Time     // when the last of them was used first
}

// refusal is a credential that is no longer good.
type refusal struct {
	Token string `json:"token,omitempty"` // its fingerprint; "" for all that are no access token of a grant
	Rule  Rule   `json:"rule"`
}

func openConnection(cfg *Connection) connection {
	c := connection{Connection: cfg, sound: true}
	if cfg.Auth == OAuth2 {
		c.access, c.refresh, c.issued, c.renewed = 1, 1, 1, 1
	}
	return c
}

// judgeSound finds out whether nothing is known against the connection's credentials.
func (c *connection) judgeSound() { c.sound = !c.wrong && len(c.refused) == 0 }

// tokenGood tells whether an access token is good; connections without OAuth 2.0 need none.
func (c *connection) tokenGood(access uint32, now Time) bool {
	return c.Auth != OAuth2 || access == c.access && now < c.expiresAt || c.earlierGood(access, now)
}

func (c *connection) earlierGood(access uint32, now Time) bool {
	return access != 0 && slices.ContainsFunc(c.earlier, func(g grant) bool {
		return g.access == access && now < g.expiresAt
	})
}

// presentsGood tells whether a call's token is good: a credential that is no access token of a grant is.
func (c *connection) presentsGood(req *Request, now Time) bool {
	return c.tokenGood(req.Access, now) || req.Access == 0 && req.Token != ""
}

// credentials finds what is wrong with the credentials of a call, tokens of a grant aside; Served for
// nothing.
func (c *connection) credentials(req *Request) (dialect.ShapeName, Rule) {
	if c.wrong || req.Stranger {
		return dialect.ShapeBadCredentials, ByCredentials
	}
	for _, r := range c.refused {
		if r.Token != req.Token && r.Token != "" || r.Token == "" && c.Auth == OAuth2 && req.Access != 0 {
			continue
		}
		if r.Rule == ByExpiry {
			return dialect.ShapeExpiredToken, r.Rule
		}
		return dialect.ShapeBadCredentials, r.Rule
	}
	return 0, Served
}

// badToken says what is wrong with an access token that is not good.
func (c *connection) badToken(access uint32) Rule {
	g := c.grantOf(func(g *grant) bool { return g.access == access && access != 0 })
	switch {
	case g != nil && g.revoked:
		return ByRevocation
	case g != nil:
		return ByExpiry
	case access == 0 || access > c.issued:
		return ByCredentials
	}
	return ByRotation
}

// grantOf finds one of the connection's grants, the latest first; nil for none.
func (c *connection) grantOf(is func(*grant) bool) *grant {
	if is(&c.grant) {
		return &c.grant
	}
	for i := len(c.earlier) - 1; i >= 0; i-- {
		if is(&c.earlier[i]) {
			return &c.earlier[i]
		}
	}
	return nil
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

// answerToken answers at the token endpoint: application-wide outages cover it, then the token faults of the
// connection, then limits of its own; a refresh token that is not current is dead (C-05, C-06).
func (v *Vendor) answerToken(
	a *application, c *connection, req *Request, resp *Response,
) dialect.ShapeName {
	if i := v.firstAtTokens(a, req); i >= 0 {
		return v.struck(i, resp)
	}
	if len(a.limits) != 0 && a.overLimit(v.now, req, resp) {
		return dialect.ShapeRateLimited
	}
	if rule := v.tokenRule(a, c, req); rule != Served {
		resp.Why.Rule = rule
		return dialect.ShapeDeadRefresh
	}
	v.fillToken(a, req, c.issued, c.renewed, &resp.Params)
	return dialect.ShapeToken
}

// fillToken fills in the tokens that come after others.
func (v *Vendor) fillToken(a *application, req *Request, access, refresh uint32, p *dialect.Params) {
	p.Access = access + 1
	if a.rotates(req) {
		p.Refresh = refresh + 1
	}
	p.ExpiresIn = v.lifetime(a.index)
}

// firstAtTokens finds the fault that answers a token call; -1 for none. Limits and rejections of the whole
// application spare the token endpoint, those of its own do not.
func (v *Vendor) firstAtTokens(a *application, req *Request) int {
	if len(a.active) == 0 {
		return -1
	}
	if i := v.first(a, req, rankRefused, rankServerError); i >= 0 {
		return i
	}
	if i := v.first(a, req, rankToken, rankToken); i >= 0 {
		return i
	}
	for _, i := range a.active {
		f := &v.faults[i]
		if f.OfTokens && f.rank >= rankBadCredentials && f.rank < rankSlow && f.strikes(req, v.now, a.draw) {
			return i
		}
	}
	return -1
}

// tokenRule finds why the token endpoint refuses; Served when it does not.
func (v *Vendor) tokenRule(a *application, c *connection, req *Request) Rule {
	switch {
	case c.Auth != OAuth2:
		return ByRefresh
	case req.Stranger:
		return ByCredentials
	case req.Grant != RefreshGrant:
		return Served
	case req.Refresh == 0:
		return ByRefresh
	}
	g := c.grantOf(func(g *grant) bool { return g.refresh == req.Refresh })
	if g == nil {
		if g = c.spentBy(req.Refresh); g == nil {
			return ByRefresh
		}
		if !g.revoked && !g.spares(a.Dialect, req.Refresh, v.now) {
			return ByRefreshUse
		}
	}
	if g.revoked {
		return ByRevocation
	}
	return Served
}

// spares tells whether a used refresh token is good once more: the last one, in case its answer was lost.
func (g *grant) spares(d *dialect.Dialect, refresh uint32, now Time) bool {
	return g.spent[len(g.spent)-1] == refresh &&
		(d.Reuse == dialect.ReuseKeepsLast || now < g.rotated.plus(d.Grace))
}

// spentBy finds the grant that a used refresh token belongs to; nil for none.
func (c *connection) spentBy(refresh uint32) *grant {
	return c.grantOf(func(g *grant) bool { return slices.Contains(g.spent, refresh) })
}

// settleToken puts the new token in force and so mends a revoked one. A caller that has hung up never learns
// the token, and the old one stays: a call that is not ok had no effect (C-04). A fault of the token endpoint
// with Applied loses the answer of a refresh that had its effect.
func (v *Vendor) settleToken(a *application, c *connection, req *Request, resp *Response) {
	if resp.Why.Rule == ByRefreshUse && a.Dialect.Reuse == dialect.ReuseRevokes {
		c.spentBy(req.Refresh).revoke(v.now)
		return
	}
	if resp.Fault >= 0 && v.loses(a, c, req, resp.Fault) {
		v.renew(a, c, req, resp.Params.Now)
		return
	}
	if resp.Shape.Name != dialect.ShapeToken || req.hangsUp(resp.Latency) {
		return
	}
	v.renew(a, c, req, resp.Params.Now)
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

// loses tells whether a fault answers in place of a refresh that has its effect.
func (v *Vendor) loses(a *application, c *connection, req *Request, fault int) bool {
	f := &v.faults[fault]
	return f.Applied && f.OfTokens && v.tokenRule(a, c, req) == Served
}

// renew issues the tokens of a grant.
func (v *Vendor) renew(a *application, c *connection, req *Request, now int64) {
	g := &c.grant
	if req.Grant == RefreshGrant {
		g = c.grantOf(func(g *grant) bool { return g.refresh == req.Refresh })
		if g == nil {
			g = c.spentBy(req.Refresh)
		}
	} else {
		c.begin(Time(now))
	}
	c.issued++
	g.access, g.expiresAt = c.issued, Time(now).plus(v.lifetime(c.Application))
	switch {
	case !a.rotates(req):
	case req.Grant == RefreshGrant && req.Refresh != g.refresh: // the last one, once more
		g.replace(c)
	default:
		g.rotate(c, Time(now))
	}
}

// rotates tells whether a grant comes with a new refresh token.
func (a *application) rotates(req *Request) bool {
	return req.Grant == CodeGrant || req.Grant == RefreshGrant && a.Dialect.RotatesRefresh
}

// begin makes room for a grant beside those that there are.
func (c *connection) begin(now Time) {
	c.earlier = slices.DeleteFunc(c.earlier, func(g grant) bool {
		return g.refresh == 0 && g.expiresAt <= now
	})
	c.earlier = append(c.earlier, c.grant)
	if len(c.earlier) > maxGrants {
		c.earlier = slices.Delete(c.earlier, 0, 1)
	}
	c.grant = grant{}
}

// rotate replaces the grant's refresh token, which is used up.
func (g *grant) rotate(c *connection, now Time) {
	if g.refresh != 0 {
		g.spend(len(g.spent), g.refresh)
		g.rotated = now
	}
	c.renewed++
	g.refresh = c.renewed
}

// replace replaces a refresh token that was never used, since its answer was lost: the one before it stays
// the last that was.
func (g *grant) replace(c *connection) {
	g.spend(len(g.spent)-1, g.refresh)
	c.renewed++
	g.refresh = c.renewed
}

// spend remembers a used refresh token.
func (g *grant) spend(at int, refresh uint32) {
	g.spent = slices.Insert(g.spent, at, refresh)
	if len(g.spent) > maxSpent {
		g.spent = slices.Delete(g.spent, 0, 1)
	}
}

// revoke ends a grant: neither of its tokens is good from now on.
func (g *grant) revoke(now Time) {
	g.revoked, g.expiresAt = true, min(g.expiresAt, now)
}
