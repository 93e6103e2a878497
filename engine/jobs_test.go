package engine_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/engine/policy"
)

// hand drives an engine by hand: calls stay in flight until the test answers them. After every step the
// engine's state is taken out and put into a new one (DIS-16).
type hand struct {
	t       *testing.T
	cfg     engine.Config
	e       *engine.Engine
	now     engine.Time
	seq     engine.Seq
	flying  []engine.Call // sent and not yet answered, oldest first
	entries []engine.Entry
	mails   []engine.Mail
}

// byHand makes an engine at its start: acme with the resources a, b and c, instances one (OAuth where token
// is good for some time) and two, and the given jobs.
func byHand(t *testing.T, token engine.Token, change func(*policy.PollingJobs), jobs ...engine.Job) *hand {
	t.Helper()
	flows, err := policy.Load("celigo-integrator")
	if err != nil {
		t.Fatal(err)
	}
	p, err := policy.Load("sap-open-connectors")
	if err != nil {
		t.Fatal(err)
	}
	if change != nil {
		change(&p.PollingJobs)
	}
	h := &hand{t: t, seq: 1, cfg: engine.Config{
		Environment: "qa", Custom: map[string]int{"qa": 3}, Flows: flows.Flows, PollingJobs: p.PollingJobs,
		Applications: []engine.Application{{Name: "acme", Resources: []string{"a", "b", "c"}}},
		Connections: []engine.Connection{
			{Name: "one", OAuth: token.Access != 0, Token: token, Owner: "owner@example.com"}, {Name: "two"},
		},
		Jobs: jobs,
	}}
	if h.e, err = engine.New(h.cfg); err != nil {
		t.Fatal(err)
	}
	return h
}

func (h *hand) step(ev engine.Event) {
	h.t.Helper()
	ev.Seq = h.seq
	fx := h.e.Step(h.now, &ev)
	h.seq += engine.Seq(len(fx.Entries))
	h.entries = append(h.entries, fx.Entries...)
	h.mails = append(h.mails, fx.Mails...)
	if fx.HasCall {
		h.flying = append(h.flying, fx.Call)
	}
	data, err := h.e.State()
	if err != nil {
		h.t.Fatal(err)
	}
	if h.e, err = engine.Restore(h.cfg, data); err != nil {
		h.t.Fatal(err)
	}
}

// to lets the platform act up to an instant since the start, which is included.
func (h *hand) to(d time.Duration) {
	h.t.Helper()
	steps := 0
	for at, ok := h.e.Next(); ok && at <= engine.Time(d); at, ok = h.e.Next() {
		if steps++; steps == 200 {
			h.t.Fatal("time stands still")
		}
		h.now = max(h.now, at)
		h.step(engine.Event{Kind: engine.TimeReached})
	}
	h.now = engine.Time(d)
}

// answer ends the oldest call in flight, then lets the platform act at that instant.
func (h *hand) answer(r engine.Result) {
	h.t.Helper()
	if len(h.flying) == 0 {
		h.t.Fatal("no call is in flight")
	}
	c := h.flying[0]
	h.flying = h.flying[1:]
	h.step(engine.Event{Kind: engine.CallFinished, Call: c.ID, Result: r})
	h.to(time.Duration(h.now))
}

// command carries out an operator's command and returns its outcome.
func (h *hand) command(c engine.Command) engine.Outcome {
	h.t.Helper()
	from := len(h.entries)
	h.step(engine.Event{Kind: engine.Commanded, Command: c})
	outcome := h.entries[from].Outcome
	h.to(time.Duration(h.now))
	return outcome
}

func (h *hand) count(kind engine.EntryKind) int {
	n := 0
	for i := range h.entries {
		if h.entries[i].Kind == kind {
			n++
		}
	}
	return n
}

// ops tells what is in flight: the operation of each call, oldest first.
func (h *hand) ops() []engine.Op {
	var ops []engine.Op
	for _, c := range h.flying {
		ops = append(ops, c.Op)
	}
	return ops
}

// streaks are the consecutive failures of a job's resources.
func (h *hand) streaks(job int) []int {
	var list []int
	for _, r := range h.e.Job(job, nil).Resources {
		list = append(list, r.ConsecutiveFailures)
	}
	return list
}

// failTicks answers every call of the job's ticks with down until it has had n ticks, one a minute.
func (h *hand) failTicks(n int) {
	h.t.Helper()
	for k := range n {
		h.to(time.Duration(k) * time.Minute)
		for len(h.flying) > 0 {
			h.answer(down)
		}
	}
}

// The results that tests answer with; empty is a page without records, the last one.
var (
	empty = engine.Result{Class: engine.OK, Status: 200, RetryAfter: -1, First: 1}
	down  = engine.Result{Class: engine.VendorDown, Status: 503, RetryAfter: -1}
)

