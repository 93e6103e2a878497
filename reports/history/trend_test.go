package history_test

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/outagedrill/outagedrill/reports/history"
)

// figured are replays with one figure each.
func figured(figures ...history.Figure) []history.Line {
	var series []history.Line
	for i, f := range figures {
		l := replay(i+1, "v1", fmt.Sprint(i), "o", "good")
		if f.Name != "" {
			l.Figures = []history.Figure{f}
		}
		series = append(series, l)
	}
	return series
}

// Trends name the best and the worst of each figure and draw its course; what has no end is the worst.
func TestTrendLines(t *testing.T) {
	lost := func(n float64) history.Figure { return history.Figure{Name: "lost", Value: n} }
	up := func(n float64) history.Figure { return history.Figure{Name: "up", Unit: "%", Value: n} }
	again := func(s float64, open bool) history.Figure {
		return history.Figure{Name: "again", Unit: "s", Value: s, Open: open}
	}
	for name, c := range map[string]struct {
		series []history.Line
		want   []string
	}{
		"one run":      {figured(lost(1)), nil},
		"less is best": {figured(lost(0), lost(7), lost(3.5)), []string{"lost  ▁█▅  0 at best, 7 at worst, now 3"}},
		"more is best": {figured(up(50), up(100)), []string{"up  ▁█  100 % at best, 50 % at worst, now 100 %"}},
		"no end": {
			figured(again(0, true), again(60, false), again(120, false)),
			[]string{"again  ╳▁█  1 min at best, not by the end at worst, now 2 min"},
		},
		"never ends": {figured(again(0, true), again(0, true)), []string{"always: again not by the end"}},
		"always":     {figured(lost(2), lost(2)), []string{"always: lost 2"}},
		"not in all": {figured(lost(2), history.Figure{}, lost(3)), []string{"lost  ▁ █  2 at best, 3 at worst, now 3"}},
		"other unit": {figured(history.Figure{Name: "up", Value: 1}, up(2)), []string{"always: up 2 %"}},
	} {
		if d := cmp.Diff(c.want, history.TrendLines(c.series, 40)); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
}

// Points cover all runs, none twice, and a worst one is not lost among many.
func TestTrendPoints(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, most := rapid.IntRange(2, 300).Draw(t, "runs"), rapid.IntRange(1, 60).Draw(t, "most")
		bad := rapid.IntRange(0, n-1).Draw(t, "bad")
		figures := make([]history.Figure, n)
		for i := range figures {
			figures[i] = history.Figure{Name: "lost"}
		}
		figures[bad].Value = 5
		points := history.Trends(figured(figures...), most)[0].Points
		next := 0
		for _, p := range points {
			if p.First != next || p.Last < p.First || (p.Value == 5) != (p.First <= bad && bad <= p.Last) {
				t.Fatalf("%d runs in %d points, the worst is %d: %+v", n, most, bad, p)
			}
			next = p.Last + 1
		}
		if next != n || len(points) != min(n, most) {
			t.Fatalf("%d runs in %d points (want %d) up to %d", n, len(points), min(n, most), next)
		}
	})
}

// A long history stays small and readable on a page; hostile names do no harm; a flip is marked where it happened and
// told.
func TestTrendsOfMany(t *testing.T) {
	const hostile = "</svg><script>alert(1)</script>"
	var series []history.Line
	for i := range 500 {
		l := test(1, []string{"a.1"}, nil)
		l.At = l.At.Add(time.Duration(i) * time.Hour)
		l.Figures = []history.Figure{{Name: hostile, Value: float64(i % 7)}, {Name: "took", Unit: "s", Value: 1}}
		if i == 249 {
			l.Passed, l.Failed, l.Verdict = nil, []string{"a.1"}, "bad"
			l.Names = map[string]string{"a": hostile}
		}
		series = append(series, l)
	}
	page, err := history.HTML(series, nil)
	if err != nil {
		t.Fatal(err)
	}
	text := string(page)
	if len(text) > 16_000 || strings.Contains(text, "<script") {
		t.Errorf("%d bytes (want at most 16,000, without markup of names)", len(text))
	}
	wellFormed(t, text)
	for _, want := range []string{
		"2026-11-11 15:00 UTC: &lt;/svg&gt;&lt;script&gt;alert(1)&lt;/script&gt; failed, but passed on 2026-11-11 14:00 UTC, " +
			"with the same program: a bug of outagedrill.",
		"2026-11-11 16:00 UTC: &lt;/svg&gt;", "2 runs flipped", `<svg x="49.90%" y="24"`, "each point is the worst",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the page does not have %q", want)
		}
	}
}

func wellFormed(t *testing.T, text string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader("<div>" + text + "</div>"))
	for {
		_, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("not well formed: %v", err)
		}
	}
}

// Five hundred runs of five hundred scenarios are looked through in a moment: each is looked up, not searched for.
func BenchmarkFlips(b *testing.B) {
	var series []history.Line
	for i := range 500 {
		var passed []string
		for k := range 500 {
			passed = append(passed, fmt.Sprintf("k%d.%d", k, i%3))
		}
		series = append(series, test(1, passed, nil))
	}
	for b.Loop() {
		history.Flips(series)
	}
}

// What a file says is cleaned: it is shown on terminals and pages. A line of an unknown kind, or with a verdict that there
// is not, is no run.
func TestParseForeignLines(t *testing.T) {
	log, err := history.Parse([]byte(strings.Join([]string{
		`{"format":1,"at":"2026-11-01T06:00:00Z","kind":"replay","name":"a\u001b[31m\nb\u202e","program":"p\t","verdict":"good"}`,
		`{"format":1,"kind":"story","verdict":"good"}`, `{"format":1,"kind":"replay","verdict":"\u001b[2J"}`, `[]`, `7`, ``,
		`{"format":1,"at":"yesterday","kind":"replay","verdict":"good"}`,
		`{"format":1,"kind":"replay","verdict":"good","figures":[{"name":"x","value":"many"}]}`,
	}, "\n")))
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]int{2, 3, 4, 5, 7, 8}, log.Left); d != "" || len(log.Lines) != 1 {
		t.Errorf("left out (-want +got), %d lines:\n%s", len(log.Lines), d)
	}
	if l := log.Lines[0]; l.Name != "a [31m b" || l.Program != "p" {
		t.Errorf("%q of %q", l.Name, l.Program)
	}
}
