package reports_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/outagedrill/outagedrill/reports"
	"github.com/outagedrill/outagedrill/sim/journal"
)

// script writes a journal by hand, entry after entry.
type script struct {
	run     journal.Run
	entries []journal.Entry
}

var day = time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC)

// at is an instant of the day, from a Go duration.
func at(offset string) journal.Time {
	d, err := time.ParseDuration(offset)
	if err != nil {
		panic(err)
	}
	return journal.FromStd(day.Add(d))
}

func newScript(name string, hours int) *script {
	s := &script{run: journal.Run{
		Format: journal.Format, Version: "0.1.0", Name: name, Start: at("0s"),
		End:  at("0s") + journal.Time(time.Duration(hours)*time.Hour),
		Zone: "UTC", Environment: "production", Threshold: 100, Seed: 1, Policies: policies(),
		Timeline: journal.RawObject(`{"applications":[{"name":"acme","retention":"0s","idempotent":true}]}`),
		Command:  "outagedrill replay acme.yaml",
		Applications: []journal.RunApplication{
			{Name: "acme", Dialect: "generic"}, {Name: "wms", Dialect: "generic"},
		},
		Connections: []journal.RunConnection{
			{Name: "acme-main", Application: "acme", Owner: "ops@example.com", Subscribers: []string{"ops@example.com"}},
			{Name: "wms-main", Application: "wms", Owner: "ops@example.com", Subscribers: []string{"ops@example.com"}},
		},
		Flows: []journal.RunFlow{
			{Name: "orders-to-wms", From: "acme-main/orders", To: "wms-main/orders", EverySeconds: sec(15 * time.Minute)},
		},
		Jobs: []journal.RunJob{
			{Name: "contacts-poll", Instance: "acme-main", Resources: []string{"contacts"}, EverySeconds: sec(time.Minute)},
			{Name: "stock-poll", Instance: "acme-main", Resources: []string{"stock"}, EverySeconds: sec(5 * time.Minute)},
		},
	}}
	return s
}

func sec(d time.Duration) journal.Seconds { return journal.Seconds(d) }

func policies() []journal.Policy {
	return []journal.Policy{
		{
			Name: "celigo-integrator", Governs: "flows", Title: "Celigo integrator.io",
			Sources: []journal.Source{{Key: "stops", Title: "What to do if a flow stops", URL: "https://docs.example.com/a"}},
			Values: []journal.Value{
				{Name: "sweep.every", Value: "1h", Rule: "OUT-06", Basis: "documented", Source: "stops"},
				{
					Name: "sweep.offset", Value: "0s", Rule: "OUT-06", Basis: "chosen", Why: "The minute is not published.",
					Alternatives: []string{"15m", "30m", "45m"},
				},
				{
					Name: "retry.budget", Value: "5m", Rule: "OUT-02", Basis: "chosen", Why: "Our reading of the article.",
					Alternatives: []string{"1m", "10m"},
				},
				{
					Name: "offline.bad_credentials_at_once", Value: "true", Rule: "OUT-03", Basis: "chosen",
					Why: "A retry cannot mend credentials.", Alternatives: []string{"false"},
				},
			},
		},
		{
			Name: "sap-open-connectors", Governs: "polling_jobs", Title: "SAP Open Connectors",
			Sources: []journal.Source{{Key: "blog", Title: "Odd source", URL: "javascript:alert(1)"}},
			Values: []journal.Value{
				{Name: "threshold.production", Value: "100", Rule: "DIS-05", Basis: "documented", Source: "blog"},
				{
					Name: "threshold.boundary", Value: "at", Rule: "DIS-05", Basis: "chosen", Why: "Reached, not passed.",
					Alternatives: []string{"after"},
				},
			},
		},
	}
}

// add appends an entry with its cause (0 for none) and returns its seq.
func (s *script) add(offset string, kind journal.Kind, cause int64, e journal.Entry) int64 {
	if len(s.entries) == 0 {
		s.entries = append(s.entries, journal.Entry{Seq: 1, At: s.run.Start, Kind: journal.RunStarted, Run: &s.run})
	}
	e.Seq, e.At, e.Kind = int64(len(s.entries))+1, at(offset), kind
	if cause > 0 {
		e.Cause = &cause
	}
	s.entries = append(s.entries, e)
	return e.Seq
}

