package suite_test

import (
	"fmt"
	"strings"
	"time"

	"github.com/outagedrill/outagedrill/reports/strip"
	"github.com/outagedrill/outagedrill/reports/suite"
)

// began is when the suites of the tests were played.
var began = time.Date(2026, 11, 22, 6, 30, 0, 0, time.UTC)

// mixed is a suite with every status, and names that would break what does not escape them.
func mixed() *suite.Suite {
	s := &suite.Suite{
		Format: 1,
		Environment: suite.Environment{
			Program: "v0.4.0", Command: "outagedrill test features --tags 'not @slow'", Began: began,
			Took: 1250 * time.Millisecond, System: "linux/amd64, 2 CPUs",
		},
		Driver: "mock", Clock: "mock", Selection: "tags not @slow", Order: "random:7", Repeat: 1, Found: 14,
		Scenarios: append(disabling(), hostile()...),
	}
	for i := range s.Scenarios {
		s.Scenarios[i].Position = i
		s.Scenarios[i].Attempt = 1
	}
	s.Selected = len(s.Scenarios)
	return s
}

func steps(statuses ...suite.Status) []suite.Step {
	all := []suite.Step{
		{Keyword: "Given", Text: `a polling job "poll" on "acme-main"`, Line: 8},
		{Keyword: "When", Text: `"acme" is down from "10m" on`, Line: 9},
		{Keyword: "Then", Text: `job "poll" is disabled at "19m"`, Line: 10},
		{Keyword: "And", Text: `no call of job "poll" is made after "19m"`, Line: 11},
	}
	for i := range all {
		all[i].Status = suite.Passed
		if i < len(statuses) {
			all[i].Status = statuses[i]
		}
	}
	return all
}

// disabling is a feature with each status.
func disabling() []suite.Scenario {
	const file, title = "features/disabling.feature", "Auto-disable, v1.2"
	failed := steps(suite.Passed, suite.Passed, suite.Failed, suite.Skipped)
	failed[2].Failure = &suite.Failure{
		Message: `job "poll" is polling at 19m`, Rules: []string{"DIS-01", "T-02"},
		Expected: "disabled", Seen: "polling\n  9 failures of \"contacts\"",
	}
	undefined := steps(suite.Passed, suite.Undefined, suite.Skipped, suite.Skipped)
	undefined[1].Text = `"acme" is dwon`
	undefined[1].Failure = &suite.Failure{
		Message: "no step of the library matches", Nearest: []string{`"acme" is down`, `"acme" is up`},
	}
	ambiguous := steps(suite.Passed, suite.Ambiguous, suite.Skipped, suite.Skipped)
	ambiguous[1].Failure = &suite.Failure{
		Message: "2 steps match", Nearest: []string{"{app} is down", "{text} is down"},
	}
	table := steps()
	table[0].Table = [][]string{{"resource", "rate"}, {"contacts", "1/m"}}
	table[1].Doc = "first line\n  second <line>"
	row := func(line int, status suite.Status, reason string) suite.Scenario {
		return suite.Scenario{
			File: file, Line: line, Feature: title, Name: "The threshold of an environment",
			Row: fmt.Sprintf("environment=staging, failures=%d", line), Tags: []string{"@DIS-02"},
			Rules: []string{"DIS-02"}, Status: status, Reason: reason, Steps: steps(), Virtual: 100 * time.Minute,
		}
	}
	one := func(line int, name string, status suite.Status, steps []suite.Step) suite.Scenario {
		return suite.Scenario{
			File: file, Line: line, Feature: title, Rule: "A job is disabled. Once.", Name: name,
			Tags: []string{"@DIS-01", "@live"}, Rules: []string{"DIS-01"}, Status: status, Steps: steps,
			Virtual: 40 * time.Minute,
		}
	}
	all := []suite.Scenario{
		row(21, suite.Passed, ""), row(22, suite.Passed, ""),
		one(30, "The tenth failure", suite.Failed, failed),
		one(40, "A typo", suite.Undefined, undefined),
		one(50, "Two steps for one", suite.Ambiguous, ambiguous),
		one(60, "With a table", suite.Passed, table),
		one(70, "Mail is told", suite.Skipped, nil),
	}
	all[2].Timeline = "name: the tenth failure\nevents:\n  - at: 10m\n"
	all[2].Strip, all[5].Strip = tenth("poll"), tenth("poll")
	all[2].Steps[0].Played, all[2].Steps[1].Played = 5*time.Minute, 12*time.Minute
	all[2].Steps[2].Failure.At = []time.Duration{19 * time.Minute}
	all[6].Reason = "the platform offers no e-mail"
	return all
}

// tenth is ten failed polls of a job, its disablement and the mail.
func tenth(name string) *strip.Strip {
	m := func(n int) time.Duration { return time.Duration(n) * time.Minute }
	return &strip.Strip{
		To: m(22), Played: m(40),
		Lanes: []strip.Lane{
			{Kind: "vendor", Name: "acme", Bars: []strip.Bar{
				{From: m(10), To: m(22), State: "down"}, {From: m(11), To: m(22), State: "incident"},
			}},
			{
				Kind: "job", Name: name,
				Bars: []strip.Bar{
					{From: m(10), To: m(18), State: "failing", Count: 9}, {From: m(20), To: m(22), State: "disabled"},
				},
				Rows: []strip.Row{
					{Resource: "contacts", Calls: []strip.Calls{{Step: m(1), Count: 10}, {Failed: true, From: m(10), Step: m(1), Count: 10}}},
					{Resource: name, Calls: []strip.Calls{{Step: time.Second, Count: 1000}}},
				},
				Marks: []strip.Mark{{At: m(20), Shape: "mail"}},
			},
		},
		More: 1, Left: 2,
		Moments: []strip.Moment{{At: m(10), Text: "acme: down"}, {At: m(20), Text: "mail to " + name}},
	}
}

// hostile is a feature of names that break markup, terminals and workflow commands.
func hostile() []suite.Scenario {
	names := []string{
		`</script><img src=x onerror="console.log('run')"><!-- ]]> & 'quotes' "doubled"`,
		"\u202eright to left\u202c שלום مرحبا",
		"control \x00\x07\x1b[31m\u0085\ufffe characters, \xff\xfe no UTF-8",
		strings.Repeat("long ", 100),
		"two\nlines\r\n::error::and a command | *bold* `code` [link](x) @all 100%",
	}
	var all []suite.Scenario
	for i, name := range names {
		st := suite.Step{
			Keyword: "Then", Text: name, Line: 5 + 10*i, Status: suite.Failed,
			Failure: &suite.Failure{Message: name, Expected: name, Seen: "\x1b]0;title\x07"},
			Table:   [][]string{{name, "|"}},
		}
		all = append(all, suite.Scenario{
			File: "features/with space, 100%: it's.feature", Line: 4 + 10*i, Feature: names[0], Rule: names[4],
			Name: name, Status: suite.Failed, Steps: []suite.Step{st}, Strip: tenth(name), Tags: []string{"@" + name},
			Rules: []string{name},
		})
	}
	return all
}

// green is a suite in which nothing went wrong.
func green() *suite.Suite {
	s := mixed()
	s.Scenarios, s.Selection, s.Order, s.Driver = s.Scenarios[:2], "", "file", "sim"
	s.Found, s.Selected = 2, 2
	return s
}

// empty is a suite of a selection that holds nothing.
func empty() *suite.Suite {
	s := green()
	s.Scenarios, s.Selected = nil, 0
	return s
}
