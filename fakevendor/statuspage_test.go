package fakevendor_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/outagedrill/outagedrill/fakevendor"
)

func TestStatusEvents(t *testing.T) {
	hours := func(from, to time.Duration) func(*fakevendor.Fault) {
		return window(from*time.Hour, to*time.Hour)
	}
	flapping := fault(fakevendor.Flapping, hours(4, 5), func(f *fakevendor.Fault) {
		f.Down, f.Up = time.Minute, time.Minute
	})
	late := fault(fakevendor.Maintenance, hours(23, 24))
	elsewhere := fault(fakevendor.Down, hours(1, 2))
	elsewhere.Application = wms
	cfg := world(t,
		fault(fakevendor.Down, hours(1, 2)),
		fault(fakevendor.Maintenance, hours(2, 3)),       // touches: one outage
		fault(fakevendor.Flaky, on(orders), hours(1, 2)), // partial, inside
		flapping, // one fault, one outage
		fault(fakevendor.RateLimited, hours(6, 7)),             // none of these is an outage
		fault(fakevendor.Rejected, hours(6, 7)),                //
		fault(fakevendor.Slow, hours(6, 7)),                    //
		fault(fakevendor.BadCredentials, hours(6, 7)),          //
		fault(fakevendor.TokenRevoked, hours(6, 7)),            //
		fault(fakevendor.Down, window(-time.Hour, -time.Hour)), // no time at all
		late, elsewhere,
	)
	cfg.Applications[acme].StatusPageLag = time.Hour
	want := []fakevendor.StatusEvent{
		{hour(1), wms, true, 11},
		{hour(2), acme, true, 0},
		{hour(2), wms, false, 11},
		{hour(4), acme, false, 1},
		{hour(5), acme, true, 3},
		{hour(6), acme, false, 3},
		// the maintenance at 23:00 would be told at the run's end: it is not
	}
	if diff := cmp.Diff(want, open(t, cfg).StatusEvents()); diff != "" {
		t.Error(diff)
	}
}

// hour gives the instant that many hours after the start.
func hour(hours time.Duration) fakevendor.Time { return after(hours * time.Hour) }