// sample appends a backlog of the flow at an hour and minute.
func (s *script) sample(h, m int, waiting int64) {
	s.add(fmt.Sprintf("%dh%dm", h, m), journal.BacklogSampled, 2, journal.Entry{
		Flow:      "orders-to-wms",
		Delivered: new(int64(120)), Waiting: &waiting,
	})
}

// start appends run.started, of a run in which nothing happens.
func (s *script) start() *script {
	s.entries = append(s.entries, journal.Entry{Seq: 1, At: s.run.Start, Kind: journal.RunStarted, Run: &s.run})
	return s
}

// mail appends a decision to send and its delivery.
func (s *script) mail(offset string, n, cause int64, e journal.Entry) {
	e.Notification, e.To = n, []string{"ops@example.com"}
	c := s.add(offset, journal.NotificationDecided, cause, e)
	s.add(offset, journal.NotificationDelivered, c, e)
}

// finish appends run.ended.
func (s *script) finish(c journal.Counters) *script {
	s.add("0s", journal.RunEnded, 0, journal.Entry{End: &c})
	s.entries[len(s.entries)-1].At = s.run.End
	return s
}

// text is the journal as a file.
func (s *script) text(t testing.TB) string {
	t.Helper()
	var b bytes.Buffer
	w := journal.NewWriter(&b)
	for i := range s.entries {
		if err := w.Append(&s.entries[i]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func load(t testing.TB, text string) *reports.Journal {
	t.Helper()
	j, err := reports.Load(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return j
}

func html(t testing.TB, text string) string {
	t.Helper()
	var b bytes.Buffer
	if err := reports.HTML(&b, load(t, text)); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func answer(t testing.TB, text string) string {
	t.Helper()
	var b bytes.Buffer
	if err := reports.Answer(&b, load(t, text), reports.AnswerOptions{}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// counters are those of the script's flow and jobs, all well.
func counters() journal.Counters {
	return journal.Counters{
		Calls: 2100, WastedCalls: 240, RecordsCreated: 3000,
		Connections: []journal.ConnectionEnd{
			{Connection: "acme-main", State: "online"}, {Connection: "wms-main", State: "online"},
		},
		Flows: []journal.FlowCounters{{
			Flow: "orders-to-wms", State: "idle", Runs: 80, Pages: 90, Delivered: 1400,
			Waiting: 3, LateMax: sec(4*time.Hour + 6*time.Minute), BacklogPeak: 245,
			DeliveredAgainAt: new(at("1h")),
		}},
		Jobs: []journal.JobCounters{
			{
				Job: "contacts-poll", State: "enabled", Threshold: 100, Polls: 1440, Delivered: 1500,
				Resources: []journal.ResourceCounters{{Name: "contacts", Polls: 1440}},
			},
			{
				Job: "stock-poll", State: "enabled", Threshold: 100, Polls: 288,
				Resources: []journal.ResourceCounters{{Name: "stock", Polls: 288}},
			},
		},
	}
}

// outageScript is one outage of three and a half hours: the flow pauses and flows again by a sweep, the
// fast job is disabled and stays so, the slow one comes close. zone is for display.
func outageScript(zone string) *script {
	s := newScript("acme down over lunch", 24)
	s.run.Zone = zone
	f := s.add("2h", journal.FaultBegan, 0, journal.Entry{Application: "acme", Fault: "down", Until: new(at("5h30m"))})
	s.add("2h4m", journal.StatusPublished, f, journal.Entry{Application: "acme", State: "open"})
	s.add("2h5m", journal.CallsFailed, f, journal.Entry{
		Flow: "orders-to-wms", Connection: "acme-main", Call: "page",
		Class: "vendor_down", Status: 503, First: new(at("2h0s")), Last: new(at("2h5m")), Count: 7,
	})
	off := s.add("2h5m", journal.ConnectionOffline, f+2, journal.Entry{
		Connection: "acme-main", Application: "acme",
		Class: "vendor_down",
	})
	s.add("2h5m", journal.FlowPaused, off, journal.Entry{Flow: "orders-to-wms", State: "frozen"})
	s.mail("2h5m", 1, off, journal.Entry{Connection: "acme-main", About: "connection.offline"})
	q := s.add("2h15m", journal.FlowQueued, 0, journal.Entry{Flow: "orders-to-wms", State: "queued"})
	for h := 3; h <= 5; h++ {
		for k := 0; k < 11 && h < 5; k++ {
			s.sample(h-1, 5+5*k, int64(60*(h-2)+5*k))
		}
		s.add(fmt.Sprintf("%dh", h), journal.ConnectionTested, off, journal.Entry{
			Connection: "acme-main",
			Result:     "failed", By: "sweep", Class: "vendor_down", Status: 503,
		})
		if h == 3 {
			c := s.add("3h39m", journal.CallsFailed, f, journal.Entry{
				Job: "contacts-poll", Instance: "acme-main",
				Resource: "contacts", Class: "vendor_down", Status: 503, First: new(at("2h")), Last: new(at("3h39m")),
				Count: 100,
			})
			d := s.add("3h39m", journal.JobDisabled, c, journal.Entry{
				Job: "contacts-poll", Instance: "acme-main",
				Resource: "contacts", By: "platform", Failures: 100, Threshold: 100,
			})
			s.mail("3h39m", 2, d, journal.Entry{Job: "contacts-poll", Instance: "acme-main", About: "job.disabled"})
		}
	}
	end := s.add("5h30m", journal.FaultEnded, f, journal.Entry{Application: "acme", Fault: "down", Began: f, Wasted: 240})
	s.add("5h30m", journal.CallsFailed, f, journal.Entry{
		Job: "stock-poll", Instance: "acme-main", Resource: "stock",
		Class: "vendor_down", Status: 503, First: new(at("2h")), Last: new(at("5h25m")), Count: 42,
	})
	s.add("5h34m", journal.StatusPublished, end, journal.Entry{Application: "acme", State: "resolved"})
	t := s.add("6h", journal.ConnectionTested, off, journal.Entry{Connection: "acme-main", Result: "passed", By: "sweep"})
	on := s.add("6h", journal.ConnectionOnline, t, journal.Entry{Connection: "acme-main", Application: "acme"})
	s.add("6h", journal.FlowResumed, on, journal.Entry{Flow: "orders-to-wms", State: "frozen"})
	s.mail("6h", 3, on, journal.Entry{Connection: "acme-main", About: "connection.online"})
	s.add("6h1m", journal.FlowStarted, q, journal.Entry{Flow: "orders-to-wms"})
	s.sample(6, 5, 0)
	c := counters()
	c.Flows[0].BacklogDrainedAt = new(at("6h2m"))
	j := &c.Jobs[0]
	j.State, j.Polls, j.FailedPolls, j.Waiting = "disabled", 220, 100, 1220
	j.Resources[0] = journal.ResourceCounters{
		Name: "contacts", Polls: 220, FailedPolls: 100, ConsecutiveFailures: 100,
		LongestStreak: 100,
	}
	c.Jobs[1].FailedPolls = 42
	c.Jobs[1].Resources[0].FailedPolls, c.Jobs[1].Resources[0].LongestStreak = 42, 42
	return s.finish(c)
}

// resourcesScript is the outage with one more job, of two resources that fail at other times.
func resourcesScript() *script {
	s := outageScript("UTC")
	s.run.Jobs = append(s.run.Jobs, journal.RunJob{
		Name: "tickets-poll", Instance: "acme-main", Resources: []string{"tickets", "replies"}, EverySeconds: 60,
	})
	end := s.entries[len(s.entries)-1]
	s.entries = s.entries[:len(s.entries)-1]
	for _, r := range []struct{ resource, first, last string }{{"tickets", "1h", "2h"}, {"replies", "90m", "5h"}} {
		s.add("6h5m", journal.CallsFailed, 2, journal.Entry{
			Job: "tickets-poll", Instance: "acme-main", Resource: r.resource, Class: "vendor_down", Status: 503,
			First: new(at(r.first)), Last: new(at(r.last)), Count: 60,
		})
	}
	return s.finish(*end.End)
}

// credentialsScript has no outage: credentials go bad, the operator mends them; a job that a person switched
// off, one disabled twice, a mail that is late, and an expectation that failed.
func credentialsScript() *script {
	s := newScript("credentials changed", 24)
	f := s.add("8h", journal.FaultBegan, 0, journal.Entry{
		Connection: "acme-main", Application: "acme",
		Fault: "bad_credentials",
	})
	c := s.add("8h", journal.CallsFailed, f, journal.Entry{
		Flow: "orders-to-wms", Connection: "acme-main", Call: "page",
		Class: "bad_credentials", Status: 401, First: new(at("8h")), Last: new(at("8h")), Count: 1,
	})
	off := s.add("8h", journal.ConnectionOffline, c, journal.Entry{
		Connection: "acme-main", Application: "acme",
		Class: "bad_credentials",
	})
	s.add("8h", journal.FlowPaused, off, journal.Entry{Flow: "orders-to-wms"})
	s.add("8h", journal.NotificationDecided, off, journal.Entry{
		Connection: "acme-main", About: "connection.offline",
		Notification: 1, To: []string{"ops@example.com"},
	})
	d := s.add("9h40m", journal.JobDisabled, f, journal.Entry{
		Job: "contacts-poll", Instance: "acme-main",
		Resource: "contacts", By: "platform", Failures: 100, Threshold: 100,
	})
	cmd := s.add("10h", journal.OperatorCommand, 0, journal.Entry{Command: "enable", Job: "contacts-poll", Result: "done"})
	s.add("10h", journal.JobEnabled, cmd, journal.Entry{Job: "contacts-poll", Instance: "acme-main", By: "operator"})
	d2 := s.add("11h40m", journal.JobDisabled, d, journal.Entry{
		Job: "contacts-poll", Instance: "acme-main",
		Resource: "contacts", By: "platform", Failures: 100, Threshold: 100,
	})
	s.mail("11h40m", 2, d2, journal.Entry{Job: "contacts-poll", About: "job.disabled"})
	re := s.add("12h20m", journal.ConnectionReauthorized, 0, journal.Entry{Connection: "acme-main", Result: "saved"})
	s.add("12h20m", journal.FaultEnded, re, journal.Entry{
		Connection: "acme-main", Application: "acme",
		Fault: "bad_credentials", Began: f, Wasted: 210,
	})
	t := s.add("12h20m", journal.ConnectionTested, re, journal.Entry{
		Connection: "acme-main", Result: "passed",
		By: "reauthorize",
	})
	on := s.add("12h20m", journal.ConnectionOnline, t, journal.Entry{Connection: "acme-main"})
	s.add("12h24m30s", journal.FlowResumed, on, journal.Entry{Flow: "orders-to-wms"})
	cmd = s.add("13h", journal.OperatorCommand, 0, journal.Entry{Command: "enable", Job: "contacts-poll", Result: "done"})
	s.add("13h", journal.JobEnabled, cmd, journal.Entry{Job: "contacts-poll", By: "operator"})
	cmd = s.add("15h", journal.OperatorCommand, 0, journal.Entry{Command: "disable", Job: "stock-poll", Result: "done"})
	s.add("15h", journal.JobDisabled, cmd, journal.Entry{Job: "stock-poll", Instance: "acme-main", By: "user"})
	s.add("23h", journal.ExpectFailed, 0, journal.Entry{
		Connection: "acme-main", Message: "acme-main: offline_for",
		Want: "<= 4h", Got: "4h20m", Line: 31,
	})
	return s.finish(counters())
}

// quietScript is a run without faults.
func quietScript() *script { return newScript("all quiet", 24).finishQuiet() }

func (s *script) finishQuiet() *script {
	s.entries = []journal.Entry{{Seq: 1, At: s.run.Start, Kind: journal.RunStarted, Run: &s.run}}
	return s.finish(counters())
}
