package reports_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/outagedrill/outagedrill/sim/journal"
)

// chartOf is what the page's chart of a kind and name holds: its words, the path of its area, and its threshold.
func chartOf(t *testing.T, page, kind, name string) (words, area, limit string) {
	t.Helper()
	_, body, found := strings.Cut(page, `<span class="kind">`+kind+`</span> <bdi>`+name+`</bdi>`)
	if !found {
		return "", "", ""
	}
	body, _, _ = strings.Cut(body, "</svg></div>")
	first := func(pattern string) string {
		if m := regexp.MustCompile(pattern).FindStringSubmatch(body); m != nil {
			return m[1]
		}
		return ""
	}
	return first(`<span class="note">([^<]*)</span>`), first(`<path d="([^"]*)" fill="#1f5fa8" class="area`),
		first(`<path d="([^"]*)"[^>]*class="limit"`)
}

// streaks appends streaks of failed polls of contacts-poll, each told when it closes: class, first, last, count.
func (s *script) streaks(all ...[4]string) {
	for _, x := range all {
		first, last := at(x[1]), at(x[2])
		var n int64
		for _, c := range x[3] {
			n = 10*n + int64(c-'0')
		}
		s.add(x[2], journal.CallsFailed, 0, journal.Entry{
			Application: "acme", Job: "contacts-poll", Instance: "acme-main", Resource: "contacts", Call: "page",
			Class: x[0], First: &first, Last: &last, Count: n,
		})
	}
}

// TestFailureChart: the run is 10 h, so an hour is 100 wide; the threshold of 100 is at 88 % of the height, and so
// a failure 0.88 high. From 02:00 on 60 polls fail, and from 03:00 on 30 more in another way: the count goes on to
// 90 at 03:29. A poll succeeds at 03:30. From 04:00 on five fail.
func TestFailureChart(t *testing.T) {
	s := newScript("charts", 10)
	s.start()
	s.streaks([4]string{"vendor_down", "2h", "2h59m", "60"}, [4]string{"rate_limited", "3h", "3h29m", "30"},
		[4]string{"vendor_down", "4h", "4h4m", "5"})
	words, area, limit := chartOf(t, html(t, s.finish(counters()).text(t)), "failures", "contacts-poll")
	const want = "M200 100L200 99.1L348.333 20.8V100Z" + "M400 100L400 99.1L406.667 95.6V100Z"
	if words != "at most 90 in a row" || area != want || limit != "M0 12H1000" {
		t.Errorf("%q, %s, threshold %s\nwant at most 90 in a row, %s", words, area, limit, want)
	}
}

// TestFailureChartOfDisabled: at its disablement a count ends, and begins anew when the job is enabled, also where
// the next poll fails at once.
func TestFailureChartOfDisabled(t *testing.T) {
	s := newScript("charts", 10)
	s.start()
	s.streaks([4]string{"vendor_down", "2h", "3h39m", "100"})
	off := s.add("3h39m", journal.JobDisabled, 0, journal.Entry{
		Job: "contacts-poll", Instance: "acme-main", Resource: "contacts", By: "platform", Failures: 100, Threshold: 100,
	})
	s.add("3h40m", journal.JobEnabled, off, journal.Entry{Job: "contacts-poll", By: "user"})
	s.streaks([4]string{"vendor_down", "3h40m", "3h49m", "10"})
	_, area, _ := chartOf(t, html(t, s.finish(counters()).text(t)), "failures", "contacts-poll")
	const want = "M200 100L200 99.1L365 12V100Z" + "M366.667 100L366.667 99.1L381.667 91.2V100Z"
	if area != want {
		t.Errorf("%s\nwant %s", area, want)
	}
}

// TestFailureChartByPolicy: what does not count is not drawn; what is never reset goes on; and where resources
// reset one another, streaks do not tell the count.
func TestFailureChartByPolicy(t *testing.T) {
	under := func(name, value string) string {
		s := newScript("charts", 10)
		p := &s.run.Policies[1]
		p.Values = append(p.Values, journal.Value{Name: name, Value: value, Rule: "DIS-03", Basis: "yours"})
		s.start()
		s.streaks([4]string{"rejected", "2h", "2h9m", "10"}, [4]string{"vendor_down", "5h", "5h4m", "5"})
		words, _, _ := chartOf(t, html(t, s.finish(counters()).text(t)), "failures", "contacts-poll")
		return words
	}
	for _, c := range [][3]string{
		{"counts.rejected", "true", "at most 10 in a row"},
		{"counts.rejected", "false", "at most 5 in a row"},
		{"reset.scope", "never", "at most 15 in a row"},
		{"reset.scope", "job", ""},
	} {
		if got := under(c[0], c[1]); got != c[2] {
			t.Errorf("%s = %s: %q (want %q)", c[0], c[1], got, c[2])
		}
	}
}

