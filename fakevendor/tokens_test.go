package fakevendor_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/dialect"
)

func TestTokenLife(t *testing.T) {
	d := open(t, world(t))
	if diff := cmp.Diff(fakevendor.Grant{Access: 1, Refresh: 1, ExpiresAt: after(time.Hour)}, d.Grant(main)); diff != "" {
		t.Error(diff)
	}
	if got := d.Grant(key); got.Access != 0 || got.ExpiresAt != 0 {
		t.Errorf("a token without OAuth 2.0: %+v", got)
	}
	d.wantShape(d.read(time.Hour-1, main, contacts), dialect.ShapePage, -1)
	d.wantShape(d.read(time.Hour, main, contacts), dialect.ShapeExpiredToken, -1) // good for t < expiry
	d.wantShape(d.read(time.Hour, key, contacts), dialect.ShapePage, -1)

	got := d.refresh(90*time.Minute, 1)
	d.wantShape(got, dialect.ShapeToken, -1)
	if got.Params.Access != 2 || got.Params.Refresh != 0 || got.Params.ExpiresIn != time.Hour {
		t.Errorf("granted %+v", got.Params)
	}
	d.wantShape(d.read(90*time.Minute, main, contacts), dialect.ShapePage, -1)
	old := fakevendor.Request{Op: dialect.TestConnection, Connection: main, Resource: -1, Access: 1}
	d.wantShape(d.respond(90*time.Minute, old), dialect.ShapeExpiredToken, -1)
	d.wantShape(d.refresh(90*time.Minute, 7), dialect.ShapeDeadRefresh, -1)
	d.wantShape(d.refresh(90*time.Minute, 1), dialect.ShapeToken, -1) // no rotation: the old one is good
}

// Where the vendor rotates, the new refresh token replaces the old at once (C-06).
func TestRotation(t *testing.T) {
	cfg := world(t)
	rotates := *cfg.Applications[acme].Dialect // others have the same one
	rotates.RotatesRefresh = true
	cfg.Applications[acme].Dialect = &rotates
	d := open(t, cfg)
	if got := d.refresh(0, 1); got.Params.Refresh != 2 {
		t.Errorf("refresh token %d, want 2", got.Params.Refresh)
	}
	d.wantShape(d.refresh(1, 1), dialect.ShapeDeadRefresh, -1)
	d.wantShape(d.refresh(2, 2), dialect.ShapeToken, -1)
}

// A revoked token answers expired_token until a refresh, or a re-authorization, replaces it.
func TestRevokedToken(t *testing.T) {
	revoked := fault(fakevendor.TokenRevoked, window(time.Minute, day))
	d := open(t, world(t, revoked))
	d.wantShape(d.read(time.Minute-1, main, contacts), dialect.ShapePage, -1)
	d.wantShape(d.read(time.Minute, main, contacts), dialect.ShapeExpiredToken, 0)
	if got := d.refresh(time.Minute, 1); got.Mended != 0 || !d.Ended(0) {
		t.Errorf("mended %d, ended %t", got.Mended, d.Ended(0))
	}
	d.wantShape(d.read(time.Minute, main, contacts), dialect.ShapePage, -1)

	d = open(t, world(t, revoked))
	if got := d.Reauthorize(after(time.Minute), main, true); !cmp.Equal(got.Mended, []int{0}) {
		t.Errorf("mended %v", got.Mended)
	}
}

// A refresh whose caller has hung up had no effect.
func TestUnheardRefresh(t *testing.T) {
	slow := fault(fakevendor.Slow, func(f *fakevendor.Fault) { f.Latency = 30*time.Second + 1 }, window(0, 1))
	d := open(t, world(t, slow))
	d.refresh(0, 1)
	if got := d.Grant(main).Access; got != 1 {
		t.Errorf("generation %d", got)
	}
	slow.Latency-- // exactly the caller's patience: heard
	d = open(t, world(t, slow))
	d.refresh(0, 1)
	if got := d.Grant(main).Access; got != 2 {
		t.Errorf("generation %d", got)
	}
}

func TestReauthorize(t *testing.T) {
	d := open(t, world(t,
		fault(fakevendor.BadCredentials, window(time.Hour, day)),
		fault(fakevendor.TokenRefresh, how(fakevendor.HowDead), window(time.Hour, day)),
		fault(fakevendor.TokenRefresh, how(fakevendor.HowTransient), window(time.Hour, 3*time.Hour)),
		fault(fakevendor.BadCredentials, window(5*time.Hour, day)),
	))
	// transient and dead begin together: the later in the slice answers
	d.wantShape(d.refresh(2*time.Hour, 1), dialect.ShapeTransientRefresh, 2)
	got := d.Reauthorize(after(2*time.Hour), main, true)
	want := fakevendor.Grant{Access: 2, Refresh: 2, ExpiresAt: after(3 * time.Hour), Mended: []int{0, 1}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	d.wantShape(d.read(2*time.Hour, main, contacts), dialect.ShapePage, -1)
	d.wantShape(d.refresh(2*time.Hour, 2), dialect.ShapeTransientRefresh, 2)
	d.wantShape(d.refresh(3*time.Hour, 2), dialect.ShapeToken, -1)
	d.wantShape(d.read(5*time.Hour, main, contacts), dialect.ShapeBadCredentials, 3) // not mended beforehand
}

// Wrong credentials answer until valid ones are stored; the token endpoint is not concerned.
func TestReauthorizeWithWrongCredentials(t *testing.T) {
	d := open(t, world(t, fault(fakevendor.BadCredentials)))
	d.wantShape(d.test(time.Hour, main), dialect.ShapeBadCredentials, 0)
	if got := d.Reauthorize(after(time.Hour), main, false); got.Mended != nil || got.Access != 1 {
		t.Errorf("granted %+v", got)
	}
	d.wantShape(d.test(time.Hour, main), dialect.ShapeBadCredentials, 0)
	d.wantShape(d.refresh(time.Hour, 1), dialect.ShapeToken, -1)
	d.wantShape(d.test(2*time.Hour, main), dialect.ShapeBadCredentials, -1) // the fault is over
	d.wantShape(d.test(2*time.Hour, key), dialect.ShapeTested, -1)
	d.Reauthorize(after(3*time.Hour), main, true)
	d.wantShape(d.test(3*time.Hour, main), dialect.ShapeTested, -1)
}

func TestRefreshWithoutOAuth(t *testing.T) {
	d := open(t, world(t))
	got := d.respond(0, fakevendor.Request{Op: dialect.RefreshToken, Connection: key, Resource: -1})
	d.wantShape(got, dialect.ShapeDeadRefresh, -1)
}
