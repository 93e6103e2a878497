package hold_test

import (
	"fmt"
	"time"

	"pgregory.net/rapid"

	"github.com/outagedrill/outagedrill/fakevendor/hold"
)

// client is a client of a vendor that goes through bad days. It is a polite one, but for the one bug that may
// be planted in it; what it did by that bug it notes itself.
type client struct {
	*rapid.T
	bug     string
	entries []hold.Entry
	guilty  []int64 // numbers of the calls that the bug made

	now             time.Time
	access, refresh int // generations
	expires         time.Time
	rotates         bool
	refused         bool // the access token was
	quiet           []hold.Quiet
}

// call makes a call with a good token, as far as the client knows, that the vendor answers so.
func (c *client) call(e hold.Entry) *hold.Entry {
	if c.refused || !c.now.Before(c.expires) {
		c.renew(c.refresh)
	}
	return c.send(e)
}

// send makes a call with whatever token there is, and lets the latency pass.
func (c *client) send(e hold.Entry) *hold.Entry {
	e.Seq, e.At, e.Vendor, e.Connection = int64(len(c.entries))+1, c.now, "acme", "acme-main"
	if e.Method == "" {
		e.Method, e.Path, e.Endpoint = "GET", "/orders", "list-orders"
	}
	if e.Credential.Kind == "" {
		e.Credential = hold.Credential{Kind: hold.AccessToken, Fingerprint: fmt.Sprintf("a%d", c.access)}
	}
	e.Latency = hold.Seconds(rapid.Int64Range(1, int64(time.Second)).Draw(c.T, "latency"))
	c.entries = append(c.entries, e)
	c.now = e.End()
	return &c.entries[len(c.entries)-1]
}

func (c *client) pass(d time.Duration) { c.now = c.now.Add(d) }

// blame notes the latest call as one that the bug made.
func (c *client) blame() { c.guilty = append(c.guilty, int64(len(c.entries))) }

// renew refreshes the token; the answer gives a token that lives for a while.
func (c *client) renew(with int) {
	e := hold.Entry{
		Method: "POST", Path: "/token", Endpoint: "token", Grant: "refresh_token", Status: 200, Cause: "ok",
		Credential: hold.Credential{Kind: hold.RefreshToken, Fingerprint: fmt.Sprintf("r%d", with)},
	}
	life := time.Duration(rapid.Int64Range(int64(time.Minute), int64(time.Hour)).Draw(c.T, "life"))
	c.expires, c.refused = c.now.Add(life), false
	c.access++
	e.Granted = &hold.Granted{Access: fmt.Sprintf("a%d", c.access), ExpiresAt: c.expires}
	if c.rotates {
		c.refresh++
		e.Granted.Refresh = fmt.Sprintf("r%d", c.refresh)
	}
	c.send(e)
	c.pass(10 * time.Second) // longer than a good token is taken for fresh
}

// good makes a call with a token that is good.
func (c *client) good() {
	c.call(hold.Entry{Status: 200, Cause: "ok"})
}

// limited is told to wait.
func (c *client) limited() {
	wait := time.Duration(rapid.Int64Range(2, 300).Draw(c.T, "wait")) * time.Second
	by := rapid.SampledFrom([]string{"", "application", "connection", "endpoint", "token and endpoint"}).Draw(c.T, "by")
	c.call(hold.Entry{Status: 429, Cause: "rate_limited", WaitUntil: c.now.Add(wait), Why: hold.Why{By: by}})
	until := c.entries[len(c.entries)-1].WaitUntil
	if c.bug == "called_while_told_to_wait" {
		c.send(hold.Entry{Status: 200, Cause: "ok"})
		c.blame()
	}
	if c.now.Before(until) {
		c.now = until
	}
}

