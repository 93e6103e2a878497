package journal_test

import (
	"bytes"
	"time"

	"github.com/outagedrill/outagedrill/sim/journal"
)

// epoch is the start of the runs in these tests.
var epoch = journal.FromStd(time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC))

func after(d time.Duration) journal.Time { return epoch + journal.Time(d) }

// story makes a journal of days outages, one a day: a fault, the backlog sampled while it lasts, a connection
// offline with its flow, a job disabled and enabled, mails. It has no run.ended.
func story(days int) []journal.Entry {
	t := teller{}
	t.tell(epoch, journal.Entry{Kind: journal.RunStarted, Run: &journal.Run{
		Format: journal.Format, Version: "test", Name: "a story", Start: epoch,
		End: after(time.Duration(days) * 24 * time.Hour), Zone: "UTC",
		Environment: "snapshot", Threshold: 10, Seed: 1,
		Policies:     []journal.Policy{},
		Timeline:     journal.RawObject("{}"),
		Applications: []journal.RunApplication{{Name: "acme", Dialect: "generic"}},
		Connections: []journal.RunConnection{{
			Name: "acme-main", Application: "acme", Owner: "ops@example.com",
			Subscribers: []string{"ops@example.com"},
		}},
		Flows: []journal.RunFlow{{Name: "orders", From: "acme-main/orders", To: "wms-main/orders"}},
		Jobs:  []journal.RunJob{{Name: "poll", Instance: "acme-main", Resources: []string{"orders"}}},
	}})
	for d := range days {
		t.day(after(time.Duration(d) * 24 * time.Hour))
	}
	return t.entries
}

type teller struct{ entries []journal.Entry }

// tell adds an entry and returns its seq; a cause of 0 is none.
func (t *teller) tell(at journal.Time, e journal.Entry, cause ...int64) int64 {
	e.Seq, e.At = int64(len(t.entries))+1, at
	if len(cause) > 0 {
		e.Cause = &cause[0]
	}
	t.entries = append(t.entries, e)
	return e.Seq
}

func (t *teller) day(start journal.Time) {
	at := func(d time.Duration) journal.Time { return start + journal.Time(d) }
	until := at(5 * time.Hour)
	fault := t.tell(at(2*time.Hour), journal.Entry{
		Kind: journal.FaultBegan, Application: "acme", Fault: "down", How: "timeout", Until: &until,
	})
	fails := t.tell(at(2*time.Hour+5*time.Minute), journal.Entry{
		Kind: journal.CallsFailed, Connection: "acme-main", Call: "page",
		Class: "vendor_down", SubCause: "timeout", Count: 7,
	}, fault)
	off := t.tell(at(2*time.Hour+5*time.Minute), journal.Entry{
		Kind: journal.ConnectionOffline, Connection: "acme-main", Application: "acme",
		Class: "vendor_down",
	}, fails)
	t.tell(at(2*time.Hour+5*time.Minute), journal.Entry{Kind: journal.FlowPaused, Flow: "orders"}, off)
	job := t.tell(at(3*time.Hour), journal.Entry{
		Kind: journal.JobDisabled, Job: "poll", Resource: "orders", By: "platform",
		Failures: 10, Threshold: 10,
	}, fault)
	t.mail(at(3*time.Hour), journal.Entry{About: "job.disabled", To: []string{"ops@example.com"}}, job)
	for i := range 35 {
		delivered, waiting := int64(1000), int64(100*i)
		t.tell(at(3*time.Hour+time.Duration(i)*5*time.Minute), sampled(delivered, waiting), fault)
	}
	ended := t.tell(until+journal.Time(time.Hour), journal.Entry{
		Kind: journal.FaultEnded, Application: "acme", Fault: "down", Began: fault, Wasted: 42,
	}, fault)
	tested := t.tell(at(7*time.Hour), journal.Entry{
		Kind: journal.ConnectionTested, Connection: "acme-main", By: "sweep", Result: "passed",
	}, off)
	online := t.tell(at(7*time.Hour), journal.Entry{
		Kind: journal.ConnectionOnline, Connection: "acme-main",
	}, tested)
	t.tell(at(7*time.Hour), journal.Entry{Kind: journal.FlowResumed, Flow: "orders"}, online)
	t.tell(at(8*time.Hour), journal.Entry{Kind: journal.JobEnabled, Job: "poll", By: "operator"}, ended)
}

func (t *teller) mail(at journal.Time, e journal.Entry, cause int64) {
	e.Notification = int64(len(t.entries))
	e.Kind = journal.NotificationDecided
	e.Subject, e.Body = "Polling of poll was disabled", "Dear user,\nplease check."
	decided := t.tell(at, e, cause)
	e.Kind, e.Body = journal.NotificationDelivered, ""
	t.tell(at, e, decided)
}

func sampled(delivered, waiting int64) journal.Entry {
	return journal.Entry{
		Kind: journal.BacklogSampled, Flow: "orders", Delivered: &delivered, Waiting: &waiting,
	}
}

// journalOf is the text of a journal.
func journalOf(entries []journal.Entry) []byte {
	var b []byte
	for i := range entries {
		b = append(entries[i].AppendJSON(b), '\n')
	}
	return b
}

// ended closes a story with run.ended.
func ended(entries []journal.Entry) []journal.Entry {
	last := entries[len(entries)-1]
	return append(entries, journal.Entry{
		Seq: last.Seq + 1, At: last.At, Kind: journal.RunEnded, End: &journal.Counters{Calls: 99},
	})
}

// decoded are the entries of a journal.
func decoded(t fataler, text []byte) []journal.Entry {
	var entries []journal.Entry
	d := journal.NewDecoder()
	for line := range bytes.Lines(text) {
		var e journal.Entry
		if err := d.Decode(line, &e); err != nil {
			t.Fatal(err)
		}
		entries = append(entries, e)
	}
	return entries
}

// summaryOf is the summary of a journal, as at its last entry.
func summaryOf(t fataler, text []byte) *journal.Summary {
	entries := decoded(t, text)
	f := journal.NewFold()
	var end *journal.Counters
	for i := range entries {
		f.Add(&entries[i])
		if entries[i].End != nil {
			end = entries[i].End
		}
	}
	return f.Summary(end, entries[len(entries)-1].At)
}

// fataler is what a test, a benchmark and a property have in common.
type fataler interface{ Fatal(args ...any) }
