package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/engine/api"
	"github.com/outagedrill/outagedrill/engine/policy"
)

// platform is a small platform on a manual clock. Its applications answer after one second: a page of one
// record, or what the test wants them to.
type platform struct {
	mu       sync.Mutex
	cfg      engine.Config
	e        *engine.Engine
	h        *api.History
	now      engine.Time
	seq      engine.Seq
	calls    []flight             // by end
	fails    map[int]engine.Class // by connection
	mailDown bool
	clock    api.Clock // what is not computed
	err      error     // of Read and Operate
}

type flight struct {
	at   engine.Time
	call engine.Call
}

// start is when the platform of tests starts.
var start = engine.Time(time.Date(2024, 3, 4, 0, 0, 0, 0, time.UTC).UnixNano())

// world has two jobs and a flow over two applications, in snapshot.
func world(t testing.TB, assumptions ...string) engine.Config {
	t.Helper()
	flows, err := policy.Load("celigo-integrator")
	if err != nil {
		t.Fatal(err)
	}
	jobs, err := policy.Load("sap-open-connectors")
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range append(assumptions, "poll.order=parallel") {
		name, value, _ := strings.Cut(a, "=")
		if jobs, err = jobs.Override(name, value); err != nil {
			t.Fatal(err)
		}
	}
	return engine.Config{
		Start: start, Environment: "snapshot", Flows: flows.Flows, PollingJobs: jobs.PollingJobs,
		Applications: []engine.Application{
			{Name: "acme", StatusPage: "https://status.acme.example", Resources: []string{"contacts", "orders"}},
			{Name: "wms", Resources: []string{"orders"}},
		},
		Connections: []engine.Connection{
			{Name: "acme main", Owner: "ops@example.com", Fields: []string{"username", "password"}},
			{Name: "wms", Application: 1, Owner: "wms@example.com", Subscribers: []string{"wms@example.com"}},
		},
		FlowList: []engine.Flow{{
			Name: "orders", From: engine.Endpoint{Resource: 1}, To: engine.Endpoint{Connection: 1},
			Every: 15 * time.Minute, Owner: "ops@example.com",
		}},
		Jobs: []engine.Job{
			{Name: "poll/1", Resources: []int{0, 1}, Every: 5 * time.Minute},
			{Name: "other", Resources: []int{1}, Every: 240 * time.Hour, Phase: 240 * time.Hour},
		},
		ListRoutine: true,
	}
}

func newPlatform(t testing.TB, assumptions ...string) *platform {
	t.Helper()
	p := &platform{cfg: world(t, assumptions...), now: start, seq: 1, fails: map[int]engine.Class{}}
	p.clock.Manual = true
	var err error
	if p.e, err = engine.New(p.cfg); err != nil {
		t.Fatal(err)
	}
	p.h = api.NewHistory(&p.cfg)
	return p
}

func (p *platform) Config() *engine.Config { return &p.cfg }

func (p *platform) Read(ctx context.Context, f func(v *api.View)) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.err != nil {
		return p.err
	}
	f(p.view())
	return ctx.Err()
}

func (p *platform) view() *api.View {
	c := p.clock
	c.Now, c.NextDue, c.Idle = p.now, p.next(), len(p.calls) == 0
	return &api.View{Engine: p.e, History: p.h, Clock: c}
}

func (p *platform) Operate(_ context.Context, c *api.Command) (engine.Outcome, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.err != nil {
		return engine.NoOutcome, p.err
	}
	if c.Guard != nil {
		if err := c.Guard(p.view()); err != nil {
			return engine.NoOutcome, err
		}
	}
	command := engine.Command{Kind: c.Kind, Job: c.Job, Connection: c.Connection, Flow: c.Flow}
	if c.Kind == engine.Reauthorize {
		command.Missing = p.e.MissingFields(c.Connection, c.Fields)
		if len(command.Missing) == 0 && c.Fields["password"] == "right" {
			delete(p.fails, c.Connection)
		}
	}
	outcome := p.step(engine.Event{Kind: engine.Commanded, Command: command})
	if c.After != nil {
		c.After(p.view())
	}
	p.play(p.now)
	return outcome, nil
}

func (p *platform) SetClock(_ context.Context, to engine.Time) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case !p.clock.Manual:
		return api.ErrClockRuns
	case to < p.now:
		return api.ErrClockBack
	case to >= start.Add(30*24*time.Hour):
		return api.ErrOver
	}
	p.play(to)
	p.now = to
	return nil
}

