package targets_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func operatingScenarios() []scenario {
	return []scenario{
		{"mail", func(l *lab) string { // down from before the disablement until after two tries
			l.load("none", 10, contacts())
			l.set("503", "contacts")
			l.mailDown = true
			l.until(46*minute, false)
			down := fmt.Sprintln("refused", l.refused) + l.mails()
			l.restart()
			l.mu.Lock()
			l.mailDown = false
			l.mu.Unlock()
			l.until(120*minute, false)
			return down + l.mails()
		}, `
refused 2
mail at 47m to ops@example.com`},
		{"enable", func(l *lab) string { // at 57m at once, then at the ticks from 60m on
			l.load("none", 10, contacts())
			l.set("503", "contacts")
			l.until(57*minute, true)
			l.made()
			l.do("PUT", "/jobs/poll/enable", nil)
			enabled := l.jobs()
			var again struct {
				State   string `json:"state"`
				Changed bool   `json:"changed"`
			}
			l.call("PUT", "/jobs/poll/enable", nil, &again)
			l.until(60*minute, false)
			calls := l.made()
			l.until(180*minute, false)
			return enabled + fmt.Sprintln(again) + calls + l.jobs() + l.mails()
		}, `
poll: contacts 0/0
{enabled false}
57m poll/contacts, 60m poll/contacts
poll off at 100m by platform for contacts: contacts 10/0
mail at 45m to ops@example.com
mail at 100m to ops@example.com`},
		{"restart", func(l *lab) string { // in the middle of a streak
			l.load("none", 10, contacts())
			l.set("503", "contacts")
			l.until(22*minute, false)
			l.restart()
			l.until(45*minute, true)
			ninth := l.jobs()
			l.restart()
			l.until(45*minute, false)
			return ninth + l.jobs()
		}, `
poll: contacts 9/0
poll off at 45m by platform for contacts: contacts 10/0`},
		{"environment", func(l *lab) string { // 13 failures when the threshold falls: judged at the next one
			l.load("none", 100, contacts())
			l.set("503", "contacts")
			l.until(65*minute, true)
			l.do("PUT", "/outagedrill/v1/environment", map[string]any{"environment": "snapshot", "threshold": 13})
			moved := l.jobs()
			l.until(65*minute, false)
			return moved + l.jobs() + l.mails()
		}, `
poll: contacts 13/0
poll off at 65m by platform for contacts: contacts 14/0
mail at 65m to ops@example.com`},
		{"user", func(l *lab) string { // whom nobody tells, and whose job is on no list
			l.load("none", 10, contacts())
			l.until(5*minute, true)
			l.do("PUT", "/jobs/poll/disable", nil)
			l.made()
			l.until(60*minute, false)
			var jobs, instances []any
			l.call("GET", "/jobs/polling-disabled", nil, &jobs)
			l.call("GET", "/instances/polling-disabled", nil, &instances)
			unknown := l.call("PUT", "/jobs/nobody/enable", nil, nil)
			return l.jobs() + l.mails() + fmt.Sprintln(len(jobs), len(instances), unknown) + l.made()
		}, `
poll off at 5m by user: contacts 0/0
0 0 404`},
	}
}

func callingScenarios() []scenario {
	return []scenario{
		{"refresh", func(l *lab) string { // good for an hour: renewed with the call of 60m
			l.load("oauth2", 10, contacts())
			l.until(55*minute, false)
			l.made()
			l.until(60*minute, false)
			return l.made() + l.jobs()
		}, `
60m poll/token, 60m poll/contacts
poll: contacts 0/0`},
		{"refresh early", func(l *lab) string { // fails at 59m, when the old token is good still, and at 89m
			l.load("oauth2", 10, job{ID: "poll", Resources: []string{"contacts"}, Every: 1800, Phase: 59 * 60})
			l.set("503", "token")
			l.until(59*minute, false)
			early := l.jobs()
			l.until(90*minute, false)
			return early + l.jobs() + l.made()
		}, `
poll: contacts 0/0
poll: contacts 1/0
59m poll/token, 59m poll/contacts, 89m poll/token`},
		{"expired", func(l *lab) string { // refused as expired: one refresh, and the call once more
			l.load("oauth2", 10, contacts())
			l.set("expired", "contacts")
			l.until(0, false)
			l.set("401", "contacts")
			l.until(5*minute, false)
			return l.jobs() + l.made()
		}, `
poll: contacts 1/0
0m poll/contacts, 0m poll/token, 0m poll/contacts, 5m poll/contacts`},
	}
}

