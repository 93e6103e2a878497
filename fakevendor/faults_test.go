package fakevendor_test

import (
	"testing"
	"time"

	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/dialect"
)

// Every fault and every how: what the victim's reader makes of it, and what the token endpoint says.
func TestFaults(t *testing.T) {
	const down, rejected = dialect.VendorDown, dialect.Rejected
	tests := []struct {
		name    string
		fault   fakevendor.Fault
		class   dialect.Class
		sub     dialect.Sub
		refresh dialect.Sub // NoSub: the token endpoint answers
	}{
		{"500", fault(fakevendor.Down, status(500)), down, dialect.ServerError, dialect.Transient},
		{"502", fault(fakevendor.Down, status(502)), down, dialect.ServerError, dialect.Transient},
		{"503", fault(fakevendor.Down, status(503)), down, dialect.ServerError, dialect.Transient},
		{"504", fault(fakevendor.Down, status(504)), down, dialect.ServerError, dialect.Transient},
		{"refused", fault(fakevendor.Down, how(fakevendor.HowRefused)), down, dialect.Refused, dialect.Transient},
		{"dns", fault(fakevendor.Down, how(fakevendor.HowDNS)), down, dialect.DNS, dialect.Transient},
		{"tls", fault(fakevendor.Down, how(fakevendor.HowTLS)), down, dialect.TLS, dialect.Transient},
		{"reset", fault(fakevendor.Down, how(fakevendor.HowReset)), down, dialect.Reset, dialect.Transient},
		{"timeout", fault(fakevendor.Down, how(fakevendor.HowTimeout)), down, dialect.Timeout, dialect.Transient},
		{"truncated", fault(fakevendor.Down, how(fakevendor.HowTruncated)), down, dialect.Truncated, dialect.Transient},
		{"garbage", fault(fakevendor.Down, how(fakevendor.HowGarbage)), down, dialect.Garbage, dialect.Transient},
		{"html200", fault(fakevendor.Down, how(fakevendor.HowHTML200)), down, dialect.HTMLPage, dialect.Transient},
		{"empty", fault(fakevendor.Down, how(fakevendor.HowEmpty)), down, dialect.EmptyBody, dialect.Transient},
		{"maintenance", fault(fakevendor.Maintenance), down, dialect.ServerError, dialect.Transient},
		{
			"flapping", fault(fakevendor.Flapping, func(f *fakevendor.Fault) { f.Down = time.Minute }),
			down, dialect.ServerError, dialect.Transient,
		},
		{
			"flaky", fault(fakevendor.Flaky, func(f *fakevendor.Fault) { f.Rate = 1 }),
			down, dialect.ServerError, dialect.Transient,
		},
		{"rate limited", fault(fakevendor.RateLimited), dialect.RateLimited, dialect.NoSub, dialect.NoSub},
		{"rejected", fault(fakevendor.Rejected), rejected, dialect.NoSub, dialect.NoSub},
		{"bad credentials", fault(fakevendor.BadCredentials), dialect.BadCredentials, dialect.NoSub, dialect.NoSub},
		{"token revoked", fault(fakevendor.TokenRevoked), dialect.BadCredentials, dialect.ExpiredToken, dialect.NoSub},
		{
			"dead refresh", fault(fakevendor.TokenRefresh, how(fakevendor.HowDead)),
			dialect.OK, dialect.NoSub, dialect.Dead,
		},
		{
			"transient refresh", fault(fakevendor.TokenRefresh, how(fakevendor.HowTransient)),
			dialect.OK, dialect.NoSub, dialect.Transient,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			cfg := world(t, test.fault)
			cfg.Applications[acme].TokenLifetime = day
			d := open(t, cfg)
			d.wantShape(d.read(time.Hour-1, main, contacts), dialect.ShapePage, -1)
			resp := d.read(time.Hour, main, contacts)
			got := judge(dialect.ReadPage, cfg.Applications[acme].Dialect, resp)
			if got.Class != test.class || got.Sub != test.sub {
				t.Errorf("read as %s %s, want %s %s", got.Class, got.Sub, test.class, test.sub)
			}
			if want := test.class == dialect.OK; (resp.Fault == -1) != want {
				t.Errorf("answered by fault %d", resp.Fault)
			}
			if wantNever := test.sub == dialect.Timeout; (resp.Latency == fakevendor.Never) != wantNever {
				t.Errorf("latency %s", resp.Latency)
			}
			last := d.read(2*time.Hour-1, main, contacts)
			if (last.Fault == -1) != (test.class == dialect.OK) {
				t.Errorf("in the window's last nanosecond answered by fault %d", last.Fault)
			}
			got = judge(dialect.RefreshToken, cfg.Applications[acme].Dialect, d.refresh(2*time.Hour-1, 1))
			if got.Sub != test.refresh {
				t.Errorf("refresh read as %s %s, want %q", got.Class, got.Sub, test.refresh)
			}
			d.wantShape(d.read(2*time.Hour, main, contacts), dialect.ShapePage, -1)
			if !d.Ended(0) {
				t.Error("the fault is not over at its end")
			}
		})
	}
}

