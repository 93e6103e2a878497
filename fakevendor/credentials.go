package fakevendor

import (
	"slices"
	"time"

	"github.com/outagedrill/outagedrill/fakevendor/dialect"
)

// Reauthorize stores new credentials for a connection at now, which never goes back.
//
// Valid ones end its active bad_credentials, dead token_refresh and token_revoked faults (Mended lists
// them in order of precedence) and grant a fresh token without a call; every earlier one is void, and so is
// all that Expire, Revoke and Rotate held against the connection. With others every API call of
// the connection answers bad_credentials until a valid Reauthorize; the Grant is the old one.
func (v *Vendor) Reauthorize(now Time, conn int, valid bool) Grant {
	c, a := v.reach(now, conn)
	c.wrong = !valid
	if !valid {
		c.judgeSound()
		return v.Grant(conn)
	}
	c.refused, c.earlier = nil, nil
	c.judgeSound()
	var mended []int
	for _, i := range a.active {
		f := &v.faults[i]
		if f.ofCredentials() && f.Connection == conn && (f.Kind != TokenRefresh || f.How == HowDead) {
			mended = append(mended, i)
		}
	}
	for _, i := range mended {
		v.mend(a, i)
	}
	if c.Auth == OAuth2 {
		c.issued++
		c.renewed++
		c.grant = grant{access: c.issued, refresh: c.renewed, expiresAt: now.plus(v.lifetime(c.Application))}
	}
	g := v.Grant(conn)
	g.Mended = mended
	return g
}

// reach moves the vendor's time on for a deed at a connection. What began before the deed is taken into
// account first: a token_revoked revokes the token that was in force when it began.
func (v *Vendor) reach(now Time, conn int) (*connection, *application) {
	v.tell(now)
	c := &v.conns[conn]
	a := &v.apps[c.Application]
	v.cross(a, now)
	return c, a
}

// Expire ends the life of a connection's credential at now: the one with that fingerprint (Request.Token),
// or, for "", each access token of its grants, and without OAuth 2.0 whatever is presented. Refresh tokens
// stay good.
func (v *Vendor) Expire(now Time, conn int, token string) {
	c, _ := v.reach(now, conn)
	if token != "" || c.Auth != OAuth2 {
		c.refuse(token, ByExpiry)
		return
	}
	c.each(func(g *grant) { g.expiresAt = min(g.expiresAt, now) })
}

// Revoke takes a connection's credential away at now: the one with that fingerprint, or, for "", all of its
// grants with their refresh tokens and every other credential, until Reauthorize.
func (v *Vendor) Revoke(now Time, conn int, token string) {
	c, _ := v.reach(now, conn)
	c.refuse(token, ByRevocation)
	if token == "" {
		c.each(func(g *grant) { g.revoke(now) })
	}
}

// Rotate replaces a connection's credential at now, as somebody else would who shares it. With OAuth 2.0 the
// latest grant has new tokens, which are given, and its old ones are used up. What was presented last of
// other credentials is no longer good; another one is.
func (v *Vendor) Rotate(now Time, conn int) Grant {
	c, _ := v.reach(now, conn)
	if c.Auth != OAuth2 {
		c.refuse(c.presented, ByRotation)
		return Grant{}
	}
	c.issued++
	c.access, c.expiresAt = c.issued, now.plus(v.lifetime(c.Application))
	c.rotate(c, now)
	return v.Grant(conn)
}

// Issue gives a connection a further grant at now, beside those that it has, as an authorization would that
// mends nothing. It is zero without OAuth 2.0.
func (v *Vendor) Issue(now Time, conn int) Grant {
	c, _ := v.reach(now, conn)
	if c.Auth == OAuth2 {
		v.renew(&v.apps[c.Application], c, &Request{Op: dialect.RefreshToken, Grant: CodeGrant}, int64(now))
	}
	return v.Grant(conn)
}

// IssueFor is Issue of an access token with a life of its own, unless the application's configuration has
// one for all.
func (v *Vendor) IssueFor(now Time, conn int, life time.Duration) Grant {
	v.Issue(now, conn)
	c := &v.conns[conn]
	if v.lifetime(c.Application) == v.apps[c.Application].Dialect.TokenLifetime && c.Auth == OAuth2 {
		c.expiresAt = now.plus(life)
	}
	return v.Grant(conn)
}

// Token is a token that a connection was given, and what has become of it.
type Token struct {
	Generation uint32
	Refresh    bool // a refresh token, not an access token
	ExpiresAt  Time // of an access token
	Rule       Rule // Served: it is good; else why it is not
}

// Tokens gives the tokens of a connection's grants that are still known, the oldest grant first: access
// tokens in force, refresh tokens in force, and used ones.
func (v *Vendor) Tokens(conn int) []Token {
	c := &v.conns[conn]
	var tokens []Token
	add := func(g *grant) {
		end := Served
		if g.revoked {
			end = ByRevocation
		}
		for _, spent := range g.spent {
			tokens = append(tokens, Token{Generation: spent, Refresh: true, Rule: ByRefreshUse})
		}
		if g.refresh != 0 {
			tokens = append(tokens, Token{Generation: g.refresh, Refresh: true, Rule: end})
		}
		if end == Served && v.now >= g.expiresAt {
			end = ByExpiry
		}
		if g.access != 0 {
			tokens = append(tokens, Token{Generation: g.access, ExpiresAt: g.expiresAt, Rule: end})
		}
	}
	for i := range c.earlier {
		add(&c.earlier[i])
	}
	add(&c.grant)
	return tokens
}

// refuse holds something against a credential, in place of what was held against it before. Of more than
// maxRefused the one that was refused first is good again.
func (c *connection) refuse(token string, rule Rule) {
	c.refused = slices.DeleteFunc(c.refused, func(r refusal) bool { return r.Token == token })
	if len(c.refused) >= maxRefused {
		c.refused = slices.Delete(c.refused, 0, 1)
	}
	c.refused = append(c.refused, refusal{token, rule})
	c.judgeSound()
}

// each calls f for every grant of the connection.
func (c *connection) each(f func(*grant)) {
	f(&c.grant)
	for i := range c.earlier {
		f(&c.earlier[i])
	}
}
