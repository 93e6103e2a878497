package journal_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/outagedrill/outagedrill/sim/journal"
)

// lineForms are lines of few forms, with # for a number and @ for an instant: most are plain or nearly so.
func lineForms() *rapid.Generator[string] {
	member := rapid.OneOf(
		rapid.Custom(func(t *rapid.T) string {
			return `"` + rapid.SampledFrom([]string{"seq", "count", "pages", "records", "delivered", "waiting", "cause"}).
				Draw(t, "counted") + `":` + rapid.SampledFrom([]string{"#", "#", "#", "null", `"a"`}).Draw(t, "value")
		}),
		rapid.Custom(func(t *rapid.T) string {
			return `"` + rapid.SampledFrom([]string{"at", "first", "last"}).Draw(t, "instant") + `":` +
				rapid.SampledFrom([]string{`"@"`, `"@"`, `"@"`, "null", "#"}).Draw(t, "value")
		}),
		rapid.Custom(func(t *rapid.T) string {
			return `"` + rapid.SampledFrom([]string{"kind", "flow", "class", "status", "FLOW", "Count", "unknown"}).
				Draw(t, "name") + `":` +
				rapid.SampledFrom([]string{`"a"`, `"#"`, `"@"`, "503", `"é"`, `"\"a"`, `"a,\"count\":#"`, "{}"}).
					Draw(t, "value")
		}),
		rapid.SampledFrom([]string{`"cause":#,"cause":null`, `"cause":null,"cause":#`, `"first":"@","first":null`}),
	)
	return rapid.Custom(func(t *rapid.T) string {
		members := rapid.SliceOfN(member, 0, 8).Draw(t, "members")
		return "{" + strings.Join(members, ",") + "}" + rapid.SampledFrom([]string{"", "\n", " "}).Draw(t, "end")
	})
}

// TestDecoderAgreesWithEncodingJSON: each line, also where others of its form came before it, is read as
// encoding/json reads it, or refused with it; and lines to which one form is given differ in nothing else than
// what Form names.
func TestDecoderAgreesWithEncodingJSON(t *testing.T) {
	number := rapid.SampledFrom([]string{"0", "7", "42", "-1", "007", "1.5", "999999999999999999", "18446744073709551617"})
	instant := rapid.SampledFrom([]string{
		"2024-03-01T00:00:00Z", "2024-03-01T00:00:00.25Z", "2024-02-29T23:59:59Z", "2024-03-01T01:00:00+01:00", "2024-03-01",
	})
	rapid.Check(t, func(t *rapid.T) {
		forms := rapid.SliceOfN(lineForms(), 1, 3).Draw(t, "forms")
		d, alike := journal.NewDecoder(), map[int]journal.Entry{}
		for range 12 {
			var line strings.Builder
			for _, c := range rapid.SampledFrom(forms).Draw(t, "form") {
				switch c {
				case '#':
					line.WriteString(number.Draw(t, "number"))
				case '@':
					line.WriteString(instant.Draw(t, "instant"))
				default:
					line.WriteRune(c)
				}
			}
			var want, got journal.Entry
			got.Message = "left by the line before"
			wantErr, err := json.Unmarshal([]byte(line.String()), &want), d.Decode([]byte(line.String()), &got)
			if (wantErr == nil) != (err == nil) {
				t.Fatalf("%s: %v, encoding/json says %v", &line, err, wantErr)
			}
			if err != nil {
				continue
			}
			if !reflect.DeepEqual(got, want) {
				t.Fatalf("%s: encoding/json (-), Decode (+):\n%s", &line, cmp.Diff(want, got))
			}
			if n := d.Form(); n > 0 {
				same := uncounted(got)
				if before, ok := alike[n]; ok && !reflect.DeepEqual(before, same) {
					t.Fatalf("%s: its form %d was of %+v", &line, n, before)
				}
				alike[n] = same
			}
		}
	})
}

