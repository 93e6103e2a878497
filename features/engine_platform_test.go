package features_test

import (
	"cmp"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/engine/api"
	"github.com/outagedrill/outagedrill/engine/live"
	"github.com/outagedrill/outagedrill/engine/policy"
	"github.com/outagedrill/outagedrill/fakevendor/dialect"
	"github.com/outagedrill/outagedrill/features/contract"
	"github.com/outagedrill/outagedrill/sim"
)

// enginePlatform is our own engine behind the contract: the reference platform that has flows. quirk is what
// it does wrong, "" where nothing.
type enginePlatform struct {
	quirk  string
	flows  *policy.Policy
	jobs   *policy.Policy
	client *http.Client

	mu   sync.Mutex
	m    *engineMachine
	http http.Handler // the API of the machine
}

// startEngine starts a platform that ends with the test, and returns its URL.
func startEngine(t *testing.T, quirk string) string {
	t.Helper()
	p := &enginePlatform{quirk: quirk, client: &http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	var err1, err2 error
	p.flows, err1 = policy.Load("celigo-integrator")
	p.jobs, err2 = policy.Load("sap-open-connectors")
	if err := cmp.Or(err1, err2); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(p)
	t.Cleanup(server.Close)
	return server.URL
}

func (p *enginePlatform) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.m != nil && !strings.HasPrefix(r.URL.Path, contract.Root) && !strings.HasPrefix(r.URL.Path, "/connections/") &&
		!strings.HasSuffix(r.URL.Path, "/disable") {
		p.http.ServeHTTP(w, r)
		return
	}
	answer, err := p.answer(r)
	w.Header().Set("Content-Type", "application/json")
	if err != nil {
		w.WriteHeader(http.StatusConflict)
		answer = err.Error()
	}
	json.NewEncoder(w).Encode(answer) //nolint:errcheck // the caller may be gone
}

// answer carries out a call of the contract's own.
func (p *enginePlatform) answer(r *http.Request) (any, error) {
	var body struct {
		contract.World
		Before    bool              `json:"before"`
		Fields    map[string]string `json:"fields"`
		Token     *contract.Token   `json:"token"`
		Threshold int               `json:"threshold"`
	}
	if r.Method != http.MethodGet && r.ContentLength > 0 {
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			return nil, err
		}
	}
	switch call := r.Method + " " + strings.TrimPrefix(r.URL.Path, contract.Root); call {
	case "GET ":
		return contract.About{Contract: 1, Platform: "our engine", Clock: "mock", Offers: []string{
			"polling_jobs", "disable", "notifications", "oauth", "reauthorize", "environment_change", "restart", "flows",
		}}, nil
	case "PUT /world":
		body.World.Threshold = body.Threshold
		return nil, p.load(&body.World)
	case "PUT /clock":
		if p.quirk == "calls while paused" && p.m.next() == engine.Time(body.Now.UnixNano()) {
			p.trespass()
		}
		p.m.advance(r.Context(), engine.Time(body.Now.UnixNano()), body.Before)
		return p.idle(), nil
	case "GET /idle":
		return p.idle(), nil
	case "GET /state":
		return p.state(), nil
	case "PUT /environment":
		p.m.cfg.Custom[body.Environment] = body.Threshold
		p.m.tell(engine.Event{Kind: engine.EnvironmentChanged, Environment: body.Environment})
		return nil, nil
	case "POST /restart":
		return nil, p.m.restart()
	}
	parts := strings.Split(r.URL.Path, "/")
	cmd := engine.Command{Kind: engine.Disable, Connection: -1, Flow: -1, Job: p.job(parts[2])}
	if parts[1] == "connections" {
		cmd = engine.Command{Kind: engine.Reauthorize, Job: -1, Flow: -1, Connection: p.connection(parts[2])}
		cmd.Missing = p.m.e.MissingFields(cmd.Connection, body.Fields)
		if body.Token != nil {
			cmd.Token = tokenOf(body.Token)
		}
	}
	outcome := p.m.tell(engine.Event{Kind: engine.Commanded, Command: cmd}).Outcome
	return contract.Switched{ID: parts[2], State: "disabled", Changed: outcome == engine.Done}, nil
}

