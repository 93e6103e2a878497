package fakevendor_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/dialect"
)

// add adds a fault of acme's, open-ended unless a change closes it.
func (d *driver) add(at time.Duration, kind fakevendor.Kind, change ...func(*fakevendor.Fault)) int {
	d.Helper()
	f := fault(kind, change...)
	if len(change) == 0 {
		f.From, f.To = 0, 0
	}
	i, err := d.AddFault(after(at), f)
	if err != nil {
		d.Fatal(err)
	}
	return i
}

func TestAddFault(t *testing.T) {
	d := open(t, world(t, fault(fakevendor.Rejected, window(0, day))))
	d.wantShape(d.read(0, key, contacts), dialect.ShapeRejected, 0)
	now := d.add(time.Minute, fakevendor.Down)
	d.wantShape(d.read(time.Minute, key, contacts), dialect.ShapeDown503, now)
	later := d.add(time.Minute, fakevendor.Maintenance, window(2*time.Minute, 3*time.Minute))
	d.wantShape(d.read(2*time.Minute, key, contacts), dialect.ShapeMaintenance, later) // begun later
	d.wantShape(d.read(3*time.Minute, key, contacts), dialect.ShapeDown503, now)
	if err := d.EndFault(after(4*time.Minute), now); err != nil {
		t.Fatal(err)
	}
	d.wantShape(d.read(4*time.Minute, key, contacts), dialect.ShapeRejected, 0)
	if d.Faults() != 3 || !d.Ended(now) || d.Ended(0) || d.Active(later) || !d.Active(0) || d.Fault(now).Kind != fakevendor.Down {
		t.Errorf("%d faults, ended %v %v, active %v %v", d.Faults(), d.Ended(now), d.Ended(0), d.Active(later), d.Active(0))
	}
	never := d.add(4*time.Minute, fakevendor.Down, window(time.Hour, 2*time.Hour))
	for range 2 { // ended before it begins, and again
		if err := d.EndFault(after(5*time.Minute), never); err != nil {
			t.Fatal(err)
		}
	}
	d.wantShape(d.read(90*time.Minute, key, contacts), dialect.ShapeRejected, 0)
	if err := d.EndFault(after(90*time.Minute), 9); err == nil || !strings.Contains(err.Error(), "fault 9 does not exist") {
		t.Errorf("error %v", err)
	}
}

// Faults of one tenant, of one endpoint and of the token endpoint alone spare the others.
func TestNarrowFaults(t *testing.T) {
	issues := func(r *fakevendor.Request) { r.Endpoint = "GET /repos/{owner}/issues" }
	d := open(t, world(t))
	tenant := d.add(0, fakevendor.Down, window(0, time.Minute), func(f *fakevendor.Fault) { f.Connection = key })
	d.wantShape(d.read(0, key, contacts), dialect.ShapeDown503, tenant)
	d.wantShape(d.read(0, main, contacts), dialect.ShapePage, -1)
	endpoint := d.add(time.Minute, fakevendor.RateLimited, window(time.Minute, 2*time.Minute), func(f *fakevendor.Fault) {
		f.Endpoints, f.RetryAfter = []string{"* */issues"}, 7*time.Second
	})
	d.wantShape(d.call(time.Minute, issues), dialect.ShapeRateLimited, endpoint)
	d.wantShape(d.call(time.Minute, nil), dialect.ShapePage, -1)
	for kind, shape := range map[fakevendor.Kind]dialect.ShapeName{
		fakevendor.Down: dialect.ShapeDown503, fakevendor.RateLimited: dialect.ShapeRateLimited,
		fakevendor.Rejected: dialect.ShapeRejected,
	} {
		tokens := d.add(2*time.Minute, kind, window(0, day), func(f *fakevendor.Fault) { f.OfTokens = true })
		d.wantShape(d.call(2*time.Minute, nil), dialect.ShapePage, -1)
		d.wantShape(d.refresh(2*time.Minute, 1), shape, tokens)
		if err := d.EndFault(after(2*time.Minute), tokens); err != nil {
			t.Fatal(err)
		}
	}
	slow := d.add(3*time.Minute, fakevendor.Slow, window(0, day), func(f *fakevendor.Fault) {
		f.OfTokens, f.Latency = true, time.Minute
	})
	if got := d.call(3*time.Minute, nil); got.Slowed != -1 {
		t.Error("the API is slow too")
	}
	if got := d.refresh(3*time.Minute, 1); got.Slowed != slow || got.Latency != time.Minute {
		t.Errorf("the token endpoint takes %s", got.Latency)
	}
}