// uncounted is an entry without what lines of one form differ in.
func uncounted(e journal.Entry) journal.Entry {
	e.Seq, e.At, e.First, e.Last, e.Count = 0, 0, nil, nil, 0
	e.Pages, e.Records, e.Delivered, e.Waiting, e.Cause = 0, 0, nil, nil, nil
	return e
}

// TestDecoderKnowsForms: of the lines of a streak all have the form of the first, so that they are read fast.
func TestDecoderKnowsForms(t *testing.T) {
	d := journal.NewDecoder()
	var e journal.Entry
	var forms []int
	for _, line := range []string{
		`{"seq":1,"at":"2024-03-01T00:00:00Z","kind":"calls.failed","flow":"a","status":503,"count":7,"cause":1}`,
		`{"seq":12,"at":"2024-03-01T00:00:00.5Z","kind":"calls.failed","flow":"a","status":503,"count":70,"cause":11}`,
		`{"seq":13,"at":"2024-03-01T00:00:01Z","kind":"calls.failed","flow":"a","status":502,"count":70,"cause":11}`,
		`{"seq":14,"at":"2024-03-01T00:00:02Z","kind":"check.failed","message":"a","cause":null}`,
		`{"seq":15,"at":"2024-03-01T00:00:01Z","kind":"calls.failed","flow":"a","status":503,"count":1,"cause":1}`,
	} {
		if err := d.Decode([]byte(line), &e); err != nil {
			t.Fatal(err)
		}
		forms = append(forms, d.Form())
	}
	if diff := cmp.Diff([]int{1, 1, 2, 0, 1}, forms); diff != "" {
		t.Errorf("forms, want (-), got (+):\n%s", diff)
	}
}

// TestDecoderAgreesOnNearlyPlainLines checks lines that are nearly plain: each is read as encoding/json reads it,
// or refused with it.
func TestDecoderAgreesOnNearlyPlainLines(t *testing.T) {
	const head = `{"seq":2,"at":"2024-03-01T01:00:00Z","kind":"calls.failed"`
	for _, tail := range []string{
		`}`, `} `, `}x`, `}}`, `},`, `,}`, ` , "flow" : "a" }`, `,"flow"}`, `,"flow`,
		`,"count":7}`, `,"count":07}`, `,"count":0}`, `,"count":-7}`, `,"count":7.0}`, `,"count":}`, `,"count":"7"}`,
		`,"count":999999999999999999}`, `,"count":9223372036854775807}`,
		`,"count":9223372036854775808}`, `,"count":18446744073709551617}`,
		`,"status":503}`, `,"status":null}`, `,"waiting":0,"delivered":5}`, `,"resources":["a","b"]}`,
		`,"flow":"a\u0062"}`, `,"flow":"é"}`, `,"flow":"` + "\xff" + `"}`, `,"flow":"` + "\t" + `"}`, `,"flow":7}`,
		`,"flow":"` + strings.Repeat("long", 100) + `"}`, `,"FLOW":"a"}`, `,"flow":"a","flow":"b"}`,
		`,"first":"2024-03-01T00:00:00.5Z"}`, `,"first":"2024-03-01"}`, `,"first":null}`, `,"first":5}`,
		`,"first":"2024-02-29T23:59:59.123456789Z"}`, `,"first":"2023-02-29T00:00:00Z"}`, `,"first":"2024-03-01T24:00:00Z"}`,
		`,"first":"2024-03-01T00:60:00Z"}`, `,"first":"2024-03-01T00:00:60Z"}`, `,"first":"2024-03-01T00:00:00.Z"}`,
		`,"first":"2024-03-01T00:00:00.1234567890Z"}`, `,"first":"2024-03-01T00:00:00,5Z"}`, `,"first":"2024-03-01T00:00:00"}`,
		`,"first":"2024-03-01T0:00:000Z"}`, `,"first":"2024-03-01 00:00:00Z"}`, `,"first":"2024-03-01T01:00:00+01:00"}`,
		`,"first":"1677-01-01T00:00:00Z"}`, `,"first":"0000-01-01T00:00:00Z"}`, `,"first":"2262-06-01T00:00:00Z"}`,
		`,"first":"1969-12-31T23:59:59.5Z","last":"1969-12-31T23:59:59.25Z"}`, `,"first":"2024-03-01T-1:00:00Z"}`,
		`,"cause":1,"cause":null}`, `,"cause":nul}`, `,"unknown":{"a":[1]}}`,
	} {
		agree(t, journal.NewDecoder(), []byte(head+tail))
	}
}

