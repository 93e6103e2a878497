package journal_test

import (
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
