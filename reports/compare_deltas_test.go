package reports_test

import (
	"strings"
	"testing"
	"time"

	"github.com/outagedrill/outagedrill/reports"
	"github.com/outagedrill/outagedrill/sim/journal"
)

// verdictOf is what the second of two cases is said to be against the first, without its outcome.
func verdictOf(t *testing.T, first, second journal.ComparedCase) string {
	t.Helper()
	c := comparison()
	c.Timelines, c.Together = c.Timelines[:1], nil
	first.Settings, second.Settings = c.Timelines[0].Cases[0].Settings, c.Timelines[0].Cases[1].Settings
	c.Timelines[0].Cases = []journal.ComparedCase{first, second}
	var b strings.Builder
	if err := reports.CompareText(&b, c, reports.AnswerOptions{Width: 1000}); err != nil {
		t.Fatal(err)
	}
	_, said, _ := strings.Cut(b.String(), "nothing is lost. ")
	said, _, _ = strings.Cut(said, "\n")
	return said
}

func of(f journal.CaseFigures, ages ...journal.CaseFigures) journal.ComparedCase {
	return journal.ComparedCase{Offsets: 1, Base: f, TokenAges: ages}
}

// TestDeltas: each figure by itself, in both directions. The first case is that of 5, the second of 8.
func TestDeltas(t *testing.T) {
	minutes := func(n int64) journal.Seconds { return journal.Seconds(n) * journal.Seconds(time.Minute) }
	for _, d := range []struct {
		set        func(f *journal.CaseFigures, n int64)
		more, less string
	}{
		{func(f *journal.CaseFigures, n int64) { f.JobsDisabled = int(n) }, "3 jobs more disabled", "3 jobs fewer disabled"},
		{
			func(f *journal.CaseFigures, n int64) { f.RecoveryDelay = new(minutes(n)) },
			"3 min more until all works again", "3 min less until all works again",
		},
		{
			func(f *journal.CaseFigures, n int64) { f.LateMax = minutes(n) },
			"3 min more until the latest record comes", "3 min less until the latest record comes",
		},
		{func(f *journal.CaseFigures, n int64) { f.OffFor = minutes(n) }, "3 min more off", "3 min less off"},
		{func(f *journal.CaseFigures, n int64) { f.PausedFor = minutes(n) }, "3 min more paused", "3 min less paused"},
		{func(f *journal.CaseFigures, n int64) { f.Lost = n }, "3 records more lost", "3 records fewer lost"},
		{func(f *journal.CaseFigures, n int64) { f.Duplicated = n }, "3 records more doubled", "3 records fewer doubled"},
		{
			func(f *journal.CaseFigures, n int64) { f.OpenErrors = n },
			"3 records more in open errors", "3 records fewer in open errors",
		},
		{func(f *journal.CaseFigures, n int64) { f.ManualSteps = int(n) }, "3 steps more by hand", "3 steps fewer by hand"},
		{func(f *journal.CaseFigures, n int64) { f.Calls = n }, "3 calls more made", "3 calls fewer made"},
	} {
		var five, eight journal.CaseFigures
		d.set(&five, 5)
		d.set(&eight, 8)
		for _, c := range []struct {
			a, b journal.CaseFigures
			want string
		}{
			{five, eight, "Against case 1: " + d.more + "."},
			{eight, five, "Against case 1: " + d.less + "."},
			{five, five, "No better and no worse than case 1."},
		} {
			if said := verdictOf(t, of(c.a), of(c.b)); said != c.want {
				t.Errorf("%q (want %q)", said, c.want)
			}
		}
	}
}

// TestDeltasOfTokenAges: what other ages of the tokens turn is told as theirs, not as the setting's.
func TestDeltasOfTokenAges(t *testing.T) {
	errors := func(n int64) journal.CaseFigures { return journal.CaseFigures{OpenErrors: n} }
	paused := func(d time.Duration) journal.CaseFigures { return journal.CaseFigures{PausedFor: journal.Seconds(d)} }
	const chance = "What else is other in %s comes of how old a token was when a vendor failed."
	because := func(what string) string { return strings.Replace(chance, "%s", what, 1) }
	for name, c := range map[string]struct {
		first, second journal.ComparedCase
		want          string
	}{
		"none is left": {
			of(errors(250), errors(0)), of(errors(0), errors(0)),
			"No better and no worse than case 1. " + because("records in open errors"),
		},
		"the contrary": {
			of(errors(250), errors(10)), of(errors(0), errors(20)),
			"No better and no worse than case 1. " + because("records in open errors"),
		},
		"the contrary, the other way": {
			of(errors(0), errors(20)), of(errors(250), errors(10)),
			"No better and no worse than case 1. " + because("records in open errors"),
		},
		"some are left": {
			of(errors(250), errors(40)), of(errors(0), errors(10)),
			"Against case 1: 30 records fewer in open errors. " + because("records in open errors"),
		},
		"some more are left": {
			of(errors(0), errors(10)), of(errors(250), errors(40)),
			"Against case 1: 30 records more in open errors. " + because("records in open errors"),
		},
		"they change nothing": {
			of(errors(250), errors(250), errors(260)), of(errors(0), errors(0), errors(10)),
			"Against case 1: 250 records fewer in open errors.",
		},
		"calls are not worth a word": {
			of(journal.CaseFigures{Calls: 10}, journal.CaseFigures{Calls: 12}),
			of(journal.CaseFigures{Calls: 20}, journal.CaseFigures{Calls: 20}), "Against case 1: 8 calls more made.",
		},
		"seconds are not worth a word": {
			of(paused(time.Hour), paused(time.Hour+59*time.Second)), of(paused(2*time.Hour), paused(2*time.Hour)),
			"Against case 1: 59 min more paused.",
		},
		"a minute is": {
			of(paused(time.Hour), paused(time.Hour+time.Minute)), of(paused(2*time.Hour), paused(2*time.Hour)),
			"Against case 1: 59 min more paused. " + because("time paused"),
		},
		"less than a second is none": {
			of(paused(time.Hour)), of(paused(time.Hour + time.Second - 1)), "No better and no worse than case 1.",
		},
		"less than a second less is none": {
			of(paused(time.Hour)), of(paused(time.Hour - time.Second + 1)), "No better and no worse than case 1.",
		},
		"a second is one": {
			of(paused(time.Hour)), of(paused(time.Hour + time.Second)), "Against case 1: 1 s more paused.",
		},
	} {
		if said := verdictOf(t, c.first, c.second); said != c.want {
			t.Errorf("%s: %q (want %q)", name, said, c.want)
		}
	}
}
