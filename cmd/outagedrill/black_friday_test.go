package main

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/outagedrill/outagedrill/sim/journal"
)

// mostOrdinary is how many bytes the page of an ordinary run has at most.
const mostOrdinary = 300_000

// TestBlackFriday checks every figure of the answer to the question that the program is for, against arithmetic
// done by hand. All times are New York's, five hours behind UTC. A page is read in 0.25 s and written in 0.8 s:
// 1.05 s for 250 orders. By an instant t from 08:00 on there are 12,000 + ⌊(t - 08:00) / 0.6 s⌋ orders: 1,500 an hour
// until then, 6,000 an hour after.
func TestBlackFriday(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	code, said, stderr := ran(t.Context(), t, &console{}, "replay", "../../examples/black-friday.yaml", "-o", dir)
	if code != exitOK {
		t.Fatalf("exit status %d: %s", code, stderr)
	}
	var s journal.Summary
	if err := json.Unmarshal(get(t, dir, summaryFile), &s); err != nil {
		t.Fatal(err)
	}
	t.Run("orders", func(t *testing.T) { ordersOnBlackFriday(t, &s.Ranges.Flows[0]) })
	t.Run("returns", func(t *testing.T) { returnsOnBlackFriday(t, &s.Ranges.Flows[1]) })
	t.Run("jobs", func(t *testing.T) { jobsOnBlackFriday(t, s.Ranges.Jobs) })
	t.Run("capacity", func(t *testing.T) { capacityOnBlackFriday(t, &s.Flows[0]) })
	t.Run("people", func(t *testing.T) { peopleOnBlackFriday(t, &s) })
	said = strings.Join(strings.Fields(said), " ")
	names := strings.NewReplacer("<strong>", "", "</strong>", "", "<bdi>", "", "</bdi>", "") // they stand out
	page := names.Replace(string(get(t, dir, reportFile)))
	if len(page) > mostOrdinary {
		t.Errorf("the page has %d bytes, want at most %d: it is an ordinary run", len(page), mostOrdinary)
	}
	for _, want := range []string{
		"netsuite was down 3 h: 2 flows were paused and flowed again at most 1 h 1 min after netsuite came back " +
			"(the minute of the sweep is not published); 1 of 2 polling jobs was disabled, and is enabled again; nothing was lost, " +
			"but 250 records stand as open errors.",
		"orders-to-netsuite flows again between 17:00 and 18:00 (median 17:30): the minute of the sweep is not " +
			"published.",
		"Of its records at most 18,503 to 24,403 wait at once; these are worked off between 17:01 and 18:01, " +
			"but for open errors;",
		"250 are left as open errors, none with token.refresh_before = 0s or errors.auto_resolve = true; nothing is " +
			"lost or doubled, whatever was tried.",
		"stock-poll is disabled at 15:39; off for 45 min, but to the end of the run with enable.keeps_counts = true.",
		"invoices-poll stays enabled, whatever was tried.",
		"People took 1 step, and 1 step is left: retry or mend the errors of orders-to-netsuite.",
		"erp@example.com was told at 14:05:01",
		"erp@example.com was told at 15:39",
		"No record was lost or doubled: by this timeline records keep at their source (retention: 0s), and one that is " +
			"written again overwrites itself (idempotent: true).",
		"the flow can move up to 852,827 an hour",
	} {
		if !strings.Contains(said, want) {
			t.Errorf("the terminal does not say %q:\n%s", want, said)
		}
		if !strings.Contains(page, want) {
			t.Errorf("the report does not say %q", want)
		}
	}
}

// is checks an outcome, written as in JSON: an instant by its time of the day in New York.
func is[T journal.Figure](t *testing.T, what string, got journal.Outcome[T], want string) {
	t.Helper()
	b, err := json.Marshal(got)
	text := strings.Trim(string(b), `"`)
	if at, ok := any(got.Value).(journal.Time); ok && got.State == journal.Known {
		text = (at - journal.Time(5*3600e9)).Std().Format("15:04:05.999")
	}
	if err != nil || text != want {
		t.Errorf("%s: %s, want %s", what, text, want)
	}
}