func everyMinute(name string, instance int, resources ...int) engine.Job {
	return engine.Job{Name: name, Instance: instance, Resources: resources, Every: time.Minute}
}

// DIS-07: polls in flight at the disablement finish, count, are marked and touch no streak. The third
// failure of a (tick 00:02) disables; b ends well and c badly afterwards.
func TestPollsInFlightAtTheDisablement(t *testing.T) {
	h := byHand(t, engine.Token{}, func(p *policy.PollingJobs) { p.Poll = policy.Parallel },
		everyMinute("job", 0, 0, 1, 2))
	h.failTicks(2)
	h.to(2 * time.Minute)
	if len(h.flying) != 3 {
		t.Fatalf("%d calls in flight (expected those of a, b and c at once)", len(h.flying))
	}
	h.answer(down)
	h.answer(empty)
	h.answer(down)
	v := h.e.Job(0, nil)
	if v.Enabled || v.Disabled.AfterPolls != 2 || v.Disabled.AfterFailed != 1 {
		t.Errorf("enabled %v, after disable %d polls, %d failed (expected false, 2, 1)",
			v.Enabled, v.Disabled.AfterPolls, v.Disabled.AfterFailed)
	}
	if diff := cmp.Diff([]int{3, 2, 2}, h.streaks(0)); diff != "" {
		t.Error(diff)
	}
	if v.Resources[2].Polls != 3 || v.Resources[2].Failed != 3 {
		t.Errorf("c: %d polls, %d failed (expected 3, 3)", v.Resources[2].Polls, v.Resources[2].Failed)
	}
	h.to(time.Hour)
	if len(h.flying) != 0 || h.count(engine.JobDisabledEntry) != 1 || len(h.mails) != 1 {
		t.Error("a disabled job called, was disabled again or sent another mail")
	}
	h.command(engine.Command{Kind: engine.Enable})
	h.command(engine.Command{Kind: engine.Disable})
	for range 3 {
		h.answer(down)
	}
	if d := h.e.Job(0, nil).Disabled; d.AfterPolls != 3 || d.AfterFailed != 3 {
		t.Errorf("after the next disablement %d polls, %d failed (expected 3, 3)", d.AfterPolls, d.AfterFailed)
	}
}

// DIS-08: one mail, to the instance's owner, that says all the rule asks for.
func TestMailOfADisablement(t *testing.T) {
	h := byHand(t, engine.Token{}, nil, everyMinute("contacts", 0, 1))
	h.failTicks(3)
	if len(h.mails) != 1 || len(h.e.Outbox()) != 1 {
		t.Fatalf("%d mails, %d in the outbox (expected 1, 1)", len(h.mails), len(h.e.Outbox()))
	}
	m := h.mails[0]
	if diff := cmp.Diff([]string{"owner@example.com"}, m.To); diff != "" {
		t.Error(diff)
	}
	for _, part := range []string{
		"instance one", "job contacts", "Environment: qa", "Resource:    b", "3 in a row", "threshold 3",
		"since 1970-01-01T00:00:00Z", "vendor_down, HTTP status 503: the application did not respond",
		"credentials", "sandbox", "re-authenticate", "PUT /jobs/contacts/enable",
	} {
		if !strings.Contains(m.Body, part) {
			t.Errorf("the mail does not say %q:\n%s", part, m.Body)
		}
	}
	h.step(engine.Event{Kind: engine.MailDelivered, Mail: m.ID})
	if len(h.e.Outbox()) != 0 {
		t.Error("a delivered mail is still in the outbox")
	}
}

// DIS-09, DIS-10, DIS-11: the lists name what the platform disabled and nothing else, until it is enabled.
func TestListsOfDisabledJobs(t *testing.T) {
	h := byHand(t, engine.Token{}, nil, everyMinute("one-a", 0, 0), everyMinute("one-b", 0, 1, 2),
		everyMinute("two-a", 1, 0))
	lists := func(jobs, instances []int) {
		t.Helper()
		got := [][]int{h.e.PollingDisabledJobs(), h.e.PollingDisabledInstances()}
		if diff := cmp.Diff([][]int{jobs, instances}, got); diff != "" {
			t.Error(diff)
		}
	}
	lists(nil, nil)
	h.command(engine.Command{Kind: engine.Disable, Job: 2})
	h.failTicks(3)
	lists([]int{0, 1}, []int{0})
	v := h.e.Job(1, nil)
	want := engine.Disabling{
		By: engine.ByPlatform, At: engine.Time(2 * time.Minute), Failures: 3, Threshold: 3, Environment: "qa",
		Last: down, Entry: v.Disabled.Entry,
	}
	if diff := cmp.Diff(want, v.Disabled); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]int{3, 2}, h.streaks(1)); diff != "" { // c was not polled in the last tick
		t.Error(diff)
	}
	if got := h.command(engine.Command{Kind: engine.Disable, Job: 0}); got != engine.Unchanged {
		t.Errorf("a user disables what is disabled: outcome %d", got)
	}
	lists([]int{0, 1}, []int{0})
	h.command(engine.Command{Kind: engine.Enable, Job: 1})
	lists([]int{0}, []int{0})
	if v := h.e.Job(1, nil); !v.Enabled || v.Disabled != (engine.Disabling{}) {
		t.Errorf("an enabled job still says that it was disabled: %+v", v.Disabled)
	}
	h.command(engine.Command{Kind: engine.Enable, Job: 0})
	h.command(engine.Command{Kind: engine.Enable, Job: 2})
	lists(nil, nil)
}

