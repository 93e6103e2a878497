package fakevendor_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/outagedrill/outagedrill/fakevendor"
)

func duplicating(t testing.TB, failedApply bool, faults ...fakevendor.Fault) *driver {
	t.Helper()
	for i := range faults {
		faults[i].Application = wms
		faults[i].From, faults[i].To = after(0), after(time.Minute)
	}
	cfg := world(t, faults...)
	cfg.Applications[wms].Idempotent = false
	cfg.FailedWritesApply = failedApply
	return open(t, cfg)
}

func applied(f *fakevendor.Fault) { f.Applied = true }

// A write lands when it ends ok, when its fault says so, and with FailedWritesApply when it ends
// vendor_down; what had landed before is then a duplicate.
func TestWhichWritesLand(t *testing.T) {
	slow := func(f *fakevendor.Fault) { f.Latency = 31 * time.Second }
	for _, test := range []struct {
		name        string
		failedApply bool
		faults      []fakevendor.Fault
		lands       bool
	}{
		{"ok", false, nil, true},
		{"down", false, []fakevendor.Fault{fault(fakevendor.Down)}, false},
		{"down, applied", false, []fakevendor.Fault{fault(fakevendor.Down, applied)}, true},
		{"down, assumption", true, []fakevendor.Fault{fault(fakevendor.Down)}, true},
		{"rejected, assumption", true, []fakevendor.Fault{fault(fakevendor.Rejected)}, false},
		{"rate limited, assumption", true, []fakevendor.Fault{fault(fakevendor.RateLimited)}, false},
		{"too slow", false, []fakevendor.Fault{fault(fakevendor.Slow, slow)}, false},
		{"too slow, applied", false, []fakevendor.Fault{fault(fakevendor.Slow, slow, applied)}, true},
		{"too slow, assumption", true, []fakevendor.Fault{fault(fakevendor.Slow, slow)}, true},
		{
			"too slow and limited, assumption", true,
			[]fakevendor.Fault{fault(fakevendor.Slow, slow), fault(fakevendor.RateLimited)},
			false,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := duplicating(t, test.failedApply, test.faults...)
			if got := d.write(0, 1, 1, 10).Duplicated; got != 0 {
				t.Errorf("the first write duplicated %d", got)
			}
			want := int64(0)
			if test.lands {
				want = 6
			}
			if got := d.write(time.Minute, 1, 5, 14).Duplicated; got != want {
				t.Errorf("duplicated %d, want %d", got, want)
			}
			if got := d.write(time.Minute, 2, 1, 10).Duplicated; got != 0 {
				t.Errorf("another writer's records are duplicates: %d", got)
			}
		})
	}
}

func TestIdempotentWritesNeverDuplicate(t *testing.T) {
	d := open(t, world(t))
	d.write(0, 1, 1, 10)
	if got := d.write(0, 1, 1, 10).Duplicated; got != 0 {
		t.Errorf("duplicated %d", got)
	}
}

// Whatever pages are written in whatever order, duplicates are those of a plain count: a record is doubled
// once, when it lands for the second time.
func TestDuplicatesAreThoseOfASet(t *testing.T) {
	d := duplicating(t, false)
	writer := 0
	rapid.Check(t, func(t *rapid.T) {
		writer++
		landed := map[int64]int{}
		for range rapid.IntRange(1, 20).Draw(t, "writes") {
			first := rapid.Int64Range(1, 40).Draw(t, "first")
			last := first + rapid.Int64Range(-1, 9).Draw(t, "more")
			want := int64(0)
			for n := first; n <= last; n++ {
				if landed[n]++; landed[n] == 2 {
					want++
				}
			}
			if got := d.write(0, writer, first, last).Duplicated; got != want {
				t.Fatalf("%d to %d: duplicated %d, want %d", first, last, got, want)
			}
		}
	})
}
