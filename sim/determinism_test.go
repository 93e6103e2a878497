package sim_test

import (
	"bytes"
	"context"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/outagedrill/outagedrill/sim"
	"github.com/outagedrill/outagedrill/sim/journal"
	"github.com/outagedrill/outagedrill/sim/timeline"
)

// examples are the timelines that are shipped, apart from those that take longer than a moment.
func examples(t *testing.T) []*timeline.Timeline {
	t.Helper()
	files, err := filepath.Glob("../examples/*.yaml")
	if err != nil || len(files) < 10 {
		t.Fatalf("%d examples: %v", len(files), err)
	}
	var list []*timeline.Timeline
	for _, f := range files {
		tl, err := timeline.Read(f)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, tl)
	}
	return list
}

// play runs a timeline and returns its journal as bytes.
func play(t *testing.T, tl *timeline.Timeline, opt sim.Options) []byte {
	t.Helper()
	var out bytes.Buffer
	var line []byte
	_, err := sim.Run(context.Background(), tl, opt, func(en *journal.Entry) error {
		line = append(en.AppendJSON(line[:0]), '\n')
		_, err := out.Write(line)
		return err
	})
	if err != nil {
		t.Fatalf("%s: %v", tl.Name, err)
	}
	return out.Bytes()
}

// TestWithoutSamples: a journal without samples has all else that the journal with them has.
func TestWithoutSamples(t *testing.T) {
	for _, tl := range examples(t) {
		var sampled, unsampled []journal.Entry
		keep := func(list *[]journal.Entry) func(*journal.Entry) error {
			return func(en *journal.Entry) error { *list = append(*list, *en.Clone()); return nil }
		}
		with, err := sim.Run(t.Context(), tl, sim.Options{}, keep(&sampled))
		if err != nil {
			t.Fatal(err)
		}
		without, err := sim.Run(t.Context(), tl, sim.Options{NoSamples: true}, keep(&unsampled))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(with, without); diff != "" {
			t.Errorf("%s: summaries (-with samples +without):\n%s", tl.Name, diff)
		}
		if diff := cmp.Diff(withoutSamples(sampled), unsampled); diff != "" {
			t.Errorf("%s: journals (-with samples +without):\n%s", tl.Name, diff)
		}
	}
}

// withoutSamples leaves the samples out of a journal, and numbers what is left.
func withoutSamples(all []journal.Entry) []journal.Entry {
	number := map[int64]int64{}
	var out []journal.Entry
	for _, en := range all {
		if en.Kind == journal.BacklogSampled {
			continue
		}
		number[en.Seq] = int64(len(out)) + 1
		en.Seq, en.Began = number[en.Seq], number[en.Began]
		if en.Cause != nil {
			en.Cause = new(number[*en.Cause])
		}
		out = append(out, en)
	}
	return out
}

// T-02: the same timeline, policy and seed give the same journal, byte for byte.
func TestSameTimelineSameJournal(t *testing.T) {
	for _, tl := range examples(t) {
		if a, b := play(t, tl, sim.Options{}), play(t, tl, sim.Options{}); !bytes.Equal(a, b) {
			t.Errorf("%s: two runs differ at %s", tl.Name, firstDifference(a, b))
		}
	}
}

// DIS-16: taking the state of both machines out after every step and putting it into new machines changes
// nothing that follows.
func TestStateAndRestoreAtEveryStepChangesNothing(t *testing.T) {
	pages, err := timeline.Parse("pages.yaml", []byte(pagesAtOnce))
	if err != nil {
		t.Fatal(err)
	}
	for _, tl := range append(examples(t), pages) {
		t.Run(tl.Name, func(t *testing.T) {
			want := play(t, tl, sim.Options{})
			steps := 0
			got := play(t, tl, sim.Options{EveryStep: func(w *sim.World) error {
				steps++
				if steps > 3000 && steps%97 != 0 { // long runs: every step of the first, then one in 97
					return nil
				}
				return w.Reload()
			}})
			if steps < 100 {
				t.Errorf("only %d steps: the test shows nothing", steps)
			}
			if !bytes.Equal(want, got) {
				t.Errorf("differs at %s", firstDifference(want, got))
			}
		})
	}
}

// pagesAtOnce is a flow that handles several pages at once while its source and its destination fail, and
// while both allow fewer calls at a time than it makes.
const pagesAtOnce = `outagedrill: 1
name: pages at once
start: 2024-03-04T00:00:00Z
duration: 4h
applications:
  acme: {latency: {median: 1s, p99: 9s}, page_size: 10, records: {orders: 20/m}, rate_limit: {concurrency: 3}}
  wms: {latency: 2s, rate_limit: {concurrency: 2}}
connections:
  acme-main: {application: acme, auth: oauth2}
  wms-main: {application: wms, auth: oauth2}
flows:
  f: {from: acme-main/orders, to: wms-main/orders, every: 30m, auto_resolve: true, parallel_pages: 4}
events:
  - {at: +30m, application: acme, fault: flaky, rate: 0.4, for: 1h}
  - {at: +1h, application: wms, fault: down, for: 20m}
  - {at: +2h, application: acme, fault: flaky, rate: 0.7, for: 1h}
  - {at: +2h30m30s, application: acme, fault: rejected, resources: [orders], for: 10m}
  - {at: +3h, connection: wms-main, fault: token_refresh, how: transient, for: 20m}
`

// firstDifference shows the first line in which two journals part.
func firstDifference(a, b []byte) string {
	as, bs := bytes.Split(a, []byte("\n")), bytes.Split(b, []byte("\n"))
	for i := range min(len(as), len(bs)) {
		if !bytes.Equal(as[i], bs[i]) {
			return string(as[i]) + "\n" + string(bs[i])
		}
	}
	return "the length"
}
