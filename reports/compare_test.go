package reports_test

import (
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/outagedrill/outagedrill/reports"
	"github.com/outagedrill/outagedrill/sim/journal"
)

// comparison is one of two timelines under two settings with a hostile name; the second case is better, and
// depends on the sweep.
func comparison() *journal.Comparison {
	hour := journal.Seconds(time.Hour)
	recovery := func(d journal.Seconds) *journal.Seconds { return &d }
	start := journal.FromStd(time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC))
	first := journal.CaseFigures{
		JobsDisabled: 1, Disablements: 2, JobsOff: 1, OffFor: 30 * hour, OffAfterWell: 27 * hour, FlowsPaused: 2,
		PausedFor: 6 * hour, LateMax: 4 * hour, OpenErrors: 1240, ManualSteps: 3, ManualStepsLeft: 2, Calls: 9000,
	}
	second := journal.CaseFigures{
		FlowsPaused: 2, PausedFor: 6 * hour, RecoveryDelay: recovery(0), LateMax: 3 * hour, Calls: 5000,
	}
	retried := first
	retried.RecoveryDelay, retried.OffFor, retried.ManualSteps = recovery(2*hour), 10*hour, 5
	never := second
	never.RecoveryDelay, never.PausedFor, never.LateMax = nil, 5*hour, 4*hour+journal.Seconds(time.Minute)
	worst := second
	worst.PausedFor, worst.RecoveryDelay, worst.LateMax = 8*hour, recovery(hour-journal.Seconds(time.Minute)), 4*hour
	cases := []journal.ComparedCase{
		{
			Settings: []journal.Setting{{Axis: "environment", Value: "staging"}, {Axis: "<b>|poll every", Value: "1m"}},
			Offsets:  1, Base: first, Best: first, Worst: first,
			Others: []journal.FigureTrial{{Assumption: "retry.budget", Value: "30m", Figures: retried}},
		},
		{
			Settings: []journal.Setting{{Axis: "environment", Value: "staging"}, {Axis: "<b>|poll every", Value: "2m"}},
			Offsets:  60, Base: second, Best: second, Worst: worst,
			Others: []journal.FigureTrial{{Assumption: "retry.budget", Value: "<10m>", Figures: never}},
		},
	}
	timeline := journal.ComparedTimeline{
		Name: "A & B *down*", Start: start, End: start + journal.Time(48*time.Hour), Outages: 1, Down: 3 * hour,
		Jobs: 2, Flows: 2, Cases: cases,
	}
	other := timeline
	other.Name = "another"
	return &journal.Comparison{
		Axes: []journal.Axis{
			{Name: "environment", Values: []string{"staging"}}, {Name: "<b>|poll every", Values: []string{"1m", "2m"}},
		},
		Runs: 122, Command: "outagedrill compare a.yaml", Timelines: []journal.ComparedTimeline{timeline, other},
		Together: cases,
	}
}