// offsets checks what a figure is over the minutes of the sweep.
func offsets[T journal.Figure](t *testing.T, what string, r *journal.Range[T], best, median, worst string) {
	t.Helper()
	is(t, what+", base case", r.Base, best)
	is(t, what+", best", r.Offsets.Best, best)
	is(t, what+", median", r.Offsets.Median, median)
	is(t, what+", worst", r.Offsets.Worst, worst)
}

// on checks what a figure rests on.
func on[T journal.Figure](t *testing.T, what string, r *journal.Range[T], want ...string) {
	t.Helper()
	var got []string
	for _, d := range r.DependsOn {
		got = append(got, d.Assumption)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s rests on (-want +got):\n%s", what, d)
	}
}

func ordersOnBlackFriday(t *testing.T, f *journal.FlowRanges) {
	t.Helper()
	// The vendor is back at 17:00:00, in time for a sweep at that very minute. The access token lapsed meanwhile:
	// a refresh and the test itself take 0.8 s each. A sweep at minute m from 1 to 58 finds the token that a poll
	// renewed at 17:00: 17:m:00.8. That token lives to 18:00 and is renewed 60 s early, so at 17:59:00 the sweep must
	// refresh again. Of 60 instants the median is the 31st, that of minute 30.
	offsets(t, "flows again", &f.FlowsAgainAt, "17:00:01.6", "17:30:00.8", "17:59:01.6")
	is(t, "flows again, no worse", f.FlowsAgainAt.Worst, "17:59:01.6")
	on(t, "flows again", &f.FlowsAgainAt, "sweep.offset")

	// The first page is read in 0.25 s and written in 0.8 s. What goes before it, an open error or a page in hand, is only
	// written: 17:00:02.4.
	offsets(t, "delivers again", &f.DeliversAgainAt, "17:00:02.65", "17:30:01.85", "17:59:02.65")
	is(t, "delivers again at best", f.DeliversAgainAt.Best, "17:00:02.4")
	on(t, "delivers again", &f.DeliversAgainAt, "sweep.offset", "token.refresh_before", "errors.auto_resolve")

	// The run of 13:55 reads 250 at 13:55:00 and 250 at 13:55:01.05, when there are 12,000 + ⌊21,301.05 / 0.6⌋ = 47,501:
	// all are delivered. The next delivery is one page after the flow flows again, and just before it wait:
	// 17:00:02.65: 12,000 + ⌊32,402.65 / 0.6⌋ - 47,501 = 12,000 + 54,004 - 47,501 = 18,503
	// 17:30:01.85: 12,000 + ⌊34,201.85 / 0.6⌋ - 47,501 = 12,000 + 57,003 - 47,501 = 21,502
	// 17:59:02.65: 12,000 + ⌊35,942.65 / 0.6⌋ - 47,501 = 12,000 + 59,904 - 47,501 = 24,403
	offsets(t, "wait at the peak", &f.BacklogPeak, "18503", "21502", "24403")
	on(t, "wait at the peak", &f.BacklogPeak, "sweep.offset")

	// The last of these orders are 66,004, 69,003 and 71,904. The flow goes on after order 47,751, page by page:
	// ⌈(66,004 - 47,751) / 250⌉ = 74 × 1.05 s after 17:00:01.6
	// ⌈(69,003 - 47,751) / 250⌉ = 86 × 1.05 s after 17:30:00.8
	// ⌈(71,904 - 47,751) / 250⌉ = 97 × 1.05 s after 17:59:01.6
	offsets(t, "gone but for errors", &f.WorkedOffAt, "17:01:19.3", "17:31:31.1", "18:00:43.45")

	// The run of 14:00 reads orders 47,502 to 47,751 from the shop, and cannot write them: when the last try has failed
	// they are 250 open errors, and auto-resolve is off. So the backlog is never gone, for they are of it. Would auto-resolve
	// retry them (0.8 s, before the pages), it were gone at 17:00:01.6 + 0.8 s + 74 × 1.05 s = 17:01:20.1. Were the token renewed on the
	// second (0s before it expires) it would lapse at 14:00 sharp: the refresh fails, no write is tried, the page stays in
	// hand and is written first (0.8 s), with no error at all.
	is(t, "gone", f.DrainedAt.Base, "open")
	is(t, "gone at best", f.DrainedAt.Best, "17:01:20.1")
	on(t, "gone", &f.DrainedAt, "token.refresh_before", "errors.auto_resolve")
	is(t, "open errors", f.OpenErrors.Base, "250")
	is(t, "open errors at best", f.OpenErrors.Best, "0")
	on(t, "open errors", &f.OpenErrors, "token.refresh_before", "errors.auto_resolve")

	// Nothing expires, and a write that is repeated overwrites: NetSuite is an idempotent destination here.
	is(t, "lost at worst", f.Lost.Worst, "0")
	is(t, "doubled at worst", f.Duplicated.Worst, "0")

	// Undisturbed, it is worst at 08:05: the run of 08:00 left none of the 12,000, the next order comes at 08:00:00.6 and is
	// written with the first page at 08:05:01.05, 300.45 s later, told as 301. Just before, 12,000 + ⌊301.05 / 0.6⌋ - 12,000
	// = 501 wait.
	is(t, "late by at most without the outage", f.LateMax.WithoutFaults, "301")
	is(t, "wait at the peak without the outage", f.BacklogPeak.WithoutFaults, "501")
}

