package standalone

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/benbjohnson/clock"

	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/dialect"
	"github.com/outagedrill/outagedrill/fakevendor/hold"
)

// What is remembered of calls is bounded for all vendors together, and counted right: nothing is left of it when
// all is forgotten.
func TestCachesAreBounded(t *testing.T) {
	w := manyVendors(t, 12)
	for i := range 6_000 {
		path := fmt.Sprintf("/v%d/orders?limit=100&n=%d", i%12, i)
		if i%5 == 0 {
			path += strings.Repeat("&long", longestURL/5) // not to be kept
		}
		r := httptest.NewRequest("GET", path, nil)
		r.Header.Set("Authorization", "Bearer "+strings.Repeat("x", 3_000)+fmt.Sprint(i))
		w.server.Load().ServeHTTP(httptest.NewRecorder(), r)
		if w.cached > mostCached || w.seen > mostSeenBytes || w.cached < 0 || w.seen < 0 {
			t.Fatalf("after %d calls %d bytes of answers and %d of credentials", i, w.cached, w.seen)
		}
	}
	for i := range w.apps {
		w.forgetPlans(&w.apps[i])
		w.forgetSeen(&w.apps[i])
	}
	if w.cached != 0 || w.seen != 0 {
		t.Errorf("%d bytes of answers and %d of credentials are left of nothing", w.cached, w.seen)
	}
}

func manyVendors(t *testing.T, n int) *World {
	t.Helper()
	d, err := dialect.Load("generic")
	if err != nil {
		t.Fatal(err)
	}
	start := time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC)
	cfg := Config{Clock: hold.NewFrozenClock(clock.New(), start), Stock: 100}
	if cfg.Journal, err = hold.NewJournal(hold.JournalConfig{Keep: 10}); err != nil {
		t.Fatal(err)
	}
	from := fakevendor.Time(start.UnixNano())
	cfg.Vendor = fakevendor.Config{Start: from, End: from + fakevendor.Time(time.Hour)}
	for i := range n {
		name := fmt.Sprintf("v%d", i)
		cfg.Vendor.Applications = append(cfg.Vendor.Applications, fakevendor.Application{
			Name: name, Dialect: d, PageSize: 100, Idempotent: true,
		})
		cfg.Vendor.Connections = append(cfg.Vendor.Connections, fakevendor.Connection{Name: name, Application: i})
	}
	w, err := NewWorld(cfg)
	if err != nil {
		t.Fatal(err)
	}
	s, err := Serve(ServerConfig{}, w)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return w
}
