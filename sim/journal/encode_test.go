package journal_test

import (
	"bytes"
	"encoding/json"
	"math"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/outagedrill/outagedrill/sim/journal"
)

// standard is the encoding of encoding/json, without its line end.
func standard(t interface{ Fatal(...any) }, v any) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		t.Fatal(err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// entries generates entries with any of their fields set, by reflection, so that a field that is added to the
// struct and not to the encoder is found.
func entries() *rapid.Generator[journal.Entry] {
	text := rapid.OneOf(
		rapid.Just(""),
		rapid.String(),
		rapid.SampledFrom([]string{
			"<a href=\"x\">&</a>", "a\\b\"c", "\u2028\u2029\ufffd", "\x00\x1f\x7f\b\f\n\r\t", "é漢😀",
		}),
		rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }),
	)
	const maxSeconds = math.MaxInt64 / 1e9 * 1e9
	raw := rapid.SampledFrom([]string{
		"", "{}", "null", ` { "a\\" : [ 1 , "b \" \n" ] } `, "\t[\"\u2028<\"]\n",
	})
	cfg := rapid.MakeConfig{
		Types: map[reflect.Type]*rapid.Generator[any]{
			reflect.TypeFor[journal.RawObject](): rapid.Map(raw, func(s string) journal.RawObject {
				return journal.RawObject(s)
			}).AsAny(),
			reflect.TypeFor[journal.Seconds](): rapid.Map(rapid.Int64Range(-maxSeconds+1, maxSeconds-1),
				func(n int64) journal.Seconds { return journal.Seconds(n) }).AsAny(),
		},
		Kinds: map[reflect.Kind]*rapid.Generator[any]{reflect.String: text.AsAny()},
	}
	return rapid.MakeCustom[journal.Entry](cfg)
}

func TestEncoderAgreesWithEncodingJSON(t *testing.T) {
	gen := entries()
	rapid.Check(t, func(t *rapid.T) {
		e := gen.Draw(t, "entry")
		if diff := cmp.Diff(string(standard(t, &e)), string(e.AppendJSON(nil))); diff != "" {
			t.Fatalf("encoding/json (-), AppendJSON (+):\n%s", diff)
		}
	})
}

// TestEncoderWritesEveryField sets every field of an entry in turn, with a value in every field beneath it.
func TestEncoderWritesEveryField(t *testing.T) {
	for i := range reflect.TypeFor[journal.Entry]().NumField() {
		var e journal.Entry
		fill(reflect.ValueOf(&e).Elem().Field(i))
		if diff := cmp.Diff(string(standard(t, &e)), string(e.AppendJSON(nil))); diff != "" {
			t.Errorf("encoding/json (-), AppendJSON (+):\n%s", diff)
		}
		if bytes.Contains(e.AppendJSON(nil), []byte(`"":`)) {
			t.Errorf("an empty key in %s", e.AppendJSON(nil))
		}
	}
}

// fill gives a value that is not empty to v and all that is beneath it.
func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString("x")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(1500)
	case reflect.Uint64:
		v.SetUint(math.MaxUint64)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem())
	case reflect.Slice:
		if v.Type() == reflect.TypeFor[journal.RawObject]() {
			v.SetBytes([]byte(`{"a": 1}`))
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(v.Index(0))
		fill(v.Index(1))
	case reflect.Struct:
		for _, field := range v.Fields() {
			fill(field)
		}
	default:
		panic("an entry has a field of a kind that this test does not know: " + v.Kind().String())
	}
}

func TestCauseIsLast(t *testing.T) {
	cause := int64(4)
	e := journal.Entry{Seq: 5, At: epoch, Kind: journal.FlowPaused, Flow: "orders"}
	want := `{"seq":5,"at":"2024-03-01T00:00:00Z","kind":"flow.paused","flow":"orders","cause":`
	if got := string(e.AppendJSON(nil)); got != want+"null}" {
		t.Errorf("without a cause: %s, want %snull}", got, want)
	}
	e.Cause = &cause
	if got := string(e.AppendJSON(nil)); got != want+"4}" {
		t.Errorf("with a cause: %s, want %s4}", got, want)
	}
}

func TestEncoderAllocatesNothing(t *testing.T) {
	b := make([]byte, 0, 1<<20)
	list := ended(story(1))
	for i := range list {
		if n := testing.AllocsPerRun(20, func() { list[i].AppendJSON(b) }); n != 0 {
			t.Errorf("%s: %v allocations, want 0", list[i].Kind, n)
		}
	}
}

func TestSecondsAreExact(t *testing.T) {
	for text, want := range map[string]journal.Seconds{
		"0": 0, "90": 90e9, "0.25": 250e6, "0.000000001": 1, "-0.5": -500e6, "-12": -12e9,
		"3600.000001":          3600e9 + 1000,
		"9223372035.999999999": 9223372035999999999,
	} {
		var got journal.Seconds
		if err := json.Unmarshal([]byte(text), &got); err != nil || got != want {
			t.Errorf("%s is read as %d ns (%v), want %d", text, got, err, want)
		}
		if b := string(want.AppendJSON(nil)); b != text {
			t.Errorf("%d ns is written %s, want %s", want, b, text)
		}
	}
	for _, text := range []string{"0.0000000001", "1e3", "9223372036", `"5"`, "null"} {
		var got journal.Seconds
		if err := json.Unmarshal([]byte(text), &got); err == nil {
			t.Errorf("%s is read as %d ns, want an error", text, got)
		}
	}
	if b := string(journal.Seconds(math.MinInt64).AppendJSON(nil)); b != "-9223372036.854775808" {
		t.Errorf("the shortest duration is written %s", b)
	}
}

func BenchmarkAppendJSON(b *testing.B) {
	cause := int64(123456)
	e := sampled(3_600_000, 12_345)
	e.Seq, e.At, e.Cause = 1234567, after(7*3600e9), &cause
	buf := make([]byte, 0, 1024)
	b.ReportAllocs()
	for b.Loop() {
		buf = e.AppendJSON(buf[:0])
	}
}