// DIS-12: all counts 0, the first poll waits for one still in flight, and is the only one at its instant.
func TestEnableWithAPollInFlight(t *testing.T) {
	h := byHand(t, engine.Token{}, nil, everyMinute("job", 0, 0))
	expect := func(flying, streak int) {
		t.Helper()
		if len(h.flying) != flying || h.streaks(0)[0] != streak {
			t.Fatalf("%d calls in flight, streak %d (expected %d, %d)",
				len(h.flying), h.streaks(0)[0], flying, streak)
		}
	}
	h.failTicks(2)
	h.to(2 * time.Minute)
	h.command(engine.Command{Kind: engine.Disable})
	if got := h.command(engine.Command{Kind: engine.Enable}); got != engine.Done {
		t.Fatalf("outcome %d (expected done)", got)
	}
	expect(1, 0)          // the old one
	h.to(3 * time.Minute) // the tick is skipped: the old poll is still in flight
	expect(1, 0)
	h.answer(down)
	expect(1, 0) // the first poll
	h.answer(down)
	expect(0, 1)
	if got := h.command(engine.Command{Kind: engine.Enable}); got != engine.Unchanged {
		t.Errorf("enabling an enabled job: outcome %d (expected unchanged)", got)
	}
	expect(0, 1)
}

// DIS-02: with poll.stop_on_failure a failing poll ends its tick; a good one does not, even if its resource
// has a streak that it does not reset (reset.on_empty: false).
func TestStopOnFailureLooksAtThePollAlone(t *testing.T) {
	h := byHand(t, engine.Token{}, func(p *policy.PollingJobs) {
		p.StopTickOnFailure, p.ResetOnEmpty = true, false
	}, everyMinute("job", 0, 0, 1))
	h.to(0)
	h.answer(down)
	if len(h.flying) != 0 {
		t.Fatal("b was polled after a had failed")
	}
	h.to(time.Minute)
	h.answer(empty)
	if len(h.flying) != 1 || h.flying[0].Resource != 1 {
		t.Error("b was not polled after a's good poll")
	}
}

// DIS-07: pages that follow are not asked for after a disablement; what was read is delivered, and the poll
// was a good one.
func TestAPageInFlightAtTheDisablement(t *testing.T) {
	h := byHand(t, engine.Token{}, nil, everyMinute("job", 0, 0))
	h.to(0)
	h.command(engine.Command{Kind: engine.Disable})
	h.answer(engine.Result{Class: engine.OK, First: 1, Last: 50, More: true})
	r := h.e.Job(0, nil).Resources[0]
	if len(h.flying) != 0 || r.Polls != 1 || r.Failed != 0 || r.Delivered != 50 || r.Cursor != 50 {
		t.Fatalf("%d calls in flight, %+v (expected none, one good poll of 50)", len(h.flying), r)
	}
	h.command(engine.Command{Kind: engine.Enable})
	if len(h.flying) != 1 || h.flying[0].After != 50 {
		t.Errorf("the first poll does not go on after record 50: %+v", h.flying)
	}
}

// DIS-12: enabling ends the wait of poll.honour_retry_after too. Limited at 00:00 for ten minutes, enabled at
// 00:01, polled at once and again at the tick of 00:02.
func TestEnableEndsTheWaitForRetryAfter(t *testing.T) {
	h := byHand(t, engine.Token{}, func(p *policy.PollingJobs) { p.HonourRetryAfter = true },
		everyMinute("job", 0, 0))
	h.to(0)
	h.answer(engine.Result{Class: engine.RateLimited, Status: 429, RetryAfter: 10 * time.Minute})
	h.to(time.Minute)
	if len(h.flying) != 0 {
		t.Fatal("polled before Retry-After had passed")
	}
	h.command(engine.Command{Kind: engine.Disable})
	h.command(engine.Command{Kind: engine.Enable})
	h.answer(empty)
	h.to(2 * time.Minute)
	if len(h.flying) != 1 {
		t.Error("the tick after the first poll was skipped")
	}
}