// TestAgeChart: orders come at one a minute. At 02:00 there are 120 delivered and none waits; then nothing is
// delivered until 03:00, when the oldest of the 60 has waited for an hour, and at 03:05 half an hour's worth of them
// is: 150 delivered, the last of which came at 02:30, 35 min ago.
func TestAgeChart(t *testing.T) {
	s := newScript("charts", 10)
	s.add("2h", journal.FaultBegan, 0, journal.Entry{Application: "acme", Fault: "down"})
	sample := func(offset string, delivered, waiting int64) {
		s.add(offset, journal.BacklogSampled, 2, journal.Entry{
			Flow: "orders-to-wms", Delivered: &delivered, Waiting: &waiting,
		})
	}
	sample("2h", 120, 0)
	for m := 5; m <= 60; m += 5 {
		sample((2*time.Hour + time.Duration(m)*time.Minute).String(), 120, int64(m))
	}
	sample("3h5m", 150, 35)
	sample("3h10m", 190, 0)
	words, area, _ := chartOf(t, html(t, s.finish(counters()).text(t)), "oldest", "orders-to-wms")
	// An hour is 88 high: 35 min are 51.3.
	const want = "M200 100L200 100L300 12L308.333 48.7L316.667 100V100Z"
	if words != "up to 1 h" || area != want {
		t.Errorf("%q, %s\nwant up to 1 h, %s", words, area, want)
	}
}

// TestAgeChartBesidesErrors: open errors wait for a person and not in the queue, so they have no age here.
func TestAgeChartBesidesErrors(t *testing.T) {
	s := newScript("charts", 10)
	s.add("2h", journal.FaultBegan, 0, journal.Entry{Application: "acme", Fault: "down"})
	s.add("2h", journal.ErrorOpened, 2, journal.Entry{Flow: "orders-to-wms", ErrorClass: "value", Count: 40})
	for m := 0; m <= 120; m += 5 {
		delivered, waiting := int64(120+m), int64(40)
		s.add((2*time.Hour + time.Duration(m)*time.Minute).String(), journal.BacklogSampled, 2, journal.Entry{
			Flow: "orders-to-wms", Delivered: &delivered, Waiting: &waiting,
		})
	}
	if words, _, _ := chartOf(t, html(t, s.finish(counters()).text(t)), "oldest", "orders-to-wms"); words != "" {
		t.Errorf("%q (want no chart)", words)
	}
}

// TestChartsAreBounded: a chart has its 400 highest rises, and a page a dozen charts of a kind, the highest first.
func TestChartsAreBounded(t *testing.T) {
	s := newScript("charts", 10)
	s.run.Jobs = nil
	for i := range 15 {
		s.run.Jobs = append(s.run.Jobs, journal.RunJob{
			Name: "job-" + strings.Repeat("i", i+1), Instance: "acme-main", Resources: []string{"x"}, EverySeconds: sec(time.Second),
		})
	}
	s.start()
	for i, j := range s.run.Jobs {
		for k := range 500 {
			first := at("1h") + journal.Time(i*500+k)*journal.Time(4*time.Second)
			last := first + journal.Time(time.Second)
			s.add("9h", journal.CallsFailed, 0, journal.Entry{
				Application: "acme", Job: j.Name, Resource: "x", Class: "vendor_down", First: &first, Last: &last,
				Count: int64(i + 1 + k%2),
			})
		}
	}
	page := html(t, s.finish(journal.Counters{}).text(t))
	if n := strings.Count(page, `<span class="kind">failures</span>`); n != 12 {
		t.Errorf("%d charts (want 12)", n)
	}
	holds(t, page, "3 smaller ones are not drawn.")
	_, area, _ := chartOf(t, page, "failures", "job-"+strings.Repeat("i", 15))
	if n := strings.Count(area, "M"); n != 400 {
		t.Errorf("%d rises (want 400)", n)
	}
	for i := range 3 { // the smallest
		if words, _, _ := chartOf(t, page, "failures", s.run.Jobs[i].Name); words != "" {
			t.Errorf("%s is drawn, with %s", s.run.Jobs[i].Name, words)
		}
	}
}
