package features_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/outagedrill/outagedrill/fakevendor/dialect"
	"github.com/outagedrill/outagedrill/features/steps"
	"github.com/outagedrill/outagedrill/sim"
	"github.com/outagedrill/outagedrill/sim/journal"
	"github.com/outagedrill/outagedrill/sim/timeline"
)

// limited is a world in which acme is polled twice a second, and read by a flow that waits when it is told to,
// under all limits that a dialect documents, and limits by faults too, once with a Retry-After and once without.
func limited(t *testing.T, name string, length time.Duration) *timeline.Timeline {
	t.Helper()
	text := fmt.Sprintf(`outagedrill: 1
name: documented limits
start: 2024-03-04T00:00:00Z
duration: %s
environments: {patient: {threshold: 1000000}}
environment: patient
applications: {acme: {dialect: %s, rate_limit: dialect, records: {orders: 60/m}}, wms: {}}
connections: {acme-main: {application: acme, auth: oauth2}, wms-main: {application: wms}}
flows: {orders-to-wms: {from: acme-main/orders, to: wms-main/orders, every: 10s}}
polling_jobs: {orders-poll: {instance: acme-main, resources: [orders], every: 500ms}}
events:
  - {at: +2m, application: acme, fault: rate_limited, for: 20s, retry_after: 7s}
  - {at: +3m, application: acme, fault: rate_limited, for: 20s}
`, length, name)
	tl, err := timeline.Parse("limited.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return tl
}

// TestRoadsAgreeOnDocumentedLimits plays every dialect that documents limits on the simulator, which words no
// quota headers, and over HTTP, where the platform reads answers that have them.
func TestRoadsAgreeOnDocumentedLimits(t *testing.T) {
	play := func(name string) {
		d, err := dialect.Load(name)
		if err != nil {
			t.Fatal(err)
		}
		if len(d.Limits) == 0 {
			return
		}
		t.Run(name, func(t *testing.T) {
			tl := limited(t, name, 6*time.Minute)
			synctest.Test(t, func(t *testing.T) {
				if err := steps.SameJournal(t.Context(), tl, sim.Options{ListCalls: true}, steps.OverMock(nil)); err != nil {
					t.Error(err)
				}
			})
		})
	}
	for _, name := range dialect.Names() {
		play(name)
		d, err := dialect.Load(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range d.Variants {
			play(name + "+" + v.Name)
		}
	}
}

// All documented limits hold at once: of Xero's the one of a minute, and the one of a day once that is used up.
func TestDocumentedLimitsHoldAtOnce(t *testing.T) {
	minutes := map[time.Time]int{}
	served := 0
	tl := limited(t, "xero", 2*time.Hour)
	_, err := sim.Run(t.Context(), tl, sim.Options{ListCalls: true}, func(en *journal.Entry) error {
		if en.Kind == journal.CallFinished && en.Call == "page" && en.Application == "acme" && en.Class == "ok" {
			minutes[en.At.Std().Truncate(time.Minute)]++
			served++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for minute, n := range minutes {
		if n > 60 {
			t.Errorf("%d calls were served in the minute from %s", n, minute)
		}
	}
	if served != 5000 {
		t.Errorf("%d calls were served within a day (expected 5000)", served)
	}
}
