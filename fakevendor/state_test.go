package fakevendor_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
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
		cfg.Applications[i].Idempotent = false
		cfg.Applications[i].Latency = fakevendor.Latency{Median: 10 * time.Second, P99: time.Minute}
		cfg.Applications[i].Limits = []dialect.Limit{{
			Algorithm: algorithm, Requests: 5, Per: time.Minute, By: dialect.ByConnection, Concurrency: 3,
		}}
	}
	return cfg
}

// step is one thing that is done to a vendor.
type step struct {
	wait        time.Duration
	reauthorize int // 0: no; 1: valid; 2: invalid
	req         fakevendor.Request
}

func drawStep(t *rapid.T) step {
	conn := rapid.IntRange(main, wmsKey).Draw(t, "connection")
	s := step{
		wait: time.Duration(rapid.SampledFrom([]int64{0, 1, int64(time.Second), int64(9 * time.Minute)}).Draw(t, "wait")),
		req: fakevendor.Request{
			Op:         dialect.Op(rapid.IntRange(0, 3).Draw(t, "op")),
			Connection: conn, Resource: -1,
			After:   rapid.Int64Range(0, 100).Draw(t, "after"),
			First:   rapid.Int64Range(1, 20).Draw(t, "first"),
			Access:  uint32(rapid.IntRange(1, 4).Draw(t, "access")),
			Refresh: uint32(rapid.IntRange(1, 3).Draw(t, "refresh")), Patience: 30 * time.Second,
		},
	}
	s.req.Last = s.req.First + 5
	if s.req.Op <= dialect.WriteRecords {
		s.req.Resource = 0
	}
	if rapid.IntRange(0, 9).Draw(t, "reauthorize") == 0 {
		s.reauthorize = rapid.IntRange(1, 2).Draw(t, "valid")
	}
	return s
}

func (s step) do(v *fakevendor.Vendor, now fakevendor.Time) (fakevendor.Response, fakevendor.Grant) {
	var resp fakevendor.Response
	if s.reauthorize > 0 {
		return resp, v.Reauthorize(now, main, s.reauthorize == 1)
	}
	v.Respond(now, &s.req, &resp)
	return resp, v.Grant(main)
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
				wantAnswer, wantGrant := s.do(whole, now)
				gotAnswer, gotGrant := s.do(cut, now)
				if diff := cmp.Diff(wantAnswer, gotAnswer, cmpopts.IgnoreUnexported(dialect.Shape{})); diff != "" {
					t.Fatal(diff)
				}
				if diff := cmp.Diff(wantGrant, gotGrant); diff != "" {
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
