package strip_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/outagedrill/outagedrill/reports/strip"
)

// disabling is the strip of testdata/disabling.ndjson: a job with two resources, one of which fails ten times.
func disabling(t *testing.T, wanted ...time.Duration) *strip.Strip {
	t.Helper()
	text, err := os.ReadFile("testdata/disabling.ndjson")
	if err != nil {
		t.Fatal(err)
	}
	s := strip.Of(text, wanted)
	if s == nil {
		t.Fatal("there is nothing to draw")
	}
	if err := s.Check(); err != nil {
		t.Fatal(err)
	}
	return s
}

// The strip has the ten polls that failed, the disablement and the mail, from the start, since good polls are
// what they are to be compared with, to soon after the last thing that happened.
func TestOf(t *testing.T) {
	s := disabling(t)
	m := func(n int) time.Duration { return time.Duration(n) * time.Minute }
	if s.From != 0 || s.To <= m(19) || s.To >= m(25) || s.Played != m(40) || s.More != 0 {
		t.Errorf("the strip is from %v to %v of %v (expected 0 to just after 19m, of 40m)", s.From, s.To, s.Played)
	}
	want := strip.Lane{
		Kind: "job", Name: "poll",
		Bars: []strip.Bar{
			{From: m(10), To: m(19), State: "failing", Count: 10},
			{From: m(11), To: m(18), State: "failing", Count: 8},
			{From: m(19), To: s.To, State: "disabled"},
		},
		Rows: []strip.Row{
			{Resource: "orders", Calls: []strip.Calls{{Step: m(1), Count: 10}, {Failed: true, From: m(10), Step: m(1), Count: 10}}},
			{Resource: "contacts", Calls: []strip.Calls{{Step: m(1), Count: 11}, {Failed: true, From: m(11), Step: m(1), Count: 8}}},
		},
		Marks: []strip.Mark{{At: m(19), Shape: "mail"}},
	}
	if len(s.Lanes) != 2 || s.Lanes[0].Kind != "vendor" {
		t.Fatalf("%d lanes (expected the vendor's and the job's)", len(s.Lanes))
	}
	if diff := cmp.Diff(want, s.Lanes[1]); diff != "" {
		t.Errorf("the job's lane (-want +got):\n%s", diff)
	}
	var told strings.Builder
	for _, moment := range s.Moments {
		fmt.Fprintf(&told, "%s %s\n", strip.Span(moment.At), moment.Text)
	}
	const words = `10m acme: down, 503: orders
10m acme: incident open on the status page
11m acme: down, 503: contacts
18m poll: 8 calls of contacts failed in a row, 11m to 18m
19m poll: 10 calls of orders failed in a row, 10m to 19m
19m job poll disabled: 10 failures of orders in a row
19m mail to ops@example.com: Polling job poll of acme-main was disabled
`
	if diff := cmp.Diff(strings.ReplaceAll(words, ", 503", ""), told.String()); diff != "" {
		t.Errorf("the moments (-want +got):\n%s", diff)
	}
}

