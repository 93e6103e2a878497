package engine_test

import (
	"strings"
	"testing"
	"time"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/engine/policy"
)

// smallest is a world in which every number that New judges is the smallest that is good.
func smallest(t *testing.T) engine.Config {
	t.Helper()
	flows, err := policy.Load("celigo-integrator")
	if err != nil {
		t.Fatal(err)
	}
	jobs, err := policy.Load("sap-open-connectors")
	if err != nil {
		t.Fatal(err)
	}
	cfg := engine.Config{
		Environment: "qa", Custom: map[string]int{"qa": 1}, Flows: flows.Flows, PollingJobs: jobs.PollingJobs,
		Applications: []engine.Application{{Name: "acme", Resources: []string{"a"}}},
		Connections:  []engine.Connection{{Name: "main"}},
		FlowList:     []engine.Flow{{Name: "flow", Every: 1}},
		Jobs:         []engine.Job{{Name: "job", Resources: []int{0}, Every: 1}},
	}
	cfg.Flows.SweepEvery, cfg.Flows.SummaryEvery, cfg.Flows.CallTimeout = 1, 1, 1
	cfg.PollingJobs.CallTimeout = 1
	return cfg
}

// What would break the machine is refused, and nothing else is.
func TestNewRefuses(t *testing.T) {
	for _, tt := range []struct {
		want   string // "" = good
		change func(c *engine.Config)
	}{
		{"", func(*engine.Config) {}},
		{"", func(c *engine.Config) { c.Flows.SweepEvery, c.Flows.SweepOffset = 2, 1 }},
		{"", func(c *engine.Config) { c.FlowList[0].Phase, c.Jobs[0].Phase = 1, 1 }},
		{"", func(c *engine.Config) { c.Environment = "snapshot" }},
		{
			"engine: sweep.every must be longer than 0s",
			func(c *engine.Config) { c.Flows.SweepEvery = 0 },
		},
		{
			"engine: sweep.offset must lie within one sweep.every",
			func(c *engine.Config) { c.Flows.SweepOffset = -1 },
		},
		{
			"engine: sweep.offset must lie within one sweep.every",
			func(c *engine.Config) { c.Flows.SweepOffset = 1 },
		},
		{
			"engine: errors.summary_every must be longer than 0s",
			func(c *engine.Config) { c.Flows.SummaryEvery = 0 },
		},
		{"engine: call.timeout must be longer than 0s", func(c *engine.Config) { c.Flows.CallTimeout = 0 }},
		{"engine: call.timeout must be longer than 0s", func(c *engine.Config) { c.PollingJobs.CallTimeout = 0 }},
		{`engine: environment "moon" has no threshold`, func(c *engine.Config) { c.Environment = "moon" }},
		{
			"engine: connection main: no application -1",
			func(c *engine.Config) { c.Connections[0].Application = -1 },
		},
		{"engine: connection main: no application 1", func(c *engine.Config) { c.Connections[0].Application = 1 }},
		{
			"engine: flow flow: every must be longer than 0s, phase not negative",
			func(c *engine.Config) { c.FlowList[0].Every = 0 },
		},
		{
			"engine: flow flow: every must be longer than 0s, phase not negative",
			func(c *engine.Config) { c.FlowList[0].Phase = -1 },
		},
		{"engine: flow flow: no connection -1", func(c *engine.Config) { c.FlowList[0].From.Connection = -1 }},
		{"engine: flow flow: no connection 1", func(c *engine.Config) { c.FlowList[0].To.Connection = 1 }},
		{
			"engine: flow flow: application acme has no resource 1",
			func(c *engine.Config) { c.FlowList[0].From.Resource = 1 },
		},
		{
			"engine: flow flow: application acme has no resource -1",
			func(c *engine.Config) { c.FlowList[0].To.Resource = -1 },
		},
		{
			"engine: polling job job: every must be longer than 0s, phase not negative",
			func(c *engine.Config) { c.Jobs[0].Every = 0 },
		},
		{
			"engine: polling job job: every must be longer than 0s, phase not negative",
			func(c *engine.Config) { c.Jobs[0].Phase = -1 },
		},
		{"engine: polling job job: no resources", func(c *engine.Config) { c.Jobs[0].Resources = nil }},
		{"engine: polling job job: no connection 1", func(c *engine.Config) { c.Jobs[0].Instance = 1 }},
		{
			"engine: polling job job: application acme has no resource 1",
			func(c *engine.Config) { c.Jobs[0].Resources = []int{0, 1} },
		},
	} {
		cfg := smallest(t)
		tt.change(&cfg)
		e, err := engine.New(cfg)
		got := ""
		if err != nil {
			got = err.Error()
		}
		if got != tt.want || (e == nil) != (err != nil) {
			t.Errorf("New says %q (expected %q)", got, tt.want)
		}
	}
}

