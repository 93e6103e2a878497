package reports_test

import (
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
	worst := second
	worst.PausedFor, worst.RecoveryDelay, worst.LateMax = 8*hour, recovery(hour-journal.Seconds(time.Minute)), 4*hour
	cases := []journal.ComparedCase{
		{
			Settings: []journal.Setting{{Axis: "environment", Value: "staging"}, {Axis: "<b>|poll every", Value: "1m"}},
			Offsets:  1, Base: first, Best: first, Worst: first,
		},
		{
			Settings: []journal.Setting{{Axis: "environment", Value: "staging"}, {Axis: "<b>|poll every", Value: "2m"}},
			Offsets:  60, Base: second, Best: second, Worst: worst,
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
		reports.CompareMarkdown(&markdown, comparison()),
		reports.CompareHTML(&page, comparison()),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	golden(t, "compare.txt", text.String())
	golden(t, "compare.md", markdown.String())
	golden(t, "compare.html", page.String())
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
