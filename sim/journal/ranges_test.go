package journal_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/outagedrill/outagedrill/sim/journal"
)

// TestRangesAreReadAsWritten: whatever a range says comes back from a journal, and the counters of run.ended
// with it.
func TestRangesAreReadAsWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := rangesOf(t)
		list := ended(story(1))
		last := list[len(list)-1]
		list = append(list, journal.Entry{
			Seq: last.Seq + 1, At: last.At, Kind: journal.RangesComputed, Ranges: want,
		})
		var text bytes.Buffer
		w := journal.NewWriter(&text)
		for i := range list {
			if err := w.Append(&list[i]); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
		got := summaryOf(t, text.Bytes())
		if d := cmp.Diff(want, got.Ranges); d != "" {
			t.Fatalf("written (-), read (+):\n%s", d)
		}
		if got.Totals.Calls != last.End.Calls || last.End.Calls == 0 {
			t.Fatalf("%d calls, want %d", got.Totals.Calls, last.End.Calls)
		}
	})
}

// rangesOf draws ranges in which every outcome is a figure or a state, but not both.
func rangesOf(t *rapid.T) *journal.Ranges {
	text := rapid.StringMatching(`[a-z.]{1,9}`)
	instant := outcomes(rapid.Map(rapid.Int64Range(0, 1e18), func(n int64) journal.Time { return journal.Time(n) }))
	span := outcomes(rapid.Map(rapid.Int64Range(0, 1e15), func(n int64) journal.Seconds { return journal.Seconds(n) }))
	cfg := rapid.MakeConfig{
		Types: map[reflect.Type]*rapid.Generator[any]{
			reflect.TypeFor[journal.Outcome[journal.Time]]():    instant.AsAny(),
			reflect.TypeFor[journal.Outcome[journal.Seconds]](): span.AsAny(),
			reflect.TypeFor[journal.Outcome[int64]]():           outcomes(rapid.Int64()).AsAny(),
			reflect.TypeFor[journal.Seconds](): rapid.Map(rapid.Int64Range(0, 1e15),
				func(n int64) journal.Seconds { return journal.Seconds(n) }).AsAny(),
			reflect.TypeFor[journal.Time](): rapid.Map(rapid.Int64Range(0, 1e18),
				func(n int64) journal.Time { return journal.Time(n) }).AsAny(),
		},
		Kinds: map[reflect.Kind]*rapid.Generator[any]{reflect.String: text.AsAny()},
	}
	r := rapid.MakeCustom[journal.Ranges](cfg).Draw(t, "ranges")
	return &r
}

func outcomes[T journal.Figure](values *rapid.Generator[T]) *rapid.Generator[journal.Outcome[T]] {
	return rapid.Custom(func(t *rapid.T) journal.Outcome[T] {
		state := rapid.SampledFrom([]journal.State{journal.Known, journal.None, journal.Open}).Draw(t, "state")
		if state != journal.Known {
			return journal.Outcome[T]{State: state}
		}
		return journal.Outcome[T]{Value: values.Draw(t, "value")}
	})
}

// TestOutcome: a figure in its own form, or one of two words.
func TestOutcome(t *testing.T) {
	type all struct {
		At    journal.Outcome[journal.Time]
		For   journal.Outcome[journal.Seconds]
		N     journal.Outcome[int64]
		Never journal.Outcome[int64]
		Yet   journal.Outcome[journal.Time]
	}
	want := `{"At":"2024-03-01T00:00:00Z","For":1.5,"N":7,"Never":"none","Yet":"open"}`
	b, err := json.Marshal(all{
		At: journal.Outcome[journal.Time]{Value: epoch}, For: journal.Outcome[journal.Seconds]{Value: 1500e6},
		N: journal.Outcome[int64]{Value: 7}, Never: journal.Outcome[int64]{State: journal.None},
		Yet: journal.Outcome[journal.Time]{State: journal.Open},
	})
	if err != nil || string(b) != want {
		t.Errorf("%s (%v), want %s", b, err, want)
	}
	var o journal.Outcome[journal.Time]
	for _, text := range []string{`"never"`, `7`, `{}`} {
		if err := json.Unmarshal([]byte(text), &o); err == nil {
			t.Errorf("%s is read as %v", text, o)
		}
	}
}

// TestRangesManual: docs/ranges.md names every field of the ranges and every verdict of a flip.
func TestRangesManual(t *testing.T) {
	manual := readFile(t, "../../docs/ranges.md")
	var look func(reflect.Type)
	look = func(of reflect.Type) {
		switch of.Kind() {
		case reflect.Slice, reflect.Pointer:
			look(of.Elem())
		case reflect.Struct:
			for field := range of.Fields() {
				key, _, _ := strings.Cut(field.Tag.Get("json"), ",")
				if key != "" && !regexp.MustCompile("[\"`]"+key+"[\"`]").MatchString(manual) {
					t.Errorf("the field %s is not told", key)
				}
				look(field.Type)
			}
		default: // a plain value
		}
	}
	look(reflect.TypeFor[journal.Ranges]())
	for _, verdict := range []string{
		journal.EverPaused, journal.StoppedAtEnd, journal.LosesRecords, journal.DoublesRecords,
		journal.ErrorsAtEnd, journal.BacklogAtEnd, journal.EverDisabled, journal.OffAtEnd,
	} {
		if !strings.Contains(manual, "`"+verdict+"`") {
			t.Errorf("the verdict %s is not told", verdict)
		}
	}
}