// agree wants a line to be read as encoding/json reads it.
func agree(t *testing.T, d *journal.Decoder, line []byte) {
	t.Helper()
	var want, got journal.Entry
	wantErr, err := json.Unmarshal(line, &want), d.Decode(line, &got)
	switch {
	case (err == nil) != (wantErr == nil):
		t.Errorf("%q: %v, encoding/json says %v", line, err, wantErr)
	case err == nil && !reflect.DeepEqual(got, want):
		t.Errorf("%q: encoding/json (-), Decode (+):\n%s", line, cmp.Diff(want, got))
	}
}

// TestDecoderSays what is wrong with a line.
func TestDecoderSays(t *testing.T) {
	for line, want := range map[string]string{
		`hello`:                               "not JSON at byte 1 (want one JSON object a line)",
		`{"seq":2`:                            "not JSON at byte 8 (want one JSON object a line)",
		`[1,2]`:                               "a JSON array (want one JSON object a line)",
		`{"kind":7}`:                          "kind is a JSON number (want a string)",
		`{"seq":"2"}`:                         "seq is a JSON string (want a whole number)",
		`{"resources":"a"}`:                   "resources is a JSON string (want a list)",
		`{"run":1}`:                           "run is a JSON number (want an object)",
		`{"run":{"seed":-1}}`:                 "run.seed is a JSON number -1 (want a whole number, 0 or more)",
		`{"at":"yesterday"}`:                  `time "yesterday" (want RFC 3339)`,
		`{"at":1709254800}`:                   "time 1709254800 (want an RFC 3339 string)",
		`{"at":"9999-12-31T00:00:00Z"}`:       `time "9999-12-31T00:00:00Z" (want a year from 1678 to 2261)`,
		`{"run":{"flows":[{"every_s":1e3}]}}`: "seconds 1e3 (want a decimal number)",
	} {
		if err := journal.NewDecoder().Decode([]byte(line), new(journal.Entry)); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", line, err, want)
		}
	}
}

// FuzzDecode: lines are read as encoding/json reads them, whatever was read before.
func FuzzDecode(f *testing.F) {
	for _, text := range []string{
		`{"seq":1,"at":"2024-03-01T00:00:00Z","kind":"run.started","run":{"format":1,"jobs":[{"name":"j"}]}}`,
		`{"seq":2,"at":"2024-03-01T00:00:00Z","kind":"fault.began","fault":"down","cause":null}` + "\n" +
			`{"seq":3,"at":"2024-03-01T00:00:00.5Z","kind":"fault.began","fault":"down","cause":2}`,
		`{"seq":7,"at":"2024-03-01T00:00:00Z","kind":"flow.paused","flow":"f","waiting":1,"cause":6}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		d := journal.NewDecoder()
		for line := range bytes.Lines(text) {
			agree(t, d, line)
		}
	})
}

func BenchmarkDecode100k(b *testing.B) {
	text := bigJournal(100_000)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		d, e := journal.NewDecoder(), new(journal.Entry)
		for line := range bytes.Lines(text) {
			if err := d.Decode(line, e); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1e5, "ns/entry")
}

func BenchmarkFold100k(b *testing.B) {
	list := decoded(b, bigJournal(100_000))
	b.ReportAllocs()
	for b.Loop() {
		f := journal.NewFold()
		for i := range list {
			f.Add(&list[i])
		}
		f.Summary(nil, list[len(list)-1].At)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1e5, "ns/entry")
}

// bigJournal is a whole journal of about n entries.
func bigJournal(n int) []byte { return journalOf(ended(story(n / 46))) }
