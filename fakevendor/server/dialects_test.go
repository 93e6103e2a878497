package server_test

import (
	"testing"
	"time"

	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/dialect"
	"github.com/outagedrill/outagedrill/fakevendor/server"
	"github.com/outagedrill/outagedrill/fakevendor/wire"
)

// misfortune is a fault and what each call must be taken for while it lasts.
type misfortune struct {
	fakevendor.Fault
	api, token dialect.Reading // of the class and the sub-cause alone; no sub-cause: any
}

// misfortunes are all that a vendor can do to its callers.
func misfortunes() []misfortune {
	ok := dialect.Reading{Class: dialect.OK}
	down := dialect.Reading{Class: dialect.VendorDown}
	transient := dialect.Reading{Class: dialect.TokenRefreshFailed, Sub: dialect.Transient}
	dead := dialect.Reading{Class: dialect.TokenRefreshFailed, Sub: dialect.Dead}
	limited := dialect.Reading{Class: dialect.RateLimited}
	bad := dialect.Reading{Class: dialect.BadCredentials}
	all := []misfortune{
		{fakevendor.Fault{Kind: fakevendor.RateLimited, RetryAfter: 90 * time.Second}, limited, ok},
		{fakevendor.Fault{Kind: fakevendor.RateLimited}, limited, ok},
		{fakevendor.Fault{Kind: fakevendor.BadCredentials}, bad, ok},
		{fakevendor.Fault{Kind: fakevendor.TokenRefresh, How: fakevendor.HowDead}, ok, dead},
		{fakevendor.Fault{Kind: fakevendor.TokenRefresh, How: fakevendor.HowTransient}, ok, transient},
		{fakevendor.Fault{Kind: fakevendor.TokenRevoked}, bad, ok},
		{fakevendor.Fault{Kind: fakevendor.Maintenance}, down, transient},
		{fakevendor.Fault{Kind: fakevendor.Rejected}, dialect.Reading{Class: dialect.Rejected}, ok},
	}
	for how := fakevendor.HowRefused; how <= fakevendor.HowEmpty; how++ {
		sub := map[fakevendor.How]dialect.Sub{
			fakevendor.HowRefused: dialect.Refused, fakevendor.HowDNS: dialect.DNS, fakevendor.HowTLS: dialect.TLS,
			fakevendor.HowReset: dialect.Reset, fakevendor.HowTimeout: dialect.Timeout,
			fakevendor.HowTruncated: dialect.Truncated, fakevendor.HowGarbage: dialect.Garbage,
			fakevendor.HowHTML200: dialect.HTMLPage, fakevendor.HowEmpty: dialect.EmptyBody,
		}[how]
		gone := dialect.Reading{Class: dialect.VendorDown, Sub: sub}
		all = append(all, misfortune{fakevendor.Fault{Kind: fakevendor.Down, How: how}, gone, transient})
	}
	for _, status := range []int{500, 502, 503, 504} {
		all = append(all, misfortune{fakevendor.Fault{Kind: fakevendor.Down, Status: status}, down, transient})
	}
	return all
}

// Every dialect, with every one of its variants, is put on the wire with everything that can befall it, and
// read back from there as the right cause.
func TestDialectsOnTheWire(t *testing.T) {
	for _, name := range dialect.Names() {
		d, err := dialect.Load(name)
		if err != nil {
			t.Fatal(err)
		}
		overTheWire(t, name)
		for _, v := range d.Variants {
			overTheWire(t, name+"+"+v.Name)
		}
	}
}

func overTheWire(t *testing.T, name string) {
	t.Run(name, func(t *testing.T) {
		all := misfortunes()
		faults := make([]fakevendor.Fault, len(all))
		for i := range all {
			f := all[i].Fault
			f.Connection = -1
			if f.Kind >= fakevendor.BadCredentials {
				f.Connection = main
			}
			f.From, f.To = at(time.Duration(2*i+1)*time.Minute), at(time.Duration(2*i+2)*time.Minute)
			faults[i] = f
		}
		r := serveDialect(t, server.Config{Tell: true}, name, faults...)
		d := r.vendor.Apps[0].Dialect
		r.calls(d, dialect.Reading{Class: dialect.OK}, dialect.Reading{Class: dialect.OK}, "nothing")
		for i := range all {
			r.clk.Set(faults[i].From.Std().Add(time.Second))
			f := &all[i].Fault
			r.calls(d, all[i].api, all[i].token, fakeKind(f))
		}
	})
}

// calls makes a call of each kind and compares what they are taken for.
func (r *rig) calls(d *dialect.Dialect, api, token dialect.Reading, while string) {
	r.Helper()
	base := r.BaseURL(main)
	check := func(op dialect.Op, want dialect.Reading, a answer) {
		r.Helper()
		got := a.read(d, op)
		if got.Class != want.Class || want.Sub != dialect.NoSub && got.Sub != want.Sub {
			r.Errorf("%s while %s: read as %s %s, want %s %s", op, while, got.Class, got.Sub, want.Class, want.Sub)
		}
	}
	const page = `{"writer":0,"records":[{"number":1}]}`
	check(dialect.ReadPage, api, r.do(r.request("GET", base+"/contacts?after=0", "")))
	check(dialect.WriteRecords, api, r.do(r.request("PUT", base+"/contacts", page)))
	check(dialect.TestConnection, api, r.do(r.request("GET", base+"/", "")))
	refresh := "grant_type=refresh_token&refresh_token=" +
		wire.RefreshToken("acme-main", r.machine.Grant(main).Refresh)
	check(dialect.RefreshToken, token, r.do(r.request("POST", base+"/oauth/token", refresh)))
}

// read takes an answer for what a client can know of it.
func (a answer) read(d *dialect.Dialect, op dialect.Op) dialect.Reading {
	var seen dialect.Answer
	dial := map[string]dialect.Transport{
		wire.DialRefused: dialect.ConnRefused, wire.DialDNS: dialect.DNSFailure, wire.DialTLS: dialect.TLSFailure,
	}
	switch transport, before := dial[a.told.Get(wire.DialHeader)]; {
	case before:
		seen.Transport = transport
	case a.told.Get(wire.LatencyHeader) == wire.NeverValue:
		seen.Transport = dialect.NoAnswer
	case a.err != nil:
		seen.Transport = dialect.ConnReset
	default:
		seen.Status, seen.Header, seen.Body = a.StatusCode, a.Header, []byte(a.body)
		if a.bodyErr != nil {
			seen.Transport = dialect.CutShort
		}
	}
	return d.Read(op, &seen)
}

// fakeKind names a fault in a message.
func fakeKind(f *fakevendor.Fault) string {
	kinds := []string{
		"down", "maintenance", "flapping", "flaky", "slow", "limited", "rejecting", "of bad credentials",
		"of a bad token endpoint", "of a revoked token",
	}
	hows := []string{
		"", " refused", " by DNS", " by TLS", " reset", " silent", " cut short", " with garbage", " with a page",
		" empty", " for good", " for now",
	}
	return kinds[f.Kind] + hows[f.How]
}
