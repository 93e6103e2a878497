package standalone_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/benbjohnson/clock"
	"github.com/google/go-cmp/cmp"

	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/hold"
	"github.com/outagedrill/outagedrill/fakevendor/standalone"
)

// callers are the clients of the test below: a credential and a path.
func callers() []string {
	return []string{"one /v1/customers", "two /v1/customers", "two /v1/charges", "three /v1/customers"}
}

// flakyStripe is a vendor that fails half of the calls.
func flakyStripe(t testing.TB, seed uint64) *rig {
	return serve(t, []string{"stripe"}, func(c *standalone.Config) {
		c.Vendor.Seed = seed
		c.Vendor.Faults = []fakevendor.Fault{{
			Kind: fakevendor.Flaky, From: at(0), To: at(1 << 40), Connection: -1, Rate: 0.5,
		}}
	})
}

// bytes makes one call of a caller's and gives all of the answer.
func (r *rig) bytes(who string) string {
	token, path, _ := strings.Cut(who, " ")
	a := r.ask("stripe", "GET", path, "", "Authorization: Bearer "+token)
	if a.err != nil {
		r.Error(a.err)
		return ""
	}
	text := fmt.Sprintln(a.Status, a.Header, a.body)
	return strings.ReplaceAll(text, r.URL("stripe"), "http://stripe")
}

// The same seed and the same order of the requests of each caller give the same bytes, however the callers
// mix, and if they call at once.
func TestBytesOfEachCaller(t *testing.T) {
	const each = 12
	want := map[string][]string{}
	r := flakyStripe(t, 7)
	for _, who := range callers() {
		for range each {
			want[who] = append(want[who], r.bytes(who))
		}
	}
	if cmp.Equal(want["one /v1/customers"], want["three /v1/customers"]) {
		t.Error("two callers fail alike")
	}
	got := map[string][]string{}
	r = flakyStripe(t, 7)
	for range each {
		for _, who := range slices.Backward(callers()) {
			got[who] = append(got[who], r.bytes(who))
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("in another order: %s", diff)
	}
	r = flakyStripe(t, 7)
	answers := make([][]string, len(callers()))
	var wait sync.WaitGroup
	for i, who := range callers() {
		wait.Go(func() {
			for range each {
				answers[i] = append(answers[i], r.bytes(who))
			}
		})
	}
	wait.Wait()
	for i, who := range callers() {
		if diff := cmp.Diff(want[who], answers[i]); diff != "" {
			t.Errorf("%s, at once with others: %s", who, diff)
		}
	}
	r = flakyStripe(t, 8)
	for _, who := range callers() {
		for i := range each {
			got[who][i] = r.bytes(who)
		}
	}
	if cmp.Equal(want, got) {
		t.Error("another seed, and the same bytes")
	}
}

// What a calendar draws, and a fault that a tester adds later or sooner, follows from the seed: a file that is
// served from today on fails the same calls as it did yesterday.
func TestDrawsOfAnotherDay(t *testing.T) {
	statuses := func(later, added time.Duration) (all []int) {
		r := serve(t, []string{"stripe"}, func(c *standalone.Config) {
			c.Clock = hold.NewFrozenClock(clock.New(), start.Add(later))
			c.Vendor.Start, c.Vendor.End = at(later), at(later+1000*time.Hour)
			c.Vendor.Faults = []fakevendor.Fault{{
				Kind: fakevendor.Flaky, From: at(later), To: at(later + time.Hour), Connection: -1, Rate: 0.5,
			}}
		})
		call := func() {
			for range 20 {
				all = append(all, r.ask("stripe", "GET", "/v1/charges", "", key).StatusCode)
			}
		}
		call()
		if err := r.world.Clock().Advance(time.Hour + added); err != nil {
			t.Fatal(err)
		}
		r.begin(fakevendor.Fault{Kind: fakevendor.Flaky, Connection: -1, Rate: 0.5})
		call()
		return all
	}
	want := statuses(0, 0)
	if diff := cmp.Diff(want, statuses(25*time.Hour+1, 0)); diff != "" {
		t.Errorf("on another day: %s", diff)
	}
	if diff := cmp.Diff(want, statuses(0, 17*time.Millisecond)); diff != "" {
		t.Errorf("added a moment later: %s", diff)
	}
}

// A state of other vendors is refused with what is wrong, and changes nothing.
func TestRestoreOfOthers(t *testing.T) {
	state, err := serve(t, []string{"stripe", "slack"}).world.Save()
	if err != nil {
		t.Fatal(err)
	}
	r := serve(t, []string{"stripe"})
	r.customer("name=Ada", "k1").want(t, 200, "Ada")
	if err := r.world.Restore(state); err == nil || !strings.Contains(err.Error(), "applications (want 1)") {
		t.Errorf("a state of two vendors: %v", err)
	}
	if err := r.world.Restore([]byte("{}")); err == nil {
		t.Error("a state of nothing is taken")
	}
	r.customer("name=Ada", "k1").want(t, 200, "Ada", "Idempotent-Replayed", "true")
}

// A fault header that nobody understands is told in the journal as what it is, and not as a call that was served.
func TestWrongFaultHeader(t *testing.T) {
	r := serve(t, []string{"github"}, func(c *standalone.Config) { c.FaultHeader = true })
	r.ask("github", "GET", "/user", "", key, "Outagedrill-Fault: dwn").want(t, http.StatusBadRequest, `did you mean "down"?`)
	entries := r.world.Journal().Latest(&hold.Query{}, 10)
	if len(entries) != 1 || entries[0].Why.Rule != "wrong_fault_header" {
		t.Errorf("%+v (want one entry, wrong_fault_header)", entries)
	}
}

// Slack lets one message a second into a channel, and others into other channels at once.
func TestSlackPosting(t *testing.T) {
	r := serve(t, []string{"slack"}, func(c *standalone.Config) {
		c.Vendor.Applications[0].Limits = c.Vendor.Applications[0].Dialect.Limits
	})
	post := func(channel string) answer {
		return r.ask("slack", "POST", "/api/chat.postMessage", "channel="+channel+"&text=hello", key)
	}
	post("C1").want(t, 200, `"ok":true`)
	post("C2").want(t, 200, `"ok":true`)
	post("C1").want(t, 429, "", "Retry-After", "1")
}