func capacityOnBlackFriday(t *testing.T, f *journal.FlowSummary) {
	t.Helper()
	// While there is more to read 250 orders take 1.05 s, from the end of a page to the end of the next. The 71 runs of
	// 08:05 to 13:55 and the 60 of 17:05 to 22:00 read two pages, which is one such stretch; three of them find orders for
	// a third page, which is one more. The drain's 74 pages are 73. So there are 71 + 60 + 3 + 73 = 207. In the runs of 09:50
	// and 21:55 a poll renews the token just then (0.8 s) and the first write waits for it: 1.6 s from page to page.
	// 207 × 250 orders in 205 × 1.05 s + 2 × 1.6 s = 218.45 s: 852,826.7 an hour.
	if c := f.CapacityPerHour; c == nil || *c != 852_827 {
		t.Errorf("capacity: %v an hour (want 852,827)", c)
	}
}

func returnsOnBlackFriday(t *testing.T, f *journal.FlowRanges) {
	t.Helper()
	// One flow of a connection runs at a time, and the frozen run of the orders goes first. Its page n is asked for at
	// T + (n - 1) × 1.05 s. The last one is the first that is not full:
	// T = 17:00:01.6: on page 74 there are 12,000 + ⌊32,478.25 / 0.6⌋ - 47,751 - 73 × 250 = 129
	// T = 17:30:00.8: on page 86 there are 12,000 + ⌊34,290.05 / 0.6⌋ - 47,751 - 85 × 250 = 149
	// T = 17:59:01.6: on page 98 there are 12,000 + ⌊36,043.45 / 0.6⌋ - 47,751 - 97 × 250 = 71
	// They are written 74, 86 and 98 × 1.05 s after T: then the returns start.
	offsets(t, "flows again", &f.FlowsAgainAt, "17:01:19.3", "17:31:31.1", "18:00:44.5")
	// Were there room for two, both would go on at once.
	is(t, "flows again at best", f.FlowsAgainAt.Best, "17:00:01.6")

	offsets(t, "delivers again", &f.DeliversAgainAt, "17:01:20.35", "17:31:32.15", "18:00:45.55")

	// A return comes each minute. The run of 13:46 took the 826th; just before the next is written, 1.05 s after the start,
	// there are 1,021, 1,051 and 1,080.
	offsets(t, "wait at the peak", &f.BacklogPeak, "195", "225", "254")
	// Page and write, and they are gone: 195, 225 returns fit one page; with 254 the first page is full, and the
	// last four take another one.
	offsets(t, "gone", &f.DrainedAt, "17:01:20.35", "17:31:32.15", "18:00:46.6")
	is(t, "open errors at worst", f.OpenErrors.Worst, "0")
}

