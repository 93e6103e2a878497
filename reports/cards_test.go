package reports_test

import (
	"strings"
	"testing"

	"github.com/outagedrill/outagedrill/sim/journal"
)

// Where there are answers, the base case folds, but what people have to do stands with the answer for them,
// and what failed of the run's own checks stays in sight.
func TestCardsFold(t *testing.T) {
	s := rangesScript()
	page := html(t, s.text(t))
	answers, rest, _ := strings.Cut(page, `<section id="base"`)
	_, answers, _ = strings.Cut(answers, `<section id="answers"`)
	holds(t, answers, "<h3>Flows</h3>",
		"<h3>What people have to do</h3>\n<ul><li>Somebody has to take 1 step: enable contacts-poll.</li>")
	lacks(t, answers, "<h3>What failed</h3>", "The answer for")
	base, after, _ := strings.Cut(rest, "</section>")
	holds(t, base, "<details><summary><h2>What happened in the base case</h2>",
		`<span class="small">What failed, connections offline, flows paused, polling jobs disabled`,
		"<h3>What failed</h3>")
	lacks(t, base, "What people have to do")
	lacks(t, after, "<h3>What failed</h3>")
	lacks(t, page, `<section id="story"`)

	r := outageRanges()
	r.Totals.ManualSteps = moved(steady[int64](1), knownly[int64](0), "threshold.boundary=after")
	r.Totals.ManualStepsLeft = r.Totals.ManualSteps
	s = outageScript("UTC")
	s.ranged(r)
	holds(t, html(t, s.text(t)),
		"<h3>People</h3>\n<ul><li>Somebody has to take 1 step: enable contacts-poll.</li>",
		"<li>Things to do in all: 1, at best 0 (threshold.boundary = after).")

	s = outageScript("UTC")
	end := s.entries[len(s.entries)-1]
	s.entries = s.entries[:len(s.entries)-1]
	s.add("24h", journal.ExpectFailed, 0, journal.Entry{Message: "late_max", Want: "<= 1h", Got: "4h6m"})
	end.Seq++
	s.entries = append(s.entries, end)
	s.ranged(outageRanges())
	page = html(t, s.text(t))
	story, _, _ := strings.Cut(page, `<section id="base"`)
	holds(t, story, "<h2>What failed to hold</h2>", "<h3>Expectations failed</h3>",
		"late_max: want &lt;= 1h, got 4h6m")
}

// Without answers nothing folds.
func TestCardsOfOneRun(t *testing.T) {
	page := html(t, outageScript("UTC").text(t))
	holds(t, page, `<section id="story"`, "<h2>What happened</h2>", "<h3>What people have to do</h3>")
	lacks(t, page, `<section id="base"`)
}

// A sentence begins with the name of what it tells of, so that the eye finds it; the longest name wins.
func TestCardsNames(t *testing.T) {
	s := outageScript("UTC")
	page := html(t, strings.ReplaceAll(s.text(t), "acme-main", "acme: main"))
	holds(t, page,
		"<li><strong><bdi>acme</bdi></strong>: outage 02:00",
		"<li><strong><bdi>acme: main</bdi></strong> was offline 02:05",
		"<li><strong><bdi>contacts-poll</bdi></strong> was disabled at 03:39",
		"<li>No record was lost or doubled")
}