// Where faults overlap the lowest in timeline.md's list answers; among equals the later to begin.
func TestPrecedence(t *testing.T) {
	list := []fakevendor.Fault{
		fault(fakevendor.Down, how(fakevendor.HowRefused)), fault(fakevendor.Down, how(fakevendor.HowDNS)),
		fault(fakevendor.Down, how(fakevendor.HowTLS)), fault(fakevendor.Down, how(fakevendor.HowReset)),
		fault(fakevendor.Down, how(fakevendor.HowTimeout)), fault(fakevendor.Down, how(fakevendor.HowTruncated)),
		fault(fakevendor.Down, how(fakevendor.HowGarbage)), fault(fakevendor.Down, how(fakevendor.HowHTML200)),
		fault(fakevendor.Down, how(fakevendor.HowEmpty)), fault(fakevendor.Down, status(500)),
		fault(fakevendor.BadCredentials), fault(fakevendor.TokenRevoked), fault(fakevendor.RateLimited),
		fault(fakevendor.Rejected),
	}
	for i := range list {
		for j := range list {
			if i == j {
				continue
			}
			first, second := list[i], list[j]
			second.From += 5 // beginning later wins only among equals
			cfg := world(t, first, second)
			cfg.Applications[acme].TokenLifetime = day
			want := 0
			if j < i {
				want = 1
			}
			if got := open(t, cfg).read(90*time.Minute, main, contacts); got.Fault != want {
				t.Errorf("places %d and %d of the list: %s by fault %d", i, j, got.Shape.Name, got.Fault)
			}
		}
	}
}

func TestPrecedenceAmongEquals(t *testing.T) {
	early := fault(fakevendor.Down, status(500))
	late := fault(fakevendor.Maintenance, window(90*time.Minute, 2*time.Hour))
	twin := fault(fakevendor.Down, status(502), window(90*time.Minute, 2*time.Hour))
	d := open(t, world(t, early, late, twin))
	d.wantShape(d.read(80*time.Minute, key, contacts), dialect.ShapeDown500, 0)
	d.wantShape(d.read(90*time.Minute, key, contacts), dialect.ShapeDown502, 2)
	d = open(t, world(t, late, early))
	d.wantShape(d.read(90*time.Minute, key, contacts), dialect.ShapeMaintenance, 0)
}

// A partial fault reaches reads and writes of its resources, neither tests nor token calls.
func TestPartialFault(t *testing.T) {
	d := open(t, world(t, fault(fakevendor.Down, on(orders), window(0, day))))
	d.wantShape(d.read(0, main, orders), dialect.ShapeDown503, 0)
	d.wantShape(d.read(0, main, contacts), dialect.ShapePage, -1)
	d.wantShape(d.test(0, main), dialect.ShapeTested, -1)
	d.wantShape(d.refresh(0, 1), dialect.ShapeToken, -1)
	write := fakevendor.Request{Op: dialect.WriteRecords, Connection: key, Resource: orders, First: 1, Last: 1}
	d.wantShape(d.respond(0, write), dialect.ShapeDown503, 0)
}

// A connection's fault leaves the application's other connections alone.
func TestConnectionFault(t *testing.T) {
	d := open(t, world(t, fault(fakevendor.BadCredentials, window(0, day))))
	d.wantShape(d.test(0, main), dialect.ShapeBadCredentials, 0)
	d.wantShape(d.test(0, key), dialect.ShapeTested, -1)
}

