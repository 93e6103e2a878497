package fakevendor_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/dialect"
)

// want expects a shape and the rule behind it.
func (d *driver) want(got fakevendor.Response, shape dialect.ShapeName, rule fakevendor.Rule) {
	d.Helper()
	if got.Shape.Name != shape || got.Why.Rule != rule {
		d.Errorf("answered %s by %s, want %s by %s", got.Shape.Name, got.Why.Rule, shape, rule)
	}
}

// access reads contacts with an access token of a generation.
func (d *driver) access(at time.Duration, generation uint32) fakevendor.Response {
	d.Helper()
	return d.respond(at, fakevendor.Request{
		Op: dialect.ReadPage, Connection: main, Resource: contacts, Access: generation,
	})
}

// grant asks the token endpoint for a grant.
func (d *driver) grant(at time.Duration, kind fakevendor.GrantType) fakevendor.Response {
	d.Helper()
	return d.respond(at, fakevendor.Request{Op: dialect.RefreshToken, Connection: main, Resource: -1, Grant: kind})
}

// token reads contacts with the API key of a fingerprint.
func (d *driver) token(at time.Duration, fingerprint string) fakevendor.Response {
	d.Helper()
	return d.call(at, func(r *fakevendor.Request) { r.Token = fingerprint })
}