func jobsOnBlackFriday(t *testing.T, jobs []journal.JobRanges) {
	t.Helper()
	stock, invoices := &jobs[0], &jobs[1]
	// The polls of 14:00 to 15:39 are a hundred; the last one ends 0.8 s after it is sent. A threshold that must be passed
	// takes one more.
	is(t, "disabled", stock.FirstDisabledAt.Base, "15:39:00.8")
	is(t, "disabled at best", stock.FirstDisabledAt.Best, "15:40:00.8")
	on(t, "disabled", &stock.FirstDisabledAt, "threshold.boundary")
	// Somebody enables it after 45 minutes, at 16:24:00.8, a Friday in office hours. If counts were kept, the poll at once
	// would fail and disable it again at 16:24:01.6; 45 minutes later the office is closed until Monday: 2,700 s and
	// from 16:24:01.6 to midnight 27,358.4 s.
	is(t, "off for", stock.OffFor.Base, "2700")
	is(t, "off for at worst", stock.OffFor.Worst, "30058.4")
	is(t, "off at the end", stock.OffSince.Base, "none")
	is(t, "off at the end at worst, since", stock.OffSince.Worst, "16:24:01.6")
	on(t, "off for", &stock.OffFor, "enable.keeps_counts")
	// Four polls an hour fail twelve times in three hours.
	is(t, "the slow job is disabled", invoices.Disablements.Worst, "0")
}

func peopleOnBlackFriday(t *testing.T, s *journal.Summary) {
	t.Helper()
	// The first write fails at 14:00:00.25 + 0.8 s, the last try is sent five minutes later and fails after 0.8 s:
	// 14:05:01.85, and the mail leaves at once.
	o := &s.Ranges.Outages[0]
	is(t, "first mail after", o.FirstNotice.Base, "301.85")
	is(t, "first mail after, at best", o.FirstNotice.Best, "61.85")     // one minute of retries
	is(t, "first mail after, at worst", o.FirstNotice.Worst, "1801.85") // half an hour of them
	// Enable the job, done once; retry the 250 errors, still to do. If counts were kept, enable it once more.
	r := &s.Ranges.Totals
	is(t, "things to do", r.ManualSteps.Base, "2")
	is(t, "things to do at worst", r.ManualSteps.Worst, "3")
	is(t, "left to do", r.ManualStepsLeft.Base, "1")
	is(t, "left to do at best", r.ManualStepsLeft.Best, "0")
	want := []journal.Flip{
		{Flow: "orders-to-netsuite", Verdict: journal.ErrorsAtEnd, Base: true, Assumption: "token.refresh_before", Values: []string{"0s"}},
		{Flow: "orders-to-netsuite", Verdict: journal.ErrorsAtEnd, Base: true, Assumption: "errors.auto_resolve", Values: []string{"true"}},
		{Flow: "orders-to-netsuite", Verdict: journal.BacklogAtEnd, Base: true, Assumption: "token.refresh_before", Values: []string{"0s"}},
		{Flow: "orders-to-netsuite", Verdict: journal.BacklogAtEnd, Base: true, Assumption: "errors.auto_resolve", Values: []string{"true"}},
		{Job: "stock-poll", Verdict: journal.OffAtEnd, Base: false, Assumption: "enable.keeps_counts", Values: []string{"true"}},
	}
	if d := cmp.Diff(want, s.Ranges.Flips); d != "" {
		t.Errorf("verdicts that turn (-want +got):\n%s", d)
	}
}