// TestPythonTells reads the e-mail and the documented lists, and what the platform says of itself.
func TestPythonTells(t *testing.T) {
	need(t, "python3")
	tryWords(t, python())
}

func tryWords(t *testing.T, command []string) {
	l := newLab(t, start(t, command...))
	var self struct {
		Contract int      `json:"contract"`
		Clock    string   `json:"clock"`
		Offers   []string `json:"offers"`
	}
	if l.call("GET", "/outagedrill/v1", nil, &self); self.Contract != 1 || self.Clock != "mock" || len(self.Offers) < 4 {
		t.Errorf("the platform is %+v (want contract 1, clock mock and its offers)", self)
	}
	if status := l.call("GET", "/outagedrill/v1/state", nil, nil); status/100 == 2 {
		t.Errorf("the state before there is a world: status %d (want an error)", status)
	}
	l.load("none", 10, contacts())
	l.set("429", "contacts")
	l.until(40*minute, false)
	l.set("reset", "contacts")
	l.until(50*minute, false)
	if status := l.call("PUT", "/outagedrill/v1/clock", map[string]any{"now": l.start}, nil); status/100 == 2 {
		t.Errorf("the clock was moved back: status %d (want an error)", status)
	}
	if len(l.letters) != 1 {
		t.Fatalf("%d e-mails (want 1)", len(l.letters))
	}
	for _, want := range []string{
		"poll", "acme-main", "staging", "contacts", "10 in a row", "threshold 10", "2024-03-04T00:00:00Z", "vendor_down",
		"no HTTP status",
		"credentials", "sandbox", "re-authenticate", "PUT /jobs/poll/enable",
	} {
		if text := l.letters[0].text; !strings.Contains(text, want) {
			t.Errorf("the e-mail does not say %q:\n%s", want, text)
		}
	}
	var jobs []struct {
		ID, Instance, Environment, Resource string
		Threshold                           int
		DisabledAt                          time.Time `json:"disabled_at"`
		LastError                           struct {
			Class  string
			Status *int
		} `json:"last_error"`
		Resources []struct {
			Name     string
			Failures int `json:"consecutive_failures"`
		}
	}
	l.call("GET", "/jobs/polling-disabled", nil, &jobs)
	got := fmt.Sprintf("%+v", jobs)
	want := "[{ID:poll Instance:acme-main Environment:staging Resource:contacts Threshold:10 " +
		"DisabledAt:2024-03-04 00:45:00 +0000 UTC " +
		"LastError:{Class:vendor_down Status:<nil>} " +
		"Resources:[{Name:contacts Failures:10}]}]"
	if got != want {
		t.Errorf("the disabled jobs are\n%s\n(want\n%s)", got, want)
	}
	var instances []struct{ ID string }
	if l.call("GET", "/instances/polling-disabled", nil, &instances); fmt.Sprint(instances) != "[{acme-main}]" {
		t.Errorf("the instances are %v (want acme-main)", instances)
	}
}

func TestPythonSpeed(t *testing.T) {
	need(t, "python3")
	tryDay(t, python())
}

// tryDay plays a day, from one due instant to the next.
func tryDay(t *testing.T, command []string) {
	l := newLab(t, start(t, command...))
	l.load("none", 1000, contacts())
	begun := time.Now()
	l.until(24*time.Hour, true)
	took, calls := time.Since(begun), strings.Count(l.made(), "poll/contacts")
	t.Logf("%d polls in %v", calls, took)
	if calls != 288 || took > 10*time.Second { // it takes some tenths of a second; machines can be busy
		t.Errorf("a day: %d polls in %v (want 288, well within 10 s)", calls, took)
	}
}