// Flapping begins down and is one fault; its phases are half-open.
func TestFlapping(t *testing.T) {
	d := open(t, world(t, fault(fakevendor.Flapping, func(f *fakevendor.Fault) {
		f.Down, f.Up = 9*time.Minute, time.Minute
	})))
	for at, want := range map[time.Duration]int{0: 0, 9*time.Minute - 1: 0} {
		d.wantShape(d.read(time.Hour+at, key, contacts), dialect.ShapeDown503, want)
		d = open(t, d.cfg)
	}
	d.wantShape(d.read(time.Hour+9*time.Minute, key, contacts), dialect.ShapePage, -1)
	d.wantShape(d.read(time.Hour+10*time.Minute-1, key, contacts), dialect.ShapePage, -1)
	d.wantShape(d.read(time.Hour+10*time.Minute, key, contacts), dialect.ShapeDown503, 0)
}

// slow sets the latency of any answer and answers nothing; a timeout stays one.
func TestSlow(t *testing.T) {
	slow := fault(fakevendor.Slow, window(0, day), func(f *fakevendor.Fault) { f.Latency = 20 * time.Second })
	slower := slow
	slower.From, slower.Latency = after(time.Hour), 40*time.Second
	down := fault(fakevendor.Down, window(2*time.Hour, 3*time.Hour))
	silent := fault(fakevendor.Down, how(fakevendor.HowTimeout), window(3*time.Hour, 4*time.Hour))
	d := open(t, world(t, slow, slower, down, silent))
	for _, want := range []struct {
		at      time.Duration
		latency time.Duration
		fault   int
		slowed  int
	}{
		{0, 20 * time.Second, -1, 0},
		{time.Hour, 40 * time.Second, -1, 1},
		{2 * time.Hour, 40 * time.Second, 2, 1},
		{3 * time.Hour, fakevendor.Never, 3, 1},
	} {
		got := d.read(want.at, key, contacts)
		if got.Latency != want.latency || got.Fault != want.fault || got.Slowed != want.slowed {
			t.Errorf("at %s: latency %s, fault %d, slowed %d, want %+v",
				want.at, got.Latency, got.Fault, got.Slowed, want)
		}
	}
	if got := open(t, world(t, slow)).refresh(0, 1); got.Latency != 20*time.Second {
		t.Errorf("slow does not cover the token endpoint: latency %s", got.Latency)
	}
}

func TestRateLimitedFaultRoundsUp(t *testing.T) {
	f := fault(fakevendor.RateLimited, func(f *fakevendor.Fault) { f.RetryAfter = 29*time.Second + 1 })
	got := open(t, world(t, f)).read(time.Hour, key, contacts)
	if !got.Params.HasRetryAfter || got.Params.RetryAfter != 30*time.Second {
		t.Errorf("Retry-After %s", got.Params.RetryAfter)
	}
}

func TestTimeGoesBack(t *testing.T) {
	d := open(t, world(t))
	d.read(time.Hour, key, contacts)
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	d.read(time.Hour-1, key, contacts)
}

// A page for humans meets what strikes the whole vendor, and neither limits nor what is the API's, a part's or a
// connection's alone.
func TestPagesMeetWholeOutages(t *testing.T) {
	page := func(r *fakevendor.Request) { r.Page, r.Op, r.Resource, r.Access = true, dialect.TestConnection, -1, 0 }
	whole := fault(fakevendor.Down, window(0, time.Minute), func(f *fakevendor.Fault) { f.Status = 502 })
	part := fault(fakevendor.Down, window(time.Minute, 2*time.Minute), func(f *fakevendor.Fault) { f.Resources = []int{contacts} })
	one := fault(fakevendor.Down, window(2*time.Minute, 3*time.Minute), func(f *fakevendor.Fault) { f.Connection = main })
	refusing := fault(fakevendor.RateLimited, window(3*time.Minute, 4*time.Minute))
	cfg := world(t, whole, part, one, refusing)
	cfg.Applications[acme].Limits = []dialect.Limit{{Requests: 1, Per: time.Hour}}
	d := open(t, cfg)
	d.wantShape(d.call(0, page), dialect.ShapeDown502, 0)
	for i := range 4 {
		d.wantShape(d.call(time.Duration(1+i)*time.Minute, page), dialect.ShapeTested, -1)
	}
	d.wantWait(d.call(5*time.Minute, nil), 0) // nothing was counted
}