// down meets a vendor that is down for a while, and waits twice as long each time.
func (c *client) down() {
	attempts, wait, growth := rapid.IntRange(1, 8).Draw(c.T, "attempts"), time.Second, 2
	switch c.bug {
	case "retried_without_backing_off":
		attempts, wait, growth = 6, 100*time.Millisecond, 1
	case "hammered_dead_vendor":
		attempts, wait, growth = 70, time.Millisecond, 1
	}
	if growth == 1 && !c.now.Add(30*time.Second).Before(c.expires) {
		c.renew(c.refresh) // now, not between two attempts
	}
	for i := range attempts {
		e := hold.Entry{Status: 503, Cause: "vendor_down"}
		if c.bug == "hammered_dead_vendor" { // each request is another
			e.Method, e.Path, e.Endpoint = "GET", fmt.Sprintf("/orders/%d", i), "get-order"
		}
		last := c.call(e)
		if c.bug != "" && growth == 1 {
			last.Latency = hold.Seconds(time.Millisecond)
			c.now = last.End()
		}
		c.pass(wait)
		wait *= time.Duration(growth)
	}
	if growth == 1 {
		c.blame()
	}
}

// revoked finds its token refused.
func (c *client) revoked() {
	c.good()
	c.call(hold.Entry{Status: 401, Cause: "bad_credentials", Sub: "expired_token"})
	if c.bug == "used_revoked_token" {
		c.send(hold.Entry{Status: 401, Cause: "bad_credentials", Sub: "expired_token"})
		c.blame()
	}
	c.refused = true
}

// idle lets time pass, beyond the life of the token now and then.
func (c *client) idle() {
	c.pass(time.Duration(rapid.Int64Range(0, int64(2*time.Hour)).Draw(c.T, "idle")))
	switch {
	case c.bug == "called_with_expired_token" && !c.now.Before(c.expires) && !c.refused:
		c.send(hold.Entry{Status: 401, Cause: "bad_credentials", Sub: "expired_token"})
		c.blame()
		c.refused = true
	case c.bug == "used_rotated_token" && c.rotates && c.refresh > 1:
		c.send(hold.Entry{
			Method: "POST", Path: "/token", Grant: "refresh_token", Status: 400, Cause: "token_refresh_failed", Sub: "dead",
			Credential: hold.Credential{Kind: hold.RefreshToken, Fingerprint: fmt.Sprintf("r%d", c.refresh-1)},
		})
		c.blame()
	case c.bug == "refreshed_in_parallel":
		c.renew(c.refresh)
		before := c.entries[len(c.entries)-1]
		twin := before
		twin.Seq, twin.At, twin.Granted = before.Seq+1, before.At.Add(time.Duration(before.Latency)/2), nil
		c.entries = append(c.entries, twin)
		c.blame()
	case c.bug == "too_many_at_once":
		at := c.now
		for range 4 {
			c.now = at
			c.send(hold.Entry{Status: 200, Cause: "ok"}).Latency = hold.Seconds(time.Second)
		}
		c.blame()
		c.now = at.Add(2 * time.Second)
	case c.bug == "called_when_no_call_expected":
		c.quiet = append(c.quiet, hold.Quiet{From: c.now, Until: c.now.Add(time.Minute), Connection: "acme-main"})
		c.send(hold.Entry{Status: 200, Cause: "ok"})
		c.blame()
		c.pass(time.Minute)
	}
}

// live lets a client go through some days.
func live(t *rapid.T, bug string) *client {
	c := &client{T: t, bug: bug, now: start, access: 1, refresh: 1, expires: start.Add(time.Hour), refused: true}
	c.rotates = bug == "used_rotated_token" || rapid.Bool().Draw(t, "rotates")
	for range rapid.IntRange(1, 25).Draw(t, "days") {
		switch rapid.IntRange(0, 4).Draw(t, "day") {
		case 0:
			c.good()
		case 1:
			c.good()
			c.limited()
		case 2:
			c.good()
			c.down()
			c.good()
		case 3:
			c.revoked()
		case 4:
			c.idle()
		}
	}
	c.good()
	return c
}
