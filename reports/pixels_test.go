package reports_test

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/outagedrill/outagedrill/sim/journal"
)

// stretchOf is a state from an instant to another, found in the journal by the test itself.
type stretchOf struct {
	from, to journal.Time
	colour   string
}

// The colours of the states, as the legend has them.
const (
	offlineColour  = "#a61e4d"
	pausedColour   = "#f2b04a"
	disabledColour = "#3a3a44"
	downColour     = "#c9362c"
	failingColour  = "#e8590c"
	downDark       = "#e0574d" // on a dark page
)

// stretchesOf reads when a lane was in its worst state out of a journal.
func stretchesOf(t *testing.T, text, lane string) []stretchOf {
	t.Helper()
	begins := map[journal.Kind]string{
		journal.ConnectionOffline: offlineColour, journal.FlowPaused: pausedColour, journal.JobDisabled: disabledColour,
		journal.FaultBegan: downColour,
	}
	ends := map[journal.Kind]bool{
		journal.ConnectionOnline: true, journal.FlowResumed: true, journal.JobEnabled: true, journal.FaultEnded: true,
	}
	var out []stretchOf
	for line := range strings.Lines(text) {
		var e journal.Entry
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatal(err)
		}
		name := e.Job + e.Flow
		if name == "" && e.Connection != "" {
			name = e.Connection
		} else if name == "" {
			name = e.Application
		}
		colour, begun := begins[e.Kind]
		switch {
		case name != lane:
		case begun:
			out = append(out, stretchOf{e.At, at("24h"), colour})
		case ends[e.Kind]:
			out[len(out)-1].to = e.At
		}
	}
	return out
}

// The colours on the canvas are those of the states that the journal tells, at every pixel that is not within
// half a pattern of a change: of the whole run, and of ten minutes of it.
func TestPixels(t *testing.T) {
	text := outageScript("UTC").text(t)
	b := newTab(t)
	b.run(t, chromedp.EmulateViewport(1280, 3000))
	views := []struct {
		link     string
		from, to journal.Time
	}{
		{"", at("0s"), at("24h")},
		{"#t=2024-03-01T02:00:00Z_2024-03-01T02:10:00Z", at("2h"), at("2h10m")},
		{"#t=2024-03-01T03:38:59.5Z_2024-03-01T03:39:00.25Z", at("3h38m59.5s"), at("3h39m0.25s")},
	}
	for _, view := range views {
		b.open(t, html(t, text), view.link)
		b.do(t, drawn)
		for id, name := range map[string]string{
			"c0": "acme-main", "f0": "orders-to-wms", "j0": "contacts-poll", "j1": "stock-poll", "v0": "acme", "v1": "wms",
		} {
			row := pixelsOf(t, b, id, 10)
			for x, c := range pixelsOf(t, b, id, 11) {
				row[x] += c
			}
			judgeRow(t, id+view.link, row, stretchesOf(t, text, name), view.from, view.to)
		}
	}
}

// pixelsOf is a row of a lane's canvas as colours.
func pixelsOf(t *testing.T, b *tab, lane string, y int) []string {
	t.Helper()
	return value[[]string](t, b, fmt.Sprintf(`(() => {
		const c = document.querySelector('[data-lane=%s] canvas');
		const d = c.getContext('2d').getImageData(0, %d, c.width, 1).data;
		const hex = (n) => n.toString(16).padStart(2, '0');
		return Array.from({length: c.width}, (_, i) => '#' + hex(d[4 * i]) + hex(d[4 * i + 1]) + hex(d[4 * i + 2]));
	})()`, lane, y))
}

// judgeRow looks at each run of eight pixels, here of two rows, the width of a pattern: it holds the colour of
// the state that lasts throughout it, or that of no state.
func judgeRow(t *testing.T, name string, row []string, want []stretchOf, from, to journal.Time) {
	t.Helper()
	if len(row) < 500 {
		t.Fatalf("%s: a row of %d pixels", name, len(row))
	}
	timeAt := func(x int) journal.Time {
		return from + journal.Time(float64(to-from)*float64(x)/float64(len(row)))
	}
	judged := 0
	for x := 1; x+9 < len(row); x++ {
		a, z := timeAt(x-1), timeAt(x+9)
		colour, whole := "", true
		for _, s := range want {
			if s.from <= a && z <= s.to {
				colour = s.colour
			} else if s.to >= a && s.from <= z {
				whole = false
			}
		}
		if !whole {
			continue
		}
		judged++
		found := strings.Join(row[x:x+8], " ")
		for _, c := range []string{offlineColour, pausedColour, disabledColour, downColour} {
			if (c == colour) != strings.Contains(found, c) {
				t.Fatalf("%s: pixels from %d, at %v, are %s, want %q", name, x, timeAt(x), found, colour)
			}
		}
	}
	if judged < len(row)*3/4 {
		t.Errorf("%s: %d of %d pixels judged", name, judged, len(row))
	}
}

