package mock_test

import (
	"errors"
	"io"
	"net/http"
	"syscall"
	"testing"
	"time"

	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/dialect"
	"github.com/outagedrill/outagedrill/fakevendor/mock"
	"github.com/outagedrill/outagedrill/fakevendor/wire"
)

// TestTransport makes a call before, during and after a refusing hour, the last to no connection.
func TestTransport(t *testing.T) {
	generic, err := dialect.Load("generic")
	if err != nil {
		t.Fatal(err)
	}
	start := time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC)
	at := func(d time.Duration) fakevendor.Time { return fakevendor.Time(start.Add(d).UnixNano()) }
	cfg := fakevendor.Config{
		Start: at(0), End: at(24 * time.Hour),
		Applications: []fakevendor.Application{{Name: "acme", Dialect: generic, PageSize: 10}},
		Connections:  []fakevendor.Connection{{Name: "acme-main"}},
		Faults: []fakevendor.Fault{{
			From: at(time.Hour), To: at(2 * time.Hour), How: fakevendor.HowRefused, Connection: -1,
		}},
	}
	machine, err := fakevendor.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	now := start
	v := &mock.Vendor{
		Machine: func() *fakevendor.Vendor { return machine }, Now: func() time.Time { return now },
		Connections: cfg.Connections, Apps: cfg.Applications,
	}
	client := &http.Client{Transport: v.Transport()}
	resp, err := client.Get(v.BaseURL(0) + "/")
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil || string(body) != `{"ok":true,"connection":"acme-main"}` {
		t.Errorf("body %s, %v", body, err)
	}
	if got := resp.Header.Get("Date"); got != "Fri, 01 Mar 2024 00:00:00 GMT" {
		t.Errorf("Date is %s: not the vendor's", got)
	}
	if got := resp.Header.Get(wire.FaultHeader); got != "-1" {
		t.Errorf("the truth names fault %s", got)
	}

	now = start.Add(time.Hour)
	_, err = client.Get(v.BaseURL(0) + "/")
	failure, ok := errors.AsType[*wire.Failure](err)
	if !ok || !errors.Is(err, syscall.ECONNREFUSED) || failure.Truth.Get(wire.FaultHeader) != "0" {
		t.Errorf("%v (expected a refused connection by fault 0)", err)
	}

	now = start.Add(2 * time.Hour)
	resp, err = client.Get("http://app-0.vendor.invalid/c/1/")
	if err != nil || resp.StatusCode != http.StatusNotFound {
		t.Errorf("%v, %v (expected 404)", resp, err)
	}
}
