package engine_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/engine/policy"
)

// platform drives an engine by hand: every call is answered at the instant at which it is made.
type platform struct {
	*engine.Engine
	now     engine.Time
	seq     engine.Seq
	answers func(c *engine.Call) engine.Result
	mails   []engine.Mail
}

// The world of the tests: two connections to acme, one to wms. Flow a starts at 0 h, b at 1 h, c at 2 h, each
// every 12 h.
const (
	acmeOne, acmeTwo, wms = 0, 1, 2
	flowA, flowB          = 0, 1
)

func newPlatform(t *testing.T) *platform {
	t.Helper()
	flows, err := policy.Load("celigo-integrator")
	if err != nil {
		t.Fatal(err)
	}
	jobs, err := policy.Load("sap-open-connectors")
	if err != nil {
		t.Fatal(err)
	}
	flow := func(name string, from int, phase time.Duration) engine.Flow {
		return engine.Flow{
			Name: name, From: engine.Endpoint{Connection: from}, To: engine.Endpoint{Connection: wms},
			Every: 12 * time.Hour, Phase: phase,
		}
	}
	e, err := engine.New(engine.Config{
		Environment: "production", Flows: flows.Flows, PollingJobs: jobs.PollingJobs,
		Applications: []engine.Application{
			{Name: "acme", StatusPage: "https://status.acme.example", Resources: []string{"orders"}},
			{Name: "wms", StatusPage: "https://status.wms.example", Resources: []string{"orders"}},
		},
		Connections: []engine.Connection{
			{Name: "acme-one", Fields: []string{"username", "password"}},
			{Name: "acme-two"},
			{Name: "wms-main", Application: 1},
		},
		FlowList: []engine.Flow{
			flow("a", acmeOne, 0), flow("b", acmeTwo, time.Hour), flow("c", acmeOne, 2*time.Hour),
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	p := &platform{Engine: e, seq: 1}
	p.answerAll(engine.OK)
	return p
}

// answerAll lets every call end so from now on.
func (p *platform) answerAll(class engine.Class) {
	p.answers = func(*engine.Call) engine.Result { return engine.Result{Class: class, RetryAfter: -1, Last: -1} }
}

// runTo lets the platform act up to an instant since the start, which is included.
func (p *platform) runTo(d time.Duration) {
	until := engine.Time(d)
	steps := 0
	for at, ok := p.Next(); ok && at <= until; at, ok = p.Next() {
		if steps++; steps == 10_000 {
			panic("time stands still")
		}
		p.step(at, engine.Event{Kind: engine.TimeReached})
	}
	p.now = until
}

func (p *platform) step(at engine.Time, ev engine.Event) {
	p.now, ev.Seq = at, p.seq
	fx := p.Step(at, &ev)
	p.seq += engine.Seq(len(fx.Entries))
	p.mails = append(p.mails, fx.Mails...)
	if fx.HasCall {
		c := fx.Call
		p.step(at, engine.Event{Kind: engine.CallFinished, Call: c.ID, Result: p.answers(&c)})
	}
}

func (p *platform) publish(open bool) {
	p.step(p.now, engine.Event{Kind: engine.StatusPublished, Open: open})
}

func (p *platform) reauthorize(connection int) {
	p.step(p.now, engine.Event{
		Kind: engine.Commanded, Command: engine.Command{Kind: engine.Reauthorize, Connection: connection},
	})
}

// TestStatusPageOfAConnection proves OUT-10: the application's status page is linked from the connection,
// online and offline.
func TestStatusPageOfAConnection(t *testing.T) {
	p := newPlatform(t)
	for c, want := range []string{
		acmeOne: "https://status.acme.example", acmeTwo: "https://status.acme.example",
		wms: "https://status.wms.example",
	} {
		if got := p.Connection(c); got.StatusPage != want || !got.Online {
			t.Errorf("connection %d: %q, online %v (expected %q, online)", c, got.StatusPage, got.Online, want)
		}
	}
	p.answerAll(engine.BadCredentials)
	p.runTo(0)
	want := engine.ConnectionView{
		Name: "acme-one", Class: engine.BadCredentials, StatusPage: "https://status.acme.example",
		Fields: []string{"username", "password"},
	}
	if diff := cmp.Diff(want, p.Connection(acmeOne)); diff != "" {
		t.Errorf("an offline connection (-want +got):\n%s", diff)
	}
}

// TestThePlatformsStatusPage proves OUT-10: it lists the applications with a link each.
func TestThePlatformsStatusPage(t *testing.T) {
	p := newPlatform(t)
	p.publish(true) // application 0
	want := []engine.ApplicationView{
		{Name: "acme", StatusPage: "https://status.acme.example", Incident: true},
		{Name: "wms", StatusPage: "https://status.wms.example"},
	}
	if diff := cmp.Diff(want, p.Applications()); diff != "" {
		t.Errorf("the platform's status page (-want +got):\n%s", diff)
	}
}

// TestMissingFields proves OUT-12: a required field that is empty is named, in the order of the auth type.
func TestMissingFields(t *testing.T) {
	p := newPlatform(t)
	for _, test := range []struct {
		connection int
		filled     map[string]string
		want       []string
	}{
		{acmeOne, nil, []string{"username", "password"}},
		{acmeOne, map[string]string{"password": "secret"}, []string{"username"}},
		{acmeOne, map[string]string{"username": "me", "password": ""}, []string{"password"}},
		{acmeOne, map[string]string{"username": "me", "password": "secret"}, nil},
		{acmeTwo, nil, nil},
	} {
		if diff := cmp.Diff(test.want, p.MissingFields(test.connection, test.filled)); diff != "" {
			t.Errorf("connection %d, filled %v (-want +got):\n%s", test.connection, test.filled, diff)
		}
	}
}

// TestDiagnose proves OUT-15: which symptom of the article holds for a flow that does not process, and what
// to do next. Flow a fails from 0 h on: its series ends at 5 min, when both connections to acme go offline.
func TestDiagnose(t *testing.T) {
	p := newPlatform(t)
	healthy := engine.Diagnosis{Connection: -1, Next: engine.NothingToDo}
	expect := func(when string, flow int, want engine.Diagnosis) {
		t.Helper()
		if diff := cmp.Diff(want, p.Diagnose(flow)); diff != "" {
			t.Errorf("%s, flow %d (-want +got):\n%s", when, flow, diff)
		}
	}
	offline := func(connection int, next engine.NextStep, symptoms ...engine.Symptom) engine.Diagnosis {
		return engine.Diagnosis{
			Symptoms: symptoms, Connection: connection, StatusPage: "https://status.acme.example", Next: next,
		}
	}
	expect("at the start", flowA, healthy)

	p.answerAll(engine.VendorDown)
	p.publish(true)
	p.runTo(5 * time.Minute)
	expect("frozen", flowA, offline(acmeOne, engine.WaitForSweep,
		engine.CountsStandStill, engine.ApplicationWideSymptom, engine.ConnectionOfflineShown))
	expect("paused and idle", flowB, offline(acmeTwo, engine.WaitForSweep,
		engine.ApplicationWideSymptom, engine.ConnectionOfflineShown))

	p.runTo(time.Hour)
	expect("with a queued run", flowB, offline(acmeTwo, engine.WaitForSweep,
		engine.QueuedWithNothingAhead, engine.ApplicationWideSymptom, engine.ConnectionOfflineShown))

	// acme is back, but refuses acme-one: its flows are affected, those of acme-two are not. As the flow of
	// acme-two has resumed there is no advice (OUT-11) until a re-authorization fails.
	p.publish(false)
	p.answers = func(c *engine.Call) engine.Result {
		if c.Connection == acmeOne {
			return engine.Result{Class: engine.BadCredentials}
		}
		return engine.Result{Last: -1}
	}
	p.runTo(2 * time.Hour)
	expect("resumed", flowB, healthy)
	expect("refused", flowA, offline(acmeOne, engine.WaitForSweep,
		engine.CountsStandStill, engine.ConnectionOfflineShown))
	p.reauthorize(acmeOne)
	expect("re-authorized in vain", flowA, offline(acmeOne, engine.SubmitTicket,
		engine.CountsStandStill, engine.ConnectionOfflineShown))
	p.answerAll(engine.OK)
	p.reauthorize(acmeOne)
	p.runTo(2 * time.Hour)
	expect("online again", flowA, healthy)
}

// TestDiagnoseAdvice proves OUT-15, OUT-11: once the advice is given, the next step is to re-authorize.
// All of acme is offline from 5 min on, and resolved at 10 min: the advice comes just after 100 min.
func TestDiagnoseAdvice(t *testing.T) {
	p := newPlatform(t)
	p.answerAll(engine.VendorDown)
	p.publish(true)
	p.runTo(10 * time.Minute)
	p.publish(false)
	for _, test := range []struct {
		at   time.Duration
		want engine.NextStep
	}{
		{100 * time.Minute, engine.WaitForSweep}, {100*time.Minute + 1, engine.ReauthorizeConnection},
	} {
		p.runTo(test.at)
		if got := p.Diagnose(flowA).Next; got != test.want {
			t.Errorf("at %v: %v (expected %v)", test.at, got, test.want)
		}
	}
}

// TestDiagnoseInTurn proves OUT-15: a queued run with another one ahead of it is no symptom. Flow a starts at
// 0 h and waits, rate limited, for hours; b's run of 1 h waits for the slot on wms.
func TestDiagnoseInTurn(t *testing.T) {
	p := newPlatform(t)
	p.answerAll(engine.RateLimited)
	p.runTo(time.Hour)
	if diff := cmp.Diff(engine.Diagnosis{Connection: -1}, p.Diagnose(flowB)); diff != "" {
		t.Errorf("queued behind another flow (-want +got):\n%s", diff)
	}
	if got := p.Flow(flowB).State; got != engine.Queued {
		t.Errorf("flow b is %v (expected queued)", got)
	}
}
