package engine_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/engine/policy"
)

// good is a token of the first generation that is due a minute before its expiry, at nine minutes.
var good = engine.Token{Access: 1, Refresh: 1, ExpiresAt: engine.Time(10 * time.Minute)}

var (
	renewed = engine.Result{Class: engine.OK, Access: 2, ExpiresIn: time.Hour}
	dead    = engine.Result{Class: engine.TokenRefreshFailed, Sub: engine.Dead, Status: 400, RetryAfter: -1}
	expired = engine.Result{
		Class: engine.BadCredentials, Sub: engine.ExpiredToken, Status: 401, RetryAfter: -1,
	}
)

// at makes a job that polls one resource once, at an instant.
func at(instant time.Duration, resource int) engine.Job {
	return engine.Job{
		Name: "job", Resources: []int{resource}, Every: 24 * time.Hour, Phase: instant,
	}
}

func (h *hand) inFlight(want ...engine.Op) {
	h.t.Helper()
	if diff := cmp.Diff(want, h.ops()); diff != "" {
		h.t.Fatalf("calls in flight: %s", diff)
	}
}

// C-06: of two calls at one instant one refreshes and the other waits; both go with the new token, in the
// order in which they came. The new refresh token replaces the old one at once.
func TestCallsShareARefresh(t *testing.T) {
	h := byHand(t, good, nil, at(9*time.Minute, 0), at(9*time.Minute, 1), at(69*time.Minute, 2))
	h.to(9 * time.Minute)
	h.inFlight(engine.RefreshToken)
	if c := h.flying[0]; c.Refresh != 1 || c.Resource != -1 {
		t.Errorf("the refresh presents token %d for resource %d", c.Refresh, c.Resource)
	}
	rotated := renewed
	rotated.Refresh = 7
	h.answer(rotated)
	h.inFlight(engine.ReadPage, engine.ReadPage)
	for i, c := range h.flying {
		if c.Access != 2 || int(c.Resource) != i {
			t.Errorf("page %d: resource %d with token %d (expected %d, 2)", i, c.Resource, c.Access, i)
		}
	}
	h.answer(empty)
	h.answer(empty)
	h.to(69 * time.Minute) // an hour after the sending: expired
	h.inFlight(engine.RefreshToken)
	if h.flying[0].Refresh != 7 {
		t.Errorf("the second refresh presents token %d (expected the rotated 7)", h.flying[0].Refresh)
	}
}

// C-05: before expiry a failed refresh falls back on the old token, at it there is nothing to fall back on;
// with token.fallback: false there never is.
func TestAFailedRefresh(t *testing.T) {
	never := func(p *policy.PollingJobs) { p.TokenFallback = false }
	for name, c := range map[string]struct {
		at     time.Duration
		change func(*policy.PollingJobs)
		falls  bool
	}{
		"due":         {9 * time.Minute, nil, true},
		"last chance": {10*time.Minute - 1, nil, true},
		"expired":     {10 * time.Minute, nil, false},
		"no fallback": {9 * time.Minute, never, false},
	} {
		t.Run(name, func(t *testing.T) {
			h := byHand(t, good, c.change, at(c.at, 0))
			h.to(c.at)
			h.inFlight(engine.RefreshToken)
			h.answer(dead)
			if c.falls {
				h.inFlight(engine.ReadPage)
				if h.flying[0].Access != 1 {
					t.Errorf("sent with token %d (expected the old one)", h.flying[0].Access)
				}
				return
			}
			h.inFlight()
			if r := h.e.Job(0, nil).Resources[0]; r.Failed != 1 || r.ConsecutiveFailures != 1 {
				t.Errorf("%+v (expected one failed poll)", r)
			}
		})
	}
}

// C-05: a nanosecond before expiry - 60 s nothing is due.
func TestATokenThatIsNotDue(t *testing.T) {
	h := byHand(t, good, nil, at(9*time.Minute-1, 0))
	h.to(9*time.Minute - 1)
	h.inFlight(engine.ReadPage)
}

// C-05: expired_token brings one refresh and one repeat; a second expired_token is the end.
func TestAnExpiredTokenIsRefreshedOnce(t *testing.T) {
	h := byHand(t, good, nil, at(time.Minute, 0))
	h.to(time.Minute)
	h.answer(expired)
	h.inFlight(engine.RefreshToken)
	h.answer(renewed)
	h.inFlight(engine.ReadPage)
	h.answer(expired)
	h.inFlight()
	r := h.e.Job(0, nil).Resources[0]
	if r.Polls != 1 || r.Failed != 1 {
		t.Errorf("%d polls, %d failed (expected one poll, failed)", r.Polls, r.Failed)
	}
}

// C-05: bad_credentials are no reason to refresh; upon expired_token a failed refresh has no fallback.
func TestNoRefreshAndNoFallback(t *testing.T) {
	h := byHand(t, good, nil, at(time.Minute, 0), at(2*time.Minute, 1))
	h.to(time.Minute)
	h.answer(engine.Result{Class: engine.BadCredentials, Status: 401, RetryAfter: -1})
	h.inFlight()
	h.to(2 * time.Minute)
	h.answer(expired)
	h.answer(dead)
	h.inFlight()
}

// C-05: what an operator saves while a refresh is under way stays: the refresh's own token is dropped.
func TestReauthorizedDuringARefresh(t *testing.T) {
	h := byHand(t, good, nil, at(9*time.Minute, 0))
	h.to(9 * time.Minute)
	saved := engine.Token{Access: 5, Refresh: 5, ExpiresAt: engine.Time(2 * time.Hour)}
	h.command(engine.Command{Kind: engine.Reauthorize, Token: saved})
	h.inFlight(engine.RefreshToken, engine.TestConnection)
	h.answer(renewed)
	h.inFlight(engine.TestConnection, engine.ReadPage)
	for _, c := range h.flying {
		if c.Access != 5 {
			t.Errorf("a call presents token %d (expected 5, the operator's)", c.Access)
		}
	}
}

// DIS-07, C-06: a job that was disabled while its call waited for a refresh makes no call, and has polled
// nothing; if the refresh fails, that was the poll, after disable.
func TestDisabledWhileWaitingForARefresh(t *testing.T) {
	for name, r := range map[string]engine.Result{"renewed": renewed, "dead": dead} {
		t.Run(name, func(t *testing.T) {
			h := byHand(t, good, nil, at(10*time.Minute, 0), at(10*time.Minute, 1))
			h.to(10 * time.Minute)
			h.command(engine.Command{Kind: engine.Disable, Job: 0}) // it refreshes
			h.command(engine.Command{Kind: engine.Disable, Job: 1}) // it waits
			h.answer(r)
			h.inFlight()
			want := int64(0)
			if r.Class != engine.OK {
				want = 1
			}
			for i := range 2 {
				v := h.e.Job(i, nil)
				if v.Resources[0].Polls != want || v.Resources[0].ConsecutiveFailures != 0 {
					t.Errorf("job %d: %+v (expected %d polls, no streak)", i, v.Resources[0], want)
				}
			}
		})
	}
}