// step tells the engine one happening and returns the outcome of its first entry.
func (p *platform) step(ev engine.Event) (outcome engine.Outcome) {
	ev.Seq = p.seq
	fx := p.e.Step(p.now, &ev)
	for i := range fx.Entries {
		p.h.Wrote(p.now, p.seq, &fx.Entries[i])
		p.seq++
	}
	if len(fx.Entries) > 0 {
		outcome = fx.Entries[0].Outcome
	}
	if fx.HasCall {
		p.calls = append(p.calls, flight{p.now.Add(time.Second), fx.Call})
	}
	for p.e.Unfinished() {
		p.step(engine.Event{Kind: engine.TimeReached})
	}
	for out := p.e.Outbox(); len(out) > 0 && !p.mailDown; out = p.e.Outbox() {
		p.step(engine.Event{Kind: engine.MailDelivered, Mail: out[0].ID})
	}
	return outcome
}

func (p *platform) next() engine.Time {
	next, ok := p.e.Next()
	if !ok {
		next = engine.Never
	}
	if len(p.calls) > 0 {
		next = min(next, p.calls[0].at)
	}
	return next
}

func (p *platform) play(to engine.Time) {
	for at := p.next(); at <= to; at = p.next() {
		p.now = at
		if len(p.calls) == 0 || p.calls[0].at > at {
			p.step(engine.Event{Kind: engine.TimeReached})
			continue
		}
		c := p.calls[0].call
		p.calls = slices.Delete(p.calls, 0, 1)
		p.step(engine.Event{Kind: engine.CallFinished, Call: c.ID, Result: p.answer(&c)})
	}
}

func (p *platform) answer(c *engine.Call) engine.Result {
	r := engine.Result{Class: p.fails[int(c.Connection)], RetryAfter: -1, First: 1}
	switch {
	case r.Class == engine.VendorDown:
		r.Status = 503
	case r.Class == engine.BadCredentials:
		r.Status = 401
	case r.Class != engine.OK:
		r.Status = 400
	case c.Op == engine.ReadPage:
		r.First, r.Last = c.After+1, c.After+1
	}
	return r
}

// advance plays on.
func (p *platform) advance(t testing.TB, d time.Duration) {
	t.Helper()
	if err := p.SetClock(t.Context(), p.now.Add(d)); err != nil {
		t.Fatal(err)
	}
}

// troubled is a platform that has seen a lot: a job disabled, enabled and disabled again, a connection offline
// with a frozen run, open errors of both classes, an undelivered mail.
func troubled(t testing.TB) *platform {
	t.Helper()
	p := newPlatform(t)
	p.advance(t, time.Hour)
	p.fails[1] = engine.Rejected
	p.advance(t, time.Hour)
	p.fails[1] = engine.VendorDown
	p.advance(t, 3*time.Hour)
	delete(p.fails, 1)
	p.advance(t, time.Hour)
	p.mailDown = true
	p.fails[0] = engine.BadCredentials
	p.advance(t, 2*time.Hour)
	return p
}

// answer is what the API said.
type answer struct {
	status int
	header http.Header
	body   string
}

// ask calls the API of a platform. headers are names and values in turn.
func ask(t testing.TB, p api.Platform, method, target, body string, headers ...string) answer {
	t.Helper()
	h, err := api.Handler(p, api.Config{Version: "1.0.0"})
	if err != nil {
		t.Fatal(err)
	}
	return askHandler(h, method, target, body, headers...)
}

func askHandler(h http.Handler, method, target, body string, headers ...string) answer {
	if strings.HasPrefix(target, "/") {
		target = "http://localhost:8080" + target
	}
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return answer{w.Code, w.Header(), w.Body.String()}
}

// wants an answer with a status, whose body is a JSON value with these members, at any depth of the path.
func (a answer) wants(t testing.TB, status int, body string) {
	t.Helper()
	if a.status != status {
		t.Errorf("status %d (want %d): %s", a.status, status, a.body)
	}
	var got, want bytes.Buffer
	if err := json.Compact(&got, []byte(a.body)); err != nil {
		t.Errorf("the body is no JSON: %v: %s", err, a.body)
	}
	if err := json.Compact(&want, []byte(body)); err != nil {
		t.Fatal(err)
	}
	if got.String() != want.String() {
		t.Errorf("the body (-want +got):\n- %s\n+ %s", want.String(), got.String())
	}
}

// holds wants texts in the body.
func (a answer) holds(t testing.TB, status int, texts ...string) {
	t.Helper()
	if a.status != status {
		t.Errorf("status %d (want %d): %s", a.status, status, a.body)
	}
	for _, text := range texts {
		if !strings.Contains(a.body, text) {
			t.Errorf("the body lacks %s: %s", text, a.body)
		}
	}
}
