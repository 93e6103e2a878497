package reports_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/outagedrill/outagedrill/reports"
	"github.com/outagedrill/outagedrill/sim/journal"
)

// What a report keeps of an entry, small as it keeps it, is all of it, whether it is read or told.
func TestEntriesAreKept(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		started := journal.Entry{Seq: 1, At: at("0s"), Kind: journal.RunStarted, Run: &newScript("kept", 24).run}
		want := []journal.Entry{started}
		for seq := int64(2); seq < 20; seq += rapid.Int64Range(1, 1<<40).Draw(t, "gap") {
			e := drawEntry(t, seq)
			if alike := rapid.IntRange(0, len(want)).Draw(t, "alike"); alike > 0 && alike < len(want) {
				e = want[alike]
				e.Seq, e.At = seq, at("1h")+journal.Time(seq)
				if e.Count > 0 {
					e.Count = rapid.Int64Range(1, 1<<35).Draw(t, "count")
				}
			}
			want = append(want, e)
		}
		var text strings.Builder
		for _, e := range want {
			text.Write(e.AppendJSON(nil))
			text.WriteByte('\n')
		}
		j, err := reports.Load(strings.NewReader(text.String()))
		if err != nil {
			t.Fatal(err)
		}
		var got []journal.Entry
		for _, e := range j.Entries {
			got = append(got, *e)
		}
		if j.Len() != len(want) || !reflect.DeepEqual(got[1:], want[1:]) {
			t.Fatalf("written (-), kept (+):\n%s", cmp.Diff(want[1:], got[1:]))
		}
		if diff := cmp.Diff(got, gathered(t, text.String())); diff != "" {
			t.Fatalf("loaded (-), gathered (+):\n%s", diff)
		}
	})
}

// A journal from which lines were taken out is summed up as if they had never been: what they led to has no
// cause.
func TestMissingLines(t *testing.T) {
	all := outageScript("UTC").entries
	rapid.Check(t, func(t *rapid.T) {
		var kept, renumbered []journal.Entry
		place := map[int64]int64{}
		for i, e := range all {
			if i > 0 && rapid.IntRange(0, 3).Draw(t, "missing") == 0 {
				continue
			}
			kept = append(kept, e)
			place[e.Seq] = int64(len(kept))
			cause := e.Cause
			if e.Seq, e.Began, e.Cause = place[e.Seq], place[e.Began], nil; cause != nil && place[*cause] > 0 {
				e.Cause = new(place[*cause])
			}
			renumbered = append(renumbered, e)
		}
		if diff := cmp.Diff(summaryOf(t, renumbered), summaryOf(t, kept)); diff != "" {
			t.Fatalf("of %d entries; renumbered (-), with gaps (+):\n%s", len(kept), diff)
		}
	})
}

func summaryOf(t *rapid.T, entries []journal.Entry) *journal.Summary {
	var text []byte
	for i := range entries {
		text = append(entries[i].AppendJSON(text), '\n')
	}
	j, err := reports.Load(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return j.Summary
}

// gathered are the entries of a journal that a Gatherer is told one after the other, each of which is spoiled
// as soon as it was told.
func gathered(t *rapid.T, text string) []journal.Entry {
	g := reports.NewGatherer()
	for line := range strings.Lines(text) {
		var e journal.Entry
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatal(err)
		}
		if err := g.Add(&e); err != nil {
			t.Fatal(err)
		}
		for _, list := range [][]string{e.Resources, e.Missing, e.To} {
			clear(list)
		}
		for _, at := range []*journal.Time{e.Until, e.First, e.Last} {
			if at != nil {
				*at = -1
			}
		}
		for _, n := range []*int64{e.Delivered, e.Waiting, e.Cause} {
			if n != nil {
				*n = -1
			}
		}
		e = journal.Entry{}
	}
	j, err := g.Journal()
	if err != nil {
		t.Fatal(err)
	}
	var entries []journal.Entry
	for _, e := range j.Entries {
		entries = append(entries, *e)
	}
	return entries
}

// drawEntry draws an entry of a frequent kind, or of a rare one, with some of the fields that it may have and of
// those that it has not.
func drawEntry(t *rapid.T, seq int64) journal.Entry {
	kinds := []journal.Kind{
		journal.CallsFailed, journal.BacklogSampled, journal.FlowCompleted, journal.ConnectionTested, journal.JobDisabled,
		journal.FaultBegan, journal.PersonLeft,
	}
	e := journal.Entry{Seq: seq, At: at("1h") + journal.Time(seq), Kind: rapid.SampledFrom(kinds).Draw(t, "kind")}
	v := reflect.ValueOf(&e).Elem()
	usual := rapid.Bool().Draw(t, "usual") // with the fields of frequent entries alone, and of few of those
	for i := 3; i < v.NumField(); i++ {
		name := v.Type().Field(i).Name
		big := slices.Contains([]string{"Run", "End", "Ranges", "Environments", "Fleet", "Advice"}, name)
		if big || rapid.IntRange(0, 5).Draw(t, name) > 2 {
			continue
		}
		if usual && !slices.Contains(usualFields(), name) {
			continue
		}
		number := rapid.Int64Range(1, 1<<35).Draw(t, name)
		switch f := v.Field(i); {
		case name == "Cause":
			e.Cause = new(rapid.Int64Range(1, seq-1).Draw(t, name))
		case f.Kind() == reflect.String:
			f.SetString(rapid.SampledFrom([]string{"a", "b"}).Draw(t, name))
		case f.CanInt():
			f.SetInt(number)
		case f.Kind() == reflect.Slice:
			f.Set(reflect.ValueOf([]string{"a", "b"}))
		case f.Type() == reflect.TypeFor[*journal.Time]():
			f.Set(reflect.ValueOf(new(at("2h") + journal.Time(number))))
		case f.Type() == reflect.TypeFor[*int64]():
			f.Set(reflect.ValueOf(&number))
		}
	}
	return e
}

func usualFields() []string {
	return []string{
		"Job", "Flow", "Class", "Status", "Result", "By", "Threshold", "Cause", "Count", "Pages", "Records", "First", "Last",
		"Waiting", "Delivered",
	}
}