// TestCompare holds all three forms to their letters.
func TestCompare(t *testing.T) {
	var text, markdown, page strings.Builder
	for _, err := range []error{
		reports.CompareText(&text, comparison(), reports.AnswerOptions{}),
		reports.CompareMarkdown(&markdown, comparison(), nil),
		reports.CompareHTML(&page, comparison(), nil),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	golden(t, "compare.txt", text.String())
	golden(t, "compare.md", markdown.String())
	golden(t, "compare.html", withoutAssets(page.String()))
}

// betterScript is the outage of outageScript where its fast job is never disabled, and the flow waits longer.
func betterScript() *script {
	s := newScript("acme down over lunch", 24)
	f := s.add("2h", journal.FaultBegan, 0, journal.Entry{Application: "acme", Fault: "down", Until: new(at("5h30m"))})
	c := s.add("2h5m", journal.CallsFailed, f, journal.Entry{
		Flow: "orders-to-wms", Connection: "acme-main", Call: "page",
		Class: "vendor_down", Status: 503, First: new(at("2h0s")), Last: new(at("2h5m")), Count: 7,
	})
	off := s.add("2h5m", journal.ConnectionOffline, c, journal.Entry{
		Connection: "acme-main", Application: "acme", Class: "vendor_down",
	})
	s.add("2h5m", journal.FlowPaused, off, journal.Entry{Flow: "orders-to-wms", State: "frozen"})
	s.add("5h30m", journal.FaultEnded, 0, journal.Entry{Application: "acme", Fault: "down", Began: f})
	passed := s.add("6h30m", journal.ConnectionTested, off, journal.Entry{
		Connection: "acme-main", Result: "passed", By: "sweep",
	})
	on := s.add("6h30m", journal.ConnectionOnline, passed, journal.Entry{Connection: "acme-main", Application: "acme"})
	s.add("6h30m", journal.FlowResumed, on, journal.Entry{Flow: "orders-to-wms", State: "frozen"})
	return s.finish(counters())
}

// compared is the page of the comparison with the journals of both cases of its first timeline.
func compared(t testing.TB, texts ...string) string {
	t.Helper()
	var journals []*reports.Journal
	for _, text := range texts {
		journals = append(journals, load(t, text))
	}
	var page strings.Builder
	if err := reports.CompareHTML(&page, comparison(), [][]*reports.Journal{journals}); err != nil {
		t.Fatal(err)
	}
	return page.String()
}

// TestCompareDrawn: the lanes of two cases stand one below the other; what differs has a strip, what does not
// is drawn once; hostile names do no harm; the same journals give the same bytes.
func TestCompareDrawn(t *testing.T) {
	first, second := outageScript("America/New_York").text(t), betterScript().text(t)
	page := compared(t, first, second)
	golden(t, "compare-drawn.html", withoutAssets(page))
	wellFormed(t, page)
	if again := compared(t, first, second); again != page {
		t.Error("the same journals gave two pages")
	}
	for _, want := range []string{
		`20 h 21 min not stopped where case 1 is`, `30 min stopped where case 1 is not`,
		`vendor acme, in every case: 1 fault, 3 h 30 min`, `class="strip-better"`, `class="strip-worse"`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not have %q", want)
		}
	}
	alike := compared(t, first, first)
	if strings.Contains(alike, `class="strip-`) {
		t.Error("a run differs from itself")
	}
	wellFormed(t, compared(t, hostile(t), second))
}

// TestCompareBars: what other assumptions make of a figure keeps within the picture, also where the cases themselves
// have no end and give no scale.
func TestCompareBars(t *testing.T) {
	page := compared(t, outageScript("UTC").text(t), betterScript().text(t))
	for _, found := range regexp.MustCompile(`x[12]="([0-9.]+)%"`).FindAllStringSubmatch(page, -1) {
		if at, err := strconv.ParseFloat(found[1], 64); err != nil || at > 100 {
			t.Errorf("a line ends at %s %%", found[1])
		}
	}
}

// TestCompareRests: where a journal has the other runs, a chosen value counts if it moves a figure that is compared,
// and the table says how; without them it counts by the rules.
func TestCompareRests(t *testing.T) {
	minutes := func(n int64) journal.CaseFigures {
		return journal.CaseFigures{PausedFor: journal.Seconds(n) * journal.Seconds(time.Minute)}
	}
	ranged := betterScript()
	ranged.add("24h", journal.RangesComputed, 0, journal.Entry{Ranges: &journal.Ranges{Figures: &journal.FigureRanges{
		Base: minutes(60),
		Offsets: &journal.FigureSpread{
			Best: minutes(60), Median: minutes(60), Worst: minutes(60),
		},
		Others: []journal.FigureTrial{
			{Assumption: "retry.budget", Value: "1m", Figures: minutes(50)},
			{Assumption: "retry.budget", Value: "10m", Figures: minutes(70)},
		},
	}}})
	journals := []*reports.Journal{load(t, ranged.text(t)), load(t, betterScript().text(t))}
	var b strings.Builder
	if err := reports.CompareMarkdown(&b, comparison(), [][]*reports.Journal{journals}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"| retry.budget (flows) | 5m | chosen | every case | 1: flows paused 50 min to 1 h 10 min |\n",
		"| sweep.offset (flows) | 0s | chosen | 2 |  |\n", "| sweep.every (flows) | 1h | documented | every case |  |\n",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the table does not have %q:\n%s", want, b.String())
		}
	}
}

// TestCompareWidth: the table keeps to the width of the terminal as long as its words allow.
func TestCompareWidth(t *testing.T) {
	for _, width := range []int{100, 130, 200} {
		var text strings.Builder
		if err := reports.CompareText(&text, comparison(), reports.AnswerOptions{Width: width}); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(text.String()) {
			if n := utf8.RuneCountInString(strings.TrimRight(line, "\n")); n > width {
				t.Errorf("%d columns where %d are:\n%s", n, width, line)
			}
		}
	}
}