// How many calls failed stands before the end of the streak, else behind its beginning, and never upon a bar.
func TestLabels(t *testing.T) {
	const m = time.Minute
	for name, c := range map[string]struct {
		streak strip.Bar
		others []strip.Bar
		want   []strip.Label
	}{
		"room before": {
			strip.Bar{State: "failing", From: 40 * m, To: 50 * m, Count: 7},
			[]strip.Bar{{State: "paused", From: 50 * m, To: 60 * m}},
			[]strip.Label{{X: "50", Y: 11, End: true, Text: "7 failed"}},
		},
		"room behind": {
			strip.Bar{State: "failing", From: 0, To: 4 * m, Count: 7},
			nil,
			[]strip.Label{{X: "0", Y: 11, Text: "7 failed"}},
		},
		"no room": {
			strip.Bar{State: "failing", From: 40 * m, To: 44 * m, Count: 7},
			[]strip.Bar{{State: "paused", From: 0, To: 39 * m}, {State: "paused", From: 44 * m, To: 60 * m}},
			nil,
		},
		"once": {strip.Bar{State: "failing", From: 40 * m, To: 40 * m, Count: 1}, nil, nil},
	} {
		s := &strip.Strip{To: 100 * m, Lanes: []strip.Lane{{Kind: "flow", Bars: append(c.others, c.streak)}}}
		if diff := cmp.Diff(c.want, s.Draw(nil).Lanes[0].Labels); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// An instant that is looked for is in the picture, with its word on the axis.
func TestWanted(t *testing.T) {
	at := 35 * time.Minute
	s := disabling(t, at)
	d := s.Draw([]time.Duration{at, 50 * time.Hour})
	if s.To < at || len(d.Lanes[0].Wanted) != 1 || d.Axis[0].Text != "35m" || !d.Axis[0].Wanted {
		t.Errorf("the picture ends at %v and shows %v (expected 35m)", s.To, d.Lanes[0].Wanted)
	}
}

// A journal that breaks off is drawn as far as it goes; what is no journal is nothing to draw.
func TestCut(t *testing.T) {
	text, err := os.ReadFile("testdata/disabling.ndjson")
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.SplitAfter(text, []byte("\n"))
	for n := range lines {
		s := strip.Of(bytes.Join(lines[:n], nil), nil)
		if s == nil {
			continue
		}
		if err := s.Check(); err != nil {
			t.Errorf("of %d lines: %v", n, err)
		}
		s.Draw(nil)
	}
	if strip.Of([]byte("no journal\n"), nil) != nil || strip.Of(bytes.Join(lines[1:], nil), nil) != nil {
		t.Error("something is drawn of no journal")
	}
	if twice := strip.Of(append(bytes.Clone(text), text...), nil); cmp.Diff(disabling(t), twice) != "" {
		t.Error("a second run is in the picture of the first")
	}
}

// A strip goes through JSON and comes back the same.
func TestJSON(t *testing.T) {
	s, back := disabling(t), &strip.Strip{}
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(s, back); diff != "" {
		t.Errorf("through JSON (-want +got):\n%s", diff)
	}
}

// What cannot be drawn is refused, and what can takes no room that its numbers ask for.
func TestCheck(t *testing.T) {
	for name, spoil := range map[string]func(*strip.Strip){
		"turned":          func(s *strip.Strip) { s.To = s.From },
		"before start":    func(s *strip.Strip) { s.From = -1 },
		"many lanes":      func(s *strip.Strip) { s.Lanes = make([]strip.Lane, 1000) },
		"many moments":    func(s *strip.Strip) { s.Moments = make([]strip.Moment, 1000) },
		"turned bar":      func(s *strip.Strip) { s.Lanes[1].Bars[0].To = 0 },
		"many bars":       func(s *strip.Strip) { s.Lanes[1].Bars = make([]strip.Bar, 1000) },
		"no calls":        func(s *strip.Strip) { s.Lanes[1].Rows[0].Calls[0].Count = 0 },
		"backwards":       func(s *strip.Strip) { s.Lanes[1].Rows[0].Calls[0].Step = -1 },
		"beyond all time": func(s *strip.Strip) { s.Lanes[1].Rows[0].Calls[0].Count = 1 << 62 },
		"many stretches":  func(s *strip.Strip) { s.Lanes[1].Rows[0].Calls = make([]strip.Calls, 1000) },
	} {
		s := disabling(t)
		spoil(s)
		if s.Check() == nil {
			t.Errorf("%s: it is taken", name)
		}
	}
	s := disabling(t)
	s.Lanes[1].Rows[0].Calls = []strip.Calls{{Step: 1, Count: 1 << 40}, {Count: 1 << 60}}
	if err := s.Check(); err != nil {
		t.Fatal(err)
	}
	for _, p := range s.Draw(nil).Lanes[1].Calls {
		if len(p.D) > 2000 {
			t.Errorf("a path of %d bytes", len(p.D))
		}
	}
}

// Times are written as in scenarios.
func TestSpan(t *testing.T) {
	for text, d := range map[string]time.Duration{
		"0": 0, "19m": 19 * time.Minute, "3h40m": 220 * time.Minute, "2d4h": 52 * time.Hour, "1d": 24 * time.Hour,
		"1m30s": 90 * time.Second, "1h0m0.000000001s": time.Hour + 1,
	} {
		if got := strip.Span(d); got != text {
			t.Errorf("%v is %s (expected %s)", d, got, text)
		}
	}
}
