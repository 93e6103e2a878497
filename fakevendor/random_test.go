package fakevendor_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/outagedrill/outagedrill/fakevendor"
)

// latencies gives the latencies of n reads.
func latencies(t *testing.T, cfg fakevendor.Config, n int) []time.Duration {
	t.Helper()
	d := open(t, cfg)
	var all []time.Duration
	for range n {
		all = append(all, d.read(0, key, contacts).Latency)
	}
	return all
}

func flaky(rate float64) fakevendor.Fault {
	return fault(fakevendor.Flaky, window(0, day), func(f *fakevendor.Fault) { f.Rate = rate })
}

// The log-normal latency has the two quantiles that were asked for, and depends on the seed.
func TestLatencyQuantiles(t *testing.T) {
	cfg := world(t)
	cfg.Applications[acme].Latency = fakevendor.Latency{Median: 120 * time.Millisecond, P99: 2 * time.Second}
	const n = 20_000
	sorted := latencies(t, cfg, n)
	first := sorted[0]
	slices.Sort(sorted)
	for _, want := range []struct {
		quantile float64
		value    time.Duration
	}{{0.5, 120 * time.Millisecond}, {0.99, 2 * time.Second}} {
		got := sorted[int(want.quantile*n)]
		if ratio := float64(got) / float64(want.value); ratio < 0.9 || ratio > 1.1 {
			t.Errorf("quantile %v is %s, want %s within 10 %%", want.quantile, got, want.value)
		}
	}
	cfg.Seed++
	if latencies(t, cfg, 1)[0] == first {
		t.Error("another seed, the same latency")
	}
}

// The very digits: they must be the same on every machine (T-02).
func TestLatencyIsReproducible(t *testing.T) {
	cfg := world(t)
	cfg.Applications[acme].Latency = fakevendor.Latency{Median: 120 * time.Millisecond, P99: 2 * time.Second}
	want := []time.Duration{282389528, 153366655, 60855131, 49174650}
	if diff := cmp.Diff(want, latencies(t, cfg, 4)); diff != "" {
		t.Error(diff)
	}
}

// Streams are one per concern: a flaky fault's draws move neither the latencies nor those of another
// flaky fault, and the other way round.
func TestStreamsAreIndependent(t *testing.T) {
	calm := world(t)
	calm.Applications[acme].Latency = fakevendor.Latency{Median: time.Second, P99: time.Minute}
	shaky := world(t, flaky(0.5))
	shaky.Applications[acme].Latency = calm.Applications[acme].Latency
	if diff := cmp.Diff(latencies(t, calm, 50), latencies(t, shaky, 50)); diff != "" {
		t.Errorf("a flaky fault moved the latencies:\n%s", diff)
	}
	failures := func(cfg fakevendor.Config) (failed []bool) {
		d := open(t, cfg)
		for range 200 {
			failed = append(failed, d.read(0, key, contacts).Fault == 0)
		}
		return failed
	}
	want := failures(world(t, flaky(0.5)))
	if diff := cmp.Diff(want, failures(shaky)); diff != "" {
		t.Errorf("latency moved the flaky fault:\n%s", diff)
	}
	other := flaky(0.5)
	other.From-- // the first one, later to begin, still answers first
	both := failures(world(t, flaky(0.5), other))
	if diff := cmp.Diff(want, both); diff != "" {
		t.Errorf("a second flaky fault moved the first:\n%s", diff)
	}
	share := 0
	for _, failed := range want {
		if failed {
			share++
		}
	}
	if share < 70 || share > 130 {
		t.Errorf("%d of 200 calls failed at rate 0.5", share)
	}
}

// A call to one application moves no draw of another: each has its own call numbers.
func TestCallNumbersAreTheApplications(t *testing.T) {
	cfg := world(t, flaky(0.5))
	alone, mixed := open(t, cfg), open(t, cfg)
	for range 100 {
		mixed.test(0, wmsKey)
		if a, m := alone.read(0, key, contacts).Fault, mixed.read(0, key, contacts).Fault; a != m {
			t.Fatalf("fault %d alone, %d with calls to another application", a, m)
		}
	}
}
