package fakevendor_test

import (
	"testing"
	"time"

	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/dialect"
)

// A fault of one call's own answers it and no other, and leaves the vendor as it was.
func TestRespondWith(t *testing.T) {
	generic, err := dialect.Load("generic")
	if err != nil {
		t.Fatal(err)
	}
	start := fakevendor.Time(time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC).UnixNano())
	v, err := fakevendor.New(fakevendor.Config{
		Start: start, End: start + fakevendor.Time(time.Hour),
		Applications: []fakevendor.Application{{Name: "acme", Dialect: generic, PageSize: 10}},
		Connections:  []fakevendor.Connection{{Name: "acme-main"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	before, err := v.State()
	if err != nil {
		t.Fatal(err)
	}
	req := fakevendor.Request{Op: dialect.TestConnection, Resource: -1}
	var resp fakevendor.Response
	own := fakevendor.Fault{Kind: fakevendor.Down, Status: 502, Connection: -1}
	if err := v.RespondWith(start, &own, &req, &resp); err != nil {
		t.Fatal(err)
	}
	if resp.Shape.Status != 502 || resp.Fault != -1 || resp.Why.Rule != fakevendor.ByFault {
		t.Errorf("answered %d, fault %d, %s (want 502, -1, fault)", resp.Shape.Status, resp.Fault, resp.Why.Rule)
	}
	own.Status = 418
	if err := v.RespondWith(start, &own, &req, &resp); err == nil {
		t.Error("a status that no outage has is taken")
	}
	again, err := fakevendor.Restore(fakevendor.Config{
		Start: start, End: start + fakevendor.Time(time.Hour),
		Applications: []fakevendor.Application{{Name: "acme", Dialect: generic, PageSize: 10}},
		Connections:  []fakevendor.Connection{{Name: "acme-main"}},
	}, before)
	if err != nil {
		t.Fatal(err)
	}
	again.Respond(start, &req, &resp)
	v.Respond(start, &req, &resp)
	if resp.Shape.Status != 200 || v.Faults() != 0 {
		t.Errorf("the next call is answered %d, %d faults are left (want 200, none)", resp.Shape.Status, v.Faults())
	}
}
