package fakevendor_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/dialect"
)

// busy is a world in which everything that can be remembered is.
func busy(t testing.TB, algorithm dialect.Algorithm) fakevendor.Config {
	t.Helper()
	cfg := world(t,
		flaky(0.2),
		fault(fakevendor.BadCredentials), fault(fakevendor.TokenRevoked, window(10*time.Minute, day)),
		fault(fakevendor.TokenRevoked, window(3*time.Hour, day)),
		fault(fakevendor.TokenRefresh, how(fakevendor.HowDead), window(2*time.Hour, day)),
		fault(fakevendor.Down, how(fakevendor.HowTimeout), window(150*time.Minute, 160*time.Minute)),
	)
	for i := range cfg.Applications {
		cfg.Applications[i].Idempotent, cfg.Applications[i].Dialect = false, mustLoad(t, "jira")
		cfg.Applications[i].Latency = fakevendor.Latency{Median: 10 * time.Second, P99: time.Minute}
		cfg.Applications[i].Limits = []dialect.Limit{
			{
				Name: "one", Algorithm: algorithm, Requests: 5, Per: time.Minute, By: dialect.ByConnection,
				Concurrency: 3, Points: &[4]int64{1, 2, 1, 1},
			},
			{Name: "two", Algorithm: algorithm, Requests: 9, Per: time.Hour, By: dialect.ByToken | dialect.ByEndpoint},
			{Name: "three", Requests: 5, Per: day, Anchor: dialect.AtMidnight, Ops: 1 << dialect.RefreshToken},
		}
	}
	cfg.DrawByKey = true
	return cfg
}

// step is one thing that is done to a vendor: a call, unless do is given.
type step struct {
	wait time.Duration
	req  fakevendor.Request
	do   func(v *fakevendor.Vendor, now fakevendor.Time) any
}

func drawStep(t *rapid.T) step {
	wait := rapid.SampledFrom([]int64{0, 1, int64(time.Second), int64(9 * time.Minute)}).Draw(t, "wait")
	token := rapid.SampledFrom([]string{"", "a", "b"}).Draw(t, "token")
	s := step{
		wait: time.Duration(wait),
		req: fakevendor.Request{
			Op:         dialect.Op(rapid.IntRange(0, 3).Draw(t, "op")),
			Connection: rapid.IntRange(main, wmsKey).Draw(t, "connection"), Resource: -1,
			After:   rapid.Int64Range(0, 100).Draw(t, "after"),
			First:   rapid.Int64Range(1, 20).Draw(t, "first"),
			Access:  uint32(rapid.IntRange(0, 6).Draw(t, "access")),
			Refresh: uint32(rapid.IntRange(1, 5).Draw(t, "refresh")), Patience: 30 * time.Second,
			Grant: fakevendor.GrantType(rapid.IntRange(0, 2).Draw(t, "grant")), Token: token,
			Endpoint: rapid.SampledFrom([]string{"", "GET /x"}).Draw(t, "endpoint"),
		},
	}
	s.req.Last = s.req.First + 5
	if s.req.Op <= dialect.WriteRecords {
		s.req.Resource = 0
	}
	if rapid.IntRange(0, 3).Draw(t, "a deed") == 0 {
		s.do = drawDeed(t, token)
	}
	return s
}

// drawDeed draws something that a tester does.
func drawDeed(t *rapid.T, token string) func(*fakevendor.Vendor, fakevendor.Time) any {
	conn := rapid.IntRange(main, wmsKey).Draw(t, "of connection")
	kind := fakevendor.Kind(rapid.IntRange(0, int(fakevendor.Rejected)).Draw(t, "fault"))
	return rapid.SampledFrom([]func(*fakevendor.Vendor, fakevendor.Time) any{
		func(v *fakevendor.Vendor, now fakevendor.Time) any { return v.Reauthorize(now, conn, true) },
		func(v *fakevendor.Vendor, now fakevendor.Time) any { return v.Reauthorize(now, conn, false) },
		func(v *fakevendor.Vendor, now fakevendor.Time) any { v.Expire(now, conn, token); return nil },
		func(v *fakevendor.Vendor, now fakevendor.Time) any { v.Revoke(now, conn, token); return nil },
		func(v *fakevendor.Vendor, now fakevendor.Time) any { return v.Rotate(now, conn) },
		func(v *fakevendor.Vendor, now fakevendor.Time) any { return v.Issue(now, conn) },
		func(v *fakevendor.Vendor, now fakevendor.Time) any { return v.EndFault(now, v.Faults()-1) },
		func(v *fakevendor.Vendor, now fakevendor.Time) any {
			i, err := v.AddFault(now, fakevendor.Fault{
				Kind: kind, Application: acme, Connection: -1, To: now + fakevendor.Time(10*time.Minute),
				Rate: 0.5, Up: time.Minute, Down: time.Second, Endpoints: []string{"GET /x"},
			})
			return fmt.Sprint(i, err)
		},
	}).Draw(t, "deed")
}

// outcome is all that can be seen of a step.
type outcome struct {
	Answer fakevendor.Response
	Deed   any
	Tokens []fakevendor.Token
	Next   fakevendor.Event
}

func (s step) outcome(v *fakevendor.Vendor, now fakevendor.Time) outcome {
	var o outcome
	if s.do != nil {
		o.Deed = s.do(v, now)
	} else {
		v.Respond(now, &s.req, &o.Answer)
		v.Quotas(&s.req, &o.Answer)
	}
	o.Tokens = v.Tokens(main)
	o.Next, _ = v.Next(now)
	return o
}

// A vendor whose state was taken out and put back at any instant goes on alike (DIS-16), and taking
// the state out changes nothing.
func TestStateAndRestore(t *testing.T) {
	for _, algorithm := range []dialect.Algorithm{
		dialect.FixedWindow, dialect.SlidingWindow, dialect.TokenBucket,
	} {
		cfg := busy(t, algorithm)
		rapid.Check(t, func(t *rapid.T) {
			whole, err := fakevendor.New(cfg)
			if err != nil {
				t.Fatal(err)
			}
			cut, err := fakevendor.New(cfg)
			if err != nil {
				t.Fatal(err)
			}
			now := start
			for range rapid.IntRange(1, 40).Draw(t, "steps") {
				s := drawStep(t)
				now += fakevendor.Time(s.wait)
				if rapid.IntRange(0, 3).Draw(t, "restore") == 0 {
					cut = again(t, cfg, cut)
				}
				if diff := cmp.Diff(s.outcome(whole, now), s.outcome(cut, now), cmp.Comparer(sameShape)); diff != "" {
					t.Fatal(diff)
				}
			}
		})
	}
}

func again(t *rapid.T, cfg fakevendor.Config, v *fakevendor.Vendor) *fakevendor.Vendor {
	data, err := v.State()
	if err != nil {
		t.Fatal(err)
	}
	restored, err := fakevendor.Restore(cfg, data)
	if err != nil {
		t.Fatal(err)
	}
	twice, err := restored.State()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(data), string(twice)); diff != "" {
		t.Fatalf("the restored state differs:\n%s", diff)
	}
	return restored
}

func TestRestoreRefusesAStranger(t *testing.T) {
	cfg := world(t)
	data, err := open(t, busy(t, dialect.FixedWindow)).State()
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string]string{"another world's": string(data), "none": "", "empty": "{}"} {
		if _, err := fakevendor.Restore(cfg, []byte(data)); err == nil {
			t.Errorf("%s state was accepted", name)
		}
	}
}
