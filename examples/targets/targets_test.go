// Package targets_test tries the reference platforms by hand: the contract's calls are made one by one, against
// a vendor and a mail server of the test's own, so that nothing here rests on outagedrill itself.
package targets_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const minute = time.Minute

func python() []string { return []string{"python3", "python/poller.py"} }

func TestPython(t *testing.T) {
	need(t, "python3")
	tryPlatform(t, python())
}

func TestPythonDefects(t *testing.T) {
	need(t, "python3")
	tryDefects(t, python())
}

// tryPlatform plays all scenarios against one process: each world replaces the one before.
func tryPlatform(t *testing.T, command []string) {
	url := start(t, command...)
	for _, s := range scenarios() {
		t.Run(s.name, func(t *testing.T) {
			l := newLab(t, url)
			if !l.offers(s.offer()) {
				t.Skip("the platform does not offer " + s.offer())
			}
			if diff := cmp.Diff(strings.TrimSpace(s.want), s.outcome(l)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// tryDefects wants each defect to change the outcome of the scenarios that are there for it, and of no other.
func tryDefects(t *testing.T, command []string) {
	for defect, reveal := range map[string][]string{
		"off_by_one":          {"tenth failure", "two resources", "every class", "mail", "enable", "restart"},
		"sum_over_resources":  {"two resources"},
		"no_reset":            {"reset", "alternating", "pages"},
		"polls_after_disable": {"tenth failure", "two resources", "enable", "user"},
		"two_mails":           {"tenth failure", "mail", "enable", "environment"},
		"enable_keeps_counts": {"enable"},
		"limit_not_counted":   {"every class"},
	} {
		t.Run(defect, func(t *testing.T) {
			url := start(t, append(slices.Clone(command), "--defect", defect)...)
			var red []string
			for _, s := range scenarios() {
				if l := newLab(t, url); l.offers(s.offer()) && s.outcome(l) != strings.TrimSpace(s.want) {
					red = append(red, s.name)
				}
			}
			slices.Sort(red)
			slices.Sort(reveal)
			if diff := cmp.Diff(reveal, red); diff != "" {
				t.Errorf("scenarios that turn red, -want +got:\n%s", diff)
			}
		})
	}
}

// scenario plays something and words what came of it.
type scenario struct {
	name string
	play func(l *lab) string
	want string
}

// offer is what a platform has to offer for a scenario, "" where nothing.
func (s scenario) offer() string {
	if strings.HasPrefix(s.name, "refresh") || s.name == "expired" {
		return "oauth"
	}
	return ""
}

func (s scenario) outcome(l *lab) string { return strings.TrimSpace(s.play(l)) }

// contacts is a job of one resource, polled each five minutes.
func contacts() job { return job{ID: "poll", Resources: []string{"contacts"}, Every: 300} }

func both() job { return job{ID: "poll", Resources: []string{"contacts", "orders"}, Every: 300} }

func scenarios() []scenario {
	return slices.Concat(countingScenarios(), operatingScenarios(), callingScenarios())
}

func countingScenarios() []scenario {
	return []scenario{
		{"tenth failure", func(l *lab) string {
			l.load("none", 10, contacts())
			l.set("503", "contacts")
			l.until(44*minute, false)
			ninth := l.jobs()
			l.until(45*minute, false)
			tenth := l.jobs()
			l.made()
			l.until(120*minute, false)
			return ninth + tenth + l.mails() + l.made()
		}, `
poll: contacts 9/0
poll off at 45m by platform for contacts: contacts 10/0
mail at 45m to ops@example.com`},
		{"reset", func(l *lab) string {
			l.load("api_key", 10, contacts())
			l.set("503", "contacts")
			l.until(40*minute, false)
			l.set("", "contacts")
			l.until(45*minute, false)
			l.set("503", "contacts")
			l.until(90*minute, false)
			return l.jobs() + l.mails()
		}, "poll: contacts 9/0"},
		{"alternating", func(l *lab) string {
			l.load("none", 10, both())
			for k := range 30 {
				l.set("", "contacts", "orders")
				l.set("500", []string{"contacts", "orders"}[k%2])
				l.until(time.Duration(5*k)*minute, false)
			}
			return l.jobs() + l.mails()
		}, "poll: contacts 0/0 orders 1/0"},
		{"two resources", func(l *lab) string { // contacts trips when orders, which began later, stands at 8
			l.load("none", 10, both())
			l.set("503", "contacts")
			l.until(5*minute, false)
			l.set("503", "orders")
			l.until(40*minute, false)
			l.made()
			l.until(60*minute, false)
			return l.jobs() + l.made()
		}, `
poll off at 45m by platform for contacts: contacts 10/0 orders 7/0
45m poll/contacts`},
		{"every class", func(l *lab) string {
			l.load("none", 12, contacts())
			for k, how := range []string{
				"429", "401", "403", "422", "500", "302", "html", "empty", "garbage", "truncated", "reset", "other",
			} {
				l.set(how, "contacts")
				l.until(time.Duration(5*k)*minute, false)
			}
			return l.jobs() + l.made()
		}, `
poll off at 55m by platform for contacts: contacts 12/0
0m poll/contacts, 5m poll/contacts, 10m poll/contacts, 15m poll/contacts, 20m poll/contacts, ` +
			`25m poll/contacts, 30m poll/contacts, 35m poll/contacts, 40m poll/contacts, 45m poll/contacts, ` +
			`50m poll/contacts, 55m poll/contacts`},
		{"pages", func(l *lab) string { // two of five records are read before the page that fails
			l.records = 5
			l.load("basic", 10, contacts())
			l.set("second page", "contacts")
			l.until(0, false)
			first := l.jobs()
			l.set("", "contacts")
			l.until(5*minute, false)
			return first + l.jobs() + l.made()
		}, `
poll: contacts 1/2
poll: contacts 0/5
0m poll/contacts, 0m poll/contacts, 5m poll/contacts, 5m poll/contacts`},
		{"two jobs", func(l *lab) string { // in order of time; at one instant in the world's order
			l.load("none", 10, job{ID: "slow", Resources: []string{"orders"}, Every: 600, Phase: 120}, contacts(),
				job{ID: "late", Resources: []string{"orders"}, Every: 300, Phase: 720})
			l.move(l.start.Add(12*minute), false, new(clock))
			return strings.ReplaceAll(l.made(), "12m ", "")
		}, "poll/contacts, slow/orders, poll/contacts, poll/contacts, slow/orders, late/orders"},
	}
}