func TestAddFaultRefuses(t *testing.T) {
	for name, tt := range map[string]struct {
		f    fakevendor.Fault
		want string
	}{
		"over":   {fault(fakevendor.Down, window(0, time.Minute)), "ends before it begins"},
		"at all": {fault(fakevendor.Down, window(time.Hour, time.Hour)), "over before it begins"},
		"status": {fault(fakevendor.Down, status(404), window(0, day)), "status 404"},
	} {
		d := open(t, world(t))
		if _, err := d.AddFault(after(time.Hour), tt.f); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: error %v, want %q", name, err, tt.want)
		}
		if d.Faults() != 0 {
			t.Errorf("%s: the fault was added", name)
		}
	}
}

// An outage that an operator ends is over on the status page too.
func TestStatusPageOfAddedFaults(t *testing.T) {
	d := open(t, world(t))
	i := d.add(time.Hour, fakevendor.Down)
	if err := d.EndFault(after(2*time.Hour), i); err != nil {
		t.Fatal(err)
	}
	want := []fakevendor.StatusEvent{{At: after(time.Hour), Open: true}, {At: after(2 * time.Hour)}}
	if diff := cmp.Diff(want, d.StatusEvents()); diff != "" {
		t.Error(diff)
	}
}

// Next names each thing that comes by itself, in order.
func TestNext(t *testing.T) {
	cfg := world(t, fault(fakevendor.Flapping, window(90*time.Minute, 100*time.Minute), func(f *fakevendor.Fault) {
		f.Up, f.Down = 4*time.Minute, 3*time.Minute
	}))
	cfg.Applications[acme].Limits = []dialect.Limit{
		{Name: "sliding", Algorithm: dialect.SlidingWindow, Requests: 5, Per: 5 * time.Minute},
		{Name: "bucket", Algorithm: dialect.TokenBucket, Requests: 4, Per: time.Minute, By: dialect.ByToken},
	}
	d := open(t, cfg)
	ended := d.add(0, fakevendor.Down, window(time.Hour, 3*time.Hour))
	if err := d.EndFault(after(0), ended); err != nil {
		t.Fatal(err)
	}
	d.read(0, key, contacts)
	d.read(time.Second, key, contacts)
	var got []fakevendor.Event
	for now := after(time.Second); ; {
		e, ok := d.Next(now)
		if !ok {
			break
		}
		got, now = append(got, e), e.At
	}
	at := func(d time.Duration, kind fakevendor.EventKind, of int) fakevendor.Event {
		return fakevendor.Event{At: after(d), Kind: kind, Of: of, Application: acme}
	}
	want := []fakevendor.Event{
		at(30*time.Second, fakevendor.WindowEnds, 1), at(5*time.Minute+time.Second, fakevendor.WindowEnds, 0),
		at(time.Hour, fakevendor.TokenExpires, main), at(90*time.Minute, fakevendor.FaultBegins, 0),
		at(93*time.Minute, fakevendor.FaultTurns, 0), at(97*time.Minute, fakevendor.FaultTurns, 0),
		at(100*time.Minute, fakevendor.FaultEnds, 0),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// Counters tells of those that are not at rest, by who they count for.
func TestCounters(t *testing.T) {
	d := limitedBy(t,
		dialect.Limit{Name: "one", Requests: 5, Per: time.Minute, By: dialect.ByConnection | dialect.ByResource},
		dialect.Limit{Name: "two", Concurrency: 5, By: dialect.ByToken})
	d.cfg.Applications[acme].Latency.Median = time.Second
	d.call(0, func(r *fakevendor.Request) { r.Token = "a" })
	d.test(0, main)
	type row struct {
		limit, connection, resource int
		token                       string
		used                        int64
	}
	var got []row
	d.Counters(after(0), func(c fakevendor.Counter) {
		got = append(got, row{c.Limit, c.Connection, c.Resource, c.Token, c.Quota.Used})
	})
	want := []row{{0, main, -1, "", 1}, {0, key, contacts, "", 1}}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(row{})); diff != "" {
		t.Error(diff)
	}
}