func (p *enginePlatform) job(id string) int {
	return slices.IndexFunc(p.m.cfg.Jobs, func(j engine.Job) bool { return j.Name == id })
}

func (p *enginePlatform) connection(id string) int {
	return slices.IndexFunc(p.m.cfg.Connections, func(c engine.Connection) bool { return c.Name == id })
}

// tokenOf is a token as the engine holds it: of its texts the generation, which stands at their end.
func tokenOf(t *contract.Token) engine.Token {
	generation := func(text string) uint32 {
		n, _ := strconv.ParseUint(text[strings.LastIndexByte(text, '-')+1:], 10, 32)
		return uint32(n)
	}
	return engine.Token{
		Access: generation(t.Access), Refresh: generation(t.Refresh), ExpiresAt: engine.Time(t.Expires.UnixNano()),
	}
}

// load makes a platform of a world.
func (p *enginePlatform) load(w *contract.World) error {
	m := &engineMachine{client: p.client, now: engine.Time(w.Now.UnixNano()), runs: make([]engineRuns, len(w.Flows))}
	m.cfg = engine.Config{
		Start: m.now, Environment: w.Environment, Custom: map[string]int{w.Environment: w.Threshold},
		Flows: p.flows.Flows, PollingJobs: p.jobs.PollingJobs, ListRoutine: true,
	}
	if p.quirk == "gives up at once" {
		m.cfg.Flows.RetryBudget = time.Second
	}
	for i := range w.Connections {
		m.cfg.Connections = append(m.cfg.Connections, connectionFor(&m.cfg, &w.Connections[i]))
	}
	side := func(connection, resource string) engine.Endpoint {
		c := slices.IndexFunc(w.Connections, func(c contract.Connection) bool { return c.ID == connection })
		return engine.Endpoint{Connection: c, Resource: resourceFor(&m.cfg, c, resource)}
	}
	for _, f := range w.Flows {
		m.cfg.FlowList = append(m.cfg.FlowList, engine.Flow{
			Name: f.ID, From: side(f.Source.Connection, f.Source.Resource),
			To: side(f.Destination.Connection, f.Destination.Resource), Every: seconds(f.Every), Phase: seconds(f.Phase),
			AutoResolve: f.AutoResolve && p.quirk != "never retries", Owner: f.Owner,
		})
	}
	for _, j := range w.PollingJobs {
		job := engine.Job{Name: j.ID, Every: seconds(j.Every), Phase: seconds(j.Phase)}
		for _, r := range j.Resources {
			e := side(j.Instance, r)
			job.Instance = e.Connection
			job.Resources = append(job.Resources, e.Resource)
		}
		m.cfg.Jobs = append(m.cfg.Jobs, job)
	}
	for _, c := range w.Connections {
		app := slices.IndexFunc(m.cfg.Applications, func(a engine.Application) bool { return a.Name == c.Application })
		words, err := dialect.Load(c.Dialect)
		if err != nil {
			return err
		}
		m.caller.Endpoints = append(m.caller.Endpoints, live.Endpoint{
			Name: c.ID, BaseURL: c.BaseURL, Auth: c.Auth, Resources: m.cfg.Applications[app].Resources, Dialect: words,
		})
	}
	var err1, err2, err3 error
	m.e, err1 = engine.New(m.cfg)
	m.history = api.NewHistory(&m.cfg)
	m.mailer, err2 = live.NewMailer(live.MailConfig{Server: w.Mail.SMTP, From: "platform@example.com"})
	p.http, err3 = api.Handler(m, api.Config{Version: "test"})
	p.m = m
	return cmp.Or(err1, err2, err3)
}

// connectionFor is a connection, with its application among those of the configuration.
func connectionFor(cfg *engine.Config, c *contract.Connection) engine.Connection {
	app := slices.IndexFunc(cfg.Applications, func(a engine.Application) bool { return a.Name == c.Application })
	if app < 0 {
		app = len(cfg.Applications)
		cfg.Applications = append(cfg.Applications, engine.Application{Name: c.Application, StatusPage: c.StatusPage})
	}
	ec := engine.Connection{
		Name: c.ID, Application: app, OAuth: c.Auth == "oauth2", Fields: sim.AuthFields(c.Auth),
		Owner: c.Owner, Subscribers: c.Subscribers, FlowsAtOnce: c.FlowsAtOnce,
	}
	if c.Token != nil {
		ec.Token = tokenOf(c.Token)
	}
	return ec
}