// A custom environment's threshold goes before one of the policy that has the same name.
func TestThresholdOfAnEnvironment(t *testing.T) {
	for environment, want := range map[string]int{"qa": 1, "snapshot": 10, "staging": 7} {
		cfg := smallest(t)
		cfg.Custom["staging"], cfg.Environment = 7, environment
		e, err := engine.New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		if got := e.Threshold(); got != want || e.Environment() != environment {
			t.Errorf("%s: threshold %d of %s (expected %d)", environment, got, e.Environment(), want)
		}
	}
}

// Each kind of work follows its own policy, and a test follows that of flows.
func TestEachKindOfWorkFollowsItsOwnPolicy(t *testing.T) {
	for _, tt := range []struct {
		name     string
		timeout  time.Duration
		fallback bool
		before   time.Duration
		ready    func(c *engine.Config)
	}{
		{"a flow", 20 * time.Second, false, 2 * time.Minute, func(c *engine.Config) { c.Jobs = nil }},
		{"a polling job", 40 * time.Second, true, 4 * time.Minute, func(c *engine.Config) { c.FlowList = nil }},
	} {
		for _, early := range []time.Duration{0, 1} {
			cfg := smallest(t)
			cfg.Flows.CallTimeout, cfg.PollingJobs.CallTimeout = 20*time.Second, 40*time.Second
			cfg.Flows.TokenRefreshBefore, cfg.PollingJobs.TokenRefreshBefore = 2*time.Minute, 4*time.Minute
			cfg.Flows.TokenFallback, cfg.PollingJobs.TokenFallback = false, true
			cfg.Connections[0].OAuth = true
			// The first call is due so long before the token expires, or a nanosecond earlier.
			expires := engine.Time(tt.before + early)
			cfg.Connections[0].Token = engine.Token{Access: 1, Refresh: 1, ExpiresAt: expires}
			tt.ready(&cfg)
			e, err := engine.New(cfg)
			if err != nil {
				t.Fatal(err)
			}
			fx := e.Step(0, &engine.Event{Seq: 1})
			for steps := 0; !fx.HasCall; steps++ {
				if steps == 10 {
					t.Fatalf("%s calls nobody", tt.name)
				}
				fx = e.Step(0, &engine.Event{Seq: 1})
			}
			if got, want := fx.Call.Op == engine.RefreshToken, early == 0; got != want {
				t.Errorf("%s: refreshes %v early: %v (expected %v)", tt.name, tt.before+early, got, want)
			}
			if fx.Call.Timeout != tt.timeout {
				t.Errorf("%s: time-out %s (expected %s)", tt.name, fx.Call.Timeout, tt.timeout)
			}
			if fx.Call.Op != engine.RefreshToken {
				continue
			}
			fx = e.Step(0, &engine.Event{
				Kind: engine.CallFinished, Seq: 2, Call: fx.Call.ID,
				Result: engine.Result{Class: engine.TokenRefreshFailed, Sub: engine.Transient, RetryAfter: -1},
			})
			if fx.HasCall != tt.fallback {
				t.Errorf("%s: goes on with the old token: %v (expected %v)", tt.name, fx.HasCall, tt.fallback)
			}
		}
	}
}

// A platform without work wants nothing.
func TestNothingToDo(t *testing.T) {
	cfg := smallest(t)
	cfg.FlowList, cfg.Jobs = nil, nil
	e, err := engine.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	if at, ok := e.Next(); ok {
		t.Errorf("it wants a step at %d", at)
	}
}

// What no driver may do ends the program.
func TestMisuse(t *testing.T) {
	for name, misuse := range map[string]func(e *engine.Engine, id uint64){
		"time runs backwards": func(e *engine.Engine, _ uint64) {
			e.Step(-1, &engine.Event{Kind: engine.TimeReached})
		},
		"a call that nobody made": func(e *engine.Engine, id uint64) {
			e.Step(0, &engine.Event{Kind: engine.CallFinished, Call: id + 1})
		},
		"no call": func(e *engine.Engine, id uint64) {
			e.Step(0, &engine.Event{Kind: engine.CallFinished, Call: id, Result: engine.Result{Last: -1}})
			e.Step(0, &engine.Event{Kind: engine.CallFinished})
		},
		"a call that ended already": func(e *engine.Engine, id uint64) {
			ev := engine.Event{Kind: engine.CallFinished, Call: id, Result: engine.Result{Last: -1}}
			e.Step(0, &ev)
			e.Step(0, &ev)
		},
		"a mail that nobody decided": func(e *engine.Engine, _ uint64) {
			e.Step(0, &engine.Event{Kind: engine.MailDelivered, Mail: 1})
		},
		"an environment that there is not": func(e *engine.Engine, _ uint64) {
			e.Step(0, &engine.Event{Kind: engine.EnvironmentChanged, Environment: "moon"})
		},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := smallest(t)
			cfg.FlowList = nil
			e, err := engine.New(cfg)
			if err != nil {
				t.Fatal(err)
			}
			id := e.Step(0, &engine.Event{Seq: 1}).Call.ID
			defer func() {
				if what, ok := recover().(string); !ok || !strings.HasPrefix(what, "engine: ") {
					t.Errorf("it goes on: %v", what)
				}
			}()
			misuse(e, id)
		})
	}
}