// rotating opens the world with a dialect that rotates refresh tokens, as a change makes it.
func rotating(t testing.TB, change string) *driver {
	t.Helper()
	text := "dialect: mine\nvendor: Mine\nformat: 1\nextends: generic\n" +
		"token:\n  rotates_refresh: {is: true, source: x, certainty: U}\n" + change
	d, err := dialect.Parse("mine.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	cfg := world(t)
	cfg.Applications[acme].Dialect = d
	return open(t, cfg)
}

func TestExpire(t *testing.T) {
	d := open(t, world(t))
	d.want(d.access(0, 1), dialect.ShapePage, fakevendor.Served)
	d.Expire(after(time.Minute), main, "")
	d.want(d.access(time.Minute, 1), dialect.ShapeExpiredToken, fakevendor.ByExpiry)
	d.want(d.refresh(time.Minute, 1), dialect.ShapeToken, fakevendor.Served)
	d.want(d.access(time.Minute, 2), dialect.ShapePage, fakevendor.Served)
	d.want(d.access(time.Minute, 1), dialect.ShapeExpiredToken, fakevendor.ByRotation)
	d.want(d.access(62*time.Minute, 2), dialect.ShapeExpiredToken, fakevendor.ByExpiry)

	d.Expire(after(62*time.Minute), key, "")
	d.want(d.token(62*time.Minute, "a"), dialect.ShapeExpiredToken, fakevendor.ByExpiry)
	d.Reauthorize(after(63*time.Minute), key, true)
	d.Expire(after(63*time.Minute), key, "a")
	d.want(d.token(63*time.Minute, "a"), dialect.ShapeExpiredToken, fakevendor.ByExpiry)
	d.want(d.token(63*time.Minute, "b"), dialect.ShapePage, fakevendor.Served)
}

func TestRevoke(t *testing.T) {
	d := open(t, world(t))
	d.Revoke(after(0), main, "")
	d.want(d.access(0, 1), dialect.ShapeExpiredToken, fakevendor.ByRevocation)
	d.want(d.refresh(0, 1), dialect.ShapeDeadRefresh, fakevendor.ByRevocation)
	if g := d.Reauthorize(after(time.Minute), main, true); g.Access != 2 || g.Refresh != 2 {
		t.Errorf("authorized anew: %+v", g)
	}
	d.want(d.access(time.Minute, 2), dialect.ShapePage, fakevendor.Served)
	d.want(d.refresh(time.Minute, 1), dialect.ShapeDeadRefresh, fakevendor.ByRefresh)

	d.Revoke(after(time.Minute), key, "a")
	d.want(d.token(time.Minute, "a"), dialect.ShapeBadCredentials, fakevendor.ByRevocation)
	d.want(d.token(time.Minute, "b"), dialect.ShapePage, fakevendor.Served)
	d.Revoke(after(time.Minute), key, "")
	d.want(d.token(time.Minute, "b"), dialect.ShapeBadCredentials, fakevendor.ByRevocation)
}

// What a deed at a connection changes comes after what began before it: the token that is revoked is the one
// that was in force at that instant, whether or not anybody called meanwhile.
func TestRotateAfterARevocation(t *testing.T) {
	d := open(t, world(t, fault(fakevendor.TokenRevoked, window(time.Minute, day))))
	d.Rotate(after(2*time.Minute), main)
	got := d.respond(3*time.Minute, fakevendor.Request{
		Op: dialect.ReadPage, Connection: main, Resource: contacts, Access: 2,
	})
	d.wantShape(got, dialect.ShapePage, -1)
}

// What is replaced is no longer good: the key that was presented last, or the latest grant's tokens.
func TestRotate(t *testing.T) {
	d := open(t, world(t))
	d.want(d.token(0, "a"), dialect.ShapePage, fakevendor.Served)
	d.Rotate(after(0), key)
	d.want(d.token(0, "a"), dialect.ShapeBadCredentials, fakevendor.ByRotation)
	d.want(d.token(0, "b"), dialect.ShapePage, fakevendor.Served)

	want := fakevendor.Grant{Access: 2, Refresh: 2, ExpiresAt: after(time.Hour)}
	if diff := cmp.Diff(want, d.Rotate(after(0), main)); diff != "" {
		t.Error(diff)
	}
	d.want(d.access(0, 1), dialect.ShapeExpiredToken, fakevendor.ByRotation)
	d.want(d.refresh(0, 1), dialect.ShapeDeadRefresh, fakevendor.ByRefreshUse)
	d.want(d.refresh(0, 2), dialect.ShapeToken, fakevendor.Served)
}

// A credential that was never issued is not good, nor is none at all where tokens are wanted.
func TestStrangers(t *testing.T) {
	d := open(t, world(t))
	d.want(d.call(0, func(r *fakevendor.Request) { r.Stranger = true }), dialect.ShapeBadCredentials, fakevendor.ByCredentials)
	d.want(d.access(0, 7), dialect.ShapeExpiredToken, fakevendor.ByCredentials)
	req := fakevendor.Request{Op: dialect.ReadPage, Connection: main, Resource: contacts}
	var resp fakevendor.Response
	d.Respond(after(0), &req, &resp)
	d.want(resp, dialect.ShapeExpiredToken, fakevendor.ByCredentials)
	req.Token = "a personal access token"
	d.Respond(after(0), &req, &resp)
	d.want(resp, dialect.ShapePage, fakevendor.Served)
	d.Revoke(after(0), main, req.Token)
	d.Respond(after(0), &req, &resp)
	d.want(resp, dialect.ShapeBadCredentials, fakevendor.ByRevocation)
	d.want(d.access(0, 1), dialect.ShapePage, fakevendor.Served)
}

// Grants stand side by side: one client's token does not end another's.
func TestGrantsSideBySide(t *testing.T) {
	d := rotating(t, "")
	code := d.grant(0, fakevendor.CodeGrant)
	d.want(code, dialect.ShapeToken, fakevendor.Served)
	if code.Params.Access != 2 || code.Params.Refresh != 2 {
		t.Errorf("a code's grant: %+v", code.Params)
	}
	client := d.grant(time.Minute, fakevendor.ClientGrant)
	if client.Params.Access != 3 || client.Params.Refresh != 0 {
		t.Errorf("a client's own grant: %+v", client.Params)
	}
	for generation := range uint32(3) {
		d.want(d.access(time.Minute, generation+1), dialect.ShapePage, fakevendor.Served)
	}
	d.want(d.refresh(2*time.Minute, 1), dialect.ShapeToken, fakevendor.Served)
	d.want(d.access(2*time.Minute, 1), dialect.ShapeExpiredToken, fakevendor.ByRotation)
	d.want(d.access(2*time.Minute, 2), dialect.ShapePage, fakevendor.Served)
	d.want(d.access(2*time.Minute, 4), dialect.ShapePage, fakevendor.Served)
	if g := d.Issue(after(3*time.Minute), main); g.Access != 5 || g.Refresh != 4 || g.Mended != nil {
		t.Errorf("issued: %+v", g)
	}
	d.Expire(after(4*time.Minute), main, "")
	for _, generation := range []uint32{2, 3, 4, 5} {
		d.want(d.access(4*time.Minute, generation), dialect.ShapeExpiredToken, fakevendor.ByExpiry)
	}
	d.want(d.refresh(4*time.Minute, 2), dialect.ShapeToken, fakevendor.Served)
	for range 300 {
		d.grant(5*time.Minute, fakevendor.CodeGrant)
	}
	if n := len(d.Tokens(main)); n > 2*256 {
		t.Errorf("%d tokens are remembered", n)
	}
	d.want(d.refresh(5*time.Minute, 2), dialect.ShapeDeadRefresh, fakevendor.ByRefresh) // forgotten
}

// RFC 9700 4.14.2: who uses a used refresh token again may be a thief, and the whole grant ends.
func TestReuseOfARefreshToken(t *testing.T) {
	const source = ", source: x, certainty: U}\n"
	revokes := "  reuse: {is: revokes" + source
	for name, tt := range map[string]struct {
		token string
		do    func(*driver)
	}{
		"refused": {"", func(d *driver) {
			d.want(d.refresh(0, 1), dialect.ShapeDeadRefresh, fakevendor.ByRefreshUse)
			d.want(d.refresh(0, 2), dialect.ShapeToken, fakevendor.Served)
		}},
		"revokes": {revokes, func(d *driver) {
			d.grant(0, fakevendor.CodeGrant)
			d.want(d.refresh(0, 1), dialect.ShapeDeadRefresh, fakevendor.ByRefreshUse)
			d.want(d.refresh(0, 2), dialect.ShapeDeadRefresh, fakevendor.ByRevocation)
			d.want(d.access(0, 2), dialect.ShapeExpiredToken, fakevendor.ByRevocation)
			d.want(d.access(0, 3), dialect.ShapePage, fakevendor.Served) // another grant
			d.want(d.refresh(0, 3), dialect.ShapeToken, fakevendor.Served)
		}},
		"keeps the last": {"  reuse: {is: keeps_last" + source, func(d *driver) {
			for range 3 { // its answers were lost
				d.want(d.refresh(0, 1), dialect.ShapeToken, fakevendor.Served)
			}
			d.want(d.refresh(0, 2), dialect.ShapeDeadRefresh, fakevendor.ByRefreshUse) // never arrived
			d.want(d.refresh(time.Hour, 5), dialect.ShapeToken, fakevendor.Served)
			d.want(d.refresh(time.Hour, 1), dialect.ShapeDeadRefresh, fakevendor.ByRefreshUse)
		}},
		"grace": {revokes + "  grace: {is: 10m" + source, func(d *driver) {
			d.want(d.refresh(9*time.Minute, 1), dialect.ShapeToken, fakevendor.Served)
			d.want(d.refresh(10*time.Minute, 1), dialect.ShapeDeadRefresh, fakevendor.ByRefreshUse)
			d.want(d.refresh(10*time.Minute, 3), dialect.ShapeDeadRefresh, fakevendor.ByRevocation)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			d := rotating(t, tt.token)
			first := d.refresh(0, 1)
			d.want(first, dialect.ShapeToken, fakevendor.Served)
			if first.Params.Refresh != 2 {
				t.Errorf("not rotated: %+v", first.Params)
			}
			tt.do(d)
		})
	}
}

// A refresh whose answer is lost on its way has happened all the same.
func TestRefreshWhoseAnswerIsLost(t *testing.T) {
	d := rotating(t, "")
	i, err := d.AddFault(after(0), fakevendor.Fault{
		Kind: fakevendor.Down, How: fakevendor.HowReset, Application: acme, Connection: -1,
		OfTokens: true, Applied: true, To: after(time.Minute),
	})
	if err != nil {
		t.Fatal(err)
	}
	d.wantShape(d.refresh(0, 1), dialect.ShapeReset, i)
	d.want(d.access(0, 1), dialect.ShapeExpiredToken, fakevendor.ByRotation)
	d.want(d.refresh(time.Minute, 1), dialect.ShapeDeadRefresh, fakevendor.ByRefreshUse)
	d.want(d.refresh(time.Minute, 2), dialect.ShapeToken, fakevendor.Served)
}

func TestTokens(t *testing.T) {
	d := rotating(t, "")
	d.grant(0, fakevendor.ClientGrant)
	d.refresh(0, 1)
	d.Revoke(after(time.Minute), main, "")
	d.Issue(after(time.Minute), main)
	want := []fakevendor.Token{
		{Generation: 1, Refresh: true, Rule: fakevendor.ByRefreshUse},
		{Generation: 2, Refresh: true, Rule: fakevendor.ByRevocation},
		{Generation: 3, ExpiresAt: after(time.Minute), Rule: fakevendor.ByRevocation},
		{Generation: 2, ExpiresAt: after(time.Minute), Rule: fakevendor.ByRevocation},
		{Generation: 3, Refresh: true},
		{Generation: 4, ExpiresAt: after(61 * time.Minute)},
	}
	if diff := cmp.Diff(want, d.Tokens(main)); diff != "" {
		t.Error(diff)
	}
	if d.Tokens(key) != nil {
		t.Error("tokens without OAuth 2.0")
	}
}