// Of failures shorter than a pixel none is left out, and none is drawn where there is none.
func TestThinPixels(t *testing.T) {
	s := newScript("many short failures", 24)
	var streaks [][2]journal.Time
	for i := range 700 {
		first := at("0s") + journal.Time(i)*120_000_000_000 + journal.Time(i*i%97)*1_000_000_000
		last := first + journal.Time(i*i%31)*1_000_000_000
		streaks = append(streaks, [2]journal.Time{first, last})
		s.add("23h", journal.CallsFailed, 0, journal.Entry{
			Job: "stock-poll", Instance: "acme-main", Resource: "stock", First: &first, Last: &last, Count: 3,
		})
	}
	s.finish(counters())
	b := newTab(t)
	b.run(t, chromedp.EmulateViewport(1280, 3000))
	for _, view := range []struct {
		link     string
		from, to journal.Time
	}{{"", at("0s"), at("24h")}, {"#t=2024-03-01T06:00:00Z_2024-03-01T12:00:00Z", at("6h"), at("12h")}} {
		b.open(t, html(t, s.text(t)), view.link)
		b.do(t, drawn)
		row := pixelsOf(t, b, "j1", 15)
		for x, got := range row {
			left := float64(view.from) + float64(view.to-view.from)*float64(x)/float64(len(row))
			right := left + float64(view.to-view.from)/float64(len(row))
			const near = 1e6 // a millisecond
			want, sure := false, true
			for _, k := range streaks {
				first, last := float64(k[0]), float64(max(k[1], k[0]+1))
				want = want || first < right-near && last > left+near
				sure = sure && (first > right+near || first < right-near) && (last < left-near || last > left+near)
			}
			if sure && want != (got == failingColour) {
				t.Fatalf("%s pixel %d is %s, want failing %v", view.link, x, got, want)
			}
		}
	}
}

// Of several states in one pixel the worst is drawn, whichever comes last; in the dark in its colour there.
func TestWorstPixel(t *testing.T) {
	s := newScript("two faults within a minute", 24)
	for _, f := range []struct{ kind, from, to string }{
		{"rate_limited", "6h", "6h10s"},
		{"down", "6h20s", "6h30s"},
		{"down", "12h", "12h10s"},
		{"rate_limited", "12h20s", "12h30s"},
	} {
		began := s.add(f.from, journal.FaultBegan, 0, journal.Entry{Application: "acme", Fault: f.kind})
		s.add(f.to, journal.FaultEnded, 0, journal.Entry{Application: "acme", Fault: f.kind, Began: began})
	}
	s.finish(counters())
	b := newTab(t)
	b.run(t, chromedp.EmulateViewport(1280, 3000))
	for scheme, colour := range map[string]string{"light": downColour, "dark": downDark} {
		b.media(t, "", scheme)
		b.open(t, html(t, s.text(t)), "")
		b.do(t, drawn)
		row := pixelsOf(t, b, "v0", 15)
		for _, x := range []int{len(row) / 4, len(row) / 2} {
			if row[x] != colour {
				t.Errorf("%s: pixel %d is %s, want %s", scheme, x, row[x], colour)
			}
		}
	}
}

// Marks stand at the instants of the journal, in their colours and on no other pixels of their lanes.
func TestMarkPixels(t *testing.T) {
	b := newTab(t)
	b.run(t, chromedp.EmulateViewport(1280, 3000))
	b.open(t, html(t, outageScript("UTC").text(t)), "")
	b.do(t, drawn)
	for _, c := range []struct {
		lane, colour string
		y            int
		at           []string
	}{
		{"c0", "#1c7a3e", 4, []string{"6h"}},          // the test that passed
		{"c0", "#1f5fa8", 24, []string{"2h5m", "6h"}}, // mails
		{"j0", "#1f5fa8", 24, []string{"3h39m"}},      // the mail about the disablement
		{"j0", disabledColour, 3, []string{"3h39m"}},  // the disablement, above the bar
	} {
		row := pixelsOf(t, b, c.lane, c.y)
		for x, got := range row {
			near := false
			for _, at := range c.at {
				d, _ := time.ParseDuration(at)
				near = near || math.Abs(float64(x)-d.Hours()/24*float64(len(row))) <= 6
			}
			if got == c.colour && !near {
				t.Errorf("%s: a mark in %s at pixel %d of %d, row %d", c.lane, c.colour, x, len(row), c.y)
			}
		}
		for _, at := range c.at {
			d, _ := time.ParseDuration(at)
			x := int(d.Hours() / 24 * float64(len(row)))
			if !slices.Contains(row[x-6:x+7], c.colour) {
				t.Errorf("%s: no mark in %s about pixel %d, row %d: %q", c.lane, c.colour, x, c.y, row[x-6:x+7])
			}
		}
	}
}