// resourceFor is the index of a resource among those of a connection's application.
func resourceFor(cfg *engine.Config, connection int, name string) int {
	app := &cfg.Applications[cfg.Connections[connection].Application]
	if i := slices.Index(app.Resources, name); i >= 0 {
		return i
	}
	app.Resources = append(app.Resources, name)
	return len(app.Resources) - 1
}

func (p *enginePlatform) idle() contract.Idle {
	idle := contract.Idle{Now: std(p.m.now), Idle: true}
	if next := p.m.next(); next != engine.Never && p.quirk != "sleeps" {
		due := std(next)
		idle.NextDue = &due
	}
	return idle
}

// state is what the engine believes.
func (p *enginePlatform) state() contract.State {
	s := contract.State{Now: std(p.m.now), Jobs: []contract.JobState{}}
	for i := range p.m.cfg.Jobs {
		s.Jobs = append(s.Jobs, p.jobState(i))
	}
	for i := range p.m.cfg.Connections {
		v := p.m.e.Connection(i)
		c := contract.ConnectionState{ID: v.Name, Online: v.Online}
		if !v.Online && p.forgets() {
			c.Online = true
		}
		if !c.Online {
			why := v.Class.String()
			c.Because = &why
		}
		s.Connections = append(s.Connections, c)
	}
	for i := range p.m.cfg.FlowList {
		v, r := p.m.e.Flow(i), &p.m.runs[i]
		f := contract.FlowState{
			ID: v.Name, State: v.State.String(), InProgress: r.open, Delivered: v.Delivered,
			Runs: append([]contract.Run{}, r.over...),
		}
		for _, open := range p.m.e.Errors(i) {
			if n := open.Last - open.First + 1; open.Class.String() == "value" {
				f.Value += n
			} else {
				f.Intermittent += n
			}
		}
		s.Flows = append(s.Flows, p.spoiled(f))
	}
	return s
}

// spoiled is a flow's state as a platform with a quirk tells it.
func (p *enginePlatform) spoiled(f contract.FlowState) contract.FlowState {
	switch {
	case f.State == "paused" && (p.quirk == "never paused" || p.forgets()):
		f.State, f.InProgress = "idle", false
	case p.quirk == "no runs":
		f.Runs = []contract.Run{}
	}
	return f
}

// forgets tells whether a platform with that quirk shows its connections online again without a test.
func (p *enginePlatform) forgets() bool {
	late := true
	for i := range p.m.cfg.Connections {
		v := p.m.e.Connection(i)
		late = late && (v.Online || p.m.now > v.OfflineAt)
	}
	return late && p.quirk == "online by itself"
}

// trespass makes a call for each flow that is paused, which none may (OUT-14).
func (p *enginePlatform) trespass() {
	for i := range p.m.cfg.FlowList {
		if f := &p.m.cfg.FlowList[i]; p.m.e.Flow(i).State == engine.Paused {
			p.m.exchange(&engine.Call{
				Op: engine.ReadPage, Job: -1, Flow: int32(i),
				Connection: int32(f.From.Connection), Resource: int32(f.From.Resource),
			})
		}
	}
}

func (p *enginePlatform) jobState(i int) contract.JobState {
	v := p.m.e.Job(i, nil)
	app := &p.m.cfg.Applications[p.m.cfg.Connections[v.Instance].Application]
	s := contract.JobState{ID: v.Name, Enabled: v.Enabled}
	if !v.Enabled {
		by, at := v.Disabled.By.String(), std(v.Disabled.At)
		s.DisabledBy, s.DisabledAt = &by, &at
		if v.Disabled.By == engine.ByPlatform {
			name := app.Resources[p.m.cfg.Jobs[i].Resources[v.Disabled.Resource]]
			s.Resource = &name
		}
	}
	for _, r := range v.Resources {
		s.Resources = append(s.Resources, contract.ResourceState{
			Name: app.Resources[r.Resource], Failures: r.ConsecutiveFailures, Delivered: r.Delivered,
		})
	}
	return s
}
